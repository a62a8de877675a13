/* SPDX-License-Identifier: Apache-2.0 */
/* Parts that somebody gathered, as a source of evidence: documents, checkpoints, openings, and entries that are kept in memory. */
#include <stdlib.h>
#include <string.h>

#include "base/sha2.h"
#include "evidence/verification.h"
#include "roundrobin/log.h"
#include "roundrobin/note.h"

enum { LEAVES_MAX = 0x7fffffff };

static const char no_memory[] = "there is not enough memory";

typedef struct parts_source {
    rr_source source; /* first */
    const rr_evidence_parts *parts;
    uint8_t *entries; /* one after another */
    size_t entries_len, entries_room;
    size_t *ends;          /* by leaf */
    rr_hash *openings;     /* their hashes, ascending, and */
    const rr_blob **files; /* the files in this order */
} parts_source;

static parts_source *parts_of(rr_source *source) {
    return (parts_source *)source;
}

static rr_blob entry_of(const parts_source *p, uint64_t leaf) {
    size_t from = leaf ? p->ends[leaf - 1] : 0;
    return (rr_blob){p->entries + from, p->ends[leaf] - from};
}

/* ---- rows ----------------------------------------------------------------------------------------------------------- */

static rr_status open_rows(rr_rows *rows, rr_file_error *error) {
    rows->state = calloc(1, sizeof(uint64_t));
    return rows->state ? RR_OK : rr_fail(error, RR_NO_SPACE, rr_table_name(rows->table), -1, no_memory);
}

static rr_value blob_value(rr_blob blob) {
    return (rr_value){.type = RR_VALUE_BLOB, .bytes = blob.bytes, .len = blob.len};
}

static rr_status next_row(rr_rows *rows, rr_file_error *error) {
    (void)error;
    const parts_source *p = parts_of(rows->source);
    uint64_t *at = rows->state, row = (*at)++;
    if (row >= rows->source->rows[rows->table]) return RR_NOT_FOUND;
    rows->values[0] = (rr_value){.type = RR_VALUE_INTEGER, .number = (int64_t)row};
    if (rows->table == RR_TABLE_LEAF) rows->values[RR_LEAF_BYTES] = blob_value(entry_of(p, row));
    if (rows->table == RR_TABLE_CHECKPOINT) {
        rows->values[0].number = (int64_t)p->parts->checkpoints[row].size;
        rows->values[RR_CHECKPOINT_NOTE] = blob_value(p->parts->checkpoints[row].note);
    }
    if (rows->table == RR_TABLE_OPENING) {
        rows->values[RR_OPENING_HASH] = blob_value((rr_blob){p->openings[row].bytes, sizeof p->openings[row].bytes});
        rows->values[RR_OPENING_BYTES] = blob_value(*p->files[row]);
    }
    return RR_OK;
}

static void close_rows(rr_rows *rows) {
    free(rows->state);
    rows->state = NULL;
}

static rr_status copy(rr_file_error *error, uint8_t **bytes, rr_blob blob, const char *where, int64_t row) {
    *bytes = malloc(blob.len ? blob.len : 1);
    if (!*bytes) return rr_fail(error, RR_NO_SPACE, where, row, no_memory);
    if (blob.len) memcpy(*bytes, blob.bytes, blob.len);
    return RR_OK;
}

static rr_status load_large(rr_source *source, rr_file_error *error, uint8_t **bytes, size_t len, rr_table table, int64_t row) {
    (void)len;
    return copy(error, bytes, *parts_of(source)->files[row], rr_table_name(table), row);
}

static rr_status one_leaf(rr_source *source, rr_file_error *error, rr_blob *entry, uint64_t leaf) {
    (void)error;
    *entry = entry_of(parts_of(source), leaf);
    return RR_OK;
}

static const rr_source_calls calls = {open_rows, next_row, close_rows, load_large, one_leaf};

/* ---- gathering ------------------------------------------------------------------------------------------------------ */

static rr_status take_documents(parts_source *p, rr_file_error *error) {
    const rr_evidence_parts *parts = p->parts;
    const rr_blob documents[RR_DOC_END] = {
        [RR_DOC_PETITION] = parts->petition,     [RR_DOC_ROLL] = parts->roll,         [RR_DOC_ROLL_NOTE] = parts->roll_note,
        [RR_DOC_ASSIGNMENT] = parts->assignment, [RR_DOC_NAMES] = parts->names,       [RR_DOC_ENROLMENTS] = parts->enrolments,
        [RR_DOC_CEREMONY] = parts->ceremony,     [RR_DOC_TRUSTEES] = parts->trustees, [RR_DOC_DIRECTORY] = parts->directory,
        [RR_DOC_COSIGNED] = parts->cosigned};
    if (!parts->petition.bytes) return rr_fail(error, RR_MALFORMED, "petition", -1, "the file holds no petition");
    if (!parts->roll.bytes) return rr_fail(error, RR_MALFORMED, "roll", -1, "the file holds no roll");
    if (parts->checkpoint_count == 0) return rr_fail(error, RR_MALFORMED, "checkpoint", -1, "the file holds no checkpoint");
    for (int id = RR_DOC_PETITION; id < RR_DOC_END; id++) {
        p->source.document_len[id] = documents[id].len;
        if (documents[id].len > RR_DOCUMENT_MAX)
            return rr_fail(error, RR_MALFORMED, rr_document_name((rr_document)id), -1,
                           "a column does not have its type or size");
        if (!documents[id].bytes) continue;
        rr_status status = copy(error, &p->source.documents[id], documents[id], rr_document_name((rr_document)id), -1);
        if (status != RR_OK) return status;
    }
    return RR_OK;
}

