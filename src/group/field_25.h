/* SPDX-License-Identifier: Apache-2.0 */
/* Radix 2^25.5: ten signed limbs, value = sum v[i] * 2^ceil(25.5 i).  Magnitude m: even limbs are within m * 1.1 * 2^25, odd
 * ones within m * 1.1 * 2^24.
 *
 * Multiplication takes magnitudes up to 6.  The largest column is a0*b0 + 19 * (five odd pairs, doubled, and four even ones), at
 * most 1.21 * 36 * 2^50 * (1 + 19 * (5/2 + 4)) < 2^62.5. */
#ifndef RR_GROUP_FIELD_25_H
#define RR_GROUP_FIELD_25_H

typedef struct rr_fe {
    int32_t v[10];
    RR_FE_MAG_FIELD
} rr_fe;

#define RR_FE_MAG_MAX 6
#define RR_FE_MAG_SUB(a, b) ((a) + (b))

/* A constant from its four 64-bit words, least significant first.  Limbs are not balanced here: magnitude 2. */
#define RR_FE_CONST(w0, w1, w2, w3)                                                                                            \
    {                                                                                                                          \
        {(int32_t)((w0)&0x3ffffff),                                                                                            \
         (int32_t)((w0) >> 26 & 0x1ffffff),                                                                                    \
         (int32_t)(((w0) >> 51 | (w1) << 13) & 0x3ffffff),                                                                     \
         (int32_t)((w1) >> 13 & 0x1ffffff),                                                                                    \
         (int32_t)((w1) >> 38 & 0x3ffffff),                                                                                    \
         (int32_t)((w2)&0x1ffffff),                                                                                            \
         (int32_t)((w2) >> 25 & 0x3ffffff),                                                                                    \
         (int32_t)(((w2) >> 51 | (w3) << 13) & 0x1ffffff),                                                                     \
         (int32_t)((w3) >> 12 & 0x3ffffff),                                                                                    \
         (int32_t)((w3) >> 38 & 0x3ffffff)} RR_FE_MAG_INIT(2)                                                                  \
    }

#ifdef RR_VERIFY
/* Not inlined: it stands in every function, and compilers choke on that. */
__attribute__((noinline, unused)) static void rr_fe_check(const rr_fe *a, int max) {
    assert(a->mag >= 0 && a->mag <= max);
    for (int i = 0; i < 10; i++) {
        int64_t bound = (int64_t)a->mag * (i & 1 ? 18454937 : 36909875); /* 1.1 * 2^24 and 1.1 * 2^25 */
        assert(a->v[i] <= bound && a->v[i] >= -bound);
    }
}
#else
static inline void rr_fe_check(const rr_fe *a, int max) {
    (void)a, (void)max;
}
#endif

static inline void rr_fe_add(rr_fe *r, const rr_fe *a, const rr_fe *b) {
    rr_fe_check(a, RR_FE_MAG_MAX);
    rr_fe_check(b, RR_FE_MAG_MAX);
    for (int i = 0; i < 10; i++) r->v[i] = a->v[i] + b->v[i];
    RR_FE_SET_MAG(r, RR_FE_MAG(a) + RR_FE_MAG(b));
}

static inline void rr_fe_sub(rr_fe *r, const rr_fe *a, const rr_fe *b) {
    rr_fe_check(a, RR_FE_MAG_MAX);
    rr_fe_check(b, 3);
    for (int i = 0; i < 10; i++) r->v[i] = a->v[i] - b->v[i];
    RR_FE_SET_MAG(r, RR_FE_MAG_SUB(RR_FE_MAG(a), RR_FE_MAG(b)));
}

/* Moves what limb `from` has beyond `bits` bits, rounded to nearest, into the next one (19 times, from the last to the first). */
static inline void rr_fe_carry_limb(int64_t h[10], int from, int bits) {
    int64_t carry = (h[from] + ((int64_t)1 << (bits - 1))) >> bits;
    h[from] -= carry * ((int64_t)1 << bits);
    if (from == 9) {
        h[0] += 19 * carry;
    } else {
        h[from + 1] += carry;
    }
}

