/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/request.h"

static const struct {
    const char *name, *value;
} headers[] = {
    {"Cache-Control", "no-store"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Permissions-Policy", "interest-cohort=(), camera=(), geolocation=(), microphone=()"},
};

/* Of every reply but the browser page. */
static const char usual_policy[] = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
                                   "frame-ancestors 'none'";

static const char *status_text(unsigned status) {
    switch (status) {
    case 200:
    case 202: return "ok";
    case 400: return "the request is not well-formed";
    case 403: return "this key may not ask this";
    case 404: return "there is nothing at this address";
    case 405: return "this address takes another method";
    case 411: return "the length of the body is missing";
    case 413: return "the body is too long";
    case 431: return "the request has too many or too long headers";
    case 503: return "the server has too much to do: send the same again later";
    default: return "the server failed: try again later";
    }
}

/* Gives it the headers that all of them have. */
static struct MHD_Response *finish(struct MHD_Response *response, const char *type, const char *policy) {
    if (!response) return NULL;
    bool good = MHD_add_response_header(response, "Content-Type", type) == MHD_YES &&
                MHD_add_response_header(response, "Content-Security-Policy", policy) == MHD_YES;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        good = good && MHD_add_response_header(response, headers[i].name, headers[i].value) == MHD_YES;
    if (good) return response;
    MHD_destroy_response(response);
    return NULL;
}

static struct MHD_Response *make(const void *bytes, size_t len, bool keep) {
    /* The pointer is not written to: with `keep` libmicrohttpd only reads, else it copies. */
    union {
        const void *given;
        void *taken;
    } data = {bytes};
    return MHD_create_response_from_buffer(len, len ? data.taken : (void *)0,
                                           keep ? MHD_RESPMEM_PERSISTENT : MHD_RESPMEM_MUST_COPY);
}

struct MHD_Response *rr_response_make(const void *bytes, size_t len, const char *type, bool keep) {
    return finish(make(bytes, len, keep), type, usual_policy);
}

struct MHD_Response *rr_response_with_policy(const void *bytes, size_t len, const char *type, const char *policy) {
    return finish(make(bytes, len, true), type, policy);
}

struct MHD_Response *rr_response_file(int descriptor, uint64_t len, const char *type) {
    struct MHD_Response *response = MHD_create_response_from_fd64(len, descriptor);
    if (!response) (void)close(descriptor);
    return finish(response, type, usual_policy);
}

rr_result rr_reply_with(rr_request *request, unsigned status, struct MHD_Response *response) {
    if (!response) return MHD_NO;
    rr_result result = MHD_queue_response(request->connection, status, response);
    MHD_destroy_response(response);
    request->done = true;
    return result;
}

rr_result rr_reply_bytes(rr_request *request, unsigned status, const void *bytes, size_t len, const char *type) {
    return rr_reply_with(request, status, rr_response_make(bytes, len, type, false));
}

rr_result rr_reply_text(rr_request *request, unsigned status, const char *sentence) {
    char line[RR_REASON_SIZE + 2];
    int len = snprintf(line, sizeof line, "%.*s\n", RR_REASON_SIZE, sentence ? sentence : status_text(status));
    return rr_reply_bytes(request, status, line, (size_t)len, "text/plain; charset=utf-8");
}

rr_result rr_reply_busy(rr_request *request, const char *sentence, unsigned seconds) {
    char line[RR_REASON_SIZE + 2], after[16];
    int len = snprintf(line, sizeof line, "%.*s\n", RR_REASON_SIZE, sentence ? sentence : status_text(503));
    snprintf(after, sizeof after, "%u", seconds ? seconds : 1);
    struct MHD_Response *response = rr_response_make(line, (size_t)len, "text/plain; charset=utf-8", false);
    if (response && MHD_add_response_header(response, "Retry-After", after) != MHD_YES) {
        MHD_destroy_response(response);
        response = NULL;
    }
    return rr_reply_with(request, 503, response);
}

void rr_request_fail(rr_request *request, unsigned status, const char *format, ...) {
    va_list list;
    va_start(list, format);
    request->status = status;
    vsnprintf(request->reason, sizeof request->reason, format, list);
    va_end(list);
}
