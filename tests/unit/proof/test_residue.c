/* SPDX-License-Identifier: Apache-2.0 */
/* What signing leaves on the stack: not the key, and not the nonce, which with the record gives the key. */
#include <pthread.h>

#include "proof/claim.h"
#include "proof_fixture.h"

#define STACK (1 << 20)
#define RING 40
#define MEMBER 17

typedef struct call {
    const fixture *f;
    rr_kind kind;
    rr_ring *ring;
    uint8_t record[RR_RECORD_MAX];
    size_t record_len;
    void *scratch;
    size_t scratch_len;
    rr_enrolment about;
    rr_fresh fresh;
    rr_status status;
} call;

static void *run(void *argument) {
    call *c = argument;
    const fixture *f = c->f;
    const rr_secret *secret = &f->secrets[MEMBER];
    switch (c->kind) {
    case RR_ANONYMOUS:
    case RR_SEALED:
        c->status = rr_sign_ring(f->params, f->subject, c->ring, c->record, c->record_len, c->kind, secret, &c->fresh,
                                 c->scratch, c->scratch_len);
        break;
    case RR_NAMED:
        c->status = rr_sign_plain(f->params, f->subject, c->record, RR_NAMED, MEMBER, &f->entries[MEMBER], secret, &c->fresh);
        break;
    case RR_WITHDRAW: c->status = rr_withdraw(f->params, f->subject, c->record, secret, &c->fresh); break;
    default: c->status = rr_enrol(f->params, c->record, &c->about, secret, &c->fresh); break;
    }
    return NULL;
}

static bool holds(const uint8_t *memory, size_t len, const uint8_t secret[32]) {
    for (size_t i = 0; i + 32 <= len; i++) {
        if (memory[i] == secret[0] && memcmp(memory + i, secret, 32) == 0) return true;
    }
    return false;
}

/* alpha_k = z_k - x * k */
static void nonce_of(uint8_t nonce[32], const call *c) {
    rr_claim claim = {.what = c->kind == RR_FIRST ? RR_CLAIM_ENROL : RR_CLAIM_RECORD,
                      .record = c->record,
                      .record_len = c->record_len,
                      .ring = c->ring,
                      .entry = &c->f->entries[MEMBER],
                      .enrolment = &c->about};
    rr_ge_niels points[RR_RING_POINTS_MAX];
    rr_opened o;
    rr_scalar k, z_k;
    assert_int_equal(rr_claim_open(&o, c->f->subject, &claim, points), RR_OK);
    rr_opened_scalar(&z_k, &o, o.form == NULL ? o.shape.z_k : 0);
    assert_true(rr_scalar_decode(&k, c->f->secrets[MEMBER].k));
    rr_scalar_mul(&k, &k, &o.x);
    rr_scalar_sub(&z_k, &z_k, &k);
    rr_scalar_encode(nonce, &z_k);
}

static void nothing_stays_on_the_stack(void **state) {
    static const rr_kind kinds[] = {RR_ANONYMOUS, RR_SEALED, RR_NAMED, RR_WITHDRAW, RR_FIRST /* enrolment */};
    static const size_t sizes[] = {0, 0, RR_PLAIN_SIZE, RR_WITHDRAW_SIZE, RR_ENROL_SLOT_SIZE};
    const fixture *f = *state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        call c = {.f = f, .kind = kinds[i], .record_len = sizes[i], .about = {.member = {"m", 1}}};
        uint8_t nonce[32], *stack = NULL;
        pthread_attr_t attributes;
        pthread_t thread;
        randombytes_buf(c.fresh.bytes, sizeof c.fresh.bytes);
        c.ring = fixture_ring(f, 1, 0, RING);
        if (kinds[i] == RR_ANONYMOUS || kinds[i] == RR_SEALED) c.record_len = rr_ring_record_size(kinds[i], RING);
        c.scratch_len = rr_sign_ring_scratch_size(RING);
        c.scratch = calloc(1, c.scratch_len);
        assert_int_equal(posix_memalign((void **)&stack, 4096, STACK), 0);
        memset(stack, 0, STACK);
        assert_int_equal(pthread_attr_init(&attributes), 0);
        assert_int_equal(pthread_attr_setstack(&attributes, stack, STACK), 0);
        assert_int_equal(pthread_create(&thread, &attributes, run, &c), 0);
        assert_int_equal(pthread_join(thread, NULL), 0);
        assert_int_equal(c.status, RR_OK);
        nonce_of(nonce, &c);
        assert_false(holds(stack, STACK, f->secrets[MEMBER].k));
        assert_false(holds(stack, STACK, f->secrets[MEMBER].r));
        assert_false(holds(stack, STACK, nonce));
        assert_false(holds(c.scratch, c.scratch_len, nonce));
        pthread_attr_destroy(&attributes);
        free(stack);
        free(c.scratch);
        free(c.ring);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_stays_on_the_stack)};
    return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
