/* SPDX-License-Identifier: Apache-2.0 */
/* A batch into its petition's log, and what the store knows of petitions. */
#include <stdlib.h>
#include <string.h>

#include "store/sqlite/internal.h"

static const char where[] = "petition log";

/* ---- repeats -------------------------------------------------------------------------------------------------------- */

typedef struct tail {
    const rr_blob *entries;
    bool same;
} tail;

static rr_status tail_row(void *context, rr_file_error *error, sqlite3_stmt *row) {
    tail *t = context;
    rr_blob entry;
    if (!rr_db_blob(&entry, row, 0)) return rr_damaged(error, where, -1);
    t->same = t->same && entry.len == t->entries->len && memcmp(entry.bytes, t->entries->bytes, entry.len) == 0;
    t->entries++;
    return RR_OK;
}

/* Are the last entries of the log these? */
static rr_status ends_with(rr_store *store, rr_file_error *error, bool *same, const rr_store_state *state, int64_t number,
                           const rr_blob *entries, size_t count) {
    tail t = {entries, true};
    *same = false;
    if (count == 0 || count >= state->size) return RR_OK;
    int64_t end = number << RR_LOG_SHIFT | (int64_t)state->size;
    rr_value values[] = {RR_INT(end - (int64_t)count), RR_INT(end)};
    rr_status status = rr_conn_each(&store->conn, error, "SELECT bytes FROM entry WHERE id >= ?1 AND id < ?2 ORDER BY id",
                                    values, 2, tail_row, &t);
    *same = t.same && t.entries == entries + count;
    return status;
}

/* ---- appending ------------------------------------------------------------------------------------------------------ */

static rr_status append_entries(rr_store *store, rr_file_error *error, const rr_pid *pid, int64_t number,
                                const rr_blob *entries, size_t count, const rr_signer *signer) {
    char line[RR_LINE_SIZE];
    const char *lines[] = {line};
    rr_hash root;
    rr_appending *log = malloc(sizeof *log);
    if (!log) return rr_no_memory(error, where);
    rr_status status = rr_log_begin(log, &store->conn, error, number, signer);
    for (size_t i = 0; i < count && status == RR_OK; i++) status = rr_log_append(log, entries[i].bytes, entries[i].len);
    if (status == RR_OK) status = rr_log_finish(log, signer, &root);
    if (status == RR_OK) rr_line_checkpoint(line, pid, log->tiles.frontier.size, &root);
    free(log);
    return status == RR_OK ? rr_directory_append(store, error, lines, 1) : status;
}

static rr_status end_batch(rr_store *store, rr_file_error *error, const rr_pid *pid, int64_t number, const rr_batch_id *next) {
    rr_value places[] = {RR_INT(number)};
    rr_value batch[] = {RR_FIXED(pid), RR_FIXED(next)};
    rr_status status = RR_RUN(&store->conn, error, "DELETE FROM waiting WHERE id >= ?1 << 40 AND id < (?1 + 1) << 40", places);
    if (status == RR_OK) status = RR_RUN(&store->conn, error, "UPDATE petition SET batch = ?2 WHERE pid = ?1", batch);
    return status;
}

static rr_status append(rr_store *store, rr_file_error *error, const rr_store_state *state, int64_t number,
                        const rr_blob *entries, size_t count, bool closes, const rr_signer *signer, const rr_batch_key *next) {
    bool same = false;
    rr_status status = RR_OK;
    if (next && memcmp(&next->id, &state->batch, sizeof next->id) == 0) return RR_OK;
    if (!next) status = ends_with(store, error, &same, state, number, entries, count);
    if (status != RR_OK || same) return status;
    if (closes && state->closed) return rr_fail(error, RR_REFUSED, where, -1, "the log is closed already");
    if (count > 0) status = append_entries(store, error, &state->pid, number, entries, count, signer);
    if (status == RR_OK && closes) {
        rr_value pid[] = {RR_FIXED(&state->pid)};
        status = RR_RUN(&store->conn, error, "UPDATE petition SET closed = 1 WHERE pid = ?1", pid);
    }
    if (status == RR_OK && next) status = end_batch(store, error, &state->pid, number, &next->id);
    return status;
}

static const char *check(const rr_blob *entries, size_t count, bool closes, const rr_batch_key *next) {
    if (count == 0 && (closes || !next)) return "there is nothing to append";
    for (size_t i = 0; i < count; i++) {
        if (!entries[i].bytes || entries[i].len > RR_ENTRY_MAX) return "an entry is absent or too long";
    }
    return NULL;
}

