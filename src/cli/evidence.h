/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence files, as commands use them. */
#ifndef RR_CLI_EVIDENCE_H
#define RR_CLI_EVIDENCE_H

#include "cli/tool.h"
#include "cli/witnesses.h"
#include "roundrobin/evidence.h"

/* Verifies the file with a progress bar; fails only where it cannot be read.  Free the report.  `own` may be NULL: no witnesses of one's own. */
rr_evidence_report *rr_verify_evidence(const char *path, const rr_vkey_list *own);
rr_confirmation rr_confirmation_in(const rr_evidence_report *report);
/* The report of a file that verifies and is of this petition; fails else. */
rr_evidence_report *rr_read_evidence(const char *path, const rr_pid *pid);
/* "roll 12: the rule", with what SQLite or the system said. */
const char *rr_file_error_text(const rr_file_error *error);
/* Fails with the status that fits. */
RR_NORETURN void rr_die_of(const char *path, const rr_file_error *error, const char *what_to_do);

/* What the directory log of a server was found to hold; its root as hex. */
typedef struct rr_directory_words {
    const char *text; /* "holds ..." */
    uint64_t size;
    const char *root, *server;
    bool witnessed; /* by most of one's own witnesses, or by as many as the petition needs */
} rr_directory_words;

/* verify's two ways of printing a report (report_text.c, report_json.c); `directory` NULL: none was asked. */
void rr_print_report(FILE *out, const rr_evidence_report *report, bool names, const rr_directory_words *directory);
void rr_print_report_json(FILE *out, const rr_evidence_report *report, const rr_directory_words *directory);

#endif
