/* SPDX-License-Identifier: Apache-2.0 */
/* A child process is killed (SIGKILL) right before its n-th writing operation, for every n until it gets through: whatever it was doing, the
 * file holds all of the run or nothing of it.  And folders in which nothing may be written. */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char path[] = "test_crash.sqlite", evidence[] = "test_crash_evidence.sqlite";

/* ---- a file system that dies ---------------------------------------------------------------------------------------- */

static int operations_left;
static sqlite3_vfs *real_vfs, dying_vfs;
static const sqlite3_io_methods *real_methods;
static sqlite3_io_methods dying_methods;

static void spend(void) {
    if (--operations_left == 0) raise(SIGKILL);
}

static int dying_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 offset) {
    spend();
    return real_methods->xWrite(file, bytes, len, offset);
}

static int dying_truncate(sqlite3_file *file, sqlite3_int64 size) {
    spend();
    return real_methods->xTruncate(file, size);
}

static int dying_sync(sqlite3_file *file, int flags) {
    spend();
    return real_methods->xSync(file, flags);
}

static int dying_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags) {
    (void)vfs;
    if (flags & SQLITE_OPEN_CREATE) spend();
    int code = real_vfs->xOpen(real_vfs, name, file, flags, out_flags);
    if (code == SQLITE_OK) {
        real_methods = file->pMethods;
        dying_methods = *file->pMethods;
        dying_methods.xWrite = dying_write;
        dying_methods.xTruncate = dying_truncate;
        dying_methods.xSync = dying_sync;
        file->pMethods = &dying_methods;
    }
    return code;
}

static int dying_delete(sqlite3_vfs *vfs, const char *name, int sync) {
    (void)vfs;
    spend();
    return real_vfs->xDelete(real_vfs, name, sync);
}

static void die_after(int operations) {
    real_vfs = sqlite3_vfs_find(NULL);
    dying_vfs = *real_vfs;
    dying_vfs.zName = "dying";
    dying_vfs.pNext = NULL;
    dying_vfs.xOpen = dying_open;
    dying_vfs.xDelete = dying_delete;
    operations_left = operations;
    if (sqlite3_vfs_register(&dying_vfs, 1) != SQLITE_OK) _exit(9);
}

/* Runs `work` in a child that dies before operation n; true if it got through. */
static bool survives(int n, int (*work)(fixture *fx), fixture *fx) {
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        die_after(n);
        _exit(work(fx));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return false;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail_msg("the child ended with %x", (unsigned)status);
    return true;
}

/* ---- a run ---------------------------------------------------------------------------------------------------------- */

enum { NEW = 10 };
static uint8_t answers[NEW][RR_ANSWER_SIZE];
static rr_collect_mode mode;

static int do_run(fixture *fx) {
    rr_blob blobs[NEW];
    rr_collect_result results[NEW];
    rr_collect *collect = NULL;
    rr_collect_counts counts;
    for (size_t i = 0; i < NEW; i++) blobs[i] = (rr_blob){answers[i], RR_ANSWER_SIZE};
    if (rr_collect_open(&collect, NULL, path, &fx->random) != RR_OK) return 1;
    if (rr_collect_take(collect, NULL, results, blobs, NEW) != RR_OK) return 2;
    if (rr_collect_finish(collect, NULL, &counts, mode, 1772323200, &fx->log) != RR_OK) return 3;
    rr_collect_free(collect);
    return counts.taken == NEW ? 0 : 4;
}

static rr_collect_state look(fixture *fx) {
    rr_file_error error;
    rr_collect_state state;
    rr_collect *collect = NULL;
    if (rr_collect_open(&collect, &error, path, &fx->random) != RR_OK) fail_msg("%s: %s", error.where, error.rule);
    assert_int_equal(rr_collect_status(collect, &error, &state), RR_OK);
    assert_int_equal(rr_collect_evidence(collect, &error, evidence), RR_OK);
    rr_collect_free(collect);
    return state;
}

static void killed_run(void **state) {
    (void)state;
    static const struct {
        rr_collect_mode mode;
        uint64_t leaves, checkpoints, waiting;
    } ends[] = {{RR_COLLECT_APPEND, 1 + NEW, 2, 0}, {RR_COLLECT_CLOSE, 2 + NEW, 3, 0}, {RR_COLLECT_HOLD, 1, 1, NEW}};
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    rr_collect_parts parts = fx_collect_parts(fx);
    size_t len;
    unlink(path);
    assert_int_equal(rr_collect_create(NULL, path, &parts, &fx->log, &fx->random), RR_OK);
    uint8_t *fresh = fx_read(path, &len);
    for (uint32_t i = 0; i < NEW; i++) {
        fx_entry record = fx_record(fx, RR_NAMED, i);
        fx_answer(answers[i], &record);
        free(record.bytes);
    }
    for (size_t m = 0; m < 3; m++) {
        int n = 0, before = 0, after = 0;
        bool through = false;
        mode = ends[m].mode;
        while (!through) {
            unlink("test_crash.sqlite-journal");
            fx_save(path, fresh, len);
            through = survives(++n, do_run, fx);
            rr_collect_state s = look(fx); /* plays the journal back where there is one */
            bool all = s.leaves == ends[m].leaves && s.checkpoints == ends[m].checkpoints && s.waiting == ends[m].waiting;
            bool nothing = s.leaves == 1 && s.checkpoints == 1 && s.waiting == 0;
            if (!(all ? true : nothing && !through)) fail_msg("killed at %d: neither all nor nothing", n);
            if (all)
                after++;
            else
                before++;
            fx_expect(fx, evidence, RR_OK, RR_CHECK_FILE);
        }
        print_message("mode %d: killed %d times, %d before the commit\n", (int)mode, n - 1, before);
        assert_true(before > 5 && after > 0);
    }
    free(fresh);
    fx_free(fx);
}

