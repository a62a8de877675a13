/* SPDX-License-Identifier: Apache-2.0 */
/* One ring of 16 keys and one petition that are the same in every run: k = i + 1, r = i; pid 5a5a...; Y = 7*B. */
#ifndef RR_FUZZ_FIXED_H
#define RR_FUZZ_FIXED_H

#include <stdlib.h>
#include <string.h>

#include "roundrobin/proof.h"

enum { RR_FUZZ_RING = 16 };

typedef struct rr_fuzz_fixed {
    rr_params *params;
    rr_subject *subject;
    rr_ring *ring;
    rr_entry_key keys[RR_FUZZ_RING];
} rr_fuzz_fixed;

static inline rr_secret rr_fuzz_secret(unsigned k, unsigned r) {
    rr_secret secret;
    memset(&secret, 0, sizeof secret);
    secret.k[0] = (uint8_t)k;
    secret.r[0] = (uint8_t)r;
    return secret;
}

static inline void rr_fuzz_fixed_make(rr_fuzz_fixed *f) {
    rr_secret secret = rr_fuzz_secret(7, 0);
    rr_entry_key y;
    rr_seal_key seal_key;
    rr_pid pid;
    void *params = malloc(rr_params_size()), *subject = malloc(rr_subject_size()), *ring = malloc(rr_ring_size(RR_FUZZ_RING));
    if (!params || !subject || !ring) abort();
    memset(&pid, 0x5a, sizeof pid);
    if (rr_params_init(&f->params, params, rr_params_size()) != RR_OK || rr_secret_entry(f->params, &y, &secret) != RR_OK)
        abort();
    memcpy(seal_key.bytes, y.bytes, sizeof seal_key.bytes);
    if (rr_subject_init(&f->subject, subject, rr_subject_size(), &pid, &seal_key) != RR_OK) abort();
    for (unsigned i = 0; i < RR_FUZZ_RING; i++) {
        secret = rr_fuzz_secret(i + 1, i);
        if (rr_secret_entry(f->params, &f->keys[i], &secret) != RR_OK) abort();
    }
    if (rr_ring_init(&f->ring, NULL, ring, rr_ring_size(RR_FUZZ_RING), 3, f->keys, RR_FUZZ_RING) != RR_OK) abort();
}

/* The same bytes in every run: fuzzing must be repeatable.  (Weights that an attacker knows prove nothing; nothing is proved here.) */
static inline int rr_fuzz_fill(void *context, uint8_t *out, size_t len) {
    uint32_t *state = context;
    for (size_t i = 0; i < len; i++) {
        *state = *state * 1664525u + 1013904223u;
        out[i] = (uint8_t)(*state >> 24);
    }
    return 0;
}

#endif
