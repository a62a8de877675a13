/* SPDX-License-Identifier: Apache-2.0 */
#include "server/proquint.h"

void rr_proquint(char *out, const uint8_t *bytes, size_t len, char separator) {
    static const char consonants[] = "bdfghjklmnprstvz", vowels[] = "aiou";
    for (size_t i = 0; i + 1 < len; i += 2) {
        unsigned word = (unsigned)bytes[i] << 8 | bytes[i + 1];
        if (i > 0) *out++ = separator;
        *out++ = consonants[word >> 12];
        *out++ = vowels[word >> 10 & 3];
        *out++ = consonants[word >> 6 & 15];
        *out++ = vowels[word >> 4 & 3];
        *out++ = consonants[word & 15];
    }
    *out = 0;
}
