/* SPDX-License-Identifier: Apache-2.0 */
#include "server/pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/writer.h"

typedef struct queue {
    rr_request *first, **end;
    size_t count;
} queue;

struct rr_pool {
    rr_server *server;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    queue answers, tasks;
    rr_request **round; /* answers in the order in which they are verified, */
    size_t next, end;   /* from `next` to `end` */
    bool stopping;
    unsigned count;
    pthread_t threads[];
};

static void put(queue *q, rr_request *request) {
    request->next = NULL;
    *q->end = request;
    q->end = &request->next;
    q->count++;
}

static rr_request *get(queue *q) {
    rr_request *request = q->first;
    if (!request) return NULL;
    q->first = request->next;
    if (!q->first) q->end = &q->first;
    q->count--;
    return request;
}

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- one batch ------------------------------------------------------------------------------------------------------------------ */

typedef struct batch {
    rr_request *requests[RR_POOL_BATCH];
    rr_claim claims[RR_POOL_BATCH];
    rr_status results[RR_POOL_BATCH];
    size_t count;
    void *scratch;
    size_t scratch_len;
} batch;

static uint32_t ring_of(const rr_request *request) {
    rr_record_head head;
    if (!request->record || rr_record_head_read(&head, request->record, request->record_len) != RR_OK) return UINT32_MAX;
    return head.kind == RR_ANONYMOUS || head.kind == RR_SEALED ? head.number : UINT32_MAX;
}

/* Claims on one ring must stand together; declines, which have none, at the end of their petition. */
static int by_petition_and_ring(const void *a, const void *b) {
    const rr_request *x = *(rr_request *const *)a, *y = *(rr_request *const *)b;
    uint32_t p = ring_of(x), q = ring_of(y);
    if (x->live != y->live) return (uintptr_t)x->live < (uintptr_t)y->live ? -1 : 1;
    if (p != q) return p < q ? -1 : 1;
    return (x->record == NULL) - (y->record == NULL);
}

/* All that has queued up becomes a round: by petition and ring, so that a batch has to do with few rings, whose points cost as much as the
 * proofs.  Nobody is passed over: a round is verified to its end before the next begins. */
static void begin_round(rr_pool *pool) {
    rr_request *request;
    pool->next = pool->end = 0;
    while (pool->end < pool->server->config.queue && (request = get(&pool->answers)) != NULL)
        pool->round[pool->end++] = request;
    qsort(pool->round, pool->end, sizeof *pool->round, by_petition_and_ring);
}

/* The next answers of one petition. */
static void take_batch(rr_pool *pool, batch *b) {
    if (pool->next == pool->end) begin_round(pool);
    b->count = 0;
    while (pool->next < pool->end && b->count < RR_POOL_BATCH &&
           (b->count == 0 || pool->round[pool->next]->live == b->requests[0]->live))
        b->requests[b->count++] = pool->round[pool->next++];
}

static bool grow_scratch(batch *b, size_t claims) {
    size_t need = rr_verify_batch_scratch_size(b->claims, claims);
    if (need <= b->scratch_len) return true;
    free(b->scratch);
    b->scratch = need == SIZE_MAX ? NULL : malloc(need);
    b->scratch_len = b->scratch ? need : 0;
    return b->scratch != NULL;
}

static void verify(rr_server *server, batch *b) {
    rr_live *live = b->requests[0]->live;
    bool whole = true;
    size_t claims = 0;
    while (claims < b->count && b->requests[claims]->record) claims++;
    for (size_t i = 0; i < claims; i++) {
        uint32_t number = ring_of(b->requests[i]);
        const rr_ring *ring = number == UINT32_MAX ? NULL : rr_live_ring(live, number);
        whole = whole && (ring || number == UINT32_MAX);
        rr_record_claim(&b->claims[i], &live->about, b->requests[i]->record, b->requests[i]->record_len, ring);
    }
    rr_status status = !whole || (claims && !grow_scratch(b, claims)) ? RR_NO_SPACE
                       : !claims                                      ? RR_OK
                                 : rr_verify_batch_var(server->params, live->about.subject, b->results, b->claims, claims,
                                                       &server->random, b->scratch, b->scratch_len);
    for (size_t i = 0; i < b->count; i++) {
        rr_request *request = b->requests[i];
        uint32_t number = ring_of(request);
        if (number != UINT32_MAX && b->claims[i].ring) rr_live_ring_done(live, number);
        if (status != RR_OK && status != RR_INVALID)
            request->status = 503;
        else if (i < claims && b->results[i] != RR_OK)
            rr_request_fail(request, 422, "%s", rr_proof_rule(b->results[i]));
        if (request->status)
            rr_request_finish(request);
        else
            rr_writer_answer(server->writer, request);
    }
}

