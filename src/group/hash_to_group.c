/* SPDX-License-Identifier: Apache-2.0 */
#include "group/hash_to_group.h"

#include "base/sha2.h"
#include "base/transcript.h"

/* One SHA-512 output is just long enough, so the expansion has a single block:
 *     b_0 = H(128 zeros || msg || 0 64 || 0 || DST || len DST)
 *     out = H(b_0 || 1 || DST || len DST) */
void rr_expand_message(uint8_t out[64], const uint8_t *msg, size_t len, const uint8_t *dst, size_t dst_len) {
    static const uint8_t zero_block[128] = {0}, length_and_zero[3] = {0, 64, 0}, one = 1;
    uint8_t b0[64], dst_length = (uint8_t)dst_len;
    rr_sha512 h;
    rr_sha512_init(&h);
    rr_sha512_update(&h, zero_block, sizeof zero_block);
    rr_sha512_update(&h, msg, len);
    rr_sha512_update(&h, length_and_zero, sizeof length_and_zero);
    rr_sha512_update(&h, dst, dst_len);
    rr_sha512_update(&h, &dst_length, 1);
    rr_sha512_final(&h, b0);
    rr_sha512_init(&h);
    rr_sha512_update(&h, b0, sizeof b0);
    rr_sha512_update(&h, &one, 1);
    rr_sha512_update(&h, dst, dst_len);
    rr_sha512_update(&h, &dst_length, 1);
    rr_sha512_final(&h, out);
}

void rr_hash_to_group(rr_ge *out, const char *kind, const uint8_t *msg, size_t len) {
    uint8_t dst[sizeof RR_SUITE + 32] = RR_SUITE " ", uniform[64];
    size_t kind_len = strlen(kind);
    memcpy(dst + sizeof RR_SUITE, kind, kind_len);
    rr_expand_message(uniform, msg, len, dst, sizeof RR_SUITE + kind_len);
    rr_ge_from_uniform(out, uniform);
}
