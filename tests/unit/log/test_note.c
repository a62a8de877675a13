/* SPDX-License-Identifier: Apache-2.0 */
/* Signed notes: form, verifying, signing keys, signing.  Signatures are made with libsodium by hand where they must be
 * wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log/base64.h"
#include "roundrobin/note.h"

/* The examples of C2SP signed-note. */
static const char foo_key[] = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
static const char foo_note[] = "This is an example message.\n\n— example.com/foo "
                               "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
static const char poem[] = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
                           "— quasimodo.example/salvatore "
                           "NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
static const char text[] = "a text\n";

static rr_signer signer_of(const char *name, uint8_t type, uint8_t seed_byte) {
    uint8_t seed[32];
    rr_signer signer;
    memset(seed, seed_byte, sizeof seed);
    assert_int_equal(rr_signer_make(&signer, rr_text_of(name), type, seed), RR_OK);
    return signer;
}

/* The key's text lives as long as the program: one for each call. */
static rr_vkey vkey_of(const rr_signer *signer) {
    static char texts[64][400];
    static size_t next;
    char *out = texts[next++ % 64];
    size_t len = rr_signer_vkey(out, sizeof texts[0], signer);
    rr_text written = {out, len};
    rr_vkey vkey;
    assert_int_equal(rr_vkey_read(&vkey, NULL, written, signer->type), RR_OK);
    return vkey;
}

static void assert_rule(const rr_error *error, rr_status status, uint32_t line, const char *rule) {
    assert_int_equal(error->status, status);
    assert_int_equal(error->line, line);
    if (strstr(error->rule, rule) == NULL) assert_string_equal(error->rule, rule);
}

/* ---- form ----------------------------------------------------------------------------------------------------------- */

static void test_examples(void **state) {
    (void)state;
    rr_note note;
    rr_vkey key;
    rr_text wanted = rr_text_of("This is an example message.\n"), other = rr_text_of("This is another message.\n");
    rr_error error;
    assert_int_equal(rr_vkey_read(&key, NULL, rr_text_of(foo_key), RR_VKEY_ED25519), RR_OK);
    assert_int_equal(rr_note_check_var(&note, NULL, foo_note, strlen(foo_note), &key, &wanted), RR_OK);
    assert_true(rr_text_equal(note.text, wanted));
    assert_int_equal(note.signature_count, 1);
    assert_int_equal(rr_note_check_var(&note, &error, foo_note, strlen(foo_note), &key, &other), RR_INVALID);
    assert_rule(&error, RR_INVALID, 1, "something else");

    assert_int_equal(rr_note_parse(&note, NULL, poem, strlen(poem)), RR_OK);
    assert_int_equal(note.text.len, strstr(poem, "\n\n—") + 1 - poem); /* the last empty line ends the text */
    rr_note_signature signature;
    size_t offset = 0;
    assert_true(rr_note_next(&signature, &offset, &note));
    assert_true(rr_text_equal(signature.name, rr_text_of("quasimodo.example/salvatore")));
    assert_memory_equal(signature.id, "\x36\x7b\xa0\x4b", 4);
    assert_int_equal(signature.len, 64);
    assert_false(rr_note_next(&signature, &offset, &note));
    assert_int_equal(rr_note_check_var(&note, &error, poem, strlen(poem), &key, NULL), RR_NOT_FOUND);
    assert_rule(&error, RR_NOT_FOUND, 0, "not signed by");
}

