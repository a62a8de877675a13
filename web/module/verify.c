/* SPDX-License-Identifier: Apache-2.0 */
/* The verify page: what robin verify --json says. */
#include "evidence/report_json.h"
#include "web/module/session.h"

/* The JSON is there whatever the status is. */
RR_EXPORT(verify) rr_status rr_web_verify(const uint8_t *file, size_t len);
rr_status rr_web_verify(const uint8_t *file, size_t len) {
    static const rr_evidence_options options = {.random = &rr_web_source, .progress = rr_web_on_check};
    rr_evidence_report *report = NULL;
    rr_status status = rr_evidence_verify_memory(&report, file, len, &options);
    if (!report) return rr_web_fail(status, "memory", NULL);
    rr_json j = rr_web_begin();
    rr_report_json(&j, report);
    rr_web_end(&j);
    rr_evidence_report_free(report);
    return status;
}
