/* SPDX-License-Identifier: Apache-2.0 */
/* The batch verifier says of every claim what the single verifier says. */
#include "proof_fixture.h"

#define RINGS 3
#ifdef RR_FIELD_25
#define MUTATIONS 2000 /* the slower field; the arithmetic is what differs, and is tested by itself */
#else
#define MUTATIONS 10000
#endif
#define TOGETHER 8
#define ORIGINALS 40

typedef struct original {
    rr_claim claim;
    uint8_t bytes[RR_RECORD_MAX];
} original;

static rr_ring *rings[RINGS];
static original originals[ORIGINALS];
static rr_enrolment enrolment = {.edition = 3, .slot = 1};
static uint8_t sealed_E[32];

static void make_member_record(original *o, const fixture *f, rr_kind kind, unsigned which) {
    static const uint32_t first[RINGS] = {0, 16, 40};
    uint32_t member = first[which % RINGS] + which % 16;
    rr_claim claim = {.what = RR_CLAIM_RECORD};
    if (kind <= RR_SEALED) claim.ring = rings[which % RINGS];
    if (kind == RR_NAMED || kind == RR_STEP_FORWARD) claim.entry = &f->entries[member];
    uint8_t *record = fixture_record(&claim.record_len, f, kind, claim.ring, member);
    memcpy(o->bytes, record, claim.record_len);
    free(record);
    o->claim = claim;
}

static void make_other(original *o, const fixture *f, rr_claim_kind what) {
    rr_claim claim = {.what = what, .trustee = 1, .trustee_key = &f->Y, .size = 12};
    rr_fresh fresh;
    randombytes_buf(fresh.bytes, 32);
    randombytes_buf(claim.leaf.bytes, 32);
    if (what == RR_CLAIM_ENROL) {
        claim.enrolment = &enrolment;
        claim.record_len = RR_ENROL_SLOT_SIZE;
        assert_int_equal(rr_enrol(f->params, o->bytes, &enrolment, &f->secrets[9], &fresh), RR_OK);
    } else if (what == RR_CLAIM_NOTICE) {
        claim.record_len = 64;
        assert_int_equal(rr_notice_sign(f->params, o->bytes, &f->pid, claim.size, &claim.leaf, 1, &f->y, &fresh), RR_OK);
    } else {
        size_t len;
        uint8_t *sealed = fixture_record(&len, f, RR_SEALED, rings[0], 2);
        memcpy(sealed_E, sealed + 38, 32);
        claim.sealed = sealed_E;
        claim.record_len = RR_SHARE_SIZE;
        assert_int_equal(rr_share(f->params, o->bytes, &f->pid, sealed, len, &claim.leaf, 1, &f->y, &fresh), RR_OK);
        free(sealed);
    }
    o->claim = claim;
}

static int set_up(void **state) {
    if (fixture_set_up(state) != 0) return -1;
    const fixture *f = *state;
    rings[0] = fixture_ring(f, 0, 0, 16);
    rings[1] = fixture_ring(f, 1, 16, 17);
    rings[2] = fixture_ring(f, 2, 40, 66);
    enrolment.member.start = "m-1";
    enrolment.member.len = 3;
    for (unsigned i = 0; i < ORIGINALS; i++) {
        switch (i % 10) {
        case 0:
        case 1:
        case 2: make_member_record(&originals[i], f, RR_ANONYMOUS, i); break;
        case 3:
        case 4: make_member_record(&originals[i], f, RR_SEALED, i); break;
        case 5: make_member_record(&originals[i], f, i % 20 < 10 ? RR_NAMED : RR_STEP_FORWARD, i); break;
        case 6: make_member_record(&originals[i], f, RR_WITHDRAW, i); break;
        case 7: make_other(&originals[i], f, RR_CLAIM_ENROL); break;
        case 8: make_other(&originals[i], f, RR_CLAIM_NOTICE); break;
        case 9:
            if (i == 9)
                make_other(&originals[i], f, RR_CLAIM_SHARE);
            else
                originals[i] = originals[9];
            break;
        }
    }
    return 0;
}

