/* SPDX-License-Identifier: Apache-2.0 */
/* The verify page: what robin verify --json says. */
#include "base/text.h"
#include "evidence/report_json.h"
#include "web/module/session.h"

static void write_error(rr_json *j, const rr_file_error *error) {
    char text[512];
    rr_writer w = {text, sizeof text, 0};
    rr_write(&w, error->where ? error->where : "file");
    if (error->number >= 0) {
        rr_write(&w, " ");
        rr_write_number(&w, (uint64_t)error->number);
    }
    rr_write(&w, ": ");
    rr_write(&w, error->rule ? error->rule : rr_status_text(error->status));
    rr_json_text(j, "error", (rr_text){text, w.len < sizeof text ? w.len : sizeof text});
}

/* The JSON is there whatever the status is. */
RR_EXPORT(verify) rr_status rr_web_verify(const uint8_t *file, size_t len);
rr_status rr_web_verify(const uint8_t *file, size_t len) {
    const rr_evidence_options options = rr_web_options();
    rr_evidence_report *report = NULL;
    rr_status status = rr_evidence_verify_memory(&report, file, len, &options);
    if (!report) return rr_web_fail(status, "memory", NULL);
    rr_json j = rr_web_begin();
    rr_report_json(&j, report);
    if (status != RR_OK) write_error(&j, &report->errors[report->failed]);
    rr_web_end(&j);
    rr_evidence_report_free(report);
    return status;
}
