/* SPDX-License-Identifier: Apache-2.0 */
/* transcript.json, generators.json, ed25519.json */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/transcript.h"
#include "group/hash_to_group.h"
#include "group/msm.h"
#include "roundrobin/proof.h"
#include "vectors.h"

void vectors_transcript(vectors *v, const json_t *file) {
    uint8_t pid[32], expected[64], got[64], secret[64];
    rr_fresh fresh;
    rr_transcript t;
    rr_scalar x;
    vectors_bytes(pid, sizeof pid, file, "pid");
    rr_transcript_init(&t);
    rr_transcript_absorb(&t, "statement", "test", 4);
    rr_transcript_absorb(&t, "petition", pid, sizeof pid);
    rr_transcript_digest(&t, got);
    vectors_bytes(expected, 64, file, "digest");
    vectors_check(v, memcmp(got, expected, 64) == 0, "digest");
    rr_transcript_challenge(&t, got);
    rr_scalar_reduce(&x, got);
    rr_scalar_encode(got, &x);
    vectors_bytes(expected, 32, file, "challenge");
    vectors_check(v, memcmp(got, expected, 32) == 0, "challenge");

    const json_t *nonces = vectors_object(file, "nonces"), *first = vectors_array(nonces, "first"), *value;
    rr_nonces n;
    size_t i;
    vectors_bytes(secret, sizeof secret, nonces, "secret");
    vectors_bytes(fresh.bytes, sizeof fresh.bytes, nonces, "fresh");
    rr_nonces_init(&n, &t, secret, sizeof secret, vectors_number(nonces, "index"), &fresh);
    json_array_foreach((json_t *)(uintptr_t)first, i, value) {
        size_t len;
        uint8_t *want = vectors_blob(&len, value);
        rr_nonces_next(&n, got);
        rr_scalar_reduce(&x, got);
        rr_scalar_encode(got, &x);
        vectors_check(v, len == 32 && memcmp(got, want, 32) == 0, "nonce %zu", i);
        free(want);
    }
}

static void check_generator(vectors *v, const json_t *object, const char *key, const char *kind, const uint8_t *msg,
                            size_t msg_len) {
    uint8_t expected[32], got[32];
    rr_ge p;
    vectors_bytes(expected, 32, object, key);
    rr_hash_to_group(&p, kind, msg, msg_len);
    rr_ge_encode(got, &p);
    vectors_check(v, memcmp(got, expected, 32) == 0, "%s %.*s", kind, kind[0] == 'g' ? 1 : 0, (const char *)msg);
}

void vectors_generators(vectors *v, const json_t *file) {
    static const char *const names[] = {"G", "J"};
    const json_t *item;
    size_t i;
    check_generator(v, file, "H", "generator", (const uint8_t *)"H", 1);
    for (int n = 0; n < 2; n++) {
        json_array_foreach((json_t *)(uintptr_t)vectors_array(file, names[n]), i, item) {
            uint8_t msg[5] = {(uint8_t)names[n][0]};
            rr_store16_le(msg + 1, (uint16_t)vectors_number(item, "j"));
            rr_store16_le(msg + 3, (uint16_t)vectors_number(item, "i"));
            check_generator(v, item, "point", "generator", msg, sizeof msg);
        }
    }
    json_array_foreach((json_t *)(uintptr_t)vectors_array(file, "nullifier_base"), i, item) {
        uint8_t pid[32];
        vectors_bytes(pid, sizeof pid, item, "pid");
        check_generator(v, item, "U", "nullifier", pid, sizeof pid);
    }
}

void vectors_ed25519(vectors *v, const json_t *file) {
    const json_t *item;
    size_t i;
    void *memory = malloc(rr_params_size());
    rr_params *params;
    if (rr_params_init(&params, memory, rr_params_size()) != RR_OK) abort();
    json_array_foreach((json_t *)(uintptr_t)vectors_array(file, "accepted"), i, item) {
        uint8_t seed[32], public_key[32], k[32], entry[32];
        rr_secret secret;
        rr_entry_key from_public, from_secret;
        vectors_bytes(seed, 32, item, "seed");
        vectors_bytes(public_key, 32, item, "public");
        vectors_bytes(k, 32, item, "k");
        vectors_bytes(entry, 32, item, "entry");
        rr_secret_from_ed25519_seed(&secret, seed);
        vectors_check(v, memcmp(secret.k, k, 32) == 0, "accepted %zu: k", i);
        vectors_check(v, rr_secret_entry(params, &from_secret, &secret) == RR_OK && memcmp(from_secret.bytes, entry, 32) == 0,
                      "accepted %zu: entry from the secret key", i);
        vectors_check(
            v, rr_entry_from_ed25519_var(&from_public, NULL, public_key) == RR_OK && memcmp(from_public.bytes, entry, 32) == 0,
            "accepted %zu: entry from the public key", i);
    }
    json_array_foreach((json_t *)(uintptr_t)vectors_array(file, "rejected"), i, item) {
        uint8_t public_key[32];
        rr_entry_key entry;
        const char *why = NULL;
        vectors_bytes(public_key, 32, item, "public");
        vectors_check(v, rr_entry_from_ed25519_var(&entry, &why, public_key) != RR_OK && why != NULL, "rejected %zu: %s", i,
                      vectors_string(item, "why"));
    }
    free(memory);
}
