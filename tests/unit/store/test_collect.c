/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"

static const char path[] = "test_collect.sqlite", evidence[] = "test_collect_evidence.sqlite";
static const int64_t late = 1772323200; /* the petition's Closes */

enum { ANSWERS = 16 };

typedef struct answers {
    uint8_t bytes[ANSWERS][RR_ANSWER_SIZE];
    rr_blob blobs[ANSWERS];
    rr_collect_result results[ANSWERS];
    size_t count;
} answers;

static void add(answers *a, const fx_entry *record) {
    assert_true(a->count < ANSWERS);
    fx_answer(a->bytes[a->count], record);
    a->blobs[a->count] = (rr_blob){a->bytes[a->count], RR_ANSWER_SIZE};
    a->count++;
}

static void add_new(answers *a, fixture *fx, rr_kind kind, uint32_t member) {
    fx_entry record = fx_record(fx, kind, member);
    add(a, &record);
    free(record.bytes);
}

static void must(rr_status status, const rr_file_error *error) {
    if (status != RR_OK) fail_msg("%s %d: %s", error->where, (int)error->number, error->rule);
}

static fixture *start_with(unsigned modes) {
    rr_file_error error;
    fixture *fx = fx_new(modes);
    rr_collect_parts parts = fx_collect_parts(fx);
    unlink(path);
    must(rr_collect_create(&error, path, &parts, &fx->log, &fx->random), &error);
    return fx;
}

