#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Bad input: each has its error, its exit status, and leaves every file as it was.
. "$(dirname "$0")/lib.sh"

make_ssh_petition
mkdir answers
for i in 1 2 3 4 5 6 7 8; do ok "$robin" sign pet --key "members/m$i" --mode anonymous --out "answers/$i"; done
ok "$robin" collect pet.db --petition pet --key log.key answers
ok "$robin" evidence pet.db --out evidence
sign() { "$robin" sign "$1" --key members/m9 --mode named --out x; }
# damaged NAME FILE COMMAND: a copy of the petition's folder in which this file was changed by the command (stdin to stdout).
damaged() {
    rm -rf "$1"
    cp -r pet "$1"
    sh -c "$3" <"pet/$2" >"$1/$2"
}

step 'Wrong files'
fails 3 'No such file' "$robin" sign nowhere --key members/m9 --mode named --out x
fails 3 'roll.txt: No such file' "$robin" sign petition.txt --key members/m9 --mode named --out x
fails 1 'roll.txt:1: ' "$robin" petition check pet/roll.txt
fails 1 'petition.txt:1: ' "$robin" roll show pet/petition.txt
fails 1 'It should be a key that robin key new or robin witness new made' "$robin" key show pet/roll.txt
fails 1 'is no key card' "$robin" sign pet --key evidence --mode named --out x
fails 1 'is no key card' "$robin" sign pet --key /dev/null --mode named --out x
fails 1 'petition.txt' "$robin" verify pet/petition.txt
fails 1 'Do not rely on this file' "$robin" verify pet.db
fails 1 '/dev/null' "$robin" verify /dev/null
fails 3 'nowhere' "$robin" verify nowhere
fails 1 'evidence' "$robin" collect evidence --key log.key answers
fails 1 'evidence' "$robin" evidence evidence --out y
fails 3 'is no registrar' "$robin" roll publish pet --key registrar.key
fails 1 'It was not taken' "$robin" collect pet.db --key log.key pet/roll.txt

step 'Verifier keys that are no keys: the form is right, the point is not on the curve'
vectors=$here/../vectors/data
jq -j '.accepted[1].file' "$vectors/petition.json" >keyless
fails 1 'keyless:14: the verifier key holds no Ed25519 key' "$robin" petition check keyless
jq -j '.rolls[2].roll' "$vectors/roll.json" >keyless
fails 1 'keyless:9: the verifier key holds no Ed25519 key' "$robin" roll show keyless
rm keyless

step 'Truncated files: at every line, and within the last'
for file in petition.txt roll.txt roll.note assignment.note names.txt; do
    lines=$(wc -l <"pet/$file")
    n=0
    while [ "$n" -lt "$lines" ]; do
        # The petition's own text may be shorter: then it is another petition, and not assigned.
        damaged cut "$file" "head -n $n"
        # Names may be left out, line by line.
        if [ "$file" = names.txt ] && [ "$n" -ge 3 ]; then
            ok sign cut
            rm x
        else
            fails 1 "cut/" sign cut
        fi
        n=$((n + 1))
    done
    damaged cut "$file" 'head -c -1'
    fails 1 "cut/$file" sign cut
done
rm -rf cut
for size in 0 1 100 512 4096 8192; do
    head -c "$size" evidence >short
    fails 1 'short: ' "$robin" verify short
    head -c "$size" pet.db >short
    fails 1 'short: ' "$robin" collect short --key log.key answers
done
head -c 2047 answers/1 >short
fails 1 'short: ' "$robin" collect pet.db --key log.key short
cat answers/1 answers/1 >long
fails 1 'long: ' "$robin" collect pet.db --key log.key long
head -c 1000 long >stream
fails 1 'standard input, answer 1: ' sh -c '"$1" collect pet.db --key log.key - <stream' sh "$robin"

step 'CR LF, byte order mark, no UTF-8, control characters'
for file in petition.txt roll.txt roll.note assignment.note names.txt; do
    damaged other "$file" 'sed "s/$/\r/"'
    fails 1 "other/$file:" sign other
    damaged other "$file" 'printf "\357\273\277"; cat'
    fails 1 "other/$file:" sign other
