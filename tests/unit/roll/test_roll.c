/* SPDX-License-Identifier: Apache-2.0 */
/* PROTOCOL.md section 2: the roll file.  Each refusal has its case. */
#include "fixture.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define MEMBERS 4

static file good; /* lines 12 to 15 are amy, bob, cleo, dan */
static char *keys[MEMBERS];
static char *registrar;

static int make_good(void **state) {
    (void)state;
    char *names[MEMBERS];
    for (uint32_t i = 0; i < MEMBERS; i++) {
        uint8_t key[32];
        made_key(key, i);
        keys[i] = made_hex(key, sizeof key);
        memset(key, (int)i, sizeof key);
        names[i] = made_hex(key, sizeof key);
    }
    registrar = made_vkey("example.org/registrar", RR_VKEY_ED25519, 1);
    good = file_of("round-robin roll v1\n"
                   "Roll-Id: %s\n"
                   "Body: Members of the council\n"
                   "Body-Size: 900\n"
                   "Source: https://example.org/members\n"
                   "Edition: 3\n"
                   "Slot: 2\n"
                   "Kind: one-time\n"
                   "Registrar: %s\n"
                   "Entries: 4\n"
                   "\n"
                   "amy\tnorth\tinvited\t%s\t%s\n"
                   "bob\t\tssh\t%s\t%s\n"
                   "cleo\tüber all\tinvited\t%s\t%s\n"
                   "dan\tnorth\tssh\t%s\t%s\n",
                   names[2], registrar, names[0], keys[0], names[1], keys[1], names[2], keys[2], names[3], keys[3]);
    for (uint32_t i = 0; i < MEMBERS; i++) free(names[i]);
    return 0;
}

static int free_good(void **state) {
    (void)state;
    for (uint32_t i = 0; i < MEMBERS; i++) free(keys[i]);
    free(registrar);
    free(good.text);
    return 0;
}

/* Parses in exactly as much memory as the library asks for, so that a sanitizer sees whatever goes beyond. */
static rr_status parse(rr_roll *roll, rr_error *error, void **memory, const file *f) {
    size_t size = rr_roll_size(f->text, f->len);
    *memory = malloc(size == 0 ? 1 : size);
    assert_non_null(*memory);
    return rr_roll_parse(roll, error, *memory, size, f->text, f->len, NULL);
}

static void a_good_roll_is_read(void **state) {
    (void)state;
    rr_roll roll;
    rr_error error;
    void *memory;
    uint8_t digest[32];
    assert_int_equal(parse(&roll, &error, &memory, &good), RR_OK);
    crypto_hash_sha256(digest, (const uint8_t *)good.text, good.len);
    assert_memory_equal(roll.digest.bytes, digest, 32);
    for (int i = 0; i < 32; i++) assert_int_equal(roll.id.bytes[i], 2);
    assert_true(rr_text_equal(roll.body, rr_text_of("Members of the council")));
    assert_int_equal(roll.body_size, 900);
    assert_true(rr_text_equal(roll.source, rr_text_of("https://example.org/members")));
    assert_int_equal(roll.edition, 3);
    assert_int_equal(roll.slot, 2);
    assert_int_equal(roll.kind, RR_ROLL_ONE_TIME);
    assert_true(rr_text_equal(roll.registrar.text, rr_text_of(registrar)));
    assert_true(rr_text_equal(roll.registrar.name, rr_text_of("example.org/registrar")));
    assert_int_equal(roll.entry_count, MEMBERS);
    assert_true(rr_text_equal(roll.entries[1].member, rr_text_of("bob")));
    assert_int_equal(roll.entries[1].class_name.len, 0);
    assert_int_equal(roll.entries[1].basis, RR_BASIS_SSH);
    assert_true(rr_text_equal(roll.entries[2].class_name, rr_text_of("über all")));
    assert_int_equal(roll.entries[2].basis, RR_BASIS_INVITED);
    for (int i = 0; i < 32; i++) assert_int_equal(roll.entries[3].name.bytes[i], 3);
    assert_true(roll.registrar.usable);
    assert_int_equal(roll.key_fault.status, RR_OK);
    char *key = made_hex(roll.entries[3].key.bytes, 32);
    assert_string_equal(key, keys[3]);
    free(key);

    uint32_t place = 99;
    for (uint32_t i = 0; i < MEMBERS; i++) {
        assert_int_equal(rr_roll_find_member(&place, &roll, roll.entries[i].member), RR_OK);
        assert_int_equal(place, i);
    }
    assert_int_equal(rr_roll_find_member(&place, &roll, rr_text_of("amz")), RR_NOT_FOUND);
    assert_int_equal(rr_roll_find_member(&place, &roll, rr_text_of("")), RR_NOT_FOUND);
    assert_int_equal(rr_roll_find_member(&place, &roll, rr_text_of("zoe")), RR_NOT_FOUND);
    assert_int_equal(rr_roll_find_key(&place, &roll, &roll.entries[3].key), RR_OK);
    assert_int_equal(place, 3);
    rr_entry_key unknown;
    made_key(unknown.bytes, 77);
    assert_int_equal(rr_roll_find_key(&place, &roll, &unknown), RR_NOT_FOUND);
    free(memory);
}

