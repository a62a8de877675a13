/* SPDX-License-Identifier: Apache-2.0 */
/* Rolls, petitions, editions and books in a store. */
#include "store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static rr_blob blob(const char *text) {
    return (rr_blob){(const uint8_t *)text, strlen(text)};
}

static rr_text text(const char *s) {
    return (rr_text){s, strlen(s)};
}

static void expect_bytes(rr_bytes_out out, const char *want) {
    assert_int_equal(out.len, strlen(want));
    assert_memory_equal(out.bytes, want, out.len);
    free(out.bytes);
}

static void expect_roll(store_fixture *sf, const rr_roll_digest *digest, int document, const char *want) {
    rr_bytes_out out;
    if (!want) {
        SF_NOT(RR_NOT_FOUND, rr_store_roll_document(sf->reader, &sf_error, &out, digest, document));
        assert_null(out.bytes);
        return;
    }
    SF_OK(rr_store_roll_document(sf->reader, &sf_error, &out, digest, document));
    expect_bytes(out, want);
}

/* The leaf begins with these words and the hex of 32 such bytes each; `rest` follows. */
static void expect_line(store_fixture *sf, uint64_t leaf, const char *word, int byte, int byte2, const char *rest) {
    char want[256];
    char *line = sf_line(sf, leaf);
    int at = snprintf(want, sizeof want, "%s ", word);
    for (int i = 0; i < 32; i++) at += snprintf(want + at, 3, "%02x", (unsigned)byte);
    if (byte2) want[at++] = ' ';
    for (int i = 0; i < 32 && byte2; i++) at += snprintf(want + at, 3, "%02x", (unsigned)byte2);
    snprintf(want + at, sizeof want - (size_t)at, "%s", rest);
    assert_true(strlen(line) >= strlen(want) && (*rest || strlen(line) == strlen(want)));
    assert_memory_equal(line, want, strlen(want));
    free(line);
}

/* ---- rolls and petitions -------------------------------------------------------------------------------------------- */

static void rolls(void **state) {
    (void)state;
    store_fixture *sf = sf_new();
    rr_store_roll roll;
    sf_make_roll(&roll, 0xab);
    rr_store_roll bare = roll;
    bare.note = (rr_blob){NULL, 0};
    SF_NOT(RR_ARGUMENT, rr_store_add_roll(sf->store, &sf_error, &bare));
    SF_OK(rr_store_add_roll(sf->store, &sf_error, &roll));
    assert_int_equal(sf_file_size(sf, "-wal"), 0);
    expect_roll(sf, &roll.digest, RR_DOC_ROLL, "the roll");
    expect_roll(sf, &roll.digest, RR_DOC_ROLL_NOTE, "its note");
    expect_roll(sf, &roll.digest, RR_DOC_NAMES, NULL);
    /* A companion that was absent is added; the rest stays, and the log too. */
    roll.names = blob("");
    roll.note = blob("another note");
    SF_OK(rr_store_add_roll(sf->store, &sf_error, &roll));
    roll.proofs = blob("proofs");
    roll.names = blob("other names");
    SF_OK(rr_store_add_roll(sf->store, &sf_error, &roll));
    expect_roll(sf, &roll.digest, RR_DOC_ROLL_NOTE, "its note");
    expect_roll(sf, &roll.digest, RR_DOC_NAMES, "");
    expect_roll(sf, &roll.digest, RR_DOC_ENROLMENTS, "proofs");
    expect_roll(sf, &roll.digest, RR_DOC_PETITION, NULL);
    assert_int_equal(sf_size(sf, NULL), 1);
    expect_line(sf, 0, "roll", 0xab, 0, "");
    sf_free(sf);
}

static void expect_document(store_fixture *sf, const rr_pid *pid, int document, const char *want) {
    rr_bytes_out out;
    SF_OK(rr_store_document(sf->reader, &sf_error, &out, pid, document));
    expect_bytes(out, want);
}

