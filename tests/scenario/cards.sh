#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A body enrols with key cards, and answers on the terminal.
. "$(dirname "$0")/lib.sh"

step 'The registrar begins an edition'
make_keys
ok "$robin" roll new spring --key registrar.key --body 'Staff of the Example Institute' --source 'https://example.org/staff' \
    --body-size 12 --slots 2
{
    printf 'anna\tLibrary\tAnna Example\nbo\tLibrary\tBo\n'
    for i in 3 4 5 6 7 8 9; do printf 'm%s\tLibrary\tMember %s\n' "$i" "$i"; done
} >people.tsv
ok "$robin" roll import spring --format people people.tsv
says '9 people added, 0 refused; 9 on the roll now.'
[ "$(stat -c %a spring/invitations/anna)" = 600 ] || broken 'an invitation can be read by others'

step 'Bo takes the passphrase that is offered'
talk 0 "$robin" enrol spring/invitations/bo --card offered.card --out offered.enrolment <<'TALK'
expect Passphrase:
again for your key card:
expect Your key card is offered.card
TALK
rm offered.card offered.enrolment

step 'Anna chooses her own'
talk 0 sh -c '"$1" enrol spring/invitations/anna --card anna.card --out anna.enrolment' sh "$robin" <<'TALK'
expect A passphrase for your key card
expect Passphrase:
echo off
send her own passphrase
expect The same again
send her own passphrase
expect Your key card is anna.card
TALK
grep -q 'her own passphrase' "$root/out" && broken 'the passphrase was shown'
[ "$(stat -c %a anna.card)" = 600 ] || broken 'the key card can be read by others'
echo 'her own passphrase' >anna.pass

step 'Two different passphrases make nothing'
before=$(snapshot)
talk 1 "$robin" enrol spring/invitations/bo --card bo.card --out bo.enrolment <<'TALK'
expect Passphrase:
send one
expect The same again
send two
expect the two passphrases differ
TALK
[ "$before" = "$(snapshot)" ] || broken 'files were changed'

step 'Control-C at the question for a passphrase leaves terminal and files as they were'
talk 130 "$robin" enrol spring/invitations/bo --card bo.card --out bo.enrolment <<'TALK'
expect Passphrase:
echo off
kill
echo on
TALK
[ "$before" = "$(snapshot)" ] || broken 'files were changed'

step 'The others enrol'
echo 'a passphrase' >pass
for member in bo m3 m4 m5 m6 m7 m8 m9; do
    ok "$robin" enrol "spring/invitations/$member" --card "$member.card" --out "$member.enrolment" --passphrase-file pass
done
fails 1 'is there already and was left as it is' "$robin" enrol spring/invitations/bo --card bo.card --out x --passphrase-file pass
fails 1 'is there already and was left as it is' "$robin" enrol spring/invitations/bo --card x --out bo.enrolment --passphrase-file pass
ok "$robin" roll enrolments spring --key registrar.key anna.enrolment bo.enrolment m3.enrolment
says '3 enrolments taken, 0 refused.'
mkdir inbox
mv m[4-9].enrolment inbox
ok "$robin" roll enrolments spring --key registrar.key inbox
ok "$robin" roll enrolments spring
says '9 of 9 people enrolled.'
grep -q 'round-robin enrolment v1' spring/receipts/anna || broken 'there is no receipt'

step 'An edition is published once'
ok "$robin" roll publish spring --key registrar.key
ok "$robin" roll show spring/published/slot-1/roll.txt --entries
says 'enrolment proofs: all verified'
says 'Anna Example'
fails 1 'is published and takes nobody in any more' "$robin" roll publish spring --key registrar.key
fails 1 'is published and takes nobody in any more' "$robin" roll import spring --format people people.tsv
fails 1 'is published and takes nobody in any more' "$robin" roll enrolments spring --key registrar.key bo.enrolment

step 'A petition; its roll is assigned once'
make_petition petition.txt spring/published/slot-1/roll.txt
ok "$robin" petition assign spring --key registrar.key --petition petition.txt --to library
make_petition other.txt spring/published/slot-1/roll.txt --goal 3
fails 1 'this roll file is assigned already' "$robin" petition assign spring --key registrar.key --petition other.txt --to other
ok "$robin" petition check library
says 'the assignment of the roll to this petition: verified'
says '1 ring of 9 people'

step 'Anna reads, leaves without answering, and nothing has changed'
before=$(snapshot)
talk 1 "$robin" answer library --key anna.card --out anna.answer <<'TALK'
expect Open the room
expect The board
expect Passphrase of anna.card
echo off
send her own passphrase
expect 9 people, you among them
expect small crowd
expect by name
expect as Anna Example
expect never named
expect decline
expect Type one of: by name, never named, decline
echo on
send sealed
expect Not possible: this petition does not take sealed signatures
send
expect Please type one of
send stop
expect You have not answered, and nothing was changed
TALK
[ "$before" = "$(snapshot)" ] || broken 'files were changed'

step 'Neither does anything but yes answer'
talk 1 "$robin" answer library --key anna.card --out anna.answer <<'TALK'
expect Passphrase of anna.card
send her own passphrase
expect >
send never named
expect cannot be undone
send y
expect You have not answered
TALK
[ "$before" = "$(snapshot)" ] || broken 'files were changed'

