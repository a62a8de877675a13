/* SPDX-License-Identifier: Apache-2.0 */
/* robin verify */
#include "cli/commands.h"
#include "cli/evidence.h"

int rr_run_verify(const rr_args *args) {
    const char *path = rr_arg(args, "FILE");
    rr_evidence_report *report = rr_verify_evidence(path);
    rr_status status = report->status;
    if (rr_flag(args, "json"))
        rr_print_report_json(stdout, report);
    else
        rr_print_report(stdout, report, rr_flag(args, "names"));
    if (status != RR_OK)
        rr_tell("robin: %s: %s. Do not rely on this file; get the evidence again from where it was published.",
                rr_safe_string(path), rr_file_error_text(&report->errors[report->failed]));
    rr_evidence_report_free(report);
    return status == RR_OK ? RR_EXIT_DONE : RR_EXIT_REFUSED;
}
