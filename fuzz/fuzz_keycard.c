/* SPDX-License-Identifier: Apache-2.0 */
/* A key card's text, up to where decrypting would begin to cost; and, after a first byte of 0, what is encrypted in it. */
#include <stdlib.h>
#include <string.h>

#include "roll/keycard_jwe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void try_plain(const uint8_t *data, size_t len) {
    static rr_keycard card;
    uint8_t again[RR_KEYCARD_PLAIN_MAX];
    size_t again_len;
    const char *why;
    if (rr_keycard_decode(&card, &why, data, len)) return;
    if (rr_keycard_encode(again, &again_len, &card) || again_len != len || memcmp(again, data, len) != 0) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    static const uint8_t kek[32];
    static rr_keycard_jwe jwe;
    static rr_keycard card;
    const char *why = NULL;
    if (len > 0 && data[0] == 0)
        try_plain(data + 1, len - 1);
    else if (rr_keycard_jwe_read(&jwe, &why, (const char *)data, len) == RR_OK)
        rr_keycard_unwrap(&card, &why, &jwe, kek);
    else if (!why)
        abort();
    return 0;
}
