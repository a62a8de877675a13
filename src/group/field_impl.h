/* SPDX-License-Identifier: Apache-2.0 */
/* What both field backends share.  Notation: a "negative" element is one whose canonical encoding is odd (RFC 9496, 2). */
#ifndef RR_GROUP_FIELD_IMPL_H
#define RR_GROUP_FIELD_IMPL_H

static const rr_fe RR_FE_ZERO = RR_FE_CONST(0ULL, 0ULL, 0ULL, 0ULL);
static const rr_fe RR_FE_ONE = RR_FE_CONST(1ULL, 0ULL, 0ULL, 0ULL);
/* The curve's d = -121665/121666, and the even square root of -1 (RFC 9496, 4.1). */
static const rr_fe RR_FE_D =
    RR_FE_CONST(0x75eb4dca135978a3ULL, 0x00700a4d4141d8abULL, 0x8cc740797779e898ULL, 0x52036cee2b6ffe73ULL);
static const rr_fe RR_FE_SQRT_M1 =
    RR_FE_CONST(0xc4ee1b274a0ea0b0ULL, 0x2f431806ad2fe478ULL, 0x2b4d00993dfbd7a7ULL, 0x2b8324804fc1df0bULL);

/* r = -a */
static inline void rr_fe_neg(rr_fe *r, const rr_fe *a) {
    rr_fe_sub(r, &RR_FE_ZERO, a);
}

static inline uint64_t rr_fe_is_zero(const rr_fe *a) {
    static const uint8_t zero[32] = {0};
    uint8_t bytes[32];
    rr_fe_encode(bytes, a);
    return rr_ct_equal_bytes(bytes, zero, sizeof bytes);
}

static inline uint64_t rr_fe_is_negative(const rr_fe *a) {
    uint8_t bytes[32];
    rr_fe_encode(bytes, a);
    return rr_ct_equal(bytes[0] & 1, 1);
}

static inline uint64_t rr_fe_equal(const rr_fe *a, const rr_fe *b) {
    uint8_t a_bytes[32], b_bytes[32];
    rr_fe_encode(a_bytes, a);
    rr_fe_encode(b_bytes, b);
    return rr_ct_equal_bytes(a_bytes, b_bytes, sizeof a_bytes);
}

/* r = mask ? -r : r, for r of magnitude up to 3; the result has the magnitude of a difference. */
static inline void rr_fe_neg_if(rr_fe *r, uint64_t mask) {
    rr_fe negative;
    rr_fe_neg(&negative, r);
    rr_fe_copy_if(r, &negative, mask);
}

/* r = a^(2^n) */
static inline void rr_fe_sqr_n(rr_fe *r, const rr_fe *a, int n) {
    rr_fe_sqr(r, a);
    for (int i = 1; i < n; i++) rr_fe_sqr(r, r);
}

/* Both long powers begin with a^(2^250 - 1).  Each step joins two runs of ones: a^(2^(m+n) - 1) is the square, n times, of
 * a^(2^m - 1), multiplied by a^(2^n - 1).  Also gives a^11. */
static inline void rr_fe_pow_ones_250(rr_fe *r, rr_fe *a11, const rr_fe *a) {
    rr_fe t, u, a9, ones5, ones10, ones50;
    rr_fe_sqr(&t, a);           /* a^2 */
    rr_fe_sqr_n(&u, &t, 2);     /* a^8 */
    rr_fe_mul(&a9, &u, a);      /* a^9 */
    rr_fe_mul(a11, &a9, &t);    /* a^11 */
    rr_fe_sqr(&u, a11);         /* a^22 */
    rr_fe_mul(&ones5, &u, &a9); /* 5 ones */
    rr_fe_sqr_n(&t, &ones5, 5);
    rr_fe_mul(&ones10, &t, &ones5); /* 10 */
    rr_fe_sqr_n(&t, &ones10, 10);
    rr_fe_mul(&u, &t, &ones10); /* 20 */
    rr_fe_sqr_n(&t, &u, 20);
    rr_fe_mul(&t, &t, &u); /* 40 */
    rr_fe_sqr_n(&t, &t, 10);
    rr_fe_mul(&ones50, &t, &ones10); /* 50 */
    rr_fe_sqr_n(&t, &ones50, 50);
    rr_fe_mul(&u, &t, &ones50); /* 100 */
    rr_fe_sqr_n(&t, &u, 100);
    rr_fe_mul(&t, &t, &u); /* 200 */
    rr_fe_sqr_n(&t, &t, 50);
    rr_fe_mul(r, &t, &ones50); /* 250 */
}

/* r = 1/a, or 0 for 0: a^(p - 2), and p - 2 is 250 ones, then 01011. */
static inline void rr_fe_invert(rr_fe *r, const rr_fe *a) {
    rr_fe a11, t;
    rr_fe_pow_ones_250(&t, &a11, a);
    rr_fe_sqr_n(&t, &t, 5);
    rr_fe_mul(r, &t, &a11);
}

/* SQRT_RATIO_M1 of RFC 9496, 4.2: r = +sqrt(u/v) and all ones if u/v is a square, r = +sqrt(SQRT_M1 * u/v) and zero if not
 * (u/0 counts as no square, 0/v as one).  u of magnitude up to 3, v of magnitude up to RR_FE_MAG_MAX; r has magnitude at most that of
 * a negated product.
 *
 * The candidate is u v^3 (u v^7)^((p-5)/8), and (p - 5)/8 is 250 ones, then 01. */
static inline uint64_t rr_fe_sqrt_ratio_m1(rr_fe *r, const rr_fe *u, const rr_fe *v) {
    rr_fe v3, t, power, unused, candidate, check, minus_u, minus_u_i;
    rr_fe_sqr(&t, v);
    rr_fe_mul(&v3, &t, v);
    rr_fe_sqr(&t, &v3);
    rr_fe_mul(&t, &t, v);
    rr_fe_mul(&t, &t, u); /* u v^7 */
    rr_fe_pow_ones_250(&power, &unused, &t);
    rr_fe_sqr_n(&power, &power, 2);
    rr_fe_mul(&power, &power, &t);
    rr_fe_mul(&candidate, u, &v3);
    rr_fe_mul(&candidate, &candidate, &power);

    rr_fe_sqr(&check, &candidate);
    rr_fe_mul(&check, &check, v); /* v r^2 is u times a fourth root of one */
    rr_fe_neg(&minus_u, u);
    rr_fe_mul(&minus_u_i, &minus_u, &RR_FE_SQRT_M1);
    uint64_t correct = rr_fe_equal(&check, u);
    uint64_t flipped = rr_fe_equal(&check, &minus_u);
    uint64_t flipped_i = rr_fe_equal(&check, &minus_u_i);

    rr_fe_mul(&t, &candidate, &RR_FE_SQRT_M1);
    rr_fe_copy_if(&candidate, &t, flipped | flipped_i);
    rr_fe_neg_if(&candidate, rr_fe_is_negative(&candidate));
    *r = candidate;
    return correct | flipped;
}

#endif
