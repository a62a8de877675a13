# SPDX-License-Identifier: Apache-2.0
rr_fuzz_target(markdown SOURCES fuzz_markdown.c LIBS rr_server MAX_LEN 8192)
rr_fuzz_target(accept_language SOURCES fuzz_accept_language.c LIBS rr_server MAX_LEN 512)
