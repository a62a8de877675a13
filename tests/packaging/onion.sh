#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# onion.sh TOR SOURCE: tor takes the example of packaging/ as it is, but for its folder.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed "s|/var/lib/tor/robin|$work/robin|" "$2/packaging/onion/torrc" >"$work/torrc"
"$1" --verify-config --hush -f "$work/torrc" --defaults-torrc /dev/null --DataDirectory "$work/data" >"$work/said" 2>&1 || {
    cat "$work/said" >&2
    exit 1
}
if grep -Ei 'obsolete|deprecated|unknown|ignor' "$work/said"; then exit 1; fi
