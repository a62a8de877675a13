/* SPDX-License-Identifier: Apache-2.0 */
/* ristretto255 (RFC 9496) with its inside visible: points of the twisted Edwards curve -x^2 + y^2 = 1 + d x^2 y^2.
 * A ristretto255 element is a coset of the 4-torsion, so several Edwards points stand for one element: compare elements with
 * rr_ge_equal and rr_ge_is_identity only.
 *
 * Formulas: Hisil, Wong, Carter, Dawson, "Twisted Edwards Curves Revisited" (2008), sections 3.1 and 3.3; they are complete for
 * this curve, so no input is special.
 *
 * All functions are constant-time unless their names end in _var. */
#ifndef RR_GROUP_POINT_H
#define RR_GROUP_POINT_H

#include <stdbool.h>

#include "group/field.h"

/* Extended coordinates: x = X/Z, y = Y/Z, xy = T/Z.  Coordinates have magnitude at most 2. */
typedef struct rr_ge {
    rr_fe X, Y, Z, T;
} rr_ge;

/* An addend with Z = 1: (y + x, y - x, 2dxy).  Saves one multiplication an addition and a quarter of the memory. */
typedef struct rr_ge_niels {
    rr_fe y_plus_x, y_minus_x, xy2d;
} rr_ge_niels;

/* An addend with any Z: (Y + X, Y - X, 2Z, 2dT). */
typedef struct rr_ge_cached {
    rr_fe Y_plus_X, Y_minus_X, Z2, T2d;
} rr_ge_cached;

extern const rr_ge RR_GE_IDENTITY, RR_GE_BASE;
extern const rr_ge_niels RR_GE_NIELS_IDENTITY;

/* RFC 9496, 4.3.1.  False for what is not canonical; the identity is accepted (rr_point_check_var refuses it).  The point has Z = 1.
 * Variable-time only in the answer. */
bool rr_ge_decode_var(rr_ge *p, const uint8_t in[32]);
/* RFC 9496, 4.3.2. */
void rr_ge_encode(uint8_t out[32], const rr_ge *p);
/* MAP of RFC 9496, 4.3.4, on both halves of 64 uniform bytes, added. */
void rr_ge_from_uniform(rr_ge *p, const uint8_t in[64]);
/* Masks; as elements of ristretto255. */
uint64_t rr_ge_equal(const rr_ge *p, const rr_ge *q);
uint64_t rr_ge_is_identity(const rr_ge *p);

void rr_ge_to_cached(rr_ge_cached *r, const rr_ge *p);
/* Of a point with Z = 1, as decoding gives it. */
void rr_ge_to_niels_affine(rr_ge_niels *r, const rr_ge *p);
/* Of any point; one inversion. */
void rr_ge_to_niels(rr_ge_niels *r, const rr_ge *p);
/* Of `count` points with one inversion; `scratch` holds as many elements. */
void rr_ge_to_niels_many(rr_ge_niels *r, const rr_ge *p, unsigned count, rr_fe *scratch);
void rr_ge_neg(rr_ge *r, const rr_ge *p);

/* The last two multiplication rows of every formula: (E F, G H, F G, E H). */
static inline void rr_ge_complete(rr_ge *r, const rr_fe *e, const rr_fe *f, const rr_fe *g, const rr_fe *h) {
    rr_fe_mul(&r->X, e, f);
    rr_fe_mul(&r->Y, g, h);
    rr_fe_mul(&r->Z, f, g);
    rr_fe_mul(&r->T, e, h);
}

