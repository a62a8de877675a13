/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, proofs outside rings, shares and what they open, answers. */
#include "base/bytes.h"
#include "proof_fixture.h"

static void named_and_withdrawn(void **state) {
    const fixture *f = *state;
    for (rr_kind kind = RR_NAMED; kind <= RR_WITHDRAW; kind++) {
        rr_claim claim = {.what = RR_CLAIM_RECORD, .entry = kind == RR_WITHDRAW ? NULL : &f->entries[8]};
        uint8_t *record = fixture_record(&claim.record_len, f, kind, NULL, 8);
        uint32_t failed;
        claim.record = record;
        assert_int_equal(fixture_verify(f, NULL, &claim), RR_OK);
        rr_store32_le(record + 2, 9);
        assert_int_equal(fixture_verify(f, &failed, &claim), kind == RR_WITHDRAW ? RR_MALFORMED : RR_INVALID);
        rr_store32_le(record + 2, kind == RR_WITHDRAW ? 0 : 8);
        record[1] = kind == RR_NAMED ? RR_STEP_FORWARD : kind == RR_STEP_FORWARD ? RR_NAMED : RR_WITHDRAW;
        assert_int_equal(fixture_verify(f, NULL, &claim), kind == RR_WITHDRAW ? RR_OK : RR_INVALID);
        record[1] = (uint8_t)kind;
        record[0] = 2;
        assert_int_equal(fixture_verify(f, NULL, &claim), RR_MALFORMED);
        record[0] = 1;
        claim.entry = &f->entries[9];
        assert_int_equal(fixture_verify(f, NULL, &claim), kind == RR_WITHDRAW ? RR_OK : RR_INVALID);
        claim.entry = NULL;
        assert_int_equal(fixture_verify(f, NULL, &claim), kind == RR_WITHDRAW ? RR_OK : RR_ARGUMENT);
        free(record);
    }
}

/* Bit 0 is the check that the key opens the entry, bit 1 that it makes the nullifier. */
static void each_check_alone(void **state) {
    const fixture *f = *state;
    rr_claim claim = {.what = RR_CLAIM_RECORD, .entry = &f->entries[8]};
    uint8_t *record = fixture_record(&claim.record_len, f, RR_NAMED, NULL, 8);
    uint32_t failed;
    claim.record = record;
    record[6 + 96 + 32] ^= 1; /* z_r: only the entry's equation has it */
    assert_int_equal(fixture_verify(f, &failed, &claim), RR_INVALID);
    assert_int_equal(failed, 1);
    record[6 + 96 + 32] ^= 1;
    record[6 + 96] ^= 1; /* z_k: both have it */
    assert_int_equal(fixture_verify(f, &failed, &claim), RR_INVALID);
    assert_int_equal(failed, 3);
    free(record);
}

/* The same response, written as z + q, is another encoding of the same proof, and is refused. */
static void responses_are_canonical(void **state) {
    const fixture *f = *state;
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                      0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                      0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
    for (rr_kind kind = RR_NAMED; kind <= RR_WITHDRAW; kind++) {
        rr_claim claim = {.what = RR_CLAIM_RECORD, .entry = &f->entries[8]};
        uint8_t *record = fixture_record(&claim.record_len, f, kind, NULL, 8);
        claim.record = record;
        assert_int_equal(fixture_verify(f, NULL, &claim), RR_OK);
        sodium_add(record + claim.record_len - 32, order, sizeof order);
        assert_int_equal(fixture_verify(f, NULL, &claim), RR_MALFORMED);
        free(record);
    }
}