static fixture *start(void) {
    return start_with(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
}

static rr_collect *open_it(fixture *fx) {
    rr_file_error error;
    rr_collect *collect = NULL;
    must(rr_collect_open(&collect, &error, path, &fx->random), &error);
    return collect;
}

/* One run. */
static rr_collect_counts run(fixture *fx, answers *a, rr_collect_mode mode) {
    rr_file_error error;
    rr_collect_counts counts;
    rr_collect *collect = open_it(fx);
    must(rr_collect_take(collect, &error, a->results, a->blobs, a->count), &error);
    must(rr_collect_finish(collect, &error, &counts, mode, late, &fx->log), &error);
    rr_collect_free(collect);
    return counts;
}

static rr_collect_state look(fixture *fx) {
    rr_file_error error;
    rr_collect_state state;
    rr_collect *collect = open_it(fx);
    must(rr_collect_status(collect, &error, &state), &error);
    rr_collect_free(collect);
    return state;
}

/* The log makes an evidence file that verifies, without faults. */
static void verify(fixture *fx, uint32_t hidden, uint32_t named, uint64_t leaves) {
    rr_file_error error;
    rr_collect *collect = open_it(fx);
    must(rr_collect_evidence(collect, &error, evidence), &error);
    rr_collect_free(collect);
    rr_evidence_report *r = fx_verify(fx, evidence);
    assert_int_equal(r->status, RR_OK);
    assert_int_equal(r->fault_count, 0);
    assert_int_equal(r->hidden, hidden);
    assert_int_equal(r->named, named);
    assert_int_equal(r->leaves, leaves);
    rr_evidence_report_free(r);
}

static void new_file(void **state) {
    (void)state;
    struct stat s;
    fixture *fx = start();
    rr_collect_state c = look(fx);
    assert_int_equal(stat(path, &s), 0);
    assert_int_equal(s.st_mode & 0777, 0600);
    assert_memory_equal(&c.pid, &fx->material.petition.pid, sizeof c.pid);
    assert_int_equal(c.leaves, 1);
    assert_int_equal(c.checkpoints, 1);
    assert_int_equal(c.waiting, 0);
    assert_false(c.closed);
    verify(fx, 0, 0, 1);
    fx_free(fx);
}

static void refuses(fixture *fx, const rr_collect_parts *parts, const rr_signer *log, rr_status status, const char *where) {
    rr_file_error error = {RR_OK, NULL, 0, NULL, 0};
    unlink(path);
    assert_int_equal(rr_collect_create(&error, path, parts, log, &fx->random), status);
    assert_string_equal(error.where, where);
    assert_non_null(error.rule);
    assert_int_equal(access(path, F_OK), -1);
}

static void create_refuses(void **state) {
    (void)state;
    fixture *fx = start(), *other = fx_new(RR_MODE_ANONYMOUS);
    rr_collect_parts good = fx_collect_parts(fx), foreign = fx_collect_parts(other), p = good;
    rr_file_error error;
    assert_int_equal(rr_collect_create(&error, path, &good, &fx->log, &fx->random), RR_IO);
    assert_int_equal(error.system, EEXIST);
    assert_int_equal(rr_collect_create(&error, "no-such-folder/x", &good, &fx->log, &fx->random), RR_IO);
    assert_int_equal(error.system, ENOENT);

    refuses(fx, &good, &fx->stranger, RR_REFUSED, "log key");
    refuses(fx, &good, NULL, RR_REFUSED, "log key");
    p.petition.len--;
    refuses(fx, &p, &fx->log, RR_MALFORMED, "petition");
    p = good, p.roll = foreign.roll;
    refuses(fx, &p, &fx->log, RR_INVALID, "roll");
    p = good, p.roll_note = foreign.roll_note;
    refuses(fx, &p, &fx->log, RR_INVALID, "roll note");
    p = good, p.assignment = foreign.assignment;
    refuses(fx, &p, &fx->log, RR_INVALID, "assignment");
    p = good, p.names = foreign.names;
    refuses(fx, &p, &fx->log, RR_INVALID, "names");
    p = good, p.enrolments = foreign.enrolments;
    refuses(fx, &p, &fx->log, RR_INVALID, "enrolments");
    p = good, p.petition.bytes = NULL;
    refuses(fx, &p, &fx->log, RR_NOT_FOUND, "petition");
    p = good, p.roll.bytes = NULL;
    refuses(fx, &p, &fx->log, RR_NOT_FOUND, "roll");
    p = good, p.roll_note.bytes = NULL;
    refuses(fx, &p, &fx->log, RR_NOT_FOUND, "roll note");
    p = good, p.assignment.bytes = NULL;
    refuses(fx, &p, &fx->log, RR_NOT_FOUND, "assignment");
    p = good, p.enrolments.bytes = NULL;
    refuses(fx, &p, &fx->log, RR_NOT_FOUND, "enrolments");
    fx_free(fx);
    fx_free(other);
}

/* Twelve answers, of which eight count. */
static void a_run(void **state) {
    (void)state;
    fixture *fx = start(), *other = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    answers a = {.count = 0};
    for (uint32_t i = 0; i < 6; i++) add_new(&a, fx, RR_ANONYMOUS, i);
    add_new(&a, fx, RR_NAMED, 6);
    add_new(&a, fx, RR_NAMED, 7);
    add(&a, NULL);                    /* 8: declines */
    add_new(&a, fx, RR_ANONYMOUS, 8); /* 9: altered */
    a.bytes[9][400] ^= 1;
    add_new(&a, other, RR_NAMED, 9); /* 10: of another petition */
    add_new(&a, fx, RR_NAMED, 9);    /* 11: one byte short */
    a.blobs[11].len--;
    add_new(&a, fx, RR_NAMED, 10); /* 12: length beyond the end */
    a.bytes[12][0] = a.bytes[12][1] = 0xff;
    add_new(&a, fx, RR_NAMED, 11); /* 13: no such place */
    a.bytes[13][4] = 99;
    add_new(&a, fx, RR_WITHDRAW, 12); /* 14: valid, and of nothing */
    add(&a, NULL);                    /* 15: a notice is no answer */
    a.bytes[15][0] = 38, a.bytes[15][2] = 1, a.bytes[15][3] = RR_NOTICE;

    rr_collect_counts c = run(fx, &a, RR_COLLECT_APPEND);
    for (size_t i = 0; i < a.count; i++) {
        bool bad = (i >= 9 && i <= 13) || i == 15;
        if (bad != (a.results[i].status != RR_OK)) fail_msg("answer %zu: %d", i, (int)a.results[i].status);
        if (bad)
            assert_non_null(a.results[i].rule);
        else
            assert_null(a.results[i].rule);
    }
    assert_int_equal(a.results[10].status, RR_INVALID);
    assert_int_equal(a.results[11].status, RR_MALFORMED);
    assert_int_equal(a.results[12].status, RR_MALFORMED);
    assert_int_equal(a.results[13].status, RR_REFUSED);
    assert_int_equal(a.results[15].status, RR_REFUSED);
    assert_int_equal(c.taken, 8);
    assert_int_equal(c.appended, 8);
    assert_int_equal(c.declined, 1);
    assert_int_equal(c.refused, 6);
    assert_int_equal(c.conflicts, 1);
    assert_int_equal(c.repeated, 0);
    assert_int_equal(c.waiting, 0);
    verify(fx, 6, 2, 9);
    fx_free(fx);
    fx_free(other);
}

/* Each of the first `count` records is in the file once. */
static void once(const answers *a, size_t count) {
    size_t len;
    uint8_t *file = fx_read(path, &len);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *found = memmem(file, len, a->bytes[i] + 2, 100);
        assert_non_null(found);
        found++;
        assert_null(memmem(found, len - (size_t)(found - file), a->bytes[i] + 2, 100));
    }
    free(file);
}

