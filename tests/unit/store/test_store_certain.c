/* SPDX-License-Identifier: Apache-2.0 */
/* A disk that refuses: calls that have nothing new to write fail as others do, and nothing is said of a state that may still change. */
#include "store_fixture.h"

#include <sqlite3.h>
#include <string.h>

/* ---- a faulty file system ------------------------------------------------------------------------------------------- */

static bool refuses_writes, refuses_order; /* order: syncs and truncations */
static sqlite3_vfs *real_vfs, faulty_vfs;
static const sqlite3_io_methods *real_methods;
static sqlite3_io_methods faulty_methods[2]; /* databases; other files, which have other locks */

static int faulty_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 offset) {
    return refuses_writes ? SQLITE_FULL : real_methods->xWrite(file, bytes, len, offset);
}

static int faulty_truncate(sqlite3_file *file, sqlite3_int64 size) {
    return refuses_order ? SQLITE_IOERR_TRUNCATE : real_methods->xTruncate(file, size);
}

static int faulty_sync(sqlite3_file *file, int flags) {
    return refuses_order ? SQLITE_IOERR_FSYNC : real_methods->xSync(file, flags);
}

static int faulty_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags) {
    (void)vfs;
    int code = real_vfs->xOpen(real_vfs, name, file, flags, out_flags);
    if (code == SQLITE_OK) {
        sqlite3_io_methods *methods = &faulty_methods[!(flags & SQLITE_OPEN_MAIN_DB)];
        real_methods = file->pMethods; /* writing is the same for all */
        *methods = *file->pMethods;
        methods->xWrite = faulty_write;
        methods->xTruncate = faulty_truncate;
        methods->xSync = faulty_sync;
        file->pMethods = methods;
    }
    return code;
}

static int install(void **state) {
    (void)state;
    real_vfs = sqlite3_vfs_find(NULL);
    faulty_vfs = *real_vfs;
    faulty_vfs.zName = "faulty";
    faulty_vfs.pNext = NULL;
    faulty_vfs.xOpen = faulty_open;
    return sqlite3_vfs_register(&faulty_vfs, 1) == SQLITE_OK ? 0 : -1;
}

static int be_well(void **state) {
    (void)state;
    refuses_writes = refuses_order = false;
    return 0;
}

/* ---- tests ------------------------------------------------------------------------------------------------------------ */

/* A decline, a repeat and a conflict hold nothing: whether they are answered must not tell them from a record while the disk is full. */
static void nothing_new_fails_as_something_new(void **state) {
    (void)state;
    store_fixture *sf = sf_petition();
    sf_records here = sf_make_records(&sf->batch, 0, 3), more = sf_make_records(&sf->batch, 3, 1);
    bool known[3] = {false};
    sf_hold(sf, &here);
    refuses_writes = true;
    SF_NOT(RR_IO, rr_store_hold(sf->store, &sf_error, &sf->batch.id, known, more.held, 1));
    SF_NOT(RR_IO, rr_store_hold(sf->store, &sf_error, &sf->batch.id, known, here.held, 3));
    SF_NOT(RR_IO, rr_store_hold(sf->store, &sf_error, &sf->batch.id, NULL, NULL, 0));
    refuses_writes = false;
    SF_OK(rr_store_hold(sf->store, &sf_error, &sf->batch.id, NULL, NULL, 0));
    SF_OK(rr_store_hold(sf->store, &sf_error, &sf->batch.id, known, here.held, 3));
    assert_true(known[0] && known[1] && known[2]);
    SF_OK(rr_store_hold(sf->store, &sf_error, &sf->batch.id, known, more.held, 1));
    assert_false(known[0]);
    assert_int_equal(sf_file_size(sf, "-wal"), 0);
    sf_records_free(&here);
    sf_records_free(&more);
    sf_free(sf);
}

/* An append that failed may be in the write-ahead log, whole and not synced.  Who then destroyed the key that the store seems not to need would perhaps
 * destroy what was acknowledged: so the store says nothing until that log is gone. */
static void an_uncertain_state_is_not_told(void **state) {
    (void)state;
    store_fixture *sf = sf_petition();
    rr_batch_key next;
    rr_store_state known, again;
    uint64_t held;
    sf_records here = sf_make_records(&sf->batch, 0, 3);
    sf_hold(sf, &here);
    SF_OK(rr_batch_key_new(&next, &sf_error, sf->keys));
    refuses_order = true;
    SF_NOT(RR_IO, sf_append(sf, &sf_error, 0, 3, 40, &next));
    SF_NOT(RR_IO, rr_store_petition_state(sf->store, &sf_error, &known, &sf->pid));
    SF_NOT(RR_IO, rr_store_held_count(sf->store, &sf_error, &held, &sf->batch.id));
    refuses_order = false;
    SF_OK(rr_store_petition_state(sf->store, &sf_error, &known, &sf->pid));
    assert_int_equal(sf_file_size(sf, "-wal"), 0);
    sf_reopen(sf);
    SF_OK(rr_store_petition_state(sf->store, &sf_error, &again, &sf->pid));
    assert_memory_equal(&known.batch, &again.batch, sizeof known.batch);
    assert_int_equal(known.size, again.size);
    sf_records_free(&here);
    sf_free(sf);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup(nothing_new_fails_as_something_new, be_well),
                                       cmocka_unit_test_setup(an_uncertain_state_is_not_told, be_well)};
    return cmocka_run_group_tests(tests, install, NULL);
}