static void only_the_own_entry(void **state) {
    const fixture *f = *state;
    uint8_t record[RR_PLAIN_SIZE] = {0};
    rr_fresh fresh = {{0}};
    rr_secret bad = f->secrets[1];
    assert_int_equal(rr_sign_plain(f->params, f->subject, record, RR_NAMED, 2, &f->entries[2], &bad, &fresh), RR_NOT_FOUND);
    assert_int_equal(rr_sign_plain(f->params, f->subject, record, RR_SEALED, 1, &f->entries[1], &bad, &fresh), RR_ARGUMENT);
    memset(bad.r, 0xff, 32);
    assert_int_equal(rr_sign_plain(f->params, f->subject, record, RR_NAMED, 1, &f->entries[1], &bad, &fresh), RR_ARGUMENT);
    assert_int_equal(rr_withdraw(f->params, f->subject, record, &bad, &fresh), RR_ARGUMENT);
}

static void enrolment(void **state) {
    const fixture *f = *state;
    uint8_t slot[RR_ENROL_SLOT_SIZE];
    rr_fresh fresh = {{7}};
    rr_enrolment about = {.edition = 2, .member = {"anna", 4}, .slot = 3}, other;
    rr_claim claim = {.what = RR_CLAIM_ENROL, .record = slot, .record_len = sizeof slot, .enrolment = &about};
    assert_int_equal(rr_enrol(f->params, slot, &about, &f->secrets[0], &fresh), RR_OK);
    assert_memory_equal(slot, f->entries[0].bytes, 32);
    assert_int_equal(rr_verify_var(f->params, NULL, NULL, &claim, NULL, 0), RR_OK);
    claim.enrolment = &other;
    other = about, other.edition = 1;
    assert_int_equal(fixture_verify(f, NULL, &claim), RR_INVALID);
    other = about, other.slot = 0;
    assert_int_equal(fixture_verify(f, NULL, &claim), RR_INVALID);
    other = about, other.member.len = 3;
    assert_int_equal(fixture_verify(f, NULL, &claim), RR_INVALID);
    other = about, other.roll_id.bytes[0] ^= 1;
    assert_int_equal(fixture_verify(f, NULL, &claim), RR_INVALID);
    claim.enrolment = NULL;
    assert_int_equal(fixture_verify(f, NULL, &claim), RR_ARGUMENT);
}

