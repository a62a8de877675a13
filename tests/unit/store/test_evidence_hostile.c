/* SPDX-License-Identifier: Apache-2.0 */
/* For each check of the verifier a file that only this check can refuse, with the words in which it does. */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "roundrobin/log.h"
#include "store/evidence_file.h"

static const char good[] = "hostile-good.sqlite", path[] = "hostile.sqlite";

/* One sealed petition with everything in it: names, an opening with its file. */
static fixture *the;

static int set_up(void **state) {
    static const uint64_t leaves[2] = {3, 4};
    (void)state;
    the = fx_new(RR_MODE_ANONYMOUS | RR_MODE_SEALED | RR_MODE_NAMED);
    fx_append(the, fx_plain_leaf(the, RR_FIRST));
    fx_checkpoint(the, &the->log);
    fx_append(the, fx_record(the, RR_ANONYMOUS, 0));
    fx_append(the, fx_record(the, RR_NAMED, 1));
    fx_sort_batch(the);
    fx_checkpoint(the, &the->log);
    fx_append(the, fx_record(the, RR_SEALED, 2));
    fx_append(the, fx_record(the, RR_SEALED, 3));
    fx_sort_batch(the);
    fx_checkpoint(the, &the->log);
    fx_append(the, fx_notice(the));
    fx_checkpoint(the, &the->log);
    fx_append(the, fx_opening(the, leaves, 2, true));
    fx_checkpoint(the, &the->log);
    fx_append(the, fx_plain_leaf(the, RR_CLOSE));
    fx_checkpoint(the, &the->log);
    fx_write(the, good);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    fx_free(the);
    return 0;
}

static void copy(void) {
    size_t len;
    uint8_t *bytes = fx_read(good, &len);
    fx_save(path, bytes, len);
    free(bytes);
}

static void expect(rr_status status, rr_check check, const char *where, const char *rule, const char *what) {
    rr_evidence_report *r = fx_verify(the, path);
    const rr_file_error *error = &r->errors[r->failed];
    if (r->status != status || r->failed != check || !error->where || strcmp(error->where, where) != 0 || !error->rule ||
        !strstr(error->rule, rule) || r->checks[check] != RR_FAILED || r->total != 0 ||
        r->checks[RR_CHECK_RECORDS] == RR_VERIFIED)
        fail_msg("%s: status %d in %s (%s %d: %s)", what, (int)r->status, rr_check_text(r->failed),
                 error->where ? error->where : "", (int)error->number, error->rule ? error->rule : "");
    rr_evidence_report_free(r);
}

static void the_good_one(void **state) {
    (void)state;
    rr_evidence_report *r = fx_verify(the, good);
    assert_int_equal(r->status, RR_OK);
    assert_int_equal(r->total, 4);
    assert_int_equal(r->named, 3);
    assert_int_equal(r->fault_count, 0);
    assert_int_equal(r->finality, RR_CLOSED_UNWITNESSED);
    rr_evidence_report_free(r);
}

/* ---- not an evidence file ------------------------------------------------------------------------------------------- */

static void not_a_file(void **state) {
    (void)state;
    unlink(path);
    expect(RR_IO, RR_CHECK_FILE, "file", "opened", "no file");
    assert_int_equal(mkdir(path, 0700), 0);
    expect(RR_MALFORMED, RR_CHECK_FILE, "file", "regular", "a folder");
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    expect(RR_MALFORMED, RR_CHECK_FILE, "file", "regular", "a pipe");
    unlink(path);
    fx_save(path, (const uint8_t *)"", 0);
    expect(RR_MALFORMED, RR_CHECK_FILE, "file", "not an SQLite", "an empty file");
    fx_save(path, (const uint8_t *)the->roll, the->roll_len);
    expect(RR_MALFORMED, RR_CHECK_FILE, "file", "not an SQLite", "a roll");
    unlink(path);
    rr_collect_parts parts = fx_collect_parts(the);
    assert_int_equal(rr_collect_create(NULL, path, &parts, &the->log, &the->random), RR_OK);
    expect(RR_MALFORMED, RR_CHECK_FILE, "file", "not an evidence file", "the collector's file");
    int file = open(path, O_WRONLY);
    assert_int_equal(ftruncate(file, ((off_t)1 << 36) + 1), 0);
    close(file);
    expect(RR_MALFORMED, RR_CHECK_FILE, "file", "64 GiB", "a large file");
}

