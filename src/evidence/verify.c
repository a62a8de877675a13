/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of an evidence file, one after another.  Cheap ones are all made, so that the report can name everything that is wrong; the
 * records are judged only if nothing was. */
#include "evidence/verification.h"

#include <stdlib.h>
#include <string.h>

rr_status rr_check_end(rr_verification *v, rr_check check, rr_status status) {
    rr_evidence_report *r = &v->report;
    if (r->checks[check] == RR_UNCHECKED) r->checks[check] = status == RR_OK ? RR_VERIFIED : RR_FAILED;
    /* What is wrong weighs more than what is absent. */
    if (status != RR_OK && (r->status == RR_OK || (r->status == RR_NOT_FOUND && status != RR_NOT_FOUND))) {
        r->status = status;
        r->failed = check;
    }
    return status;
}

/* What is needed and absent: the file does not verify, though nothing in it is wrong. */
static void absent(rr_verification *v, rr_check check, const char *where) {
    static const char rule[] = "the file does not hold it, and without it the count cannot be relied upon";
    v->report.checks[check] = RR_ABSENT;
    rr_check_end(v, check, rr_fail(&v->report.errors[check], RR_NOT_FOUND, where, -1, rule));
}

static bool on_step(void *context, uint64_t done, uint64_t of) {
    rr_verification *v = context;
    return !v->options->progress || v->options->progress(v->options->progress_context, v->current, done, of);
}

static rr_file_error *begin(rr_verification *v, rr_check check) {
    v->current = check;
    on_step(v, 0, 0);
    return &v->report.errors[check];
}

/* Nobody's signature counts less without it; but whoever seals a name relies on it. */
static void check_ceremony(rr_verification *v) {
    const rr_material *m = &v->material;
    rr_blob certificate = rr_source_document(v->source, RR_DOC_CEREMONY),
            trustees = rr_source_document(v->source, RR_DOC_TRUSTEES);
    rr_file_error *error = begin(v, RR_CHECK_CEREMONY);
    if (certificate.bytes && trustees.bytes)
        rr_check_end(v, RR_CHECK_CEREMONY, rr_material_ceremony(m, error, certificate, trustees));
    else if (certificate.bytes || trustees.bytes)
        rr_check_end(v, RR_CHECK_CEREMONY,
                     rr_fail(error, RR_MALFORMED, "ceremony", -1, "the certificate and the trustees' notes belong together"));
    else
        v->report.checks[RR_CHECK_CEREMONY] = m->petition.modes & RR_MODE_SEALED ? RR_ABSENT : RR_NOT_APPLICABLE;
}

static rr_status check_papers(rr_verification *v) {
    rr_material *m = &v->material;
    const rr_source *source = v->source;
    rr_status status = rr_material_petition(m, begin(v, RR_CHECK_PETITION), rr_source_document(source, RR_DOC_PETITION));
    if (rr_check_end(v, RR_CHECK_PETITION, status) != RR_OK) return status;
    rr_report_petition(v);
    status = rr_material_roll(m, begin(v, RR_CHECK_ROLL), rr_source_document(source, RR_DOC_ROLL));
    if (rr_check_end(v, RR_CHECK_ROLL, status) != RR_OK) return status;
    rr_report_roll(v);

    rr_blob note = rr_source_document(source, RR_DOC_ROLL_NOTE);
    rr_file_error *error = begin(v, RR_CHECK_ROLL_NOTE);
    if (!note.bytes)
        absent(v, RR_CHECK_ROLL_NOTE, "roll note");
    else
        rr_check_end(v, RR_CHECK_ROLL_NOTE, rr_material_roll_note(m, error, note));

    note = rr_source_document(source, RR_DOC_ASSIGNMENT);
    error = begin(v, RR_CHECK_ASSIGNMENT);
    if (!note.bytes)
        absent(v, RR_CHECK_ASSIGNMENT, "assignment");
    else
        rr_check_end(v, RR_CHECK_ASSIGNMENT, rr_material_assignment(m, error, note));

    rr_blob proofs = rr_source_document(source, RR_DOC_ENROLMENTS);
    error = begin(v, RR_CHECK_ENROLMENTS);
    if (proofs.bytes)
        rr_check_end(v, RR_CHECK_ENROLMENTS, rr_material_enrolments(m, error, proofs, v->options->random, &v->step));
    else if (m->roll.kind == RR_ROLL_ONE_TIME)
        absent(v, RR_CHECK_ENROLMENTS, "enrolments");
    else
        v->report.checks[RR_CHECK_ENROLMENTS] = RR_NOT_APPLICABLE;

    rr_blob names = rr_source_document(source, RR_DOC_NAMES);
    error = begin(v, RR_CHECK_NAMES);
    if (names.bytes)
        rr_check_end(v, RR_CHECK_NAMES, rr_material_names(m, error, names));
    else
        v->report.checks[RR_CHECK_NAMES] = RR_ABSENT;
    v->report.names_published = m->names.count;

    check_ceremony(v);
    return RR_OK;
}

