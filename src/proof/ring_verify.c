/* SPDX-License-Identifier: Apache-2.0 */
/* Equations 1 to 6 of PROTOCOL.md section 4, one by one, each written as left side minus right side = 0. */
#include "proof/claim.h"

/* A sum of scalar * point under construction. */
typedef struct sum {
    rr_scalar *scalars;
    const rr_ge_niels **points;
    size_t count;
} sum;

static void plus(sum *s, const rr_scalar *scalar, const rr_ge_niels *point) {
    s->scalars[s->count] = *scalar;
    s->points[s->count++] = point;
}

static void minus(sum *s, const rr_scalar *scalar, const rr_ge_niels *point) {
    rr_scalar negative;
    rr_scalar_neg(&negative, scalar);
    plus(s, &negative, point);
}

static bool is_identity(const sum *s, void *scratch) {
    rr_ge p;
    if (s->count <= RR_MSM_SMALL) {
        rr_msm_small_var(&p, s->scalars, s->points, s->count);
    } else {
        rr_msm_var(&p, s->scalars, s->points, s->count, scratch);
    }
    return rr_ge_is_identity(&p);
}

/* Terms of the longest sum: equation 2 has the ring, Q, X_t and W; equation 1 has A, C and the bit generators. */
static size_t terms_max(uint32_t count) {
    return count + RR_BIT_GENERATORS(RR_DIGITS_MAX) + 2;
}

/* Scratch: scalars, points, coefficients c_i, room for the multiplication. */
size_t rr_ring_failures_scratch_size(uint32_t count) {
    size_t terms = terms_max(count);
    return terms * (sizeof(rr_scalar) + sizeof(rr_ge_niels *)) + count * sizeof(rr_scalar) + rr_msm_scratch_size(terms);
}

/* c_i = prod_j f[j][i_j] for i < count - 1, grown as a tree like the prover's polynomials; c_{count-1} = x^m - sum of the others. */
static void coefficients(rr_scalar *c, const rr_scalar f[RR_DIGITS_MAX][RR_RADIX], const rr_scalar *x_to_m, unsigned m,
                         uint32_t count) {
    rr_scalar rest = *x_to_m;
    for (unsigned j = m; j-- > 0 && count > 1;) {
        uint32_t parents = j == m - 1 ? 1 : ((count - 2) >> (2 * (j + 1))) + 1, children = ((count - 2) >> (2 * j)) + 1;
        for (uint32_t q = parents; q-- > 0;) {
            rr_scalar parent = j == m - 1 ? RR_SCALAR_ONE : c[q];
            for (uint32_t i = 0; i < RR_RADIX && RR_RADIX * q + i < children; i++)
                rr_scalar_mul(&c[RR_RADIX * q + i], &parent, &f[j][i]);
        }
    }
    for (uint32_t i = 0; i + 1 < count; i++) rr_scalar_sub(&rest, &rest, &c[i]);
    c[count - 1] = rest;
}

static void equation_1(sum *s, const rr_params *params, const rr_opened *o, const rr_scalar f[RR_DIGITS_MAX][RR_RADIX]) {
    const rr_ring_shape *at = &o->shape;
    rr_scalar z_A, t;
    rr_opened_scalar(&z_A, o, at->z_A);
    plus(s, &RR_SCALAR_ONE, &o->points[at->A]);
    plus(s, &o->x, &o->points[at->C]);
    minus(s, &z_A, RR_H(params));
    for (unsigned j = 0; j < at->m; j++) {
        for (unsigned i = 0; i < RR_RADIX; i++) {
            rr_scalar_sub(&t, &o->x, &f[j][i]);
            rr_scalar_mul(&t, &t, &f[j][i]);
            minus(s, &f[j][i], &params->bits[RR_G(j, i)]);
            minus(s, &t, &params->bits[RR_J(j, i)]);
        }
    }
}