static void header(void **state) {
    (void)state;
    static const struct {
        size_t offset;
        uint8_t value;
        rr_status status;
        const char *rule;
    } cases[] = {{0, 's', RR_MALFORMED, "not an SQLite"}, {16, 0, RR_MALFORMED, "header"},
                 {18, 2, RR_MALFORMED, "header"},         {19, 2, RR_MALFORMED, "header"},
                 {20, 8, RR_MALFORMED, "header"},         {21, 65, RR_MALFORMED, "header"},
                 {22, 33, RR_MALFORMED, "header"},        {23, 33, RR_MALFORMED, "header"},
                 {31, 1, RR_MALFORMED, "truncated"},      {35, 1, RR_MALFORMED, "free pages"},
                 {39, 1, RR_MALFORMED, "free pages"},     {47, 3, RR_MALFORMED, "header"},
                 {55, 1, RR_MALFORMED, "header"},         {59, 2, RR_MALFORMED, "header"},
                 {63, 3, RR_UNSUPPORTED, "newer"},        {63, 1, RR_MALFORMED, "no such version"},
                 {67, 1, RR_MALFORMED, "header"},         {71, 'w', RR_MALFORMED, "not an evidence"},
                 {72, 1, RR_MALFORMED, "header"},         {91, 1, RR_MALFORMED, "header"},
                 {16, 32, RR_MALFORMED, "header"},        {17, 1, RR_MALFORMED, "header"}};
    size_t len;
    uint8_t *bytes = fx_read(good, &len);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t old = bytes[cases[i].offset];
        char what[32];
        snprintf(what, sizeof what, "header byte %d", (int)cases[i].offset);
        assert_int_not_equal(old, cases[i].value);
        bytes[cases[i].offset] = cases[i].value;
        fx_save(path, bytes, len);
        expect(cases[i].status, RR_CHECK_FILE, "file", cases[i].rule, what);
        bytes[cases[i].offset] = old;
    }
    /* However many tables there are, SQLite is not let at a schema that goes beyond one page or has not its six rows. */
    static const size_t schema[] = {100, 103, 104};
    for (size_t i = 0; i < 3; i++) {
        uint8_t old = bytes[schema[i]];
        bytes[schema[i]] = schema[i] == 100 ? 5 : 7;
        fx_save(path, bytes, len);
        expect(RR_MALFORMED, RR_CHECK_FILE, "schema", "too many", "the page of the schema");
        bytes[schema[i]] = old;
    }
    fx_save(path, bytes, len - 1);
    expect(RR_MALFORMED, RR_CHECK_FILE, "file", "truncated", "one byte less");
    fx_save(path, bytes, len - 4096);
    expect(RR_MALFORMED, RR_CHECK_FILE, "file", "truncated", "one page less");
    rr_store32_be(bytes + 28, (uint32_t)(len / 4096 - 1));
    fx_save(path, bytes, len - 4096);
    expect(RR_MALFORMED, RR_CHECK_FILE, "file", "damaged", "one page less, and the header says so");
    free(bytes);
}

/* A page that belongs to nobody: SQLite's integrity check finds it. */
static void lost_page(void **state) {
    (void)state;
    size_t len;
    uint8_t *bytes = fx_read(good, &len), *longer = calloc(1, len + 4096);
    assert_non_null(longer);
    memcpy(longer, bytes, len);
    rr_store32_be(longer + 28, (uint32_t)(len / 4096 + 1));
    fx_save(path, longer, len + 4096);
    expect(RR_MALFORMED, RR_CHECK_FILE, "file", "damaged", "a page too many");
    free(bytes);
    free(longer);
}

/* ---- every other check ---------------------------------------------------------------------------------------------- */

#define AS_BLOB(from, to)                                                                                                      \
    "UPDATE document SET bytes = CAST(replace(CAST(bytes AS TEXT), '" from "', '" to "') AS BLOB) WHERE id = "
#define REWRITE(to) "PRAGMA writable_schema=ON; UPDATE sqlite_master SET sql = replace(sql, " to ")"
/* Byte 7 of a blob, exchanged. */
#define FLIP(table, column, where)                                                                                             \
    "UPDATE " table " SET " column " = CAST(substr(" column ", 1, 6) || CASE hex(substr(" column                               \
    ", 7, 1)) WHEN '41' THEN x'42' "                                                                                           \
    "ELSE x'41' END || substr(" column ", 8) AS BLOB) WHERE " where

