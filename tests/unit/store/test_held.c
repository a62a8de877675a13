/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed records, their tags, and the files of batch keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/held.h"

static char folder[64];
static rr_file_error error;

static int set_up(void **state) {
    (void)state;
    assert_true(sodium_init() >= 0);
    strcpy(folder, "held-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static void path_of(char path[160], const rr_batch_id *id) {
    char hex[33];
    sodium_bin2hex(hex, sizeof hex, id->bytes, sizeof id->bytes);
    snprintf(path, 160, "%s/batch-%s", folder, hex);
}

static rr_batch_key new_key(void) {
    rr_batch_key key;
    assert_int_equal(rr_batch_key_new(&key, &error, folder), RR_OK);
    return key;
}

static size_t files(void) {
    size_t count = 0;
    DIR *names = opendir(folder);
    assert_non_null(names);
    while (readdir(names)) count++;
    closedir(names);
    return count - 2;
}

static void refused(rr_status want, rr_status status) {
    assert_int_equal(status, want);
    assert_int_equal(error.status, want);
    assert_true(error.where && error.rule);
}

/* ---- sealing -------------------------------------------------------------------------------------------------------- */

static void seal_and_open(void **state) {
    (void)state;
    rr_batch_key key = new_key(), other = new_key();
    for (size_t room = 0; room <= RR_RECORD_MAX; room += 851) {
        for (size_t len = 0; len <= room; len += room ? room / 2 : 1) {
            uint8_t record[RR_RECORD_MAX], sealed[RR_RECORD_MAX + RR_HELD_OVERHEAD], out[RR_RECORD_MAX + RR_HELD_HEAD];
            size_t sealed_len = room + RR_HELD_OVERHEAD, out_len = 0;
            randombytes_buf(record, sizeof record);
            assert_int_equal(rr_held_seal(sealed, room, &key, record, len), RR_OK);
            assert_int_equal(rr_held_open(out, &out_len, &key, (rr_blob){sealed, sealed_len}), RR_OK);
            assert_int_equal(out_len, len);
            assert_memory_equal(out, record, len);
            assert_int_equal(rr_held_open(out, &out_len, &other, (rr_blob){sealed, sealed_len}), RR_INVALID);
            assert_int_equal(rr_held_open(out, &out_len, &key, (rr_blob){sealed, sealed_len - 1}), RR_INVALID);
            for (size_t i = 0; i < sealed_len; i += 29) {
                sealed[i] ^= 1;
                assert_int_equal(rr_held_open(out, &out_len, &key, (rr_blob){sealed, sealed_len}), RR_INVALID);
                assert_true(sodium_is_zero(out, sealed_len - 48));
                sealed[i] ^= 1;
            }
        }
    }
    uint8_t record[RR_RECORD_MAX + 1] = {0}, sealed[RR_RECORD_MAX + 1 + RR_HELD_OVERHEAD];
    assert_int_equal(rr_held_seal(sealed, 10, &key, record, 11), RR_ARGUMENT);
    assert_int_equal(rr_held_seal(sealed, RR_RECORD_MAX + 1, &key, record, 1), RR_ARGUMENT);
    assert_int_equal(rr_held_open(sealed, &(size_t){0}, &key, (rr_blob){record, RR_HELD_OVERHEAD - 1}), RR_INVALID);
    assert_int_equal(rr_held_open(sealed, &(size_t){0}, &key, (rr_blob){NULL, 0}), RR_INVALID);
}

/* Anyone can seal a box to the public key: the keyed hash, the length and the padding are what tells ours. */
static void boxes_of_others(void **state) {
    (void)state;
    enum { ROOM = 100, LEN = 60 };
    rr_batch_key key = new_key();
    uint8_t plain[RR_HELD_HEAD + ROOM], sealed[ROOM + RR_HELD_OVERHEAD], good[ROOM + RR_HELD_OVERHEAD], record[LEN] = {3};
    uint8_t opened[RR_HELD_HEAD + ROOM], out[RR_HELD_HEAD + ROOM];
    size_t len;
    assert_int_equal(rr_held_seal(good, ROOM, &key, record, LEN), RR_OK);
    assert_int_equal(crypto_box_seal_open(opened, good, sizeof good, key.public_key, key.secret_key), 0);
    for (int i = 0; i < 5; i++) {
        memcpy(plain, opened, sizeof plain);
        if (i == 1) plain[2] ^= 1;               /* the hash */
        if (i == 2) plain[0]++;                  /* the length: one zero more */
        if (i == 3) plain[sizeof plain - 1] = 1; /* the padding */
        if (i == 4) memset(plain, 0xff, 2);      /* a length beyond the end */
        assert_int_equal(crypto_box_seal(sealed, plain, sizeof plain, key.public_key), 0);
        assert_int_equal(rr_held_open(out, &len, &key, (rr_blob){sealed, sizeof sealed}), i == 0 ? RR_OK : RR_INVALID);
    }
}

static void tags(void **state) {
    (void)state;
    rr_batch_key key = new_key(), other = new_key();
    uint8_t record[RR_WITHDRAW_SIZE] = {1, RR_ANONYMOUS, 0, 0, 0, 0, 42};
    rr_tag first, tag;
    rr_held_tag(&first, &key, record, sizeof record);
    record[2] = 1;   /* another ring */
    record[60] = 99; /* another proof */
    for (uint8_t kind = RR_ANONYMOUS; kind <= RR_NAMED; kind++) {
        record[1] = kind;
        rr_held_tag(&tag, &key, record, sizeof record);
        assert_memory_equal(&tag, &first, sizeof tag);
    }
    rr_tag step, withdraw;
    record[1] = RR_STEP_FORWARD;
    rr_held_tag(&step, &key, record, sizeof record);
    record[1] = RR_WITHDRAW;
    rr_held_tag(&withdraw, &key, record, sizeof record);
    assert_memory_not_equal(&step, &first, sizeof tag);
    assert_memory_not_equal(&step, &withdraw, sizeof tag);
    assert_memory_not_equal(&withdraw, &first, sizeof tag);
    rr_held_tag(&tag, &other, record, sizeof record);
    assert_memory_not_equal(&tag, &withdraw, sizeof tag);
    for (size_t i = 6; i < 38; i++) {
        record[i] ^= 0x80;
        rr_held_tag(&tag, &key, record, sizeof record);
        assert_memory_not_equal(&tag, &withdraw, sizeof tag);
        record[i] ^= 0x80;
    }
}

/* ---- files ---------------------------------------------------------------------------------------------------------- */

static void new_and_load(void **state) {
    (void)state;
    char path[160];
    struct stat about;
    umask(0);
    rr_batch_key key = new_key(), other = new_key(), loaded;
    path_of(path, &key.id);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    assert_int_equal(about.st_size, RR_BATCH_FILE_SIZE);
    assert_memory_not_equal(&key, &other, sizeof key);
    memset(&loaded, 0, sizeof loaded);
    assert_int_equal(rr_batch_key_load(&loaded, &error, folder, &key.id), RR_OK);
    assert_memory_equal(&loaded, &key, sizeof key);
    const rr_batch_id none = {{1}};
    refused(RR_NOT_FOUND, rr_batch_key_load(&loaded, &error, folder, &none));
    refused(RR_IO, rr_batch_key_load(&loaded, &error, "no-such-folder", &key.id));
    refused(RR_IO, rr_batch_key_new(&loaded, &error, "no-such-folder"));
    refused(RR_IO, rr_batch_key_destroy(&error, "no-such-folder", &key.id));
    refused(RR_IO, rr_batch_keys_sweep(&error, "no-such-folder", NULL, 0));
    assert_int_equal(chmod(path, 0640), 0);
    refused(RR_MALFORMED, rr_batch_key_load(&loaded, &error, folder, &key.id));
    assert_int_equal(chmod(path, 0600), 0);
    int file = open(path, O_WRONLY);
    assert_int_equal(pwrite(file, "X", 1, 0), 1);
    refused(RR_MALFORMED, rr_batch_key_load(&loaded, &error, folder, &key.id));
    assert_int_equal(pwrite(file, "r", 1, 0), 1);
    assert_int_equal(rr_batch_key_load(&loaded, &error, folder, &key.id), RR_OK);
    assert_int_equal(ftruncate(file, RR_BATCH_FILE_SIZE - 1), 0);
    refused(RR_MALFORMED, rr_batch_key_load(&loaded, &error, folder, &key.id));
    close(file);
    /* A link to another key is no key. */
    char other_path[160];
    path_of(other_path, &other.id);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink(strrchr(other_path, '/') + 1, path), 0);
    refused(RR_MALFORMED, rr_batch_key_load(&loaded, &error, folder, &key.id));
}

