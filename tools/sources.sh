#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The C files that lint and format look at.
cd "$(dirname "$0")/.."
git ls-files --cached --others --exclude-standard -- '*.c' '*.h'
