#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# store_full.sh ROBIN PTY LOAD FAULTS: the server's disk fills up: answers get 503, none that was acknowledged is lost, and with room again it goes on.
. "$(dirname "$0")/lib.sh"
load=$3
faults=$4
disk=$root/disk
mkdir "$disk"
if mount -t tmpfs -o size=6m,mode=0700 tmpfs "$disk" 2>"$root/err"; then
    trap 'status=$?; umount "$disk" || umount -l "$disk"; rm -rf "$root"; exit $status' EXIT
    step 'A small disk, filled to its last block'
    node "$here/faults_driver.mjs" full "$robin" "$load" "$root/work" "$disk"
else
    step "No file system can be mounted here ($(head -c 100 "$root/err")): writes fail as on a full disk"
    node "$here/faults_driver.mjs" full "$robin" "$load" "$root/work" "$disk" "$faults"
fi