/* Shamir's scheme over 5 trustees with threshold 3, the seal key at 0. */
static void shares_open(void **state) {
    const fixture *f = *state;
    enum { N = 5, T = 3 };
    uint8_t coefficients[T][32], shares[N + 1][RR_SHARE_SIZE];
    rr_trustee_secret y[N + 1];
    rr_seal_key Y[N + 1];
    memcpy(coefficients[0], f->y.y, 32);
    for (int i = 1; i < T; i++) crypto_core_ristretto255_scalar_random(coefficients[i]);
    for (uint8_t j = 0; j <= N; j++) {
        uint8_t at[32] = {j};
        memset(y[j].y, 0, 32);
        for (int i = T - 1; i >= 0; i--) {
            crypto_core_ristretto255_scalar_mul(y[j].y, y[j].y, at);
            crypto_core_ristretto255_scalar_add(y[j].y, y[j].y, coefficients[i]);
        }
        assert_int_equal(crypto_scalarmult_ristretto255_base(Y[j].bytes, y[j].y), 0);
    }
    assert_memory_equal(Y[0].bytes, f->Y.bytes, 32);
    assert_int_equal(rr_seal_keys_check_var(f->params, &Y[0], &Y[1], N, T), RR_OK);
    assert_int_equal(rr_seal_keys_check_var(f->params, &Y[0], &Y[1], N, T - 1), RR_INVALID);
    assert_int_equal(rr_seal_keys_check_var(f->params, &Y[0], &Y[1], N, N), RR_OK);
    assert_int_equal(rr_seal_keys_check_var(f->params, &Y[0], &Y[1], N, N + 1), RR_ARGUMENT);
    assert_int_equal(rr_seal_keys_check_var(f->params, &Y[0], &Y[1], N, 1), RR_ARGUMENT);
    rr_seal_key swapped[N] = {Y[2], Y[1], Y[3], Y[4], Y[5]};
    assert_int_equal(rr_seal_keys_check_var(f->params, &Y[0], swapped, N, T), RR_INVALID);
    assert_int_equal(rr_seal_keys_check_var(f->params, &Y[1], &Y[1], N, T), RR_INVALID);
    swapped[4].bytes[31] |= 0x80;
    assert_int_equal(rr_seal_keys_check_var(f->params, &Y[0], swapped, N, T), RR_MALFORMED);

    rr_ring *ring = fixture_ring(f, 0, 0, 30);
    size_t len;
    uint8_t *record = fixture_record(&len, f, RR_SEALED, ring, 11);
    rr_hash leaf = {{5}};
    for (uint8_t j = 1; j <= N; j++) {
        rr_fresh fresh = {{j}};
        rr_claim claim = {.what = RR_CLAIM_SHARE,
                          .record = shares[j],
                          .record_len = RR_SHARE_SIZE,
                          .leaf = leaf,
                          .sealed = record + 38,
                          .trustee = j,
                          .trustee_key = &Y[j]};
        assert_int_equal(rr_share(f->params, shares[j], &f->pid, record, len, &leaf, j, &y[j], &fresh), RR_OK);
        assert_int_equal(fixture_verify(f, NULL, &claim), RR_OK);
        uint32_t failed;
        claim.trustee = j + 1u;
        assert_int_equal(fixture_verify(f, &failed, &claim), RR_INVALID);
        claim.trustee = j;
        claim.trustee_key = &Y[0];
        assert_int_equal(fixture_verify(f, &failed, &claim), RR_INVALID);
        claim.trustee_key = &Y[j];
        claim.leaf.bytes[0] ^= 1;
        assert_int_equal(fixture_verify(f, &failed, &claim), RR_INVALID);
        claim.leaf.bytes[0] ^= 1;
        claim.sealed = record + 70; /* Q instead of E */
        assert_int_equal(fixture_verify(f, &failed, &claim), RR_INVALID);
    }
    static const uint8_t sets[][T] = {{1, 2, 3}, {5, 3, 1}, {2, 4, 5}};
    for (size_t s = 0; s < sizeof sets / sizeof sets[0]; s++) {
        const uint8_t *parts[T] = {shares[sets[s][0]], shares[sets[s][1]], shares[sets[s][2]]};
        rr_entry_key entry;
        assert_int_equal(rr_open_var(f->params, &entry, record, len, sets[s], parts, T), RR_OK);
        assert_memory_equal(entry.bytes, f->entries[11].bytes, 32);
        assert_int_equal(rr_open_var(f->params, &entry, record, len, sets[s], parts, T - 1), RR_OK);
        assert_memory_not_equal(entry.bytes, f->entries[11].bytes, 32); /* too few open something else */
        static const uint8_t twice[T] = {1, 2, 1}, zero[T] = {0, 1, 2};
        assert_int_equal(rr_open_var(f->params, &entry, record, len, twice, parts, T), RR_ARGUMENT);
        assert_int_equal(rr_open_var(f->params, &entry, record, len, zero, parts, T), RR_ARGUMENT);
        assert_int_equal(rr_open_var(f->params, &entry, record, 40, sets[s], parts, T), RR_MALFORMED);
    }
    rr_fresh fresh = {{0}};
    rr_trustee_secret zero = {{0}};
    assert_int_equal(rr_share(f->params, shares[0], &f->pid, record, len, &leaf, 0, &y[1], &fresh), RR_ARGUMENT);
    assert_int_equal(rr_share(f->params, shares[0], &f->pid, record, len, &leaf, 1, &zero, &fresh), RR_ARGUMENT);
    assert_int_equal(rr_share(f->params, shares[0], &f->pid, record, 60, &leaf, 1, &y[1], &fresh), RR_MALFORMED);
    record[1] = RR_ANONYMOUS;
    assert_int_equal(rr_share(f->params, shares[0], &f->pid, record, len, &leaf, 1, &y[1], &fresh), RR_MALFORMED);
    free(record);
    free(ring);
}

