/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite types values, not columns: any row may hold anything.  Here is what each may hold.  Large values are measured, not loaded. */
#include <string.h>

#include "evidence/source.h"
#include "roundrobin/log.h"
#include "roundrobin/note.h"

enum { TEXT_MAX = 4096, LEAVES_MAX = 0x7fffffff };
static const int64_t places_max = 0xffffffff;

static bool is_small_text(const rr_rows *r, unsigned column, bool may_be_null) {
    rr_text text;
    if (may_be_null && rr_rows_is_null(r, column)) return true;
    return rr_rows_text(&text, r, column) && text.len <= TEXT_MAX;
}

static bool is_number(const rr_rows *r, unsigned column, bool may_be_null) {
    int64_t number;
    if (may_be_null && rr_rows_is_null(r, column)) return true;
    return rr_rows_integer(&number, r, column) && number >= 0 && number <= places_max;
}

static bool is_blob(const rr_rows *r, unsigned column, size_t least, size_t most) {
    rr_blob blob;
    return rr_rows_blob(&blob, r, column) && blob.len >= least && blob.len <= most;
}

/* Each looks at one row: NULL, or the rule that it breaks. */
static const char wrong_type[] = "a column does not have its type or size";

static const char *document_row(rr_source *source, const rr_rows *r) {
    int64_t id = r->values[0].number;
    rr_text name;
    if (id < RR_DOC_PETITION || id >= RR_DOC_END) return "there is no document of this number";
    if (!rr_rows_text(&name, r, RR_DOCUMENT_NAME) || !is_blob(r, RR_DOCUMENT_BYTES, 0, RR_DOCUMENT_MAX)) return wrong_type;
    const char *is = rr_document_name((rr_document)id);
    if (name.len != strlen(is) || memcmp(name.start, is, name.len) != 0) return "the document of this number has another name";
    source->document_len[id] = r->values[RR_DOCUMENT_BYTES].len;
    return NULL;
}

static const char *member_row(rr_source *source, const rr_rows *r) {
    (void)source;
    bool good = is_small_text(r, RR_MEMBER_MEMBER, false) && is_small_text(r, RR_MEMBER_CLASS, false) &&
                is_small_text(r, RR_MEMBER_COUNTED_AS, false) && is_small_text(r, RR_MEMBER_BASIS, false) &&
                is_number(r, RR_MEMBER_RING, false) && is_small_text(r, RR_MEMBER_NAME, true);
    return good ? NULL : wrong_type;
}

static const char *leaf_row(rr_source *source, const rr_rows *r) {
    (void)source;
    bool good = is_number(r, RR_LEAF_KIND, true) && is_number(r, RR_LEAF_NUMBER, true) &&
                (rr_rows_is_null(r, RR_LEAF_NULLIFIER) || is_blob(r, RR_LEAF_NULLIFIER, 32, 32)) &&
                is_blob(r, RR_LEAF_BYTES, 0, RR_ENTRY_MAX);
    return good ? NULL : wrong_type;
}

static const char *tile_row(rr_source *source, const rr_rows *r) {
    (void)source;
    bool good = is_number(r, RR_TILE_LEVEL, false) && is_number(r, RR_TILE_NUMBER, false) &&
                is_blob(r, RR_TILE_HASHES, 32, RR_TILE_BYTES);
    return good ? NULL : wrong_type;
}

static const char *checkpoint_row(rr_source *source, const rr_rows *r) {
    (void)source;
    if (r->values[0].number < 1) return "a checkpoint is of one leaf at the least";
    return is_blob(r, RR_CHECKPOINT_NOTE, 1, RR_NOTE_MAX) ? NULL : wrong_type;
}

static const char *opening_row(rr_source *source, const rr_rows *r) {
    (void)source;
    return is_blob(r, RR_OPENING_HASH, 32, 32) && is_blob(r, RR_OPENING_BYTES, 0, RR_DOCUMENT_MAX) ? NULL : wrong_type;
}

/* Rows are numbered densely from 0 where `dense` says so. */
static const struct shape {
    const char *(*row)(rr_source *source, const rr_rows *r);
    int64_t most;
    bool dense;
} shapes[RR_TABLES] = {
    [RR_TABLE_DOCUMENT] = {document_row, RR_DOC_END, false},
    [RR_TABLE_MEMBER] = {member_row, 0xffffffff, true},
    [RR_TABLE_LEAF] = {leaf_row, LEAVES_MAX, true},
    [RR_TABLE_TILE] = {tile_row, LEAVES_MAX, true},
    [RR_TABLE_CHECKPOINT] = {checkpoint_row, LEAVES_MAX, false},
    [RR_TABLE_OPENING] = {opening_row, 65536, true},
};

static rr_status check_table(rr_source *source, rr_file_error *error, rr_table table) {
    rr_rows rows;
    uint64_t *count = &source->rows[table];
    const struct shape *shape = &shapes[table];
    rr_status status = rr_rows_open(&rows, error, source, table, true);
    *count = 0;
    while (status == RR_OK && (status = source->calls->next(&rows, error)) == RR_OK) {
        const char *rule = NULL;
        if (shape->dense && rows.values[0].number != (int64_t)*count)
            rule = "a row is missing, or there is one too many";
        else if (*count >= (uint64_t)shape->most)
            rule = "there are more rows than this table can have";
        else
            rule = shape->row(source, &rows);
        if (rule)
            status = rr_fail(error, RR_MALFORMED, rr_table_name(table), rows.values[0].number, rule);
        else
            ++*count;
    }
    rr_rows_close(&rows);
    return status == RR_NOT_FOUND ? RR_OK : status;
}

rr_status rr_shape_check(rr_source *source, rr_file_error *error) {
    rr_status status = RR_OK;
    for (int id = 0; id < RR_DOC_END; id++) source->document_len[id] = SIZE_MAX;
    for (rr_table table = 0; table < RR_TABLES && status == RR_OK; table++) status = check_table(source, error, table);
    if (status != RR_OK) return status;
    if (source->document_len[RR_DOC_PETITION] == SIZE_MAX)
        return rr_fail(error, RR_MALFORMED, "petition", -1, "the file holds no petition");
    if (source->document_len[RR_DOC_ROLL] == SIZE_MAX)
        return rr_fail(error, RR_MALFORMED, "roll", -1, "the file holds no roll");
    if (source->rows[RR_TABLE_CHECKPOINT] == 0)
        return rr_fail(error, RR_MALFORMED, "checkpoint", -1, "the file holds no checkpoint");
    return RR_OK;
}
