/* SPDX-License-Identifier: Apache-2.0 */
/* Radix 2^51: five limbs, value = sum v[i] * 2^(51 i).  Magnitude m: every limb is at most m * (2^51 + 2^20).
 *
 * Multiplication takes magnitudes up to 8.  A column sum is then at most 64 * (1 + 4*19) * (2^51 + 2^20)^2 < 2^115, so its carry
 * fits 64 bits; the last column has no factor 19, its carry is below 2^60, and 19 times that still fits. */
#ifndef RR_GROUP_FIELD_51_H
#define RR_GROUP_FIELD_51_H

__extension__ typedef unsigned __int128 rr_u128;

typedef struct rr_fe {
    uint64_t v[5];
    RR_FE_MAG_FIELD
} rr_fe;

#define RR_FE_MAG_MAX 8
#define RR_FE_MAG_SUB(a, b) ((a) + 4)
#define RR_FE_MASK 0x7ffffffffffffULL

/* A constant from its four 64-bit words, least significant first. */
#define RR_FE_CONST(w0, w1, w2, w3)                                                                                            \
    {                                                                                                                          \
        {(w0)&RR_FE_MASK, ((w0) >> 51 | (w1) << 13) & RR_FE_MASK, ((w1) >> 38 | (w2) << 26) & RR_FE_MASK,                      \
         ((w2) >> 25 | (w3) << 39) & RR_FE_MASK, (w3) >> 12} RR_FE_MAG_INIT(1)                                                 \
    }

#ifdef RR_VERIFY
/* Not inlined: it stands in every function, and compilers choke on that. */
__attribute__((noinline, unused)) static void rr_fe_check(const rr_fe *a, int max) {
    assert(a->mag >= 0 && a->mag <= max);
    for (int i = 0; i < 5; i++) assert(a->v[i] <= (uint64_t)a->mag * ((1ULL << 51) + (1ULL << 20)));
}
#else
static inline void rr_fe_check(const rr_fe *a, int max) {
    (void)a, (void)max;
}
#endif

static inline void rr_fe_add(rr_fe *r, const rr_fe *a, const rr_fe *b) {
    rr_fe_check(a, RR_FE_MAG_MAX);
    rr_fe_check(b, RR_FE_MAG_MAX);
    for (int i = 0; i < 5; i++) r->v[i] = a->v[i] + b->v[i];
    RR_FE_SET_MAG(r, RR_FE_MAG(a) + RR_FE_MAG(b));
}

/* r = a + 4p - b, which keeps limbs positive for a subtrahend of magnitude up to 3. */
static inline void rr_fe_sub(rr_fe *r, const rr_fe *a, const rr_fe *b) {
    rr_fe_check(a, RR_FE_MAG_MAX);
    rr_fe_check(b, 3);
    r->v[0] = a->v[0] + 4 * (RR_FE_MASK - 18) - b->v[0];
    for (int i = 1; i < 5; i++) r->v[i] = a->v[i] + 4 * RR_FE_MASK - b->v[i];
    RR_FE_SET_MAG(r, RR_FE_MAG_SUB(RR_FE_MAG(a), RR_FE_MAG(b)));
}

/* Carries five column sums to magnitude 1. */
static inline void rr_fe_carry(rr_fe *r, rr_u128 t0, rr_u128 t1, rr_u128 t2, rr_u128 t3, rr_u128 t4) {
    t1 += (uint64_t)(t0 >> 51);
    t2 += (uint64_t)(t1 >> 51);
    t3 += (uint64_t)(t2 >> 51);
    t4 += (uint64_t)(t3 >> 51);
    uint64_t low = ((uint64_t)t0 & RR_FE_MASK) + 19 * (uint64_t)(t4 >> 51);
    r->v[0] = low & RR_FE_MASK;
    r->v[1] = ((uint64_t)t1 & RR_FE_MASK) + (low >> 51);
    r->v[2] = (uint64_t)t2 & RR_FE_MASK;
    r->v[3] = (uint64_t)t3 & RR_FE_MASK;
    r->v[4] = (uint64_t)t4 & RR_FE_MASK;
    RR_FE_SET_MAG(r, 1);
}

