/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/server_call.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/papers.h"

enum { TRIES = 5, PAUSE_MAX = 20, SAID_MAX = 300 };

void rr_call_open(rr_call *call, const char *url, const char *proxy) {
    rr_http_options options = {.proxy = proxy};
    size_t len = strlen(url);
    while (len > 0 && url[len - 1] == '/') len--;
    call->url = rr_copy_text((rr_text){url, len});
    if (rr_http_open(&call->http, &options) != RR_OK) rr_die(RR_EXIT_IO, "out of memory.");
}

void rr_call_close(rr_call *call) {
    rr_http_close(call->http);
    call->http = NULL;
}

/* The body in memory that needs no free; fails where there is no answer. */
static long take_reply(rr_call *call, rr_bytes *body, rr_status status, rr_http_reply *reply, const char *why) {
    if (status == RR_REFUSED) rr_die(RR_EXIT_USAGE, "%s: %s.", rr_safe_string(call->url), rr_safe_string(why));
    if (status == RR_NO_SPACE) rr_die(RR_EXIT_IO, "%s: its answer is larger than it should be.", rr_safe_string(call->url));
    if (status != RR_OK)
        rr_die(RR_EXIT_IO, "%s: %s. Try again later.", rr_safe_string(call->url),
               why[0] != 0 ? rr_safe_string(why) : rr_status_text(status));
    *body = (rr_bytes){rr_take(reply->len + 1), reply->len};
    if (reply->len > 0) memcpy(body->data, reply->body, reply->len);
    free(reply->body);
    return reply->status;
}

long rr_call_get(rr_call *call, rr_bytes *body, const char *path, size_t limit) {
    rr_http_reply reply = {0, NULL, 0, 0};
    char why[RR_HTTP_ERROR_SIZE] = "";
    rr_status status = rr_http_get(call->http, &reply, why, rr_format("%s%s", call->url, path), limit);
    return take_reply(call, body, status, &reply, why);
}

long rr_call_post(rr_call *call, rr_bytes *body, const char *path, const void *data, size_t len, size_t limit) {
    for (int i = 1;; i++) {
        rr_http_reply reply = {0, NULL, 0, 0};
        char why[RR_HTTP_ERROR_SIZE] = "";
        rr_status status = rr_http_post(call->http, &reply, why, rr_format("%s%s", call->url, path), "application/octet-stream",
                                        data, len, limit);
        unsigned pause = reply.retry_after < PAUSE_MAX ? reply.retry_after : PAUSE_MAX;
        long said = take_reply(call, body, status, &reply, why);
        if (said != 503 || i == TRIES) return said;
        struct timespec until = {pause > 0 ? (time_t)pause : 1, 0};
        (void)nanosleep(&until, NULL);
    }
}

const char *rr_call_said(rr_bytes body) {
    size_t len = 0;
    while (len < body.len && len < SAID_MAX && body.data[len] != '\n') len++;
    return rr_safe((rr_text){(const char *)body.data, len});
}

/* The name of the server's directory key: whom a parcel is for. */
static rr_text server_name(rr_call *call) {
    rr_bytes body;
    rr_vkey vkey;
    long status = rr_call_get(call, &body, "/server.json", RR_LIMIT_SMALL);
    json_t *json = status == 200 ? json_loadb((const char *)body.data, body.len, 0, NULL) : NULL;
    const char *directory = json_string_value(json_object_get(json, "directory"));
    char *kept = directory == NULL ? NULL : rr_format("%s", directory);
    json_decref(json);
    if (kept == NULL || rr_vkey_read(&vkey, NULL, rr_text_of(kept), RR_VKEY_ED25519) != RR_OK)
        rr_die(RR_EXIT_IO, "%s: is no server of petitions: it does not say who it is. Check the address.",
               rr_safe_string(call->url));
    return vkey.name;
}

rr_bytes rr_call_publish(rr_call *call, const char *verb, const rr_signer *signer, const rr_blob *parts, size_t count,
                         size_t limit) {
    uint8_t *parcel = NULL;
    size_t len;
    rr_bytes body;
    if (rr_parcel_make(&parcel, &len, verb, server_name(call), rr_now(), signer, parts, count) != RR_OK)
        rr_die(RR_EXIT_IO, "the request to the server cannot be made.");
    long status = rr_call_post(call, &body, rr_format("/publish/%s", verb), parcel, len, limit);
    free(parcel);
    const char *url = rr_safe_string(call->url);
    if (status == 403)
        rr_die(RR_EXIT_REFUSED, "%s: does not take this from your key: %s. Ask its operator to list %s as a publisher.", url,
               rr_call_said(body), rr_safe(rr_vkey_of(signer)));
    if (status == 422) rr_die(RR_EXIT_REFUSED, "%s: refuses: %s.", url, rr_call_said(body));
    if (status != 200) rr_die(RR_EXIT_IO, "%s: answers %ld. Try again later.", url, status);
    return body;
}