static int tear_down(void **state) {
    for (int i = 0; i < RINGS; i++) free(rings[i]);
    return fixture_tear_down(state);
}

/* Changes that mostly keep encodings canonical, so that the equations are what must notice. */
static void mutate(uint8_t *bytes, rr_claim *claim) {
    size_t prefix = claim->what == RR_CLAIM_RECORD ? RR_RECORD_PREFIX : 0, fields = (claim->record_len - prefix) / 32;
    uint8_t *field = bytes + prefix + 32 * randombytes_uniform((uint32_t)fields);
    const original *other = &originals[randombytes_uniform(ORIGINALS)];
    size_t other_prefix = other->claim.what == RR_CLAIM_RECORD ? RR_RECORD_PREFIX : 0;
    switch (randombytes_uniform(8)) {
    case 0: bytes[randombytes_uniform((uint32_t)claim->record_len)] ^= (uint8_t)(1u << randombytes_uniform(8)); break;
    case 1: field[0] ^= (uint8_t)(1u << randombytes_uniform(8)); break;
    case 2: crypto_core_ristretto255_random(field); break;
    case 3: crypto_core_ristretto255_scalar_random(field); break;
    case 4: memcpy(field, other->bytes + other_prefix, 32); break;
    case 5: memcpy(field, bytes + prefix + 32 * randombytes_uniform((uint32_t)fields), 32); break;
    case 6: claim->record_len -= 1 + randombytes_uniform((uint32_t)claim->record_len); break;
    case 7: {
        uint8_t base[32];
        crypto_core_ristretto255_random(base);
        if (crypto_core_ristretto255_add(field, field, base) != 0) memset(field, 0, 32);
        break;
    }
    }
}

static void agrees_on_mutations(void **state) {
    const fixture *f = *state;
    static uint8_t bytes[TOGETHER][RR_RECORD_MAX];
    unsigned invalid = 0, malformed = 0, mutations = 0;
    while (mutations < MUTATIONS) {
        rr_claim claims[TOGETHER];
        rr_status results[TOGETHER], overall = RR_OK;
        for (int i = 0; i < TOGETHER; i++) {
            const original *o = &originals[randombytes_uniform(ORIGINALS)];
            claims[i] = o->claim;
            memcpy(bytes[i], o->bytes, sizeof bytes[i]);
            claims[i].record = bytes[i];
            if (i % 4 != 0) {
                mutate(bytes[i], &claims[i]);
                mutations++;
            }
        }
        rr_status status = fixture_verify_batch(f, results, claims, TOGETHER);
        for (int i = 0; i < TOGETHER; i++) {
            rr_status single = fixture_verify(f, NULL, &claims[i]);
            assert_int_equal(single, results[i]);
            if (single != RR_OK) overall = RR_INVALID;
            invalid += single == RR_INVALID;
            malformed += single == RR_MALFORMED;
            if (i % 4 == 0) assert_int_equal(single, RR_OK);
        }
        assert_int_equal(status, overall);
    }
    /* Both ways of failing were really met. */
    assert_true(invalid > MUTATIONS / 10);
    assert_true(malformed > MUTATIONS / 10);
}

