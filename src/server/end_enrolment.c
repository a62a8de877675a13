/* SPDX-License-Identifier: Apache-2.0 */
/* POST /e/ROLLID/EDITION/enrolment: a member's book. */
#include <stdlib.h>

#include "server/enrolment.h"
#include "server/readers.h"
#include "server/route.h"

typedef struct task {
    rr_enrolment_checked checked;
} task;

static void free_task(void *context) {
    task *t = context;
    if (!t) return;
    rr_enrolment_free(&t->checked);
    free(t);
}

void rr_request_fail_of(rr_request *request, rr_status status, const rr_file_error *error) {
    const char *where = error->where ? error->where : "request", *rule = error->rule ? error->rule : rr_status_text(status);
    switch (status) {
    case RR_OK: break;
    case RR_MALFORMED:
    case RR_INVALID:
    case RR_REFUSED:
    case RR_UNSUPPORTED:
        if (error->number >= 0)
            rr_request_fail(request, 422, "%s %lld: %s", where, (long long)error->number, rule);
        else
            rr_request_fail(request, 422, "%s: %s", where, rule);
        break;
    case RR_NOT_FOUND: rr_request_fail(request, 404, "%s: %s", where, rule); break;
    default: request->status = 503;
    }
}

static void check(rr_request *request) {
    task *t = request->task;
    rr_file_error error = {.status = RR_OK, .number = -1, .rule = NULL};
    rr_store_reader *reader;
    rr_blob body = {request->body, request->body_len};
    rr_status status = rr_readers_take(request->server->readers, &error, &reader);
    if (status == RR_OK)
        status = rr_enrolment_check_var(&t->checked, &error, reader, request->server->params, &request->server->random,
                                        &request->edition, body);
    rr_readers_give(request->server->readers, reader);
    rr_wipe(request->body, request->body_len);
    rr_request_fail_of(request, status, &error);
}

static void store(rr_request *request) {
    task *t = request->task;
    rr_file_error error = {.status = RR_OK, .number = -1, .rule = NULL};
    rr_status status = rr_enrolment_store(request->server->store, &error, &t->checked);
    if (status == RR_OK) request->status = 202;
    rr_request_fail_of(request, status, &error);
    if (request->status == 503) rr_server_say_error("an enrolment could not be kept", &error);
}

rr_result rr_end_enrolment(rr_request *request) {
    task *t = calloc(1, sizeof *t);
    if (!t) return rr_reply_busy(request, NULL, 1);
    request->task = t;
    request->task_free = free_task;
    request->check = check;
    request->store = store;
    return rr_request_queue_task(request) ? MHD_YES : rr_reply_busy(request, NULL, 1);
}
