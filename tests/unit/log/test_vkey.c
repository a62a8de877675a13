/* SPDX-License-Identifier: Apache-2.0 */
/* PROTOCOL.md section 1: verifier keys of signed notes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/bytes.h"
#include "roundrobin/text.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* From the protocol's vectors. */
static const char log_key[] = "petitions.example.org+87572137+AWGvHjobZlZ8T77UvVz+ZC5E3unYWymE7qndOHxSLAWa";
static const char witness_key[] = "witness-two.example+8cb389cd+BAjfjJdOBf+T/eMYJxp2nyZAjZ30KT6XBpEMbqFxn3bM";

static void known_keys_are_read(void **state) {
    (void)state;
    rr_vkey vkey;
    rr_error error;
    assert_int_equal(rr_vkey_read(&vkey, &error, rr_text_of(log_key), RR_VKEY_ED25519), RR_OK);
    assert_true(rr_text_equal(vkey.text, rr_text_of(log_key)));
    assert_true(rr_text_equal(vkey.name, rr_text_of("petitions.example.org")));
    assert_memory_equal(vkey.id, "\x87\x57\x21\x37", 4);
    assert_int_equal(vkey.type, 1);
    assert_memory_equal(vkey.key, "\x61\xaf\x1e\x3a\x1b\x66\x56\x7c", 8);
    assert_int_equal(rr_vkey_read(&vkey, NULL, rr_text_of(witness_key), RR_VKEY_COSIGNATURE), RR_OK);
    assert_int_equal(vkey.type, 4);
}

static void what_is_written_is_read(void **state) {
    (void)state;
    static const char *const names[] = {"a", "example.org/log", "Приклад", "a/b=c", "\xe2\x80\x8b"};
    for (uint32_t i = 0; i < 200; i++) {
        uint8_t key[32], secret[64], type = i % 2 == 0 ? RR_VKEY_ED25519 : RR_VKEY_COSIGNATURE;
        rr_text name = rr_text_of(names[i % LENGTH(names)]);
        char text[128];
        rr_vkey vkey;
        rr_error error;
        crypto_sign_keypair(key, secret);
        size_t len = rr_vkey_write(NULL, 0, name, type, key);
        assert_int_equal(len, name.len + 54);
        memset(text, '!', sizeof text);
        assert_int_equal(rr_vkey_write(text, len - 1, name, type, key), len);
        assert_int_equal(text[0], '!');
        assert_int_equal(rr_vkey_write(text, len, name, type, key), len);
        assert_int_equal(text[len], '!');
        rr_text written = {text, len};
        assert_int_equal(rr_vkey_read(&vkey, &error, written, type), RR_OK);
        assert_true(rr_text_equal(vkey.name, name));
        assert_memory_equal(vkey.key, key, 32);
        /* The base64 is the usual one. */
        uint8_t bytes[33];
        char base64[45];
        bytes[0] = type;
        memcpy(bytes + 1, key, 32);
        sodium_bin2base64(base64, sizeof base64, bytes, sizeof bytes, sodium_base64_VARIANT_ORIGINAL);
        assert_memory_equal(text + len - 44, base64, 44);
    }
}

static void assert_refused(const char *text, uint8_t type, uint32_t column, const char *rule) {
    rr_vkey vkey;
    rr_error error;
    if (rr_vkey_read(&vkey, &error, rr_text_of(text), type) != RR_MALFORMED) fail_msg("taken: %s", text);
    if (strncmp(error.rule, rule, strlen(rule)) != 0) fail_msg("%s: %s", text, error.rule);
    assert_int_equal(error.status, RR_MALFORMED);
    assert_int_equal(error.line, 0);
    assert_int_equal(error.column, column);
}

/* A vkey with a good key ID, whatever its name and key are. */
static void assert_made_refused(const char *name, uint8_t type, const uint8_t key[32], uint32_t column, const char *rule) {
    char text[256];
    size_t len = rr_vkey_write(text, sizeof text - 1, rr_text_of(name), type, key);
    assert_true(len < sizeof text);
    text[len] = '\0';
    assert_refused(text, type, column, rule);
}

