#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lint.sh: formatting, clang-tidy and cppcheck; all three run.
cd "$(dirname "$0")/.." || exit 3
status=0

echo "clang-format"
tools/sources.sh | xargs clang-format --dry-run -Werror || status=1

cmake --preset asan >/dev/null || exit 3
# One file at a time: clang-tidy 14 mistakes every va_list after the first file for one that was not started.
echo "clang-tidy"
git ls-files -- 'src/*.c' | xargs -P 2 -n 1 clang-tidy --quiet -p build/asan 2>/dev/null || status=1

# Like clang-tidy it sees one file at a time: it cannot know that a callee which answers RR_OK has set its output.
echo "cppcheck"
cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability --inline-suppr --inconclusive -j 2 \
    --suppress=missingIncludeSystem --suppress=uninitvar --suppress=ctuuninitvar --library=tools/cppcheck.cfg -I include -I src src || status=1
exit $status
