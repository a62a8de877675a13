/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/report_json.h"

static const char *const check_names[RR_CHECK_COUNT] = {
    [RR_CHECK_FILE] = "file",
    [RR_CHECK_PETITION] = "petition",
    [RR_CHECK_ROLL] = "roll",
    [RR_CHECK_ROLL_NOTE] = "roll_note",
    [RR_CHECK_ASSIGNMENT] = "assignment",
    [RR_CHECK_ENROLMENTS] = "enrolments",
    [RR_CHECK_NAMES] = "names",
    [RR_CHECK_COLUMNS] = "columns",
    [RR_CHECK_CHECKPOINTS] = "checkpoints",
    [RR_CHECK_LOG] = "log",
    [RR_CHECK_RECORDS] = "records",
    [RR_CHECK_OPENINGS] = "openings",
    [RR_CHECK_CEREMONY] = "ceremony",
    [RR_CHECK_WITNESSES] = "witnesses",
};

static const char *state_name(rr_check_state state) {
    switch (state) {
    case RR_VERIFIED: return "verified";
    case RR_FAILED: return "failed";
    case RR_ABSENT: return "absent";
    case RR_NOT_APPLICABLE: return "not_applicable";
    case RR_UNCHECKED: break;
    }
    return "unchecked";
}

static const char *finality_name(rr_finality finality) {
    switch (finality) {
    case RR_FINAL: return "final";
    case RR_CLOSED_UNWITNESSED: return "closed_not_witnessed";
    case RR_INCOMPLETE: return "incomplete";
    case RR_AS_OF: break;
    }
    return "as_of";
}

void rr_report_json_confirmed(rr_json *j, const rr_evidence_report *r) {
    rr_json_open(j, "confirmed", '{');
    rr_json_number(j, "own", r->own_witnessed);
    rr_json_number(j, "own_of", r->own_witnesses);
    rr_json_number(j, "listed", r->witnessed);
    rr_json_number(j, "listed_of", r->witness_count);
    rr_json_close(j, '}');
}

static void write_counts(rr_json *j, const rr_evidence_report *r) {
    rr_json_string(j, "result", finality_name(r->finality));
    rr_json_number(j, "leaves", r->leaves);
    rr_json_hex(j, "root", r->root.bytes, sizeof r->root.bytes);
    rr_json_number(j, "batches", r->batches);
    rr_json_bool(j, "closed", r->close_leaf != 0);
    if (r->witnessed_leaves > 0) rr_json_time(j, "as_of", r->as_of);
    rr_json_number(j, "witnessed_leaves", r->witnessed_leaves);
    rr_report_json_confirmed(j, r);
    rr_json_number(j, "total", r->total);
    rr_json_number(j, "hidden", r->hidden);
    rr_json_number(j, "named", r->named);
    rr_json_number(j, "withdrawn", r->withdrawn);
    if (r->seal_threshold > 0) {
        rr_json_number(j, "sealed", r->sealed);
        rr_json_number(j, "seal_threshold", r->seal_threshold);
        rr_json_bool(j, "opening_announced", r->notice_leaf != 0);
        rr_json_number(j, "opened", r->opened);
    }
    rr_json_number(j, "goal", r->goal);
    if (r->goal > 0)
        rr_json_bool(j, "goal_reached", r->goal_reached);
    else
        rr_json_string(j, "goal_reached", NULL);
    rr_json_number(j, "goal_classes", r->goal_classes);
    rr_json_open(j, "classes", '[');
    for (size_t i = 0; i < r->class_count; i++) {
        const rr_class_tally *c = &r->classes[i];
        rr_json_open(j, NULL, '{');
        rr_json_text(j, "class", c->class_name);
        rr_json_number(j, "entries", c->entries);
        rr_json_number(j, "hidden", c->hidden);
        rr_json_number(j, "named", c->named);
        rr_json_number(j, "goal", c->goal);
        rr_json_close(j, '}');
    }
    rr_json_close(j, ']');
    rr_json_open(j, "rings", '[');
    for (size_t i = 0; i < r->ring_count; i++) {
        rr_json_open(j, NULL, '{');
        rr_json_number(j, "entries", r->rings[i].entries);
        rr_json_number(j, "hidden", r->rings[i].hidden);
        rr_json_number(j, "named", r->rings[i].named);
        if (r->seal_threshold > 0) rr_json_number(j, "sealed", r->rings[i].sealed);
        rr_json_close(j, '}');
    }
    rr_json_close(j, ']');
    rr_json_open(j, "named_list", '[');
    for (size_t i = 0; i < r->named_count; i++) {
        const rr_named *n = &r->named_list[i];
        rr_json_open(j, NULL, '{');
        rr_json_number(j, "place", n->place);
        rr_json_text(j, "member", n->member);
        rr_json_text(j, "class", n->class_name);
        if (n->name.start != NULL) rr_json_text(j, "name", n->name);
        if (n->opened) rr_json_bool(j, "opened", true);
        rr_json_close(j, '}');
    }
    rr_json_close(j, ']');
    rr_json_open(j, "faults", '[');
    for (size_t i = 0; i < r->fault_count; i++) {
        rr_json_open(j, NULL, '{');
        rr_json_number(j, "leaf", r->faults[i].leaf);
        rr_json_string(j, "rule", r->faults[i].rule);
        rr_json_bool(j, "by_checkpoints", r->faults[i].by_checkpoints);
        rr_json_close(j, '}');
    }
    rr_json_close(j, ']');
}

static void write_petition(rr_json *j, const rr_evidence_report *r) {
    rr_json_hex(j, "pid", r->pid.bytes, sizeof r->pid.bytes);
    rr_json_text(j, "title", r->title);
    rr_json_text(j, "to", r->to);
    rr_json_text(j, "from", r->from);
    rr_json_time(j, "opens", r->opens);
    rr_json_time(j, "closes", r->closes);
    rr_json_number(j, "witnesses", r->witnesses);
}

static void write_roll(rr_json *j, const rr_evidence_report *r) {
    rr_json_open(j, "roll", '{');
    rr_json_hex(j, "digest", r->roll_digest.bytes, sizeof r->roll_digest.bytes);
    rr_json_text(j, "body", r->body);
    rr_json_number(j, "body_size", r->body_size);
    rr_json_text(j, "source", r->source);
    rr_json_text(j, "registrar", r->registrar);
    rr_json_number(j, "edition", r->edition);
    rr_json_number(j, "slot", r->slot);
    rr_json_number(j, "entries", r->entries);
    rr_json_number(j, "invited", r->invited);
    rr_json_number(j, "ssh", r->ssh);
    rr_json_number(j, "imported", r->imported_entries);
    rr_json_number(j, "names_published", r->names_published);
    rr_json_bool(j, "people_were_not_asked", r->imported);
    rr_json_close(j, '}');
}

void rr_report_json(rr_json *j, const rr_evidence_report *r) {
    rr_json_bool(j, "verifies", r->status == RR_OK);
    if (r->checks[RR_CHECK_PETITION] == RR_VERIFIED) write_petition(j, r);
    if (r->checks[RR_CHECK_ROLL] == RR_VERIFIED) write_roll(j, r);
    if (r->status == RR_OK) write_counts(j, r);
    rr_json_open(j, "checks", '{');
    for (int c = 0; c < RR_CHECK_COUNT; c++) rr_json_string(j, check_names[c], state_name(r->checks[c]));
    rr_json_close(j, '}');
}
