/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that proves, with its secrets classified: the library must declassify what it publishes, and only that. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checkmem.h"
#include "base/sha2.h"
#include "roundrobin/ceremony.h"
#include "roundrobin/proof.h"

#define RING 21

static void expect(rr_status status, const char *what) {
    if (status == RR_OK) return;
    fprintf(stderr, "%s: %s\n", what, rr_status_text(status));
    exit(1);
}

static void *allocate(size_t size) {
    void *memory = calloc(1, size);
    if (memory == NULL) exit(1);
    return memory;
}

/* Secret bytes, the same in every run; the generators of the operating system are not seen by MemorySanitizer. */
static int fill(void *context, uint8_t *out, size_t len) {
    unsigned *counter = context;
    while (len > 0) {
        uint8_t block[64];
        size_t part = len < sizeof block ? len : sizeof block;
        rr_sha512_of(block, counter, sizeof *counter);
        memcpy(out, block, part);
        rr_classify(out, part);
        out += part;
        len -= part;
        ++*counter;
    }
    return 0;
}

static void fresh_bytes(rr_fresh *fresh, const rr_random *random) {
    if (random->fill(random->context, fresh->bytes, sizeof fresh->bytes) != 0) exit(1);
}

static void rings(const rr_params *params, const rr_subject *subject, const rr_secret *secret, const rr_entry_key *keys,
                  const rr_random *random) {
    static const uint32_t counts[] = {1, 2, RING};
    for (int c = 0; c < 3; c++) {
        rr_ring *ring;
        expect(rr_ring_init(&ring, NULL, allocate(rr_ring_size(counts[c])), rr_ring_size(counts[c]), 2, keys, counts[c]),
               "ring");
        for (rr_kind kind = RR_ANONYMOUS; kind <= RR_SEALED; kind++) {
            uint8_t record[RR_RECORD_MAX];
            size_t len = rr_ring_record_size(kind, counts[c]), scratch_len = rr_sign_ring_scratch_size(counts[c]);
            void *scratch = allocate(scratch_len);
            rr_fresh fresh;
            fresh_bytes(&fresh, random);
            expect(rr_sign_ring(params, subject, ring, record, len, kind, secret, &fresh, scratch, scratch_len), "sign");
            free(scratch);
        }
        free(ring);
    }
}

static void plain(const rr_params *params, const rr_subject *subject, const rr_secret *secret, const rr_entry_key *entry,
                  const rr_random *random) {
    uint8_t record[RR_PLAIN_SIZE];
    rr_enrolment about = {.edition = 1, .member = {"m", 1}, .slot = 0};
    rr_nullifier nullifier;
    rr_fresh fresh;
    fresh_bytes(&fresh, random);
    expect(rr_sign_plain(params, subject, record, RR_NAMED, 0, entry, secret, &fresh), "named");
    expect(rr_sign_plain(params, subject, record, RR_STEP_FORWARD, 0, entry, secret, &fresh), "step-forward");
    expect(rr_withdraw(params, subject, record, secret, &fresh), "withdraw");
    expect(rr_enrol(params, record, &about, secret, &fresh), "enrol");
    expect(rr_secret_nullifier(subject, &nullifier, secret), "nullifier");
}

static void trustees(const rr_params *params, const rr_pid *pid, const uint8_t *sealed_record, size_t len,
                     const rr_random *random) {
    rr_secret pair;
    rr_trustee_secret y;
    rr_hash hash = {{3}};
    rr_fresh fresh;
    uint8_t share[RR_SHARE_SIZE], part[64];
    expect(rr_secret_new(&pair, random), "trustee");
    memcpy(y.y, pair.k, sizeof y.y);
    fresh_bytes(&fresh, random);
    expect(rr_share(params, share, pid, sealed_record, len, &hash, 2, &y, &fresh), "share");
    expect(rr_notice_sign(params, part, pid, 77, &hash, 2, &y, &fresh), "notice");
}

static void ceremony(const rr_random *random) {
    enum { N = 3, T = 2, MESSAGE = 32 * T + 64 + 32 + 56 * N };
    rr_ceremony_secret secrets[N];
    rr_ceremony_public keys[N];
    rr_ceremony c;
    rr_ceremony_fault fault;
    rr_trustee_secret share;
    uint8_t messages[N][MESSAGE], signature[64];
    const uint8_t *each[N];
    for (uint32_t j = 0; j < N; j++) expect(rr_ceremony_key(&secrets[j], &keys[j], random), "static key");
    expect(rr_ceremony_init(&c, &fault, "session", 7, keys, N, T), "ceremony");
    for (uint32_t j = 0; j < N; j++) {
        if (rr_round1_size(&c) != MESSAGE) exit(1);
        expect(rr_ceremony_round1(messages[j], &c, j + 1, &secrets[j], random), "round 1");
        each[j] = messages[j];
    }
    for (uint32_t j = 0; j < N; j++) {
        expect(rr_ceremony_round2(&share, &fault, &c, j + 1, &secrets[j], each), "round 2");
        expect(rr_ceremony_sign(signature, &secrets[j], messages[0], MESSAGE), "signature");
    }
}

int main(void) {
    unsigned counter = 0;
    const rr_random random = {fill, &counter};
    rr_params *params;
    rr_subject *subject;
    rr_pid pid = {{1}};
    rr_secret secret[RING], ed25519;
    rr_entry_key keys[RING], ed25519_entry;
    rr_seal_key seal_key;
    uint8_t seed[32];
    expect(rr_params_init(&params, allocate(rr_params_size()), rr_params_size()), "params");
    for (int i = 0; i < RING; i++) {
        expect(rr_secret_new(&secret[i], &random), "secret");
        expect(rr_secret_entry(params, &keys[i], &secret[i]), "entry");
        rr_declassify(&keys[i], sizeof keys[i]); /* stands on the roll */
    }
    memcpy(&seal_key, &keys[RING - 1], sizeof seal_key); /* any point will do */
    expect(rr_subject_init(&subject, allocate(rr_subject_size()), rr_subject_size(), &pid, &seal_key), "subject");

    rings(params, subject, &secret[0], keys, &random);
    plain(params, subject, &secret[0], &keys[0], &random);

    fill(&counter, seed, sizeof seed);
    rr_secret_from_ed25519_seed(&ed25519, seed);
    expect(rr_secret_entry(params, &ed25519_entry, &ed25519), "entry of an Ed25519 key");

    rr_ring *ring;
    expect(rr_ring_init(&ring, NULL, allocate(rr_ring_size(RING)), rr_ring_size(RING), 0, keys, RING), "ring");
    uint8_t record[RR_RECORD_MAX];
    size_t len = rr_ring_record_size(RR_SEALED, RING), scratch_len = rr_sign_ring_scratch_size(RING);
    void *scratch = allocate(scratch_len);
    rr_fresh fresh;
    fresh_bytes(&fresh, &random);
    expect(rr_sign_ring(params, subject, ring, record, len, RR_SEALED, &secret[7], &fresh, scratch, scratch_len), "sealed");
    trustees(params, &pid, record, len, &random);
    ceremony(&random);
    free(scratch);
    free(ring);
    free(subject);
    free(params);
    return 0;
}