static void petitions(void **state) {
    (void)state;
    store_fixture *sf = sf_petition();
    rr_store_roll second;
    rr_store_petition other;
    rr_batch_key batch;
    rr_signer key = sf_signer("example.org/second");
    rr_store_state *states;
    rr_bytes_out out;
    size_t count;
    expect_line(sf, 0, "roll", 1, 0, "");
    expect_line(sf, 1, "petition", 2, 0, "");
    expect_line(sf, 2, "assignment", 1, 2, "");
    expect_line(sf, 3, "checkpoint", 2, 0, " 1 ");
    assert_int_equal(sf_size(sf, NULL), 4);
    assert_int_equal(sf_size(sf, &sf->pid), 1);
    expect_document(sf, &sf->pid, RR_DOC_PETITION, "the petition");
    expect_document(sf, &sf->pid, RR_DOC_ASSIGNMENT, "its assignment");
    expect_document(sf, &sf->pid, RR_DOC_ROLL, "the roll");
    SF_NOT(RR_NOT_FOUND, rr_store_document(sf->reader, &sf_error, &out, &sf->pid, RR_DOC_NAMES));
    SF_NOT(RR_NOT_FOUND, rr_store_document(sf->reader, &sf_error, &out, &sf->pid, RR_DOC_CEREMONY));
    /* The same again: another batch is not used. */
    SF_OK(rr_batch_key_new(&batch, &sf_error, sf->keys));
    SF_OK(rr_store_add_petition(sf->store, &sf_error, &sf->petition, &sf->log, &batch));
    rr_store_state now = sf_state(sf);
    assert_memory_equal(&now.batch, &sf->batch.id, sizeof now.batch);
    assert_memory_equal(&now.roll, &sf->roll.digest, sizeof now.roll);
    /* Roll absent; roll assigned; log key in use, by a petition or the directory. */
    sf_make_roll(&second, 3);
    sf_make_petition(&other, &second, 1);
    SF_NOT(RR_REFUSED, rr_store_add_petition(sf->store, &sf_error, &other, &key, &batch));
    assert_string_equal(sf_error.rule, "its roll is not here: publish the roll first");
    other.roll = sf->roll.digest;
    SF_NOT(RR_REFUSED, rr_store_add_petition(sf->store, &sf_error, &other, &key, &batch));
    assert_non_null(strstr(sf_error.rule, "assigned to another petition"));
    SF_OK(rr_store_add_roll(sf->store, &sf_error, &second));
    other.roll = second.digest;
    SF_NOT(RR_REFUSED, rr_store_add_petition(sf->store, &sf_error, &other, &sf->log, &batch));
    SF_NOT(RR_REFUSED, rr_store_add_petition(sf->store, &sf_error, &other, &sf->directory, &batch));
    assert_non_null(strstr(sf_error.rule, "Log key"));
    other.assignment = (rr_blob){NULL, 0};
    SF_NOT(RR_ARGUMENT, rr_store_add_petition(sf->store, &sf_error, &other, &key, &batch));
    other.assignment = blob("a");
    assert_int_equal(sf_size(sf, NULL), 5);
    SF_OK(rr_store_add_petition(sf->store, &sf_error, &other, &key, &batch));
    assert_int_equal(sf_size(sf, NULL), 8);
    SF_OK(rr_store_petitions(sf->store, &sf_error, &states, &count));
    assert_int_equal(count, 2);
    assert_memory_equal(&states[0].pid, &other.pid, 32);
    assert_memory_equal(&states[1].pid, &sf->pid, 32);
    assert_int_equal(states[0].size, 1);
    free(states);
    other.pid.bytes[0] = 7;
    SF_NOT(RR_NOT_FOUND, rr_store_petition_state(sf->store, &sf_error, &now, &other.pid));
    SF_NOT(RR_NOT_FOUND, rr_store_document(sf->reader, &sf_error, &out, &other.pid, RR_DOC_PETITION));
    sf_free(sf);
}

