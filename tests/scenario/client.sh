#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Members and readers of a server that is good, slow, broken or hostile: what becomes of keys, and what is believed.
. "$(dirname "$0")/lib.sh"

mirror=
trap 'status=$?; [ -z "$mirror" ] || kill $mirror 2>/dev/null || true; rm -rf "$root"; exit $status' EXIT

# start NAME PETITION EVIDENCE: its state lies in $root/NAME, its address is in $url.
start() {
    mkdir "$root/$1"
    node "$here/mirror.mjs" "$2" "$3" directory.key "$root/$1" 2>"$root/$1.err" &
    mirror="$mirror $!"
    tries=0
    until [ -e "$root/$1/port" ]; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || broken "the mirror does not start: $(cat "$root/$1.err")"
        sleep 0.05
    done
    state=$root/$1
    server=http://127.0.0.1:$(cat "$state/port")
    url=$server/p/$(sha256sum <"$2/petition.txt" | cut -d ' ' -f 1)/
}
mood() { echo "$1" >"$state/mood"; }
taken() { find "$state/answers" -type f | wc -l; }
# Nothing may stay in the folder for temporary files.
export TMPDIR="$root/tmp"
mkdir "$TMPDIR"
nothing_left() { [ -z "$(ls -A "$TMPDIR")" ] || broken "something is left: $(ls "$TMPDIR")"; }

step 'A petition on one-time keys'
make_keys
ok "$robin" roll new spring --key registrar.key --body 'Staff' --source 'the staff list' --slots 2
for i in 1 2 3 4 5 6 7 8 9; do printf 'm%s\t\tMember %s\n' $i $i; done >people.tsv
ok "$robin" roll import spring --format people people.tsv
echo 'a passphrase' >pass
for i in 1 2 3 4 5 6 7 8 9; do
    ok "$robin" enrol spring/invitations/m$i --card card$i --out enrolment$i --passphrase-file pass
    ok "$robin" roll enrolments spring --key registrar.key enrolment$i
    rm enrolment$i
done
ok "$robin" roll publish spring --key registrar.key
make_petition petition.txt spring/published/slot-0/roll.txt
ok "$robin" petition assign spring --key registrar.key --petition petition.txt --to pet
ok "$robin" decline pet --key card9 --passphrase-file pass --keep-key --out nothing
ok "$robin" collect pet.db --petition pet --key log.key nothing
ok "$robin" evidence pet.db --out pet.evidence
start good pet pet.evidence

step 'An answer is sent, and then the key is destroyed'
cp card1 before
ok "$robin" sign "$url" --key card1 --passphrase-file pass --mode anonymous
says 'Directory log: holds roll, petition and assignment; not witnessed'
says 'The server has your answer, and says the same whatever it was.'
says 'The key for this petition is destroyed on your key card.'
[ "$(taken)" -eq 1 ] || broken 'not one answer'
[ "$(size_of "$state/answers/0")" -eq 2048 ] || broken 'another size'
cmp -s before card1 && broken 'the card was not changed'
[ ! -e card1.answer ] || broken 'the answer file is still there'
fails 1 'it was used, and destroyed' "$robin" sign "$url" --key card1 --passphrase-file pass --mode anonymous
[ "$(taken)" -eq 1 ] || broken 'something was sent'

step 'All answers are told in the same words'
ok "$robin" decline "$server" --key card2 --passphrase-file pass
cp "$root/out" two.out
cp "$root/err" two.err
ok "$robin" sign "$server/en/" --key card3 --passphrase-file pass --mode named
cmp "$root/out" two.out
cmp "$root/err" two.err
[ "$(taken)" -eq 3 ] || broken 'not three answers'

step 'A petition in a folder is sent too, after the logs of the server were checked'
ok "$robin" sign pet --key card4 --passphrase-file pass --mode anonymous --submit "$url" --out four --keep-key
[ ! -e four ] || broken 'the answer file is still there'
[ "$(taken)" -eq 4 ] || broken 'not four answers'
ok "$robin" sign "$url" --key card5 --passphrase-file pass --mode anonymous --out five
[ "$(size_of five)" -eq 2048 ] || broken 'another size'
[ "$(taken)" -eq 4 ] || broken '--out sent something'

step 'A server that is busy is asked again'
mood 'busy once'
ok "$robin" sign "$url" --key card6 --passphrase-file pass --mode anonymous
says 'trying again in 1 second'
[ "$(taken)" -eq 5 ] || broken 'not five answers'

step 'A broken rule: the key stays, and nothing is left'
mood refuse
fails 1 'the server does not take the answer: the petition does not take this. Your key was not changed.' \
    "$robin" sign "$url" --key card7 --passphrase-file pass --mode anonymous
says_not 'and more'

