/* SPDX-License-Identifier: Apache-2.0 */
/* Rolls made on the spot, and texts that are wrong in one place. */
#ifndef RR_TESTS_ROLL_FIXTURE_H
#define RR_TESTS_ROLL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "roundrobin/roll.h"

/* A file in memory that the test frees. */
typedef struct file {
    char *text;
    size_t len;
} file;

file file_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One change to a good file, and what a parser must say of it.  `from` is sought from the start of `line` on and replaced by
 * `to`; WHOLE_LINE is all of that line with its LF; an empty `from` inserts at the start of the line. */
typedef struct fault {
    const char *what;
    uint32_t line;
    const char *from, *to;
    uint32_t at_line, at_column;
    const char *rule; /* the beginning of the rule */
    rr_status status; /* 0 stands for RR_MALFORMED */
} fault;
#define WHOLE_LINE "\1"

file file_changed(const file *good, uint32_t line, const char *from, const char *to);
/* The error must be the one that `expected` has. */
void assert_fault(const fault *expected, rr_status status, const rr_error *error);

/* The text of member number `i` of a made-up body: a point, a salt, a name, a verifier key.  Everything is a function of i. */
void made_key(uint8_t key[32], uint32_t i);
void made_salt(uint8_t salt[32], uint32_t i);
char *made_hex(const uint8_t *bytes, size_t len); /* the caller frees */
/* A vkey of this name; the same number gives the same key.  The caller frees. */
char *made_vkey(const char *name, uint8_t type, uint32_t number);

/* A roll of `count` members m000000... of which `class_of` gives the classes, as text and parsed. */
typedef struct made_roll {
    file file;
    void *memory;
    rr_roll roll;
} made_roll;
void made_roll_init(made_roll *made, uint32_t count, const char *(*class_of)(uint32_t place, void *context), void *context);
void made_roll_free(made_roll *made);

#endif
