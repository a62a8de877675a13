/* SPDX-License-Identifier: Apache-2.0 */
#include "store/collect_file.h"

#include <stdlib.h>
#include <string.h>

#include "evidence/leaf.h"

static const char no_memory[] = "there is not enough memory";
static const char damaged[] = "the file is damaged: take a backup, or make it anew and collect the answer files again";

/* ---- records -------------------------------------------------------------------------------------------------------- */

rr_status rr_records_add(rr_records *records, const uint8_t *bytes, size_t len) {
    if (records->count == records->capacity) {
        size_t capacity = records->capacity ? 2 * records->capacity : 64;
        rr_record *list = realloc(records->list, capacity * sizeof *list);
        if (!list) return RR_NO_SPACE;
        records->list = list;
        records->capacity = capacity;
    }
    uint8_t *copy = malloc(len ? len : 1);
    if (!copy) return RR_NO_SPACE;
    memcpy(copy, bytes, len);
    records->list[records->count].bytes = copy;
    records->list[records->count++].len = len;
    return RR_OK;
}

static int by_batch(const void *a, const void *b) {
    const rr_record *x = a, *y = b;
    return rr_record_compare(x->bytes, x->len, y->bytes, y->len);
}

void rr_records_sort(rr_records *records) {
    if (records->count > 1) qsort(records->list, records->count, sizeof *records->list, by_batch);
}

void rr_records_free(rr_records *records) {
    for (size_t i = 0; i < records->count; i++) free(records->list[i].bytes);
    free(records->list);
    *records = (rr_records){NULL, 0, 0};
}

/* ---- SQLite --------------------------------------------------------------------------------------------------------- */

rr_status rr_collect_rows(rr_collect *collect, rr_file_error *error, const char *sql,
                          rr_status (*each)(void *context, rr_file_error *error, sqlite3_stmt *row), void *context) {
    sqlite3_stmt *s = NULL;
    rr_status status = RR_OK;
    int code = sqlite3_prepare_v2(collect->db, sql, -1, &s, NULL);
    if (code != SQLITE_OK) status = rr_db_fail(error, collect->db, "file");
    while (status == RR_OK && (code = sqlite3_step(s)) == SQLITE_ROW) status = each(context, error, s);
    if (status == RR_OK && code != SQLITE_DONE) status = rr_db_fail(error, collect->db, "file");
    sqlite3_finalize(s);
    return status;
}

rr_status rr_collect_exec(rr_collect *collect, rr_file_error *error, const char *sql) {
    return sqlite3_exec(collect->db, sql, NULL, NULL, NULL) == SQLITE_OK ? RR_OK : rr_db_fail(error, collect->db, "file");
}

rr_status rr_collect_insert(sqlite3 *db, rr_file_error *error, const char *sql, int64_t number, const void *bytes, size_t len) {
    sqlite3_stmt *s = NULL;
    rr_status status = RR_OK;
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK || sqlite3_bind_int64(s, 1, number) != SQLITE_OK ||
        sqlite3_bind_blob64(s, 2, len ? bytes : "", len, SQLITE_STATIC) != SQLITE_OK || sqlite3_step(s) != SQLITE_DONE)
        status = rr_db_fail(error, db, "file");
    sqlite3_finalize(s);
    return status;
}

/* ---- the log's key -------------------------------------------------------------------------------------------------- */

rr_status rr_collect_signer_check(rr_file_error *error, const rr_petition *petition, const rr_signer *log) {
    char vkey[RR_SIGNER_TEXT_SIZE];
    size_t len = log ? rr_signer_vkey(vkey, sizeof vkey, log) : 0;
    if (len && len == petition->log.text.len && memcmp(vkey, petition->log.text.start, len) == 0) return RR_OK;
    return rr_fail(error, RR_REFUSED, "log key", -1, "it does not belong to the petition's Log key");
}

