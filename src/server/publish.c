/* SPDX-License-Identifier: Apache-2.0 */
/* Publishing what waits, and closing logs.
 *
 *     1. what waits is opened and sorted; what the log would not take (a conflict) is left out
 *     2. if enough is left, the next batch's key is made, durably
 *     3. one transaction: leaves, tiles, both logs' checkpoints, the batch's rows deleted, the next batch begun
 *     4. the old batch's key is destroyed
 *
 * A crash after 2 leaves a key too many, one after 3 an old key: a start destroys both.  Where 3 fails and cannot say how it ended, the petition is
 * `unsettled` until the store has been asked. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "server/cache.h"
#include "server/cosigner.h"
#include "server/readers.h"
#include "server/witnessed.h"
#include "server/writer.h"
#include "store/db.h"
#include "store/leaks.h"

enum { WITNESS_PATIENCE = 60 /* seconds */ };

/* ---- what waits --------------------------------------------------------------------------------------------------------------- */

typedef struct waiting {
    const rr_live *live;
    rr_blob *list;
    uint8_t *bytes; /* the records, one behind the other */
    size_t count, room, len, capacity, damaged;
} waiting;

static rr_status add(void *context, rr_blob sealed) {
    waiting *w = context;
    size_t len;
    if (w->count == w->room || sealed.len < 48 || w->capacity - w->len < sealed.len - 48) return RR_NO_SPACE;
    uint8_t *record = w->bytes + w->len;
    if (rr_held_open(record, &len, w->live->batch, sealed) != RR_OK) {
        w->damaged++;
        return RR_OK;
    }
    w->list[w->count++] = (rr_blob){record, len};
    w->len += len;
    return RR_OK;
}

static int by_batch(const void *a, const void *b) {
    const rr_blob *x = a, *y = b;
    return rr_record_compare(x->bytes, x->len, y->bytes, y->len);
}

static rr_status read_waiting(rr_server *server, rr_file_error *error, waiting *w, uint64_t count) {
    size_t room = w->live->room + RR_HELD_HEAD;
    w->room = (size_t)count;
    /* A record is opened into the place behind those before it, which has to have room for the padding. */
    w->capacity = ((size_t)count + 1) * room;
    w->list = calloc((size_t)count + 2, sizeof *w->list);
    w->bytes = malloc(w->capacity);
    if (!w->list || !w->bytes) return rr_fail(error, RR_NO_SPACE, "batch", -1, "there is not enough memory");
    rr_status status = rr_store_held_each(server->store, error, &w->live->batch->id, add, w);
    if (status == RR_OK && w->count > 1 && !rr_leaks("sorted batches")) qsort(w->list, w->count, sizeof *w->list, by_batch);
    if (w->damaged)
        rr_server_say("%zu records that waited were altered in the database and are left out: somebody else writes to it",
                      w->damaged);
    return status;
}

/* ---- one append --------------------------------------------------------------------------------------------------------------- */

static rr_status judge_again(rr_server *server, rr_live *live, rr_file_error *error, uint64_t room) {
    rr_store_reader *reader;
    rr_status status = rr_readers_take(server->readers, error, &reader);
    if (status == RR_OK) status = rr_live_judge(live, error, reader, &server->random, room);
    rr_readers_give(server->readers, reader);
    return status;
}

/* Lets the judge see what would be appended; the list keeps what counts. */
static rr_status judge_batch(rr_live *live, rr_blob *list, size_t *count) {
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        rr_leaf_facts facts = {.proof = RR_OK, .begins_batch = kept == 0};
        rr_verdict verdict;
        if (rr_judge_prospect(live->judge, NULL, list[i].bytes, list[i].len) != RR_WOULD_COUNT) continue;
        rr_status status = rr_judge_leaf(live->judge, &verdict, list[i].bytes, list[i].len, &facts);
        if (status != RR_OK) return status;
        list[kept++] = list[i];
    }
    *count = kept;
    return RR_OK;
}