/* Fewer than eight wait; repeats are found in the run, among what waits, and in the log. */
static void waiting(void **state) {
    (void)state;
    fixture *fx = start();
    answers a = {.count = 0}, b = {.count = 0}, c = {.count = 0};
    for (uint32_t i = 0; i < 7; i++) add_new(&a, fx, i % 2 ? RR_ANONYMOUS : RR_NAMED, i);
    memcpy(a.bytes[7], a.bytes[2], RR_ANSWER_SIZE);
    a.blobs[7] = (rr_blob){a.bytes[7], RR_ANSWER_SIZE};
    a.count = 8;
    rr_collect_counts n = run(fx, &a, RR_COLLECT_APPEND);
    assert_int_equal(n.taken, 7);
    assert_int_equal(n.repeated, 1);
    assert_int_equal(n.appended, 0);
    assert_int_equal(n.waiting, 7);
    assert_int_equal(look(fx).waiting, 7);
    assert_int_equal(look(fx).leaves, 1);
    n = run(fx, &a, RR_COLLECT_APPEND);
    assert_int_equal(n.taken, 0);
    assert_int_equal(n.repeated, 8);
    assert_int_equal(n.waiting, 7);

    add_new(&b, fx, RR_ANONYMOUS, 0); /* has signed by name, which waits */
    add_new(&b, fx, RR_WITHDRAW, 1);  /* of what waits */
    n = run(fx, &b, RR_COLLECT_HOLD);
    assert_int_equal(n.conflicts, 1);
    assert_int_equal(n.taken, 1);
    assert_int_equal(n.waiting, 8);
    n = run(fx, &c, RR_COLLECT_APPEND);
    assert_int_equal(n.appended, 8);
    assert_int_equal(n.waiting, 0);
    assert_int_equal(look(fx).waiting, 0);
    once(&a, 7); /* and not where it waited, which would tell that it came earlier than the rest of the batch */
    verify(fx, 2, 4, 9);
    n = run(fx, &a, RR_COLLECT_APPEND);
    assert_int_equal(n.repeated, 8);
    add_new(&c, fx, RR_ANONYMOUS, 1); /* has withdrawn */
    add_new(&c, fx, RR_NAMED, 3);     /* is hidden */
    n = run(fx, &c, RR_COLLECT_APPEND);
    assert_int_equal(n.conflicts, 2);
    assert_int_equal(n.taken, 0);
    verify(fx, 2, 4, 9);
    fx_free(fx);
}

/* The same answers in another order, in other runs: the same file, but for the two counters in the header of the database. */
static void order_leaves_nothing(void **state) {
    (void)state;
    fixture *fx = start();
    answers a = {.count = 0};
    size_t empty_len, first_len, second_len;
    uint8_t *empty = fx_read(path, &empty_len);
    for (uint32_t i = 0; i < 6; i++) add_new(&a, fx, i % 2 ? RR_ANONYMOUS : RR_NAMED, i);
    add(&a, NULL);
    for (int other = 0; other < 2; other++) {
        answers one = {.count = 0}, two = {.count = 0};
        fx_save(path, empty, empty_len);
        for (size_t i = 0; i < a.count; i++) {
            size_t from = other ? a.count - 1 - i : i;
            answers *to = (other ? i < 4 : i < 2) ? &one : &two;
            memcpy(to->bytes[to->count], a.bytes[from], RR_ANSWER_SIZE);
            to->blobs[to->count] = (rr_blob){to->bytes[to->count], RR_ANSWER_SIZE};
            to->count++;
        }
        run(fx, &one, RR_COLLECT_APPEND);
        run(fx, &two, RR_COLLECT_APPEND);
        uint8_t *bytes = fx_read(path, &second_len);
        /* The random filler, of the decline too, is nowhere. */
        for (size_t i = 0; i < a.count; i++) assert_null(memmem(bytes, second_len, a.bytes[i] + RR_ANSWER_SIZE - 32, 32));
        if (other) {
            size_t again;
            uint8_t *first = fx_read("test_collect_first.sqlite", &again);
            assert_int_equal(first_len, second_len);
            assert_int_equal(first_len, again);
            memset(first + 24, 0, 4), memset(bytes + 24, 0, 4);
            memset(first + 92, 0, 4), memset(bytes + 92, 0, 4);
            assert_memory_equal(first, bytes, first_len);
            free(first);
        } else {
            first_len = second_len;
            fx_save("test_collect_first.sqlite", bytes, second_len);
        }
        free(bytes);
        char journal[64];
        snprintf(journal, sizeof journal, "%s-journal", path);
        assert_int_equal(access(journal, F_OK), -1);
    }
    assert_int_equal(look(fx).waiting, 6);
    free(empty);
    fx_free(fx);
}

