/* SPDX-License-Identifier: Apache-2.0 */
/* PROTOCOL.md section 3: each refusal of a petition has its case, with line, column and rule. */
#include "petition_fixture.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define NUMBER "a number is 0 or [1-9][0-9]*, below 2^32"
#define TIME "a time is YYYY-MM-DDTHH:MM:SSZ: a real date"
#define MODES "Modes are of `anonymous sealed named`, in this order, one space between"

static void assert_each_refused(const file *good, const fault *faults, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const fault *f = &faults[i];
        file changed = file_changed(good, f->line, f->from, f->to);
        rr_petition p;
        rr_error error;
        void *memory, *again;
        assert_fault(f, parse_petition(&p, &error, &memory, &changed), &error);
        assert_int_equal(parse_petition(&p, NULL, &again, &changed), RR_MALFORMED);
        free(memory);
        free(again);
        free(changed.text);
    }
}

static const fault in_small[] = {
    {"first line", 1, "v1", "v2", 1, 0, "a petition begins with the line `round-robin petition v1`", 0},
    {"a roll", 1, "petition", "roll", 1, 0, "a petition begins with", 0},
    {"byte order mark", 1, "", "\xef\xbb\xbf", 1, 1, "there is a byte order mark", 0},
    {"CR LF", 1, "\n", "\r\n", 1, 24, "there is a CR", 0},
    {"no Title", 2, WHOLE_LINE, "", 2, 0, "the header `Title: ...` must stand here", 0},
    {"empty Title", 2, "On the bridge", "", 2, 0, "the header has no value", 0},
    {"bidi control", 2, "the ", "the \xe2\x80\xae", 2, 15, "there is an invisible character", 0},
    {"no To", 3, WHOLE_LINE, "", 3, 0, "the header `To: ...` must stand here", 0},
    {"TAB in a header", 3, "The ", "The\t", 3, 8, "there is a TAB", 0},
    {"no From", 4, WHOLE_LINE, "", 4, 0, "the header `From: ...` must stand here", 0},
    {"order", 3, "To: The Council\nFrom: Members: some\n", "From: Members: some\nTo: The Council\n", 3, 0,
     "the header `To: ...` must stand here", 0},
    {"no Roll", 5, WHOLE_LINE, "", 5, 0, "the header `Roll: ...` must stand here", 0},
    {"no number in Roll", 5, " 412", "", 5, 7, "Roll is the roll's digest and its number of entries", 0},
    {"number in Roll", 5, "412", "0412", 5, 72, NUMBER, 0},
    {"three fields in Roll", 5, "412", "412 1", 5, 72, NUMBER, 0},
    {"two spaces in Roll", 5, " 412", "  412", 5, 72, NUMBER, 0},
    {"an empty roll", 5, "412", "0", 5, 72, "a roll has at least one entry", 0},
    {"short digest", 5, "1111", "11", 5, 7, "a digest is 64 lowercase hex digits", 0},
    {"digest in capitals", 5, "11", "1A", 5, 7, "a digest is 64 lowercase hex digits", 0},
    {"no Ring", 6, WHOLE_LINE, "", 6, 0, "the header `Ring: ...` must stand here", 0},
    {"Ring below 128", 6, "512", "127", 6, 7, "Ring is 128 to 32768", 0},
    {"Ring above 32768", 6, "512", "32769", 6, 7, "Ring is 128 to 32768", 0},
    {"Ring no number", 6, "512", "0512", 6, 7, NUMBER, 0},
    {"no Ring-Minimum", 7, WHOLE_LINE, "", 7, 0, "the header `Ring-Minimum: ...` must stand here", 0},
    {"Ring-Minimum below 8", 7, "16", "7", 7, 15, "Ring-Minimum is 8 or more and at most Ring", 0},
    {"Ring-Minimum above Ring", 7, "16", "513", 7, 15, "Ring-Minimum is 8 or more and at most Ring", 0},
    {"no Count-By", 8, WHOLE_LINE, "", 8, 0, "the header `Count-By: ...` must stand here", 0},
    {"Count-By", 8, "none", "ward", 8, 11, "Count-By is none or class", 0},
    {"Count-By in capitals", 8, "none", "None", 8, 11, "Count-By is none or class", 0},
    {"no Modes", 9, WHOLE_LINE, "", 9, 0, "the header `Modes: ...` must stand here", 0},
    {"modes out of order", 9, "anonymous named", "named anonymous", 9, 14, MODES, 0},
    {"unknown mode", 9, "anonymous named", "anonymous secret", 9, 18, MODES, 0},
    {"a mode twice", 9, "anonymous named", "anonymous anonymous", 9, 18, MODES, 0},
    {"two spaces in Modes", 9, "anonymous named", "anonymous  named", 9, 18, MODES, 0},
    {"sealed without a key", 9, "anonymous named", "anonymous sealed named", 10, 0,
     "with the mode sealed the header `Seal-Key: ...` must stand here", 0},
    {"a key without sealed", 10, "", "Seal-Key: 00\n", 10, 0, "Seal-Key stands here only with the mode sealed", 0},
    {"a bad header for an optional one", 10, "", "Seal-Key: \n", 10, 0, "the header has no value", 0},
    {"no Goal", 10, WHOLE_LINE, "", 10, 0, "the header `Goal: ...` must stand here", 0},
    {"Goal no number", 10, "30", "3o", 10, 7, NUMBER, 0},
    {"leading zero", 10, "30", "030", 10, 7, NUMBER, 0},
    {"Goal too large", 10, "30", "4294967296", 10, 7, NUMBER, 0},
    {"space at the end", 10, "30", "30 ", 10, 7, "a value has one space before it and none after it", 0},
    {"two spaces", 10, ": ", ":  ", 10, 7, "a value has one space before it and none after it", 0},
    {"field twice", 10, "", "Goal: 30\n", 11, 0, "the header `Opens: ...` must stand here", 0},
    {"Goal-Classes without Count-By", 11, "", "Goal-Classes: 1\n", 11, 0,
     "Goal-Classes stands here only with `Count-By: class`", 0},
    {"Goal-Class without Goal-Classes", 11, "", "Goal-Class: 1 a\n", 11, 0, "Goal-Class stands here only after Goal-Classes",
     0},
    {"no Opens", 11, WHOLE_LINE, "", 11, 0, "the header `Opens: ...` must stand here", 0},
    {"year before 1970", 11, "2026", "1969", 11, 8, TIME, 0},
    {"a leap second", 11, "08:00:00", "23:59:60", 11, 8, TIME, 0},
    {"no Closes", 12, WHOLE_LINE, "", 12, 0, "the header `Closes: ...` must stand here", 0},
    {"no such day", 12, "12-08", "12-32", 12, 9, TIME, 0},
    {"time zone", 12, "00Z", "00+01:00", 12, 9, TIME, 0},
    {"Closes before Opens", 12, "2026-12", "2026-11", 12, 0, "Closes is after Opens", 0},
    {"Closes at Opens", 12, "2026-12-08T20", "2026-12-01T08", 12, 0, "Closes is after Opens", 0},
    {"no Log", 13, WHOLE_LINE, "", 13, 0, "the header `Log: ...` must stand here", 0},
    {"name of the log", 13, "/p1", "/p2", 13, 21, "the key ID is not the one of this name and key", 0},
    {"no Directory", 14, "Directory", "Directry", 14, 0, "the header `Directory: ...` must stand here", 0},
    {"no Witnesses", 15, WHOLE_LINE, "", 15, 0, "the header `Witnesses: ...` must stand here", 0},
    {"Witnesses no number", 15, "0", "none", 15, 12, NUMBER, 0},
    {"fewer witnesses than asked", 15, "0", "1", 15, 0, "more witnesses are needed than are listed", 0},
    {"more witnesses than there can be", 15, "0", "4294967295", 15, 0, "more witnesses are needed than are listed", 0},
    {"unknown header", 16, "", "Colour: red\n", 16, 0, "an empty line must stand here, to end the header", 0},
    {"no empty line", 16, WHOLE_LINE, "", 16, 0, "an empty line must stand here, to end the header", 0},
    {"no body", 17, WHOLE_LINE, "", 17, 0, "after the empty line comes the text of the petition", 0},
    {"blank body", 17, "We ask for a *bridge*.", " \t\n\n\t ", 17, 0, "after the empty line comes the text of the petition", 0},
    {"control character in the body", 17, "ask", "a\x1bsk", 17, 5, "there is a control character", 0},
    {"NEL in the body", 17, "ask", "a\xc2\x85sk", 17, 5, "there is a control character", 0},
    {"not UTF-8", 17, "ask", "a\xf6sk", 17, 5, "this is not well-formed UTF-8", 0},
    {"not ended", 17, "\n", "", 17, 0, "the last line is not ended by LF", 0},
};