rr_status rr_collect_checkpoint(sqlite3 *db, rr_file_error *error, const rr_frontier *frontier, const rr_signer *log) {
    char note[1024];
    size_t len = 0;
    rr_hash root;
    rr_frontier_root(&root, frontier);
    rr_status status = rr_checkpoint_sign(note, sizeof note, &len, frontier->size, &root, log);
    if (status != RR_OK) return rr_fail(error, status, "checkpoint", (int64_t)frontier->size, rr_status_text(status));
    return rr_collect_insert(db, error, "INSERT INTO checkpoint VALUES (?1, ?2)", (int64_t)frontier->size, note, len);
}

/* ---- the state of the log ------------------------------------------------------------------------------------------- */

void rr_collect_unload(rr_collect *collect) {
    rr_log_state *state = &collect->state;
    free(state->judge_memory);
    free(state->judge_work);
    free(state->leaf_hashes);
    free(state->files);
    memset(state, 0, sizeof *state);
    rr_blobs_free(&collect->openings, &collect->opening_count);
}

static rr_status read_leaf(void *context, const uint8_t **entry, size_t *entry_len, uint64_t leaf) {
    rr_collect *collect = context;
    rr_blob blob;
    sqlite3_reset(collect->one_leaf);
    if (sqlite3_bind_int64(collect->one_leaf, 1, (sqlite3_int64)leaf) != SQLITE_OK ||
        sqlite3_step(collect->one_leaf) != SQLITE_ROW || !rr_db_blob(&blob, collect->one_leaf, 0))
        return RR_IO;
    *entry = blob.bytes;
    *entry_len = blob.len;
    return RR_OK;
}

static rr_status count_row(void *context, rr_file_error *error, sqlite3_stmt *row) {
    rr_log_state *state = context;
    (void)error;
    state->leaves = (uint64_t)sqlite3_column_int64(row, 0);
    state->checkpoints = (uint64_t)sqlite3_column_int64(row, 1);
    state->waiting = (uint64_t)sqlite3_column_int64(row, 2);
    return RR_OK;
}

static rr_status judge_row(void *context, rr_file_error *error, sqlite3_stmt *row) {
    rr_log_state *state = &((rr_collect *)context)->state;
    int64_t leaf = sqlite3_column_int64(row, 0);
    rr_blob entry;
    rr_verdict verdict;
    if ((uint64_t)leaf != state->frontier.size || state->frontier.size == state->leaves || !rr_db_blob(&entry, row, 1))
        return rr_fail(error, RR_MALFORMED, "leaf", leaf, damaged);
    /* Batches were made in order; where they begin matters to nobody here. */
    rr_leaf_facts facts = {.proof = RR_OK, .begins_batch = true};
    rr_status status = rr_judge_leaf(state->judge, &verdict, entry.bytes, entry.len, &facts);
    if (status == RR_REFUSED || (status == RR_OK && verdict.verdict == RR_LEAF_FAULT))
        return rr_fail(error, RR_MALFORMED, "leaf", leaf, verdict.rule ? verdict.rule : damaged);
    if (status != RR_OK) return rr_fail(error, status, "leaf", leaf, rr_status_text(status));
    rr_hash *hash = &state->leaf_hashes[state->frontier.size];
    rr_leaf_hash(hash, entry.bytes, entry.len);
    rr_frontier_append(&state->frontier, hash);
    return RR_OK;
}

static rr_status last_checkpoint(void *context, rr_file_error *error, sqlite3_stmt *row) {
    rr_collect *collect = context;
    int64_t size = sqlite3_column_int64(row, 0);
    rr_checkpoint checkpoint;
    rr_blob note;
    rr_hash root;
    if (!rr_db_blob(&note, row, 1)) return rr_fail(error, RR_MALFORMED, "checkpoint", size, damaged);
    rr_status status = rr_checkpoint_read(&checkpoint, error, note, (uint64_t)size, &collect->material.petition.log);
    if (status != RR_OK) return rr_fail(error, RR_MALFORMED, "checkpoint", size, damaged);
    rr_frontier_root(&root, &collect->state.frontier);
    if (memcmp(&root, &checkpoint.root, sizeof root) != 0) return rr_fail(error, RR_MALFORMED, "checkpoint", size, damaged);
    collect->state.valid = true;
    return RR_OK;
}

