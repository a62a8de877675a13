# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# Trustees and members of a sealed petition:   . "$(dirname "$0")/sealing.sh"   after lib.sh.
#
#     make_trustees N              keys trustee1.key … and trustee1.vkey …, the file pass, and $trustees, the options that name them
#     make_members N               members/m1 … with SSH keys, on the roll of the folder `roll`
#     of_trustee NUMBER VERB WORDS robin trustee VERB with share, key and passphrase of that trustee
#     ceremony N PLACE             joins, both rounds and the certificate; the shares are share1 …
#     accept N PLACE FILE          all accept the petition
make_trustees() {
    echo 'a passphrase' >pass
    trustees=
    for i in $(seq 1 "$1"); do
        ok "$robin" key new "trustee$i.example/test" --out "trustee$i.key"
        cp "$root/out" "trustee$i.vkey"
        trustees="$trustees --trustee $(cat "trustee$i.vkey")"
    done
}

make_members() {
    ok "$robin" roll new roll --key registrar.key --kind ed25519 --slots 2 --body 'Staff' --source 'the staff list'
    mkdir members
    for i in $(seq 1 "$1"); do
        ssh-keygen -q -t ed25519 -N '' -C '' -f "members/m$i"
        printf 'm%s %s\n' "$i" "$(cat "members/m$i.pub")" >>signers
    done
    ok "$robin" roll import roll --format allowed-signers --names principal signers
    ok "$robin" roll publish roll --key registrar.key
}

of_trustee() {
    number=$1
    verb=$2
    shift 2
    ok "$robin" trustee "$verb" "$@" --share "share$number" --key "trustee$number.key" --passphrase-file pass
}

ceremony() {
    for i in $(seq 1 "$1"); do of_trustee "$i" join "$2"; done
    for i in $(seq 1 "$1"); do of_trustee "$i" round1 "$2"; done
    for i in $(seq 1 "$1"); do of_trustee "$i" round2 "$2"; done
    ok "$robin" trustee certify "$2"
}

accept() {
    for i in $(seq 1 "$1"); do of_trustee "$i" accept "$2" --petition "$3"; done
}
