/* SPDX-License-Identifier: Apache-2.0 */
/* load post URL FILE [--connections N] [--seconds S]      each answer of the file until it is acknowledged, or refused
 * load get URL [--connections N] [--seconds S]            the same page again and again
 *
 * One thread, many connections that stay open.  Prints name TAB value TAB unit. */
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "load.h"

enum {
    CONNECTIONS_MAX = 20000,
    SECONDS_MAX = 900,
    REPLY_HEAD = 4096,    /* bytes of a reply's head at most */
    CONNECTING_MAX = 256, /* how many connections are opened at once */
    EVENTS = 512
};

typedef enum stage { IDLE, CONNECTING, SENDING, HEAD, BODY } stage;

typedef struct connection {
    int fd;
    stage stage;
    size_t sent, have, body_left;
    double started, not_before;
    uint32_t item;
    bool has_item, closes;
    int status;
    unsigned retry_after;
    char head[REPLY_HEAD + 1];
} connection;

typedef struct load {
    struct addrinfo *address;
    char head[1024];
    size_t head_len;
    const uint8_t *items; /* NULL: no bodies, and no end */
    uint32_t item_count, next;
    uint32_t *again; /* a stack of items that were not taken */
    size_t again_count;
    connection *connections;
    uint32_t count, connecting;
    int epoll;
    double end, last;
    uint64_t done, refused, broken, statuses[600], bytes;
    double *latencies;
    size_t latency_count, latency_room;
} load;

static void watch(const load *l, connection *c, uint32_t events) {
    struct epoll_event event = {.events = events, .data = {.ptr = c}};
    if (epoll_ctl(l->epoll, EPOLL_CTL_MOD, c->fd, &event) != 0) load_die("epoll: %s", strerror(errno));
}

static bool take_item(load *l, connection *c) {
    if (c->has_item) return true;
    if (l->items == NULL) return c->has_item = true;
    if (l->again_count > 0) {
        c->item = l->again[--l->again_count];
    } else if (l->next < l->item_count) {
        c->item = l->next++;
    } else {
        return false;
    }
    return c->has_item = true;
}

static void drop(load *l, connection *c, double now) {
    if (c->fd >= 0) close(c->fd);
    if (c->stage == CONNECTING) l->connecting--;
    if (c->has_item && l->items != NULL) l->again[l->again_count++] = c->item;
    c->has_item = false;
    c->fd = -1;
    c->stage = IDLE;
    c->not_before = now + 0.1;
}

static void finish(load *l, connection *c, double now) {
    if (c->status >= 0 && c->status < 600) l->statuses[c->status]++;
    if (c->status == 503) {
        if (l->items != NULL) l->again[l->again_count++] = c->item;
        c->not_before = now + (c->retry_after > 0 ? c->retry_after : 1);
    } else {
        if (c->status == 202 || c->status == 200) {
            l->done++;
            l->last = now;
        } else {
            l->refused++;
        }
        if (l->latency_count < l->latency_room) l->latencies[l->latency_count++] = now - c->started;
    }
    c->has_item = false;
    c->stage = IDLE;
    if (c->closes) {
        close(c->fd);
        c->fd = -1;
    }
}

static void send_more(load *l, connection *c, double now) {
    size_t body = l->items == NULL ? 0 : RR_ANSWER_SIZE, total = l->head_len + body;
    while (c->sent < total) {
        size_t in_head = c->sent < l->head_len ? l->head_len - c->sent : 0;
        size_t from = c->sent > l->head_len ? c->sent - l->head_len : 0;
        union {
            const void *readable;
            void *plain;
        } head = {.readable = l->head + c->sent}, rest = {.readable = l->items};
        struct iovec parts[2] = {{head.plain, in_head}, {NULL, 0}};
        if (body > 0) {
            rest.readable = l->items + (size_t)c->item * RR_ANSWER_SIZE + from;
            parts[1] = (struct iovec){rest.plain, body - from};
        }
        ssize_t n = writev(c->fd, parts, 2);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (n <= 0) {
            l->broken++;
            drop(l, c, now);
            return;
        }
        c->sent += (size_t)n;
    }
    c->stage = HEAD;
    c->have = 0;
    watch(l, c, EPOLLIN);
}