/* All modes, and what follows a signature: in one batch, in the order in which it must stand there. */
static void all_kinds(void **state) {
    (void)state;
    fixture *fx = start_with(RR_MODE_ANONYMOUS | RR_MODE_SEALED | RR_MODE_NAMED), *without = start();
    answers a = {.count = 0};
    for (uint32_t i = 0; i < 3; i++) add_new(&a, without, RR_NAMED, i);
    fx_entry sealed = fx_record(fx, RR_SEALED, 1);
    add(&a, &sealed);
    rr_collect_counts n = run(without, &a, RR_COLLECT_HOLD);
    assert_int_equal(a.results[3].status, RR_REFUSED); /* a mode that the petition does not have */
    assert_int_equal(n.taken, 3);
    fx_free(without);
    fx_free(fx);

    fx = start_with(RR_MODE_ANONYMOUS | RR_MODE_SEALED | RR_MODE_NAMED);
    a.count = 0;
    for (uint32_t i = 0; i < 3; i++) {
        add_new(&a, fx, RR_WITHDRAW, i);
        add_new(&a, fx, RR_STEP_FORWARD, i);
        add_new(&a, fx, RR_SEALED, i);
    }
    add_new(&a, fx, RR_SEALED, 3);
    n = run(fx, &a, RR_COLLECT_APPEND);
    assert_int_equal(n.appended, 10);
    assert_int_equal(n.conflicts, 0);
    verify(fx, 1, 0, 11);
    free(sealed.bytes);
    fx_free(fx);
}

static void closing(void **state) {
    (void)state;
    fixture *fx = start();
    rr_file_error error;
    rr_collect_counts n;
    answers a = {.count = 0}, b = {.count = 0}, none = {.count = 0};
    add_new(&a, fx, RR_ANONYMOUS, 0);
    add_new(&a, fx, RR_ANONYMOUS, 1);
    add_new(&a, fx, RR_NAMED, 2);
    rr_collect *collect = open_it(fx);
    must(rr_collect_take(collect, &error, a.results, a.blobs, a.count), &error);
    assert_int_equal(rr_collect_finish(collect, &error, &n, RR_COLLECT_CLOSE, late - 1, &fx->log), RR_REFUSED);
    assert_non_null(strstr(error.rule, "Closes"));
    assert_int_equal(rr_collect_finish(collect, &error, &n, RR_COLLECT_CLOSE, late, &fx->stranger), RR_REFUSED);
    assert_string_equal(error.where, "log key");
    assert_int_equal(rr_collect_finish(collect, &error, &n, RR_COLLECT_APPEND, late, NULL), RR_REFUSED);
    must(rr_collect_finish(collect, &error, &n, RR_COLLECT_CLOSE, late, &fx->log), &error);
    rr_collect_free(collect);
    assert_int_equal(n.taken, 3);
    assert_int_equal(n.appended, 4);
    assert_true(look(fx).closed);
    assert_int_equal(look(fx).checkpoints, 3);
    verify(fx, 2, 1, 5);

    add_new(&b, fx, RR_ANONYMOUS, 3);
    add_new(&b, fx, RR_NAMED, 3);
    add_new(&b, fx, RR_WITHDRAW, 0);
    add_new(&b, fx, RR_STEP_FORWARD, 0);
    n = run(fx, &b, RR_COLLECT_HOLD);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(b.results[i].status, RR_REFUSED);
        assert_non_null(b.results[i].rule);
    }
    assert_int_equal(b.results[3].status, RR_OK);
    assert_int_equal(n.refused, 3);
    assert_int_equal(n.waiting, 1);
    collect = open_it(fx);
    assert_int_equal(rr_collect_finish(collect, &error, &n, RR_COLLECT_CLOSE, late, &fx->log), RR_REFUSED);
    assert_non_null(strstr(error.rule, "closed already"));
    rr_collect_free(collect);
    n = run(fx, &none, RR_COLLECT_HOLD);
    assert_int_equal(n.waiting, 1);
    fx_free(fx);
}

