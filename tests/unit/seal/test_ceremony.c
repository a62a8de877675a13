/* SPDX-License-Identifier: Apache-2.0 */
/* The ceremony of the trustees: the text's own vectors, from its seed; and every rule, broken by one trustee, who is named. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "roundrobin/ceremony.h"
#include "roundrobin/proof.h"

enum { TRUSTEES_MAX = 14, MESSAGE_MAX = 32 * 8 + 64 + 32 + TRUSTEES_MAX * 56, CERTIFICATE_MAX = 8192 };

/* ---- a ceremony from the seed ------------------------------------------------------------------------------------------ */

#define ID "COCKTAIL(Ristretto255, SHA-512)"

/* Block c of a stream is SHA-512(seed || suite || LE32(t) || LE32(n) || label || LE64(c)); a static key is the one without a number. */
typedef struct stream {
    uint8_t prefix[200];
    size_t len;
    uint64_t block;
} stream;

static stream stream_of(uint32_t t, uint32_t n, const char *label) {
    static const char seed[] = "Daniel Bourdrez,Soatok Dreamseeker,Tjaden Hess";
    stream s = {.len = 32};
    crypto_hash_sha256(s.prefix, (const uint8_t *)seed, sizeof seed - 1);
    memcpy(s.prefix + s.len, ID, sizeof ID - 1);
    s.len += sizeof ID - 1;
    rr_store32_le(s.prefix + s.len, t);
    rr_store32_le(s.prefix + s.len + 4, n);
    s.len += 8;
    memcpy(s.prefix + s.len, label, strlen(label));
    s.len += strlen(label);
    return s;
}

static int next_block(void *context, uint8_t *out, size_t len) {
    stream *s = context;
    assert_int_equal(len, 64);
    rr_store64_le(s->prefix + s->len, s->block++);
    crypto_hash_sha512(out, s->prefix, s->len + 8);
    return 0;
}

static int without_number(void *context, uint8_t *out, size_t len) {
    stream *s = context;
    assert_int_equal(len, 64);
    crypto_hash_sha512(out, s->prefix, s->len);
    return 0;
}

static int no_bytes(void *context, uint8_t *out, size_t len) {
    (void)context, (void)out, (void)len;
    return -1;
}

typedef struct world {
    rr_ceremony c;
    rr_ceremony_secret secrets[TRUSTEES_MAX];
    uint8_t messages[TRUSTEES_MAX][MESSAGE_MAX];
    const uint8_t *each[TRUSTEES_MAX];
    rr_trustee_secret shares[TRUSTEES_MAX];
    uint8_t certificate[CERTIFICATE_MAX];
    size_t certificate_len;
    rr_seal_key Y, Y_of[TRUSTEES_MAX];
} world;

static void draw_keys(world *w, rr_ceremony_public *keys, uint32_t t, uint32_t n) {
    for (uint32_t j = 0; j < n; j++) {
        char label[40];
        (void)snprintf(label, sizeof label, "static_secret_key_%u", j + 1);
        stream s = stream_of(t, n, label);
        const rr_random random = {without_number, &s};
        assert_int_equal(rr_ceremony_key(&w->secrets[j], &keys[j], &random), RR_OK);
    }
}

static void round1(world *w, uint8_t *message, uint32_t j, const char *label) {
    stream s = stream_of(w->c.t, w->c.n, label);
    const rr_random random = {next_block, &s};
    assert_int_equal(rr_ceremony_round1(message, &w->c, j, &w->secrets[j - 1], &random), RR_OK);
}

static void certify(world *w) {
    size_t size = rr_ceremony_transcript_size(&w->c);
    w->certificate_len = rr_certificate_size(&w->c);
    assert_true(w->certificate_len <= sizeof w->certificate);
    rr_ceremony_transcript(w->certificate, &w->c, w->each);
    for (uint32_t j = 0; j < w->c.n; j++)
        assert_int_equal(rr_ceremony_sign(w->certificate + size + (size_t)64 * j, &w->secrets[j], w->certificate, size), RR_OK);
}

