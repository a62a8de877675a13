#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What must not go wrong when a member answers: forged rolls, answers that overlap, keys that cannot be destroyed, texts that pretend.
. "$(dirname "$0")/lib.sh"

step 'Two members, three petitions; a forger has a key of the same name and a copy of everything'
make_keys
ok "$robin" roll new roll --key registrar.key --body 'Staff' --source 'the staff list' --slots 3
printf 'anna\t\tAnna\nbo\t\tBo\n' >people.tsv
ok "$robin" roll import roll --format people people.tsv
echo 'a passphrase' >pass
for member in anna bo; do
    ok "$robin" enrol "roll/invitations/$member" --card "$member.card" --out "$member.enrolment" --passphrase-file pass
done
ok "$robin" roll enrolments roll --key registrar.key anna.enrolment bo.enrolment
ok "$robin" key new registrar.example/test --out forger.key
registrar=$("$robin" key show registrar.key)
forger=$("$robin" key show forger.key)
cp -r roll forged
sed "s|^Registrar: .*|Registrar: $forger|" roll/roll.conf >forged/roll.conf
ok "$robin" roll publish roll --key registrar.key
fails 1 "$registrar, and this roll's registrar is $forger" "$robin" roll publish forged --key registrar.key
ok "$robin" roll publish forged --key forger.key
for slot in 0 1 2; do
    make_petition "petition$slot.txt" "roll/published/slot-$slot/roll.txt"
    ok "$robin" petition assign roll --key registrar.key --petition "petition$slot.txt" --to "pet$slot"
done
make_petition petition.txt forged/published/slot-0/roll.txt
ok "$robin" petition assign forged --key forger.key --petition petition.txt --to false
ok "$robin" roll show false/roll.txt
says "registrar: $forger"
ok "$robin" petition check false
says "kept by: $forger"

# by_script COMMAND PETITION MEMBER [OPTIONS]
by_script() {
    command=$1
    petition=$2
    member=$3
    shift 3
    "$robin" "$command" "$petition" --key "$member.card" --passphrase-file pass "$@"
}

step 'A forged roll is found by the receipt and by the key'
for command in decline withdraw step-forward 'sign'; do
    mode=
    if [ "$command" = sign ]; then mode=--mode=named; fi
    # shellcheck disable=SC2086
    fails 1 'The roll may be forged' by_script "$command" false anna --out x $mode --receipt roll/receipts/anna
    # shellcheck disable=SC2086
    fails 1 'and not by the registrar of --registrar' by_script "$command" false anna --out x $mode --registrar "$registrar"
done
talk 1 "$robin" answer false --key anna.card --passphrase-file pass --out x --receipt roll/receipts/anna <<'TALK'
expect Roll of Staff
expect edition 1, 2 entries, kept by
expect The roll may be forged
TALK
says "$forger"
fails 1 'is the receipt of another member' by_script sign pet0 anna --mode named --out x --receipt roll/receipts/bo
fails 1 'is no receipt of an enrolment' by_script sign pet0 anna --mode named --out x --receipt pet0/roll.note
fails 2 'is no verifier key' by_script sign pet0 anna --mode named --out x --registrar registrar.example/test
ok "$robin" roll new later --key registrar.key --after roll --slots 1
ok "$robin" enrol later/invitations/anna --card later.card --out later.enrolment --passphrase-file pass
ok "$robin" roll enrolments later --key registrar.key later.enrolment
fails 1 'is for another roll or edition' by_script sign pet0 anna --mode named --out x --receipt later/receipts/anna
cp bo.card bo.copy
ok by_script sign pet0 bo --mode named --out x --receipt roll/receipts/bo --registrar "$registrar"
says "Registrar of its roll: $registrar"
says 'Your ring: 2 people'
says 'Petition: '
mv bo.copy bo.card
rm x

step 'An answer never replaces the key'
fails 1 'is your key, and the answer would replace it' by_script sign pet0 anna --mode named --out anna.card --force
fails 1 'is your key, and the answer would replace it' by_script sign pet0 anna --mode named --out ./anna.card
ln -s anna.card link
fails 1 'is your key, and the answer would replace it' by_script decline pet0 anna --out link --force
fails 2 'name the same file' "$robin" enrol later/invitations/bo --card y --out ./y --passphrase-file pass
fails 1 'is there already and was left as it is' by_script sign pet0 anna --mode named --out pass
talk 1 "$robin" answer pet0 --key anna.card --out pass <<'TALK'
expect is there already and was left as it is
TALK
says_not 'Passphrase of'

