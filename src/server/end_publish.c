/* SPDX-License-Identifier: Apache-2.0 */
/* POST /publish/...: parcels (net/parcel.h) of publishers. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/parcel.h"
#include "server/cache.h"
#include "roundrobin/trustees.h"
#include "server/enrolment.h"
#include "server/publishing.h"
#include "server/readers.h"
#include "server/route.h"

typedef struct task {
    const struct verb *verb;
    rr_parcel parcel;
    rr_store_reader *reader;
    rr_server *server;
    rr_publishing publishing;
} task;

/* Each answers RR_OK or fills *error.  `check` runs on a thread of the pool, `store` on the writer's. */
typedef struct verb {
    const char *name;
    rr_status (*check)(rr_request *request, task *t, rr_file_error *error);
    rr_status (*store)(rr_request *request, task *t, rr_file_error *error);
} verb;

/* ---- the verbs -------------------------------------------------------------------------------------------------------------------- */

static rr_status check_roll(rr_request *request, task *t, rr_file_error *error) {
    return rr_publishing_check_roll(&t->publishing, error, request->server, &t->parcel);
}

static rr_status store_roll(rr_request *request, task *t, rr_file_error *error) {
    return rr_publishing_store_roll(&t->publishing, error, request->server);
}

static rr_status check_petition(rr_request *request, task *t, rr_file_error *error) {
    return rr_publishing_check_petition(&t->publishing, error, request->server, t->reader, &t->parcel);
}

static rr_status store_petition(rr_request *request, task *t, rr_file_error *error) {
    return rr_publishing_store_petition(&t->publishing, error, request->server, t->reader);
}

/* Whoever has kept a request may send it again while it is not ten minutes old.  What is asked of an edition is no repeat then: an old list of codes
 * would be back, or a closed edition open.  So these are taken in the order in which they were signed; a repeat of the last one is one. */
static rr_status in_order(rr_request *request, task *t, rr_file_error *error,
                          rr_status (*call)(rr_store *store, rr_store_reader *reader, rr_file_error *error,
                                            const rr_parcel *parcel)) {
    rr_server *server = request->server;
    int64_t *last = &server->edition_times[t->parcel.signer - server->publishers];
    if (t->parcel.time < *last)
        return rr_enrolment_fault(error, RR_REFUSED, "request", -1, "one that was signed later was taken already");
    rr_status status = call(server->store, t->reader, error, &t->parcel);
    if (status == RR_OK) *last = t->parcel.time;
    return status;
}

static rr_status store_edition(rr_request *request, task *t, rr_file_error *error) {
    return in_order(request, t, error, rr_edition_publish);
}

static rr_status store_close(rr_request *request, task *t, rr_file_error *error) {
    return in_order(request, t, error, rr_edition_close);
}

static rr_status check_collect(rr_request *request, task *t, rr_file_error *error) {
    rr_bytes_out bundle = {NULL, 0};
    rr_status status = rr_edition_collect(t->reader, error, &bundle, &t->parcel);
    request->reply = bundle.bytes;
    request->reply_len = bundle.len;
    return status;
}

static rr_status store_receipts(rr_request *request, task *t, rr_file_error *error) {
    return rr_edition_receipts(request->server->store, t->reader, error, &t->parcel);
}

/* A ceremony of trustees begins here; its address follows from its session. */
static rr_status check_ceremony(rr_request *request, task *t, rr_file_error *error) {
    rr_ceremony_file file;
    rr_error why = {RR_OK, 0, 0, NULL};
    (void)request;
    if (t->parcel.count != 1) return rr_fail(error, RR_MALFORMED, "parcel", -1, "it has another number of parts");
    rr_blob text = t->parcel.parts[0];
    rr_status status = rr_ceremony_file_parse(&file, &why, (const char *)text.bytes, text.len);
    return status == RR_OK ? RR_OK : rr_fail(error, status, "ceremony", why.line, why.rule);
}

