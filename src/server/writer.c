/* SPDX-License-Identifier: Apache-2.0 */
#include "server/writer.h"
#include "server/patience.h"

#include <stdlib.h>
#include <time.h>

#include "server/clock.h"
#include "store/leaks.h"

enum { LEAST_AGE_MS = 500 };

struct rr_writer_thread {
    rr_server *server;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    rr_request *answers, *tasks, **tasks_end;
    size_t answer_count;
    bool stopping;
    pthread_t thread;
};

static void add_ms(struct timespec *t, uint32_t ms) {
    t->tv_sec += ms / 1000;
    t->tv_nsec += (long)(ms % 1000) * 1000000;
    if (t->tv_nsec >= 1000000000) {
        t->tv_sec++;
        t->tv_nsec -= 1000000000;
    }
}

static bool has_come(const struct timespec *at) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec > at->tv_sec || (now.tv_sec == at->tv_sec && now.tv_nsec >= at->tv_nsec);
}

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static rr_request *next_task(rr_writer_thread *w) {
    rr_request *request = w->tasks;
    if (request) w->tasks = request->next;
    if (!w->tasks) w->tasks_end = &w->tasks;
    return request;
}

static void run_task(rr_writer_thread *w, rr_request *request) {
    (void)w;
    request->store(request);
    rr_request_finish(request);
}

static uint32_t tick_length(const rr_writer_thread *w) {
    return rr_leaks("ticks") ? 1 : w->server->config.tick;
}

/* A decline needs no proof, and would be here before a signature that came at the same moment: just before a tick it alone would be answered by that
 * tick.  So an answer takes part in a tick only when it came at least this much earlier, which is more than verifying takes. */
static uint64_t least_age_ns(const rr_writer_thread *w) {
    uint32_t ms = tick_length(w) / 4;
    return (uint64_t)(ms < LEAST_AGE_MS ? ms : LEAST_AGE_MS) * 1000000u;
}

/* The answers that came before, as an array; NULL with nothing taken if there are none, or no memory. */
static rr_request **take_answers(rr_writer_thread *w, size_t *count, uint64_t before) {
    rr_request **list = w->answer_count ? malloc(w->answer_count * sizeof *list) : NULL, **at = &w->answers;
    *count = 0;
    if (!list) return NULL;
    while (*at) {
        rr_request *request = *at;
        if (request->queued_ns > before) {
            at = &request->next;
            continue;
        }
        *at = request->next;
        list[(*count)++] = request;
    }
    w->answer_count -= *count;
    return list;
}

static void tick(rr_writer_thread *w, uint64_t before) {
    size_t count;
    pthread_mutex_lock(&w->lock);
    rr_request **list = take_answers(w, &count, before);
    pthread_mutex_unlock(&w->lock);
    if (list) rr_tick(w->server, list, count);
    free(list);
}

/* Waits for the next tick, doing tasks meanwhile.  False: the server stops. */
static bool wait_for_tick(rr_writer_thread *w, const struct timespec *at) {
    pthread_mutex_lock(&w->lock);
    /* The tick first: however many tasks there are, answers are not kept waiting. */
    while (!w->stopping && !has_come(at)) {
        rr_request *task = next_task(w);
        if (task) {
            pthread_mutex_unlock(&w->lock);
            run_task(w, task);
            pthread_mutex_lock(&w->lock);
        } else
            pthread_cond_timedwait(&w->changed, &w->lock, at);
    }
    bool go_on = !w->stopping;
    pthread_mutex_unlock(&w->lock);
    return go_on;
}

static int64_t steady_seconds(void) {
    return (int64_t)(now_ns() / 1000000000u);
}

static void publish_due(rr_server *server, rr_clock *clock) {
    int64_t now = (int64_t)time(NULL), jumped;
    bool announced = rr_clock_announced(clock, now, server->config.batch_interval) || rr_leaks("announced times");
    bool may_close = rr_clock_may_close(clock, &jumped, now, steady_seconds());
    if (jumped)
        rr_server_say(
            "the clock has gone ahead by %lld seconds: no petition is closed for %d minutes, so that it can be set right",
            (long long)jumped, RR_CLOCK_DOUBT / 60);
    rr_publish_due(server, may_close ? now : INT64_MIN, announced);
}

static void *work(void *context) {
    rr_writer_thread *w = context;
    rr_clock clock;
    struct timespec at;
    rr_clock_begin(&clock, (int64_t)time(NULL), steady_seconds(), w->server->config.batch_interval);
    clock_gettime(CLOCK_MONOTONIC, &at);
    add_ms(&at, tick_length(w));
    while (wait_for_tick(w, &at)) {
        tick(w, now_ns() - least_age_ns(w));
        publish_due(w->server, &clock);
        rr_patience_end_slow(w->server->patience);
        clock_gettime(CLOCK_MONOTONIC, &at);
        add_ms(&at, tick_length(w));
    }
    for (rr_request *task = next_task(w); task; task = next_task(w)) run_task(w, task);
    tick(w, UINT64_MAX);
    return NULL;
}

void rr_writer_answer(rr_writer_thread *w, rr_request *request) {
    pthread_mutex_lock(&w->lock);
    request->next = w->answers;
    w->answers = request;
    w->answer_count++;
    pthread_mutex_unlock(&w->lock);
}

void rr_writer_task(rr_writer_thread *w, rr_request *request) {
    pthread_mutex_lock(&w->lock);
    request->next = NULL;
    *w->tasks_end = request;
    w->tasks_end = &request->next;
    pthread_cond_signal(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

rr_status rr_writer_start(rr_writer_thread **out, rr_server *server) {
    pthread_condattr_t monotonic;
    rr_writer_thread *w = calloc(1, sizeof *w);
    *out = NULL;
    if (!w) return RR_NO_SPACE;
    w->server = server;
    w->tasks_end = &w->tasks;
    if (pthread_condattr_init(&monotonic) != 0 || pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) != 0 ||
        pthread_mutex_init(&w->lock, NULL) != 0 || pthread_cond_init(&w->changed, &monotonic) != 0 ||
        pthread_create(&w->thread, NULL, work, w) != 0) {
        free(w);
        return RR_NO_SPACE;
    }
    *out = w;
    return RR_OK;
}

void rr_writer_stop(rr_writer_thread *w) {
    if (!w) return;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_signal(&w->changed);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