static void what_is_written_is_the_same_file(void **state) {
    (void)state;
    rr_roll roll;
    void *memory;
    assert_int_equal(parse(&roll, NULL, &memory, &good), RR_OK);
    assert_int_equal(rr_roll_write(NULL, 0, &roll), good.len);
    char *out = malloc(good.len + 1);
    assert_non_null(out);
    memset(out, '!', good.len + 1);
    assert_int_equal(rr_roll_write(out, good.len - 1, &roll), good.len);
    assert_int_equal(out[0], '!');
    assert_int_equal(rr_roll_write(out, good.len, &roll), good.len);
    assert_memory_equal(out, good.text, good.len);
    assert_int_equal(out[good.len], '!');
    free(out);
    free(memory);
}

static void an_imported_roll_is_read(void **state) {
    (void)state;
    file changed = file_changed(&good, 8, "one-time", "ed25519");
    for (uint32_t line = 12; line <= 15; line++) {
        file next = file_changed(&changed, line, line % 2 == 0 ? "invited" : "ssh", "imported");
        free(changed.text);
        changed = next;
    }
    rr_roll roll;
    rr_error error;
    void *memory;
    assert_int_equal(parse(&roll, &error, &memory, &changed), RR_OK);
    assert_int_equal(roll.kind, RR_ROLL_ED25519);
    for (uint32_t i = 0; i < MEMBERS; i++) assert_int_equal(roll.entries[i].basis, RR_BASIS_IMPORTED);
    free(memory);
    free(changed.text);
}

/* roll.h says why such a roll is taken, and what becomes of it. */
static void a_registrar_without_a_usable_key_is_told(void **state) {
    (void)state;
    static const uint8_t small_order[32] = {1};
    char vkey[64] = {0};
    rr_vkey_write(vkey, sizeof vkey, rr_text_of("example"), RR_VKEY_ED25519, small_order);
    file changed = file_changed(&good, 9, registrar, vkey);
    rr_roll roll;
    rr_error error;
    void *memory;
    assert_int_equal(parse(&roll, &error, &memory, &changed), RR_OK);
    assert_false(roll.registrar.usable);
    const fault told = {"small order", 0, "", "", 9, 12, "the verifier key holds no Ed25519 key that is canonical", 0};
    assert_fault(&told, RR_MALFORMED, &roll.key_fault);
    free(memory);
    free(changed.text);
}

/* ---- refusals ------------------------------------------------------------------------------------------------------- */

#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define ONES "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define FIELDS "an entry has five fields with one TAB between"
#define NUMBER "a number is 0 or [1-9][0-9]*, below 2^32"

