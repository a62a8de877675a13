/* SPDX-License-Identifier: Apache-2.0 */
/* What readers read.  Each call that needs more than one statement is one transaction, so that it sees one state. */
#include <stdlib.h>
#include <string.h>

#include "store/sqlite/internal.h"

static rr_status begin(rr_store_reader *reader, rr_file_error *error) {
    return rr_conn_run(&reader->conn, error, "BEGIN", NULL, 0, NULL);
}

static rr_status end(rr_store_reader *reader, rr_status status) {
    (void)rr_conn_run(&reader->conn, NULL, "COMMIT", NULL, 0, NULL); /* it only read */
    return status;
}

/* ---- documents ------------------------------------------------------------------------------------------------------ */

rr_status rr_store_roll_document(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *out, const rr_roll_digest *digest,
                                 int document) {
    rr_value values[] = {RR_FIXED(digest), RR_INT(document)};
    rr_status status =
        rr_conn_blob(&reader->conn, error, out, "SELECT bytes FROM roll_document WHERE roll = ?1 AND document = ?2", values, 2);
    return status == RR_NOT_FOUND ? rr_absent(error, "roll", "there is no such roll here, or it has no such file") : status;
}

rr_status rr_store_document(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *out, const rr_pid *pid, int document) {
    static const char own[] = "SELECT bytes FROM petition_document WHERE pid = ?1 AND document = ?2";
    static const char rolls[] = "SELECT bytes FROM roll_document JOIN petition USING (roll) WHERE pid = ?1 AND document = ?2";
    rr_value values[] = {RR_FIXED(pid), RR_INT(document)};
    bool is_own = document == RR_DOC_PETITION || document == RR_DOC_ASSIGNMENT || document == RR_DOC_CEREMONY ||
                  document == RR_DOC_TRUSTEES;
    rr_status status = rr_conn_blob(&reader->conn, error, out, is_own ? own : rolls, values, 2);
    return status == RR_NOT_FOUND ? rr_absent(error, "petition", "there is no such petition here, or it has no such file")
                                  : status;
}

/* ---- logs ----------------------------------------------------------------------------------------------------------- */

static rr_status find_log(rr_store_reader *reader, rr_file_error *error, int64_t *number, uint64_t *size, const rr_pid *pid) {
    int64_t value = 0;
    rr_status status = RR_OK;
    *number = 0;
    if (pid) status = rr_store_petition_number(&reader->conn, error, number, pid);
    if (status != RR_OK) return status;
    rr_value values[] = {RR_INT(*number)};
    status = rr_conn_integer(&reader->conn, error, &value, "SELECT size FROM log WHERE number = ?1", values, 1);
    if (status == RR_NOT_FOUND || (status == RR_OK && (value < 0 || (uint64_t)value >= RR_LEAF_MAX)))
        return rr_damaged(error, "log", -1);
    *size = (uint64_t)value;
    return status;
}

rr_status rr_store_log_size(rr_store_reader *reader, rr_file_error *error, uint64_t *size, const rr_pid *pid) {
    int64_t number;
    rr_status status = begin(reader, error);
    return status == RR_OK ? end(reader, find_log(reader, error, &number, size, pid)) : status;
}

static rr_status checkpoint(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *note, const rr_pid *pid,
                            uint64_t size) {
    int64_t number;
    uint64_t last = 0;
    rr_status status = find_log(reader, error, &number, &last, pid);
    if (status != RR_OK) return status;
    if (size == 0) size = last;
    status = RR_NOT_FOUND;
    if (number == 0) {
        rr_value values[] = {RR_INT(size)};
        status = rr_conn_blob(&reader->conn, error, note, "SELECT note FROM cosigned WHERE size = ?1", values, 1);
    }
    if (status == RR_NOT_FOUND && size <= last) {
        rr_value values[] = {RR_INT(number << RR_LOG_SHIFT | (int64_t)size)};
        status = rr_conn_blob(&reader->conn, error, note, "SELECT note FROM checkpoint WHERE id = ?1", values, 1);
    }
    return status == RR_NOT_FOUND ? rr_absent(error, "checkpoint", "the log has no checkpoint of this size") : status;
}

rr_status rr_store_checkpoint(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *note, const rr_pid *pid,
                              uint64_t size) {
    *note = (rr_bytes_out){NULL, 0};
    rr_status status = begin(reader, error);
    return status == RR_OK ? end(reader, checkpoint(reader, error, note, pid, size)) : status;
}

static rr_status bundle_row(void *context, rr_file_error *error, sqlite3_stmt *row) {
    rr_blob blob;
    if (!rr_db_blob(&blob, row, 0)) return rr_damaged(error, "bundle", -1);
    return rr_growing_entry(context, error, blob);
}

