/* SPDX-License-Identifier: Apache-2.0 */
/* The log of an evidence file: columns, checkpoints, tree.  One pass over the entries each, one entry in memory at a time. */
#include <stdlib.h>
#include <string.h>

#include "base/sha2.h"
#include "store/evidence_verify.h"
#include "store/leaf.h"
#include "store/tiles.h"

enum { STEP = 4096 /* rows between two reports of progress */ };

static rr_status prepare(rr_verification *v, rr_file_error *error, sqlite3_stmt **statement, const char *sql) {
    return sqlite3_prepare_v2(v->file.db, sql, -1, statement, NULL) == SQLITE_OK ? RR_OK
                                                                                 : rr_db_fail(error, v->file.db, "file");
}

static rr_status next_row(rr_verification *v, rr_file_error *error, sqlite3_stmt *statement) {
    return sqlite3_step(statement) == SQLITE_ROW ? RR_OK : rr_db_fail(error, v->file.db, "file");
}

/* ---- columns -------------------------------------------------------------------------------------------------------- */

static bool same_text(sqlite3_stmt *s, int column, rr_text text) {
    rr_text have;
    if (!text.start) return sqlite3_column_type(s, column) == SQLITE_NULL;
    return rr_db_text(&have, s, column) && rr_text_equal(have, text);
}

static bool same_number(sqlite3_stmt *s, int column, bool has, uint32_t number) {
    if (!has) return sqlite3_column_type(s, column) == SQLITE_NULL;
    return rr_db_is_integer(s, column) && sqlite3_column_int64(s, column) == (sqlite3_int64)number;
}

static bool same_nullifier(sqlite3_stmt *s, int column, const uint8_t *nullifier) {
    rr_blob have;
    if (!nullifier) return sqlite3_column_type(s, column) == SQLITE_NULL;
    return rr_db_blob(&have, s, column) && have.len == 32 && memcmp(have.bytes, nullifier, 32) == 0;
}

static rr_status member_columns(rr_verification *v, rr_file_error *error) {
    static const char not_the_roll[] = "the row does not say what roll and names file say";
    sqlite3_stmt *s = NULL;
    uint32_t count = v->material.roll.entry_count;
    if (v->file.members != count)
        return rr_fail(error, RR_INVALID, "member", -1, "there is not one row for each entry of the roll");
    rr_status status = prepare(v, error, &s, "SELECT member, class, counted_as, basis, ring, name FROM member ORDER BY place");
    for (uint32_t place = 0; place < count && status == RR_OK; place++) {
        rr_member_row row;
        rr_member_row_make(&row, &v->material, place);
        status = next_row(v, error, s);
        if (status != RR_OK) break;
        if (!same_text(s, 0, row.member) || !same_text(s, 1, row.class_name) || !same_text(s, 2, row.counted_as) ||
            !same_text(s, 3, row.basis) || !same_number(s, 4, true, row.ring) || !same_text(s, 5, row.name))
            status = rr_fail(error, RR_INVALID, "member", place, not_the_roll);
        else if (place % STEP == 0)
            status = rr_step_report(error, &v->step, place, count + v->file.leaves);
    }
    sqlite3_finalize(s);
    return status;
}

static rr_status leaf_columns(rr_verification *v, rr_file_error *error) {
    sqlite3_stmt *s = NULL;
    rr_status status = prepare(v, error, &s, "SELECT kind, number, nullifier, bytes FROM leaf ORDER BY leaf");
    for (uint64_t leaf = 0; leaf < v->file.leaves && status == RR_OK; leaf++) {
        rr_leaf_row row;
        rr_blob entry;
        status = next_row(v, error, s);
        if (status != RR_OK) break;
        if (!rr_db_blob(&entry, s, 3))
            status = rr_fail(error, RR_MALFORMED, "leaf", (int64_t)leaf, "the database is damaged");
        else {
            rr_leaf_row_make(&row, entry);
            if (!same_number(s, 0, row.has_kind, row.kind) || !same_number(s, 1, row.has_number, row.number) ||
                !same_nullifier(s, 2, row.nullifier))
                status = rr_fail(error, RR_INVALID, "leaf", (int64_t)leaf, "the row does not say what the entry says");
        }
        if (status == RR_OK && leaf % STEP == 0)
            status = rr_step_report(error, &v->step, v->file.members + leaf, v->file.members + v->file.leaves);
    }
    sqlite3_finalize(s);
    return status;
}

