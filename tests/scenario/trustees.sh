#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A ceremony over files: what is forged, repeated, out of order, late or of another ceremony names whose it is; a crash between any two steps does no
# harm.  Then an opening, with a trustee who cheats.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/sealing.sh"

make_keys
make_trustees 3
make_members 12
roll=roll/published/slot-0/roll.txt

step 'A ceremony begins with trustees who are all different, and with a threshold that they can reach'
# shellcheck disable=SC2086
fails 1 'fewer trustees than' "$robin" trustee new place --roll $roll --threshold 4 $trustees
# shellcheck disable=SC2086
fails 1 '2 to 255 trustees open together' "$robin" trustee new place --roll $roll --threshold 1 $trustees
# shellcheck disable=SC2086
fails 1 'differ in key and name' "$robin" trustee new place --roll $roll --threshold 2 $trustees --trustee "$(cat trustee1.vkey)"
# shellcheck disable=SC2086
ok "$robin" trustee new place --roll $roll --threshold 2 $trustees
ok "$robin" trustee status place
says 'nothing yet'

step 'Who is no trustee cannot join; who joins twice has the same share'
fails 1 'is not that of a trustee' "$robin" trustee join place --share other --key registrar.key --passphrase-file pass
of_trustee 1 join place
cp share1 share1.first
rm place/key-1.note
of_trustee 1 join place # interrupted before the note was there
cmp -s share1 share1.first || broken 'joining again changed the share'
fails 1 'has not joined yet' "$robin" trustee round1 place --share share1 --key trustee1.key --passphrase-file pass
fails 1 'trustee 2 (trustee2.example/test) has not joined yet' \
    "$robin" trustee round1 place --share share1 --key trustee1.key --passphrase-file pass
of_trustee 2 join place
of_trustee 3 join place
echo 'another' >wrong
fails 1 'the passphrase is wrong' "$robin" trustee round1 place --share share1 --key trustee1.key --passphrase-file wrong
fails 1 'is the share of trustee 1' "$robin" trustee round1 place --share share1 --key trustee2.key --passphrase-file pass

# swapped FILE OTHER TEXT COMMAND...: with OTHER in the place of FILE the command fails with TEXT.
swapped() {
    file=$1
    other=$2
    text=$3
    shift 3
    cp "$file" kept
    cp "$other" "$file"
    fails 1 "$text" "$@"
    cp kept "$file"
}

step 'Keys: one that another has signed, one of another ceremony, one that comes twice'
round1='trustee round1 place --share share1 --key trustee1.key --passphrase-file pass'
# shellcheck disable=SC2086
swapped place/key-2.note place/key-3.note "trustee 2 (trustee2.example/test): the note is not signed with this trustee's key" "$robin" $round1
# shellcheck disable=SC2086
ok "$robin" trustee new other --roll $roll --threshold 2 $trustees
ok "$robin" trustee join other --share elsewhere --key trustee2.key --passphrase-file pass
# shellcheck disable=SC2086
swapped place/key-2.note other/key-2.note 'trustee 2 (trustee2.example/test): the note on its static key is of another ceremony' "$robin" $round1
fails 1 'is the share of another ceremony' "$robin" trustee round1 place --share elsewhere --key trustee2.key --passphrase-file pass

step 'Round 1 is the same however often it is made, and whenever it was interrupted'
of_trustee 1 round1 place
cp place/round1-1.note first
rm place/round1-1.note
of_trustee 1 round1 place # before the note was there
cmp -s first place/round1-1.note || broken 'the message is another one'
cp share1.first share1
rm place/round1-1.note
of_trustee 1 round1 place # before the share was written
cmp -s first place/round1-1.note || broken 'the message is another one'
of_trustee 2 round1 place
fails 1 'trustee 3 (trustee3.example/test) has not made its message of round 1 yet' \
    "$robin" trustee round2 place --share share1 --key trustee1.key --passphrase-file pass
of_trustee 3 round1 place

step 'A trustee who changes its key afterwards is refused'
cp -r place changed
rm changed/key-3.note changed/round1-3.note
ok "$robin" trustee join changed --share new3 --key trustee3.key --passphrase-file pass
fails 1 "static keys are not those with which you made your message" \
    "$robin" trustee round1 changed --share share1 --key trustee1.key --passphrase-file pass
