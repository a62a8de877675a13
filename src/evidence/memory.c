/* SPDX-License-Identifier: Apache-2.0 */
/* An evidence file whose bytes are in memory, as a source of evidence. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "evidence/btree.h"
#include "evidence/header.h"
#include "evidence/verification.h"
#include "roundrobin/log.h"
#include "sql_evidence.h"

static const char damaged[] = "the database is damaged", no_memory[] = "there is not enough memory";

typedef struct memory_source {
    rr_source source; /* first */
    rr_btree_file file;
    uint32_t roots[RR_TABLES];
    uint8_t *leaf; /* an entry that is not in one piece */
} memory_source;

static memory_source *memory_of(rr_source *source) {
    return (memory_source *)source;
}

/* ---- rows ----------------------------------------------------------------------------------------------------------- */

typedef struct pass {
    rr_btree_cursor cursor;
    uint8_t *payload; /* of a row that is not in one piece */
    size_t room;
} pass;

static rr_status open_rows(rr_rows *rows, rr_file_error *error) {
    memory_source *m = memory_of(rows->source);
    pass *p = calloc(1, sizeof *p);
    if (!p) return rr_fail(error, RR_NO_SPACE, rr_table_name(rows->table), -1, no_memory);
    rr_btree_first(&p->cursor, &m->file, m->roots[rows->table]);
    rows->state = p;
    return RR_OK;
}

/* The columns of a row of ours, of whose record `have` bytes are here.  The first one is the row's number, whatever the record holds in its place:
 * SQLite does not look at that. */
static bool read_columns(rr_value *values, rr_table table, const rr_btree_row *row, const uint8_t *bytes, size_t have) {
    if (!rr_btree_record(values, rr_table_columns(table), bytes, have, row->len)) return false;
    values[0] = (rr_value){.type = RR_VALUE_INTEGER, .number = row->number};
    return true;
}

/* All of it, in one piece. */
static const uint8_t *whole(pass *p, const rr_btree_file *file, const rr_btree_row *row) {
    if (row->local_len == row->len) return row->local;
    if (row->len > p->room) {
        free(p->payload);
        p->payload = malloc(row->len);
        p->room = p->payload ? row->len : 0;
    }
    if (p->payload) rr_btree_payload(p->payload, file, row);
    return p->payload;
}

static rr_status next_row(rr_rows *rows, rr_file_error *error) {
    const char *name = rr_table_name(rows->table);
    unsigned columns = rr_table_columns(rows->table), large = rr_table_large(rows->table);
    pass *p = rows->state;
    rr_btree_row row;
    if (!rr_btree_next(&row, &p->cursor)) return RR_NOT_FOUND;
    /* What is only measured need not be here, if all before it is. */
    bool good = read_columns(rows->values, rows->table, &row, row.local, row.local_len);
    bool here = good;
    for (unsigned i = 1; here && i < columns; i++)
        here = rows->values[i].type < RR_VALUE_TEXT || rows->values[i].bytes || (rows->measured && i == large);
    if (!here) {
        const uint8_t *bytes = whole(p, p->cursor.file, &row);
        if (!bytes) return rr_fail(error, RR_NO_SPACE, name, row.number, no_memory);
        good = read_columns(rows->values, rows->table, &row, bytes, row.len);
    }
    return good ? RR_OK : rr_fail(error, RR_MALFORMED, name, row.number, damaged);
}

static void close_rows(rr_rows *rows) {
    pass *p = rows->state;
    if (p) free(p->payload);
    free(p);
    rows->state = NULL;
}

/* The last column of a row, copied.  RR_NOT_FOUND: there is no such row. */
static rr_status copy_last(memory_source *m, uint8_t **bytes, size_t *len, rr_table table, int64_t number) {
    rr_btree_row row;
    rr_value values[RR_COLUMNS];
    unsigned columns = rr_table_columns(table);
    *bytes = NULL;
    if (!rr_btree_find(&row, &m->file, m->roots[table], number)) return RR_NOT_FOUND;
    if (!read_columns(values, table, &row, row.local, row.local_len) || values[columns - 1].type != RR_VALUE_BLOB)
        return RR_MALFORMED;
    *len = values[columns - 1].len;
    uint8_t *payload = malloc(row.len ? row.len : 1);
    if (!payload) return RR_NO_SPACE;
    rr_btree_payload(payload, &m->file, &row);
    /* It ends the record. */
    memmove(payload, payload + (row.len - *len), *len);
    *bytes = payload;
    return RR_OK;
}

static rr_status load_large(rr_source *source, rr_file_error *error, uint8_t **bytes, size_t len, rr_table table, int64_t row) {
    size_t have = 0;
    rr_status status = copy_last(memory_of(source), bytes, &have, table, row);
    if (status == RR_NO_SPACE) return rr_fail(error, RR_NO_SPACE, rr_table_name(table), row, no_memory);
    return status == RR_OK && have == len ? RR_OK : rr_fail(error, RR_MALFORMED, rr_table_name(table), row, damaged);
}

