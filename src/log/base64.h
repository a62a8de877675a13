/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 of RFC 4648 section 4, with padding, in its one canonical spelling. */
#ifndef RR_LOG_BASE64_H
#define RR_LOG_BASE64_H

#include <stdbool.h>

#include "roundrobin/types.h"

/* Characters for `len` bytes. */
static inline size_t rr_base64_size(size_t len) {
    return (len + 2) / 3 * 4;
}

/* Writes rr_base64_size(len) characters, not terminated. */
void rr_base64_write(char *text, const uint8_t *bytes, size_t len);

/* Reads all of `text`; *len becomes the number of bytes, of which the first `capacity` are written.  False for anything but the
 * canonical spelling; the empty text is no bytes. */
bool rr_base64_read(uint8_t *bytes, size_t capacity, size_t *len, rr_text text);

#endif