/* ---- threads -------------------------------------------------------------------------------------------------------------------- */

/* Is there enough, or has somebody waited long enough?  Else waits, at most until then. */
static bool batch_is_due(rr_pool *pool) {
    if (pool->next < pool->end) return true;
    if (!pool->answers.first) return false;
    if (pool->stopping || pool->answers.count >= RR_POOL_BATCH) return true;
    uint64_t due = pool->answers.first->queued_ns + (uint64_t)RR_POOL_WAIT_MS * 1000000u;
    return now_ns() >= due;
}

static void wait_for_work(rr_pool *pool) {
    if (!pool->answers.first) {
        pthread_cond_wait(&pool->changed, &pool->lock);
        return;
    }
    uint64_t due = pool->answers.first->queued_ns + (uint64_t)RR_POOL_WAIT_MS * 1000000u;
    struct timespec at = {(time_t)(due / 1000000000u), (long)(due % 1000000000u)};
    pthread_cond_timedwait(&pool->changed, &pool->lock, &at);
}

static void run_task(rr_server *server, rr_request *request) {
    request->check(request);
    if (request->status || !request->store)
        rr_request_finish(request);
    else
        rr_writer_task(server->writer, request);
}

static void *work(void *context) {
    rr_pool *pool = context;
    batch *b = calloc(1, sizeof *b);
    if (!b) abort();
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        rr_request *task = get(&pool->tasks);
        if (task) {
            pthread_mutex_unlock(&pool->lock);
            run_task(pool->server, task);
            pthread_mutex_lock(&pool->lock);
        } else if (batch_is_due(pool)) {
            take_batch(pool, b);
            if (batch_is_due(pool)) pthread_cond_signal(&pool->changed); /* for another thread too */
            pthread_mutex_unlock(&pool->lock);
            if (b->count) verify(pool->server, b);
            pthread_mutex_lock(&pool->lock);
        } else if (pool->stopping)
            break;
        else
            wait_for_work(pool);
    }
    pthread_mutex_unlock(&pool->lock);
    free(b->scratch);
    free(b);
    return NULL;
}

static void add(rr_pool *pool, queue *q, rr_request *request) {
    request->queued_ns = now_ns();
    pthread_mutex_lock(&pool->lock);
    put(q, request);
    /* In between, whoever waits for the batch to be due need not be woken. */
    if (q == &pool->tasks || q->count == 1 || q->count >= RR_POOL_BATCH) pthread_cond_signal(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
}

void rr_pool_answer(rr_pool *pool, rr_request *request) {
    add(pool, &pool->answers, request);
}

void rr_pool_task(rr_pool *pool, rr_request *request) {
    add(pool, &pool->tasks, request);
}

rr_status rr_pool_start(rr_pool **out, rr_server *server, unsigned threads) {
    pthread_condattr_t monotonic;
    rr_pool *pool = calloc(1, sizeof *pool + threads * sizeof pool->threads[0]);
    *out = NULL;
    if (!pool) return RR_NO_SPACE;
    pool->server = server;
    pool->round = calloc(server->config.queue, sizeof *pool->round);
    pool->answers.end = &pool->answers.first;
    pool->tasks.end = &pool->tasks.first;
    if (!pool->round || pthread_condattr_init(&monotonic) != 0 || pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) != 0 ||
        pthread_mutex_init(&pool->lock, NULL) != 0 || pthread_cond_init(&pool->changed, &monotonic) != 0) {
        free(pool->round);
        free(pool);
        return RR_NO_SPACE;
    }
    *out = pool;
    while (pool->count < threads && pthread_create(&pool->threads[pool->count], NULL, work, pool) == 0) pool->count++;
    if (pool->count == threads) return RR_OK;
    rr_pool_stop(pool);
    *out = NULL;
    return RR_NO_SPACE;
}

void rr_pool_stop(rr_pool *pool) {
    if (!pool) return;
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->count; i++) pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->lock);
    free(pool->round);
    free(pool);
}