typedef struct mutation {
    const char *sql;
    rr_status status;
    rr_check check;
    const char *where, *rule;
} mutation;

static const char type_rule[] = "type or size", row_rule[] = "row is missing", roll_rule[] = "what roll and names",
                  entry_rule[] = "what the entry";

static const mutation schema[] = {
    {"CREATE TABLE more (a)", RR_MALFORMED, RR_CHECK_FILE, "schema", "too many"},
    {"CREATE VIEW v AS SELECT 1", RR_MALFORMED, RR_CHECK_FILE, "schema", "too many"},
    {"CREATE TRIGGER t AFTER INSERT ON leaf BEGIN SELECT 1; END", RR_MALFORMED, RR_CHECK_FILE, "schema", "too many"},
    {"CREATE INDEX i ON leaf (kind)", RR_MALFORMED, RR_CHECK_FILE, "schema", "too many"},
    {"CREATE VIRTUAL TABLE f USING fts5(a)", RR_MALFORMED, RR_CHECK_FILE, "schema", "too many"},
    {"DROP TABLE opening", RR_MALFORMED, RR_CHECK_FILE, "schema", "missing"},
    {"ALTER TABLE tile RENAME TO tiles", RR_MALFORMED, RR_CHECK_FILE, "schema", "as documented"},
    {"ALTER TABLE leaf ADD COLUMN more", RR_MALFORMED, RR_CHECK_FILE, "schema", "as documented"},
    {"DROP TABLE opening; CREATE VIEW opening AS SELECT 0 AS id, x'' AS hash, x'' AS bytes", RR_MALFORMED, RR_CHECK_FILE,
     "schema", "as documented"},
    {"DROP TABLE opening; CREATE TABLE opening (id INTEGER PRIMARY KEY, hash BLOB NOT NULL, bytes BLOB NOT NULL)", RR_MALFORMED,
     RR_CHECK_FILE, "schema", "as documented"},
};

