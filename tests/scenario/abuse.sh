#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# abuse.sh ROBIN PTY LOAD FAULTS: a watcher of the network, a greedy client, a full disk and a mistyped path get nothing out of a server.
. "$(dirname "$0")/lib.sh"
load=$3
faults=$4
step 'A server that is mistreated'
node "$here/abuse_driver.mjs" "$robin" "$load" "$root/work" "$faults"
