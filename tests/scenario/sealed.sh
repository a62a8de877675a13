#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A sealed petition on a server: five trustees, of whom three open; forty members who answer in all modes; twelve sealed signatures.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/serving.sh"
. "$(dirname "$0")/sealing.sh"

make_keys
make_trustees 5
serve --tick 0.2 --batch-interval $PERIOD
make_members 40
ok "$robin" roll publish roll --key registrar.key --to "$url"

step 'The ceremony is handed around by the server, which takes only what its trustees have signed'
# shellcheck disable=SC2086
fails 1 'The operator lists who may publish' "$robin" trustee new --to "$url" --key trustee1.key --roll roll/published/slot-0/roll.txt --threshold 3 \
    $trustees
# shellcheck disable=SC2086
ok "$robin" trustee new --to "$url" --key registrar.key --roll roll/published/slot-0/roll.txt --threshold 3 $trustees
place=$(cat "$root/out")
ok "$robin" trustee status "$place"
says 'nothing yet'
ceremony 5 "$place"
ok curl -sf "$place/key-1.note"
cp "$root/out" key-1.note
# posted STATUS NAME FILE: what the server says to it.
posted() {
    got=$(curl -s -o "$root/out" -w '%{http_code}' --data-binary "@$3" "$place/$2")
    [ "$got" = "$1" ] || broken "$2: status $got instead of $1"
}
posted 200 key-1.note key-1.note
posted 422 key-2.note key-1.note
grep -q 'trustee 2' "$root/out" || broken 'trustee 2 is not named'
posted 422 key-6.note key-1.note
posted 422 other.note key-1.note
posted 404 ceremony.txt key-1.note
ok curl -sf "$place/round1-1.note"
cp "$root/out" round1-1.note
posted 422 key-1.note round1-1.note
posted 422 certificate.bin key-1.note

step 'The petition'
printf 'Please open the room.\n' >text.md
ok "$robin" petition new text.md --out petition.txt --title 'Open the room' --to 'The board' --from 'The staff' \
    --roll roll/published/slot-0/roll.txt --ring-minimum 8 --mode anonymous --mode sealed --mode named --ceremony "$place" \
    --seal-threshold 12 --seal-expires "$(time_in 7200)" --closes "$(time_in 3600)" --server "$url"
accept 5 "$place" petition.txt
ok "$robin" petition assign roll --key registrar.key --petition petition.txt --to pet
fails 1 "the trustees' certificate or notes are missing" "$robin" petition publish pet --key registrar.key --to "$url"
ok "$robin" trustee certify "$place" --petition pet
ok "$robin" petition publish pet --key registrar.key --to "$url"
address=$(cat "$root/out")

# answer MODE NUMBER...: makes answers in the folder answers.  send_all: sends them at once, so that one batch holds them.
answer() {
    mode=$1
    shift
    for i in "$@"; do ok "$robin" sign pet --key "members/m$i" --mode "$mode" --out "answers/$i"; done
}
send_all() {
    send answers "$address"
    rm answers/*
}
total_is() { "$robin" verify --json "$address" >"$root/out" 2>"$root/err" && [ "$(jq .total "$root/out")" = "$1" ]; }

step 'Eleven have sealed, one of whom withdraws and two others come'
mkdir answers
answer sealed $(seq 1 11)
answer anonymous $(seq 21 30)
answer named $(seq 31 38)
send_all
after 60 total_is 29
fails 1 '11 sealed signatures are there, and the petition promises to open no fewer than 12' \
    "$robin" trustee notice "$address" --share share1 --key trustee1.key --passphrase-file pass
answer sealed 12 13
answer anonymous 14 15 16 17 18 19
ok "$robin" withdraw pet --key members/m1 --out answers/1
send_all
after 60 total_is 36
[ "$(jq .sealed "$root/out")" = 12 ] || broken 'twelve are not sealed'

step 'Three trustees announce the opening; what waits is published before it'
of_trustee 2 notice "$address"
says 'taken: 1 of the 3'
ok "$robin" sign "$address" --key members/m20 --mode named
ok "$robin" sign "$address" --key members/m40 --mode anonymous
fails 1 'Use the signing key that the petition names' \
    "$robin" trustee notice "$address" --share share3 --key registrar.key --passphrase-file pass
of_trustee 4 notice "$address"
says 'taken: 2 of the 3'
of_trustee 5 notice "$address"
says 'the opening is announced'
ok "$robin" verify --json "$address"
[ "$(jq .opening_announced "$root/out")" = true ] || broken 'the opening is not announced'
[ "$(jq .total "$root/out")" = 38 ] || broken 'what waited was not published before the notice'
ok curl -sf "$address"
says 'announced that they open the 12 sealed signatures'
[ "$(curl -sf "${address}status" | jq .sealed)" = 12 ] || broken 'the status counts other sealed signatures'
fails 1 'the opening notice ended sealed signatures' "$robin" sign "$address" --key members/m39 --mode sealed
fails 1 'the opening notice ended withdrawals of sealed signatures' "$robin" withdraw "$address" --key members/m2

step 'They open all twelve, and nobody else'
ok "$robin" evidence --from "$address" --out announced
ok "$robin" trustee open announced --share share1 --out part1 --passphrase-file pass
of_trustee 2 open "$address"
says 'taken: 1 of the 3'
of_trustee 4 open "$address"
end_served # what trustees have given survives
serve --tick 0.2 --batch-interval $PERIOD
address=$url/p/$(pid_of pet)/
of_trustee 5 open "$address"
says 'the sealed signatures are opened'
ok "$robin" verify --json "$address"
cp "$root/out" report.json
for i in 2 3 4 5 6 7 8 9 10 11 12 13; do
    jq -e --arg m m$i '.named_list[] | select(.member == $m) | .opened' report.json >/dev/null || broken "m$i was not opened"
done
[ "$(jq .opened report.json)" = 12 ] || broken 'others were opened'
[ "$(jq .total report.json)" = 38 ] || broken 'the total is another'
jq -e '.named_list[] | select(.member == "m1")' report.json >/dev/null && broken 'who has withdrawn is named'
[ "$(jq -r .checks.ceremony report.json)" = verified ] || broken 'the ceremony is not verified'
ok curl -sf "$address"
says '12 signatures were sealed; the trustees have opened them together'
[ "$(curl -sf "${address}status" | jq '[.sealed, .opened] == [0, 12]')" = true ] || broken 'the status does not say what was opened'
fails 1 'are opened already' "$robin" trustee open "$address" --share share3 --key trustee3.key --passphrase-file pass

step 'The evidence says the same offline, from the server and after a restart'
ok "$robin" evidence --from "$address" --out evidence
ok "$robin" verify evidence --names
says '12  of these were sealed, and opened together'
end_served
serve --tick 0.2 --batch-interval $PERIOD
address=$url/p/$(pid_of pet)/
ok curl -sf "$address"
says '12 signatures were sealed; the trustees have opened them together'
ok curl -sf "${address}evidence"
cp "$root/out" served
ok "$robin" verify --json served
[ "$(jq .opened "$root/out")" = 12 ] || broken 'the evidence of the server is without the opening'
end_served
