#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the server says to answers: the same to all that are well-formed, and the rule to those that are not; before it opens, and after it closes.
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/scenario/serving.sh
. "$here/serving.sh"
TICK=2
say_of() { ok node "$here/replies.mjs" "$@"; }
# answer FILE VERB PETITION CARD [OPTIONS]
answer() {
    file=$1; verb=$2; petition=$3; card=$4
    shift 4
    ok "$robin" "$verb" "$petition" --key "$card" --passphrase-file pass --keep-key --out "$file" "$@"
}

step 'A server with three petitions: open, not open yet, by name only'
ok "$robin" key new registrar.example/test --out registrar.key
serve --tick $TICK --batch-interval 3
make_roll 4 20
publish open 0 --mode anonymous --mode named --closes 2036-01-01T00:00:00Z
publish later 1 --mode anonymous --mode named --opens "$(time_in 86400)" --closes 2036-01-01T00:00:00Z
publish plain 2 --mode named --closes 2036-01-01T00:00:00Z
open=$(pid_of open)

step 'New, repeated, in conflict, a decline, and what refers to nothing: one reply'
started=$(date +%s)
answer a-hidden sign open card-a --mode anonymous
answer a-named sign open card-a --mode named
answer b-named sign open card-b --mode named
answer b-again sign open card-b --mode named
answer b-withdraws withdraw open card-b
answer c-withdraws withdraw open card-c
answer c-forward step-forward open card-c
answer d-declines decline open card-d
# How long this machine needs for nine answers decides when the petition of below closes.
needs=$((3 * ($(date +%s) - started) + 15))
say_of alike "$url" "$open" $((TICK * 1000)) a-hidden a-hidden a-named b-named b-again b-withdraws c-withdraws c-forward d-declines
cat "$root/out"

step 'They are in the log once, and what refers to nothing is not'
ok "$robin" rehearse answer open --keys keys.txt --to crowd --anonymous 10 --named 2
jobs=
for file in crowd/*; do
    curl -sS --fail --max-time 60 --data-binary "@$file" -o /dev/null "$url/p/$open/answer" &
    jobs="$jobs $!"
done
for job in $jobs; do wait "$job" || broken 'the crowd was not taken'; done
counted() { "$robin" verify --json "$url/p/$open/" >"$root/out" 2>"$root/err" && jq -e "$1" "$root/out" >/dev/null; }
# One of a's two, b and its withdrawal, the crowd; c signed nothing that could be withdrawn.
after 60 counted '.total == 13'
counted '.total == 13 and .withdrawn == 1 and .named + .hidden == 13 and .leaves == 16 and (.faults | length) == 0' || broken 'another count'

step 'One rule for each mistake'
answer good sign open card-e --mode anonymous
answer good-named sign open card-f --mode named
answer good-withdrawal withdraw open card-f
say_of broken "$url" "$open" good good-named good-withdrawal
cat "$root/out"
say_of sizes "$url" "$open" good
cat "$root/out"

step 'Not open yet; a mode that the petition has not'
answer early sign later card-a --mode named
answer early-withdraws withdraw later card-a
answer early-declines decline later card-b
for file in early early-withdraws early-declines; do say_of refused "$url" "$(pid_of later)" $file 'the petition is not open yet'; done
answer plain-named sign plain card-a --mode named
say_of taken "$url" "$(pid_of plain)" plain-named
say_of refused "$url" "$(pid_of plain)" good 'the petition has no mode `anonymous`'
fails 1 '' "$robin" sign plain --key card-b --passphrase-file pass --mode anonymous --keep-key --out none

step 'A petition that closes: what waits is published, then the close leaf alone'
publish closing 3 --mode anonymous --mode named --closes "$(time_in $needs)"
closing=$(pid_of closing)
for who in a b c d; do answer close-$who sign closing card-$who --mode anonymous; done
answer late-e sign closing card-e --mode anonymous
answer late-f sign closing card-f --mode named
answer late-withdraws withdraw closing card-b
answer late-declines decline closing card-f
answer late-forward step-forward closing card-a
for who in a b c d; do say_of taken "$url" "$closing" close-$who; done
closed() { curl -sS --max-time 20 "$url/p/$closing/status" >status.json && jq -e '.closed' status.json >/dev/null; }
closed && broken 'it is closed already: this machine is too slow for this test'
after $((needs + 60)) closed
# Fewer than a batch would have: they are published all the same, since nothing more comes.
jq -e '.total == 4 and ([.batches[].size] | .[-1] - .[-2] == 1 and .[-2] == 5)' status.json >/dev/null || broken "batches: $(cat status.json)"
counted_closing() { "$robin" verify --json "$url/p/$closing/" >"$root/out" 2>"$root/err" && jq -e "$1" "$root/out" >/dev/null; }
ok "$robin" verify "$url/p/$closing/"
says '4 signatures, closed'

step 'After it closed: no signatures and withdrawals; declines get what they always got, and names are still taken'
for file in late-e late-f late-withdraws; do say_of refused "$url" "$closing" $file 'the petition is closed'; done
say_of taken "$url" "$closing" late-declines
say_of taken "$url" "$closing" late-forward
say_of taken "$url" "$closing" late-forward
after 60 counted_closing '.total == 4 and .named == 1 and .hidden == 3'
ok "$robin" verify "$url/p/$closing/"
says '4 signatures, closed'

step 'It ends well, and has said nothing about anybody'
end_served
[ ! -s "$server_err" ] || broken "the server said: $(cat "$server_err")"
