/* SPDX-License-Identifier: Apache-2.0 */
#include "group/scalar.h"

#include "roundrobin/types.h"

#if RR_LIMB_BITS == 64
#define WORDS(w) (w)
#else
#define WORDS(w) (rr_limb)(w), (rr_limb)((w) >> 32)
#endif

const rr_scalar RR_SCALAR_ZERO = {{0}};
const rr_scalar RR_SCALAR_ONE = {{1}};

static const rr_limb order[RR_LIMBS] = {WORDS(0x5812631a5cf5d3edULL), WORDS(0x14def9dea2f79cd6ULL), WORDS(0ULL),
                                        WORDS(0x1000000000000000ULL)};

/* Barrett's mu = floor(2^512 / q): 260 bits. */
static const rr_limb mu[RR_LIMBS + 1] = {WORDS(0xed9ce5a30a2c131bULL), WORDS(0x2106215d086329a7ULL),
                                         WORDS(0xffffffffffffffebULL), WORDS(0xffffffffffffffffULL), 0xf};

/* r = a - b over RR_LIMBS limbs; returns the borrow. */
static rr_limb subtract(rr_limb *r, const rr_limb *a, const rr_limb *b) {
    rr_limb borrow = 0;
    for (int i = 0; i < RR_LIMBS; i++) {
        rr_limb2 t = (rr_limb2)a[i] - b[i] - borrow;
        r[i] = (rr_limb)t;
        borrow = (rr_limb)(t >> RR_LIMB_BITS) & 1;
    }
    return borrow;
}

/* r = mask ? a : r */
static void copy_if(rr_limb *r, const rr_limb *a, uint64_t mask) {
    rr_limb m = (rr_limb)rr_ct_hide(mask);
    for (int i = 0; i < RR_LIMBS; i++) r[i] ^= m & (r[i] ^ a[i]);
}

/* One conditional subtraction of q. */
static void reduce_once(rr_limb *r) {
    rr_limb t[RR_LIMBS];
    rr_limb borrow = subtract(t, r, order);
    copy_if(r, t, rr_ct_is_zero(borrow));
}

/* r += a * b over the 2*RR_LIMBS limbs of r.  The caller sees to it that the sum fits. */
static inline void multiply_add(rr_limb *r, const rr_limb *a, const rr_limb *b) {
    rr_limb top = 0;
    for (int i = 0; i < RR_LIMBS; i++) {
        rr_limb carry = 0;
        for (int j = 0; j < RR_LIMBS; j++) {
            rr_limb2 t = (rr_limb2)a[i] * b[j] + r[i + j] + carry;
            r[i + j] = (rr_limb)t;
            carry = (rr_limb)(t >> RR_LIMB_BITS);
        }
        /* `top` is the carry out of limb i + RR_LIMBS - 1's addition in the row before: it belongs to this limb. */
        rr_limb2 t = (rr_limb2)r[i + RR_LIMBS] + carry + top;
        r[i + RR_LIMBS] = (rr_limb)t;
        top = (rr_limb)(t >> RR_LIMB_BITS);
    }
}

/* Barrett reduction (Handbook of Applied Cryptography, 14.42) with base b = 2^RR_LIMB_BITS and k = RR_LIMBS:
 * q3 = floor(floor(x / b^(k-1)) * mu / b^(k+1)) is the quotient or up to 2 less, so x - q3*q < 3q < b^k: it is enough to
 * compute it modulo b^k and to subtract q twice if need be. */
static void reduce_wide(rr_scalar *r, const rr_limb x[2 * RR_LIMBS]) {
    rr_limb product[2 * RR_LIMBS + 2] = {0}, multiple[RR_LIMBS] = {0};
    const rr_limb *q1 = x + RR_LIMBS - 1;
    for (int i = 0; i <= RR_LIMBS; i++) {
        rr_limb carry = 0;
        for (int j = 0; j <= RR_LIMBS; j++) {
            rr_limb2 t = (rr_limb2)q1[i] * mu[j] + product[i + j] + carry;
            product[i + j] = (rr_limb)t;
            carry = (rr_limb)(t >> RR_LIMB_BITS);
        }
        product[i + RR_LIMBS + 1] = carry;
    }
    const rr_limb *q3 = product + RR_LIMBS + 1;
    for (int i = 0; i < RR_LIMBS; i++) {
        rr_limb carry = 0;
        for (int j = 0; i + j < RR_LIMBS; j++) {
            rr_limb2 t = (rr_limb2)q3[i] * order[j] + multiple[i + j] + carry;
            multiple[i + j] = (rr_limb)t;
            carry = (rr_limb)(t >> RR_LIMB_BITS);
        }
    }
    subtract(r->v, x, multiple);
    reduce_once(r->v);
    reduce_once(r->v);
    rr_wipe(product, sizeof product); /* the quotient of nonce + challenge * key is nearly the key */
    rr_wipe(multiple, sizeof multiple);
}

static void load(rr_limb *r, const uint8_t *in, int limbs) {
    for (int i = 0; i < limbs; i++) {
#if RR_LIMB_BITS == 64
        r[i] = rr_load64_le(in + 8 * i);
#else
        r[i] = rr_load32_le(in + 4 * i);
#endif
    }
}

uint64_t rr_scalar_decode(rr_scalar *r, const uint8_t in[32]) {
    rr_limb wide[2 * RR_LIMBS] = {0}, unused[RR_LIMBS];
    load(wide, in, RR_LIMBS);
    rr_limb below = subtract(unused, wide, order);
    reduce_wide(r, wide);
    rr_wipe(wide, sizeof wide);
    rr_wipe(unused, sizeof unused);
    return rr_ct_equal(below, 1);
}