static void answers(void **state) {
    (void)state;
    uint8_t answer[RR_ANSWER_SIZE], record[RR_ANSWER_SIZE];
    const uint8_t *found;
    size_t len;
    randombytes_buf(answer, sizeof answer);
    randombytes_buf(record, sizeof record);
    assert_int_equal(rr_answer_pack(answer, record, 2046), RR_OK);
    assert_int_equal(rr_answer_unpack(&found, &len, answer, sizeof answer), RR_OK);
    assert_int_equal(len, 2046);
    assert_memory_equal(found, record, len);
    assert_int_equal(rr_answer_pack(answer, record, 2047), RR_NO_SPACE);
    assert_int_equal(rr_answer_pack(answer, NULL, 0), RR_OK);
    assert_int_equal(rr_answer_unpack(&found, &len, answer, sizeof answer), RR_OK);
    assert_int_equal(len, 0);
    rr_store16_le(answer, 2047);
    assert_int_equal(rr_answer_unpack(&found, &len, answer, sizeof answer), RR_MALFORMED);
    assert_int_equal(rr_answer_unpack(&found, &len, answer, sizeof answer - 1), RR_MALFORMED);
    assert_int_equal(rr_answer_unpack(&found, &len, answer, sizeof answer + 1), RR_MALFORMED);
}

static void record_heads(void **state) {
    (void)state;
    uint8_t leaf[38] = {1, RR_CLOSE, 1, 2, 3, 4, 9};
    rr_record_head head;
    assert_int_equal(rr_record_head_read(&head, leaf, sizeof leaf), RR_OK);
    assert_int_equal(head.kind, RR_CLOSE);
    assert_int_equal(head.number, 0x04030201);
    assert_int_equal(head.bytes[0], 9);
    assert_int_equal(rr_record_head_read(&head, leaf, 37), RR_MALFORMED);
    leaf[1] = 9;
    assert_int_equal(rr_record_head_read(&head, leaf, sizeof leaf), RR_MALFORMED);
    leaf[1] = RR_CLOSE, leaf[0] = 0;
    assert_int_equal(rr_record_head_read(&head, leaf, sizeof leaf), RR_MALFORMED);
}

static void keys(void **state) {
    const fixture *f = *state;
    rr_secret secret;
    rr_entry_key entry, imported;
    uint8_t seed[32], public_key[32], secret_key[64];
    const char *why;
    assert_int_equal(rr_secret_new(&secret, &fixture_no_random), RR_RANDOM);
    randombytes_buf(seed, sizeof seed);
    crypto_sign_seed_keypair(public_key, secret_key, seed);
    rr_secret_from_ed25519_seed(&secret, seed);
    assert_int_equal(rr_secret_entry(f->params, &entry, &secret), RR_OK);
    assert_int_equal(rr_entry_from_ed25519_var(&imported, &why, public_key), RR_OK);
    assert_null(why);
    assert_memory_equal(entry.bytes, imported.bytes, 32);
    assert_int_equal(rr_ed25519_key_check_var(public_key), RR_OK);
    memset(secret.k, 0, 32);
    assert_int_equal(rr_secret_entry(f->params, &entry, &secret), RR_ARGUMENT);
    assert_int_equal(rr_secret_nullifier(f->subject, (rr_nullifier *)&entry, &secret), RR_ARGUMENT);
    static const uint8_t identity[32] = {0};
    assert_int_equal(rr_point_check_var(identity), RR_MALFORMED);
    assert_int_equal(rr_point_check_var(f->Y.bytes), RR_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(named_and_withdrawn),
        cmocka_unit_test(each_check_alone),
        cmocka_unit_test(only_the_own_entry),
        cmocka_unit_test(responses_are_canonical),
        cmocka_unit_test(enrolment),
        cmocka_unit_test(shares_open),
        cmocka_unit_test(answers),
        cmocka_unit_test(record_heads),
        cmocka_unit_test(keys),
    };
    return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