static void test_form(void **state) {
    (void)state;
    static const struct {
        const char *note;
        uint32_t line;
        const char *rule;
    } cases[] = {
        {"", 0, "a note is a text"},
        {"text", 0, "a note is a text"},
        {"text\n", 0, "a note is a text"},
        {"\n", 0, "a note is a text"},
        {"text\n— a AAAAAAA=\n", 0, "a note is a text"},
        {"text\n\n", 2, "no signature line"},
        {"text\n\n— a AAAAAAA=\n\n", 4, "no signature line"},
        {"text\n\n— a AAAAAAA=", 3, "not ended by LF"},
        {"text\n\n- a AAAAAAA=\n", 3, "begins with an em dash"},
        {"text\n\n—a AAAAAAA=\n", 3, "begins with an em dash"},
        {"text\n\n— aAAAAAAA=\n", 3, "em dash, name, signature"},
        {"text\n\n—  AAAAAAA=\n", 3, "has a name"},
        {"text\n\n— a+b AAAAAAA=\n", 3, "no + and no white space"},
        {"text\n\n— a\xc2\xa0"
         "b AAAAAAA=\n",
         3, "no + and no white space"},
        {"text\n\n— a\xc2\x85 AAAAAAA=\n", 3, "no + and no white space"},
        {"text\n\n— a\xe3\x80\x80 AAAAAAA=\n", 3, "no + and no white space"},
        {"text\n\n— a\xe2\x80\x83 AAAAAAA=\n", 3, "no + and no white space"},
        {"text\n\n— a  AAAAAAA=\n", 3, "canonical base64"},
        {"text\n\n— a AAAAAAA= \n", 3, "canonical base64"},
        {"text\n\n— a AAAAAAA\n", 3, "canonical base64"},
        {"text\n\n— a AAAAAAB=\n", 3, "canonical base64"},
        {"text\n\n— a AAAAAB==\n", 3, "canonical base64"},
        {"text\n\n— a AAA=AAA=\n", 3, "canonical base64"},
        {"text\n\n— a AAAA_AA=\n", 3, "canonical base64"},
        {"text\n\n— a AAAA====\n", 3, "canonical base64"},
        {"text\n\n— a AAAAAA==\n", 3, "too short"},
        {"text\n\n— a \n", 3, "too short"},
        {"text\n\n— a AAAAAAA=\n— b AAAA\n", 4, "too short"},
        {"te\rxt\n\n— a AAAAAAA=\n", 1, "no control character"},
        {"a\nt\text\n\n— a AAAAAAA=\n", 2, "no control character"},
        {"a\n\x80\n\n— a AAAAAAA=\n", 2, "UTF-8"},
        {"a\n\xc0\x80\n\n— a AAAAAAA=\n", 2, "UTF-8"},
        {"a\n\xed\xa0\x80\n\n— a AAAAAAA=\n", 2, "UTF-8"},
        {"a\n\xf4\x90\x80\x80\n\n— a AAAAAAA=\n", 2, "UTF-8"},
        {"a\n\xe0\x80\x80\n\n— a AAAAAAA=\n", 2, "UTF-8"},
        {"a\n\xe2\x80\n\n— a AAAAAAA=\n", 2, "UTF-8"},
        {"a\n\n— a\xff AAAAAAA=\n", 3, "UTF-8"},
    };
    rr_note note;
    rr_error error;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (rr_note_parse(&note, &error, cases[i].note, strlen(cases[i].note)) != RR_MALFORMED)
            fail_msg("taken: %s", cases[i].note);
        assert_rule(&error, RR_MALFORMED, cases[i].line, cases[i].rule);
        assert_int_equal(rr_note_parse(&note, NULL, cases[i].note, strlen(cases[i].note)), RR_MALFORMED);
    }
    assert_int_equal(rr_note_parse(&note, &error, "a\n\n\0", 4), RR_MALFORMED);
    assert_rule(&error, RR_MALFORMED, 3, "control");
    assert_int_equal(rr_note_parse(&note, &error, "a\xe2\x80\x94", 3), RR_MALFORMED); /* cut within a character */
    assert_rule(&error, RR_MALFORMED, 1, "UTF-8");
    static const char *const spaces[] = {"\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x8a",
                                         "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};
    for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++) {
        char spaced[64];
        size_t len = (size_t)snprintf(spaced, sizeof spaced, "t\n\n— %s AAAAAAA=\n", spaces[i]);
        assert_int_equal(rr_note_parse(&note, &error, spaced, len), RR_MALFORMED);
        assert_rule(&error, RR_MALFORMED, 3, "no white space");
    }
    static const char *const letters[] = {"\xe2\x80\x8b", "\xe1\x9a\x81", "\xe3\x80\x81", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"};
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) { /* not white space */
        char named[64];
        size_t len = (size_t)snprintf(named, sizeof named, "t\n\n— %s AAAAAAA=\n", letters[i]);
        assert_int_equal(rr_note_parse(&note, &error, named, len), RR_OK);
    }
    static const char *const good[] = {"\n\n— a AAAAAAA=\n", "\x7f\xc2\x80\n\n— a AAAAAAA=\n"};
    assert_int_equal(rr_note_parse(&note, NULL, good[0], strlen(good[0])), RR_OK);
    assert_int_equal(note.text.len, 1);
    assert_int_equal(rr_note_parse(&note, NULL, good[1], strlen(good[1])), RR_OK);
}

