/* SPDX-License-Identifier: Apache-2.0 */
/* Signing in a ring (PROTOCOL.md section 4).  Names are those of the text; README.md has the mathematics.
 * Constant-time in k, r, the place l and every nonce; ring, kind and sizes are public. */
#include <string.h>

#include "base/checkmem.h"
#include "proof/claim.h"
#include "proof/context.h"

/* Everything secret, in one piece so that it can be wiped in one piece. */
typedef struct witness {
    rr_scalar k, r, w;
    rr_scalar a[RR_DIGITS_MAX][RR_RADIX];
    rr_scalar r_A, r_B, rho[RR_DIGITS_MAX];
    rr_scalar alpha_k, alpha_r, alpha_e;
    uint64_t sigma[RR_DIGITS_MAX][RR_RADIX]; /* masks: is i the digit j of l? */
    uint32_t l;
    rr_nonces nonces;
    rr_scalar bits[2][RR_BIT_GENERATORS(RR_DIGITS_MAX)]; /* what A and C commit to */
    rr_scalar opening[3], nonce[3];                      /* of Q and of R_Q, in B, H and Y */
    rr_ge products[RR_MSM_CT_PRODUCTS], blinding[RR_MSM_CT_PRODUCTS];
} witness;

/* Scratch: the witness, then the coefficients p[t][i] (rows of `count`), then room for a multiscalar multiplication. */
static size_t round_up(size_t size) {
    return (size + 63) / 64 * 64;
}

static size_t coefficients_size(uint32_t count) {
    return round_up((size_t)rr_ring_digits(count) * count * sizeof(rr_scalar));
}

size_t rr_sign_ring_scratch_size(uint32_t count) {
    size_t proving = round_up(sizeof(witness)) + coefficients_size(count) + rr_msm_ct_scratch_size(RR_MSM_CT_PRODUCTS);
    size_t verifying = rr_ring_failures_scratch_size(count);
    return proving > verifying ? proving : verifying;
}

/* l = the index of P in the ring, by a scan of all of it. */
static bool find_place(uint32_t *l, const rr_ring *ring, const uint8_t entry[32]) {
    uint64_t found = 0, place = 0;
    for (uint32_t i = 0; i < ring->count; i++) {
        uint64_t here = rr_ct_equal_bytes(ring->keys[i].bytes, entry, 32);
        found |= here;
        place |= here & i;
    }
    *l = (uint32_t)place;
    rr_declassify(&found, sizeof found); /* whether the key is in the ring is this call's answer */
    return found != 0;
}

static void split_digits(witness *s, unsigned m) {
    for (unsigned j = 0; j < m; j++) {
        for (unsigned i = 0; i < RR_RADIX; i++) s->sigma[j][i] = rr_ct_equal(s->l >> (2 * j) & (RR_RADIX - 1), i);
    }
}

/* In the order that section 4 names. */
static void draw(witness *s, unsigned m, bool sealed) {
    rr_nonce(&s->w, &s->nonces);
    for (unsigned j = 0; j < m; j++) {
        rr_scalar sum = RR_SCALAR_ZERO;
        for (unsigned i = 1; i < RR_RADIX; i++) {
            rr_nonce(&s->a[j][i], &s->nonces);
            rr_scalar_add(&sum, &sum, &s->a[j][i]);
        }
        rr_scalar_neg(&s->a[j][0], &sum);
        rr_wipe(&sum, sizeof sum);
    }
    rr_nonce(&s->r_A, &s->nonces);
    rr_nonce(&s->r_B, &s->nonces);
    for (unsigned t = 0; t < m; t++) rr_nonce(&s->rho[t], &s->nonces);
    rr_nonce(&s->alpha_k, &s->nonces);
    rr_nonce(&s->alpha_r, &s->nonces);
    if (sealed) rr_nonce(&s->alpha_e, &s->nonces);
}

