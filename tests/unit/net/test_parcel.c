/* SPDX-License-Identifier: Apache-2.0 */
/* Signed requests: each check is the one that refuses a parcel of its own, in which all else is right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/sha2.h"
#include "base/text.h"
#include "net/parcel.h"

enum { NOW = 1800000000, MINUTE = 60 };
#define SERVER "petitions.example"

static rr_signer registrar, stranger;
static rr_vkey keys[2]; /* of somebody else, and of the registrar */
static char key_texts[2][400];
static const char *rule;

static rr_signer signer_of(const char *name, uint8_t byte) {
    uint8_t seed[32];
    rr_signer signer;
    memset(seed, byte, sizeof seed);
    assert_int_equal(rr_signer_make(&signer, rr_text_of(name), RR_VKEY_ED25519, seed), RR_OK);
    return signer;
}

static void read_vkey(rr_vkey *vkey, char *text, size_t size, const rr_signer *signer) {
    rr_error why;
    size_t len = rr_signer_vkey(text, size, signer);
    assert_int_equal(rr_vkey_read(vkey, &why, (rr_text){text, len}, RR_VKEY_ED25519), RR_OK);
}

static int begin(void **state) {
    (void)state;
    rr_signer first = signer_of("first.example", 1);
    registrar = signer_of("registrar.example/staff", 2);
    stranger = signer_of("stranger.example", 3);
    read_vkey(&keys[0], key_texts[0], sizeof key_texts[0], &first);
    read_vkey(&keys[1], key_texts[1], sizeof key_texts[1], &registrar);
    return 0;
}

typedef struct bytes {
    uint8_t *data;
    size_t len;
} bytes;

static bytes make(const char *verb, const char *server, int64_t now, const rr_signer *signer, const rr_blob *parts,
                  size_t count) {
    bytes b;
    assert_int_equal(rr_parcel_make(&b.data, &b.len, verb, rr_text_of(server), now, signer, parts, count), RR_OK);
    return b;
}

/* Opens a copy of its exact size at NOW, so that nothing beyond it is read. */
static rr_status open_bytes(rr_parcel *parcel, const uint8_t *data, size_t len, const char *verb, const char *server) {
    rr_parcel own;
    uint8_t *copy = malloc(len ? len : 1);
    assert_non_null(copy);
    if (len) memcpy(copy, data, len);
    rule = NULL;
    rr_status status = rr_parcel_open_var(parcel ? parcel : &own, &rule, copy, len, verb, rr_text_of(server), NOW, keys, 2);
    if (status != RR_OK) assert_non_null(rule);
    free(copy);
    return status;
}

static rr_status admit(const uint8_t *data, size_t len, const char *verb, const char *server) {
    uint8_t *copy = malloc(len ? len : 1);
    assert_non_null(copy);
    if (len) memcpy(copy, data, len);
    rule = NULL;
    rr_status status = rr_parcel_admit_var(&rule, copy, len, verb, rr_text_of(server), NOW, keys, 2);
    free(copy);
    return status;
}

static const rr_blob some[] = {{(const uint8_t *)"one", 3}, {NULL, 0}, {(const uint8_t *)"three\n", 6}};

/* A parcel whose note says `text` (a %s: the digest of the parts), signed by the registrar. */
static bytes forge(const char *format, const uint8_t *rest, size_t rest_len) {
    char digest[65], text[1900], note[6000];
    uint8_t hash[32];
    size_t len = 0;
    rr_sha256_of(hash, rest, rest_len);
    rr_hex(digest, hash, 32);
    const char *at = strstr(format, "%s");
    int text_len = at ? snprintf(text, sizeof text, "%.*s%s%s", (int)(at - format), format, digest, at + 2)
                      : snprintf(text, sizeof text, "%s", format);
    assert_int_equal(rr_note_begin(note, sizeof note, &len, (rr_text){text, (size_t)text_len}), RR_OK);
    assert_int_equal(rr_note_add(note, sizeof note, &len, &registrar, 0), RR_OK);
    bytes b = {malloc(4 + len + rest_len), 4 + len + rest_len};
    assert_non_null(b.data);
    rr_store32_le(b.data, (uint32_t)len);
    memcpy(b.data + 4, note, len);
    if (rest_len) memcpy(b.data + 4 + len, rest, rest_len);
    return b;
}

