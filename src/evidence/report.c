/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "evidence/verification.h"

const char *rr_check_text(rr_check check) {
    switch (check) {
    case RR_CHECK_FILE: return "the form of the evidence file";
    case RR_CHECK_PETITION: return "the petition";
    case RR_CHECK_ROLL: return "the roll, and that it is this petition's";
    case RR_CHECK_ROLL_NOTE: return "the registrar's signature on the roll";
    case RR_CHECK_ASSIGNMENT: return "the registrar's assignment of the roll to this petition";
    case RR_CHECK_ENROLMENTS: return "the enrolment proof of each entry";
    case RR_CHECK_NAMES: return "the published names against the roll";
    case RR_CHECK_COLUMNS: return "the columns for queries";
    case RR_CHECK_CHECKPOINTS: return "the signature of the log on each checkpoint";
    case RR_CHECK_LOG: return "the entries of the log against the checkpoints";
    case RR_CHECK_RECORDS: return "the proof of each record, and the rules of the log";
    case RR_CHECK_OPENINGS: return "the files of the openings";
    case RR_CHECK_CEREMONY: return "the certificate of the sealing ceremony";
    case RR_CHECK_WITNESSES: return "the directory log and its witnesses' cosignatures";
    case RR_CHECK_COUNT: break;
    }
    return "no check";
}

void rr_report_petition(rr_verification *v) {
    const rr_petition *p = &v->material.petition;
    rr_evidence_report *r = &v->report;
    r->pid = p->pid;
    r->title = p->title;
    r->to = p->to;
    r->from = p->from;
    r->opens = p->opens;
    r->closes = p->closes;
    r->witnesses = p->witnesses_needed;
    r->witness_count = p->witness_count;
    r->own_witnesses = v->options->witness_count;
    r->goal = p->goal;
    r->goal_classes = p->goal_classes;
}

void rr_report_roll(rr_verification *v) {
    const rr_roll *roll = &v->material.roll;
    rr_evidence_report *r = &v->report;
    r->roll_digest = roll->digest;
    r->body = roll->body;
    r->source = roll->source;
    r->registrar = roll->registrar.name;
    r->body_size = roll->body_size;
    r->edition = roll->edition;
    r->slot = roll->slot;
    r->entries = roll->entry_count;
    r->imported = roll->kind == RR_ROLL_ED25519;
    for (uint32_t place = 0; place < roll->entry_count; place++) {
        switch (roll->entries[place].basis) {
        case RR_BASIS_INVITED: r->invited++; break;
        case RR_BASIS_SSH: r->ssh++; break;
        case RR_BASIS_IMPORTED: r->imported_entries++; break;
        }
    }
}

/* The petition's classes, then those that its goal names and that are pooled or absent: they count 0. */
static rr_status report_classes(rr_verification *v, const rr_tally *tallies) {
    const rr_petition *p = &v->material.petition;
    const rr_rings *rings = &v->material.rings;
    rr_evidence_report *r = &v->report;
    r->classes = calloc((size_t)rings->class_count + p->goal_class_count, sizeof *r->classes);
    if (!r->classes) return RR_NO_SPACE;
    for (uint32_t i = 0; i < rings->class_count; i++)
        r->classes[i] =
            (rr_class_tally){rings->classes[i].name, rings->classes[i].size, tallies[i].hidden, tallies[i].named, 0};
    r->class_count = rings->class_count;
    for (uint32_t i = 0; i < p->goal_class_count; i++) {
        uint32_t index;
        rr_text name = p->goal_class[i].class_name;
        if (rr_rings_find_class(&index, rings, name) == RR_OK)
            r->classes[index].goal = p->goal_class[i].number;
        else
            r->classes[r->class_count++] = (rr_class_tally){name, 0, 0, 0, p->goal_class[i].number};
    }
    return RR_OK;
}

