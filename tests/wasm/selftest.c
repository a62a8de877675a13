/* SPDX-License-Identifier: Apache-2.0 */
#include "selftest.h"

#include <string.h>

#include "base/bytes.h"
#include "base/sha2.h"
#include "roundrobin/note.h"
#include "roundrobin/proof.h"

/* The digest of all records, from the first native run; every other build must come to the same. */
static const char expected[] = "0cb9f2eb804fbe1e3a7b088d841a5583bd9f070f17b6373a5e88505971fe4548"
                               "7201c2bfa163e07cb9bc0d80f411d8ee8577a7816f91467f538fe1ed833adaf5";

enum { COUNT = 70, CLAIMS = 6, SCRATCH = 4 << 20 };

uint8_t selftest_digest[64];

static union {
    uint8_t bytes[SCRATCH];
    uint64_t aligned;
} params_memory, subject_memory, ring_memory, scratch;

/* SHA-512 of a counter: not random, and the same everywhere. */
static int fill(void *context, uint8_t *out, size_t len) {
    uint64_t *counter = context;
    while (len > 0) {
        uint8_t block[64], input[8];
        size_t part = len < sizeof block ? len : sizeof block;
        rr_store64_le(input, (*counter)++);
        rr_sha512_of(block, input, sizeof input);
        memcpy(out, block, part);
        out += part;
        len -= part;
    }
    return 0;
}

/* A checkpoint's note, natively libsodium verifies it, in WebAssembly src/group. */
static const char note_key[] = "log.example/selftest+70105eec+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs";
static const char note[] = "log.example/selftest\n"
                           "1\n"
                           "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n"
                           "\n"
                           "\xe2\x80\x94 log.example/selftest "
                           "cBBe7KX+HXq/oVXeuPQ/vWsZajpDZ3kcQ1KyuW0Bq/9SCPbd3XUsKbxmzh7RCMuL71PuJBJuSMjkO1fDAwjQ99VG/AE=\n";

#define DEMAND(condition)                                                                                                      \
    do {                                                                                                                       \
        if (!(condition)) return __LINE__;                                                                                     \
    } while (0)

static int check_note(void) {
    char altered[sizeof note];
    rr_vkey key;
    rr_checkpoint checkpoint;
    DEMAND(rr_vkey_read(&key, NULL, rr_text_of(note_key), RR_VKEY_ED25519) == RR_OK && key.usable);
    DEMAND(rr_checkpoint_check_var(&checkpoint, NULL, note, sizeof note - 1, &key) == RR_OK && checkpoint.size == 1);
    memcpy(altered, note, sizeof note);
    altered[sizeof "log.example/selftest"] = '2'; /* the size */
    DEMAND(rr_checkpoint_check_var(&checkpoint, NULL, altered, sizeof note - 1, &key) == RR_INVALID);
    return 0;
}

int selftest(void) {
    int line = check_note();
    if (line != 0) return line;
    uint64_t counter = 0;
    rr_random random = {fill, &counter};
    rr_fresh fresh;
    rr_pid pid;
    fill(&counter, fresh.bytes, sizeof fresh.bytes);
    fill(&counter, pid.bytes, sizeof pid.bytes);

    rr_params *params;
    DEMAND(rr_params_init(&params, params_memory.bytes, SCRATCH) == RR_OK);

    static rr_secret secrets[COUNT];
    static rr_entry_key keys[COUNT];
    for (int i = 0; i < COUNT; i++) {
        DEMAND(rr_secret_new(&secrets[i], &random) == RR_OK);
        DEMAND(rr_secret_entry(params, &keys[i], &secrets[i]) == RR_OK);
    }
    /* Any point does for a seal key. */
    rr_seal_key seal_key;
    memcpy(seal_key.bytes, keys[0].bytes, sizeof seal_key.bytes);
    rr_subject *subject;
    DEMAND(rr_subject_init(&subject, subject_memory.bytes, SCRATCH, &pid, &seal_key) == RR_OK);
    rr_ring *ring;
    DEMAND(rr_ring_init(&ring, NULL, ring_memory.bytes, SCRATCH, 3, keys, COUNT) == RR_OK);

    static uint8_t records[CLAIMS][RR_RECORD_MAX];
    static rr_claim claims[CLAIMS];
    rr_enrolment enrolment = {{{7}}, 1, {"m-1", 3}, 2};
    for (int i = 0; i < CLAIMS; i++) {
        claims[i].record = records[i];
        claims[i].ring = ring;
    }
    claims[0].record_len = claims[1].record_len = rr_ring_record_size(RR_ANONYMOUS, COUNT);
    DEMAND(rr_sign_ring(params, subject, ring, records[0], claims[0].record_len, RR_ANONYMOUS, &secrets[5], &fresh,
                        scratch.bytes, SCRATCH) == RR_OK);
    DEMAND(rr_sign_ring(params, subject, ring, records[1], claims[1].record_len, RR_ANONYMOUS, &secrets[COUNT - 1], &fresh,
                        scratch.bytes, SCRATCH) == RR_OK);
    claims[2].record_len = rr_ring_record_size(RR_SEALED, COUNT);
    DEMAND(rr_sign_ring(params, subject, ring, records[2], claims[2].record_len, RR_SEALED, &secrets[9], &fresh, scratch.bytes,
                        SCRATCH) == RR_OK);
    claims[3].record_len = RR_PLAIN_SIZE;
    claims[3].entry = &keys[11];
    DEMAND(rr_sign_plain(params, subject, records[3], RR_NAMED, 11, &keys[11], &secrets[11], &fresh) == RR_OK);
    claims[4].record_len = RR_WITHDRAW_SIZE;
    DEMAND(rr_withdraw(params, subject, records[4], &secrets[5], &fresh) == RR_OK);
    claims[5].what = RR_CLAIM_ENROL;
    claims[5].record_len = RR_ENROL_SLOT_SIZE;
    claims[5].enrolment = &enrolment;
    DEMAND(rr_enrol(params, records[5], &enrolment, &secrets[2], &fresh) == RR_OK);

    rr_status results[CLAIMS];
    DEMAND(rr_verify_batch_scratch_size(claims, CLAIMS) <= SCRATCH);
    DEMAND(rr_verify_batch_var(params, subject, results, claims, CLAIMS, &random, scratch.bytes, SCRATCH) == RR_OK);
    rr_sha512 all;
    rr_sha512_init(&all);
    for (int i = 0; i < CLAIMS; i++) {
        DEMAND(results[i] == RR_OK);
        DEMAND(rr_verify_var(params, subject, NULL, &claims[i], scratch.bytes, SCRATCH) == RR_OK);
        rr_sha512_update(&all, records[i], claims[i].record_len);
    }
    rr_sha512_final(&all, selftest_digest);

    /* One altered scalar in the middle of the batch is found, and only that one. */
    records[2][claims[2].record_len - 32] ^= 1;
    DEMAND(rr_verify_batch_var(params, subject, results, claims, CLAIMS, &random, scratch.bytes, SCRATCH) == RR_INVALID);
    for (int i = 0; i < CLAIMS; i++) DEMAND(results[i] == (i == 2 ? RR_INVALID : RR_OK));

    char hex[129];
    rr_hex(hex, selftest_digest, sizeof selftest_digest);
    DEMAND(strcmp(hex, expected) == 0);
    return 0;
}
