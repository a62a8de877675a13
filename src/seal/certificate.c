/* SPDX-License-Identifier: Apache-2.0 */
/* The certificate of a ceremony: the transcript, then every trustee's signature over it. */
#include <string.h>

#include "base/bytes.h"
#include "seal/internal.h"

size_t rr_certificate_size(const rr_ceremony *ceremony) {
    return rr_ceremony_transcript_size(ceremony) + (size_t)ceremony->n * RR_CEREMONY_SIGNATURE;
}

/* Y and every Y_j from the sums of all trustees' commitments.  A sum may be the identity, which no commitment is. */
static void keys_of(rr_seal_key *seal_key, rr_seal_key *trustee_keys, const rr_ceremony *c, const uint8_t *commitments) {
    rr_ge_niels sums[RR_TRUSTEE_MAX];
    rr_ge sum;
    for (uint32_t k = 0; k < c->t; k++) {
        sum = RR_GE_IDENTITY;
        for (uint32_t j = 0; j < c->n; j++) {
            rr_ge_niels point;
            (void)rr_point_read_niels_var(&point, commitments + 32 * ((size_t)c->t * j + k));
            rr_ge_add_niels(&sum, &sum, &point);
        }
        rr_ge_to_niels(&sums[k], &sum);
        if (k == 0) rr_ge_encode(seal_key->bytes, &sum);
    }
    for (uint32_t j = 1; j <= c->n; j++) {
        rr_commitments_at_var(&sum, sums, c->t, j);
        rr_ge_encode(trustee_keys[j - 1].bytes, &sum);
    }
}

rr_status rr_certificate_check_var(rr_seal_key *seal_key, rr_seal_key *trustee_keys, rr_ceremony_fault *fault,
                                   const rr_ceremony *ceremony, const uint8_t *certificate, size_t len) {
    uint32_t n = ceremony->n, t = ceremony->t;
    uint8_t head[RR_CEREMONY_HEAD + 32 * RR_TRUSTEE_MAX];
    size_t head_size = rr_ceremony_head_size(ceremony);
    *fault = (rr_ceremony_fault){0, NULL};
    if (len != rr_certificate_size(ceremony))
        return rr_ceremony_fail(fault, RR_MALFORMED, 0, "the certificate does not have its size");
    rr_ceremony_head(head, ceremony);
    if (memcmp(certificate, head, head_size) != 0)
        return rr_ceremony_fail(fault, RR_INVALID, 0, "the certificate is of another ceremony");
    const uint8_t *commitments = certificate + head_size, *proofs = commitments + 32 * (size_t)t * n,
                  *ephemerals = proofs + RR_CEREMONY_SIGNATURE * (size_t)n, *extension = ephemerals + 32 * (size_t)n;
    for (uint32_t j = 0; j < n; j++) {
        rr_round1_parts parts = {commitments + 32 * (size_t)t * j, proofs + RR_CEREMONY_SIGNATURE * (size_t)j,
                                 ephemerals + 32 * (size_t)j};
        rr_status status = rr_round1_parts_check_var(fault, ceremony, j + 1, parts);
        if (status != RR_OK) return status;
    }
    if (rr_load64_le(extension) != 0) return rr_ceremony_fail(fault, RR_MALFORMED, 0, "the transcript has an extension");
    const uint8_t *signatures = extension + 8;
    const rr_part transcript = {certificate, rr_ceremony_transcript_size(ceremony)};
    for (uint32_t j = 0; j < n; j++)
        if (!rr_schnorr_verify_var(signatures + RR_CEREMONY_SIGNATURE * (size_t)j, ceremony->keys[j].bytes, &transcript, 1))
            return rr_ceremony_fail(fault, RR_INVALID, j + 1, "the signature over the transcript does not verify");
    keys_of(seal_key, trustee_keys, ceremony, commitments);
    return RR_OK;
}
