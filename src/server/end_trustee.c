/* SPDX-License-Identifier: Apache-2.0 */
/* POST /p/PID/trustee: a parcel (net/parcel.h) with the verb `open`, signed with the key of one of the petition's trustees; its part is one of a notice or
 * of an opening.  When enough trustees have given theirs, it goes into the log.  GET /p/PID/openings: what is opened. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "base/sha2.h"
#include "base/text.h"
#include "net/parcel.h"
#include "server/cache.h"
#include "server/route.h"
#include "server/writer.h"

static const char verb[] = "open";

typedef struct task {
    rr_parcel parcel;
    rr_part_kind kind;
    rr_blob part;
    uint32_t trustee;
} task;

/* ---- what it is ------------------------------------------------------------------------------------------------------------------ */

static rr_status check_notice(const rr_live *live, rr_file_error *error, task *t, uint32_t *j) {
    rr_notice_part part;
    rr_error why = {RR_OK, 0, 0, NULL};
    const char *rule = NULL;
    rr_status status = rr_notice_part_read(&part, &why, (const char *)t->part.bytes, t->part.len);
    if (status != RR_OK) return rr_fail(error, status, "notice", why.line, why.rule);
    *j = part.j;
    status = rr_notice_part_check_var(&rule, &live->about, &part);
    return status == RR_OK ? RR_OK : rr_fail(error, status, "trustee", part.j, rule);
}

static rr_status check_opening(rr_request *request, rr_file_error *error, task *t, uint32_t *j) {
    rr_live *live = request->live;
    rr_opening_part part = {.j = 0};
    rr_count count;
    pthread_rwlock_rdlock(&live->lock);
    rr_judge_count(live->judge, &count);
    rr_status status = RR_OK;
    if (!count.has_notice)
        status = rr_fail(error, RR_REFUSED, "opening", -1, "no opening notice is in effect");
    else if (count.has_opening)
        status = rr_fail(error, RR_REFUSED, "opening", -1, "an opening is in effect already");
    if (status == RR_OK)
        status = rr_opening_part_of(&part, error, &live->about, &live->sealed, t->part, &request->server->random);
    pthread_rwlock_unlock(&live->lock);
    *j = part.j;
    return status;
}

static void check(rr_request *request) {
    task *t = request->task;
    rr_live *live = request->live;
    const char *rule = NULL;
    uint32_t j = 0;
    rr_file_error error = {.status = RR_OK, .number = -1, .rule = NULL};
    rr_status status =
        rr_parcel_open_var(&t->parcel, &rule, request->body, request->body_len, verb, request->server->directory_name,
                           (int64_t)time(NULL), live->trustee_keys, live->material.petition.trustee_count);
    if (status != RR_OK) {
        rr_request_fail(request, status == RR_MALFORMED ? 422 : 403, "%s", rule);
        return;
    }
    t->trustee = (uint32_t)(t->parcel.signer - live->trustee_keys) + 1;
    t->part = t->parcel.count == 1 ? t->parcel.parts[0] : (rr_blob){NULL, 0};
    t->kind = rr_part_kind_of(t->part);
    if (t->kind == RR_PART_NOTICE)
        status = check_notice(live, &error, t, &j);
    else if (t->kind == RR_PART_OPENING)
        status = check_opening(request, &error, t, &j);
    else
        status = rr_fail(&error, RR_MALFORMED, "parcel", -1, "it holds no trustee's part of a notice or opening");
    if (status == RR_OK && j != t->trustee)
        status = rr_fail(&error, RR_REFUSED, "trustee", j, "the parcel is signed by another trustee");
    rr_request_fail_of(request, status, &error);
}

/* ---- what becomes of it ---------------------------------------------------------------------------------------------------------- */

/* Those that announce the same state of the log as this one; the others stay, for their own. */
static size_t choose_same(rr_blob *same, const rr_blob *list, size_t count, rr_blob part) {
    rr_notice_part this, other;
    size_t found = 0;
    if (rr_notice_part_read(&this, NULL, (const char *)part.bytes, part.len) != RR_OK) return 0;
    for (size_t i = 0; i < count; i++)
        if (rr_notice_part_read(&other, NULL, (const char *)list[i].bytes, list[i].len) == RR_OK && other.size == this.size &&
            memcmp(&other.root, &this.root, sizeof this.root) == 0)
            same[found++] = list[i];
    return found;
}

/* Enters what enough trustees have given.  RR_NOT_FOUND: not enough yet; *have says how many. */
static rr_status enter(rr_request *request, rr_file_error *error, const task *t, rr_kind kind, size_t *have) {
    rr_server *server = request->server;
    rr_live *live = request->live;
    uint8_t leaf[RR_NOTICE_MAX];
    size_t leaf_len = RR_OPENING_LEAF, count;
    rr_blob *list, file = {NULL, 0};
    rr_status status = rr_store_parts(server->store, error, &list, &count, &live->pid, kind);
    if (status != RR_OK) return status;
    rr_blob *same = calloc(count + 1, sizeof *same);
    if (!same) status = rr_fail(error, RR_NO_SPACE, "part", -1, "there is not enough memory");
    if (status == RR_OK && kind == RR_NOTICE) {
        *have = choose_same(same, list, count, t->part);
        status = rr_notice_of_parts(error, leaf, &leaf_len, &live->about, same, *have);
    } else if (status == RR_OK) {
        *have = count;
        status = rr_opening_of_parts(error, &file, leaf, &live->about, &live->sealed, list, count, &server->random);
    }
    if (status == RR_OK) status = rr_publish_trustees(server, live, error, (rr_blob){leaf, leaf_len}, file);
    if (status == RR_OK) status = rr_store_drop_parts(server->store, error, &live->pid, kind);
    rr_blob_free(&file);
    free(same);
    rr_blobs_free(&list, &count);
    return status;
}