/* C2SP: at least 16 signatures, and signatures of nearly 5 kB. */
static void test_limits(void **state) {
    (void)state;
    char *big = (char *)malloc(RR_NOTE_MAX + 2);
    rr_note note;
    rr_error error;
    size_t len = 0;
    static const char line[] = "— a AAAAAAA=\n";
    memcpy(big, "t\n\n", 3);
    len = 3;
    for (int i = 0; i < 512; i++, len += sizeof line - 1) memcpy(big + len, line, sizeof line - 1);
    assert_int_equal(rr_note_parse(&note, NULL, big, len), RR_OK);
    assert_int_equal(note.signature_count, 512);
    memcpy(big + len, line, sizeof line - 1);
    len += sizeof line - 1;
    assert_int_equal(rr_note_parse(&note, &error, big, len), RR_MALFORMED);
    assert_rule(&error, RR_MALFORMED, 515, "at most 512");

    len = 3;
    for (int i = 0; i < 16; i++) {
        memcpy(big + len, "— a ", 6);
        memset(big + len + 6, 'A', 6668);
        big[len + 6674] = '\n';
        len += 6675;
    }
    assert_int_equal(rr_note_parse(&note, NULL, big, len), RR_OK);
    rr_note_signature signature;
    size_t offset = 0;
    assert_true(rr_note_next(&signature, &offset, &note));
    assert_int_equal(signature.len, 5001 - 4);

    memset(big, 'x', RR_NOTE_MAX + 1);
    len = RR_NOTE_MAX - (sizeof line - 1) - 2;
    memcpy(big + len, "\n\n", 2);
    memcpy(big + len + 2, line, sizeof line - 1);
    assert_int_equal(rr_note_parse(&note, NULL, big, RR_NOTE_MAX), RR_OK);
    memmove(big + 1, big, RR_NOTE_MAX);
    assert_int_equal(rr_note_parse(&note, &error, big, RR_NOTE_MAX + 1), RR_MALFORMED);
    assert_rule(&error, RR_MALFORMED, 0, "at most 1 MiB");
    free(big);
}

/* ---- verifying ------------------------------------------------------------------------------------------------------ */

/* A signature line of any bytes. */
static void add_line(char *note, size_t *len, const char *name, const uint8_t id[4], const uint8_t *signature,
                     size_t signature_len) {
    uint8_t bytes[100];
    memcpy(bytes, id, 4);
    memcpy(bytes + 4, signature, signature_len);
    *len += (size_t)sprintf(note + *len, "— %s ", name);
    rr_base64_write(note + *len, bytes, 4 + signature_len);
    *len += rr_base64_size(4 + signature_len);
    note[(*len)++] = '\n';
}

static rr_status verify(rr_error *error, const char *bytes, size_t len, const rr_vkey *keys, size_t count) {
    rr_note note;
    assert_int_equal(rr_note_parse(&note, NULL, bytes, len), RR_OK);
    return rr_note_verify_var(NULL, error, &note, keys, count);
}