static rr_status opening_row(void *context, rr_file_error *error, sqlite3_stmt *row) {
    rr_collect *collect = context;
    rr_blob blob, *grown = realloc(collect->openings, (collect->opening_count + 1) * sizeof *grown);
    if (!grown) return rr_fail(error, RR_NO_SPACE, "opening", -1, no_memory);
    collect->openings = grown;
    if (!rr_db_blob(&blob, row, 0)) return rr_fail(error, RR_MALFORMED, "opening", -1, damaged);
    if (!rr_blob_copy(&grown[collect->opening_count], blob)) return rr_fail(error, RR_NO_SPACE, "opening", -1, no_memory);
    collect->opening_count++;
    return RR_OK;
}

/* Files for the judge: those that are kept, and one that comes now. */
static rr_status load_openings(rr_collect *collect, rr_file_error *error, rr_judge_options *options) {
    rr_status status = rr_collect_rows(collect, error, "SELECT bytes FROM opening ORDER BY leaf", opening_row, collect);
    if (status != RR_OK) return status;
    rr_opening_file *files = collect->state.files = calloc(collect->opening_count + 1, sizeof *files);
    if (!files) return rr_fail(error, RR_NO_SPACE, "opening", -1, no_memory);
    for (size_t i = 0; i < collect->opening_count; i++)
        files[i] = (rr_opening_file){.bytes = collect->openings[i].bytes, .len = collect->openings[i].len};
    options->files = files;
    options->file_count = collect->opening_count;
    if (collect->new_opening.bytes)
        files[options->file_count++] = (rr_opening_file){.bytes = collect->new_opening.bytes, .len = collect->new_opening.len};
    return RR_OK;
}

static int compare_hashes(const void *a, const void *b) {
    return memcmp(a, b, sizeof(rr_hash));
}

static rr_status load_state(rr_collect *collect, rr_file_error *error) {
    rr_log_state *state = &collect->state;
    rr_status status = rr_collect_rows(collect, error,
                                       "SELECT (SELECT count(*) FROM leaf), (SELECT count(*) FROM checkpoint),"
                                       " (SELECT count(*) FROM waiting)",
                                       count_row, state);
    if (status != RR_OK) return status;
    /* Room for what waits, what this run takes, and the close. */
    uint64_t room = state->leaves + state->waiting + RR_COLLECT_TAKE_MAX + 1;
    size_t size = rr_judge_size(&collect->about, room), work = rr_judge_work_size(&collect->about);
    state->entries = (rr_log_entries){read_leaf, collect};
    rr_judge_options options = {.random = collect->random, .leaves = room, .entries = &state->entries, .work_len = work};
    state->judge_memory = malloc(size);
    state->judge_work = malloc(work ? work : 1);
    state->leaf_hashes = malloc((size_t)(state->leaves + 1) * sizeof *state->leaf_hashes);
    options.work = state->judge_work;
    if (!state->judge_memory || !state->judge_work || !state->leaf_hashes)
        return rr_fail(error, RR_NO_SPACE, "file", -1, no_memory);
    status = load_openings(collect, error, &options);
    if (status != RR_OK) return status;
    status = rr_judge_init(&state->judge, state->judge_memory, size, &collect->about, &options);
    if (status != RR_OK) return rr_fail(error, status, "file", -1, rr_status_text(status));
    rr_frontier_init(&state->frontier);
    status = rr_collect_rows(collect, error, "SELECT leaf, bytes FROM leaf ORDER BY leaf", judge_row, collect);
    if (status == RR_OK)
        status = rr_collect_rows(collect, error, "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1",
                                 last_checkpoint, collect);
    if (status == RR_OK && !state->valid) status = rr_fail(error, RR_MALFORMED, "checkpoint", -1, damaged);
    if (status != RR_OK) return status;
    rr_count count;
    rr_judge_count(state->judge, &count);
    state->closed = count.closed;
    qsort(state->leaf_hashes, (size_t)state->leaves, sizeof *state->leaf_hashes, compare_hashes);
    return RR_OK;
}

rr_status rr_collect_load(rr_collect *collect, rr_file_error *error) {
    if (collect->state.valid) return RR_OK;
    rr_collect_unload(collect);
    rr_status status = load_state(collect, error);
    if (status != RR_OK) rr_collect_unload(collect);
    return status;
}
