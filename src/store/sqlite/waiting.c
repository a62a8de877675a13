/* SPDX-License-Identifier: Apache-2.0 */
/* The places of records that wait.  A table that grew row by row would tell the order of arrival by how its pages are filled, whatever its keys are.
 * So places are made in bulk, all alike, and a record is written in place into one that is drawn at random; when there are too few, as
 * many again are made and all records change places at random. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "store/leaks.h"
#include "store/sqlite/internal.h"

enum { FIRST_CAPACITY = 256, CAPACITY_MAX = 1 << 24 };

static const char where[] = "waiting";

static int64_t place_id(int64_t number, uint32_t index) {
    return number << RR_LOG_SHIFT | (int64_t)index;
}

/* ---- handles -------------------------------------------------------------------------------------------------------- */

rr_status rr_place_go(rr_place *place, rr_conn *conn, rr_file_error *error, int64_t number, uint32_t index, bool writes) {
    int64_t id = place_id(number, index);
    int code = place->blob ? sqlite3_blob_reopen(place->blob, id)
                           : sqlite3_blob_open(conn->db, "main", where, "bytes", id, writes, &place->blob);
    return code == SQLITE_OK ? RR_OK : rr_db_fail(error, conn->db, where);
}

void rr_place_close(rr_place *place) {
    (void)sqlite3_blob_close(place->blob);
    place->blob = NULL;
}

/* ---- in memory ------------------------------------------------------------------------------------------------------ */

static void empty(rr_waiting *w) {
    free(w->tags);
    free(w->used);
    free(w->free);
    free(w->table);
    *w = (rr_waiting){.number = w->number};
}

void rr_waiting_drop_all(rr_store *store) {
    for (size_t i = 0; i < store->waiting_count; i++) empty(&store->waiting[i]);
    store->waiting_count = 0;
}

void rr_waiting_drop(rr_store *store, int64_t number) {
    for (size_t i = 0; i < store->waiting_count; i++) {
        if (store->waiting[i].number != number) continue;
        empty(&store->waiting[i]);
        store->waiting[i] = store->waiting[--store->waiting_count];
        return;
    }
}

/* Tags are keyed hashes: their first bytes are as good as random. */
static size_t slot_of(const rr_waiting *w, const rr_tag *tag) {
    size_t slot = (size_t)rr_load64_le(tag->bytes) & w->mask;
    while (w->table[slot] && memcmp(&w->tags[w->table[slot] - 1], tag, sizeof *tag) != 0) slot = (slot + 1) & w->mask;
    return slot;
}

bool rr_waiting_find(const rr_waiting *w, const rr_tag *tag) {
    return w->capacity > 0 && w->table[slot_of(w, tag)] != 0;
}

static void enter(rr_waiting *w, uint32_t index, const rr_tag *tag) {
    w->tags[index] = *tag;
    w->used[index] = true;
    w->table[slot_of(w, tag)] = index + 1;
}

/* The table and the list of free places, from tags and used. */
static void rebuild(rr_waiting *w) {
    uint32_t left = 0;
    memset(w->table, 0, (w->mask + 1) * sizeof *w->table);
    w->count = 0;
    for (uint32_t i = 0; i < w->capacity; i++) {
        if (w->used[i]) {
            w->table[slot_of(w, &w->tags[i])] = i + 1;
            w->count++;
        } else {
            w->free[left++] = i;
        }
    }
}

/* Room for `capacity` places, those beyond the present ones free. */
static bool resize(rr_waiting *w, uint32_t capacity) {
    size_t slots = 1;
    while (slots < 2 * (size_t)capacity) slots *= 2;
    rr_tag *tags = realloc(w->tags, capacity * sizeof *tags);
    if (tags) w->tags = tags;
    bool *used = realloc(w->used, capacity * sizeof *used);
    if (used) w->used = used;
    uint32_t *list = realloc(w->free, capacity * sizeof *list);
    if (list) w->free = list;
    uint32_t *table = realloc(w->table, slots * sizeof *table);
    if (table) w->table = table;
    if (!tags || !used || !list || !table) return false;
    memset(w->used + w->capacity, 0, (capacity - w->capacity) * sizeof *w->used);
    w->capacity = capacity;
    w->mask = slots - 1;
    return true;
}

uint32_t rr_waiting_take(rr_waiting *w, const rr_tag *tag) {
    uint32_t left = w->capacity - w->count, drawn = randombytes_uniform(left);
    for (uint32_t i = 0; i < left && rr_leaks("random places"); i++) {
        if (w->free[i] < w->free[drawn]) drawn = i;
    }
    uint32_t index = w->free[drawn];
    w->free[drawn] = w->free[left - 1];
    w->count++;
    enter(w, index, tag);
    return index;
}

/* ---- loading -------------------------------------------------------------------------------------------------------- */

#define RANGE "id >= ?1 << 40 AND id < (?1 + 1) << 40"

