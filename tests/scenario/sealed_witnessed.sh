#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A sealed petition that has a witness: an opening has no time, and opens nothing, until the witness has confirmed it.
. "$(dirname "$0")/lib.sh"
PERIOD=5
. "$(dirname "$0")/serving.sh"
. "$(dirname "$0")/sealing.sh"

start_witness() { start witness "$robin" witness serve "$root/witness" --listen "$1"; }
serve_witnessed() { serve --tick 0.2 --batch-interval $PERIOD --witness "$vkey $witness_url"; }
serve_again() {
    serve_witnessed
    address=$url/p/$(pid_of pet)/
}

make_keys
make_trustees 2
serve --tick 0.2
directory=$(sed -n 's/^Directory //p' "$server_out")
end_served
ok "$robin" witness new "$root/witness" --name witness.example
vkey=$(cat "$root/out")
echo "$directory" >>"$root/witness/logs"
start_witness 127.0.0.1:0
witness_url=$(address_of witness)
serve_witnessed

step 'Eight have sealed'
make_members 8
ok "$robin" roll publish roll --key registrar.key --to "$url"
# shellcheck disable=SC2086
ok "$robin" trustee new place --roll roll/published/slot-0/roll.txt --threshold 2 $trustees
ceremony 2 place
printf 'Please open the room.\n' >text.md
ok "$robin" petition new text.md --out petition.txt --title 'Open the room' --to 'The board' --from 'The staff' \
    --roll roll/published/slot-0/roll.txt --ring-minimum 8 --mode sealed --ceremony place --seal-threshold 8 \
    --seal-expires "$(time_in 7200)" --closes "$(time_in 3600)" --server "$url" --witnesses 1 --witness "$vkey"
accept 2 place petition.txt
ok "$robin" petition assign roll --key registrar.key --petition petition.txt --to pet
ok "$robin" trustee certify place --petition pet
ok "$robin" petition publish pet --key registrar.key --to "$url"
address=$(cat "$root/out")
mkdir answers
for i in $(seq 1 8); do ok "$robin" sign pet --key "members/m$i" --mode sealed --out "answers/$i"; done
send answers "$address"
report_has() { "$robin" verify --json "$address" >"$root/out" 2>"$root/err" && [ "$(jq -c "$1" "$root/out")" = "$2" ]; }
after 60 report_has '[.sealed, .witnessed_leaves]' '[8,9]'

step 'Without the witness the opening is in the log, and opens nothing'
stop witness
for i in 1 2; do of_trustee $i notice "$address"; done
of_trustee 1 open "$address"
of_trustee 2 open "$address"
report_has '[.leaves, .total, .opened, .sealed]' '[11,8,0,8]' || broken 'the opening took effect without a time'
end_served
serve_again
report_has '[.leaves, .total, .opened, .sealed]' '[11,8,0,8]' || broken 'the opening took effect after a restart'
[ "$(curl -sf "${address}status" | jq -c '[.sealed, .opened]')" = '[8,0]' ] || broken 'the status says that they are opened'
ok curl -sf "$address"
says 'announced that they open the 8 sealed signatures'

step 'With its word all eight are named'
start_witness "${witness_url#http://}"
after 90 report_has '[.leaves, .total, .opened]' '[11,8,8]'
status_has() { [ "$(curl -sf "${address}status" | jq -c '[.sealed, .opened]')" = "$1" ]; }
after 30 status_has '[0,8]'
ok curl -sf "$address"
says '8 signatures were sealed; the trustees have opened them together'
end_served
serve_again
status_has '[0,8]' || broken 'after a restart they are not opened'
ok "$robin" monitor "$url" --state seen
says 'everything verifies'
end_served
stop witness
