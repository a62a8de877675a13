/* SPDX-License-Identifier: Apache-2.0 */
/* A claim taken apart: what single and batch verification share before they look at equations. */
#ifndef RR_PROOF_CLAIM_H
#define RR_PROOF_CLAIM_H

#include "proof/internal.h"
#include "proof/record.h"

/* A base of a plain proof: one of these, or the index of a point. */
enum { RR_BASE_NONE = -4, RR_BASE_U = -3, RR_BASE_H = -2, RR_BASE_B = -1 };

#define RR_PLAIN_ROWS 2
#define RR_PLAIN_POINTS 5
#define RR_PLAIN_RESPONSES 2

/* Every statement outside rings has the form: for each row, sum_i z_i * base_i = R + x * target, the same z in all rows.
 *
 * On the wire: `prefix` bytes, `wire_points` points, `responses` scalars.  Behind the wire's points come those that the verifier
 * knows already (entry, E, trustee's key). */
typedef struct rr_plain_form {
    size_t prefix;
    unsigned wire_points, responses;
    unsigned commitment, commitments; /* first index among the points, and how many */
    unsigned rows;
    struct rr_plain_row {
        int base[RR_PLAIN_RESPONSES];
        unsigned commitment, target;
    } row[RR_PLAIN_ROWS];
} rr_plain_form;

/* Points of a record of kind 3 or 4, of a share and of a notice, in order. */
extern const rr_plain_form rr_form_named;    /* T R_P R_T, then P */
extern const rr_plain_form rr_form_withdraw; /* T R_T */
extern const rr_plain_form rr_form_enrol;    /* P R */
extern const rr_plain_form rr_form_notice;   /* R, then Y_j */
extern const rr_plain_form rr_form_share;    /* S R_1 R_2, then E Y_j */

static inline size_t rr_plain_size(const rr_plain_form *form) {
    return form->prefix + 32 * (size_t)(form->wire_points + form->responses);
}

typedef struct rr_opened {
    const rr_claim *claim;
    const rr_plain_form *form; /* NULL for kinds 1 and 2, then `shape` counts */
    rr_ring_shape shape;
    const rr_ge_niels *points;
    rr_scalar x;
} rr_opened;

/* Is it a record of kind 1 or 2? */
bool rr_claim_is_ring(const rr_claim *claim);

/* How many points a claim opens to; an upper bound for claims that do not open. */
unsigned rr_claim_point_count(const rr_claim *claim);

/* Checks everything but the equations, decodes the points into `points` and computes the challenge. */
rr_status rr_claim_open(rr_opened *opened, const rr_subject *subject, const rr_claim *claim, rr_ge_niels *points);

/* Scalar `index` of an opened claim, known to be canonical. */
void rr_opened_scalar(rr_scalar *s, const rr_opened *opened, unsigned index);

/* f[j][i] with f[j][0] = x - sum of the others. */
void rr_opened_f(rr_scalar f[RR_DIGITS_MAX][RR_RADIX], const rr_opened *opened);

/* The base that a form names. */
const rr_ge_niels *rr_plain_base(int base, const rr_params *params, const rr_subject *subject, const rr_ge_niels *points);

/* Verifies kinds 1 and 2: bit e-1 of the answer is set for each equation e that fails. */
uint32_t rr_ring_failures_var(const rr_params *params, const rr_subject *subject, const rr_opened *opened, void *scratch);
size_t rr_ring_failures_scratch_size(uint32_t count);

#endif
