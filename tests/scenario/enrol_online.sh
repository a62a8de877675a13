#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Enrolment over the network with a real server: by invitation file, by link, by SSH key; again after a failure; receipts.
. "$(dirname "$0")/lib.sh"

make_keys
echo 'a passphrase' >pass
ok "$robin" roll new roll --key registrar.key --body 'Staff' --source 'the staff list' --slots 2
printf 'anna\t\tАнна Линдквист\nbo\t\tBo\ncleo\t\tCleo\n' >people.tsv
ok "$robin" roll import roll --format people people.tsv
ssh-keygen -q -t ed25519 -N '' -C '' -f key
ok "$robin" roll import roll --format authorized-keys --member sam key.pub
mkdir "$root/server"
: >"$root/server.out"
"$robin" serve --listen 127.0.0.1:0 --db "$root/server/db" --keys "$root/server/keys" --cache "$root/server/cache" --name server.example \
    --publisher "$("$robin" key show registrar.key)" --tick 1 >"$root/server.out" 2>"$root/server.err" &
served=$!
trap 'status=$?; kill $served 2>/dev/null || true; rm -rf "$root"; exit $status' EXIT
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    url=$(sed -n 's|.*\(http://127\.0\.0\.1:[0-9]*\).*|\1|p' "$root/server.out" | head -n 1)
    [ -n "$url" ] && break
    sleep 0.5
done
[ -n "$url" ] || { cat "$root/server.err" >&2; broken 'the server does not start'; }

step 'Before the edition is open nobody is taken, and the request stays'
status=0
"$robin" enrol roll/invitations/anna --card anna.card --submit "$url" --passphrase-file pass >"$root/out" 2>"$root/err" || status=$?
[ $status = 1 ] || broken "status $status instead of 1"
says 'has no such edition'
[ -s anna.card ] && [ -s anna.card.request ] || broken 'card or request is gone'

step 'Only a listed registrar opens an edition'
fails 1 'is the key of log.example/test' "$robin" roll open roll --key log.key --to "$url"
ok "$robin" roll open roll --key registrar.key --to "$url"
says 'Edition 1 is open'
ok "$robin" roll open roll --key registrar.key --to "$url"

step 'The same request again; the receipt is not there yet'
fails 3 'the receipt is not there yet' "$robin" enrol roll/invitations/anna --again anna.card.request --submit "$url" --receipt anna.receipt --wait 0
ok "$robin" enrol roll/invitations/anna --again anna.card.request --submit "$url"
says 'The server has your enrolment'

step 'By the link of a sheet'
ok "$robin" roll invite roll --to "$url" --tsv table.tsv --member bo
sed -n 's/^bo\t//p' table.tsv | cut -f 2 >link
sed 's/key=..../key=0000/' link >foreign
fails 1 'shows another roll or registrar' "$robin" enrol foreign --card bo.card --passphrase-file pass
sed 's/#.*//' link >cut
fails 1 'the address is not whole' "$robin" enrol cut --card bo.card --passphrase-file pass
ok "$robin" enrol link --card bo.card --passphrase-file pass
[ -s bo.card.request ] || broken 'the request is gone before there is a receipt'

step 'By an SSH key'
ok "$robin" enrol roll/invitations/sam --card sam.card --submit "$url" --sign-with key --passphrase-file pass

step 'A code is used up by the enrolment that was taken'
status=0
"$robin" enrol link --card second.card --passphrase-file pass >"$root/out" 2>"$root/err" || status=$?
[ $status = 1 ] || broken "status $status instead of 1"
says 'was used'

step 'The registrar takes them in, and members get their receipts'
ok "$robin" roll enrolments roll --key registrar.key --from "$url"
says '3 enrolments taken, 0 refused'
ok "$robin" roll enrolments roll --key registrar.key --from "$url"
says '0 enrolments taken, 0 refused'
ok "$robin" enrol link --again bo.card.request --receipt bo.receipt
cmp -s bo.receipt roll/receipts/bo || broken 'the receipt is another one'
ok "$robin" enrol roll/invitations/anna --again anna.card.request --submit "$url" --receipt anna.receipt

step 'Waiting for the receipt while the registrar works'
"$robin" enrol roll/invitations/cleo --card cleo.card --submit "$url" --receipt cleo.receipt --wait 60 --passphrase-file pass \
    >"$root/cleo" 2>&1 &
waiting=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    ok "$robin" roll enrolments roll --key registrar.key --from "$url"
    if grep -q '1 enrolment taken' "$root/out"; then break; fi
    sleep 1
done
wait $waiting || { cat "$root/cleo" >&2; broken 'cleo got no receipt'; }
cmp -s cleo.receipt roll/receipts/cleo || broken 'the receipt is another one'
[ ! -e cleo.card.request ] || broken 'the request, which nobody asked for, is still there'

step 'Nothing of codes, names and salts is with the server'
for word in "$(sed -n 's/^Code: //p' bo.card.request)" 'Линдквист' "$(sed -n 's/^Salt: //p' anna.card.request)"; do
    if grep -rqF -- "$word" "$root/server" "$root/server.out" "$root/server.err"; then broken "the server keeps $word"; fi
done

step 'A closed edition takes nobody; the roll is made'
ok "$robin" roll close roll --key registrar.key --to "$url"
ok "$robin" roll publish roll --key registrar.key
ok "$robin" roll show roll/published/slot-0/roll.txt
says '4'
kill $served
wait $served || broken 'the server did not end well'
trap 'status=$?; rm -rf "$root"; exit $status' EXIT
