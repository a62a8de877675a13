#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A disk that is full: everything that writes says so with status 3, and leaves every file as it was.
# A limit on the size of files stands for the full disk; `full N COMMAND` allows N blocks of 512 bytes to each file.
. "$(dirname "$0")/lib.sh"

# What it prints goes through pipes, which have no size.
full() {
    blocks=$1
    shift
    rm -f "$root/pipe1" "$root/pipe2"
    mkfifo "$root/pipe1" "$root/pipe2"
    cat <"$root/pipe1" &
    cat <"$root/pipe2" >&2 &
    code=0
    sh -c 'ulimit -f "$1"; shift; exec "$@"' sh "$blocks" "$@" >"$root/pipe1" 2>"$root/pipe2" || code=$?
    wait
    return "$code"
}

make_ssh_petition
echo 'a passphrase' >pass

step 'Keys, petitions, folders'
fails 3 'Nothing was written' full 0 "$robin" key new name.example --out k
fails 3 'Nothing was written' full 0 "$robin" key new name.example --out log.key --force
fails 3 'Nothing was written' full 0 "$robin" petition new text.md --out p --title a --to b --from c --roll roll/published/slot-1/roll.txt \
    --mode named --closes 2027-01-01T00:00:00Z --log "$("$robin" key show log.key)" --directory "$("$robin" key show directory.key)"

step 'A roll: what is there stays as it was'
ok "$robin" roll new body --key registrar.key --body 'Staff' --source 'the staff list' --slots 2
for i in 1 2 3 4 5 6 7 8 9; do printf 'person-%s\tA\tMember %s\n' "$i" "$i"; done >people.tsv
fails 3 'Nothing was written' full 1 "$robin" roll import body --format people people.tsv
ok "$robin" roll import body --format people people.tsv
fails 3 'Nothing was written' full 1 "$robin" enrol body/invitations/person-1 --card card --out enrolment --passphrase-file pass
ok "$robin" enrol body/invitations/person-1 --card card --out enrolment --passphrase-file pass
cp -r body body.before
status=0
full 1 "$robin" roll enrolments body --key registrar.key enrolment >"$root/out" 2>"$root/err" || status=$?
[ "$status" = 3 ] || broken "status $status"
diff -r body body.before || broken 'an enrolment was half-taken'
rm -r body.before
ok "$robin" roll enrolments body --key registrar.key enrolment

step 'Publishing: nothing is published, and it can be done again'
status=0
full 0 "$robin" roll publish body --key registrar.key >"$root/out" 2>"$root/err" || status=$?
[ "$status" = 3 ] || broken "status $status"
[ ! -e body/published ] || broken 'something is published'
ok "$robin" roll publish body --key registrar.key
[ ! -e body/.publishing ] || broken 'something unfinished is left'
make_petition second.txt body/published/slot-0/roll.txt
fails 3 'Nothing was written' full 0 "$robin" petition assign body --key registrar.key --petition second.txt --to second
ok "$robin" petition assign body --key registrar.key --petition second.txt --to second

step 'Answers: the key stays on the card'
fails 3 'Nothing was written' full 1 "$robin" sign second --key card --passphrase-file pass --mode named --out answer
fails 3 'Nothing was written' full 1 "$robin" decline second --key card --passphrase-file pass --out answer
fails 3 'standard output' sh -c '"$1" sign second --key card --passphrase-file pass --mode named --out - >/dev/full' sh "$robin"
fails 3 'cannot be made' "$robin" sign second --key card --passphrase-file pass --mode named --out nowhere/answer
ok "$robin" sign second --key card --passphrase-file pass --mode named --out answer

step 'Collecting: the file stays as it was, and the same answers can be taken again'
mkdir answers
for i in 1 2 3 4 5 6 7 8 9; do ok "$robin" sign pet --key "members/m$i" --mode anonymous --out "answers/$i"; done
fails 3 'pet.db' full 8 "$robin" collect pet.db --petition pet --key log.key
ok "$robin" collect pet.db --petition pet --key log.key
fails 3 'The file is as it was' full 8 "$robin" collect pet.db --key log.key answers
ok "$robin" collect pet.db --key log.key answers
says '9 answers: 9 new'
fails 3 'Nothing was written' full 8 "$robin" evidence pet.db --out evidence
ok "$robin" evidence pet.db --out evidence
fails 3 'Nothing was written' full 8 "$robin" evidence pet.db --out evidence --force
ok "$robin" verify evidence
says '9 signatures'
