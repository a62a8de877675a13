# SPDX-License-Identifier: Apache-2.0
rr_fuzz_target(ceremony SOURCES fuzz_ceremony.c)