step 'Anna signs, never named; her key is destroyed'
talk 0 "$robin" answer library --key anna.card --out anna.answer <<'TALK'
expect Passphrase of anna.card
send her own passphrase
expect >
send Never Named
expect You answer: never named
expect its key is destroyed
expect Type yes to answer:
send yes
expect Your answer is in anna.answer
expect is destroyed on your key card
TALK
[ "$(size_of anna.answer)" = 2048 ] || broken 'an answer has another size'
[ "$(size_of anna.card)" = "$(size_of m9.card)" ] || broken 'a used card has another size'
printf 'abc\000def\n' >odd.pass
fails 1 'a zero byte' "$robin" sign library --key bo.card --passphrase-file odd.pass --mode named --out again
printf 'abc\377\n' >odd.pass
fails 1 'is not UTF-8' "$robin" sign library --key bo.card --passphrase-file odd.pass --mode named --out again
fails 1 'it was used, and destroyed' "$robin" sign library --key anna.card --passphrase-file anna.pass --mode named --out again
fails 1 'it was used, and destroyed' "$robin" decline library --key anna.card --passphrase-file anna.pass --out again

step 'Bo declines; from outside it is the same'
talk 0 "$robin" answer library --key bo.card --out bo.answer --passphrase-file pass <<'TALK'
expect >
send decline
expect You cannot sign this petition afterwards
send yes
expect Your answer is in bo.answer
expect is destroyed on your key card
TALK
[ "$(size_of bo.answer)" = 2048 ] || broken 'a decline has another size'

step 'Others answer by scripts; two keep their key'
mkdir answers
mv anna.answer bo.answer answers
for i in 3 4 5 6; do ok "$robin" sign library --key "m$i.card" --passphrase-file pass --mode anonymous --out "answers/$i"; done
for i in 7 8; do ok "$robin" sign library --key "m$i.card" --passphrase-file pass --mode anonymous --keep-key --out "answers/$i"; done
says 'is still on your key card'
# A copy by a hard link stays whole, and a link to a card leads to the card.
ln m9.card m9.backup
ln -s m9.card m9.link
backup=$(sha256sum <m9.backup)
ok "$robin" sign library --key m9.link --passphrase-file pass --mode named --out answers/9
[ -L m9.link ] || broken 'the link was replaced, not the card'
[ "$backup" = "$(sha256sum <m9.backup)" ] || broken 'a backup was destroyed'
[ "$backup" != "$(sha256sum <m9.card)" ] || broken 'the card was not rewritten'
fails 1 'it was used, and destroyed' "$robin" decline library --key m9.card --passphrase-file pass --out again

step 'One withdraws, one steps forward: before that, the evidence counts all'
ok "$robin" collect library.db --petition library --key log.key answers
says '9 answers: 8 new, 1 declined, 0 repeated'
ok "$robin" evidence library.db --out library.evidence
ok "$robin" verify library.evidence --names
says '8 signatures, as of 9 log entries'
says 'Member 9 (Library)'
says '8  in total, each by a different one of the 9 entries on the roll'
says '7  hidden'
ok "$robin" withdraw library --key m7.card --passphrase-file pass --out later7
ok "$robin" step-forward library --key m8.card --passphrase-file pass --out later8
fails 1 'it was used, and destroyed' "$robin" withdraw library --key m7.card --passphrase-file pass --out again

step 'Two records are too few for a batch: they wait, until the close'
ok "$robin" collect library.db --key log.key later7 later8 answers
says '2 new, 1 declined, 8 repeated'
says '2 records wait until there are 8'
ok "$robin" evidence library.db --out library.evidence --force
says '2 records that wait are not in it yet'
# Closing needs the closing time to have passed, by the clock that is injected here.
fails 1 'Closes' env SOURCE_DATE_EPOCH=1767225700 "$robin" collect library.db --key log.key --close
ok env SOURCE_DATE_EPOCH=1769817601 "$robin" collect library.db --key log.key --close
says 'and is closed'
ok "$robin" evidence library.db --out library.evidence --force
ok "$robin" verify library.evidence --json
for pair in total=7 hidden=5 named=2 withdrawn=1 result=closed_not_witnessed closed=true verifies=true leaves=12; do
    [ "$(field "$root/out" "${pair%=*}")" = "${pair#*=}" ] || broken "not $pair"
done
ok "$robin" verify library.evidence
says 'closed, not witnessed'
says 'Faults of the log: none'

step 'The crowd is counted from the evidence, if it is of this petition'
talk 1 "$robin" answer library --key m7.card --passphrase-file pass --out x --evidence library.evidence <<'TALK'
expect was used, and destroyed
TALK
make_petition second.txt spring/published/slot-0/roll.txt
ok "$robin" petition assign spring --key registrar.key --petition second.txt --to second
talk 1 "$robin" answer second --key m3.card --passphrase-file pass --out x --evidence library.evidence <<'TALK'
expect is the evidence of another petition
TALK
ok "$robin" collect second.db --petition second --key log.key
ok "$robin" evidence second.db --out second.evidence
talk 1 "$robin" answer second --key m3.card --passphrase-file pass --out x --evidence second.evidence <<'TALK'
expect Until the last published batch, 0 of them signed by name, and 0 hidden
expect by one of 9 people
expect >
end
TALK

step 'The next edition takes the people over, and needs new keys'
ok "$robin" roll new autumn --key registrar.key --after spring --slots 1
says 'Edition 2'
says 'with 9 people'
ok "$robin" enrol autumn/invitations/m3 --card m3.autumn --out m3.again --passphrase-file pass
ok "$robin" roll enrolments autumn --key registrar.key m3.again
ok "$robin" roll publish autumn --key registrar.key
make_petition third.txt autumn/published/slot-0/roll.txt
ok "$robin" petition assign autumn --key registrar.key --petition third.txt --to third
fails 1 'this card is for edition 1, and the petition uses edition 2' \
    "$robin" sign third --key m3.card --passphrase-file pass --mode named --out x
fails 1 'only 1 person could have signed with you, and this petition takes hidden signatures from 8 on' \
    "$robin" sign third --key m3.autumn --passphrase-file pass --mode anonymous --out x
ok "$robin" sign third --key m3.autumn --passphrase-file pass --mode named --out x
