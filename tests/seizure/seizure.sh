#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# seizure.sh ROBIN PTY LOAD ROBIN_LEAKY SEIZURE_OPEN: a server with known members is seized while their answers wait, and after they were published.
# Nothing of what PROTOCOL.md section 10 hides is found; and with each of its measures switched off, something is.
. "$(dirname "$0")/../scenario/lib.sh"
load=$3
leaky=$4
opener=$5
if grep -q RR_LEAK "$robin"; then broken "$robin can be told to leak"; fi
step 'Members, invitations, answers; then all files are searched'
node "$here/seizure.mjs" "$robin" "$load" "$leaky" "$opener" "$root/work"
