/* SPDX-License-Identifier: Apache-2.0 */
/* The first bytes of an evidence file, which are looked at before anything else reads it. */
#ifndef RR_EVIDENCE_HEADER_H
#define RR_EVIDENCE_HEADER_H

#include "evidence/document.h"

enum { RR_EVIDENCE_PAGE = 4096, RR_EVIDENCE_HEADER = 105, RR_EVIDENCE_TABLES = 6 };

/* Is it the database header that an evidence file of `length` bytes has?  RR_OK, RR_MALFORMED, RR_UNSUPPORTED (a newer version). */
rr_status rr_evidence_header_check(rr_file_error *error, const uint8_t header[RR_EVIDENCE_HEADER], uint64_t length);
/* Is all of the schema on the first page, and has it this many rows? */
rr_status rr_schema_page_check(rr_file_error *error, const uint8_t header[RR_EVIDENCE_HEADER], unsigned rows);

extern const char rr_schema_objects[]; /* the rule that other objects in a schema break, */
extern const char rr_schema_table[];   /* and the one of another table */

#endif
