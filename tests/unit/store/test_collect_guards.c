/* SPDX-License-Identifier: Apache-2.0 */
/* What the collector does not do: touch what is not its own, believe its own file, keep back what may be published. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char path[] = "test_collect_guards.sqlite";
static const int64_t late = 1772323200; /* the petition's Closes */

static fixture *start(void) {
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    rr_collect_parts parts = fx_collect_parts(fx);
    unlink(path);
    assert_int_equal(rr_collect_create(NULL, path, &parts, &fx->log, &fx->random), RR_OK);
    return fx;
}

static rr_collect *open_it(fixture *fx) {
    rr_file_error error;
    rr_collect *collect = NULL;
    if (rr_collect_open(&collect, &error, path, &fx->random) != RR_OK) fail_msg("%s: %s", error.where, error.rule);
    return collect;
}

static void cannot_open(fixture *fx, const char *where, const char *rule) {
    rr_file_error error = {RR_OK, NULL, 0, NULL, 0};
    rr_collect *collect = NULL;
    assert_int_equal(rr_collect_open(&collect, &error, path, &fx->random), RR_MALFORMED);
    assert_null(collect);
    assert_string_equal(error.where, where);
    if (!strstr(error.rule, rule)) fail_msg("%s", error.rule);
}

/* The file is, byte for byte, what it was. */
static void is_still(const uint8_t *bytes, size_t len) {
    size_t now_len;
    uint8_t *now = fx_read(path, &now_len);
    assert_int_equal(now_len, len);
    assert_memory_equal(now, bytes, len);
    free(now);
}

/* One that is not ours keeps its settings, such as its write-ahead log. */
static void database_of_others(void **state) {
    (void)state;
    fixture *fx = start();
    size_t len;
    fx_save(path, (const uint8_t *)"", 0);
    fx_sql_raw(path, "PRAGMA journal_mode=WAL; CREATE TABLE letters (a); INSERT INTO letters VALUES ('dear')");
    uint8_t *bytes = fx_read(path, &len);
    assert_int_equal(bytes[18], 2);
    cannot_open(fx, "file", "not a file of robin collect");
    is_still(bytes, len);
    free(bytes);
    fx_free(fx);
}

/* SQLite is not let at a schema of any size. */
static void header(void **state) {
    static const struct {
        size_t offset;
        uint8_t value;
        const char *where, *rule;
    } cases[] = {
        {0, 's', "file", "not an SQLite"}, {16, 32, "file", "header"},     {63, 0, "file", "header"},
        {100, 5, "schema", "too many"},    {103, 1, "schema", "too many"}, {104, 6, "schema", "too many"},
        {71, 0, "file", "robin collect"},
    };
    (void)state;
    fixture *fx = start();
    size_t len;
    uint8_t *bytes = fx_read(path, &len);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t old = bytes[cases[i].offset];
        bytes[cases[i].offset] = cases[i].value;
        fx_save(path, bytes, len);
        cannot_open(fx, cases[i].where, cases[i].rule);
        is_still(bytes, len);
        bytes[cases[i].offset] = old;
    }
    fx_save(path, bytes, 104);
    cannot_open(fx, "file", "not an SQLite");
    free(bytes);
    fx_free(fx);
}

/* ---- runs ----------------------------------------------------------------------------------------------------------- */

enum { ANSWERS = 8 };

typedef struct answers {
    uint8_t bytes[ANSWERS][RR_ANSWER_SIZE];
    size_t count;
} answers;

static void add(answers *a, const fx_entry *record) {
    assert_true(a->count < ANSWERS);
    fx_answer(a->bytes[a->count++], record);
}

static void add_new(answers *a, fixture *fx, rr_kind kind, uint32_t member) {
    fx_entry record = fx_record(fx, kind, member);
    add(a, &record);
    free(record.bytes);
}

static rr_status try(fixture *fx, rr_file_error *error, rr_collect_counts *n, const answers *a, rr_collect_mode mode) {
    rr_blob blobs[ANSWERS];
    rr_collect_result results[ANSWERS];
    rr_collect *collect = open_it(fx);
    for (size_t i = 0; a && i < a->count; i++) blobs[i] = (rr_blob){a->bytes[i], RR_ANSWER_SIZE};
    rr_status status = a ? rr_collect_take(collect, error, results, blobs, a->count) : RR_OK;
    if (status == RR_OK) status = rr_collect_finish(collect, error, n, mode, late, &fx->log);
    rr_collect_free(collect);
    return status;
}

static rr_collect_counts run(fixture *fx, const answers *a, rr_collect_mode mode) {
    rr_file_error error;
    rr_collect_counts n;
    if (try(fx, &error, &n, a, mode) != RR_OK) fail_msg("%s %d: %s", error.where, (int)error.number, error.rule);
    return n;
}

