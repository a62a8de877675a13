/* SPDX-License-Identifier: Apache-2.0 */
/* What robin prints of other people's texts, and how. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/tool.h"

#define BAD "\xef\xbf\xbd"

static void test_harmless_text_stays(void **state) {
    (void)state;
    static const char *const texts[] = {"",
                                        "plain",
                                        "Ünïcödé",
                                        "\xd0\xb4\xd0\xb5\xd0\xbf\xd1\x83\xd1\x82\xd0\xb0\xd1\x82",
                                        "\xf0\x9f\x9b\x9f",
                                        "two\nlines\tand a TAB",
                                        "\xf4\x8f\xbf\xbf",
                                        "\xed\x9f\xbf\xee\x80\x80"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) assert_string_equal(rr_safe_string(texts[i]), texts[i]);
}

static void test_harmful_text_is_replaced(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"a\x1b[2Jb", "a" BAD "[2Jb"}, /* an escape sequence */
        {"a\rb", "a" BAD "b"},         /* back to the line's begin */
        {"\x7f\x08", BAD BAD},         /* delete, backspace */
        {"\xc2\x9b"
         "31m",
         BAD "31m"}, /* the eight-bit form of ESC [ */
        {"\xe2\x80\xae"
         "evil",
         BAD "evil"},                                      /* right-to-left override */
        {"\xe2\x81\xa6\xe2\x80\x8f\xd8\x9c", BAD BAD BAD}, /* other marks of direction */
        {"\xe2\x80\xa8\xe2\x80\xa9\xef\xbb\xbf", BAD BAD BAD},
        {"\xc0\xaf", BAD BAD},                 /* overlong */
        {"\xe0\x80\xaf", BAD BAD BAD},         /* overlong */
        {"\xf0\x80\x80\xaf", BAD BAD BAD BAD}, /* overlong */
        {"\xed\xa0\x80", BAD BAD BAD},         /* a surrogate */
        {"\xf4\x90\x80\x80", BAD BAD BAD BAD}, /* above U+10FFFF */
        {"\xf8\x88\x80\x80\x80", BAD BAD BAD BAD BAD},
        {"\x80", BAD},
        {"a\xe2\x82", "a" BAD BAD}, /* cut off */
        {"\xe2\x28\xa1", BAD "(" BAD},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) assert_string_equal(rr_safe_string(pairs[i][0]), pairs[i][1]);
    rr_text with_zero = {"a\0b", 3};
    assert_string_equal(rr_safe(with_zero), "a" BAD "b");
}

static void assert_wrapped(const char *text, const char *indent, unsigned width, const char *wanted) {
    char *out = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&out, &len);
    assert_non_null(stream);
    rr_wrap(stream, text, indent, width);
    assert_int_equal(fclose(stream), 0);
    assert_string_equal(out, wanted);
    free(out);
}

static void test_wrap(void **state) {
    (void)state;
    assert_wrapped("", "", 10, "");
    assert_wrapped("one two three", "", 7, "one two\nthree\n");
    assert_wrapped("one two three", "  ", 9, "  one two\n  three\n");
    assert_wrapped("a\n\nb\n", "> ", 10, "> a\n\n> b\n");
    assert_wrapped("a word-that-is-too-long b", "", 5, "a\nword-that-is-too-long\nb\n");
    /* In a margin also long words stay in it, whatever they are made of. */
    assert_wrapped("abcdefgh i", "| ", 6, "| abcd\n| efgh\n| i\n");
    assert_wrapped("\xe4\xb8\x80\xe4\xb8\x80\xe4\xb8\x80", "| ", 6, "| \xe4\xb8\x80\xe4\xb8\x80\n| \xe4\xb8\x80\n");
    assert_wrapped("a\tb", "| ", 9, "| a b\n");
    /* Columns are characters, not bytes. */
    assert_wrapped("\xc3\xa4\xc3\xb6\xc3\xbc \xc3\xa4\xc3\xb6\xc3\xbc", "", 7,
                   "\xc3\xa4\xc3\xb6\xc3\xbc \xc3\xa4\xc3\xb6\xc3\xbc\n");
}

static void test_numbers(void **state) {
    (void)state;
    assert_string_equal(rr_grouped(0), "0");
    assert_string_equal(rr_grouped(999), "999");
    assert_string_equal(rr_grouped(1000), "1,000");
    assert_string_equal(rr_grouped(12345678), "12,345,678");
    assert_string_equal(rr_grouped(UINT64_MAX), "18,446,744,073,709,551,615");
    assert_string_equal(rr_count_of(1, "person", "people"), "1 person");
    assert_string_equal(rr_count_of(0, "person", "people"), "0 people");
    assert_string_equal(rr_count_of(2000, "person", "people"), "2,000 people");
}

static void test_json(void **state) {
    (void)state;
    char *out = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&out, &len);
    assert_non_null(stream);
    rr_json j = rr_json_to(stream);
    rr_json_open(&j, NULL, '{');
    rr_json_string(&j, "text", "a \"quoted\" \\ word\n\x1b");
    rr_json_string(&j, "nothing", NULL);
    rr_json_open(&j, "empty", '[');
    rr_json_close(&j, ']');
    rr_json_open(&j, "list", '[');
    rr_json_number(&j, NULL, UINT64_MAX);
    rr_json_bool(&j, NULL, false);
    rr_json_close(&j, ']');
    rr_json_close(&j, '}');
    rr_json_end(&j);
    assert_int_equal(fclose(stream), 0);
    assert_string_equal(out,
                        "{\n  \"text\": \"a \\\"quoted\\\" \\\\ word\\u000a" BAD "\",\n  \"nothing\": null,\n  \"empty\": [],\n"
                        "  \"list\": [\n    18446744073709551615,\n    false\n  ]\n}\n");
    free(out);
}

static void test_time(void **state) {
    (void)state;
    assert_string_equal(rr_time_text(0), "1970-01-01T00:00:00Z");
    assert_string_equal(rr_time_text(1769817600), "2026-01-31T00:00:00Z");
    assert_int_equal(setenv("SOURCE_DATE_EPOCH", "1769817600", 1), 0);
    assert_int_equal(rr_now(), 1769817600);
    assert_int_equal(unsetenv("SOURCE_DATE_EPOCH"), 0);
    assert_true(rr_now() > 1577836800);
}

static void test_secret_memory(void **state) {
    (void)state;
    uint8_t *a = rr_take_secret(0), *b = rr_take_secret(33);
    assert_int_equal((uintptr_t)a % 16, 0);
    assert_int_equal((uintptr_t)b % 16, 0);
    for (int i = 0; i < 33; i++) assert_int_equal(b[i], 0);
    rr_release_secret(a);
    memset(b, 1, 33);
    rr_release_secret(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_harmless_text_stays),
        cmocka_unit_test(test_harmful_text_is_replaced),
        cmocka_unit_test(test_wrap),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_time),
        cmocka_unit_test(test_secret_memory),
    };
    rr_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