/* Two petitions' records and logs do not touch each other. */
static void apart(void **state) {
    (void)state;
    store_fixture *sf = sf_petition();
    rr_store_roll roll;
    rr_store_petition petition;
    rr_batch_key batch, next;
    rr_signer key = sf_signer("example.org/second");
    uint64_t count;
    bool held;
    sf_make_roll(&roll, 3);
    sf_make_petition(&petition, &roll, 4);
    SF_OK(rr_batch_key_new(&batch, &sf_error, sf->keys));
    SF_OK(rr_batch_key_new(&next, &sf_error, sf->keys));
    SF_OK(rr_store_add_roll(sf->store, &sf_error, &roll));
    SF_OK(rr_store_add_petition(sf->store, &sf_error, &petition, &key, &batch));
    sf_records a = sf_make_records(&sf->batch, 0, 5), b = sf_make_records(&batch, 0, 300);
    bool known[300];
    sf_hold(sf, &a);
    SF_OK(rr_store_hold(sf->store, &sf_error, &batch.id, known, b.held, 300));
    SF_OK(sf_append(sf, &sf_error, 0, 5, 20, &next));
    SF_OK(rr_store_held_count(sf->store, &sf_error, &count, &batch.id));
    assert_int_equal(count, 300);
    SF_OK(rr_store_is_held(sf->store, &sf_error, &held, &batch.id, &b.held[299].tag));
    assert_true(held);
    SF_OK(rr_store_is_held(sf->store, &sf_error, &held, &next.id, &b.held[299].tag));
    assert_false(held);
    assert_int_equal(sf_size(sf, &petition.pid), 1);
    assert_int_equal(sf_size(sf, &sf->pid), 6);
    sf_records_free(&a);
    sf_records_free(&b);
    sf_free(sf);
}

/* ---- editions ------------------------------------------------------------------------------------------------------- */

static const rr_store_edition_key edition = {{{5}}, 7};

static rr_store_code code_of(const char *member, uint8_t seed) {
    rr_store_code code = {.member = text(member)};
    memset(code.hash.bytes, seed, 32);
    return code;
}

typedef struct book {
    uint8_t points[2][32];
    rr_store_enrolment e;
} book;

static void make_book(book *b, const char *member, uint8_t seed) {
    memset(b, 0, sizeof *b);
    memset(b->points[0], seed, 32);
    memset(b->points[1], seed + 1, 32);
    memset(b->e.digest, seed, 64);
    b->e.member = text(member);
    b->e.points = (const uint8_t(*)[32])b->points;
    b->e.point_count = 2;
    b->e.sealed = blob(member);
}

static void expect_bundle(rr_bytes_out bundle, const char *const *want, size_t count) {
    size_t offset = 0, len, n = 0;
    const uint8_t *entry;
    while (rr_bundle_next(bundle.bytes, bundle.len, &offset, &entry, &len) == RR_OK) {
        assert_true(n < count);
        assert_int_equal(len, strlen(want[n]));
        assert_memory_equal(entry, want[n++], len);
    }
    assert_int_equal(n, count);
    assert_int_equal(offset, bundle.len);
    free(bundle.bytes);
}

static void expect_open(store_fixture *sf, const char *want, bool want_open) {
    rr_bytes_out out;
    bool open = !want_open;
    const char *list[] = {want};
    SF_OK(rr_store_edition(sf->reader, &sf_error, &out, &open, &edition));
    assert_int_equal(open, want_open);
    expect_bytes(out, want);
    SF_OK(rr_store_editions(sf->reader, &sf_error, &out, true));
    expect_bundle(out, list, want_open);
    SF_OK(rr_store_editions(sf->reader, &sf_error, &out, false));
    expect_bundle(out, list, 1);
}

