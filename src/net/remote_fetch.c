/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses and single files. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/remote_inside.h"

enum { BUSY_TRIES = 5, BUSY_SECONDS = 30 };

static const char no_memory[] = "there is not enough memory";

rr_status rr_remote_fail(char error[RR_REMOTE_ERROR_SIZE], rr_status status, const char *format, ...) {
    va_list list;
    va_start(list, format);
    (void)vsnprintf(error, RR_REMOTE_ERROR_SIZE, format, list);
    va_end(list);
    return status;
}

char *rr_remote_join(const char *base, const char *name) {
    size_t size = strlen(base) + strlen(name) + 1;
    char *out = malloc(size);
    if (out) (void)snprintf(out, size, "%s%s", base, name);
    return out;
}

void rr_remote_progress(const rr_transport *t, const char *what, uint64_t done, uint64_t of) {
    if (t->progress) t->progress(t->context, what, done, of);
}

static rr_status reply_status(char *error, const rr_http_reply *reply, const char *url) {
    if (reply->status == 200) return RR_OK;
    if (reply->status == 404) return rr_remote_fail(error, RR_NOT_FOUND, "%.300s: the server does not have this", url);
    return rr_remote_fail(error, RR_IO, "%.300s: the server answers with status %ld", url, reply->status);
}

rr_status rr_remote_get(const rr_transport *t, rr_blob *body, char error[RR_REMOTE_ERROR_SIZE], const char *base,
                        const char *name, size_t limit) {
    char why[RR_HTTP_ERROR_SIZE] = "", *url = rr_remote_join(base, name);
    *body = (rr_blob){NULL, 0};
    if (!url) return rr_remote_fail(error, RR_NO_SPACE, no_memory);
    rr_http_reply reply = {.status = 0};
    rr_status status;
    for (int i = 1;; i++) {
        status = t->get(t->context, &reply, why, url, limit);
        if (status != RR_OK || reply.status != 503 || i == BUSY_TRIES) break;
        free(reply.body);
        unsigned wait = reply.retry_after ? reply.retry_after : 1;
        t->pause(t->context, wait < BUSY_SECONDS ? wait : BUSY_SECONDS);
    }
    if (status != RR_OK) {
        free(url);
        return rr_remote_fail(error, status, "%s", why);
    }
    status = reply_status(error, &reply, url);
    free(url);
    /* An empty file is there: its bytes are not NULL. */
    if (status == RR_OK && !reply.body && !(reply.body = malloc(1))) status = rr_remote_fail(error, RR_NO_SPACE, no_memory);
    if (status == RR_OK)
        *body = (rr_blob){reply.body, reply.len};
    else
        free(reply.body);
    return status;
}

void rr_remote_drop(rr_blob *body) {
    void *memory; /* an rr_blob is a view, this one of memory of its own */
    memcpy(&memory, &body->bytes, sizeof memory);
    free(memory);
    *body = (rr_blob){NULL, 0};
}

/* ---- addresses ------------------------------------------------------------------------------------------------------ */

/* Behind "/p/": a pid, and then the end or a slash. */
bool rr_remote_pid(rr_pid *pid, const char *text) {
    if (strnlen(text, 65) < 64) return false;
    return rr_text_hex(pid->bytes, 32, (rr_text){text, 64}) && strchr("/?#", text[64]) != NULL;
}

rr_status rr_remote_address(char **server, bool *has_pid, rr_pid *pid, char error[RR_REMOTE_ERROR_SIZE], const char *url) {
    *server = NULL;
    *has_pid = false;
    const char *host = strncmp(url, "https://", 8) == 0 ? url + 8 : strncmp(url, "http://", 7) == 0 ? url + 7 : NULL;
    if (!host || strcspn(host, "/?#") == 0)
        return rr_remote_fail(error, RR_REFUSED, "%.300s: is no address: it begins with neither https:// nor http://", url);
    const char *path = host + strcspn(host, "/?#");
    if (!(*server = strndup(url, (size_t)(path - url)))) return rr_remote_fail(error, RR_NO_SPACE, no_memory);
    /* A language: /en */
    if (path[0] == '/' && path[1] >= 'a' && path[1] <= 'z' && path[2] >= 'a' && path[2] <= 'z' &&
        strchr("/?#", path[3]) != NULL)
        path += 3;
    if (strncmp(path, "/p/", 3) == 0) *has_pid = rr_remote_pid(pid, path + 3);
    size_t rest = strcspn(path, "?#");
    if (*has_pid || rest == 0 || (rest == 1 && path[0] == '/')) return RR_OK;
    free(*server);
    *server = NULL;
    return rr_remote_fail(error, RR_REFUSED,
                          "%.300s: is neither the address of a petition (https://SERVER/p/64 hex digits/) nor that of a server",
                          url);
}
