/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures that ssh-keygen makes. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "keys.h"
#include "roundrobin/enrol.h"

static const char MESSAGE[] = "a message";

static bytes sign(const char *key, const char *options) {
    run("printf %%s '%s' > message && rm -f message.sig && ssh-keygen -q -Y sign %s -f %s message 2>/dev/null", MESSAGE,
        options, key);
    return slurp("message.sig");
}

static int make_keys(void **state) {
    if (keys_setup(state) != 0) return -1;
    run("ssh-keygen -q -t ed25519 -N '' -f key && ssh-keygen -q -t rsa -b 1024 -N '' -f rsa");
    return 0;
}

static rr_status check(uint8_t key[32], rr_error *error, bytes signature, const char *message) {
    rr_status status = rr_ssh_signature_check_var(key, error, (char *)signature.data, signature.len, message, strlen(message));
    assert_int_equal(status, error->status);
    assert_int_equal(status == RR_OK, error->rule == NULL);
    return status;
}

static void assert_fails(bytes signature, rr_status status, const char *words) {
    uint8_t key[32];
    rr_error error;
    assert_int_equal(check(key, &error, signature, MESSAGE), status);
    assert_says(error.rule, words);
}

static void a_signature_names_its_key(void **state) {
    (void)state;
    uint8_t key[32];
    rr_error error;
    import_log log = import(slurp("key.pub"), RR_IMPORT_AUTHORIZED_KEYS);
    bytes signature = sign("key", "-n round-robin");
    assert_int_equal(check(key, &error, signature, MESSAGE), RR_OK);
    assert_memory_equal(key, log.keys[0].ed25519, 32);
    assert_int_equal(check(key, &error, signature, "another message"), RR_INVALID);
    assert_says(error.rule, "does not verify");
    signature = sign("key", "-n round-robin -O hashalg=sha256");
    assert_int_equal(check(key, &error, signature, MESSAGE), RR_OK);
}

static void other_signatures_are_refused(void **state) {
    (void)state;
    assert_fails(sign("key", "-n git"), RR_REFUSED, "another namespace");
    assert_fails(sign("key", "-n round-robin2"), RR_REFUSED, "another namespace");
    assert_fails(sign("rsa", "-n round-robin"), RR_UNSUPPORTED, "RSA");
    assert_fails(text("-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"), RR_MALFORMED, "inside");
    assert_fails(text("AAAA"), RR_MALFORMED, "BEGIN");
    assert_fails(text(""), RR_MALFORMED, "BEGIN");
}

/* Each byte of what is inside: either it is seen at once, or the signature does not verify. */
static void every_byte_of_a_signature_counts(void **state) {
    (void)state;
    bytes signature = sign("key", "-n round-robin");
    uint8_t raw[1024], key[32];
    size_t len;
    rr_error error;
    const char *begin = strchr((char *)signature.data, '\n') + 1;
    assert_int_equal(sodium_base642bin(raw, sizeof raw, begin, strlen(begin), "\n", &len, &(const char *){NULL}, 1), 0);
    for (size_t i = 0; i < len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            char base64[2048], armoured[3000];
            raw[i] ^= (uint8_t)(1 << bit);
            sodium_bin2base64(base64, sizeof base64, raw, len, sodium_base64_VARIANT_ORIGINAL);
            raw[i] ^= (uint8_t)(1 << bit);
            snprintf(armoured, sizeof armoured, "-----BEGIN SSH SIGNATURE-----\n%s\n-----END SSH SIGNATURE-----\n", base64);
            assert_int_not_equal(check(key, &error, text(armoured), MESSAGE), RR_OK);
        }
    }
    for (size_t shorter = 0; shorter + 1 < signature.len; shorter++) {
        bytes part = cut(signature, shorter);
        assert_int_equal(check(key, &error, part, MESSAGE), RR_MALFORMED);
        free(part.data);
    }
}

/* A signature made by hand over MESSAGE: everything in it holds but what the test changes. */
typedef struct parts {
    uint32_t version;
    const char *purpose, *reserved, *hash_name, *signature_type, *inner_trailer, *trailer;
    size_t signature_len;
} parts;

static size_t append(uint8_t *out, size_t n, const void *data, size_t len) {
    uint8_t prefix[4] = {0, 0, (uint8_t)(len >> 8), (uint8_t)len};
    memcpy(out + n, prefix, 4);
    if (len > 0) memcpy(out + n + 4, data, len);
    return n + 4 + len;
}

