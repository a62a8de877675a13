/* SPDX-License-Identifier: Apache-2.0 */
/* PROTOCOL.md section 3: petitions that are taken.  What is refused is in test_petition_refused.c. */
#include "petition_fixture.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static void a_small_petition_is_read(void **state) {
    (void)state;
    rr_petition p;
    rr_error error;
    void *memory;
    uint8_t digest[32];
    assert_int_equal(parse_petition(&p, &error, &memory, &small), RR_OK);
    crypto_hash_sha256(digest, (const uint8_t *)small.text, small.len);
    assert_memory_equal(p.pid.bytes, digest, 32);
    assert_true(rr_text_equal(p.title, rr_text_of("On the bridge")));
    assert_true(rr_text_equal(p.to, rr_text_of("The Council")));
    assert_true(rr_text_equal(p.from, rr_text_of("Members: some")));
    for (int i = 0; i < 32; i++) assert_int_equal(p.roll.bytes[i], 0x11);
    assert_int_equal(p.roll_entries, 412);
    assert_int_equal(p.ring, 512);
    assert_int_equal(p.ring_minimum, 16);
    assert_false(p.by_class);
    assert_int_equal(p.modes, RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    assert_int_equal(p.trustee_count, 0);
    assert_int_equal(p.goal, 30);
    assert_int_equal(p.goal_classes, 0);
    assert_int_equal(p.opens, 1796112000);
    assert_int_equal(p.closes, 1796760000);
    assert_true(rr_text_equal(p.log.name, rr_text_of("example.org/p1")));
    assert_true(rr_text_equal(p.directory.name, rr_text_of("example.org")));
    assert_int_equal(p.witnesses_needed, 0);
    assert_int_equal(p.witness_count, 0);
    assert_true(rr_text_equal(p.body, rr_text_of("We ask for a *bridge*.\n")));
    assert_int_equal(p.key_fault.status, RR_OK);
    free(memory);
}

static void a_large_petition_is_read(void **state) {
    (void)state;
    rr_petition p;
    rr_error error;
    void *memory;
    if (parse_petition(&p, &error, &memory, &large) != RR_OK) fail_msg("line %u: %s", error.line, error.rule);
    assert_true(p.by_class);
    assert_int_equal(p.modes, RR_MODE_ANONYMOUS | RR_MODE_SEALED | RR_MODE_NAMED);
    assert_int_equal(p.seal_threshold, 30);
    assert_int_equal(p.seal_expires, 1801440000);
    assert_int_equal(p.trustee_threshold, 2);
    assert_int_equal(p.trustee_count, 3);
    assert_true(rr_text_equal(p.trustees[2].vkey.name, rr_text_of("trustee3.example")));
    uint8_t zero[32] = {0};
    assert_memory_not_equal(p.seal_key.bytes, zero, 32);
    assert_memory_not_equal(p.trustees[2].key.bytes, p.trustees[1].key.bytes, 32);
    assert_int_equal(p.goal_classes, 2);
    assert_int_equal(p.goal_class_count, 3);
    assert_int_equal(p.goal_class[1].number, 200);
    assert_true(rr_text_equal(p.goal_class[1].class_name, rr_text_of("BE west")));
    assert_int_equal(p.witnesses_needed, 2);
    assert_int_equal(p.witness_count, 3);
    assert_int_equal(p.witnesses[1].type, RR_VKEY_COSIGNATURE);
    assert_true(rr_text_equal(p.witnesses[2].name, rr_text_of("witness3.example")));
    assert_true(rr_text_equal(p.body, rr_text_of("# Text\n\n- one\n\ttwo\n")));
    free(memory);
}

static void what_is_written_is_the_same_file(void **state) {
    (void)state;
    const file *both[2] = {&small, &large};
    for (int i = 0; i < 2; i++) {
        const file *f = both[i];
        rr_petition p;
        void *memory;
        assert_int_equal(parse_petition(&p, NULL, &memory, f), RR_OK);
        char *out = malloc(f->len + 1);
        assert_non_null(out);
        memset(out, '!', f->len + 1);
        assert_int_equal(rr_petition_write(NULL, 0, &p), f->len);
        assert_int_equal(rr_petition_write(out, f->len - 1, &p), f->len);
        assert_int_equal(out[0], '!');
        assert_int_equal(rr_petition_write(out, f->len, &p), f->len);
        assert_memory_equal(out, f->text, f->len);
        assert_int_equal(out[f->len], '!');
        free(out);
        free(memory);
    }
}

