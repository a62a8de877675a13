/* SPDX-License-Identifier: Apache-2.0 */
/* The contexts that statements absorb before their commitments; prover and verifier share them. */
#ifndef RR_PROOF_CONTEXT_H
#define RR_PROOF_CONTEXT_H

#include "proof/internal.h"

void rr_context_ring(rr_transcript *t, const rr_subject *subject, const rr_ring *ring, rr_kind kind,
                     const uint8_t nullifier[32]);
/* Kinds 3, 4 and 5; `entry` is not read for kind 5. */
void rr_context_plain(rr_transcript *t, const rr_subject *subject, rr_kind kind, uint32_t place, const uint8_t entry[32],
                      const uint8_t nullifier[32]);
void rr_context_enrol(rr_transcript *t, const rr_enrolment *about, const uint8_t entry[32]);
void rr_context_notice(rr_transcript *t, const rr_pid *pid, uint64_t size, const rr_hash *root, uint32_t j,
                       const uint8_t trustee_key[32]);
void rr_context_share(rr_transcript *t, const rr_pid *pid, const rr_hash *leaf, uint32_t j, const uint8_t trustee_key[32],
                      const uint8_t sealed[32], const uint8_t share[32]);

#endif