static void bad_forms_are_refused(void **state) {
    (void)state;
    static const char form[] = "a verifier key is NAME+KEYID+BASE64";
    static const char id[] = "the key ID of a verifier key is 8 lowercase hex digits";
    static const char base64[] = "the last part of a verifier key is 44 characters of base64: type and 32 bytes";
    assert_refused("", 1, 1, form);
    assert_refused("name", 1, 1, form);
    assert_refused("name+87572137", 1, 1, form);
    assert_refused("+87572137+AWGvHjobZlZ8T77UvVz+ZC5E3unYWymE7qndOHxSLAWa", 1, 1, "the name of a verifier key is not empty");
    assert_refused("a+8757213+AWGvHjobZlZ8T77UvVz+ZC5E3unYWymE7qndOHxSLAWa", 1, 3, id);
    assert_refused("a+875721370+AWGvHjobZlZ8T77UvVz+ZC5E3unYWymE7qndOHxSLAWa", 1, 3, id);
    assert_refused("a+8757213A+AWGvHjobZlZ8T77UvVz+ZC5E3unYWymE7qndOHxSLAWa", 1, 3, id);
    assert_refused("a+b+87572137+AWGvHjobZlZ8T77UvVz+ZC5E3unYWymE7qndOHxSLAWa", 1, 3, id);
    assert_refused("a+87572137+", 1, 12, base64);
    assert_refused("a+87572137+AWGvHjobZlZ8T77UvVz+ZC5E3unYWymE7qndOHxSLAW", 1, 12, base64);
    assert_refused("a+87572137+AWGvHjobZlZ8T77UvVz+ZC5E3unYWymE7qndOHxSLAWa\n", 1, 12, base64);
    assert_refused("a+87572137+AWGvHjobZlZ8T77UvVz+ZC5E3unYWymE7qndOHxSLAWaAAAA", 1, 12, base64);
    assert_refused("a+87572137+AWGvHjobZlZ8T77UvVz-ZC5E3unYWymE7qndOHxSLAWa", 1, 12, base64); /* the URL alphabet */
    assert_refused("a+87572137+AWGvHjobZlZ8T77UvVz+ZC5E3unYWymE7qndOHxSLAW=", 1, 12, base64);
    assert_refused("a+87572137+AWGvHjobZlZ8T77UvVz ZC5E3unYWymE7qndOHxSLAWa", 1, 12, base64);
}

static void bad_names_are_refused(void **state) {
    (void)state;
    static const char *const spaces[] = {" ",
                                         "\xc2\xa0",
                                         "\xe1\x9a\x80",
                                         "\xe2\x80\x80",
                                         "\xe2\x80\x85",
                                         "\xe2\x80\x8a",
                                         "\xe2\x80\xaf",
                                         "\xe2\x81\x9f",
                                         "\xe3\x80\x80"};
    uint8_t key[32], secret[64], seed[32] = {5};
    crypto_sign_seed_keypair(key, secret, seed);
    for (size_t i = 0; i < LENGTH(spaces); i++) {
        char name[16];
        snprintf(name, sizeof name, "a%sb", spaces[i]);
        assert_made_refused(name, 1, key, 1, "the name of a verifier key holds no white space");
    }
    assert_made_refused("a\tb", 1, key, 1, "there is a TAB");
    assert_made_refused("a\x7f", 1, key, 1, "there is a control character");
    assert_made_refused("a\xff", 1, key, 1, "this is not well-formed UTF-8");
    assert_made_refused("a\xe2\x80\xa8", 1, key, 1, "there is a line or paragraph separator");
    assert_made_refused("a\xc2\x85", 1, key, 1, "there is a control character");
}

static void bad_keys_are_refused(void **state) {
    (void)state;
    static const char key_rule[] = "the verifier key holds no Ed25519 key";
    static const uint8_t identity[32] = {1}, order_4[32] = {0}, not_on_curve[32] = {2};
    uint8_t order_2[32], not_canonical[32], order_8[32];
    memset(order_2, 0xff, sizeof order_2); /* y = -1 */
    order_2[0] = 0xec;
    order_2[31] = 0x7f;
    memset(not_canonical, 0xff, sizeof not_canonical); /* y = p + 3, and 3 is on the curve */
    not_canonical[0] = 0xf0;
    not_canonical[31] = 0x7f;
    assert_true(rr_unhex(order_8, 32, "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", 64));
    assert_made_refused("a", 1, identity, 1, key_rule);
    assert_made_refused("a", 1, order_2, 1, key_rule);
    assert_made_refused("a", 1, order_4, 1, key_rule);
    assert_made_refused("a", 1, order_8, 1, key_rule);
    assert_made_refused("a", 1, not_on_curve, 1, key_rule);
    assert_made_refused("a", 4, not_canonical, 1, key_rule);
}

static void other_types_are_refused(void **state) {
    (void)state;
    assert_refused(log_key, RR_VKEY_COSIGNATURE, 32, "this must be a verifier key of type 4");
    assert_refused(witness_key, RR_VKEY_ED25519, 30, "this must be a verifier key of type 1");
}

static void another_key_id_is_refused(void **state) {
    (void)state;
    assert_refused("petitions.example.com+87572137+AWGvHjobZlZ8T77UvVz+ZC5E3unYWymE7qndOHxSLAWa", 1, 23,
                   "the key ID is not the one of this name and key");
    assert_refused("petitions.example.org+87572138+AWGvHjobZlZ8T77UvVz+ZC5E3unYWymE7qndOHxSLAWa", 1, 23,
                   "the key ID is not the one of this name and key");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_keys_are_read),       cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(bad_forms_are_refused),     cmocka_unit_test(bad_names_are_refused),
        cmocka_unit_test(bad_keys_are_refused),      cmocka_unit_test(other_types_are_refused),
        cmocka_unit_test(another_key_id_is_refused),
    };
    if (sodium_init() < 0) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
