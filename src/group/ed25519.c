/* SPDX-License-Identifier: Apache-2.0 */
#include "group/ed25519.h"

#include "group/msm.h"

/* x^2 = (y^2 - 1) / (d y^2 + 1) */
bool rr_ed25519_decode_var(rr_ge *p, const uint8_t in[32]) {
    uint8_t canonical[32];
    rr_fe u, v, yy;
    uint8_t sign = in[31] >> 7;
    rr_fe_decode(&p->Y, in);
    rr_fe_encode(canonical, &p->Y);
    canonical[31] |= (uint8_t)(sign << 7);
    if (memcmp(canonical, in, sizeof canonical) != 0) return false;
    rr_fe_sqr(&yy, &p->Y);
    rr_fe_sub(&u, &yy, &RR_FE_ONE);
    rr_fe_mul(&u, &u, &RR_FE_ONE);
    rr_fe_mul(&v, &yy, &RR_FE_D);
    rr_fe_add(&v, &v, &RR_FE_ONE);
    if (!rr_fe_sqrt_ratio_m1(&p->X, &u, &v)) return false;
    rr_fe_mul(&p->X, &p->X, &RR_FE_ONE);
    if (rr_fe_is_zero(&p->X) && sign != 0) return false;
    if (sign != 0) {
        rr_fe_neg(&p->X, &p->X);
        rr_fe_mul(&p->X, &p->X, &RR_FE_ONE);
    }
    p->Z = RR_FE_ONE;
    rr_fe_mul(&p->T, &p->X, &p->Y);
    return true;
}

/* (0 : Z : Z : 0) */
static bool is_neutral(const rr_ge *p) {
    return rr_fe_is_zero(&p->X) && rr_fe_equal(&p->Y, &p->Z);
}

bool rr_ed25519_is_small_order_var(const rr_ge *p) {
    rr_ge r = *p;
    for (int i = 0; i < 3; i++) rr_ge_double(&r, &r);
    return is_neutral(&r);
}

bool rr_ed25519_is_in_subgroup_var(const rr_ge *p) {
    /* q = (q - 1) + 1, since q itself is zero as a scalar. */
    rr_scalar minus_one;
    rr_ge_niels niels;
    const rr_ge_niels *point = &niels;
    rr_ge r;
    rr_scalar_neg(&minus_one, &RR_SCALAR_ONE);
    rr_ge_to_niels_affine(&niels, p);
    rr_msm_small_var(&r, &minus_one, &point, 1);
    rr_ge_add_niels(&r, &r, &niels);
    return is_neutral(&r);
}
