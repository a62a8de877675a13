/* SPDX-License-Identifier: Apache-2.0 */
/* Edition files: what is read is what was written, and nothing else is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "roll/edition_file.h"

#define ID "88de2cb9250d492c3feba4bbb5ec036858820946b168ba23e02f22fa898f68fc"
#define VKEY "registrar.example.org/staff+61a8de1f+AXdJJkXkUHe5WYlEOXdCTEmCYHF0xFFy5b0swYhqWTeg"
#define TEXT(id, body, registrar, edition, slots)                                                                              \
    "round-robin edition v1\nRoll-Id: " id "\nBody: " body "\nRegistrar: " registrar "\nEdition: " edition "\nSlots: " slots   \
    "\n"

static void test_round_trip(void **state) {
    (void)state;
    static const char text[] = TEXT(ID, "The <b>staff</b>", VKEY, "7", "64");
    rr_edition_file file;
    rr_error error;
    char again[RR_EDITION_TEXT_MAX], path[RR_EDITION_PATH_SIZE];
    size_t len;
    assert_int_equal(rr_edition_file_parse(&file, &error, text, sizeof text - 1), RR_OK);
    assert_int_equal(file.edition, 7);
    assert_int_equal(file.slot_count, 64);
    assert_true(rr_text_equal(file.registrar.text, rr_text_of(VKEY)));
    assert_int_equal(rr_edition_file_write(again, sizeof again, &len, &file), RR_OK);
    assert_int_equal(len, sizeof text - 1);
    assert_memory_equal(again, text, len);
    assert_int_equal(rr_edition_file_write(again, len - 1, &len, &file), RR_NO_SPACE);
    rr_edition_path(path, &file.roll_id, UINT32_MAX);
    assert_string_equal(path, "/e/" ID "/4294967295/");
    assert_int_equal(strlen(path), RR_EDITION_PATH_SIZE - 1);
}

static void test_what_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint32_t line;
    } bad[] = {
        {"", 1},
        {TEXT(ID, "x", VKEY, "0", "4"), 5},
        {TEXT(ID, "x", VKEY, "01", "4"), 5},
        {TEXT(ID, "x", VKEY, "4294967296", "4"), 5},
        {TEXT(ID, "x", VKEY, "1", "0"), 6},
        {TEXT(ID, "x", VKEY, "1", "65"), 6},
        {TEXT(ID, "x", VKEY "0", "1", "4"), 4},
        {TEXT(ID, " x", VKEY, "1", "4"), 3},
        {TEXT("88DE", "x", VKEY, "1", "4"), 2},
        {TEXT(ID, "x", VKEY, "1", "4") "\n", 7},
        {TEXT(ID, "x", VKEY, "1", "4") "Slots: 4\n", 7},
        {TEXT(ID, "x\ty", VKEY, "1", "4"), 3},
        {"round-robin edition v2\n", 1},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        rr_edition_file file;
        rr_error error = {RR_OK, 0, 0, NULL};
        assert_int_equal(rr_edition_file_parse(&file, &error, bad[i].text, strlen(bad[i].text)), RR_MALFORMED);
        assert_int_equal(error.line, bad[i].line);
        assert_non_null(error.rule);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_round_trip), cmocka_unit_test(test_what_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
