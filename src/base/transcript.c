/* SPDX-License-Identifier: Apache-2.0 */
#include "base/transcript.h"

#include <string.h>

#include "base/bytes.h"

void rr_sha512_init_tagged(rr_sha512 *h, const char *tag) {
    uint8_t block[128] = RR_SUITE " ";
    memcpy(block + sizeof RR_SUITE, tag, strlen(tag));
    rr_sha512_init(h);
    rr_sha512_update(h, block, sizeof block);
}

void rr_sha512_frame(rr_sha512 *h, const char *label, const void *data, size_t len) {
    uint8_t label_len[2], data_len[8];
    rr_store16_le(label_len, (uint16_t)strlen(label));
    rr_store64_le(data_len, len);
    rr_sha512_update(h, label_len, sizeof label_len);
    rr_sha512_update(h, label, strlen(label));
    rr_sha512_update(h, data_len, sizeof data_len);
    rr_sha512_update(h, data, len);
}

void rr_transcript_init(rr_transcript *t) {
    rr_sha512_init_tagged(&t->hash, "transcript");
}

void rr_transcript_absorb(rr_transcript *t, const char *label, const void *data, size_t len) {
    rr_sha512_frame(&t->hash, label, data, len);
}

void rr_transcript_absorb32(rr_transcript *t, const char *label, uint32_t value) {
    uint8_t bytes[4];
    rr_store32_le(bytes, value);
    rr_transcript_absorb(t, label, bytes, sizeof bytes);
}

void rr_transcript_digest(const rr_transcript *t, uint8_t out[64]) {
    rr_sha512 copy = t->hash;
    rr_sha512_final(&copy, out);
}

void rr_transcript_challenge(const rr_transcript *t, uint8_t out[64]) {
    rr_sha512 copy = t->hash;
    rr_sha512_frame(&copy, "challenge", "", 0);
    rr_sha512_final(&copy, out);
}

void rr_nonces_init(rr_nonces *n, const rr_transcript *context, const uint8_t *secret, size_t secret_len, uint32_t index,
                    const rr_fresh *fresh) {
    uint8_t state[64], index_bytes[4];
    rr_transcript_digest(context, state);
    rr_store32_le(index_bytes, index);
    rr_sha512 h;
    rr_sha512_init_tagged(&h, "nonces");
    rr_sha512_frame(&h, "state", state, sizeof state);
    rr_sha512_frame(&h, "secret", secret, secret_len);
    rr_sha512_frame(&h, "index", index_bytes, sizeof index_bytes);
    rr_sha512_frame(&h, "fresh", fresh->bytes, sizeof fresh->bytes);
    rr_sha512_final(&h, n->seed);
    n->next = 0;
}

void rr_nonces_next(rr_nonces *n, uint8_t out[64]) {
    uint8_t counter[8];
    rr_store64_le(counter, n->next++);
    rr_sha512 h;
    rr_sha512_init(&h);
    rr_sha512_update(&h, n->seed, sizeof n->seed);
    rr_sha512_update(&h, counter, sizeof counter);
    rr_sha512_final(&h, out);
}