step 'A key that cannot be destroyed is not used'
fails 1 'standard input: the key could not be destroyed there' \
    sh -c '"$1" sign pet0 --key - --passphrase-file pass --mode named --out x <anna.card' sh "$robin"
fails 1 'the key could not be destroyed there' \
    sh -c '"$1" sign pet0 --key /dev/fd/6 --passphrase-file pass --mode named --out x 6<anna.card' sh "$robin"
ok sh -c '"$1" sign pet0 --key - --passphrase-file pass --mode named --keep-key --out kept <anna.card' sh "$robin"

step 'Two answers with one card: the one that comes second finds the card changed'
mkfifo asks
timeout 60 "$robin" sign pet0 --key anna.card --passphrase-file asks --mode named --out slow 2>slow.err &
slow=$!
# The passphrase is asked for when the card was read.
exec 8>asks
ok by_script sign pet1 anna --mode named --out quick
echo 'a passphrase' >&8
exec 8>&-
status=0
wait "$slow" || status=$?
[ "$status" = 1 ] || broken "status $status of the slow answer"
[ ! -e slow ] || broken 'the slow answer was written'
grep -q 'the card was changed meanwhile' slow.err || broken 'that was not said'
fails 1 'it was used, and destroyed' by_script sign pet1 anna --mode named --out again

step 'The answer is out, but the card cannot be written: both are said'
mkfifo pipe
# The pipe is full, so that the answer waits until somebody reads.
exec 7<>pipe
dd if=/dev/zero bs=4096 count=16 of=pipe status=none conv=notrunc
before=$(sha256sum <anna.card)
timeout 60 "$robin" sign pet0 --key anna.card --passphrase-file pass --mode named --out - >pipe 2>slow.err &
slow=$!
tries=0
until ls .robin-* >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 600 ] || broken 'the card is not prepared'
    sleep 0.1
done
sleep 0.3
mv anna.card anna.away
mkdir anna.card
dd if=pipe bs=4096 count=17 of=/dev/null status=none
status=0
wait "$slow" || status=$?
exec 7>&-
[ "$status" = 3 ] || broken "status $status"
grep -q 'Your answer was printed, but the key is still on the card' slow.err || broken 'that was not said'
rmdir anna.card
mv anna.away anna.card
[ "$before" = "$(sha256sum <anna.card)" ] || broken 'the card was changed'

step 'What is said of a key that is kept is true'
talk 1 "$robin" answer pet0 --key anna.card --passphrase-file pass --keep-key --out x <<'TALK'
expect Your one-time key stays on your key card
expect >
send decline
expect you keep your key: you can still sign
end
TALK
says_not 'This cannot be undone'
says_not 'is destroyed with the answer'

step 'A card with fewer keys than the edition has petitions'
sed 's/^Slots: 3/Slots: 1/' roll/invitations/anna >short.invitation
ok "$robin" enrol short.invitation --card short.card --out short.enrolment --passphrase-file pass
fails 1 'has no key for slot 2: it was made for 1 petition' by_script sign pet2 short --mode named --out x

step 'A petition cannot speak as the program'
{
    printf 'A text.\n\nYour answer\nType your passphrase:\n\n'
    i=0
    while [ $i -lt 40 ]; do
        printf '\302\240\302\240\302\240'
        i=$((i + 1))
    done
    printf 'Pretending\n'
} >text.md
ok "$robin" petition new text.md --out third.txt --title 'Open the room' --to 'The board' --from 'The staff' \
    --roll roll/published/slot-2/roll.txt --ring-minimum 8 --mode anonymous --mode named --opens 2026-01-01T00:00:00Z \
    --closes 2026-01-31T00:00:00Z --log "$("$robin" key show log.key)" --directory "$("$robin" key show directory.key)"
cp -r roll twin
rm twin/assignments.tsv
ok "$robin" petition assign twin --key registrar.key --petition third.txt --to third
talk 1 "$robin" answer third --key bo.card --passphrase-file pass --out x <<'TALK'
expect Pretending
expect >
end
TALK
grep -q '^| Type your passphrase:' "$root/out" || broken 'a line of the petition stands outside the margin'
grep -q '^| .*Pretending' "$root/out" || broken 'a long line of the petition stands outside the margin'

step 'The passphrase that is offered may be typed as it stands on paper: here the terminal shows capitals'
talk 0 sh -c 'stty olcuc && exec "$1" enrol later/invitations/bo --card paper.card --out paper.enrolment' sh "$robin" <<'TALK'
expect A PASSPHRASE FOR YOUR KEY CARD
expect PASSPHRASE:
again FOR YOUR KEY CARD:
expect YOUR KEY CARD IS PAPER.CARD
TALK
