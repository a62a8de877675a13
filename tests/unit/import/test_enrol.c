/* SPDX-License-Identifier: Apache-2.0 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "keys.h"
#include "roundrobin/enrol.h"

static int fill(void *context, uint8_t *out, size_t len) {
    (void)context;
    randombytes_buf(out, len);
    return 0;
}

static int fill_fails(void *context, uint8_t *out, size_t len) {
    (void)out, (void)len;
    int *left = context;
    return --*left < 0 ? -1 : (memset(out, 7, len), 0);
}

static const rr_random good_random = {fill, NULL};
static const rr_roll_id roll_id = {{0xab, 0xcd}};
enum { EDITION = 2, SLOTS = 3 };

/* A card and its enrolment; both are kept until the end of the test program. */
static rr_enrolment_file *new_enrolment(const char *member) {
    rr_keycard *card = kept_memory(sizeof *card);
    rr_enrolment_file *e = kept_memory(sizeof *e);
    uint8_t book[RR_BOOK_MAX];
    size_t len;
    assert_int_equal(rr_keycard_new(card, &roll_id, EDITION, member, "A Näme", SLOTS, &good_random), RR_OK);
    assert_int_equal(rr_book_make(params(), book, sizeof book, &len, card, &good_random), RR_OK);
    assert_int_equal(len, SLOTS * RR_ENROL_SLOT_SIZE);
    rr_enrolment_of_card(e, card, book, len);
    return e;
}

static char *written(const rr_enrolment_file *e) {
    static char out[RR_ENROLMENT_TEXT_MAX + 1];
    size_t len;
    assert_int_equal(rr_enrolment_write(out, sizeof out - 1, &len, e), RR_OK);
    out[len] = 0;
    return (char *)text(out).data;
}

static rr_enrolment_file *parsed(const char *file) {
    static rr_enrolment_file e;
    rr_error error;
    rr_status status = rr_enrolment_parse(&e, &error, file, strlen(file));
    if (status) fail_msg("line %u: %s", error.line, error.rule);
    return &e;
}

static rr_text t(const char *string) {
    rr_text r = {string, strlen(string)};
    return r;
}

/* ---- books ---- */

static void a_book_holds_a_proof_for_each_slot(void **state) {
    (void)state;
    rr_keycard card;
    uint8_t book[RR_BOOK_MAX];
    size_t len;
    assert_int_equal(rr_keycard_new(&card, &roll_id, EDITION, "alice", "A", RR_KEYCARD_SLOTS_MAX, &good_random), RR_OK);
    assert_int_equal(rr_book_make(params(), book, sizeof book - 1, &len, &card, &good_random), RR_NO_SPACE);
    assert_int_equal(rr_book_make(params(), book, sizeof book, &len, &card, &good_random), RR_OK);
    assert_int_equal(len, RR_BOOK_MAX);
    for (uint32_t slot = 0; slot < card.slot_count; slot++) {
        rr_entry_key entry;
        assert_int_equal(rr_secret_entry(params(), &entry, rr_keycard_slot(&card, slot)), RR_OK);
        assert_memory_equal(&entry, book + RR_ENROL_SLOT_SIZE * slot, sizeof entry);
    }
    assert_int_equal(rr_keycard_burn(&card, 5), RR_OK);
    assert_int_equal(rr_book_make(params(), book, sizeof book, &len, &card, &good_random), RR_REFUSED);
    assert_int_equal(rr_keycard_new(&card, &roll_id, EDITION, "alice", "A", 2, &good_random), RR_OK);
    int left = 1;
    rr_random bad = {fill_fails, &left};
    assert_int_equal(rr_book_make(params(), book, sizeof book, &len, &card, &bad), RR_RANDOM);
}

static rr_status check(rr_book_set *set, rr_book_result *results, const rr_enrolment_file *const *e, size_t count) {
    memset(results, 0xaa, count * sizeof *results);
    return rr_books_check_var(params(), set, results, e, count, &roll_id, EDITION, SLOTS, &good_random);
}

