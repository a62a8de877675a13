#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deps.sh run|by-hand|test|lint: installs the Debian packages that are missing for it; where nothing is, it only looks.
set -eu

run="gcc libc6-dev cmake ninja-build pkg-config libsodium-dev libssl-dev libsqlite3-dev librnp-dev libssh-dev scdoc
    libmicrohttpd-dev libcurl4-openssl-dev libqrencode-dev libcmark-dev libjansson-dev
    clang lld llvm libclang-rt-14-dev-wasm32 wasi-libc openssh-client"
by_hand="$run debian-keyring gnupg"
test="$by_hand g++ libclang-rt-14-dev nodejs valgrind libcmocka-dev
    jq curl sqlite3"
lint="$test clang-format clang-tidy cppcheck"
case "${1-}" in
run) wanted=$run ;;
by-hand) wanted=$by_hand ;;
test) wanted=$test ;;
lint) wanted=$lint ;;
*) echo "usage: tools/deps.sh run|by-hand|test|lint" >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null; then
    echo "This is not Debian: taking it that these are there:" $wanted >&2
    exit 0
fi
present=$(dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' | sed -n 's/^ii //p')
missing=
for package in $wanted; do
    printf '%s\n' "$present" | grep -qxF "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then as_root=
elif command -v sudo >/dev/null; then as_root=sudo
else
    echo "Missing Debian packages. As root, run: apt-get install --no-install-recommends$missing" >&2
    exit 3
fi
echo "Installing from Debian:$missing"
$as_root apt-get update -q
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $missing
