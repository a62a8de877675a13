/* SPDX-License-Identifier: Apache-2.0 */
/* Logs: entries, tiles, checkpoints.  An append costs its own leaves and the last tile of each level. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "store/sqlite/internal.h"

enum { CHECKPOINT_SIZE = 2048 };

static const char where[] = "log";

static int64_t tile_id(int64_t number, unsigned level, uint64_t index) {
    return number << RR_LOG_SHIFT | (int64_t)level << RR_LEVEL_SHIFT | (int64_t)index;
}

rr_status rr_log_make(rr_conn *conn, rr_file_error *error, int64_t number, const rr_signer *signer) {
    char vkey[RR_SIGNER_TEXT_SIZE];
    rr_hash root;
    size_t len = rr_signer_vkey(vkey, sizeof vkey, signer);
    rr_leaves_root(&root, NULL, 0);
    rr_value values[] = {RR_INT(number), RR_STRING(((rr_text){vkey, len})), RR_FIXED(&root)};
    return RR_RUN(conn, error, "INSERT INTO log (number, vkey, size, root) VALUES (?1, ?2, 0, ?3)", values);
}

static rr_status emit(void *context, const rr_tile *tile, const rr_hash *hashes) {
    rr_appending *log = context;
    rr_value values[] = {RR_INT(tile_id(log->number, tile->level, tile->index)),
                         RR_BYTES(hashes, tile->width * sizeof *hashes)};
    return RR_RUN(log->conn, log->error, "INSERT INTO tile VALUES (?1, ?2) ON CONFLICT DO UPDATE SET hashes = excluded.hashes",
                  values);
}

/* The peaks of one level's eight: perfect subtrees of its partial tile, the largest first. */
static void peaks_of_level(rr_frontier *frontier, unsigned level, const rr_hash *hashes, unsigned width) {
    unsigned at = 0;
    for (int bit = 7; bit >= 0; bit--) {
        unsigned leaves = 1U << bit;
        if (!(width & leaves)) continue;
        rr_leaves_root(&frontier->peaks[8 * level + (unsigned)bit], hashes + at, leaves);
        at += leaves;
    }
}

static rr_status load_level(rr_appending *log, unsigned level, uint64_t size) {
    rr_tiles *tiles = &log->tiles;
    uint64_t here = size >> (8 * level);
    tiles->number[level] = here >> 8;
    tiles->width[level] = (unsigned)(here & 255);
    if (tiles->width[level] == 0) return RR_OK;
    rr_value value[] = {RR_INT(tile_id(log->number, level, tiles->number[level]))};
    rr_status status = rr_conn_fixed(log->conn, log->error, tiles->hashes[level][0].bytes,
                                     tiles->width[level] * sizeof(rr_hash), "SELECT hashes FROM tile WHERE id = ?1", value, 1);
    if (status == RR_NOT_FOUND) return rr_damaged(log->error, "tile", (int64_t)tiles->number[level]);
    if (status == RR_OK) peaks_of_level(&tiles->frontier, level, tiles->hashes[level], tiles->width[level]);
    return status;
}

typedef struct head {
    rr_text vkey; /* wanted */
    uint64_t size;
    rr_hash root;
    bool found, same;
} head;

static rr_status head_row(void *context, rr_file_error *error, sqlite3_stmt *row) {
    head *h = context;
    rr_text vkey;
    rr_blob root;
    if (!rr_db_text(&vkey, row, 0) || !rr_db_is_integer(row, 1) || !rr_db_blob(&root, row, 2) || root.len != 32)
        return rr_damaged(error, where, -1);
    int64_t size = sqlite3_column_int64(row, 1);
    if (size < 0 || (uint64_t)size >= RR_LEAF_MAX) return rr_damaged(error, where, -1);
    h->found = true;
    h->same = vkey.len == h->vkey.len && memcmp(vkey.start, h->vkey.start, vkey.len) == 0;
    h->size = (uint64_t)size;
    memcpy(h->root.bytes, root.bytes, 32);
    return RR_OK;
}

