/* SPDX-License-Identifier: Apache-2.0 */
/* Signing in rings of every shape; what is refused, and why. */
#include "base/bytes.h"
#include "proof_fixture.h"

static void signs_at_every_place(void **state) {
    const fixture *f = *state;
    static const uint32_t counts[] = {1, 2, 3, 4, 5, 15, 16, 17, 18, 63, 64, 65, 255, 256, 257};
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        rr_ring *ring = fixture_ring(f, 7, 0, counts[c]);
        for (rr_kind kind = RR_ANONYMOUS; kind <= RR_SEALED; kind++) {
            uint32_t places[4] = {0, counts[c] / 2, counts[c] - 1, counts[c] >= 2 ? counts[c] - 2 : 0};
            for (int p = 0; p < 4; p++) {
                rr_claim claim = {.what = RR_CLAIM_RECORD, .ring = ring};
                uint8_t *record = fixture_record(&claim.record_len, f, kind, ring, places[p]);
                rr_nullifier nullifier;
                rr_status batch;
                claim.record = record;
                assert_int_equal(fixture_verify(f, NULL, &claim), RR_OK);
                assert_int_equal(fixture_verify_batch(f, &batch, &claim, 1), RR_OK);
                assert_int_equal(rr_secret_nullifier(f->subject, &nullifier, &f->secrets[places[p]]), RR_OK);
                assert_memory_equal(record + 6, nullifier.bytes, 32);
                free(record);
            }
        }
        free(ring);
    }
}

/* The sizes of the table in section 4, for every m. */
static void record_sizes(void **state) {
    (void)state;
    static const struct {
        uint32_t count, m;
    } rings[] = {{1, 2},   {16, 2},   {17, 3},   {64, 3},   {65, 4},    {256, 4},
                 {257, 5}, {1024, 5}, {1025, 6}, {4097, 7}, {16385, 8}, {RR_RING_MAX, 8}};
    for (size_t i = 0; i < sizeof rings / sizeof rings[0]; i++) {
        assert_int_equal(rr_ring_digits(rings[i].count), rings[i].m);
        assert_int_equal(rr_ring_record_size(RR_ANONYMOUS, rings[i].count), 6 + 32 * (4 * rings[i].m + 10));
        assert_int_equal(rr_ring_record_size(RR_SEALED, rings[i].count), 6 + 32 * (5 * rings[i].m + 13));
    }
    assert_int_equal(rr_ring_record_size(RR_SEALED, RR_RING_MAX), RR_RECORD_MAX);
    assert_int_equal(rr_ring_record_size(RR_NAMED, 16), 0);
}

static void the_signer_must_be_in_the_ring(void **state) {
    const fixture *f = *state;
    rr_ring *ring = fixture_ring(f, 0, 0, 20);
    size_t len = rr_ring_record_size(RR_ANONYMOUS, 20), scratch_len = rr_sign_ring_scratch_size(20);
    uint8_t *record = calloc(1, len);
    void *scratch = malloc(scratch_len);
    rr_fresh fresh = {{0}};
    rr_secret secret = f->secrets[20];
    assert_int_equal(
        rr_sign_ring(f->params, f->subject, ring, record, len, RR_ANONYMOUS, &secret, &fresh, scratch, scratch_len),
        RR_NOT_FOUND);
    secret = f->secrets[3];
    assert_int_equal(
        rr_sign_ring(f->params, f->subject, ring, record, len - 1, RR_ANONYMOUS, &secret, &fresh, scratch, scratch_len),
        RR_NO_SPACE);
    assert_int_equal(
        rr_sign_ring(f->params, f->subject, ring, record, len, RR_ANONYMOUS, &secret, &fresh, scratch, scratch_len - 1),
        RR_NO_SPACE);
    assert_int_equal(rr_sign_ring(f->params, f->subject, ring, record, len, RR_NAMED, &secret, &fresh, scratch, scratch_len),
                     RR_ARGUMENT);
    assert_int_equal(
        rr_sign_ring(f->params, f->without_seal, ring, record, len, RR_SEALED, &secret, &fresh, scratch, scratch_len),
        RR_REFUSED);
    memset(secret.k, 0, 32);
    assert_int_equal(
        rr_sign_ring(f->params, f->subject, ring, record, len, RR_ANONYMOUS, &secret, &fresh, scratch, scratch_len),
        RR_ARGUMENT);
    memset(secret.k, 0xff, 32);
    assert_int_equal(
        rr_sign_ring(f->params, f->subject, ring, record, len, RR_ANONYMOUS, &secret, &fresh, scratch, scratch_len),
        RR_ARGUMENT);
    for (size_t i = 0; i < len; i++) assert_int_equal(record[i], 0); /* nothing is let out */
    free(record);
    free(scratch);
    free(ring);
}

