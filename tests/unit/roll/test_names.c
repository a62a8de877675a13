/* SPDX-License-Identifier: Apache-2.0 */
/* PROTOCOL.md section 2: the companions of a roll. */
#include "fixture.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define MEMBERS 5

static made_roll made; /* m0000000 ... m0000004; a name is the member's own */
static file good;      /* names of 0, 1, 3; lines 4 to 6 */
static char *salts[MEMBERS];

static int make_good(void **state) {
    (void)state;
    made_roll_init(&made, MEMBERS, NULL, NULL);
    for (uint32_t i = 0; i < MEMBERS; i++) {
        uint8_t salt[32];
        made_salt(salt, i);
        salts[i] = made_hex(salt, sizeof salt);
    }
    char *digest = made_hex(made.roll.digest.bytes, 32);
    good = file_of("round-robin names v1\n%s\n\n"
                   "m0000000\t%s\tm0000000\n"
                   "m0000001\t%s\tm0000001\n"
                   "m0000003\t%s\tm0000003\n",
                   digest, salts[0], salts[1], salts[3]);
    free(digest);
    return 0;
}

static int free_good(void **state) {
    (void)state;
    for (uint32_t i = 0; i < MEMBERS; i++) free(salts[i]);
    free(good.text);
    made_roll_free(&made);
    return 0;
}

static rr_status parse(rr_names *names, rr_error *error, void **memory, const file *f) {
    size_t size = rr_names_size(f->text, f->len);
    *memory = malloc(size == 0 ? 1 : size);
    assert_non_null(*memory);
    return rr_names_parse(names, error, *memory, size, f->text, f->len, &made.roll);
}

static void good_names_are_read_and_written(void **state) {
    (void)state;
    rr_names names;
    rr_error error;
    void *memory;
    rr_text name;
    assert_int_equal(parse(&names, &error, &memory, &good), RR_OK);
    assert_int_equal(names.count, 3);
    assert_int_equal(names.names[2].place, 3);
    assert_int_equal(names.names[2].salt[0], 4);
    assert_int_equal(rr_names_find(&name, &names, 1), RR_OK);
    assert_true(rr_text_equal(name, rr_text_of("m0000001")));
    assert_int_equal(rr_names_find(&name, &names, 3), RR_OK);
    assert_int_equal(rr_names_find(&name, &names, 2), RR_NOT_FOUND);
    assert_int_equal(rr_names_find(&name, &names, 4), RR_NOT_FOUND);

    char *out = malloc(good.len);
    assert_non_null(out);
    memset(out, '!', good.len);
    assert_int_equal(rr_names_write(out, good.len - 1, &made.roll, &names), good.len);
    assert_int_equal(out[0], '!');
    assert_int_equal(rr_names_write(out, good.len, &made.roll, &names), good.len);
    assert_memory_equal(out, good.text, good.len);
    free(out);
    free(memory);
}

static void all_lines_may_be_left_out(void **state) {
    (void)state;
    file none = {good.text, (size_t)(strstr(good.text, "\n\n") + 2 - good.text)};
    rr_names names;
    rr_error error;
    void *memory;
    assert_int_equal(parse(&names, &error, &memory, &none), RR_OK);
    assert_int_equal(names.count, 0);
    free(memory);
}

static void a_hash_is_of_salt_and_name(void **state) {
    (void)state;
    uint8_t bytes[32 + 6] = {0}, expected[32];
    rr_hash hash;
    memset(bytes, 7, 32);
    memcpy(bytes + 32, "Zo\xc3\xab Q", 6);
    crypto_hash_sha256(expected, bytes, sizeof bytes);
    rr_text name = {"Zo\xc3\xab Q", 6};
    rr_name_hash(&hash, bytes, name);
    assert_memory_equal(hash.bytes, expected, 32);
}

#define FIELDS "a name has three fields with one TAB between"

static const fault faults[] = {
    {"first line", 1, "v1", "v2", 1, 0, "a names file begins with the line `round-robin names v1`", 0},
    {"no digest", 2, WHOLE_LINE, "", 2, 0, "the digest of the roll must stand here", 0},
    {"digest with a name", 2, "", "Roll: ", 2, 0, "the digest of the roll must stand here", 0},
    {"digest with a space", 2, "\n", " \n", 2, 0, "the digest of the roll must stand here", 0},
    {"no empty line", 3, WHOLE_LINE, "", 3, 9, "there is a TAB", 0},
    {"something for the empty line", 3, "", "x", 3, 0, "an empty line must stand here", 0},
    {"empty line at the end", 7, "", "\n", 7, 0, FIELDS, 0},
    {"two fields", 4, "\tm0000000", "", 4, 0, FIELDS, 0},
    {"four fields", 4, "\n", "\tx\n", 4, 0, FIELDS, 0},
    {"TAB in a name", 4, "\tm0000000", "\tm\t0000000", 4, 0, FIELDS, 0},
    {"member", 5, "m0000001", "m/000001", 5, 1, "a member is [A-Za-z0-9._-]{1,64}", 0},
    {"salt too short", 6, "\t0400", "\t04", 6, 10, "a salt is 64 lowercase hex digits", 0},
    {"salt in capitals", 6, "\t04", "\t0A", 6, 10, "a salt is 64 lowercase hex digits", 0},
    {"member twice", 5, "m0000001", "m0000000", 5, 1, "this member has a name already", 0},
    {"not ascending", 6, "m0000003", "m0000000", 6, 1, "names ascend bytewise by member", 0},
    {"not UTF-8", 6, "\tm0000003", "\t\xff", 6, 75, "this is not well-formed UTF-8", 0},
    {"not on the roll", 5, "m0000001", "m0000001x", 5, 1, "this member is not on the roll", RR_INVALID},
    {"after the last of the roll", 6, "m0000003", "z", 6, 1, "this member is not on the roll", RR_INVALID},
    {"another salt", 6, "\t04", "\t05", 6, 75, "this is not the name (or not the salt)", RR_INVALID},
    {"another name", 6, "\tm0000003", "\tM0000003", 6, 75, "this is not the name (or not the salt)", RR_INVALID},
    {"no name", 6, "\tm0000003", "\t", 6, 75, "this is not the name (or not the salt)", RR_INVALID},
    {"another's name", 6, "m0000003", "m0000002", 6, 75, "this is not the name (or not the salt)", RR_INVALID},
};

