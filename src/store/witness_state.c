/* SPDX-License-Identifier: Apache-2.0 */
#include "store/witness_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sha2.h"
#include "store/db.h"

enum { APPLICATION = 0x52527769 /* "RRwi" */, VERSION = 1 };

struct rr_witness_state {
    sqlite3 *db;
};

static const char where[] = "witness";

/* The lock is taken with the first write and never given back; a commit is on the disk, folder included, before it returns. */
static const char settings[] = "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA;"
                               "PRAGMA trusted_schema=OFF; BEGIN EXCLUSIVE; COMMIT";
static const char schema[] = "BEGIN;"
                             "CREATE TABLE log (origin_hash BLOB PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL,"
                             " note BLOB NOT NULL) WITHOUT ROWID;"
                             "PRAGMA application_id=0x52527769; PRAGMA user_version=1; COMMIT";

static rr_status number_of(sqlite3 *db, rr_file_error *error, int *number, const char *pragma) {
    sqlite3_stmt *s;
    if (sqlite3_prepare_v2(db, pragma, -1, &s, NULL) != SQLITE_OK) return rr_db_fail(error, db, where);
    bool good = sqlite3_step(s) == SQLITE_ROW;
    if (good) *number = sqlite3_column_int(s, 0);
    sqlite3_finalize(s);
    return good ? RR_OK : rr_db_fail(error, db, where);
}

static rr_status set_up(sqlite3 *db, rr_file_error *error) {
    int application = 0, version = 0, tables = 0, code = sqlite3_exec(db, settings, NULL, NULL, NULL);
    if (code == SQLITE_BUSY) return rr_fail(error, RR_REFUSED, where, -1, "another process uses it: a witness is one process");
    if (code != SQLITE_OK) return rr_db_fail(error, db, where);
    rr_status status = number_of(db, error, &application, "PRAGMA application_id");
    if (status == RR_OK) status = number_of(db, error, &version, "PRAGMA user_version");
    if (status == RR_OK) status = number_of(db, error, &tables, "SELECT count(*) FROM sqlite_schema");
    if (status != RR_OK) return status;
    if (application == 0 && version == 0 && tables == 0)
        return sqlite3_exec(db, schema, NULL, NULL, NULL) == SQLITE_OK ? RR_OK : rr_db_fail(error, db, where);
    if (application != APPLICATION) return rr_fail(error, RR_MALFORMED, where, -1, "it is not what a witness keeps");
    return version == VERSION ? RR_OK : rr_fail(error, RR_UNSUPPORTED, where, -1, "it is of a newer version of robin");
}

