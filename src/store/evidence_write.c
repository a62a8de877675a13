/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/sha2.h"
#include "roundrobin/note.h"
#include "sql_evidence.h"
#include "store/db.h"
#include "store/file.h"
#include "evidence/leaf.h"
#include "evidence/material.h"
#include "evidence/tiles.h"

typedef struct writer {
    sqlite3 *db;
    rr_file_error *error;
    const rr_evidence_parts *parts;
    rr_material material;
    sqlite3_stmt *tile;
    sqlite3_int64 tile_id;
} writer;

static rr_status prepare(writer *w, sqlite3_stmt **statement, const char *sql) {
    return sqlite3_prepare_v2(w->db, sql, -1, statement, NULL) == SQLITE_OK ? RR_OK : rr_db_fail(w->error, w->db, "file");
}

/* Runs an INSERT whose parameters are bound. */
static rr_status insert(writer *w, sqlite3_stmt *statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) return rr_db_fail(w->error, w->db, "file");
    sqlite3_reset(statement);
    return sqlite3_clear_bindings(statement) == SQLITE_OK ? RR_OK : rr_db_fail(w->error, w->db, "file");
}

static void bind_text(sqlite3_stmt *statement, int index, rr_text text) {
    sqlite3_bind_text64(statement, index, text.start ? text.start : "", text.len, SQLITE_STATIC, SQLITE_UTF8);
}

static void bind_blob(sqlite3_stmt *statement, int index, const void *bytes, size_t len) {
    sqlite3_bind_blob64(statement, index, bytes ? bytes : "", len, SQLITE_STATIC);
}

static rr_status write_documents(writer *w) {
    const rr_evidence_parts *p = w->parts;
    const rr_blob documents[RR_DOC_END] = {{NULL, 0},     p->petition, p->roll,     p->roll_note, p->assignment, p->names,
                                           p->enrolments, p->ceremony, p->trustees, p->directory, p->cosigned};
    sqlite3_stmt *s = NULL;
    rr_status status = prepare(w, &s, "INSERT INTO document VALUES (?1, ?2, ?3)");
    for (int id = RR_DOC_PETITION; id < RR_DOC_END && status == RR_OK; id++) {
        const char *name = rr_document_name((rr_document)id);
        if (!documents[id].bytes) continue;
        if (documents[id].len > RR_DOCUMENT_MAX) {
            status = rr_fail(w->error, RR_MALFORMED, name, -1, "it is larger than an evidence file can hold");
            break;
        }
        sqlite3_bind_int(s, 1, id);
        bind_text(s, 2, rr_text_of(name));
        bind_blob(s, 3, documents[id].bytes, documents[id].len);
        status = insert(w, s);
    }
    sqlite3_finalize(s);
    return status;
}

static rr_status write_members(writer *w) {
    sqlite3_stmt *s = NULL;
    rr_status status = prepare(w, &s, "INSERT INTO member VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    for (uint32_t place = 0; place < w->material.roll.entry_count && status == RR_OK; place++) {
        rr_member_row row;
        rr_member_row_make(&row, &w->material, place);
        sqlite3_bind_int64(s, 1, place);
        bind_text(s, 2, row.member);
        bind_text(s, 3, row.class_name);
        bind_text(s, 4, row.counted_as);
        bind_text(s, 5, row.basis);
        sqlite3_bind_int64(s, 6, row.ring);
        if (row.name.start) bind_text(s, 7, row.name);
        status = insert(w, s);
    }
    sqlite3_finalize(s);
    return status;
}

static rr_status write_tile(void *context, const rr_tile *tile, const rr_hash *hashes) {
    writer *w = context;
    sqlite3_bind_int64(w->tile, 1, w->tile_id++);
    sqlite3_bind_int64(w->tile, 2, tile->level);
    sqlite3_bind_int64(w->tile, 3, (sqlite3_int64)tile->index);
    bind_blob(w->tile, 4, hashes, sizeof *hashes * tile->width);
    return insert(w, w->tile);
}