static const fault faults[] = {
    {"first line", 1, "v1", "v2", 1, 0, "a roll begins with the line `round-robin roll v1`", 0},
    {"a petition", 1, "roll", "petition", 1, 0, "a roll begins with", 0},
    {"first line missing", 1, WHOLE_LINE, "", 1, 0, "a roll begins with", 0},
    {"byte order mark", 1, "", "\xef\xbb\xbf", 1, 1, "there is a byte order mark", 0},
    {"CR LF", 1, "\n", "\r\n", 1, 20, "there is a CR", 0},
    {"empty line first", 1, "", "\n", 1, 0, "a roll begins with", 0},
    {"no Roll-Id", 2, WHOLE_LINE, "", 2, 0, "the header `Roll-Id: ...` must stand here", 0},
    {"short Roll-Id", 2, "0202", "02", 2, 10, "Roll-Id is 64 lowercase hex digits", 0},
    {"capital Roll-Id", 2, "02", "0A", 2, 10, "Roll-Id is 64 lowercase hex digits", 0},
    {"no Body", 3, WHOLE_LINE, "", 3, 0, "the header `Body: ...` must stand here", 0},
    {"empty Body", 3, "Members of the council", "", 3, 0, "the header has no value", 0},
    {"two spaces", 3, ": ", ":  ", 3, 7, "a value has one space before it and none after it", 0},
    {"space at the end", 3, "council", "council ", 3, 7, "a value has one space before it and none after it", 0},
    {"TAB in a header", 3, " of ", "\tof ", 3, 14, "there is a TAB", 0},
    {"no space", 3, ": ", ":", 3, 0, "the header `Body: ...` must stand here", 0},
    {"header twice", 3, "", "Body: Members\n", 4, 0, "the header `Body-Size: ...` must stand here", 0},
    {"Body-Size", 4, "900", "9x", 4, 12, NUMBER, 0},
    {"Body-Size with zero", 4, "900", "0900", 4, 12, NUMBER, 0},
    {"Body-Size too large", 4, "900", "4294967296", 4, 12, NUMBER, 0},
    {"no Body-Size", 4, WHOLE_LINE, "", 4, 0, "the header `Body-Size: ...` must stand here", 0},
    {"no Source", 5, WHOLE_LINE, "", 5, 0, "the header `Source: ...` must stand here", 0},
    {"no Edition", 6, WHOLE_LINE, "", 6, 0, "the header `Edition: ...` must stand here", 0},
    {"Edition", 6, "3", "three", 6, 10, NUMBER, 0},
    {"Edition 0", 6, "3", "0", 6, 10, "editions are numbered from 1", 0},
    {"no Slot", 7, WHOLE_LINE, "", 7, 0, "the header `Slot: ...` must stand here", 0},
    {"Slot", 7, "2", "-2", 7, 7, NUMBER, 0},
    {"header order", 7, "Slot: 2\nKind: one-time", "Kind: one-time\nSlot: 2", 7, 0, "the header `Slot: ...` must stand here",
     0},
    {"no Kind", 8, WHOLE_LINE, "", 8, 0, "the header `Kind: ...` must stand here", 0},
    {"Kind", 8, "one-time", "two-time", 8, 7, "Kind is one-time or ed25519", 0},
    {"no Registrar", 9, WHOLE_LINE, "", 9, 0, "the header `Registrar: ...` must stand here", 0},
    {"Registrar's name", 9, "example.org", "example.com", 9, 34, "the key ID is not the one of this name and key", 0},
    {"no Entries", 10, WHOLE_LINE, "", 10, 0, "the header `Entries: ...` must stand here", 0},
    {"Entries", 10, "4", "four", 10, 10, NUMBER, 0},
    {"Entries 0", 10, "4", "0", 10, 10, "a roll has at least one entry", 0},
    {"Entries too small", 10, "4", "3", 15, 0, "there are more entries than the header `Entries` says", 0},
    {"Entries too large", 10, "4", "5", 10, 0, "there are fewer entries than the header `Entries` says", 0},
    {"Entries far too large", 10, "4", "4294967295", 10, 0, "there are fewer entries than the header `Entries` says", 0},
    {"unknown header", 11, "", "Colour: red\n", 11, 0, "an empty line must stand here, to end the header", 0},
    {"no empty line", 11, WHOLE_LINE, "", 11, 4, "there is a TAB", 0},
    {"two empty lines", 11, "", "\n", 12, 0, FIELDS, 0},
    {"empty line at the end", 16, "", "\n", 16, 0, "there are more entries than the header `Entries` says", 0},
    {"no name", 12, "\tinvited", "", 12, 0, FIELDS, 0},
    {"six fields", 12, "\n", "\tx\n", 12, 0, FIELDS, 0},
    {"TAB at the end", 12, "\n", "\t\n", 12, 0, FIELDS, 0},
    {"spaces for TAB", 12, "\tinvited\t", " invited ", 12, 0, FIELDS, 0},
    {"control character", 12, "north", "no\x01rth", 12, 7, "there is a control character", 0},
    {"not UTF-8", 12, "north", "no\xfcrth", 12, 7, "this is not well-formed UTF-8", 0},
    {"member", 13, "bob", "b/b", 13, 1, "a member is [A-Za-z0-9._-]{1,64}", 0},
    {"member empty", 13, "bob", "", 13, 1, "a member is [A-Za-z0-9._-]{1,64}", 0},
    {"member too long", 13, "bob", "b1234567890123456789012345678901234567890123456789012345678901234", 13, 1, "a member is",
     0},
    {"member twice", 13, "bob", "amy", 13, 1, "this member has an entry already", 0},
    {"members not ascending", 13, "bob", "ali", 13, 1, "entries ascend bytewise by member", 0},
    {"members not ascending bytewise", 13, "bob", "Bob", 13, 1, "entries ascend bytewise by member", 0},
    {"class other", 12, "north", "other", 12, 5, "no class is called `other`", 0},
    {"class after a space", 12, "north", " north", 12, 5, "a class has no space at either end", 0},
    {"class before a space", 12, "north", "north ", 12, 5, "a class has no space at either end", 0},
    {"basis", 12, "invited", "friend", 12, 11, "the basis is invited, ssh or imported", 0},
    {"basis empty", 12, "invited", "", 12, 11, "the basis is invited, ssh or imported", 0},
    {"imported in a one-time roll", 13, "ssh", "imported", 13, 6, "in a roll of kind one-time no entry is imported", 0},
    {"invited in an imported roll", 8, "one-time", "ed25519", 12, 11, "in a roll of kind ed25519 every entry is imported", 0},
    {"name too short", 13, "0101", "01", 13, 10, "a name is a hash of 64 lowercase hex digits", 0},
    {"name in capitals", 13, "0101", "0A01", 13, 10, "a name is a hash of 64 lowercase hex digits", 0},
    {"name that is none", 13, "0101", "010g", 13, 10, "a name is a hash of 64 lowercase hex digits", 0},
};

