#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# generated.sh ROBIN: makes the sources of the manual pages of section 1 and the completions anew.
# generated.sh --check ROBIN: says what of them is not up to date.
set -eu
source=$(cd "$(dirname "$0")/.." && pwd)
make_all() {
    mkdir -p "$2/docs/man" "$2/packaging"
    rm -rf "$2/docs/man/"*.1.scd "$2/packaging/completions"
    "$1" internal man "$2/docs/man"
    "$1" internal completions "$2/packaging/completions"
}
if [ "$1" != --check ]; then
    make_all "$1" "$source"
    exit 0
fi
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
make_all "$2" "$fresh"
for folder in docs/man packaging/completions; do
    # The pages of other sections are written by hand.
    if ! diff -r --exclude='*.[2-9].scd' "$source/$folder" "$fresh/$folder"; then
        echo "$folder is not up to date: run tools/generated.sh with the new robin, and commit what it makes" >&2
        exit 1
    fi
done