/* The checkpoint that ends at this size, if one does, against the tree. */
static rr_status compare_checkpoint(writer *w, size_t *next, const rr_frontier *frontier) {
    rr_checkpoint checkpoint;
    rr_hash root;
    const rr_evidence_checkpoint *c = &w->parts->checkpoints[*next];
    if (*next == w->parts->checkpoint_count || c->size != frontier->size) return RR_OK;
    rr_frontier_root(&root, frontier);
    rr_status status = rr_checkpoint_read(&checkpoint, w->error, c->note, c->size, &w->material.petition.log);
    if (status != RR_OK) return status;
    ++*next;
    if (memcmp(&checkpoint.root, &root, sizeof root) == 0) return RR_OK;
    return rr_fail(w->error, RR_INVALID, "checkpoint", (int64_t)c->size, "its root is not that of the entries");
}

static rr_status write_leaf(writer *w, sqlite3_stmt *s, uint64_t leaf, rr_blob entry) {
    rr_leaf_row row;
    rr_leaf_row_make(&row, entry);
    sqlite3_bind_int64(s, 1, (sqlite3_int64)leaf);
    if (row.has_kind) sqlite3_bind_int64(s, 2, row.kind);
    if (row.has_number) sqlite3_bind_int64(s, 3, row.number);
    if (row.nullifier) bind_blob(s, 4, row.nullifier, 32);
    bind_blob(s, 5, entry.bytes, entry.len);
    return insert(w, s);
}

static rr_status write_log(writer *w, rr_tiles *tiles) {
    sqlite3_stmt *s = NULL;
    size_t next = 0;
    rr_status status = prepare(w, &s, "INSERT INTO leaf VALUES (?1, ?2, ?3, ?4, ?5)");
    if (status == RR_OK) status = prepare(w, &w->tile, "INSERT INTO tile VALUES (?1, ?2, ?3, ?4)");
    rr_tiles_init(tiles, write_tile, w);
    for (uint64_t leaf = 0; leaf < w->parts->entry_count && status == RR_OK; leaf++) {
        rr_blob entry = {NULL, 0};
        rr_hash hash;
        status = w->parts->entry(w->parts->context, &entry, leaf);
        if (status != RR_OK) {
            rr_fail(w->error, status, "leaf", (int64_t)leaf, "the entry could not be read");
            break;
        }
        if (entry.len > RR_ENTRY_MAX) {
            status = rr_fail(w->error, RR_MALFORMED, "leaf", (int64_t)leaf, "an entry has at most 65535 bytes");
            break;
        }
        rr_leaf_hash(&hash, entry.bytes, entry.len);
        status = write_leaf(w, s, leaf, entry);
        if (status == RR_OK) status = rr_tiles_append(tiles, &hash);
        if (status == RR_OK) status = compare_checkpoint(w, &next, &tiles->frontier);
    }
    if (status == RR_OK) status = rr_tiles_finish(tiles);
    size_t count = w->parts->checkpoint_count;
    if (status == RR_OK && (next != count || count == 0 || w->parts->checkpoints[count - 1].size != w->parts->entry_count))
        status = rr_fail(w->error, RR_INVALID, "checkpoint", -1,
                         "sizes must ascend, and the last one must be the number of entries");
    sqlite3_finalize(s);
    sqlite3_finalize(w->tile);
    return status;
}

static rr_status write_checkpoints(writer *w) {
    sqlite3_stmt *s = NULL;
    rr_status status = prepare(w, &s, "INSERT INTO checkpoint VALUES (?1, ?2)");
    for (size_t i = 0; i < w->parts->checkpoint_count && status == RR_OK; i++) {
        sqlite3_bind_int64(s, 1, (sqlite3_int64)w->parts->checkpoints[i].size);
        bind_blob(s, 2, w->parts->checkpoints[i].note.bytes, w->parts->checkpoints[i].note.len);
        status = insert(w, s);
    }
    sqlite3_finalize(s);
    return status;
}

typedef struct opening {
    rr_hash hash;
    const rr_blob *file;
} opening;

static int by_hash(const void *a, const void *b) {
    return memcmp(&((const opening *)a)->hash, &((const opening *)b)->hash, sizeof(rr_hash));
}