/* ---- new files ------------------------------------------------------------------------------------------------------ */

static int do_evidence(fixture *fx) {
    rr_evidence_parts parts = fx_parts(fx);
    return rr_evidence_write(NULL, "crash/e", &parts) == RR_OK ? 0 : 1;
}

static int do_create(fixture *fx) {
    rr_collect_parts parts = fx_collect_parts(fx);
    return rr_collect_create(NULL, "crash/e", &parts, &fx->log, &fx->random) == RR_OK ? 0 : 1;
}

static void killed_new_file(void **state) {
    (void)state;
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    fx_usual_log(fx);
    for (int create = 0; create < 2; create++) {
        int n = 0;
        bool through = false;
        while (!through) {
            assert_int_equal(system("rm -rf crash && mkdir crash"), 0);
            through = survives(++n, create ? do_create : do_evidence, fx);
            assert_int_equal(access("crash/e", F_OK), through ? 0 : -1);
        }
        assert_true(n > 5);
        if (!create) fx_expect(fx, "crash/e", RR_OK, RR_CHECK_FILE);
    }
    assert_int_equal(system("rm -rf crash"), 0);
    fx_free(fx);
}

/* ---- folders without permission to write ---------------------------------------------------------------------------- */

/* The superuser may write everywhere, so the child is somebody else. */
static int as_nobody(int (*work)(fixture *fx), fixture *fx) {
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(9);
        _exit(work(fx));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int evidence_there(fixture *fx) {
    rr_evidence_parts parts = fx_parts(fx);
    rr_file_error error;
    rr_status status = rr_evidence_write(&error, "e", &parts);
    return status == RR_IO && error.system == EACCES && error.rule ? 0 : 1;
}

static int create_there(fixture *fx) {
    rr_collect_parts parts = fx_collect_parts(fx);
    rr_file_error error;
    rr_status status = rr_collect_create(&error, "e", &parts, &fx->log, &fx->random);
    return status == RR_IO && error.system == EACCES && error.rule ? 0 : 1;
}

/* The file may be written, but no journal beside it. */
static int finish_there(fixture *fx) {
    rr_collect *collect = NULL;
    rr_collect_counts counts;
    rr_file_error error;
    if (rr_collect_open(&collect, &error, "c", &fx->random) != RR_OK) return 1;
    rr_status status = rr_collect_finish(collect, &error, &counts, RR_COLLECT_CLOSE, 1772323200, &fx->log);
    rr_collect_free(collect);
    return status == RR_IO && error.rule ? 0 : 2;
}

static int open_there(fixture *fx) {
    rr_collect *collect = NULL;
    rr_file_error error;
    rr_status status = rr_collect_open(&collect, &error, "c", &fx->random);
    return status == RR_IO && error.system == EACCES ? 0 : 1;
}

static void read_only(void **state) {
    (void)state;
    char folder[] = "/tmp/rr-read-only-XXXXXX", home[4096];
    size_t before_len, after_len;
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    rr_collect_parts parts = fx_collect_parts(fx);
    fx_usual_log(fx);
    assert_non_null(getcwd(home, sizeof home));
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(rr_collect_create(NULL, "c", &parts, &fx->log, &fx->random), RR_OK);
    assert_int_equal(chmod("c", 0666), 0);
    assert_int_equal(chmod(folder, 0555), 0);
    uint8_t *before = fx_read("c", &before_len);
    assert_int_equal(as_nobody(evidence_there, fx), 0);
    assert_int_equal(as_nobody(create_there, fx), 0);
    assert_int_equal(as_nobody(finish_there, fx), 0);
    uint8_t *after = fx_read("c", &after_len);
    assert_int_equal(before_len, after_len);
    assert_memory_equal(before, after, before_len);
    assert_int_equal(chmod("c", 0444), 0);
    assert_int_equal(as_nobody(open_there, fx), 0);
    assert_int_equal(chmod(folder, 0700), 0);
    assert_int_equal(unlink("c"), 0);
    assert_int_equal(chdir(home), 0);
    assert_int_equal(rmdir(folder), 0); /* nothing else is in it */
    free(before);
    free(after);
    fx_free(fx);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(killed_run), cmocka_unit_test(killed_new_file),
                                       cmocka_unit_test(read_only)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
