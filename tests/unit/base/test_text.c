/* SPDX-License-Identifier: Apache-2.0 */
/* PROTOCOL.md section 1: text files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/sort.h"
#include "base/text.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* ---- characters ----------------------------------------------------------------------------------------------------- */

static size_t encode(char out[4], uint32_t c) {
    if (c < 0x80) return out[0] = (char)c, 1;
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, c >>= 6) out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)((n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0) | c);
    return n;
}

static bool forbidden(uint32_t c, bool tab_allowed) {
    if (c == 0x09) return !tab_allowed;
    if (c <= 0x1f || (c >= 0x7f && c <= 0x9f)) return true;
    if (c == 0x2028 || c == 0x2029 || c == 0xfeff) return true;
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static void every_character_is_judged(void **state) {
    (void)state;
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        char bytes[6] = "ab";
        rr_text text = {bytes, 2 + encode(bytes + 2, c)};
        size_t offset = 99;
        bool surrogate = c >= 0xd800 && c <= 0xdfff;
        const char *rule = rr_text_fault(&offset, text, false);
        assert_int_equal(rule != NULL, surrogate || forbidden(c, false));
        if (rule != NULL) assert_int_equal(offset, 2);
        assert_int_equal(rr_text_fault(&offset, text, true) != NULL, surrogate || forbidden(c, true));
    }
}

static void bad_utf8_is_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "\x80",             /* a continuation byte alone */
        "\xc3",             /* cut off */
        "\xc3(",            /* no continuation byte */
        "\xc0\x80",         /* overlong */
        "\xc1\xbf",         /* overlong */
        "\xe0\x9f\xbf",     /* overlong */
        "\xf0\x8f\xbf\xbf", /* overlong */
        "\xed\xa0\x80",     /* a surrogate */
        "\xf4\x90\x80\x80", /* above U+10FFFF */
        "\xf5\x80\x80\x80",
        "\xff",
        "\xe2\x82",
        "\xf0\x9f\x98",
    };
    for (size_t i = 0; i < LENGTH(bad); i++) {
        size_t offset = 99;
        assert_string_equal(rr_text_fault(&offset, rr_text_of(bad[i]), true), "this is not well-formed UTF-8");
        assert_int_equal(offset, 0);
    }
    size_t offset;
    rr_text cut = {"\xe2\x82\xac", 2}; /* what follows the text is not looked at */
    assert_non_null(rr_text_fault(&offset, cut, false));
    assert_null(rr_text_fault(&offset, rr_text_of("Für Приклад 😀 \xf4\x8f\xbf\xbf"), false));
}

/* ---- lines ---------------------------------------------------------------------------------------------------------- */

static void lines_are_read(void **state) {
    (void)state;
    static const char text[] = "one\n\nthree\n";
    rr_reader reader;
    rr_error error;
    rr_reader_init(&reader, &error, text, strlen(text));
    assert_int_equal(rr_reader_next(&reader), RR_OK);
    assert_true(rr_text_is(reader.line, "one"));
    assert_int_equal(reader.number, 1);
    assert_int_equal(rr_reader_empty(&reader), RR_OK);
    assert_int_equal(rr_reader_next(&reader), RR_OK);
    rr_reader_keep(&reader);
    assert_int_equal(rr_reader_next(&reader), RR_OK);
    assert_true(rr_text_is(reader.line, "three"));
    assert_int_equal(rr_reader_next(&reader), RR_NOT_FOUND);
    assert_int_equal(error.status, RR_OK);
    assert_int_equal(rr_reader_need(&reader, "more"), RR_MALFORMED);
    assert_int_equal(error.line, 4);
    assert_string_equal(error.rule, "more");
}

static void assert_line_fault(const char *text, size_t len, uint32_t line, uint32_t column, const char *rule) {
    rr_reader reader;
    rr_error error;
    rr_status status;
    rr_reader_init(&reader, &error, text, len);
    while ((status = rr_reader_next(&reader)) == RR_OK) continue;
    assert_int_equal(status, RR_MALFORMED);
    assert_int_equal(error.status, RR_MALFORMED);
    assert_string_equal(error.rule, rule);
    assert_int_equal(error.line, line);
    assert_int_equal(error.column, column);
}