static void store(rr_request *request) {
    const task *t = request->task;
    rr_live *live = request->live;
    rr_count count;
    size_t have = 0;
    bool notice = t->kind == RR_PART_NOTICE;
    rr_kind kind = notice ? RR_NOTICE : RR_OPENING;
    rr_file_error error = {.status = RR_OK, .number = -1, .rule = NULL};
    rr_status status = RR_OK;
    rr_judge_count(live->judge, &count); /* nobody else moves it on */
    if (notice && count.has_notice)
        status = rr_fail(&error, RR_REFUSED, "notice", -1, "an opening notice is in effect already");
    if (!notice && count.has_opening) status = rr_fail(&error, RR_REFUSED, "opening", -1, "an opening is in effect already");
    if (status == RR_OK) status = rr_store_keep_part(request->server->store, &error, &live->pid, kind, t->trustee, t->part);
    if (status == RR_OK) status = enter(request, &error, t, kind, &have);
    if (status == RR_OK)
        rr_request_fail(request, 200, notice ? "the opening is announced" : "the sealed signatures are opened");
    else if (status == RR_NOT_FOUND)
        rr_request_fail(request, 200, "taken: %zu of the %u trustees who must open together have given theirs", have,
                        (unsigned)live->material.petition.trustee_threshold);
    else
        rr_request_fail_of(request, status, &error);
}

/* ---- requests -------------------------------------------------------------------------------------------------------------------- */

unsigned rr_end_trustee_admit(rr_request *request) {
    const rr_live *live = request->live;
    const char *rule = NULL;
    if (!live->trustee_keys) {
        rr_request_fail(request, 422, "this petition takes no sealed signatures");
        return 422;
    }
    if (request->admitted) return 0;
    rr_status status = rr_parcel_admit_var(&rule, request->body, request->body_len, verb, request->server->directory_name,
                                           (int64_t)time(NULL), live->trustee_keys, live->material.petition.trustee_count);
    if (status == RR_NOT_FOUND) return 0;
    request->admitted = status == RR_OK;
    if (status == RR_OK) return 0;
    rr_request_fail(request, status == RR_MALFORMED ? 422 : 403, "%s", rule);
    return request->status;
}

rr_result rr_end_trustee(rr_request *request) {
    if (!request->admitted) return rr_reply_text(request, 422, "this is no parcel: a part is cut off");
    request->task = calloc(1, sizeof(task));
    if (!request->task) return rr_reply_busy(request, NULL, 1);
    request->task_free = free;
    request->check = check;
    request->store = store;
    return rr_request_queue_task(request) ? MHD_YES : rr_reply_busy(request, NULL, 1);
}

/* The SHA-256 of each opening's file, a line each. */
rr_result rr_end_openings(rr_request *request) {
    rr_live *live = request->live;
    pthread_rwlock_rdlock(&live->lock);
    size_t count = live->opening_count;
    char *text = malloc(count * 65 + 1);
    for (size_t i = 0; text && i < count; i++) {
        uint8_t hash[32];
        rr_sha256_of(hash, live->openings[i].bytes, live->openings[i].len);
        rr_hex(text + i * 65, hash, sizeof hash);
        text[i * 65 + 64] = '\n';
    }
    pthread_rwlock_unlock(&live->lock);
    if (!text) return rr_reply_busy(request, NULL, 1);
    rr_result result = rr_reply_bytes(request, 200, text, count * 65, "text/plain; charset=utf-8");
    free(text);
    return result;
}

rr_result rr_end_opening(rr_request *request) {
    rr_live *live = request->live;
    uint8_t wanted[32], hash[32];
    rr_blob file = {NULL, 0};
    if (!rr_text_hex(wanted, sizeof wanted, rr_text_of(request->rest))) return rr_reply_text(request, 404, NULL);
    pthread_rwlock_rdlock(&live->lock);
    for (size_t i = 0; i < live->opening_count && !file.bytes; i++) {
        rr_sha256_of(hash, live->openings[i].bytes, live->openings[i].len);
        if (memcmp(hash, wanted, sizeof hash) == 0) file = live->openings[i];
    }
    pthread_rwlock_unlock(&live->lock);
    if (!file.bytes) return rr_reply_text(request, 404, NULL);
    /* It stays where it is as long as the server. */
    return rr_reply_with(request, 200, rr_response_make(file.bytes, file.len, "application/octet-stream", true));
}