static void start(load *l, connection *c, double now) {
    if (c->not_before > now || (c->fd < 0 && l->connecting >= CONNECTING_MAX) || !take_item(l, c)) return;
    c->started = now;
    c->sent = 0;
    if (c->fd >= 0) {
        c->stage = SENDING;
        watch(l, c, EPOLLOUT);
        send_more(l, c, now);
        return;
    }
    c->fd = socket(l->address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) load_die("no socket: %s; is the limit of open files too low? (ulimit -n)", strerror(errno));
    struct epoll_event event = {.events = EPOLLOUT, .data = {.ptr = c}};
    if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &event) != 0) load_die("epoll: %s", strerror(errno));
    c->stage = CONNECTING;
    l->connecting++;
    if (connect(c->fd, l->address->ai_addr, l->address->ai_addrlen) != 0 && errno != EINPROGRESS) {
        l->broken++;
        drop(l, c, now);
    }
}

/* A header's value in a head that is terminated, else NULL. */
static const char *header(const char *head, const char *name) {
    size_t len = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, len) == 0 && line[len] == ':') return line + len + 1 + strspn(line + len + 1, " ");
    }
    return NULL;
}

static void read_head(load *l, connection *c, double now) {
    c->head[c->have] = '\0';
    char *end = strstr(c->head, "\r\n\r\n");
    if (end == NULL) {
        if (c->have == REPLY_HEAD) load_die("a reply's head has more than %d bytes", REPLY_HEAD);
        return;
    }
    size_t body_here = c->have - (size_t)(end + 4 - c->head);
    *end = '\0';
    const char *length = header(c->head, "Content-Length"), *after = header(c->head, "Retry-After"),
               *close_it = header(c->head, "Connection");
    if (length == NULL || sscanf(c->head, "HTTP/1.1 %d", &c->status) != 1) load_die("a reply without length: %s", c->head);
    size_t body = strtoull(length, NULL, 10);
    c->retry_after = after == NULL ? 0 : (unsigned)strtoul(after, NULL, 10);
    c->closes = close_it != NULL && strncasecmp(close_it, "close", 5) == 0;
    if (body_here > body) load_die("a reply is longer than it says");
    l->bytes += body;
    c->body_left = body - body_here;
    c->stage = BODY;
    if (c->body_left == 0) finish(l, c, now);
}

static void receive(load *l, connection *c, double now) {
    char rest[65536];
    while (c->stage == HEAD || c->stage == BODY) {
        bool head = c->stage == HEAD;
        size_t room = head ? REPLY_HEAD - c->have : c->body_left < sizeof rest ? c->body_left : sizeof rest;
        ssize_t n = recv(c->fd, head ? c->head + c->have : rest, room, 0);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (n <= 0) {
            l->broken++;
            drop(l, c, now);
        } else if (head) {
            c->have += (size_t)n;
            read_head(l, c, now);
        } else {
            c->body_left -= (size_t)n;
            if (c->body_left == 0) finish(l, c, now);
        }
    }
}

static void on_event(load *l, connection *c, double now) {
    if (c->stage == CONNECTING) {
        int error = 0;
        socklen_t len = sizeof error;
        if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error != 0) {
            l->broken++;
            drop(l, c, now);
            return;
        }
        l->connecting--;
        c->stage = SENDING;
    }
    if (c->stage == SENDING) send_more(l, c, now);
    if (c->stage == HEAD || c->stage == BODY) receive(l, c, now);
    if (c->stage == IDLE && !c->has_item && c->not_before <= now) {
        start(l, c, now);
        if (c->stage == IDLE && c->fd >= 0) watch(l, c, EPOLLRDHUP); /* nothing is left to do; the server may close it */
    }
}

static bool over(const load *l, double now) {
    return now >= l->end || (l->items != NULL && l->done + l->refused == l->item_count);
}

static void run(load *l) {
    struct epoll_event events[EVENTS];
    double now = load_now(), looked = 0;
    while (!over(l, now)) {
        if (now - looked > 0.02) {
            looked = now;
            for (uint32_t i = 0; i < l->count; i++) {
                connection *c = &l->connections[i];
                if (c->stage == IDLE) start(l, c, now);
            }
        }
        int n = epoll_wait(l->epoll, events, EVENTS, 20);
        if (n < 0 && errno != EINTR) load_die("epoll: %s", strerror(errno));
        now = load_now();
        for (int i = 0; i < n; i++) {
            connection *c = events[i].data.ptr;
            if (c->stage == IDLE && c->fd >= 0) { /* closed by the server while it waited */
                close(c->fd);
                c->fd = -1;
                continue;
            }
            on_event(l, c, now);
        }
    }
}

