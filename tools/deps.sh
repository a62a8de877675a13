#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deps.sh run|by-hand|test|lint: installs the Debian packages that are missing for it; where nothing is, it only looks.
# For the tests also what drives a browser, from npm, as tests/browser/package-lock.json says.
set -eu

run="gcc libc6-dev cmake ninja-build pkg-config libsodium-dev libssl-dev libsqlite3-dev librnp-dev libssh-dev scdoc
    libmicrohttpd-dev libcurl4-openssl-dev libqrencode-dev libcmark-dev libjansson-dev
    clang lld llvm libclang-rt-14-dev-wasm32 wasi-libc openssh-client"
by_hand="$run debian-keyring gnupg"
test="$by_hand g++ libclang-rt-14-dev nodejs valgrind libcmocka-dev
    jq curl sqlite3 chromium fonts-dejavu-core"
# Some have npm from elsewhere, with their node.
command -v npm >/dev/null || test="$test npm"
lint="$test clang-format clang-tidy cppcheck"
case "${1-}" in
run) wanted=$run ;;
by-hand) wanted=$by_hand ;;
test) wanted=$test ;;
lint) wanted=$lint ;;
*) echo "usage: tools/deps.sh run|by-hand|test|lint" >&2; exit 2 ;;
esac

browser_modules() {
    cd "$(dirname "$0")/../tests/browser"
    cmp -s package-lock.json node_modules/installed-lock.json && return
    echo "Installing from npm: playwright-core and axe-core, for the tests of the pages"
    npm ci --ignore-scripts --loglevel=error
    cp package-lock.json node_modules/installed-lock.json
}
finish() {
    [ "$wanted" != "$test" ] || browser_modules
    exit 0
}

if ! command -v dpkg-query >/dev/null; then
    echo "This is not Debian: taking it that these are there:" $wanted >&2
    finish
fi
present=$(dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' | sed -n 's/^ii //p')
missing=
for package in $wanted; do
    printf '%s\n' "$present" | grep -qxF "$package" || missing="$missing $package"
done
[ -n "$missing" ] || finish

if [ "$(id -u)" -eq 0 ]; then as_root=
elif command -v sudo >/dev/null; then as_root=sudo
else
    echo "Missing Debian packages. As root, run: apt-get install --no-install-recommends$missing" >&2
    exit 3
fi
echo "Installing from Debian:$missing"
$as_root apt-get update -q
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $missing
finish