/* NOT NULL is a rule of the statement; a value of another type is not. */
static const mutation shape[] = {
    {"INSERT INTO document VALUES (11, 'more', x'00')", RR_MALFORMED, RR_CHECK_FILE, "document", "no document of this number"},
    {"INSERT INTO document VALUES (0, 'more', x'00')", RR_MALFORMED, RR_CHECK_FILE, "document", "no document of this number"},
    {"UPDATE document SET name = 'roll' WHERE id = 1", RR_MALFORMED, RR_CHECK_FILE, "document", "another name"},
    {"UPDATE document SET name = x'726f6c6c' WHERE id = 2", RR_MALFORMED, RR_CHECK_FILE, "document", type_rule},
    {"UPDATE document SET bytes = CAST(bytes AS TEXT) WHERE id = 1", RR_MALFORMED, RR_CHECK_FILE, "document", type_rule},
    {"DELETE FROM document WHERE id = 1", RR_MALFORMED, RR_CHECK_FILE, "petition", "no petition"},
    {"DELETE FROM document WHERE id = 2", RR_MALFORMED, RR_CHECK_FILE, "roll", "no roll"},
    {"UPDATE member SET place = 99 WHERE place = 5", RR_MALFORMED, RR_CHECK_FILE, "member", row_rule},
    {"UPDATE member SET place = -1 WHERE place = 0", RR_MALFORMED, RR_CHECK_FILE, "member", row_rule},
    {"UPDATE member SET member = x'41' WHERE place = 5", RR_MALFORMED, RR_CHECK_FILE, "member", type_rule},
    {"UPDATE member SET class = 7.5 || x'00' WHERE place = 5; UPDATE member SET class = x'41' WHERE place = 5", RR_MALFORMED,
     RR_CHECK_FILE, "member", type_rule},
    {"UPDATE member SET counted_as = x'41' WHERE place = 5", RR_MALFORMED, RR_CHECK_FILE, "member", type_rule},
    {"UPDATE member SET basis = x'41' WHERE place = 5", RR_MALFORMED, RR_CHECK_FILE, "member", type_rule},
    {"UPDATE member SET ring = 'one' WHERE place = 5", RR_MALFORMED, RR_CHECK_FILE, "member", type_rule},
    {"UPDATE member SET ring = 4294967296 WHERE place = 5", RR_MALFORMED, RR_CHECK_FILE, "member", type_rule},
    {"UPDATE member SET name = x'41' WHERE place = 5", RR_MALFORMED, RR_CHECK_FILE, "member", type_rule},
    {"UPDATE member SET name = printf('%5000d', 1) WHERE place = 5", RR_MALFORMED, RR_CHECK_FILE, "member", type_rule},
    {"UPDATE leaf SET leaf = 99 WHERE leaf = 2", RR_MALFORMED, RR_CHECK_FILE, "leaf", row_rule},
    {"UPDATE leaf SET kind = 'named' WHERE leaf = 2", RR_MALFORMED, RR_CHECK_FILE, "leaf", type_rule},
    {"UPDATE leaf SET number = -1 WHERE leaf = 2", RR_MALFORMED, RR_CHECK_FILE, "leaf", type_rule},
    {"UPDATE leaf SET nullifier = x'41' WHERE leaf = 2", RR_MALFORMED, RR_CHECK_FILE, "leaf", type_rule},
    {"UPDATE leaf SET nullifier = 'text' WHERE leaf = 2", RR_MALFORMED, RR_CHECK_FILE, "leaf", type_rule},
    {"UPDATE leaf SET bytes = 'text' WHERE leaf = 2", RR_MALFORMED, RR_CHECK_FILE, "leaf", type_rule},
    {"UPDATE leaf SET bytes = zeroblob(65536) WHERE leaf = 2", RR_MALFORMED, RR_CHECK_FILE, "leaf", type_rule},
    {"UPDATE leaf SET bytes = zeroblob(80000000) WHERE leaf = 2", RR_MALFORMED, RR_CHECK_FILE, "leaf", type_rule},
    {"UPDATE tile SET id = 1 WHERE id = 0", RR_MALFORMED, RR_CHECK_FILE, "tile", row_rule},
    {"UPDATE tile SET level = 'x'", RR_MALFORMED, RR_CHECK_FILE, "tile", type_rule},
    {"UPDATE tile SET number = 'x'", RR_MALFORMED, RR_CHECK_FILE, "tile", type_rule},
    {"UPDATE tile SET hashes = 'x'", RR_MALFORMED, RR_CHECK_FILE, "tile", type_rule},
    {"UPDATE tile SET hashes = zeroblob(8193)", RR_MALFORMED, RR_CHECK_FILE, "tile", type_rule},
    {"UPDATE checkpoint SET size = 0 WHERE size = 1", RR_MALFORMED, RR_CHECK_FILE, "checkpoint", "one leaf at the least"},
    {"UPDATE checkpoint SET note = CAST(note AS TEXT)", RR_MALFORMED, RR_CHECK_FILE, "checkpoint", type_rule},
    {"UPDATE checkpoint SET note = zeroblob(1048577) WHERE size = 1", RR_MALFORMED, RR_CHECK_FILE, "checkpoint", type_rule},
    {"DELETE FROM checkpoint", RR_MALFORMED, RR_CHECK_FILE, "checkpoint", "no checkpoint"},
    {"UPDATE opening SET id = 1", RR_MALFORMED, RR_CHECK_FILE, "opening", row_rule},
    {"UPDATE opening SET hash = x'00'", RR_MALFORMED, RR_CHECK_FILE, "opening", type_rule},
    {"UPDATE opening SET bytes = 'x'", RR_MALFORMED, RR_CHECK_FILE, "opening", type_rule},
    {"INSERT INTO leaf SELECT 9223372036854775807, NULL, NULL, NULL, x''", RR_MALFORMED, RR_CHECK_FILE, "leaf", row_rule},
};

