#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The browser page: on record in the directory log once, the same at all its addresses, and robin verify --page, which finds out
# if another one is served; the offline signer.
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/scenario/serving.sh disable=SC2154
. "$here/serving.sh"
ok "$robin" key new registrar.example/test --out registrar.key

# The lines of the directory log, one a line: each is behind its length in two bytes, which are printed as nothing readable.
leaves() {
    size=$(curl -sS --fail --max-time 20 "$url/directory/checkpoint" | sed -n 2p)
    curl -sS --fail --max-time 20 "$url/directory/tile/entries/000.p/$size" | tr -c '[:alnum:] ' '\n' | sed -n 's/.*\(page [0-9a-f]\{64\}\).*/\1/p;s/.*\(roll [0-9a-f]\{64\}\).*/\1/p'
}

step 'The first start puts the page on record, another start does not'
serve
hash=$(curl -sS --fail --max-time 20 "$url/verify" | sha256sum | cut -d ' ' -f 1)
[ "$(leaves)" = "page $hash" ] || broken "the directory log: $(leaves)"
end_served
serve
[ "$(leaves)" = "page $hash" ] || broken "the directory log after another start: $(leaves)"

step 'Beside other leaves too'
make_roll 1 20
end_served
serve
[ "$(leaves | grep -c '^page ')" = 1 ] || broken "the directory log: $(leaves)"
leaves | grep -q '^roll ' || broken "no roll in the directory log: $(leaves)"
publish pet 0 --mode anonymous --mode named --closes 2036-01-01T00:00:00Z
pid=$(pid_of pet)
directory=$(sed -n 's/^Directory //p' "$server_out")

step 'It is the page on record, and the one of this robin'
ok "$robin" verify --page "$url"
says "$url/verify: "
says "SHA-256 $hash"
says 'It is the page on record since leaf 0 of the directory log server.example, which has 5 leaves.'
says 'It is, byte for byte, the page that this version of robin'
says 'the one that the server itself names'
says 'A server can give different visitors different pages'
for address in /verify /en/verify "/p/$pid/" "/ru/p/$pid/answer" '/?x#y'; do
    ok "$robin" verify --page "$url$address" --directory "$directory"
    says "SHA-256 $hash"
    says_not 'the one that the server itself names'
done

step 'What is not the page'
fails 1 'is not the page that the directory log has on record' "$robin" verify --page "$url/check"
fails 1 'the server does not have this' "$robin" verify --page "$url/nothing"
fails 1 'It must be signed by registrar.example/test' "$robin" verify --page "$url" --directory "$("$robin" key show registrar.key)"

step 'One byte was changed on the way'
node "$here/changed.mjs" "$url" >"$root/proxy" 2>"$root/proxy.err" &
proxy=$!
trap 'status=$?; kill $proxy 2>/dev/null || true; [ -z "$served" ] || kill -9 $served 2>/dev/null || true; rm -rf "$root"; exit $status' EXIT
has_port() { [ -s "$root/proxy" ]; }
after 30 has_port
changed=$(cat "$root/proxy")
ok "$robin" verify --page "$changed/en/verify" # which it leaves alone
fails 1 'is not the page that the directory log has on record' "$robin" verify --page "$changed/verify"
says "Since leaf 0 that is $hash."
says 'Enter no key card and no passphrase there'
says 'It is not the page that this version of robin'
kill $proxy

step 'Wrong usage'
fails 2 'name either FILE' "$robin" verify
fails 2 'name either FILE' "$robin" verify "$url" --page "$url"
fails 2 '--names and --json are of a petition' "$robin" verify --page "$url" --json
fails 2 '--directory goes with --page' "$robin" verify "$url" --directory "$directory"
fails 2 'is no address' "$robin" verify --page verify
fails 2 '--directory: ' "$robin" verify --page "$url" --directory nobody

step 'The offline signer'
ok "$robin" offline-page
[ ! -s "$root/out" ] || broken 'something was printed on standard output'
sum=$(sha256sum <round-robin-offline.html | cut -d ' ' -f 1)
says "round-robin-offline.html: SHA-256 $sum"
grep -qi '^<!doctype html>' round-robin-offline.html || broken 'no page'
grep -q "connect-src" round-robin-offline.html && broken 'it may connect to something'
fails 1 'is there already' "$robin" offline-page
ok "$robin" offline-page --force
ok "$robin" offline-page --out other.html
cmp round-robin-offline.html other.html || broken 'another page'
ok "$robin" offline-page --out -
cmp round-robin-offline.html "$root/out" || broken 'another page on standard output'
says "standard output: SHA-256 $sum"
ok curl -sS --fail --max-time 20 "$url/offline.html"
cmp round-robin-offline.html "$root/out" || broken 'the server gives another one'
end_served
