/* SPDX-License-Identifier: Apache-2.0 */
/* What the log of an evidence file says: proofs, judgement, counts. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "roundrobin/log.h"
#include "evidence/leaf.h"
#include "evidence/verification.h"

typedef struct trial {
    rr_verification *v;
    rr_file_error *error;
    rr_case about;
    rr_log_entries entries;
    uint8_t *proofs;
    void *work;
    size_t work_len;
    rr_judge *judge;
    rr_file_error read_error; /* of the callback, whose status comes back alone */
} trial;

static rr_status fail_memory(rr_file_error *error) {
    return rr_fail(error, RR_NO_SPACE, "leaf", -1, "there is not enough memory");
}

/* Both passes, the one over the proofs too, see the entries that the checkpoints cover. */
static rr_status read_leaf(rr_verification *v, rr_file_error *error, rr_blob *blob, uint64_t leaf) {
    rr_hash hash;
    rr_status status = v->source->calls->leaf(v->source, error, blob, leaf);
    if (status != RR_OK) return status;
    rr_leaf_hash(&hash, blob->bytes, blob->len);
    if (memcmp(&hash, &v->leaf_hashes[leaf], sizeof hash) == 0) return RR_OK;
    return rr_fail(error, RR_IO, "leaf", (int64_t)leaf, "the entry was changed while it was read: verify the file again");
}

static rr_status read_entry(void *context, const uint8_t **entry, size_t *entry_len, uint64_t leaf) {
    trial *t = context;
    rr_blob blob = {NULL, 0};
    rr_status status = read_leaf(t->v, &t->read_error, &blob, leaf);
    *entry = blob.bytes;
    *entry_len = blob.len;
    return status;
}

static bool on_progress(void *context, uint64_t done, uint64_t total) {
    trial *t = context;
    return rr_step_report(&t->read_error, &t->v->step, done, total) == RR_OK;
}

static rr_status fail_trial(trial *t, rr_status status, uint64_t leaf) {
    if (t->read_error.status != RR_OK)
        *t->error = t->read_error;
    else
        rr_fail(t->error, status, "leaf", (int64_t)leaf, rr_status_text(status));
    return t->error->status;
}

/* ---- opening files -------------------------------------------------------------------------------------------------- */

static int by_hash(const void *key, const void *element) {
    return memcmp(key, &((const rr_opening_file *)element)->hash, sizeof(rr_hash));
}

/* Each file must be one that an opening in the log names; whether each one that is named is here, the judge will say. */
rr_status rr_verify_openings(rr_verification *v, rr_file_error *error) {
    rr_status status = RR_OK;
    uint64_t missing = 0;
    bool sealed = (v->material.petition.modes & RR_MODE_SEALED) != 0;
    if (!sealed && v->opening_count == 0) {
        v->report.checks[RR_CHECK_OPENINGS] = RR_NOT_APPLICABLE;
        return RR_OK;
    }
    bool *named = calloc(v->opening_count + 1, sizeof *named);
    if (!named) return fail_memory(error);
    for (uint64_t leaf = 0; leaf < v->source->rows[RR_TABLE_LEAF] && status == RR_OK; leaf++) {
        rr_blob entry;
        rr_leaf_row row;
        const rr_opening_file *file = NULL;
        status = read_leaf(v, error, &entry, leaf);
        if (status != RR_OK) break;
        rr_leaf_row_make(&row, entry);
        if (!row.has_kind || row.kind != RR_OPENING || entry.len < 38)
            continue; /* what is shorter the judge will call a fault */
        if (v->opening_count) file = bsearch(entry.bytes + 6, v->openings, v->opening_count, sizeof *file, by_hash);
        if (file)
            named[file - v->openings] = true;
        else
            missing++;
    }
    for (size_t i = 0; i < v->opening_count && status == RR_OK; i++) {
        if (!named[i]) status = rr_fail(error, RR_INVALID, "opening", (int64_t)i, "no opening in the log names this file");
    }
    free(named);
    if (status != RR_OK) return status;
    if (missing && sealed)
        v->report.checks[RR_CHECK_OPENINGS] = RR_ABSENT;
    else if (v->opening_count == 0)
        v->report.checks[RR_CHECK_OPENINGS] = RR_NOT_APPLICABLE;
    return RR_OK;
}

/* ---- judging -------------------------------------------------------------------------------------------------------- */

static rr_status add_fault(trial *t, uint64_t leaf, const char *rule, bool by_checkpoints) {
    rr_evidence_report *r = &t->v->report;
    if (r->fault_count == t->v->fault_capacity) {
        size_t capacity = t->v->fault_capacity ? 2 * t->v->fault_capacity : 64;
        rr_log_fault *faults = realloc(r->faults, capacity * sizeof *faults);
        if (!faults) return fail_memory(t->error);
        r->faults = faults;
        t->v->fault_capacity = capacity;
    }
    r->faults[r->fault_count++] = (rr_log_fault){leaf, rule, by_checkpoints};
    return RR_OK;
}

/* What the directory log says wrongly of the checkpoint that ends with this leaf. */
static rr_status add_directory_faults(trial *t, size_t *next, uint64_t leaf) {
    const rr_sightings *s = &t->v->sightings;
    rr_status status = RR_OK;
    for (; *next < s->fault_count && s->faults[*next].size <= leaf + 1 && status == RR_OK; ++*next)
        status = add_fault(t, leaf, s->faults[*next].rule, false);
    return status;
}

