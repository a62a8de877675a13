/* SPDX-License-Identifier: Apache-2.0 */
#include "log/base64.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void rr_base64_write(char *text, const uint8_t *bytes, size_t len) {
    for (size_t i = 0; i < len; i += 3, text += 4) {
        size_t n = len - i < 3 ? len - i : 3;
        uint32_t bits = (uint32_t)bytes[i] << 16;
        if (n > 1) bits |= (uint32_t)bytes[i + 1] << 8;
        if (n > 2) bits |= bytes[i + 2];
        for (size_t k = 0; k < 4; k++) text[k] = k <= n ? alphabet[bits >> (18 - 6 * k) & 63] : '=';
    }
}

bool rr_base64_read(uint8_t *bytes, size_t capacity, size_t *len, rr_text text) {
    if (text.len % 4 != 0) return false;
    *len = 0;
    for (size_t i = 0; i < text.len; i += 4) {
        const char *group = text.start + i;
        bool last = i + 4 == text.len;
        size_t n = last && group[3] == '=' ? (group[2] == '=' ? 1 : 2) : 3;
        uint32_t bits = 0;
        for (size_t k = 0; k <= n; k++) {
            const char *at = memchr(alphabet, group[k], 64);
            if (at == NULL) return false;
            bits |= (uint32_t)(at - alphabet) << (18 - 6 * k);
        }
        if (bits & ((1U << (24 - 8 * n)) - 1)) return false; /* bits behind the last byte */
        for (size_t k = 0; k < n; k++, ++*len) {
            if (*len < capacity) bytes[*len] = (uint8_t)(bits >> (16 - 8 * k));
        }
    }
    return true;
}
