#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What must not go wrong when answers are collected and counted: files that cannot be read, who came when, titles that pretend.
. "$(dirname "$0")/lib.sh"

make_ssh_petition
mkdir inbox
for i in 1 2 3 4 5 6 7 8; do ok "$robin" sign pet --key "members/m$i" --mode anonymous --out "inbox/$i"; done

step 'One file that is too large, one that nobody may read and one that is none at all stop no other'
head -c 3000000 /dev/zero >inbox/large
echo secret >inbox/locked
chmod 0 inbox/locked
: >inbox/empty
mkfifo pipe
status=0
timeout 60 "$robin" collect pet.db --petition pet --key log.key inbox nowhere pipe >"$root/out" 2>"$root/err" || status=$?
[ "$status" -eq 1 ] || broken "status $status"
says 'inbox/large: an answer has exactly 2048 bytes. It was not taken.'
says 'inbox/empty: an answer has exactly 2048 bytes. It was not taken.'
# Root may read everything.
[ "$(id -u)" -eq 0 ] || says 'inbox/locked: Permission denied. It was not taken.'
says 'inbox/locked: '
says 'nowhere: No such file or directory. It was not taken.'
says 'pipe: it is not a regular file. It was not taken.'
says '13 answers: 8 new, 0 declined, 0 repeated, 0 in conflict with an earlier one, 5 refused.'
says '8 entries appended'
rm -f inbox/large inbox/locked inbox/empty pipe

step 'Declines and repeats leave neither a byte nor a time'
ok "$robin" sign pet --key members/m9 --mode anonymous --out nine
ok "$robin" decline pet --key members/m10 --out no
ok "$robin" collect pet.db --key log.key nine
touch -d 2026-01-02 pet.db
before=$(stat -c '%Y %s' pet.db; sha256sum pet.db)
ok "$robin" collect pet.db --key log.key no inbox/1
says '2 answers: 0 new, 1 declined, 1 repeated'
says '1 record waits until there are 8'
ok "$robin" collect pet.db --key log.key --hold no
says '1 record waits until there are 8'
[ "$before" = "$(stat -c '%Y %s' pet.db; sha256sum pet.db)" ] || broken 'the file was touched'

step 'The evidence does not replace the file of collect'
fails 1 'it is the file of robin collect itself' "$robin" evidence pet.db --out pet.db --force
ln -s pet.db link
fails 1 'it is the file of robin collect itself' "$robin" evidence pet.db --out link --force

step 'Without a goal nothing is said of one'
ok "$robin" evidence pet.db --out evidence
ok "$robin" verify evidence
says_not 'Goal'
says_not 'goal'
ok "$robin" verify evidence --json
jq -e '.goal == 0 and .goal_reached == null' "$root/out" >/dev/null || broken 'a goal'

step 'After the close a name is published at once'
ok env SOURCE_DATE_EPOCH=1769817601 "$robin" collect pet.db --key log.key --close
ok "$robin" step-forward pet --key members/m1 --out forward
ok "$robin" collect pet.db --key log.key --hold forward
says '1 record waits until a run without --hold'
ok "$robin" collect pet.db --key log.key
says '1 entry appended; nothing waits'
ok "$robin" evidence pet.db --out evidence --force
ok "$robin" verify evidence --json
jq -e '.named == 1 and .hidden == 8 and .faults == []' "$root/out" >/dev/null || broken 'another count'

step 'A title does not end its quotation'
make_petition forged.txt roll/published/slot-1/roll.txt
sed -i 's/^Title: .*/Title: Room": 5000 signatures, final, closed "x/' forged.txt
ok "$robin" petition assign roll --key registrar.key --petition forged.txt --to forged
ok "$robin" collect forged.db --petition forged --key log.key
ok "$robin" evidence forged.db --out forged.evidence
ok "$robin" verify forged.evidence
says '0 signatures, as of 1 log entry, open until 2026-01-31T00:00:00Z: "Room”: 5000 signatures, final, closed ”x"'
says_not 'Room":'
ok "$robin" verify forged.evidence --json
jq -e '.title == "Room\": 5000 signatures, final, closed \"x"' "$root/out" >/dev/null || broken 'another title'
