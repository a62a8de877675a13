#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Three witnesses, of whom two are needed; a result that becomes final; and a server that forks its logs, shrinks them, or shows somebody another
# petition: caught by witnesses, by the monitor and by a client.
. "$(dirname "$0")/lib.sh"
PERIOD=5
. "$(dirname "$0")/serving.sh"

make_keys
step 'Witnesses are told which log they confirm'
serve --tick 0.2
directory=$(sed -n 's/^Directory //p' "$server_out")
end_served
asked=
for i in 1 2 3; do
    ok "$robin" witness new "$root/witness$i" --name "witness$i.example"
    cp "$root/out" "witness$i.vkey"
done
fails 1 'is a witness already' "$robin" witness new "$root/witness1" --name again.example
fails 1 'names no log' "$robin" witness serve "$root/witness1" --listen 127.0.0.1:0
cat witness1.vkey witness2.vkey witness3.vkey >own
start_witness() { start "w$1" "$robin" witness serve "$root/witness$1" --listen "$2"; }
for i in 1 2 3; do
    echo "$directory" >>"$root/witness$i/logs"
    start_witness $i 127.0.0.1:0
done
w1_url=$(address_of w1) w2_url=$(address_of w2) w3_url=$(address_of w3)
fails 1 'another process uses it' "$robin" witness serve "$root/witness1" --listen 127.0.0.1:0
ok curl -sf "$w1_url/"
says "$(cat witness1.vkey)"
origin=$(printf 'server.example' | sha256sum | cut -d ' ' -f 1)
[ "$(curl -s -o /dev/null -w '%{http_code}' "$w1_url/$origin/checkpoint")" = 404 ] || broken 'it has cosigned nothing yet'
[ "$(curl -s -o /dev/null -w '%{http_code}' -d 'old' "$w1_url/add-checkpoint")" = 400 ] || broken 'this is no request'
[ "$(curl -s -o /dev/null -w '%{http_code}' "$w1_url/add-checkpoint")" = 405 ] || broken 'this is no POST'
head -c 70000 /dev/zero >large
[ "$(curl -s -o /dev/null -w '%{http_code}' --data-binary @large "$w1_url/add-checkpoint")" = 413 ] || broken 'this is too large'

serve_witnessed() {
    serve --tick 0.2 --batch-interval $PERIOD --witness "$(cat witness1.vkey) $w1_url" --witness "$(cat witness2.vkey) $w2_url" \
        --witness "$(cat witness3.vkey) $w3_url" "$@"
}
serve_witnessed
make_roll 5 60

step 'A petition needs witnesses that the server asks'
ok curl -sf "$url/server"
for i in 1 2 3; do says "$(cat witness$i.vkey)"; done
ok "$robin" witness new "$root/stranger" --name stranger.example
stranger=$(cat "$root/out")
fails_to_publish() { "$robin" petition publish "$1" --key registrar.key --to "$url" >"$root/out" 2>"$root/err" && broken 'it was published'; says "$2"; }
witnesses="--witness $(cat witness1.vkey) --witness $(cat witness2.vkey) --witness $(cat witness3.vkey)"
printf 'Please open the room.\n' >text.md
ok "$robin" petition new text.md --out strange.txt --title 'Open the room' --to 'The board' --from 'The staff' \
    --roll roll/published/slot-4/roll.txt --ring-minimum 8 --server "$url" --mode anonymous --closes "$(time_in 3600)" --witnesses 1 --witness "$stranger"
ok "$robin" petition assign roll --key registrar.key --petition strange.txt --to strange
fails_to_publish strange 'asks fewer of its witnesses than it needs'
# shellcheck disable=SC2086
publish pet 0 --mode anonymous --mode named --closes "$(time_in 3600)" --witnesses 2 $witnesses
address=$url/p/$(pid_of pet)/
confirmed() { "$robin" verify --json --witnesses own "$address" >"$root/out" 2>"$root/err" && [ "$(jq .confirmed.own "$root/out")" = 3 ]; }
after 30 confirmed
[ "$(jq -r .result "$root/out")" = as_of ] || broken 'it is not as of a time'
[ "$(jq .witnessed_leaves "$root/out")" = 1 ] || broken 'leaf 0 has no time bound'
[ "$(jq .directory.witnessed "$root/out")" = true ] || broken 'the directory is not witnessed'
ok "$robin" verify --witnesses own "$address"
says 'confirmed by 3 of your 3 witnesses and 3 of the 3 that the petition names'
says 'signatures, as of 20'