static void each_fault_of_a_small_petition_is_refused(void **state) {
    (void)state;
    assert_each_refused(&small, in_small, LENGTH(in_small));
}

static const fault in_large[] = {
    {"no Seal-Key", 10, WHOLE_LINE, "", 10, 0, "with the mode sealed the header `Seal-Key: ...` must stand here", 0},
    {"no Seal-Threshold", 11, WHOLE_LINE, "", 11, 0, "the header `Seal-Threshold: ...` must stand here", 0},
    {"Seal-Threshold 1", 11, "30", "1", 11, 17, "Seal-Threshold is 2 or more", 0},
    {"Seal-Threshold no number", 11, "30", "many", 11, 17, NUMBER, 0},
    {"no Seal-Expires", 12, WHOLE_LINE, "", 12, 0, "the header `Seal-Expires: ...` must stand here", 0},
    {"Seal-Expires no time", 12, "T00", "T24", 12, 15, TIME, 0},
    {"Seal-Expires before Closes", 12, "2027-02", "2026-02", 12, 0, "Seal-Expires is after Closes", 0},
    {"Seal-Expires at Closes", 12, "2027-02", "2027-01", 12, 0, "Seal-Expires is after Closes", 0},
    {"no Trustees", 13, WHOLE_LINE, "", 13, 0, "the header `Trustees: ...` must stand here", 0},
    {"Trustees 1", 13, "2", "1", 13, 11, "Trustees, who are needed to open, are 2 to 255", 0},
    {"Trustees 256", 13, "2", "256", 13, 11, "Trustees, who are needed to open, are 2 to 255", 0},
    {"threshold above trustees", 13, "2", "4", 13, 0, "more trustees are needed than are listed", 0},
    {"Trustee from 0", 14, "1", "0", 14, 10, "trustees are numbered from 1, in order", 0},
    {"Trustee missing", 14, WHOLE_LINE, "", 14, 10, "trustees are numbered from 1, in order", 0},
    {"Trustee order", 15, "2", "3", 15, 10, "trustees are numbered from 1, in order", 0},
    {"Trustee number", 15, "2", "02", 15, 10, "trustees are numbered from 1, in order", 0},
    {"Trustee of one field", 15, "2 ", "2", 15, 0, "a trustee is a number, a key and a verifier key, one space between", 0},
    {"two spaces in Trustee", 15, "2 ", "2  ", 15, 12, "a key is 64 lowercase hex digits: a canonical ristretto255 point", 0},
    {"Trustee's vkey", 16, "trustee3", "trustee4", 16, 94, "the key ID is not the one of this name and key", 0},
    {"Trustee after the others", 17, "", "Trustee: 5 x y\n", 17, 10, "trustees are numbered from 1, in order", 0},
    {"Goal-Classes without Count-By", 8, "class", "none", 18, 0, "Goal-Classes stands here only with `Count-By: class`", 0},
    {"Goal-Class without Goal-Classes", 18, WHOLE_LINE, "", 18, 0, "Goal-Class stands here only after Goal-Classes", 0},
    {"Goal-Classes without a value", 18, "2", "", 18, 0, "the header has no value", 0},
    {"Goal-Classes 0", 18, "2", "0", 18, 15, "Goal-Classes is 1 or more", 0},
    {"Goal-Classes no number", 18, "2", "2.0", 18, 15, NUMBER, 0},
    {"Goal-Classes twice", 19, "", "Goal-Classes: 2\n", 18, 0, "Goal-Classes is more than there are Goal-Class lines", 0},
    {"more classes than listed", 18, "2", "4", 18, 0, "Goal-Classes is more than there are Goal-Class lines", 0},
    {"Goal-Class 0", 19, "100", "0", 19, 13, "the number of a Goal-Class is 1 or more", 0},
    {"Goal-Class no number", 19, "100", "ten", 19, 13, NUMBER, 0},
    {"Goal-Class without a class", 19, " AT", "", 19, 0, "Goal-Class is a number and a class, one space between", 0},
    {"Goal-Class of the empty class", 19, "AT", "", 19, 13, "a value has one space before it and none after it", 0},
    {"a space before a class", 19, " AT", "  AT", 19, 17, "a class has no space at either end", 0},
    {"Goal-Class other", 21, "DE", "other", 21, 17, "no class is called `other`", 0},
    {"Goal-Class twice", 20, "BE west", "AT", 20, 17, "this class has a Goal-Class already", 0},
    {"Goal-Class order", 20, "BE west", "AR", 20, 17, "Goal-Class lines ascend bytewise by class", 0},
    {"half of the witnesses", 26, "2", "1", 26, 0, "Witnesses is 0, or more than half of those listed", 0},
    {"more than all witnesses", 26, "2", "4", 26, 0, "more witnesses are needed than are listed", 0},
    {"header after the witnesses", 30, "", "Goal: 3\n", 30, 0, "an empty line must stand here, to end the header", 0},
};