static rr_status store_ceremony(rr_request *request, task *t, rr_file_error *error) {
    rr_ceremony_file file;
    rr_hash session;
    rr_blob text = t->parcel.parts[0];
    if (rr_ceremony_file_parse(&file, NULL, (const char *)text.bytes, text.len) != RR_OK) return RR_ARGUMENT;
    memcpy(session.bytes, file.session, sizeof session.bytes);
    return rr_store_add_ceremony(request->server->store, error, &session, text);
}

static const verb verbs[] = {
    {"roll", check_roll, store_roll},
    {"petition", check_petition, store_petition},
    {"edition", NULL, store_edition},
    {"close", NULL, store_close},
    {"collect", check_collect, NULL},
    {"receipts", NULL, store_receipts},
    {"ceremony", check_ceremony, store_ceremony},
};

static const verb *find_verb(const char *name) {
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].name, name) == 0) return &verbs[i];
    return NULL;
}

/* ---- running them -------------------------------------------------------------------------------------------------------------------- */

static void ended(rr_request *request, rr_status status, const rr_file_error *error) {
    rr_request_fail_of(request, status, error);
    if (request->status == 503) rr_server_say_error("something could not be published", error);
}

static void check(rr_request *request) {
    task *t = request->task;
    rr_server *server = request->server;
    const char *rule = NULL;
    rr_file_error error = {.status = RR_OK, .number = -1, .rule = NULL};
    rr_status status =
        rr_parcel_open_var(&t->parcel, &rule, request->body, request->body_len, t->verb->name, server->directory_name,
                           (int64_t)time(NULL), server->publishers, server->publisher_count);
    if (status != RR_OK) {
        rr_request_fail(request, status == RR_MALFORMED ? 422 : 403, "%s", rule);
        return;
    }
    status = rr_readers_take(server->readers, &error, &t->reader);
    if (status == RR_OK && t->verb->check) status = t->verb->check(request, t, &error);
    ended(request, status, &error);
    if (status == RR_OK && !t->verb->store) request->status = 200;
}

static void store(rr_request *request) {
    task *t = request->task;
    rr_file_error error = {.status = RR_OK, .number = -1, .rule = NULL};
    rr_status status = t->verb->store(request, t, &error);
    if (status == RR_OK) request->status = 200;
    ended(request, status, &error);
    rr_cache_clear(request->server->cache);
}

static void free_task(void *context) {
    task *t = context;
    if (!t) return;
    rr_readers_give(t->server->readers, t->reader);
    rr_publishing_free(&t->publishing);
    free(t);
}

unsigned rr_end_publish_admit(rr_request *request) {
    const rr_server *server = request->server;
    const verb *asked = find_verb(request->rest);
    const char *rule = NULL;
    if (!asked) return 404;
    if (request->admitted) return 0;
    rr_status status = rr_parcel_admit_var(&rule, request->body, request->body_len, asked->name, server->directory_name,
                                           (int64_t)time(NULL), server->publishers, server->publisher_count);
    if (status == RR_NOT_FOUND) return 0;
    request->admitted = status == RR_OK;
    if (status == RR_OK) return 0;
    rr_request_fail(request, status == RR_MALFORMED ? 422 : 403, "%s", rule);
    return request->status;
}

rr_result rr_end_publish(rr_request *request) {
    const verb *asked = find_verb(request->rest);
    if (!asked) return rr_reply_text(request, 404, NULL);
    if (!request->admitted) return rr_reply_text(request, 422, "this is no parcel: a part is cut off");
    task *t = calloc(1, sizeof *t);
    if (!t) return rr_reply_busy(request, NULL, 1);
    t->verb = asked;
    t->server = request->server;
    request->task = t;
    request->task_free = free_task;
    request->check = check;
    request->store = asked->store ? store : NULL;
    return rr_request_queue_task(request) ? MHD_YES : rr_reply_busy(request, NULL, 1);
}
