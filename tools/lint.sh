#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lint.sh: formatting, clang-tidy and cppcheck.  All three run; the first that finds something decides the exit status.
cd "$(dirname "$0")/.." || exit 3
status=0

echo "clang-format"
tools/sources.sh | xargs clang-format --dry-run -Werror || status=1

cmake --preset asan >/dev/null || exit 3
echo "clang-tidy"
git ls-files -- 'src/*.c' | xargs -P 2 -n 4 clang-tidy --quiet -p build/asan 2>build/clang-tidy.log || { status=1; cat build/clang-tidy.log; }

echo "cppcheck"
cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability --inline-suppr --inconclusive -j 2 \
    --suppress=missingIncludeSystem -I include -I src src || status=1
exit $status
