/* SPDX-License-Identifier: Apache-2.0 */
#include "group/point.h"

/* Names as in RFC 9496, section 4.1. */
static const rr_fe d2_fe =
    RR_FE_CONST(0xebd69b9426b2f159ULL, 0x00e0149a8283b156ULL, 0x198e80f2eef3d130ULL, 0x2406d9dc56dffce7ULL);
static const rr_fe sqrt_ad_minus_one =
    RR_FE_CONST(0x7e97f6a0497b2e1bULL, 0xaf9d8e0c1b7854bdULL, 0x0f3cfcc931f5d1fdULL, 0x376931bf2b8348acULL);
static const rr_fe invsqrt_a_minus_d =
    RR_FE_CONST(0x99c8fdaa805d40eaULL, 0x9d2f16175a4172beULL, 0x16c27b91fe01d840ULL, 0x786c8905cfaffca2ULL);
static const rr_fe one_minus_d_sq =
    RR_FE_CONST(0xe27c09c1945fc176ULL, 0x2c81a138cd5e350fULL, 0x9994abddbe70dfe4ULL, 0x029072a8b2b3e0d7ULL);
static const rr_fe d_minus_one_sq =
    RR_FE_CONST(0x31ad5aaa44ed4d20ULL, 0xd29e4a2cb01e1999ULL, 0x4cdcd32f529b4eebULL, 0x5968b37af66c2241ULL);

const rr_ge RR_GE_IDENTITY = {RR_FE_CONST(0ULL, 0ULL, 0ULL, 0ULL), RR_FE_CONST(1ULL, 0ULL, 0ULL, 0ULL),
                              RR_FE_CONST(1ULL, 0ULL, 0ULL, 0ULL), RR_FE_CONST(0ULL, 0ULL, 0ULL, 0ULL)};
const rr_ge_niels RR_GE_NIELS_IDENTITY = {RR_FE_CONST(1ULL, 0ULL, 0ULL, 0ULL), RR_FE_CONST(1ULL, 0ULL, 0ULL, 0ULL),
                                          RR_FE_CONST(0ULL, 0ULL, 0ULL, 0ULL)};
/* y = 4/5, x even (RFC 8032, 5.1). */
const rr_ge RR_GE_BASE = {
    RR_FE_CONST(0xc9562d608f25d51aULL, 0x692cc7609525a7b2ULL, 0xc0a4e231fdd6dc5cULL, 0x216936d3cd6e53feULL),
    RR_FE_CONST(0x6666666666666658ULL, 0x6666666666666666ULL, 0x6666666666666666ULL, 0x6666666666666666ULL),
    RR_FE_CONST(1ULL, 0ULL, 0ULL, 0ULL),
    RR_FE_CONST(0x6dde8ab3a5b7dda3ULL, 0x20f09f80775152f5ULL, 0x66ea4e8e64abe37dULL, 0x67875f0fd78b7665ULL)};

bool rr_ge_decode_var(rr_ge *p, const uint8_t in[32]) {
    uint8_t canonical[32];
    rr_fe s, ss, u1, u2, u2_sqr, v, t, inv_sqrt, den_x, den_y;
    rr_fe_decode(&s, in);
    rr_fe_encode(canonical, &s);
    if (memcmp(canonical, in, sizeof canonical) != 0 || (in[0] & 1) != 0) return false;

    rr_fe_sqr(&ss, &s);
    rr_fe_sub(&u1, &RR_FE_ONE, &ss);
    rr_fe_add(&u2, &RR_FE_ONE, &ss);
    rr_fe_sqr(&u2_sqr, &u2);
    rr_fe_sqr(&t, &u1);
    rr_fe_mul(&t, &t, &RR_FE_D);
    rr_fe_add(&t, &t, &u2_sqr);
    rr_fe_neg(&v, &t); /* v = -d u1^2 - u2^2 */
    rr_fe_mul(&t, &v, &u2_sqr);
    uint64_t was_square = rr_fe_sqrt_ratio_m1(&inv_sqrt, &RR_FE_ONE, &t);
    rr_fe_mul(&den_x, &inv_sqrt, &u2);
    rr_fe_mul(&den_y, &inv_sqrt, &den_x);
    rr_fe_mul(&den_y, &den_y, &v);
    rr_fe_mul(&p->X, &s, &den_x);
    rr_fe_add(&p->X, &p->X, &p->X);
    if (rr_fe_is_negative(&p->X)) {
        rr_fe_neg(&p->X, &p->X);
        rr_fe_mul(&p->X, &p->X, &RR_FE_ONE);
    }
    rr_fe_mul(&p->Y, &u1, &den_y);
    p->Z = RR_FE_ONE;
    rr_fe_mul(&p->T, &p->X, &p->Y);
    return was_square && !rr_fe_is_negative(&p->T) && !rr_fe_is_zero(&p->Y);
}