static void good_books_are_taken_once(void **state) {
    (void)state;
    rr_book_set *set = rr_book_set_new();
    const rr_enrolment_file *all[5] = {new_enrolment("a"), new_enrolment("b"), new_enrolment("c"), NULL, NULL};
    all[3] = all[1];
    all[4] = new_enrolment("d");
    rr_book_result results[5];
    assert_int_equal(check(set, results, all, 5), RR_REFUSED);
    for (int i = 0; i < 5; i++) assert_int_equal(results[i].status, i == 3 ? RR_REFUSED : RR_OK);
    assert_says(results[3].why, "earlier book");
    assert_int_equal(check(set, results, all + 4, 1), RR_REFUSED);
    assert_int_equal(check(set, results, all, 0), RR_OK);
    rr_book_set_free(set);
    set = rr_book_set_new();
    assert_int_equal(rr_book_set_add(set, all[0]->book, all[0]->book_len), RR_OK);
    assert_int_equal(rr_book_set_add(set, all[0]->book, all[0]->book_len), RR_REFUSED);
    assert_int_equal(rr_book_set_add(set, all[0]->book, all[0]->book_len - 1), RR_ARGUMENT);
    assert_int_equal(check(set, results, all, 3), RR_REFUSED);
    assert_int_equal(results[0].status, RR_REFUSED);
    assert_int_equal(results[1].status, RR_OK);
    rr_book_set_free(set);
}

static void a_book_is_for_one_member_roll_edition_and_slot(void **state) {
    (void)state;
    rr_book_result result;
    for (int fault = 0; fault < 6; fault++) {
        rr_book_set *set = rr_book_set_new();
        rr_enrolment_file *e = new_enrolment("alice");
        const rr_enrolment_file *one = e;
        rr_status expected = RR_INVALID;
        switch (fault) {
        case 0: e->member = t("bob"); break;
        case 1:
            e->roll_id.bytes[0] ^= 1;
            expected = RR_REFUSED;
            break;
        case 2:
            e->edition++;
            expected = RR_REFUSED;
            break;
        case 3:
            e->slot_count++;
            expected = RR_REFUSED;
            break;
        case 4:
            e->book_len -= RR_ENROL_SLOT_SIZE;
            expected = RR_REFUSED;
            break;
        default: { /* two slots in each other's place */
            uint8_t first[RR_ENROL_SLOT_SIZE];
            memcpy(first, e->book, sizeof first);
            memcpy(e->book, e->book + sizeof first, sizeof first);
            memcpy(e->book + sizeof first, first, sizeof first);
        }
        }
        assert_int_equal(check(set, &result, &one, 1), RR_REFUSED);
        assert_int_equal(result.status, expected);
        assert_non_null(result.why);
        rr_book_set_free(set);
    }
    /* the proof is bound to the roll and the edition too, whatever the file says */
    rr_enrolment_file *e = new_enrolment("alice");
    const rr_enrolment_file *one = e;
    rr_book_set *set = rr_book_set_new();
    rr_roll_id other = roll_id;
    other.bytes[0] ^= 1;
    e->roll_id = other;
    assert_int_equal(rr_books_check_var(params(), set, &result, &one, 1, &other, EDITION, SLOTS, &good_random), RR_REFUSED);
    assert_int_equal(result.status, RR_INVALID);
    e->roll_id = roll_id;
    e->edition++;
    assert_int_equal(rr_books_check_var(params(), set, &result, &one, 1, &roll_id, EDITION + 1, SLOTS, &good_random),
                     RR_REFUSED);
    assert_int_equal(result.status, RR_INVALID);
    e->edition--;
    assert_int_equal(check(set, &result, &one, 1), RR_OK); /* and nothing of it was taken before */
    rr_book_set_free(set);
}

static void a_damaged_slot_refuses_its_book_and_no_other(void **state) {
    (void)state;
    for (int part = 0; part < 4; part++) { /* P, R, z_k, z_r */
        rr_book_set *set = rr_book_set_new();
        rr_enrolment_file *bad = new_enrolment("bad");
        const rr_enrolment_file *all[3] = {new_enrolment("a"), bad, new_enrolment("b")};
        rr_book_result results[3];
        uint8_t *at = bad->book + RR_ENROL_SLOT_SIZE * 2 + 32 * part;
        if (part < 2)
            memcpy(at, bad->book + RR_ENROL_SLOT_SIZE + 32 * part, 32); /* another good point */
        else
            at[0] ^= 1;
        assert_int_equal(check(set, results, all, 3), RR_REFUSED);
        assert_int_equal(results[0].status, RR_OK);
        assert_int_equal(results[1].status, RR_INVALID);
        assert_int_equal(results[1].slot, 2);
        assert_int_equal(results[2].status, RR_OK);
        memset(at, 0xff, 32);
        const rr_enrolment_file *one = bad;
        assert_int_equal(check(set, results, &one, 1), RR_REFUSED);
        assert_int_equal(results[0].status, RR_MALFORMED);
        assert_int_equal(results[0].slot, 2);
        assert_says(results[0].why, "canonical");
        rr_book_set_free(set);
    }
}