static rr_status opening_columns(rr_verification *v, rr_file_error *error) {
    for (size_t i = 0; i < v->opening_count; i++) {
        if (i > 0 && memcmp(&v->openings[i - 1].hash, &v->openings[i].hash, sizeof(rr_hash)) >= 0)
            return rr_fail(error, RR_INVALID, "opening", (int64_t)i, "the rows do not ascend by hash");
        uint8_t hash[32];
        rr_sha256_of(hash, v->openings[i].bytes, v->openings[i].len);
        if (memcmp(hash, v->openings[i].hash.bytes, sizeof hash) != 0)
            return rr_fail(error, RR_INVALID, "opening", (int64_t)i, "the hash in the row is not that of the file");
    }
    return RR_OK;
}

/* Opening files are loaded here, since their hashes are columns. */
static rr_status load_openings(rr_verification *v, rr_file_error *error) {
    sqlite3_stmt *s = NULL;
    if (v->file.openings == 0) return RR_OK;
    v->openings = calloc(v->file.openings, sizeof *v->openings);
    if (!v->openings) return rr_fail(error, RR_NO_SPACE, "opening", -1, "there is not enough memory");
    rr_status status = prepare(v, error, &s, "SELECT hash, length(bytes) FROM opening ORDER BY id");
    for (uint64_t i = 0; i < v->file.openings && status == RR_OK; i++) {
        rr_blob hash;
        uint8_t *bytes = NULL;
        status = next_row(v, error, s);
        if (status != RR_OK) break;
        if (!rr_db_blob(&hash, s, 0) || hash.len != 32) {
            status = rr_fail(error, RR_MALFORMED, "opening", (int64_t)i, "the database is damaged");
            break;
        }
        rr_opening_file *file = &v->openings[i];
        memcpy(file->hash.bytes, hash.bytes, 32);
        file->len = (size_t)sqlite3_column_int64(s, 1);
        status = rr_evidence_file_blob(&v->file, error, &bytes, file->len, "opening", (int64_t)i);
        file->bytes = bytes;
        v->opening_count = i + 1;
    }
    sqlite3_finalize(s);
    return status;
}

rr_status rr_verify_columns(rr_verification *v, rr_file_error *error) {
    rr_status status = load_openings(v, error);
    if (status == RR_OK) status = opening_columns(v, error);
    if (status == RR_OK) status = member_columns(v, error);
    if (status == RR_OK) status = leaf_columns(v, error);
    return status;
}

/* ---- checkpoints ---------------------------------------------------------------------------------------------------- */

rr_status rr_verify_checkpoints(rr_verification *v, rr_file_error *error) {
    sqlite3_stmt *s = NULL;
    uint64_t count = v->file.checkpoints;
    v->sizes = calloc(count, sizeof *v->sizes);
    v->roots = calloc(count, sizeof *v->roots);
    if (!v->sizes || !v->roots) return rr_fail(error, RR_NO_SPACE, "checkpoint", -1, "there is not enough memory");
    rr_status status = prepare(v, error, &s, "SELECT size, note FROM checkpoint ORDER BY size");
    for (uint64_t i = 0; i < count && status == RR_OK; i++) {
        rr_checkpoint checkpoint = {.size = 0};
        rr_blob note;
        status = next_row(v, error, s);
        if (status != RR_OK) break;
        v->sizes[i] = (uint64_t)sqlite3_column_int64(s, 0);
        if (!rr_db_blob(&note, s, 1))
            status = rr_fail(error, RR_MALFORMED, "checkpoint", (int64_t)v->sizes[i], "the database is damaged");
        else
            status = rr_checkpoint_read(&checkpoint, error, note, v->sizes[i], &v->material.petition.log);
        if (status == RR_OK) v->roots[i] = checkpoint.root;
        if (status == RR_OK) status = rr_step_report(error, &v->step, i, count);
    }
    sqlite3_finalize(s);
    return status;
}

/* ---- tree ----------------------------------------------------------------------------------------------------------- */

