/* SPDX-License-Identifier: Apache-2.0 */
/* The report of robin verify for programs (docs/guides/verify.md).  Counts are there only if the file verifies. */
#include "cli/evidence.h"
#include "cli/papers.h"

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

static void print_counts(rr_json *j, const rr_evidence_report *r) {
    rr_json_string(j, "result", finality_name(r->finality));
    rr_json_number(j, "leaves", r->leaves);
    rr_json_string(j, "root", rr_hex_text(r->root.bytes, 32));
    rr_json_number(j, "batches", r->batches);
    rr_json_bool(j, "closed", r->close_leaf != 0);
    rr_json_number(j, "total", r->total);
    rr_json_number(j, "hidden", r->hidden);
    rr_json_number(j, "named", r->named);
    rr_json_number(j, "withdrawn", r->withdrawn);
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

static void print_petition(rr_json *j, const rr_evidence_report *r) {
    rr_json_string(j, "pid", rr_hex_text(r->pid.bytes, 32));
    rr_json_text(j, "title", r->title);
    rr_json_text(j, "to", r->to);
    rr_json_text(j, "from", r->from);
    rr_json_string(j, "opens", rr_time_text(r->opens));
    rr_json_string(j, "closes", rr_time_text(r->closes));
    rr_json_number(j, "witnesses", r->witnesses);
}

static void print_roll(rr_json *j, const rr_evidence_report *r) {
    rr_json_open(j, "roll", '{');
    rr_json_string(j, "digest", rr_hex_text(r->roll_digest.bytes, 32));
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

static void print_directory(rr_json *j, const rr_directory_words *directory) {
    rr_json_open(j, "directory", '{');
    rr_json_string(j, "server", directory->server);
    rr_json_number(j, "size", directory->size);
    rr_json_string(j, "root", directory->root);
    rr_json_bool(j, "holds_petition", true);
    rr_json_bool(j, "witnessed", false);
    rr_json_close(j, '}');
}

void rr_print_report_json(FILE *out, const rr_evidence_report *r, const rr_directory_words *directory) {
    rr_json j = rr_json_to(out);
    rr_json_open(&j, NULL, '{');
    rr_json_bool(&j, "verifies", r->status == RR_OK);
    if (r->checks[RR_CHECK_PETITION] == RR_VERIFIED) print_petition(&j, r);
    if (r->checks[RR_CHECK_ROLL] == RR_VERIFIED) print_roll(&j, r);
    if (r->status == RR_OK) print_counts(&j, r);
    rr_json_open(&j, "checks", '{');
    for (int c = 0; c < RR_CHECK_COUNT; c++) rr_json_string(&j, check_names[c], state_name(r->checks[c]));
    rr_json_close(&j, '}');
    if (directory != NULL) print_directory(&j, directory);
    if (r->status != RR_OK) rr_json_string(&j, "error", rr_file_error_text(&r->errors[r->failed]));
    rr_json_close(&j, '}');
    rr_json_end(&j);
}