static void make_world(world *w, uint32_t t, uint32_t n) {
    rr_ceremony_public keys[TRUSTEES_MAX];
    rr_ceremony_fault fault;
    char label[40];
    int len = snprintf(label, sizeof label, "COCKTAIL-DKG-TEST-VECTOR-%u-OF-%u", t, n);
    memset(w, 0, sizeof *w);
    draw_keys(w, keys, t, n);
    assert_int_equal(rr_ceremony_init(&w->c, &fault, label, (size_t)len, keys, n, t), RR_OK);
    assert_true(rr_round1_size(&w->c) <= MESSAGE_MAX);
    for (uint32_t j = 0; j < n; j++) {
        (void)snprintf(label, sizeof label, "round1_participant_%u", j + 1);
        round1(w, w->messages[j], j + 1, label);
        w->each[j] = w->messages[j];
    }
    for (uint32_t j = 0; j < n; j++)
        assert_int_equal(rr_ceremony_round2(&w->shares[j], &fault, &w->c, j + 1, &w->secrets[j], w->each), RR_OK);
    certify(w);
    assert_int_equal(rr_certificate_check_var(&w->Y, w->Y_of, &fault, &w->c, w->certificate, w->certificate_len), RR_OK);
}

/* ---- what must come out ------------------------------------------------------------------------------------------------ */

static void assert_digest(crypto_hash_sha256_state *h, const char *hex) {
    uint8_t digest[32];
    char text[65];
    crypto_hash_sha256_final(h, digest);
    (void)sodium_bin2hex(text, sizeof text, digest, sizeof digest);
    assert_string_equal(text, hex);
}

/* SHA-256 of what the vectors have one after another: messages of round 1, secret shares, transcript and signatures, group key and
 * verification shares. */
