/* SPDX-License-Identifier: Apache-2.0 */
/* Constant-time helpers.  A mask is all ones for true and zero for false. */
#ifndef RR_BASE_CT_H
#define RR_BASE_CT_H

#include <stddef.h>
#include <stdint.h>

#include "base/checkmem.h"

/* Hides a value from the optimizer, so that a mask is not turned back into a branch.  (Not from MemorySanitizer, which would take the
 * assembler for a use of the value.) */
static inline uint64_t rr_ct_hide(uint64_t v) {
#ifndef RR_CHECKMEM_MSAN
    __asm__("" : "+r"(v));
#endif
    return v;
}

static inline uint64_t rr_ct_is_zero(uint64_t v) {
    return rr_ct_hide(((v | (0 - v)) >> 63) - 1);
}

static inline uint64_t rr_ct_equal(uint64_t a, uint64_t b) {
    return rr_ct_is_zero(a ^ b);
}

/* The mask of "the len bytes at a and b are the same". */
static inline uint64_t rr_ct_equal_bytes(const uint8_t *a, const uint8_t *b, size_t len) {
    uint8_t difference = 0;
    for (size_t i = 0; i < len; i++) difference |= a[i] ^ b[i];
    return rr_ct_is_zero(difference);
}

/* to = mask ? from : to */
static inline void rr_ct_copy_if(uint64_t mask, uint8_t *to, const uint8_t *from, size_t len) {
    uint8_t m = (uint8_t)rr_ct_hide(mask);
    for (size_t i = 0; i < len; i++) to[i] ^= m & (to[i] ^ from[i]);
}

#endif