/* Carries ten column sums below 2^63 to magnitude 1: two interleaved chains, then once more around. */
static inline void rr_fe_carry(rr_fe *r, int64_t h[10]) {
    rr_fe_carry_limb(h, 0, 26);
    rr_fe_carry_limb(h, 4, 26);
    rr_fe_carry_limb(h, 1, 25);
    rr_fe_carry_limb(h, 5, 25);
    rr_fe_carry_limb(h, 2, 26);
    rr_fe_carry_limb(h, 6, 26);
    rr_fe_carry_limb(h, 3, 25);
    rr_fe_carry_limb(h, 7, 25);
    rr_fe_carry_limb(h, 4, 26);
    rr_fe_carry_limb(h, 8, 26);
    rr_fe_carry_limb(h, 9, 25);
    rr_fe_carry_limb(h, 0, 26);
    for (int i = 0; i < 10; i++) r->v[i] = (int32_t)h[i];
    RR_FE_SET_MAG(r, 1);
}

/* Column i + j takes a[i]*b[j], doubled where both are odd (their exponents round up twice), times 19 beyond limb 9. */
static inline void rr_fe_mul(rr_fe *r, const rr_fe *a, const rr_fe *b) {
    rr_fe_check(a, RR_FE_MAG_MAX);
    rr_fe_check(b, RR_FE_MAG_MAX);
    int64_t h[10], wrapped[10];
    for (int j = 0; j < 10; j++) wrapped[j] = 19 * (int64_t)b->v[j];
#pragma GCC unroll 10
    for (int c = 0; c < 10; c++) {
        int64_t sum = 0;
#pragma GCC unroll 10
        for (int i = 0; i < 10; i++) {
            int j = c - i;
            int64_t factor = j >= 0 ? b->v[j] : wrapped[j + 10];
            sum += (int64_t)a->v[i] * (i & 1 && !(c & 1) ? 2 * factor : factor);
        }
        h[c] = sum;
    }
    rr_fe_carry(r, h);
}

static inline void rr_fe_sqr(rr_fe *r, const rr_fe *a) {
    rr_fe_check(a, RR_FE_MAG_MAX);
    int64_t h[10];
#pragma GCC unroll 10
    for (int c = 0; c < 10; c++) {
        int64_t sum = 0;
#pragma GCC unroll 10
        for (int i = 0; i < 10; i++) {
            int j = c - i < 0 ? c - i + 10 : c - i;
            if (i > j) continue;
            int64_t term = (int64_t)a->v[i] * a->v[j] * (c - i < 0 ? 19 : 1);
            if (i & 1 && j & 1) term *= 2;
            sum += i == j ? term : 2 * term;
        }
        h[c] = sum;
    }
    rr_fe_carry(r, h);
}

/* r = mask ? a : r */
static inline void rr_fe_copy_if(rr_fe *r, const rr_fe *a, uint64_t mask) {
    int32_t m = (int32_t)rr_ct_hide(mask);
    for (int i = 0; i < 10; i++) r->v[i] ^= m & (r->v[i] ^ a->v[i]);
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
    int64_t h[10];
    rr_fe_check(a, RR_FE_MAG_MAX);
    for (int i = 0; i < 10; i++) h[i] = a->v[i];
    rr_fe_carry(&t, h);
    /* The value is now within (-p, 2p): q = floor(value / p), found as the carry of value + 19 * (its own sign and size) out of the
     * top; then value - q*p = value + 19q - q*2^255. */
    int32_t q = (19 * t.v[9] + (1 << 24)) >> 25;
    for (int i = 0; i < 10; i++) q = (t.v[i] + q) >> (i & 1 ? 25 : 26);
    t.v[0] += 19 * q;
    uint64_t words[4] = {0};
    int32_t carry = 0;
    for (int i = 0, at = 0; i < 10; i++) {
        int bits = i & 1 ? 25 : 26;
        int32_t limb = t.v[i] + carry;
        carry = limb >> bits;
        uint64_t digit = (uint64_t)(limb - carry * (1 << bits));
        words[at / 64] |= digit << (at % 64);
        if (at % 64 + bits > 64) words[at / 64 + 1] |= digit >> (64 - at % 64);
        at += bits;
    }
    for (int i = 0; i < 4; i++) rr_store64_le(out + 8 * i, words[i]);
}

#endif