/* Nothing was taken: the next finish has nothing. */
static void too_many(void **state) {
    (void)state;
    fixture *fx = start();
    rr_file_error error;
    rr_collect_counts n;
    answers a = {.count = 0};
    const size_t count = RR_COLLECT_TAKE_MAX + 1;
    rr_blob *blobs = calloc(count, sizeof *blobs);
    rr_collect_result *results = calloc(count, sizeof *results);
    assert_non_null(blobs);
    assert_non_null(results);
    add_new(&a, fx, RR_ANONYMOUS, 0);
    for (size_t i = 0; i < count; i++) blobs[i] = a.blobs[0];
    rr_collect *collect = open_it(fx);
    assert_int_equal(rr_collect_take(collect, &error, results, blobs, count), RR_REFUSED);
    assert_non_null(error.rule);
    must(rr_collect_finish(collect, &error, &n, RR_COLLECT_HOLD, 0, NULL), &error);
    assert_int_equal(n.taken + n.repeated + n.refused + n.waiting, 0);
    rr_collect_free(collect);
    free(blobs);
    free(results);
    fx_free(fx);
}

/* ---- files that are not as they should be ---------------------------------------------------------------------------- */

static void cannot_open(fixture *fx, rr_status status, const char *rule) {
    rr_file_error error = {RR_OK, NULL, 0, NULL, 0};
    rr_collect *collect = NULL;
    rr_status got = rr_collect_open(&collect, &error, path, &fx->random);
    if (got != status || !error.rule || !strstr(error.rule, rule))
        fail_msg("status %d: %s", (int)got, error.rule ? error.rule : "");
    assert_null(collect);
}

static void bad_files(void **state) {
    (void)state;
    static const struct {
        const char *sql;
        rr_status status;
        const char *rule;
    } cases[] = {
        {"PRAGMA application_id=1", RR_MALFORMED, "not a file of robin collect"},
        {"PRAGMA user_version=1000", RR_UNSUPPORTED, "newer"},
        {"CREATE TABLE more (a)", RR_MALFORMED, "too many"},
        {"DELETE FROM document WHERE id = 1", RR_MALFORMED, "damaged"},
        {"UPDATE document SET bytes = 'x' WHERE id = 1", RR_MALFORMED, "damaged"},
        {"INSERT INTO document VALUES (9, 'x', x'')", RR_MALFORMED, "damaged"},
        {"DELETE FROM leaf WHERE leaf = 3", RR_MALFORMED, "damaged"},
        {"DELETE FROM leaf WHERE leaf = 8", RR_MALFORMED, "damaged"},
        {"UPDATE leaf SET leaf = 100 WHERE leaf = 8", RR_MALFORMED, "damaged"},
        {"UPDATE leaf SET bytes = 'x' WHERE leaf = 3", RR_MALFORMED, "damaged"},
        {"UPDATE leaf SET bytes = x'01' WHERE leaf = 3", RR_MALFORMED, ""},
        /* A bit of the proof, which is not verified again: the root tells. */
        {"UPDATE leaf SET bytes = CAST(substr(bytes, 1, 80) || x'4142' || substr(bytes, 83) AS BLOB) WHERE leaf = 3",
         RR_MALFORMED, "damaged"},
        {"DELETE FROM checkpoint", RR_MALFORMED, "damaged"},
        {"DELETE FROM checkpoint WHERE size = 9", RR_MALFORMED, "damaged"},
        {"UPDATE checkpoint SET note = x'00'", RR_MALFORMED, "damaged"},
    };
    fixture *fx = start();
    answers a = {.count = 0};
    rr_file_error error;
    rr_collect_counts n;
    rr_collect *collect;
    size_t len;
    for (uint32_t i = 0; i < 8; i++) add_new(&a, fx, RR_NAMED, i);
    run(fx, &a, RR_COLLECT_APPEND);
    uint8_t *good = fx_read(path, &len);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fx_save(path, good, len);
        fx_sql(path, cases[i].sql);
        cannot_open(fx, cases[i].status, cases[i].rule);
    }
    fx_save(path, good, len);
    fx_sql(path, "INSERT INTO waiting VALUES (0, 'x')");
    collect = open_it(fx);
    assert_int_equal(rr_collect_finish(collect, &error, &n, RR_COLLECT_HOLD, 0, NULL), RR_MALFORMED);
    rr_collect_free(collect);
    fx_save(path, good, len);
    fx_sql(path, "INSERT INTO waiting SELECT 0, bytes FROM leaf WHERE leaf = 3"); /* it is in the log */
    collect = open_it(fx);
    assert_int_equal(rr_collect_finish(collect, &error, &n, RR_COLLECT_HOLD, 0, NULL), RR_MALFORMED);
    rr_collect_free(collect);
    fx_save(path, (const uint8_t *)fx->roll, fx->roll_len);
    cannot_open(fx, RR_MALFORMED, "not an SQLite");
    fx_append(fx, fx_plain_leaf(fx, RR_FIRST));
    fx_checkpoint(fx, &fx->log);
    fx_write(fx, path);
    cannot_open(fx, RR_MALFORMED, "not a file of robin collect");
    unlink(path);
    cannot_open(fx, RR_IO, "opened");
    free(good);
    fx_free(fx);
}

