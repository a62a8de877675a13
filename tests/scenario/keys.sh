#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A roll of keys that people have: SSH and OpenPGP, with and without passphrase, and what is refused.
. "$(dirname "$0")/lib.sh"

GNUPGHOME=$root/gpg
export GNUPGHOME
mkdir -m 700 "$GNUPGHOME"
trap 'status=$?; gpgconf --kill gpg-agent 2>/dev/null || true; rm -rf "$root"; exit $status' EXIT

step 'Keys'
mkdir members
echo 'the right passphrase' >pass
echo 'another' >wrong
for i in 1 2 3 4 5; do ssh-keygen -q -t ed25519 -N '' -C "comment that nobody shall read" -f "members/ssh$i"; done
ssh-keygen -q -t ed25519 -N 'the right passphrase' -C '' -f members/ssh6
ssh-keygen -q -t rsa -b 2048 -N '' -C '' -f members/rsa
ssh-keygen -q -t ecdsa -N '' -C '' -f members/ecdsa
ssh-keygen -q -t ed25519 -N '' -C '' -f members/stranger
openpgp() { # NAME PASSPHRASE
    ok gpg --quiet --batch --pinentry-mode loopback --passphrase "$2" --quick-generate-key "$1 <$1@test.invalid>" ed25519 sign 1y
    gpg --quiet --batch --export "$1@test.invalid" >"members/$1.pub"
    gpg --quiet --batch --armor --pinentry-mode loopback --passphrase "$2" --export-secret-keys "$1@test.invalid" >"members/$1"
}
openpgp clara ''
openpgp dario 'the right passphrase'

step 'The roll: comments are not copied, what is refused is listed'
make_keys
ok "$robin" roll new roll --key registrar.key --kind ed25519 --slots 2 --body 'Staff' --source 'the staff list'
fails 1 'an ed25519 roll is made of keys' "$robin" roll import roll --format people members/ssh1.pub
cat members/ssh?.pub members/rsa.pub members/ecdsa.pub members/ssh1.pub >authorized_keys
ok "$robin" roll import roll --format authorized-keys --refused refused.txt authorized_keys
says '6 people added, 3 refused; 6 on the roll now.'
grep -q 'authorized_keys:7: ssh-rsa' refused.txt || broken 'the RSA key is not listed'
grep -q 'authorized_keys:8: ecdsa' refused.txt || broken 'the ECDSA key is not listed'
grep -q 'authorized_keys:9: .*first in authorized_keys:1' refused.txt || broken 'the repeated key is not listed'
ok "$robin" roll import roll --format openpgp members/clara.pub members/dario.pub
says '2 people added, 0 refused; 8 on the roll now.'
says 'These people were not asked'
ok "$robin" roll import roll --format authorized-keys members/ssh2.pub
says '0 people added, 1 refused'
fails 1 'is it really in the format openpgp' "$robin" roll import roll --format openpgp members/ssh1.pub
fails 1 'is it really in the format authorized-keys' "$robin" roll import roll --format authorized-keys members/ssh1
fails 3 'No such file' "$robin" roll import roll --format openpgp nowhere
grep -r 'nobody shall read' roll && broken 'a comment was copied'
ok "$robin" roll publish roll --key registrar.key
ok "$robin" roll show roll/published/slot-0/roll.txt
says '8 imported'
says 'The people on this list were not asked; being listed says nothing about their view.'
make_petition petition.txt roll/published/slot-0/roll.txt
ok "$robin" petition assign roll --key registrar.key --petition petition.txt --to pet

