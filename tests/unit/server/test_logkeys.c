/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of the logs: their file, and what is derived from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "server/logkeys.h"

#define FIRST "round-robin log keys v1\n"
#define SECRET "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static char folder[64], path[96];
static rr_file_error error;

static int make_folder(void **state) {
    (void)state;
    strcpy(folder, "/tmp/robin-logkeys.XXXXXX");
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof path, "%s/logs.key", folder);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    (void)unlink(path);
    return rmdir(folder); /* fails if anything else was left there */
}

static size_t read_all(char *out, size_t size) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t len = fread(out, 1, size, file);
    (void)fclose(file);
    return len;
}

static void write_all(const char *bytes, size_t len) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void made_once(void **state) {
    (void)state;
    rr_log_keys keys, again;
    struct stat stat;
    char text[200], later[200];
    mode_t before = umask(0);
    assert_int_equal(rr_log_keys_open(&keys, &error, folder), RR_OK);
    umask(before);
    assert_int_equal(lstat(path, &stat), 0);
    assert_int_equal(stat.st_mode & 07777, 0600);
    size_t len = read_all(text, sizeof text);
    assert_int_equal(len, strlen(FIRST) + 65);
    assert_memory_equal(text, FIRST, strlen(FIRST));
    assert_int_equal(rr_log_keys_open(&again, &error, folder), RR_OK);
    assert_memory_equal(&keys, &again, sizeof keys);
    assert_int_equal(read_all(later, sizeof later), len);
    assert_memory_equal(text, later, len);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rr_log_keys_open(&again, &error, folder), RR_OK);
    assert_memory_not_equal(&keys, &again, sizeof keys);
}

static void damaged(void **state) {
    (void)state;
    static const char whole[] = FIRST SECRET "\n";
    enum { LEN = sizeof whole - 1 };
    char text[LEN + 1];
    rr_log_keys keys;
    write_all(whole, LEN);
    assert_int_equal(rr_log_keys_open(&keys, &error, folder), RR_OK);
    assert_int_equal(keys.secret[1], 0x11);
    for (size_t len = 0; len < LEN; len++) {
        write_all(whole, len);
        assert_int_equal(rr_log_keys_open(&keys, &error, folder), RR_MALFORMED);
        assert_string_equal(error.where, "logs.key");
        assert_non_null(strstr(error.rule, "restore it from a copy"));
        /* It is never made anew over what is there. */
        assert_int_equal(read_all(text, sizeof text), len);
    }
    for (size_t at = 0; at < LEN; at++) {
        memcpy(text, whole, LEN);
        text[at] ^= 0x40;
        write_all(text, LEN);
        assert_int_equal(rr_log_keys_open(&keys, &error, folder), RR_MALFORMED);
    }
    memcpy(text, whole, LEN);
    text[LEN] = '\n';
    write_all(text, LEN + 1);
    assert_int_equal(rr_log_keys_open(&keys, &error, folder), RR_MALFORMED);
}

static void cannot_be_opened(void **state) {
    (void)state;
    rr_log_keys keys;
    assert_int_equal(rr_log_keys_open(&keys, &error, "/nonexistent/folder"), RR_IO);
    assert_int_not_equal(error.system, 0);
    char *name = malloc(6000);
    assert_non_null(name);
    memset(name, 'x', 5999);
    name[5999] = 0;
    assert_int_equal(rr_log_keys_open(&keys, &error, name), RR_IO);
    free(name);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_not_equal(rr_log_keys_open(&keys, &error, folder), RR_OK);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(symlink("/nonexistent/elsewhere", path), 0);
    assert_int_not_equal(rr_log_keys_open(&keys, &error, folder), RR_OK);
}

static rr_log_keys some_keys(uint8_t byte) {
    rr_log_keys keys;
    memset(&keys, byte, sizeof keys);
    return keys;
}

static rr_vkey vkey_of(const rr_signer *signer, char *text, size_t size) {
    rr_vkey vkey;
    rr_error why;
    size_t len = rr_signer_vkey(text, size, signer);
    assert_true(len < size);
    assert_int_equal(rr_vkey_read(&vkey, &why, (rr_text){text, len}, RR_VKEY_ED25519), RR_OK);
    return vkey;
}

