/* SPDX-License-Identifier: Apache-2.0 */
/* A machine that dies before its n-th writing operation, and a disk that refuses it and is well again later, for every n until the call gets
 * through: the store has all of the call or nothing of it, and goes on.  Below is a file layer of SQLite. */
#include "store_fixture.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- a faulty file system ------------------------------------------------------------------------------------------- */

static enum { WELL, DIES, FULL, BROKEN } fault;
static int operations_left;
static sqlite3_vfs *real_vfs, faulty_vfs;
static const sqlite3_io_methods *real_methods;
static sqlite3_io_methods faulty_methods[2]; /* databases; other files, which have other locks */

/* True from the n-th operation on, until the disk is well. */
static bool refused(void) {
    if (fault == WELL || --operations_left > 0) return false;
    if (fault == DIES) raise(SIGKILL);
    return true;
}

static int faulty_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 offset) {
    if (!refused()) return real_methods->xWrite(file, bytes, len, offset);
    (void)real_methods->xWrite(file, bytes, len / 2, offset); /* half of it is there */
    return fault == FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int faulty_truncate(sqlite3_file *file, sqlite3_int64 size) {
    return refused() && fault == BROKEN ? SQLITE_IOERR_TRUNCATE : real_methods->xTruncate(file, size);
}

static int faulty_sync(sqlite3_file *file, int flags) {
    return refused() && fault == BROKEN ? SQLITE_IOERR_FSYNC : real_methods->xSync(file, flags);
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

static void install(void) {
    real_vfs = sqlite3_vfs_find(NULL);
    faulty_vfs = *real_vfs;
    faulty_vfs.zName = "faulty";
    faulty_vfs.pNext = NULL;
    faulty_vfs.xOpen = faulty_open;
    assert_int_equal(sqlite3_vfs_register(&faulty_vfs, 1), SQLITE_OK);
}

/* ---- calls ---------------------------------------------------------------------------------------------------------- */

enum { BEFORE = 250, MORE = 20 };
static store_fixture *sf;
static sf_records first, more;
static rr_batch_key next_batch;
static rr_store_roll second_roll;
static rr_store_petition second_petition;
static rr_signer second_log;
static const rr_store_edition_key edition = {{{5}}, 7};
static const rr_store_code code = {{"anna", 4}, {{1}}};

static rr_status do_roll(rr_file_error *error) {
    return rr_store_add_roll(sf->store, error, &second_roll);
}

static rr_status do_page(rr_file_error *error) {
    static const rr_hash page = {{7}};
    return rr_store_add_page(sf->store, error, &page);
}

static rr_status do_petition(rr_file_error *error) {
    return rr_store_add_petition(sf->store, error, &second_petition, &second_log, &next_batch);
}

static rr_status do_hold(rr_file_error *error) { /* the places become too few */
    bool known[MORE];
    return rr_store_hold(sf->store, error, &sf->batch.id, known, more.held, MORE);
}

static rr_status do_append(rr_file_error *error) {
    return sf_append(sf, error, 0, 300, 40, &next_batch);
}

static rr_status do_enrol(rr_file_error *error) {
    static const uint8_t points[1][32] = {{6}};
    const rr_store_enrolment e = {
        .member = code.member, .points = points, .point_count = 1, .sealed = {(const uint8_t *)"sealed", 6}};
    return rr_store_enrol(sf->store, error, &edition, &e, &code.hash);
}

static const struct {
    const char *name;
    rr_status (*call)(rr_file_error *error);
} calls[] = {{"roll", do_roll}, {"page", do_page},     {"petition", do_petition},
             {"hold", do_hold}, {"append", do_append}, {"enrol", do_enrol}};
enum { CALLS = sizeof calls / sizeof *calls };

/* ---- what there is -------------------------------------------------------------------------------------------------- */

typedef struct observed {
    uint64_t directory, log, held, petitions, books, codes, first_held;
    rr_batch_id batch;
} observed;

static observed observe(void) {
    observed o;
    rr_bytes_out bundle;
    rr_store_state *states;
    size_t count;
    bool held;
    memset(&o, 0, sizeof o);
    o.batch = sf_state(sf).batch;
    o.directory = sf_size(sf, NULL);
    o.log = sf_size(sf, &sf->pid);
    SF_OK(rr_store_held_count(sf->store, &sf_error, &o.held, &o.batch));
    for (size_t i = 0; i < BEFORE; i += 10) {
        SF_OK(rr_store_is_held(sf->store, &sf_error, &held, &o.batch, &first.held[i].tag));
        o.first_held += held;
    }
    SF_OK(rr_store_petitions(sf->store, &sf_error, &states, &count));
    o.petitions = count;
    free(states);
    SF_OK(rr_store_enrolments(sf->reader, &sf_error, &bundle, &edition));
    o.books = bundle.len;
    free(bundle.bytes);
    o.codes = rr_store_find_code(sf->reader, NULL, &edition, code.member, &code.hash) == RR_OK;
    return o;
}

static bool same(const observed *a, const observed *b) {
    return memcmp(a, b, sizeof *a) == 0;
}

/* ---- before each call ----------------------------------------------------------------------------------------------- */

static uint8_t *image;
static size_t image_len;

static void close_all(void) {
    rr_store_reader_close(sf->reader);
    rr_store_close(sf->store);
    sf->reader = NULL;
    sf->store = NULL;
}

static void open_all(void) {
    SF_OK(rr_store_open(&sf->store, &sf_error, sf->where, &sf->directory));
    SF_OK(rr_store_reader_open(&sf->reader, &sf_error, sf->where));
}

static void remove_file(const char *ending) {
    char name[128];
    snprintf(name, sizeof name, "%s%s", sf->where, ending);
    (void)unlink(name);
}

/* The database as it was. */
static void put_back(void) {
    remove_file("-wal");
    remove_file("-shm");
    FILE *file = fopen(sf->where, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(image, 1, image_len, file), image_len);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state) {
    (void)state;
    install();
    sf = sf_petition();
    first = sf_make_records(&sf->batch, 0, BEFORE);
    more = sf_make_records(&sf->batch, BEFORE, MORE);
    sf_hold(sf, &first);
    SF_OK(rr_batch_key_new(&next_batch, &sf_error, sf->keys));
    sf_make_roll(&second_roll, 8);
    sf_make_roll(&sf->roll, 9);
    SF_OK(rr_store_add_roll(sf->store, &sf_error, &sf->roll));
    sf_make_petition(&second_petition, &sf->roll, 10);
    second_log = sf_signer("example.org/second");
    SF_OK(rr_store_open_edition(sf->store, &sf_error, &edition, (rr_blob){(const uint8_t *)"e", 1}, &code, 1, NULL, 0));
    close_all();
    image_len = (size_t)sf_file_size(sf, "");
    image = malloc(image_len);
    FILE *file = fopen(sf->where, "rb");
    assert_true(image && file);
    assert_int_equal(fread(image, 1, image_len, file), image_len);
    return fclose(file);
}

static int tear_down(void **state) {
    (void)state;
    free(image);
    sf_records_free(&first);
    sf_records_free(&more);
    sf_free(sf);
    return 0;
}

/* What a call that nothing disturbs makes of it. */
static void before_and_after(size_t call, observed *before, observed *after) {
    put_back();
    open_all();
    *before = observe();
    SF_OK(calls[call].call(&sf_error));
    *after = observe();
    assert_false(same(before, after));
    assert_int_equal(before->first_held, BEFORE / 10);
    close_all();
}

/* Every operation at first, then every fifth. */
static int following(int n) {
    return n < 40 ? n + 1 : n + 5;
}

/* ---- death ---------------------------------------------------------------------------------------------------------- */

/* Runs the call in a child that dies before operation n; true if it got through. */
static bool survives(size_t call, int n) {
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        rr_file_error error;
        if (rr_store_open(&sf->store, &error, sf->where, &sf->directory) != RR_OK) _exit(1);
        operations_left = n;
        fault = DIES;
        _exit(calls[call].call(&error) == RR_OK ? 0 : 2);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return false;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail_msg("the child ended with %x", (unsigned)status);
    return true;
}

static void killed(void **state) {
    (void)state;
    for (size_t call = 0; call < CALLS; call++) {
        observed before, after;
        int n = 0, lost = 0, kept = 0;
        bool through = false;
        before_and_after(call, &before, &after);
        for (n = 1; !through && n < 100000; n = following(n)) {
            put_back();
            through = survives(call, n);
            open_all();
            assert_int_equal(sf_file_size(sf, "-wal"), 0);
            observed now = observe();
            if (!same(&now, &after) && (through || !same(&now, &before)))
                fail_msg("%s, killed at %d: neither all nor nothing", calls[call].name, n);
            lost += same(&now, &before);
            kept += same(&now, &after);
            SF_OK(calls[call].call(&sf_error));
            now = observe();
            if (!same(&now, &after)) fail_msg("%s, killed at %d and repeated: something else", calls[call].name, n);
            close_all();
        }
        print_message("%s: %d times nothing, %d times all\n", calls[call].name, lost, kept);
        assert_true(through && lost > 2 && kept > 0);
    }
}

/* ---- a bad disk ----------------------------------------------------------------------------------------------------- */

static void refusing_disk(void **state) {
    (void)state;
    for (size_t i = 0; i < 2 * CALLS; i++) {
        size_t call = i / 2;
        observed before, after;
        int n = 0, failed = 0, disturbed = 0;
        bool through = false;
        before_and_after(call, &before, &after);
        for (n = 1; !through && n < 100000; n = following(n)) {
            put_back();
            open_all();
            operations_left = n;
            fault = i & 1 ? BROKEN : FULL;
            memset(&sf_error, 0, sizeof sf_error);
            rr_status status = calls[call].call(&sf_error);
            through = operations_left > 0;
            if (status != RR_OK) {
                failed++;
                if (status != RR_IO || sf_error.status != RR_IO || !sf_error.rule) fail_msg("status %d", (int)status);
                if (fault == FULL) assert_true(calls[call].call(NULL) != RR_OK); /* still full */
            } else if (!through) {
                disturbed++; /* on the disk, but not yet out of the write-ahead log */
            }
            fault = WELL;
            observed now = observe();
            if (!same(&now, &after) && (status == RR_OK || !same(&now, &before)))
                fail_msg("%s, refused at %d: neither all nor nothing", calls[call].name, n);
            SF_OK(calls[call].call(&sf_error));
            now = observe();
            if (!same(&now, &after)) fail_msg("%s, refused at %d and repeated: something else", calls[call].name, n);
            assert_int_equal(sf_file_size(sf, "-wal"), 0);
            sf_reopen(sf);
            now = observe();
            assert_true(same(&now, &after));
            close_all();
        }
        print_message("%s: %d times an error, %d times none\n", calls[call].name, failed, disturbed);
        assert_true(through && failed > 2 && disturbed > 0);
    }
}

/* ---- a new database ------------------------------------------------------------------------------------------------- */

static void killed_while_made(void **state) {
    (void)state;
    bool through = false;
    int n;
    for (n = 1; !through && n < 10000; n++) {
        int status;
        remove_file("");
        remove_file("-wal");
        remove_file("-shm");
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            operations_left = n;
            fault = DIES;
            _exit(rr_store_open(&sf->store, NULL, sf->where, &sf->directory) == RR_OK ? 0 : 1);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        through = WIFEXITED(status);
        if (through) assert_int_equal(WEXITSTATUS(status), 0);
        open_all();
        assert_int_equal(sf_size(sf, NULL), 0);
        close_all();
    }
    print_message("a new database: killed %d times\n", n - 2);
    assert_true(through && n > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(killed), cmocka_unit_test(refusing_disk),
                                       cmocka_unit_test(killed_while_made)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
