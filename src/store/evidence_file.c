/* SPDX-License-Identifier: Apache-2.0 */
/* An evidence file by SQLite, which is told not to trust it; and the file is looked at before SQLite sees it. */
#include "store/evidence_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "evidence/header.h"
#include "evidence/verification.h"
#include "roundrobin/log.h"
#include "sql_evidence.h"

static const uint64_t size_max = (uint64_t)1 << 36; /* 64 GiB */

enum {
    STEP = 100000 /* operations of SQLite's machine between two calls of the progress handler */
};

static rr_status io_fail(rr_file_error *error, const char *rule) {
    int code = errno;
    rr_fail(error, RR_IO, "file", -1, rule);
    if (error) error->system = code;
    return RR_IO;
}

/* A pipe or a device would be read for ever, or would answer otherwise the second time. */
static rr_status look_at(rr_evidence_file *file, rr_file_error *error, const char *path) {
    uint8_t header[RR_DB_HEADER];
    int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return io_fail(error, "it cannot be opened for reading");
    rr_status status = RR_OK;
    if (fstat(descriptor, &file->stat) != 0)
        status = io_fail(error, "it cannot be read");
    else if (!S_ISREG(file->stat.st_mode))
        status = rr_fail(error, RR_MALFORMED, "file", -1, "this is not a regular file");
    else if ((uint64_t)file->stat.st_size > size_max)
        status = rr_fail(error, RR_MALFORMED, "file", -1, "the file is larger than 64 GiB");
    else if ((status = rr_db_header_read(header, descriptor)) == RR_IO)
        io_fail(error, "it cannot be read");
    else if (status != RR_OK)
        rr_fail(error, status, "file", -1, "this is not an SQLite database");
    else
        status = rr_evidence_header_check(error, header, (uint64_t)file->stat.st_size);
    close(descriptor);
    return status;
}

/* Nothing but reading our tables: no other function, no pragma that changes anything, no attaching, no temporary objects. */
static int authorize(void *context, int action, const char *a, const char *b, const char *database, const char *trigger) {
    (void)context, (void)trigger;
    if (database && strcmp(database, "main") != 0) return SQLITE_DENY;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ: return SQLITE_OK;
    case SQLITE_PRAGMA: return strcmp(a, "integrity_check") == 0 ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_FUNCTION: return strcmp(b, "typeof") == 0 || strcmp(b, "length") == 0 ? SQLITE_OK : SQLITE_DENY;
    default: return SQLITE_DENY;
    }
}

static int on_progress(void *context) {
    rr_evidence_file *file = context;
    if (file->budget == 0) return 1;
    file->budget--;
    return rr_step_report(NULL, file->step, 0, 0) != RR_OK;
}