/* A commits to a and -a^2, C to sigma and a*(1 - 2 sigma), each in G and J. */
static void commit_bits(rr_ge *A, rr_ge *C, const rr_params *params, witness *s, unsigned m, void *msm) {
    rr_ge out[2];
    s->bits[0][0] = s->r_A;
    s->bits[1][0] = s->r_B;
    for (unsigned j = 0; j < m; j++) {
        for (unsigned i = 0; i < RR_RADIX; i++) {
            const rr_scalar *a = &s->a[j][i];
            rr_scalar square, negative;
            rr_scalar_mul(&square, a, a);
            rr_scalar_neg(&negative, a);
            s->bits[0][RR_G(j, i)] = *a;
            rr_scalar_neg(&s->bits[0][RR_J(j, i)], &square);
            rr_scalar_mask(&s->bits[1][RR_G(j, i)], &RR_SCALAR_ONE, s->sigma[j][i]);
            s->bits[1][RR_J(j, i)] = *a;
            rr_scalar_copy_if(&s->bits[1][RR_J(j, i)], &negative, s->sigma[j][i]);
            rr_wipe(&square, sizeof square);
            rr_wipe(&negative, sizeof negative);
        }
    }
    rr_msm_ct(out, 2, s->bits[0], RR_BIT_GENERATORS(RR_DIGITS_MAX), params->bits, RR_BIT_GENERATORS(m), msm);
    *A = out[0];
    *C = out[1];
    rr_wipe(out, sizeof out);
}

/* The coefficients of p_i(X) = prod_j (sigma[j][i_j] X + a[j][i_j]) for every i < count, degree by degree: p[t*count + i].
 *
 * The products share their prefixes, so they are grown as a tree, in place: after d digits, the most significant ones first, slot q
 * of the rows 0 ... d-1 holds the polynomial of the prefix q; its leading coefficient is 1 for the prefix of l and 0 for
 * the others, so it needs no memory.  A prefix's four children take the slots 4q ... 4q + 3, which no prefix before it uses, so
 * going downwards nothing is overwritten too early.  Each new coefficient costs one multiplication.
 *
 * Indices count-1 ... 4^m - 1 all stand for the last entry.  The p_i of all 4^m indices add up to X^m (as each factor's do to X),
 * so the last entry's sum has the coefficients minus those of all others. */
static void polynomials(rr_scalar *p, const witness *s, unsigned m, uint32_t count) {
    size_t stride = count;
    for (unsigned d = 0; d < m && count > 1; d++) {
        unsigned j = m - 1 - d;
        uint32_t parents = d == 0 ? 1 : ((count - 2) >> (2 * (j + 1))) + 1, children = ((count - 2) >> (2 * j)) + 1;
        for (uint32_t q = parents; q-- > 0;) {
            rr_scalar parent[RR_DIGITS_MAX + 1];
            for (unsigned t = 0; t < d; t++) parent[t] = p[t * stride + q];
            rr_scalar_mask(&parent[d], &RR_SCALAR_ONE, d == 0 ? UINT64_MAX : rr_ct_equal(s->l >> (2 * (j + 1)), q));
            for (uint32_t i = 0; i < RR_RADIX && RR_RADIX * q + i < children; i++) {
                rr_scalar *child = p + RR_RADIX * q + i;
                for (unsigned t = 0; t <= d; t++) {
                    rr_scalar shifted = RR_SCALAR_ZERO;
                    if (t > 0) rr_scalar_mask(&shifted, &parent[t - 1], s->sigma[j][i]);
                    rr_scalar_muladd(&shifted, &parent[t], &s->a[j][i]);
                    child[t * stride] = shifted;
                }
            }
            rr_wipe(parent, sizeof parent);
        }
    }
    for (unsigned t = 0; t < m; t++) {
        rr_scalar sum = RR_SCALAR_ZERO;
        for (uint32_t i = 0; i + 1 < count; i++) rr_scalar_add(&sum, &sum, &p[t * stride + i]);
        rr_scalar_neg(&p[t * stride + count - 1], &sum);
    }
}

static void put_point(uint8_t *record, unsigned index, const rr_ge *p) {
    rr_ge_encode(record + rr_point_at(index), p);
}