static void the_scratch_keeps_nothing(void **state) {
    const fixture *f = *state;
    rr_ring *ring = fixture_ring(f, 0, 0, 70);
    size_t len = rr_ring_record_size(RR_SEALED, 70), scratch_len = rr_sign_ring_scratch_size(70);
    uint8_t record[RR_RECORD_MAX], *scratch = malloc(scratch_len);
    rr_fresh fresh = {{0}};
    const rr_secret *secret = &f->secrets[5];
    assert_int_equal(rr_sign_ring(f->params, f->subject, ring, record, len, RR_SEALED, secret, &fresh, scratch, scratch_len),
                     RR_OK);
    for (size_t i = 0; i + 32 <= scratch_len; i++) {
        assert_true(memcmp(scratch + i, secret->k, 32) != 0);
        assert_true(memcmp(scratch + i, secret->r, 32) != 0);
    }
    free(scratch);
    free(ring);
}

/* A record says which ring, kind and petition it is for; under any other it is refused. */
static void other_circumstances(void **state) {
    const fixture *f = *state;
    rr_ring *ring = fixture_ring(f, 3, 0, 20), *renumbered = fixture_ring(f, 4, 0, 20), *shifted = fixture_ring(f, 3, 1, 20),
            *smaller = fixture_ring(f, 3, 0, 19), *larger = fixture_ring(f, 3, 0, 65);
    rr_claim claim = {.what = RR_CLAIM_RECORD, .ring = ring};
    uint32_t failed;
    uint8_t *record = fixture_record(&claim.record_len, f, RR_SEALED, ring, 4);
    claim.record = record;
    assert_int_equal(fixture_verify(f, NULL, &claim), RR_OK);
    claim.ring = shifted;
    assert_int_equal(fixture_verify(f, &failed, &claim), RR_INVALID);
    claim.ring = smaller;
    assert_int_equal(fixture_verify(f, &failed, &claim), RR_INVALID);
    claim.ring = renumbered;
    assert_int_equal(fixture_verify(f, &failed, &claim), RR_MALFORMED);
    rr_store32_le(record + 2, 4); /* renumbered along: the context differs */
    assert_int_equal(fixture_verify(f, &failed, &claim), RR_INVALID);
    rr_store32_le(record + 2, 3);
    claim.ring = larger;
    assert_int_equal(fixture_verify(f, &failed, &claim), RR_MALFORMED); /* another m, another size */
    claim.ring = NULL;
    assert_int_equal(fixture_verify(f, &failed, &claim), RR_ARGUMENT);
    claim.ring = ring;
    fixture other = *f;
    other.subject = f->without_seal;
    assert_int_equal(fixture_verify(&other, &failed, &claim), RR_REFUSED);
    rr_pid pid = f->pid;
    pid.bytes[31] ^= 1;
    void *memory = malloc(rr_subject_size());
    assert_int_equal(rr_subject_init(&other.subject, memory, rr_subject_size(), &pid, &f->Y), RR_OK);
    assert_int_equal(fixture_verify(&other, &failed, &claim), RR_INVALID);
    free(memory);
    free(record);
    free(ring);
    free(renumbered);
    free(shifted);
    free(smaller);
    free(larger);
}