rr_status rr_log_begin(rr_appending *log, rr_conn *conn, rr_file_error *error, int64_t number, const rr_signer *signer) {
    char vkey[RR_SIGNER_TEXT_SIZE];
    head h = {.vkey = {vkey, rr_signer_vkey(vkey, sizeof vkey, signer)}};
    rr_value value[] = {RR_INT(number)};
    rr_hash root;
    log->conn = conn;
    log->error = error;
    log->number = number;
    rr_tiles_init(&log->tiles, emit, log);
    rr_status status = rr_conn_each(conn, error, "SELECT vkey, size, root FROM log WHERE number = ?1", value, 1, head_row, &h);
    if (status == RR_OK && !h.found) return rr_damaged(error, where, -1);
    if (status == RR_OK && !h.same) return rr_fail(error, RR_REFUSED, where, -1, "the key is not the one of this log");
    for (unsigned level = 0; level < RR_TILE_LEVELS && status == RR_OK; level++) status = load_level(log, level, h.size);
    if (status != RR_OK) return status;
    log->tiles.frontier.size = h.size;
    rr_frontier_root(&root, &log->tiles.frontier);
    return memcmp(&root, &h.root, sizeof root) == 0 ? RR_OK : rr_damaged(error, where, (int64_t)h.size);
}

rr_status rr_log_append(rr_appending *log, const void *entry, size_t len) {
    rr_hash hash;
    uint64_t leaf = log->tiles.frontier.size;
    if (leaf + 1 >= RR_LEAF_MAX) return rr_fail(log->error, RR_REFUSED, where, (int64_t)leaf, "the log has no more room");
    rr_value values[] = {RR_INT(log->number << RR_LOG_SHIFT | (int64_t)leaf), RR_BYTES(entry, len)};
    rr_status status = RR_RUN(log->conn, log->error, "INSERT INTO entry VALUES (?1, ?2)", values);
    if (status != RR_OK) return status;
    rr_leaf_hash(&hash, entry, len);
    return rr_tiles_append(&log->tiles, &hash);
}

rr_status rr_log_finish(rr_appending *log, const rr_signer *signer, rr_hash *out) {
    char note[CHECKPOINT_SIZE];
    size_t note_len;
    rr_hash root;
    uint64_t size = log->tiles.frontier.size;
    rr_status status = rr_tiles_finish(&log->tiles);
    if (status != RR_OK) return status;
    rr_frontier_root(&root, &log->tiles.frontier);
    status = rr_checkpoint_sign(note, sizeof note, &note_len, size, &root, signer);
    if (status != RR_OK) return rr_fail(log->error, status, "checkpoint", (int64_t)size, "the log's key cannot sign it");
    rr_value head_values[] = {RR_INT(log->number), RR_INT(size), RR_FIXED(&root)};
    rr_value note_values[] = {RR_INT(log->number << RR_LOG_SHIFT | (int64_t)size), RR_BYTES(note, note_len)};
    status = RR_RUN(log->conn, log->error, "UPDATE log SET size = ?2, root = ?3 WHERE number = ?1", head_values);
    if (status == RR_OK) status = RR_RUN(log->conn, log->error, "INSERT INTO checkpoint VALUES (?1, ?2)", note_values);
    if (out) *out = root;
    return status;
}

rr_status rr_directory_append(rr_store *store, rr_file_error *error, const char *const *lines, size_t count) {
    rr_appending *log = malloc(sizeof *log);
    if (!log) return rr_no_memory(error, "directory log");
    rr_status status = rr_log_begin(log, &store->conn, error, 0, &store->directory);
    for (size_t i = 0; i < count && status == RR_OK; i++) status = rr_log_append(log, lines[i], strlen(lines[i]));
    if (status == RR_OK) status = rr_log_finish(log, &store->directory, NULL);
    free(log);
    return status;
}

void rr_line_checkpoint(char line[RR_LINE_SIZE], const rr_pid *pid, uint64_t size, const rr_hash *root) {
    char pid_hex[65], root_hex[65];
    rr_hex(pid_hex, pid->bytes, 32);
    rr_hex(root_hex, root->bytes, 32);
    snprintf(line, RR_LINE_SIZE, "checkpoint %s %" PRIu64 " %s", pid_hex, size, root_hex);
}
