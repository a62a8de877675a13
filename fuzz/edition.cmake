# SPDX-License-Identifier: Apache-2.0
rr_fuzz_target(edition SOURCES fuzz_edition.c MAX_LEN 4200)
rr_fuzz_target(link SOURCES fuzz_link.c MAX_LEN 4400)