/* r = p + q.  Magnitudes: differences of products have that of RR_FE_MAG_SUB(1, 1) or less than RR_FE_MAG_MAX. */
static inline void rr_ge_add(rr_ge *r, const rr_ge *p, const rr_ge_cached *q) {
    rr_fe a, b, c, d, e, f, g, h;
    rr_fe_sub(&a, &p->Y, &p->X);
    rr_fe_mul(&a, &a, &q->Y_minus_X);
    rr_fe_add(&b, &p->Y, &p->X);
    rr_fe_mul(&b, &b, &q->Y_plus_X);
    rr_fe_mul(&c, &p->T, &q->T2d);
    rr_fe_mul(&d, &p->Z, &q->Z2);
    rr_fe_sub(&e, &b, &a);
    rr_fe_sub(&f, &d, &c);
    rr_fe_add(&g, &d, &c);
    rr_fe_add(&h, &b, &a);
    rr_ge_complete(r, &e, &f, &g, &h);
}

/* r = p - q: Y + X and Y - X exchanged, the sign of c turned. */
static inline void rr_ge_sub(rr_ge *r, const rr_ge *p, const rr_ge_cached *q) {
    rr_fe a, b, c, d, e, f, g, h;
    rr_fe_sub(&a, &p->Y, &p->X);
    rr_fe_mul(&a, &a, &q->Y_plus_X);
    rr_fe_add(&b, &p->Y, &p->X);
    rr_fe_mul(&b, &b, &q->Y_minus_X);
    rr_fe_mul(&c, &p->T, &q->T2d);
    rr_fe_mul(&d, &p->Z, &q->Z2);
    rr_fe_sub(&e, &b, &a);
    rr_fe_add(&f, &d, &c);
    rr_fe_sub(&g, &d, &c);
    rr_fe_add(&h, &b, &a);
    rr_ge_complete(r, &e, &f, &g, &h);
}

/* r = p + q for an addend with Z = 1. */
static inline void rr_ge_add_niels(rr_ge *r, const rr_ge *p, const rr_ge_niels *q) {
    rr_fe a, b, c, d, e, f, g, h;
    rr_fe_sub(&a, &p->Y, &p->X);
    rr_fe_mul(&a, &a, &q->y_minus_x);
    rr_fe_add(&b, &p->Y, &p->X);
    rr_fe_mul(&b, &b, &q->y_plus_x);
    rr_fe_mul(&c, &p->T, &q->xy2d);
    rr_fe_add(&d, &p->Z, &p->Z);
    rr_fe_sub(&e, &b, &a);
    rr_fe_sub(&f, &d, &c);
    rr_fe_add(&g, &d, &c);
    rr_fe_add(&h, &b, &a);
    rr_ge_complete(r, &e, &f, &g, &h);
}

/* r = p - q for an addend with Z = 1. */
static inline void rr_ge_sub_niels(rr_ge *r, const rr_ge *p, const rr_ge_niels *q) {
    rr_fe a, b, c, d, e, f, g, h;
    rr_fe_sub(&a, &p->Y, &p->X);
    rr_fe_mul(&a, &a, &q->y_plus_x);
    rr_fe_add(&b, &p->Y, &p->X);
    rr_fe_mul(&b, &b, &q->y_minus_x);
    rr_fe_mul(&c, &p->T, &q->xy2d);
    rr_fe_add(&d, &p->Z, &p->Z);
    rr_fe_sub(&e, &b, &a);
    rr_fe_add(&f, &d, &c);
    rr_fe_sub(&g, &d, &c);
    rr_fe_add(&h, &b, &a);
    rr_ge_complete(r, &e, &f, &g, &h);
}

/* r = 2p; T of p is not read. */
static inline void rr_ge_double(rr_ge *r, const rr_ge *p) {
    rr_fe a, b, c, e, f, g, h, sum;
    rr_fe_sqr(&a, &p->X);
    rr_fe_sqr(&b, &p->Y);
    rr_fe_sqr(&c, &p->Z);
    rr_fe_add(&c, &c, &c);
    rr_fe_add(&sum, &p->X, &p->Y);
    rr_fe_sqr(&sum, &sum);
    rr_fe_add(&h, &a, &b);
    rr_fe_sub(&e, &h, &sum);
    rr_fe_sub(&g, &a, &b);
    rr_fe_add(&f, &c, &g);
    rr_ge_complete(r, &e, &f, &g, &h);
}

#endif
