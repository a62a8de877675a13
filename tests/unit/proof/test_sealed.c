/* SPDX-License-Identifier: Apache-2.0 */
/* What equations 5 and 6 of PROTOCOL.md section 4 prevent: a prover written by hand, after the text, that can lie where the library's cannot.
 *
 * The liar knows the seal key's secret y, so with W = Y = y*B it holds for every w' that
 *     Q = P_l + w*Y = (k + (w - w')*y)*B + r*H + w'*Y,
 * an opening of Q to another k', with another nullifier.  Equation 2 proves w, equation 3 proves w'; equation 5 binds E to equation 2's, equation 6 to
 * equation 3's, so that with both w = w' and k = k'. */
#include "proof/claim.h"
#include "proof/context.h"
#include "proof_fixture.h"

enum { COUNT = 11, MEMBER = 6, M = 2, GENERATORS = RR_BIT_GENERATORS(M) };

typedef struct liar {
    rr_scalar k, r;     /* what Q is said to open to, and the nullifier comes of */
    rr_scalar w, w3, e; /* the blinding in equation 2, in equation 3, and of E */
} liar;

static rr_scalar fresh_scalar(void) {
    rr_scalar s;
    uint8_t bytes[64];
    randombytes_buf(bytes, sizeof bytes);
    rr_scalar_reduce(&s, bytes);
    return s;
}

static rr_scalar from_bytes(const uint8_t bytes[32]) {
    rr_scalar s;
    assert_true(rr_scalar_decode(&s, bytes));
    return s;
}

static rr_scalar plus(rr_scalar a, rr_scalar b) {
    rr_scalar_add(&a, &a, &b);
    return a;
}

static rr_scalar minus(rr_scalar a, rr_scalar b) {
    rr_scalar_sub(&a, &a, &b);
    return a;
}

static rr_scalar times(rr_scalar a, rr_scalar b) {
    rr_scalar_mul(&a, &a, &b);
    return a;
}

static void put(uint8_t *record, unsigned index, const rr_scalar *scalars, const rr_ge_niels *const *points, size_t count) {
    rr_ge sum;
    rr_msm_small_var(&sum, scalars, points, count);
    rr_ge_encode(record + rr_point_at(index), &sum);
}

static void put_one(uint8_t *record, unsigned index, rr_scalar scalar, const rr_ge_niels *point) {
    put(record, index, &scalar, &point, 1);
}

static unsigned digit(uint32_t i, unsigned j) {
    return i >> (2 * j) & 3;
}

/* A record of kind 2 by hand; free it. */
static uint8_t *sign_by_hand(size_t *len, const fixture *f, const rr_ring *ring, const liar *lie) {
    const rr_ring_shape at = rr_ring_shape_of(RR_SEALED, M);
    const rr_ge_niels *B = &f->params->B, *H = RR_H(f->params), *Y = &f->subject->Y;
    const rr_ge_niels *all[GENERATORS], *opening[] = {B, H, Y};
    rr_scalar a[M][RR_RADIX], in_A[GENERATORS], in_C[GENERATORS], rho[M], x;
    rr_scalar r_A = fresh_scalar(), r_B = fresh_scalar(), alpha_k = fresh_scalar(), alpha_r = fresh_scalar(),
              alpha_e = fresh_scalar();
    const rr_scalar none = RR_SCALAR_ZERO, one = RR_SCALAR_ONE;
    rr_transcript transcript;
    uint8_t *record = calloc(1, at.size);
    assert_non_null(record);
    rr_record_prefix_write(record, RR_SEALED, ring->number);
    put_one(record, at.T, lie->k, &f->subject->U);

    in_A[0] = r_A;
    in_C[0] = r_B;
    all[0] = H;
    for (unsigned j = 0; j < M; j++) {
        rho[j] = fresh_scalar();
        a[j][0] = none;
        for (unsigned i = 1; i < RR_RADIX; i++) {
            a[j][i] = fresh_scalar();
            a[j][0] = minus(a[j][0], a[j][i]);
        }
        for (unsigned i = 0; i < RR_RADIX; i++) {
            bool is = digit(MEMBER, j) == i;
            in_A[RR_G(j, i)] = a[j][i];
            in_A[RR_J(j, i)] = minus(none, times(a[j][i], a[j][i]));
            in_C[RR_G(j, i)] = is ? one : none;
            in_C[RR_J(j, i)] = is ? minus(none, a[j][i]) : a[j][i];
            all[RR_G(j, i)] = &f->params->bits[RR_G(j, i)];
            all[RR_J(j, i)] = &f->params->bits[RR_J(j, i)];
        }
    }
    put(record, at.A, in_A, all, GENERATORS);
    put(record, at.C, in_C, all, GENERATORS);

    /* p_i = (s1*X + a1) * (s0*X + a0), over all 16 indices; those from COUNT on stand for the last entry. */
    const rr_ge_niels *ring_and_Y[17] = {NULL};
    rr_scalar row[M][17];
    for (uint32_t i = 0; i < 16; i++) {
        rr_scalar s0 = digit(i, 0) == digit(MEMBER, 0) ? one : none, s1 = digit(i, 1) == digit(MEMBER, 1) ? one : none;
        rr_scalar a0 = a[0][digit(i, 0)], a1 = a[1][digit(i, 1)];
        row[0][i] = times(a0, a1);
        row[1][i] = plus(times(s0, a1), times(s1, a0));
        ring_and_Y[i] = &ring->points[i < COUNT ? i : COUNT - 1];
    }
    ring_and_Y[16] = Y;
    for (unsigned t = 0; t < M; t++) {
        row[t][16] = rho[t];
        put(record, at.X + t, row[t], ring_and_Y, 17);
        put_one(record, at.X_seal + t, rho[t], B);
    }

    /* Q from the opening that equation 3 proves: it is P_l + w*Y. */
    const rr_scalar opens_to[] = {lie->k, lie->r, lie->w3}, nonces[] = {alpha_k, alpha_r, alpha_e};
    put(record, at.Q, opens_to, opening, 3);
    put(record, at.R_Q, nonces, opening, 3);
    put_one(record, at.R_T, alpha_k, &f->subject->U);
    put_one(record, at.E, lie->e, B);
    put_one(record, at.R_E, alpha_e, B);

    rr_context_ring(&transcript, f->subject, ring, RR_SEALED, record + rr_point_at(at.T));
    rr_transcript_absorb(&transcript, "commitments", record + rr_point_at(1), 32 * (at.points - 1));
    assert_true(rr_challenge(&x, &transcript));
    for (unsigned j = 0, next = at.f; j < M; j++) {
        for (unsigned i = 1; i < RR_RADIX; i++) {
            rr_scalar response = digit(MEMBER, j) == i ? plus(x, a[j][i]) : a[j][i];
            rr_scalar_encode(record + rr_scalar_at(&at, next++), &response);
        }
    }
    const struct {
        unsigned index;
        rr_scalar value;
    } responses[] = {{at.z_A, plus(r_A, times(x, r_B))},
                     {at.z, plus(times(lie->w, times(x, x)), plus(rho[0], times(rho[1], x)))},
                     {at.z_e, plus(alpha_e, times(x, lie->w3))},
                     {at.z_k, plus(alpha_k, times(x, lie->k))},
                     {at.z_r, plus(alpha_r, times(x, lie->r))}};
    for (size_t i = 0; i < sizeof responses / sizeof responses[0]; i++)
        rr_scalar_encode(record + rr_scalar_at(&at, responses[i].index), &responses[i].value);
    *len = at.size;
    return record;
}