/* out = sum of scalars * bases, constant-time, encoded into the record. */
static void put_sum(uint8_t *record, unsigned index, const rr_scalar *scalars, const rr_ge_niels *bases, size_t count) {
    rr_msm_ct_few_encoded(record + rr_point_at(index), scalars, bases, count);
}

/* X_t = products_t + rho_t * base, at index + t; without products X'_t = rho_t * base. */
static void put_blinded(uint8_t *record, unsigned index, witness *s, unsigned m, const rr_ge_niels *base, bool with_products,
                        void *msm) {
    rr_msm_ct(s->blinding, m, s->rho, 1, base, 1, msm);
    for (unsigned t = 0; t < m; t++) {
        if (with_products) {
            rr_ge_cached cached;
            rr_ge_to_cached(&cached, &s->products[t]);
            rr_ge_add(&s->blinding[t], &s->blinding[t], &cached);
        }
        put_point(record, index + t, &s->blinding[t]);
    }
}

static void commit(uint8_t *record, const rr_ring_shape *at, const rr_params *params, const rr_subject *subject,
                   const rr_ring *ring, witness *s, rr_scalar *coefficients, void *msm) {
    const rr_ge_niels *W = at->sealed ? &subject->Y : RR_H(params);
    const rr_ge_niels bases[3] = {params->B, *RR_H(params), *W};
    rr_ge A, C;
    s->opening[0] = s->k;
    s->opening[1] = s->r;
    s->opening[2] = s->w;
    put_sum(record, at->Q, s->opening, bases, 3); /* P_l = k*B + r*H was found in the ring */
    commit_bits(&A, &C, params, s, at->m, msm);
    put_point(record, at->A, &A);
    put_point(record, at->C, &C);
    rr_wipe(&A, sizeof A);
    rr_wipe(&C, sizeof C);
    polynomials(coefficients, s, at->m, ring->count);
    rr_msm_ct(s->products, at->m, coefficients, ring->count, ring->points, ring->count, msm);
    put_blinded(record, at->X, s, at->m, W, true, msm);
    s->nonce[0] = s->alpha_k;
    s->nonce[1] = s->alpha_r;
    if (at->sealed) s->nonce[2] = s->alpha_e;
    put_sum(record, at->R_Q, s->nonce, bases, at->sealed ? 3 : 2);
    put_sum(record, at->R_T, &s->alpha_k, &subject->U, 1);
    if (at->sealed) {
        put_sum(record, at->E, &s->w, &params->B, 1);
        put_blinded(record, at->X_seal, s, at->m, &params->B, false, msm);
        put_sum(record, at->R_E, &s->alpha_e, &params->B, 1);
    }
}

/* Adds value + x*secret to the record. */
static void put_response(uint8_t *record, size_t offset, const rr_scalar *nonce, const rr_scalar *x, const rr_scalar *secret) {
    rr_scalar z = *nonce;
    rr_scalar_muladd(&z, x, secret);
    rr_scalar_encode(record + offset, &z);
}

static void respond(uint8_t *record, const rr_ring_shape *at, witness *s, const rr_scalar *x) {
    for (unsigned j = 0, next = at->f; j < at->m; j++) {
        for (unsigned i = 1; i < RR_RADIX; i++) {
            rr_scalar f;
            rr_scalar_mask(&f, x, s->sigma[j][i]);
            rr_scalar_add(&f, &f, &s->a[j][i]);
            rr_scalar_encode(record + rr_scalar_at(at, next++), &f);
        }
    }
    put_response(record, rr_scalar_at(at, at->z_A), &s->r_A, x, &s->r_B);
    /* z = w x^m + sum rho_t x^t, by Horner's rule */
    rr_scalar z = s->w;
    for (unsigned t = at->m; t-- > 0;) {
        rr_scalar next = s->rho[t];
        rr_scalar_muladd(&next, &z, x);
        z = next;
    }
    rr_scalar_encode(record + rr_scalar_at(at, at->z), &z);
    put_response(record, rr_scalar_at(at, at->z_k), &s->alpha_k, x, &s->k);
    rr_scalar blinding = s->r;
    if (at->sealed) {
        put_response(record, rr_scalar_at(at, at->z_e), &s->alpha_e, x, &s->w);
    } else {
        rr_scalar_add(&blinding, &blinding, &s->w);
    }
    put_response(record, rr_scalar_at(at, at->z_r), &s->alpha_r, x, &blinding);
    rr_wipe(&z, sizeof z);
    rr_wipe(&blinding, sizeof blinding);
}

