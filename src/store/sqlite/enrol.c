/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolment: editions, codes, keys, books, receipts. */
#include <stdlib.h>
#include <string.h>

#include "store/sqlite/internal.h"

#define EDITION(key) RR_FIXED(&(key)->roll_id), RR_INT((key)->edition)

static const char no_edition[] = "there is no such edition here";

/* *open: -1 if there is no such edition. */
static rr_status edition_open(rr_conn *conn, rr_file_error *error, int64_t *open, const rr_store_edition_key *key) {
    rr_value values[] = {EDITION(key)};
    rr_status status =
        rr_conn_integer(conn, error, open, "SELECT open FROM edition WHERE roll_id = ?1 AND edition = ?2", values, 2);
    if (status == RR_NOT_FOUND) *open = -1;
    return status == RR_NOT_FOUND ? RR_OK : status;
}

/* ---- opening and closing -------------------------------------------------------------------------------------------- */

static rr_status replace_edition(rr_conn *conn, rr_file_error *error, const rr_store_edition_key *key, rr_blob text) {
    rr_value edition[] = {EDITION(key), RR_BLOB(text)};
    rr_value old[] = {EDITION(key)};
    rr_status status = RR_RUN(conn, error,
                              "INSERT INTO edition VALUES (?1, ?2, 1, ?3)"
                              " ON CONFLICT DO UPDATE SET open = 1, text = excluded.text",
                              edition);
    if (status == RR_OK) status = RR_RUN(conn, error, "DELETE FROM code WHERE roll_id = ?1 AND edition = ?2", old);
    if (status == RR_OK) status = RR_RUN(conn, error, "DELETE FROM ssh WHERE roll_id = ?1 AND edition = ?2", old);
    return status;
}

/* The codes of those who have enrolled were used: a list that holds them still does not bring them back. */
static rr_status add_codes(rr_conn *conn, rr_file_error *error, const rr_store_edition_key *key, const rr_store_code *codes,
                           size_t count) {
    rr_status status = RR_OK;
    for (size_t i = 0; i < count && status == RR_OK; i++) {
        rr_value values[] = {EDITION(key), RR_STRING(codes[i].member), RR_FIXED(&codes[i].hash)};
        status = RR_RUN(conn, error,
                        "INSERT INTO code SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS"
                        " (SELECT 1 FROM enrolment WHERE roll_id = ?1 AND edition = ?2 AND member = ?3)"
                        " ON CONFLICT DO NOTHING",
                        values);
    }
    return status;
}

static rr_status add_ssh(rr_conn *conn, rr_file_error *error, const rr_store_edition_key *key, const rr_store_ssh *ssh,
                         size_t count) {
    rr_status status = RR_OK;
    for (size_t i = 0; i < count && status == RR_OK; i++) {
        int changes = 0;
        rr_value values[] = {EDITION(key), RR_STRING(ssh[i].member), RR_BYTES(ssh[i].key, 32)};
        status =
            rr_conn_run(conn, error, "INSERT INTO ssh VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING", values, 4, &changes);
        if (status == RR_OK && changes == 0)
            status = rr_fail(error, RR_REFUSED, "SSH list", (int64_t)i + 1, "this member is listed twice: one key a member");
    }
    return status;
}

rr_status rr_store_open_edition(rr_store *store, rr_file_error *error, const rr_store_edition_key *key, rr_blob text,
                                const rr_store_code *codes, size_t code_count, const rr_store_ssh *ssh, size_t ssh_count) {
    if (!text.bytes || text.len > RR_ENTRY_MAX)
        return rr_fail(error, RR_ARGUMENT, "edition", -1, "an edition file has at most 65535 bytes");
    rr_status status = rr_store_begin(store, error);
    if (status != RR_OK) return status;
    status = replace_edition(&store->conn, error, key, text);
    if (status == RR_OK) status = add_codes(&store->conn, error, key, codes, code_count);
    if (status == RR_OK) status = add_ssh(&store->conn, error, key, ssh, ssh_count);
    return rr_store_end(store, error, status);
}

rr_status rr_store_close_edition(rr_store *store, rr_file_error *error, const rr_store_edition_key *key) {
    int64_t open = -1;
    rr_value values[] = {EDITION(key)};
    rr_status status = rr_store_begin(store, error);
    if (status != RR_OK) return status;
    status = edition_open(&store->conn, error, &open, key);
    if (status == RR_OK && open < 0) status = rr_absent(error, "edition", no_edition);
    if (status == RR_OK)
        status = RR_RUN(&store->conn, error, "UPDATE edition SET open = 0 WHERE roll_id = ?1 AND edition = ?2", values);
    return rr_store_end(store, error, status);
}

/* ---- looking -------------------------------------------------------------------------------------------------------- */

typedef struct edition_out {
    rr_growing text;
    bool *open;
    bool found;
} edition_out;

