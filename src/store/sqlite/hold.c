/* SPDX-License-Identifier: Apache-2.0 */
/* Records that wait. */
#include <stdlib.h>
#include <string.h>

#include "store/sqlite/internal.h"

static const char where[] = "waiting";

static rr_status number_of_batch(rr_store *store, rr_file_error *error, int64_t *number, const rr_batch_id *batch) {
    rr_value value[] = {RR_FIXED(batch)};
    rr_status status = rr_conn_integer(&store->conn, error, number, "SELECT number FROM petition WHERE batch = ?1", value, 1);
    return status == RR_NOT_FOUND ? rr_absent(error, "batch", "no petition has this batch, or not any more") : status;
}

static rr_waiting *waiting_of_batch(rr_store *store, rr_file_error *error, rr_status *status, const rr_batch_id *batch) {
    int64_t number;
    *status = rr_store_ready(store, error);
    if (*status == RR_OK) *status = number_of_batch(store, error, &number, batch);
    return *status == RR_OK ? rr_waiting_of(store, error, status, number) : NULL;
}

/* ---- inserting ------------------------------------------------------------------------------------------------------ */

/* All in one write, so that a place is never half a record even in memory. */
static rr_status write_place(rr_store *store, rr_file_error *error, rr_place *place, const rr_waiting *w, uint32_t index,
                             const rr_held *record, uint8_t *bytes) {
    bytes[0] = 1;
    memcpy(bytes + 1, record->key.bytes, 16);
    memcpy(bytes + 17, record->tag.bytes, 32);
    memcpy(bytes + RR_PLACE_HEAD, record->sealed.bytes, record->sealed.len);
    rr_status status = rr_place_go(place, &store->conn, error, w->number, index, true);
    if (status == RR_OK && sqlite3_blob_write(place->blob, bytes, (int)w->width, 0) != SQLITE_OK)
        status = rr_db_fail(error, store->conn.db, where);
    return status;
}

static rr_status insert(rr_store *store, rr_file_error *error, rr_waiting *w, bool *known, const rr_held *records,
                        size_t count) {
    rr_place place = {NULL};
    rr_status status = RR_OK;
    uint8_t *bytes = malloc(w->width);
    if (!bytes) return rr_no_memory(error, where);
    for (size_t i = 0; i < count && status == RR_OK; i++) {
        known[i] = rr_waiting_find(w, &records[i].tag);
        if (known[i]) continue;
        uint32_t index = rr_waiting_take(w, &records[i].tag);
        status = write_place(store, error, &place, w, index, &records[i], bytes);
    }
    rr_place_close(&place);
    free(bytes);
    return status;
}

/* How many are new: only for these is there to be room.  A tag twice in one call counts twice, which costs some room. */
static size_t count_new(const rr_waiting *w, const rr_held *records, size_t count) {
    size_t fresh = 0;
    for (size_t i = 0; i < count; i++) fresh += !rr_waiting_find(w, &records[i].tag);
    return fresh;
}

static const char *check(const rr_held *records, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!records[i].sealed.bytes || records[i].sealed.len < RR_HELD_OVERHEAD ||
            records[i].sealed.len > RR_HELD_OVERHEAD + RR_RECORD_MAX || records[i].sealed.len != records[0].sealed.len)
            return "records are sealed, and those of one batch have one length";
    }
    return NULL;
}

rr_status rr_store_hold(rr_store *store, rr_file_error *error, const rr_batch_id *batch, bool *known, const rr_held *records,
                        size_t count) {
    const char *rule = check(records, count);
    if (rule) return rr_fail(error, RR_ARGUMENT, where, -1, rule);
    rr_status status = RR_OK;
    const rr_waiting *waiting = waiting_of_batch(store, error, &status, batch);
    if (!waiting) return status;
    int64_t number = waiting->number;
    status = rr_store_begin(store, error);
    if (status != RR_OK) return status;
    rr_waiting *w = rr_waiting_of(store, error, &status, number);
    size_t fresh = w ? count_new(w, records, count) : 0;
    if (fresh) status = rr_waiting_reserve(store, error, w, fresh, RR_PLACE_HEAD + records[0].sealed.len);
    if (status == RR_OK) status = fresh ? insert(store, error, w, known, records, count) : rr_store_touch(store, error);
    for (size_t i = 0; i < count && !fresh; i++) known[i] = true;
    status = rr_store_end(store, error, status);
    rr_store_cover(store);
    if (status != RR_OK) rr_waiting_drop(store, number); /* what is in memory is not what is in the table */
    return status;
}

/* ---- looking -------------------------------------------------------------------------------------------------------- */

rr_status rr_store_is_held(rr_store *store, rr_file_error *error, bool *held, const rr_batch_id *batch, const rr_tag *tag) {
    rr_status status;
    const rr_waiting *w = waiting_of_batch(store, error, &status, batch);
    if (w) *held = rr_waiting_find(w, tag);
    return status;
}

rr_status rr_store_held_count(rr_store *store, rr_file_error *error, uint64_t *count, const rr_batch_id *batch) {
    rr_status status;
    const rr_waiting *w = waiting_of_batch(store, error, &status, batch);
    if (w) *count = w->count;
    return status;
}

typedef struct place_key {
    rr_row_key key;
    uint32_t index;
} place_key;

static int compare_keys(const void *a, const void *b) {
    return memcmp(&((const place_key *)a)->key, &((const place_key *)b)->key, sizeof(rr_row_key));
}

static rr_status read_place(rr_store *store, rr_file_error *error, rr_place *place, const rr_waiting *w, uint32_t index,
                            uint8_t *bytes, size_t len) {
    rr_status status = rr_place_go(place, &store->conn, error, w->number, index, false);
    if (status != RR_OK) return status;
    if ((size_t)sqlite3_blob_bytes(place->blob) != w->width) return rr_damaged(error, where, index);
    if (sqlite3_blob_read(place->blob, bytes, (int)len, 0) != SQLITE_OK) return rr_db_fail(error, store->conn.db, where);
    return RR_OK;
}

static rr_status each(rr_store *store, rr_file_error *error, const rr_waiting *w, place_key *keys, uint8_t *bytes,
                      rr_status (*call)(void *context, rr_blob sealed), void *context) {
    rr_place place = {NULL};
    rr_status status = RR_OK;
    size_t count = 0;
    for (uint32_t i = 0; i < w->capacity && status == RR_OK; i++) {
        if (!w->used[i]) continue;
        status = read_place(store, error, &place, w, i, bytes, RR_PLACE_HEAD);
        keys[count].index = i;
        memcpy(&keys[count++].key, bytes + 1, sizeof(rr_row_key));
    }
    qsort(keys, count, sizeof *keys, compare_keys);
    for (size_t i = 0; i < count && status == RR_OK; i++) {
        status = read_place(store, error, &place, w, keys[i].index, bytes, w->width);
        if (status == RR_OK) status = call(context, (rr_blob){bytes + RR_PLACE_HEAD, w->width - RR_PLACE_HEAD});
    }
    rr_place_close(&place);
    return status;
}

rr_status rr_store_held_each(rr_store *store, rr_file_error *error, const rr_batch_id *batch,
                             rr_status (*call)(void *context, rr_blob sealed), void *context) {
    rr_status status;
    const rr_waiting *w = waiting_of_batch(store, error, &status, batch);
    if (!w || w->count == 0) return status;
    place_key *keys = malloc(w->count * sizeof *keys);
    uint8_t *bytes = malloc(w->width);
    status = keys && bytes ? each(store, error, w, keys, bytes, call, context) : rr_no_memory(error, where);
    free(keys);
    free(bytes);
    return status;
}
