/* SPDX-License-Identifier: Apache-2.0 */
/* The report of robin verify for programs, with what a server's directory says. */
#include "cli/evidence.h"
#include "evidence/report_json.h"

static void print_directory(rr_json *j, const rr_directory_words *directory) {
    rr_json_open(j, "directory", '{');
    rr_json_string(j, "server", directory->server);
    rr_json_number(j, "size", directory->size);
    rr_json_string(j, "root", directory->root);
    rr_json_bool(j, "holds_petition", true);
    rr_json_bool(j, "witnessed", directory->witnessed);
    rr_json_close(j, '}');
}

void rr_print_report_json(FILE *out, const rr_evidence_report *r, const rr_directory_words *directory) {
    rr_json j = rr_json_to(out);
    rr_json_open(&j, NULL, '{');
    rr_report_json(&j, r);
    if (directory != NULL) print_directory(&j, directory);
    if (r->status != RR_OK) rr_json_string(&j, "error", rr_file_error_text(&r->errors[r->failed]));
    rr_json_close(&j, '}');
    rr_json_end(&j);
}
