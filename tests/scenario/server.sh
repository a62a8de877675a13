#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# server.sh ROBIN PTY HANDOVER SOURCE: a server as its operator, strangers and attackers see it.
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/scenario/serving.sh disable=SC2154
. "$here/serving.sh"
handover=$3
source=$4
run_node() { ok node "$@"; }
agent='Wanderer/1.0 (told nobody)'

# refuses STATUS TEXT COMMAND...: a server that must not start says why, and ends.
refuses() {
    wanted=$1
    text=$2
    shift 2
    status=0
    timeout 60 "$@" >"$root/out" 2>"$root/err" || status=$?
    [ $status -eq "$wanted" ] || broken "status $status instead of $wanted of: $*"
    says "$text"
    says_not 'Serving'
}
write_settings() {
    {
        echo '# a server of a test'
        echo 'listen = 127.0.0.1:0'
        echo "db = $root/server/db"
        echo "keys = $root/server/keys"
        echo "cache = $root/server/cache"
        echo 'name = server.example'
        echo "publisher = $("$robin" key show registrar.key)"
        echo 'tick = 0.5'
        echo 'connections = 500'
        echo "batch-interval = $PERIOD"
    } >serve.conf
}
post() { curl -sS --max-time 60 -A "$agent" -o "$root/reply" -w '%{http_code}' --data-binary "@$1" "$url/p/$pid/answer"; }

ok "$robin" key new registrar.example/test --out registrar.key
write_settings

step 'Settings from a file, the environment and options'
ROBIN_TICK=0.25 serve_raw "$robin" serve --config serve.conf --batch-minimum 9 --listen 127.0.0.1:0 --listen '[::1]:0' --listen "unix:$root/server/sock"
ok curl -sS --max-time 20 "$url/server.json"
jq -e '.batch_interval == 10 and .batch_minimum == 9 and .tick == 0.25' "$root/out" >/dev/null || broken 'settings'
[ "$(grep -c '^Serving ' "$server_out")" -eq 3 ] || broken 'not three addresses'
grep -q '^Directory server.example+' "$server_out" || broken 'no directory key'
six=$(sed -n 's|^Serving \(http://\[.*\)/$|\1|p' "$server_out")
ok curl -sS -g --max-time 20 --fail "$six/server.json"
ok curl -sS --max-time 20 --fail --unix-socket "$root/server/sock" http://server.example/server.json
[ "$(stat -c %a "$root/server/sock")" = 660 ] || broken 'mode of the socket'
[ "$(stat -c %a "$root/server/keys")" = 700 ] || broken 'mode of the key folder'
[ "$(find "$root/server/keys" -type f ! -perm 600)" = "" ] || broken 'mode of a key'

step 'A second server on the same database is refused, and the first goes on'
refuses 1 'db' "$robin" serve --config serve.conf
grep -qi 'another' "$root/err" || broken 'why is not said'
refuses 1 'another server uses this folder of keys' "$robin" serve --config serve.conf --db "$root/other.db"
ok curl -sS --max-time 20 --fail "$url/server.json"
end_served
[ ! -e "$root/server/sock" ] || broken 'the socket is still there'

step 'Settings that cannot be meant'
refuses 2 'ROBIN_QUEUE takes a number from 16' env ROBIN_QUEUE=1 "$robin" serve --config serve.conf
refuses 2 '--tick: it takes seconds, from 0.01 to 60' "$robin" serve --config serve.conf --tick 0
refuses 2 '`name` is not set' "$robin" serve --listen 127.0.0.1:0 --db x --keys x --cache x
sed 's/^tick/ticks/' serve.conf >bad.conf
refuses 1 'no setting of this name' "$robin" serve --config bad.conf
refuses 1 'an address is 127.0.0.1:8080' "$robin" serve --config serve.conf --listen localhost:80
refuses 1 'it is no verifier key' "$robin" serve --config serve.conf --publisher nobody
refuses 1 'no socket was handed over' "$robin" serve --config serve.conf --listen systemd

step 'Another name than the directory key has'
refuses 1 'it has another name than the setting `name`' "$robin" serve --config serve.conf --name other.example

step 'A petition, and an edition that is open'
serve_raw "$robin" serve --config serve.conf --tick 0.5
make_roll 2 30
ok "$robin" roll new second --key registrar.key --body 'Staff' --source 'the staff list' --slots 1
printf 'anna\t\tAnna\nbo\t\tBo\n' >two.tsv
ok "$robin" roll import second --format people two.tsv
ok "$robin" roll open second --key registrar.key --to "$url"
publish pet 0 --mode anonymous --mode named --closes 2036-01-01T00:00:00Z
pid=$(pid_of pet)
ok "$robin" rehearse answer pet --keys keys.txt --to answers --anonymous 22 --named 6 --decline 2
early
for file in answers/answer-0000*.bin; do [ "$(post "$file")" = 202 ] || broken "not taken: $(cat "$root/reply")"; done
counted() { "$robin" verify --json "$url/p/$pid/" >"$root/out" 2>"$root/err" && jq -e "$1" "$root/out" >/dev/null; }
after 60 counted '.total == 9'

