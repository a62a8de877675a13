/* SPDX-License-Identifier: Apache-2.0 */
/* A store with a roll and a petition, for tests of the contract src/store/store.h.  Only here is it said what a database is named. */
#ifndef RR_TESTS_STORE_STORE_FIXTURE_H
#define RR_TESTS_STORE_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "store/db.h"
#include "store/store.h"

enum { SF_ROOM = RR_PLAIN_SIZE, SF_SEALED = SF_ROOM + RR_HELD_OVERHEAD };

typedef struct store_fixture {
    char folder[64]; /* a new one: the database "db" and the folder "keys" */
    char where[80], keys[80];
    rr_store *store;
    rr_store_reader *reader;
    rr_signer directory, log;
    rr_store_roll roll;
    rr_store_petition petition;
    rr_pid pid;
    rr_batch_key batch;
} store_fixture;

/* A new store, open, with a reader. */
store_fixture *sf_new(void);
/* The same with a roll and a petition. */
store_fixture *sf_petition(void);
void sf_free(store_fixture *sf);
void sf_reopen(store_fixture *sf);
/* What the store is made of: two more petitions differ in `seed`. */
void sf_make_roll(rr_store_roll *roll, uint8_t seed);
void sf_make_petition(rr_store_petition *petition, const rr_store_roll *roll, uint8_t seed);
rr_signer sf_signer(const char *name);

/* Calls that must answer RR_OK say where and why if they do not. */
#define SF_OK(call) sf_must(#call, &sf_error, (call))
extern rr_file_error sf_error;
void sf_must(const char *call, const rr_file_error *error, rr_status status);
/* Calls that must answer something else, with a rule. */
#define SF_NOT(expected, call) sf_must_not(#call, &sf_error, (expected), (call))
void sf_must_not(const char *call, const rr_file_error *error, rr_status expected, rr_status status);

/* `count` records of kind 1 with these seeds from `first`, sealed to the batch; sf_records_free. */
typedef struct sf_records {
    size_t count;
    uint8_t *bytes;  /* SF_ROOM each */
    uint8_t *sealed; /* SF_SEALED each */
    rr_held *held;
} sf_records;
sf_records sf_make_records(const rr_batch_key *batch, size_t first, size_t count);
void sf_records_free(sf_records *records);
/* Holds them; all must be new. */
void sf_hold(store_fixture *sf, const sf_records *records);

/* Appends `count` entries of `len` bytes, numbered from `first`. */
rr_status sf_append(store_fixture *sf, rr_file_error *error, size_t first, size_t count, size_t len, const rr_batch_key *next);
/* That entry. */
void sf_entry(uint8_t *out, size_t number, size_t len);
rr_store_state sf_state(store_fixture *sf);
uint64_t sf_size(store_fixture *sf, const rr_pid *pid);
/* A line of the directory log; free it. */
char *sf_line(store_fixture *sf, uint64_t leaf);

/* Does a file of the database hold these bytes? */
bool sf_on_disk(const store_fixture *sf, const uint8_t *bytes, size_t len);
/* Bytes of the file whose name is the database's with this ending; -1: there is none. */
long sf_file_size(const store_fixture *sf, const char *ending);

#endif
