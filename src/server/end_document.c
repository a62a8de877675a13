/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a petition, byte for byte; its rings. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "server/route.h"
#include "store/db.h"

static const char text_type[] = "text/plain; charset=utf-8", bytes_type[] = "application/octet-stream";

static const struct {
    const char *name, *type;
    int document;
} documents[] = {
    {"petition.txt", text_type, RR_DOC_PETITION},     {"roll.txt", text_type, RR_DOC_ROLL},
    {"roll.note", text_type, RR_DOC_ROLL_NOTE},       {"assignment.note", text_type, RR_DOC_ASSIGNMENT},
    {"names.txt", text_type, RR_DOC_NAMES},           {"proofs.bin", bytes_type, RR_DOC_ENROLMENTS},
    {"certificate.bin", bytes_type, RR_DOC_CEREMONY}, {"trustees.bin", bytes_type, RR_DOC_TRUSTEES},
};

rr_result rr_end_document(rr_request *request) {
    const char *name = strrchr(request->route->pattern, '/') + 1;
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        if (strcmp(documents[i].name, name) != 0) continue;
        /* They live as long as the server. */
        const rr_bytes_out *bytes = &request->live->documents[documents[i].document];
        if (!bytes->bytes) break;
        return rr_reply_with(request, 200, rr_response_make(bytes->bytes, bytes->len, documents[i].type, true));
    }
    return rr_reply_text(request, 404, NULL);
}

rr_result rr_end_ring(rr_request *request) {
    const rr_material *m = &request->live->material;
    uint32_t number, count;
    if (!rr_text_number(&number, rr_text_of(request->rest)) || (count = rr_rings_ring_size(&m->rings, number)) == 0)
        return rr_reply_text(request, 404, NULL);
    rr_entry_key *keys = calloc(count, sizeof *keys);
    if (!keys || rr_rings_keys(keys, &m->rings, &m->roll, number) != RR_OK) {
        free(keys);
        return rr_reply_busy(request, NULL, 1);
    }
    rr_result result = rr_reply_bytes(request, 200, keys, count * sizeof *keys, bytes_type);
    free(keys);
    return result;
}
