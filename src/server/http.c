/* SPDX-License-Identifier: Apache-2.0 */
#include "server/http.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "server/maker.h"
#include "server/patience.h"
#include "server/pool.h"
#include "server/route.h"
#include "server/writer.h"
#include "store/leaks.h"

enum {
    CONNECTION_MEMORY = 6144, /* request line and headers, and the reply's headers */
    CONNECTION_TIMEOUT = 30,  /* seconds without a byte */
    HEADERS_MAX = 64,
    CONNECTIONS_LEAST = 4,
    BODY_SECONDS = 60, /* for a whole answer or enrolment; uploads of publishers: as long as bytes come */
    DRAIN_MS = 3000
};

struct rr_http_daemons {
    rr_server *server;
    struct MHD_Daemon *list[RR_LISTEN_SOCKETS_MAX];
    size_t count;
};

/* ---- handing on --------------------------------------------------------------------------------------------------------------- */

/* True: the request may be handed on, and then `handed_on` is called.  Counted before it is asked whether the server stops, so that whoever stops it
 * knows when nothing more can come to pool, writer and maker. */
static bool has_room(rr_server *server) {
    atomic_fetch_add(&server->handing_on, 1);
    if (!atomic_load(&server->stopping)) {
        if (atomic_fetch_add(&server->jobs, 1) < server->config.queue) return true;
        atomic_fetch_sub(&server->jobs, 1);
    }
    atomic_fetch_sub(&server->handing_on, 1);
    return false;
}

/* The request itself may be gone. */
static bool handed_on(rr_server *server) {
    atomic_fetch_sub(&server->handing_on, 1);
    return true;
}

static void suspend(rr_request *request) {
    request->waiting = true;
    MHD_suspend_connection(request->connection);
}

bool rr_request_queue_answer(rr_request *request) {
    rr_server *server = request->server;
    if (!has_room(server)) return false;
    suspend(request);
    rr_pool_answer(server->pool, request); /* declines too: so they come to the writer with those that are verified */
    return handed_on(server);
}

bool rr_request_queue_task(rr_request *request) {
    rr_server *server = request->server;
    if (!has_room(server)) return false;
    suspend(request);
    rr_pool_task(server->pool, request);
    return handed_on(server);
}

bool rr_request_queue_evidence(rr_request *request) {
    rr_server *server = request->server;
    if (!has_room(server)) return false;
    suspend(request);
    rr_maker_ask(server->maker, request);
    return handed_on(server);
}

void rr_request_finish(rr_request *request) {
    rr_server *server = request->server;
    struct MHD_Connection *connection = request->connection;
    request->waiting = false;
    /* From here on the request may be gone. */
    MHD_resume_connection(connection);
    atomic_fetch_sub(&server->jobs, 1);
}

static rr_result reply_finished(rr_request *request) {
    if (request->status == 503)
        return rr_reply_busy(request, request->reason[0] ? request->reason : NULL, request->server->config.tick / 1000 + 1);
    if (request->reply)
        return rr_reply_bytes(request, request->status, request->reply, request->reply_len, "application/octet-stream");
    return rr_reply_text(request, request->status, request->reason[0] ? request->reason : NULL);
}

/* ---- one request ---------------------------------------------------------------------------------------------------------------- */

static enum MHD_Result count_header(void *context, enum MHD_ValueKind kind, const char *key, const char *value) {
    (void)kind;
    (void)key;
    (void)value;
    ++*(unsigned *)context;
    return MHD_YES;
}

/* Bodies come with their length: nobody needs two ways to say where one ends, but whoever wants two readers to disagree. */
static bool has_coding(struct MHD_Connection *connection) {
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Transfer-Encoding") != NULL;
}

