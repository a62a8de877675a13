/* SPDX-License-Identifier: Apache-2.0 */
/* Runs files of test vectors.  One checker for each file name; every check is counted, a failing one printed. */
#ifndef RR_TESTS_VECTORS_H
#define RR_TESTS_VECTORS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct vectors {
    const char *file;
    unsigned passed, failed;
} vectors;

/* Counts one check; prints file and message (printf-like) when `ok` is false.  Returns `ok`. */
bool vectors_check(vectors *v, bool ok, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The member `key` of an object: missing or of another type ends the run with a message. */
const char *vectors_string(const json_t *object, const char *key);
uint32_t vectors_number(const json_t *object, const char *key);
const json_t *vectors_array(const json_t *object, const char *key);
const json_t *vectors_object(const json_t *object, const char *key);
/* Hex to exactly `len` bytes. */
void vectors_bytes(uint8_t *out, size_t len, const json_t *object, const char *key);
/* Hex of any length, into memory that the caller frees. */
uint8_t *vectors_blob(size_t *len, const json_t *hex_string);

void vectors_transcript(vectors *v, const json_t *file);
void vectors_generators(vectors *v, const json_t *file);
void vectors_ed25519(vectors *v, const json_t *file);
void vectors_ring(vectors *v, const json_t *file);
void vectors_trace(vectors *v, const json_t *file);
void vectors_plain(vectors *v, const json_t *file);
void vectors_enrol(vectors *v, const json_t *file);
void vectors_opening(vectors *v, const json_t *file);
void vectors_roll(vectors *v, const json_t *file);
void vectors_petition(vectors *v, const json_t *file);
void vectors_judge(vectors *v, const json_t *file);

#endif
