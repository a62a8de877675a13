#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A body in classes, one of them too small to be counted alone; a goal with class minima; batches; withdrawals; the close.
. "$(dirname "$0")/lib.sh"

step 'Invented people, for rehearsals only'
make_keys
ok "$robin" roll new staff --key registrar.key --body 'Real staff' --source 'the staff list'
fails 1 'does not begin with "Rehearsal"' "$robin" rehearse enrol staff --keys keys --to inbox
ok "$robin" roll new roll --key registrar.key --body 'Rehearsal: invented people' --source 'nowhere' --slots 3
"$robin" rehearse people --members 60 --classes 3 >people.tsv
for i in 1 2 3 4; do printf 'small-%s\tSmall\tIn Small %s\ntiny-%s\tTiny\tIn Tiny %s\n' "$i" "$i" "$i" "$i"; done >>people.tsv
printf 'lone\t\tWithout Class\n' >>people.tsv
ok "$robin" roll import roll --format people people.tsv
says '69 people added'
ok "$robin" rehearse enrol roll --keys keys --to inbox
ok "$robin" roll enrolments roll --key registrar.key inbox
says '69 enrolments taken, 0 refused.'
ok "$robin" roll enrolments roll --key registrar.key inbox
says '0 enrolments taken, 0 refused.'
ok "$robin" roll publish roll --key registrar.key --without-names
[ ! -e roll/published/slot-0/names.txt ] || broken 'the names were published'
make_petition petition.txt roll/published/slot-0/roll.txt --ring 128 --count-by class --goal 20 --goal-classes 2 \
    --goal-class '5=District 1' --goal-class '4=District 2' --goal-class '21=District 3' --goal-class '1=Small'
ok "$robin" petition assign roll --key registrar.key --petition petition.txt --to pet
ok "$robin" petition check pet
says "The class 'Small' of a goal is not on the roll, or too small to be counted alone: it counts 0."
says "The goal of 21 in 'District 3' is more than the 20 people of that class."
says 'other, in 1 ring'

step 'Answers'
fails 1 'are to answer, and there are keys of 69' "$robin" rehearse answer pet --keys keys --to a --anonymous 60 --named 10
fails 1 'are to withdraw' "$robin" rehearse answer pet --keys keys --to a --anonymous 2 --withdraw 3
ok "$robin" rehearse answer pet --keys keys --to a --anonymous 40 --named 20 --decline 3 --withdraw 6
says '69 answers'
[ "$(find a -type f -size 4b | wc -l)" = 69 ] || broken 'an answer has another size'

step 'Held back, then appended as one batch, sorted'
ok "$robin" collect db --petition pet --key log.key --hold a/answer-0000[1-9].bin
says '9 new'
says '9 records wait'
ok "$robin" collect db --key log.key a
says '57 new, 3 declined, 9 repeated'
ok "$robin" evidence db --out evidence
ok "$robin" verify evidence
says '54 signatures, as of 67 log entries, open until 2026-01-31T00:00:00Z: "Open the room"'
says '6  withdrawn'
says 'other (classes too small to be counted alone)'
says 'names published: 0 of 69'
says 'the enrolment proof of each entry: verified'
says 'Faults of the log: none'

step 'Closed: nothing is taken afterwards'
ok env SOURCE_DATE_EPOCH=1769817601 "$robin" collect db --key log.key --close
fails 1 'closed' "$robin" collect db --key log.key a/answer-00001.bin
fails 1 'closed' env SOURCE_DATE_EPOCH=1769817601 "$robin" collect db --key log.key --close
ok "$robin" evidence db --out evidence --force
ok "$robin" verify evidence --json
jq -e '.result == "closed_not_witnessed" and .goal_reached == true and .total == 54' "$root/out" >/dev/null || broken 'another result'

step 'A goal that is not reached says so'
make_petition second.txt roll/published/slot-1/roll.txt --goal 50
ok "$robin" petition assign roll --key registrar.key --petition second.txt --to second
ok "$robin" rehearse answer second --keys keys --to b --anonymous 49
ok "$robin" collect second.db --petition second --key log.key b
ok "$robin" evidence second.db --out second.evidence
ok "$robin" verify second.evidence
says 'Goal: not reached'
says '49 signatures; 50 were wanted'

step 'When everybody in a ring has signed, the report says what that means'
make_petition third.txt roll/published/slot-2/roll.txt
ok "$robin" petition assign roll --key registrar.key --petition third.txt --to third
ok "$robin" rehearse answer third --keys keys --to c --anonymous 69
ok "$robin" collect third.db --petition third --key log.key c
ok "$robin" evidence third.db --out third.evidence
ok "$robin" verify third.evidence
says 'everybody has signed, so these people are known to have'

step 'Progress is for terminals'
talk 0 "$robin" verify third.evidence <<'TALK'
expect Checked
TALK
ok "$robin" verify third.evidence
says_not 'left'