static void one_point_twice_in_a_book_is_refused(void **state) {
    (void)state;
    rr_keycard card;
    uint8_t book[RR_BOOK_MAX];
    size_t len;
    rr_enrolment_file e;
    const rr_enrolment_file *one = &e;
    rr_book_result result;
    assert_int_equal(rr_keycard_new(&card, &roll_id, EDITION, "alice", "A", SLOTS, &good_random), RR_OK);
    card.slots[2] = card.slots[0];
    assert_int_equal(rr_book_make(params(), book, sizeof book, &len, &card, &good_random), RR_OK); /* its proofs hold */
    rr_enrolment_of_card(&e, &card, book, len);
    rr_book_set *set = rr_book_set_new();
    assert_int_equal(check(set, &result, &one, 1), RR_REFUSED);
    assert_int_equal(result.status, RR_REFUSED);
    assert_int_equal(result.slot, 2);
    assert_int_equal(rr_book_set_add(set, book, RR_ENROL_SLOT_SIZE), RR_OK); /* nothing of it was taken */
    rr_book_set_free(set);
}

static void a_failing_generator_is_said(void **state) {
    (void)state;
    int left = 0;
    rr_random bad = {fill_fails, &left};
    const rr_enrolment_file *one = new_enrolment("alice");
    rr_book_set *set = rr_book_set_new();
    rr_book_result result;
    assert_int_equal(rr_books_check_var(params(), set, &result, &one, 1, &roll_id, EDITION, SLOTS, &bad), RR_RANDOM);
    assert_int_equal(rr_books_check_var(params(), set, &result, &one, 1, &roll_id, EDITION, 0, &good_random), RR_ARGUMENT);
    assert_int_equal(check(set, &result, &one, 1), RR_OK);
    rr_book_set_free(set);
}

/* ---- files ---- */

static void what_is_written_is_read(void **state) {
    (void)state;
    rr_enrolment_file *e = new_enrolment("alice");
    char code[RR_CODE_SIZE];
    assert_int_equal(rr_code_new(code, &good_random), RR_OK);
    e->code = t(code);
    e->signature = t("-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n");
    char *file = written(e);
    rr_enrolment_file *again = parsed(file);
    assert_memory_equal(&again->roll_id, &roll_id, sizeof roll_id);
    assert_int_equal(again->edition, EDITION);
    assert_int_equal(again->slot_count, SLOTS);
    assert_memory_equal(again->salt, e->salt, sizeof e->salt);
    assert_int_equal(again->book_len, e->book_len);
    assert_memory_equal(again->book, e->book, e->book_len);
    assert_string_equal(file, written(again));
    assert_memory_equal(again->member.start, "alice", 5);
    assert_memory_equal(again->name.start, "A Näme", 7);
    assert_int_equal(again->code.len, 34);
    e->code.len = e->signature.len = 0;
    again = parsed(written(e));
    assert_int_equal(again->code.len + again->signature.len, 0);
}

static void what_breaks_the_grammar_is_not_written(void **state) {
    (void)state;
    char out[RR_ENROLMENT_TEXT_MAX];
    size_t len;
    for (int fault = 0; fault < 10; fault++) {
        rr_enrolment_file *e = new_enrolment("alice");
        switch (fault) {
        case 0: e->member = t("al ice"); break;
        case 1: e->name = t(""); break;
        case 2: e->name = t("a\nb"); break;
        case 3: e->edition = 0; break;
        case 4: e->slot_count++; break;
        case 5: e->book_len++; break;
        case 6: e->code = t("abc"); break;
        case 7: e->signature = t("-----BEGIN SSH SIGNATURE-----\n"); break;
        case 8: e->book_len = RR_BOOK_MAX + RR_ENROL_SLOT_SIZE; break;
        default: e->slot_count = 0, e->book_len = 0;
        }
        assert_int_equal(rr_enrolment_write(out, sizeof out, &len, e), RR_ARGUMENT);
    }
    rr_enrolment_file *e = new_enrolment("alice");
    assert_int_equal(rr_enrolment_write(out, 500, &len, e), RR_NO_SPACE);
}

/* The file with one piece of text in place of another. */
static char *with(const char *file, const char *from, const char *to) {
    const char *at = strstr(file, from);
    assert_non_null(at);
    char *changed = kept_memory(strlen(file) + strlen(to) + 1);
    sprintf(changed, "%.*s%s%s", (int)(at - file), file, to, at + strlen(from));
    return changed;
}

static void assert_rule(const char *file, uint32_t line, const char *words) {
    rr_enrolment_file e;
    rr_error error;
    assert_int_equal(rr_enrolment_parse(&e, &error, file, strlen(file)), RR_MALFORMED);
    assert_says(error.rule, words);
    assert_int_equal(error.line, line);
}