static rr_status check_proofs(trial *t) {
    uint64_t leaves = t->v->source->rows[RR_TABLE_LEAF];
    rr_judge_progress progress = {on_progress, t};
    t->proofs = malloc(leaves);
    size_t need = rr_judge_proofs_size(&t->about, leaves), later = rr_judge_work_size(&t->about);
    t->work_len = need > later ? need : later;
    t->work = malloc(t->work_len ? t->work_len : 1);
    if (!t->proofs || !t->work) return fail_memory(t->error);
    rr_status status =
        rr_judge_proofs_var(&t->about, t->proofs, &t->entries, leaves, t->v->options->random, &progress, t->work, t->work_len);
    return status == RR_OK ? RR_OK : fail_trial(t, status, 0);
}

/* The checkpoint that ends here, if one does. */
static void note_checkpoint(rr_verification *v, const rr_judge *judge, uint64_t size) {
    rr_evidence_report *r = &v->report;
    rr_count count;
    if (!r->checkpoints || v->sizes[r->checkpoint_count] != size) return;
    rr_judge_count(judge, &count);
    r->checkpoints[r->checkpoint_count] = (rr_checkpoint_tally){size, v->roots[r->checkpoint_count], count.sealed};
    r->checkpoint_count++;
}

static rr_status judge_leaves(trial *t) {
    rr_verification *v = t->v;
    uint64_t leaves = v->source->rows[RR_TABLE_LEAF];
    size_t size = rr_judge_size(&t->about, leaves), batch = 0;
    rr_judge_options options = {.random = v->options->random,
                                .leaves = leaves,
                                .entries = &t->entries,
                                .files = v->openings,
                                .file_count = v->opening_count,
                                .work = t->work,
                                .work_len = t->work_len};
    v->judge_memory = malloc(size ? size : 1);
    if (!v->judge_memory) return fail_memory(t->error);
    rr_status status = rr_judge_init(&t->judge, v->judge_memory, size, &t->about, &options);
    if (status != RR_OK) return fail_trial(t, status, 0);
    bool wants_file = false;
    size_t directory_fault = 0;
    if (v->material.petition.modes & RR_MODE_SEALED) {
        v->report.checkpoints = calloc(v->source->rows[RR_TABLE_CHECKPOINT], sizeof *v->report.checkpoints);
        if (!v->report.checkpoints) return fail_memory(t->error);
    }
    uint8_t *entry = malloc(RR_ENTRY_MAX);
    if (!entry) return fail_memory(t->error);
    for (uint64_t leaf = 0; leaf < leaves && status == RR_OK; leaf++) {
        rr_blob blob;
        rr_verdict verdict;
        rr_leaf_facts facts = {.proof = (rr_status)t->proofs[leaf], .begins_batch = leaf == 0};
        facts.time_bound = rr_sightings_bound(&v->sightings, leaf);
        facts.has_time_bound = facts.time_bound != RR_NO_TIME;
        if (batch < v->source->rows[RR_TABLE_CHECKPOINT] && v->sizes[batch] == leaf) {
            facts.begins_batch = true;
            batch++;
        }
        status = read_leaf(v, t->error, &blob, leaf);
        if (status != RR_OK) break;
        /* An opening makes the judge ask for other entries meanwhile. */
        memcpy(entry, blob.bytes, blob.len);
        status = rr_judge_leaf(t->judge, &verdict, entry, blob.len, &facts);
        if (status == RR_REFUSED) {
            rr_fail(t->error, RR_INVALID, "leaf", (int64_t)leaf, verdict.rule);
            status = RR_INVALID;
        } else if (status != RR_OK)
            status = fail_trial(t, status, leaf);
        if (status == RR_OK) note_checkpoint(v, t->judge, leaf + 1);
        if (status == RR_OK && verdict.verdict == RR_LEAF_FAULT) status = add_fault(t, leaf, verdict.rule, false);
        if (status == RR_OK && (verdict.verdict == RR_LEAF_NO_FILE || verdict.verdict == RR_LEAF_NO_TIME)) wants_file = true;
        if (status == RR_OK && verdict.batch_rule) status = add_fault(t, leaf, verdict.batch_rule, true);
        if (status == RR_OK) status = add_directory_faults(t, &directory_fault, leaf);
    }
    free(entry);
    /* What names a file and is no opening has none to be absent. */
    if (status == RR_OK && !wants_file && v->report.checks[RR_CHECK_OPENINGS] == RR_ABSENT)
        v->report.checks[RR_CHECK_OPENINGS] = v->opening_count ? RR_VERIFIED : RR_NOT_APPLICABLE;
    return status;
}

rr_status rr_verify_records(rr_verification *v, rr_file_error *error) {
    rr_material *m = &v->material;
    trial t = {.v = v, .error = error, .about = {m->params, m->subject, &m->petition, &m->roll, &m->rings}};
    t.entries = (rr_log_entries){read_entry, &t};
    rr_status status = check_proofs(&t);
    if (status == RR_OK) status = judge_leaves(&t);
    if (status == RR_OK) {
        status = rr_report_counts(v, &t.about, t.judge);
        if (status != RR_OK) fail_memory(error);
        v->judge = status == RR_OK ? t.judge : NULL;
    }
    free(t.proofs);
    free(t.work);
    return status;
}