static void open_load(load *l, int argc, char **argv, const char *method, size_t body, uint64_t connections) {
    load_url url;
    load_url_read(&url, argv[0]);
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    if (getaddrinfo(url.host, url.port, &hints, &l->address) != 0) load_die("%s: no such address", argv[0]);
    int len = snprintf(l->head, sizeof l->head, "%s %s HTTP/1.1\r\nHost: %s:%s\r\n", method, url.path, url.host, url.port);
    if (body > 0)
        len += snprintf(l->head + len, sizeof l->head - (size_t)len,
                        "Content-Type: application/octet-stream\r\nContent-Length: %zu\r\n", body);
    len += snprintf(l->head + len, sizeof l->head - (size_t)len, "\r\n");
    l->head_len = (size_t)len;
    l->count = (uint32_t)load_number(argc, argv, "--connections", connections, 1, CONNECTIONS_MAX);
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < l->count + 64) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    l->connections = load_take(l->count * sizeof *l->connections);
    for (uint32_t i = 0; i < l->count; i++) l->connections[i].fd = -1;
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (l->epoll < 0) load_die("epoll: %s", strerror(errno));
}

static double percentile(load *l, double part) {
    if (l->latency_count == 0) return 0;
    qsort(l->latencies, l->latency_count, sizeof *l->latencies, load_by_size);
    return l->latencies[(size_t)(part * (double)(l->latency_count - 1))] * 1e3;
}

static void report(load *l, const char *name, double began) {
    double seconds = l->last > began ? l->last - began : 1e-9;
    printf("%s\t%.0f\t1/s\n", name, (double)l->done / seconds);
    printf("%s_latency_median\t%.1f\tms\n%s_latency_p99\t%.1f\tms\n", name, percentile(l, 0.5), name, percentile(l, 0.99));
    printf("%s_done\t%llu\t\n%s_broken\t%llu\tconnections\n", name, (unsigned long long)l->done, name,
           (unsigned long long)l->broken);
    for (int i = 0; i < 600; i++) {
        if (l->statuses[i] > 0) printf("%s_status_%d\t%llu\t\n", name, i, (unsigned long long)l->statuses[i]);
    }
}

int load_post(int argc, char **argv) {
    load l = {.epoll = -1};
    size_t len;
    if (argc < 2) load_die("usage: load post URL FILE [--connections N] [--seconds S]");
    l.items = load_read(&len, "", argv[1]);
    if (len == 0 || len % RR_ANSWER_SIZE != 0 || len / RR_ANSWER_SIZE > 1000000)
        load_die("%s: is not answers of 2048 bytes one behind the other", argv[1]);
    l.item_count = (uint32_t)(len / RR_ANSWER_SIZE);
    l.again = load_take(l.item_count * sizeof *l.again);
    l.latency_room = l.item_count;
    l.latencies = load_take(l.latency_room * sizeof *l.latencies);
    open_load(&l, argc, argv, "POST", RR_ANSWER_SIZE, 6000);
    double began = load_now();
    l.end = began + (double)load_number(argc, argv, "--seconds", 60, 1, SECONDS_MAX);
    run(&l);
    report(&l, "post", began);
    return l.done == l.item_count ? 0 : 1;
}

int load_get(int argc, char **argv) {
    load l = {.epoll = -1, .latency_room = 1000000};
    if (argc < 1) load_die("usage: load get URL [--connections N] [--seconds S]");
    l.latencies = load_take(l.latency_room * sizeof *l.latencies);
    open_load(&l, argc, argv, "GET", 0, 64);
    double began = load_now();
    l.end = began + (double)load_number(argc, argv, "--seconds", 5, 1, SECONDS_MAX);
    run(&l);
    report(&l, "get", began);
    if (l.done > 0) printf("get_bytes\t%llu\tbytes\n", (unsigned long long)(l.bytes / l.done));
    return l.done > 0 && l.refused == 0 ? 0 : 1;
}
