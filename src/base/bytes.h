/* SPDX-License-Identifier: Apache-2.0 */
/* Little- and big-endian integers in bytes, and hex.  Everything here is for public data (hex is variable-time). */
#ifndef RR_BASE_BYTES_H
#define RR_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline uint32_t rr_load32_le(const uint8_t *b) {
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static inline uint64_t rr_load64_le(const uint8_t *b) {
    return (uint64_t)rr_load32_le(b) | (uint64_t)rr_load32_le(b + 4) << 32;
}

static inline void rr_store16_le(uint8_t *b, uint16_t v) {
    b[0] = (uint8_t)v;
    b[1] = (uint8_t)(v >> 8);
}

static inline void rr_store32_le(uint8_t *b, uint32_t v) {
    for (int i = 0; i < 4; i++) b[i] = (uint8_t)(v >> (8 * i));
}

static inline void rr_store64_le(uint8_t *b, uint64_t v) {
    for (int i = 0; i < 8; i++) b[i] = (uint8_t)(v >> (8 * i));
}

static inline uint32_t rr_load32_be(const uint8_t *b) {
    return (uint32_t)b[3] | (uint32_t)b[2] << 8 | (uint32_t)b[1] << 16 | (uint32_t)b[0] << 24;
}

static inline uint64_t rr_load64_be(const uint8_t *b) {
    return (uint64_t)rr_load32_be(b) << 32 | (uint64_t)rr_load32_be(b + 4);
}

static inline void rr_store32_be(uint8_t *b, uint32_t v) {
    for (int i = 0; i < 4; i++) b[i] = (uint8_t)(v >> (24 - 8 * i));
}

static inline void rr_store64_be(uint8_t *b, uint64_t v) {
    for (int i = 0; i < 8; i++) b[i] = (uint8_t)(v >> (56 - 8 * i));
}

/* Writes 2*len lowercase digits and a terminator: `hex` holds 2*len + 1 characters. */
void rr_hex(char *hex, const uint8_t *bytes, size_t len);

/* Reads exactly 2*len lowercase digits; false, with `bytes` undefined, for anything else. */
bool rr_unhex(uint8_t *bytes, size_t len, const char *hex, size_t hex_len);

#endif
