#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The command line: help of everything, wrong usage, standard output, terminals.
. "$(dirname "$0")/lib.sh"

step 'Help of everything'
ok "$robin" --help
ok "$robin" --version
says 'robin 0.'
"$robin" --help | sed -n 's/^  \([a-z-]*\( [a-z]*\)\{0,1\}\)  .*/\1/p' | sed 's/ *$//' >list
[ "$(wc -l <list)" -ge 20 ] || broken 'commands are missing in the help'
while read -r first second; do
    # shellcheck disable=SC2086
    ok "$robin" $first $second --help
    says "Usage: robin $first${second:+ $second}"
    says 'Examples:'
    ok test ! -s "$root/err"
done <list
ok "$robin" roll --help
says 'roll publish'

step 'Wrong usage has status 2, and says where help is'
fails 2 'Usage: robin' "$robin"
fails 2 "there is no command 'sing'. Say robin --help" "$robin" sing
fails 2 "there is no command 'roll sing'" "$robin" roll sing
fails 2 'PETITION is missing' "$robin" sign --key k --mode named --out o
fails 2 '--out FILE is missing' "$robin" sign pet --key k --mode named
fails 2 '--mode is one of: anonymous sealed named' "$robin" sign pet --key k --mode loud --out o
fails 2 'there is no option --keys. Say robin sign --help' "$robin" sign pet --keys k
fails 2 'there is no option -x' "$robin" sign pet -x
fails 2 '--key is given twice' "$robin" sign pet --key a --key b
fails 2 '--out lacks its FILE' "$robin" sign pet --out
fails 2 '--keep-key takes no value' "$robin" sign pet --keep-key=yes
fails 2 "'more' is one argument too many" "$robin" key show one more
fails 2 '--slots takes a number' "$robin" roll new r --key k --slots 1x
fails 2 '--slots takes a number' "$robin" roll new r --key k --slots 4294967296
fails 2 'a secret key is not printed' "$robin" key new name --out -
fails 2 'is no name for a key' "$robin" key new 'a name' --out k
fails 2 '--hold and --close exclude each other' "$robin" collect f --hold --close
fails 2 '--key with the log' "$robin" collect f answers

step 'A file that begins with a dash'
ok "$robin" key new name.example --out=-k
ok "$robin" key show -- -k
fails 2 'there is no option -k' "$robin" key show -k

step 'An existing file is replaced with --force only'
ok "$robin" key new name.example --out k
fails 1 'is there already and was left as it is' "$robin" key new name.example --out k
before=$(sha256sum k)
ok "$robin" key new name.example --out k --force
[ "$before" != "$(sha256sum k)" ] || broken 'it was not replaced'
[ "$(stat -c %a k)" = 600 ] || broken 'a secret key can be read by others'
ln -s k link
ok "$robin" key new name.example --out link --force
[ -L link ] || broken 'the link was replaced, not what it points to'
mkdir folder
fails 3 'is a folder' "$robin" key new name.example --out folder --force
fails 3 'is a folder' "$robin" key show folder
fails 3 'cannot be made' "$robin" key new name.example --out nowhere/k

step 'Control characters of others do not reach the terminal'
fails 2 'there is no command' "$robin" "$(printf 'a\033[2Jb')"
grep -q "$(printf '\033')" "$root/err" && broken 'an escape sequence was printed'
fails 3 'No such file' "$robin" key show "$(printf 'x\302\233y')"
grep -q "$(printf '\302\233')" "$root/err" && broken 'a control character was printed'

step 'A reader that is gone, and a full standard output'
fails 3 'standard output' sh -c '"$1" --help >/dev/full' sh "$robin"

step 'Bold type on a terminal only where it is wanted'
make_ssh_petition
NO_COLOR='' talk 1 "$robin" answer pet --key members/m1 --out x <<'TALK'
expect >
send stop
TALK
grep -q "$(printf '\033')\[1m" "$root/out" || broken 'headings are not bold'
talk 1 "$robin" answer pet --key members/m1 --out x <<'TALK'
expect >
end
TALK
grep -q "$(printf '\033')\[1m" "$root/out" && broken 'NO_COLOR was not minded'

step 'JSON is JSON'
ok "$robin" petition check pet --json
jq -e '.entries == 10 and (.rings | length) == 1' "$root/out" >/dev/null || broken 'this is not what was expected'
ok "$robin" roll show pet/roll.txt --json --entries
jq -e '(.list | length) == 10 and .imported == 10' "$root/out" >/dev/null || broken 'this is not what was expected'
ok "$robin" collect pet.db --petition pet --key log.key --json
jq -e '.leaves == 1 and .closed == false' "$root/out" >/dev/null || broken 'this is not what was expected'
ok "$robin" evidence pet.db --out evidence
ok "$robin" verify --json evidence
jq -e '.verifies and .total == 0 and .checks.records == "verified"' "$root/out" >/dev/null || broken 'this is not what was expected'
