# SPDX-License-Identifier: Apache-2.0
rr_fuzz_target(directory SOURCES fuzz_directory.c LIBS rr_net MAX_LEN 256)