static const mutation content[] = {
    {AS_BLOB("Title: A test", "Title: ") "1", RR_MALFORMED, RR_CHECK_PETITION, "petition", "value"},
    {AS_BLOB("Title: A test", "Title: A tent") "1", RR_INVALID, RR_CHECK_ASSIGNMENT, "assignment", ""},
    {AS_BLOB("Edition: 1", "Edition: 0") "2", RR_MALFORMED, RR_CHECK_ROLL, "roll", ""},
    {AS_BLOB("Body-Size: 60", "Body-Size: 61") "2", RR_INVALID, RR_CHECK_ROLL, "roll", ""},
    {AS_BLOB("round-robin roll v1", "round-robin roll v2") "3", RR_INVALID, RR_CHECK_ROLL_NOTE, "roll note", ""},
    {"UPDATE document SET bytes = (SELECT bytes FROM document WHERE id = 4) WHERE id = 3", RR_INVALID, RR_CHECK_ROLL_NOTE,
     "roll note", ""},
    {"UPDATE document SET bytes = (SELECT bytes FROM document WHERE id = 3) WHERE id = 4", RR_INVALID, RR_CHECK_ASSIGNMENT,
     "assignment", ""},
    {"UPDATE document SET bytes = x'00' WHERE id = 4", RR_MALFORMED, RR_CHECK_ASSIGNMENT, "assignment", ""},
    {AS_BLOB("Person 01", "Person 10") "5", RR_INVALID, RR_CHECK_NAMES, "names", ""},
    {AS_BLOB("round-robin names v1", "round-robin names v2") "5", RR_MALFORMED, RR_CHECK_NAMES, "names", ""},
    {"UPDATE document SET bytes = CAST(substr(bytes, 1, 63) || x'ff' || substr(bytes, 65) AS BLOB) WHERE id = 6", RR_MALFORMED,
     RR_CHECK_ENROLMENTS, "enrolments", "proof"}, /* a scalar above the order */
    {"UPDATE document SET bytes = CAST(substr(bytes, 97, 96) || substr(bytes, 1, 96) || substr(bytes, 193) AS BLOB) WHERE id = "
     "6",
     RR_INVALID, RR_CHECK_ENROLMENTS, "enrolments", "proof"},
    {"UPDATE document SET bytes = substr(bytes, 2) WHERE id = 6", RR_MALFORMED, RR_CHECK_ENROLMENTS, "enrolments", ""},

    {"DELETE FROM member WHERE place = 23", RR_INVALID, RR_CHECK_COLUMNS, "member", "one row for each"},
    {"INSERT INTO member SELECT 24, member, class, counted_as, basis, ring, name FROM member WHERE place = 0", RR_INVALID,
     RR_CHECK_COLUMNS, "member", "one row for each"},
    {"UPDATE member SET member = 'm99' WHERE place = 23", RR_INVALID, RR_CHECK_COLUMNS, "member", roll_rule},
    {"UPDATE member SET class = 'south' WHERE place = 22", RR_INVALID, RR_CHECK_COLUMNS, "member", roll_rule},
    {"UPDATE member SET counted_as = 'south' WHERE place = 22", RR_INVALID, RR_CHECK_COLUMNS, "member", roll_rule},
    {"UPDATE member SET basis = 'imported' WHERE place = 22", RR_INVALID, RR_CHECK_COLUMNS, "member", roll_rule},
    {"UPDATE member SET ring = 1 WHERE place = 22", RR_INVALID, RR_CHECK_COLUMNS, "member", roll_rule},
    {"UPDATE member SET name = 'Person 99' WHERE place = 22", RR_INVALID, RR_CHECK_COLUMNS, "member", roll_rule},
    {"UPDATE member SET name = NULL WHERE place = 22", RR_INVALID, RR_CHECK_COLUMNS, "member", roll_rule},
    {"UPDATE leaf SET kind = 3 WHERE leaf = 3", RR_INVALID, RR_CHECK_COLUMNS, "leaf", entry_rule},
    {"UPDATE leaf SET kind = NULL WHERE leaf = 3", RR_INVALID, RR_CHECK_COLUMNS, "leaf", entry_rule},
    {"UPDATE leaf SET number = 7 WHERE leaf = 3", RR_INVALID, RR_CHECK_COLUMNS, "leaf", entry_rule},
    {"UPDATE leaf SET number = 0 WHERE leaf = 0", RR_INVALID, RR_CHECK_COLUMNS, "leaf", entry_rule},
    {FLIP("leaf", "nullifier", "leaf = 3"), RR_INVALID, RR_CHECK_COLUMNS, "leaf", entry_rule},
    {"UPDATE leaf SET nullifier = substr(bytes, 7, 32) WHERE leaf = 0", RR_INVALID, RR_CHECK_COLUMNS, "leaf", entry_rule},
    {FLIP("opening", "hash", "id = 0"), RR_INVALID, RR_CHECK_COLUMNS, "opening", "not that of the file"},
    {FLIP("opening", "bytes", "id = 0"), RR_INVALID, RR_CHECK_COLUMNS, "opening", "not that of the file"},
    {"INSERT INTO opening SELECT 1, hash, bytes FROM opening", RR_INVALID, RR_CHECK_COLUMNS, "opening", "ascend"},

    {"UPDATE checkpoint SET size = 2 WHERE size = 1", RR_INVALID, RR_CHECK_CHECKPOINTS, "checkpoint", "another size"},
    {"UPDATE checkpoint SET note = CAST(replace(CAST(note AS TEXT), char(10) || '3' || char(10), char(10) || '4' || char(10)) "
     "AS BLOB), "
     "size = 4 WHERE size = 3",
     RR_INVALID, RR_CHECK_CHECKPOINTS, "checkpoint", ""},
    {"UPDATE checkpoint SET note = x'0a' WHERE size = 3", RR_MALFORMED, RR_CHECK_CHECKPOINTS, "checkpoint", ""},

    {"DELETE FROM leaf WHERE leaf = 7", RR_INVALID, RR_CHECK_LOG, "leaf", "are missing"},
    {"INSERT INTO leaf SELECT 8, kind, number, nullifier, bytes FROM leaf WHERE leaf = 7", RR_INVALID, RR_CHECK_LOG, "leaf",
     "no checkpoint"},
    {"DELETE FROM checkpoint WHERE size = 8", RR_INVALID, RR_CHECK_LOG, "leaf", "no checkpoint"},
    {"UPDATE leaf SET bytes = CAST(bytes || x'00' AS BLOB) WHERE leaf = 3", RR_INVALID, RR_CHECK_LOG, "checkpoint", "root"},
    {"UPDATE tile SET level = 1", RR_INVALID, RR_CHECK_LOG, "tile", "not those"},
    {"UPDATE tile SET number = 1", RR_INVALID, RR_CHECK_LOG, "tile", "not those"},
    {FLIP("tile", "hashes", "id = 0"), RR_INVALID, RR_CHECK_LOG, "tile", "not those"},
    {"UPDATE tile SET hashes = substr(hashes, 1, 224)", RR_INVALID, RR_CHECK_LOG, "tile", "not those"},
    {"DELETE FROM tile", RR_INVALID, RR_CHECK_LOG, "tile", "are missing"},
    {"INSERT INTO tile SELECT 1, level, number, hashes FROM tile", RR_INVALID, RR_CHECK_LOG, "tile", "more tree hashes"},
};