static void assert_refused(const fault *f, const file *changed) {
    rr_roll roll;
    rr_error error;
    void *memory;
    assert_fault(f, parse(&roll, &error, &memory, changed), &error);
    assert_int_equal(
        rr_roll_parse(&roll, NULL, memory, rr_roll_size(changed->text, changed->len), changed->text, changed->len, NULL),
        RR_MALFORMED);
    free(memory);
}

static void each_fault_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < LENGTH(faults); i++) {
        file changed = file_changed(&good, faults[i].line, faults[i].from, faults[i].to);
        assert_refused(&faults[i], &changed);
        free(changed.text);
    }
}

static void bad_keys_are_refused(void **state) {
    (void)state;
    static const char point[] = "a key is a canonical ristretto255 point and not the identity";
    const fault key_faults[] = {
        {"identity", 13, keys[1], ZERO, 13, 75, point, 0},
        {"not canonical", 13, keys[1], ONES, 13, 75, point, 0},
        {"short key", 13, keys[1], "abab", 13, 75, "a key is 64 lowercase hex digits", 0},
        {"longer key", 13, keys[1], ZERO "00", 13, 75, "a key is 64 lowercase hex digits", 0},
        {"equal keys", 15, keys[3], keys[1], 15, 0, "another entry has the same key", 0},
        {"equal neighbours", 13, keys[1], keys[0], 13, 0, "another entry has the same key", 0},
    };
    for (size_t i = 0; i < LENGTH(key_faults); i++) {
        file changed = file_changed(&good, key_faults[i].line, key_faults[i].from, key_faults[i].to);
        assert_refused(&key_faults[i], &changed);
        free(changed.text);
    }
    /* Two pairs: the first line that repeats a key is named. */
    file once = file_changed(&good, 15, keys[3], keys[0]), twice = file_changed(&once, 14, keys[2], keys[1]);
    const fault both = {"two pairs", 0, "", "", 14, 0, "another entry has the same key", 0};
    assert_refused(&both, &twice);
    free(once.text);
    free(twice.text);
}

static void every_truncation_is_refused(void **state) {
    (void)state;
    for (size_t len = 0; len < good.len; len++) {
        file cut = {malloc(len == 0 ? 1 : len), len}; /* exactly as long, for the sanitizer */
        assert_non_null(cut.text);
        memcpy(cut.text, good.text, len);
        rr_roll roll;
        rr_error error;
        void *memory;
        assert_int_equal(parse(&roll, &error, &memory, &cut), RR_MALFORMED);
        assert_non_null(error.rule);
        if (len != 0 && good.text[len - 1] != '\n') assert_string_equal(error.rule, "the last line is not ended by LF");
        free(memory);
        free(cut.text);
    }
    rr_roll roll;
    rr_error error;
    assert_int_equal(rr_roll_size(NULL, 0), 0);
    assert_int_equal(rr_roll_parse(&roll, &error, NULL, 0, NULL, 0, NULL), RR_MALFORMED);
    assert_int_equal(error.line, 1);
}