static void bad_lines_are_refused(void **state) {
    (void)state;
    assert_line_fault("a\nb", 3, 2, 0, "the last line is not ended by LF");
    assert_line_fault("a\r\nb\r\n", 6, 1, 2, "there is a CR; lines end in LF alone");
    assert_line_fault("a\nb\tc\n", 6, 2, 2, "there is a TAB, which is not allowed here");
    assert_line_fault("a\nb\0\n", 5, 2, 2, "there is a control character");
    assert_line_fault("\xef\xbb\xbf"
                      "a\n",
                      5, 1, 1, "there is a byte order mark (U+FEFF), which is not allowed anywhere");
    assert_line_fault("a\xe2\x80\xa8\n", 5, 1, 2,
                      "there is a line or paragraph separator (U+2028, U+2029), which is not allowed");
    assert_line_fault("a\xe2\x80\xae\n", 5, 1, 2,
                      "there is an invisible character that changes the direction of writing, which is not allowed");
    assert_line_fault("a\xff\n", 3, 1, 2, "this is not well-formed UTF-8");

    char *text = malloc(2 * RR_LINE_MAX);
    assert_non_null(text);
    memset(text, 'x', 2 * RR_LINE_MAX);
    text[RR_LINE_MAX] = '\n';
    rr_reader reader;
    rr_reader_init(&reader, NULL, text, RR_LINE_MAX + 1);
    assert_int_equal(rr_reader_next(&reader), RR_OK);
    assert_int_equal(reader.line.len, RR_LINE_MAX);
    assert_line_fault(text, RR_LINE_MAX, 1, 0, "the last line is not ended by LF");
    text[RR_LINE_MAX] = 'x';
    text[RR_LINE_MAX + 1] = '\n';
    assert_line_fault(text, RR_LINE_MAX + 2, 1, 0, "the line has more than 4096 bytes");
    assert_line_fault(text, RR_LINE_MAX + 1, 1, 0, "the line has more than 4096 bytes");
    /* The limit is on bytes, not on characters. */
    for (size_t i = 0; i < RR_LINE_MAX / 2 + 1; i++) memcpy(text + 2 * i, "\xc3\xa9", 2);
    text[RR_LINE_MAX + 2] = '\n';
    assert_line_fault(text, RR_LINE_MAX + 3, 1, 0, "the line has more than 4096 bytes");
    free(text);
}

static void headers_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *value; /* NULL: refused */
        uint32_t column;
        const char *rule;
    } cases[] = {
        {"Name: value\n", "value", 0, NULL},
        {"Name: two words: and more\n", "two words: and more", 0, NULL},
        {"Name: \xc2\xa0\n", "\xc2\xa0", 0, NULL}, /* only U+0020 is a space */
        {"Name:value\n", NULL, 0, "the header `Name: ...` must stand here"},
        {"Name:\n", NULL, 0, "the header `Name: ...` must stand here"},
        {"name: value\n", NULL, 0, "the header `Name: ...` must stand here"},
        {" Name: value\n", NULL, 0, "the header `Name: ...` must stand here"},
        {"Names: value\n", NULL, 0, "the header `Name: ...` must stand here"},
        {"", NULL, 0, "the header `Name: ...` must stand here"},
        {"Name: \n", NULL, 0, "the header has no value"},
        {"Name:  value\n", NULL, 7, "a value has one space before it and none after it"},
        {"Name: value \n", NULL, 7, "a value has one space before it and none after it"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rr_reader reader;
        rr_error error;
        rr_text value;
        rr_reader_init(&reader, &error, cases[i].text, strlen(cases[i].text));
        rr_status status = rr_reader_header(&reader, &value, RR_HEADER("Name"));
        if (cases[i].value != NULL) {
            assert_int_equal(status, RR_OK);
            assert_true(rr_text_is(value, cases[i].value));
        } else {
            assert_int_equal(status, RR_MALFORMED);
            assert_int_equal(error.line, 1);
            assert_int_equal(error.column, cases[i].column);
            assert_string_equal(error.rule, cases[i].rule);
        }
    }
}

static void optional_headers_may_be_absent(void **state) {
    (void)state;
    static const char text[] = "A: 1\nC: \n";
    rr_reader reader;
    rr_text value;
    rr_reader_init(&reader, NULL, text, strlen(text));
    assert_int_equal(rr_reader_optional(&reader, &value, "B"), RR_NOT_FOUND);
    assert_int_equal(rr_reader_optional(&reader, &value, "A"), RR_OK);
    assert_true(rr_text_is(value, "1"));
    assert_int_equal(rr_reader_optional(&reader, &value, "B"), RR_NOT_FOUND);
    assert_int_equal(rr_reader_optional(&reader, &value, "C"), RR_MALFORMED);
    assert_int_equal(rr_reader_optional(&reader, &value, "D"), RR_NOT_FOUND);
}