/* Encodings: the identity, other non-canonical points and scalars, lengths, versions. */
static void encodings(void **state) {
    const fixture *f = *state;
    rr_ring *ring = fixture_ring(f, 0, 0, 17);
    rr_claim claim = {.what = RR_CLAIM_RECORD, .ring = ring};
    for (rr_kind kind = RR_ANONYMOUS; kind <= RR_SEALED; kind++) {
        rr_ring_shape at = rr_ring_shape_of(kind, 3);
        uint8_t *record = fixture_record(&claim.record_len, f, kind, ring, 16), saved[32];
        claim.record = record;
        for (unsigned i = 0; i < at.points + at.scalars; i++) {
            memcpy(saved, record + rr_point_at(i), 32);
            if (i < at.points)
                memset(record + rr_point_at(i), 0, 32);
            else
                record[rr_point_at(i) + 31] |= 0xe0; /* at or above q */
            assert_int_equal(fixture_verify(f, NULL, &claim), RR_MALFORMED);
            memset(record + rr_point_at(i), 0xff, 32);
            assert_int_equal(fixture_verify(f, NULL, &claim), RR_MALFORMED);
            memcpy(record + rr_point_at(i), saved, 32);
        }
        record[0] = 2;
        assert_int_equal(fixture_verify(f, NULL, &claim), RR_MALFORMED);
        record[0] = 1;
        size_t whole = claim.record_len;
        for (claim.record_len = 0; claim.record_len < whole; claim.record_len++) {
            assert_int_equal(fixture_verify(f, NULL, &claim), RR_MALFORMED);
        }
        uint8_t longer[RR_RECORD_MAX + 1];
        memcpy(longer, record, whole);
        claim.record = longer;
        claim.record_len = whole + 1;
        assert_int_equal(fixture_verify(f, NULL, &claim), RR_MALFORMED);
        free(record);
    }
    free(ring);
}

/* m = 8, the most: a ring of points of which the test knows one key. */
static void the_longest_record(void **state) {
    const fixture *f = *state;
    enum { COUNT = 16385, PLACE = 16383 };
    rr_entry_key *keys = malloc(COUNT * sizeof *keys);
    size_t ring_len = rr_ring_size(COUNT), scratch_len = rr_sign_ring_scratch_size(COUNT);
    void *memory = malloc(ring_len), *scratch = malloc(scratch_len);
    uint8_t record[RR_RECORD_MAX];
    rr_ring *ring;
    rr_fresh fresh;
    rr_status batch;
    for (int i = 0; i < COUNT; i++) crypto_core_ristretto255_random(keys[i].bytes);
    keys[PLACE] = f->entries[0];
    randombytes_buf(fresh.bytes, sizeof fresh.bytes);
    assert_int_equal(rr_ring_init(&ring, NULL, memory, ring_len, 9, keys, COUNT), RR_OK);
    assert_int_equal(rr_ring_record_size(RR_SEALED, COUNT), sizeof record);
    assert_int_equal(rr_sign_ring(f->params, f->subject, ring, record, sizeof record, RR_SEALED, &f->secrets[0], &fresh,
                                  scratch, scratch_len),
                     RR_OK);
    rr_claim claim = {.what = RR_CLAIM_RECORD, .record = record, .record_len = sizeof record, .ring = ring};
    assert_int_equal(fixture_verify_batch(f, &batch, &claim, 1), RR_OK);
    record[sizeof record - 32] ^= 1;
    assert_int_equal(fixture_verify_batch(f, &batch, &claim, 1), RR_INVALID);
    free(scratch);
    free(memory);
    free(keys);
}

static void bad_rings(void **state) {
    const fixture *f = *state;
    rr_entry_key keys[3] = {f->entries[0], f->entries[1], f->entries[2]};
    size_t len = rr_ring_size(3);
    void *memory = malloc(len);
    rr_ring *ring;
    uint32_t bad = 99;
    assert_int_equal(rr_ring_init(&ring, &bad, memory, len - 1, 0, keys, 3), RR_NO_SPACE);
    assert_int_equal(rr_ring_init(&ring, &bad, memory, len, 0, keys, 0), RR_ARGUMENT);
    assert_int_equal(rr_ring_init(&ring, &bad, memory, SIZE_MAX, 0, keys, RR_RING_MAX + 1), RR_ARGUMENT);
    memset(keys[1].bytes, 0, 32);
    assert_int_equal(rr_ring_init(&ring, &bad, memory, len, 0, keys, 3), RR_MALFORMED);
    assert_int_equal(bad, 1);
    free(memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signs_at_every_place),
        cmocka_unit_test(record_sizes),
        cmocka_unit_test(the_signer_must_be_in_the_ring),
        cmocka_unit_test(the_scratch_keeps_nothing),
        cmocka_unit_test(other_circumstances),
        cmocka_unit_test(encodings),
        cmocka_unit_test(the_longest_record),
        cmocka_unit_test(bad_rings),
    };
    return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