rr_status rr_reader_bundle(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *out, const char *sql,
                           const rr_value *values, size_t count) {
    rr_growing bundle = {0};
    *out = (rr_bytes_out){NULL, 0};
    rr_status status = rr_conn_each(&reader->conn, error, sql, values, count, bundle_row, &bundle);
    if (status == RR_OK && !rr_growing_add(&bundle, "", 0)) status = rr_no_memory(error, "bundle");
    if (status == RR_OK)
        *out = (rr_bytes_out){bundle.bytes, bundle.len};
    else
        free(bundle.bytes);
    return status;
}

rr_status rr_store_checkpoints(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *bundle, const rr_pid *pid) {
    int64_t number;
    uint64_t size;
    *bundle = (rr_bytes_out){NULL, 0};
    rr_status status = begin(reader, error);
    if (status != RR_OK) return status;
    status = find_log(reader, error, &number, &size, pid);
    if (status == RR_OK) {
        rr_value values[] = {RR_INT(number << RR_LOG_SHIFT), RR_INT((number + 1) << RR_LOG_SHIFT)};
        status = rr_reader_bundle(reader, error, bundle, "SELECT note FROM checkpoint WHERE id >= ?1 AND id < ?2 ORDER BY id",
                                  values, 2);
    }
    return end(reader, status);
}

static rr_status hash_tile(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *bytes, int64_t number,
                           const rr_tile *tile) {
    size_t want = (size_t)tile->width * sizeof(rr_hash);
    rr_value values[] = {RR_INT(number << RR_LOG_SHIFT | (int64_t)tile->level << RR_LEVEL_SHIFT | (int64_t)tile->index)};
    rr_status status = rr_conn_blob(&reader->conn, error, bytes, "SELECT hashes FROM tile WHERE id = ?1", values, 1);
    if (status == RR_NOT_FOUND || (status == RR_OK && bytes->len < want)) {
        free(bytes->bytes);
        *bytes = (rr_bytes_out){NULL, 0};
        return rr_damaged(error, "tile", (int64_t)tile->index);
    }
    if (status == RR_OK) bytes->len = want;
    return status;
}

static rr_status entry_tile(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *bytes, int64_t number,
                            const rr_tile *tile) {
    int64_t first = number << RR_LOG_SHIFT | (int64_t)(tile->index * RR_TILE_WIDTH);
    rr_value values[] = {RR_INT(first), RR_INT(first + tile->width)};
    return rr_reader_bundle(reader, error, bytes, "SELECT bytes FROM entry WHERE id >= ?1 AND id < ?2 ORDER BY id", values, 2);
}

static rr_status tile(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *bytes, const rr_pid *pid, const rr_tile *t) {
    int64_t number;
    uint64_t size;
    rr_status status = find_log(reader, error, &number, &size, pid);
    if (status != RR_OK) return status;
    bool entries = t->level == RR_TILE_ENTRIES;
    unsigned width = rr_tile_width(t->level, t->index, size);
    if ((!entries && t->level >= RR_TILE_LEVELS) || t->width == 0 || t->width > width)
        return rr_absent(error, "tile", "the log has no such tile");
    return entries ? entry_tile(reader, error, bytes, number, t) : hash_tile(reader, error, bytes, number, t);
}

rr_status rr_store_tile(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *bytes, const rr_pid *pid,
                        const rr_tile *t) {
    *bytes = (rr_bytes_out){NULL, 0};
    rr_status status = begin(reader, error);
    return status == RR_OK ? end(reader, tile(reader, error, bytes, pid, t)) : status;
}

typedef struct entries {
    int64_t base;
    rr_status (*each)(void *context, uint64_t leaf, rr_blob entry);
    void *context;
} entries;

static rr_status entry_row(void *context, rr_file_error *error, sqlite3_stmt *row) {
    const entries *e = context;
    rr_blob blob;
    if (!rr_db_blob(&blob, row, 1)) return rr_damaged(error, "entry", -1);
    return e->each(e->context, (uint64_t)(sqlite3_column_int64(row, 0) - e->base), blob);
}

rr_status rr_store_entries(rr_store_reader *reader, rr_file_error *error, const rr_pid *pid, uint64_t first, uint64_t count,
                           rr_status (*each)(void *context, uint64_t leaf, rr_blob entry), void *context) {
    int64_t number;
    uint64_t size;
    rr_status status = begin(reader, error);
    if (status != RR_OK) return status;
    status = find_log(reader, error, &number, &size, pid);
    if (status == RR_OK && first < size) {
        uint64_t last = count > size - first ? size : first + count;
        entries e = {number << RR_LOG_SHIFT, each, context};
        rr_value values[] = {RR_INT(e.base + (int64_t)first), RR_INT(e.base + (int64_t)last)};
        status = rr_conn_each(&reader->conn, error, "SELECT id, bytes FROM entry WHERE id >= ?1 AND id < ?2 ORDER BY id",
                              values, 2, entry_row, &e);
    }
    return end(reader, status);
}