static rr_status take_openings(parts_source *p, rr_file_error *error) {
    size_t count = p->parts->opening_count;
    p->openings = calloc(count + 1, sizeof *p->openings);
    p->files = calloc(count + 1, sizeof *p->files);
    if (!p->openings || !p->files) return rr_fail(error, RR_NO_SPACE, "opening", -1, no_memory);
    size_t taken = 0;
    for (size_t i = 0; i < count; i++) {
        const rr_blob *file = &p->parts->openings[i];
        rr_hash hash;
        size_t at = taken;
        rr_sha256_of(hash.bytes, file->bytes, file->len);
        while (at > 0 && memcmp(&p->openings[at - 1], &hash, sizeof hash) > 0) at--;
        if (at > 0 && memcmp(&p->openings[at - 1], &hash, sizeof hash) == 0) continue; /* it is there already */
        memmove(&p->openings[at + 1], &p->openings[at], (taken - at) * sizeof *p->openings);
        memmove(&p->files[at + 1], &p->files[at], (taken - at) * sizeof *p->files);
        p->openings[at] = hash;
        p->files[at] = file;
        taken++;
    }
    p->source.rows[RR_TABLE_OPENING] = taken;
    return RR_OK;
}

/* Ascending, as the numbers of rows in a file are: what compares roots relies on it. */
static rr_status check_checkpoints(const parts_source *p, rr_file_error *error) {
    uint64_t before = 0;
    for (size_t i = 0; i < p->parts->checkpoint_count; i++) {
        const rr_evidence_checkpoint *c = &p->parts->checkpoints[i];
        if (c->size <= before || c->size > INT64_MAX)
            return rr_fail(error, RR_MALFORMED, "checkpoint", (int64_t)i, "the sizes of checkpoints ascend, from 1");
        if (c->note.len < 1 || c->note.len > RR_NOTE_MAX)
            return rr_fail(error, RR_MALFORMED, "checkpoint", (int64_t)c->size, "a column does not have its type or size");
        before = c->size;
    }
    return RR_OK;
}

static rr_status take_entries(parts_source *p, rr_file_error *error) {
    const rr_evidence_parts *parts = p->parts;
    if (parts->entry_count > LEAVES_MAX)
        return rr_fail(error, RR_MALFORMED, "leaf", -1, "there are more rows than this table can have");
    if (!(p->ends = calloc((size_t)parts->entry_count + 1, sizeof *p->ends)))
        return rr_fail(error, RR_NO_SPACE, "leaf", -1, no_memory);
    for (uint64_t leaf = 0; leaf < parts->entry_count; leaf++) {
        rr_blob entry = {NULL, 0};
        rr_status status = parts->entry(parts->context, &entry, leaf);
        if (status != RR_OK) return rr_fail(error, status, "leaf", (int64_t)leaf, rr_status_text(status));
        if (entry.len > RR_ENTRY_MAX)
            return rr_fail(error, RR_MALFORMED, "leaf", (int64_t)leaf, "a column does not have its type or size");
        if (entry.len > p->entries_room - p->entries_len) {
            size_t room = 2 * p->entries_room + RR_ENTRY_MAX;
            uint8_t *more = realloc(p->entries, room);
            if (!more) return rr_fail(error, RR_NO_SPACE, "leaf", (int64_t)leaf, no_memory);
            p->entries = more;
            p->entries_room = room;
        }
        if (entry.len) memcpy(p->entries + p->entries_len, entry.bytes, entry.len);
        p->ends[leaf] = p->entries_len += entry.len;
    }
    p->source.rows[RR_TABLE_LEAF] = parts->entry_count;
    p->source.rows[RR_TABLE_CHECKPOINT] = parts->checkpoint_count;
    return RR_OK;
}

rr_status rr_evidence_verify_parts(rr_evidence_report **report, const rr_evidence_parts *parts,
                                   const rr_evidence_options *options) {
    parts_source p = {.source = {.calls = &calls}, .parts = parts};
    rr_file_error *error;
    *report = NULL;
    if (!parts || !parts->entry || !options || !options->random) return RR_ARGUMENT;
    rr_verification *v = rr_verification_new(&error, options);
    if (!v) return RR_NO_SPACE;
    rr_status status = take_documents(&p, error);
    if (status == RR_OK) status = check_checkpoints(&p, error);
    if (status == RR_OK) status = take_openings(&p, error);
    if (status == RR_OK) status = take_entries(&p, error);
    if (status == RR_OK) v->report.checks[RR_CHECK_FILE] = RR_NOT_APPLICABLE;
    rr_verification_run(v, &p.source, status);
    status = rr_verification_end(report, v, &p.source);
    free(p.entries);
    free(p.ends);
    free(p.openings);
    free(p.files);
    for (int id = 0; id < RR_DOC_END; id++) free(p.source.documents[id]);
    return status;
}