void rr_ge_encode(uint8_t out[32], const rr_ge *p) {
    rr_fe u1, u2, t, inv_sqrt, den1, den2, z_inv, ix, iy, enchanted, x, y, den_inv;
    rr_fe_add(&u1, &p->Z, &p->Y);
    rr_fe_sub(&t, &p->Z, &p->Y);
    rr_fe_mul(&u1, &u1, &t);
    rr_fe_mul(&u2, &p->X, &p->Y);
    rr_fe_sqr(&t, &u2);
    rr_fe_mul(&t, &t, &u1);
    rr_fe_sqrt_ratio_m1(&inv_sqrt, &RR_FE_ONE, &t);
    rr_fe_mul(&den1, &inv_sqrt, &u1);
    rr_fe_mul(&den2, &inv_sqrt, &u2);
    rr_fe_mul(&z_inv, &den1, &den2);
    rr_fe_mul(&z_inv, &z_inv, &p->T);
    rr_fe_mul(&ix, &p->X, &RR_FE_SQRT_M1);
    rr_fe_mul(&iy, &p->Y, &RR_FE_SQRT_M1);
    rr_fe_mul(&enchanted, &den1, &invsqrt_a_minus_d);
    rr_fe_mul(&t, &p->T, &z_inv);
    uint64_t rotate = rr_fe_is_negative(&t);
    x = p->X;
    y = p->Y;
    den_inv = den2;
    rr_fe_copy_if(&x, &iy, rotate);
    rr_fe_copy_if(&y, &ix, rotate);
    rr_fe_copy_if(&den_inv, &enchanted, rotate);
    rr_fe_mul(&t, &x, &z_inv);
    rr_fe_neg_if(&y, rr_fe_is_negative(&t));
    rr_fe_mul(&y, &y, &RR_FE_ONE);
    rr_fe_sub(&t, &p->Z, &y);
    rr_fe_mul(&t, &den_inv, &t);
    rr_fe_neg_if(&t, rr_fe_is_negative(&t));
    rr_fe_encode(out, &t);
}

/* MAP of RFC 9496, 4.3.4, of 32 bytes whose top bit is ignored. */
static void map_to_point(rr_ge *p, const uint8_t in[32]) {
    rr_fe t, r, u, v, s, s_prime, c, n, w0, w1, w2, w3, tmp;
    rr_fe_decode(&t, in);
    rr_fe_sqr(&r, &t);
    rr_fe_mul(&r, &r, &RR_FE_SQRT_M1);
    rr_fe_add(&u, &r, &RR_FE_ONE);
    rr_fe_mul(&u, &u, &one_minus_d_sq);
    rr_fe_mul(&v, &r, &RR_FE_D);
    rr_fe_add(&v, &v, &RR_FE_ONE);
    rr_fe_neg(&v, &v); /* -1 - r d */
    rr_fe_add(&tmp, &r, &RR_FE_D);
    rr_fe_mul(&v, &v, &tmp);
    uint64_t was_square = rr_fe_sqrt_ratio_m1(&s, &u, &v);
    rr_fe_mul(&s, &s, &RR_FE_ONE);
    rr_fe_mul(&s_prime, &s, &t);
    rr_fe_neg_if(&s_prime, ~rr_fe_is_negative(&s_prime)); /* -|s t| */
    rr_fe_copy_if(&s, &s_prime, ~was_square);
    rr_fe_mul(&s, &s, &RR_FE_ONE);
    rr_fe_neg(&c, &RR_FE_ONE);
    rr_fe_copy_if(&c, &r, ~was_square);
    rr_fe_sub(&n, &r, &RR_FE_ONE);
    rr_fe_mul(&n, &n, &c);
    rr_fe_mul(&n, &n, &d_minus_one_sq);
    rr_fe_sub(&n, &n, &v);
    rr_fe_mul(&w0, &s, &v);
    rr_fe_add(&w0, &w0, &w0);
    rr_fe_mul(&w1, &n, &sqrt_ad_minus_one);
    rr_fe_sqr(&tmp, &s);
    rr_fe_sub(&w2, &RR_FE_ONE, &tmp);
    rr_fe_add(&w3, &RR_FE_ONE, &tmp);
    rr_ge_complete(p, &w0, &w3, &w1, &w2); /* (w0 w3 : w2 w1 : w1 w3 : w0 w2) */
}