static void round_trip(void **state) {
    (void)state;
    for (size_t count = 0; count <= RR_PARCEL_PARTS_MAX; count++) {
        rr_blob parts[RR_PARCEL_PARTS_MAX];
        for (size_t i = 0; i < count; i++) parts[i] = some[i % 3];
        bytes b = make("roll", SERVER, NOW, &registrar, parts, count);
        rr_parcel parcel;
        assert_int_equal(rr_parcel_open_var(&parcel, &rule, b.data, b.len, "roll", rr_text_of(SERVER), NOW, keys, 2), RR_OK);
        assert_ptr_equal(parcel.signer, &keys[1]);
        assert_int_equal(parcel.count, count);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(parcel.parts[i].len, parts[i].len);
            if (parts[i].len) assert_memory_equal(parcel.parts[i].bytes, parts[i].bytes, parts[i].len);
        }
        free(b.data);
    }
}

static void what_is_not_made(void **state) {
    (void)state;
    rr_blob parts[RR_PARCEL_PARTS_MAX + 1];
    uint8_t *out = NULL;
    size_t len;
    char name[RR_SIGNER_NAME_MAX + 1];
    for (size_t i = 0; i <= RR_PARCEL_PARTS_MAX; i++) parts[i] = some[0];
    memset(name, 'x', sizeof name);
    assert_int_equal(rr_parcel_make(&out, &len, "roll", rr_text_of(SERVER), NOW, &registrar, parts, RR_PARCEL_PARTS_MAX + 1),
                     RR_ARGUMENT);
    assert_int_equal(rr_parcel_make(&out, &len, "roll", (rr_text){name, sizeof name}, NOW, &registrar, parts, 1), RR_ARGUMENT);
    assert_int_equal(rr_parcel_make(&out, &len, "roll", rr_text_of(SERVER), INT64_MAX, &registrar, parts, 1), RR_ARGUMENT);
    assert_int_equal(rr_parcel_make(&out, &len, "ro\x01ll", rr_text_of(SERVER), NOW, &registrar, parts, 1), RR_ARGUMENT);
    assert_null(out);
}

static void another_verb_or_server(void **state) {
    (void)state;
    bytes b = make("roll", SERVER, NOW, &registrar, some, 3);
    assert_int_equal(open_bytes(NULL, b.data, b.len, "roll", SERVER), RR_OK);
    assert_int_equal(open_bytes(NULL, b.data, b.len, "petition", SERVER), RR_REFUSED);
    assert_non_null(strstr(rule, "another thing"));
    assert_int_equal(open_bytes(NULL, b.data, b.len, "rol", SERVER), RR_REFUSED);
    assert_int_equal(open_bytes(NULL, b.data, b.len, "rolls", SERVER), RR_REFUSED);
    assert_int_equal(open_bytes(NULL, b.data, b.len, "roll", "other.example"), RR_REFUSED);
    assert_non_null(strstr(rule, "another server"));
    assert_int_equal(open_bytes(NULL, b.data, b.len, "roll", "petitions.exampl"), RR_REFUSED);
    assert_int_equal(open_bytes(NULL, b.data, b.len, "roll", "petitions.example2"), RR_REFUSED);
    free(b.data);
}

static void the_time(void **state) {
    (void)state;
    static const struct {
        int64_t signed_at;
        rr_status status;
    } cases[] = {{NOW, RR_OK},
                 {NOW - 10 * MINUTE, RR_OK},
                 {NOW + 10 * MINUTE, RR_OK},
                 {NOW - 10 * MINUTE - 1, RR_REFUSED},
                 {NOW + 10 * MINUTE + 1, RR_REFUSED},
                 {0, RR_REFUSED},
                 {253402300799, RR_REFUSED}}; /* the last second of 9999 */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bytes b = make("roll", SERVER, cases[i].signed_at, &registrar, some, 3);
        assert_int_equal(open_bytes(NULL, b.data, b.len, "roll", SERVER), cases[i].status);
        if (cases[i].status != RR_OK) assert_non_null(strstr(rule, "check both clocks"));
        assert_int_equal(admit(b.data, b.len, "roll", SERVER), cases[i].status);
        free(b.data);
    }
}

static size_t first_len(const bytes *b) {
    return 4 + rr_load32_le(b->data);
}

