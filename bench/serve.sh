#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# serve.sh ROBIN LOAD: measures a real server on the loopback address, with its client on the same machine.  Prints name TAB figure TAB unit.
#
#     serve_answers          answers a second, verified, durable and acknowledged: invented people in rings of 512 to 1,023 sign a petition
#     serve_pages            reads of the petition page a second, the median of three runs of 5 seconds
#     serve_memory_100000    the most memory that the server had in all of this
#
# ROBIN_BENCH_ANSWERS: how many answers, 100000; the last line's name says it.
set -eu
export LC_ALL=C
robin=$1
load=$2
answers=${ROBIN_BENCH_ANSWERS:-100000}
root=$(mktemp -d /tmp/robin-bench.XXXXXX)
server=
# shellcheck disable=SC2317
finish() {
    status=$?
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    [ "$status" -eq 0 ] || tail -n 20 "$root/out" >&2 || true
    rm -rf "$root"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM
ulimit -n "$(ulimit -Hn)"

mkdir -m 700 "$root/keys" "$root/cache"
cat >"$root/conf" <<CONF
listen = 127.0.0.1:0
db = $root/db
keys = $root/keys
cache = $root/cache
name = petitions.example
publisher = $("$load" registrar)
connections = 10000
batch-interval = 604800
CONF
"$robin" serve --config "$root/conf" >"$root/out" 2>&1 &
server=$!
url=
i=0
while [ -z "$url" ]; do
    i=$((i + 1))
    if [ "$i" -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
        echo "the server does not say where it listens" >&2
        exit 1
    fi
    sleep 0.1
    url=$(sed -n 's|.*\(http://127\.0\.0\.1:[1-9][0-9]*\).*|\1|p' "$root/out" | head -n 1)
done
about=$(curl -sSf "$url/server.json")
log=$(printf '%s' "$about" | jq -r .log)
directory=$(printf '%s' "$about" | jq -r .directory)
pid=$("$load" make "$root/pet" --members "$answers" --ring 512 --log "$log" --directory "$directory")
for verb in roll petition; do
    "$load" parcel "$root/pet" $verb "$root/$verb" --server "${directory%%+*}"
    curl -sSf --max-time 300 --data-binary "@$root/$verb" "$url/publish/$verb" >/dev/null
done
"$load" prepare "$root/pet" "$root/answers" --answers "$answers" >/dev/null

"$load" post "$url/p/$pid/answer" "$root/answers" --connections 8000 --seconds 800 >"$root/post"
awk -F '\t' '$1 == "post" { printf "serve_answers\t%s\t1/s\n", $2 }' "$root/post"
grep -v '^post	' "$root/post" >&2
for run in 1 2 3; do
    "$load" get "$url/en/p/$pid/" --connections 64 --seconds 5 >"$root/get$run"
done
cat "$root"/get? | awk -F '\t' '$1 == "get" { print $2 }' | sort -n | sed -n '2s|.*|serve_pages\t&\t1/s|p'
"$load" memory --pid "$server" | awk -F '\t' -v n="$answers" '$1 == "VmHWM" { printf "serve_memory_%s\t%s\tMiB\n", n, $2 }'
