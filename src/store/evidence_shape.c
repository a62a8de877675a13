/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite types values, not columns: any row may hold anything.  Here is what each may hold.  Large values are measured, not loaded. */
#include <string.h>

#include "roundrobin/log.h"
#include "roundrobin/note.h"
#include "store/evidence_file.h"

enum { TEXT_MAX = 4096, LEAVES_MAX = 0x7fffffff };
static const sqlite3_int64 places_max = 0xffffffff;

static bool is_type(sqlite3_stmt *s, int column, const char *type) {
    rr_text text;
    return rr_db_text(&text, s, column) && text.len == strlen(type) && memcmp(text.start, type, text.len) == 0;
}

static bool is_length(sqlite3_stmt *s, int column, sqlite3_int64 least, sqlite3_int64 most) {
    return rr_db_is_integer(s, column) && sqlite3_column_int64(s, column) >= least && sqlite3_column_int64(s, column) <= most;
}

static bool is_small_text(sqlite3_stmt *s, int column, bool may_be_null) {
    rr_text text;
    if (may_be_null && sqlite3_column_type(s, column) == SQLITE_NULL) return true;
    return rr_db_text(&text, s, column) && text.len <= TEXT_MAX;
}

static bool is_number(sqlite3_stmt *s, int column, bool may_be_null) {
    if (may_be_null && sqlite3_column_type(s, column) == SQLITE_NULL) return true;
    return is_length(s, column, 0, places_max);
}

static bool is_32_bytes(sqlite3_stmt *s, int column, bool may_be_null) {
    rr_blob blob;
    if (may_be_null && sqlite3_column_type(s, column) == SQLITE_NULL) return true;
    return rr_db_blob(&blob, s, column) && blob.len == 32;
}

/* Each looks at one row (the row's number is column 0): NULL, or the rule that it breaks. */
static const char wrong_type[] = "a column does not have its type or size";

static const char *document_row(rr_evidence_file *file, sqlite3_stmt *s) {
    sqlite3_int64 id = sqlite3_column_int64(s, 0);
    rr_text name;
    if (id < RR_DOC_PETITION || id >= RR_DOC_END) return "there is no document of this number";
    if (!rr_db_text(&name, s, 1) || !is_type(s, 2, "blob") || !is_length(s, 3, 0, RR_DOCUMENT_MAX)) return wrong_type;
    const char *is = rr_document_name((rr_document)id);
    if (name.len != strlen(is) || memcmp(name.start, is, name.len) != 0) return "the document of this number has another name";
    file->document_len[id] = (size_t)sqlite3_column_int64(s, 3);
    return NULL;
}

static const char *member_row(rr_evidence_file *file, sqlite3_stmt *s) {
    (void)file;
    bool good = is_small_text(s, 1, false) && is_small_text(s, 2, false) && is_small_text(s, 3, false) &&
                is_small_text(s, 4, false) && is_number(s, 5, false) && is_small_text(s, 6, true);
    return good ? NULL : wrong_type;
}

static const char *leaf_row(rr_evidence_file *file, sqlite3_stmt *s) {
    (void)file;
    bool good = is_number(s, 1, true) && is_number(s, 2, true) && is_32_bytes(s, 3, true) && is_type(s, 4, "blob") &&
                is_length(s, 5, 0, RR_ENTRY_MAX);
    return good ? NULL : wrong_type;
}

static const char *tile_row(rr_evidence_file *file, sqlite3_stmt *s) {
    (void)file;
    bool good = is_number(s, 1, false) && is_number(s, 2, false) && is_type(s, 3, "blob") && is_length(s, 4, 32, RR_TILE_BYTES);
    return good ? NULL : wrong_type;
}

static const char *checkpoint_row(rr_evidence_file *file, sqlite3_stmt *s) {
    (void)file;
    if (sqlite3_column_int64(s, 0) < 1) return "a checkpoint is of one leaf at the least";
    return is_type(s, 1, "blob") && is_length(s, 2, 1, RR_NOTE_MAX) ? NULL : wrong_type;
}

static const char *opening_row(rr_evidence_file *file, sqlite3_stmt *s) {
    (void)file;
    return is_32_bytes(s, 1, false) && is_type(s, 2, "blob") && is_length(s, 3, 0, RR_DOCUMENT_MAX) ? NULL : wrong_type;
}

/* Rows are read in the order of their numbers, which are dense from 0 where `dense` says so. */
static const struct table {
    const char *name, *query;
    const char *(*row)(rr_evidence_file *file, sqlite3_stmt *s);
    sqlite3_int64 most;
    bool dense;
} tables[] = {
    {"document", "SELECT id, name, typeof(bytes), length(bytes) FROM document ORDER BY id", document_row, RR_DOC_END, false},
    {"member", "SELECT place, member, class, counted_as, basis, ring, name FROM member ORDER BY place", member_row, 0xffffffff,
     true},
    {"leaf", "SELECT leaf, kind, number, nullifier, typeof(bytes), length(bytes) FROM leaf ORDER BY leaf", leaf_row, LEAVES_MAX,
     true},
    {"tile", "SELECT id, level, number, typeof(hashes), length(hashes) FROM tile ORDER BY id", tile_row, LEAVES_MAX, true},
    {"checkpoint", "SELECT size, typeof(note), length(note) FROM checkpoint ORDER BY size", checkpoint_row, LEAVES_MAX, false},
    {"opening", "SELECT id, hash, typeof(bytes), length(bytes) FROM opening ORDER BY id", opening_row, 65536, true},
};

static rr_status check_table(rr_evidence_file *file, rr_file_error *error, uint64_t *rows, const struct table *table) {
    sqlite3_stmt *s = NULL;
    rr_status status = RR_OK;
    int code = sqlite3_prepare_v2(file->db, table->query, -1, &s, NULL);
    *rows = 0;
    if (code != SQLITE_OK) status = rr_db_fail(error, file->db, table->name);
    while (status == RR_OK && (code = sqlite3_step(s)) == SQLITE_ROW) {
        sqlite3_int64 number = sqlite3_column_int64(s, 0);
        const char *rule = NULL;
        if (table->dense && number != (sqlite3_int64)*rows)
            rule = "a row is missing, or there is one too many";
        else if (*rows >= (uint64_t)table->most)
            rule = "there are more rows than this table can have";
        else
            rule = table->row(file, s);
        if (rule)
            status = rr_fail(error, RR_MALFORMED, table->name, number, rule);
        else
            ++*rows;
    }
    if (status == RR_OK && code != SQLITE_DONE) status = rr_db_fail(error, file->db, table->name);
    sqlite3_finalize(s);
    return status;
}

rr_status rr_evidence_shape_check(rr_evidence_file *file, rr_file_error *error) {
    uint64_t documents = 0;
    uint64_t *const rows[] = {&documents, &file->members, &file->leaves, &file->tiles, &file->checkpoints, &file->openings};
    rr_status status = RR_OK;
    for (int id = 0; id < RR_DOC_END; id++) file->document_len[id] = SIZE_MAX;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && status == RR_OK; i++)
        status = check_table(file, error, rows[i], &tables[i]);
    if (status != RR_OK) return status;
    if (file->document_len[RR_DOC_PETITION] == SIZE_MAX)
        return rr_fail(error, RR_MALFORMED, "petition", -1, "the file holds no petition");
    if (file->document_len[RR_DOC_ROLL] == SIZE_MAX) return rr_fail(error, RR_MALFORMED, "roll", -1, "the file holds no roll");
    if (file->checkpoints == 0) return rr_fail(error, RR_MALFORMED, "checkpoint", -1, "the file holds no checkpoint");
    return RR_OK;
}
