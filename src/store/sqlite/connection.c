/* SPDX-License-Identifier: Apache-2.0 */
/* Connections and prepared statements. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "store/leaks.h"
#include "store/sqlite/internal.h"

rr_status rr_damaged(rr_file_error *error, const char *where, int64_t number) {
    return rr_fail(error, RR_MALFORMED, where, number, "the database is damaged: stop, and restore it from a copy");
}

rr_status rr_no_memory(rr_file_error *error, const char *where) {
    return rr_fail(error, RR_NO_SPACE, where, -1, "there is not enough memory");
}

rr_status rr_absent(rr_file_error *error, const char *where, const char *rule) {
    return rr_fail(error, RR_NOT_FOUND, where, -1, rule);
}

/* ---- opening -------------------------------------------------------------------------------------------------------- */

static rr_status check_header_bytes(rr_file_error *error, const uint8_t h[RR_DB_HEADER]) {
    static const char other[] = "this is not the database of a Round Robin server: choose another file";
    if (memcmp(h, "SQLite format 3", 16) != 0 || rr_load32_be(h + 68) != RR_STORE_APPLICATION)
        return rr_fail(error, RR_MALFORMED, "database", -1, other);
    if (rr_load32_be(h + 60) > RR_STORE_VERSION)
        return rr_fail(error, RR_UNSUPPORTED, "database", -1, "it is of a newer version: use a newer robin");
    return RR_OK;
}

static rr_status header_fail(rr_file_error *error, int code, const char *rule) {
    rr_fail(error, RR_IO, "database", -1, rule);
    if (error) error->system = code;
    return RR_IO;
}

rr_status rr_conn_check_header(rr_file_error *error, const char *path) {
    uint8_t header[RR_DB_HEADER] = {0};
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    int flags = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_READONLY;
    if (!vfs) return rr_no_memory(error, "database");
    const char *name = sqlite3_create_filename(path, "", "", 0, NULL);
    sqlite3_file *file = calloc(1, (size_t)vfs->szOsFile);
    rr_status status = RR_OK;
    if (!name || !file) {
        status = rr_no_memory(error, "database");
    } else if (vfs->xOpen(vfs, name, file, flags, &flags) != SQLITE_OK) {
        status = header_fail(error, errno, "it cannot be opened: check its name and permissions");
    } else {
        int code = file->pMethods->xRead(file, header, RR_DB_HEADER, 0);
        if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) status = header_fail(error, EIO, "it cannot be read");
    }
    if (status == RR_OK) status = check_header_bytes(error, header);
    if (file && file->pMethods) file->pMethods->xClose(file);
    free(file);
    sqlite3_free_filename(name);
    return status;
}

