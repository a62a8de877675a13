/* SPDX-License-Identifier: Apache-2.0 */
/* The log of an evidence file: columns, checkpoints, tree.  One pass over the entries each, one entry in memory at a time. */
#include <stdlib.h>
#include <string.h>

#include "base/sha2.h"
#include "evidence/verification.h"
#include "evidence/leaf.h"
#include "evidence/tiles.h"

enum { STEP = 4096 /* rows between two reports of progress */ };

/* ---- columns -------------------------------------------------------------------------------------------------------- */

static bool same_text(const rr_rows *r, unsigned column, rr_text text) {
    rr_text have;
    if (!text.start) return rr_rows_is_null(r, column);
    return rr_rows_text(&have, r, column) && rr_text_equal(have, text);
}

static bool same_number(const rr_rows *r, unsigned column, bool has, uint32_t number) {
    int64_t have;
    if (!has) return rr_rows_is_null(r, column);
    return rr_rows_integer(&have, r, column) && have == (int64_t)number;
}

static bool same_nullifier(const rr_rows *r, unsigned column, const uint8_t *nullifier) {
    rr_blob have;
    if (!nullifier) return rr_rows_is_null(r, column);
    return rr_rows_blob(&have, r, column) && have.len == 32 && memcmp(have.bytes, nullifier, 32) == 0;
}

static rr_status member_columns(rr_verification *v, rr_file_error *error) {
    static const char not_the_roll[] = "the row does not say what roll and names file say";
    rr_rows r;
    uint32_t count = v->material.roll.entry_count;
    if (v->source->rows[RR_TABLE_MEMBER] != count)
        return rr_fail(error, RR_INVALID, "member", -1, "there is not one row for each entry of the roll");
    rr_status status = rr_rows_open(&r, error, v->source, RR_TABLE_MEMBER, false);
    for (uint32_t place = 0; place < count && status == RR_OK; place++) {
        rr_member_row row;
        rr_member_row_make(&row, &v->material, place);
        status = rr_rows_next(&r, error);
        if (status != RR_OK) break;
        if (!same_text(&r, RR_MEMBER_MEMBER, row.member) || !same_text(&r, RR_MEMBER_CLASS, row.class_name) ||
            !same_text(&r, RR_MEMBER_COUNTED_AS, row.counted_as) || !same_text(&r, RR_MEMBER_BASIS, row.basis) ||
            !same_number(&r, RR_MEMBER_RING, true, row.ring) || !same_text(&r, RR_MEMBER_NAME, row.name))
            status = rr_fail(error, RR_INVALID, "member", place, not_the_roll);
        else if (place % STEP == 0)
            status = rr_step_report(error, &v->step, place, count + v->source->rows[RR_TABLE_LEAF]);
    }
    rr_rows_close(&r);
    return status;
}