static void each_fault_of_a_large_petition_is_refused(void **state) {
    (void)state;
    assert_each_refused(&large, in_large, LENGTH(in_large));
}

/* Faults that are made of the fixture's own keys. */
static void keys_in_the_wrong_place_are_refused(void **state) {
    (void)state;
    static const char point[] = "a key is 64 lowercase hex digits: a canonical ristretto255 point and not the identity";
    static const char zero[] = "0000000000000000000000000000000000000000000000000000000000000000";
    static const char ones[] = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
    char *type_1 = made_vkey("witness2.example", RR_VKEY_ED25519, 102),
         *type_4 = made_vkey("example.org/p1", RR_VKEY_COSIGNATURE, 50);
    char *same_key = made_vkey("elsewhere.example", RR_VKEY_ED25519, 1),
         *same_name = made_vkey("trustee1.example", RR_VKEY_ED25519, 9);
    char *trustee_4 = made_vkey("trustee3.example", RR_VKEY_COSIGNATURE, 3);
    char *witness_key = made_vkey("elsewhere.example", RR_VKEY_COSIGNATURE, 101);
    char *witness_name = made_vkey("witness1.example", RR_VKEY_COSIGNATURE, 77);
    file first_witness = file_of("2\nWitness: %s\n", witness_vkeys[0]);
    const fault faults[] = {
        {"one of two witnesses", 26, first_witness.text, "1\n", 26, 0, "Witnesses is 0, or more than half of those listed", 0},
        {"identity as Seal-Key", 10, seal_points[0], zero, 10, 11, point, 0},
        {"Seal-Key not canonical", 10, seal_points[0], ones, 10, 11, point, 0},
        {"Seal-Key too short", 10, seal_points[0], "00", 10, 11, point, 0},
        {"identity as a trustee's key", 15, seal_points[2], zero, 15, 12, point, 0},
        {"trustee's key not canonical", 15, seal_points[2], ones, 15, 12, point, 0},
        {"trustee's key twice", 16, trustee_vkeys[2], same_key, 16, 77, "two trustees have the same verifier key", 0},
        {"trustee's name twice", 16, trustee_vkeys[2], same_name, 16, 77, "two trustees' verifier keys have the same name", 0},
        {"trustee's vkey of type 4", 16, trustee_vkeys[2], trustee_4, 16, 103, "this must be a verifier key of type 1", 0},
        {"Log of type 4", 24, log_vkey, type_4, 24, 30, "this must be a verifier key of type 1", 0},
        {"Directory of type 4", 25, directory_vkey, type_4, 25, 36, "this must be a verifier key of type 1", 0},
        {"Witness of type 1", 28, witness_vkeys[1], type_1, 28, 36, "this must be a verifier key of type 4", 0},
        {"Witness twice", 28, witness_vkeys[1], witness_vkeys[0], 28, 0, "two witnesses have the same name", 0},
        {"Witness' name twice", 29, witness_vkeys[2], witness_name, 29, 0, "two witnesses have the same name", 0},
        {"Witness' key twice", 29, witness_vkeys[2], witness_key, 29, 0, "two witnesses have the same key", 0},
    };
    assert_each_refused(&large, faults, LENGTH(faults));
    free(first_witness.text);
    free(type_1);
    free(type_4);
    free(same_key);
    free(same_name);
    free(trustee_4);
    free(witness_key);
    free(witness_name);
}