typedef struct tree {
    rr_verification *v;
    rr_file_error *error;
    sqlite3_stmt *tile;
    uint64_t tiles_seen;
    rr_tiles tiles;
} tree;

static rr_status compare_tile(void *context, const rr_tile *tile, const rr_hash *hashes) {
    tree *t = context;
    rr_blob have;
    int64_t row = (int64_t)t->tiles_seen++;
    if (t->tiles_seen > t->v->file.tiles) return rr_fail(t->error, RR_INVALID, "tile", row, "tree hashes are missing");
    rr_status status = next_row(t->v, t->error, t->tile);
    if (status != RR_OK) return status;
    if (sqlite3_column_int64(t->tile, 0) == tile->level && sqlite3_column_int64(t->tile, 1) == (sqlite3_int64)tile->index &&
        rr_db_blob(&have, t->tile, 2) && have.len == sizeof *hashes * tile->width && memcmp(have.bytes, hashes, have.len) == 0)
        return RR_OK;
    return rr_fail(t->error, RR_INVALID, "tile", row, "the tree hashes are not those of the entries");
}

static rr_status hash_entries(tree *t, sqlite3_stmt *s) {
    rr_verification *v = t->v;
    rr_status status = RR_OK;
    for (uint64_t leaf = 0, next = 0; leaf < v->file.leaves && status == RR_OK; leaf++) {
        rr_blob entry;
        rr_hash hash, root;
        status = next_row(v, t->error, s);
        if (status != RR_OK) break;
        if (!rr_db_blob(&entry, s, 0)) return rr_fail(t->error, RR_MALFORMED, "leaf", (int64_t)leaf, "the database is damaged");
        rr_leaf_hash(&hash, entry.bytes, entry.len);
        v->leaf_hashes[leaf] = hash;
        status = rr_tiles_append(&t->tiles, &hash);
        if (status == RR_OK && v->sizes[next] == leaf + 1) {
            rr_frontier_root(&root, &t->tiles.frontier);
            if (memcmp(&root, &v->roots[next], sizeof root) != 0)
                return rr_fail(t->error, RR_INVALID, "checkpoint", (int64_t)(leaf + 1), "its root is not that of the entries");
            if (next + 1 < v->file.checkpoints) next++;
        }
        if (status == RR_OK && leaf % STEP == 0) status = rr_step_report(t->error, &v->step, leaf, v->file.leaves);
    }
    return status == RR_OK ? rr_tiles_finish(&t->tiles) : status;
}

rr_status rr_verify_log(rr_verification *v, rr_file_error *error) {
    uint64_t last = v->sizes[v->file.checkpoints - 1];
    if (last > v->file.leaves)
        return rr_fail(error, RR_INVALID, "leaf", (int64_t)v->file.leaves,
                       "entries that the last checkpoint covers are missing");
    if (last < v->file.leaves)
        return rr_fail(error, RR_INVALID, "leaf", (int64_t)last, "there are entries that no checkpoint covers");
    tree *t = calloc(1, sizeof *t);
    sqlite3_stmt *s = NULL;
    v->leaf_hashes = calloc(v->file.leaves, sizeof *v->leaf_hashes);
    if (!t || !v->leaf_hashes) {
        free(t);
        return rr_fail(error, RR_NO_SPACE, "leaf", -1, "there is not enough memory");
    }
    t->v = v;
    t->error = error;
    rr_tiles_init(&t->tiles, compare_tile, t);
    rr_status status = prepare(v, error, &t->tile, "SELECT level, number, hashes FROM tile ORDER BY id");
    if (status == RR_OK) status = prepare(v, error, &s, "SELECT bytes FROM leaf ORDER BY leaf");
    if (status == RR_OK) status = hash_entries(t, s);
    if (status == RR_OK && t->tiles_seen != v->file.tiles)
        status = rr_fail(error, RR_INVALID, "tile", (int64_t)t->tiles_seen, "there are more tree hashes than the entries have");
    sqlite3_finalize(s);
    sqlite3_finalize(t->tile);
    free(t);
    if (status == RR_OK) {
        v->report.leaves = v->file.leaves;
        v->report.root = v->roots[v->file.checkpoints - 1];
        v->report.batches = v->file.checkpoints - 1;
    }
    return status;
}
