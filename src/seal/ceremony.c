/* SPDX-License-Identifier: Apache-2.0 */
/* The public side of a ceremony: what is agreed before it, messages of round 1, the transcript. */
#include <string.h>

#include "base/bytes.h"
#include "base/sha2.h"
#include "seal/internal.h"

/* ---- before ---------------------------------------------------------------------------------------------------------- */

static void hash_framed(rr_sha512 *h, const void *bytes, size_t len) {
    uint8_t size[8];
    rr_store64_be(size, len);
    rr_sha512_update(h, size, sizeof size);
    rr_sha512_update(h, bytes, len);
}

/* The text's recommended construction, which binds session, suite and the ordered keys. */
static void make_context(rr_ceremony *c, const void *session_id, size_t len) {
    static const char label[] = "COCKTAIL-DKG-CONTEXT", id[] = RR_COCKTAIL_ID;
    uint8_t count[4];
    rr_sha512 h;
    rr_sha512_init(&h);
    rr_sha512_update(&h, label, sizeof label - 1);
    hash_framed(&h, session_id, len);
    hash_framed(&h, id, sizeof id - 1);
    rr_store32_le(count, c->n);
    rr_sha512_update(&h, count, sizeof count);
    rr_sha512_update(&h, c->keys, c->n * sizeof *c->keys);
    rr_sha512_final(&h, c->context);
}

rr_status rr_ceremony_init(rr_ceremony *ceremony, rr_ceremony_fault *fault, const void *session_id, size_t session_id_len,
                           const rr_ceremony_public *keys, uint32_t n, uint32_t t) {
    *fault = (rr_ceremony_fault){0, NULL};
    if (t < 1 || t > n || n > RR_TRUSTEE_MAX || session_id_len == 0) return RR_ARGUMENT;
    for (uint32_t j = 0; j < n; j++) {
        if (rr_point_check_var(keys[j].bytes) != RR_OK)
            return rr_ceremony_fail(fault, RR_INVALID, j + 1, "the static key is no point of the group");
        for (uint32_t i = 0; i < j; i++)
            if (memcmp(&keys[i], &keys[j], sizeof *keys) == 0)
                return rr_ceremony_fail(fault, RR_INVALID, j + 1, "the static key is that of another trustee");
    }
    ceremony->n = n;
    ceremony->t = t;
    memcpy(ceremony->keys, keys, n * sizeof *keys);
    make_context(ceremony, session_id, session_id_len);
    return RR_OK;
}

/* ---- messages of round 1: C_0 ... C_(t-1), proof of possession, E, a frame for each trustee ----------------------------- */

rr_round1_parts rr_round1_parts_of(const rr_ceremony *ceremony, const uint8_t *message) {
    const uint8_t *proof = message + 32 * (size_t)ceremony->t;
    return (rr_round1_parts){message, proof, proof + RR_CEREMONY_SIGNATURE};
}

size_t rr_round1_frame(const rr_ceremony *ceremony, uint32_t to) {
    return 32 * (size_t)ceremony->t + RR_CEREMONY_SIGNATURE + 32 + RR_SHARE_FRAME * (size_t)(to - 1);
}

size_t rr_round1_size(const rr_ceremony *ceremony) {
    return rr_round1_frame(ceremony, ceremony->n + 1);
}

rr_status rr_round1_parts_check_var(rr_ceremony_fault *fault, const rr_ceremony *ceremony, uint32_t j, rr_round1_parts parts) {
    for (uint32_t k = 0; k < ceremony->t; k++)
        if (rr_point_check_var(parts.commitments + 32 * (size_t)k) != RR_OK)
            return rr_ceremony_fail(fault, RR_MALFORMED, j, "a commitment is no point of the group");
    if (rr_point_check_var(parts.ephemeral) != RR_OK)
        return rr_ceremony_fail(fault, RR_MALFORMED, j, "the ephemeral key is no point of the group");
    const rr_part signed_parts[] = {
        {ceremony->context, sizeof ceremony->context}, {parts.commitments, 32 * (size_t)ceremony->t}, {parts.ephemeral, 32}};
    if (!rr_schnorr_verify_var(parts.proof, parts.commitments, signed_parts, 3))
        return rr_ceremony_fail(fault, RR_INVALID, j, "the proof of possession does not verify");
    return RR_OK;
}

