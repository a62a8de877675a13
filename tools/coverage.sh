#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# coverage.sh BUILD: after the tests ran there, prints the share of executed lines of each file in src/, lowest first.
set -eu
source=$(cd "$(dirname "$0")/.." && pwd)
cd "$1"
find . -name '*.gcda' -not -path './tests/*' | while read -r data; do
    gcov -n -r -s "$source" "$data" 2>/dev/null
done | sed -n "/^File '.*src\/[a-z]*\/[a-z0-9_]*\.[ch]'/{N;s/^File '\(.*\)'\nLines executed:\([0-9.]*\)% of \([0-9]*\)/\2 \3 \1/p}" |
    sort -k3,3 -k1,1rn | awk '!seen[$3]++ { printf "%6.1f %%  of %5d lines  %s\n", $1, $2, $3 }' | sort -n
