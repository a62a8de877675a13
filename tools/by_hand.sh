#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# by_hand.sh ROBIN [FOLDER]: two petitions from roll to verified report, on this machine.
#
# The first is on a roll of real people's OpenPGP keys, those of Debian's package debian-keyring that can be used.  None of these
# people takes part: only demonstration members do, whose keys are made on the spot.  The second is a rehearsal: 2,000 invented
# people with one-time keys, in 12 classes.  All files stay in FOLDER, or in a temporary folder that is named at the end.
set -eu
umask 077

[ $# -ge 1 ] || { echo "usage: by_hand.sh ROBIN [FOLDER]" >&2; exit 2; }
robin=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
[ -x "$robin" ] || { echo "by_hand.sh: $1 is no program. Build it first: make all" >&2; exit 3; }
if [ $# -ge 2 ]; then
    mkdir -p "$2"
    cd "$2"
else
    cd "$(mktemp -d "${TMPDIR:-/tmp}/robin-demo.XXXXXX")"
fi
folder=$(pwd)
[ -z "$(ls -A)" ] || { echo "by_hand.sh: $folder is not empty. Name an empty folder." >&2; exit 1; }
for tool in gpg ssh-keygen; do
    command -v "$tool" >/dev/null || { echo "by_hand.sh: $tool is missing. Run tools/deps.sh run." >&2; exit 3; }
done

# gpg's sockets need a short path, and its agent ends with the demo.
GNUPGHOME=$(mktemp -d /tmp/robin-gpg.XXXXXX)
export GNUPGHOME
trap 'gpgconf --kill gpg-agent 2>/dev/null || true; rm -rf "$GNUPGHOME"' EXIT

say() { printf '\n== %s\n' "$*"; }
# Shows the command and runs it.
run() {
    printf '$ robin'
    for word in "$@"; do
        case $word in
            *[!A-Za-z0-9_./:=,@-]*) printf " '%s'" "$word" ;;
            *) printf ' %s' "$word" ;;
        esac
    done
    printf '\n'
    "$robin" "$@"
}
in_seconds() { date -u -d "@$(($(date +%s) + $1))" +%Y-%m-%dT%H:%M:%SZ; }

say 'Keys of the registrar and of the logs'
run key new registrar.example/demo --out registrar.key
run key new log.example/demo --out log.key
run key new directory.example/demo --out directory.key
log=$("$robin" key show log.key)
directory=$("$robin" key show directory.key)

# ---- the first petition: real people's keys ------------------------------------------------------------------------------

say 'A roll of the maintainers in debian-keyring whose keys can be used'
run roll new debian --key registrar.key --kind ed25519 --slots 1 \
    --body 'Debian maintainers whose keys can be used, and demonstration members' --source 'Debian package debian-keyring'
run roll import debian --format openpgp --refused refused.txt \
    /usr/share/keyrings/debian-keyring.gpg /usr/share/keyrings/debian-maintainers.gpg /usr/share/keyrings/debian-nonupload.gpg
echo 'Why keys were not taken:'
cut -d: -f4- refused.txt | sort | uniq -c | sort -rn

say 'Demonstration members: five SSH keys and five OpenPGP keys, some with a passphrase'
mkdir members
printf 'correct horse battery staple\n' >passphrase.txt
for i in 1 2 3 4 5; do
    secret=
    if [ "$i" -gt 3 ]; then secret=$(cat passphrase.txt); fi
    # These keys protect nobody: they are made for this demonstration, so their passphrase may be an argument.
    ssh-keygen -q -t ed25519 -N "$secret" -C "demonstration member" -f "members/ssh-$i"
    gpg --quiet --batch --pinentry-mode loopback --passphrase "$secret" --quick-generate-key \
        "Demonstration Member $i <member$i@demo.invalid>" ed25519 sign 1y 2>/dev/null
    gpg --quiet --batch --export "member$i@demo.invalid" >"members/openpgp-$i.pub"
    gpg --quiet --batch --pinentry-mode loopback --passphrase "$secret" --export-secret-keys "member$i@demo.invalid" \
        >"members/openpgp-$i"
