#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# install.sh BUILD SOURCE: installs into an empty folder and uses what is there as a stranger would.
set -eu
build=$1
source=$2
prefix=$build/tests/install/prefix
work=$build/tests/install/work
rm -rf "$prefix" "$work"
mkdir -p "$work"
cmake --install "$build" --prefix "$prefix" >/dev/null

pc=$(find "$prefix" -name roundrobin.pc)
lib=$(dirname "$(dirname "$pc")")
export PKG_CONFIG_PATH="${pc%/*}"
export LD_LIBRARY_PATH="$lib"

echo "each header alone, as C and as C++"
for header in "$prefix"/include/roundrobin/*.h; do
    for compiler in "gcc -std=c11" "clang -std=c11" "g++ -x c++ -std=c++11" "clang++ -x c++ -std=c++11"; do
        printf '#include "roundrobin/%s"\nint main(void) { return 0; }\n' "${header##*/}" >"$work/header.c"
        $compiler -Wall -Wextra -Wpedantic -Werror -fsyntax-only $(pkg-config --cflags roundrobin) "$work/header.c"
    done
done

echo "every function that a header declares is in a shared library, and no other has its version"
for library in "$lib"/libroundrobin*.so; do
    nm -D --defined-only "$library" | sed -n 's/.* T \(rr_[a-z0-9_]*\)@@roundrobin_0$/\1/p'
done | sort >"$work/exported"
sort "$build/src/exports.txt" | diff - "$work/exported"

echo "the example, with the shared library"
cc -std=c11 -Wall -Wextra -Werror "$source/examples/sign_and_verify.c" $(pkg-config --cflags --libs roundrobin libsodium) \
    -o "$work/shared"
ldd "$work/shared" | grep -q 'libroundrobin\.so\.0 => /'
"$work/shared"

echo "the example, with the static library"
cc -std=c11 -Wall -Wextra -Werror "$source/examples/sign_and_verify.c" $(pkg-config --cflags roundrobin) \
    "$lib/libroundrobin.a" $(pkg-config --libs libsodium) -o "$work/static"
"$work/static"
