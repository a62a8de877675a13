# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What every scenario begins with:   . "$(dirname "$0")/lib.sh"   with $1 = robin, $2 = pty.
#
#     step WORDS               a heading
#     ok COMMAND...            it must end with status 0; what it prints goes to the file `out`
#     says TEXT                the last command printed this
#     fails STATUS TEXT COMMAND...
#                              it must end with this status, print TEXT on standard error, and leave every file as it was
#     talk STATUS COMMAND...   runs it on a terminal; the lines to expect and send come from standard input
set -eu
# Nothing of the caller's may decide a test.
unset SOURCE_DATE_EPOCH SSH_AUTH_SOCK XDG_RUNTIME_DIR || true
export LC_ALL=C TERM=xterm NO_COLOR=1
umask 022

robin=$1
pty=$2
here=$(cd "$(dirname "$0")" && pwd)
root=$(mktemp -d /tmp/robin-scenario.XXXXXX)
log=$root/log
trap 'status=$?; rm -rf "$root"; exit $status' EXIT
mkdir "$root/work"
cd "$root/work"

broken() {
    echo "FAILED: $*" >&2
    echo "--- standard output ---" >&2
    tail -c 4000 "$root/out" >&2 || true
    echo "--- standard error ---" >&2
    tail -c 4000 "$root/err" >&2 || true
    exit 1
}

step() { echo "== $*"; }

ok() {
    "$@" >"$root/out" 2>"$root/err" || broken "status $? of: $*"
}

says() {
    grep -qF -- "$1" "$root/out" "$root/err" || broken "this was not said: $1"
}

says_not() {
    if grep -qF -- "$1" "$root/out" "$root/err"; then broken "this was said: $1"; fi
}

# Names, permissions and contents of all files.
snapshot() {
    find . -mindepth 1 -printf '%p %m %y\n' | sort
    find . -type f -print0 | sort -z | xargs -0 -r sha256sum
}

fails() {
    wanted=$1
    text=$2
    shift 2
    before=$(snapshot)
    status=0
    "$@" >"$root/out" 2>"$root/err" || status=$?
    [ "$status" -eq "$wanted" ] || broken "status $status instead of $wanted of: $*"
    grep -qF -- "$text" "$root/err" || broken "this was not said: $text: by: $*"
    [ "$before" = "$(snapshot)" ] || broken "files were changed by: $*"
}

talk() {
    wanted=$1
    shift
    cat >"$root/script"
    status=0
    "$pty" "$root/script" "$@" >"$root/out" 2>"$root/err" || status=$?
    [ "$status" -eq "$wanted" ] || broken "status $status instead of $wanted of: $*"
}

# flip FILE OFFSET: inverts the lowest bit of that byte.
flip() {
    byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
    # shellcheck disable=SC2059
    printf "\\$(printf %03o $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

size_of() { stat -c %s "$1"; }
field() { sed -n "s/^  \"$2\": \"\\{0,1\\}\\([^\",]*\\)\"\\{0,1\\},\\{0,1\\}\$/\\1/p" "$1" | head -n 1; }

# ---- pieces of stories ------------------------------------------------------------------------------------------------------

# Keys of registrar, log and directory.
make_keys() {
    ok "$robin" key new registrar.example/test --out registrar.key
    ok "$robin" key new log.example/test --out log.key
    ok "$robin" key new directory.example/test --out directory.key
}

# make_petition FILE ROLL [OPTIONS]: open, with both modes, hidden signatures from 8 people on.
make_petition() {
    petition_file=$1
    petition_roll=$2
    shift 2
    printf 'Please **open** the room at eight.\n' >text.md
    ok "$robin" petition new text.md --out "$petition_file" --title 'Open the room' --to 'The board' --from 'The staff' \
        --roll "$petition_roll" --ring-minimum 8 --mode anonymous --mode named --opens 2026-01-01T00:00:00Z \
        --closes 2026-01-31T00:00:00Z --log "$("$robin" key show log.key)" --directory "$("$robin" key show directory.key)" "$@"
}

# Ten members with SSH keys, members/m1 … m10, on the roll of the folder `roll`; a petition in the folder `pet`.
make_ssh_petition() {
    make_keys
    ok "$robin" roll new roll --key registrar.key --kind ed25519 --slots 2 --body 'Staff' --source 'the staff list'
    mkdir members
    for i in 1 2 3 4 5 6 7 8 9 10; do
        ssh-keygen -q -t ed25519 -N '' -C '' -f "members/m$i"
        ok "$robin" roll import roll --format authorized-keys --member "m$i" "members/m$i.pub"
    done
    ok "$robin" roll publish roll --key registrar.key
    make_petition petition.txt roll/published/slot-0/roll.txt
    ok "$robin" petition assign roll --key registrar.key --petition petition.txt --to pet
}
