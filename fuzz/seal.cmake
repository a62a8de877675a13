# SPDX-License-Identifier: Apache-2.0
rr_fuzz_target(ceremony SOURCES fuzz_ceremony.c)
rr_fuzz_target(trustees SOURCES fuzz_trustees.c)
rr_fuzz_target(notice SOURCES fuzz_notice.c MAX_LEN 1024)