static void keys_on_no_polynomial_are_refused(void **state) {
    (void)state;
    static const char rule[] = "Seal-Key and the trustees' keys lie on no polynomial of degree below Trustees";
    const fault faults[] = {
        {"another point", 16, seal_points[3], seal_points[1], 10, 0, rule, 0},
        {"another seal key", 10, seal_points[0], seal_points[3], 10, 0, rule, 0},
        {"swapped", 14, seal_points[1], seal_points[2], 10, 0, rule, 0},
    };
    assert_each_refused(&large, faults, LENGTH(faults));
    /* A polynomial of degree 2 is one for Trustees: 3 and none for Trustees: 2. */
    file changed = file_of("%s", large.text);
    for (uint32_t j = 0; j <= TRUSTEES; j++) {
        uint8_t bytes[32];
        seal_point(bytes, j, 1);
        char *hex = made_hex(bytes, sizeof bytes);
        file next = file_changed(&changed, j == 0 ? 10 : 13 + j, seal_points[j], hex);
        free(changed.text);
        free(hex);
        changed = next;
    }
    rr_petition p;
    rr_error error;
    void *memory;
    const fault f = {"degree 2", 0, "", "", 10, 0, rule, 0};
    assert_fault(&f, parse_petition(&p, &error, &memory, &changed), &error);
    free(memory);
    file three = file_changed(&changed, 13, "2", "3");
    assert_int_equal(parse_petition(&p, &error, &memory, &three), RR_OK);
    free(memory);
    free(three.text);
    free(changed.text);
}