static void each_fault_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < LENGTH(faults); i++) {
        fault f = faults[i];
        file changed = file_changed(&good, f.line, f.from, f.to);
        rr_names names;
        rr_error error;
        void *memory;
        assert_fault(&f, parse(&names, &error, &memory, &changed), &error);
        assert_int_equal(rr_names_parse(&names, NULL, memory, rr_names_size(changed.text, changed.len), changed.text,
                                        changed.len, &made.roll),
                         error.status);
        free(memory);
        free(changed.text);
    }
}

static void names_of_another_roll_are_refused(void **state) {
    (void)state;
    made_roll other;
    rr_names names;
    rr_error error;
    void *memory = malloc(rr_names_size(good.text, good.len));
    made_roll_init(&other, MEMBERS + 1, NULL, NULL);
    const fault f = {"another roll", 0, "", "", 2, 1, "these names belong to another roll", RR_INVALID};
    assert_fault(&f,
                 rr_names_parse(&names, &error, memory, rr_names_size(good.text, good.len), good.text, good.len, &other.roll),
                 &error);
    free(memory);
    made_roll_free(&other);
}

static void truncations_are_refused_but_between_lines(void **state) {
    (void)state;
    size_t header = (size_t)(strstr(good.text, "\n\n") + 2 - good.text);
    for (size_t len = 0; len < good.len; len++) {
        file cut = {malloc(len == 0 ? 1 : len), len};
        assert_non_null(cut.text);
        memcpy(cut.text, good.text, len);
        rr_names names;
        void *memory;
        rr_status expected = len >= header && cut.text[len - 1] == '\n' ? RR_OK : RR_MALFORMED;
        assert_int_equal(parse(&names, NULL, &memory, &cut), expected);
        free(memory);
        free(cut.text);
    }
    rr_names names;
    size_t size = rr_names_size(good.text, good.len);
    void *memory = malloc(size);
    assert_int_equal(rr_names_parse(&names, NULL, memory, size - 1, good.text, good.len, &made.roll), RR_NO_SPACE);
    free(memory);
}

static void proofs_have_one_size(void **state) {
    (void)state;
    const char *why = "?";
    rr_roll roll = made.roll;
    assert_int_equal(rr_roll_proofs_check(&why, &roll, 96 * MEMBERS), RR_OK);
    assert_null(why);
    assert_int_equal(rr_roll_proofs_check(&why, &roll, 96 * MEMBERS - 1), RR_MALFORMED);
    assert_non_null(why);
    assert_int_equal(rr_roll_proofs_check(NULL, &roll, 96 * MEMBERS + 96), RR_MALFORMED);
    assert_int_equal(rr_roll_proofs_check(NULL, &roll, 0), RR_MALFORMED);
    roll.kind = RR_ROLL_ED25519;
    assert_int_equal(rr_roll_proofs_check(&why, &roll, 96 * MEMBERS), RR_REFUSED);
    assert_non_null(why);
}

static void a_claim_is_about_its_entry(void **state) {
    (void)state;
    uint8_t proofs[96 * MEMBERS], slot[RR_ENROL_SLOT_SIZE];
    rr_claim claim;
    rr_enrolment about;
    for (size_t i = 0; i < sizeof proofs; i++) proofs[i] = (uint8_t)(i / 96 + 100);
    assert_int_equal(rr_roll_proof_claim(&claim, slot, &about, &made.roll, proofs, 3), RR_OK);
    assert_int_equal(claim.what, RR_CLAIM_ENROL);
    assert_ptr_equal(claim.record, slot);
    assert_int_equal(claim.record_len, sizeof slot);
    assert_ptr_equal(claim.enrolment, &about);
    assert_memory_equal(slot, made.roll.entries[3].key.bytes, 32);
    for (size_t i = 32; i < sizeof slot; i++) assert_int_equal(slot[i], 103);
    assert_memory_equal(about.roll_id.bytes, made.roll.id.bytes, 32);
    assert_int_equal(about.edition, made.roll.edition);
    assert_int_equal(about.slot, made.roll.slot);
    assert_true(rr_text_equal(about.member, rr_text_of("m0000003")));
    assert_int_equal(rr_roll_proof_claim(&claim, slot, &about, &made.roll, proofs, MEMBERS), RR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_names_are_read_and_written),
        cmocka_unit_test(all_lines_may_be_left_out),
        cmocka_unit_test(a_hash_is_of_salt_and_name),
        cmocka_unit_test(each_fault_is_refused),
        cmocka_unit_test(names_of_another_roll_are_refused),
        cmocka_unit_test(truncations_are_refused_but_between_lines),
        cmocka_unit_test(proofs_have_one_size),
        cmocka_unit_test(a_claim_is_about_its_entry),
    };
    if (sodium_init() < 0) return 1;
    return cmocka_run_group_tests(tests, make_good, free_good);
}
