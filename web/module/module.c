/* SPDX-License-Identifier: Apache-2.0 */
#include "web/module/module.h"

#include <stdlib.h>
#include <string.h>

#include "net/remote_inside.h"

/* ---- memory --------------------------------------------------------------------------------------------------------- */

/* Before each piece stands its size, so that it can be wiped. */
enum { HEAD = 16 };

RR_EXPORT(take) void *rr_web_take(size_t len);
void *rr_web_take(size_t len) {
    uint8_t *piece = len <= SIZE_MAX - HEAD ? malloc(len + HEAD) : NULL;
    if (!piece) return NULL;
    memcpy(piece, &len, sizeof len);
    return piece + HEAD;
}

RR_EXPORT(give) void rr_web_give(void *bytes);
void rr_web_give(void *bytes) {
    size_t len;
    if (!bytes) return;
    uint8_t *piece = (uint8_t *)bytes - HEAD;
    memcpy(&len, piece, sizeof len);
    rr_wipe(bytes, len);
    free(piece);
}

/* ---- what JavaScript hands in --------------------------------------------------------------------------------------- */

static int fill(void *context, uint8_t *out, size_t len) {
    (void)context;
    rr_web_random(out, len);
    return 0;
}

const rr_random rr_web_source = {fill, NULL};

static rr_status get(void *context, rr_http_reply *reply, char error[RR_HTTP_ERROR_SIZE], const char *url, size_t limit) {
    static const char unreachable[] = "the server could not be reached", large[] = "the server gives more than this can be";
    rr_web_reply got = {0, 0, NULL, 0};
    (void)context;
    rr_web_get(&got, url, strlen(url), limit);
    *reply = (rr_http_reply){.status = got.status, .retry_after = got.retry_after};
    error[0] = 0;
    if (got.status == 0 || got.status == 413) {
        const char *why = got.status == 0 ? unreachable : large;
        memcpy(error, why, strlen(why) + 1);
        return got.status == 0 ? RR_IO : RR_NO_SPACE;
    }
    /* Whoever gets it frees it with free(). */
    if (got.body && got.len > 0) {
        reply->body = malloc(got.len);
        if (reply->body) memcpy(reply->body, got.body, got.len);
        reply->len = got.len;
    }
    rr_web_give(got.body);
    return got.len > 0 && !reply->body ? RR_NO_SPACE : RR_OK;
}

/* A worker cannot sleep: the page asks again. */
static void pause_seconds(void *context, unsigned seconds) {
    (void)context, (void)seconds;
}

static void progress(void *context, const char *what, uint64_t done, uint64_t of) {
    (void)context;
    bool log = strcmp(what, "downloading the log") == 0, directory = strcmp(what, "downloading the directory log") == 0;
    rr_web_progress(log ? RR_WEB_LOG : directory ? RR_WEB_DIRECTORY : RR_WEB_PAPERS, (double)done, (double)of);
}

const rr_transport rr_web_transport = {get, pause_seconds, progress, NULL};

const rr_params *rr_web_params(void) {
    static rr_params *params;
    void *memory = params ? NULL : malloc(rr_params_size());
    if (memory && rr_params_init(&params, memory, rr_params_size()) != RR_OK) free(memory);
    return params;
}

/* ---- output --------------------------------------------------------------------------------------------------------- */

static char *json;
static size_t json_len, json_room;
static const void *output;
static size_t output_len;

RR_EXPORT(output_bytes) const void *rr_web_output_bytes(void);
const void *rr_web_output_bytes(void) {
    return output;
}

RR_EXPORT(output_length) size_t rr_web_output_length(void);
size_t rr_web_output_length(void) {
    return output_len;
}

void rr_web_output(const void *bytes, size_t len) {
    output = bytes;
    output_len = len;
}

static void put(void *context, const char *bytes, size_t len) {
    (void)context;
    if (len > json_room - json_len) {
        size_t room = 2 * json_room + len + 4096;
        char *more = realloc(json, room);
        if (!more) __builtin_trap();
        json = more;
        json_room = room;
    }
    memcpy(json + json_len, bytes, len);
    json_len += len;
}

rr_json rr_web_begin(void) {
    rr_json j;
    json_len = 0;
    rr_json_begin(&j, put, NULL);
    rr_json_open(&j, NULL, '{');
    return j;
}

void rr_web_end(rr_json *j) {
    rr_json_close(j, '}');
    rr_json_end(j);
    rr_web_output(json, json_len);
}

rr_status rr_web_fail(rr_status status, const char *what, const char *rule) {
    rr_json j = rr_web_begin();
    rr_json_string(&j, "what", what);
    rr_json_string(&j, "rule", rule ? rule : rr_status_text(status));
    rr_web_end(&j);
    return status;
}

rr_status rr_web_fail_file(const char *what, const rr_file_error *error) {
    rr_json j = rr_web_begin();
    rr_json_string(&j, "what", what);
    rr_json_string(&j, "where", error->where);
    if (error->number >= 0) rr_json_number(&j, "number", (uint64_t)error->number);
    rr_json_string(&j, "rule", error->rule ? error->rule : rr_status_text(error->status));
    rr_web_end(&j);
    return error->status;
}

/* The page always knows which petition it is of. */
rr_status rr_remote_only_petition(const rr_transport *transport, rr_pid *pid, char error[RR_REMOTE_ERROR_SIZE],
                                  const char *server) {
    (void)transport, (void)pid;
    return rr_remote_fail(error, RR_REFUSED, "%.300s: is not the address of a petition", server);
}