step 'The connection breaks: the key stays and the answer is kept, whatever it is'
for answer in sign decline; do
    mood 'cut'
    cp card7 before
    status=0
    if [ $answer = sign ]; then
        "$robin" sign "$url" --key card7 --passphrase-file pass --mode named >"$root/out" 2>"$root/err" || status=$?
        grep '^robin: ' "$root/err" | sed 's/^robin: [^.]*\.[0-9.:]*[^.]*//' >said.sign
    else
        "$robin" decline "$url" --key card7 --passphrase-file pass >"$root/out" 2>"$root/err" || status=$?
        grep '^robin: ' "$root/err" | sed 's/^robin: [^.]*\.[0-9.:]*[^.]*//' >said.decline
    fi
    [ $status -eq 3 ] || broken "status $status"
    says 'It is not known whether the answer has arrived. Your key was not changed, and the answer is kept in card7.answer'
    says "robin send card7.answer --to $url"
    cmp before card7
    [ "$(size_of card7.answer)" -eq 2048 ] || broken 'another size'
    [ "$(stat -c %a card7.answer)" = 600 ] || broken 'others can read it'
    [ "$(taken)" -eq 5 ] || broken 'it was taken'
    fails 1 'card7.answer: is an answer that was perhaps not sent' "$robin" decline "$url" --key card7 --passphrase-file pass
    cp card7.answer kept
    rm card7.answer
done
cmp said.sign said.decline
mood 'taken and cut'
cp kept card7.answer
fails 3 'It is not known whether the answer has arrived; it may be sent again' "$robin" send card7.answer --to "$url"
mood good
ok "$robin" send card7.answer --to "$server"
says 'your key for this petition is still on the card'
cmp "$state/answers/5" "$state/answers/6"
cmp "$state/answers/6" card7.answer
fails 1 'is no answer, which has exactly 2048 bytes' "$robin" send people.tsv --to "$url"
rm card7.answer

step 'A server that is busy for long, or does not answer at all'
mood busy
fails_keeping() {
    status=0
    "$robin" sign "$1" --key card8 --passphrase-file pass --mode named >"$root/out" 2>"$root/err" || status=$?
    [ $status -eq 3 ] || broken "status $status"
}
fails_keeping "$url"
says 'the server is busy and has not taken the answer'
[ -e card8.answer ] || broken 'the answer was not kept'
rm card8.answer
mood good
fails 3 '127.0.0.1:1' "$robin" sign http://127.0.0.1:1/p/"$(printf 'a%.0s' $(seq 64))"/ --key card8 --passphrase-file pass --mode named

step 'Logs that do not hold the petition: no key is touched'
for bad in stolen hidden fork; do
    mood $bad
    : >"$state/asked"
    case $bad in
    stolen) text='assigns the roll of this petition to another one first' ;;
    hidden) text='the directory log does not hold this petition' ;;
    fork) text='the log was forked' ;;
    esac
    # The key file is none: it would be found out if it were read.
    fails 1 "$text" "$robin" sign "$url" --key people.tsv --passphrase-file pass --mode named
    fails 1 "$text" "$robin" sign pet --key people.tsv --passphrase-file pass --mode named --submit "$server"
    fails 1 "$text" "$robin" verify "$url"
    fails 1 "$text" "$robin" evidence --from "$url" --out bad.evidence
    grep -q POST "$state/asked" && broken 'something was sent'
done
mood good
fails 1 'is no key card' "$robin" sign "$url" --key people.tsv --passphrase-file pass --mode named
nothing_left

step 'What the server has taken is counted, from its address'
ok "$robin" step-forward pet --key card4 --passphrase-file pass --keep-key --out forward
ok env SOURCE_DATE_EPOCH=1769817601 "$robin" collect pet.db --key log.key --close "$state"/answers/* five
ok "$robin" evidence pet.db --out pet.evidence --force
ok "$robin" verify "$url"
says '5 signatures, closed, not witnessed'
says 'directory log: holds roll, petition and assignment; not witnessed (6 entries)'
ok "$robin" verify --json "$server"
jq -e '.total == 5 and .directory.size == 6 and .directory.witnessed == false and .directory.holds_petition' "$root/out" >/dev/null ||
    broken 'the JSON'
ok "$robin" evidence --from "$url" --out copy.evidence
says 'Directory log: holds roll, petition and assignment; not witnessed.'
cmp copy.evidence pet.evidence
nothing_left

step 'On the terminal: the crowd is counted from the log'
talk 0 "$robin" answer "$url" --key card8 --passphrase-file pass <<'TALK'
expect The number of this petition
expect not witnessed: nobody outside confirms
expect Until the last published batch, 1 of them signed by name
expect The server also sees from which network
expect >
send decline
expect Type yes to answer:
send yes
expect The server has your answer
TALK
[ "$(taken)" -eq 8 ] || broken 'it was not sent'
nothing_left

step 'What cannot be meant'
fails 2 'neither the address of a petition' "$robin" verify "$server/petitions"
fails 1 'it is not encrypted' "$robin" verify http://petitions.example/
fails 1 'socks5h://' "$robin" verify https://petitions.example/ --proxy 127.0.0.1:9050
fails 1 'the server does not have this' "$robin" verify "$server/p/$(printf 'a%.0s' $(seq 64))/"
fails 2 '--out FILE is missing' "$robin" sign pet --key card8 --mode named
fails 2 '--submit is for a petition in a folder' "$robin" sign "$url" --key card8 --mode named --submit "$url"
fails 2 '--roll is for a petition in a folder' "$robin" sign "$url" --key card8 --mode named --roll x
fails 2 '--proxy is for' "$robin" sign pet --key card8 --mode named --out x --proxy socks5h://127.0.0.1:1
fails 2 'one of both' "$robin" evidence pet.db --from "$url" --out x
fails 2 'one of both' "$robin" evidence --out x
fails 1 'the address of another petition' "$robin" sign pet --key card8 --mode named --submit "$server/p/$(printf 'a%.0s' $(seq 64))/"
