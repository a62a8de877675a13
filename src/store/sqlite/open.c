/* SPDX-License-Identifier: Apache-2.0 */
/* Making, migrating, opening, closing; transactions. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sql_sealed.h"
#include "sql_server.h"
#include "sql_witness.h"
#include "store/file.h"
#include "store/leaks.h"
#include "store/sqlite/internal.h"

/* Each one is run once, in order; user_version says how many were. */
static const char *const migrations[RR_STORE_VERSION] = {rr_sql_server, rr_sql_sealed, rr_sql_witness};

static rr_status io_fail(rr_file_error *error, int code, const char *rule) {
    rr_fail(error, RR_IO, "database", -1, rule);
    if (error) error->system = code;
    return RR_IO;
}

/* ---- making --------------------------------------------------------------------------------------------------------- */

static rr_status migrate(sqlite3 *db, rr_file_error *error, int from) {
    for (int version = from; version < RR_STORE_VERSION; version++) {
        char end[64];
        snprintf(end, sizeof end, "PRAGMA user_version=%d; COMMIT", version + 1);
        if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK ||
            sqlite3_exec(db, migrations[version], NULL, NULL, NULL) != SQLITE_OK ||
            sqlite3_exec(db, end, NULL, NULL, NULL) != SQLITE_OK) {
            rr_status status = rr_db_fail(error, db, "database");
            (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
            return status;
        }
    }
    return RR_OK;
}

