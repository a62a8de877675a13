#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# unit.sh SYSTEMD-ANALYZE SOURCE: systemd understands the units, and what it leaves open to the service stays as little as it is.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$2"/packaging/systemd/robin.* "$work"
# The program may not be installed here.
sed -i 's|^ExecStart=robin |ExecStart=/bin/true |' "$work/robin.service"
"$1" verify --man=no "$work/robin.service" "$work/robin.socket" 2>"$work/said" || {
    cat "$work/said" >&2
    exit 1
}
if [ -s "$work/said" ]; then
    cat "$work/said" >&2
    exit 1
fi
# Tenths, of 10 points.
"$1" security --offline=true --threshold=5 --no-pager "$work/robin.service"
