/* SPDX-License-Identifier: Apache-2.0 */
/* Making, opening and reading the file.  How it is kept so that little is left behind: docs/adr/0003-collect.md. */
#include "store/collect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "sql_collect.h"
#include "store/collect_file.h"
#include "store/file.h"
#include "evidence/header.h"
#include "evidence/leaf.h"

enum { TABLES = 5 };

static const char no_memory[] = "there is not enough memory";
static const char insert_leaf[] = "INSERT INTO leaf VALUES (?1, ?2)";

static rr_status io_fail(rr_file_error *error, int code, const char *rule) {
    rr_fail(error, RR_IO, "file", -1, rule);
    if (error) error->system = code;
    return RR_IO;
}

/* ---- making --------------------------------------------------------------------------------------------------------- */

static rr_status check_parts(rr_material *m, rr_file_error *error, const rr_collect_parts *p, const rr_signer *log,
                             const rr_random *random) {
    static const char needed[] = "it is needed and was not given";
    if (!p->petition.bytes) return rr_fail(error, RR_NOT_FOUND, "petition", -1, needed);
    if (!p->roll.bytes) return rr_fail(error, RR_NOT_FOUND, "roll", -1, needed);
    if (!p->roll_note.bytes) return rr_fail(error, RR_NOT_FOUND, "roll note", -1, needed);
    if (!p->assignment.bytes) return rr_fail(error, RR_NOT_FOUND, "assignment", -1, needed);
    rr_status status = rr_material_petition(m, error, p->petition);
    if (status == RR_OK) status = rr_collect_signer_check(error, &m->petition, log);
    if (status == RR_OK) status = rr_material_roll(m, error, p->roll);
    if (status == RR_OK) status = rr_material_roll_note(m, error, p->roll_note);
    if (status == RR_OK) status = rr_material_assignment(m, error, p->assignment);
    if (status == RR_OK && p->names.bytes) status = rr_material_names(m, error, p->names);
    if (status != RR_OK) return status;
    if (p->enrolments.bytes) return rr_material_enrolments(m, error, p->enrolments, random, NULL);
    if (m->roll.kind == RR_ROLL_ONE_TIME) return rr_fail(error, RR_NOT_FOUND, "enrolments", -1, needed);
    return RR_OK;
}

static rr_status fill(sqlite3 *db, rr_file_error *error, const rr_collect_parts *p, const rr_pid *pid, const rr_signer *log) {
    const rr_blob documents[RR_DOC_END] = {{NULL, 0}, p->petition,   p->roll,     p->roll_note, p->assignment,
                                           p->names,  p->enrolments, p->ceremony, p->trustees};
    rr_status status = RR_OK;
    for (int id = RR_DOC_PETITION; id < RR_DOC_END && status == RR_OK; id++) {
        char sql[80];
        if (!documents[id].bytes) continue;
        sqlite3_snprintf(sizeof sql, sql, "INSERT INTO document VALUES (?1, '%s', ?2)", rr_document_name((rr_document)id));
        status = rr_collect_insert(db, error, sql, id, documents[id].bytes, documents[id].len);
    }
    uint8_t first[38] = {1, RR_FIRST};
    rr_frontier frontier;
    rr_hash hash;
    memcpy(first + 6, pid->bytes, 32);
    rr_frontier_init(&frontier);
    rr_leaf_hash(&hash, first, sizeof first);
    rr_frontier_append(&frontier, &hash);
    if (status == RR_OK) status = rr_collect_insert(db, error, insert_leaf, 0, first, sizeof first);
    if (status == RR_OK) status = rr_collect_checkpoint(db, error, &frontier, log);
    return status;
}

static rr_status make(rr_file_error *error, const char *path, const rr_collect_parts *parts, const rr_pid *pid,
                      const rr_signer *log) {
    char end[128];
    sqlite3 *db = NULL;
    rr_status status = RR_OK;
    sqlite3_snprintf(sizeof end, end, "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT", RR_COLLECT_APPLICATION,
                     RR_COLLECT_VERSION);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA page_size=4096; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN", NULL, NULL, NULL) !=
            SQLITE_OK ||
        sqlite3_exec(db, rr_sql_collect, NULL, NULL, NULL) != SQLITE_OK)
        status = rr_db_fail(error, db, "file");
    if (status == RR_OK) status = fill(db, error, parts, pid, log);
    if (status == RR_OK && sqlite3_exec(db, end, NULL, NULL, NULL) != SQLITE_OK) status = rr_db_fail(error, db, "file");
    if (sqlite3_close(db) != SQLITE_OK && status == RR_OK) status = io_fail(error, 0, "it could not be closed");
    return status;
}

