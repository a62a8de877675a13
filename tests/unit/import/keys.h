/* SPDX-License-Identifier: Apache-2.0 */
/* What these tests share: a directory of their own, keys made on the spot by ssh-keygen and gpg, a record of what an import said. */
#ifndef TEST_IMPORT_KEYS_H
#define TEST_IMPORT_KEYS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "roundrobin/import.h"
#include "roundrobin/proof.h"

typedef struct bytes {
    uint8_t *data; /* a zero follows */
    size_t len;
} bytes;

/* For a group of tests: makes the directory and goes there; ends the agent that gpg started, and removes all. */
int keys_setup(void **state);
int keys_teardown(void **state);

/* Runs a command with the shell in that directory; it must succeed. */
void run(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Zeros on the heap until keys_teardown. */
void *kept_memory(size_t size);
/* A whole file, kept likewise. */
bytes slurp(const char *path);
/* The same of what a command prints, without its last LF. */
char *output(const char *format, ...) __attribute__((format(printf, 1, 2)));
bytes text(const char *string);
/* A copy of exactly this length, so that reading past its end is seen by the sanitizers. */
bytes cut(bytes whole, size_t len);
void put(const char *path, bytes content);

/* A static sentence that holds these words? */
void assert_says(const char *sentence, const char *words);

/* ---- imports ---- */

enum { LOG_MAX = 64 };

typedef struct import_log {
    rr_import_counts counts;
    rr_error error;
    rr_status status;
    int accepted, refused; /* how many are written down below */
    struct {
        char member[RR_IMPORT_MEMBER_MAX + 1];
        rr_entry_key entry;
        uint8_t ed25519[32];
        uint32_t file, line;
    } keys[LOG_MAX];
    struct {
        rr_import_refusal what; /* its `what` is a copy */
        char text[RR_IMPORT_WHAT_MAX + 1];
    } refusals[LOG_MAX];
} import_log;

/* 2026-01-01 */
#define NOW UINT64_C(1767225600)

/* Imports into `import`, or, if that is NULL, into one of its own. */
import_log import_with(rr_import *import, bytes file, rr_import_format format, rr_import_options options);
/* By fingerprint, at NOW. */
import_log import(bytes file, rr_import_format format);
/* Exactly one refusal, with this status and these words. */
void assert_refused(const import_log *log, rr_status status, const char *words);

/* The generators; made once. */
const rr_params *params(void);

#endif
