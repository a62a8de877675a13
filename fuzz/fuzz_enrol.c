/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolment requests: what is read is written back byte for byte.  After a first byte of c: a registrar's file of codes. */
#include <stdlib.h>
#include <string.h>

#include "roundrobin/enrol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void try_request(const char *file, size_t len) {
    static rr_enrolment_file e;
    static char again[RR_ENROLMENT_TEXT_MAX];
    size_t again_len;
    rr_error error;
    uint8_t key[32];
    if (rr_enrolment_parse(&e, &error, file, len)) {
        if (!error.rule) abort();
        return;
    }
    if (rr_enrolment_write(again, sizeof again, &again_len, &e) || again_len != len || memcmp(again, file, len) != 0) abort();
    if (rr_enrolment_signer_var(key, &error, &e) && !error.rule) abort();
}

static void try_codes(const char *file, size_t len) {
    static rr_enrolment_file e;
    static const char code[] = "0000-1111-2222-3333-4444-5555-6666";
    uint32_t line = 0;
    rr_error error;
    e.edition = 1;
    e.member.start = "bob";
    e.member.len = 3;
    e.code.start = code;
    e.code.len = sizeof code - 1;
    rr_status status = rr_codes_find(&line, &error, file, len, &e);
    if (status ? !error.rule : line == 0) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    if (len > 0 && data[0] == 'c')
        try_codes((const char *)data + 1, len - 1);
    else
        try_request((const char *)data, len);
    return 0;
}