static rr_status prove(uint8_t *record, const rr_ring_shape *at, const rr_params *params, const rr_subject *subject,
                       const rr_ring *ring, const rr_secret *secret, const rr_fresh *fresh, witness *s, rr_scalar *coefficients,
                       void *msm) {
    rr_kind kind = at->sealed ? RR_SEALED : RR_ANONYMOUS;
    rr_entry_key entry;
    rr_transcript transcript;
    rr_scalar x;
    if (!rr_secret_read(&s->k, &s->r, secret)) return RR_ARGUMENT;
    rr_status status = rr_secret_entry(params, &entry, secret);
    if (status != RR_OK) return status;
    bool found = find_place(&s->l, ring, entry.bytes);
    rr_wipe(&entry, sizeof entry); /* it would name the signer */
    if (!found) return RR_NOT_FOUND;

    rr_record_prefix_write(record, kind, ring->number);
    put_sum(record, at->T, &s->k, &subject->U, 1);
    rr_declassify(record + rr_point_at(at->T), 32); /* the nullifier is published */
    rr_context_ring(&transcript, subject, ring, kind, record + rr_point_at(at->T));
    rr_nonces_init(&s->nonces, &transcript, (const uint8_t *)secret, sizeof *secret, s->l, fresh);
    split_digits(s, at->m);
    draw(s, at->m, at->sealed);

    commit(record, at, params, subject, ring, s, coefficients, msm);
    rr_declassify(record + rr_point_at(1), 32 * (at->points - 1)); /* the commitments are published */
    rr_transcript_absorb(&transcript, "commitments", record + rr_point_at(1), 32 * (at->points - 1));
    if (!rr_challenge(&x, &transcript)) return RR_INVALID;
    respond(record, at, s, &x);
    rr_declassify(record, at->size); /* the responses are published: section 4 shows that they tell nothing */
    return RR_OK;
}

rr_status rr_sign_ring(const rr_params *params, const rr_subject *subject, const rr_ring *ring, uint8_t *record,
                       size_t record_len, rr_kind kind, const rr_secret *secret, const rr_fresh *fresh, void *scratch,
                       size_t scratch_len) {
    if (kind != RR_ANONYMOUS && kind != RR_SEALED) return RR_ARGUMENT;
    if (kind == RR_SEALED && !subject->has_seal_key) return RR_REFUSED;
    rr_ring_shape at = rr_ring_shape_of(kind, ring->m);
    size_t needed = rr_sign_ring_scratch_size(ring->count);
    if (record_len != at.size || scratch_len < needed || !rr_is_aligned(scratch)) return RR_NO_SPACE;

    uint8_t *memory = scratch;
    witness *s = scratch;
    rr_scalar *coefficients = (rr_scalar *)(void *)(memory + round_up(sizeof *s));
    void *msm = memory + round_up(sizeof *s) + coefficients_size(ring->count);
    rr_status status = prove(record, &at, params, subject, ring, secret, fresh, s, coefficients, msm);
    rr_wipe(scratch, needed);
    if (status == RR_OK) {
        /* A fault in memory or arithmetic could otherwise give the key away. */
        rr_claim claim = {.what = RR_CLAIM_RECORD, .record = record, .record_len = record_len, .ring = ring};
        status = rr_verify_var(params, subject, NULL, &claim, scratch, scratch_len);
    }
    if (status != RR_OK) rr_wipe(record, record_len);
    return status;
}