static void new_batch_is_in_use(rr_server *server, rr_live *live) {
    rr_file_error error;
    rr_batch_id old = live->batch->id;
    rr_batch_key *key = live->batch;
    live->batch = live->next;
    live->next = NULL;
    sodium_free(key); /* wipes */
    if (rr_batch_key_destroy(&error, server->config.keys, &old) != RR_OK)
        rr_server_say_error("the key of a published batch could not be destroyed; remove it", &error);
}

static void next_batch_is_not_needed(rr_server *server, rr_live *live) {
    if (!live->next) return;
    (void)rr_batch_key_destroy(NULL, server->config.keys, &live->next->id);
    sodium_free(live->next);
    live->next = NULL;
}

/* Asks the store how an append ended, and makes the judge agree with it. */
static void settle(rr_server *server, rr_live *live) {
    rr_file_error error = {.rule = NULL};
    rr_store_state state;
    rr_status status = rr_store_petition_state(server->store, &error, &state, &live->pid);
    if (status == RR_OK) {
        pthread_rwlock_wrlock(&live->lock);
        status = judge_again(server, live, &error, 65536);
        pthread_rwlock_unlock(&live->lock);
    }
    if (status != RR_OK) { /* at the next tick again */
        if (!live->said_unsettled) rr_server_say_error("the log of a petition cannot be judged; it is shown to nobody", &error);
        live->said_unsettled = true;
        return;
    }
    live->said_unsettled = false;
    if (live->next && memcmp(&state.batch, &live->next->id, sizeof state.batch) == 0)
        new_batch_is_in_use(server, live);
    else
        next_batch_is_not_needed(server, live);
    live->unsettled = false;
    rr_cache_clear(server->cache);
}

static rr_status append(rr_server *server, rr_live *live, rr_file_error *error, const rr_blob *entries, size_t count,
                        bool closes) {
    rr_status status = rr_store_append(server->store, error, &live->pid, entries, count, closes, live->log, live->next);
    if (status != RR_OK) return status;
    live->size += count;
    live->closed = closes;
    live->version++;
    if (live->next) new_batch_is_in_use(server, live);
    return rr_live_add_step(live, live->size) == RR_OK ? RR_OK
                                                       : rr_fail(error, RR_NO_SPACE, "log", -1, "there is not enough memory");
}

static rr_status make_next(rr_server *server, rr_live *live, rr_file_error *error) {
    live->next = sodium_malloc(sizeof *live->next);
    return live->next ? rr_batch_key_new(live->next, error, server->config.keys)
                      : rr_fail(error, RR_NO_SPACE, "batch", -1, "there is not enough memory");
}

/* From the close on: what waits and will never count goes, and so does its key. */
static rr_status drop_batch(rr_server *server, rr_live *live, rr_file_error *error) {
    rr_status status = make_next(server, live, error);
    if (status == RR_OK) status = rr_store_append(server->store, error, &live->pid, NULL, 0, false, live->log, live->next);
    if (status == RR_OK) new_batch_is_in_use(server, live);
    return status;
}

/* How many nullifiers: somebody who signs, steps forward and withdraws is one person, not a crowd of three. */
static size_t count_people(const rr_blob *list, size_t count) {
    size_t people = 0;
    for (size_t i = 0; i < count; i++) people += i == 0 || memcmp(list[i].bytes + 6, list[i - 1].bytes + 6, 32) != 0;
    return people;
}

static rr_status publish_batch(rr_server *server, rr_live *live, rr_file_error *error, uint64_t held, size_t least) {
    waiting w = {.live = live};
    rr_status status = RR_OK;
    if (live->size + held + 2 > live->capacity) status = judge_again(server, live, error, held + 65536);
    if (status == RR_OK) status = read_waiting(server, error, &w, held);
    if (status == RR_OK) status = judge_batch(live, w.list, &w.count);
    if (status == RR_OK && count_people(w.list, w.count) < least) {
        status = judge_again(server, live, error, 65536); /* as if nothing had been seen */
        if (status == RR_OK && least == 1 && !w.damaged) status = drop_batch(server, live, error);
    } else if (status == RR_OK && w.count) {
        status = make_next(server, live, error);
        if (status == RR_OK) status = append(server, live, error, w.list, w.count, false);
    }
    free(w.list);
    if (w.bytes) sodium_memzero(w.bytes, w.len);
    free(w.bytes);
    return status;
}