static void test_known_and_unknown_keys(void **state) {
    (void)state;
    rr_signer a = signer_of("a", 1, 1), b = signer_of("b", 1, 2), other_a = signer_of("a", 1, 3);
    rr_vkey keys[2] = {vkey_of(&a), vkey_of(&b)};
    rr_note_signer signers[2];
    rr_note note;
    rr_error error;
    char bytes[4096];
    size_t len;
    uint8_t bad[64] = {0};
    assert_int_equal(rr_note_begin(bytes, sizeof bytes, &len, rr_text_of(text)), RR_OK);
    assert_int_equal(rr_note_add(bytes, sizeof bytes, &len, &other_a, 0), RR_OK); /* the same name, another ID: unknown */
    assert_int_equal(verify(&error, bytes, len, keys, 2), RR_NOT_FOUND);
    assert_int_equal(verify(&error, bytes, len, keys, 0), RR_NOT_FOUND);
    assert_int_equal(rr_note_add(bytes, sizeof bytes, &len, &b, 0), RR_OK);
    assert_int_equal(rr_note_parse(&note, NULL, bytes, len), RR_OK);
    assert_int_equal(rr_note_verify_var(signers, &error, &note, keys, 2), RR_OK);
    assert_int_equal(signers[0].signatures, 0);
    assert_int_equal(signers[1].signatures, 1);
    add_line(bytes, &len, "c", a.id, bad, 64); /* the same ID, another name: unknown */
    add_line(bytes, &len, "unknown", bad, bad, 1);
    assert_int_equal(verify(&error, bytes, len, keys, 2), RR_OK);
    size_t before = len;
    add_line(bytes, &len, "a", a.id, bad, 64); /* a known key's bad signature refuses the note */
    assert_int_equal(verify(&error, bytes, len, keys, 2), RR_INVALID);
    assert_rule(&error, RR_INVALID, 7, "does not verify");
    len = before;
    uint8_t good[65] = {0};
    crypto_sign_detached(good, NULL, (const uint8_t *)text, strlen(text), a.secret);
    add_line(bytes, &len, "a", a.id, good, 63);
    assert_int_equal(verify(&error, bytes, len, keys, 2), RR_INVALID);
    assert_rule(&error, RR_INVALID, 7, "64 bytes");
    len = before;
    add_line(bytes, &len, "a", a.id, good, 65);
    assert_int_equal(verify(&error, bytes, len, keys, 2), RR_INVALID);
    len = before;
    add_line(bytes, &len, "a", a.id, good, 64);
    assert_int_equal(verify(&error, bytes, len, keys, 2), RR_OK);
    bytes[0] = 'A'; /* another text */
    assert_int_equal(verify(&error, bytes, len, keys, 2), RR_INVALID);
}