fails 1 'you have joined with another share' "$robin" trustee join place --share new4 --key trustee3.key --passphrase-file pass

step 'Messages of round 1: of another trustee, of another round, altered, of another ceremony'
round2='trustee round2 place --share share1 --key trustee1.key --passphrase-file pass'
# shellcheck disable=SC2086
swapped place/round1-2.note place/round1-3.note "trustee 2 (trustee2.example/test): the note is not signed with this trustee's key" "$robin" $round2
# shellcheck disable=SC2086
swapped place/round1-2.note place/key-2.note 'trustee 2 (trustee2.example/test): the note is not its message of round 1' "$robin" $round2
sed '5s/^./x/' place/round1-2.note >altered
# shellcheck disable=SC2086
swapped place/round1-2.note altered 'trustee 2 (trustee2.example/test): the note is not signed' "$robin" $round2
head -c 300 place/round1-2.note >cut
# shellcheck disable=SC2086
swapped place/round1-2.note cut 'trustee 2 (trustee2.example/test): this is no signed note' "$robin" $round2

step 'Round 2, with the same interruptions'
cp share1 share1.second
of_trustee 1 round2 place
cp place/round2-1.note first
rm place/round2-1.note
of_trustee 1 round2 place
cmp -s first place/round2-1.note || broken 'the message is another one'
cp share1.second share1
rm place/round2-1.note
of_trustee 1 round2 place
cmp -s first place/round2-1.note || broken 'the message is another one'
fails 1 'round 1 is over' "$robin" trustee round1 place --share share1 --key trustee1.key --passphrase-file pass
of_trustee 2 round2 place
fails 1 'has not made its message of round 2 yet' "$robin" trustee certify place
of_trustee 3 round2 place

step 'The certificate, the petition, and what each trustee accepts'
swapped place/round2-2.note place/round2-1.note "trustee 2 (trustee2.example/test): the note is not signed with this trustee's key" \
    "$robin" trustee certify place
ok "$robin" trustee certify place
says 'Seal-Key: '
ok "$robin" trustee status place
says 'joined, round1, round2'
printf 'Please open the room.\n' >text.md
cp place/certificate.bin good
flip place/certificate.bin $(($(size_of good) - 40))
fails 1 'trustee 3 (trustee3.example/test): the signature over the transcript does not verify' "$robin" petition new text.md --out petition.txt --title x --to x --from x --roll $roll --mode sealed \
    --ceremony place --seal-threshold 3 --seal-expires 2026-02-28T00:00:00Z --closes 2026-01-31T00:00:00Z \
    --log "$("$robin" key show log.key)" --directory "$("$robin" key show directory.key)"
cp good place/certificate.bin
fails 2 '--seal-threshold and --mode sealed belong together' "$robin" petition new text.md --out petition.txt --title x --to x --from x \
    --roll $roll --mode sealed --ceremony place --closes 2026-01-31T00:00:00Z
make_petition petition.txt $roll --mode sealed --ceremony place --seal-threshold 3 --seal-expires 2030-02-28T00:00:00Z
make_petition another.txt $roll --mode sealed --ceremony place --seal-threshold 4 --seal-expires 2030-02-28T00:00:00Z
sed "s|^\\(Trustee: 2 [0-9a-f]* \\).*|\\1$("$robin" key show registrar.key)|" petition.txt >foreign.txt
fails 1 'trustee 2 (trustee2.example/test): the petition gives this trustee another verifier key' \
    "$robin" trustee accept place --petition foreign.txt --share share1 --key trustee1.key --passphrase-file pass
of_trustee 1 accept place --petition petition.txt
fails 1 'a share is for one petition only' \
    "$robin" trustee accept place --petition another.txt --share share1 --key trustee1.key --passphrase-file pass
of_trustee 1 accept place --petition petition.txt
of_trustee 2 accept place --petition petition.txt
ok "$robin" petition assign roll --key registrar.key --petition petition.txt --to pet
fails 1 'trustee 3 (trustee3.example/test) has not accepted the petition yet' "$robin" trustee certify place --petition pet