/* ---- values --------------------------------------------------------------------------------------------------------- */

static void numbers_are_read(void **state) {
    (void)state;
    static const char *const bad[] = {"",
                                      "00",
                                      "01",
                                      "-1",
                                      "+1",
                                      "1 ",
                                      " 1",
                                      "1a",
                                      "0x1",
                                      "4294967296",
                                      "42949672950",
                                      "99999999999999999999",
                                      "18446744073709551616",
                                      "1.0",
                                      "\xc2\xb2"};
    uint32_t number = 7;
    assert_true(rr_text_number(&number, rr_text_of("0")) && number == 0);
    assert_true(rr_text_number(&number, rr_text_of("10")) && number == 10);
    assert_true(rr_text_number(&number, rr_text_of("4294967295")) && number == UINT32_MAX);
    for (size_t i = 0; i < LENGTH(bad); i++) assert_false(rr_text_number(&number, rr_text_of(bad[i])));
}

static void members_and_classes_are_judged(void **state) {
    (void)state;
    char long_name[66];
    memset(long_name, 'a', sizeof long_name);
    rr_text text = {long_name, 64};
    assert_true(rr_text_is_member(text));
    text.len = 65;
    assert_false(rr_text_is_member(text));
    assert_true(rr_text_is_member(rr_text_of("AZaz09._-")));
    assert_true(rr_text_is_member(rr_text_of("a")));
    static const char *const bad[] = {"", "a b", "a/b", "a\tb", "\xc3\xa9", "a@b", "a:b", "a[", "a`", "a{", "a+"};
    for (size_t i = 0; i < LENGTH(bad); i++) assert_false(rr_text_is_member(rr_text_of(bad[i])));
    assert_null(rr_class_fault(rr_text_of("")));
    assert_null(rr_class_fault(rr_text_of("Other")));
    assert_null(rr_class_fault(rr_text_of("two words")));
    assert_non_null(rr_class_fault(rr_text_of("other")));
    assert_non_null(rr_class_fault(rr_text_of(" ")));
    assert_non_null(rr_class_fault(rr_text_of(" a")));
    assert_non_null(rr_class_fault(rr_text_of("a ")));
    assert_non_null(rr_class_fault(rr_text_of("a\tb")));
}

static void texts_are_compared_bytewise(void **state) {
    (void)state;
    assert_true(rr_text_compare(rr_text_of("a"), rr_text_of("b")) < 0);
    assert_true(rr_text_compare(rr_text_of("a"), rr_text_of("aa")) < 0);
    assert_true(rr_text_compare(rr_text_of("aa"), rr_text_of("a")) > 0);
    assert_true(rr_text_compare(rr_text_of(""), rr_text_of("a")) < 0);
    assert_true(rr_text_compare(rr_text_of("Z"), rr_text_of("a")) < 0);
    assert_true(rr_text_compare(rr_text_of("z"), rr_text_of("\xc3\x96")) < 0); /* unsigned bytes */
    assert_int_equal(rr_text_compare(rr_text_of("ab"), rr_text_of("ab")), 0);
    assert_int_equal(rr_text_compare(rr_text_of(""), rr_text_of("")), 0);
    assert_true(rr_text_begins(rr_text_of("ab"), "ab"));
    assert_false(rr_text_begins(rr_text_of("ab"), "abc"));
}

static void times_are_those_of_the_calendar(void **state) {
    (void)state;
    for (int64_t seconds = 0; seconds < 253402300800; seconds += 86400 * 5 + 12345) {
        char text[RR_TIME_SIZE + 1], expected[32];
        int64_t back = -1;
        time_t as_time = (time_t)seconds;
        struct tm tm;
        gmtime_r(&as_time, &tm);
        strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%SZ", &tm);
        assert_int_equal(rr_time_write(text, seconds), RR_OK);
        assert_string_equal(text, expected);
        assert_true(rr_time_read(&back, rr_text_of(text)));
        assert_int_equal(back, seconds);
    }
    char text[RR_TIME_SIZE + 1];
    assert_int_equal(rr_time_write(text, -1), RR_ARGUMENT);
    assert_int_equal(rr_time_write(text, 253402300800), RR_ARGUMENT);
    assert_int_equal(rr_time_write(text, INT64_MAX), RR_ARGUMENT);
    assert_int_equal(rr_time_write(text, INT64_MIN), RR_ARGUMENT);
    assert_int_equal(rr_time_write(text, 253402300799), RR_OK);
    assert_string_equal(text, "9999-12-31T23:59:59Z");
}