static rr_status write_openings(writer *w) {
    size_t count = w->parts->opening_count;
    if (count == 0) return RR_OK;
    opening *sorted = calloc(count, sizeof *sorted);
    if (!sorted) return rr_fail(w->error, RR_NO_SPACE, "opening", -1, "there is not enough memory");
    for (size_t i = 0; i < count; i++) {
        sorted[i].file = &w->parts->openings[i];
        rr_sha256_of(sorted[i].hash.bytes, sorted[i].file->bytes, sorted[i].file->len);
    }
    qsort(sorted, count, sizeof *sorted, by_hash);
    sqlite3_stmt *s = NULL;
    rr_status status = prepare(w, &s, "INSERT INTO opening VALUES (?1, ?2, ?3)");
    sqlite3_int64 id = 0;
    for (size_t i = 0; i < count && status == RR_OK; i++) {
        if (i > 0 && by_hash(&sorted[i - 1], &sorted[i]) == 0) continue;
        if (sorted[i].file->len > RR_DOCUMENT_MAX) {
            status = rr_fail(w->error, RR_MALFORMED, "opening", -1, "it is larger than an evidence file can hold");
            break;
        }
        sqlite3_bind_int64(s, 1, id++);
        bind_blob(s, 2, &sorted[i].hash, sizeof(rr_hash));
        bind_blob(s, 3, sorted[i].file->bytes, sorted[i].file->len);
        status = insert(w, s);
    }
    sqlite3_finalize(s);
    free(sorted);
    return status;
}

static rr_status check_parts(writer *w) {
    const rr_evidence_parts *p = w->parts;
    rr_material *m = &w->material;
    rr_status status = rr_material_petition(m, w->error, p->petition);
    if (status == RR_OK) status = rr_material_roll(m, w->error, p->roll);
    if (status == RR_OK && p->roll_note.bytes) status = rr_material_roll_note(m, w->error, p->roll_note);
    if (status == RR_OK && p->assignment.bytes) status = rr_material_assignment(m, w->error, p->assignment);
    if (status == RR_OK && p->names.bytes) status = rr_material_names(m, w->error, p->names);
    return status;
}

/* The temporary file needs no journal: a crash leaves only it. */
static rr_status write_database(writer *w, const char *path) {
    static const char begin[] =
        "PRAGMA page_size=4096; PRAGMA auto_vacuum=NONE; PRAGMA encoding='UTF-8'; PRAGMA journal_mode=OFF;"
        "PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; BEGIN";
    char end[128];
    sqlite3_snprintf(sizeof end, end, "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT", RR_EVIDENCE_APPLICATION,
                     RR_EVIDENCE_VERSION);
    rr_tiles *tiles = malloc(sizeof *tiles);
    if (!tiles) return rr_fail(w->error, RR_NO_SPACE, "file", -1, "there is not enough memory");
    rr_status status = RR_OK;
    if (sqlite3_open_v2(path, &w->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
        sqlite3_db_config(w->db, SQLITE_DBCONFIG_LEGACY_FILE_FORMAT, 0, NULL) != SQLITE_OK ||
        sqlite3_exec(w->db, begin, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(w->db, rr_sql_evidence, NULL, NULL, NULL) != SQLITE_OK)
        status = rr_db_fail(w->error, w->db, "file");
    if (status == RR_OK) status = write_documents(w);
    if (status == RR_OK) status = write_members(w);
    if (status == RR_OK) status = write_log(w, tiles);
    if (status == RR_OK) status = write_checkpoints(w);
    if (status == RR_OK) status = write_openings(w);
    if (status == RR_OK && sqlite3_exec(w->db, end, NULL, NULL, NULL) != SQLITE_OK)
        status = rr_db_fail(w->error, w->db, "file");
    if (sqlite3_close(w->db) != SQLITE_OK && status == RR_OK)
        status = rr_fail(w->error, RR_IO, "file", -1, "it could not be closed");
    free(tiles);
    return status;
}

rr_status rr_evidence_write(rr_file_error *error, const char *path, const rr_evidence_parts *parts) {
    rr_file_error unused = {RR_OK, NULL, -1, NULL, 0};
    writer w = {.error = error ? error : &unused, .parts = parts};
    rr_new_file file;
    rr_status status = check_parts(&w);
    if (status == RR_OK) status = rr_new_file_begin(&file, w.error, path);
    if (status == RR_OK) {
        status = write_database(&w, file.temporary);
        if (status == RR_OK)
            status = rr_new_file_finish(&file, w.error, 0644, true);
        else
            rr_new_file_abandon(&file);
    }
    rr_material_free(&w.material);
    return status;
}