# Beside all of what follows: a body, or headers, that come byte by byte are not waited for.
node "$here/inflight.mjs" drip "$url" "$pid" >"$root/drip" 2>&1 &
drip=$!

step 'Its logs, as a stranger reads them'
run_node "$source/tests/log/check.mjs" "$url"
cat "$root/out"
step 'It does what its description says'
run_node "$source/tests/api/check.mjs" "$url" "$source/docs/api/openapi.yaml"
cat "$root/out"
step 'It outlives what no client should send'
run_node "$source/tests/api/torture.mjs" "$url"
cat "$root/out"

step 'A body and headers that come byte by byte'
wait $drip || { cat "$root/drip" >&2; broken 'it was waited for'; }
cat "$root/drip"

step 'Ended while answers wait: what was acknowledged is there'
end_served
serve_raw "$robin" serve --config serve.conf --tick 2
# shellcheck disable=SC2046
run_node "$here/inflight.mjs" stop "$url" "$pid" "$served" "$root/taken" $(find answers -name 'answer-0001*.bin' | sort)
cat "$root/out"
after 60 ended "$served"
wait "$served" || { cat "$server_err" >&2; broken 'it did not end well'; }
served=
serve_raw "$robin" serve --config serve.conf --tick 0.5
# So many that a batch is sure to come; those that were taken before are taken again, and count once.
jobs=
for file in answers/answer-0001*.bin answers/answer-0002*.bin; do
    curl -sS --fail --max-time 60 -A "$agent" -o /dev/null --data-binary "@$file" "$url/p/$pid/answer" &
    jobs="$jobs $!"
done
for job in $jobs; do wait "$job" || broken 'an answer was not taken again'; done
there() { node "$here/inflight.mjs" there "$url" "$pid" "$root/taken" >"$root/out" 2>"$root/err"; }
after 60 there
cat "$root/out"
counted '.total >= 17' || broken 'the count'
total=$(jq .total "$root/out")

step 'Killed, and started again'
kill -KILL "$served"
wait "$served" 2>/dev/null || true
serve_raw "$robin" serve --config serve.conf --listen 127.0.0.1:0 --listen "unix:$root/server/sock"
kill -KILL "$served"
wait "$served" 2>/dev/null || true
served=
[ -S "$root/server/sock" ] || broken 'the socket went with the process'
serve_raw "$robin" serve --config serve.conf --listen 127.0.0.1:0 --listen "unix:$root/server/sock"
counted ".total >= $total" || broken 'another count'
ok curl -sS --max-time 20 --fail --unix-socket "$root/server/sock" http://server.example/petitions.json
grep -q "$pid" "$root/out" || broken 'the petition is gone'
end_served

step 'A socket of the service manager'
serve_handed() { serve_raw "$handover" "$root/ports" "$robin" serve --config serve.conf --listen systemd; }
serve_handed
read -r first second <"$root/ports"
for port in "$first" "$second"; do
    ok curl -sS --max-time 20 --fail "http://127.0.0.1:$port/petitions.json"
    grep -q "$pid" "$root/out" || broken 'the petition is not there'
done
end_served

step 'A key of a batch that is missing'
find "$root/server/keys" -type f ! -name directory.key ! -name logs.key >batches
[ "$(wc -l <batches)" -eq 1 ] || broken "keys of batches: $(cat batches)"
mv "$(cat batches)" away
refuses 1 'batch key' "$robin" serve --config serve.conf
cat "$root/err"
mv away "$(cat batches)"
step 'A secret of the logs that is damaged, or another one'
cp "$root/server/keys/logs.key" logs.key
printf x >>"$root/server/keys/logs.key"
refuses 1 'restore it from a copy' "$robin" serve --config serve.conf
rm "$root/server/keys/logs.key"
refuses 1 '' "$robin" serve --config serve.conf
cat "$root/err"
cp logs.key "$root/server/keys/logs.key"
chmod 600 "$root/server/keys/logs.key"
serve_raw "$robin" serve --config serve.conf
counted ".total >= $total" || broken 'another count'
end_served

step 'In all of this it said nothing about anybody'
[ ! -s "$server_err" ] || broken "it said: $(cat "$server_err")"
grep -vE '^(Directory server\.example\+|Serving (http|unix))' "$server_out" && broken 'something else was said'
# Neither in its files: no program of a reader, no address of one.
kept=$(grep -ralF -e "$agent" -e '127.0.0.1' "$root/server/db" "$root/server"/db-* "$root/server/keys" "$root/server/cache" || true)
[ -z "$kept" ] || broken "something of a reader is kept in $kept"
