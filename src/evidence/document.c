/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/document.h"

#include <stdlib.h>
#include <string.h>

const char *rr_document_name(rr_document id) {
    static const char *const names[] = {"petition",   "roll",     "roll note", "assignment", "names",
                                        "enrolments", "ceremony", "trustees",  "directory",  "cosigned"};
    return id >= RR_DOC_PETITION && id < RR_DOC_END ? names[id - RR_DOC_PETITION] : "";
}

rr_status rr_fail(rr_file_error *error, rr_status status, const char *where, int64_t number, const char *rule) {
    if (error) *error = (rr_file_error){.status = status, .where = where, .number = number, .rule = rule};
    return status;
}

bool rr_blob_copy(rr_blob *copy, rr_blob blob) {
    uint8_t *bytes = malloc(blob.len ? blob.len : 1);
    if (!bytes) return false;
    if (blob.len) memcpy(bytes, blob.bytes, blob.len);
    *copy = (rr_blob){bytes, blob.len};
    return true;
}

void rr_blob_free(rr_blob *blob) {
    void *memory; /* an rr_blob is a view, this one of memory of its own */
    memcpy(&memory, &blob->bytes, sizeof memory);
    free(memory);
    *blob = (rr_blob){NULL, 0};
}

void rr_blobs_free(rr_blob **list, size_t *count) {
    for (size_t i = 0; i < *count; i++) rr_blob_free(&(*list)[i]);
    free(*list);
    *list = NULL;
    *count = 0;
}