static void too_little_memory_is_said(void **state) {
    (void)state;
    size_t size = rr_roll_size(good.text, good.len);
    void *memory = malloc(size);
    rr_roll roll;
    assert_int_equal(rr_roll_parse(&roll, NULL, memory, size - 1, good.text, good.len, NULL), RR_NO_SPACE);
    free(memory);
}

/* Memory is asked for by what the text holds, not by what it says. */
static void headers_that_lie_cost_nothing(void **state) {
    (void)state;
    file lie = file_changed(&good, 10, "4", "4000000000");
    assert_true(rr_roll_size(lie.text, lie.len) < 2048);
    free(lie.text);
    size_t len = 1 << 20;
    char *lines = malloc(len);
    assert_non_null(lines);
    memset(lines, '\n', len);
    assert_true(rr_roll_size(lines, len) <= len);
    memset(lines, 'x', len);
    assert_int_equal(rr_roll_size(lines, len), 0);
    free(lines);
}

/* ---- large rolls ---------------------------------------------------------------------------------------------------- */

typedef struct reports {
    uint32_t calls, last, total;
} reports;

static void report(void *context, uint32_t done, uint32_t total) {
    reports *r = context;
    assert_true(done > r->last);
    r->calls++;
    r->last = done;
    r->total = total;
}

static void a_large_roll_is_read(void **state) {
    (void)state;
    enum { COUNT = 10000 };
    made_roll made;
    reports seen = {0, 0, 0};
    rr_roll_progress progress = {report, &seen};
    made_roll_init(&made, COUNT, NULL, NULL);
    rr_roll roll;
    rr_error error;
    size_t size = rr_roll_size(made.file.text, made.file.len);
    assert_int_equal(rr_roll_parse(&roll, &error, made.memory, size, made.file.text, made.file.len, &progress), RR_OK);
    assert_int_equal(roll.entry_count, COUNT);
    assert_int_equal(seen.calls, 3);
    assert_int_equal(seen.last, COUNT);
    assert_int_equal(seen.total, COUNT);
    /* The last entry takes the first one's key. */
    char *last = made.file.text + made.file.len - 65, *first = strchr(strstr(made.file.text, "\n\n") + 2, '\n') - 64;
    memcpy(last, first, 64);
    assert_int_equal(rr_roll_parse(&roll, &error, made.memory, size, made.file.text, made.file.len, NULL), RR_MALFORMED);
    assert_string_equal(error.rule, "another entry has the same key");
    assert_int_equal(error.line, 11 + COUNT);
    made_roll_free(&made);
}

static void notes_have_their_texts(void **state) {
    (void)state;
    rr_roll_digest digest;
    rr_pid pid;
    char text[RR_ROLL_NOTE_SIZE + 1] = {0}, assignment[RR_ASSIGNMENT_NOTE_SIZE + 1] = {0};
    memset(digest.bytes, 0xab, sizeof digest.bytes);
    memset(pid.bytes, 0x01, sizeof pid.bytes);
    rr_roll_note_text(text, &digest);
    assert_string_equal(text, "round-robin roll v1\nabababababababababababababababababababababababababababababababab\n");
    rr_assignment_note_text(assignment, &digest, &pid);
    assert_string_equal(assignment, "round-robin assignment v1\n"
                                    "abababababababababababababababababababababababababababababababab\n"
                                    "0101010101010101010101010101010101010101010101010101010101010101\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_roll_is_read),
        cmocka_unit_test(what_is_written_is_the_same_file),
        cmocka_unit_test(a_registrar_without_a_usable_key_is_told),
        cmocka_unit_test(an_imported_roll_is_read),
        cmocka_unit_test(each_fault_is_refused),
        cmocka_unit_test(bad_keys_are_refused),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(too_little_memory_is_said),
        cmocka_unit_test(headers_that_lie_cost_nothing),
        cmocka_unit_test(a_large_roll_is_read),
        cmocka_unit_test(notes_have_their_texts),
    };
    if (sodium_init() < 0) return 1;
    return cmocka_run_group_tests(tests, make_good, free_good);
}
