/* SPDX-License-Identifier: Apache-2.0 */
/* Trustees' keys and what their shares open (PROTOCOL.md sections 3 and 8).  Variable-time: all of it is public. */
#include "proof/claim.h"

/* lambda_j = prod over i != j of i / (i - j), over the trustees present. */
static bool lagrange(rr_scalar *lambda, const uint8_t *trustees, size_t t, size_t index) {
    rr_scalar top = RR_SCALAR_ONE, bottom = RR_SCALAR_ONE, j, factor;
    rr_scalar_set_u32(&j, trustees[index]);
    for (size_t n = 0; n < t; n++) {
        if (n == index) continue;
        rr_scalar_set_u32(&factor, trustees[n]);
        rr_scalar_mul(&top, &top, &factor);
        rr_scalar_sub(&factor, &factor, &j);
        rr_scalar_mul(&bottom, &bottom, &factor);
    }
    if (trustees[index] == 0 || rr_scalar_is_zero(&bottom))
        return false; /* 0 is the seal key's own place; a zero: one came twice */
    rr_scalar_invert_var(&bottom, &bottom);
    rr_scalar_mul(lambda, &top, &bottom);
    return true;
}

rr_status rr_open_var(const rr_params *params, rr_entry_key *entry, const uint8_t *sealed_record, size_t record_len,
                      const uint8_t *trustees, const uint8_t *const *shares, size_t t) {
    rr_ge sum;
    (void)params;
    if (t == 0 || t > RR_TRUSTEE_MAX) return RR_ARGUMENT;
    rr_ring_shape at = rr_ring_shape_of(RR_SEALED, RR_DIGITS_MIN);
    if (record_len < rr_point_at(at.A) || sealed_record[1] != RR_SEALED) return RR_MALFORMED;
    if (!rr_point_read_var(&sum, sealed_record + rr_point_at(at.Q))) return RR_MALFORMED;
    for (size_t i = 0; i < t; i++) {
        rr_scalar lambda;
        rr_ge_niels share;
        const rr_ge_niels *point = &share;
        rr_ge part;
        rr_ge_cached cached;
        if (!lagrange(&lambda, trustees, t, i)) return RR_ARGUMENT;
        if (!rr_point_read_niels_var(&share, shares[i])) return RR_MALFORMED;
        rr_msm_small_var(&part, &lambda, &point, 1);
        rr_ge_to_cached(&cached, &part);
        rr_ge_sub(&sum, &sum, &cached);
    }
    rr_ge_encode(entry->bytes, &sum);
    return RR_OK;
}

/* Y_0 = Y, Y_1, ..., Y_n are values at consecutive integers, and the field's characteristic is above n: they lie on a polynomial of
 * degree below t exactly when all t-th differences are zero.  Each pass replaces values by the differences of neighbours. */
rr_status rr_seal_keys_check_var(const rr_params *params, const rr_seal_key *seal_key, const rr_seal_key *trustee_keys,
                                 uint32_t n, uint32_t t) {
    rr_ge values[RR_TRUSTEE_MAX + 1];
    (void)params;
    if (t < 2 || n < t || n > RR_TRUSTEE_MAX) return RR_ARGUMENT;
    for (uint32_t j = 0; j <= n; j++) {
        if (!rr_point_read_var(&values[j], j == 0 ? seal_key->bytes : trustee_keys[j - 1].bytes)) return RR_MALFORMED;
    }
    for (uint32_t pass = 1; pass <= t; pass++) {
        for (uint32_t j = 0; j + pass <= n; j++) {
            rr_ge_cached cached;
            rr_ge_to_cached(&cached, &values[j]);
            rr_ge_sub(&values[j], &values[j + 1], &cached);
        }
    }
    for (uint32_t j = 0; j + t <= n; j++) {
        if (!rr_ge_is_identity(&values[j])) return RR_INVALID;
    }
    return RR_OK;
}
