/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/material.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "roundrobin/note.h"
#include "roundrobin/trustees.h"
#include "evidence/document.h"

enum { PARAMS, PETITION, SUBJECT, ROLL, RINGS, NAMES };

static const char no_memory[] = "there is not enough memory";

static void *take(rr_material *material, size_t slot, size_t size) {
    free(material->memory[slot]);
    return material->memory[slot] = malloc(size ? size : 1);
}

static rr_status fail_parse(rr_file_error *error, rr_status status, const char *where, const rr_error *why) {
    const char *rule = status == RR_NO_SPACE || !why->rule ? rr_status_text(status) : why->rule;
    return rr_fail(error, status, where, why->line ? (int64_t)why->line : -1, rule);
}

rr_status rr_step_report(rr_file_error *error, const rr_step *step, uint64_t done, uint64_t of) {
    if (!step || !step->report || step->report(step->context, done, of)) return RR_OK;
    rr_fail(error, RR_IO, "file", -1, "reading was given up");
    if (error) error->system = ECANCELED;
    return RR_IO;
}

rr_status rr_material_petition(rr_material *m, rr_file_error *error, rr_blob file) {
    rr_error why = {RR_OK, 0, 0, NULL};
    void *memory = take(m, PARAMS, rr_params_size());
    if (!memory) return rr_fail(error, RR_NO_SPACE, "petition", -1, no_memory);
    rr_status status = rr_params_init(&m->params, memory, rr_params_size());
    if (status != RR_OK) return rr_fail(error, status, "petition", -1, rr_status_text(status));
    const char *text = (const char *)file.bytes;
    size_t size = rr_petition_size(text, file.len);
    memory = take(m, PETITION, size);
    if (!memory) return rr_fail(error, RR_NO_SPACE, "petition", -1, no_memory);
    status = rr_petition_parse(m->params, &m->petition, &why, memory, size, text, file.len);
    if (status != RR_OK) return fail_parse(error, status, "petition", &why);
    why = m->petition.key_fault;
    if (why.status != RR_OK) return fail_parse(error, why.status, "petition", &why);
    memory = take(m, SUBJECT, rr_subject_size());
    if (!memory) return rr_fail(error, RR_NO_SPACE, "petition", -1, no_memory);
    const rr_seal_key *seal_key = m->petition.modes & RR_MODE_SEALED ? &m->petition.seal_key : NULL;
    status = rr_subject_init(&m->subject, memory, rr_subject_size(), &m->petition.pid, seal_key);
    if (status != RR_OK) return rr_fail(error, status, "petition", -1, rr_status_text(status));
    return RR_OK;
}

rr_status rr_material_roll_alone(rr_material *m, rr_file_error *error, rr_blob file) {
    rr_error why = {RR_OK, 0, 0, NULL};
    const char *text = (const char *)file.bytes;
    size_t size = rr_roll_size(text, file.len);
    void *memory = take(m, ROLL, size);
    if (!memory) return rr_fail(error, RR_NO_SPACE, "roll", -1, no_memory);
    rr_status status = rr_roll_parse(&m->roll, &why, memory, size, text, file.len, NULL);
    if (status != RR_OK) return fail_parse(error, status, "roll", &why);
    why = m->roll.key_fault;
    return why.status == RR_OK ? RR_OK : fail_parse(error, why.status, "roll", &why);
}

rr_status rr_material_roll(rr_material *m, rr_file_error *error, rr_blob file) {
    const char *rule = NULL;
    rr_status status = rr_material_roll_alone(m, error, file);
    if (status != RR_OK) return status;
    if (rr_petition_check_roll(&rule, &m->petition, &m->roll) != RR_OK) return rr_fail(error, RR_INVALID, "roll", -1, rule);

    uint32_t count = m->roll.entry_count;
    size_t scratch_size = rr_rings_scratch_size(count);
    size_t size = rr_rings_size(count);
    void *memory = take(m, RINGS, size);
    void *scratch = malloc(scratch_size ? scratch_size : 1);
    if (!memory || !scratch) {
        free(scratch);
        return rr_fail(error, RR_NO_SPACE, "roll", -1, no_memory);
    }
    const rr_petition *p = &m->petition;
    status = rr_rings_make(&m->rings, memory, size, &m->roll, p->ring, p->ring_minimum, p->by_class, scratch, scratch_size);
    free(scratch);
    return status == RR_OK ? RR_OK : rr_fail(error, status, "roll", -1, rr_status_text(status));
}

static rr_status check_note(rr_file_error *error, const char *where, rr_blob bytes, const rr_vkey *key, const char *text,
                            size_t len) {
    rr_error why = {RR_OK, 0, 0, NULL};
    rr_note note;
    rr_text expected = {text, len};
    rr_status status = rr_note_check_var(&note, &why, (const char *)bytes.bytes, bytes.len, key, &expected);
    if (status == RR_NOT_FOUND) status = RR_INVALID; /* a note that somebody else signed is no note of the registrar */
    return status == RR_OK ? RR_OK : fail_parse(error, status, where, &why);
}

