/* SPDX-License-Identifier: Apache-2.0 */
/* Opening: whose database, of which version, in use, and what is left alone. */
#include "store_fixture.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void sql(const char *path, const char *statements) {
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, statements, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void close_all(store_fixture *sf) {
    rr_store_reader_close(sf->reader);
    rr_store_close(sf->store);
    sf->reader = NULL;
    sf->store = NULL;
}

static void expect_refused(store_fixture *sf, rr_status status) {
    rr_store *store;
    SF_NOT(status, rr_store_open(&store, &sf_error, sf->where, &sf->directory));
    assert_null(store);
}

static void new_and_again(void **state) {
    (void)state;
    store_fixture *sf = sf_new();
    struct stat about;
    assert_int_equal(stat(sf->where, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    assert_int_equal(sf_size(sf, NULL), 0);
    rr_bytes_out out;
    SF_NOT(RR_NOT_FOUND, rr_store_checkpoint(sf->reader, &sf_error, &out, NULL, 0));
    SF_OK(rr_store_checkpoints(sf->reader, &sf_error, &out, NULL));
    assert_int_equal(out.len, 0);
    free(out.bytes);
    sf_reopen(sf);
    /* Another directory key. */
    close_all(sf);
    rr_signer mine = sf->directory;
    sf->directory = sf_signer("example.org/directory");
    expect_refused(sf, RR_REFUSED);
    assert_non_null(strstr(sf_error.rule, "another key"));
    sf->directory = mine;
    /* A reader alone. */
    SF_OK(rr_store_reader_open(&sf->reader, &sf_error, sf->where));
    assert_int_equal(sf_size(sf, NULL), 0);
    SF_OK(rr_store_open(&sf->store, &sf_error, sf->where, &sf->directory));
    sf_free(sf);
}

static void in_use(void **state) {
    (void)state;
    store_fixture *sf = sf_petition();
    expect_refused(sf, RR_REFUSED);
    assert_non_null(strstr(sf_error.rule, "in use"));
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        rr_store *store = NULL;
        rr_store_reader *reader = NULL;
        rr_file_error error;
        uint64_t size = 0;
        if (rr_store_open(&store, &error, sf->where, &sf->directory) != RR_REFUSED) _exit(1);
        if (rr_store_reader_open(&reader, &error, sf->where) != RR_OK) _exit(2); /* readers may be many */
        if (rr_store_log_size(reader, &error, &size, NULL) != RR_OK || size != 4) _exit(3);
        rr_store_reader_close(reader);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    SF_OK(sf_append(sf, &sf_error, 0, 3, 20, NULL));
    assert_int_equal(sf_size(sf, &sf->pid), 4);
    sf_free(sf);
}

/* Files of others are refused, and no byte of them changes. */
static void foreign(void **state) {
    (void)state;
    static const char *const statements[] = {"CREATE TABLE t (x)",
                                             "CREATE TABLE t (x); PRAGMA application_id=1383228271", /* robin collect's */
                                             "PRAGMA journal_mode=WAL; CREATE TABLE t (x)"};
    store_fixture *sf = sf_new();
    rr_store_reader *reader;
    close_all(sf);
    for (int i = 0; i < 5; i++) {
        uint8_t before[65536], after[65536];
        assert_int_equal(unlink(sf->where), 0);
        if (i < 3) {
            sql(sf->where, statements[i]);
        } else {
            FILE *file = fopen(sf->where, "wb");
            assert_non_null(file);
            if (i == 4) fputs("dear diary, this is not a database of any kind", file);
            assert_int_equal(fclose(file), 0);
        }
        FILE *file = fopen(sf->where, "rb");
        size_t len = fread(before, 1, sizeof before, file);
        fclose(file);
        expect_refused(sf, RR_MALFORMED);
        SF_NOT(RR_MALFORMED, rr_store_reader_open(&reader, &sf_error, sf->where));
        file = fopen(sf->where, "rb");
        assert_int_equal(fread(after, 1, sizeof after, file), len);
        fclose(file);
        assert_memory_equal(before, after, len);
        assert_int_equal(sf_file_size(sf, "-wal"), -1);
        assert_int_equal(sf_file_size(sf, "-shm"), -1);
    }
    sf_free(sf);
}

static void newer_or_changed(void **state) {
    (void)state;
    store_fixture *sf = sf_petition();
    rr_store_reader *reader;
    close_all(sf);
    sql(sf->where, "PRAGMA user_version=4");
    expect_refused(sf, RR_UNSUPPORTED);
    SF_NOT(RR_UNSUPPORTED, rr_store_reader_open(&reader, &sf_error, sf->where));
    sql(sf->where, "PRAGMA user_version=3; CREATE TABLE more (x)");
    expect_refused(sf, RR_MALFORMED);
    sql(sf->where, "DROP TABLE more");
    sf_reopen(sf);
    assert_int_equal(sf_size(sf, NULL), 4);
    close_all(sf);
    sql(sf->where, "DROP INDEX petition_roll");
    expect_refused(sf, RR_MALFORMED);
    sf_free(sf);
}

static void bad_places(void **state) {
    (void)state;
    store_fixture *sf = sf_new();
    rr_store *store;
    rr_store_reader *reader;
    SF_NOT(RR_IO, rr_store_open(&store, &sf_error, "no/such/folder/db", &sf->directory));
    SF_NOT(RR_IO, rr_store_reader_open(&reader, &sf_error, "no/such/folder/db"));
    SF_NOT(RR_IO, rr_store_reader_open(&reader, &sf_error, "no-such-db"));
    assert_int_equal(access("no-such-db", F_OK), -1);
    rr_store_close(NULL);
    rr_store_reader_close(NULL);
    sf_free(sf);
}

/* What is in the tables is not believed. */
static void damaged(void **state) {
    (void)state;
    static const char *const statements[] = {
        "UPDATE log SET root = zeroblob(32) WHERE number = 1",
        "UPDATE log SET size = 2 WHERE number = 1",
        "UPDATE tile SET hashes = zeroblob(32)",
        "DELETE FROM tile",
        "UPDATE log SET size = -1",
        "UPDATE log SET root = 'text'",
        "UPDATE petition SET batch = zeroblob(15)",
    };
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        store_fixture *sf = sf_petition();
        close_all(sf);
        sql(sf->where, statements[i]);
        SF_OK(rr_store_open(&sf->store, &sf_error, sf->where, &sf->directory));
        SF_NOT(RR_MALFORMED, sf_append(sf, &sf_error, 0, 1, 20, NULL));
        SF_NOT(RR_MALFORMED, sf_append(sf, &sf_error, 0, 1, 20, NULL)); /* and again, on a connection made anew */
        sf_free(sf);
    }
    static const char *const places[] = {"UPDATE waiting SET bytes = zeroblob(9) WHERE id % 2 = 1",
                                         "UPDATE waiting SET bytes = 'text'", "DELETE FROM waiting WHERE id % 256 = 0",
                                         "UPDATE waiting SET bytes = x'02' || zeroblob(length(bytes) - 1)"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        store_fixture *sf = sf_petition();
        sf_records r = sf_make_records(&sf->batch, 0, 3);
        uint64_t count;
        sf_hold(sf, &r);
        close_all(sf);
        sql(sf->where, places[i]);
        SF_OK(rr_store_open(&sf->store, &sf_error, sf->where, &sf->directory));
        SF_NOT(RR_MALFORMED, rr_store_held_count(sf->store, &sf_error, &count, &sf->batch.id));
        sf_records_free(&r);
        sf_free(sf);
    }
}

/* Nothing that a tick leaves in the index of the write-ahead log says which pages it wrote. */
static void no_trace_of_the_last_tick(void **state) {
    (void)state;
    store_fixture *sf = sf_petition();
    sf_records r = sf_make_records(&sf->batch, 0, 200);
    uint8_t shm[32768];
    char name[128];
    sf_hold(sf, &r);
    snprintf(name, sizeof name, "%s-shm", sf->where);
    FILE *file = fopen(name, "rb");
    assert_non_null(file);
    assert_int_equal(fread(shm, 1, sizeof shm, file), sizeof shm);
    fclose(file);
    size_t numbers = 0;
    for (size_t i = 136; i < 136 + 4 * 4062; i += 4) numbers += memcmp(shm + i, "\0\0\0\0", 4) != 0;
    assert_true(numbers <= 1);
    sf_records_free(&r);
    sf_free(sf);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_and_again),
        cmocka_unit_test(in_use),
        cmocka_unit_test(foreign),
        cmocka_unit_test(newer_or_changed),
        cmocka_unit_test(bad_places),
        cmocka_unit_test(damaged),
        cmocka_unit_test(no_trace_of_the_last_tick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