static void vectors_of_the_text(void **state) {
    static const struct {
        uint32_t t, n;
        const char *messages, *shares, *certificate, *keys;
    } vectors[] = {
        {2, 3, "0b60b1e0e092190ee8032d3951b1703f003d65658b732e1568565cee76365af7",
         "3d616e14ffddd6fc07c4ccadfe91bc399654d90e3f8891086c2bb7593780375b",
         "3f4f25d2cc4cad9c76161ae589099df4433cd7475858885a10ebe5461fb99130",
         "5e4b988754e718ab6838e9f810d1ee1204effd4d9d018afac902ad3311ddd833"},
        {3, 5, "c1bdd0790f2c7c337179591e991e5ddecc58cfc8a0e936aa71d3f1301eac42d2",
         "57301ad8ad151e54f6c82e5598ef219b4a3c368879d3e14620479a4cc2d3ccb4",
         "0b61eb9c5aee025e6a7c7eeb4fbbea3c6d49d33a8651c4c94444b4c5db41b0f0",
         "727c796751dcdf224abbfbffe8641b5cb6d64ac1571b3f052c5556cc3b1fbf11"},
        {7, 14, "d3045f67bf5cca81f4b9ada6172441ca3560fe934037a6dff36ae2a46efe6b1a",
         "c97f523d0b0a651d30e793f75864bd535b66ed7df0161d95af0286bcbdd7bd38",
         "6334192db5b43285f7ebd808ac4f61cb685570f5c3929f0e9abe8de5505a7b94",
         "03a15516c2a138f0a971b665657215c3d267bb51f46612cb0abdaf254a51a78d"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        static world w;
        crypto_hash_sha256_state h;
        make_world(&w, vectors[i].t, vectors[i].n);
        crypto_hash_sha256_init(&h);
        for (uint32_t j = 0; j < w.c.n; j++) crypto_hash_sha256_update(&h, w.messages[j], rr_round1_size(&w.c));
        assert_digest(&h, vectors[i].messages);
        crypto_hash_sha256_init(&h);
        crypto_hash_sha256_update(&h, w.shares[0].y, 32 * (size_t)w.c.n);
        assert_digest(&h, vectors[i].shares);
        crypto_hash_sha256_init(&h);
        crypto_hash_sha256_update(&h, w.certificate, w.certificate_len);
        assert_digest(&h, vectors[i].certificate);
        crypto_hash_sha256_init(&h);
        crypto_hash_sha256_update(&h, w.Y.bytes, 32);
        crypto_hash_sha256_update(&h, w.Y_of[0].bytes, 32 * (size_t)w.c.n);
        assert_digest(&h, vectors[i].keys);
    }
}

/* By libsodium: each share is the secret of its key, and the keys are those of a petition. */
static void shares_and_keys(void **state) {
    const world *w = *state;
    for (uint32_t j = 0; j < w->c.n; j++) {
        uint8_t point[32];
        assert_int_equal(crypto_scalarmult_ristretto255_base(point, w->shares[j].y), 0);
        assert_memory_equal(point, w->Y_of[j].bytes, 32);
    }
    assert_int_equal(rr_seal_keys_check_var(NULL, &w->Y, w->Y_of, w->c.n, w->c.t), RR_OK);
    assert_int_equal(rr_seal_keys_check_var(NULL, &w->Y, w->Y_of, w->c.n, w->c.t - 1), RR_INVALID);
}

/* ---- before --------------------------------------------------------------------------------------------------------------- */

static void setting_up(void **state) {
    const world *w = *state;
    rr_ceremony_public keys[TRUSTEES_MAX];
    rr_ceremony c;
    rr_ceremony_fault fault;
    uint32_t n = w->c.n;
    memcpy(keys, w->c.keys, n * sizeof *keys);
    assert_int_equal(rr_ceremony_init(&c, &fault, "x", 1, keys, n, 0), RR_ARGUMENT);
    assert_int_equal(rr_ceremony_init(&c, &fault, "x", 1, keys, n, n + 1), RR_ARGUMENT);
    assert_int_equal(rr_ceremony_init(&c, &fault, "x", 1, keys, 0, 0), RR_ARGUMENT);
    assert_int_equal(rr_ceremony_init(&c, &fault, "x", 1, keys, 256, 2), RR_ARGUMENT);
    assert_int_equal(rr_ceremony_init(&c, &fault, "x", 0, keys, n, 2), RR_ARGUMENT);
    keys[3] = keys[1];
    assert_int_equal(rr_ceremony_init(&c, &fault, "x", 1, keys, n, 2), RR_INVALID);
    assert_int_equal(fault.trustee, 4);
    memset(&keys[3], 0, sizeof keys[3]); /* the identity */
    assert_int_equal(rr_ceremony_init(&c, &fault, "x", 1, keys, n, 2), RR_INVALID);
    assert_int_equal(fault.trustee, 4);
    /* Session, number and order of the keys are in the context. */
    memcpy(keys, w->c.keys, n * sizeof *keys);
    assert_int_equal(rr_ceremony_init(&c, &fault, "x", 1, keys, n, w->c.t), RR_OK);
    assert_memory_not_equal(c.context, w->c.context, sizeof c.context);
    uint8_t first[RR_CEREMONY_CONTEXT];
    memcpy(first, c.context, sizeof first);
    keys[0] = w->c.keys[1], keys[1] = w->c.keys[0];
    assert_int_equal(rr_ceremony_init(&c, &fault, "x", 1, keys, n, w->c.t), RR_OK);
    assert_memory_not_equal(c.context, first, sizeof first);
}

static void own_key(void **state) {
    const world *w = *state;
    uint8_t message[MESSAGE_MAX], signature[64];
    rr_trustee_secret share;
    rr_ceremony_fault fault;
    rr_ceremony_public key;
    rr_ceremony_secret secret = {{0}};
    stream s = stream_of(w->c.t, w->c.n, "another");
    const rr_random random = {next_block, &s}, none = {no_bytes, NULL};
    assert_int_equal(rr_ceremony_round1(message, &w->c, 1, &w->secrets[1], &random), RR_ARGUMENT);
    assert_int_equal(rr_ceremony_round1(message, &w->c, 0, &w->secrets[0], &random), RR_ARGUMENT);
    assert_int_equal(rr_ceremony_round1(message, &w->c, w->c.n + 1, &w->secrets[0], &random), RR_ARGUMENT);
    assert_int_equal(rr_ceremony_round1(message, &w->c, 1, &w->secrets[0], &none), RR_RANDOM);
    assert_int_equal(rr_ceremony_key(&secret, &key, &none), RR_RANDOM);
    assert_int_equal(rr_ceremony_round2(&share, &fault, &w->c, 1, &w->secrets[1], w->each), RR_ARGUMENT);
    assert_int_equal(rr_ceremony_sign(signature, &secret, message, 1), RR_ARGUMENT);
    memset(&secret, 0xff, sizeof secret);
    assert_int_equal(rr_ceremony_sign(signature, &secret, message, 1), RR_ARGUMENT);
}

/* ---- a trustee who cheats: 2, seen by each of the others --------------------------------------------------------------------- */

enum { CHEAT = 2 };

/* How many of the trustees stop, each naming whoever cheats. */
static uint32_t stopped(const world *w, const uint8_t *message, const char *rule) {
    const uint8_t *each[TRUSTEES_MAX];
    uint32_t count = 0;
    memcpy(each, w->each, sizeof each);
    each[CHEAT - 1] = message;
    for (uint32_t j = 1; j <= w->c.n; j++) {
        rr_trustee_secret share, none = {{0}};
        rr_ceremony_fault fault;
        memset(&share, 0xaa, sizeof share);
        if (rr_ceremony_round2(&share, &fault, &w->c, j, &w->secrets[j - 1], each) == RR_OK) continue;
        assert_int_equal(fault.trustee, CHEAT);
        if (rule) assert_string_equal(fault.rule, rule);
        assert_memory_equal(&share, &none, sizeof none);
        count++;
    }
    return count;
}

static void altered_messages(void **state) {
    const world *w = *state;
    size_t size = rr_round1_size(&w->c), frames = 32 * (size_t)w->c.t + 64 + 32;
    for (size_t i = 0; i < size; i += 3) {
        uint8_t message[MESSAGE_MAX];
        memcpy(message, w->messages[CHEAT - 1], size);
        message[i] ^= (uint8_t)(1u << i % 8);
        bool secret_part = i >= frames && (i - frames) % 56 >= 8;
        assert_int_equal(stopped(w, message, NULL), secret_part ? 1 : w->c.n);
    }
}

static void checked_by_anybody(void **state) {
    const world *w = *state;
    rr_ceremony_fault fault;
    uint8_t message[MESSAGE_MAX + 32];
    size_t size = rr_round1_size(&w->c);
    memcpy(message, w->messages[CHEAT - 1], size);
    assert_int_equal(rr_round1_check_var(&fault, &w->c, CHEAT, message, size), RR_OK);
    /* A commitment more would raise the threshold. */
    assert_int_equal(rr_round1_check_var(&fault, &w->c, CHEAT, message, size + 32), RR_MALFORMED);
    assert_int_equal(fault.trustee, CHEAT);
    assert_int_equal(rr_round1_check_var(&fault, &w->c, CHEAT, message, size - 1), RR_MALFORMED);
    assert_int_equal(rr_round1_check_var(&fault, &w->c, 0, message, size), RR_ARGUMENT);
    memset(message + 32, 0, 32);
    assert_int_equal(rr_round1_check_var(&fault, &w->c, CHEAT, message, size), RR_MALFORMED);
    assert_string_equal(fault.rule, "a commitment is no point of the group");
}

/* The same ephemeral key with another polynomial: its ciphertexts decrypt, to what is not committed to. */
static int replace_coefficient(void *context, uint8_t *out, size_t len) {
    stream *s = context;
    bool first = s->block == 0;
    (void)next_block(s, out, len);
    if (first) out[0] ^= 1;
    return 0;
}

static void wrong_share(void **state) {
    const world *w = *state;
    uint8_t message[MESSAGE_MAX], other[MESSAGE_MAX];
    stream s = stream_of(w->c.t, w->c.n, "round1_participant_2");
    const rr_random random = {replace_coefficient, &s};
    assert_int_equal(rr_ceremony_round1(other, &w->c, CHEAT, &w->secrets[CHEAT - 1], &random), RR_OK);
    assert_int_equal(stopped(w, other, NULL), 0);
    memcpy(message, w->messages[CHEAT - 1], sizeof message);
    size_t frame = 32 * (size_t)w->c.t + 96 + 56 * 3; /* for trustee 4 */
    memcpy(message + frame, other + frame, 56);
    assert_int_equal(stopped(w, message, "its share for this trustee is not the one that it is committed to"), 1);
}

/* What was made for another ceremony, or by another trustee. */
static void out_of_place(void **state) {
    const world *w = *state;
    static world other;
    uint8_t message[MESSAGE_MAX];
    rr_ceremony_fault fault;
    other = *w;
    assert_int_equal(rr_ceremony_init(&other.c, &fault, "another session", 15, w->c.keys, w->c.n, w->c.t), RR_OK);
    round1(&other, message, CHEAT, "round1_participant_2");
    assert_int_equal(stopped(w, message, "the proof of possession does not verify"), w->c.n);
    /* The proof of possession says nothing of whose it is; the keys of the shares do. */
    assert_int_equal(stopped(w, w->messages[3], "its share for this trustee cannot be decrypted"), w->c.n);
}

/* ---- the certificate -------------------------------------------------------------------------------------------------------------- */

static void altered_certificates(void **state) {
    const world *w = *state;
    static uint8_t certificate[CERTIFICATE_MAX];
    rr_seal_key Y, Y_of[TRUSTEES_MAX];
    rr_ceremony_fault fault;
    memcpy(certificate, w->certificate, w->certificate_len);
    for (size_t i = 0; i < w->certificate_len; i += 7) {
        certificate[i] ^= (uint8_t)(1u << i % 8);
        assert_int_not_equal(rr_certificate_check_var(&Y, Y_of, &fault, &w->c, certificate, w->certificate_len), RR_OK);
        certificate[i] ^= (uint8_t)(1u << i % 8);
    }
    assert_int_equal(rr_certificate_check_var(&Y, Y_of, &fault, &w->c, certificate, w->certificate_len - 1), RR_MALFORMED);
    /* The last trustee's signature is that of another trustee: everything else is whole. */
    memcpy(certificate + w->certificate_len - 64, certificate + w->certificate_len - 128, 64);
    assert_int_equal(rr_certificate_check_var(&Y, Y_of, &fault, &w->c, certificate, w->certificate_len), RR_INVALID);
    assert_int_equal(fault.trustee, w->c.n);
}

/* All of them conspire, and sign a transcript whose second proof of possession is not one: whoever is committed does not know the key. */
static void conspiracy(void **state) {
    static world w;
    rr_seal_key Y, Y_of[TRUSTEES_MAX];
    rr_ceremony_fault fault;
    w = *(const world *)*state;
    for (uint32_t j = 0; j < w.c.n; j++) w.each[j] = w.messages[j];
    w.messages[CHEAT - 1][32 * (size_t)w.c.t + 40] ^= 1;
    certify(&w);
    assert_int_equal(rr_certificate_check_var(&Y, Y_of, &fault, &w.c, w.certificate, w.certificate_len), RR_INVALID);
    assert_int_equal(fault.trustee, CHEAT);
    w.messages[CHEAT - 1][32 * (size_t)w.c.t + 40] ^= 1;
    certify(&w);
    assert_int_equal(rr_certificate_check_var(&Y, Y_of, &fault, &w.c, w.certificate, w.certificate_len), RR_OK);
}

/* Scalars of one byte each, and minus 7. */
static int chosen(void *context, uint8_t *out, size_t len) {
    static const uint8_t minus_7[32] = {0xe6, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                        0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                        0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
    const uint8_t **next = context;
    memset(out, 0, len);
    if (**next == 0)
        memcpy(out, minus_7, sizeof minus_7);
    else
        out[0] = **next;
    ++*next;
    return 0;
}

/* Two trustees whose second coefficients cancel: every share is the whole key, and a sum of commitments is the identity. */
static void cancelling(void **state) {
    static const uint8_t first[] = {5, 7, 9}, second[] = {6, 0, 8}, secrets[] = {3, 4};
    const uint8_t *of_keys = secrets, *drawn[2] = {first, second};
    rr_ceremony_public keys[2];
    rr_ceremony_fault fault;
    rr_trustee_secret share;
    static world w;
    uint8_t eleven[32] = {11}, point[32];
    (void)state;
    for (uint32_t j = 0; j < 2; j++) {
        const rr_random random = {chosen, &of_keys};
        assert_int_equal(rr_ceremony_key(&w.secrets[j], &keys[j], &random), RR_OK);
    }
    assert_int_equal(rr_ceremony_init(&w.c, &fault, "cancelling", 10, keys, 2, 2), RR_OK);
    for (uint32_t j = 0; j < 2; j++) {
        const rr_random random = {chosen, &drawn[j]};
        assert_int_equal(rr_ceremony_round1(w.messages[j], &w.c, j + 1, &w.secrets[j], &random), RR_OK);
        w.each[j] = w.messages[j];
    }
    for (uint32_t j = 0; j < 2; j++) {
        assert_int_equal(rr_ceremony_round2(&share, &fault, &w.c, j + 1, &w.secrets[j], w.each), RR_OK);
        assert_memory_equal(share.y, eleven, 32);
    }
    certify(&w);
    assert_int_equal(rr_certificate_check_var(&w.Y, w.Y_of, &fault, &w.c, w.certificate, w.certificate_len), RR_OK);
    assert_int_equal(crypto_scalarmult_ristretto255_base(point, eleven), 0);
    assert_memory_equal(w.Y.bytes, point, 32);
    for (uint32_t j = 0; j < 2; j++) assert_memory_equal(w.Y_of[j].bytes, point, 32);
}

static int set_up(void **state) {
    static world w;
    if (sodium_init() < 0) return -1;
    make_world(&w, 3, 5);
    *state = &w;
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_of_the_text),  cmocka_unit_test(shares_and_keys),
        cmocka_unit_test(setting_up),           cmocka_unit_test(own_key),
        cmocka_unit_test(altered_messages),     cmocka_unit_test(checked_by_anybody),
        cmocka_unit_test(wrong_share),          cmocka_unit_test(out_of_place),
        cmocka_unit_test(altered_certificates), cmocka_unit_test(conspiracy),
        cmocka_unit_test(cancelling),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
