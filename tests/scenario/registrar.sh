#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The registrar's folder: members whose files would be hidden, two programs at once, files that broke off.
. "$(dirname "$0")/lib.sh"

make_keys
ok "$robin" roll new once --key registrar.key --body 'Staff' --source 'the staff list' --slots 1
for folder in invitations enrolments receipts; do
    [ "$(stat -c %a once/$folder)" = 700 ] || broken "others can look into $folder"
done

step 'A member that begins with a dot is not taken, whatever the format'
printf 'anna\t\tAnna\n.bo\t\tBo\n' >dots.tsv
fails 1 'a member does not begin with a dot' "$robin" roll import once --format people dots.tsv
ssh-keygen -q -t ed25519 -N '' -C '' -f key
ok "$robin" roll new keys --key registrar.key --body 'Staff' --source 'the staff list' --kind ed25519
ok "$robin" roll import keys --format authorized-keys --member .bo key.pub
says '0 people added, 1 refused'
says 'a member does not begin with a dot'
printf '.bo %s\n' "$(cat key.pub)" >signers
ok "$robin" roll import keys --format allowed-signers --names principal signers
says '0 people added, 1 refused'

step 'Two programs do not write in one folder at the same time'
printf 'anna\t\tAnna\n' >people.tsv
fails 1 'another robin is at work in this folder' flock once/roll.conf "$robin" roll import once --format people people.tsv
ok "$robin" roll import once --format people people.tsv
echo 'a passphrase' >pass
ok "$robin" enrol once/invitations/anna --card card --out enrolment --passphrase-file pass
fails 1 'another robin is at work in this folder' flock once/roll.conf "$robin" roll enrolments once --key registrar.key enrolment
ok flock once/roll.conf "$robin" roll enrolments once
fails 1 'another robin is at work in this folder' flock once/roll.conf "$robin" roll publish once --key registrar.key

step 'A receipt that broke off is made anew'
ok "$robin" roll enrolments once --key registrar.key enrolment
cp once/receipts/anna whole
head -c 20 whole >once/receipts/anna
ok "$robin" roll enrolments once --key registrar.key enrolment
cmp -s whole once/receipts/anna || broken 'the receipt is still broken'
ok "$robin" roll publish once --key registrar.key
make_petition petition.txt once/published/slot-0/roll.txt
fails 1 'another robin is at work in this folder' \
    flock once/roll.conf "$robin" petition assign once --key registrar.key --petition petition.txt --to pet

step 'Memory that cannot be locked is said, once'
# The superuser may lock any amount, unless that is taken from him.
without=
if [ "$(id -u)" = 0 ]; then without='setpriv --bounding-set=-ipc_lock --inh-caps=-ipc_lock'; fi
# shellcheck disable=SC2086
ok sh -c 'ulimit -l 0; exec "$@"' sh $without "$robin" key show registrar.key
[ "$(grep -c 'does not lock memory for secrets' "$root/err")" = 1 ] || broken 'that was not said once'
ok "$robin" key show registrar.key
says 'registrar.example/test'
