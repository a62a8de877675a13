/* SPDX-License-Identifier: Apache-2.0 */
/* Scalars: integers modulo the group order q = 2^252 + 27742317777372353535851937790883648493, always fully reduced.
 *
 * The code is written once for two limb widths: 64 bits where products of 128 bits are native, 32 bits elsewhere.
 * All functions are constant-time unless their names end in _var. */
#ifndef RR_GROUP_SCALAR_H
#define RR_GROUP_SCALAR_H

#include <stdbool.h>
#include <stdint.h>

#include "group/field.h" /* selects the backend */

#ifdef RR_FIELD_25
typedef uint32_t rr_limb;
typedef uint64_t rr_limb2;
#define RR_LIMBS 8
#else
typedef uint64_t rr_limb;
typedef rr_u128 rr_limb2;
#define RR_LIMBS 4
#endif
#define RR_LIMB_BITS (256 / RR_LIMBS)

typedef struct rr_scalar {
    rr_limb v[RR_LIMBS];
} rr_scalar;

/* An unreduced sum of products: at most RR_WIDE_TERMS of them, since q^2 < 2^506. */
typedef struct rr_wide {
    rr_limb v[2 * RR_LIMBS];
} rr_wide;
#define RR_WIDE_TERMS 64

extern const rr_scalar RR_SCALAR_ZERO, RR_SCALAR_ONE;

/* The mask of "canonical"; `r` is reduced in either case (any 256-bit value is). */
uint64_t rr_scalar_decode(rr_scalar *r, const uint8_t in[32]);
void rr_scalar_encode(uint8_t out[32], const rr_scalar *a);
/* A 64-byte little-endian integer modulo q. */
void rr_scalar_reduce(rr_scalar *r, const uint8_t in[64]);
void rr_scalar_set_u32(rr_scalar *r, uint32_t value);
/* 16 bytes: a weight of the batch verifier. */
void rr_scalar_set_u128(rr_scalar *r, const uint8_t in[16]);

void rr_scalar_add(rr_scalar *r, const rr_scalar *a, const rr_scalar *b);
void rr_scalar_sub(rr_scalar *r, const rr_scalar *a, const rr_scalar *b);
void rr_scalar_neg(rr_scalar *r, const rr_scalar *a);
void rr_scalar_mul(rr_scalar *r, const rr_scalar *a, const rr_scalar *b);
/* r += a * b */
void rr_scalar_muladd(rr_scalar *r, const rr_scalar *a, const rr_scalar *b);
uint64_t rr_scalar_is_zero(const rr_scalar *a);
/* r = mask ? a : r */
void rr_scalar_copy_if(rr_scalar *r, const rr_scalar *a, uint64_t mask);
/* r = mask ? a : 0 */
void rr_scalar_mask(rr_scalar *r, const rr_scalar *a, uint64_t mask);
/* 1/a, for public a that is not zero. */
void rr_scalar_invert_var(rr_scalar *r, const rr_scalar *a);

/* r = sum of a[i] * b[i] for i < count <= RR_WIDE_TERMS, reduced once. */
void rr_scalar_dot(rr_scalar *r, const rr_scalar *a, const rr_scalar *b, unsigned count);

/* Signed digits to base 16, least significant first: value = sum e[i] * 16^i with -8 <= e[i] < 8 for i < 63, 0 <= e[63] <= 2. */
void rr_scalar_digits16(int8_t e[64], const rr_scalar *a);
/* Width-5 non-adjacent form: value = sum e[i] * 2^i, each e[i] zero or odd within +-15. */
void rr_scalar_naf5_var(int8_t e[256], const rr_scalar *a);

#endif