/* Off: whatever a schema could bring along.  Bounds: far above what our statements and rows need. */
static rr_status restrict_db(rr_evidence_file *file, rr_file_error *error) {
    static const struct {
        int option, value;
    } config[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},
                  {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                  {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                  {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
                  {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
                  {SQLITE_DBCONFIG_DQS_DDL, 0},
                  {SQLITE_DBCONFIG_DQS_DML, 0},
                  {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
                  {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0}};
    static const struct {
        int limit, value;
    } limits[] = {{SQLITE_LIMIT_LENGTH, RR_DOCUMENT_MAX + 65536},
                  {SQLITE_LIMIT_SQL_LENGTH, 65536},
                  {SQLITE_LIMIT_COLUMN, 16},
                  {SQLITE_LIMIT_EXPR_DEPTH, 20},
                  {SQLITE_LIMIT_COMPOUND_SELECT, 1},
                  {SQLITE_LIMIT_VDBE_OP, 25000},
                  {SQLITE_LIMIT_FUNCTION_ARG, 8},
                  {SQLITE_LIMIT_ATTACHED, 0},
                  {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 16},
                  {SQLITE_LIMIT_VARIABLE_NUMBER, 8},
                  {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
                  {SQLITE_LIMIT_WORKER_THREADS, 0}};
    for (size_t i = 0; i < sizeof config / sizeof config[0]; i++) {
        if (sqlite3_db_config(file->db, config[i].option, config[i].value, NULL) != SQLITE_OK)
            return rr_fail(error, RR_UNSUPPORTED, "file", -1, "this SQLite library cannot be told to distrust a file");
    }
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) sqlite3_limit(file->db, limits[i].limit, limits[i].value);
    if (sqlite3_exec(file->db, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA query_only=ON",
                     NULL, NULL, NULL) != SQLITE_OK)
        return rr_db_fail(error, file->db, "file");
    /* A row takes about ten operations and 4 bytes at the least; each table is read a few times. */
    file->budget = 1000 + (uint64_t)file->stat.st_size / 1000;
    sqlite3_progress_handler(file->db, STEP, on_progress, file);
    sqlite3_set_authorizer(file->db, authorize, NULL);
    return RR_OK;
}

static rr_status check_pages(rr_evidence_file *file, rr_file_error *error) {
    sqlite3_stmt *statement = NULL;
    rr_text text;
    rr_status status = RR_OK;
    if (sqlite3_prepare_v2(file->db, "PRAGMA integrity_check(1)", -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        status = rr_db_fail(error, file->db, "file");
    else if (!rr_db_text(&text, statement, 0) || text.len != 2 || memcmp(text.start, "ok", 2) != 0)
        status = rr_fail(error, RR_MALFORMED, "file", -1, "the database is damaged");
    sqlite3_finalize(statement);
    return status;
}

/* ---- the source ----------------------------------------------------------------------------------------------------- */

static rr_evidence_file *file_of(rr_source *source) {
    return (rr_evidence_file *)source; /* it comes first */
}

/* By table: all of it, and with the large column measured only. */
static const char *const queries[RR_TABLES][2] = {
    [RR_TABLE_DOCUMENT] = {"SELECT id, name, bytes FROM document ORDER BY id",
                           "SELECT id, name, typeof(bytes), length(bytes) FROM document ORDER BY id"},
    [RR_TABLE_MEMBER] = {"SELECT place, member, class, counted_as, basis, ring, name FROM member ORDER BY place",
                         "SELECT place, member, class, counted_as, basis, ring, name FROM member ORDER BY place"},
    [RR_TABLE_LEAF] = {"SELECT leaf, kind, number, nullifier, bytes FROM leaf ORDER BY leaf",
                       "SELECT leaf, kind, number, nullifier, typeof(bytes), length(bytes) FROM leaf ORDER BY leaf"},
    [RR_TABLE_TILE] = {"SELECT id, level, number, hashes FROM tile ORDER BY id",
                       "SELECT id, level, number, typeof(hashes), length(hashes) FROM tile ORDER BY id"},
    [RR_TABLE_CHECKPOINT] = {"SELECT size, note FROM checkpoint ORDER BY size",
                             "SELECT size, typeof(note), length(note) FROM checkpoint ORDER BY size"},
    [RR_TABLE_OPENING] = {"SELECT id, hash, bytes FROM opening ORDER BY id",
                          "SELECT id, hash, typeof(bytes), length(bytes) FROM opening ORDER BY id"},
};

static rr_status open_rows(rr_rows *rows, rr_file_error *error) {
    sqlite3_stmt *statement = NULL;
    sqlite3 *db = file_of(rows->source)->db;
    int code = sqlite3_prepare_v2(db, queries[rows->table][rows->measured], -1, &statement, NULL);
    rows->state = statement;
    return code == SQLITE_OK ? RR_OK : rr_db_fail(error, db, rr_table_name(rows->table));
}

static rr_value value_of(sqlite3_stmt *s, int column) {
    switch (sqlite3_column_type(s, column)) {
    case SQLITE_INTEGER: return (rr_value){.type = RR_VALUE_INTEGER, .number = sqlite3_column_int64(s, column)};
    case SQLITE_FLOAT: return (rr_value){.type = RR_VALUE_REAL};
    case SQLITE_TEXT: {
        rr_text text;
        if (!rr_db_text(&text, s, column)) break;
        return (rr_value){.type = RR_VALUE_TEXT, .bytes = (const uint8_t *)text.start, .len = text.len};
    }
    case SQLITE_BLOB: {
        rr_blob blob;
        if (!rr_db_blob(&blob, s, column)) break;
        return (rr_value){.type = RR_VALUE_BLOB, .bytes = blob.bytes, .len = blob.len};
    }
    default: break;
    }
    return (rr_value){.type = RR_VALUE_NULL};
}

/* From typeof and length: whatever is no blob is only known to be none. */
static rr_value measured_value(sqlite3_stmt *s, int column) {
    rr_value type = value_of(s, column);
    bool blob = type.type == RR_VALUE_TEXT && type.len == 4 && memcmp(type.bytes, "blob", 4) == 0;
    return (rr_value){.type = blob ? RR_VALUE_BLOB : RR_VALUE_NULL,
                      .len = blob ? (size_t)sqlite3_column_int64(s, column + 1) : 0};
}

static rr_status next_row(rr_rows *rows, rr_file_error *error) {
    sqlite3_stmt *s = rows->state;
    int code = sqlite3_step(s);
    if (code == SQLITE_DONE) return RR_NOT_FOUND;
    if (code != SQLITE_ROW) return rr_db_fail(error, file_of(rows->source)->db, rr_table_name(rows->table));
    unsigned large = rows->measured ? rr_table_large(rows->table) : 0;
    for (unsigned i = 0; i < rr_table_columns(rows->table); i++)
        rows->values[i] = large && i == large ? measured_value(s, (int)i) : value_of(s, (int)i);
    return RR_OK;
}

static void close_rows(rr_rows *rows) {
    sqlite3_finalize(rows->state);
    rows->state = NULL;
}

static rr_status load_large(rr_source *source, rr_file_error *error, uint8_t **bytes, size_t len, rr_table table, int64_t row) {
    sqlite3_blob *blob = NULL;
    rr_evidence_file *file = file_of(source);
    const char *name = rr_table_name(table);
    rr_status status = RR_OK;
    *bytes = malloc(len ? len : 1);
    if (!*bytes) return rr_fail(error, RR_NO_SPACE, name, row, "there is not enough memory");
    if (sqlite3_blob_open(file->db, "main", name, "bytes", row, 0, &blob) != SQLITE_OK)
        status = rr_db_fail(error, file->db, name);
    else if ((size_t)sqlite3_blob_bytes(blob) != len || (len && sqlite3_blob_read(blob, *bytes, (int)len, 0) != SQLITE_OK))
        status = rr_fail(error, RR_MALFORMED, name, row, "the database is damaged");
    sqlite3_blob_close(blob);
    return status;
}

static rr_status one_leaf(rr_source *source, rr_file_error *error, rr_blob *entry, uint64_t leaf) {
    sqlite3_stmt *s = file_of(source)->one_leaf;
    sqlite3_reset(s);
    if (sqlite3_bind_int64(s, 1, (sqlite3_int64)leaf) != SQLITE_OK || sqlite3_step(s) != SQLITE_ROW ||
        !rr_db_blob(entry, s, 0) || entry->len > RR_ENTRY_MAX)
        return rr_fail(error, RR_MALFORMED, "leaf", (int64_t)leaf, "the database is damaged");
    return RR_OK;
}

static const rr_source_calls calls = {open_rows, next_row, close_rows, load_large, one_leaf};

rr_status rr_evidence_file_open(rr_evidence_file *file, rr_file_error *error, const char *path, const rr_step *step) {
    *file = (rr_evidence_file){.source = {.calls = &calls, .has_columns = true}, .path = path, .step = step};
    rr_status status = look_at(file, error, path);
    if (status != RR_OK) return status;
    /* immutable: no locks, no journal beside the file, no write-ahead log. */
    char *uri = rr_db_uri(path, "?mode=ro&immutable=1");
    if (!uri) return io_fail(error, "its full name cannot be found");
    if (sqlite3_open_v2(uri, &file->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        status = rr_db_fail(error, file->db, "file");
    free(uri);
    if (status == RR_OK) status = restrict_db(file, error);
    if (status == RR_OK) status = rr_db_schema_check(error, file->db, rr_sql_evidence);
    if (status == RR_OK) status = check_pages(file, error);
    if (status == RR_OK) status = rr_shape_check(&file->source, error);
    if (status == RR_OK) status = rr_documents_load(&file->source, error);
    if (status == RR_OK &&
        sqlite3_prepare_v2(file->db, "SELECT bytes FROM leaf WHERE leaf = ?1", -1, &file->one_leaf, NULL) != SQLITE_OK)
        status = rr_db_fail(error, file->db, "file");
    return status;
}

static bool same_time(const struct timespec *a, const struct timespec *b) {
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* Whoever writes to a file can set back its time of modification, but not that of its last change. */
rr_status rr_evidence_file_unchanged(const rr_evidence_file *file, rr_file_error *error) {
    struct stat now;
    if (stat(file->path, &now) != 0) return io_fail(error, "it cannot be read any more");
    if (now.st_dev != file->stat.st_dev || now.st_ino != file->stat.st_ino || now.st_size != file->stat.st_size ||
        !same_time(&now.st_mtim, &file->stat.st_mtim) || !same_time(&now.st_ctim, &file->stat.st_ctim))
        return rr_fail(error, RR_IO, "file", -1, "it was changed while it was read: verify it again");
    return RR_OK;
}

void rr_evidence_file_close(rr_evidence_file *file) {
    sqlite3_finalize(file->one_leaf);
    sqlite3_close(file->db);
    for (int id = 0; id < RR_DOC_END; id++) free(file->source.documents[id]);
    memset(file, 0, sizeof *file);
}

/* ---- verifying ------------------------------------------------------------------------------------------------------ */

rr_status rr_evidence_verify(rr_evidence_report **report, const char *path, const rr_evidence_options *options) {
    rr_evidence_file file;
    rr_file_error *error, changed;
    *report = NULL;
    if (!path || !options || !options->random) return RR_ARGUMENT;
    rr_verification *v = rr_verification_new(&error, options);
    if (!v) return RR_NO_SPACE;
    rr_status status = rr_evidence_file_open(&file, error, path, &v->step);
    rr_verification_run(v, &file.source, status);
    if (status == RR_OK && rr_evidence_file_unchanged(&file, &changed) != RR_OK) rr_verification_changed(v, &changed);
    status = rr_verification_end(report, v, &file.source);
    rr_evidence_file_close(&file);
    return status;
}