/* Places are numbered from 0 without gaps, and all have one width. */
static rr_status load_row(void *context, rr_file_error *error, sqlite3_stmt *row) {
    rr_waiting *w = context;
    rr_blob head;
    int64_t index = sqlite3_column_int64(row, 0) - place_id(w->number, 0), width = sqlite3_column_int64(row, 1);
    if (index < 0 || index >= w->capacity || !rr_db_blob(&head, row, 2) || head.len != RR_PLACE_HEAD || head.bytes[0] > 1 ||
        (w->width && w->width != (size_t)width))
        return rr_damaged(error, where, index);
    w->width = (size_t)width;
    if (head.bytes[0] == 0) return RR_OK;
    w->used[index] = true;
    memcpy(&w->tags[index], head.bytes + 17, sizeof *w->tags);
    return RR_OK;
}

static rr_status load(rr_store *store, rr_file_error *error, rr_waiting *w) {
    rr_value value[] = {RR_INT(w->number)};
    int64_t capacity = 0;
    rr_status status = rr_conn_integer(&store->conn, error, &capacity, "SELECT count(*) FROM waiting WHERE " RANGE, value, 1);
    if (status != RR_OK || capacity == 0) return status;
    if (capacity > CAPACITY_MAX) return rr_damaged(error, where, -1);
    if (!resize(w, (uint32_t)capacity)) return rr_no_memory(error, where);
    status = rr_conn_each(&store->conn, error, "SELECT id, length(bytes), substr(bytes, 1, 49) FROM waiting WHERE " RANGE,
                          value, 1, load_row, w);
    if (status == RR_OK) rebuild(w);
    return status;
}

rr_waiting *rr_waiting_of(rr_store *store, rr_file_error *error, rr_status *status, int64_t number) {
    for (size_t i = 0; i < store->waiting_count; i++) {
        if (store->waiting[i].number == number) return &store->waiting[i];
    }
    rr_waiting *grown = realloc(store->waiting, (store->waiting_count + 1) * sizeof *grown);
    if (!grown) {
        *status = rr_no_memory(error, where);
        return NULL;
    }
    store->waiting = grown;
    rr_waiting *w = &grown[store->waiting_count];
    *w = (rr_waiting){.number = number};
    *status = load(store, error, w);
    if (*status != RR_OK) {
        empty(w);
        return NULL;
    }
    store->waiting_count++;
    return w;
}

/* ---- growing -------------------------------------------------------------------------------------------------------- */

static rr_status make_places(rr_store *store, rr_file_error *error, const rr_waiting *w, uint32_t from, uint32_t to) {
    rr_status status = RR_OK;
    for (uint32_t i = from; i < to && status == RR_OK; i++) {
        rr_value values[] = {RR_INT(place_id(w->number, i)), RR_INT(w->width)};
        status = RR_RUN(&store->conn, error, "INSERT INTO waiting VALUES (?1, zeroblob(?2))", values);
    }
    return status;
}

static rr_status swap(rr_store *store, rr_file_error *error, rr_place *place, rr_waiting *w, uint32_t a, uint32_t b,
                      uint8_t *bytes) {
    uint32_t index[2] = {a, b};
    rr_status status = RR_OK;
    for (int i = 0; i < 2 && status == RR_OK; i++) {
        status = rr_place_go(place, &store->conn, error, w->number, index[i], true);
        if (status == RR_OK && sqlite3_blob_read(place->blob, bytes + (size_t)i * w->width, (int)w->width, 0) != SQLITE_OK)
            status = rr_db_fail(error, store->conn.db, where);
    }
    for (int i = 0; i < 2 && status == RR_OK; i++) {
        status = rr_place_go(place, &store->conn, error, w->number, index[1 - i], true);
        if (status == RR_OK && sqlite3_blob_write(place->blob, bytes + (size_t)i * w->width, (int)w->width, 0) != SQLITE_OK)
            status = rr_db_fail(error, store->conn.db, where);
    }
    rr_tag tag = w->tags[a];
    bool used = w->used[a];
    w->tags[a] = w->tags[b];
    w->used[a] = w->used[b];
    w->tags[b] = tag;
    w->used[b] = used;
    return status;
}

/* Fisher and Yates. */
static rr_status shuffle(rr_store *store, rr_file_error *error, rr_waiting *w) {
    rr_place place = {NULL};
    rr_status status = RR_OK;
    uint8_t *bytes = malloc(2 * w->width);
    if (!bytes) return rr_no_memory(error, where);
    for (uint32_t i = w->capacity - 1; i > 0 && status == RR_OK; i--) {
        uint32_t j = randombytes_uniform(i + 1);
        if (j != i && (w->used[i] || w->used[j])) status = swap(store, error, &place, w, i, j, bytes);
    }
    rr_place_close(&place);
    free(bytes);
    return status;
}

rr_status rr_waiting_reserve(rr_store *store, rr_file_error *error, rr_waiting *w, size_t more, size_t width) {
    uint32_t before = w->capacity;
    size_t capacity = before ? before : FIRST_CAPACITY;
    if (w->width && w->width != width) return rr_fail(error, RR_ARGUMENT, where, -1, "records of one batch have one length");
    if (more > CAPACITY_MAX - w->count) return rr_fail(error, RR_NO_SPACE, where, -1, "too many records wait");
    while (capacity < w->count + more) capacity *= 2;
    if (capacity == before) return RR_OK;
    w->width = width;
    if (!resize(w, (uint32_t)capacity)) return rr_no_memory(error, where);
    rr_status status = make_places(store, error, w, before, w->capacity);
    if (status == RR_OK && w->count > 0) status = shuffle(store, error, w);
    rebuild(w);
    return status;
}
