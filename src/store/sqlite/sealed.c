/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of notices and openings, opening files, ceremonies. */
#include <stdlib.h>
#include <string.h>

#include "store/sqlite/internal.h"

/* ---- parts ------------------------------------------------------------------------------------------------------------- */

rr_status rr_store_keep_part(rr_store *store, rr_file_error *error, const rr_pid *pid, rr_kind kind, uint32_t trustee,
                             rr_blob part) {
    rr_value values[] = {RR_FIXED(pid), RR_INT(kind), RR_INT(trustee), RR_BLOB(part)};
    rr_status status = rr_store_begin(store, error);
    if (status != RR_OK) return status;
    status = RR_RUN(&store->conn, error,
                    "INSERT INTO part VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET bytes = excluded.bytes", values);
    return rr_store_end(store, error, status);
}

typedef struct parts {
    rr_blob *list;
    size_t count;
} parts;

static rr_status part_row(void *context, rr_file_error *error, sqlite3_stmt *row) {
    parts *p = context;
    rr_blob bytes, *grown = realloc(p->list, (p->count + 1) * sizeof *grown);
    if (!grown) return rr_no_memory(error, "part");
    p->list = grown;
    if (!rr_db_blob(&bytes, row, 0)) return rr_damaged(error, "part", -1);
    if (!rr_blob_copy(&grown[p->count], bytes)) return rr_no_memory(error, "part");
    p->count++;
    return RR_OK;
}

/* All blobs of a query, copied. */
static rr_status each_blob(rr_conn *conn, rr_file_error *error, rr_blob **list, size_t *count, const char *sql,
                           const rr_value *values, size_t value_count) {
    parts p = {NULL, 0};
    rr_status status = rr_conn_each(conn, error, sql, values, value_count, part_row, &p);
    if (status != RR_OK) rr_blobs_free(&p.list, &p.count);
    *list = p.list;
    *count = p.count;
    return status;
}

rr_status rr_store_parts(rr_store *store, rr_file_error *error, rr_blob **list, size_t *count, const rr_pid *pid,
                         rr_kind kind) {
    rr_value values[] = {RR_FIXED(pid), RR_INT(kind)};
    rr_status status = rr_store_ready(store, error);
    *list = NULL;
    *count = 0;
    if (status != RR_OK) return status;
    return each_blob(&store->conn, error, list, count, "SELECT bytes FROM part WHERE pid = ?1 AND kind = ?2 ORDER BY trustee",
                     values, 2);
}

rr_status rr_store_drop_parts(rr_store *store, rr_file_error *error, const rr_pid *pid, rr_kind kind) {
    rr_value values[] = {RR_FIXED(pid), RR_INT(kind)};
    rr_status status = rr_store_begin(store, error);
    if (status != RR_OK) return status;
    status = RR_RUN(&store->conn, error, "DELETE FROM part WHERE pid = ?1 AND kind = ?2", values);
    return rr_store_end(store, error, status);
}

rr_status rr_store_openings(rr_store_reader *reader, rr_file_error *error, rr_blob **list, size_t *count, const rr_pid *pid) {
    rr_value values[] = {RR_FIXED(pid)};
    return each_blob(&reader->conn, error, list, count, "SELECT bytes FROM opening WHERE pid = ?1 ORDER BY hash", values, 1);
}

/* ---- ceremonies ------------------------------------------------------------------------------------------------------- */

rr_status rr_store_add_ceremony(rr_store *store, rr_file_error *error, const rr_hash *session, rr_blob text) {
    rr_value values[] = {RR_FIXED(session), RR_BLOB(text)};
    rr_bytes_out there = {NULL, 0};
    rr_status status = rr_store_begin(store, error);
    if (status != RR_OK) return status;
    status = rr_conn_blob(&store->conn, error, &there, "SELECT text FROM ceremony WHERE session = ?1", values, 1);
    if (status == RR_NOT_FOUND)
        status = RR_RUN(&store->conn, error, "INSERT INTO ceremony VALUES (?1, ?2)", values);
    else if (status == RR_OK && (there.len != text.len || memcmp(there.bytes, text.bytes, text.len) != 0))
        status = rr_fail(error, RR_REFUSED, "ceremony", -1, "another ceremony has this session");
    free(there.bytes);
    return rr_store_end(store, error, status);
}

rr_status rr_store_ceremony(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *text, const rr_hash *session) {
    rr_value values[] = {RR_FIXED(session)};
    rr_status status = rr_conn_blob(&reader->conn, error, text, "SELECT text FROM ceremony WHERE session = ?1", values, 1);
    return status == RR_NOT_FOUND ? rr_absent(error, "ceremony", "there is no such ceremony here") : status;
}

rr_status rr_store_add_ceremony_file(rr_store *store, rr_file_error *error, const rr_hash *session, rr_text name,
                                     rr_blob bytes) {
    rr_value values[] = {RR_FIXED(session), RR_STRING(name), RR_BLOB(bytes)};
    rr_bytes_out there = {NULL, 0};
    rr_status status = rr_store_begin(store, error);
    if (status != RR_OK) return status;
    status = rr_conn_blob(&store->conn, error, &there, "SELECT bytes FROM ceremony_file WHERE session = ?1 AND name = ?2",
                          values, 2);
    if (status == RR_NOT_FOUND)
        status = RR_RUN(&store->conn, error, "INSERT INTO ceremony_file VALUES (?1, ?2, ?3)", values);
    else if (status == RR_OK && (there.len != bytes.len || memcmp(there.bytes, bytes.bytes, bytes.len) != 0))
        status = rr_fail(error, RR_REFUSED, "ceremony", -1, "another file of this name came before: it is not replaced");
    free(there.bytes);
    return rr_store_end(store, error, status);
}

rr_status rr_store_ceremony_file(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *bytes, const rr_hash *session,
                                 rr_text name) {
    rr_value values[] = {RR_FIXED(session), RR_STRING(name)};
    rr_status status = rr_conn_blob(&reader->conn, error, bytes,
                                    "SELECT bytes FROM ceremony_file WHERE session = ?1 AND name = ?2", values, 2);
    return status == RR_NOT_FOUND ? rr_absent(error, "ceremony", "there is no such file") : status;
}