ok "$robin" rehearse answer pet --keys keys.txt --to answers --anonymous 10 --named 3
send answers "$address"
witnessed_are() { "$robin" verify --json "$address" >"$root/out" 2>"$root/err" && [ "$(jq .total "$root/out")" = "$1" ] && [ "$(jq .witnessed_leaves "$root/out")" = "$2" ]; }
after 60 witnessed_are 13 14

step 'The monitor remembers what it has seen'
ok "$robin" monitor "$url" --state seen --witnesses own --ask "$w1_url" --ask "$w2_url"
says 'everything verifies'
says '13 signatures'
ok "$robin" monitor "$url" --state seen
ok cp seen seen.before
fails 1 'is not what robin monitor keeps' "$robin" monitor "$url" --state own
fails 1 'names another directory log' "$robin" monitor "$url" --state other --directory "$("$robin" key show log.key)"

step 'A witness that is away does not matter, if enough others are there'
stop w3
send_more() {
    ok "$robin" rehearse answer "$1" --keys keys.txt --to "more-$1" --anonymous "$2"
    send "more-$1" "$address"
}
# shellcheck disable=SC2086
publish short 1 --mode anonymous --closes "$(time_in 45)" --witnesses 2 $witnesses
address=$url/p/$(pid_of short)/
send_more short 9
after 60 witnessed_are 9 10
after 60 grep -q 'does not cosign' "$server_err"
final() { "$robin" verify --json "$address" >"$root/out" 2>"$root/err" && [ "$(jq -r .result "$root/out")" = final ]; }
after 90 final
ok "$robin" verify "$address"
says '9 signatures, final, closed 20'
ok curl -sf "${address}evidence"
cp "$root/out" evidence
ok "$robin" verify --witnesses own evidence
says '9 signatures, final, closed 20'
ok curl -sf "$address"
says 'witnesses outside this server confirm when it closed'
[ "$(curl -sf "${address}status" | jq .final)" = true ] || broken 'the status does not say that it is final'
head -n 1 own >first
cp own two && sed -i 1d two
echo "$stranger" >>two && sed -i 1d two # witness 3, who has cosigned once, and a stranger
fails 1 'more than half are needed' "$robin" verify --witnesses two evidence
ok "$robin" verify --witnesses first evidence