static void every_rule_of_the_file_has_its_error(void **state) {
    (void)state;
    rr_enrolment_file *e = new_enrolment("alice");
    e->code = t("0000-1111-2222-3333-4444-5555-6666");
    const char *good = written(e);
    char long_name[400];
    memset(long_name, 'n', sizeof long_name);
    memcpy(long_name, "Name: ", 6);
    long_name[6 + 256] = 0;
    assert_rule("", 1, "begins with the line");
    assert_rule(with(good, "request v1", "request v2"), 1, "begins with the line");
    assert_rule(with(good, "Roll-Id: ab", "Roll-Id: AB"), 2, "64 lowercase hex");
    assert_rule(with(good, "Roll-Id", "RollId"), 2, "Roll-Id");
    assert_rule(with(good, "Edition: 2", "Edition: 0"), 3, "from 1");
    assert_rule(with(good, "Edition: 2", "Edition: 02"), 3, "from 1");
    assert_rule(with(good, "Member: alice", "Member: al/ce"), 4, "1 to 64");
    assert_rule(with(good, "Slots: 3", "Slots: 65"), 5, "1 to 64 slots");
    assert_rule(with(good, "Slots: 3", "Slots: 0"), 5, "1 to 64 slots");
    assert_rule(with(good, "Salt: ", "Salt: 0"), 6, "64 lowercase hex");
    assert_rule(with(good, "Name: A Näme\n", ""), 7, "Name");
    assert_rule(with(good, "Name: A Näme", long_name), 7, "255 bytes");
    assert_rule(with(good, "Code: 0000", "Code: 000o"), 8, "seven groups");
    assert_rule(with(good, "Code: 0000-", "Code: 0000"), 8, "seven groups");
    assert_rule(with(good, "6666\n\n", "6666\n"), 9, "empty line");
    assert_rule(with(good, "Slots: 3", "Slots: 4"), 13, "as many as");
    assert_rule(with(good, "Slots: 3", "Slots: 2"), 12, "SSH signature or nothing");
    assert_rule(with(good, "6666\n\n", "6666\n\n00"), 10, "256 lowercase hex");
    assert_rule(with(good, "request v1\n", "request v1\r\n"), 1, "CR");
    e->signature = t("-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n");
    good = written(e);
    assert_rule(with(good, "-----END SSH SIGNATURE-----", "AAAA"), 16, "END line");
    assert_rule(with(good, "-----END SSH SIGNATURE-----\n", "-----END SSH SIGNATURE-----\n\n"), 16, "nothing comes after");
    for (size_t len = 0; len < strlen(good); len++) {
        bytes part = cut((bytes){(uint8_t *)(uintptr_t)good, strlen(good)}, len);
        rr_status status = rr_enrolment_parse(e, NULL, (char *)part.data, len);
        assert_int_equal(status, strncmp(good + len, "-----BEGIN", 10) == 0 ? RR_OK : RR_MALFORMED);
        free(part.data);
    }
    char *large = malloc(RR_ENROLMENT_TEXT_MAX + 1);
    memset(large, 'a', RR_ENROLMENT_TEXT_MAX + 1);
    assert_int_equal(rr_enrolment_parse(e, NULL, large, RR_ENROLMENT_TEXT_MAX + 1), RR_MALFORMED);
    free(large);
}

