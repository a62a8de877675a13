/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of the SQLite store.  Why it is kept as it is: docs/adr/0005-store.md. */
#ifndef RR_STORE_SQLITE_INTERNAL_H
#define RR_STORE_SQLITE_INTERNAL_H

#include <sqlite3.h>

#include "store/db.h"
#include "store/store.h"
#include "evidence/tiles.h"

enum {
    RR_STORE_APPLICATION = 0x52527376, /* "RRsv" */
    RR_STORE_VERSION = 3,              /* migrations that this program knows */
    RR_CONN_STATEMENTS = 96            /* more than there are texts of SQL here */
};

/* Ids of rows that belong to a log: see sql/server/0001-server.sql. */
#define RR_LOG_SHIFT 40
#define RR_LEVEL_SHIFT 36
#define RR_LEAF_MAX ((uint64_t)1 << RR_LEVEL_SHIFT) /* leaves of a log stay below */

/* ---- connections ---------------------------------------------------------------------------------------------------- */

/* A connection with its prepared statements, each made when it is first needed; found by the address of its text. */
typedef struct rr_conn {
    sqlite3 *db;
    size_t count;
    struct {
        const char *sql;
        sqlite3_stmt *statement;
    } cache[RR_CONN_STATEMENTS];
} rr_conn;

rr_status rr_conn_open(rr_conn *conn, rr_file_error *error, const char *path, bool writes);
void rr_conn_close(rr_conn *conn);
/* Is the file at `path` one of ours, and of which version?  Read through SQLite's file layer, since a process that closes a file of its own loses
 * the locks that SQLite has on it.  RR_OK, RR_IO, RR_MALFORMED (foreign), RR_UNSUPPORTED (newer). */
rr_status rr_conn_check_header(rr_file_error *error, const char *path);

/* One parameter of a statement. */
typedef struct rr_value {
    enum { RR_V_INTEGER, RR_V_BLOB, RR_V_TEXT } type;
    int64_t integer;
    const void *bytes;
    size_t len;
} rr_value;
#define RR_INT(n) ((rr_value){RR_V_INTEGER, (int64_t)(n), NULL, 0})
#define RR_BYTES(p, n) ((rr_value){RR_V_BLOB, 0, (p), (n)})
#define RR_BLOB(b) RR_BYTES((b).bytes, (b).len)
#define RR_FIXED(x) RR_BYTES((x)->bytes, sizeof(x)->bytes)
#define RR_STRING(t) ((rr_value){RR_V_TEXT, 0, (t).start, (t).len})

/* Prepares (or takes from the cache) and binds.  The statement is reset by rr_conn_done.  NULL: *status says why. */
sqlite3_stmt *rr_conn_bind(rr_conn *conn, rr_file_error *error, rr_status *status, const char *sql, const rr_value *values,
                           size_t count);
/* Resets it and forgets what was bound. */
void rr_conn_done(sqlite3_stmt *statement);
/* Runs it, with no row or whatever rows there are; *changes (may be NULL): rows that it changed. */
rr_status rr_conn_run(rr_conn *conn, rr_file_error *error, const char *sql, const rr_value *values, size_t count, int *changes);
/* Calls `row` for each row; RR_OK to go on. */
rr_status rr_conn_each(rr_conn *conn, rr_file_error *error, const char *sql, const rr_value *values, size_t count,
                       rr_status (*row)(void *context, rr_file_error *error, sqlite3_stmt *statement), void *context);
/* The integer, or the copied blob, of the first row; RR_NOT_FOUND without filling *error if there is no row. */
rr_status rr_conn_integer(rr_conn *conn, rr_file_error *error, int64_t *out, const char *sql, const rr_value *values,
                          size_t count);
rr_status rr_conn_blob(rr_conn *conn, rr_file_error *error, rr_bytes_out *out, const char *sql, const rr_value *values,
                       size_t count);
/* The same for a blob of a fixed length; another one is RR_MALFORMED. */
rr_status rr_conn_fixed(rr_conn *conn, rr_file_error *error, uint8_t *out, size_t len, const char *sql, const rr_value *values,
                        size_t count);
/* With an array of rr_value. */
#define RR_RUN(conn, error, sql, values) rr_conn_run(conn, error, sql, values, sizeof(values) / sizeof *(values), NULL)

rr_status rr_damaged(rr_file_error *error, const char *where, int64_t number);
rr_status rr_no_memory(rr_file_error *error, const char *where);
rr_status rr_absent(rr_file_error *error, const char *where, const char *rule);

/* ---- bytes that grow ------------------------------------------------------------------------------------------------ */