step 'All kinds of keys sign'
mkdir answers
before=$(sha256sum members/*)
for i in 1 2 3 4 5; do ok "$robin" sign pet --key "members/ssh$i" --mode anonymous --out "answers/ssh$i"; done
says 'Your key is not destroyed'
ok "$robin" sign pet --key members/ssh6 --passphrase-file pass --mode anonymous --out answers/ssh6
ok "$robin" sign pet --key members/clara --mode named --out answers/clara
talk 0 "$robin" answer pet --key members/dario --out answers/dario <<'TALK'
expect Passphrase of members/dario
echo off
send the right passphrase
expect You have an SSH or OpenPGP key. You are hidden until your key is ever seen
expect >
send by name
expect Your name stays in the public log for good
send yes
expect Your key is not destroyed
TALK
[ "$before" = "$(sha256sum members/*)" ] || broken 'a key file was changed'
"$robin" sign pet --key members/ssh1 --mode anonymous --out - 2>/dev/null | cmp -s - answers/ssh1 && broken 'two signatures are the same bytes'

step 'Keys that cannot sign'
fails 1 'this key is not on the roll' "$robin" sign pet --key members/stranger --mode anonymous --out x
fails 1 'Use an Ed25519 key in a file' "$robin" sign pet --key members/rsa --mode anonymous --out x
fails 1 'the passphrase is wrong' "$robin" sign pet --key members/ssh6 --passphrase-file wrong --mode anonymous --out x
fails 1 'the passphrase is wrong' "$robin" sign pet --key members/dario --passphrase-file wrong --mode named --out x
fails 2 'there is no terminal to ask on' setsid -w "$robin" sign pet --key members/ssh6 --mode anonymous --out x
fails 1 'is no key card, no OpenSSH private key' "$robin" sign pet --key members/ssh1.pub --mode anonymous --out x
head -c 200 members/ssh1 >cut
fails 1 'cut' "$robin" sign pet --key cut --mode anonymous --out x
fails 1 'the first line is empty' "$robin" sign pet --key members/ssh6 --passphrase-file /dev/null --mode anonymous --out x

step 'A passphrase from an open descriptor'
exec 7<pass
ok "$robin" sign pet --key members/ssh6 --passphrase-file /dev/fd/7 --mode anonymous --out x
exec 7<&-

step 'They are counted, from files and from standard input'
cat answers/* >stream
ok sh -c '"$1" collect pet.db --petition pet --key log.key - <stream' sh "$robin"
says '8 answers: 8 new'
ok "$robin" collect pet.db --key log.key answers x
says '9 answers: 0 new, 0 declined, 8 repeated, 1 in conflict'
ok "$robin" evidence pet.db --out evidence
ok "$robin" verify evidence --names
says '8 signatures, as of 9 log entries'
says '6  hidden'
says 'The people on this list were not asked; being listed says nothing about their view.'
says 'a hidden signer is hidden until that key'
gpg --with-colons --list-keys clara@test.invalid | awk -F: '$1 == "fpr" { print $10; exit }' >clara.fpr
says "$(cat clara.fpr)"

step 'SSH keys enrol members of a one-time roll'
ok "$robin" roll new once --key registrar.key --body 'Staff' --source 'the staff list' --slots 1
for i in 1 2; do ok "$robin" roll import once --format authorized-keys --member "m$i" "members/ssh$i.pub"; done
fails 1 'has no code' "$robin" enrol once/invitations/m1 --card c --out e --passphrase-file pass
ok "$robin" enrol once/invitations/m1 --card m1.card --out m1.enrolment --passphrase-file pass --sign-with members/ssh1
ok "$robin" enrol once/invitations/m2 --card m2.card --out m2.enrolment --passphrase-file pass --sign-with members/ssh1
fails 1 'ssh-keygen did not sign' "$robin" enrol once/invitations/m2 --card c --out e --passphrase-file pass --sign-with nowhere
fails 1 'signed by an SSH key that is not listed for this member' "$robin" roll enrolments once --key registrar.key m2.enrolment
ok "$robin" roll enrolments once --key registrar.key m1.enrolment
says '1 enrolment taken'
ok "$robin" roll publish once --key registrar.key
ok "$robin" roll show once/published/slot-0/roll.txt
says '1 ssh'
make_petition second.txt once/published/slot-0/roll.txt
ok "$robin" petition assign once --key registrar.key --petition second.txt --to second
fails 1 'holds one-time keys. Name your key card' "$robin" sign second --key members/ssh1 --mode named --out y
fails 1 'holds SSH or OpenPGP keys. Name your key file' "$robin" sign pet --key m1.card --passphrase-file pass --mode named --out y
