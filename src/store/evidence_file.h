/* SPDX-License-Identifier: Apache-2.0 */
/* An evidence file of unknown origin, opened read-only as hostile input.  After rr_evidence_file_open every table, column, type, size
 * and row number is as documented; what the values say is not checked here. */
#ifndef RR_STORE_EVIDENCE_FILE_H
#define RR_STORE_EVIDENCE_FILE_H

#include <sqlite3.h>
#include <sys/stat.h>

#include "store/db.h"
#include "store/material.h"

typedef struct rr_evidence_file {
    sqlite3 *db;
    const char *path;
    struct stat stat; /* when it was opened */
    uint64_t budget;  /* calls of the progress handler that are left: no query may run for ever */
    const rr_step *step;
    uint64_t leaves, members, tiles, checkpoints, openings; /* rows */
    sqlite3_stmt *one_leaf;
    uint8_t *documents[RR_DOC_END];
    size_t document_len[RR_DOC_END];
} rr_evidence_file;

/* `path`, `step` and *file stay where they are until it is closed.  RR_OK, RR_MALFORMED, RR_UNSUPPORTED (a newer version), RR_IO,
 * RR_NO_SPACE.  Close it in any case. */
rr_status rr_evidence_file_open(rr_evidence_file *file, rr_file_error *error, const char *path, const rr_step *step);
/* The document, or an absent blob. */
rr_blob rr_evidence_file_document(const rr_evidence_file *file, rr_document id);
/* The entry of a leaf, valid until the next call. */
rr_status rr_evidence_file_leaf(rr_evidence_file *file, rr_file_error *error, rr_blob *entry, uint64_t leaf);
/* Reads a whole blob of `len` bytes into memory of its own. */
rr_status rr_evidence_file_blob(rr_evidence_file *file, rr_file_error *error, uint8_t **bytes, size_t len, const char *table,
                                int64_t row);
/* Was the file changed since it was opened?  Then nothing that was read can be relied upon. */
rr_status rr_evidence_file_unchanged(const rr_evidence_file *file, rr_file_error *error);
/* The documents' memory stays with the caller if `keep`. */
void rr_evidence_file_close(rr_evidence_file *file, bool keep_documents);

/* In evidence_shape.c: types, sizes and row numbers of all tables. */
rr_status rr_evidence_shape_check(rr_evidence_file *file, rr_file_error *error);

#endif
