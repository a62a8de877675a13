/* SPDX-License-Identifier: Apache-2.0 */
/* An evidence file of unknown origin, opened read-only as hostile input, as a source of evidence.  After rr_evidence_file_open every table, column, type, size
 * and row number is as documented; what the values say is not checked here. */
#ifndef RR_STORE_EVIDENCE_FILE_H
#define RR_STORE_EVIDENCE_FILE_H

#include <sqlite3.h>
#include <sys/stat.h>

#include "evidence/material.h"
#include "evidence/source.h"
#include "store/db.h"

typedef struct rr_evidence_file {
    rr_source source; /* first */
    sqlite3 *db;
    const char *path;
    struct stat stat; /* when it was opened */
    uint64_t budget;  /* calls of the progress handler that are left: no query may run for ever */
    const rr_step *step;
    sqlite3_stmt *one_leaf;
} rr_evidence_file;

/* `path`, `step` and *file stay where they are until it is closed.  RR_OK, RR_MALFORMED, RR_UNSUPPORTED (a newer version), RR_IO,
 * RR_NO_SPACE.  Close it in any case. */
rr_status rr_evidence_file_open(rr_evidence_file *file, rr_file_error *error, const char *path, const rr_step *step);
/* Was the file changed since it was opened?  Then nothing that was read can be relied upon. */
rr_status rr_evidence_file_unchanged(const rr_evidence_file *file, rr_file_error *error);
void rr_evidence_file_close(rr_evidence_file *file);

#endif
