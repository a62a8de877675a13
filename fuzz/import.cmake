# SPDX-License-Identifier: Apache-2.0
rr_fuzz_target(keycard SOURCES fuzz_keycard.c LIBS rr_import MAX_LEN 6500)
rr_fuzz_target(ssh SOURCES fuzz_ssh.c LIBS rr_import MAX_LEN 2048)
rr_fuzz_target(openpgp SOURCES fuzz_openpgp.c LIBS rr_import MAX_LEN 4096)
rr_fuzz_target(enrol SOURCES fuzz_enrol.c LIBS rr_import MAX_LEN 4096)
