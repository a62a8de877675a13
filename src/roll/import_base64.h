/* SPDX-License-Identifier: Apache-2.0 */
/* libsodium decodes base64 in constant time and refuses unused bits that are not zero; but version 1.0.18 takes each character
 * above 127 for one of the alphabet, so that there were two ways to write the same. */
#ifndef RR_ROLL_IMPORT_BASE64_H
#define RR_ROLL_IMPORT_BASE64_H

#include <sodium.h>
#include <stdbool.h>

#include "roundrobin/types.h"

/* Decodes up to the first character that is neither base64 nor in `ignore`; that must be the end, unless `stop` says where it
 * was.  False also for more than `cap` bytes. */
static inline bool rr_decode_base64(uint8_t *out, size_t cap, size_t *len, const char **stop, rr_text text, const char *ignore,
                                    int variant) {
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.start[i] > 127) return false;
    }
    return sodium_base642bin(out, cap, text.start, text.len, ignore, len, stop, variant) == 0;
}

#endif