static rr_status one_leaf(rr_source *source, rr_file_error *error, rr_blob *entry, uint64_t leaf) {
    memory_source *m = memory_of(source);
    free(m->leaf);
    rr_status status = copy_last(m, &m->leaf, &entry->len, RR_TABLE_LEAF, (int64_t)leaf);
    entry->bytes = m->leaf;
    if (status == RR_NO_SPACE) return rr_fail(error, RR_NO_SPACE, "leaf", (int64_t)leaf, no_memory);
    return status == RR_OK && entry->len <= RR_ENTRY_MAX ? RR_OK : rr_fail(error, RR_MALFORMED, "leaf", (int64_t)leaf, damaged);
}

static const rr_source_calls calls = {open_rows, next_row, close_rows, load_large, one_leaf};

/* ---- the schema ----------------------------------------------------------------------------------------------------- */

/* The next statement that makes a table, as SQLite keeps it: without the semicolon. */
static bool next_statement(rr_text *statement, const char **at) {
    const char *begin = strstr(*at, "CREATE TABLE "), *end = begin ? strstr(begin, "\n);") : NULL;
    if (!end) return false;
    *statement = (rr_text){begin, (size_t)(end + 2 - begin)};
    *at = end;
    return true;
}

static bool is_text(const rr_value *value, rr_text text) {
    return value->type == RR_VALUE_TEXT && value->len == text.len && memcmp(value->bytes, text.start, text.len) == 0;
}

/* Rows of the schema are (type, name, table's name, root page, statement). */
static rr_status check_schema_row(memory_source *m, rr_file_error *error, rr_table table, const rr_value values[],
                                  rr_text statement) {
    rr_text name = rr_text_of(rr_table_name(table));
    if (!is_text(&values[0], rr_text_of("table")) || !is_text(&values[1], name) || !is_text(&values[2], name) ||
        !is_text(&values[4], statement))
        return rr_fail(error, RR_MALFORMED, "schema", -1, rr_schema_table);
    if (values[3].type != RR_VALUE_INTEGER || values[3].number < 2 || values[3].number > (int64_t)m->file.pages)
        return rr_fail(error, RR_MALFORMED, "file", -1, damaged);
    m->roots[table] = (uint32_t)values[3].number;
    return RR_OK;
}

static rr_status check_schema(memory_source *m, rr_file_error *error) {
    enum { COLUMNS = 5 };
    const char *at = (const char *)rr_sql_evidence;
    rr_btree_cursor cursor;
    rr_btree_row row;
    pass p = {.payload = NULL};
    rr_status status = RR_OK;
    rr_btree_first(&cursor, &m->file, 1);
    for (rr_table table = 0; table < RR_TABLES && status == RR_OK; table++) {
        rr_value values[COLUMNS];
        rr_text statement;
        if (!rr_btree_next(&row, &cursor) || !next_statement(&statement, &at)) {
            status = rr_fail(error, RR_MALFORMED, "schema", -1, rr_schema_objects);
            break;
        }
        const uint8_t *bytes = whole(&p, &m->file, &row);
        if (!bytes)
            status = rr_fail(error, RR_NO_SPACE, "file", -1, no_memory);
        else if (!rr_btree_record(values, COLUMNS, bytes, row.len, row.len))
            status = rr_fail(error, RR_MALFORMED, "file", -1, damaged);
        else
            status = check_schema_row(m, error, table, values, statement);
    }
    free(p.payload);
    return status;
}

/* ---- opening -------------------------------------------------------------------------------------------------------- */

/* Every page is of one tree, or SQLite never uses it. */
static bool check_pages(memory_source *m) {
    for (rr_table table = 0; table < RR_TABLES; table++)
        if (!rr_btree_check(&m->file, m->roots[table])) return false;
    for (uint32_t page = 1; page <= m->file.pages; page++)
        if (!m->file.used[page - 1] && page != RR_BTREE_LOCK_PAGE) return false;
    return true;
}

static rr_status open_memory(memory_source *m, rr_file_error *error, const uint8_t *file, size_t len) {
    if (len < RR_EVIDENCE_HEADER) return rr_fail(error, RR_MALFORMED, "file", -1, "this is not an SQLite database");
    rr_status status = rr_evidence_header_check(error, file, len);
    if (status != RR_OK) return status;
    m->file = (rr_btree_file){file, (uint32_t)(len / RR_BTREE_PAGE), calloc(len / RR_BTREE_PAGE, 1)};
    if (!m->file.used) return rr_fail(error, RR_NO_SPACE, "file", -1, no_memory);
    if (!rr_btree_check(&m->file, 1)) return rr_fail(error, RR_MALFORMED, "file", -1, damaged);
    status = check_schema(m, error);
    if (status == RR_OK && !check_pages(m)) status = rr_fail(error, RR_MALFORMED, "file", -1, damaged);
    if (status == RR_OK) status = rr_shape_check(&m->source, error);
    return status == RR_OK ? rr_documents_load(&m->source, error) : status;
}

rr_status rr_evidence_verify_memory(rr_evidence_report **report, const uint8_t *file, size_t len,
                                    const rr_evidence_options *options) {
    memory_source m = {.source = {.calls = &calls, .has_columns = true}};
    rr_file_error *error;
    *report = NULL;
    if (!file || !options || !options->random) return RR_ARGUMENT;
    rr_verification *v = rr_verification_new(&error, options);
    if (!v) return RR_NO_SPACE;
    rr_status status = open_memory(&m, error, file, len);
    rr_verification_run(v, &m.source, status);
    status = rr_verification_end(report, v, &m.source);
    free(m.file.used);
    free(m.leaf);
    return status;
}