/* Columns that are made for queries say what the rest says; where nothing is made for them there is nothing to check. */
static void check_columns(rr_verification *v) {
    rr_file_error *error = begin(v, RR_CHECK_COLUMNS);
    rr_status status = rr_load_openings(v, error);
    if (status == RR_OK && v->source->has_columns) status = rr_verify_columns(v, error);
    if (status == RR_OK && !v->source->has_columns) v->report.checks[RR_CHECK_COLUMNS] = RR_NOT_APPLICABLE;
    rr_check_end(v, RR_CHECK_COLUMNS, status);
}

static void check_log(rr_verification *v) {
    rr_evidence_report *r = &v->report;
    check_columns(v);
    rr_status status = rr_verify_checkpoints(v, begin(v, RR_CHECK_CHECKPOINTS));
    if (rr_check_end(v, RR_CHECK_CHECKPOINTS, status) != RR_OK) return;
    status = rr_verify_log(v, begin(v, RR_CHECK_LOG));
    if (rr_check_end(v, RR_CHECK_LOG, status) != RR_OK) return;
    status = rr_verify_witnesses(v, begin(v, RR_CHECK_WITNESSES));
    rr_check_end(v, RR_CHECK_WITNESSES, status);
    status = rr_verify_openings(v, begin(v, RR_CHECK_OPENINGS));
    rr_check_end(v, RR_CHECK_OPENINGS, status);
    if (r->status != RR_OK && r->status != RR_NOT_FOUND) return;
    status = rr_verify_records(v, begin(v, RR_CHECK_RECORDS));
    rr_check_end(v, RR_CHECK_RECORDS, status);
}

rr_verification *rr_verification_new(rr_file_error **error, const rr_evidence_options *options) {
    rr_verification *v = calloc(1, sizeof *v);
    if (!v) return NULL;
    v->options = options;
    v->step = (rr_step){on_step, v};
    v->report.finality = RR_AS_OF;
    *error = begin(v, RR_CHECK_FILE);
    return v;
}

void rr_verification_run(rr_verification *v, rr_source *source, rr_status status) {
    v->source = source;
    if (rr_check_end(v, RR_CHECK_FILE, status) == RR_OK && check_papers(v) == RR_OK) check_log(v);
}

void rr_verification_changed(rr_verification *v, const rr_file_error *error) {
    v->report.errors[RR_CHECK_FILE] = *error;
    v->report.checks[RR_CHECK_FILE] = RR_FAILED;
    v->report.status = error->status;
    v->report.failed = RR_CHECK_FILE;
}

rr_status rr_verification_end(rr_evidence_report **report, rr_verification *v, rr_source *source) {
    /* The report's texts point into the documents; the rest of the source is not needed any more. */
    memcpy(v->documents, source->documents, sizeof v->documents);
    memset(source->documents, 0, sizeof source->documents);
    v->source = NULL;
    rr_status status = v->report.status;
    *report = &v->report;
    if (status == RR_NO_SPACE || status == RR_ARGUMENT) {
        rr_evidence_report_free(*report);
        *report = NULL;
    }
    return status;
}

const rr_material *rr_evidence_report_material(const rr_evidence_report *report) {
    return &((const rr_verification *)report)->material;
}

const rr_judge *rr_evidence_report_judge(const rr_evidence_report *report) {
    return ((const rr_verification *)report)->judge;
}

void rr_evidence_report_free(rr_evidence_report *report) {
    rr_verification *v = (rr_verification *)report;
    if (!v) return;
    for (size_t i = 0; i < v->opening_count; i++) {
        rr_blob file = {v->openings[i].bytes, 0};
        rr_blob_free(&file);
    }
    for (size_t i = 0; i < RR_DOC_END; i++) free(v->documents[i]);
    free(v->openings);
    free(v->sizes);
    free(v->roots);
    free(v->leaf_hashes);
    free(v->judge_memory);
    free(v->report.classes);
    free(v->report.rings);
    free(v->report.named_list);
    free(v->report.sealed_set);
    free(v->report.checkpoints);
    free(v->report.faults);
    rr_sightings_free(&v->sightings);
    rr_material_free(&v->material);
    free(v);
}