static void mutate(const mutation *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        copy();
        fx_sql(path, list[i].sql);
        expect(list[i].status, list[i].check, list[i].where, list[i].rule, list[i].sql);
    }
}

static void schemas(void **state) {
    (void)state;
    mutate(schema, sizeof schema / sizeof schema[0]);
}

static void shapes(void **state) {
    (void)state;
    mutate(shape, sizeof shape / sizeof shape[0]);
}

static void contents(void **state) {
    (void)state;
    mutate(content, sizeof content / sizeof content[0]);
}

/* What a deleted row leaves behind is refused, whatever it was. */
static void free_page(void **state) {
    (void)state;
    copy();
    fx_sql_raw(path, "CREATE TABLE more (a); INSERT INTO more VALUES (zeroblob(20000)); DROP TABLE more");
    expect(RR_MALFORMED, RR_CHECK_FILE, "file", "free pages", "a dropped table");
}

/* ---- signed by the right key, and still wrong ------------------------------------------------------------------------ */

static void foreign_log(void **state) {
    (void)state;
    fixture *other = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    /* A checkpoint by another key of the same name. */
    char sql[4096];
    fx_append(other, fx_plain_leaf(other, RR_FIRST));
    fx_checkpoint(other, &other->log);
    fx_write(other, path);
    fx_checkpoint(other, &other->stranger);
    int at = snprintf(sql, sizeof sql, "UPDATE checkpoint SET note = x'");
    rr_hex(sql + at, other->checkpoints[1].note.bytes, other->checkpoints[1].note.len);
    strcat(sql, "'");
    fx_sql(path, sql);
    fx_expect(other, path, RR_INVALID, RR_CHECK_CHECKPOINTS);
    fx_free(other);

    /* Leaf 0 of another petition. */
    other = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    fx_entry first = fx_plain_leaf(other, RR_FIRST);
    first.bytes[10] ^= 1;
    fx_append(other, first);
    fx_checkpoint(other, &other->log);
    fx_write(other, path);
    fx_expect(other, path, RR_INVALID, RR_CHECK_RECORDS);
    fx_free(other);
}

