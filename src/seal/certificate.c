/* SPDX-License-Identifier: Apache-2.0 */
/* The certificate of a ceremony: the transcript, then every trustee's signature over it. */
#include <string.h>

#include "base/bytes.h"
#include "seal/internal.h"

size_t rr_certificate_size(const rr_ceremony *ceremony) {
    return rr_ceremony_transcript_size(ceremony) + (size_t)ceremony->n * RR_CEREMONY_SIGNATURE;
}

/* Takes what must stand there; false for anything else. */
static bool take(const uint8_t **at, const void *bytes, size_t len) {
    bool same = memcmp(*at, bytes, len) == 0;
    *at += len;
    return same;
}

static bool take_head(const uint8_t **at, const rr_ceremony *c) {
    static const char id[] = RR_COCKTAIL_ID;
    uint8_t id_len[8], context_len[8], counts[8];
    rr_store64_le(id_len, sizeof id - 1);
    rr_store64_le(context_len, sizeof c->context);
    rr_store32_le(counts, c->n);
    rr_store32_le(counts + 4, c->t);
    return take(at, id_len, sizeof id_len) && take(at, id, sizeof id - 1) && take(at, context_len, sizeof context_len) &&
           take(at, c->context, sizeof c->context) && take(at, counts, sizeof counts) &&
           take(at, c->keys, c->n * sizeof *c->keys);
}

/* Y_at, or Y at 0: the sum over all trustees of their polynomials' values there, in the exponent. */
static void sum_at(rr_seal_key *key, const rr_ceremony *c, const uint8_t *commitments, uint32_t at) {
    rr_ge sum = RR_GE_IDENTITY;
    for (uint32_t j = 0; j < c->n; j++) {
        rr_ge part;
        rr_ge_cached cached;
        rr_commitments_at_var(&part, commitments + 32 * (size_t)c->t * j, at == 0 ? 1 : c->t, at);
        rr_ge_to_cached(&cached, &part);
        rr_ge_add(&sum, &sum, &cached);
    }
    rr_ge_encode(key->bytes, &sum);
}

rr_status rr_certificate_check_var(rr_seal_key *seal_key, rr_seal_key *trustee_keys, rr_ceremony_fault *fault,
                                   const rr_ceremony *ceremony, const uint8_t *certificate, size_t len) {
    static const uint8_t no_extension[8];
    uint32_t n = ceremony->n, t = ceremony->t;
    const uint8_t *at = certificate;
    *fault = (rr_ceremony_fault){0, NULL};
    if (len != rr_certificate_size(ceremony))
        return rr_ceremony_fail(fault, RR_MALFORMED, 0, "the certificate does not have its size");
    if (!take_head(&at, ceremony)) return rr_ceremony_fail(fault, RR_INVALID, 0, "the certificate is of another ceremony");
    const uint8_t *commitments = at, *proofs = commitments + 32 * (size_t)t * n,
                  *ephemerals = proofs + RR_CEREMONY_SIGNATURE * (size_t)n, *end = ephemerals + 32 * (size_t)n;
    for (uint32_t j = 0; j < n; j++) {
        rr_round1_parts parts = {commitments + 32 * (size_t)t * j, proofs + RR_CEREMONY_SIGNATURE * (size_t)j,
                                 ephemerals + 32 * (size_t)j};
        rr_status status = rr_round1_parts_check_var(fault, ceremony, j + 1, parts);
        if (status != RR_OK) return status;
    }
    if (!take(&end, no_extension, sizeof no_extension))
        return rr_ceremony_fail(fault, RR_MALFORMED, 0, "the transcript has an extension");
    const rr_part transcript = {certificate, rr_ceremony_transcript_size(ceremony)};
    for (uint32_t j = 0; j < n; j++)
        if (!rr_schnorr_verify_var(end + RR_CEREMONY_SIGNATURE * (size_t)j, ceremony->keys[j].bytes, &transcript, 1))
            return rr_ceremony_fail(fault, RR_INVALID, j + 1, "the signature over the transcript does not verify");
    sum_at(seal_key, ceremony, commitments, 0);
    for (uint32_t j = 1; j <= n; j++) sum_at(&trustee_keys[j - 1], ceremony, commitments, j);
    return RR_OK;
}
