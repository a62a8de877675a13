/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints, and base64 below them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sodium.h>
#include <string.h>

#include "log/base64.h"
#include "roundrobin/note.h"

#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

static void test_form(void **state) {
    (void)state;
    rr_checkpoint checkpoint;
    rr_error error;
    static const char plain[] = "example.com/behind-the-sofa\n20852163\n" ROOT "\n";
    static const char extended[] = "o\n0\n" ROOT "\none\ntwo \n";
    char out[200];
    assert_int_equal(rr_checkpoint_parse(&checkpoint, &error, rr_text_of(plain)), RR_OK);
    assert_true(rr_text_equal(checkpoint.origin, rr_text_of("example.com/behind-the-sofa")));
    assert_int_equal(checkpoint.size, 20852163);
    assert_int_equal(checkpoint.root.bytes[0], 0x0a);
    assert_int_equal(checkpoint.root.bytes[31], 0x62);
    assert_int_equal(checkpoint.extensions.len, 0);
    assert_int_equal(rr_checkpoint_write(out, sizeof out, &checkpoint), strlen(plain));
    assert_memory_equal(out, plain, strlen(plain));
    out[0] = '!';
    assert_int_equal(rr_checkpoint_write(out, strlen(plain) - 1, &checkpoint), strlen(plain));
    assert_int_equal(out[0], '!');
    assert_int_equal(rr_checkpoint_parse(&checkpoint, &error, rr_text_of(extended)), RR_OK);
    assert_true(rr_text_equal(checkpoint.extensions, rr_text_of("one\ntwo \n")));
    assert_int_equal(rr_checkpoint_write(out, sizeof out, &checkpoint), strlen(extended));
    assert_memory_equal(out, extended, strlen(extended));
    assert_int_equal(rr_checkpoint_parse(&checkpoint, &error, rr_text_of("o\n9223372036854775807\n" ROOT "\n")), RR_OK);
    assert_true(checkpoint.size == INT64_MAX);

    static const struct {
        const char *text;
        uint32_t line;
        const char *rule;
    } cases[] = {
        {"", 1, "origin"},
        {"o", 1, "origin"},
        {"\n1\n" ROOT "\n", 1, "origin"},
        {"o\n", 2, "size"},
        {"o\n1", 2, "size"},
        {"o\n\n" ROOT "\n", 2, "size"},
        {"o\n01\n" ROOT "\n", 2, "size"},
        {"o\n+1\n" ROOT "\n", 2, "size"},
        {"o\n1 \n" ROOT "\n", 2, "size"},
        {"o\n1:\n" ROOT "\n", 2, "size"},
        {"o\n1/\n" ROOT "\n", 2, "size"},
        {"o\n9223372036854775808\n" ROOT "\n", 2, "size"},
        {"o\n99999999999999999999\n" ROOT "\n", 2, "size"},
        {"o\n18446744073709551617\n" ROOT "\n", 2, "size"},
        {"o\n1\n", 3, "root"},
        {"o\n1\n" ROOT, 3, "root"},
        {"o\n1\nAAAA\n", 3, "root"},
        {"o\n1\nAAAA" ROOT "\n", 3, "root"},
        {"o\n1\n" ROOT " \n", 3, "root"},
        {"o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", 3, "root"},
        {"o\n1\n" ROOT "\n\n", 4, "extension"},
        {"o\n1\n" ROOT "\nx", 4, "extension"},
        {"o\n1\n" ROOT "\nx\n\ny\n", 5, "extension"},
        {"o\r\n1\n" ROOT "\n", 0, "control"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (rr_checkpoint_parse(&checkpoint, &error, rr_text_of(cases[i].text)) != RR_MALFORMED)
            fail_msg("taken: %s", cases[i].text);
        assert_int_equal(error.line, cases[i].line);
        assert_non_null(strstr(error.rule, cases[i].rule));
    }
    static char big[8193];
    memset(big, 'x', sizeof big);
    memcpy(big, "o\n1\n" ROOT "\n", 49);
    big[8191] = '\n';
    rr_text text = {big, 8192};
    assert_int_equal(rr_checkpoint_parse(&checkpoint, &error, text), RR_OK);
    big[8191] = 'x';
    big[8192] = '\n';
    text.len = 8193;
    assert_int_equal(rr_checkpoint_parse(&checkpoint, &error, text), RR_MALFORMED);
    assert_non_null(strstr(error.rule, "8 KiB"));
}

static void test_signed(void **state) {
    (void)state;
    static const uint8_t seed[32] = {7};
    rr_signer log, other, witness;
    rr_vkey key;
    rr_checkpoint checkpoint;
    rr_error error;
    rr_hash root;
    char note[1024], vkey[300];
    size_t len;
    memset(root.bytes, 5, 32);
    assert_int_equal(rr_signer_make(&log, rr_text_of("example.org/log"), 1, seed), RR_OK);
    assert_int_equal(rr_signer_make(&other, rr_text_of("example.org/other"), 1, seed), RR_OK);
    assert_int_equal(rr_signer_make(&witness, rr_text_of("example.org/log"), 4, seed), RR_OK);
    rr_text written = {vkey, rr_signer_vkey(vkey, sizeof vkey, &log)};
    assert_int_equal(rr_vkey_read(&key, NULL, written, 1), RR_OK);

    assert_int_equal(rr_checkpoint_sign(note, sizeof note, &len, 12345, &root, &log), RR_OK);
    assert_int_equal(rr_checkpoint_check_var(&checkpoint, &error, note, len, &key), RR_OK);
    assert_int_equal(checkpoint.size, 12345);
    assert_memory_equal(checkpoint.root.bytes, root.bytes, 32);
    assert_int_equal(rr_checkpoint_sign(note, len, &len, 12345, &root, &log), RR_OK);
    assert_int_equal(rr_checkpoint_sign(note, len - 1, &len, 12345, &root, &log), RR_NO_SPACE);
    assert_int_equal(rr_checkpoint_sign(note, 10, &len, 12345, &root, &log), RR_NO_SPACE);
    assert_int_equal(rr_checkpoint_sign(note, sizeof note, &len, 1, &root, &witness), RR_ARGUMENT);
    assert_int_equal(rr_checkpoint_sign(note, sizeof note, &len, (uint64_t)1 << 63, &root, &log), RR_ARGUMENT);

    assert_int_equal(rr_checkpoint_sign(note, sizeof note, &len, 12345, &root, &other), RR_OK);
    assert_int_equal(rr_checkpoint_check_var(&checkpoint, &error, note, len, &key), RR_NOT_FOUND);
    assert_int_equal(rr_note_add(note, sizeof note, &len, &log, 0), RR_OK); /* the right key under another origin */
    assert_int_equal(rr_checkpoint_check_var(&checkpoint, &error, note, len, &key), RR_INVALID);
    assert_non_null(strstr(error.rule, "another log's"));

    assert_int_equal(rr_note_begin(note, sizeof note, &len, rr_text_of("example.org/log\n1\n" ROOT "\nextension\n")), RR_OK);
    assert_int_equal(rr_note_add(note, sizeof note, &len, &log, 0), RR_OK);
    assert_int_equal(rr_checkpoint_check_var(&checkpoint, &error, note, len, &key), RR_INVALID);
    assert_non_null(strstr(error.rule, "no extension lines"));
    assert_int_equal(rr_note_begin(note, sizeof note, &len, rr_text_of("example.org/log\n1\n")), RR_OK);
    assert_int_equal(rr_note_add(note, sizeof note, &len, &log, 0), RR_OK);
    assert_int_equal(rr_checkpoint_check_var(&checkpoint, &error, note, len, &key), RR_MALFORMED);
    assert_int_equal(rr_checkpoint_check_var(&checkpoint, &error, note, len - 1, &key), RR_MALFORMED);
}

static void test_base64(void **state) {
    (void)state;
    for (size_t len = 0; len < 80; len++) {
        uint8_t bytes[80], back[80];
        char text[120], want[120];
        size_t read;
        randombytes_buf(bytes, sizeof bytes);
        sodium_bin2base64(want, sizeof want, bytes, len, sodium_base64_VARIANT_ORIGINAL);
        rr_text written = {text, rr_base64_size(len)};
        rr_base64_write(text, bytes, len);
        assert_int_equal(written.len, strlen(want));
        assert_memory_equal(text, want, written.len);
        assert_true(rr_base64_read(back, sizeof back, &read, written));
        assert_int_equal(read, len);
        assert_memory_equal(back, bytes, len);
        if (len > 1) { /* a small buffer takes the beginning */
            back[1] = (uint8_t)~bytes[1];
            assert_true(rr_base64_read(back, 1, &read, written));
            assert_int_equal(read, len);
            assert_int_equal(back[1], (uint8_t)~bytes[1]);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_form), cmocka_unit_test(test_signed),
                                       cmocka_unit_test(test_base64)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