/* 0, or why the request goes no further than its headers. */
static unsigned check_head(rr_request *request, const char *path, const char *method, const char *version) {
    unsigned count = 0;
    bool post = strcmp(method, "POST") == 0, other;
    rr_match match;
    if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0) return 400;
    if (!MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Host") && strcmp(version, "HTTP/1.1") == 0)
        return 400;
    if (!post && has_coding(request->connection)) return 400;
    MHD_get_connection_values(request->connection, MHD_HEADER_KIND, count_header, &count);
    if (count > HEADERS_MAX) return 431;
    request->head = strcmp(method, "HEAD") == 0;
    rr_route_match(&match, &other, path, post);
    if (!match.route) return other ? 405 : 404;
    if (!post && !request->head && strcmp(method, "GET") != 0) return 405;
    request->route = match.route;
    request->language = match.language;
    request->rest = match.rest;
    request->edition = match.edition;
    if (match.has_pid && !(request->live = rr_server_find(request->server, &match.pid))) return 404;
    if (!post) return 0;
    request->body_limit = match.route->post_limit;
    const char *length = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Content-Length");
    if (!length || has_coding(request->connection)) return 411;
    if (strlen(length) > 12 || strtoull(length, NULL, 10) > request->body_limit) return 413;
    return 0;
}

static bool grow(rr_request *request, size_t more) {
    size_t need = request->body_len + more;
    if (need <= request->body_room) return true;
    size_t room = request->body_room ? 2 * request->body_room : RR_ANSWER_SIZE;
    while (room < need) room *= 2;
    /* Not realloc, which would leave a copy behind: an enrolment holds a code. */
    uint8_t *body = malloc(room);
    if (!body) return false;
    if (request->body_len) memcpy(body, request->body, request->body_len);
    if (request->body) rr_wipe(request->body, request->body_len);
    free(request->body);
    request->body = body;
    request->body_room = room;
    return true;
}

static int64_t now_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec;
}

/* A connection that sends a byte now and then would stay for hours. */
static bool takes_too_long(const rr_request *request) {
    return !request->admitted && now_seconds() - request->begun > BODY_SECONDS;
}

/* A piece of the body.  What is refused already is not kept. */
static rr_result take_body(rr_request *request, const char *data, size_t *len) {
    if (takes_too_long(request)) return MHD_NO;
    if (request->status || request->done) {
        *len = 0;
        return MHD_YES;
    }
    if (*len > request->body_limit - request->body_len)
        request->status = 413;
    else if (!grow(request, *len))
        request->status = 503;
    else {
        memcpy(request->body + request->body_len, data, *len);
        request->body_len += *len;
        if (request->route->admit) request->status = request->route->admit(request);
    }
    *len = 0;
    return MHD_YES;
}

static rr_result method_not_allowed(rr_request *request, const char *allowed) {
    static const char text[] = "this address takes another method\n";
    struct MHD_Response *response = rr_response_make(text, sizeof text - 1, "text/plain; charset=utf-8", true);
    if (response && MHD_add_response_header(response, "Allow", allowed) != MHD_YES) {
        MHD_destroy_response(response);
        return MHD_NO;
    }
    return rr_reply_with(request, 405, response);
}

/* What the headers alone lead to. */
static rr_result refuse(rr_request *request, const char *path) {
    bool other;
    rr_match match;
    if (request->status == 404) return rr_reply_error(request, 404);
    if (request->status != 405) return rr_reply_text(request, request->status, NULL);
    rr_route_match(&match, &other, path, true);
    if (!match.route) return method_not_allowed(request, "GET, HEAD");
    rr_route_match(&match, &other, path, false);
    return method_not_allowed(request, match.route ? "GET, HEAD, POST" : "POST");
}

