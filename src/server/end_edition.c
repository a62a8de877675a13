/* SPDX-License-Identifier: Apache-2.0 */
/* What is public of an edition: its pages, its file, receipts by the hash of their books. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "roll/edition_file.h"
#include "server/readers.h"
#include "server/route.h"

static const char text_type[] = "text/plain; charset=utf-8", html_type[] = "text/html; charset=utf-8";

/* Gives `bytes` up. */
static rr_result reply(rr_request *request, rr_status status, rr_bytes_out bytes, const char *type) {
    rr_result result = status == RR_OK          ? rr_reply_bytes(request, 200, bytes.bytes, bytes.len, type)
                       : status == RR_NOT_FOUND ? rr_reply_error(request, 404)
                                                : rr_reply_error(request, 503);
    free(bytes.bytes);
    return result;
}

static rr_status read_edition(rr_request *request, rr_bytes_out *text, bool *open) {
    rr_store_reader *reader;
    rr_status status = rr_readers_take(request->server->readers, NULL, &reader);
    if (status == RR_OK) status = rr_store_edition(reader, NULL, text, open, &request->edition);
    rr_readers_give(request->server->readers, reader);
    return status;
}

rr_result rr_end_edition_file(rr_request *request) {
    rr_bytes_out text = {NULL, 0};
    bool open;
    rr_status status = read_edition(request, &text, &open);
    return reply(request, status, text, text_type);
}

/* The browser page, for an edition that is here. */
rr_result rr_end_edition(rr_request *request) {
    rr_bytes_out text = {NULL, 0};
    bool open;
    rr_status status = read_edition(request, &text, &open);
    if (status != RR_OK) return reply(request, status, text, html_type);
    free(text.bytes);
    return rr_end_browser(request);
}

rr_result rr_end_edition_about(rr_request *request) {
    rr_bytes_out text = {NULL, 0}, page = {NULL, 0};
    rr_edition_file file;
    bool open = false;
    rr_status status = read_edition(request, &text, &open);
    if (status == RR_OK) status = rr_edition_file_parse(&file, NULL, (const char *)text.bytes, text.len);
    if (status == RR_OK) {
        rr_page_edition_item item = {file.roll_id, file.edition, file.slot_count, file.body, file.registrar.name};
        rr_page about = rr_request_page(request);
        status = rr_page_edition(&page, &about, &item, open);
    }
    free(text.bytes);
    if (status != RR_OK) return reply(request, status, page, html_type);
    struct MHD_Response *response = rr_response_make(page.bytes, page.len, html_type, false);
    free(page.bytes);
    if (response && !request->language && MHD_add_response_header(response, "Vary", "Accept-Language") != MHD_YES) {
        MHD_destroy_response(response);
        response = NULL;
    }
    return rr_reply_with(request, 200, response);
}

rr_result rr_end_receipt(rr_request *request) {
    rr_bytes_out note = {NULL, 0};
    rr_store_reader *reader;
    uint8_t digest[64];
    if (!rr_text_hex(digest, sizeof digest, rr_text_of(request->rest))) return rr_reply_error(request, 404);
    rr_status status = rr_readers_take(request->server->readers, NULL, &reader);
    if (status == RR_OK) status = rr_store_receipt(reader, NULL, &note, &request->edition, digest);
    rr_readers_give(request->server->readers, reader);
    return reply(request, status, note, text_type);
}
