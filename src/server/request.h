/* SPDX-License-Identifier: Apache-2.0 */
/* One request, from its first byte until its connection is done with it.
 *
 * An endpoint either answers at once, or hands the request to the pool or the writer; then the connection is suspended and nobody but that part
 * touches the request, until it calls rr_request_finish, once. */
#ifndef RR_SERVER_REQUEST_H
#define RR_SERVER_REQUEST_H

#include <microhttpd.h>

#include "server/server.h"

typedef struct rr_route rr_route;

enum { RR_REASON_SIZE = 320 };

struct rr_request {
    struct MHD_Connection *connection;
    rr_server *server;
    const rr_route *route;
    rr_live *live;                /* routes of a petition */
    rr_store_edition_key edition; /* routes of an edition */
    const char *rest;             /* of the path, behind the route's own part */
    const char *language;         /* "en" or "ru" as the path says; NULL: it does not */
    bool head;

    uint8_t *body; /* of its own; NULL: none */
    size_t body_len, body_room, body_limit;
    bool admitted; /* of a parcel: its note is that of a publisher */
    int64_t begun; /* seconds of the monotonic clock */

    /* An answer on its way. */
    const uint8_t *record; /* into body; NULL: a decline */
    size_t record_len;
    bool drop;          /* nothing of it is to be kept: a repeat or a conflict */
    uint64_t queued_ns; /* when it was handed on */
    rr_request *next;

    /* A task: check on a pool thread, then (if it is still 0) store on the writer's. */
    void (*check)(rr_request *request);
    void (*store)(rr_request *request);
    void *task; /* the endpoint's */
    void (*task_free)(void *task);

    /* How it ends: set before rr_request_finish. */
    unsigned status;
    char reason[RR_REASON_SIZE]; /* plain text; empty: that of the status */
    uint8_t *reply;              /* or bytes, of their own */
    size_t reply_len;
    bool refused; /* by its headers alone */
    bool waiting, done;
    bool ready;    /* an evidence file is there, */
    uint64_t size; /* as of this size of the log */
};

/* The reply is known: the connection goes on.  Called once, by whoever has the request. */
void rr_request_finish(rr_request *request);
void rr_request_fail(rr_request *request, unsigned status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Hands it on; the connection is suspended.  False: the server has too much to do already, and nothing happened. */
bool rr_request_queue_answer(rr_request *request);
bool rr_request_queue_task(rr_request *request);
bool rr_request_queue_evidence(rr_request *request);

/* ---- answering at once (reply.c) ------------------------------------------------------------------------------------------------ */

typedef enum MHD_Result rr_result;

/* A response with the headers that all of them have.  `bytes` are copied, or with `keep` stay where they are for ever. */
struct MHD_Response *rr_response_make(const void *bytes, size_t len, const char *type, bool keep);
/* The same with a Content-Security-Policy of its own; `bytes` stay where they are for ever. */
struct MHD_Response *rr_response_with_policy(const void *bytes, size_t len, const char *type, const char *policy);
/* The first of a file, which it closes. */
struct MHD_Response *rr_response_file(int descriptor, uint64_t len, const char *type);
/* Queues it and gives it up. */
rr_result rr_reply_with(rr_request *request, unsigned status, struct MHD_Response *response);
rr_result rr_reply_bytes(rr_request *request, unsigned status, const void *bytes, size_t len, const char *type);
/* Plain text: the sentence and an LF; NULL: that of the status. */
rr_result rr_reply_text(rr_request *request, unsigned status, const char *sentence);
/* 503 with Retry-After. */
rr_result rr_reply_busy(rr_request *request, const char *sentence, unsigned seconds);

#endif
