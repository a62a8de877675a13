/* SPDX-License-Identifier: Apache-2.0 */
/* robin verify */
#include "cli/commands.h"
#include "cli/evidence.h"
#include "cli/online.h"
#include "cli/papers.h"
#include "cli/verify_page.h"

/* Downloads what the address names; the evidence file is gone when the program ends. */
static const char *download(const rr_args *args, const char *url, rr_directory_words *directory) {
    rr_online *online = rr_online_start_witnessed(args);
    rr_online_petition(online, url, NULL, true);
    const rr_remote *r = online->remote;
    *directory = (rr_directory_words){
        rr_online_directory(online), r->directory.size, rr_hex_text(r->directory.root.bytes, 32), r->server,
        online->own.count > 0 ? rr_confirmed_by_own(&online->confirmation) : rr_confirmed_by_listed(&online->confirmation)};
    return rr_online_temporary_evidence(online);
}

int rr_run_verify(const rr_args *args) {
    const char *name = rr_arg(args, "FILE"), *page = rr_arg(args, "page"), *path = name;
    rr_directory_words words, *directory = NULL;
    if ((name == NULL) == (page == NULL))
        rr_die(RR_EXIT_USAGE,
               "name either FILE, a petition's evidence or its address, or --page URL. Say robin verify --help.");
    if (page != NULL && (rr_flag(args, "names") || rr_flag(args, "json")))
        rr_die(RR_EXIT_USAGE, "--names and --json are of a petition: leave them away with --page.");
    if (page == NULL && rr_arg(args, "directory") != NULL)
        rr_die(RR_EXIT_USAGE, "--directory goes with --page: a petition names its directory log itself.");
    if (page != NULL) return rr_verify_page(args, page);
    rr_vkey_list own = rr_own_witnesses(args);
    if (rr_is_url(name)) path = download(args, name, directory = &words);
    rr_evidence_report *report = rr_verify_evidence(path, &own);
    if (directory != NULL) rr_online_remove_temporary(path);
    rr_status status = report->status;
    if (rr_flag(args, "json"))
        rr_print_report_json(stdout, report, directory);
    else
        rr_print_report(stdout, report, rr_flag(args, "names"), directory);
    if (status != RR_OK)
        rr_tell(directory != NULL
                    ? "robin: %s: %s. Do not rely on what this server shows."
                    : "robin: %s: %s. Do not rely on this file; get the evidence again from where it was published.",
                rr_safe_string(name), rr_file_error_text(&report->errors[report->failed]));
    rr_confirmation confirmation = rr_confirmation_in(report);
    bool wanted = rr_arg(args, "witnesses") != NULL && own.count > 0, confirmed = rr_confirmed_by_own(&confirmation);
    if (status == RR_OK && wanted && !confirmed)
        rr_tell("robin: %s: %s, and more than half are needed: whoever made it may show others something else.",
                rr_safe_string(name), rr_confirmation_words(&confirmation));
    rr_evidence_report_free(report);
    return status == RR_OK && (confirmed || !wanted) ? RR_EXIT_DONE : RR_EXIT_REFUSED;
}
