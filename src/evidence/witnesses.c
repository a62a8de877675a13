/* SPDX-License-Identifier: Apache-2.0 */
/* The directory log of an evidence file against the petition's log, and the cosignatures on it. */
#include <string.h>

#include "evidence/verification.h"

/* The roots of the log, at ascending sizes. */
typedef struct roots {
    const rr_verification *v;
    rr_frontier frontier;
} roots;

static rr_status compare_root(void *context, uint64_t size, const rr_hash *root) {
    roots *r = context;
    rr_hash is;
    if (size > r->v->report.leaves) return RR_NOT_FOUND;
    while (r->frontier.size < size) rr_frontier_append(&r->frontier, &r->v->leaf_hashes[r->frontier.size]);
    rr_frontier_root(&is, &r->frontier);
    return memcmp(&is, root, sizeof is) == 0 ? RR_OK : RR_INVALID;
}

rr_status rr_verify_witnesses(rr_verification *v, rr_file_error *error) {
    rr_evidence_report *r = &v->report;
    rr_blob leaves = rr_source_document(v->source, RR_DOC_DIRECTORY), notes = rr_source_document(v->source, RR_DOC_COSIGNED);
    roots context = {.v = v};
    rr_directory_about about = {.petition = &v->material.petition,
                                .trustees = rr_source_document(v->source, RR_DOC_TRUSTEES),
                                .root = compare_root,
                                .context = &context,
                                .own = v->options->witnesses,
                                .own_count = v->options->witness_count};
    rr_frontier_init(&context.frontier);
    if (!leaves.bytes && !notes.bytes) {
        r->checks[RR_CHECK_WITNESSES] = r->witnesses || r->own_witnesses ? RR_ABSENT : RR_NOT_APPLICABLE;
        return RR_OK;
    }
    if (!leaves.bytes || !notes.bytes)
        return rr_fail(error, RR_MALFORMED, "directory", -1, "the directory log and its checkpoints belong together");
    rr_status status = rr_sightings_read(&v->sightings, error, &about, leaves, notes);
    if (status != RR_OK) return status;
    r->witnessed = v->sightings.witnessed;
    r->own_witnessed = v->sightings.own_witnessed;
    r->witnessed_leaves = rr_sightings_bounded(&v->sightings, &r->as_of);
    return RR_OK;
}
