/* SPDX-License-Identifier: Apache-2.0 */
/* What the importers share: one run over one file, and the rules that hold for every key whatever it came in. */
#ifndef RR_ROLL_IMPORT_SESSION_H
#define RR_ROLL_IMPORT_SESSION_H

#include "base/text.h"
#include "roll/import_table.h"
#include "roundrobin/import.h"

typedef struct rr_import_run {
    rr_import_table *seen;
    const rr_import_options *options;
    const rr_import_sink *sink;
    rr_import_counts counts;
    rr_error *error; /* never NULL */
    uint32_t file;
    rr_status status; /* anything but RR_OK ends the run */
} rr_import_run;

/* A key that an importer found good. */
typedef struct rr_import_found {
    uint32_t line;
    const uint8_t *ed25519; /* 32 bytes */
    const char *name;       /* what it is called by its fingerprint; a member by the grammar */
    const char *what;       /* for the report, should it be refused */
    rr_text principals;     /* allowed_signers: whose key it is, separated by commas; else empty */
} rr_import_found;

/* Hands the key to the sink, or refuses it. */
void rr_import_take(rr_import_run *run, const rr_import_found *found);
void rr_import_refuse(rr_import_run *run, uint32_t line, rr_status status, const char *why, const char *what);
/* Refuses the whole file. */
void rr_import_fail(rr_import_run *run, rr_status status, uint32_t line, const char *rule);

void rr_import_ssh(rr_import_run *run, rr_text file, bool allowed_signers);
void rr_import_openpgp(rr_import_run *run, const uint8_t *file, size_t file_len);

#endif