void rr_scalar_encode(uint8_t out[32], const rr_scalar *a) {
    for (int i = 0; i < RR_LIMBS; i++) {
#if RR_LIMB_BITS == 64
        rr_store64_le(out + 8 * i, a->v[i]);
#else
        rr_store32_le(out + 4 * i, a->v[i]);
#endif
    }
}

void rr_scalar_reduce(rr_scalar *r, const uint8_t in[64]) {
    rr_limb wide[2 * RR_LIMBS];
    load(wide, in, 2 * RR_LIMBS);
    reduce_wide(r, wide);
    rr_wipe(wide, sizeof wide);
}

void rr_scalar_set_u32(rr_scalar *r, uint32_t value) {
    *r = RR_SCALAR_ZERO;
    r->v[0] = value;
}

void rr_scalar_set_u128(rr_scalar *r, const uint8_t in[16]) {
    *r = RR_SCALAR_ZERO;
    load(r->v, in, RR_LIMBS / 2);
}

void rr_scalar_add(rr_scalar *r, const rr_scalar *a, const rr_scalar *b) {
    rr_limb2 carry = 0;
    for (int i = 0; i < RR_LIMBS; i++) { /* both are below 2^253: no carry out */
        carry += (rr_limb2)a->v[i] + b->v[i];
        r->v[i] = (rr_limb)carry;
        carry >>= RR_LIMB_BITS;
    }
    reduce_once(r->v);
}

void rr_scalar_sub(rr_scalar *r, const rr_scalar *a, const rr_scalar *b) {
    rr_limb m = (rr_limb)rr_ct_hide(0 - (uint64_t)subtract(r->v, a->v, b->v));
    rr_limb2 carry = 0;
    for (int i = 0; i < RR_LIMBS; i++) {
        carry += (rr_limb2)r->v[i] + (order[i] & m);
        r->v[i] = (rr_limb)carry;
        carry >>= RR_LIMB_BITS;
    }
}

void rr_scalar_neg(rr_scalar *r, const rr_scalar *a) {
    rr_scalar_sub(r, &RR_SCALAR_ZERO, a);
}

void rr_scalar_mul(rr_scalar *r, const rr_scalar *a, const rr_scalar *b) {
    rr_limb wide[2 * RR_LIMBS] = {0};
    multiply_add(wide, a->v, b->v);
    reduce_wide(r, wide);
    rr_wipe(wide, sizeof wide);
}

void rr_scalar_muladd(rr_scalar *r, const rr_scalar *a, const rr_scalar *b) {
    rr_limb wide[2 * RR_LIMBS] = {0};
    for (int i = 0; i < RR_LIMBS; i++) wide[i] = r->v[i];
    multiply_add(wide, a->v, b->v);
    reduce_wide(r, wide);
    rr_wipe(wide, sizeof wide);
}

void rr_scalar_dot(rr_scalar *r, const rr_scalar *a, const rr_scalar *b, unsigned count) {
    rr_limb wide[2 * RR_LIMBS] = {0};
    RR_FE_CHECK(count <= RR_WIDE_TERMS);
    for (unsigned i = 0; i < count; i++) multiply_add(wide, a[i].v, b[i].v);
    reduce_wide(r, wide);
}

uint64_t rr_scalar_is_zero(const rr_scalar *a) {
    rr_limb any = 0;
    for (int i = 0; i < RR_LIMBS; i++) any |= a->v[i];
    return rr_ct_is_zero(any);
}

void rr_scalar_copy_if(rr_scalar *r, const rr_scalar *a, uint64_t mask) {
    copy_if(r->v, a->v, mask);
}

void rr_scalar_mask(rr_scalar *r, const rr_scalar *a, uint64_t mask) {
    rr_limb m = (rr_limb)rr_ct_hide(mask);
    for (int i = 0; i < RR_LIMBS; i++) r->v[i] = a->v[i] & m;
}

/* a^(q - 2), by squaring and multiplying: it runs a handful of times for an opening. */
void rr_scalar_invert_var(rr_scalar *r, const rr_scalar *a) {
    static const rr_scalar two = {{2}};
    rr_limb exponent[RR_LIMBS];
    rr_scalar base = *a, result = RR_SCALAR_ONE;
    subtract(exponent, order, two.v);
    for (int bit = 252; bit >= 0; bit--) {
        rr_scalar_mul(&result, &result, &result);
        if (exponent[bit / RR_LIMB_BITS] >> (bit % RR_LIMB_BITS) & 1) rr_scalar_mul(&result, &result, &base);
    }
    *r = result;
}

void rr_scalar_digits16(int8_t e[64], const rr_scalar *a) {
    int carry = 0;
    for (int i = 0; i < 64; i++) {
        int digit = (int)(a->v[4 * i / RR_LIMB_BITS] >> (4 * i % RR_LIMB_BITS) & 15) + carry;
        carry = i < 63 ? (digit + 8) >> 4 : 0;
        e[i] = (int8_t)(digit - carry * 16);
    }
}

void rr_scalar_naf5_var(int8_t e[256], const rr_scalar *a) {
    int carry = 0;
    for (int at = 0; at < 256;) {
        int limb = at / RR_LIMB_BITS, shift = at % RR_LIMB_BITS;
        rr_limb2 bits = a->v[limb];
        if (limb + 1 < RR_LIMBS) bits |= (rr_limb2)a->v[limb + 1] << RR_LIMB_BITS;
        int window = (int)(bits >> shift & 31) + carry;
        if ((window & 1) == 0) { /* also the carry into an even run stays: 31 + 1 = 32 is even and goes on as a carry */
            e[at++] = 0;
            continue;
        }
        carry = window >= 16;
        e[at] = (int8_t)(window - 32 * carry);
        for (int i = 1; i < 5 && at + i < 256; i++) e[at + i] = 0;
        at += 5;
    }
}
