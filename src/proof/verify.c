/* SPDX-License-Identifier: Apache-2.0 */
/* Verifying one claim.  Variable-time: all of it is public. */
#include "proof/claim.h"

/* Row by row: sum_i z_i * base_i - R - x * target = 0. */
static uint32_t plain_failures(const rr_params *params, const rr_subject *subject, const rr_opened *o) {
    uint32_t failures = 0;
    for (unsigned r = 0; r < o->form->rows; r++) {
        const struct rr_plain_row *row = &o->form->row[r];
        const rr_ge_niels *points[RR_PLAIN_RESPONSES + 2] = {&o->points[row->commitment], &o->points[row->target]};
        rr_scalar scalars[RR_PLAIN_RESPONSES + 2];
        rr_ge sum;
        size_t count = 2;
        rr_scalar_neg(&scalars[0], &RR_SCALAR_ONE);
        rr_scalar_neg(&scalars[1], &o->x);
        for (unsigned i = 0; i < RR_PLAIN_RESPONSES && row->base[i] != RR_BASE_NONE; i++) {
            points[count] = rr_plain_base(row->base[i], params, subject, o->points);
            rr_opened_scalar(&scalars[count++], o, i);
        }
        rr_msm_small_var(&sum, scalars, points, count);
        if (!rr_ge_is_identity(&sum)) failures |= 1u << r;
    }
    return failures;
}

size_t rr_verify_scratch_size(const rr_claim *claim) {
    return rr_claim_is_ring(claim) && claim->ring != NULL ? rr_ring_failures_scratch_size(claim->ring->count) : 0;
}

rr_status rr_verify_var(const rr_params *params, const rr_subject *subject, uint32_t *failed, const rr_claim *claim,
                        void *scratch, size_t scratch_len) {
    rr_ge_niels points[RR_RING_POINTS_MAX];
    rr_opened opened;
    if (failed != NULL) *failed = 0;
    if (scratch_len < rr_verify_scratch_size(claim) || !rr_is_aligned(scratch)) return RR_NO_SPACE;
    rr_status status = rr_claim_open(&opened, subject, claim, points);
    if (status != RR_OK) return status;
    uint32_t failures = opened.form == NULL ? rr_ring_failures_var(params, subject, &opened, scratch)
                                            : plain_failures(params, subject, &opened);
    if (failed != NULL) *failed = failures;
    return failures == 0 ? RR_OK : RR_INVALID;
}