/* More records of one ring than fit one block of the matrices; the bad ones are named, and only they. */
static void names_the_bad_ones(void **state) {
    const fixture *f = *state;
    enum { COUNT = 150 };
    static uint8_t bytes[COUNT][RR_RECORD_MAX];
    static rr_claim claims[COUNT];
    static rr_status results[COUNT];
    for (int i = 0; i < COUNT; i++) {
        const original *o =
            &originals[i < 140 ? i % 3 * 10 : i % 10]; /* three records by three signers again and again, then others */
        claims[i] = o->claim;
        memcpy(bytes[i], o->bytes, sizeof bytes[i]);
        claims[i].record = bytes[i];
    }
    assert_int_equal(fixture_verify_batch(f, results, claims, COUNT), RR_OK);
    for (int round = 0; round < 12; round++) {
        bool bad[COUNT] = {false};
        for (int i = 0; i < round; i++) bad[randombytes_uniform(COUNT)] = true;
        if (round == 11) memset(bad, 1, sizeof bad);
        bool any = false;
        for (int i = 0; i < COUNT; i++) {
            if (bad[i]) bytes[i][claims[i].record_len - 32] ^= 1; /* the last response */
            any |= bad[i];
        }
        assert_int_equal(fixture_verify_batch(f, results, claims, COUNT), any ? RR_INVALID : RR_OK);
        for (int i = 0; i < COUNT; i++) {
            assert_int_equal(results[i], bad[i] ? RR_INVALID : RR_OK);
            if (bad[i]) bytes[i][claims[i].record_len - 32] ^= 1;
        }
    }
}

/* Two changes that cancel out when added must not pass: each equation has its own weight. */
static void changes_do_not_cancel(void **state) {
    const fixture *f = *state;
    uint8_t bytes[2][RR_RECORD_MAX];
    rr_claim claims[2];
    rr_status results[2];
    for (int i = 0; i < 2; i++) {
        claims[i] = originals[0].claim;
        memcpy(bytes[i], originals[0].bytes, sizeof bytes[i]);
        claims[i].record = bytes[i];
    }
    rr_ring_shape at = rr_ring_shape_of(RR_ANONYMOUS, rings[0]->m);
    uint8_t one[32] = {1};
    crypto_core_ristretto255_scalar_add(bytes[0] + rr_scalar_at(&at, at.z_r), bytes[0] + rr_scalar_at(&at, at.z_r), one);
    crypto_core_ristretto255_scalar_sub(bytes[1] + rr_scalar_at(&at, at.z_r), bytes[1] + rr_scalar_at(&at, at.z_r), one);
    assert_int_equal(fixture_verify_batch(f, results, claims, 2), RR_INVALID);
    assert_int_equal(results[0], RR_INVALID);
    assert_int_equal(results[1], RR_INVALID);
}

static void contract(void **state) {
    const fixture *f = *state;
    rr_claim claim = originals[0].claim;
    claim.record = originals[0].bytes;
    rr_status result;
    size_t len = rr_verify_batch_scratch_size(&claim, 1);
    void *scratch = malloc(len);
    assert_int_equal(rr_verify_batch_var(f->params, f->subject, &result, &claim, 0, &fixture_random, scratch, len), RR_OK);
    assert_int_equal(rr_verify_batch_var(f->params, f->subject, &result, &claim, 1, &fixture_random, scratch, len - 1),
                     RR_NO_SPACE);
    assert_int_equal(rr_verify_batch_var(f->params, f->subject, &result, &claim, 1, &fixture_no_random, scratch, len),
                     RR_RANDOM);
    assert_int_equal(result, RR_RANDOM);
    assert_int_equal(
        rr_verify_batch_var(f->params, f->subject, &result, &claim, 1, &fixture_random, (uint8_t *)scratch + 1, len),
        RR_NO_SPACE); /* not aligned */
    free(scratch);
    claim = originals[7].claim; /* an enrolment: what it does not need is not read */
    assert_int_equal(claim.what, RR_CLAIM_ENROL);
    claim.record = originals[7].bytes;
    claim.ring = (const rr_ring *)(uintptr_t)1;
    claim.entry = (const rr_entry_key *)(uintptr_t)1;
    assert_int_equal(fixture_verify_batch(f, &result, &claim, 1), RR_OK);
    assert_int_equal(fixture_verify(f, NULL, &claim), RR_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_on_mutations),
        cmocka_unit_test(names_the_bad_ones),
        cmocka_unit_test(changes_do_not_cancel),
        cmocka_unit_test(contract),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