static rr_status report_rings(rr_verification *v, const rr_judge *judge) {
    const rr_rings *rings = &v->material.rings;
    rr_evidence_report *r = &v->report;
    rr_tally *tallies = calloc(rings->ring_count, sizeof *tallies);
    r->rings = calloc(rings->ring_count, sizeof *r->rings);
    if (tallies && r->rings) {
        r->ring_count = rings->ring_count;
        rr_judge_rings(judge, tallies);
        for (uint32_t i = 0; i < rings->ring_count; i++)
            r->rings[i] = (rr_ring_tally){rr_rings_ring_size(rings, i), tallies[i].hidden, tallies[i].named, tallies[i].sealed};
    }
    free(tallies);
    return r->ring_count ? RR_OK : RR_NO_SPACE;
}

static rr_status report_named(rr_verification *v, const rr_judge *judge) {
    const rr_roll *roll = &v->material.roll;
    rr_evidence_report *r = &v->report;
    if (r->named == 0) return RR_OK;
    r->named_list = calloc(r->named, sizeof *r->named_list);
    if (!r->named_list) return RR_NO_SPACE;
    for (uint32_t place = 0; place < roll->entry_count && r->named_count < r->named; place++) {
        if (!rr_judge_is_named(judge, place)) continue;
        rr_named *named = &r->named_list[r->named_count++];
        *named = (rr_named){
            place, roll->entries[place].member, roll->entries[place].class_name, {NULL, 0}, rr_judge_is_opened(judge, place)};
        r->opened += named->opened;
        if (rr_names_find(&named->name, &v->material.names, place) != RR_OK) named->name = (rr_text){NULL, 0};
    }
    return RR_OK;
}

static rr_status report_sealed(rr_verification *v, const rr_judge *judge, const rr_count *count) {
    rr_evidence_report *r = &v->report;
    if (!(v->material.petition.modes & RR_MODE_SEALED)) return RR_OK;
    r->seal_threshold = v->material.petition.seal_threshold;
    r->notice_leaf = count->has_notice ? count->notice : 0;
    r->opening_leaf = count->has_opening ? count->opening : 0;
    r->sealed_set = calloc((size_t)count->sealed + 1, sizeof *r->sealed_set);
    if (!r->sealed_set) return RR_NO_SPACE;
    r->sealed = count->sealed;
    return rr_judge_sealed_set(judge, r->sealed_set);
}

static bool count_confirming(uint32_t *confirmed, const rr_verification *v, uint64_t close_leaf) {
    const rr_petition *p = &v->material.petition;
    const rr_sightings *s = &v->sightings;
    bool *seen = calloc((size_t)p->witness_count + 1, sizeof *seen);
    if (!seen) return false;
    *confirmed = rr_witnesses_confirming(s->list, s->count, p->witness_count, p->closes, close_leaf, seen);
    free(seen);
    return true;
}

rr_status rr_report_counts(rr_verification *v, const rr_case *about, const rr_judge *judge) {
    rr_evidence_report *r = &v->report;
    rr_count count;
    rr_judge_count(judge, &count);
    r->total = count.total;
    r->hidden = count.hidden;
    r->named = count.named;
    r->withdrawn = count.withdrawn;
    r->close_leaf = count.closed ? count.close : 0;
    uint32_t confirmed;
    if (!count_confirming(&confirmed, v, count.close)) return RR_NO_SPACE;
    switch (rr_judge_result(judge, confirmed)) {
    case RR_RESULT_AS_OF: r->finality = RR_AS_OF; break;
    case RR_RESULT_CLOSED_NOT_WITNESSED: r->finality = RR_CLOSED_UNWITNESSED; break;
    case RR_RESULT_FINAL: r->finality = RR_FINAL; break;
    }
    if (count.incomplete) r->finality = RR_INCOMPLETE;

    rr_tally *classes = calloc(v->material.rings.class_count, sizeof *classes);
    if (!classes) return RR_NO_SPACE;
    rr_judge_classes(judge, classes);
    r->goal_reached = rr_goal_reached(about, count.total, classes) == RR_GOAL_REACHED;
    rr_status status = report_classes(v, classes);
    free(classes);
    if (status == RR_OK) status = report_rings(v, judge);
    if (status == RR_OK) status = report_named(v, judge);
    if (status == RR_OK) status = report_sealed(v, judge, &count);
    return status;
}
