#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# store_fsync.sh ROBIN PTY LOAD FAULTS: the server's disk fails at syncs and writes: errors, never an acknowledgement of what is not there.
. "$(dirname "$0")/lib.sh"
mkdir "$root/data"
step 'Syncs fail, all or some'
node "$here/faults_driver.mjs" sync "$robin" "$3" "$root/work" "$root/data" "$4"
