/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-2 against libsodium's, and the transcript against PROTOCOL.md section 1 spelled out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/sha2.h"
#include "base/transcript.h"

enum { LONGEST = 1000 };

static void one_shot_agrees_at_every_length(void **state) {
    (void)state;
    uint8_t data[LONGEST], ours[64], theirs[64];
    randombytes_buf(data, sizeof data);
    for (size_t len = 0; len <= LONGEST; len++) {
        rr_sha256_of(ours, data, len);
        crypto_hash_sha256(theirs, data, len);
        assert_memory_equal(ours, theirs, 32);
        rr_sha512_of(ours, data, len);
        crypto_hash_sha512(theirs, data, len);
        assert_memory_equal(ours, theirs, 64);
    }
}

static void pieces_of_any_length_agree(void **state) {
    (void)state;
    uint8_t data[LONGEST], ours[64], theirs[64];
    for (int round = 0; round < 5000; round++) {
        size_t len = randombytes_uniform(LONGEST + 1);
        randombytes_buf(data, len);
        rr_sha256 h256;
        rr_sha512 h512;
        rr_sha256_init(&h256);
        rr_sha512_init(&h512);
        for (size_t at = 0; at < len;) {
            size_t piece = randombytes_uniform((uint32_t)(len - at < 300 ? len - at : 300) + 1);
            rr_sha256_update(&h256, data + at, piece);
            rr_sha512_update(&h512, data + at, piece);
            at += piece;
        }
        rr_sha256_final(&h256, ours);
        crypto_hash_sha256(theirs, data, len);
        assert_memory_equal(ours, theirs, 32);
        rr_sha512_final(&h512, ours);
        crypto_hash_sha512(theirs, data, len);
        assert_memory_equal(ours, theirs, 64);
    }
}

static void final_leaves_nothing_in_the_state(void **state) {
    (void)state;
    uint8_t out[64];
    rr_sha256 h256;
    rr_sha512 h512;
    rr_sha256_init(&h256);
    rr_sha256_update(&h256, "secret", 6);
    rr_sha256_final(&h256, out);
    assert_true(sodium_is_zero((const uint8_t *)&h256, sizeof h256));
    rr_sha512_init(&h512);
    rr_sha512_update(&h512, "secret", 6);
    rr_sha512_final(&h512, out);
    assert_true(sodium_is_zero((const uint8_t *)&h512, sizeof h512));
}

/* frame("ab", "xyz") after block("transcript"). */
static const uint8_t framed[128 + 15] = "RoundRobin-v1 transcript";
static const uint8_t frame_bytes[] = {2, 0, 'a', 'b', 3, 0, 0, 0, 0, 0, 0, 0, 'x', 'y', 'z'};
static const uint8_t challenge_frame[] = {9, 0, 'c', 'h', 'a', 'l', 'l', 'e', 'n', 'g', 'e', 0, 0, 0, 0, 0, 0, 0, 0};

static void transcript_frames_as_the_protocol_says(void **state) {
    (void)state;
    uint8_t input[sizeof framed + sizeof challenge_frame], ours[64], theirs[64];
    memcpy(input, framed, sizeof framed);
    memcpy(input + 128, frame_bytes, sizeof frame_bytes);
    memcpy(input + sizeof framed, challenge_frame, sizeof challenge_frame);

    rr_transcript t;
    rr_transcript_init(&t);
    rr_transcript_absorb(&t, "ab", "xyz", 3);
    rr_transcript_digest(&t, ours);
    crypto_hash_sha512(theirs, input, sizeof framed);
    assert_memory_equal(ours, theirs, 64);
    /* Twice, since asking must not change the transcript. */
    for (int i = 0; i < 2; i++) {
        rr_transcript_challenge(&t, ours);
        crypto_hash_sha512(theirs, input, sizeof input);
        assert_memory_equal(ours, theirs, 64);
    }
    rr_transcript_absorb32(&t, "n", 0x01020304);
    rr_transcript u;
    rr_transcript_init(&u);
    rr_transcript_absorb(&u, "ab", "xyz", 3);
    rr_transcript_absorb(&u, "n", (const uint8_t[]){4, 3, 2, 1}, 4);
    rr_transcript_digest(&t, ours);
    rr_transcript_digest(&u, theirs);
    assert_memory_equal(ours, theirs, 64);
}

static void every_input_of_the_nonces_matters(void **state) {
    (void)state;
    rr_transcript one, other;
    rr_transcript_init(&one);
    rr_transcript_init(&other);
    rr_transcript_absorb(&other, "x", "", 0);
    uint8_t secret[64] = {1}, secret_2[64] = {2};
    rr_fresh fresh = {{3}}, fresh_2 = {{4}};
    rr_nonces n[6];
    rr_nonces_init(&n[0], &one, secret, 64, 5, &fresh);
    rr_nonces_init(&n[1], &other, secret, 64, 5, &fresh);
    rr_nonces_init(&n[2], &one, secret_2, 64, 5, &fresh);
    rr_nonces_init(&n[3], &one, secret, 32, 5, &fresh);
    rr_nonces_init(&n[4], &one, secret, 64, 6, &fresh);
    rr_nonces_init(&n[5], &one, secret, 64, 5, &fresh_2);
    uint8_t drawn[7][64];
    for (int i = 0; i < 6; i++) rr_nonces_next(&n[i], drawn[i]);
    rr_nonces_next(&n[0], drawn[6]);
    for (int i = 0; i < 7; i++) {
        for (int j = 0; j < i; j++) assert_memory_not_equal(drawn[i], drawn[j], 64);
    }
    rr_nonces again;
    rr_nonces_init(&again, &one, secret, 64, 5, &fresh);
    uint8_t same[64];
    rr_nonces_next(&again, same);
    assert_memory_equal(same, drawn[0], 64);
}

int main(void) {
    if (sodium_init() < 0) return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_shot_agrees_at_every_length),   cmocka_unit_test(pieces_of_any_length_agree),
        cmocka_unit_test(final_leaves_nothing_in_the_state), cmocka_unit_test(transcript_frames_as_the_protocol_says),
        cmocka_unit_test(every_input_of_the_nonces_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
