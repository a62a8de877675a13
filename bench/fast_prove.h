/* SPDX-License-Identifier: Apache-2.0 */
/* A prover for measurements, and for nothing else: it knows every k and r of an invented roll, so a ring's sum of p_i * P_i is two sums of
 * scalars and two multiplications, and each base is multiplied from a table.  Its records are ordinary ones: the verifier cannot tell
 * them from others.  It is variable-time and keeps no secret: a real person's key must never come near it. */
#ifndef RR_BENCH_FAST_PROVE_H
#define RR_BENCH_FAST_PROVE_H

#include "roundrobin/proof.h"

typedef struct rr_fast rr_fast;
typedef struct rr_fast_ring rr_fast_ring;

/* Tables of multiples of B, H, U and the generators of rings of at most `largest` entries; `subject` may be NULL where only
 * enrolments are made.  NULL: no memory. */
rr_fast *rr_fast_new(const rr_params *params, const rr_subject *subject, uint32_t largest);
void rr_fast_free(rr_fast *fast);

/* A ring whose keys are all known, in its order.  NULL: no memory, or a key is not canonical. */
rr_fast_ring *rr_fast_ring_new(const rr_ring *ring, const rr_secret *secrets);
void rr_fast_ring_free(rr_fast_ring *ring);

/* Random bytes that are the same for the same seed and index, so that a measurement can be repeated. */
void rr_fast_bytes(uint8_t *out, size_t len, uint64_t seed, const char *what, uint64_t index);
/* The key of a place of an invented roll. */
void rr_fast_secret(rr_secret *secret, uint64_t seed, uint64_t place);
/* P = k*B + r*H. */
void rr_fast_entry(rr_entry_key *entry, const rr_fast *fast, const rr_secret *secret);
/* R z_k z_r of section 6. */
rr_status rr_fast_enrol(uint8_t proof[RR_ENROL_PROOF_SIZE], const rr_fast *fast, const rr_enrolment *about,
                        const rr_entry_key *entry, const rr_secret *secret, uint64_t seed, uint64_t place);
/* An anonymous record of rr_ring_record_size() bytes for the entry at position l of the ring; it was not verified. */
rr_status rr_fast_sign(uint8_t *record, const rr_fast *fast, rr_fast_ring *ring, uint32_t l, uint64_t seed, uint64_t index);

#endif
