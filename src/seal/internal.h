/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of round 1, and what ceremony_shares.c and certificate.c share. */
#ifndef RR_SEAL_INTERNAL_H
#define RR_SEAL_INTERNAL_H

#include "proof/internal.h"
#include "seal/schnorr.h"

#define RR_COCKTAIL_ID "COCKTAIL(Ristretto255, SHA-512)"

enum { RR_SHARE_CIPHERTEXT = 32 + 16, RR_SHARE_FRAME = 8 + RR_SHARE_CIPHERTEXT };

/* Where the parts of trustee j's public values lie: in a message they follow one another; in a transcript they do not. */
typedef struct rr_round1_parts {
    const uint8_t *commitments; /* t points */
    const uint8_t *proof;
    const uint8_t *ephemeral;
} rr_round1_parts;

rr_round1_parts rr_round1_parts_of(const rr_ceremony *ceremony, const uint8_t *message);
/* The frame of the ciphertext for trustee `to`, 1 to n. */
size_t rr_round1_frame(const rr_ceremony *ceremony, uint32_t to);

/* Points and proof of possession. */
rr_status rr_round1_parts_check_var(rr_ceremony_fault *fault, const rr_ceremony *ceremony, uint32_t j, rr_round1_parts parts);
/* The sum of at^k * C_k over k < t. */
void rr_commitments_at_var(rr_ge *r, const rr_ge_niels *commitments, uint32_t t, uint32_t at);

/* How every transcript of this ceremony begins: suite, context, n, t and the static keys. */
enum { RR_CEREMONY_HEAD = 8 + (sizeof RR_COCKTAIL_ID - 1) + 8 + RR_CEREMONY_CONTEXT + 4 + 4 };
static inline size_t rr_ceremony_head_size(const rr_ceremony *ceremony) {
    return RR_CEREMONY_HEAD + 32 * (size_t)ceremony->n;
}
void rr_ceremony_head(uint8_t *head, const rr_ceremony *ceremony);

static inline rr_status rr_ceremony_fail(rr_ceremony_fault *fault, rr_status status, uint32_t trustee, const char *rule) {
    *fault = (rr_ceremony_fault){trustee, rule};
    return status;
}

#endif