/* A certificate alone, the trustees' notes alone, both without sense, and both where nothing is sealed. */
static void ceremonies(void **state) {
    static const char *const documents[] = {"INSERT INTO document VALUES (7, 'ceremony', x'00')",
                                            "INSERT INTO document VALUES (8, 'trustees', x'00')",
                                            "INSERT INTO document VALUES (7, 'ceremony', x'00'), (8, 'trustees', x'00')"};
    (void)state;
    fixture *other = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    fx_append(other, fx_plain_leaf(other, RR_FIRST));
    fx_checkpoint(other, &other->log);
    for (size_t i = 0; i < 2 * sizeof documents / sizeof *documents; i++) {
        fixture *of = i % 2 == 0 ? other : the;
        if (i % 2 == 0)
            fx_write(other, path);
        else
            copy();
        fx_sql(path, documents[i / 2]);
        rr_evidence_report *r = fx_verify(of, path);
        assert_int_equal(r->status, RR_MALFORMED);
        assert_int_equal(r->failed, RR_CHECK_CEREMONY);
        assert_int_equal(r->checks[RR_CHECK_CEREMONY], RR_FAILED);
        assert_string_equal(r->errors[RR_CHECK_CEREMONY].where, i == 5 ? "trustee" : "ceremony");
        rr_evidence_report_free(r);
    }
    fx_free(other);
}

static bool touch(void *context, rr_check check, uint64_t done, uint64_t of) {
    (void)context, (void)done, (void)of;
    if (check == RR_CHECK_RECORDS) {
        struct timespec times[2] = {{0, 0}, {0, 0}};
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    }
    return true;
}

static void changed_meanwhile(void **state) {
    (void)state;
    copy();
    rr_evidence_options options = {.random = &the->random, .progress = touch};
    rr_evidence_report *r = NULL;
    assert_int_equal(rr_evidence_verify(&r, path, &options), RR_IO);
    assert_int_equal(r->failed, RR_CHECK_FILE);
    assert_non_null(strstr(r->errors[RR_CHECK_FILE].rule, "changed"));
    rr_evidence_report_free(r);
}

/* The time of modification is set back to what it was. */
static bool write_and_hide(void *context, rr_check check, uint64_t done, uint64_t of) {
    (void)done, (void)of;
    struct stat *before = context;
    if (check == RR_CHECK_RECORDS) {
        struct timespec times[2] = {before->st_atim, before->st_mtim};
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    }
    return true;
}

static void changed_and_hidden(void **state) {
    (void)state;
    struct stat before, after;
    copy();
    assert_int_equal(stat(path, &before), 0);
    usleep(20000); /* the clock of a file system goes in steps */
    rr_evidence_options options = {.random = &the->random, .progress = write_and_hide, .progress_context = &before};
    rr_evidence_report *r = NULL;
    assert_int_equal(rr_evidence_verify(&r, path, &options), RR_IO);
    assert_int_equal(r->failed, RR_CHECK_FILE);
    rr_evidence_report_free(r);
    assert_int_equal(stat(path, &after), 0);
    assert_memory_equal(&after.st_mtim, &before.st_mtim, sizeof after.st_mtim);
}

/* A proof is altered only for the pass over the proofs.  The file is larger than what SQLite keeps in memory. */
static bool alter(void *context, rr_check check, uint64_t done, uint64_t of) {
    (void)done, (void)of;
    const off_t *at = context;
    if (check != RR_CHECK_RECORDS) return true;
    int file = open(path, O_WRONLY);
    assert_int_equal(pwrite(file, "altered!", 8, *at), 8);
    close(file);
    return true;
}

