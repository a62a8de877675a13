/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the evidence file that are made for queries, as the roll and the entries have them: the writer writes them, the
 * verifier compares them. */
#ifndef RR_EVIDENCE_LEAF_H
#define RR_EVIDENCE_LEAF_H

#include "roundrobin/note.h"
#include "evidence/material.h"

typedef struct rr_member_row {
    rr_text member, class_name, counted_as, basis;
    uint32_t ring;
    rr_text name; /* start NULL: not published */
} rr_member_row;
void rr_member_row_make(rr_member_row *row, const rr_material *material, uint32_t place);

/* A column is NULL where the entry has no such thing: nothing for an entry that is no record of this version, a number for kinds 1 to
 * 4, a nullifier for kinds 1 to 5. */
typedef struct rr_leaf_row {
    bool has_kind, has_number;
    uint32_t kind, number;
    const uint8_t *nullifier;
} rr_leaf_row;
void rr_leaf_row_make(rr_leaf_row *row, rr_blob entry);

/* A checkpoint of the petition log: signed by `log`, of the size that its row says. */
rr_status rr_checkpoint_read(rr_checkpoint *checkpoint, rr_file_error *error, rr_blob note, uint64_t size, const rr_vkey *log);

#endif