rr_status rr_witness_state_open(rr_witness_state **out, rr_file_error *error, const char *path) {
    rr_witness_state *state = calloc(1, sizeof *state);
    *out = NULL;
    if (!state) return rr_fail(error, RR_NO_SPACE, where, -1, "there is not enough memory");
    int descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        int code = errno;
        free(state);
        rr_fail(error, RR_IO, where, -1, "it cannot be opened");
        if (error) error->system = code;
        return RR_IO;
    }
    (void)close(descriptor);
    rr_status status = RR_OK;
    if (sqlite3_open_v2(path, &state->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        status = rr_db_fail(error, state->db, where);
    if (status == RR_OK) status = set_up(state->db, error);
    if (status == RR_OK)
        *out = state;
    else
        rr_witness_state_close(state);
    return status;
}

void rr_witness_state_close(rr_witness_state *state) {
    if (!state) return;
    (void)sqlite3_close(state->db);
    free(state);
}

static void hash_of(rr_hash *hash, rr_text origin) {
    rr_sha256_of(hash->bytes, (const uint8_t *)origin.start, origin.len);
}

/* The row of a log, to be finalized; RR_NOT_FOUND. */
static rr_status find(rr_witness_state *state, rr_file_error *error, sqlite3_stmt **s, const rr_hash *hash) {
    if (sqlite3_prepare_v2(state->db, "SELECT size, root, note FROM log WHERE origin_hash = ?1", -1, s, NULL) != SQLITE_OK ||
        sqlite3_bind_blob(*s, 1, hash->bytes, sizeof hash->bytes, SQLITE_STATIC) != SQLITE_OK)
        return rr_db_fail(error, state->db, where);
    int code = sqlite3_step(*s);
    if (code == SQLITE_ROW) return RR_OK;
    return code == SQLITE_DONE ? RR_NOT_FOUND : rr_db_fail(error, state->db, where);
}

rr_status rr_witness_state_last(rr_witness_state *state, rr_file_error *error, rr_witnessed *last, rr_text origin) {
    rr_hash hash;
    rr_blob root;
    sqlite3_stmt *s = NULL;
    hash_of(&hash, origin);
    memset(last, 0, sizeof *last);
    rr_status status = find(state, error, &s, &hash);
    if (status == RR_OK && rr_db_is_integer(s, 0) && rr_db_blob(&root, s, 1) && root.len == sizeof last->root) {
        last->size = (uint64_t)sqlite3_column_int64(s, 0);
        memcpy(&last->root, root.bytes, root.len);
    } else if (status == RR_OK)
        status = rr_fail(error, RR_MALFORMED, where, -1, "the database is damaged: do not go on with this key");
    sqlite3_finalize(s);
    return status == RR_NOT_FOUND ? RR_OK : status;
}

rr_status rr_witness_state_note(rr_witness_state *state, rr_file_error *error, char **note, size_t *len,
                                const rr_hash *origin_hash) {
    rr_blob blob;
    sqlite3_stmt *s = NULL;
    *note = NULL;
    rr_status status = find(state, error, &s, origin_hash);
    if (status == RR_OK && !rr_db_blob(&blob, s, 2))
        status = rr_fail(error, RR_MALFORMED, where, -1, "the database is damaged: do not go on with this key");
    if (status == RR_OK && !(*note = malloc(blob.len + 1)))
        status = rr_fail(error, RR_NO_SPACE, where, -1, "there is not enough memory");
    if (status == RR_OK) {
        memcpy(*note, blob.bytes, blob.len);
        *len = blob.len;
    }
    sqlite3_finalize(s);
    return status;
}

rr_status rr_witness_state_keep(rr_witness_state *state, rr_file_error *error, uint64_t old_size,
                                const rr_checkpoint *checkpoint, rr_text note) {
    /* One statement is one transaction; nothing else writes, and were it so, the size would tell. */
    static const char sql[] =
        "INSERT INTO log SELECT ?1, ?2, ?3, ?4 WHERE ?5 = coalesce((SELECT size FROM log WHERE origin_hash = ?1), 0)"
        " ON CONFLICT (origin_hash) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note";
    rr_hash hash;
    sqlite3_stmt *s = NULL;
    hash_of(&hash, checkpoint->origin);
    rr_status status = RR_OK;
    if (sqlite3_prepare_v2(state->db, sql, -1, &s, NULL) != SQLITE_OK ||
        sqlite3_bind_blob(s, 1, hash.bytes, sizeof hash.bytes, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_bind_int64(s, 2, (sqlite3_int64)checkpoint->size) != SQLITE_OK ||
        sqlite3_bind_blob(s, 3, checkpoint->root.bytes, sizeof checkpoint->root.bytes, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_bind_blob64(s, 4, note.start, note.len, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_bind_int64(s, 5, (sqlite3_int64)old_size) != SQLITE_OK || sqlite3_step(s) != SQLITE_DONE)
        status = rr_db_fail(error, state->db, where);
    else if (sqlite3_changes(state->db) != 1)
        status = rr_fail(error, RR_REFUSED, where, -1, "another checkpoint was cosigned meanwhile");
    sqlite3_finalize(s);
    return status;
}