static rr_status close_log(rr_server *server, rr_live *live, rr_file_error *error) {
    uint8_t leaf[38] = {1, RR_CLOSE};
    rr_blob entry = {leaf, sizeof leaf};
    rr_verdict verdict;
    rr_leaf_facts facts = {.proof = RR_OK, .begins_batch = true};
    memcpy(leaf + 6, live->pid.bytes, sizeof live->pid.bytes);
    if (live->size + 2 > live->capacity && judge_again(server, live, error, 65536) != RR_OK) return error->status;
    rr_status status = rr_judge_leaf(live->judge, &verdict, leaf, sizeof leaf, &facts);
    if (status != RR_OK) return rr_fail(error, status, "close", -1, rr_status_text(status));
    return append(server, live, error, &entry, 1, true);
}

/* ---- notices and openings ----------------------------------------------------------------------------------------------------- */

/* A leaf of the trustees as the log's next one; the judge has seen it then. */
static rr_status judge_leaf(rr_live *live, rr_file_error *error, rr_blob leaf) {
    static const rr_leaf_facts facts = {.proof = RR_OK, .begins_batch = true};
    rr_verdict verdict;
    rr_status status = rr_judge_leaf(live->judge, &verdict, leaf.bytes, leaf.len, &facts);
    if (status != RR_OK) return rr_fail(error, status, "log", -1, rr_status_text(status));
    if (verdict.verdict == RR_LEAF_COUNTS || verdict.verdict == RR_LEAF_NO_TIME) return RR_OK;
    return rr_fail(error, RR_REFUSED, "log", -1, verdict.rule);
}

/* Section 8: all that waits goes before the notice, which is then looked at again. */
static rr_status publish_notice(rr_server *server, rr_live *live, rr_file_error *error, rr_blob leaf) {
    uint64_t held = 0;
    rr_status status = rr_store_held_count(server->store, error, &held, &live->batch->id);
    if (status == RR_OK && live->size + held + 4 > live->capacity) status = judge_again(server, live, error, held + 65536);
    if (status == RR_OK) {
        status = judge_leaf(live, error, leaf);
        rr_status again = judge_again(server, live, error, held + 65536); /* as if it had not been seen */
        if (status == RR_OK) status = again;
    }
    if (status == RR_OK && held) status = publish_batch(server, live, error, held, 1);
    if (status == RR_OK) status = judge_leaf(live, error, leaf);
    if (status == RR_OK) status = append(server, live, error, &leaf, 1, false);
    return status;
}

static rr_status publish_opening(rr_server *server, rr_live *live, rr_file_error *error, rr_blob leaf, rr_blob file) {
    rr_store_reader *reader;
    rr_status status = rr_readers_take(server->readers, error, &reader);
    live->new_opening = file;
    if (status == RR_OK) status = judge_again(server, live, error, 65536);
    live->reader = reader;
    if (status == RR_OK) status = judge_leaf(live, error, leaf);
    live->reader = NULL;
    live->new_opening = (rr_blob){NULL, 0};
    rr_readers_give(server->readers, reader);
    return status == RR_OK ? rr_store_append_opening(server->store, error, &live->pid, leaf, file, live->log) : status;
}

rr_status rr_publish_trustees(rr_server *server, rr_live *live, rr_file_error *error, rr_blob leaf, rr_blob file) {
    if (live->unsettled) settle(server, live);
    if (live->unsettled) return rr_fail(error, RR_IO, "log", -1, "the log is being looked at: try again");
    pthread_rwlock_wrlock(&live->lock);
    rr_status status =
        file.bytes ? publish_opening(server, live, error, leaf, file) : publish_notice(server, live, error, leaf);
    /* What the store has now is what counts; the judge has perhaps seen more. */
    rr_file_error later;
    live->unsettled = judge_again(server, live, &later, 65536) != RR_OK || status == RR_IO;
    pthread_rwlock_unlock(&live->lock);
    rr_cache_clear(server->cache);
    return status;
}