rr_status rr_round1_check_var(rr_ceremony_fault *fault, const rr_ceremony *ceremony, uint32_t j, const uint8_t *message,
                              size_t len) {
    *fault = (rr_ceremony_fault){0, NULL};
    if (j < 1 || j > ceremony->n) return RR_ARGUMENT;
    if (len != rr_round1_size(ceremony))
        return rr_ceremony_fail(fault, RR_MALFORMED, j, "the message of round 1 does not have its size");
    for (uint32_t to = 1; to <= ceremony->n; to++)
        if (rr_load64_be(message + rr_round1_frame(ceremony, to)) != RR_SHARE_CIPHERTEXT)
            return rr_ceremony_fail(fault, RR_MALFORMED, j, "an encrypted share does not have its size");
    return rr_round1_parts_check_var(fault, ceremony, j, rr_round1_parts_of(ceremony, message));
}

/* In sums of as many points as one call takes. */
void rr_commitments_at_var(rr_ge *r, const rr_ge_niels *commitments, uint32_t t, uint32_t at) {
    rr_scalar powers[RR_MSM_SMALL], x, power = RR_SCALAR_ONE;
    const rr_ge_niels *points[RR_MSM_SMALL];
    rr_scalar_set_u32(&x, at);
    *r = RR_GE_IDENTITY;
    for (uint32_t done = 0; done < t;) {
        uint32_t count = 0;
        rr_ge part;
        rr_ge_cached cached;
        for (; count < RR_MSM_SMALL && done < t; count++, done++) {
            points[count] = &commitments[done];
            powers[count] = power;
            rr_scalar_mul(&power, &power, &x);
        }
        rr_msm_small_var(&part, powers, points, count);
        rr_ge_to_cached(&cached, &part);
        rr_ge_add(r, r, &cached);
    }
}

/* ---- the transcript --------------------------------------------------------------------------------------------------- */

size_t rr_ceremony_transcript_size(const rr_ceremony *ceremony) {
    return rr_ceremony_head_size(ceremony) + (size_t)ceremony->n * (32 * (size_t)ceremony->t + RR_CEREMONY_SIGNATURE + 32) + 8;
}

static uint8_t *put(uint8_t *at, const void *bytes, size_t len) {
    memcpy(at, bytes, len);
    return at + len;
}

void rr_ceremony_head(uint8_t *head, const rr_ceremony *ceremony) {
    static const char id[] = RR_COCKTAIL_ID;
    rr_store64_le(head, sizeof id - 1);
    head = put(head + 8, id, sizeof id - 1);
    rr_store64_le(head, sizeof ceremony->context);
    head = put(head + 8, ceremony->context, sizeof ceremony->context);
    rr_store32_le(head, ceremony->n);
    rr_store32_le(head + 4, ceremony->t);
    memcpy(head + 8, ceremony->keys, ceremony->n * sizeof *ceremony->keys);
}

void rr_ceremony_transcript(uint8_t *transcript, const rr_ceremony *ceremony, const uint8_t *const *messages) {
    uint32_t n = ceremony->n, t = ceremony->t;
    uint8_t *at = transcript + rr_ceremony_head_size(ceremony);
    rr_ceremony_head(transcript, ceremony);
    for (uint32_t j = 0; j < n; j++) at = put(at, rr_round1_parts_of(ceremony, messages[j]).commitments, 32 * (size_t)t);
    for (uint32_t j = 0; j < n; j++) at = put(at, rr_round1_parts_of(ceremony, messages[j]).proof, RR_CEREMONY_SIGNATURE);
    for (uint32_t j = 0; j < n; j++) at = put(at, rr_round1_parts_of(ceremony, messages[j]).ephemeral, 32);
    rr_store64_le(at, 0);
}