static void editions(void **state) {
    (void)state;
    store_fixture *sf = sf_new();
    const rr_store_code codes[] = {code_of("anna", 1), code_of("anna", 2), code_of("boris", 3)};
    const rr_store_ssh ssh[] = {{text("clara"), {9}}, {text("boris"), {8}}}, twice[] = {ssh[0], ssh[0]};
    rr_bytes_out out;
    bool open;
    uint8_t key[32];
    SF_NOT(RR_NOT_FOUND, rr_store_edition(sf->reader, &sf_error, &out, &open, &edition));
    SF_NOT(RR_NOT_FOUND, rr_store_close_edition(sf->store, &sf_error, &edition));
    SF_OK(rr_store_editions(sf->reader, &sf_error, &out, false));
    expect_bundle(out, NULL, 0);
    SF_NOT(RR_ARGUMENT, rr_store_open_edition(sf->store, &sf_error, &edition, (rr_blob){NULL, 0}, NULL, 0, NULL, 0));
    SF_NOT(RR_REFUSED, rr_store_open_edition(sf->store, &sf_error, &edition, blob("v0"), codes, 3, twice, 2));
    assert_int_equal(sf_error.number, 2);
    SF_NOT(RR_NOT_FOUND, rr_store_edition(sf->reader, &sf_error, &out, &open, &edition)); /* nothing of it is there */
    SF_OK(rr_store_open_edition(sf->store, &sf_error, &edition, blob("v1"), codes, 3, ssh, 2));
    assert_int_equal(sf_file_size(sf, "-wal"), 0);
    expect_open(sf, "v1", true);
    SF_OK(rr_store_find_code(sf->reader, &sf_error, &edition, text("anna"), &codes[1].hash));
    SF_NOT(RR_NOT_FOUND, rr_store_find_code(sf->reader, &sf_error, &edition, text("anna"), &codes[2].hash));
    SF_NOT(RR_NOT_FOUND, rr_store_find_code(sf->reader, &sf_error, &edition, text("ann"), &codes[1].hash));
    SF_OK(rr_store_find_ssh(sf->reader, &sf_error, &edition, text("clara"), key));
    assert_memory_equal(key, ssh[0].key, 32);
    SF_NOT(RR_NOT_FOUND, rr_store_find_ssh(sf->reader, &sf_error, &edition, text("anna"), key));
    /* Another list in its place. */
    SF_OK(rr_store_open_edition(sf->store, &sf_error, &edition, blob("v2"), codes + 1, 1, ssh, 1));
    expect_open(sf, "v2", true);
    SF_NOT(RR_NOT_FOUND, rr_store_find_code(sf->reader, &sf_error, &edition, text("anna"), &codes[0].hash));
    SF_OK(rr_store_find_code(sf->reader, &sf_error, &edition, text("anna"), &codes[1].hash));
    SF_NOT(RR_NOT_FOUND, rr_store_find_ssh(sf->reader, &sf_error, &edition, text("boris"), key));
    for (int i = 0; i < 2; i++) SF_OK(rr_store_close_edition(sf->store, &sf_error, &edition));
    expect_open(sf, "v2", false);
    sf_free(sf);
}

static void enrolments(void **state) {
    (void)state;
    static const char *const both[] = {"anna", "clara"};
    store_fixture *sf = sf_new();
    const rr_store_code codes[] = {code_of("anna", 1), code_of("anna", 2), code_of("boris", 3)};
    const rr_store_ssh ssh[] = {{text("clara"), {9}}};
    rr_bytes_out out;
    book anna, boris, clara, second;
    make_book(&anna, "anna", 10);
    make_book(&boris, "boris", 20);
    make_book(&clara, "clara", 30);
    make_book(&second, "anna", 40);
    SF_NOT(RR_NOT_FOUND, rr_store_enrol(sf->store, &sf_error, &edition, &anna.e, &codes[0].hash));
    SF_OK(rr_store_open_edition(sf->store, &sf_error, &edition, blob("v1"), codes, 3, ssh, 1));
    SF_NOT(RR_REFUSED, rr_store_enrol(sf->store, &sf_error, &edition, &anna.e, &codes[2].hash));
    SF_OK(rr_store_enrol(sf->store, &sf_error, &edition, &clara.e, NULL));
    SF_OK(rr_store_enrol(sf->store, &sf_error, &edition, &anna.e, &codes[0].hash));
    assert_int_equal(sf_file_size(sf, "-wal"), 0);
    SF_OK(rr_store_enrol(sf->store, &sf_error, &edition, &anna.e, &codes[0].hash)); /* the same again */
    SF_NOT(RR_NOT_FOUND, rr_store_find_code(sf->reader, &sf_error, &edition, text("anna"), &codes[0].hash));
    SF_NOT(RR_NOT_FOUND, rr_store_find_code(sf->reader, &sf_error, &edition, text("anna"), &codes[1].hash));
    SF_NOT(RR_REFUSED, rr_store_enrol(sf->store, &sf_error, &edition, &second.e, &codes[1].hash));
    assert_non_null(strstr(sf_error.rule, "with another book"));
    /* A point of somebody else; the same book of somebody else: nothing of it stays, and the code is not used up. */
    memcpy(boris.points[1], anna.points[0], 32);
    SF_NOT(RR_REFUSED, rr_store_enrol(sf->store, &sf_error, &edition, &boris.e, &codes[2].hash));
    assert_int_equal(sf_error.number, 1);
    memcpy(boris.points[1], boris.points[0], 32);
    SF_NOT(RR_REFUSED, rr_store_enrol(sf->store, &sf_error, &edition, &boris.e, &codes[2].hash));
    make_book(&boris, "boris", 20);
    memcpy(boris.e.digest, anna.e.digest, 64);
    SF_NOT(RR_REFUSED, rr_store_enrol(sf->store, &sf_error, &edition, &boris.e, &codes[2].hash));
    SF_OK(rr_store_find_code(sf->reader, &sf_error, &edition, text("boris"), &codes[2].hash));
    SF_OK(rr_store_enrolments(sf->reader, &sf_error, &out, &edition));
    expect_bundle(out, both, 2);
    /* The list comes again: who has enrolled keeps it, and gets no new code. */
    SF_OK(rr_store_open_edition(sf->store, &sf_error, &edition, blob("v2"), codes, 3, ssh, 1));
    SF_NOT(RR_NOT_FOUND, rr_store_find_code(sf->reader, &sf_error, &edition, text("anna"), &codes[1].hash));
    /* The end: no more books, but the same one is still welcome. */
    make_book(&boris, "boris", 20);
    SF_OK(rr_store_close_edition(sf->store, &sf_error, &edition));
    SF_NOT(RR_REFUSED, rr_store_enrol(sf->store, &sf_error, &edition, &boris.e, &codes[2].hash));
    SF_OK(rr_store_enrol(sf->store, &sf_error, &edition, &anna.e, &codes[0].hash));
    boris.e.sealed = (rr_blob){NULL, 0};
    SF_NOT(RR_ARGUMENT, rr_store_enrol(sf->store, &sf_error, &edition, &boris.e, &codes[2].hash));
    sf_reopen(sf);
    SF_OK(rr_store_enrolments(sf->reader, &sf_error, &out, &edition));
    expect_bundle(out, both, 2);
    sf_free(sf);
}