static void equation_2(sum *s, const rr_opened *o, const rr_ge_niels *W, const rr_scalar *c, const rr_scalar *x_to) {
    const rr_ring_shape *at = &o->shape;
    const rr_ring *ring = o->claim->ring;
    rr_scalar z;
    rr_opened_scalar(&z, o, at->z);
    plus(s, &x_to[at->m], &o->points[at->Q]);
    for (uint32_t i = 0; i < ring->count; i++) minus(s, &c[i], &ring->points[i]);
    for (unsigned t = 0; t < at->m; t++) plus(s, &x_to[t], &o->points[at->X + t]);
    minus(s, &z, W);
}

static void equation_3(sum *s, const rr_params *params, const rr_subject *subject, const rr_opened *o) {
    const rr_ring_shape *at = &o->shape;
    rr_scalar z_k, z_r, z_e;
    rr_opened_scalar(&z_k, o, at->z_k);
    rr_opened_scalar(&z_r, o, at->z_r);
    plus(s, &z_k, &params->B);
    plus(s, &z_r, RR_H(params));
    if (at->sealed) {
        rr_opened_scalar(&z_e, o, at->z_e);
        plus(s, &z_e, &subject->Y);
    }
    minus(s, &RR_SCALAR_ONE, &o->points[at->R_Q]);
    minus(s, &o->x, &o->points[at->Q]);
}

static void equation_4(sum *s, const rr_subject *subject, const rr_opened *o) {
    rr_scalar z_k;
    rr_opened_scalar(&z_k, o, o->shape.z_k);
    plus(s, &z_k, &subject->U);
    minus(s, &RR_SCALAR_ONE, &o->points[o->shape.R_T]);
    minus(s, &o->x, &o->points[o->shape.T]);
}

static void equation_5(sum *s, const rr_params *params, const rr_opened *o, const rr_scalar *x_to) {
    const rr_ring_shape *at = &o->shape;
    rr_scalar z;
    rr_opened_scalar(&z, o, at->z);
    plus(s, &x_to[at->m], &o->points[at->E]);
    for (unsigned t = 0; t < at->m; t++) plus(s, &x_to[t], &o->points[at->X_seal + t]);
    minus(s, &z, &params->B);
}

static void equation_6(sum *s, const rr_params *params, const rr_opened *o) {
    rr_scalar z_e;
    rr_opened_scalar(&z_e, o, o->shape.z_e);
    plus(s, &z_e, &params->B);
    minus(s, &RR_SCALAR_ONE, &o->points[o->shape.R_E]);
    minus(s, &o->x, &o->points[o->shape.E]);
}

uint32_t rr_ring_failures_var(const rr_params *params, const rr_subject *subject, const rr_opened *o, void *scratch) {
    uint32_t count = o->claim->ring->count, failures = 0;
    unsigned m = o->shape.m;
    size_t terms = terms_max(count);
    rr_scalar *c = scratch;
    sum s = {.scalars = c + count};
    s.points = (const rr_ge_niels **)(void *)(s.scalars + terms);
    void *msm = s.points + terms;
    rr_scalar f[RR_DIGITS_MAX][RR_RADIX], x_to[RR_DIGITS_MAX + 1] = {RR_SCALAR_ONE};
    for (unsigned t = 0; t < m; t++) rr_scalar_mul(&x_to[t + 1], &x_to[t], &o->x);
    rr_opened_f(f, o);
    coefficients(c, (const rr_scalar(*)[RR_RADIX])f, &x_to[m], m, count);

    for (unsigned e = 1; e <= (o->shape.sealed ? 6u : 4u); e++) {
        s.count = 0;
        switch (e) {
        case 1: equation_1(&s, params, o, (const rr_scalar(*)[RR_RADIX])f); break;
        case 2: equation_2(&s, o, o->shape.sealed ? &subject->Y : RR_H(params), c, x_to); break;
        case 3: equation_3(&s, params, subject, o); break;
        case 4: equation_4(&s, subject, o); break;
        case 5: equation_5(&s, params, o, x_to); break;
        case 6: equation_6(&s, params, o); break;
        }
        if (!is_identity(&s, msm)) failures |= 1u << (e - 1);
    }
    return failures;
}
