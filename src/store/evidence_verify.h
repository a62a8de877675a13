/* SPDX-License-Identifier: Apache-2.0 */
/* What the verification of one evidence file works on, shared by its parts. */
#ifndef RR_STORE_EVIDENCE_VERIFY_H
#define RR_STORE_EVIDENCE_VERIFY_H

#include "roundrobin/judge.h"
#include "store/evidence_file.h"

/* The report comes first, so that a pointer to it is one to this: its texts point into files and material. */
typedef struct rr_verification {
    rr_evidence_report report;
    rr_material material;
    rr_evidence_file file;
    uint8_t *documents[RR_DOC_END];
    const rr_evidence_options *options;
    rr_step step;
    rr_check current;
    uint64_t *sizes; /* of the checkpoints, ascending */
    rr_hash *roots;
    rr_hash *leaf_hashes; /* as the checkpoints cover them: what is judged later must be the same entries */
    rr_opening_file *openings;
    size_t opening_count, fault_capacity;
} rr_verification;

/* Notes how a check ended: RR_OK is RR_VERIFIED.  Answers `status`. */
rr_status rr_check_end(rr_verification *v, rr_check check, rr_status status);

/* The checks of the log.  Each answers RR_OK or fills *error. */
rr_status rr_verify_columns(rr_verification *v, rr_file_error *error);
rr_status rr_verify_checkpoints(rr_verification *v, rr_file_error *error);
rr_status rr_verify_log(rr_verification *v, rr_file_error *error);
/* Those of what the log says: RR_CHECK_OPENINGS, then RR_CHECK_RECORDS with all counts of the report. */
rr_status rr_verify_openings(rr_verification *v, rr_file_error *error);
rr_status rr_verify_records(rr_verification *v, rr_file_error *error);

/* What the report says of petition and roll, once they are parsed. */
void rr_report_petition(rr_verification *v);
void rr_report_roll(rr_verification *v);
/* What it says of the judged log.  RR_NO_SPACE. */
rr_status rr_report_counts(rr_verification *v, const rr_case *about, const rr_judge *judge);

#endif