static void times_that_are_none_are_refused(void **state) {
    (void)state;
    static const char *const good[] = {"1970-01-01T00:00:00Z", "2000-02-29T23:59:59Z", "2024-02-29T00:00:00Z",
                                       "9999-12-31T23:59:59Z"};
    static const char *const bad[] = {
        "1969-12-31T23:59:59Z",  "0000-01-01T00:00:00Z", "2026-00-01T00:00:00Z",      "2026-13-01T00:00:00Z",
        "2026-01-00T00:00:00Z",  "2026-01-32T00:00:00Z", "2026-02-29T00:00:00Z",      "2100-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",  "2026-06-31T00:00:00Z", "2026-01-01T24:00:00Z",      "2026-01-01T00:60:00Z",
        "2026-12-31T23:59:60Z",  "2026-01-01 00:00:00Z", "2026-01-01t00:00:00Z",      "2026-01-01T00:00:00z",
        "2026-01-01T00:00:00",   "2026-1-01T00:00:00Z",  "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00.0Z",
        "02026-01-01T00:00:00Z", "2026/01/01T00:00:00Z", "2026-01-01T00.00.00Z",      "2026-01-01T0a:00:00Z",
        "2026-01-01T00:00:00Zx", "2026-01-0:T00:00:00Z", "2026-01-1/T00:00:00Z",      ""};
    int64_t seconds;
    for (size_t i = 0; i < LENGTH(good); i++) assert_true(rr_time_read(&seconds, rr_text_of(good[i])));
    for (size_t i = 0; i < LENGTH(bad); i++) assert_false(rr_time_read(&seconds, rr_text_of(bad[i])));
}

/* ---- writing and sorting -------------------------------------------------------------------------------------------- */

static void what_is_written_fits_or_is_not_written(void **state) {
    (void)state;
    char out[40];
    for (size_t size = 0; size <= sizeof out; size++) {
        rr_writer w = {out, size, 0};
        memset(out, '!', sizeof out);
        rr_write_header_number(&w, "Number", 4294967295);
        rr_write_header_number(&w, "Zero", 0);
        assert_int_equal(w.len, 27);
        for (size_t i = size; i < sizeof out; i++) assert_int_equal(out[i], '!');
        if (size >= 27) assert_memory_equal(out, "Number: 4294967295\nZero: 0\n", 26);
    }
}

static int by_value(const void *context, uint32_t a, uint32_t b) {
    const uint8_t *values = context;
    return (int)values[a] - (int)values[b];
}

static void sorting_is_stable(void **state) {
    (void)state;
    uint8_t values[300];
    uint32_t items[300], scratch[300];
    for (size_t count = 0; count <= 300; count++) {
        bool seen[300] = {false};
        randombytes_buf(values, sizeof values);
        for (size_t i = 0; i < count; i++) {
            values[i] %= 1 + count / 3; /* so that many are equal */
            items[i] = (uint32_t)i;
        }
        rr_sort_indices(items, scratch, count, by_value, values);
        for (size_t i = 0; i < count; i++) {
            assert_true(items[i] < count && !seen[items[i]]);
            seen[items[i]] = true;
            if (i == 0) continue;
            int order = by_value(values, items[i - 1], items[i]);
            assert_true(order < 0 || (order == 0 && items[i - 1] < items[i]));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_is_judged),
        cmocka_unit_test(bad_utf8_is_refused),
        cmocka_unit_test(lines_are_read),
        cmocka_unit_test(bad_lines_are_refused),
        cmocka_unit_test(headers_are_read),
        cmocka_unit_test(optional_headers_may_be_absent),
        cmocka_unit_test(numbers_are_read),
        cmocka_unit_test(members_and_classes_are_judged),
        cmocka_unit_test(texts_are_compared_bytewise),
        cmocka_unit_test(times_are_those_of_the_calendar),
        cmocka_unit_test(times_that_are_none_are_refused),
        cmocka_unit_test(what_is_written_fits_or_is_not_written),
        cmocka_unit_test(sorting_is_stable),
    };
    if (sodium_init() < 0) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
