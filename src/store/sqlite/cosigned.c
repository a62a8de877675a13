/* SPDX-License-Identifier: Apache-2.0 */
/* What witnesses have cosigned of the directory log. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/sqlite/internal.h"

static const char where[] = "cosigned checkpoint";

static rr_status read_note(rr_store *store, rr_file_error *error, rr_bytes_out *note, uint64_t size) {
    rr_value value[] = {RR_INT(size)};
    rr_status status = rr_conn_blob(&store->conn, error, note, "SELECT note FROM cosigned WHERE size = ?1", value, 1);
    /* The directory log is number 0: the id of its checkpoint is the size. */
    if (status == RR_NOT_FOUND)
        status =
            rr_conn_blob(&store->conn, error, note, "SELECT note FROM checkpoint WHERE id = ?1 AND id < 1 << 40", value, 1);
    return status == RR_NOT_FOUND ? rr_absent(error, where, "the log has no checkpoint of this size") : status;
}

/* Each line that the note does not have; *changed if there was one. */
static rr_status add_lines(rr_file_error *error, rr_bytes_out *note, rr_text lines, bool *changed) {
    rr_text line;
    uint8_t *grown = realloc(note->bytes, note->len + lines.len + 1);
    if (!grown) return rr_no_memory(error, where);
    note->bytes = grown;
    while (rr_text_cut(&line, &lines, '\n')) {
        size_t len = line.len + 1; /* with its LF, behind one */
        bool there = memmem(note->bytes, note->len, line.start, len) != NULL;
        if (there) continue;
        memcpy(note->bytes + note->len, line.start, len);
        note->len += len;
        *changed = true;
    }
    return lines.len == 0 ? RR_OK : rr_fail(error, RR_ARGUMENT, where, -1, "signature lines end in LF");
}

rr_status rr_store_add_cosignatures(rr_store *store, rr_file_error *error, uint64_t size, rr_text lines) {
    rr_bytes_out note = {NULL, 0};
    bool changed = false;
    rr_status status = rr_store_begin(store, error);
    if (status != RR_OK) return status;
    status = read_note(store, error, &note, size);
    if (status == RR_OK) status = add_lines(error, &note, lines, &changed);
    if (status == RR_OK && note.len > RR_ENTRY_MAX)
        status = rr_fail(error, RR_REFUSED, where, (int64_t)size, "it has too many signatures");
    if (status == RR_OK && changed) {
        rr_value values[] = {RR_INT(size), RR_BYTES(note.bytes, note.len)};
        status = RR_RUN(&store->conn, error,
                        "INSERT INTO cosigned VALUES (?1, ?2) ON CONFLICT DO UPDATE SET note = excluded.note", values);
    }
    free(note.bytes);
    return rr_store_end(store, error, status);
}

rr_status rr_store_cosigned(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *bundle) {
    return rr_reader_bundle(reader, error, bundle, "SELECT note FROM cosigned ORDER BY size", NULL, 0);
}

rr_status rr_store_cosigned_mark(rr_store_reader *reader, rr_file_error *error, uint64_t *mark) {
    int64_t sum = 0;
    rr_status status =
        rr_conn_integer(&reader->conn, error, &sum, "SELECT coalesce(sum(length(note)), 0) FROM cosigned", NULL, 0);
    *mark = (uint64_t)sum;
    return status;
}