static inline void rr_fe_mul(rr_fe *r, const rr_fe *a, const rr_fe *b) {
    rr_fe_check(a, RR_FE_MAG_MAX);
    rr_fe_check(b, RR_FE_MAG_MAX);
    uint64_t a0 = a->v[0], a1 = a->v[1], a2 = a->v[2], a3 = a->v[3], a4 = a->v[4];
    uint64_t b0 = b->v[0], b1 = b->v[1], b2 = b->v[2], b3 = b->v[3], b4 = b->v[4];
    uint64_t c1 = 19 * b1, c2 = 19 * b2, c3 = 19 * b3, c4 = 19 * b4;
    rr_fe_carry(r, (rr_u128)a0 * b0 + (rr_u128)a1 * c4 + (rr_u128)a2 * c3 + (rr_u128)a3 * c2 + (rr_u128)a4 * c1,
                (rr_u128)a0 * b1 + (rr_u128)a1 * b0 + (rr_u128)a2 * c4 + (rr_u128)a3 * c3 + (rr_u128)a4 * c2,
                (rr_u128)a0 * b2 + (rr_u128)a1 * b1 + (rr_u128)a2 * b0 + (rr_u128)a3 * c4 + (rr_u128)a4 * c3,
                (rr_u128)a0 * b3 + (rr_u128)a1 * b2 + (rr_u128)a2 * b1 + (rr_u128)a3 * b0 + (rr_u128)a4 * c4,
                (rr_u128)a0 * b4 + (rr_u128)a1 * b3 + (rr_u128)a2 * b2 + (rr_u128)a3 * b1 + (rr_u128)a4 * b0);
}

static inline void rr_fe_sqr(rr_fe *r, const rr_fe *a) {
    rr_fe_check(a, RR_FE_MAG_MAX);
    uint64_t a0 = a->v[0], a1 = a->v[1], a2 = a->v[2], a3 = a->v[3], a4 = a->v[4];
    uint64_t d0 = 2 * a0, d1 = 2 * a1, c3 = 19 * a3, c4 = 19 * a4, d2 = 2 * a2;
    rr_fe_carry(r, (rr_u128)a0 * a0 + (rr_u128)d1 * c4 + (rr_u128)d2 * c3,
                (rr_u128)d0 * a1 + (rr_u128)d2 * c4 + (rr_u128)a3 * c3,
                (rr_u128)d0 * a2 + (rr_u128)a1 * a1 + (rr_u128)(2 * a3) * c4,
                (rr_u128)d0 * a3 + (rr_u128)d1 * a2 + (rr_u128)a4 * c4, (rr_u128)d0 * a4 + (rr_u128)d1 * a3 + (rr_u128)a2 * a2);
}

/* r = mask ? a : r */
static inline void rr_fe_copy_if(rr_fe *r, const rr_fe *a, uint64_t mask) {
    uint64_t m = rr_ct_hide(mask);
    for (int i = 0; i < 5; i++) r->v[i] ^= m & (r->v[i] ^ a->v[i]);
    RR_FE_SET_MAG(r, RR_FE_MAG(r) > RR_FE_MAG(a) ? RR_FE_MAG(r) : RR_FE_MAG(a));
}

/* Takes the low 255 bits; the top bit and canonicity are the caller's affair. */
static inline void rr_fe_decode(rr_fe *r, const uint8_t in[32]) {
    uint64_t w0 = rr_load64_le(in), w1 = rr_load64_le(in + 8), w2 = rr_load64_le(in + 16), w3 = rr_load64_le(in + 24);
    rr_fe value = RR_FE_CONST(w0, w1, w2, w3 & (UINT64_MAX >> 1));
    *r = value;
}

static inline void rr_fe_encode(uint8_t out[32], const rr_fe *a) {
    rr_fe t;
    rr_fe_check(a, RR_FE_MAG_MAX);
    rr_fe_carry(&t, a->v[0], a->v[1], a->v[2], a->v[3], a->v[4]);
    /* Now the value is below 2^255 + 2^13 * 2^51 < 2p: it is p or more exactly when adding 19 reaches 2^255. */
    uint64_t q = 19;
    for (int i = 0; i < 5; i++) q = (t.v[i] + q) >> 51;
    uint64_t carry = 19 * q;
    for (int i = 0; i < 5; i++) {
        carry += t.v[i];
        t.v[i] = carry & RR_FE_MASK;
        carry >>= 51;
    }
    rr_store64_le(out, t.v[0] | t.v[1] << 51);
    rr_store64_le(out + 8, t.v[1] >> 13 | t.v[2] << 38);
    rr_store64_le(out + 16, t.v[2] >> 26 | t.v[3] << 25);
    rr_store64_le(out + 24, t.v[3] >> 39 | t.v[4] << 12);
}

#endif
