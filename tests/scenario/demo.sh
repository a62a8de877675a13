#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# robin demo, with a second terminal: an invitation, an enrolment, an answer, and the next batch counts it.
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/scenario/serving.sh disable=SC2154
. "$here/serving.sh"
unset TMPDIR || true

said() {
    kill -0 "$served" 2>/dev/null || { cat "$root/demo.out" "$root/demo.err" >&2; broken 'the demonstration ended'; }
    grep -qF -- "$1" "$root/demo.out"
}
count() { ok "$robin" verify --json "$petition" && jq ".$1" "$root/out"; }
counts() { "$robin" verify --json "$petition" >"$root/out" 2>"$root/err" && jq -e "$1" "$root/out" >/dev/null; }
# in_log ANSWER KIND TIMES: so many entries of this kind have the nullifier of this answer
in_log() { node "$here/inflight.mjs" nullifier "$url" "$pid" "$1" "$2" "$3" >"$root/out" 2>"$root/err"; }

step 'The demonstration prints an address and three invitations'
: >"$root/demo.out"
"$robin" demo --folder "$root/demo" --listen 127.0.0.1:0 --batch-interval 2 >"$root/demo.out" 2>"$root/demo.err" </dev/null &
served=$!
after 300 said 'Some seconds later the petition opens'
url=$(sed -n "/^The petition's address:/,/^Three/s|^ *\(http://127\.0\.0\.1:[1-9][0-9]*\)/\$|\1|p" "$root/demo.out")
[ -n "$url" ] || broken 'no address'
sed -n '/^Three invitations;/,/^Or enrol/s|^ *\(http:.*#member=.*\)$|\1|p' "$root/demo.out" >invitations
[ "$(wc -l <invitations)" -eq 3 ] || broken 'not three invitations'
for who in anna boris clara; do grep "^$url/e/[0-9a-f]*/1/#member=$who&" invitations >"$who.link" || broken "no invitation of $who"; done
ok curl -sS --fail --max-time 20 "$url/petitions.json"
jq -e '.petitions == []' "$root/out" >/dev/null || broken 'a petition is there already'

step 'A second terminal enrols with all of them'
echo 'a passphrase' >pass
ok "$robin" enrol "$root/demo/roll/invitations/anna" --card anna.card --submit "$url" --passphrase-file pass
says 'The server has your enrolment'
for who in boris clara; do
    ok "$robin" enrol "$who.link" --card "$who.card" --submit "$url" --passphrase-file pass
    says 'The server has your enrolment'
done
after 300 said 'The petition is open: http'
petition=$(sed -n 's/^The petition is open: //p' "$root/demo.out")
pid=$(echo "$petition" | sed 's|.*/p/\([0-9a-f]*\)/$|\1|')
[ ${#pid} -eq 64 ] || broken "no pid: $petition"
grep -q '^\$ robin petition publish' "$root/demo.out" || broken 'commands are not shown'

step 'Anna answers on a terminal, Boris by name, Clara declines'
cp anna.card anna.copy
talk 0 "$robin" answer "$petition" --key anna.card --passphrase-file pass <<'TALK'
expect Open the sessions of the council
expect The number of this petition
expect Your answer
expect >
send never named
expect You answer: never named
expect Type yes to answer:
send yes
expect The server has your answer
TALK
ok "$robin" sign "$petition" --key boris.card --passphrase-file pass --mode named
ok "$robin" decline "$petition" --key clara.card --passphrase-file pass

step 'The next batch counts it'
ok "$robin" sign "$root/demo/petition" --key anna.copy --passphrase-file pass --mode anonymous --keep-key --out anna.twin
ok "$robin" sign "$root/demo/petition" --key anna.copy --passphrase-file pass --mode named --keep-key --out anna.named
after 300 in_log anna.twin 1 1
before=$(count total)
after 300 counts '.total > '"$before"
after 300 counts '[.named_list[] | select(.name == "Boris Example" or .member == "boris")] | length == 1'
ok "$robin" verify --names "$petition"
says 'Boris Example'
says_not 'Anna Example'
says_not 'Clara Example'
says 'directory log: holds roll, petition and assignment'

step 'Nobody answers twice, not even with a copy of the key'
fails 1 'it was used, and destroyed' "$robin" sign "$petition" --key anna.card --passphrase-file pass --mode named
for answer in anna.twin anna.named; do ok "$robin" send $answer --to "$petition"; done
now=$(count batches)
after 300 counts '.batches > '"$((now + 1))"
in_log anna.twin 1 1 || broken 'the copy counts'
in_log anna.named 3 0 || broken 'the copy is named'
counts '[.named_list[] | select(.name == "Anna Example")] | length == 0' || broken 'Anna is named'

step 'A page without scripts shows it'
ok curl -sS --fail --max-time 20 "${petition%/p/*}/en/p/$pid/"
says 'Open the sessions of the council'
says_not '<script'

step 'It ends when it is asked to, and nothing of it stays but files'
folder=$root/demo
kill -TERM "$served"
after 60 ended "$served"
status=0
wait "$served" || status=$?
served=
[ $status -eq 0 ] || broken "it ended with $status: $(cat "$root/demo.err")"
if grep -q '^robin: ' "$root/demo.err"; then broken "it complained: $(cat "$root/demo.err")"; fi
for process in /proc/[0-9]*; do
    [ "$(readlink "$process/cwd" 2>/dev/null)" != "$folder" ] || broken "this process is left: $(tr '\0' ' ' <"$process/cmdline")"
done
curl -s --max-time 5 -o /dev/null "$url/" && broken 'somebody still serves'
[ -s "$root/demo/server/robin.db" ] || broken 'its files are gone'
ok "$robin" petition check "$root/demo/petition.txt"