static rr_status leaf_columns(rr_verification *v, rr_file_error *error) {
    rr_rows r;
    uint64_t members = v->source->rows[RR_TABLE_MEMBER], leaves = v->source->rows[RR_TABLE_LEAF];
    rr_status status = rr_rows_open(&r, error, v->source, RR_TABLE_LEAF, false);
    for (uint64_t leaf = 0; leaf < leaves && status == RR_OK; leaf++) {
        rr_leaf_row row;
        rr_blob entry;
        status = rr_rows_next(&r, error);
        if (status != RR_OK) break;
        if (!rr_rows_blob(&entry, &r, RR_LEAF_BYTES))
            status = rr_fail(error, RR_MALFORMED, "leaf", (int64_t)leaf, "the database is damaged");
        else {
            rr_leaf_row_make(&row, entry);
            if (!same_number(&r, RR_LEAF_KIND, row.has_kind, row.kind) ||
                !same_number(&r, RR_LEAF_NUMBER, row.has_number, row.number) ||
                !same_nullifier(&r, RR_LEAF_NULLIFIER, row.nullifier))
                status = rr_fail(error, RR_INVALID, "leaf", (int64_t)leaf, "the row does not say what the entry says");
        }
        if (status == RR_OK && leaf % STEP == 0) status = rr_step_report(error, &v->step, members + leaf, members + leaves);
    }
    rr_rows_close(&r);
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

rr_status rr_load_openings(rr_verification *v, rr_file_error *error) {
    rr_rows r;
    uint64_t count = v->source->rows[RR_TABLE_OPENING];
    if (count == 0) return RR_OK;
    v->openings = calloc(count, sizeof *v->openings);
    if (!v->openings) return rr_fail(error, RR_NO_SPACE, "opening", -1, "there is not enough memory");
    rr_status status = rr_rows_open(&r, error, v->source, RR_TABLE_OPENING, true);
    for (uint64_t i = 0; i < count && status == RR_OK; i++) {
        rr_blob hash;
        uint8_t *bytes = NULL;
        status = rr_rows_next(&r, error);
        if (status != RR_OK) break;
        if (!rr_rows_blob(&hash, &r, RR_OPENING_HASH) || hash.len != 32) {
            status = rr_fail(error, RR_MALFORMED, "opening", (int64_t)i, "the database is damaged");
            break;
        }
        rr_opening_file *file = &v->openings[i];
        memcpy(file->hash.bytes, hash.bytes, 32);
        file->len = r.values[RR_OPENING_BYTES].len;
        status = v->source->calls->large(v->source, error, &bytes, file->len, RR_TABLE_OPENING, (int64_t)i);
        file->bytes = bytes;
        v->opening_count = i + 1;
    }
    rr_rows_close(&r);
    return status == RR_OK ? opening_columns(v, error) : status;
}

rr_status rr_verify_columns(rr_verification *v, rr_file_error *error) {
    rr_status status = member_columns(v, error);
    return status == RR_OK ? leaf_columns(v, error) : status;
}

/* ---- checkpoints ---------------------------------------------------------------------------------------------------- */

rr_status rr_verify_checkpoints(rr_verification *v, rr_file_error *error) {
    rr_rows r;
    uint64_t count = v->source->rows[RR_TABLE_CHECKPOINT];
    v->sizes = calloc(count, sizeof *v->sizes);
    v->roots = calloc(count, sizeof *v->roots);
    if (!v->sizes || !v->roots) return rr_fail(error, RR_NO_SPACE, "checkpoint", -1, "there is not enough memory");
    rr_status status = rr_rows_open(&r, error, v->source, RR_TABLE_CHECKPOINT, false);
    for (uint64_t i = 0; i < count && status == RR_OK; i++) {
        rr_checkpoint checkpoint = {.size = 0};
        rr_blob note;
        status = rr_rows_next(&r, error);
        if (status != RR_OK) break;
        v->sizes[i] = (uint64_t)r.values[0].number;
        if (!rr_rows_blob(&note, &r, RR_CHECKPOINT_NOTE))
            status = rr_fail(error, RR_MALFORMED, "checkpoint", (int64_t)v->sizes[i], "the database is damaged");
        else
            status = rr_checkpoint_read(&checkpoint, error, note, v->sizes[i], &v->material.petition.log);
        if (status == RR_OK) v->roots[i] = checkpoint.root;
        if (status == RR_OK) status = rr_step_report(error, &v->step, i, count);
    }
    rr_rows_close(&r);
    return status;
}

/* ---- tree ----------------------------------------------------------------------------------------------------------- */

typedef struct tree {
    rr_verification *v;
    rr_file_error *error;
    rr_rows tile;
    uint64_t tiles_seen;
    rr_tiles tiles;
} tree;

static rr_status compare_tile(void *context, const rr_tile *tile, const rr_hash *hashes) {
    tree *t = context;
    rr_blob have;
    if (!t->v->source->has_columns) return RR_OK;
    int64_t row = (int64_t)t->tiles_seen++;
    if (t->tiles_seen > t->v->source->rows[RR_TABLE_TILE])
        return rr_fail(t->error, RR_INVALID, "tile", row, "tree hashes are missing");
    rr_status status = rr_rows_next(&t->tile, t->error);
    if (status != RR_OK) return status;
    if (t->tile.values[RR_TILE_LEVEL].number == tile->level && t->tile.values[RR_TILE_NUMBER].number == (int64_t)tile->index &&
        rr_rows_blob(&have, &t->tile, RR_TILE_HASHES) && have.len == sizeof *hashes * tile->width &&
        memcmp(have.bytes, hashes, have.len) == 0)
        return RR_OK;
    return rr_fail(t->error, RR_INVALID, "tile", row, "the tree hashes are not those of the entries");
}

static rr_status hash_entries(tree *t, rr_rows *r) {
    rr_verification *v = t->v;
    uint64_t leaves = v->source->rows[RR_TABLE_LEAF];
    rr_status status = RR_OK;
    for (uint64_t leaf = 0, next = 0; leaf < leaves && status == RR_OK; leaf++) {
        rr_blob entry;
        rr_hash hash, root;
        status = rr_rows_next(r, t->error);
        if (status != RR_OK) break;
        if (!rr_rows_blob(&entry, r, RR_LEAF_BYTES))
            return rr_fail(t->error, RR_MALFORMED, "leaf", (int64_t)leaf, "the database is damaged");
        rr_leaf_hash(&hash, entry.bytes, entry.len);
        v->leaf_hashes[leaf] = hash;
        status = rr_tiles_append(&t->tiles, &hash);
        if (status == RR_OK && v->sizes[next] == leaf + 1) {
            rr_frontier_root(&root, &t->tiles.frontier);
            if (memcmp(&root, &v->roots[next], sizeof root) != 0)
                return rr_fail(t->error, RR_INVALID, "checkpoint", (int64_t)(leaf + 1), "its root is not that of the entries");
            if (next + 1 < v->source->rows[RR_TABLE_CHECKPOINT]) next++;
        }
        if (status == RR_OK && leaf % STEP == 0) status = rr_step_report(t->error, &v->step, leaf, leaves);
    }
    return status == RR_OK ? rr_tiles_finish(&t->tiles) : status;
}

rr_status rr_verify_log(rr_verification *v, rr_file_error *error) {
    uint64_t leaves = v->source->rows[RR_TABLE_LEAF], checkpoints = v->source->rows[RR_TABLE_CHECKPOINT];
    uint64_t last = v->sizes[checkpoints - 1];
    if (last > leaves)
        return rr_fail(error, RR_INVALID, "leaf", (int64_t)leaves, "entries that the last checkpoint covers are missing");
    if (last < leaves) return rr_fail(error, RR_INVALID, "leaf", (int64_t)last, "there are entries that no checkpoint covers");
    tree *t = calloc(1, sizeof *t);
    rr_rows r = {.source = NULL};
    v->leaf_hashes = calloc(leaves, sizeof *v->leaf_hashes);
    if (!t || !v->leaf_hashes) {
        free(t);
        return rr_fail(error, RR_NO_SPACE, "leaf", -1, "there is not enough memory");
    }
    t->v = v;
    t->error = error;
    rr_tiles_init(&t->tiles, compare_tile, t);
    rr_status status = rr_rows_open(&t->tile, error, v->source, RR_TABLE_TILE, false);
    if (status == RR_OK) status = rr_rows_open(&r, error, v->source, RR_TABLE_LEAF, false);
    if (status == RR_OK) status = hash_entries(t, &r);
    if (status == RR_OK && t->tiles_seen != v->source->rows[RR_TABLE_TILE])
        status = rr_fail(error, RR_INVALID, "tile", (int64_t)t->tiles_seen, "there are more tree hashes than the entries have");
    rr_rows_close(&r);
    rr_rows_close(&t->tile);
    free(t);
    if (status == RR_OK) {
        v->report.leaves = leaves;
        v->report.root = v->roots[checkpoints - 1];
        v->report.batches = checkpoints - 1;
    }
    return status;
}