static void destroy(void **state) {
    (void)state;
    char path[160];
    uint8_t left[RR_BATCH_FILE_SIZE + 1];
    rr_batch_key key = new_key();
    path_of(path, &key.id);
    int file = open(path, O_RDONLY);
    assert_true(file >= 0);
    assert_int_equal(rr_batch_key_destroy(&error, folder, &key.id), RR_OK);
    assert_int_equal(access(path, F_OK), -1);
    /* What the open file still holds is zeros. */
    assert_int_equal(read(file, left, sizeof left), RR_BATCH_FILE_SIZE);
    assert_true(sodium_is_zero(left, RR_BATCH_FILE_SIZE));
    close(file);
    assert_int_equal(rr_batch_key_destroy(&error, folder, &key.id), RR_OK); /* there is none */
    /* What is no file is left alone. */
    assert_int_equal(mkdir(path, 0700), 0);
    refused(RR_MALFORMED, rr_batch_key_destroy(&error, folder, &key.id));
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(symlink("/dev/null", path), 0);
    refused(RR_MALFORMED, rr_batch_key_destroy(&error, folder, &key.id));
    assert_int_equal(unlink(path), 0);
}

static void sweep(void **state) {
    (void)state;
    char path[160];
    rr_batch_key keys[5], loaded;
    for (int i = 0; i < 5; i++) keys[i] = new_key();
    const rr_batch_id keep[2] = {keys[1].id, keys[4].id};
    /* Half a key, as a crash leaves it; and files that are not ours. */
    path_of(path, &keys[2].id);
    assert_int_equal(truncate(path, 10), 0);
    static const char *const others[] = {"logs.key", "batch-", "batch-0123456789abcdef0123456789ABCDEF",
                                         "batch-0123456789abcdef0123456789abcdef0", "xatch-0123456789abcdef0123456789abcdef"};
    for (size_t i = 0; i < 5; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, others[i]);
        int file = open(path, O_WRONLY | O_CREAT, 0600);
        assert_true(file >= 0);
        close(file);
    }
    for (int again = 0; again < 2; again++) {
        assert_int_equal(rr_batch_keys_sweep(&error, folder, keep, 2), RR_OK);
        assert_int_equal(files(), 7);
        assert_int_equal(rr_batch_key_load(&loaded, &error, folder, &keys[1].id), RR_OK);
        assert_int_equal(rr_batch_key_load(&loaded, &error, folder, &keys[4].id), RR_OK);
    }
    assert_int_equal(rr_batch_keys_sweep(&error, folder, NULL, 0), RR_OK);
    assert_int_equal(files(), 5);
}

/* A disk that takes 40 bytes of 80: no key, and no half a file. */
static void full_disk(void **state) {
    (void)state;
    rr_batch_key key;
    struct rlimit before, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 40;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    rr_status status = rr_batch_key_new(&key, &error, folder);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    refused(RR_IO, status);
    assert_int_equal(error.system, EFBIG);
    assert_int_equal(files(), 0);
    assert_true(sodium_is_zero((const uint8_t *)&key, sizeof key));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(seal_and_open, set_up, tear_down),
        cmocka_unit_test_setup_teardown(boxes_of_others, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tags, set_up, tear_down),
        cmocka_unit_test_setup_teardown(new_and_load, set_up, tear_down),
        cmocka_unit_test_setup_teardown(destroy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sweep, set_up, tear_down),
        cmocka_unit_test_setup_teardown(full_disk, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