/* The whole new database under another name, so that whatever has the right name is complete. */
static rr_status make_file(rr_file_error *error, const char *path, const rr_signer *directory) {
    char settings[128];
    rr_conn conn = {0};
    rr_status status = RR_OK;
    snprintf(settings, sizeof settings, "PRAGMA page_size=%d; PRAGMA journal_mode=OFF; PRAGMA application_id=%d", RR_DB_PAGE,
             RR_STORE_APPLICATION);
    if (sqlite3_open_v2(path, &conn.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
        sqlite3_exec(conn.db, settings, NULL, NULL, NULL) != SQLITE_OK)
        status = rr_db_fail(error, conn.db, "database");
    if (status == RR_OK) status = migrate(conn.db, error, 0);
    if (status == RR_OK) status = rr_log_make(&conn, error, 0, directory);
    /* Here already, so that the first opening of the real one writes nothing. */
    if (status == RR_OK && sqlite3_exec(conn.db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL) != SQLITE_OK)
        status = rr_db_fail(error, conn.db, "database");
    rr_conn_close(&conn);
    return status;
}

static rr_status make(rr_file_error *error, const char *path, const rr_signer *directory) {
    rr_new_file file;
    rr_status status = rr_new_file_begin(&file, error, path);
    if (status != RR_OK) return status;
    status = make_file(error, file.temporary, directory);
    if (status == RR_OK) return rr_new_file_finish(&file, error, 0600, false);
    rr_new_file_abandon(&file);
    return status;
}

/* ---- opening -------------------------------------------------------------------------------------------------------- */

static rr_status take_lock(rr_store *store, rr_file_error *error) {
    static const char ending[] = "-lock";
    char *name = malloc(strlen(store->path) + sizeof ending);
    if (!name) return rr_no_memory(error, "database");
    sprintf(name, "%s%s", store->path, ending);
    store->lock = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    int code = errno;
    free(name);
    if (store->lock < 0) return io_fail(error, code, "no lock can be made beside it: check the folder and its permissions");
    if (flock(store->lock, LOCK_EX | LOCK_NB) == 0) return RR_OK;
    if (errno != EWOULDBLOCK) return io_fail(error, errno, "it cannot be locked");
    return rr_fail(error, RR_REFUSED, "database", -1, "it is in use by another process: end that one first");
}

static rr_status version_row(void *context, rr_file_error *error, sqlite3_stmt *row) {
    (void)error;
    *(int64_t *)context = sqlite3_column_int64(row, 0);
    return RR_OK;
}

static rr_status check_directory(rr_store *store, rr_file_error *error) {
    char vkey[RR_SIGNER_TEXT_SIZE];
    int64_t same;
    size_t len = rr_signer_vkey(vkey, sizeof vkey, &store->directory);
    rr_value value[] = {RR_STRING(((rr_text){vkey, len}))};
    rr_status status = rr_conn_integer(&store->conn, error, &same, "SELECT vkey = ?1 FROM log WHERE number = 0", value, 1);
    if (status == RR_NOT_FOUND) return rr_damaged(error, "directory log", -1);
    if (status == RR_OK && !same)
        return rr_fail(error, RR_REFUSED, "directory log", -1, "the database was made with another key: use that one");
    return status;
}

/* The write-ahead log into the database, then cut to nothing.  A reader's call may be in the way for a moment. */
static int checkpoint(rr_store *store) {
    int logged = 0, done = 0;
    if (rr_leaks("emptied write-ahead log")) return SQLITE_OK;
    int code = sqlite3_wal_checkpoint_v2(store->conn.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, &logged, &done);
    return code & 0xff;
}

/* What all migrations make together. */
static rr_status check_schema(sqlite3 *db, rr_file_error *error) {
    char *sql = malloc(sizeof rr_sql_server + sizeof rr_sql_sealed + sizeof rr_sql_witness);
    if (!sql) return rr_no_memory(error, "database");
    sprintf(sql, "%s%s%s", rr_sql_server, rr_sql_sealed, rr_sql_witness);
    rr_status status = rr_db_schema_check(error, db, sql);
    free(sql);
    return status;
}

static rr_status connect_db(rr_store *store, rr_file_error *error) {
    int64_t version = 0;
    rr_status status = rr_conn_check_header(error, store->path);
    if (status == RR_OK) status = rr_conn_open(&store->conn, error, store->path, true);
    if (status == RR_OK) status = rr_conn_each(&store->conn, error, "PRAGMA user_version", NULL, 0, version_row, &version);
    if (status == RR_OK && version > RR_STORE_VERSION)
        status = rr_fail(error, RR_UNSUPPORTED, "database", -1, "it is of a newer version: use a newer robin");
    if (status == RR_OK) status = migrate(store->conn.db, error, (int)version);
    if (status == RR_OK) status = check_schema(store->conn.db, error);
    if (status == RR_OK) status = check_directory(store, error);
    /* What a crash or an error has left in the write-ahead log was perhaps never synced: it may be gone after the next crash, and what cannot be seen of
     * it now may come back.  Until it is in the database, or cut away, nothing that this store says may be believed. */
    if (status == RR_OK && checkpoint(store) != SQLITE_OK)
        status =
            io_fail(error, 0, "what was written last could not be put in its place: make room, end what reads it, try again");
    if (status != RR_OK) rr_conn_close(&store->conn);
    return status;
}

rr_status rr_store_open(rr_store **out, rr_file_error *error, const char *where, const rr_signer *directory) {
    *out = NULL;
    rr_store *store = calloc(1, sizeof *store);
    if (!store) return rr_no_memory(error, "database");
    store->lock = -1;
    store->directory = *directory;
    store->path = strdup(where);
    rr_status status = store->path ? take_lock(store, error) : rr_no_memory(error, "database");
    if (status == RR_OK && access(where, F_OK) != 0) {
        if (errno == ENOENT)
            status = make(error, where, directory);
        else
            status = io_fail(error, errno, "it cannot be looked at: check the folder and its permissions");
    }
    if (status == RR_OK) status = connect_db(store, error);
    if (status == RR_OK)
        *out = store;
    else
        rr_store_close(store);
    return status;
}

void rr_store_close(rr_store *store) {
    if (!store) return;
    rr_waiting_drop_all(store);
    free(store->waiting);
    if (store->conn.db) (void)checkpoint(store);
    rr_conn_close(&store->conn);
    if (store->lock >= 0) (void)close(store->lock); /* only now may another process open it */
    free(store->path);
    rr_wipe(store, sizeof *store);
    free(store);
}

rr_status rr_store_reader_open(rr_store_reader **out, rr_file_error *error, const char *where) {
    *out = NULL;
    rr_store_reader *reader = calloc(1, sizeof *reader);
    if (!reader) return rr_no_memory(error, "database");
    rr_status status = rr_conn_check_header(error, where);
    if (status == RR_OK) status = rr_conn_open(&reader->conn, error, where, false);
    if (status == RR_OK)
        *out = reader;
    else
        free(reader);
    return status;
}

void rr_store_reader_close(rr_store_reader *reader) {
    if (!reader) return;
    rr_conn_close(&reader->conn);
    free(reader);
}

/* ---- transactions --------------------------------------------------------------------------------------------------- */

rr_status rr_store_ready(rr_store *store, rr_file_error *error) {
    return store->conn.db ? RR_OK : connect_db(store, error);
}

rr_status rr_store_begin(rr_store *store, rr_file_error *error) {
    rr_status status = rr_store_ready(store, error);
    if (status != RR_OK) return status;
    return rr_conn_run(&store->conn, error, "BEGIN IMMEDIATE", NULL, 0, NULL);
}

rr_status rr_store_end(rr_store *store, rr_file_error *error, rr_status status) {
    if (status == RR_OK) status = rr_conn_run(&store->conn, error, "COMMIT", NULL, 0, NULL);
    if (status != RR_OK) (void)rr_conn_run(&store->conn, NULL, "ROLLBACK", NULL, 0, NULL);
    int code = checkpoint(store);
    store->cut = code == SQLITE_OK;
    /* After an error of the disk the connection is made anew: then SQLite reads again what is there. */
    if (status == RR_IO || status == RR_MALFORMED || (code != SQLITE_OK && code != SQLITE_BUSY)) {
        rr_waiting_drop_all(store);
        rr_conn_close(&store->conn);
    }
    return status;
}

/* The first page, as it is. */
static int write_first_page(rr_store *store) {
    char same[64];
    snprintf(same, sizeof same, "PRAGMA user_version=%d", RR_STORE_VERSION);
    return sqlite3_exec(store->conn.db, same, NULL, NULL, NULL);
}

rr_status rr_store_touch(rr_store *store, rr_file_error *error) {
    return write_first_page(store) == SQLITE_OK ? RR_OK : rr_db_fail(error, store->conn.db, "database");
}

/* The file of the write-ahead log's index keeps the page numbers of the last transaction until another one begins there.  Pages say nothing of
 * records, but which ones were the last to be written says which records were the last to come.  So a transaction follows that writes
 * the first page only, as it is. */
void rr_store_cover(rr_store *store) {
    if (!store->conn.db || !store->cut) return;
    (void)write_first_page(store);
    (void)checkpoint(store);
}