static void derived_and_found(void **state) {
    (void)state;
    rr_log_keys keys = some_keys(7), others = some_keys(8);
    rr_signer a, again, b, other;
    char text[400];
    assert_int_equal(rr_log_key_derive(&a, &keys, rr_text_of("petitions.example/a")), RR_OK);
    assert_int_equal(rr_log_key_derive(&again, &keys, rr_text_of("petitions.example/a")), RR_OK);
    assert_int_equal(rr_log_key_derive(&b, &keys, rr_text_of("petitions.example/b")), RR_OK);
    assert_int_equal(rr_log_key_derive(&other, &others, rr_text_of("petitions.example/a")), RR_OK);
    assert_memory_equal(a.secret, again.secret, 64);
    assert_memory_not_equal(a.secret, b.secret, 32);
    assert_memory_not_equal(a.secret, other.secret, 32);
    rr_vkey vkey = vkey_of(&a, text, sizeof text);
    rr_signer found;
    assert_int_equal(rr_log_key_find(&found, &keys, &vkey), RR_OK);
    assert_memory_equal(found.secret, a.secret, 64);
    assert_int_equal(rr_log_key_find(&found, &others, &vkey), RR_NOT_FOUND);
    static const uint8_t zeros[64];
    assert_memory_equal(found.secret, zeros, 64);
    vkey = vkey_of(&other, text, sizeof text);
    assert_int_equal(rr_log_key_find(&found, &keys, &vkey), RR_NOT_FOUND);
}

static void names_that_are_none(void **state) {
    (void)state;
    rr_log_keys keys = some_keys(7);
    rr_signer signer;
    char name[RR_SIGNER_NAME_MAX + 2];
    static const char *const bad[] = {"", "a b", "a+b", "+", "a\n", "a\tb"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(rr_log_key_derive(&signer, &keys, rr_text_of(bad[i])), RR_ARGUMENT);
    memset(name, 'x', sizeof name);
    assert_int_equal(rr_log_key_derive(&signer, &keys, (rr_text){name, RR_SIGNER_NAME_MAX}), RR_OK);
    assert_int_equal(rr_log_key_derive(&signer, &keys, (rr_text){name, RR_SIGNER_NAME_MAX + 1}), RR_ARGUMENT);
}

static void fresh_keys(void **state) {
    (void)state;
    rr_log_keys keys = some_keys(7);
    rr_vkey vkey;
    rr_error why;
    rr_signer signer;
    char one[RR_SIGNER_TEXT_SIZE], two[RR_SIGNER_TEXT_SIZE], name[RR_SIGNER_NAME_MAX + 1];
    assert_int_equal(rr_log_key_fresh(one, sizeof one, &keys, rr_text_of("petitions.example")), RR_OK);
    assert_int_equal(rr_log_key_fresh(two, sizeof two, &keys, rr_text_of("petitions.example")), RR_OK);
    assert_string_not_equal(one, two);
    assert_int_equal(rr_vkey_read(&vkey, &why, rr_text_of(one), RR_VKEY_ED25519), RR_OK);
    assert_int_equal(vkey.name.len, strlen("petitions.example/") + 16);
    assert_int_equal(rr_log_key_find(&signer, &keys, &vkey), RR_OK);
    /* Terminated, or not written to. */
    size_t need = strlen(one) + 1;
    char *exact = malloc(need);
    assert_non_null(exact);
    assert_int_equal(rr_log_key_fresh(exact, need, &keys, rr_text_of("petitions.example")), RR_OK);
    assert_int_equal(strlen(exact), need - 1);
    free(exact);
    exact = malloc(need - 1);
    assert_non_null(exact);
    assert_int_equal(rr_log_key_fresh(exact, need - 1, &keys, rr_text_of("petitions.example")), RR_NO_SPACE);
    free(exact);
    assert_int_equal(rr_log_key_fresh(one, 0, &keys, rr_text_of("petitions.example")), RR_NO_SPACE);
    memset(name, 'x', sizeof name);
    assert_int_equal(rr_log_key_fresh(one, sizeof one, &keys, (rr_text){name, RR_SIGNER_NAME_MAX - 17}), RR_OK);
    assert_int_equal(rr_log_key_fresh(one, sizeof one, &keys, (rr_text){name, RR_SIGNER_NAME_MAX - 16}), RR_ARGUMENT);
    assert_int_equal(rr_log_key_fresh(one, sizeof one, &keys, rr_text_of("a+b")), RR_ARGUMENT);
}

int main(void) {
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(made_once),
        WITH_FOLDER(damaged),
        WITH_FOLDER(cannot_be_opened),
        cmocka_unit_test(derived_and_found),
        cmocka_unit_test(names_that_are_none),
        cmocka_unit_test(fresh_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