static rr_result begin(rr_server *server, struct MHD_Connection *connection, const char *path, const char *method,
                       const char *version, void **context) {
    rr_request *request = calloc(1, sizeof *request);
    if (!request) return MHD_NO;
    *context = request;
    request->connection = connection;
    request->server = server;
    rr_patience_headers_came(server->patience, connection);
    request->begun = now_seconds();
    rr_leak_request(connection, path);
    request->status = check_head(request, path, method, version);
    request->refused = request->status != 0;
    /* A reply before the body has come closes the connection: nobody sends us what we do not want.  Any other reply waits for the second call,
     * after which the connection may be used again. */
    bool has_body =
        has_coding(connection) || MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length") != NULL;
    return request->refused && has_body ? refuse(request, path) : MHD_YES;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *data, size_t *data_len, void **request_of) {
    rr_request *request = *request_of;
    if (!request) return begin(context, connection, path, method, version, request_of);
    if (*data_len) return take_body(request, data, data_len);
    if (request->done) return MHD_YES;
    if (request->refused) return refuse(request, path);
    if (request->status) return reply_finished(request);
    return request->route->serve(request);
}

static void completed(void *context, struct MHD_Connection *connection, void **request_of,
                      enum MHD_RequestTerminationCode why) {
    rr_request *request = *request_of;
    (void)context;
    (void)why;
    if (!request) return;
    rr_patience_begins(request->server->patience, connection);
    if (request->task_free) request->task_free(request->task);
    if (request->body) rr_wipe(request->body, request->body_len); /* an enrolment holds a code */
    free(request->body);
    free(request->reply);
    free(request);
    *request_of = NULL;
}

/* Paths are compared as they come: no spelling leads to the same place as another. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return strlen(text);
}

static void say_nothing(void *context, const char *format, va_list list) {
    (void)context;
    (void)format;
    (void)list;
}

/* ---- daemons ---------------------------------------------------------------------------------------------------------------------- */

/* As many connections as there are descriptors for: each may have a file open, and the store and its keys need theirs. */
static unsigned connection_limit(const rr_server *server, size_t sockets) {
    struct rlimit files;
    rlim_t most = server->config.connections, left = 0;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY) {
        if (files.rlim_cur > RR_HTTP_OTHER_FILES) left = (files.rlim_cur - RR_HTTP_OTHER_FILES) / 2;
        if (most > left) most = left;
    }
    return most / sockets > CONNECTIONS_LEAST ? (unsigned)(most / sockets) : CONNECTIONS_LEAST;
}

rr_status rr_http_start(rr_http_daemons **out, rr_server *server, const rr_socket *sockets, size_t count) {
    rr_http_daemons *d = calloc(1, sizeof *d);
    *out = NULL;
    if (!d) return RR_NO_SPACE;
    d->server = server;
    for (; d->count < count; d->count++) {
        d->list[d->count] = MHD_start_daemon(
            MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | MHD_USE_SUPPRESS_DATE_NO_CLOCK, 0,
            NULL, NULL, handle, server, MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL, MHD_OPTION_LISTEN_SOCKET,
            sockets[d->count].descriptor, MHD_OPTION_CONNECTION_LIMIT, connection_limit(server, count),
            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT,
            (unsigned)CONNECTION_TIMEOUT, MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_NOTIFY_CONNECTION,
            rr_patience_notify, server->patience, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL, MHD_OPTION_END);
        if (!d->list[d->count]) {
            rr_http_stop(d);
            return RR_IO;
        }
    }
    *out = d;
    return RR_OK;
}

static void pause_ms(long ms) {
    const struct timespec pause = {0, ms * 1000000};
    nanosleep(&pause, NULL);
}

void rr_http_quiesce(rr_http_daemons *d) {
    for (size_t i = 0; i < d->count; i++) (void)MHD_quiesce_daemon(d->list[i]);
    while (atomic_load(&d->server->handing_on) != 0) pause_ms(1);
}

static unsigned connections(const rr_http_daemons *d) {
    unsigned sum = 0;
    for (size_t i = 0; i < d->count; i++) {
        const union MHD_DaemonInfo *info = MHD_get_daemon_info(d->list[i], MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
        if (info) sum += info->num_connections;
    }
    return sum;
}

void rr_http_stop(rr_http_daemons *d) {
    if (!d) return;
    for (unsigned ms = 0; ms < DRAIN_MS && connections(d) != 0; ms += 10) pause_ms(10);
    for (size_t i = 0; i < d->count; i++) MHD_stop_daemon(d->list[i]);
    free(d);
}