static void a_line_that_is_too_long_is_refused(void **state) {
    (void)state;
    char *body = malloc(4098);
    assert_non_null(body);
    memset(body, 'm', 4097);
    body[4097] = '\0';
    const fault f = {"body line", 17, "We ask for a *bridge*.", body, 17, 0, "the line has more than 4096 bytes", 0};
    const fault title = {"header line", 2, "On the bridge", body, 2, 0, "the line has more than 4096 bytes", 0};
    assert_each_refused(&small, &f, 1);
    assert_each_refused(&small, &title, 1);
    free(body);
}

static void every_truncation_is_refused(void **state) {
    (void)state;
    size_t body = (size_t)(strstr(large.text, "\n\n") + 2 - large.text);
    for (size_t len = 0; len < large.len; len++) {
        file cut = {malloc(len == 0 ? 1 : len), len};
        assert_non_null(cut.text);
        memcpy(cut.text, large.text, len);
        rr_petition p;
        rr_error error;
        void *memory;
        rr_status expected = len > body && cut.text[len - 1] == '\n' ? RR_OK : RR_MALFORMED;
        assert_int_equal(parse_petition(&p, &error, &memory, &cut), expected);
        if (expected != RR_OK) assert_non_null(error.rule);
        free(memory);
        free(cut.text);
    }
}

