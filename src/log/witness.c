/* SPDX-License-Identifier: Apache-2.0 */
/* What a witness is asked, and when it cosigns: C2SP tlog-witness, add-checkpoint. */
#include "roundrobin/witness.h"

#include <string.h>

#include "base/text.h"
#include "log/base64.h"
#include "log/note_parts.h"

static rr_status fail(rr_error *error, size_t line, const char *rule) {
    return rr_note_fail(error, RR_MALFORMED, line, 0, rule);
}

rr_status rr_witness_request_read(rr_witness_request *request, rr_error *error, const char *body, size_t len) {
    rr_text rest = {body, len}, line;
    size_t hash_len;
    memset(request, 0, sizeof *request);
    if (!rr_text_cut(&line, &rest, '\n') || !rr_text_begins(line, "old ") ||
        !rr_text_long(&request->old_size, (rr_text){line.start + 4, line.len - 4}))
        return fail(error, 1, "the first line is `old ` and a size, a number below 2^63");
    for (size_t number = 2;; number++) {
        if (!rr_text_cut(&line, &rest, '\n')) return fail(error, number, "an empty line must stand before the checkpoint");
        if (line.len == 0) break;
        if (request->proof_len == RR_WITNESS_PROOF_MAX) return fail(error, number, "a proof has at most 63 lines");
        if (!rr_base64_read(request->proof[request->proof_len].bytes, 32, &hash_len, line) || hash_len != 32)
            return fail(error, number, "a line of the proof is a hash, 32 bytes in base64");
        request->proof_len++;
    }
    request->note = rest;
    return RR_OK;
}

static void write_request(rr_writer *w, const rr_witness_request *request) {
    rr_write(w, "old ");
    rr_write_number(w, request->old_size);
    rr_write(w, "\n");
    for (size_t i = 0; i < request->proof_len; i++) {
        char hash[44];
        rr_base64_write(hash, request->proof[i].bytes, 32);
        rr_write_text(w, (rr_text){hash, sizeof hash});
        rr_write(w, "\n");
    }
    rr_write(w, "\n");
    rr_write_text(w, request->note);
}

size_t rr_witness_request_write(char *out, size_t size, const rr_witness_request *request) {
    rr_writer counted = {NULL, 0, 0}, w = {out, size, 0};
    write_request(&counted, request);
    if (counted.len <= size) write_request(&w, request);
    return counted.len;
}

/* A note with one of the log's signatures alone is enough; where several of its keys have signed, each one must verify. */
rr_witness_answer rr_witness_open_var(rr_checkpoint *checkpoint, const rr_witness_request *request, const rr_vkey *logs,
                                      size_t log_count) {
    rr_note note;
    bool known = false, signs = false;
    if (rr_note_parse(&note, NULL, request->note.start, request->note.len) != RR_OK ||
        rr_checkpoint_parse(checkpoint, NULL, note.text) != RR_OK)
        return RR_WITNESS_MALFORMED;
    for (size_t i = 0; i < log_count; i++) {
        if (!rr_text_equal(logs[i].name, checkpoint->origin)) continue;
        known = true;
        rr_status status = rr_note_verify_var(NULL, NULL, &note, &logs[i], 1);
        if (status != RR_OK && status != RR_NOT_FOUND) return RR_WITNESS_FORBIDDEN;
        signs = signs || status == RR_OK;
    }
    return !known ? RR_WITNESS_UNKNOWN : signs ? RR_WITNESS_COSIGNS : RR_WITNESS_FORBIDDEN;
}

rr_witness_answer rr_witness_decide_var(const rr_witness_request *request, const rr_checkpoint *checkpoint,
                                        const rr_witnessed *last) {
    rr_hash empty;
    rr_leaves_root(&empty, NULL, 0);
    if (request->old_size > checkpoint->size) return RR_WITNESS_MALFORMED;
    if (request->old_size != last->size) return RR_WITNESS_CONFLICT;
    /* The old size 0 is the empty tree, whatever `last` holds; that then the proof must be empty, and so on, is verified with it. */
    const rr_hash *old_root = request->old_size == 0 ? &empty : &last->root;
    rr_status status = rr_consistency_verify(old_root, request->old_size, &checkpoint->root, checkpoint->size, request->proof,
                                             request->proof_len);
    return status == RR_OK ? RR_WITNESS_COSIGNS : RR_WITNESS_INCONSISTENT;
}
