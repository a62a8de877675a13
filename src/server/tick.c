/* SPDX-License-Identifier: Apache-2.0 */
/* What came since the last tick is held, then answered: new, repeated, in conflict or declined, all alike. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "server/writer.h"
#include "store/leaks.h"

typedef struct tick {
    rr_server *server;
    rr_live *live;
    rr_held *held;
    uint8_t *sealed;
    bool *known;
    size_t count, stride;
    rr_tag *signers; /* of the signatures that are held now, sorted: what steps forward or withdraws may refer to one */
    size_t signer_count;
} tick;

static void shuffle(rr_request **list, size_t count) {
    for (size_t i = count; i > 1; i--) {
        size_t k = randombytes_uniform((uint32_t)i);
        rr_request *other = list[k];
        list[k] = list[i - 1];
        list[i - 1] = other;
    }
}

static rr_kind kind_of(const rr_request *request) {
    return (rr_kind)request->record[1];
}

static bool follows_a_signature(const rr_request *request) {
    return kind_of(request) == RR_STEP_FORWARD || kind_of(request) == RR_WITHDRAW;
}

/* The tag that a signature by the same T would have. */
static void signature_tag(rr_tag *tag, const rr_batch_key *key, const rr_request *request) {
    uint8_t record[RR_RECORD_MAX];
    memcpy(record, request->record, request->record_len);
    record[1] = RR_NAMED;
    rr_held_tag(tag, key, record, request->record_len);
}

static int compare_tags(const void *a, const void *b) {
    return memcmp(a, b, sizeof(rr_tag));
}

/* Whether the signature that this step-forward or withdrawal refers to waits with it. */
static rr_status signature_waits(const tick *t, rr_file_error *error, bool *waits, const rr_request *request) {
    rr_tag tag;
    signature_tag(&tag, t->live->batch, request);
    *waits = t->signer_count && bsearch(&tag, t->signers, t->signer_count, sizeof tag, compare_tags) != NULL;
    return *waits ? RR_OK : rr_store_is_held(t->server->store, error, waits, &t->live->batch->id, &tag);
}

static rr_status hold(tick *t, const rr_request *request) {
    rr_held *held = &t->held[t->count];
    uint8_t *sealed = t->sealed + t->count * t->stride;
    randombytes_buf(&held->key, sizeof held->key);
    rr_leak_moment(held->key.bytes);
    rr_held_tag(&held->tag, t->live->batch, request->record, request->record_len);
    held->sealed = (rr_blob){sealed, t->stride};
    rr_status status = rr_held_seal(sealed, t->live->room, t->live->batch, request->record, request->record_len);
    if (status == RR_OK) t->count++;
    return status;
}

/* Decides what becomes of a record: request->drop, or 422, or it is held. */
static rr_status decide(tick *t, rr_file_error *error, rr_request *request) {
    const char *rule = NULL;
    rr_nullifier nullifier;
    memcpy(nullifier.bytes, request->record + 6, sizeof nullifier.bytes);
    if (t->live->over && kind_of(request) != RR_STEP_FORWARD) {
        rr_request_fail(request, 422, "the log is closed");
        return RR_OK;
    }
    rr_prospect prospect = rr_judge_prospect(t->live->judge, &rule, request->record, request->record_len);
    if (prospect == RR_WOULD_NOT_TAKE) {
        rr_request_fail(request, 422, "%s", rule);
        return RR_OK;
    }
    if (prospect == RR_WOULD_CONFLICT && follows_a_signature(request) &&
        rr_judge_nullifier(t->live->judge, NULL, &nullifier) == RR_T_NONE) {
        bool waits;
        rr_status status = signature_waits(t, error, &waits, request);
        if (status != RR_OK) return status;
        if (waits) prospect = RR_WOULD_COUNT;
    }
    return prospect == RR_WOULD_COUNT ? hold(t, request) : RR_OK;
}

static rr_status decide_all(tick *t, rr_file_error *error, rr_request **list, size_t count) {
    /* Signatures first: the others may refer to them. */
    for (int second = 0; second < 2; second++) {
        for (size_t i = 0; i < count; i++) {
            if (list[i]->live != t->live || !list[i]->record || follows_a_signature(list[i]) != (second == 1)) continue;
            rr_status status = decide(t, error, list[i]);
            if (status != RR_OK) return status;
        }
        if (second == 1) break;
        for (size_t i = 0; i < t->count; i++) t->signers[i] = t->held[i].tag;
        t->signer_count = t->count;
        if (t->signer_count > 1) qsort(t->signers, t->signer_count, sizeof *t->signers, compare_tags);
    }
    /* Once more, so that rows of the two passes mix. */
    for (size_t i = t->count; i > 1; i--) {
        size_t k = randombytes_uniform((uint32_t)i);
        rr_held other = t->held[k];
        t->held[k] = t->held[i - 1];
        t->held[i - 1] = other;
    }
    return RR_OK;
}

static bool take_memory(tick *t, size_t count) {
    t->stride = t->live->room + RR_HELD_OVERHEAD;
    t->held = calloc(count + 1, sizeof *t->held);
    t->sealed = calloc(count + 1, t->stride);
    t->known = calloc(count + 1, sizeof *t->known);
    t->signers = calloc(count + 1, sizeof *t->signers);
    return t->held && t->sealed && t->known && t->signers;
}

static rr_status write_all(tick *t, rr_file_error *error, rr_request **list, size_t count) {
    if (!take_memory(t, count)) return RR_NO_SPACE;
    rr_status status = decide_all(t, error, list, count);
    if (status != RR_OK) return status;
    /* Also where nothing is new: how long a tick takes, and whether the disk refuses it, does not say whether a record came. */
    return rr_store_hold(t->server->store, error, &t->live->batch->id, t->known, t->held, t->count);
}

/* All answers to one petition, some of which may be declines. */
static void tick_petition(rr_server *server, rr_live *live, rr_request **list, size_t count) {
    tick t = {.server = server, .live = live};
    rr_file_error error = {.status = RR_NO_SPACE, .rule = NULL};
    rr_status status = live->unsettled ? RR_IO : write_all(&t, &error, list, count);
    /* Once: a line at each tick would say when answers came. */
    if (status != RR_OK && !live->unsettled && !live->refusing) rr_server_say_error("answers could not be kept", &error);
    live->refusing = status != RR_OK;
    for (size_t i = 0; i < count; i++) {
        if (list[i]->live != live) continue;
        if (status != RR_OK)
            list[i]->status = 503;
        else if (!list[i]->status)
            list[i]->status = 202;
    }
    free(t.held);
    free(t.sealed);
    free(t.known);
    free(t.signers);
}

void rr_tick(rr_server *server, rr_request **list, size_t count) {
    shuffle(list, count);
    for (size_t i = 0; i < count; i++)
        if (!list[i]->status) tick_petition(server, list[i]->live, list, count);
    for (size_t i = 0; i < count; i++) rr_request_finish(list[i]);
}