static void at_most_255_trustees_are_taken(void **state) {
    (void)state;
    char *lines[257];
    size_t total = 1;
    for (uint32_t j = 4; j <= 256; j++) {
        uint8_t point[32];
        char name[32];
        seal_point(point, j, 0);
        snprintf(name, sizeof name, "trustee%u.example", j);
        char *hex = made_hex(point, sizeof point), *vkey = made_vkey(name, RR_VKEY_ED25519, j);
        file line = file_of("Trustee: %u %s %s\n", j, hex, vkey);
        lines[j] = line.text;
        total += line.len;
        free(hex);
        free(vkey);
    }
    char *more = calloc(1, total);
    assert_non_null(more);
    for (uint32_t j = 4; j <= 255; j++) strcat(more, lines[j]);
    file many = file_changed(&large, 17, "", more);
    rr_petition p;
    rr_error error;
    void *memory;
    assert_int_equal(parse_petition(&p, &error, &memory, &many), RR_OK);
    assert_int_equal(p.trustee_count, 255);
    free(memory);
    strcat(more, lines[256]);
    const fault f = {"256 trustees", 17, "", more, 13 + 256, 0, "there are at most 255 trustees", 0};
    assert_each_refused(&large, &f, 1);
    for (uint32_t j = 4; j <= 256; j++) free(lines[j]);
    free(more);
    free(many.text);
}

/* Thousands of witnesses, the last one like the first: neither slow nor much memory. */
static void many_witnesses_are_compared(void **state) {
    (void)state;
    enum { COUNT = 3000 };
    char *lines = calloc(COUNT, 96), *end = lines;
    assert_non_null(lines);
    for (uint32_t i = 0; i < COUNT; i++) {
        char name[32];
        snprintf(name, sizeof name, "other%u", i);
        char *vkey = made_vkey(name, RR_VKEY_COSIGNATURE, i == COUNT - 1 ? 101 : 1000 + i);
        end += sprintf(end, "Witness: %s\n", vkey);
        free(vkey);
    }
    file zero = file_changed(&large, 26, "2", "0");
    const fault f = {"a key far away", 30, "", lines, 29 + COUNT, 0, "two witnesses have the same key", 0};
    assert_each_refused(&zero, &f, 1);
    file many = file_changed(&zero, 30, "", lines);
    assert_true(rr_petition_size(many.text, many.len) < 4u * RR_PETITION_MAX);
    rr_petition p;
    size_t size = rr_petition_size(many.text, many.len);
    void *memory = malloc(size);
    assert_int_equal(rr_petition_parse(NULL, &p, NULL, memory, size - 1, many.text, many.len), RR_NO_SPACE);
    free(memory);
    free(many.text);
    free(zero.text);
    free(lines);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_of_a_small_petition_is_refused),
        cmocka_unit_test(each_fault_of_a_large_petition_is_refused),
        cmocka_unit_test(keys_in_the_wrong_place_are_refused),
        cmocka_unit_test(keys_on_no_polynomial_are_refused),
        cmocka_unit_test(a_line_that_is_too_long_is_refused),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(at_most_255_trustees_are_taken),
        cmocka_unit_test(many_witnesses_are_compared),
    };
    if (sodium_init() < 0) return 1;
    return cmocka_run_group_tests(tests, make_petitions, free_petitions);
}