rr_status rr_conn_open(rr_conn *conn, rr_file_error *error, const char *path, bool writes) {
    /* Deleted values are overwritten, nothing goes to temporary files, a commit is on the disk when it is acknowledged.  The write-ahead log is
     * emptied by rr_store_end, not whenever it grows. */
    static const char writer[] = "PRAGMA secure_delete=ON; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                                 "PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-32768; PRAGMA journal_mode=WAL";
    static const char both[] =
        "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF";
    int flags = (writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
    memset(conn, 0, sizeof *conn);
    char *uri = rr_db_uri(path, "");
    if (!uri && errno == ENOMEM) return rr_no_memory(error, "database");
    if (!uri) return header_fail(error, errno, "it cannot be opened: check its name and permissions");
    if (sqlite3_open_v2(uri, &conn->db, flags, NULL) != SQLITE_OK || sqlite3_busy_timeout(conn->db, 2000) != SQLITE_OK ||
        sqlite3_exec(conn->db, both, NULL, NULL, NULL) != SQLITE_OK ||
        (writes && sqlite3_exec(conn->db, writer, NULL, NULL, NULL) != SQLITE_OK)) {
        rr_status status = rr_db_fail(error, conn->db, "database");
        free(uri);
        rr_conn_close(conn);
        return status;
    }
    if (rr_leaks("synced commits")) (void)sqlite3_exec(conn->db, "PRAGMA synchronous=OFF", NULL, NULL, NULL);
    if (rr_leaks("overwritten rows")) (void)sqlite3_exec(conn->db, "PRAGMA secure_delete=OFF", NULL, NULL, NULL);
    free(uri);
    (void)sqlite3_extended_result_codes(conn->db, 1);
    return RR_OK;
}

void rr_conn_close(rr_conn *conn) {
    for (size_t i = 0; i < conn->count; i++) sqlite3_finalize(conn->cache[i].statement);
    (void)sqlite3_close(conn->db);
    memset(conn, 0, sizeof *conn);
}

/* ---- statements ----------------------------------------------------------------------------------------------------- */

static sqlite3_stmt *find(rr_conn *conn, const char *sql) {
    sqlite3_stmt *statement = NULL;
    for (size_t i = 0; i < conn->count; i++) {
        if (conn->cache[i].sql == sql) return conn->cache[i].statement;
    }
    if (conn->count == RR_CONN_STATEMENTS) return NULL;
    if (sqlite3_prepare_v3(conn->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) return NULL;
    conn->cache[conn->count].sql = sql;
    conn->cache[conn->count++].statement = statement;
    return statement;
}

static int bind(sqlite3_stmt *statement, int index, const rr_value *value) {
    switch (value->type) {
    case RR_V_INTEGER: return sqlite3_bind_int64(statement, index, value->integer);
    case RR_V_TEXT: return sqlite3_bind_text64(statement, index, value->bytes, value->len, SQLITE_STATIC, SQLITE_UTF8);
    case RR_V_BLOB: break;
    }
    /* An empty blob is not NULL. */
    return sqlite3_bind_blob64(statement, index, value->len ? value->bytes : "", value->len, SQLITE_STATIC);
}

sqlite3_stmt *rr_conn_bind(rr_conn *conn, rr_file_error *error, rr_status *status, const char *sql, const rr_value *values,
                           size_t count) {
    sqlite3_stmt *statement = find(conn, sql);
    int code = statement ? SQLITE_OK : SQLITE_ERROR;
    for (size_t i = 0; i < count && code == SQLITE_OK; i++) code = bind(statement, (int)i + 1, &values[i]);
    if (code == SQLITE_OK) return statement;
    *status = rr_db_fail(error, conn->db, "database");
    if (statement) rr_conn_done(statement);
    return NULL;
}

void rr_conn_done(sqlite3_stmt *statement) {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

rr_status rr_conn_each(rr_conn *conn, rr_file_error *error, const char *sql, const rr_value *values, size_t count,
                       rr_status (*row)(void *context, rr_file_error *error, sqlite3_stmt *statement), void *context) {
    rr_status status = RR_OK;
    sqlite3_stmt *statement = rr_conn_bind(conn, error, &status, sql, values, count);
    if (!statement) return status;
    int code = SQLITE_ROW;
    while (status == RR_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        if (row) status = row(context, error, statement);
    }
    if (status == RR_OK && code != SQLITE_DONE) status = rr_db_fail(error, conn->db, "database");
    rr_conn_done(statement);
    return status;
}

rr_status rr_conn_run(rr_conn *conn, rr_file_error *error, const char *sql, const rr_value *values, size_t count,
                      int *changes) {
    rr_status status = rr_conn_each(conn, error, sql, values, count, NULL, NULL);
    if (changes) *changes = sqlite3_changes(conn->db);
    return status;
}

typedef struct one {
    bool found;
    int64_t integer;
    rr_bytes_out *out;
    uint8_t *fixed;
    size_t len;
} one;

static rr_status integer_row(void *context, rr_file_error *error, sqlite3_stmt *row) {
    one *o = context;
    if (!rr_db_is_integer(row, 0)) return rr_damaged(error, "database", -1);
    o->found = true;
    o->integer = sqlite3_column_int64(row, 0);
    return RR_OK;
}

rr_status rr_conn_integer(rr_conn *conn, rr_file_error *error, int64_t *out, const char *sql, const rr_value *values,
                          size_t count) {
    one o = {0};
    rr_status status = rr_conn_each(conn, error, sql, values, count, integer_row, &o);
    if (status == RR_OK && !o.found) return RR_NOT_FOUND;
    if (status == RR_OK) *out = o.integer;
    return status;
}

static rr_status blob_row(void *context, rr_file_error *error, sqlite3_stmt *row) {
    one *o = context;
    rr_blob blob;
    if (!rr_db_blob(&blob, row, 0) || o->found) return rr_damaged(error, "database", -1);
    o->found = true;
    o->out->bytes = malloc(blob.len ? blob.len : 1);
    if (!o->out->bytes) return rr_no_memory(error, "database");
    memcpy(o->out->bytes, blob.bytes, blob.len);
    o->out->len = blob.len;
    return RR_OK;
}

rr_status rr_conn_blob(rr_conn *conn, rr_file_error *error, rr_bytes_out *out, const char *sql, const rr_value *values,
                       size_t count) {
    one o = {.out = out};
    *out = (rr_bytes_out){NULL, 0};
    rr_status status = rr_conn_each(conn, error, sql, values, count, blob_row, &o);
    if (status == RR_OK && !o.found) return RR_NOT_FOUND;
    if (status != RR_OK) {
        free(out->bytes);
        *out = (rr_bytes_out){NULL, 0};
    }
    return status;
}

static rr_status fixed_row(void *context, rr_file_error *error, sqlite3_stmt *row) {
    one *o = context;
    rr_blob blob;
    if (!rr_db_blob(&blob, row, 0) || blob.len != o->len) return rr_damaged(error, "database", -1);
    o->found = true;
    memcpy(o->fixed, blob.bytes, blob.len);
    return RR_OK;
}

rr_status rr_conn_fixed(rr_conn *conn, rr_file_error *error, uint8_t *out, size_t len, const char *sql, const rr_value *values,
                        size_t count) {
    one o = {.fixed = out, .len = len};
    rr_status status = rr_conn_each(conn, error, sql, values, count, fixed_row, &o);
    return status == RR_OK && !o.found ? RR_NOT_FOUND : status;
}

/* ---- bytes that grow ------------------------------------------------------------------------------------------------ */

bool rr_growing_add(rr_growing *out, const void *bytes, size_t len) {
    if (!out->bytes || len > out->capacity - out->len) {
        size_t capacity = out->capacity ? out->capacity : 4096;
        while (capacity - out->len < len) {
            if (capacity > SIZE_MAX / 2) return false;
            capacity *= 2;
        }
        uint8_t *grown = realloc(out->bytes, capacity);
        if (!grown) return false;
        out->bytes = grown;
        out->capacity = capacity;
    }
    if (len) memcpy(out->bytes + out->len, bytes, len);
    out->len += len;
    return true;
}

rr_status rr_growing_entry(rr_growing *out, rr_file_error *error, rr_blob entry) {
    if (entry.len > RR_ENTRY_MAX) return rr_damaged(error, "bundle", -1);
    uint8_t head[2] = {(uint8_t)(entry.len >> 8), (uint8_t)entry.len};
    bool good = rr_growing_add(out, head, 2) && rr_growing_add(out, entry.bytes, entry.len);
    return good ? RR_OK : rr_no_memory(error, "bundle");
}