/* ---- witnesses -------------------------------------------------------------------------------------------------------------------- */

rr_status rr_cosigned_mark_read(rr_server *server, rr_file_error *error) {
    rr_store_reader *reader;
    uint64_t mark;
    rr_status status = rr_readers_take(server->readers, error, &reader);
    if (status == RR_OK) status = rr_store_cosigned_mark(reader, error, &mark);
    rr_readers_give(server->readers, reader);
    if (status == RR_OK) atomic_store(&server->cosigned_mark, mark);
    return status;
}

/* Witnesses have cosigned: an opening may have come in time, a result may be final. */
static void take_cosignatures(rr_server *server) {
    rr_file_error error;
    if (!rr_cosigner_collect(server->cosigner)) return;
    if (rr_cosigned_mark_read(server, &error) != RR_OK) rr_server_say_error("cosignatures could not be read", &error);
    for (size_t i = 0; i < server->live_count; i++) {
        rr_live *live = server->lives[i];
        if (live->unsettled || !rr_live_waits_for_witnesses(live)) continue;
        pthread_rwlock_wrlock(&live->lock);
        live->unsettled = judge_again(server, live, &error, 65536) != RR_OK;
        pthread_rwlock_unlock(&live->lock);
    }
    rr_cache_clear(server->cache);
}

/* Section 7: that a log was not closed before its time is known by witnesses who have seen it open at or after that. */
static bool may_be_closed(rr_server *server, rr_live *live, int64_t now) {
    const rr_petition *p = &live->material.petition;
    if (rr_cosigner_since(server->cosigner, p->witnesses, p->witness_count, p->closes) >= p->witnesses_needed) return true;
    if (!live->said_waiting && now >= p->closes + WITNESS_PATIENCE) {
        live->said_waiting = true;
        rr_server_say("the petition %s is over, but is not closed: %u of its witnesses must cosign first", live->pid_hex,
                      (unsigned)p->witnesses_needed);
    }
    return false;
}

/* ---- when ----------------------------------------------------------------------------------------------------------------------- */

static void publish(rr_server *server, rr_live *live, bool last, bool closing) {
    rr_file_error error = {.status = RR_OK, .rule = NULL};
    uint64_t held = 0;
    /* After the close only names come, which hide nothing: they need no crowd. */
    size_t least = last || live->closed || rr_leaks("batch minimum") ? 1 : server->config.batch_minimum;
    rr_status status = rr_store_held_count(server->store, &error, &held, &live->batch->id);
    if (status == RR_OK && held < least && !closing) return;
    pthread_rwlock_wrlock(&live->lock);
    if (status == RR_OK && held) status = publish_batch(server, live, &error, held, least);
    if (status == RR_OK && closing) status = close_log(server, live, &error);
    /* The judge has perhaps seen what was not published: nobody is shown that. */
    live->unsettled = status != RR_OK;
    pthread_rwlock_unlock(&live->lock);
    live->overdue = status != RR_OK;
    if (status == RR_OK) {
        rr_cache_clear(server->cache);
        return;
    }
    rr_cache_clear(server->cache);
    rr_server_say_error("a batch could not be published; it is tried again", &error);
    settle(server, live);
}

void rr_publish_due(rr_server *server, int64_t now, bool announced) {
    take_cosignatures(server);
    for (size_t i = 0; i < server->live_count; i++) {
        rr_live *live = server->lives[i];
        if (live->unsettled) settle(server, live);
        if (live->unsettled) continue;
        /* The last batch comes at once, also where the close has to wait for witnesses: from then on nothing else is taken. */
        bool over = !live->closed && now >= live->material.petition.closes, last = over && !live->over;
        bool closing = over && may_be_closed(server, live, now);
        if (over) live->over = true; /* for good, whatever the clock says later */
        if (last || closing || announced || live->overdue) publish(server, live, over, closing);
    }
}