done
damaged other petition.txt 'sed "s/^Title: .*/Title: \xff/"'
fails 1 'other/petition.txt:2: ' sign other
damaged other petition.txt 'sed "s/^Title: .*/Title: a\x1b[2J/"'
fails 1 'other/petition.txt:2: ' sign other
damaged other petition.txt 'sed "s/^Goal: 0/Goal: 00/"'
fails 1 'other/petition.txt:' sign other
rm -rf other
printf 'a\tb\tc\r\n' >crlf.tsv
ok "$robin" roll new body --key registrar.key --body 'Staff' --source 'the staff list'
fails 1 'crlf.tsv:1: ' "$robin" roll import body --format people crlf.tsv
printf 'a b\tc\td\n' >people.tsv
fails 1 'people.tsv:1: a member is 1 to 64' "$robin" roll import body --format people people.tsv
printf 'a\tother\td\n' >people.tsv
fails 1 'people.tsv:1: ' "$robin" roll import body --format people people.tsv
printf 'a\t\td\nb\tc\n' >people.tsv
fails 1 'people.tsv:2: a line is member TAB class TAB name' "$robin" roll import body --format people people.tsv
printf 'a\t\td\na\t\te\n' >people.tsv
fails 1 'member a is in the files twice' "$robin" roll import body --format people people.tsv
printf 'a\t\td' >people.tsv
fails 1 'people.tsv:1: ' "$robin" roll import body --format people people.tsv

step 'Wrong keys'
ok "$robin" key new registrar.example/other --out other.key
ok "$robin" key new log.example/test --out otherlog.key
fails 1 "this roll's registrar is registrar.example/test" "$robin" roll publish body --key other.key
fails 1 "this roll's registrar is registrar.example/test" "$robin" petition assign roll --key other.key --petition petition.txt --to z
fails 1 "not that of this petition's log" "$robin" collect new.db --petition pet --key registrar.key
ok "$robin" sign pet --key members/m9 --mode named --out nine
fails 1 'The file is as it was' "$robin" collect pet.db --key otherlog.key nine
ssh-keygen -q -t ed25519 -N '' -C '' -f stranger
fails 1 'this key is not on the roll' "$robin" sign pet --key stranger --mode anonymous --out x

step 'Notes of others'
make_petition second.txt roll/published/slot-1/roll.txt
ok "$robin" petition assign roll --key registrar.key --petition second.txt --to second
fails 1 'second/assignment.note' "$robin" sign pet --key members/m9 --mode named --out x --assignment second/assignment.note
fails 1 'second/roll.note' "$robin" sign pet --key members/m9 --mode named --out x --roll-note second/roll.note
fails 1 'second/roll.txt: ' "$robin" sign pet --key members/m9 --mode named --out x --roll second/roll.txt
cp -r pet mixed
rm mixed/assignment.note
fails 3 'mixed/assignment.note: No such file' sign mixed
cp pet/assignment.note mixed
cp second/names.txt mixed
fails 1 'mixed/names.txt:' sign mixed

step 'What the petition does not allow'
ok "$robin" roll new again --key registrar.key --kind ed25519 --slots 4 --body 'Staff' --source 'the staff list'
for i in 1 2 3 4 5 6 7 8 9; do ok "$robin" roll import again --format authorized-keys --member "m$i" "members/m$i.pub"; done
ok "$robin" roll publish again --key registrar.key
allow() { # FOLDER SLOT SED
    make_petition "$1.txt" "again/published/slot-$2/roll.txt"
    sed -i "$3" "$1.txt"
    ok "$robin" petition assign again --key registrar.key --petition "$1.txt" --to "$1"
}
allow by-name 0 's/^Modes: .*/Modes: named/'
fails 1 'this petition does not take signatures that are never named' "$robin" sign by-name --key members/m1 --mode anonymous --out x
fails 1 'this petition does not take sealed signatures' "$robin" sign by-name --key members/m1 --mode sealed --out x
allow hidden 1 's/^Modes: .*/Modes: anonymous/'
fails 1 'this petition does not take signatures by name' "$robin" sign hidden --key members/m1 --mode named --out x
fails 1 'this petition does not take signatures by name' "$robin" step-forward hidden --key members/m1 --out x
allow small 2 's/^Ring-Minimum: .*/Ring-Minimum: 10/'
fails 1 'only 9 people could have signed with you, and this petition takes hidden signatures from 10 on' \
    "$robin" sign small --key members/m1 --mode anonymous --out x