static void a_time_that_cannot_be_written_does_not_parse(void **state) {
    (void)state;
    rr_petition p;
    rr_error error;
    void *memory, *again;
    assert_int_equal(parse_petition(&p, NULL, &memory, &small), RR_OK);
    p.opens = -1;
    file written = {NULL, rr_petition_write(NULL, 0, &p)};
    written.text = malloc(written.len);
    assert_non_null(written.text);
    rr_petition_write(written.text, written.len, &p);
    assert_int_equal(parse_petition(&p, &error, &again, &written), RR_MALFORMED);
    assert_int_equal(error.line, 11);
    free(written.text);
    free(memory);
    free(again);
}

/* Changes that leave a petition good. */
static void what_the_text_allows_is_taken(void **state) {
    (void)state;
    static const struct {
        bool is_large;
        uint32_t line;
        const char *from, *to;
    } cases[] = {
        {false, 5, " 412", " 4294967295"},
        {false, 6, "512", "128"},
        {false, 6, "512", "32768"},
        {false, 7, "16", "8"},
        {false, 7, "16", "512"}, /* as large as Ring */
        {false, 8, "none", "class"},
        {false, 9, "anonymous named", "anonymous"},
        {false, 9, "anonymous named", "named"},
        {false, 10, "30", "0"},
        {false, 12, "2026-12-08T20:00:00Z", "2026-12-01T08:00:01Z"}, /* a second after Opens */
        {false, 17, "We ask for a *bridge*.\n", "\n \t\n\t.\n\n"},
        {false, 17, "bridge", "\xc3\x9f\xf0\x9f\x98\x80"},
        {true, 9, "anonymous sealed named", "sealed"},
        {true, 9, "anonymous sealed named", "sealed named"},
        {true, 11, "30", "2"},
        {true, 12, "2027-02-01T00:00:00Z", "2027-01-01T00:00:01Z"}, /* a second after Closes */
        {true, 13, "2", "3"},                                       /* as many as there are, and still on one line */
        {true, 18, "2", "3"},
        {true, 18, "2", "1"},
        {true, 26, "2", "3"},
        {true, 26, "2", "0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        file changed = file_changed(cases[i].is_large ? &large : &small, cases[i].line, cases[i].from, cases[i].to);
        rr_petition p;
        rr_error error;
        void *memory;
        if (parse_petition(&p, &error, &memory, &changed) != RR_OK)
            fail_msg("%s: line %u, column %u: %s", cases[i].to, error.line, error.column, error.rule);
        free(memory);
        free(changed.text);
    }
}

/* Memory is dealt out by the lengths of lines: those that are as short as they can be must count as well. */
static void the_shortest_lines_are_counted(void **state) {
    (void)state;
    file changed = file_of("%s", large.text);
    for (uint32_t i = 0; i < 3; i++) {
        static const char *const names[] = {"a", "b", "c"}, *const goals[] = {"100 AT", "200 BE west", "300 DE"},
                                 *const short_goals[] = {"1 A", "1 B", "1 C"};
        char *trustee = made_vkey(names[i], RR_VKEY_ED25519, 10 + i),
             *witness = made_vkey(names[i], RR_VKEY_COSIGNATURE, 20 + i);
        const char *const changes[][2] = {{trustee_vkeys[i], trustee}, {goals[i], short_goals[i]}, {witness_vkeys[i], witness}};
        for (int j = 0; j < 3; j++) {
            file next = file_changed(&changed, 1, changes[j][0], changes[j][1]);
            free(changed.text);
            changed = next;
        }
        free(trustee);
        free(witness);
    }
    rr_petition p;
    rr_error error;
    void *memory;
    assert_int_equal(rr_petition_size(changed.text, changed.len), rr_petition_size(large.text, large.len));
    assert_int_equal(parse_petition(&p, &error, &memory, &changed), RR_OK);
    assert_true(rr_text_equal(p.witnesses[2].name, rr_text_of("c")));
    free(memory);
    free(changed.text);
}

static void keys_that_cannot_be_used_are_told(void **state) {
    (void)state;
    static const uint8_t small_order[32] = {1};
    char vkey[64] = {0};
    rr_vkey_write(vkey, sizeof vkey, rr_text_of("log"), RR_VKEY_ED25519, small_order);
    file both = file_of("Log: %s\nDirectory: %s\n", vkey, vkey);
    file log = file_of("Log: %s\n", vkey);
    file none = file_changed(&small, 13, WHOLE_LINE, ""), bad = file_changed(&none, 13, WHOLE_LINE, both.text);
    file changed = file_changed(&small, 13, WHOLE_LINE, log.text);
    rr_petition p;
    rr_error error;
    void *memory;
    assert_int_equal(parse_petition(&p, &error, &memory, &changed), RR_OK);
    assert_false(p.log.usable);
    assert_true(p.directory.usable);
    const fault told = {"small order", 0, "", "", 13, 6, "the verifier key holds no Ed25519 key that is canonical", 0};
    assert_fault(&told, RR_MALFORMED, &p.key_fault);
    free(memory);
    assert_int_equal(parse_petition(&p, &error, &memory, &bad), RR_OK);
    assert_false(p.log.usable || p.directory.usable);
    assert_fault(&told, RR_MALFORMED, &p.key_fault); /* the first one */
    free(memory);
    free(both.text);
    free(log.text);
    free(none.text);
    free(bad.text);
    free(changed.text);
}

static void a_file_of_exactly_the_limit_is_read(void **state) {
    (void)state;
    file big = {malloc(RR_PETITION_MAX + 1), RR_PETITION_MAX};
    assert_non_null(big.text);
    memcpy(big.text, small.text, small.len);
    memset(big.text + small.len, '\n', RR_PETITION_MAX + 1 - small.len);
    rr_petition p;
    rr_error error;
    void *memory;
    assert_int_equal(parse_petition(&p, &error, &memory, &big), RR_OK);
    free(memory);
    big.len++;
    const fault f = {"too long", 0, "", "", 0, 0, "a petition has at most 1 MiB", 0};
    assert_fault(&f, parse_petition(&p, &error, &memory, &big), &error);
    free(memory);
    free(big.text);
}

static void a_roll_is_the_petitions_or_not(void **state) {
    (void)state;
    made_roll made;
    const char *why = "?";
    rr_petition p;
    memset(&p, 0, sizeof p);
    made_roll_init(&made, 5, NULL, NULL);
    p.roll = made.roll.digest;
    p.roll_entries = 5;
    assert_int_equal(rr_petition_check_roll(&why, &p, &made.roll), RR_OK);
    assert_null(why);
    p.roll_entries = 6;
    assert_int_equal(rr_petition_check_roll(&why, &p, &made.roll), RR_REFUSED);
    assert_string_equal(why, "the petition gives its roll another number of entries than the roll has");
    p.roll_entries = 5;
    p.roll.bytes[31] ^= 1;
    assert_int_equal(rr_petition_check_roll(NULL, &p, &made.roll), RR_REFUSED);
    assert_int_equal(rr_petition_check_roll(&why, &p, &made.roll), RR_REFUSED);
    assert_string_equal(why, "the petition names another roll: the digests differ");
    made_roll_free(&made);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_petition_is_read),          cmocka_unit_test(a_large_petition_is_read),
        cmocka_unit_test(what_is_written_is_the_same_file),  cmocka_unit_test(a_time_that_cannot_be_written_does_not_parse),
        cmocka_unit_test(what_the_text_allows_is_taken),     cmocka_unit_test(the_shortest_lines_are_counted),
        cmocka_unit_test(keys_that_cannot_be_used_are_told), cmocka_unit_test(a_file_of_exactly_the_limit_is_read),
        cmocka_unit_test(a_roll_is_the_petitions_or_not),
    };
    if (sodium_init() < 0) return 1;
    return cmocka_run_group_tests(tests, make_petitions, free_petitions);
}
