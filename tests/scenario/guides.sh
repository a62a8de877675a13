#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# README and the guides, followed literally: every block of commands that is marked `sh` in them is run here, as it stands there.
#
# Stand-ins: small rings and five sealed signatures for thirty, a server on this machine for https://petitions.example.org, its mail server for mail.example.org, a day that is still to
# come, and no proxy, since nothing is asked of the network.  What a person does at a terminal, the helper does.  A block that no machine for tests
# can run (packages, systemd) is marked `console`, and what is no command `text`.  A block that nothing here runs is a failure.
. "$(dirname "$0")/lib.sh"

source=$(cd "$here/../.." && pwd)
texts=$(cd "$source" && ls README.md docs/guides/*.md docs/spec/evidence.md)
closes=$(date -u -d '+2 days' +%Y-%m-%dT%H:%M:%SZ)
expires=$(date -u -d '+4 days' +%Y-%m-%dT%H:%M:%SZ)
pids=
trap 'status=$?; for pid in $pids; do kill "$pid" 2>/dev/null || true; done; rm -rf "$root"; exit $status' EXIT
: >"$root/played"

# ---- blocks ---------------------------------------------------------------------------------------------------------------------

# fences FILE: a line for each block of commands: file, heading, the block's number under that heading, its first line, its last, its mark
fences() {
    awk -v file="$1" -v OFS='\t' '
        /^```/ && !inside { inside = 1; mark = substr($0, 4); first = NR + 1; next }
        /^```/ { inside = 0; if (mark == "sh" || mark == "sql") n++; print file, heading, n + 0, first, NR - 1, mark; next }
        /^#+ / && !inside { heading = $0; sub(/^#+ /, "", heading); n = 0 }' "$source/$1"
}

# block FILE HEADING NUMBER: its lines, with stand-ins
block() {
    printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$root/played"
    lines=$(fences "$1" | awk -F '\t' -v h="$2" -v n="$3" '$2 == h && $3 == n && ($6 == "sh" || $6 == "sql") { print $4 "," $5 }')
    [ -n "$lines" ] || broken "$1 has no block $3 of commands under the heading: $2"
    sed -n "${lines}p" "$source/$1" | sed "s#https://petitions\.example\.org#URL#g; s#http://127\.0\.0\.1:8080#URL#g
        s#smtps://mail\.example\.org:465#${smtp-}#; s#URL#${server-}#g; s#/PID/#/${petition-}/#g; s#PID-#${petition-}-#g
        s# --proxy socks5h://127\.0\.0\.1:9050##; s#FOLDER/#$root/demo/#g; s#2027-12-01T18:00:00Z#$closes#g
        s#2028-01-01T00:00:00Z#$expires#g; s#--seal-threshold 30#--seal-threshold 5 --ring-minimum 8#"
}

# What a block meets: `robin` is the program, and whoever it asks on a terminal answers by name.
cat >"$root/prelude" <<'PRELUDE'
before() { :; }
. "$root/before"
robin() {
    before "$@"
    case "$*" in
        *--again*) "$robin" "$@" ;;
        # shellcheck disable=SC2086
        enrol*) "$pty" "$root/enrol.talk" "$robin" "$@" ${patience-} ;;
        answer*) "$pty" "$root/answer.talk" "$robin" "$@" ;;
        'trustee destroy'*) "$robin" "$@" --passphrase-file "$root/pass" --yes ;;
        *--share*) "$robin" "$@" --passphrase-file "$root/pass" ;;
        *) "$robin" "$@" ;;
    esac
}
PRELUDE
cat >"$root/enrol.talk" <<'TALK'
expect Passphrase:
send a passphrase
expect The same again:
send a passphrase
TALK
cat >"$root/answer.talk" <<'TALK'
expect Passphrase of
send a passphrase
expect >
send by name
expect Type yes to answer:
send yes
TALK
: >"$root/before"
export root robin pty

# play FILE HEADING NUMBER [STATUS]: runs the block; standard input may define `before`, which is called with the arguments of each robin.
play() {
    step "$1: $2: block $3"
    {
        cat "$root/prelude"
        block "$1" "$2" "$3"
    } >"$root/commands"
    status=0
    sh -eu "$root/commands" </dev/null >"$root/out" 2>"$root/err" || status=$?
    [ "$status" -eq "${4-0}" ] || { sed "1,$(wc -l <"$root/prelude")d" "$root/commands" >&2; broken "status $status"; }
}

# ---- pieces ---------------------------------------------------------------------------------------------------------------------

# begin FOLDER: a new place to work in, with the staff and the text of a petition
begin() {
    mkdir "$root/$1"
    cd "$root/$1"
    printf 'anna\tLibrary\tAnna Example\n' >staff.tsv
    for i in 1 2 3 4 5 6 7 8; do printf 'm%s\tLibrary\tMember %s\n' $i $i >>staff.tsv; done
    printf 'Please keep the library **open**.\n' >text.md
    echo 'a passphrase' >"$root/pass"
}

# wait_for FILE PATTERN: until it stands there; what it is
wait_for() {
    tries=0
    until [ -e "$1" ] && grep -o -m 1 -e "$2" "$1"; do
        tries=$((tries + 1))
        [ $tries -lt 1200 ] || broken "$1 does not say $2"
        sleep 0.1
    done
}

# in_background FILE COMMAND...: what it prints goes to FILE
in_background() {
    to=$1
    shift
    : >"$to"
    "$@" >"$to" 2>&1 &
    pids="$pids $!"
}

# serve: a server for the two keys of this folder; its address is in $server
serve() {
    in_background "$root/server.out" "$robin" serve --listen 127.0.0.1:0 --db "$PWD/server.db" --keys "$PWD/server.keys" --cache "$PWD/cache" \
        --name petitions.example.org --tick 1 --batch-interval 2 --publisher "$("$robin" key show registrar.key)" \
        --publisher "$("$robin" key show organiser.key)"
    server=$(wait_for "$root/server.out" 'http://127\.0\.0\.1:[0-9]*')
}

end_all() {
    for pid in $pids; do
        kill "$pid"
        # The mail server knows no other end than this signal.
        wait "$pid" || [ $? -eq 143 ] || broken 'a program in the background did not end well'
    done
    pids=
}

# until_total N: verifies until the next batch is there
until_total() {
    tries=0
    while :; do
        ok "$robin" verify --json "$server/p/$petition/"
        [ "$(jq .total "$root/out")" -ne "$1" ] || return 0
        tries=$((tries + 1))
        [ $tries -lt 120 ] || broken "the count is $(jq .total "$root/out"), not $1"
        sleep 0.5
    done
}

registrar=docs/guides/registrar.md
organiser=docs/guides/organiser.md
member=docs/guides/member.md
journalist=docs/guides/journalist.md
trustee=docs/guides/trustee.md
witness=docs/guides/witness.md

# ---- a petition on a server: registrar, organiser, member, journalist -------------------------------------------------------------

begin server
play "$registrar" 'Once: a key' 1
says 'registrar.example.org/staff+'
play "$organiser" 'On a server' 1
serve
play "$registrar" 'An edition with one-time keys' 1
says '9 people added, 0 refused'
play "$registrar" 'Enrolling over a server' 1
says 'Edition 1 is open'
[ "$(grep -c 'Anna Example' sheets.html)" -ge 1 ] || broken 'no sheet for Anna'

mkdir "$root/sink"
in_background "$root/sink.out" node "$here/smtp_sink.mjs" "$root/sink"
smtp=smtp://127.0.0.1:$(wait_for "$root/sink/port" '[0-9]*')
printf 'anna\tanna@example.org\nm1\tm1@example.org\n' >addresses.tsv
echo 'a password' >password.txt
play "$registrar" 'Enrolling over a server' 2
grep -qF 'anna@example.org' "$root/sink/1.eml" || broken 'no mail to Anna'

ok "$robin" roll invite spring --to "$server" --tsv table.tsv --member anna
sed -n 's/^anna\t//p' table.tsv | cut -f 2 >link.txt
# The registrar has not taken it yet, and nobody here waits a minute to hear that.
export patience='--wait 1'
play "$member" 'Before any petition: enrol' 2 3
says 'the receipt is not there yet'
unset patience
for i in 1 2 3 4 5 6 7 8; do
    ok "$robin" enrol spring/invitations/m$i --card card$i --submit "$server" --passphrase-file "$root/pass"
done
play "$registrar" 'Enrolling over a server' 3
says '9 enrolments taken, 0 refused'
play "$member" 'Before any petition: enrol' 3
[ -s receipt.txt ] || broken 'no receipt'
play "$registrar" 'Enrolling over a server' 4
says 'Slot 3 is published'

cp spring/published/slot-0/roll.txt roll.txt
play "$organiser" 'On a server' 2
petition=$(sha256sum petition.txt | cut -d ' ' -f 1)
says "$petition"
play "$registrar" 'Assigning a roll to a petition' 1
play "$organiser" 'On a server' 3
says "$server/p/$petition/"
play "$member" 'Answer on a server' 1
says 'The server has your answer'
ok "$robin" sign library --key card1 --passphrase-file "$root/pass" --mode named --out me.card.answer
play "$member" 'Answer on a server' 2
says 'The server has the answer'
for i in 2 3 4 5 6 7; do ok "$robin" sign "$server" --key card$i --passphrase-file "$root/pass" --mode named; done
until_total 8
play "$organiser" 'On a server' 4
says '8 signatures'

play "$journalist" 'Check it' 1
says '8 signatures'
rm library.evidence
play "$journalist" 'Check it' 2
says "$(sha256sum library.evidence)"
mv petition.txt sent.txt
play "$journalist" 'The same petition as everybody else' 1
says "$petition"
cmp petition.txt sent.txt
play "$journalist" 'Questions of your own' 1
says 'Library|'
says 'Anna Example|Library'
step 'docs/spec/evidence.md: its queries'
block docs/spec/evidence.md 'Questions for sqlite3' 1 >"$root/queries"
ok sqlite3 -bail library.evidence <"$root/queries"
says 'Anna Example'
play docs/guides/verify.md 'Checking a petition' 1
says '8 signatures'
play docs/guides/verify.md 'The page that a server gives' 1
says 'It is the page on record since leaf 0'
play "$member" 'The offline signer' 1
says "$(sha256sum <round-robin-offline.html | cut -d ' ' -f 1)"
play docs/guides/operator.md 'Backups that must not be kept' 1
ok "$robin" verify "$petition"-*Z.evidence
end_all

# ---- a sealed petition: trustees, somebody who monitors ----------------------------------------------------------------------------

begin sealed
ok "$robin" key new registrar.example.org/staff --out registrar.key
ok "$robin" key new organiser.example.org --out organiser.key
serve
ok "$robin" roll new spring --key registrar.key --body 'Staff of the Example Institute' --source https://example.org/staff
ok "$robin" roll import spring --format people staff.tsv
mkdir inbox
for who in anna m1 m2 m3 m4 m5 m6 m7 m8; do
    ok "$robin" enrol spring/invitations/$who --card card-$who --out inbox/$who --passphrase-file "$root/pass"
done
ok "$robin" roll enrolments spring --key registrar.key inbox
ok "$robin" roll publish spring --key registrar.key --to "$server"
cp spring/published/slot-0/roll.txt roll.txt
# others VERB WORDS...: the other two trustees do the same as Anna in the guide
others() {
    verb=$1
    shift
    for who in boris clara; do
        ok "$robin" trustee "$verb" "$@" --share $who.share --key $who.key --passphrase-file "$root/pass"
    done
}
play "$trustee" 'Your key' 1
cp "$root/out" anna.vkey
for who in boris clara; do
    ok "$robin" key new $who.example.org --out $who.key
    cp "$root/out" $who.vkey
done
play "$trustee" 'The ceremony' 1
play "$trustee" 'The ceremony' 2
others join ceremony
play "$trustee" 'The ceremony' 3
others round1 ceremony
play "$trustee" 'The ceremony' 4
others round2 ceremony
play "$trustee" 'The ceremony' 5
says 'Seal-Key: '
play "$trustee" 'The petition' 1
petition=$(sha256sum petition.txt | cut -d ' ' -f 1)
play "$trustee" 'The petition' 2
others accept ceremony --petition petition.txt
ok "$robin" petition assign spring --key registrar.key --petition petition.txt --to library
play "$trustee" 'The petition' 3
ok "$robin" petition publish library --key organiser.key --to "$server"
for i in 1 2 3 4 5 6 7 8; do ok "$robin" sign "$server" --key card-m$i --passphrase-file "$root/pass" --mode sealed; done
until_total 8
play "$trustee" 'Opening' 1
ok "$robin" trustee notice "$server/p/$petition/" --share boris.share --key boris.key --passphrase-file "$root/pass"
# until_named N: until the opening is in the log
until_named() {
    tries=0
    until ok "$robin" verify --json "$server/p/$petition/" && [ "$(jq .named "$root/out")" -eq "$1" ]; do
        tries=$((tries + 1))
        [ $tries -lt 120 ] || broken "$(jq .named "$root/out") are named, not $1"
        sleep 0.5
    done
}
until_named 0
play "$trustee" 'Opening' 2
ok "$robin" trustee open "$server/p/$petition/" --share boris.share --key boris.key --passphrase-file "$root/pass"
until_named 8
play "$trustee" 'Afterwards' 1
[ ! -e anna.share ] || broken 'the share is still there'
play "$witness" 'What you need' 1
says 'witness.example.org+'
play "$witness" 'Looking without signing' 1
says 'everything verifies'
end_all

# ---- README, on a server ----------------------------------------------------------------------------------------------------------

begin readme
ok "$robin" key new registrar.example.org --out registrar.key
ok "$robin" key new organiser.example.org --out organiser.key
serve
cat >"$root/before" <<'BEFORE'
before() {
    case "$*" in
        enrol*)
            "$robin" roll invite spring --to "$server" --tsv table.tsv --member anna
            sed -n 's/^anna\t//p' table.tsv | cut -f 2 >link.txt
            # The registrar at another machine.
            (until "$robin" roll enrolments spring --key registrar.key --from "$server" | grep -q '^1 enrolment taken'; do sleep 1; done) & ;;
    esac
}
BEFORE
export server
# It is made in the same block.
petition='$(sha256sum petition.txt | cut -c 1-64)'
play README.md 'A petition on a server' 1
says '0 signatures, as of'
: >"$root/before"
end_all

# ---- by hand: README and the same in the guides -------------------------------------------------------------------------------------

begin readme-by-hand
cat >"$root/before" <<'BEFORE'
before() {
    case "$*" in
        enrol*)
            for i in 1 2 3 4 5 6 7 8; do "$robin" enrol spring/invitations/m$i --card card$i --out m$i.enrolment --passphrase-file "$root/pass"; done ;;
        'collect '*)
            for i in 1 2 3 4 5 6 7 8; do "$robin" sign library --key card$i --passphrase-file "$root/pass" --mode named --out answers/m$i; done ;;
    esac
}
BEFORE
play README.md 'A first petition by hand' 1
says '9 signatures, as of'
: >"$root/before"

begin by-hand
play "$registrar" 'Once: a key' 1
play "$registrar" 'An edition with one-time keys' 1
cp spring/invitations/anna invitation.txt
play "$member" 'Before any petition: enrol' 1
mkdir inbox
mv enrolment.txt inbox
for i in 1 2 3 4 5 6 7 8; do
    ok "$robin" enrol spring/invitations/m$i --card card$i --out inbox/m$i --passphrase-file "$root/pass"
done
play "$registrar" 'An edition with one-time keys' 2
says '9 enrolments taken, 0 refused'
cp spring/published/slot-0/roll.txt roll.txt
play "$organiser" 'Write it' 1
play "$registrar" 'Assigning a roll to a petition' 1
play "$member" 'Answer in a file' 1
rm -r inbox
mkdir inbox
mv answer.bin inbox
for i in 1 2 3 4 5 6 7 8; do
    ok "$robin" sign library --key card$i --passphrase-file "$root/pass" --mode named --out inbox/m$i
done
play "$organiser" 'Collect' 1
says '9 entries appended'
SOURCE_DATE_EPOCH=$(($(date -d "$closes" +%s) + 1))
export SOURCE_DATE_EPOCH
play "$organiser" 'Collect' 2
unset SOURCE_DATE_EPOCH
says '9 signatures, closed, not witnessed'
play "$organiser" 'Rehearse' 1
[ "$(find answers -type f | wc -l)" -ge 130 ] || broken 'answers are missing'

cp /usr/share/keyrings/debian-keyring.gpg keyring.gpg
play "$registrar" 'An edition with keys that people have' 1
says 'Edition 1 is published'

# ---- robin demo ------------------------------------------------------------------------------------------------------------------------

begin second-terminal
in_background "$root/demo.out" env PATH="$(dirname "$robin"):$PATH" "$robin" demo --folder "$root/demo" --listen 127.0.0.1:0 --batch-interval 5
server=$(wait_for "$root/demo.out" 'http://127\.0\.0\.1:[0-9]*')
wait_for "$root/demo.out" '    robin verify'
cat >"$root/before" <<'BEFORE'
before() {
    # As the demonstration says: it is open when the first terminal says so.
    [ "$1" != answer ] || timeout 300 sh -c 'until grep -q "The petition is open" "$root/demo.out"; do sleep 0.2; done'
}
BEFORE
play README.md 'Two commands' 1
says 'The server has your answer'
block README.md 'Two commands' 1 | while read -r line; do
    grep -qF "    $line" "$root/demo.out" || broken "robin demo does not print: $line"
done
end_all

step 'No block of commands was left out'
tab=$(printf '\t')
for text in $texts; do
    fences "$text" | while IFS='	' read -r file heading number first last mark; do
        case $mark in
            sh | sql) grep -qxF "$(printf '%s\t%s\t%s' "$file" "$heading" "$number")" "$root/played" ||
                broken "$file:$first: nothing here runs block $number under the heading: $heading" ;;
            console | text) ;;
            *) broken "$file:$first: say whether these are commands that can be tried (sh) or not (console, text)" ;;
        esac
    done
done