static void receipts(void **state) {
    (void)state;
    store_fixture *sf = sf_new();
    rr_bytes_out out;
    book clara;
    const rr_store_edition_key later = {{{5}}, 8};
    make_book(&clara, "clara", 30);
    SF_OK(rr_store_open_edition(sf->store, &sf_error, &edition, blob("v1"), NULL, 0, NULL, 0));
    SF_OK(rr_store_open_edition(sf->store, &sf_error, &later, blob("v1"), NULL, 0, NULL, 0));
    SF_NOT(RR_NOT_FOUND, rr_store_add_receipt(sf->store, &sf_error, &edition, clara.e.digest, blob("receipt")));
    SF_OK(rr_store_enrol(sf->store, &sf_error, &edition, &clara.e, NULL));
    SF_NOT(RR_NOT_FOUND, rr_store_receipt(sf->reader, &sf_error, &out, &edition, clara.e.digest));
    SF_NOT(RR_NOT_FOUND, rr_store_add_receipt(sf->store, &sf_error, &later, clara.e.digest, blob("receipt")));
    SF_NOT(RR_ARGUMENT, rr_store_add_receipt(sf->store, &sf_error, &edition, clara.e.digest, (rr_blob){NULL, 0}));
    SF_OK(rr_store_add_receipt(sf->store, &sf_error, &edition, clara.e.digest, blob("receipt")));
    SF_OK(rr_store_add_receipt(sf->store, &sf_error, &edition, clara.e.digest, blob("another")));
    SF_OK(rr_store_receipt(sf->reader, &sf_error, &out, &edition, clara.e.digest));
    expect_bytes(out, "receipt");
    sf_free(sf);
}

