/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/document.h"

const char *rr_document_name(rr_document id) {
    static const char *const names[] = {"petition", "roll", "roll note", "assignment", "names", "enrolments", "ceremony"};
    return id >= RR_DOC_PETITION && id < RR_DOC_END ? names[id - RR_DOC_PETITION] : "";
}

rr_status rr_fail(rr_file_error *error, rr_status status, const char *where, int64_t number, const char *rule) {
    if (error) *error = (rr_file_error){.status = status, .where = where, .number = number, .rule = rule};
    return status;
}