static void proof_altered_meanwhile(void **state) {
    (void)state;
    fixture *other = fx_new(RR_MODE_ANONYMOUS);
    fx_append(other, fx_plain_leaf(other, RR_FIRST));
    fx_append(other, fx_record(other, RR_ANONYMOUS, 1));
    for (int i = 0; i < 50; i++) {
        fx_entry entry = {calloc(1, RR_ENTRY_MAX), RR_ENTRY_MAX};
        assert_non_null(entry.bytes);
        fx_append(other, entry);
    }
    fx_checkpoint(other, &other->log);
    fx_write(other, path);
    size_t len;
    uint8_t *bytes = fx_read(path, &len);
    const uint8_t *found = memmem(bytes, len, other->leaves[1].bytes + 100, 32);
    assert_non_null(found);
    off_t at = found - bytes;
    free(bytes);
    rr_evidence_options options = {.random = &the->random, .progress = alter, .progress_context = &at};
    rr_evidence_report *r = NULL;
    assert_int_equal(rr_evidence_verify(&r, path, &options), RR_IO);
    assert_int_equal(r->checks[RR_CHECK_RECORDS], RR_FAILED);
    assert_int_equal(r->errors[RR_CHECK_RECORDS].number, 1);
    assert_non_null(strstr(r->errors[RR_CHECK_RECORDS].rule, "changed"));
    rr_evidence_report_free(r);
    fx_free(other);
}

/* The sizes that were checked when the file was opened need not be those that are read. */
static void entry_grows_meanwhile(void **state) {
    (void)state;
    fixture *other = fx_new(RR_MODE_ANONYMOUS);
    fx_append(other, fx_plain_leaf(other, RR_FIRST));
    for (int i = 0; i < 3; i++) {
        fx_entry entry = {calloc(1, RR_ENTRY_MAX), RR_ENTRY_MAX};
        assert_non_null(entry.bytes);
        fx_append(other, entry);
    }
    fx_checkpoint(other, &other->log);
    fx_write(other, path);
    rr_evidence_file file;
    rr_file_error error;
    rr_blob entry;
    assert_int_equal(rr_evidence_file_open(&file, &error, path, NULL), RR_OK);
    assert_int_equal(file.source.calls->leaf(&file.source, &error, &entry, 1), RR_OK);
    assert_int_equal(entry.len, RR_ENTRY_MAX);
    sqlite3_reset(file.one_leaf);
    fx_sql_raw(path, "BEGIN; DELETE FROM leaf WHERE leaf > 1; UPDATE leaf SET bytes = zeroblob(100000) WHERE leaf = 1; COMMIT");
    sqlite3_db_release_memory(file.db);
    assert_int_equal(file.source.calls->leaf(&file.source, &error, &entry, 1), RR_MALFORMED);
    assert_string_equal(error.rule, "the database is damaged");
    rr_evidence_file_close(&file);
    fx_free(other);
}

/* A hot journal beside the file is not played back into it, nor is a write-ahead log. */
static void files_beside(void **state) {
    (void)state;
    copy();
    fx_save("hostile.sqlite-wal", (const uint8_t *)"x", 1);
    fx_save("hostile.sqlite-journal", (const uint8_t *)"x", 1);
    fx_expect(the, path, RR_OK, RR_CHECK_FILE);
    size_t len;
    uint8_t *bytes = fx_read("hostile.sqlite-journal", &len);
    assert_int_equal(len, 1);
    free(bytes);
    unlink("hostile.sqlite-wal");
    unlink("hostile.sqlite-journal");
    /* A name that means something to SQLite or to a URI. */
    assert_int_equal(rename(path, "odd ?mode=rwc&x=%41#.sqlite"), 0);
    fx_expect(the, "odd ?mode=rwc&x=%41#.sqlite", RR_OK, RR_CHECK_FILE);
    unlink("odd ?mode=rwc&x=%41#.sqlite");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_good_one),
        cmocka_unit_test(not_a_file),
        cmocka_unit_test(header),
        cmocka_unit_test(lost_page),
        cmocka_unit_test(schemas),
        cmocka_unit_test(shapes),
        cmocka_unit_test(contents),
        cmocka_unit_test(free_page),
        cmocka_unit_test(foreign_log),
        cmocka_unit_test(ceremonies),
        cmocka_unit_test(changed_meanwhile),
        cmocka_unit_test(changed_and_hidden),
        cmocka_unit_test(proof_altered_meanwhile),
        cmocka_unit_test(entry_grows_meanwhile),
        cmocka_unit_test(files_beside),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
