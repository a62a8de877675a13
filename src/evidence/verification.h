/* SPDX-License-Identifier: Apache-2.0 */
/* What the verification of one evidence file works on, shared by its parts. */
#ifndef RR_EVIDENCE_VERIFICATION_H
#define RR_EVIDENCE_VERIFICATION_H

#include "evidence/material.h"
#include "evidence/sightings.h"
#include "evidence/source.h"
#include "roundrobin/judge.h"

/* The report comes first, so that a pointer to it is one to this: its texts point into files and material. */
typedef struct rr_verification {
    rr_evidence_report report;
    rr_material material;
    rr_source *source; /* until the report is given out */
    uint8_t *documents[RR_DOC_END];
    const rr_evidence_options *options;
    rr_step step;
    rr_check current;
    uint64_t *sizes; /* of the checkpoints, ascending */
    rr_hash *roots;
    rr_hash *leaf_hashes; /* as the checkpoints cover them: what is judged later must be the same entries */
    rr_sightings sightings;
    rr_opening_file *openings;
    size_t opening_count, fault_capacity;
    void *judge_memory;
    rr_judge *judge; /* when all was judged; its entries are not asked for any more */
} rr_verification;

/* ---- for sources ---------------------------------------------------------------------------------------------------- */

/* NULL: no memory.  RR_CHECK_FILE begins: what is wrong with the form goes to *error. */
rr_verification *rr_verification_new(rr_file_error **error, const rr_evidence_options *options);
/* Makes all checks of a source that was opened with `status`. */
void rr_verification_run(rr_verification *v, rr_source *source, rr_status status);
/* Gives the report out, which takes the source's documents; answers its status. */
rr_status rr_verification_end(rr_evidence_report **report, rr_verification *v, rr_source *source);
/* After all of it: the source was changed meanwhile. */
void rr_verification_changed(rr_verification *v, const rr_file_error *error);

/* ---- of a report ---------------------------------------------------------------------------------------------------- */

/* Petition, roll, rings and names, as far as they were verified; the report's. */
const rr_material *rr_evidence_report_material(const rr_evidence_report *report);
/* The whole log, judged: ask for states, prospects and counts.  NULL: it was not, because the report does not verify. */
const rr_judge *rr_evidence_report_judge(const rr_evidence_report *report);

/* ---- the checks ----------------------------------------------------------------------------------------------------- */

/* Notes how a check ended: RR_OK is RR_VERIFIED.  Answers `status`. */
rr_status rr_check_end(rr_verification *v, rr_check check, rr_status status);

/* The checks of the log.  Each answers RR_OK or fills *error. */
rr_status rr_load_openings(rr_verification *v, rr_file_error *error);
rr_status rr_verify_columns(rr_verification *v, rr_file_error *error);
rr_status rr_verify_checkpoints(rr_verification *v, rr_file_error *error);
rr_status rr_verify_log(rr_verification *v, rr_file_error *error);
/* The directory log against the log, and who has cosigned it. */
rr_status rr_verify_witnesses(rr_verification *v, rr_file_error *error);
/* Those of what the log says: RR_CHECK_OPENINGS, then RR_CHECK_RECORDS with all counts of the report. */
rr_status rr_verify_openings(rr_verification *v, rr_file_error *error);
rr_status rr_verify_records(rr_verification *v, rr_file_error *error);

/* What the report says of petition and roll, once they are parsed. */
void rr_report_petition(rr_verification *v);
void rr_report_roll(rr_verification *v);
/* What it says of the judged log.  RR_NO_SPACE. */
rr_status rr_report_counts(rr_verification *v, const rr_case *about, const rr_judge *judge);

#endif
