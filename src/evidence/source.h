/* SPDX-License-Identifier: Apache-2.0 */
/* Where evidence comes from: SQLite (store/evidence_file.c), the bytes of an evidence file (memory.c), or parts that somebody gathered (parts.c).
 *
 * A source gives documents, and the rows of tables in the order of their numbers; verification believes nothing of what they hold. */
#ifndef RR_EVIDENCE_SOURCE_H
#define RR_EVIDENCE_SOURCE_H

#include "evidence/document.h"

typedef enum rr_table {
    RR_TABLE_DOCUMENT,
    RR_TABLE_MEMBER,
    RR_TABLE_LEAF,
    RR_TABLE_TILE,
    RR_TABLE_CHECKPOINT,
    RR_TABLE_OPENING,
    RR_TABLES
} rr_table;
const char *rr_table_name(rr_table table);

/* Columns as the schema has them; column 0 is the row's number.  The last one is the large one of tables that have such. */
enum {
    RR_DOCUMENT_NAME = 1,
    RR_DOCUMENT_BYTES,
    RR_MEMBER_MEMBER = 1,
    RR_MEMBER_CLASS,
    RR_MEMBER_COUNTED_AS,
    RR_MEMBER_BASIS,
    RR_MEMBER_RING,
    RR_MEMBER_NAME,
    RR_LEAF_KIND = 1,
    RR_LEAF_NUMBER,
    RR_LEAF_NULLIFIER,
    RR_LEAF_BYTES,
    RR_TILE_LEVEL = 1,
    RR_TILE_NUMBER,
    RR_TILE_HASHES,
    RR_CHECKPOINT_NOTE = 1,
    RR_OPENING_HASH = 1,
    RR_OPENING_BYTES,
    RR_COLUMNS = 7
};
unsigned rr_table_columns(rr_table table);
/* The column that may be large; 0: the table has none. */
unsigned rr_table_large(rr_table table);

typedef enum rr_value_type { RR_VALUE_NULL, RR_VALUE_INTEGER, RR_VALUE_REAL, RR_VALUE_TEXT, RR_VALUE_BLOB } rr_value_type;
typedef struct rr_value {
    rr_value_type type;
    int64_t number;       /* of an integer */
    const uint8_t *bytes; /* of a text or blob, never NULL but for the large column of a pass that only measures */
    size_t len;
} rr_value;

typedef struct rr_source rr_source;

/* One pass over a table.  Several may be on their way. */
typedef struct rr_rows {
    rr_source *source;
    rr_table table;
    bool measured; /* the large column is not loaded */
    rr_value values[RR_COLUMNS];
    void *state; /* the source's */
} rr_rows;

typedef struct rr_source_calls {
    /* Source, table and measured are set; the first row is not read yet. */
    rr_status (*open)(rr_rows *rows, rr_file_error *error);
    /* RR_OK with values[] that live until the next call, RR_NOT_FOUND behind the last row, or an error. */
    rr_status (*next)(rr_rows *rows, rr_file_error *error);
    void (*close)(rr_rows *rows);
    /* The large value of `len` bytes of a row, in memory of its own. */
    rr_status (*large)(rr_source *source, rr_file_error *error, uint8_t **bytes, size_t len, rr_table table, int64_t row);
    /* The entry of a leaf, valid until the next call. */
    rr_status (*leaf)(rr_source *source, rr_file_error *error, rr_blob *entry, uint64_t leaf);
} rr_source_calls;

struct rr_source {
    const rr_source_calls *calls;
    bool has_columns;         /* members, tiles and the columns made for queries, which must say what the rest says */
    uint64_t rows[RR_TABLES]; /* how many, once rr_shape_check is through */
    uint8_t *documents[RR_DOC_END];
    size_t document_len[RR_DOC_END];
};

rr_status rr_rows_open(rr_rows *rows, rr_file_error *error, rr_source *source, rr_table table, bool measured);
/* The next row, which must be there: RR_NOT_FOUND is a damaged file. */
rr_status rr_rows_next(rr_rows *rows, rr_file_error *error);
void rr_rows_close(rr_rows *rows);

/* The value of a column if it is of that type; false if it is not. */
bool rr_rows_integer(int64_t *number, const rr_rows *rows, unsigned column);
bool rr_rows_text(rr_text *text, const rr_rows *rows, unsigned column);
bool rr_rows_blob(rr_blob *blob, const rr_rows *rows, unsigned column);
bool rr_rows_is_null(const rr_rows *rows, unsigned column);

/* SQLite types values, not columns: is each of its documented type and size, are rows numbered as documented?  Then document lengths and
 * rows[] are set. */
rr_status rr_shape_check(rr_source *source, rr_file_error *error);
/* Loads all documents, after rr_shape_check. */
rr_status rr_documents_load(rr_source *source, rr_file_error *error);
/* The document, or an absent blob. */
rr_blob rr_source_document(const rr_source *source, rr_document id);

#endif
