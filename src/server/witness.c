/* SPDX-License-Identifier: Apache-2.0 */
#include "server/witness.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "server/server.h"

enum {
    CONNECTIONS = 512,
    TIMEOUT = 30, /* seconds */
    CONNECTION_MEMORY = 16384,
    NOTE_ROOM = 65536 + RR_WITNESS_REPLY,
    NOT_ALLOWED = 405,
    TOO_LARGE = 413,
    FAILED = 500
};

struct rr_witness {
    rr_witness_options options;
    rr_socket sockets[RR_LISTEN_SOCKETS_MAX];
    size_t socket_count, daemon_count;
    struct MHD_Daemon *daemons[RR_LISTEN_SOCKETS_MAX];
    pthread_mutex_t lock; /* from reading what was cosigned last to keeping the next */
    char vkey[RR_SIGNER_TEXT_SIZE];
};

/* ---- one request ------------------------------------------------------------------------------------------------------- */

/* The checkpoint with those of its signatures that were verified, and ours.  False: it does not fit. */
static bool cosign(char note[NOTE_ROOM], size_t *len, size_t *ours, const rr_witness *w, rr_text given, int64_t now) {
    rr_note parsed;
    rr_note_signature signature;
    if (rr_note_parse(&parsed, NULL, given.start, given.len) != RR_OK ||
        rr_note_begin(note, NOTE_ROOM, len, parsed.text) != RR_OK)
        return false;
    for (size_t at = 0, begins = 0; rr_note_next(&signature, &at, &parsed); begins = at) {
        for (size_t i = 0; i < w->options.log_count; i++) {
            const rr_vkey *key = &w->options.logs[i];
            if (!rr_text_equal(signature.name, key->name) || memcmp(signature.id, key->id, sizeof key->id) != 0) continue;
            if (at - begins > NOTE_ROOM - *len) return false;
            memcpy(note + *len, parsed.signatures.start + begins, at - begins);
            *len += at - begins;
            break;
        }
    }
    *ours = *len;
    return now > 0 && rr_note_add(note, NOTE_ROOM, len, w->options.signer, (uint64_t)now) == RR_OK;
}

static unsigned decide(rr_witness *w, rr_file_error *error, char *note, char reply[RR_WITNESS_REPLY], size_t *len,
                       const rr_witness_request *request, const rr_checkpoint *checkpoint, int64_t now) {
    rr_witnessed last;
    size_t note_len, ours;
    if (rr_witness_state_last(w->options.state, error, &last, checkpoint->origin) != RR_OK) return FAILED;
    rr_witness_answer answer = rr_witness_decide_var(request, checkpoint, &last);
    if (answer == RR_WITNESS_CONFLICT)
        *len = (size_t)snprintf(reply, RR_WITNESS_REPLY, "%llu\n", (unsigned long long)last.size);
    if (answer != RR_WITNESS_COSIGNS) return answer;
    if (!cosign(note, &note_len, &ours, w, request->note, now) || note_len - ours > RR_WITNESS_REPLY) {
        rr_fail(error, RR_ARGUMENT, "witness", -1, "the checkpoint cannot be cosigned");
        return FAILED;
    }
    if (rr_witness_state_keep(w->options.state, error, last.size, checkpoint, (rr_text){note, note_len}) != RR_OK)
        return FAILED;
    *len = note_len - ours;
    memcpy(reply, note + ours, *len);
    return RR_WITNESS_COSIGNS;
}

unsigned rr_witness_answer_to(rr_witness *w, rr_file_error *error, char reply[RR_WITNESS_REPLY], size_t *len, const char *body,
                              size_t body_len, int64_t now) {
    rr_witness_request request;
    rr_checkpoint checkpoint;
    *len = 0;
    if (rr_witness_request_read(&request, NULL, body, body_len) != RR_OK) return RR_WITNESS_MALFORMED;
    unsigned answer = rr_witness_open_var(&checkpoint, &request, w->options.logs, w->options.log_count);
    if (answer != RR_WITNESS_COSIGNS) return answer;
    char *note = malloc(NOTE_ROOM);
    if (!note) {
        rr_fail(error, RR_NO_SPACE, "witness", -1, "there is not enough memory");
        return FAILED;
    }
    pthread_mutex_lock(&w->lock);
    answer = decide(w, error, note, reply, len, &request, &checkpoint, now);
    pthread_mutex_unlock(&w->lock);
    free(note);
    /* Whoever operates a witness is the one to tell others. */
    if (answer == RR_WITNESS_INCONSISTENT)
        rr_server_say("the log %.*s shows a checkpoint of size %llu that does not continue what was cosigned: it may have been "
                      "forked",
                      (int)(checkpoint.origin.len < 200 ? checkpoint.origin.len : 200), checkpoint.origin.start,
                      (unsigned long long)checkpoint.size);
    return answer;
}

/* ---- HTTP ---------------------------------------------------------------------------------------------------------------- */

typedef struct request {
    size_t len;
    bool too_large;
    char body[RR_WITNESS_REQUEST_MAX];
} request;