void rr_ge_from_uniform(rr_ge *p, const uint8_t in[64]) {
    rr_ge q;
    rr_ge_cached cached;
    map_to_point(p, in);
    map_to_point(&q, in + 32);
    rr_ge_to_cached(&cached, &q);
    rr_ge_add(p, p, &cached);
}

/* RFC 9496, 4.3.3. */
uint64_t rr_ge_equal(const rr_ge *p, const rr_ge *q) {
    rr_fe a, b, c, d;
    rr_fe_mul(&a, &p->X, &q->Y);
    rr_fe_mul(&b, &p->Y, &q->X);
    rr_fe_mul(&c, &p->Y, &q->Y);
    rr_fe_mul(&d, &p->X, &q->X);
    return rr_fe_equal(&a, &b) | rr_fe_equal(&c, &d);
}

/* The same against (0, 1): X*1 = Y*0 or Y*1 = X*0. */
uint64_t rr_ge_is_identity(const rr_ge *p) {
    return rr_fe_is_zero(&p->X) | rr_fe_is_zero(&p->Y);
}

void rr_ge_neg(rr_ge *r, const rr_ge *p) {
    *r = *p;
    rr_fe_neg(&r->X, &p->X);
    rr_fe_mul(&r->X, &r->X, &RR_FE_ONE);
    rr_fe_neg(&r->T, &p->T);
    rr_fe_mul(&r->T, &r->T, &RR_FE_ONE);
}

void rr_ge_to_cached(rr_ge_cached *r, const rr_ge *p) {
    rr_fe_add(&r->Y_plus_X, &p->Y, &p->X);
    rr_fe_sub(&r->Y_minus_X, &p->Y, &p->X);
    rr_fe_add(&r->Z2, &p->Z, &p->Z);
    rr_fe_mul(&r->T2d, &p->T, &d2_fe);
}

/* Sums are multiplied by one so that all three have magnitude 1: negating an addend is a subtraction. */
static void niels_from(rr_ge_niels *r, const rr_fe *x, const rr_fe *y, const rr_fe *xy) {
    rr_fe t;
    rr_fe_add(&t, y, x);
    rr_fe_mul(&r->y_plus_x, &t, &RR_FE_ONE);
    rr_fe_sub(&t, y, x);
    rr_fe_mul(&r->y_minus_x, &t, &RR_FE_ONE);
    rr_fe_mul(&r->xy2d, xy, &d2_fe);
}

void rr_ge_to_niels_affine(rr_ge_niels *r, const rr_ge *p) {
    niels_from(r, &p->X, &p->Y, &p->T);
}

static void scaled_to_niels(rr_ge_niels *r, const rr_ge *p, const rr_fe *z_inverse) {
    rr_fe x, y, xy;
    rr_fe_mul(&x, &p->X, z_inverse);
    rr_fe_mul(&y, &p->Y, z_inverse);
    rr_fe_mul(&xy, &x, &y);
    niels_from(r, &x, &y, &xy);
}

void rr_ge_to_niels(rr_ge_niels *r, const rr_ge *p) {
    rr_fe z_inverse;
    rr_fe_invert(&z_inverse, &p->Z);
    scaled_to_niels(r, p, &z_inverse);
}

/* Montgomery's trick: scratch[i] = Z_0 ... Z_i; one inversion of the last; then each Z's inverse, going back. */
void rr_ge_to_niels_many(rr_ge_niels *r, const rr_ge *p, unsigned count, rr_fe *scratch) {
    rr_fe inverse, z_inverse;
    if (count == 0) return;
    scratch[0] = p[0].Z;
    for (unsigned i = 1; i < count; i++) rr_fe_mul(&scratch[i], &scratch[i - 1], &p[i].Z);
    rr_fe_invert(&inverse, &scratch[count - 1]);
    for (unsigned i = count - 1; i > 0; i--) {
        rr_fe_mul(&z_inverse, &inverse, &scratch[i - 1]);
        rr_fe_mul(&inverse, &inverse, &p[i].Z);
        scaled_to_niels(&r[i], &p[i], &z_inverse);
    }
    scaled_to_niels(&r[0], &p[0], &inverse);
}