static rr_status edition_row(void *context, rr_file_error *error, sqlite3_stmt *row) {
    edition_out *e = context;
    rr_blob text;
    if (!rr_db_is_integer(row, 0) || !rr_db_blob(&text, row, 1)) return rr_damaged(error, "edition", -1);
    *e->open = sqlite3_column_int64(row, 0) != 0;
    e->found = true;
    return rr_growing_add(&e->text, text.bytes, text.len) ? RR_OK : rr_no_memory(error, "edition");
}

rr_status rr_store_edition(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *text, bool *open,
                           const rr_store_edition_key *key) {
    edition_out e = {.open = open};
    rr_value values[] = {EDITION(key)};
    *text = (rr_bytes_out){NULL, 0};
    rr_status status = rr_conn_each(&reader->conn, error, "SELECT open, text FROM edition WHERE roll_id = ?1 AND edition = ?2",
                                    values, 2, edition_row, &e);
    if (status == RR_OK && !e.found) return rr_absent(error, "edition", no_edition);
    if (status == RR_OK)
        *text = (rr_bytes_out){e.text.bytes, e.text.len};
    else
        free(e.text.bytes);
    return status;
}

rr_status rr_store_editions(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *bundle, bool open_only) {
    rr_value values[] = {RR_INT(open_only)};
    return rr_reader_bundle(reader, error, bundle, "SELECT text FROM edition WHERE open >= ?1 ORDER BY roll_id, edition",
                            values, 1);
}

static const char code_query[] = "SELECT count(*) FROM code WHERE roll_id = ?1 AND edition = ?2 AND member = ?3 AND hash = ?4";

static rr_status find_code(rr_conn *conn, rr_file_error *error, const rr_store_edition_key *key, rr_text member,
                           const rr_hash *code) {
    int64_t count = 0;
    rr_value values[] = {EDITION(key), RR_STRING(member), RR_FIXED(code)};
    rr_status status = rr_conn_integer(conn, error, &count, code_query, values, 4);
    if (status == RR_OK && count == 0) return rr_absent(error, "code", "this member has no such unused code");
    return status;
}

rr_status rr_store_find_code(rr_store_reader *reader, rr_file_error *error, const rr_store_edition_key *key, rr_text member,
                             const rr_hash *code) {
    return find_code(&reader->conn, error, key, member, code);
}

rr_status rr_store_find_ssh(rr_store_reader *reader, rr_file_error *error, const rr_store_edition_key *key, rr_text member,
                            uint8_t ssh_key[32]) {
    rr_value values[] = {EDITION(key), RR_STRING(member)};
    rr_status status = rr_conn_fixed(&reader->conn, error, ssh_key, 32,
                                     "SELECT key FROM ssh WHERE roll_id = ?1 AND edition = ?2 AND member = ?3", values, 3);
    return status == RR_NOT_FOUND ? rr_absent(error, "SSH list", "no key is listed for this member") : status;
}

/* ---- enrolling ------------------------------------------------------------------------------------------------------ */

/* RR_OK: this member with this book is here; RR_NOT_FOUND: nobody and nothing of it; RR_REFUSED. */
static rr_status find_enrolment(rr_conn *conn, rr_file_error *error, const rr_store_edition_key *key,
                                const rr_store_enrolment *e) {
    int64_t same = 0, books = 0;
    rr_value values[] = {EDITION(key), RR_STRING(e->member), RR_BYTES(e->digest, 64)};
    rr_status status = rr_conn_integer(
        conn, error, &same, "SELECT digest = ?4 FROM enrolment WHERE roll_id = ?1 AND edition = ?2 AND member = ?3", values, 4);
    if (status == RR_OK && !same)
        return rr_fail(error, RR_REFUSED, "enrolment", -1, "this member has enrolled already, with another book");
    if (status != RR_NOT_FOUND) return status;
    rr_value book[] = {EDITION(key), RR_BYTES(e->digest, 64)};
    status = rr_conn_integer(conn, error, &books,
                             "SELECT count(*) FROM enrolment WHERE roll_id = ?1 AND edition = ?2 AND digest = ?3", book, 3);
    if (status == RR_OK && books > 0)
        return rr_fail(error, RR_REFUSED, "enrolment", -1, "another member has enrolled with this book");
    return status == RR_OK ? RR_NOT_FOUND : status;
}

static rr_status take_points(rr_conn *conn, rr_file_error *error, const rr_store_edition_key *key,
                             const rr_store_enrolment *e) {
    rr_status status = RR_OK;
    for (size_t i = 0; i < e->point_count && status == RR_OK; i++) {
        int changes = 0;
        rr_value values[] = {EDITION(key), RR_BYTES(e->points[i], 32)};
        status = rr_conn_run(conn, error, "INSERT INTO point VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING", values, 3, &changes);
        if (status == RR_OK && changes == 0)
            status = rr_fail(error, RR_REFUSED, "point", (int64_t)i, "this point is in a book already: make a new book");
    }
    return status;
}