static void insert(const char *sql, const uint8_t *bytes, size_t len) {
    char text[4096];
    int at = snprintf(text, sizeof text, "%s, x'", sql);
    assert_true((size_t)at + 2 * len + 3 < sizeof text);
    rr_hex(text + at, bytes, len);
    memcpy(text + at + 2 * len, "')", 3);
    fx_sql(path, text);
}

/* Signed, and still no log that this program made: the second leaf is a fault. */
static void foreign_log(void **state) {
    (void)state;
    fixture *fx = start();
    fx_append(fx, fx_plain_leaf(fx, RR_FIRST));
    fx_append(fx, fx_record(fx, RR_NAMED, 1));
    fx_append(fx, fx_record(fx, RR_NAMED, 1));
    fx_checkpoint(fx, &fx->log);
    insert("INSERT INTO leaf VALUES (1", fx->leaves[1].bytes, fx->leaves[1].len);
    insert("INSERT INTO leaf VALUES (2", fx->leaves[2].bytes, fx->leaves[2].len);
    insert("INSERT INTO checkpoint VALUES (3", fx->checkpoints[0].note.bytes, fx->checkpoints[0].note.len);
    cannot_open(fx, RR_MALFORMED, "");
    fx_free(fx);
}

static void in_use(void **state) {
    (void)state;
    fixture *fx = start();
    rr_collect *collect = open_it(fx);
    cannot_open(fx, RR_IO, "in use");
    rr_collect_free(collect);
    rr_collect_free(open_it(fx));
    rr_collect_free(NULL);
    fx_free(fx);
}

/* A full disk: the run fails, the file is as it was, and once there is room the same run ends well. */
static void no_space(void **state) {
    (void)state;
    fixture *fx = start();
    rr_file_error error;
    rr_collect_counts n;
    answers a = {.count = 0};
    struct rlimit old, small;
    size_t before_len, after_len;
    for (uint32_t i = 0; i < 12; i++) add_new(&a, fx, RR_ANONYMOUS, i);
    uint8_t *before = fx_read(path, &before_len);
    rr_collect *collect = open_it(fx);
    must(rr_collect_take(collect, &error, a.results, a.blobs, a.count), &error);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = old;
    /* Not even the last limit, which hinders the way back too, harms the file: then the journal brings it back at the next use. */
    const rlim_t rooms[] = {before_len, before_len + 4096, 1024};
    for (size_t i = 0; i < 3; i++) {
        small.rlim_cur = rooms[i];
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        rr_status status = rr_collect_finish(collect, &error, &n, RR_COLLECT_APPEND, 0, &fx->log);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
        assert_int_equal(status, RR_IO);
        assert_non_null(error.rule);
        if (rooms[i] < before_len) continue;
        uint8_t *after = fx_read(path, &after_len);
        assert_int_equal(before_len, after_len);
        assert_memory_equal(before, after, before_len);
        free(after);
    }
    must(rr_collect_finish(collect, &error, &n, RR_COLLECT_APPEND, 0, &fx->log), &error);
    assert_int_equal(n.appended, 12);
    rr_collect_free(collect);
    verify(fx, 12, 0, 13);
    free(before);
    fx_free(fx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_file),
        cmocka_unit_test(create_refuses),
        cmocka_unit_test(a_run),
        cmocka_unit_test(waiting),
        cmocka_unit_test(order_leaves_nothing),
        cmocka_unit_test(all_kinds),
        cmocka_unit_test(closing),
        cmocka_unit_test(too_many),
        cmocka_unit_test(bad_files),
        cmocka_unit_test(foreign_log),
        cmocka_unit_test(in_use),
        cmocka_unit_test(no_space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
