# SPDX-License-Identifier: Apache-2.0
rr_fuzz_target(answer SOURCES fuzz_answer.c MAX_LEN 2100)
rr_fuzz_target(record SOURCES fuzz_record.c MAX_LEN 1800)
rr_fuzz_target(evidence SOURCES fuzz_evidence.c LIBS rr_store MAX_LEN 65536)
