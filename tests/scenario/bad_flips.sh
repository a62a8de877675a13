#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One bit is flipped: in a petition, a roll, notes, names, proofs, answers, the local store, the evidence file.  It is refused, or
# (only where SQLite has bytes that mean nothing) the result is the same.
. "$(dirname "$0")/lib.sh"

make_ssh_petition
mkdir answers
for i in 1 2 3 4 5 6 7; do ok "$robin" sign pet --key "members/m$i" --mode anonymous --out "answers/$i"; done
ok "$robin" sign pet --key members/m8 --mode named --out answers/8
ok "$robin" withdraw pet --key members/m1 --out withdrawal

# at_most COUNT FILE: so many offsets in the file, evenly spread, the last byte among them.
at_most() {
    size=$(size_of "$2")
    seq 0 $((size / $1 + 1)) $((size - 1))
    echo $((size - 1))
}

step 'Petition, roll, notes, names'
for file in petition.txt roll.txt roll.note assignment.note names.txt; do
    for offset in $(at_most 40 "pet/$file"); do
        rm -rf flipped
        cp -r pet flipped
        flip "flipped/$file" "$offset"
        status=0
        "$robin" sign flipped --key members/m9 --mode named --out x >"$root/out" 2>"$root/err" || status=$?
        [ "$status" = 1 ] || broken "status $status with $file flipped at $offset"
        [ ! -e x ] || broken "an answer was made with $file flipped at $offset"
    done
done
rm -rf flipped

step 'Answers: each byte of a record and of its length'
ok "$robin" collect pet.db --petition pet --key log.key
for answer in answers/1 answers/8 withdrawal; do
    mkdir flipped
    record=$(od -An -tu2 -N 2 "$answer" | tr -d ' ')
    step_of=$((record > 200 ? 5 : 1))
    for offset in $(seq 0 "$step_of" $((record + 1))); do
        cp "$answer" "flipped/$offset"
        flip "flipped/$offset" "$offset"
    done
    count=$(find flipped -type f | wc -l)
    fails 1 'It was not taken' "$robin" collect pet.db --key log.key flipped
    says "$count answers: 0 new, 0 declined, 0 repeated, 0 in conflict with an earlier one, $count refused."
    rm -r flipped
done

step 'The bytes after the record are random: they change nothing'
cp answers/1 filler
flip filler 2047
ok "$robin" collect pet.db --key log.key answers filler
says '9 answers: 8 new, 0 declined, 1 repeated'
ok "$robin" evidence pet.db --out evidence
ok "$robin" verify --json evidence
cp "$root/out" good.json

step 'The log in the local store'
refused=0
for offset in $(at_most 90 pet.db); do
    cp pet.db flipped.db
    flip flipped.db "$offset"
    rm -f flipped.evidence
    if "$robin" evidence flipped.db --out flipped.evidence >"$root/out" 2>"$root/err" &&
        "$robin" verify --json flipped.evidence >"$root/out" 2>"$root/err"; then
        cmp -s "$root/out" good.json || broken "another result with the store flipped at $offset"
    else
        refused=$((refused + 1))
    fi
done
[ "$refused" -ge 20 ] || broken "only $refused were refused"

step 'The evidence file'
refused=0
for offset in $(at_most 200 evidence); do
    cp evidence flipped
    flip flipped "$offset"
    status=0
    "$robin" verify --json flipped >"$root/out" 2>"$root/err" || status=$?
    if [ "$status" = 0 ]; then
        cmp -s "$root/out" good.json || broken "another result with the evidence flipped at $offset"
    else
        [ "$status" = 1 ] || broken "status $status with the evidence flipped at $offset"
        [ -s "$root/err" ] || broken "nothing was said with the evidence flipped at $offset"
        refused=$((refused + 1))
    fi
done
[ "$refused" -ge 60 ] || broken "only $refused were refused"

step 'Enrolment proofs and the key card'
echo 'a passphrase' >pass
printf 'a\tA\tAnna\n' >people.tsv
ok "$robin" roll new body --key registrar.key --body 'Staff' --source 'the staff list' --slots 1
ok "$robin" roll import body --format people people.tsv
ok "$robin" enrol body/invitations/a --card card --out enrolment --passphrase-file pass
for offset in $(at_most 40 enrolment); do
    cp enrolment flipped
    flip flipped "$offset"
    # The salt is the member's own choice: another one is another enrolment.
    if grep -q "$(sed -n 's/^Salt: //p' enrolment)" flipped; then
        fails 1 'flipped' "$robin" roll enrolments body --key registrar.key flipped
    fi
done
ok "$robin" roll enrolments body --key registrar.key enrolment
ok "$robin" roll publish body --key registrar.key
for offset in $(at_most 20 body/published/slot-0/proofs.bin); do
    cp body/published/slot-0/proofs.bin flipped
    flip flipped "$offset"
    fails 1 'flipped: ' "$robin" roll show body/published/slot-0/roll.txt --proofs flipped
done
make_petition second.txt body/published/slot-0/roll.txt
ok "$robin" petition assign body --key registrar.key --petition second.txt --to second
for offset in $(at_most 10 card); do
    cp card flipped
    flip flipped "$offset"
    fails 1 'flipped' "$robin" sign second --key flipped --passphrase-file pass --mode named --out x
done