/* A decline, a repeat, a conflict: whoever sees the file later cannot tell that or when they came. */
static void nothing_new(void **state) {
    (void)state;
    fixture *fx = start();
    answers first = {.count = 0}, again;
    size_t len;
    struct stat before, after;
    add_new(&first, fx, RR_NAMED, 0);
    run(fx, &first, RR_COLLECT_APPEND);
    again = first;
    add(&again, NULL);
    add_new(&again, fx, RR_ANONYMOUS, 0);
    uint8_t *bytes = fx_read(path, &len);
    assert_int_equal(stat(path, &before), 0);
    usleep(20000);
    for (int mode = RR_COLLECT_HOLD; mode <= RR_COLLECT_APPEND; mode++) {
        rr_collect_counts n = run(fx, &again, (rr_collect_mode)mode);
        assert_int_equal(n.declined, 1);
        assert_int_equal(n.repeated, 1);
        assert_int_equal(n.conflicts, 1);
        assert_int_equal(n.waiting, 1);
        is_still(bytes, len);
        assert_int_equal(stat(path, &after), 0);
        assert_memory_equal(&after.st_mtim, &before.st_mtim, sizeof after.st_mtim);
    }
    free(bytes);
    fx_free(fx);
}

/* One step-forward after the close: it names itself, waits for nobody, and may wait only if it is held. */
static void after_the_close(void **state) {
    (void)state;
    static const char evidence[] = "test_collect_guards_evidence.sqlite";
    fixture *fx = start();
    rr_file_error error;
    answers a = {.count = 0}, b = {.count = 0};
    add_new(&a, fx, RR_ANONYMOUS, 0);
    add_new(&a, fx, RR_ANONYMOUS, 1);
    run(fx, &a, RR_COLLECT_CLOSE);
    add_new(&b, fx, RR_STEP_FORWARD, 0);
    assert_int_equal(run(fx, &b, RR_COLLECT_HOLD).waiting, 1);
    rr_collect_counts n = run(fx, NULL, RR_COLLECT_APPEND);
    assert_int_equal(n.appended, 1);
    assert_int_equal(n.waiting, 0);
    b.count = 0;
    add_new(&b, fx, RR_STEP_FORWARD, 1);
    assert_int_equal(run(fx, &b, RR_COLLECT_APPEND).appended, 1);
    n = run(fx, NULL, RR_COLLECT_APPEND);
    assert_int_equal(n.appended, 0);
    rr_collect *collect = open_it(fx);
    assert_int_equal(rr_collect_evidence(collect, &error, evidence), RR_OK);
    rr_collect_free(collect);
    rr_evidence_report *r = fx_verify(fx, evidence);
    assert_int_equal(r->status, RR_OK);
    assert_int_equal(r->named, 2);
    assert_int_equal(r->fault_count, 0);
    assert_int_equal(r->leaves, 6);
    rr_evidence_report_free(r);
    fx_free(fx);
}

/* A record that waits was altered in the file: it is not signed into the log. */
static void waiting_is_not_believed(void **state) {
    (void)state;
    fixture *fx = start();
    rr_file_error error;
    rr_collect_counts n;
    answers a = {.count = 0};
    size_t len;
    add_new(&a, fx, RR_ANONYMOUS, 0);
    add_new(&a, fx, RR_ANONYMOUS, 1);
    run(fx, &a, RR_COLLECT_HOLD);
    fx_sql(path,
           "UPDATE waiting SET record = CAST(substr(record, 1, 80) || x'414200' || substr(record, 84) AS BLOB) WHERE id = 1");
    uint8_t *bytes = fx_read(path, &len);
    assert_int_equal(try(fx, &error, &n, NULL, RR_COLLECT_CLOSE), RR_MALFORMED);
    assert_string_equal(error.where, "waiting");
    assert_int_equal(error.number, 1);
    is_still(bytes, len);
    free(bytes);
    fx_free(fx);
}

static void evidence_over_itself(void **state) {
    (void)state;
    fixture *fx = start();
    rr_file_error error;
    size_t len;
    uint8_t *bytes = fx_read(path, &len);
    static const char other[] = "test_collect_guards_link.sqlite";
    unlink(other);
    assert_int_equal(symlink(path, other), 0);
    rr_collect *collect = open_it(fx);
    assert_int_equal(rr_collect_evidence(collect, &error, path), RR_REFUSED);
    assert_non_null(strstr(error.rule, "itself"));
    assert_int_equal(rr_collect_evidence(collect, &error, other), RR_REFUSED);
    rr_collect_free(collect);
    is_still(bytes, len);
    unlink(other);
    free(bytes);
    fx_free(fx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(database_of_others),
        cmocka_unit_test(header),
        cmocka_unit_test(nothing_new),
        cmocka_unit_test(after_the_close),
        cmocka_unit_test(waiting_is_not_believed),
        cmocka_unit_test(evidence_over_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