static rr_status enrol(rr_conn *conn, rr_file_error *error, const rr_store_edition_key *key, const rr_store_enrolment *e,
                       const rr_hash *code) {
    int64_t open = -1;
    rr_status status = edition_open(conn, error, &open, key);
    if (status == RR_OK && open < 0) return rr_absent(error, "edition", no_edition);
    if (status == RR_OK) status = find_enrolment(conn, error, key, e);
    if (status != RR_NOT_FOUND) return status; /* the same book again is welcome after the end too */
    if (!open) return rr_fail(error, RR_REFUSED, "edition", -1, "this edition takes no more books");
    status = code ? find_code(conn, error, key, e->member, code) : RR_OK;
    if (status == RR_NOT_FOUND) return rr_fail(error, RR_REFUSED, "code", -1, "this member has no such unused code");
    rr_value member[] = {EDITION(key), RR_STRING(e->member)};
    rr_value values[] = {EDITION(key), RR_STRING(e->member), RR_BYTES(e->digest, 64), RR_BLOB(e->sealed)};
    if (status == RR_OK)
        status = RR_RUN(conn, error, "DELETE FROM code WHERE roll_id = ?1 AND edition = ?2 AND member = ?3", member);
    if (status == RR_OK) status = take_points(conn, error, key, e);
    if (status == RR_OK) status = RR_RUN(conn, error, "INSERT INTO enrolment VALUES (?1, ?2, ?3, ?4, ?5)", values);
    return status;
}

rr_status rr_store_enrol(rr_store *store, rr_file_error *error, const rr_store_edition_key *key,
                         const rr_store_enrolment *enrolment, const rr_hash *code) {
    if (!enrolment->sealed.bytes || enrolment->sealed.len > RR_ENTRY_MAX)
        return rr_fail(error, RR_ARGUMENT, "enrolment", -1, "a sealed request has at most 65535 bytes");
    rr_status status = rr_store_begin(store, error);
    if (status != RR_OK) return status;
    return rr_store_end(store, error, enrol(&store->conn, error, key, enrolment, code));
}

rr_status rr_store_is_enrolled(rr_store_reader *reader, rr_file_error *error, const rr_store_edition_key *key,
                               const uint8_t digest[64]) {
    int64_t count = 0;
    rr_value values[] = {EDITION(key), RR_BYTES(digest, 64)};
    rr_status status =
        rr_conn_integer(&reader->conn, error, &count,
                        "SELECT count(*) FROM enrolment WHERE roll_id = ?1 AND edition = ?2 AND digest = ?3", values, 3);
    return status == RR_OK && count == 0 ? rr_absent(error, "enrolment", "nobody enrolled with this book") : status;
}

rr_status rr_store_enrolments(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *bundle,
                              const rr_store_edition_key *key) {
    rr_value values[] = {EDITION(key)};
    return rr_reader_bundle(reader, error, bundle,
                            "SELECT sealed FROM enrolment WHERE roll_id = ?1 AND edition = ?2 ORDER BY member", values, 2);
}

/* ---- receipts ------------------------------------------------------------------------------------------------------- */

static rr_status add_receipt(rr_conn *conn, rr_file_error *error, const rr_store_edition_key *key, const uint8_t digest[64],
                             rr_blob note) {
    int64_t count = 0;
    rr_value book[] = {EDITION(key), RR_BYTES(digest, 64)};
    rr_value values[] = {EDITION(key), RR_BYTES(digest, 64), RR_BLOB(note)};
    if (!note.bytes) return rr_fail(error, RR_ARGUMENT, "receipt", -1, "a receipt is needed");
    rr_status status = rr_conn_integer(
        conn, error, &count, "SELECT count(*) FROM enrolment WHERE roll_id = ?1 AND edition = ?2 AND digest = ?3", book, 3);
    if (status == RR_OK && count == 0) return rr_absent(error, "receipt", "nobody enrolled with this book");
    return status == RR_OK ? RR_RUN(conn, error, "INSERT INTO receipt VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING", values)
                           : status;
}

rr_status rr_store_add_receipt(rr_store *store, rr_file_error *error, const rr_store_edition_key *key, const uint8_t digest[64],
                               rr_blob note) {
    rr_status status = rr_store_begin(store, error);
    if (status != RR_OK) return status;
    return rr_store_end(store, error, add_receipt(&store->conn, error, key, digest, note));
}

rr_status rr_store_add_receipts(rr_store *store, rr_file_error *error, const rr_store_edition_key *key,
                                const rr_store_receipt_of *receipts, size_t count) {
    rr_status status = rr_store_begin(store, error);
    if (status != RR_OK) return status;
    for (size_t i = 0; i < count && status == RR_OK; i++) {
        status = add_receipt(&store->conn, error, key, receipts[i].digest, receipts[i].note);
        if (status == RR_NOT_FOUND) status = RR_OK;
    }
    return rr_store_end(store, error, status);
}

rr_status rr_store_receipt(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *note, const rr_store_edition_key *key,
                           const uint8_t digest[64]) {
    rr_value values[] = {EDITION(key), RR_BYTES(digest, 64)};
    rr_status status = rr_conn_blob(&reader->conn, error, note,
                                    "SELECT note FROM receipt WHERE roll_id = ?1 AND edition = ?2 AND digest = ?3", values, 3);
    return status == RR_NOT_FOUND ? rr_absent(error, "receipt", "there is no receipt for such a book") : status;
}
