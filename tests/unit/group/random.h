/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RR_TESTS_RANDOM_H
#define RR_TESTS_RANDOM_H

#include <sodium.h>

#include "group/msm.h"

/* Uniform, but every fourth time close to 0, q or a power of two, where carries live. */
static inline void random_scalar(rr_scalar *s) {
    uint8_t bytes[64];
    randombytes_buf(bytes, sizeof bytes);
    switch (randombytes_uniform(16)) {
    case 0: memset(bytes + 2, 0, 62); break;
    case 1: memset(bytes, 0, sizeof bytes), bytes[randombytes_uniform(32)] = (uint8_t)(1u << randombytes_uniform(8)); break;
    case 2: memset(bytes, 0xff, 31), memset(bytes + 32, 0, 32), bytes[31] = 0x0f; break;
    case 3: memset(bytes + 4, 0, 60); break;
    }
    rr_scalar_reduce(s, bytes);
    if (randombytes_uniform(8) == 0) rr_scalar_neg(s, s);
}

static inline void random_point(rr_ge *p) {
    uint8_t bytes[64];
    randombytes_buf(bytes, sizeof bytes);
    rr_ge_from_uniform(p, bytes);
}

#endif
