#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Organiser, members and readers with a real server: publish, answer, verify.
. "$(dirname "$0")/lib.sh"

pid=
trap 'status=$?; [ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$root"; exit $status' EXIT

# serve OPTIONS: the server, with a free port; its address is in $server.
serve() {
    "$robin" serve --listen 127.0.0.1:0 --db "$root/server.db" --keys "$root/server.keys" --cache "$root/server.cache" \
        --name petitions.example --tick 1 --batch-interval 2 "$@" >"$root/server.out" 2>"$root/server.err" &
    pid=$!
    tries=0
    until server=$(grep -o -h 'http://127\.0\.0\.1:[0-9]*' "$root/server.out" "$root/server.err" | head -n 1) && [ -n "$server" ]; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || broken "the server does not start: $(cat "$root/server.err")"
        sleep 0.05
    done
}

# until_total N: verifies again and again, until the next batch is there.
until_total() {
    tries=0
    while :; do
        ok "$robin" verify --json "$url"
        total=$(jq .total "$root/out")
        [ "$total" -ne "$1" ] || return 0
        tries=$((tries + 1))
        [ $tries -lt 60 ] || broken "the count is $total, not $1"
        sleep 0.5
    done
}

step 'A roll and a petition are made for the server, and published there'
ok "$robin" key new registrar.example/test --out registrar.key
ok "$robin" key new stranger.example --out stranger.key
serve --publisher "$("$robin" key show registrar.key)"
ok "$robin" roll new spring --key registrar.key --body 'Staff' --source 'the staff list' --slots 2
for i in 1 2 3 4 5 6 7 8 9 10; do printf 'm%s\t\tMember %s\n' $i $i; done >people.tsv
ok "$robin" roll import spring --format people people.tsv
echo 'a passphrase' >pass
for i in 1 2 3 4 5 6 7 8 9 10; do
    ok "$robin" enrol spring/invitations/m$i --card card$i --out enrolment$i --passphrase-file pass
    ok "$robin" roll enrolments spring --key registrar.key enrolment$i
    rm enrolment$i
done
ok "$robin" roll publish spring --key registrar.key
closes=$(date -u -d '+1 day' +%Y-%m-%dT%H:%M:%SZ)
printf 'Please **open** the room at eight.\n' >text.md
new_petition() {
    ok "$robin" petition new text.md --out petition.txt --title 'Open the room' --to 'The board' --from 'The staff' \
        --roll "spring/published/slot-$slot/roll.txt" --ring-minimum 8 --mode anonymous --mode named --closes "$closes" "$@"
}
slot=0
new_petition --server "$server"
ok "$robin" petition assign spring --key registrar.key --petition petition.txt --to pet
fails 1 'publish' "$robin" petition publish pet --to "$server" --key stranger.key
ok "$robin" petition publish pet --to "$server" --key registrar.key
says 'The roll is published'
says 'Directory log: holds roll, petition and assignment; not witnessed.'
url=$(tail -n 1 "$root/out")
[ "$url" = "$server/p/$(sha256sum <petition.txt | cut -d ' ' -f 1)/" ] || broken "the address is $url"

step 'It may be published again, and so may the rolls'
ok "$robin" petition publish pet --to "$server" --key registrar.key
says_not 'The roll is published'
ok "$robin" roll publish spring --key registrar.key --to "$server"
says 'Slot 0 was published already'
says 'Slot 1 is published'
fails 1 'is published and takes nobody in' "$robin" roll publish spring --key registrar.key

step 'A petition of another server is not sent'
ok "$robin" key new other.example --out other.key
slot=1
rm petition.txt
new_petition --log "$("$robin" key show other.key)" --directory "$("$robin" key show other.key)"
ok "$robin" petition assign spring --key registrar.key --petition petition.txt --to foreign
fails 1 'names the directory log other.example' "$robin" petition publish foreign --to "$server" --key registrar.key
fails 2 '--server already says' "$robin" petition new text.md --out x --title T --to T --from F \
    --roll spring/published/slot-0/roll.txt --mode named --closes "$closes" --server "$server" --log x

step 'Members answer; the batch counts them'
until_total 0
for i in 1 2 3 4 5 6; do
    ok "$robin" sign "$url" --key card$i --passphrase-file pass --mode anonymous
    says 'The server has your answer'
done
ok "$robin" sign "$server" --key card7 --passphrase-file pass --mode named
ok "$robin" sign pet --key card8 --passphrase-file pass --mode named --submit "$url"
ok "$robin" decline "$url" --key card9 --passphrase-file pass
until_total 8
ok "$robin" verify --names "$url"
says '8 signatures, as of 9 log entries'
says 'Member 7'
says 'directory log: holds roll, petition and assignment; not witnessed'
fails 1 'it was used, and destroyed' "$robin" sign "$url" --key card1 --passphrase-file pass --mode named

step 'The evidence that is made from downloads is the one that the server gives'
ok "$robin" evidence --from "$url" --out copy.evidence
ok "$robin" verify copy.evidence
says '8 signatures'
tries=0
until curl -sf -o server.evidence "${url}evidence"; do
    tries=$((tries + 1))
    [ $tries -lt 60 ] || broken 'the server gives no evidence'
    sleep 0.5
done
cmp copy.evidence server.evidence

step 'On the terminal'
talk 0 "$robin" answer "$url" --key card10 --passphrase-file pass <<'TALK'
expect The number of this petition
expect not witnessed: nobody outside confirms
expect Until the last published batch, 2 of them signed by name
expect >
send never named
expect Type yes to answer:
send yes
expect The server has your answer
TALK

step 'The server ends when it is told to'
kill -TERM "$pid"
wait "$pid" || broken "the server ended with status $?"
pid=
