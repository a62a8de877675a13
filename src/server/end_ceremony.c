/* SPDX-License-Identifier: Apache-2.0 */
/* /ceremony/SESSION/NAME: where trustees hand the files of a ceremony around (docs/spec/trustees.md).  A publisher begins one (POST /publish/ceremony).
 * What is taken is only what one of its trustees signed, each file once; what is in it the trustees check themselves. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "roundrobin/note.h"
#include "roundrobin/trustees.h"
#include "server/readers.h"
#include "server/route.h"

static const char ceremony_name[] = "ceremony.txt", certificate_name[] = "certificate.bin";

typedef struct task {
    rr_hash session;
    rr_text name;
    rr_bytes_out text; /* ceremony.txt */
    rr_ceremony_file file;
} task;

/* SESSION/NAME. */
static bool read_path(rr_hash *session, rr_text *name, const char *path) {
    if (strnlen(path, 65) < 65 || path[64] != '/' || !rr_text_hex(session->bytes, 32, (rr_text){path, 64})) return false;
    *name = rr_text_of(path + 65);
    return true;
}

/* "round1-3.note": which, and whose. */
static bool read_name(rr_trustee_note *which, uint32_t *j, rr_text name) {
    static const char *const stems[] = {"key-", "round1-", "round2-", "accepted-"};
    static const char ending[] = ".note";
    for (size_t i = 0; i < sizeof stems / sizeof *stems; i++) {
        size_t stem = strlen(stems[i]), end = sizeof ending - 1;
        if (name.len <= stem + end || !rr_text_begins(name, stems[i])) continue;
        rr_text number = {name.start + stem, name.len - stem - end};
        *which = (rr_trustee_note)i;
        return memcmp(name.start + name.len - end, ending, end) == 0 && rr_text_number(j, number) && *j >= 1;
    }
    return false;
}

/* ---- reading ---------------------------------------------------------------------------------------------------------------------- */

rr_result rr_end_ceremony(rr_request *request) {
    rr_hash session;
    rr_text name;
    rr_store_reader *reader;
    rr_bytes_out bytes = {NULL, 0};
    if (!read_path(&session, &name, request->rest)) return rr_reply_text(request, 404, NULL);
    rr_status status = rr_readers_take(request->server->readers, NULL, &reader);
    if (status == RR_OK)
        status = rr_text_is(name, ceremony_name) ? rr_store_ceremony(reader, NULL, &bytes, &session)
                                                 : rr_store_ceremony_file(reader, NULL, &bytes, &session, name);
    rr_readers_give(request->server->readers, reader);
    if (status == RR_NOT_FOUND) return rr_reply_text(request, 404, NULL);
    if (status != RR_OK) return rr_reply_busy(request, NULL, 1);
    const char *type = rr_text_is(name, certificate_name) ? "application/octet-stream" : "text/plain; charset=utf-8";
    rr_result result = rr_reply_bytes(request, 200, bytes.bytes, bytes.len, type);
    free(bytes.bytes);
    return result;
}

/* ---- taking ----------------------------------------------------------------------------------------------------------------------- */

/* The ceremony of the static keys that are here. */
static rr_status read_keys(rr_ceremony *ceremony, rr_file_error *error, const task *t, rr_store_reader *reader) {
    rr_ceremony_public keys[RR_TRUSTEE_MAX];
    rr_ceremony_fault fault = {0, NULL};
    for (uint32_t j = 1; j <= t->file.n; j++) {
        char name[32];
        rr_bytes_out note = {NULL, 0};
        rr_writer w = {name, sizeof name, 0};
        rr_write(&w, "key-");
        rr_write_number(&w, j);
        rr_write(&w, ".note");
        rr_status status = rr_store_ceremony_file(reader, error, &note, &t->session, (rr_text){name, w.len});
        if (status == RR_OK)
            status = rr_trustee_key_read_var(&keys[j - 1], &fault, &t->file, j, (const char *)note.bytes, note.len);
        free(note.bytes);
        if (status != RR_OK) return rr_fail(error, RR_REFUSED, "trustee", j, "its note on its static key is not here yet");
    }
    rr_status status = rr_ceremony_begin(ceremony, &fault, &t->file, keys);
    return status == RR_OK ? RR_OK : rr_fail(error, status, "trustee", fault.trustee, fault.rule);
}

