/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

file file_of(const char *format, ...) {
    va_list arguments;
    file made;
    va_start(arguments, format);
    int len = vasprintf(&made.text, format, arguments);
    va_end(arguments);
    assert_true(len >= 0);
    made.len = (size_t)len;
    return made;
}

file file_changed(const file *good, uint32_t line, const char *from, const char *to) {
    char *at = good->text;
    for (uint32_t i = 1; i < line; i++) {
        at = strchr(at, '\n');
        assert_non_null(at);
        at++;
    }
    size_t cut = strlen(from);
    if (strcmp(from, WHOLE_LINE) == 0) {
        cut = strcspn(at, "\n") + 1;
    } else {
        at = strstr(at, from);
        if (at == NULL) fail_msg("the fixture has no `%s`", from);
    }
    return file_of("%.*s%s%s", (int)(at - good->text), good->text, to, at + cut);
}

void assert_fault(const fault *expected, rr_status status, const rr_error *error) {
    rr_status wanted = expected->status == RR_OK ? RR_MALFORMED : expected->status;
    if (status != wanted) fail_msg("%s: %s", expected->what, rr_status_text(status));
    if (error->status != wanted || error->rule == NULL) fail_msg("%s: no error was given", expected->what);
    if (error->line != expected->at_line || error->column != expected->at_column ||
        strncmp(error->rule, expected->rule, strlen(expected->rule)) != 0)
        fail_msg("%s: line %u, column %u: %s", expected->what, error->line, error->column, error->rule);
}

void made_key(uint8_t key[32], uint32_t i) {
    uint8_t scalar[32] = {0};
    rr_store32_le(scalar, i + 1);
    assert_int_equal(crypto_scalarmult_ristretto255_base(key, scalar), 0);
}

void made_salt(uint8_t salt[32], uint32_t i) {
    memset(salt, 0, 32);
    rr_store32_le(salt, i + 1);
}

char *made_hex(const uint8_t *bytes, size_t len) {
    char *hex = malloc(2 * len + 1);
    assert_non_null(hex);
    rr_hex(hex, bytes, len);
    return hex;
}

char *made_vkey(const char *name, uint8_t type, uint32_t number) {
    uint8_t seed[32] = {1}, key[32], secret[64];
    rr_store32_le(seed + 4, number);
    crypto_sign_seed_keypair(key, secret, seed);
    size_t len = rr_vkey_write(NULL, 0, rr_text_of(name), type, key);
    char *vkey = calloc(1, len + 1);
    assert_non_null(vkey);
    assert_int_equal(rr_vkey_write(vkey, len, rr_text_of(name), type, key), len);
    return vkey;
}

void made_roll_init(made_roll *made, uint32_t count, const char *(*class_of)(uint32_t place, void *context), void *context) {
    uint8_t base[32], key[32];
    char(*members)[16] = calloc(count, sizeof *members);
    rr_entry *entries = calloc(count, sizeof *entries);
    char *vkey = made_vkey("registrar.example", RR_VKEY_ED25519, 0);
    assert_true(members != NULL && entries != NULL);
    made_key(base, 0);
    memcpy(key, base, sizeof key);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t salt[32];
        snprintf(members[i], sizeof members[i], "m%07u", i);
        entries[i].member = rr_text_of(members[i]);
        entries[i].class_name = rr_text_of(class_of == NULL ? "" : class_of(i, context));
        made_salt(salt, i);
        rr_name_hash(&entries[i].name, salt, rr_text_of(members[i]));
        memcpy(entries[i].key.bytes, key, sizeof key);
        assert_int_equal(crypto_core_ristretto255_add(key, key, base), 0); /* the same as made_key(i + 1), and quicker */
    }
    rr_roll roll;
    memset(&roll, 0, sizeof roll);
    memset(roll.id.bytes, 0xab, sizeof roll.id.bytes);
    roll.body = rr_text_of("A body");
    roll.source = rr_text_of("https://example.org/members");
    roll.edition = 1;
    roll.registrar.text = rr_text_of(vkey);
    roll.entry_count = count;
    roll.entries = entries;
    made->file.len = rr_roll_write(NULL, 0, &roll);
    made->file.text = malloc(made->file.len);
    assert_non_null(made->file.text);
    assert_int_equal(rr_roll_write(made->file.text, made->file.len, &roll), made->file.len);
    size_t size = rr_roll_size(made->file.text, made->file.len);
    made->memory = malloc(size);
    assert_non_null(made->memory);
    rr_error error;
    rr_status status = rr_roll_parse(&made->roll, &error, made->memory, size, made->file.text, made->file.len, NULL);
    if (status != RR_OK) fail_msg("line %u: %s", error.line, error.rule);
    free(members);
    free(entries);
    free(vkey);
}

void made_roll_free(made_roll *made) {
    free(made->file.text);
    free(made->memory);
}