rr_status rr_collect_create(rr_file_error *error, const char *path, const rr_collect_parts *parts, const rr_signer *log,
                            const rr_random *random) {
    rr_material material = {0};
    rr_new_file file;
    rr_status status = RR_OK;
    if (access(path, F_OK) == 0) return io_fail(error, EEXIST, "there is such a file already: choose another name");
    status = check_parts(&material, error, parts, log, random);
    if (status == RR_OK) status = rr_new_file_begin(&file, error, path);
    if (status == RR_OK) {
        status = make(error, file.temporary, parts, &material.petition.pid, log);
        if (status == RR_OK)
            status = rr_new_file_finish(&file, error, 0600, false);
        else
            rr_new_file_abandon(&file);
    }
    rr_material_free(&material);
    return status;
}

/* ---- opening -------------------------------------------------------------------------------------------------------- */

/* Before SQLite sees the file: it would play back journals and change the settings of whatever database this is. */
static rr_status check_version(rr_file_error *error, int descriptor) {
    uint8_t h[RR_DB_HEADER];
    rr_status status = rr_db_header_read(h, descriptor);
    if (status == RR_IO) return io_fail(error, errno, "it cannot be read");
    if (status != RR_OK) return rr_fail(error, status, "file", -1, "this is not an SQLite database");
    if (rr_load32_be(h + 68) != RR_COLLECT_APPLICATION)
        return rr_fail(error, RR_MALFORMED, "file", -1, "this is not a file of robin collect");
    if (rr_load32_be(h + 60) > RR_COLLECT_VERSION)
        return rr_fail(error, RR_UNSUPPORTED, "file", -1, "the file is of a newer version: use a newer robin");
    if (rr_load32_be(h + 60) != RR_COLLECT_VERSION || ((unsigned)h[16] << 8 | h[17]) != RR_DB_PAGE)
        return rr_fail(error, RR_MALFORMED, "file", -1, "the database header is not as robin collect makes it");
    return rr_schema_page_check(error, h, TABLES);
}

static rr_status load_document(void *context, rr_file_error *error, sqlite3_stmt *row) {
    rr_collect *collect = context;
    int64_t id = sqlite3_column_int64(row, 0);
    rr_blob blob;
    if (id < RR_DOC_PETITION || id > RR_DOC_TRUSTEES || !rr_db_blob(&blob, row, 1))
        return rr_fail(error, RR_MALFORMED, "document", id, "the file is damaged");
    if (!rr_blob_copy(&collect->documents[id], blob)) return rr_fail(error, RR_NO_SPACE, "document", id, no_memory);
    return RR_OK;
}

static rr_status load_documents(rr_collect *collect, rr_file_error *error) {
    rr_material *m = &collect->material;
    rr_status status = rr_collect_rows(collect, error, "SELECT id, bytes FROM document ORDER BY id", load_document, collect);
    const rr_blob *d = collect->documents;
    if (status == RR_OK && (!d[RR_DOC_PETITION].bytes || !d[RR_DOC_ROLL].bytes))
        return rr_fail(error, RR_MALFORMED, "document", -1, "the file is damaged");
    if (status == RR_OK) status = rr_material_petition(m, error, d[RR_DOC_PETITION]);
    if (status == RR_OK) status = rr_material_roll(m, error, d[RR_DOC_ROLL]);
    collect->about = (rr_case){m->params, m->subject, &m->petition, &m->roll, &m->rings};
    return status;
}

