/* SPDX-License-Identifier: Apache-2.0 */
/* What an evidence file holds, whoever reads it (docs/spec/evidence.md), and how reading and verifying say what is wrong. */
#ifndef RR_EVIDENCE_DOCUMENT_H
#define RR_EVIDENCE_DOCUMENT_H

#include "roundrobin/evidence.h"

enum {
    RR_DOCUMENT_MAX = 512 * 1024 * 1024,  /* bytes of a roll, a names file, proofs, an opening: well above a million people */
    RR_EVIDENCE_APPLICATION = 0x52526576, /* "RRev" */
    RR_EVIDENCE_VERSION = 2
};

/* The ids of table `document`, and what they are called there. */
typedef enum rr_document {
    RR_DOC_PETITION = 1,
    RR_DOC_ROLL,
    RR_DOC_ROLL_NOTE,
    RR_DOC_ASSIGNMENT,
    RR_DOC_NAMES,
    RR_DOC_ENROLMENTS,
    RR_DOC_CEREMONY,  /* the certificate */
    RR_DOC_TRUSTEES,  /* the trustees' notes, as a bundle */
    RR_DOC_DIRECTORY, /* the directory log's entries, as a bundle */
    RR_DOC_COSIGNED,  /* its checkpoints with cosignatures, as a bundle */
    RR_DOC_END
} rr_document;
const char *rr_document_name(rr_document id);

/* A copy of its own; false: no memory. */
bool rr_blob_copy(rr_blob *copy, rr_blob blob);
/* Frees one of its own, or nothing; or a list of such. */
void rr_blob_free(rr_blob *blob);
void rr_blobs_free(rr_blob **list, size_t *count);

/* Fills *error (which may be NULL) and answers its status. */
rr_status rr_fail(rr_file_error *error, rr_status status, const char *where, int64_t number, const char *rule);

#endif
