/* SPDX-License-Identifier: Apache-2.0 */
#include "server/patience.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

/* One connection.  libmicrohttpd tells of its end before it closes the descriptor, so that a node in the list has a descriptor of its own. */
typedef struct node {
    struct node *before, *after;
    int descriptor;
    time_t since; /* monotonic */
    bool waits;   /* for headers */
} node;

struct rr_patience {
    pthread_mutex_t lock;
    node *first;
};

static time_t seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

rr_patience *rr_patience_make(void) {
    rr_patience *patience = calloc(1, sizeof *patience);
    if (patience && pthread_mutex_init(&patience->lock, NULL) != 0) {
        free(patience);
        return NULL;
    }
    return patience;
}

void rr_patience_free(rr_patience *patience) {
    if (!patience) return;
    pthread_mutex_destroy(&patience->lock);
    free(patience);
}

static void add(rr_patience *patience, node *n) {
    n->after = patience->first;
    if (n->after) n->after->before = n;
    patience->first = n;
}

static void take_out(rr_patience *patience, node *n) {
    if (n->before)
        n->before->after = n->after;
    else
        patience->first = n->after;
    if (n->after) n->after->before = n->before;
}

void rr_patience_notify(void *context, struct MHD_Connection *connection, void **socket_context,
                        enum MHD_ConnectionNotificationCode what) {
    rr_patience *patience = context;
    node *n = *socket_context;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (!n) return;
        pthread_mutex_lock(&patience->lock);
        take_out(patience, n);
        pthread_mutex_unlock(&patience->lock);
        free(n);
        *socket_context = NULL;
        return;
    }
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    n = info ? calloc(1, sizeof *n) : NULL;
    *socket_context = n;
    if (!n) return; /* then only silence ends it */
    *n = (node){.descriptor = info->connect_fd, .since = seconds(), .waits = true};
    pthread_mutex_lock(&patience->lock);
    add(patience, n);
    pthread_mutex_unlock(&patience->lock);
}

static void set(rr_patience *patience, struct MHD_Connection *connection, bool waits) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    node *n = info ? info->socket_context : NULL;
    if (!n) return;
    pthread_mutex_lock(&patience->lock);
    n->waits = waits;
    n->since = seconds();
    pthread_mutex_unlock(&patience->lock);
}

void rr_patience_headers_came(rr_patience *patience, struct MHD_Connection *connection) {
    set(patience, connection, false);
}

void rr_patience_begins(rr_patience *patience, struct MHD_Connection *connection) {
    set(patience, connection, true);
}

void rr_patience_end_slow(rr_patience *patience) {
    time_t now = seconds();
    pthread_mutex_lock(&patience->lock);
    for (node *n = patience->first; n; n = n->after) {
        if (!n->waits || now - n->since < RR_PATIENCE_SECONDS) continue;
        (void)shutdown(n->descriptor, SHUT_RDWR); /* libmicrohttpd sees the end, and closes it */
        n->waits = false;
    }
    pthread_mutex_unlock(&patience->lock);
}