static rr_status check_certificate(rr_file_error *error, const task *t, rr_store_reader *reader, rr_blob bytes) {
    rr_ceremony ceremony;
    rr_seal_key seal_key, keys[RR_TRUSTEE_MAX];
    rr_ceremony_fault fault = {0, NULL};
    rr_status status = read_keys(&ceremony, error, t, reader);
    if (status != RR_OK) return status;
    status = rr_certificate_check_var(&seal_key, keys, &fault, &ceremony, bytes.bytes, bytes.len);
    if (status == RR_OK) return RR_OK;
    return rr_fail(error, status, fault.trustee ? "trustee" : "certificate", fault.trustee ? (int64_t)fault.trustee : -1,
                   fault.rule);
}

static rr_status check_note(rr_file_error *error, const task *t, rr_blob bytes) {
    rr_trustee_note which;
    uint32_t j;
    rr_note note;
    rr_error why = {RR_OK, 0, 0, NULL};
    if (!read_name(&which, &j, t->name) || j > t->file.n)
        return rr_fail(error, RR_REFUSED, "ceremony", -1, "there is no file of this name in a ceremony");
    if (bytes.len > RR_TRUSTEE_NOTE_MAX) return rr_fail(error, RR_REFUSED, "trustee", j, "a note has at most 65535 bytes");
    rr_status status = rr_note_check_var(&note, &why, (const char *)bytes.bytes, bytes.len, &t->file.trustees[j - 1], NULL);
    if (status == RR_OK) return RR_OK;
    return rr_fail(error, RR_INVALID, "trustee", j,
                   status == RR_MALFORMED ? why.rule : "the note is not signed with this trustee's key");
}

static void check(rr_request *request) {
    task *t = request->task;
    rr_store_reader *reader;
    rr_file_error error = {.status = RR_OK, .number = -1, .rule = NULL};
    rr_blob bytes = {request->body, request->body_len};
    rr_status status = rr_readers_take(request->server->readers, &error, &reader);
    if (status == RR_OK) status = rr_store_ceremony(reader, &error, &t->text, &t->session);
    if (status == RR_OK && rr_ceremony_file_parse(&t->file, NULL, (const char *)t->text.bytes, t->text.len) != RR_OK)
        status = rr_fail(&error, RR_MALFORMED, "ceremony", -1, "the database is damaged");
    if (status == RR_OK)
        status =
            rr_text_is(t->name, certificate_name) ? check_certificate(&error, t, reader, bytes) : check_note(&error, t, bytes);
    rr_readers_give(request->server->readers, reader);
    rr_request_fail_of(request, status, &error);
}

static void store(rr_request *request) {
    const task *t = request->task;
    rr_file_error error = {.status = RR_OK, .number = -1, .rule = NULL};
    rr_status status = rr_store_add_ceremony_file(request->server->store, &error, &t->session, t->name,
                                                  (rr_blob){request->body, request->body_len});
    if (status == RR_OK) request->status = 200;
    rr_request_fail_of(request, status, &error);
}

static void free_task(void *context) {
    task *t = context;
    if (t) free(t->text.bytes);
    free(t);
}

rr_result rr_end_ceremony_note(rr_request *request) {
    task *t = calloc(1, sizeof *t);
    if (!t) return rr_reply_busy(request, NULL, 1);
    if (!read_path(&t->session, &t->name, request->rest) || rr_text_is(t->name, ceremony_name)) {
        free(t);
        return rr_reply_text(request, 404, NULL);
    }
    request->task = t;
    request->task_free = free_task;
    request->check = check;
    request->store = store;
    return rr_request_queue_task(request) ? MHD_YES : rr_reply_busy(request, NULL, 1);
}
