# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# A real server for a story, and petitions on it:   . "$(dirname "$0")/serving.sh"   after lib.sh.
#
#     serve OPTIONS        starts it; $served is its process, $url its first address; its files lie in $root/server
#     end_served           SIGTERM; it must end with status 0
#     make_roll SLOTS N    a roll of N invented people and of those with cards: card-a … card-f (their passphrase is in the file pass)
#     publish NAME SLOT OPTIONS
#                          a petition on that slot, in the folder NAME, published; `pid_of NAME` is its pid
#     after N COMMAND      tries it until it ends well, at most N seconds
#     early                waits until a batch was published just now: what is sent next comes into one batch ($PERIOD, the seconds between two)
#     send FOLDER URL      waits like that, and sends all answers of a folder to the petition, so that one batch holds them
#     start NAME COMMAND   another server beside it: its output is NAME.out and NAME.err in $root, its process $NAME
#     stop NAME            SIGTERM; it must end with status 0
#     address_of NAME      where it listens
served=
others=
trap 'status=$?; for p in $served $others; do kill -9 $p 2>/dev/null || true; done; rm -rf "$root"; exit $status' EXIT
mkdir "$root/server"
server_out=$root/server/out
server_err=$root/server/err
: >"$server_err"

after() {
    until_second=$(($(date +%s) + $1))
    shift
    until "$@"; do
        [ "$(date +%s)" -lt "$until_second" ] || broken "not within its time: $*"
        sleep 0.1
    done
}

PERIOD=10
is_early() { [ $(($(date +%s) % PERIOD)) -eq 1 ]; }
early() { after 60 is_early; }
send() {
    early
    ls "$1" | xargs -P 40 -I % curl -sf -o /dev/null -H 'Content-Type: application/octet-stream' --data-binary "@$1/%" "${2}answer" ||
        broken 'an answer was not taken'
}

listens() {
    kill -0 "$served" 2>/dev/null || { cat "$server_err" >&2; broken 'the server ended'; }
    grep -q '^Serving ' "$server_out"
}

ended() { ! kill -0 "$1" 2>/dev/null; }

start() {
    name=$1
    shift
    "$@" >"$root/$name.out" 2>>"$root/$name.err" &
    eval "$name=$!"
    others="$others $!"
    after 60 grep -q '^Serving ' "$root/$name.out"
}
stop() {
    eval "process=\$$1"
    kill -TERM "$process"
    after 60 ended "$process"
    wait "$process" || broken "$1 ended with another status"
    others=$(echo "$others " | sed "s/ $process / /")
}
address_of() { sed -n 's|^Serving \(http://.*\)/$|\1|p' "$root/$1.out" | head -n 1; }

serve_raw() {
    : >"$server_out"
    "$@" >"$server_out" 2>>"$server_err" &
    served=$!
    after 60 listens
    url=$(sed -n 's|^Serving \(http://.*\)/$|\1|p' "$server_out" | head -n 1)
}

serve() {
    serve_raw "$robin" serve --listen 127.0.0.1:0 --db "$root/server/db" --keys "$root/server/keys" --cache "$root/server/cache" \
        --name server.example --connections 500 --publisher "$("$robin" key show registrar.key)" "$@"
}

end_served() {
    kill -TERM "$served"
    after 60 ended "$served"
    status=0
    wait "$served" || status=$?
    served=
    [ $status -eq 0 ] || { cat "$server_err" >&2; broken "the server ended with $status"; }
}

make_roll() {
    echo 'a passphrase' >pass
    ok "$robin" roll new roll --key registrar.key --body 'Rehearsal: nobody' --source 'nowhere: invented' --slots "$1"
    ok "$robin" rehearse people --members "$2" --classes 1
    cp "$root/out" people.tsv
    class=$(sed -n 1p people.tsv | cut -f 2)
    ok "$robin" roll import roll --format people people.tsv
    ok "$robin" rehearse enrol roll --keys keys.txt --to inbox
    ok "$robin" roll enrolments roll --key registrar.key inbox
    for who in a b c d e f; do printf '%s\t%s\tMember %s\n' "card-$who" "$class" $who; done >carded.tsv
    ok "$robin" roll import roll --format people carded.tsv
    for who in a b c d e f; do
        ok "$robin" enrol roll/invitations/card-$who --card card-$who --out request-$who --passphrase-file pass
        ok "$robin" roll enrolments roll --key registrar.key request-$who
    done
    ok "$robin" roll publish roll --key registrar.key --to "$url"
}

publish() {
    name=$1
    slot=$2
    shift 2
    printf 'Please **open** the room: %s.\n' "$name" >text.md
    ok "$robin" petition new text.md --out "$name.txt" --title "Open the room: $name" --to 'The board' --from 'The staff' \
        --roll "roll/published/slot-$slot/roll.txt" --ring-minimum 8 --server "$url" "$@"
    ok "$robin" petition assign roll --key registrar.key --petition "$name.txt" --to "$name"
    ok "$robin" petition publish "$name" --key registrar.key --to "$url"
}

pid_of() { sha256sum <"$1/petition.txt" | cut -d ' ' -f 1; }
time_in() { date -u -d "@$(($(date +%s) + $1))" +%Y-%m-%dT%H:%M:%SZ; }
