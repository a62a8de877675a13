/* SPDX-License-Identifier: Apache-2.0 */
/* A petition, its roll and what belongs to them, parsed and checked one after another, in memory of their own.  What is parsed must
 * stay where it is as long as the material. */
#ifndef RR_EVIDENCE_MATERIAL_H
#define RR_EVIDENCE_MATERIAL_H

#include "roundrobin/evidence.h"
#include "roundrobin/petition.h"

typedef struct rr_material {
    rr_params *params;
    rr_petition petition;
    rr_subject *subject;
    rr_roll roll;
    rr_rings rings;
    rr_names names;
    void *memory[6];
} rr_material;

/* `done` of `of`; false gives up, with RR_IO. */
typedef struct rr_step {
    bool (*report)(void *context, uint64_t done, uint64_t of);
    void *context;
} rr_step;
/* A step that is NULL, or has no report, never gives up.  Fills *error with RR_IO and ECANCELED where it does. */
rr_status rr_step_report(rr_file_error *error, const rr_step *step, uint64_t done, uint64_t of);

/* A verifier key that is no key is refused here, though the grammar takes it (docs/adr/0004-keys-that-are-no-keys.md).
 * All of these: RR_OK, RR_NO_SPACE, or the status in *error with its place and rule.  In this order; each needs those before it.
 * Free after any of them, begun with zero bytes. */
rr_status rr_material_petition(rr_material *material, rr_file_error *error, rr_blob file);
/* Without a petition: then there are no rings. */
rr_status rr_material_roll_alone(rr_material *material, rr_file_error *error, rr_blob file);
/* The petition's, with its rings. */
rr_status rr_material_roll(rr_material *material, rr_file_error *error, rr_blob file);
rr_status rr_material_roll_note(rr_material *material, rr_file_error *error, rr_blob note);
rr_status rr_material_assignment(rr_material *material, rr_file_error *error, rr_blob note);
rr_status rr_material_names(rr_material *material, rr_file_error *error, rr_blob file);
/* Keeps nothing: the ceremony of a sealed petition (trustees.h). */
rr_status rr_material_ceremony(const rr_material *material, rr_file_error *error, rr_blob certificate, rr_blob trustees);
/* Keeps nothing: all of a one-time roll's enrolment proofs, in batches. */
rr_status rr_material_enrolments(rr_material *material, rr_file_error *error, rr_blob proofs, const rr_random *random,
                                 const rr_step *step);
void rr_material_free(rr_material *material);

#endif
