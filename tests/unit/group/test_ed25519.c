/* SPDX-License-Identifier: Apache-2.0 */
/* Verification of Ed25519 against libsodium: the same verdict on everything, above all on what only some verifiers take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <string.h>

#include "group/ed25519.h"
#include "group/scalar.h"

enum { KEYS = 24, FLIPS = 40 };

typedef struct signed_message {
    uint8_t signature[64], key[32], message[80];
    size_t len;
} signed_message;

static bool same_verdict(const signed_message *m) {
    bool own = rr_ed25519_verify_var(m->signature, m->message, m->len, m->key);
    bool theirs = crypto_sign_verify_detached(m->signature, m->message, m->len, m->key) == 0;
    assert_int_equal(own, theirs);
    return own;
}

static void new_message(signed_message *m, uint8_t secret[64]) {
    crypto_sign_keypair(m->key, secret);
    m->len = randombytes_uniform(sizeof m->message);
    randombytes_buf(m->message, sizeof m->message);
    crypto_sign_detached(m->signature, NULL, m->message, m->len, secret);
}

static void valid_and_altered(void **state) {
    (void)state;
    for (int i = 0; i < KEYS; i++) {
        signed_message m;
        uint8_t secret[64];
        new_message(&m, secret);
        assert_true(same_verdict(&m));
        for (int k = 0; k < FLIPS; k++) {
            signed_message altered = m;
            uint8_t *where = k % 3 == 0 ? altered.key : altered.signature;
            uint32_t bit = randombytes_uniform(where == altered.key ? 256 : 512);
            where[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_false(same_verdict(&altered));
        }
        if (m.len > 0) {
            m.message[randombytes_uniform((uint32_t)m.len)] ^= 1;
            assert_false(same_verdict(&m));
        }
    }
}

/* RFC 8032, 7.1, TEST 1 to 3. */
static void vectors_of_the_rfc(void **state) {
    (void)state;
    static const struct {
        const char *key, *message, *signature;
    } tests[] = {{"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595b"
                  "be24655141438e7a100b"},
                 {"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb430"
                  "2aeeb00d291612bb0c00"},
                 {"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716e"
                  "d28dc027beceea1ec40a"}};
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        signed_message m;
        size_t len;
        assert_int_equal(sodium_hex2bin(m.key, 32, tests[i].key, 64, NULL, &len, NULL), 0);
        assert_int_equal(sodium_hex2bin(m.signature, 64, tests[i].signature, 128, NULL, &len, NULL), 0);
        assert_int_equal(
            sodium_hex2bin(m.message, sizeof m.message, tests[i].message, strlen(tests[i].message), NULL, &m.len, NULL), 0);
        assert_true(same_verdict(&m));
    }
}

/* S + L is the same number modulo the order, and another signature to whoever does not look. */
static void s_above_the_order(void **state) {
    (void)state;
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                      0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                      0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
    for (int i = 0; i < KEYS; i++) {
        signed_message m;
        uint8_t secret[64];
        unsigned carry = 0;
        new_message(&m, secret);
        for (size_t k = 0; k < 32; k++) {
            carry += (unsigned)m.signature[32 + k] + order[k];
            m.signature[32 + k] = (uint8_t)carry;
            carry >>= 8;
        }
        assert_false(same_verdict(&m));
    }
}

/* The eight points of small order, and their spellings that are not canonical: as key and as R, each with the other one honest or small too. */
static void small_order(void **state) {
    (void)state;
    static const char *const small[] = {"0100000000000000000000000000000000000000000000000000000000000000",
                                        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                        "0000000000000000000000000000000000000000000000000000000000000000",
                                        "0000000000000000000000000000000000000000000000000000000000000080",
                                        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                                        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                                        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                                        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
                                        "0100000000000000000000000000000000000000000000000000000000000080",
                                        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                                        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                                        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"};
    size_t count = sizeof small / sizeof *small, len;
    for (size_t i = 0; i < count; i++) {
        signed_message m;
        uint8_t secret[64];
        new_message(&m, secret);
        signed_message key = m, r = m, both = m;
        assert_int_equal(sodium_hex2bin(key.key, 32, small[i], 64, NULL, &len, NULL), 0);
        assert_int_equal(sodium_hex2bin(r.signature, 32, small[i], 64, NULL, &len, NULL), 0);
        assert_false(same_verdict(&key));
        assert_false(same_verdict(&r));
        for (size_t k = 0; k < count; k++) {
            assert_int_equal(sodium_hex2bin(both.key, 32, small[i], 64, NULL, &len, NULL), 0);
            assert_int_equal(sodium_hex2bin(both.signature, 32, small[k], 64, NULL, &len, NULL), 0);
            memset(both.signature + 32, 0, 32);
            assert_false(same_verdict(&both));
        }
    }
}

/* R or the key with a point of order 8 added: with a cofactor such a signature verifies, without one it does not; where the challenge is a multiple of
 * 8, or of the point's order, it does for both. */
static void mixed_order(void **state) {
    (void)state;
    uint8_t torsion_bytes[32];
    size_t len;
    rr_ge torsion, base_point;
    rr_ge_cached cached;
    assert_int_equal(sodium_hex2bin(torsion_bytes, 32, "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", 64,
                                    NULL, &len, NULL),
                     0);
    assert_true(rr_ed25519_decode_var(&torsion, torsion_bytes));
    rr_ge_to_cached(&cached, &torsion);
    int taken = 0;
    for (int i = 0; i < 8 * KEYS; i++) {
        signed_message m;
        uint8_t secret[64], digest[64], a[32], r[32], h[32], product[32];
        new_message(&m, secret);
        /* The key A + T, and a signature that its holder makes: S = r + h*a, R = r*B. */
        assert_true(rr_ed25519_decode_var(&base_point, m.key));
        rr_ge_add(&base_point, &base_point, &cached);
        rr_ed25519_encode_var(m.key, &base_point);
        crypto_hash_sha512(digest, secret, 32);
        digest[0] &= 248;
        digest[31] = (uint8_t)((digest[31] & 127) | 64);
        memset(digest + 32, 0, 32);
        crypto_core_ed25519_scalar_reduce(a, digest);
        crypto_core_ed25519_scalar_random(r);
        assert_int_equal(crypto_scalarmult_ed25519_base_noclamp(m.signature, r), 0);
        if (i % 2 == 1) {
            assert_true(rr_ed25519_decode_var(&base_point, m.signature));
            rr_ge_add(&base_point, &base_point, &cached);
            rr_ed25519_encode_var(m.signature, &base_point);
        }
        crypto_hash_sha512_state hash;
        crypto_hash_sha512_init(&hash);
        crypto_hash_sha512_update(&hash, m.signature, 32);
        crypto_hash_sha512_update(&hash, m.key, 32);
        crypto_hash_sha512_update(&hash, m.message, m.len);
        crypto_hash_sha512_final(&hash, digest);
        crypto_core_ed25519_scalar_reduce(h, digest);
        crypto_core_ed25519_scalar_mul(product, h, a);
        crypto_core_ed25519_scalar_add(m.signature + 32, r, product);
        taken += same_verdict(&m);
    }
    /* One of eight challenges is a multiple of 8. */
    assert_true(taken > 0 && taken < 8 * KEYS);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(valid_and_altered), cmocka_unit_test(vectors_of_the_rfc),
                                       cmocka_unit_test(s_above_the_order), cmocka_unit_test(small_order),
                                       cmocka_unit_test(mixed_order)};
    if (sodium_init() < 0) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