step 'Nobody seals before all trustees have accepted'
fails 1 "the trustees' certificate or notes are missing" "$robin" sign pet --key members/m1 --mode sealed --out answer
of_trustee 3 accept place --petition petition.txt
ok "$robin" trustee certify place --petition pet
cp pet/trustees.bin good
flip pet/trustees.bin 900
fails 1 "the trustees' certificate does not hold: trustee" "$robin" sign pet --key members/m1 --mode sealed --out answer
cp good pet/trustees.bin
ok "$robin" petition check pet
says "the trustees' certificate and acceptances: verified"

step 'Three sealed signatures and others; two trustees open them'
mkdir answers
for i in 1 2 3; do ok "$robin" sign pet --key members/m$i --mode sealed --out answers/$i; done
for i in 4 5 6 7; do ok "$robin" sign pet --key members/m$i --mode anonymous --out answers/$i; done
ok "$robin" sign pet --key members/m8 --mode named --out answers/8
ok "$robin" collect count.db --petition pet --key log.key answers
ok "$robin" evidence count.db --out before
share='--passphrase-file pass'
# shellcheck disable=SC2086
fails 1 'no opening is announced' "$robin" trustee open before --share share1 $share --out part
for i in 1 2 3; do ok "$robin" trustee notice before --share share$i --out notice$i --passphrase-file pass; done
fails 1 'fewer trustees' "$robin" collect count.db --key log.key --part notice1
sed 's/^Trustee: 3/Trustee: 2/' notice3 >lying
fails 1 "trustee 2: the trustee's proof does not verify" "$robin" collect count.db --key log.key --part notice1 --part lying
ok "$robin" collect count.db --key log.key --part notice3 --part notice1
ok "$robin" evidence count.db --out announced
ok "$robin" verify announced
says 'their opening is announced'
# shellcheck disable=SC2086
fails 1 'the opening is announced already' "$robin" trustee notice announced --share share2 $share --out again
ok "$robin" sign pet --key members/m9 --mode sealed --out late
fails 1 'the opening notice ended sealed signatures' "$robin" collect count.db --key log.key late

step 'A trustee who gives a wrong share, or leaves one out, is named; the others open'
for i in 1 2 3; do ok "$robin" trustee open announced --share share$i --out part$i --passphrase-file pass; done
cp part3 wrong
flip wrong $((63 + 8 + 100))
fails 1 "trustee 3: the trustee's share does not verify" "$robin" collect count.db --key log.key --part part1 --part wrong
head -c $((63 + 2 * 136)) part3 >less
printf '\002' | dd of=less bs=1 seek=59 conv=notrunc status=none
fails 1 'trustee 3: it has not the number of members of the sealed set' \
    "$robin" collect count.db --key log.key --part part1 --part less
ok "$robin" collect count.db --key log.key --part part2 --part part1
ok "$robin" evidence count.db --out after
ok "$robin" verify after --names
says '3  of these were sealed, and opened together'
for i in 1 2 3; do grep -qx "  m$i, sealed and opened" "$root/out" || broken "m$i was not opened"; done
[ "$(grep -c 'sealed and opened' "$root/out")" = 3 ] || broken 'others were opened'
fails 1 'the sealed signatures are opened already' "$robin" trustee open after --share share1 --out part --passphrase-file pass

ok "$robin" sign pet --key members/m9 --mode anonymous --out afterwards
ok "$robin" collect count.db --key log.key afterwards
ok env SOURCE_DATE_EPOCH=1769817601 "$robin" collect count.db --key log.key --close
ok "$robin" evidence count.db --out later
ok "$robin" verify --json later
[ "$(jq -c '[.total, .opened, .closed]' "$root/out")" = '[9,3,true]' ] || broken 'the opening does not stand in the longer log'

step 'Shares are destroyed'
ok "$robin" trustee destroy --share share1 --key trustee1.key --out destroyed1 --yes --passphrase-file pass
[ ! -e share1 ] || broken 'the share is still there'
grep -qx 'round-robin trustee destroyed v1' destroyed1 || broken 'there is no note'