/* S + order passes a verifier that does not compare S with the order. */
static void test_malleated_signature(void **state) {
    (void)state;
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                      0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                      0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
    rr_signer a = signer_of("a", 1, 1);
    rr_vkey key = vkey_of(&a);
    rr_error error;
    uint8_t signature[64];
    char bytes[512];
    size_t len;
    crypto_sign_detached(signature, NULL, (const uint8_t *)text, strlen(text), a.secret);
    unsigned carry = 0;
    for (int i = 0; i < 32; i++) {
        carry += (unsigned)signature[32 + i] + order[i];
        signature[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_int_equal(rr_note_begin(bytes, sizeof bytes, &len, rr_text_of(text)), RR_OK);
    add_line(bytes, &len, "a", a.id, signature, 64);
    assert_int_equal(verify(&error, bytes, len, &key, 1), RR_INVALID);
}

static const char checkpoint[] = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

static void test_cosignatures(void **state) {
    (void)state;
    rr_signer log = signer_of("log", 1, 1), w1 = signer_of("w1", 4, 2), w2 = signer_of("w2", 4, 3);
    rr_vkey keys[3] = {vkey_of(&log), vkey_of(&w1), vkey_of(&w2)};
    rr_note_signer signers[3];
    rr_note note;
    rr_error error;
    char bytes[4096];
    size_t len;
    assert_int_equal(rr_note_begin(bytes, sizeof bytes, &len, rr_text_of(checkpoint)), RR_OK);
    assert_int_equal(rr_note_add(bytes, sizeof bytes, &len, &log, 77), RR_OK);
    assert_int_equal(rr_note_add(bytes, sizeof bytes, &len, &w1, 1679315147), RR_OK);
    assert_int_equal(rr_note_add(bytes, sizeof bytes, &len, &w1, 1679315100), RR_OK);
    assert_int_equal(rr_note_add(bytes, sizeof bytes, &len, &w1, 1679315148), RR_OK);
    assert_int_equal(rr_note_parse(&note, NULL, bytes, len), RR_OK);
    assert_int_equal(rr_note_verify_var(signers, NULL, &note, keys, 3), RR_OK);
    assert_int_equal(signers[0].signatures, 1);
    assert_int_equal(signers[0].earliest, 0);
    assert_int_equal(signers[0].latest, 0);
    assert_int_equal(signers[1].signatures, 3);
    assert_int_equal(signers[1].earliest, 1679315100);
    assert_int_equal(signers[1].latest, 1679315148);
    assert_int_equal(signers[2].signatures, 0);

    /* What is signed, and in which order it stands. */
    uint8_t signature[74] = {0, 0, 0, 0, 0x64, 0x18, 0x50, 0xcb};
    char message[512];
    size_t before = len, message_len = (size_t)sprintf(message, "cosignature/v1\ntime 1679315147\n%s", checkpoint);
    crypto_sign_detached(signature + 8, NULL, (const uint8_t *)message, message_len, w2.secret);
    add_line(bytes, &len, "w2", w2.id, signature, 72);
    assert_int_equal(rr_note_parse(&note, NULL, bytes, len), RR_OK);
    assert_int_equal(rr_note_verify_var(signers, NULL, &note, keys, 3), RR_OK);
    assert_int_equal(signers[2].earliest, 1679315147);
    static const size_t lengths[] = {64, 71, 73};
    for (size_t i = 0; i < 3; i++) {
        len = before;
        add_line(bytes, &len, "w2", w2.id, signature, lengths[i]);
        assert_int_equal(verify(&error, bytes, len, keys, 3), RR_INVALID);
        assert_rule(&error, RR_INVALID, 9, "72 bytes");
    }
    len = before;
    signature[7] ^= 1; /* another time */
    add_line(bytes, &len, "w2", w2.id, signature, 72);
    assert_int_equal(verify(&error, bytes, len, keys, 3), RR_INVALID);
    assert_rule(&error, RR_INVALID, 9, "cosignature does not verify");
    len = before;
    memset(signature, 0, 8);
    signature[0] = 0x80; /* 2^63 */
    message_len = (size_t)sprintf(message, "cosignature/v1\ntime 9223372036854775808\n%s", checkpoint);
    crypto_sign_detached(signature + 8, NULL, (const uint8_t *)message, message_len, w2.secret);
    add_line(bytes, &len, "w2", w2.id, signature, 72);
    assert_int_equal(verify(&error, bytes, len, keys, 3), RR_INVALID);
    assert_rule(&error, RR_INVALID, 9, "out of range");

    /* Nothing but a checkpoint is cosigned, or taken as such. */
    assert_int_equal(rr_note_begin(bytes, sizeof bytes, &len, rr_text_of(text)), RR_OK);
    assert_int_equal(rr_note_add(bytes, sizeof bytes, &len, &w1, 5), RR_ARGUMENT);
    memset(signature, 0, 8);
    signature[7] = 5;
    message_len = (size_t)sprintf(message, "cosignature/v1\ntime 5\n%s", text);
    crypto_sign_detached(signature + 8, NULL, (const uint8_t *)message, message_len, w1.secret);
    add_line(bytes, &len, "w1", w1.id, signature, 72);
    assert_int_equal(verify(&error, bytes, len, keys, 3), RR_INVALID);
    assert_rule(&error, RR_INVALID, 3, "which this text is not");
}

/* ---- signing -------------------------------------------------------------------------------------------------------- */

static void test_signing_keys(void **state) {
    (void)state;
    rr_signer signer = signer_of("example.org/log", 1, 9), read;
    char written[RR_SIGNER_TEXT_SIZE + 1], wrong[RR_SIGNER_TEXT_SIZE + 1];
    rr_error error;
    rr_signer_write(written, &signer);
    size_t len = strlen(written);
    assert_int_equal(rr_signer_read(&read, &error, written, len), RR_OK);
    assert_memory_equal(&read, &signer, sizeof read);
    written[len] = '\n';
    assert_int_equal(rr_signer_read(&read, &error, written, len + 1), RR_OK);
    written[len + 1] = '\n';
    assert_int_equal(rr_signer_read(&read, &error, written, len + 2), RR_MALFORMED);
    written[len] = '\0';
    for (size_t i = 0; i < len; i++) {
        assert_int_equal(rr_signer_read(&read, &error, written, i), RR_MALFORMED);
        memcpy(wrong, written, len + 1);
        wrong[i] = wrong[i] == 'A' ? 'B' : 'A'; /* the key ID covers name, type and key */
        assert_int_equal(rr_signer_read(&read, &error, wrong, len), RR_MALFORMED);
        assert_int_equal(read.secret[0], 0);
    }
    static const struct {
        const char *text, *rule;
        uint32_t column;
    } cases[] = {
        {"", "PRIVATE+KEY+NAME", 1},
        {"PRIVATE+KEY+a", "PRIVATE+KEY+NAME", 13},
        {"PRIVATE+KEY+a+00", "PRIVATE+KEY+NAME", 13},
        {"PRIVATE+KEY+a+0000000G+AA", "8 lowercase hex", 13},
        {"PRIVATE+KEY+a+00000000+AA", "44 characters", 24},
        {"PRIVATE+KEY+a+00000000+AAkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJ", "type that is not 1 or 4", 13},
        {"PRIVATE+KEY++00000000+AQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJ", "a name that is not allowed", 13},
        {"PRIVATE+KEY+a b+00000000+AQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJ", "a name that is not allowed", 13},
        {"PRIVATE+KEY+a+00000000+AQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJ", "not the one of this name", 15},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(rr_signer_read(&read, &error, cases[i].text, strlen(cases[i].text)), RR_MALFORMED);
        assert_rule(&error, RR_MALFORMED, 1, cases[i].rule);
        assert_int_equal(error.column, cases[i].column);
    }
    uint8_t seed[32] = {1};
    char long_name[257];
    memset(long_name, 'n', sizeof long_name);
    rr_text name = {long_name, 255};
    assert_int_equal(rr_signer_make(&read, name, 4, seed), RR_OK);
    rr_signer_write(written, &read);
    assert_int_equal(strlen(written), RR_SIGNER_TEXT_SIZE - 1);
    name.len = 256;
    assert_int_equal(rr_signer_make(&read, name, 4, seed), RR_ARGUMENT);
    assert_int_equal(rr_signer_make(&read, rr_text_of("a"), 2, seed), RR_ARGUMENT);
    assert_int_equal(rr_signer_make(&read, rr_text_of("a+b"), 1, seed), RR_ARGUMENT);
}

static void test_signing(void **state) {
    (void)state;
    rr_signer a = signer_of("a", 1, 1), w = signer_of("w", 4, 2);
    rr_vkey key = vkey_of(&a);
    rr_note note;
    rr_text wanted = rr_text_of(text);
    char bytes[512];
    size_t len;
    assert_int_equal(rr_note_begin(bytes, sizeof bytes, &len, rr_text_of("")), RR_ARGUMENT);
    assert_int_equal(rr_note_begin(bytes, sizeof bytes, &len, rr_text_of("no LF")), RR_ARGUMENT);
    assert_int_equal(rr_note_begin(bytes, sizeof bytes, &len, rr_text_of("a\rb\n")), RR_ARGUMENT);
    assert_int_equal(rr_note_begin(bytes, strlen(text), &len, wanted), RR_NO_SPACE);
    assert_int_equal(rr_note_begin(bytes, sizeof bytes, &len, wanted), RR_OK);
    size_t begun = len;
    assert_int_equal(rr_note_add(bytes, sizeof bytes, &len, &a, 0), RR_OK);
    size_t full = len;
    len = begun;
    assert_int_equal(rr_note_add(bytes, full - 1, &len, &a, 0), RR_NO_SPACE);
    assert_int_equal(len, begun);
    assert_int_equal(rr_note_add(bytes, full, &len, &a, 0), RR_OK);
    assert_int_equal(len, full);
    assert_int_equal(rr_note_check_var(&note, NULL, bytes, len, &key, &wanted), RR_OK);
    len = strlen(text); /* no empty line: not a note */
    assert_int_equal(rr_note_add(bytes, sizeof bytes, &len, &a, 0), RR_MALFORMED);

    assert_int_equal(rr_note_begin(bytes, sizeof bytes, &len, rr_text_of(checkpoint)), RR_OK);
    assert_int_equal(rr_note_add(bytes, sizeof bytes, &len, &w, (uint64_t)1 << 63), RR_ARGUMENT);
    assert_int_equal(rr_note_add(bytes, sizeof bytes, &len, &w, ((uint64_t)1 << 63) - 1), RR_OK);

    /* A text with an empty line in it, and at its end. */
    key = vkey_of(&a);
    wanted = rr_text_of("a\n\nb\n\n");
    assert_int_equal(rr_note_begin(bytes, sizeof bytes, &len, wanted), RR_OK);
    assert_int_equal(rr_note_add(bytes, sizeof bytes, &len, &a, 0), RR_OK);
    assert_int_equal(rr_note_check_var(&note, NULL, bytes, len, &key, &wanted), RR_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_known_and_unknown_keys),
        cmocka_unit_test(test_malleated_signature),
        cmocka_unit_test(test_cosignatures),
        cmocka_unit_test(test_signing_keys),
        cmocka_unit_test(test_signing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
