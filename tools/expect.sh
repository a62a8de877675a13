#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# expect.sh STATUS COMMAND...: runs the command; done if it exits with exactly this status.
expected=$1
shift
"$@"
status=$?
[ "$status" -eq "$expected" ] && exit 0
echo "exit status $status instead of $expected: $*" >&2
exit 1
