/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of rr_collect: one database, the judge of its log, and what this run took. */
#ifndef RR_STORE_COLLECT_FILE_H
#define RR_STORE_COLLECT_FILE_H

#include <sqlite3.h>

#include "roundrobin/judge.h"
#include "store/collect.h"
#include "store/db.h"
#include "evidence/material.h"

typedef struct rr_record {
    uint8_t *bytes; /* of its own */
    size_t len;
} rr_record;

typedef struct rr_records {
    rr_record *list;
    size_t count, capacity;
} rr_records;

/* Copies the bytes.  RR_NO_SPACE. */
rr_status rr_records_add(rr_records *records, const uint8_t *bytes, size_t len);
/* In the order of a batch. */
void rr_records_sort(rr_records *records);
void rr_records_free(rr_records *records);

/* The state of the log, made from its leaves: nothing about nullifiers is stored. */
typedef struct rr_log_state {
    bool valid;
    rr_judge *judge;
    void *judge_memory, *judge_work;
    rr_log_entries entries;
    rr_opening_file *files;
    rr_frontier frontier;
    rr_hash *leaf_hashes; /* sorted, so that a repeat is told from a conflict */
    uint64_t leaves, checkpoints, waiting;
    bool closed;
} rr_log_state;

struct rr_collect {
    sqlite3 *db;
    int lock; /* the file, locked, for as long as this lives */
    const rr_random *random;
    rr_material material;
    rr_blob documents[RR_DOC_END];
    rr_case about;
    sqlite3_stmt *one_leaf;
    rr_log_state state;
    rr_blob *openings; /* files that the log names, of their own; with the state */
    size_t opening_count;
    rr_blob new_opening; /* one that it will name; a view */
    rr_records taken;
    uint64_t declined, refused;
};

/* Makes collect->state from the file, if it is not valid: judges all leaves, whose proofs were verified when they were taken, and compares
 * their root with the last checkpoint. */
rr_status rr_collect_load(rr_collect *collect, rr_file_error *error);
/* After a finish: the judge has seen leaves that the file may not hold, or in another order. */
void rr_collect_unload(rr_collect *collect);

/* Prepares, runs `each` on every row, finalizes.  `each` answers RR_OK to go on. */
rr_status rr_collect_rows(rr_collect *collect, rr_file_error *error, const char *sql,
                          rr_status (*each)(void *context, rr_file_error *error, sqlite3_stmt *row), void *context);
rr_status rr_collect_exec(rr_collect *collect, rr_file_error *error, const char *sql);
/* INSERT INTO a table of a number and a blob. */
rr_status rr_collect_insert(sqlite3 *db, rr_file_error *error, const char *sql, int64_t number, const void *bytes, size_t len);
/* Does the signer belong to the petition's Log key? */
rr_status rr_collect_signer_check(rr_file_error *error, const rr_petition *petition, const rr_signer *log);
/* Signs the checkpoint of the frontier and puts it into the file. */
rr_status rr_collect_checkpoint(sqlite3 *db, rr_file_error *error, const rr_frontier *frontier, const rr_signer *log);

#endif
