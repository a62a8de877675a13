#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A registrar's request that somebody kept and sends again: an edition that was closed stays closed, an old list of codes does not come back.
. "$(dirname "$0")/lib.sh"

make_keys
ok "$robin" roll new roll --key registrar.key --body 'Staff' --source 'the staff list' --slots 1
printf 'anna\t\tAnna\nbo\t\tBo\n' >people.tsv
ok "$robin" roll import roll --format people people.tsv
mkdir "$root/server"
: >"$root/server.out"
"$robin" serve --listen 127.0.0.1:0 --db "$root/server/db" --keys "$root/server/keys" --cache "$root/server/cache" --name server.example \
    --publisher "$("$robin" key show registrar.key)" --tick 0.1 >"$root/server.out" 2>"$root/server.err" &
served=$!
trap 'status=$?; kill $served 2>/dev/null || true; rm -rf "$root"; exit $status' EXIT
tries=0
until url=$(sed -n 's|.*\(http://127\.0\.0\.1:[0-9]*\).*|\1|p' "$root/server.out" | head -n 1) && [ -n "$url" ]; do
    tries=$((tries + 1))
    [ $tries -lt 200 ] || { cat "$root/server.err" >&2; broken 'the server does not start'; }
    sleep 0.1
done

# What was signed at this second; the server's clock goes on.
now=$(date +%s)
signed() {
    at=$((now + $1))
    shift
    SOURCE_DATE_EPOCH=$at "$robin" "$@"
}

step 'Requests in their order, and the last one again'
ok signed 0 roll open roll --key registrar.key --to "$url"
ok signed 10 roll open roll --key registrar.key --to "$url"
ok signed 10 roll open roll --key registrar.key --to "$url"
ok signed 30 roll close roll --key registrar.key --to "$url"

step 'One from before the close'
fails 1 'one that was signed later was taken already' signed 10 roll open roll --key registrar.key --to "$url"
curl -sS "$url/editions.json" >editions
[ "$(cat editions)" = '{"editions":[]}' ] || broken "the edition is open again: $(cat editions)"

step 'A new one'
ok signed 40 roll open roll --key registrar.key --to "$url"
curl -sS "$url/editions.json" | grep -q roll_id || broken 'the edition is not open'
fails 1 'one that was signed later was taken already' signed 30 roll close roll --key registrar.key --to "$url"
fails 1 'more than ten minutes ago or ahead' signed -700 roll open roll --key registrar.key --to "$url"
