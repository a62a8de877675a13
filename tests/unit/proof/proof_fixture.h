/* SPDX-License-Identifier: Apache-2.0 */
/* A petition with members in rings, for the tests of the proofs. */
#ifndef RR_TESTS_PROOF_FIXTURE_H
#define RR_TESTS_PROOF_FIXTURE_H

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proof/internal.h"
#include "proof/record.h"
#include "roundrobin/proof.h"

#define FIXTURE_MEMBERS 300

typedef struct fixture {
    rr_params *params;
    rr_subject *subject;      /* with a seal key */
    rr_subject *without_seal; /* the same pid */
    rr_pid pid;
    rr_trustee_secret y; /* of trustee 1, whose key is also the seal key */
    rr_seal_key Y;
    rr_secret secrets[FIXTURE_MEMBERS];
    rr_entry_key entries[FIXTURE_MEMBERS];
} fixture;

extern const rr_random fixture_random;
extern const rr_random fixture_no_random;

/* cmocka's group set-up and tear-down: *state is a fixture. */
int fixture_set_up(void **state);
int fixture_tear_down(void **state);

/* A ring of members first ... first + count - 1; free with fixture_free. */
rr_ring *fixture_ring(const fixture *f, uint32_t number, uint32_t first, uint32_t count);
/* A record of kind 1 to 5 by `member`, in malloc'ed memory; `ring` for kinds 1 and 2. */
uint8_t *fixture_record(size_t *len, const fixture *f, rr_kind kind, const rr_ring *ring, uint32_t member);
rr_status fixture_verify(const fixture *f, uint32_t *failed, const rr_claim *claim);
rr_status fixture_verify_batch(const fixture *f, rr_status *results, const rr_claim *claims, size_t count);

#endif