static void many_receipts(void **state) {
    (void)state;
    store_fixture *sf = sf_new();
    rr_bytes_out out;
    book clara, dora, nobody;
    make_book(&clara, "clara", 30);
    make_book(&dora, "dora", 40);
    make_book(&nobody, "nobody", 50);
    SF_OK(rr_store_open_edition(sf->store, &sf_error, &edition, blob("v1"), NULL, 0, NULL, 0));
    SF_OK(rr_store_enrol(sf->store, &sf_error, &edition, &clara.e, NULL));
    SF_OK(rr_store_enrol(sf->store, &sf_error, &edition, &dora.e, NULL));
    const book *const books[] = {&clara, &nobody, &dora};
    rr_store_receipt_of list[3];
    for (size_t i = 0; i < 3; i++) {
        memcpy(list[i].digest, books[i]->e.digest, 64);
        list[i].note = blob("receipt");
    }
    list[2].note.bytes = NULL;
    SF_NOT(RR_ARGUMENT, rr_store_add_receipts(sf->store, &sf_error, &edition, list, 3));
    SF_NOT(RR_NOT_FOUND, rr_store_receipt(sf->reader, &sf_error, &out, &edition, clara.e.digest)); /* none of them */
    list[2].note = blob("receipt");
    SF_OK(rr_store_add_receipts(sf->store, &sf_error, &edition, list, 3));
    SF_OK(rr_store_add_receipts(sf->store, &sf_error, &edition, list, 3));
    SF_OK(rr_store_add_receipts(sf->store, &sf_error, &edition, NULL, 0));
    for (size_t i = 0; i < 3; i += 2) {
        SF_OK(rr_store_receipt(sf->reader, &sf_error, &out, &edition, books[i]->e.digest));
        expect_bytes(out, "receipt");
    }
    SF_NOT(RR_NOT_FOUND, rr_store_receipt(sf->reader, &sf_error, &out, &edition, nobody.e.digest));
    sf_free(sf);
}

/* ---- the browser page ----------------------------------------------------------------------------------------------- */

static void pages(void **state) {
    (void)state;
    store_fixture *sf = sf_new();
    rr_hash one, two;
    memset(&one, 0x1a, sizeof one);
    memset(&two, 0x2b, sizeof two);
    /* The first leaf of a new directory; known again after a start, behind other leaves too. */
    for (int i = 0; i < 2; i++) {
        SF_OK(rr_store_add_page(sf->store, &sf_error, &one));
        assert_int_equal(sf_size(sf, NULL), 1);
        sf_reopen(sf);
    }
    expect_line(sf, 0, "page", 0x1a, 0, "");
    rr_store_roll roll;
    sf_make_roll(&roll, 0xab);
    SF_OK(rr_store_add_roll(sf->store, &sf_error, &roll));
    SF_OK(rr_store_add_page(sf->store, &sf_error, &one));
    assert_int_equal(sf_size(sf, NULL), 2);
    /* Another page; and the first one again, which is not the last leaf any more. */
    SF_OK(rr_store_add_page(sf->store, &sf_error, &two));
    SF_OK(rr_store_add_page(sf->store, &sf_error, &two));
    assert_int_equal(sf_size(sf, NULL), 3);
    expect_line(sf, 2, "page", 0x2b, 0, "");
    SF_OK(rr_store_add_page(sf->store, &sf_error, &one));
    assert_int_equal(sf_size(sf, NULL), 4);
    expect_line(sf, 3, "page", 0x1a, 0, "");
    rr_bytes_out note;
    SF_OK(rr_store_checkpoint(sf->reader, &sf_error, &note, NULL, 4));
    free(note.bytes);
    assert_int_equal(sf_file_size(sf, "-wal"), 0);
    sf_free(sf);
}

/* A leaf of a petition's log that reads like a page is none. */
static void page_of_the_directory(void **state) {
    (void)state;
    store_fixture *sf = sf_petition();
    rr_hash page;
    memset(&page, 0x1a, sizeof page);
    char line[70] = "page ";
    for (int i = 0; i < 32; i++) snprintf(line + 5 + 2 * i, 3, "1a");
    rr_blob entry = blob(line);
    SF_OK(rr_store_append(sf->store, &sf_error, &sf->pid, &entry, 1, false, &sf->log, NULL));
    uint64_t size = sf_size(sf, NULL);
    SF_OK(rr_store_add_page(sf->store, &sf_error, &page));
    assert_int_equal(sf_size(sf, NULL), size + 1);
    expect_line(sf, size, "page", 0x1a, 0, "");
    sf_free(sf);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rolls),         cmocka_unit_test(petitions),  cmocka_unit_test(apart),
        cmocka_unit_test(editions),      cmocka_unit_test(enrolments), cmocka_unit_test(receipts),
        cmocka_unit_test(many_receipts), cmocka_unit_test(pages),      cmocka_unit_test(page_of_the_directory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