static void the_parts(void **state) {
    (void)state;
    bytes b = make("roll", SERVER, NOW, &registrar, some, 3);
    /* Every bit behind the note is under the digest. */
    for (size_t at = first_len(&b); at < b.len; at++) {
        b.data[at] ^= 1;
        assert_int_equal(open_bytes(NULL, b.data, b.len, "roll", SERVER), RR_INVALID);
        assert_non_null(strstr(rule, "not those that were signed"));
        b.data[at] ^= 1;
    }
    /* Cut off, or something behind it. */
    for (size_t len = first_len(&b); len < b.len; len++)
        assert_int_equal(open_bytes(NULL, b.data, len, "roll", SERVER), RR_INVALID);
    for (size_t len = 0; len < first_len(&b); len++)
        assert_int_equal(open_bytes(NULL, b.data, len, "roll", SERVER), RR_MALFORMED);
    uint8_t *longer = calloc(1, b.len + 4);
    assert_non_null(longer);
    memcpy(longer, b.data, b.len);
    assert_int_equal(open_bytes(NULL, longer, b.len + 4, "roll", SERVER), RR_INVALID);
    free(longer);
    free(b.data);
}

static void the_signature(void **state) {
    (void)state;
    bytes b = make("roll", SERVER, NOW, &registrar, some, 3);
    size_t len = first_len(&b), refused = 0;
    for (size_t at = 4; at < len; at++) {
        b.data[at] ^= 1;
        rr_status status = open_bytes(NULL, b.data, b.len, "roll", SERVER);
        assert_int_not_equal(status, RR_OK);
        refused += status == RR_INVALID;
        assert_int_not_equal(admit(b.data, b.len, "roll", SERVER), RR_OK);
        b.data[at] ^= 1;
    }
    assert_true(refused > 100); /* text and signature; the rest is no note any more, or by an unknown key */
    free(b.data);
    /* A key with the name of one that is known, and its id. */
    rr_signer same = signer_of("registrar.example/staff", 9);
    memcpy(same.id, registrar.id, sizeof same.id);
    b = make("roll", SERVER, NOW, &same, some, 3);
    assert_int_equal(open_bytes(NULL, b.data, b.len, "roll", SERVER), RR_INVALID);
    assert_non_null(strstr(rule, "does not verify"));
    free(b.data);
    b = make("roll", SERVER, NOW, &stranger, some, 3);
    assert_int_equal(open_bytes(NULL, b.data, b.len, "roll", SERVER), RR_REFUSED);
    assert_non_null(strstr(rule, "not signed by a key that may ask"));
    assert_int_equal(admit(b.data, b.len, "roll", SERVER), RR_REFUSED);
    rule = NULL;
    assert_int_equal(
        rr_parcel_open_var(&(rr_parcel){.count = 0}, &rule, b.data, b.len, "roll", rr_text_of(SERVER), NOW, NULL, 0),
        RR_REFUSED);
    free(b.data);
}

#define TIME "2027-01-15T08:00:00Z" /* NOW */

static void forged_texts(void **state) {
    (void)state;
    uint8_t rest[4 + 3];
    rr_store32_le(rest, 3);
    memcpy(rest + 4, "one", 3);
    static const struct {
        const char *text;
        rr_status status;
    } cases[] = {
        {"round-robin request v1\nroll\n" SERVER "\n" TIME "\n%s\n", RR_OK},
        {"round-robin request v2\nroll\n" SERVER "\n" TIME "\n%s\n", RR_MALFORMED},
        {"round-robin request v1\nroll\n" SERVER "\n" TIME "\n%s\nmore\n", RR_MALFORMED},
        {"round-robin request v1\nroll\n" SERVER "\n" TIME "\n%s\n\n", RR_MALFORMED},
        {"round-robin request v1\nroll\n" SERVER "\n" TIME "\n", RR_MALFORMED},
        {"round-robin request v1\n", RR_MALFORMED},
        {"round-robin request v1\nroll\n" SERVER "\n2027-01-15 08:00:00Z\n%s\n", RR_MALFORMED},
        {"round-robin request v1\nroll\n" SERVER "\n" TIME "\n%s0\n", RR_INVALID},
        {"round-robin request v1\nroll\n" SERVER "\n" TIME "\n\n", RR_INVALID},
        {"round-robin request v1\nroll\n" SERVER "\n" TIME
         "\n0000000000000000000000000000000000000000000000000000000000000000\n",
         RR_INVALID},
        {"round-robin request v1\nroll\n\n" TIME "\n%s\n", RR_REFUSED},
        {"round-robin request v1\n\n" SERVER "\n" TIME "\n%s\n", RR_REFUSED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bytes b = forge(cases[i].text, rest, sizeof rest);
        rr_status status = open_bytes(NULL, b.data, b.len, "roll", SERVER);
        if (status != cases[i].status) fail_msg("case %zu: status %d: %s", i, (int)status, rule ? rule : "");
        free(b.data);
    }
}

/* The digest holds, and yet the parts are none. */
static void forged_parts(void **state) {
    (void)state;
    static const char text[] = "round-robin request v1\nroll\n" SERVER "\n" TIME "\n%s\n";
    uint8_t rest[64] = {0};
    rr_parcel parcel;
    /* Eight empty parts are taken, nine are too many. */
    bytes b = forge(text, rest, 4 * RR_PARCEL_PARTS_MAX);
    assert_int_equal(open_bytes(&parcel, b.data, b.len, "roll", SERVER), RR_OK);
    assert_int_equal(parcel.count, RR_PARCEL_PARTS_MAX);
    free(b.data);
    b = forge(text, rest, 4 * (RR_PARCEL_PARTS_MAX + 1));
    assert_int_equal(open_bytes(NULL, b.data, b.len, "roll", SERVER), RR_MALFORMED);
    assert_non_null(strstr(rule, "too many"));
    free(b.data);
    static const uint32_t lengths[] = {4, 5, 0x7fffffff, 0x80000000, 0xffffffff};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        rr_store32_le(rest, lengths[i]);
        b = forge(text, rest, 4 + 3);
        assert_int_equal(open_bytes(NULL, b.data, b.len, "roll", SERVER), RR_MALFORMED);
        assert_non_null(strstr(rule, "cut off"));
        free(b.data);
    }
    for (size_t len = 1; len < 4; len++) {
        b = forge(text, rest, len);
        assert_int_equal(open_bytes(NULL, b.data, b.len, "roll", SERVER), RR_MALFORMED);
        free(b.data);
    }
}

