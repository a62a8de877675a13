# SPDX-License-Identifier: Apache-2.0
rr_fuzz_target(roll SOURCES fuzz_roll.c MAX_LEN 16384)
rr_fuzz_target(names SOURCES fuzz_names.c)
rr_fuzz_target(petition SOURCES fuzz_petition.c MAX_LEN 16384)