make_petition small2.txt again/published/slot-3/roll.txt
sed -i 's/^Ring-Minimum: .*/Ring-Minimum: 7/' small2.txt
fails 1 'small2.txt:' "$robin" petition check small2.txt

step 'Answers that the log does not take'
# Of another petition; in a mode that is not allowed, made where it is; into a ring that is too small.
ok "$robin" sign second --key members/m9 --mode anonymous --out foreign
fails 1 'foreign: ' "$robin" collect pet.db --key log.key foreign
ok "$robin" collect by-name.db --petition by-name --key log.key
fails 1 'answers/1: ' "$robin" collect by-name.db --key log.key answers/1
ok "$robin" collect small.db --petition small --key log.key
fails 1 'answers/1: ' "$robin" collect small.db --key log.key answers/1

step 'A second signature is counted once, whatever its mode'
ok "$robin" sign pet --key members/m1 --mode anonymous --out again1
ok "$robin" sign pet --key members/m1 --mode named --out again2
ok "$robin" collect pet.db --key log.key again1 again2 answers/1
says '3 answers: 0 new, 0 declined, 1 repeated, 2 in conflict'
ok "$robin" evidence pet.db --out evidence --force
ok "$robin" verify evidence
says '8 signatures'

step 'Key cards'
echo 'the right one' >pass
echo 'a wrong one' >wrong
printf 'a\tA\tAnna\n' >people.tsv
ok "$robin" roll import body --format people people.tsv
ok "$robin" enrol body/invitations/a --card card --out enrolment --passphrase-file pass
sed 's/^Code: .*/Code: 0000-0000-0000-0000-0000-0000-0000/' enrolment >guessed
fails 1 'its invitation code is not known' "$robin" roll enrolments body --key registrar.key guessed
sed '/^Code: /d' enrolment >without
fails 1 'it has no invitation code' "$robin" roll enrolments body --key registrar.key without
sed 's/^Name: .*/Name: Bertha/' enrolment >renamed
fails 1 'the name is not the one in the invitation' "$robin" roll enrolments body --key registrar.key renamed
sed 's/^Member: .*/Member: b/' enrolment >stranger.enrolment
fails 1 'nobody of this name is invited' "$robin" roll enrolments body --key registrar.key stranger.enrolment
head -n 8 enrolment >short
fails 1 'short' "$robin" roll enrolments body --key registrar.key short
sed 's/$/\r/' enrolment >crlf
fails 1 'crlf:1: ' "$robin" roll enrolments body --key registrar.key crlf
ok "$robin" enrol body/invitations/a --card card2 --out enrolment2 --passphrase-file pass
ok "$robin" roll enrolments body --key registrar.key enrolment
fails 1 'has enrolled in this edition already, with other keys' "$robin" roll enrolments body --key registrar.key enrolment2
ok "$robin" roll publish body --key registrar.key
make_petition card.txt body/published/slot-0/roll.txt
ok "$robin" petition assign body --key registrar.key --petition card.txt --to card.pet
fails 1 'the passphrase is wrong, or the card was altered' "$robin" sign card.pet --key card --passphrase-file wrong --mode named --out x
fails 1 'its key is not on the roll' "$robin" sign card.pet --key card2 --passphrase-file pass --mode named --out x
fails 1 'Name your key file' "$robin" sign pet --key card --passphrase-file pass --mode named --out x
head -c 500 card >"cut"
fails 1 'cut' "$robin" sign card.pet --key cut --passphrase-file pass --mode named --out x
cp card flipped
flip flipped 800
fails 1 'flipped' "$robin" sign card.pet --key flipped --passphrase-file pass --mode named --out x
