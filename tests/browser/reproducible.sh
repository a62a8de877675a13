#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# reproducible.sh SOURCE BUILT: the page, built once more from a copy of the sources in another folder, has the bytes of the one in BUILT.
set -eu
source=$1
built=$2
root=$(mktemp -d "${TMPDIR:-/tmp}/robin-page.XXXXXX")
trap 'rm -rf "$root"' EXIT
mkdir "$root/elsewhere"
(cd "$source" && tar cf - --exclude=./build --exclude=./.git --exclude=node_modules .) | (cd "$root/elsewhere" && tar xf -)
cmake -S "$root/elsewhere" -B "$root/another build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DRR_TESTS=OFF >"$root/log" 2>&1 || { cat "$root/log"; exit 1; }
cmake --build "$root/another build" --target page_bundle >"$root/log" 2>&1 || { cat "$root/log"; exit 1; }
for page in online.html offline.html online.html.gz; do
    cmp "$built/$page" "$root/another build/web/$page"
    sha256sum <"$built/$page"
done
