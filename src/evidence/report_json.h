/* SPDX-License-Identifier: Apache-2.0 */
/* The report for programs (docs/guides/verify.md): of robin verify --json, and of the page.  Counts are there only if the file verifies. */
#ifndef RR_EVIDENCE_REPORT_JSON_H
#define RR_EVIDENCE_REPORT_JSON_H

#include "base/json.h"
#include "roundrobin/evidence.h"

/* The members of an open object, all but the error. */
void rr_report_json(rr_json *j, const rr_evidence_report *report);

/* Its member `confirmed`: how many witnesses have confirmed roll, petition and assignment, of how many. */
void rr_report_json_confirmed(rr_json *j, const rr_evidence_report *report);

#endif
