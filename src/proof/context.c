/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/context.h"

#include <string.h>

#include "base/bytes.h"

static void start(rr_transcript *t, const char *statement) {
    rr_transcript_init(t);
    rr_transcript_absorb(t, "statement", statement, strlen(statement));
}

static void absorb_pid(rr_transcript *t, const rr_pid *pid) {
    rr_transcript_absorb(t, "petition", pid->bytes, sizeof pid->bytes);
}

void rr_context_ring(rr_transcript *t, const rr_subject *subject, const rr_ring *ring, rr_kind kind,
                     const uint8_t nullifier[32]) {
    uint8_t about_ring[8 + sizeof ring->digest];
    rr_store32_le(about_ring, ring->number);
    rr_store32_le(about_ring + 4, ring->count);
    memcpy(about_ring + 8, ring->digest, sizeof ring->digest);
    start(t, kind == RR_SEALED ? "sealed" : "anonymous");
    absorb_pid(t, &subject->pid);
    rr_transcript_absorb(t, "ring", about_ring, sizeof about_ring);
    if (kind == RR_SEALED) rr_transcript_absorb(t, "seal-key", subject->seal_key.bytes, sizeof subject->seal_key.bytes);
    rr_transcript_absorb(t, "nullifier", nullifier, 32);
}

void rr_context_plain(rr_transcript *t, const rr_subject *subject, rr_kind kind, uint32_t place, const uint8_t entry[32],
                      const uint8_t nullifier[32]) {
    uint8_t about[4 + 32];
    size_t about_len = 0;
    if (kind != RR_WITHDRAW) {
        rr_store32_le(about, place);
        memcpy(about + 4, entry, 32);
        about_len = sizeof about;
    }
    start(t, kind == RR_NAMED ? "named" : kind == RR_STEP_FORWARD ? "step-forward" : "withdraw");
    absorb_pid(t, &subject->pid);
    rr_transcript_absorb(t, "subject", about, about_len);
    rr_transcript_absorb(t, "nullifier", nullifier, 32);
}

void rr_context_enrol(rr_transcript *t, const rr_enrolment *about, const uint8_t entry[32]) {
    start(t, "enrol");
    rr_transcript_absorb(t, "roll", about->roll_id.bytes, sizeof about->roll_id.bytes);
    rr_transcript_absorb32(t, "edition", about->edition);
    rr_transcript_absorb(t, "member", about->member.start, about->member.len);
    rr_transcript_absorb32(t, "slot", about->slot);
    rr_transcript_absorb(t, "entry", entry, 32);
}

static void absorb_trustee(rr_transcript *t, uint32_t j, const uint8_t trustee_key[32]) {
    uint8_t trustee[4 + 32];
    rr_store32_le(trustee, j);
    memcpy(trustee + 4, trustee_key, 32);
    rr_transcript_absorb(t, "trustee", trustee, sizeof trustee);
}

void rr_context_notice(rr_transcript *t, const rr_pid *pid, uint64_t size, const rr_hash *root, uint32_t j,
                       const uint8_t trustee_key[32]) {
    uint8_t checkpoint[8 + sizeof root->bytes];
    rr_store64_le(checkpoint, size);
    memcpy(checkpoint + 8, root->bytes, sizeof root->bytes);
    start(t, "notice");
    absorb_pid(t, pid);
    rr_transcript_absorb(t, "checkpoint", checkpoint, sizeof checkpoint);
    absorb_trustee(t, j, trustee_key);
}

void rr_context_share(rr_transcript *t, const rr_pid *pid, const rr_hash *leaf, uint32_t j, const uint8_t trustee_key[32],
                      const uint8_t sealed[32], const uint8_t share[32]) {
    uint8_t value[64];
    memcpy(value, sealed, 32);
    memcpy(value + 32, share, 32);
    start(t, "share");
    absorb_pid(t, pid);
    rr_transcript_absorb(t, "record", leaf->bytes, sizeof leaf->bytes);
    absorb_trustee(t, j, trustee_key);
    rr_transcript_absorb(t, "value", value, sizeof value);
}