rr_status rr_store_append(rr_store *store, rr_file_error *error, const rr_pid *pid, const rr_blob *entries, size_t count,
                          bool closes, const rr_signer *log, const rr_batch_key *next) {
    rr_store_state state;
    int64_t number = 0;
    const char *rule = check(entries, count, closes, next);
    if (rule) return rr_fail(error, RR_ARGUMENT, where, -1, rule);
    rr_status status = rr_store_begin(store, error);
    if (status != RR_OK) return status;
    status = rr_store_petition_number(&store->conn, error, &number, pid);
    if (status == RR_OK) status = rr_store_petition_state(store, error, &state, pid);
    if (status == RR_OK) status = append(store, error, &state, number, entries, count, closes, log, next);
    status = rr_store_end(store, error, status);
    if (next) rr_waiting_drop(store, number);
    return status;
}

rr_status rr_store_append_opening(rr_store *store, rr_file_error *error, const rr_pid *pid, rr_blob leaf, rr_blob file,
                                  const rr_signer *log) {
    rr_store_state state;
    int64_t number = 0;
    rr_hash hash;
    if (!leaf.bytes || leaf.len != RR_OPENING_LEAF || !file.bytes)
        return rr_fail(error, RR_ARGUMENT, where, -1, "an opening has a leaf and a file");
    memcpy(hash.bytes, leaf.bytes + 6, sizeof hash.bytes);
    rr_value opening[] = {RR_FIXED(pid), RR_FIXED(&hash), RR_BLOB(file)};
    rr_status status = rr_store_begin(store, error);
    if (status != RR_OK) return status;
    status = rr_store_petition_number(&store->conn, error, &number, pid);
    if (status == RR_OK) status = rr_store_petition_state(store, error, &state, pid);
    if (status == RR_OK)
        status = RR_RUN(&store->conn, error, "INSERT INTO opening VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING", opening);
    if (status == RR_OK) status = append(store, error, &state, number, &leaf, 1, false, log, NULL);
    return rr_store_end(store, error, status);
}

/* ---- petitions ------------------------------------------------------------------------------------------------------ */

#define STATE "SELECT pid, roll, batch, size, root, closed FROM petition JOIN log USING (number)"

typedef struct states {
    rr_store_state *list;
    size_t count, capacity;
} states;

static bool fixed(uint8_t *out, size_t len, sqlite3_stmt *row, int column) {
    rr_blob blob;
    if (!rr_db_blob(&blob, row, column) || blob.len != len) return false;
    memcpy(out, blob.bytes, len);
    return true;
}

static rr_status state_row(void *context, rr_file_error *error, sqlite3_stmt *row) {
    states *s = context;
    if (s->count == s->capacity) {
        size_t capacity = s->capacity ? 2 * s->capacity : 16;
        rr_store_state *grown = realloc(s->list, capacity * sizeof *grown);
        if (!grown) return rr_no_memory(error, "petition");
        s->list = grown;
        s->capacity = capacity;
    }
    rr_store_state *state = &s->list[s->count];
    if (!fixed(state->pid.bytes, 32, row, 0) || !fixed(state->roll.bytes, 32, row, 1) ||
        !fixed(state->batch.bytes, 16, row, 2) || !rr_db_is_integer(row, 3) || !fixed(state->root.bytes, 32, row, 4) ||
        !rr_db_is_integer(row, 5))
        return rr_damaged(error, "petition", -1);
    state->size = (uint64_t)sqlite3_column_int64(row, 3);
    state->closed = sqlite3_column_int64(row, 5) != 0;
    s->count++;
    return RR_OK;
}

rr_status rr_store_petitions(rr_store *store, rr_file_error *error, rr_store_state **list, size_t *count) {
    states s = {0};
    *list = NULL;
    *count = 0;
    rr_status status = rr_store_ready(store, error);
    if (status == RR_OK) status = rr_conn_each(&store->conn, error, STATE " ORDER BY pid", NULL, 0, state_row, &s);
    if (status != RR_OK) {
        free(s.list);
        return status;
    }
    *list = s.list;
    *count = s.count;
    return RR_OK;
}

rr_status rr_store_petition_state(rr_store *store, rr_file_error *error, rr_store_state *state, const rr_pid *pid) {
    rr_value value[] = {RR_FIXED(pid)};
    states s = {.list = state, .capacity = 1};
    rr_status status = rr_store_ready(store, error);
    if (status == RR_OK) status = rr_conn_each(&store->conn, error, STATE " WHERE pid = ?1", value, 1, state_row, &s);
    if (status == RR_OK && s.count == 0) return rr_absent(error, "petition", "there is no such petition here");
    return status;
}
