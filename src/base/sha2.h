/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 and SHA-512 (FIPS 180-4), the same code natively and in WebAssembly (docs/adr/0001).
 * Constant-time in the data; the length is public. */
#ifndef RR_BASE_SHA2_H
#define RR_BASE_SHA2_H

#include <stddef.h>
#include <stdint.h>

typedef struct rr_sha256 {
    uint32_t state[8];
    uint64_t length;
    uint8_t block[64];
} rr_sha256;

typedef struct rr_sha512 {
    uint64_t state[8];
    uint64_t length; /* bytes; SHA-512 counts to 2^128, nothing here comes near 2^61 */
    uint8_t block[128];
} rr_sha512;

void rr_sha256_init(rr_sha256 *h);
void rr_sha256_update(rr_sha256 *h, const void *data, size_t len);
/* Leaves the state wiped. */
void rr_sha256_final(rr_sha256 *h, uint8_t out[32]);
void rr_sha256_of(uint8_t out[32], const void *data, size_t len);

void rr_sha512_init(rr_sha512 *h);
void rr_sha512_update(rr_sha512 *h, const void *data, size_t len);
/* Leaves the state wiped. */
void rr_sha512_final(rr_sha512 *h, uint8_t out[64]);
void rr_sha512_of(uint8_t out[64], const void *data, size_t len);

#endif