/* Deleted values are overwritten, the journal is deleted when it is not needed, and nothing goes to temporary files. */
static rr_status open_db(rr_collect *collect, rr_file_error *error, const char *path) {
    static const char settings[] =
        "PRAGMA secure_delete=ON; PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA;"
        "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF";
    collect->lock = open(path, O_RDWR | O_CLOEXEC);
    if (collect->lock < 0) return io_fail(error, errno, "it cannot be opened for writing: check its name and permissions");
    if (flock(collect->lock, LOCK_EX | LOCK_NB) != 0)
        return io_fail(error, errno, "it is in use by another process: wait until that one has ended");
    rr_status status = check_version(error, collect->lock);
    if (status != RR_OK) return status;
    if (sqlite3_open_v2(path, &collect->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
        sqlite3_exec(collect->db, settings, NULL, NULL, NULL) != SQLITE_OK)
        return rr_db_fail(error, collect->db, "file");
    status = rr_db_schema_check(error, collect->db, rr_sql_collect);
    if (status == RR_OK &&
        sqlite3_prepare_v2(collect->db, "SELECT bytes FROM leaf WHERE leaf = ?1", -1, &collect->one_leaf, NULL) != SQLITE_OK)
        status = rr_db_fail(error, collect->db, "file");
    return status;
}

rr_status rr_collect_open(rr_collect **out, rr_file_error *error, const char *path, const rr_random *random) {
    *out = NULL;
    rr_collect *collect = calloc(1, sizeof *collect);
    if (!collect) return rr_fail(error, RR_NO_SPACE, "file", -1, no_memory);
    collect->lock = -1;
    collect->random = random;
    rr_status status = open_db(collect, error, path);
    if (status == RR_OK) status = load_documents(collect, error);
    if (status == RR_OK) status = rr_collect_load(collect, error);
    if (status == RR_OK)
        *out = collect;
    else
        rr_collect_free(collect);
    return status;
}

void rr_collect_free(rr_collect *collect) {
    if (!collect) return;
    rr_collect_unload(collect);
    rr_records_free(&collect->taken);
    sqlite3_finalize(collect->one_leaf);
    sqlite3_close(collect->db);
    /* Only now: closing any descriptor of the file drops SQLite's own locks on it. */
    if (collect->lock >= 0) close(collect->lock);
    rr_material_free(&collect->material);
    for (size_t i = 0; i < RR_DOC_END; i++) rr_blob_free(&collect->documents[i]);
    free(collect);
}

rr_status rr_collect_status(rr_collect *collect, rr_file_error *error, rr_collect_state *state) {
    rr_status status = rr_collect_load(collect, error);
    if (status != RR_OK) return status;
    const rr_log_state *s = &collect->state;
    *state = (rr_collect_state){.pid = collect->material.petition.pid,
                                .leaves = s->leaves,
                                .checkpoints = s->checkpoints,
                                .waiting = s->waiting,
                                .closed = s->closed};
    rr_frontier_root(&state->root, &s->frontier);
    return RR_OK;
}

/* ---- evidence ------------------------------------------------------------------------------------------------------- */

static rr_status evidence_entry(void *context, rr_blob *entry, uint64_t leaf) {
    rr_collect *collect = context;
    sqlite3_reset(collect->one_leaf);
    if (sqlite3_bind_int64(collect->one_leaf, 1, (sqlite3_int64)leaf) != SQLITE_OK ||
        sqlite3_step(collect->one_leaf) != SQLITE_ROW || !rr_db_blob(entry, collect->one_leaf, 0))
        return RR_IO;
    return RR_OK;
}

typedef struct checkpoints {
    rr_evidence_checkpoint *list;
    size_t count, room;
} checkpoints;

static rr_status add_checkpoint(void *context, rr_file_error *error, sqlite3_stmt *row) {
    checkpoints *c = context;
    int64_t size = sqlite3_column_int64(row, 0);
    rr_blob note;
    if (c->count == c->room || !rr_db_blob(&note, row, 1))
        return rr_fail(error, RR_MALFORMED, "checkpoint", size, "the file is damaged");
    rr_evidence_checkpoint *checkpoint = &c->list[c->count];
    checkpoint->size = (uint64_t)size;
    if (!rr_blob_copy(&checkpoint->note, note)) return rr_fail(error, RR_NO_SPACE, "checkpoint", size, no_memory);
    c->count++;
    return RR_OK;
}

rr_status rr_collect_evidence(rr_collect *collect, rr_file_error *error, const char *path) {
    struct stat own, out;
    if (fstat(collect->lock, &own) == 0 && stat(path, &out) == 0 && own.st_dev == out.st_dev && own.st_ino == out.st_ino)
        return rr_fail(error, RR_REFUSED, "file", -1, "it is the file of robin collect itself: choose another name");
    rr_status status = rr_collect_load(collect, error);
    if (status != RR_OK) return status;
    const rr_blob *d = collect->documents;
    checkpoints c = {calloc((size_t)collect->state.checkpoints, sizeof *c.list), 0, (size_t)collect->state.checkpoints};
    if (!c.list) return rr_fail(error, RR_NO_SPACE, "checkpoint", -1, no_memory);
    status = rr_collect_rows(collect, error, "SELECT size, note FROM checkpoint ORDER BY size", add_checkpoint, &c);
    rr_evidence_parts parts = {.petition = d[RR_DOC_PETITION],
                               .roll = d[RR_DOC_ROLL],
                               .roll_note = d[RR_DOC_ROLL_NOTE],
                               .assignment = d[RR_DOC_ASSIGNMENT],
                               .names = d[RR_DOC_NAMES],
                               .enrolments = d[RR_DOC_ENROLMENTS],
                               .ceremony = d[RR_DOC_CEREMONY],
                               .trustees = d[RR_DOC_TRUSTEES],
                               .checkpoints = c.list,
                               .checkpoint_count = c.count,
                               .openings = collect->openings,
                               .opening_count = collect->opening_count,
                               .entry_count = collect->state.leaves,
                               .entry = evidence_entry,
                               .context = collect};
    if (status == RR_OK) status = rr_evidence_write(error, path, &parts);
    for (size_t i = 0; i < c.count; i++) rr_blob_free(&c.list[i].note);
    free(c.list);
    return status;
}
