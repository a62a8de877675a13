/* SPDX-License-Identifier: Apache-2.0 */
#include "keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/rr-XXXXXX";
static void *kept[4096];
static size_t kept_count;

static void *keep(void *memory) {
    assert_non_null(memory);
    assert_true(kept_count < sizeof kept / sizeof *kept);
    return kept[kept_count++] = memory;
}

void *kept_memory(size_t size) {
    return keep(calloc(1, size));
}

int keys_setup(void **state) {
    (void)state;
    memcpy(directory, "/tmp/rr-XXXXXX", sizeof directory); /* short: the agent's socket has a path of 108 characters at most */
    if (!mkdtemp(directory) || chdir(directory) != 0 || mkdir("gpg", 0700) != 0) return -1;
    char home[64];
    snprintf(home, sizeof home, "%s/gpg", directory);
    return setenv("GNUPGHOME", home, 1) | setenv("TZ", "UTC", 1) | setenv("LC_ALL", "C", 1);
}

int keys_teardown(void **state) {
    (void)state;
    char command[64];
    while (kept_count > 0) free(kept[--kept_count]);
    snprintf(command, sizeof command, "gpgconf --kill all; rm -rf %s", directory);
    if (chdir("/") != 0) return -1;
    return system(command);
}

static char *format_text(const char *format, va_list arguments) {
    char *formatted = NULL;
    assert_true(vasprintf(&formatted, format, arguments) >= 0);
    return keep(formatted);
}

void run(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *command = format_text(format, arguments);
    va_end(arguments);
    if (system(command) != 0) fail_msg("this failed: %s", command);
}

static bytes read_all(FILE *f) {
    bytes b = {NULL, 0};
    size_t cap = 1 << 16;
    b.data = malloc(cap + 1);
    for (size_t n; (n = fread(b.data + b.len, 1, cap - b.len, f)) > 0;) {
        b.len += n;
        if (b.len == cap) b.data = realloc(b.data, (cap *= 2) + 1);
    }
    b.data[b.len] = 0;
    keep(b.data);
    return b;
}

bytes slurp(const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f) fail_msg("cannot open %s", path);
    bytes b = read_all(f);
    fclose(f);
    return b;
}

char *output(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *command = format_text(format, arguments);
    va_end(arguments);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    bytes b = read_all(f);
    if (pclose(f) != 0) fail_msg("this failed: %s", command);
    if (b.len > 0 && b.data[b.len - 1] == '\n') b.data[--b.len] = 0;
    return (char *)b.data;
}

bytes text(const char *string) {
    bytes b = {(uint8_t *)keep(strdup(string)), strlen(string)};
    return b;
}

bytes cut(bytes whole, size_t len) {
    bytes b = {malloc(len ? len : 1), len};
    assert_non_null(b.data);
    memcpy(b.data, whole.data, len);
    return b;
}

void put(const char *path, bytes content) {
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(content.data, 1, content.len, f), content.len);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, 0600), 0);
}

void assert_says(const char *sentence, const char *words) {
    if (!sentence) fail_msg("nothing is said, but should be: %s", words);
    if (!strstr(sentence, words)) fail_msg("\"%s\" does not say: %s", sentence, words);
}

static bool note_accepted(void *context, const rr_imported *key) {
    import_log *log = context;
    if (log->accepted == LOG_MAX) return true;
    int i = log->accepted++;
    snprintf(log->keys[i].member, sizeof log->keys[i].member, "%s", key->member);
    log->keys[i].entry = key->entry;
    memcpy(log->keys[i].ed25519, key->ed25519, 32);
    log->keys[i].file = key->file;
    log->keys[i].line = key->line;
    return true;
}

static bool note_refused(void *context, const rr_import_refusal *refusal) {
    import_log *log = context;
    if (log->refused == LOG_MAX) return true;
    int i = log->refused++;
    log->refusals[i].what = *refusal;
    log->refusals[i].what.what = NULL;
    assert_true(strlen(refusal->what) <= RR_IMPORT_WHAT_MAX);
    strcpy(log->refusals[i].text, refusal->what);
    return true;
}

import_log import_with(rr_import *session, bytes file, rr_import_format format, rr_import_options options) {
    import_log log = {.accepted = 0};
    rr_import_sink sink = {note_accepted, note_refused, &log};
    rr_import *own = session ? NULL : rr_import_new();
    log.status = rr_import_file(session ? session : own, &log.counts, &log.error, file.data, file.len, format, &options, &sink);
    rr_import_free(own);
    assert_int_equal(log.status, log.error.status);
    assert_int_equal(log.status == RR_OK, log.error.rule == NULL);
    return log;
}

import_log import(bytes file, rr_import_format format) {
    rr_import_options options = {RR_IMPORT_BY_FINGERPRINT, NULL, NOW, false};
    return import_with(NULL, file, format, options);
}

void assert_refused(const import_log *log, rr_status status, const char *words) {
    assert_int_equal(log->status, RR_OK);
    assert_int_equal(log->counts.refused, 1);
    assert_int_equal(log->refused, 1);
    assert_says(log->refusals[0].what.why, words);
    assert_int_equal(log->refusals[0].what.status, status);
}

const rr_params *params(void) {
    static rr_params *made;
    if (!made) {
        size_t size = rr_params_size();
        assert_int_equal(rr_params_init(&made, malloc(size), size), RR_OK);
    }
    return made;
}
