#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kill.sh ROBIN PTY LOAD: the server is killed under load; nothing acknowledged is lost, nothing is there twice, no log forks.
# RR_TEST_KILLS: how often (100); RR_TEST_SEED: that of a run that failed.
. "$(dirname "$0")/lib.sh"
load=$3
kills=${RR_TEST_KILLS:-100}
step "Killed $kills times"
node "$here/kill_driver.mjs" "$robin" "$load" "$root/work" "$kills" ${RR_TEST_SEED:+"$RR_TEST_SEED"}
