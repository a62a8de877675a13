#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# store_fsync.sh ROBIN PTY LOAD FAULTS ROBIN_LEAKY: the server's disk fails at syncs and writes: errors, never an acknowledgement of what is not there.
. "$(dirname "$0")/lib.sh"
mkdir "$root/data" "$root/data2" "$root/work2"
step 'Syncs fail, all or some'
node "$here/faults_driver.mjs" sync "$robin" "$3" "$root/work" "$root/data" "$4"

step 'A server that does not sync is caught'
if RR_LEAK='synced commits' node "$here/faults_driver.mjs" sync "$5" "$3" "$root/work2" "$root/data2" "$4" >"$root/out" 2>"$root/err"; then
    broken 'it was not'
fi
says 'were acknowledged though nothing was synced'