static bytes by_hand(parts p) {
    uint8_t seed[32] = {5}, secret[64], hash[64], signature[64], blob[200], raw[600] = "SSHSIG";
    char base64[1000], armoured[1200];
    memcpy(blob, "\0\0\0\013ssh-ed25519\0\0\0\040", 19);
    crypto_sign_seed_keypair(blob + 19, secret, seed);
    uint8_t to_sign[300] = "SSHSIG";
    crypto_hash_sha512(hash, (const uint8_t *)MESSAGE, strlen(MESSAGE));
    size_t n = append(to_sign, 6, p.purpose, strlen(p.purpose));
    n = append(to_sign, n, NULL, 0);
    n = append(to_sign, n, p.hash_name, strlen(p.hash_name));
    n = append(to_sign, n, hash, sizeof hash);
    crypto_sign_detached(signature, NULL, to_sign, n, secret);
    raw[9] = (uint8_t)p.version;
    n = append(raw, 10, blob, 51);
    n = append(raw, n, p.purpose, strlen(p.purpose));
    n = append(raw, n, p.reserved, strlen(p.reserved));
    n = append(raw, n, p.hash_name, strlen(p.hash_name));
    size_t inner = append(blob, 0, p.signature_type, strlen(p.signature_type));
    inner = append(blob, inner, signature, p.signature_len);
    memcpy(blob + inner, p.inner_trailer, strlen(p.inner_trailer));
    n = append(raw, n, blob, inner + strlen(p.inner_trailer));
    memcpy(raw + n, p.trailer, strlen(p.trailer));
    sodium_bin2base64(base64, sizeof base64, raw, n + strlen(p.trailer), sodium_base64_VARIANT_ORIGINAL);
    snprintf(armoured, sizeof armoured, "-----BEGIN SSH SIGNATURE-----\n%s\n-----END SSH SIGNATURE-----\n", base64);
    return text(armoured);
}

static void every_field_of_a_signature_is_checked(void **state) {
    (void)state;
    const parts good = {1, "round-robin", "", "sha512", "ssh-ed25519", "", "", 64};
    uint8_t key[32];
    rr_error error;
    parts p = good;
    assert_int_equal(check(key, &error, by_hand(p), MESSAGE), RR_OK);
    p.version = 2;
    assert_fails(by_hand(p), RR_UNSUPPORTED, "another version");
    p = good, p.purpose = "file";
    assert_fails(by_hand(p), RR_REFUSED, "another namespace");
    p = good, p.reserved = "x";
    assert_fails(by_hand(p), RR_MALFORMED, "reserved");
    p = good, p.hash_name = "sha1";
    assert_fails(by_hand(p), RR_UNSUPPORTED, "hash");
    p = good, p.hash_name = "sha256"; /* it is signed over the other hash */
    assert_fails(by_hand(p), RR_INVALID, "does not verify");
    p = good, p.signature_type = "ssh-rsa";
    assert_fails(by_hand(p), RR_MALFORMED, "not that of an Ed25519 key");
    p = good, p.signature_len = 63;
    assert_fails(by_hand(p), RR_MALFORMED, "not that of an Ed25519 key");
    p = good, p.inner_trailer = "x";
    assert_fails(by_hand(p), RR_MALFORMED, "not that of an Ed25519 key");
    p = good, p.trailer = "x";
    assert_fails(by_hand(p), RR_MALFORMED, "something follows");
}

static int fill(void *context, uint8_t *out, size_t len) {
    (void)context;
    randombytes_buf(out, len);
    return 0;
}

/* As a member does it by hand: docs/spec/enrolment.md. */
static void an_enrolment_is_signed_by_appending_to_its_file(void **state) {
    (void)state;
    const rr_random random = {fill, NULL};
    const rr_roll_id roll_id = {{1}};
    rr_keycard card;
    rr_enrolment_file e;
    uint8_t book[RR_BOOK_MAX], key[32];
    char out[RR_ENROLMENT_TEXT_MAX], digest[RR_BOOK_DIGEST_HEX];
    size_t len;
    rr_error error;
    assert_int_equal(rr_keycard_new(&card, &roll_id, 1, "alice", "Alice", 2, &random), RR_OK);
    assert_int_equal(rr_book_make(params(), book, sizeof book, &len, &card, &random), RR_OK);
    rr_enrolment_of_card(&e, &card, book, len);
    assert_int_equal(rr_enrolment_write(out, sizeof out, &len, &e), RR_OK);
    assert_int_equal(rr_enrolment_signer_var(key, &error, &e), RR_NOT_FOUND);
    assert_says(error.rule, "no SSH signature");
    put("request", (bytes){(uint8_t *)out, len});
    rr_book_digest(digest, e.book, e.book_len);
    run("printf %%s %.128s > digest && rm -f digest.sig && ssh-keygen -q -Y sign -n round-robin -f key digest 2>/dev/null && "
        "cat digest.sig >> request",
        digest);
    bytes request = slurp("request");
    assert_int_equal(rr_enrolment_parse(&e, &error, (char *)request.data, request.len), RR_OK);
    assert_int_equal(rr_enrolment_signer_var(key, &error, &e), RR_OK);
    import_log log = import(slurp("key.pub"), RR_IMPORT_AUTHORIZED_KEYS);
    assert_memory_equal(key, log.keys[0].ed25519, 32);
    e.book[0] ^= 1;
    assert_int_equal(rr_enrolment_signer_var(key, &error, &e), RR_INVALID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signature_names_its_key),
        cmocka_unit_test(other_signatures_are_refused),
        cmocka_unit_test(every_byte_of_a_signature_counts),
        cmocka_unit_test(every_field_of_a_signature_is_checked),
        cmocka_unit_test(an_enrolment_is_signed_by_appending_to_its_file),
    };
    return cmocka_run_group_tests(tests, make_keys, keys_teardown);
}
