/* SPDX-License-Identifier: Apache-2.0 */
/* What proofs stand on: generators, a petition, a ring. */
#include <string.h>

#include "base/bytes.h"
#include "group/hash_to_group.h"
#include "proof/internal.h"

static void generator(rr_ge *g, char name, unsigned j, unsigned i) {
    uint8_t msg[5] = {(uint8_t)name};
    rr_store16_le(msg + 1, (uint16_t)j);
    rr_store16_le(msg + 3, (uint16_t)i);
    rr_hash_to_group(g, "generator", msg, name == 'H' ? 1 : sizeof msg);
}

size_t rr_params_size(void) {
    return sizeof(rr_params);
}

rr_status rr_params_init(rr_params **params, void *memory, size_t memory_len) {
    rr_params *p = memory;
    rr_ge points[RR_BIT_GENERATORS(RR_DIGITS_MAX)];
    rr_fe scratch[RR_BIT_GENERATORS(RR_DIGITS_MAX)];
    if (memory_len < sizeof *p || !rr_is_aligned(memory)) return RR_NO_SPACE;
    generator(&points[0], 'H', 0, 0);
    for (unsigned j = 0; j < RR_DIGITS_MAX; j++) {
        for (unsigned i = 0; i < RR_RADIX; i++) {
            generator(&points[RR_G(j, i)], 'G', j, i);
            generator(&points[RR_J(j, i)], 'J', j, i);
        }
    }
    rr_ge_to_niels_many(p->bits, points, RR_BIT_GENERATORS(RR_DIGITS_MAX), scratch);
    rr_ge_to_niels_affine(&p->B, &RR_GE_BASE);
    *params = p;
    return RR_OK;
}

bool rr_point_read_var(rr_ge *p, const uint8_t in[32]) {
    return rr_ge_decode_var(p, in) && !rr_ge_is_identity(p);
}

bool rr_point_read_niels_var(rr_ge_niels *p, const uint8_t in[32]) {
    rr_ge extended;
    if (!rr_point_read_var(&extended, in)) return false;
    rr_ge_to_niels_affine(p, &extended);
    return true;
}

rr_status rr_point_check_var(const uint8_t point[32]) {
    rr_ge p;
    return rr_point_read_var(&p, point) ? RR_OK : RR_MALFORMED;
}

size_t rr_subject_size(void) {
    return sizeof(rr_subject);
}

rr_status rr_subject_init(rr_subject **subject, void *memory, size_t memory_len, const rr_pid *pid,
                          const rr_seal_key *seal_key) {
    rr_subject *s = memory;
    rr_ge u;
    if (memory_len < sizeof *s || !rr_is_aligned(memory)) return RR_NO_SPACE;
    memset(s, 0, sizeof *s);
    s->pid = *pid;
    rr_hash_to_group(&u, "nullifier", pid->bytes, sizeof pid->bytes);
    rr_ge_to_niels(&s->U, &u);
    if (seal_key != NULL) {
        if (!rr_point_read_niels_var(&s->Y, seal_key->bytes)) return RR_MALFORMED;
        s->seal_key = *seal_key;
        s->has_seal_key = true;
    }
    *subject = s;
    return RR_OK;
}

unsigned rr_ring_digits(uint32_t count) {
    unsigned m = RR_DIGITS_MIN;
    while ((uint64_t)1 << (2 * m) < count) m++;
    return m;
}

size_t rr_ring_size(uint32_t count) {
    return sizeof(rr_ring) + count * (sizeof(rr_ge_niels) + sizeof(rr_entry_key));
}

rr_status rr_ring_init(rr_ring **ring, uint32_t *bad, void *memory, size_t memory_len, uint32_t number,
                       const rr_entry_key *keys, uint32_t count) {
    rr_ring *r = memory;
    if (count == 0 || count > RR_RING_MAX) return RR_ARGUMENT;
    if (memory_len < rr_ring_size(count) || !rr_is_aligned(memory)) return RR_NO_SPACE;
    rr_entry_key *copy = (rr_entry_key *)(void *)(r->points + count);
    rr_sha512 digest;
    rr_sha512_init_tagged(&digest, "ring");
    for (uint32_t i = 0; i < count; i++) {
        if (!rr_point_read_niels_var(&r->points[i], keys[i].bytes)) {
            if (bad != NULL) *bad = i;
            return RR_MALFORMED;
        }
        copy[i] = keys[i];
    }
    rr_sha512_update(&digest, copy, count * sizeof *copy);
    rr_sha512_final(&digest, r->digest);
    r->number = number;
    r->count = count;
    r->m = rr_ring_digits(count);
    r->keys = copy;
    *ring = r;
    return RR_OK;
}

uint32_t rr_ring_number(const rr_ring *ring) {
    return ring->number;
}

uint32_t rr_ring_count(const rr_ring *ring) {
    return ring->count;
}

bool rr_challenge(rr_scalar *x, const rr_transcript *t) {
    uint8_t bytes[64];
    rr_transcript_challenge(t, bytes);
    rr_scalar_reduce(x, bytes);
    return !rr_scalar_is_zero(x);
}

void rr_nonce(rr_scalar *nonce, rr_nonces *n) {
    uint8_t bytes[64];
    rr_nonces_next(n, bytes);
    rr_scalar_reduce(nonce, bytes);
    rr_wipe(bytes, sizeof bytes);
}