static void notes_that_are_too_long(void **state) {
    (void)state;
    char text[1900];
    snprintf(text, sizeof text, "round-robin request v1\nroll\n%.*d\n" TIME "\n%%s\n", 1500, 0);
    bytes b = forge(text, NULL, 0);
    assert_int_equal(open_bytes(NULL, b.data, b.len, "roll", SERVER), RR_REFUSED); /* long, but a note */
    free(b.data);
    uint8_t head[4];
    rr_store32_le(head, 2048);
    assert_int_equal(admit(head, 4, "roll", SERVER), RR_NOT_FOUND);
    rr_store32_le(head, 2049);
    assert_int_equal(admit(head, 4, "roll", SERVER), RR_MALFORMED);
    assert_int_equal(admit(head, 3, "roll", SERVER), RR_NOT_FOUND);
    /* A valid note with so many signatures of others that it is above the limit. */
    char note[8000];
    size_t len = 0;
    static const char valid[] = "round-robin request v1\nroll\n" SERVER "\n" TIME
                                "\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n";
    assert_int_equal(rr_note_begin(note, sizeof note, &len, rr_text_of(valid)), RR_OK);
    assert_int_equal(rr_note_add(note, sizeof note, &len, &registrar, 0), RR_OK);
    uint8_t *parcel = calloc(1, 8004);
    assert_non_null(parcel);
    for (bool small = true; small;) {
        small = len <= 2048;
        rr_store32_le(parcel, (uint32_t)len);
        memcpy(parcel + 4, note, len);
        rr_status status = open_bytes(NULL, parcel, 4 + len, "roll", SERVER);
        assert_int_equal(status, small ? RR_OK : RR_MALFORMED);
        assert_int_equal(admit(parcel, 4 + len, "roll", SERVER), status);
        char name[32];
        snprintf(name, sizeof name, "other%zu.example", len);
        rr_signer other = signer_of(name, (uint8_t)len);
        assert_int_equal(rr_note_add(note, sizeof note, &len, &other, 0), RR_OK);
    }
    free(parcel);
}

static void admitted_from_the_note_on(void **state) {
    (void)state;
    bytes b = make("roll", SERVER, NOW, &registrar, some, 3);
    size_t note = first_len(&b);
    for (size_t len = 0; len <= b.len; len++)
        assert_int_equal(admit(b.data, len, "roll", SERVER), len < note ? RR_NOT_FOUND : RR_OK);
    assert_int_equal(admit(b.data, b.len, "petition", SERVER), RR_REFUSED);
    assert_int_equal(admit(b.data, b.len, "roll", "other.example"), RR_REFUSED);
    free(b.data);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(what_is_not_made),
        cmocka_unit_test(another_verb_or_server),
        cmocka_unit_test(the_time),
        cmocka_unit_test(the_parts),
        cmocka_unit_test(the_signature),
        cmocka_unit_test(forged_texts),
        cmocka_unit_test(forged_parts),
        cmocka_unit_test(notes_that_are_too_long),
        cmocka_unit_test(admitted_from_the_note_on),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}
