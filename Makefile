# SPDX-License-Identifier: Apache-2.0
# Thin: CMake does the work.  Every target first installs from Debian what it needs and is missing.
.NOTPARALLEL:
.PHONY: all run by-hand test test-dev test-asan test-ctime test-fuzz test-wasm bench vectors coverage lint format install clean
PREFIX ?= /usr/local
DIR ?= tests/vectors/data

build = echo "Building build/$(1)" >&2; cmake --preset $(1) >build/$(1).log 2>&1 || { cat build/$(1).log; exit 1; }; cmake --build build/$(1) -- --quiet $(2) >&2
ctest = ctest --test-dir build/$(1) --output-on-failure --no-tests=error -j2 $(2)

all: build
	@tools/deps.sh run
	@$(call build,release)

build:
	@mkdir -p build

# A petition on a server on this machine, until Ctrl-C.
run: all
	@build/release/src/robin demo

# Two petitions without a server, from roll to verified report: one on real people's public keys, one with invented people.
by-hand: all
	@tools/deps.sh by-hand
	@tools/by_hand.sh build/release/src/robin

test: test-dev test-asan test-ctime test-fuzz test-wasm

# gcc: unit tests, vectors, command line, the installed library, generated files.
test-dev: build
	@tools/deps.sh test
	@$(call build,dev)
	@$(call ctest,dev)

# The same with clang and sanitizers.
test-asan: build
	@tools/deps.sh test
	@$(call build,asan)
	@$(call ctest,asan)

# Secrets marked undefined: gcc's code under valgrind, clang's under MemorySanitizer.
test-ctime: build
	@tools/deps.sh test
	@$(call build,ctime)
	@$(call ctest,ctime,-L ctime)
	@$(call build,msan)
	@$(call ctest,msan,-L ctime)

# Each target over its corpus, then some seconds of new input.
test-fuzz: build
	@tools/deps.sh test
	@$(call build,fuzz)
	@$(call ctest,fuzz)

test-wasm: build
	@tools/deps.sh test
	@$(call build,wasm)
	@$(call ctest,wasm)

bench: all
	@tools/deps.sh test
	@build/release/src/robin bench
	@bench/serve.sh build/release/src/robin build/release/bench/load
	@node bench/web.mjs build/release

vectors: build
	@tools/deps.sh test
	@$(call build,dev,vectors)
	@build/dev/tests/vectors/vectors $(DIR)

coverage: build
	@tools/deps.sh test
	@$(call build,coverage)
	@$(call ctest,coverage)
	@tools/coverage.sh build/coverage

lint: build
	@tools/deps.sh lint
	@tools/lint.sh

format:
	@tools/deps.sh lint
	@tools/sources.sh | xargs clang-format -i

install: all
	@cmake --install build/release --prefix $(PREFIX)

clean:
	@rm -rf build