step 'Without enough witnesses a petition that is over takes nothing, and is closed when they are back'
closing=$(($(date +%s) + 40))
# shellcheck disable=SC2086
publish waits 2 --mode anonymous --closes "$(date -u -d "@$closing" +%Y-%m-%dT%H:%M:%SZ)" --witnesses 2 $witnesses
address=$url/p/$(pid_of waits)/
send_more waits 8
after 60 witnessed_are 8 9
stop w2
ok "$robin" rehearse answer waits --keys keys.txt --to late --anonymous 9
is_over() { [ "$(date +%s)" -gt $((closing + 1)) ]; }
after 60 is_over
for late in late/*; do
    [ "$(curl -s -o "$root/out" -w '%{http_code}' --data-binary "@$late" "${address}answer")" = 422 ] || broken 'a late answer was taken'
done
says 'the petition is closed'
sleep 2
[ "$(curl -sf "${address}status" | jq .closed)" = false ] || broken 'it was closed without witnesses'
start_witness 2 "${w2_url#http://}"
after 90 final
[ "$(jq .total "$root/out")" = 8 ] || broken 'a late answer counts'
start_witness 3 "${w3_url#http://}"

# ---- attacks: a copy of the server, keys and all, tells another story -------------------------------------------------------
step 'A server forks: two checkpoints of one size'
all_cosigned() { "$robin" verify --json --witnesses own "$url/p/$(pid_of pet)/" >"$root/out" 2>"$root/err"; }
after 30 all_cosigned
end_served
cp -r "$root/server" "$root/old"
rm -f "$root/old/cache"/*
serve_witnessed
ok "$robin" monitor "$url" --state seen
ok "$robin" rehearse answer pet --keys keys.txt --to here --anonymous 40
mkdir there
address=$url/p/$(pid_of pet)/
send here "$address"
more() { "$robin" verify --json "$address" >"$root/out" 2>"$root/err" && [ "$(jq .witnessed_leaves "$root/out")" = "$(jq .leaves "$root/out")" ] && [ "$(jq .leaves "$root/out")" -gt 14 ]; }
after 60 more
ok "$robin" monitor "$url" --state seen

lie() { # lie NAME FOLDER: a server on a copy
    cp -r "$2" "$root/$1"
    start "$1" "$robin" serve --listen 127.0.0.1:0 --db "$root/$1/db" --keys "$root/$1/keys" --cache "$root/$1/cache" --name server.example \
        --tick 0.2 --batch-interval $PERIOD --publisher "$("$robin" key show registrar.key)" --witness "$(cat witness1.vkey) $w1_url" \
        --witness "$(cat witness2.vkey) $w2_url" --witness "$(cat witness3.vkey) $w3_url"
}
lie fork "$root/old"
fork_url=$(address_of fork)
ok "$robin" rehearse answer pet --keys keys.txt --to there/answers --anonymous 39
send there/answers "$fork_url/p/$(pid_of pet)/"
forked() { "$robin" verify --json "$fork_url/p/$(pid_of pet)/" >"$root/out" 2>"$root/err" && [ "$(jq .leaves "$root/out")" -gt 14 ]; }
after 60 forked
cp "$root/out" fork.json
after 60 grep -q 'does not continue what it has cosigned' "$root/fork.err" # the witnesses' word to the operator
grep -q 'it may have been forked' "$root/w1.err" || broken 'the witness does not say so'
fails_monitor() { # fails_monitor TEXT URL: whatever happened, the state stays
    cp seen seen.kept
    "$robin" monitor "$2" --state seen >"$root/out" 2>"$root/err" && broken 'the monitor found nothing'
    says "$1"
    cmp seen seen.kept || broken 'the monitor has forgotten what it saw'
}
fails_monitor 'the directory log was forked' "$fork_url"
[ -s seen.contradiction ] || broken 'the other checkpoint is not kept'
"$robin" monitor "$fork_url" --state new --ask "$w1_url" >"$root/out" 2>"$root/err" && broken 'the witness was not asked'
says 'the directory log was forked'
# The client: what was forked has no time, and can never be final.
[ "$(jq .witnessed_leaves fork.json)" -lt "$(jq .leaves fork.json)" ] || broken 'the fork was witnessed'
ok "$robin" verify "$fork_url/p/$(pid_of pet)/"
says 'witnessed), open until'
stop fork

step 'A server shrinks: it shows a state from before'
lie shrunk "$root/old"
shrunk_url=$(address_of shrunk)
after 60 grep -q 'larger directory log than the one that is here' "$root/shrunk.err" # the witnesses do not go back
fails_monitor 'the directory log has shrunk' "$shrunk_url"
node "$(dirname "$0")/liar.mjs" "$shrunk_url" "$url" "$root/port" &
others="$others $!"
after 30 test -s "$root/port"
fails 1 'the directory log has shrunk' "$robin" verify "http://127.0.0.1:$(cat "$root/port")/p/$(pid_of pet)/"
stop shrunk

step 'A server shows one person another petition'
lie trap "$root/old"
trap_url=$(address_of trap)
kept=$url
cp -r roll roll.before
publish real 3 --mode anonymous --closes "$(time_in 3600)"
url=$trap_url
rm -r roll && mv roll.before roll # the registrar helps: the slot is assigned twice
publish false 3 --mode anonymous --closes "$(time_in 3600)"
url=$kept
ok "$robin" rehearse answer false --keys keys.txt --to unused --anonymous 1
fails 1 'more than half are needed' "$robin" sign "$trap_url/p/$(pid_of false)/" --key card-a --mode anonymous --witnesses own \
    --passphrase-file pass
says '0 of your 3 witnesses'
fails 1 'more than half are needed' "$robin" verify "$trap_url/p/$(pid_of false)/" --witnesses own
after 60 grep -q 'does not cosign' "$root/trap.err"
ok "$robin" monitor "$url" --state seen
fails_monitor 'the directory log' "$trap_url"
stop trap
for w in w1 w2 w3; do stop $w; done
end_served
