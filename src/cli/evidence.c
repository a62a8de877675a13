/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/evidence.h"

#include <errno.h>
#include <string.h>

typedef struct shown_check {
    rr_progress bar;
    rr_check check;
    bool started;
} shown_check;

static bool report_progress(void *context, rr_check check, uint64_t done, uint64_t of) {
    shown_check *shown = context;
    if (!shown->started || shown->check != check) {
        if (shown->started) rr_progress_end(&shown->bar);
        rr_progress_start(&shown->bar, rr_format("checking %s", rr_check_text(check)), of);
        shown->check = check;
        shown->started = true;
    }
    rr_progress_to(&shown->bar, done);
    return true;
}

const char *rr_file_error_text(const rr_file_error *error) {
    const char *rule = error->rule != NULL ? error->rule : rr_status_text(error->status);
    const char *where = error->where != NULL ? error->where : "file";
    const char *text =
        error->number >= 0 ? rr_format("%s %lld: %s", where, (long long)error->number, rule) : rr_format("%s: %s", where, rule);
    return error->system != 0 ? rr_format("%s (%s)", text, strerror(error->system)) : text;
}

void rr_die_of(const char *path, const rr_file_error *error, const char *what_to_do) {
    bool io = error->status == RR_IO || error->status == RR_NO_SPACE || error->status == RR_RANDOM;
    if (error->system == EEXIST) io = false;
    rr_die(io ? RR_EXIT_IO : RR_EXIT_REFUSED, "%s: %s. %s", rr_safe_string(path), rr_file_error_text(error), what_to_do);
}

rr_confirmation rr_confirmation_in(const rr_evidence_report *r) {
    return (rr_confirmation){r->own_witnesses, r->own_witnessed, r->witness_count, r->witnesses, r->witnessed};
}

rr_evidence_report *rr_verify_evidence(const char *path, const rr_vkey_list *own) {
    shown_check shown = {.started = false};
    rr_evidence_options options = {.random = &rr_system_random, .progress = report_progress, .progress_context = &shown};
    rr_evidence_report *report = NULL;
    if (own != NULL) {
        options.witnesses = own->keys;
        options.witness_count = own->count;
    }
    rr_status status = rr_evidence_verify(&report, path, &options);
    if (shown.started) rr_progress_end(&shown.bar);
    if (report == NULL) rr_die(RR_EXIT_IO, "%s: %s.", rr_safe_string(path), rr_status_text(status));
    if (status == RR_IO || status == RR_RANDOM)
        rr_die_of(path, &report->errors[report->failed], "Check the name, the permissions and the disk.");
    return report;
}

rr_evidence_report *rr_read_evidence(const char *path, const rr_pid *pid) {
    rr_evidence_report *report = rr_verify_evidence(path, NULL);
    if (report->status != RR_OK)
        rr_die_of(path, &report->errors[report->failed], "It does not verify; get it again, or leave it out.");
    if (memcmp(report->pid.bytes, pid->bytes, sizeof pid->bytes) != 0)
        rr_die(RR_EXIT_REFUSED, "%s: is the evidence of another petition. Name the right one, or leave it out.",
               rr_safe_string(path));
    return report;
}