static liar honest(const fixture *f) {
    liar lie = {.w = fresh_scalar()};
    lie.w3 = lie.e = lie.w;
    lie.k = from_bytes(f->secrets[MEMBER].k);
    lie.r = from_bytes(f->secrets[MEMBER].r);
    return lie;
}

/* Opens Q to another k, as only who knows y can. */
static liar conspiring(const fixture *f) {
    liar lie = honest(f);
    lie.w3 = fresh_scalar();
    lie.k = plus(lie.k, times(minus(lie.w, lie.w3), from_bytes(f->y.y)));
    return lie;
}

/* All equations but those of `failures` hold, and single and batch verification refuse the record.  Is T the signer's, and would the trustees read the
 * signer's entry? */
static void try(const fixture *f, const liar *lie, uint32_t failures, bool own_nullifier, bool own_entry) {
    rr_ring *ring = fixture_ring(f, 3, 0, COUNT);
    rr_claim claim = {.what = RR_CLAIM_RECORD, .ring = ring};
    uint8_t *record = sign_by_hand(&claim.record_len, f, ring, lie), share[32], point[32];
    const rr_ring_shape at = rr_ring_shape_of(RR_SEALED, M);
    rr_status expected = failures == 0 ? RR_OK : RR_INVALID, batch;
    rr_nullifier nullifier;
    uint32_t failed = 0;
    claim.record = record;
    assert_int_equal(fixture_verify(f, &failed, &claim), expected);
    assert_int_equal(failed, failures);
    assert_int_equal(fixture_verify_batch(f, &batch, &claim, 1), expected);
    assert_int_equal(batch, expected);
    assert_int_equal(rr_secret_nullifier(f->subject, &nullifier, &f->secrets[MEMBER]), RR_OK);
    assert_int_equal(memcmp(nullifier.bytes, record + rr_point_at(at.T), 32) == 0, own_nullifier);
    assert_int_equal(crypto_scalarmult_ristretto255(share, f->y.y, record + rr_point_at(at.E)), 0);
    assert_int_equal(crypto_core_ristretto255_sub(point, record + rr_point_at(at.Q), share), 0);
    assert_int_equal(memcmp(point, f->entries[MEMBER].bytes, 32) == 0, own_entry);
    free(record);
    free(ring);
}

static void by_hand(void **state) {
    const fixture *f = *state;
    const liar lie = honest(f);
    try(f, &lie, 0, true, true);
}

/* Without the trustees' help a signer cannot open Q otherwise, so that E alone could lie: each of the two equations prevents it. */
static void sealing_something_else(void **state) {
    const fixture *f = *state;
    liar lie = honest(f);
    lie.e = fresh_scalar();
    try(f, &lie, 1u << 4 | 1u << 5, true, false);
}

/* E as equation 6 wants it: a second nullifier, and what is sealed is no entry of the ring. */
static void signing_twice_but_for_equation_5(void **state) {
    const fixture *f = *state;
    liar lie = conspiring(f);
    lie.e = lie.w3;
    try(f, &lie, 1u << 4, false, false);
}

/* E as equation 5 wants it: a second nullifier, behind which the signer's own entry is sealed once more. */
static void signing_twice_but_for_equation_6(void **state) {
    const fixture *f = *state;
    const liar lie = conspiring(f);
    try(f, &lie, 1u << 5, false, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(sealing_something_else),
        cmocka_unit_test(signing_twice_but_for_equation_5),
        cmocka_unit_test(signing_twice_but_for_equation_6),
    };
    return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