static enum MHD_Result give(struct MHD_Connection *connection, unsigned status, const char *type, const char *text,
                            size_t len) {
    char copy[1];
    union { /* it is copied */
        const char *given;
        void *data;
    } body = {len ? text : copy};
    struct MHD_Response *response = MHD_create_response_from_buffer(len, body.data, MHD_RESPMEM_MUST_COPY);
    if (!response) return MHD_NO;
    (void)MHD_add_response_header(response, "Content-Type", type);
    (void)MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static const char plain[] = "text/plain; charset=utf-8";

static enum MHD_Result answer_post(rr_witness *w, struct MHD_Connection *connection, const request *r) {
    char reply[RR_WITNESS_REPLY];
    size_t len;
    rr_file_error error = {.status = RR_OK, .rule = NULL};
    unsigned status = rr_witness_answer_to(w, &error, reply, &len, r->body, r->len, (int64_t)time(NULL));
    if (status == FAILED) rr_server_say_error("a checkpoint could not be cosigned", &error);
    return give(connection, status, status == RR_WITNESS_CONFLICT ? "text/x.tlog.size" : plain, reply, len);
}

static enum MHD_Result answer_note(rr_witness *w, struct MHD_Connection *connection, const rr_hash *origin) {
    char *note = NULL;
    size_t len = 0;
    rr_file_error error;
    pthread_mutex_lock(&w->lock);
    rr_status status = rr_witness_state_note(w->options.state, &error, &note, &len, origin);
    pthread_mutex_unlock(&w->lock);
    if (status != RR_OK && status != RR_NOT_FOUND) rr_server_say_error("a checkpoint could not be read", &error);
    enum MHD_Result result = status == RR_OK          ? give(connection, 200, plain, note, len)
                             : status == RR_NOT_FOUND ? give(connection, 404, plain, "", 0)
                                                      : give(connection, FAILED, plain, "", 0);
    free(note);
    return result;
}

static enum MHD_Result answer_get(rr_witness *w, struct MHD_Connection *connection, const char *path) {
    char text[RR_SIGNER_TEXT_SIZE + 200];
    rr_hash origin;
    if (strlen(path) == 76 && rr_text_hex(origin.bytes, 32, (rr_text){path + 1, 64}) && strcmp(path + 65, "/checkpoint") == 0)
        return answer_note(w, connection, &origin);
    if (strcmp(path, "/") != 0) return give(connection, 404, plain, "", 0);
    int len = snprintf(text, sizeof text, "A witness of logs (C2SP tlog-witness). Its key:\n\n%s\n", w->vkey);
    return give(connection, 200, plain, text, (size_t)len);
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *data, size_t *data_len, void **state) {
    rr_witness *w = context;
    request *r = *state;
    bool post = strcmp(method, "POST") == 0, add = strcmp(path, "/add-checkpoint") == 0;
    (void)version;
    if (!r) {
        r = calloc(1, sizeof *r);
        *state = r;
        return r ? MHD_YES : MHD_NO;
    }
    if (*data_len) {
        if (!add || *data_len > sizeof r->body - r->len)
            r->too_large = true;
        else {
            memcpy(r->body + r->len, data, *data_len);
            r->len += *data_len;
        }
        *data_len = 0;
        return MHD_YES;
    }
    if (post && add && r->too_large) return give(connection, TOO_LARGE, plain, "", 0);
    if (post && add) return answer_post(w, connection, r);
    if (!add && (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)) return answer_get(w, connection, path);
    return give(connection, add ? NOT_ALLOWED : 404, plain, "", 0);
}

static void completed(void *context, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why) {
    (void)context;
    (void)connection;
    (void)why;
    free(*state);
    *state = NULL;
}

static void say_nothing(void *context, const char *format, va_list list) {
    (void)context;
    (void)format;
    (void)list;
}

static rr_status start_daemon(rr_witness *w, rr_file_error *error, const rr_socket *socket) {
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL, handle, w, MHD_OPTION_EXTERNAL_LOGGER, say_nothing,
        NULL, MHD_OPTION_LISTEN_SOCKET, socket->descriptor, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT,
        MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_END);
    if (!daemon) return rr_fail(error, RR_IO, "witness", -1, "its threads cannot be started");
    w->daemons[w->daemon_count++] = daemon;
    return RR_OK;
}

rr_status rr_witness_start(rr_witness **out, rr_file_error *error, const rr_witness_options *options) {
    rr_witness *w = calloc(1, sizeof *w);
    *out = NULL;
    if (!w || pthread_mutex_init(&w->lock, NULL) != 0) {
        free(w);
        return rr_fail(error, RR_NO_SPACE, "witness", -1, "there is not enough memory");
    }
    w->options = *options;
    w->vkey[rr_signer_vkey(w->vkey, sizeof w->vkey - 1, options->signer)] = 0;
    rr_status status = RR_OK;
    for (size_t i = 0; i < options->listen_count && status == RR_OK; i++)
        status = rr_listen(w->sockets, &w->socket_count, error, options->listen[i]);
    for (size_t i = 0; i < w->socket_count && status == RR_OK; i++) status = start_daemon(w, error, &w->sockets[i]);
    if (status == RR_OK)
        *out = w;
    else
        rr_witness_stop(w);
    return status;
}

size_t rr_witness_address_count(const rr_witness *w) {
    return w->socket_count;
}

const char *rr_witness_address(const rr_witness *w, size_t index) {
    return w->sockets[index].address;
}

void rr_witness_stop(rr_witness *w) {
    if (!w) return;
    for (size_t i = 0; i < w->daemon_count; i++) {
        (void)MHD_quiesce_daemon(w->daemons[i]); /* so that the socket stays ours to close */
        MHD_stop_daemon(w->daemons[i]);
    }
    rr_listen_close(w->sockets, w->socket_count);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
