/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite is told not to trust the file, and the file is looked at before SQLite sees it.  The database header, as the writer makes it
 * (https://sqlite.org/fileformat2.html); all other bytes of it are free:
 *
 *      0  16  "SQLite format 3" NUL
 *     16   2  page size, 4096
 *     18   4  01 01 00 40: rollback journal for reading and writing, no reserved space, ...
 *     22   2  20 20: ... and fixed fractions
 *     28   4  pages: page size times this is the length of the file
 *     32   8  no free pages: nothing hides there
 *     44   4  schema format 4
 *     52   4  no auto-vacuum
 *     56   4  1: UTF-8
 *     60   4  version of the evidence file
 *     64   4  no incremental vacuum
 *     68   4  "RRev"
 *     72  20  zero
 *    100   1  0d: the schema fits on the first page ...
 *    103   2  ... and has 6 rows
 *
 * The last two bound what SQLite parses when it opens the file, which takes the square of the number of tables.
 */
#include "store/evidence_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "roundrobin/log.h"
#include "sql_evidence.h"

static const uint64_t size_max = (uint64_t)1 << 36; /* 64 GiB */

enum {
    TABLES = 6,
    STEP = 100000 /* operations of SQLite's machine between two calls of the progress handler */
};

static rr_status io_fail(rr_file_error *error, const char *rule) {
    int code = errno;
    rr_fail(error, RR_IO, "file", -1, rule);
    if (error) error->system = code;
    return RR_IO;
}

static rr_status check_header(rr_file_error *error, const uint8_t *h, uint64_t length) {
    static const uint8_t zeros[20] = {0};
    static const uint8_t fixed[6] = {1, 1, 0, 64, 32, 32};
    const char *rule = NULL;
    rr_status status = RR_MALFORMED;
    uint32_t page = (uint32_t)h[16] << 8 | h[17];
    uint32_t version = rr_load32_be(h + 60);
    if (rr_load32_be(h + 68) != RR_EVIDENCE_APPLICATION)
        rule = "this is a database, but not an evidence file";
    else if (version > RR_EVIDENCE_VERSION) {
        status = RR_UNSUPPORTED;
        rule = "the file is of a newer version: verify it with a newer robin";
    } else if (version != RR_EVIDENCE_VERSION)
        rule = "there is no such version of the evidence file";
    else if (page != RR_DB_PAGE || memcmp(h + 18, fixed, sizeof fixed) != 0 || rr_load32_be(h + 44) != 4 ||
             rr_load32_be(h + 52) != 0 || rr_load32_be(h + 56) != 1 || rr_load32_be(h + 64) != 0 ||
             memcmp(h + 72, zeros, sizeof zeros) != 0)
        rule = "the database header is not as an evidence file has it";
    else if ((uint64_t)page * rr_load32_be(h + 28) != length)
        rule = "the file is truncated or has something after its end";
    else if (rr_load64_be(h + 32) != 0)
        rule = "the database has free pages, in which something could hide";
    return rule ? rr_fail(error, status, "file", -1, rule) : rr_db_header_schema(error, h, TABLES);
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
        status = check_header(error, header, (uint64_t)file->stat.st_size);
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

rr_status rr_evidence_file_blob(rr_evidence_file *file, rr_file_error *error, uint8_t **bytes, size_t len, const char *table,
                                int64_t row) {
    sqlite3_blob *blob = NULL;
    rr_status status = RR_OK;
    *bytes = malloc(len ? len : 1);
    if (!*bytes) return rr_fail(error, RR_NO_SPACE, table, row, "there is not enough memory");
    if (sqlite3_blob_open(file->db, "main", table, "bytes", row, 0, &blob) != SQLITE_OK)
        status = rr_db_fail(error, file->db, table);
    else if ((size_t)sqlite3_blob_bytes(blob) != len || (len && sqlite3_blob_read(blob, *bytes, (int)len, 0) != SQLITE_OK))
        status = rr_fail(error, RR_MALFORMED, table, row, "the database is damaged");
    sqlite3_blob_close(blob);
    return status;
}

static rr_status load_documents(rr_evidence_file *file, rr_file_error *error) {
    rr_status status = RR_OK;
    for (int id = RR_DOC_PETITION; id < RR_DOC_END && status == RR_OK; id++) {
        /* A length of SIZE_MAX marks what the file does not hold. */
        if (file->document_len[id] != SIZE_MAX)
            status = rr_evidence_file_blob(file, error, &file->documents[id], file->document_len[id], "document", id);
    }
    return status;
}

rr_status rr_evidence_file_open(rr_evidence_file *file, rr_file_error *error, const char *path, const rr_step *step) {
    *file = (rr_evidence_file){.path = path, .step = step};
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
    if (status == RR_OK) status = rr_evidence_shape_check(file, error);
    if (status == RR_OK) status = load_documents(file, error);
    if (status == RR_OK &&
        sqlite3_prepare_v2(file->db, "SELECT bytes FROM leaf WHERE leaf = ?1", -1, &file->one_leaf, NULL) != SQLITE_OK)
        status = rr_db_fail(error, file->db, "file");
    return status;
}

rr_blob rr_evidence_file_document(const rr_evidence_file *file, rr_document id) {
    rr_blob blob = {file->documents[id], file->document_len[id]};
    return blob;
}

rr_status rr_evidence_file_leaf(rr_evidence_file *file, rr_file_error *error, rr_blob *entry, uint64_t leaf) {
    sqlite3_reset(file->one_leaf);
    if (sqlite3_bind_int64(file->one_leaf, 1, (sqlite3_int64)leaf) != SQLITE_OK || sqlite3_step(file->one_leaf) != SQLITE_ROW ||
        !rr_db_blob(entry, file->one_leaf, 0) || entry->len > RR_ENTRY_MAX)
        return rr_fail(error, RR_MALFORMED, "leaf", (int64_t)leaf, "the database is damaged");
    return RR_OK;
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

void rr_evidence_file_close(rr_evidence_file *file, bool keep_documents) {
    sqlite3_finalize(file->one_leaf);
    sqlite3_close(file->db);
    for (int id = 0; id < RR_DOC_END && !keep_documents; id++) free(file->documents[id]);
    memset(file, 0, sizeof *file);
}