rr_status rr_material_roll_note(rr_material *m, rr_file_error *error, rr_blob note) {
    char text[RR_ROLL_NOTE_SIZE];
    rr_roll_note_text(text, &m->roll.digest);
    return check_note(error, "roll note", note, &m->roll.registrar, text, sizeof text);
}

rr_status rr_material_assignment(rr_material *m, rr_file_error *error, rr_blob note) {
    char text[RR_ASSIGNMENT_NOTE_SIZE];
    rr_assignment_note_text(text, &m->roll.digest, &m->petition.pid);
    return check_note(error, "assignment", note, &m->roll.registrar, text, sizeof text);
}

rr_status rr_material_names(rr_material *m, rr_file_error *error, rr_blob file) {
    rr_error why = {RR_OK, 0, 0, NULL};
    const char *text = (const char *)file.bytes;
    size_t size = rr_names_size(text, file.len);
    void *memory = take(m, NAMES, size);
    if (!memory) return rr_fail(error, RR_NO_SPACE, "names", -1, no_memory);
    rr_status status = rr_names_parse(&m->names, &why, memory, size, text, file.len, &m->roll);
    return status == RR_OK ? RR_OK : fail_parse(error, status, "names", &why);
}

rr_status rr_material_ceremony(const rr_material *m, rr_file_error *error, rr_blob certificate, rr_blob trustees) {
    rr_ceremony_fault fault = {0, NULL};
    if (!(m->petition.modes & RR_MODE_SEALED))
        return rr_fail(error, RR_MALFORMED, "ceremony", -1, "a petition without the sealed mode has no ceremony");
    rr_status status =
        rr_trustees_check_var(&fault, &m->petition, certificate.bytes, certificate.len, trustees.bytes, trustees.len);
    if (status == RR_OK) return RR_OK;
    if (fault.trustee == 0) return rr_fail(error, status, "ceremony", -1, fault.rule);
    return rr_fail(error, status, "trustee", fault.trustee, fault.rule);
}

/* ---- enrolment proofs ----------------------------------------------------------------------------------------------- */

enum { BLOCK = 1024 };

typedef struct block {
    rr_claim claims[BLOCK];
    rr_enrolment about[BLOCK];
    uint8_t slots[BLOCK][RR_ENROL_SLOT_SIZE];
    rr_status results[BLOCK];
} block;

static rr_status check_block(rr_material *m, rr_file_error *error, block *b, uint32_t first, uint32_t count,
                             const rr_blob *proofs, const rr_random *random) {
    for (uint32_t i = 0; i < count; i++) {
        rr_status status = rr_roll_proof_claim(&b->claims[i], b->slots[i], &b->about[i], &m->roll, proofs->bytes, first + i);
        if (status != RR_OK) return rr_fail(error, status, "enrolments", first + i, rr_status_text(status));
    }
    size_t size = rr_verify_batch_scratch_size(b->claims, count);
    void *scratch = malloc(size ? size : 1);
    if (!scratch) return rr_fail(error, RR_NO_SPACE, "enrolments", first, no_memory);
    rr_status status = rr_verify_batch_var(m->params, NULL, b->results, b->claims, count, random, scratch, size);
    free(scratch);
    if (status == RR_OK) return RR_OK;
    if (status != RR_INVALID) return rr_fail(error, status, "enrolments", first, rr_status_text(status));
    uint32_t bad = 0;
    while (bad + 1 < count && b->results[bad] == RR_OK) bad++;
    return rr_fail(error, b->results[bad], "enrolments", first + bad, "the entry's enrolment proof does not verify");
}

rr_status rr_material_enrolments(rr_material *m, rr_file_error *error, rr_blob proofs, const rr_random *random,
                                 const rr_step *step) {
    const char *rule = NULL;
    rr_status status = rr_roll_proofs_check(&rule, &m->roll, proofs.len);
    if (status != RR_OK) return rr_fail(error, status == RR_REFUSED ? RR_INVALID : status, "enrolments", -1, rule);
    block *b = malloc(sizeof *b);
    if (!b) return rr_fail(error, RR_NO_SPACE, "enrolments", -1, no_memory);
    uint32_t of = m->roll.entry_count;
    for (uint32_t first = 0; first < of && status == RR_OK; first += BLOCK) {
        status = check_block(m, error, b, first, of - first < BLOCK ? of - first : BLOCK, &proofs, random);
        if (status == RR_OK) status = rr_step_report(error, step, first, of);
        if (of - first <= BLOCK) break; /* places reach to 2^32 - 1 */
    }
    free(b);
    return status;
}

void rr_material_free(rr_material *m) {
    for (size_t i = 0; i < sizeof m->memory / sizeof m->memory[0]; i++) free(m->memory[i]);
    memset(m, 0, sizeof *m);
}