typedef struct rr_growing {
    uint8_t *bytes;
    size_t len, capacity;
} rr_growing;
bool rr_growing_add(rr_growing *out, const void *bytes, size_t len);
/* An entry of a bundle: behind its length.  Longer than RR_ENTRY_MAX: RR_MALFORMED. */
rr_status rr_growing_entry(rr_growing *out, rr_file_error *error, rr_blob entry);

/* ---- the store ------------------------------------------------------------------------------------------------------ */

/* What waits for one petition, as far as it must be known in memory; made from the table when it is first asked for, dropped when a
 * transaction fails. */
typedef struct rr_waiting {
    int64_t number; /* of the petition's log */
    size_t width;   /* of a place; 0 while there is none */
    uint32_t capacity, count;
    rr_tag *tags;    /* by place; where used[place] */
    bool *used;      /* by place */
    uint32_t *free;  /* capacity - count free places, in any order */
    uint32_t *table; /* hash table of places + 1 by tag; 0: empty */
    size_t mask;
} rr_waiting;

struct rr_store {
    rr_conn conn;
    int lock;
    char *path;
    rr_signer directory;
    rr_waiting *waiting;
    size_t waiting_count;
    bool cut; /* the last transaction's write-ahead log is gone */
};

struct rr_store_reader {
    rr_conn conn;
};

/* A transaction.  rr_store_end commits if `status` is RR_OK, else rolls back; then empties the write-ahead log.  Answers what the call shall
 * answer.  Every begin that answered RR_OK has its end. */
rr_status rr_store_begin(rr_store *store, rr_file_error *error);
rr_status rr_store_end(rr_store *store, rr_file_error *error, rr_status status);
/* Within a transaction: it has something to write, and fails where the disk refuses. */
rr_status rr_store_touch(rr_store *store, rr_file_error *error);
/* After records were written: nothing tells any more which pages these were. */
void rr_store_cover(rr_store *store);
/* All blobs of a query as a bundle. */
rr_status rr_reader_bundle(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *out, const char *sql,
                           const rr_value *values, size_t count);
/* Before a call that only looks: the connection, made anew if an error has closed it. */
rr_status rr_store_ready(rr_store *store, rr_file_error *error);
/* Has it a roll, a petition?  *number: of its log. */
rr_status rr_store_petition_number(rr_conn *conn, rr_file_error *error, int64_t *number, const rr_pid *pid);

/* ---- waiting records (waiting.c) ------------------------------------------------------------------------------------ */

enum { RR_PLACE_HEAD = 1 + 16 + 32 };

/* The petition's, loaded; NULL with *status. */
rr_waiting *rr_waiting_of(rr_store *store, rr_file_error *error, rr_status *status, int64_t number);
bool rr_waiting_find(const rr_waiting *waiting, const rr_tag *tag);
/* Makes room for `more` records of this width. */
rr_status rr_waiting_reserve(rr_store *store, rr_file_error *error, rr_waiting *waiting, size_t more, size_t width);
/* Draws a free place for the tag. */
uint32_t rr_waiting_take(rr_waiting *waiting, const rr_tag *tag);
/* Forgets what is in memory: of one petition, or of all. */
void rr_waiting_drop(rr_store *store, int64_t number);
void rr_waiting_drop_all(rr_store *store);

/* A handle on places, for reading or writing them in place. */
typedef struct rr_place {
    sqlite3_blob *blob;
} rr_place;
rr_status rr_place_go(rr_place *place, rr_conn *conn, rr_file_error *error, int64_t number, uint32_t index, bool writes);
void rr_place_close(rr_place *place);

/* ---- logs (log.c) --------------------------------------------------------------------------------------------------- */

/* A log that is being appended to, within a transaction: its partial tiles in memory. */
typedef struct rr_appending {
    rr_conn *conn;
    rr_file_error *error;
    int64_t number;
    rr_tiles tiles;
} rr_appending;
/* A new log, of no leaves. */
rr_status rr_log_make(rr_conn *conn, rr_file_error *error, int64_t number, const rr_signer *signer);
/* Takes up the log where it ended.  Large: keep it out of the stack.  RR_REFUSED: the signer is not this log's. */
rr_status rr_log_begin(rr_appending *log, rr_conn *conn, rr_file_error *error, int64_t number, const rr_signer *signer);
rr_status rr_log_append(rr_appending *log, const void *entry, size_t len);
/* Writes the partial tiles, the size and a checkpoint; *root may be NULL. */
rr_status rr_log_finish(rr_appending *log, const rr_signer *signer, rr_hash *root);
/* Appends lines to the directory log, with a checkpoint. */
rr_status rr_directory_append(rr_store *store, rr_file_error *error, const char *const *lines, size_t count);
/* "checkpoint PID SIZE ROOT". */
enum { RR_LINE_SIZE = 192 };
void rr_line_checkpoint(char line[RR_LINE_SIZE], const rr_pid *pid, uint64_t size, const rr_hash *root);

#endif