done
run roll import debian --format authorized-keys members/ssh-1.pub members/ssh-2.pub members/ssh-3.pub members/ssh-4.pub members/ssh-5.pub
run roll import debian --format openpgp members/openpgp-1.pub members/openpgp-2.pub members/openpgp-3.pub members/openpgp-4.pub \
    members/openpgp-5.pub
run roll publish debian --key registrar.key

say 'A petition'
cat >text.md <<'TEXT'
We ask that the meeting room be opened at eight in the morning.

This petition exists only on this machine. It demonstrates a program.
TEXT
run petition new text.md --out petition.txt --title 'Open the room at eight (a demonstration)' --to 'Nobody' \
    --from 'Demonstration members' --roll debian/published/slot-0/roll.txt --ring-minimum 8 --mode anonymous --mode named \
    --closes "$(in_seconds 86400)" --log "$log" --directory "$directory"
run petition assign debian --key registrar.key --petition petition.txt --to room
run petition check room

say 'Six sign so that nobody can tell which of these people they are, three sign by name, one declines'
mkdir answers
for i in 1 2 3 4 5; do
    "$robin" sign room --key "members/ssh-$i" --passphrase-file passphrase.txt --mode anonymous --out "answers/a$i" 2>/dev/null
done
run sign room --key members/openpgp-4 --passphrase-file passphrase.txt --mode anonymous --out answers/b4
for i in 1 2 3; do
    "$robin" sign room --key "members/openpgp-$i" --mode named --out "answers/b$i" 2>/dev/null
done
"$robin" decline room --key members/openpgp-5 --passphrase-file passphrase.txt --out answers/b5 2>/dev/null
wc -c answers/* | sed '$d'

say 'The answers are counted, and the evidence is made and verified'
run collect room.db --petition room --key log.key answers
run evidence room.db --out room.evidence
run verify --names room.evidence

# ---- the second petition: 2,000 invented people in 12 classes --------------------------------------------------------------

say 'A rehearsal: 2,000 invented people in 12 districts enrol with one-time keys'
run roll new rehearsal --key registrar.key --body 'Rehearsal: 2,000 invented people' --source 'nowhere: these people are invented' \
    --body-size 2000 --slots 1
"$robin" rehearse people --members 2000 --classes 12 >people.tsv
run roll import rehearsal --format people people.tsv
run rehearse enrol rehearsal --keys rehearsal.keys --to inbox
run roll enrolments rehearsal --key registrar.key inbox
run roll publish rehearsal --key registrar.key

say 'A petition counted by district, with a goal in 8 of 12 districts'
closes=$(in_seconds 10)
set --
for district in 01 02 03 04 05 06 07 08 09 10 11 12; do set -- "$@" --goal-class "15=District $district"; done
run petition new text.md --out petition2.txt --title 'Open every room at eight (a rehearsal)' --to 'Nobody' --from 'Invented people' \
    --roll rehearsal/published/slot-0/roll.txt --ring 128 --count-by class --mode anonymous --mode named \
    --goal 250 --goal-classes 8 "$@" --closes "$closes" --log "$log" --directory "$directory"
run petition assign rehearsal --key registrar.key --petition petition2.txt --to rooms
run rehearse answer rooms --keys rehearsal.keys --to answers2 --anonymous 220 --named 80 --decline 60 --withdraw 20
run collect rooms.db --petition rooms --key log.key answers2

say "After $closes the log is closed"
until [ "$(date +%s)" -gt "$(date -d "$closes" +%s)" ]; do sleep 1; done
run collect rooms.db --key log.key --close
run evidence rooms.db --out rooms.evidence
run verify rooms.evidence

say "Everything is in $folder"