static void a_receipt_is_the_text_of_the_protocol(void **state) {
    (void)state;
    rr_enrolment_file *e = new_enrolment("alice");
    char receipt[RR_RECEIPT_TEXT_MAX], digest[RR_BOOK_DIGEST_HEX], expected[400], hex[129];
    uint8_t hash[64];
    size_t len;
    assert_int_equal(rr_receipt_text(receipt, sizeof receipt, &len, e), RR_OK);
    crypto_hash_sha512(hash, e->book, e->book_len);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    rr_book_digest(digest, e->book, e->book_len);
    assert_memory_equal(digest, hex, 128);
    snprintf(expected, sizeof expected, "round-robin enrolment v1\nabcd%060d\n2\nalice\n%s\n", 0, hex);
    assert_int_equal(len, strlen(expected));
    assert_memory_equal(receipt, expected, len);
    assert_int_equal(rr_receipt_text(receipt, len - 1, &len, e), RR_NO_SPACE);
    /* the longest there is */
    e->member = t("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    e->edition = UINT32_MAX;
    assert_int_equal(rr_receipt_text(receipt, sizeof receipt, &len, e), RR_OK);
}

/* ---- codes ---- */

static void codes_are_found_by_their_hash(void **state) {
    (void)state;
    char code[RR_CODE_SIZE], other[RR_CODE_SIZE], hex[65], other_hex[65], file[600];
    rr_hash hash;
    uint32_t line = 0;
    rr_error error;
    rr_enrolment_file *e = new_enrolment("bob");
    assert_int_equal(rr_code_new(code, &good_random), RR_OK);
    assert_int_equal(rr_code_new(other, &good_random), RR_OK);
    assert_string_not_equal(code, other);
    assert_int_equal(rr_code_hash(&hash, code, 34), RR_OK);
    sodium_bin2hex(hex, sizeof hex, hash.bytes, 32);
    assert_int_equal(rr_code_hash(&hash, other, 34), RR_OK);
    sodium_bin2hex(other_hex, sizeof other_hex, hash.bytes, 32);
    assert_int_equal(rr_code_hash(&hash, code, 33), RR_MALFORMED);
    snprintf(file, sizeof file, "round-robin codes v1\nRoll-Id: abcd%060d\nEdition: 2\n\nalice\t%s\nbob\t%s\n", 0, other_hex,
             hex);
    e->code = t(code);
    assert_int_equal(rr_codes_find(&line, &error, file, strlen(file), e), RR_OK);
    assert_int_equal(line, 6);
    e->code = t(other);
    assert_int_equal(rr_codes_find(&line, &error, file, strlen(file), e), RR_REFUSED);
    assert_says(error.rule, "another member");
    e->code = t("0000-1111-2222-3333-4444-5555-6666");
    assert_int_equal(rr_codes_find(&line, &error, file, strlen(file), e), RR_NOT_FOUND);
    assert_says(error.rule, "unused");
    e->code.len = 0;
    assert_int_equal(rr_codes_find(&line, &error, file, strlen(file), e), RR_NOT_FOUND);
    assert_says(error.rule, "no invitation code");
    e->code = t(code);
    e->edition = 3;
    assert_int_equal(rr_codes_find(&line, &error, file, strlen(file), e), RR_REFUSED);
    assert_says(error.rule, "edition");
    e->edition = 2;
    e->roll_id.bytes[0]++;
    assert_int_equal(rr_codes_find(&line, &error, file, strlen(file), e), RR_REFUSED);
    assert_says(error.rule, "another roll");
    e->roll_id.bytes[0]--;
    static const struct {
        const char *from, *to, *words;
        uint32_t line;
    } faults[] = {
        {"codes v1", "codes v2", "begins with", 1},
        {"Roll-Id: ab", "Roll-Id: zz", "hex", 2},
        {"Edition: 2", "Edition: x", "from 1", 3},
        {"2\n\n", "2\nX\n", "empty line", 4},
        {"alice\t", "alice ", "TAB", 5},
        {"alice\t", "al ce\t", "TAB", 5},
        {"alice\t", "bobby\t", "ascend", 6},
        {"bob\t", "bob\t0", "TAB", 6},
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        const char *bad = with(file, faults[i].from, faults[i].to);
        assert_int_equal(rr_codes_find(&line, &error, bad, strlen(bad), e), RR_MALFORMED);
        assert_says(error.rule, faults[i].words);
        assert_int_equal(error.line, faults[i].line);
    }
}

static void codes_are_read_in_any_spelling(void **state) {
    (void)state;
    char code[RR_CODE_SIZE];
    assert_int_equal(rr_code_read(code, "OOOO 1i1L 2222-3333-4444-55AA-zzzz"), RR_OK);
    assert_string_equal(code, "0000-1111-2222-3333-4444-55aa-zzzz");
    assert_int_equal(rr_code_read(code, "0000-1111-2222-3333-4444-55aa-zzz"), RR_MALFORMED);
    assert_int_equal(rr_code_read(code, "0000-1111-2222-3333-4444-55aa-zzzzz"), RR_MALFORMED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_book_holds_a_proof_for_each_slot),
        cmocka_unit_test(good_books_are_taken_once),
        cmocka_unit_test(a_book_is_for_one_member_roll_edition_and_slot),
        cmocka_unit_test(a_damaged_slot_refuses_its_book_and_no_other),
        cmocka_unit_test(one_point_twice_in_a_book_is_refused),
        cmocka_unit_test(a_failing_generator_is_said),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(what_breaks_the_grammar_is_not_written),
        cmocka_unit_test(every_rule_of_the_file_has_its_error),
        cmocka_unit_test(a_receipt_is_the_text_of_the_protocol),
        cmocka_unit_test(codes_are_found_by_their_hash),
        cmocka_unit_test(codes_are_read_in_any_spelling),
    };
    return cmocka_run_group_tests(tests, keys_setup, keys_teardown);
}
