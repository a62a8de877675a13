/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/source.h"

static const struct {
    const char *name;
    unsigned columns, large;
} tables[RR_TABLES] = {
    [RR_TABLE_DOCUMENT] = {"document", 3, RR_DOCUMENT_BYTES},
    [RR_TABLE_MEMBER] = {"member", 7, 0},
    [RR_TABLE_LEAF] = {"leaf", 5, RR_LEAF_BYTES},
    [RR_TABLE_TILE] = {"tile", 4, RR_TILE_HASHES},
    [RR_TABLE_CHECKPOINT] = {"checkpoint", 2, RR_CHECKPOINT_NOTE},
    [RR_TABLE_OPENING] = {"opening", 3, RR_OPENING_BYTES},
};

const char *rr_table_name(rr_table table) {
    return tables[table].name;
}

unsigned rr_table_columns(rr_table table) {
    return tables[table].columns;
}

unsigned rr_table_large(rr_table table) {
    return tables[table].large;
}

rr_status rr_rows_open(rr_rows *rows, rr_file_error *error, rr_source *source, rr_table table, bool measured) {
    *rows = (rr_rows){.source = source, .table = table, .measured = measured};
    return source->calls->open(rows, error);
}

rr_status rr_rows_next(rr_rows *rows, rr_file_error *error) {
    rr_status status = rows->source->calls->next(rows, error);
    if (status != RR_NOT_FOUND) return status;
    return rr_fail(error, RR_MALFORMED, tables[rows->table].name, -1, "the database is damaged");
}

void rr_rows_close(rr_rows *rows) {
    if (rows->source) rows->source->calls->close(rows);
    rows->source = NULL;
}

bool rr_rows_integer(int64_t *number, const rr_rows *rows, unsigned column) {
    *number = rows->values[column].number;
    return rows->values[column].type == RR_VALUE_INTEGER;
}

bool rr_rows_text(rr_text *text, const rr_rows *rows, unsigned column) {
    const rr_value *value = &rows->values[column];
    *text = (rr_text){(const char *)value->bytes, value->len};
    return value->type == RR_VALUE_TEXT;
}

bool rr_rows_blob(rr_blob *blob, const rr_rows *rows, unsigned column) {
    const rr_value *value = &rows->values[column];
    *blob = (rr_blob){value->bytes, value->len};
    return value->type == RR_VALUE_BLOB;
}

bool rr_rows_is_null(const rr_rows *rows, unsigned column) {
    return rows->values[column].type == RR_VALUE_NULL;
}

rr_status rr_documents_load(rr_source *source, rr_file_error *error) {
    rr_status status = RR_OK;
    for (int id = RR_DOC_PETITION; id < RR_DOC_END && status == RR_OK; id++) {
        /* A length of SIZE_MAX marks what the file does not hold. */
        if (source->document_len[id] != SIZE_MAX)
            status =
                source->calls->large(source, error, &source->documents[id], source->document_len[id], RR_TABLE_DOCUMENT, id);
    }
    return status;
}

rr_blob rr_source_document(const rr_source *source, rr_document id) {
    return (rr_blob){source->documents[id], source->document_len[id]};
}
