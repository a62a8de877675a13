/* SPDX-License-Identifier: Apache-2.0 */
#include "proof_fixture.h"

static int fill(void *context, uint8_t *out, size_t len) {
    (void)context;
    randombytes_buf(out, len);
    return 0;
}

static int refuse(void *context, uint8_t *out, size_t len) {
    (void)context, (void)out, (void)len;
    return -1;
}

const rr_random fixture_random = {fill, NULL};
const rr_random fixture_no_random = {refuse, NULL};

static void *allocate(size_t size) {
    void *memory = malloc(size == 0 ? 1 : size);
    assert_non_null(memory);
    return memory;
}

int fixture_set_up(void **state) {
    if (sodium_init() < 0) return -1;
    fixture *f = allocate(sizeof *f);
    assert_int_equal(rr_params_init(&f->params, allocate(rr_params_size()), rr_params_size()), RR_OK);
    randombytes_buf(f->pid.bytes, sizeof f->pid.bytes);
    rr_secret seal;
    assert_int_equal(rr_secret_new(&seal, &fixture_random), RR_OK);
    memcpy(f->y.y, seal.k, 32);
    assert_int_equal(crypto_scalarmult_ristretto255_base(f->Y.bytes, f->y.y), 0);
    assert_int_equal(rr_subject_init(&f->subject, allocate(rr_subject_size()), rr_subject_size(), &f->pid, &f->Y), RR_OK);
    assert_int_equal(rr_subject_init(&f->without_seal, allocate(rr_subject_size()), rr_subject_size(), &f->pid, NULL), RR_OK);
    for (int i = 0; i < FIXTURE_MEMBERS; i++) {
        assert_int_equal(rr_secret_new(&f->secrets[i], &fixture_random), RR_OK);
        if (i % 5 == 4) memset(f->secrets[i].r, 0, 32); /* as of an Ed25519 key */
        assert_int_equal(rr_secret_entry(f->params, &f->entries[i], &f->secrets[i]), RR_OK);
    }
    *state = f;
    return 0;
}

int fixture_tear_down(void **state) {
    fixture *f = *state;
    free(f->params);
    free(f->subject);
    free(f->without_seal);
    free(f);
    return 0;
}

rr_ring *fixture_ring(const fixture *f, uint32_t number, uint32_t first, uint32_t count) {
    rr_ring *ring;
    assert_true(first + count <= FIXTURE_MEMBERS);
    assert_int_equal(
        rr_ring_init(&ring, NULL, allocate(rr_ring_size(count)), rr_ring_size(count), number, f->entries + first, count),
        RR_OK);
    return ring;
}

uint8_t *fixture_record(size_t *len, const fixture *f, rr_kind kind, const rr_ring *ring, uint32_t member) {
    rr_fresh fresh;
    rr_status status;
    randombytes_buf(fresh.bytes, sizeof fresh.bytes);
    *len = kind == RR_WITHDRAW ? RR_WITHDRAW_SIZE
           : kind >= RR_NAMED  ? RR_PLAIN_SIZE
                               : rr_ring_record_size(kind, rr_ring_count(ring));
    uint8_t *record = allocate(*len);
    if (kind == RR_WITHDRAW) {
        status = rr_withdraw(f->params, f->subject, record, &f->secrets[member], &fresh);
    } else if (kind >= RR_NAMED) {
        status = rr_sign_plain(f->params, f->subject, record, kind, member, &f->entries[member], &f->secrets[member], &fresh);
    } else {
        size_t scratch_len = rr_sign_ring_scratch_size(rr_ring_count(ring));
        void *scratch = allocate(scratch_len);
        status =
            rr_sign_ring(f->params, f->subject, ring, record, *len, kind, &f->secrets[member], &fresh, scratch, scratch_len);
        free(scratch);
    }
    assert_int_equal(status, RR_OK);
    return record;
}

rr_status fixture_verify(const fixture *f, uint32_t *failed, const rr_claim *claim) {
    size_t len = rr_verify_scratch_size(claim);
    void *scratch = allocate(len);
    rr_status status = rr_verify_var(f->params, f->subject, failed, claim, scratch, len);
    free(scratch);
    return status;
}

rr_status fixture_verify_batch(const fixture *f, rr_status *results, const rr_claim *claims, size_t count) {
    size_t len = rr_verify_batch_scratch_size(claims, count);
    void *scratch = allocate(len);
    rr_status status = rr_verify_batch_var(f->params, f->subject, results, claims, count, &fixture_random, scratch, len);
    free(scratch);
    return status;
}
