/* SPDX-License-Identifier: Apache-2.0 */
#include "net/remote.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/sha2.h"
#include "base/text.h"
#include "net/remote_inside.h"

enum { SEARCH_TRIES = 4, PAPERS = 7 };

static const char no_memory[] = "there is not enough memory";

void rr_remote_close(rr_remote *r) {
    if (!r) return;
    rr_blob *papers[] = {&r->petition, &r->roll,        &r->roll_note, &r->assignment,       &r->names,
                         &r->proofs,   &r->certificate, &r->trustees,  &r->directory_leaves, &r->cosigned};
    for (size_t i = 0; i < sizeof papers / sizeof *papers; i++) rr_remote_drop(papers[i]);
    if (r->inside) {
        rr_log_cursor_free(&r->inside->cursor);
        rr_remote_drop(&r->inside->notes);
        free(r->inside->log_base);
        free(r->inside->params_memory);
        free(r->inside->petition_memory);
    }
    for (size_t i = 0; i < r->opening_count; i++) rr_remote_drop(&r->openings[i]);
    free(r->openings);
    free(r->inside);
    free(r->checkpoints);
    free(r->roots);
    free(r->server);
    free(r->url);
    free(r);
}

/* ---- papers --------------------------------------------------------------------------------------------------------- */

static rr_status parse_petition(rr_remote *r, char *error) {
    struct rr_remote_inside *in = r->inside;
    const char *text = (const char *)r->petition.bytes;
    rr_error why = {RR_OK, 0, 0, NULL};
    rr_params *params;
    uint8_t pid[32];
    rr_sha256_of(pid, r->petition.bytes, r->petition.len);
    if (memcmp(pid, r->pid.bytes, 32) != 0)
        return rr_remote_fail(error, RR_INVALID,
                              "%.300spetition.txt: is not the petition of this number: its SHA-256 is another", r->url);
    size_t size = rr_petition_size(text, r->petition.len);
    in->params_memory = malloc(rr_params_size());
    in->petition_memory = malloc(size);
    if (!in->params_memory || !in->petition_memory) return rr_remote_fail(error, RR_NO_SPACE, no_memory);
    rr_status status = rr_params_init(&params, in->params_memory, rr_params_size());
    if (status == RR_OK)
        status = rr_petition_parse(params, &in->petition, &why, in->petition_memory, size, text, r->petition.len);
    if (status == RR_OK && in->petition.key_fault.status != RR_OK) {
        why = in->petition.key_fault;
        status = RR_MALFORMED;
    }
    if (status == RR_OK) return RR_OK;
    return rr_remote_fail(error, status, "%.300spetition.txt:%" PRIu32 ": %s", r->url, why.line,
                          why.rule ? why.rule : rr_status_text(status));
}

/* A file that need not be there. */
static rr_status get_optional(rr_remote *r, rr_blob *file, char *error, const char *name, size_t limit) {
    rr_status status = rr_remote_get(r->inside->transport, file, error, r->url, name, limit);
    return status == RR_NOT_FOUND ? RR_OK : status;
}

/* How large a roll's files can be follows from the petition, which says how many entries it has. */
static size_t file_limit(const rr_remote *r) {
    size_t limit = 65536 + (size_t)r->inside->petition.roll_entries * (RR_LINE_MAX + 1);
    return limit < RR_REMOTE_FILE_MAX ? limit : RR_REMOTE_FILE_MAX;
}

/* Files that openings name, by the server's list of their hashes.  Before the checkpoints: so each of them is in the log. */
static rr_status get_openings(rr_remote *r, char *error) {
    enum { LINE = 65 };
    rr_blob list;
    rr_status status = get_optional(r, &list, error, "openings", LINE * RR_REMOTE_OPENINGS_MAX);
    if (status != RR_OK || !list.bytes) return status;
    r->openings = calloc(list.len / LINE + 1, sizeof *r->openings);
    if (!r->openings) {
        rr_remote_drop(&list);
        return rr_remote_fail(error, RR_NO_SPACE, no_memory);
    }
    for (size_t at = 0; status == RR_OK && at < list.len; at += LINE) {
        char name[sizeof "openings/" + 64];
        uint8_t wanted[32], hash[32];
        rr_blob *file = &r->openings[r->opening_count];
        if (list.len - at < LINE || list.bytes[at + 64] != '\n' ||
            !rr_text_hex(wanted, sizeof wanted, (rr_text){(const char *)list.bytes + at, 64})) {
            status = rr_remote_fail(error, RR_MALFORMED, "%.300sopenings: is no list of hashes, a line each", r->url);
            break;
        }
        (void)snprintf(name, sizeof name, "openings/%.64s", (const char *)list.bytes + at);
        status = rr_remote_get(r->inside->transport, file, error, r->url, name, RR_REMOTE_FILE_MAX);
        if (status != RR_OK) break;
        r->opening_count++;
        rr_sha256_of(hash, file->bytes, file->len);
        if (memcmp(hash, wanted, sizeof hash) != 0)
            status = rr_remote_fail(error, RR_INVALID, "%.300s%.80s: its SHA-256 is another", r->url, name);
    }
    rr_remote_drop(&list);
    return status;
}

static rr_status get_papers(rr_remote *r, char *error) {
    const rr_transport *t = r->inside->transport;
    const char *what = "downloading the papers";
    size_t limit = file_limit(r);
    uint8_t digest[32];
    rr_remote_progress(t, what, 1, PAPERS);
    rr_status status = rr_remote_get(t, &r->roll, error, r->url, "roll.txt", limit);
    if (status != RR_OK) return status;
    rr_sha256_of(digest, r->roll.bytes, r->roll.len);
    if (memcmp(digest, r->inside->petition.roll.bytes, 32) != 0)
        return rr_remote_fail(error, RR_INVALID, "%.300sroll.txt: is not the roll that the petition names by its digest",
                              r->url);
    rr_remote_progress(t, what, 2, PAPERS);
    status = rr_remote_get(t, &r->roll_note, error, r->url, "roll.note", RR_REMOTE_NOTE_MAX);
    rr_remote_progress(t, what, 3, PAPERS);
    if (status == RR_OK) status = rr_remote_get(t, &r->assignment, error, r->url, "assignment.note", RR_REMOTE_NOTE_MAX);
    rr_remote_progress(t, what, 4, PAPERS);
    if (status == RR_OK) status = get_optional(r, &r->names, error, "names.txt", limit);
    rr_remote_progress(t, what, 5, PAPERS);
    size_t proofs = (size_t)r->inside->petition.roll_entries * RR_ENROL_PROOF_SIZE;
    if (status == RR_OK)
        status = get_optional(r, &r->proofs, error, "proofs.bin", proofs < RR_REMOTE_FILE_MAX ? proofs : RR_REMOTE_FILE_MAX);
    rr_remote_progress(t, what, 6, PAPERS);
    if (status == RR_OK && r->inside->petition.modes & RR_MODE_SEALED) {
        status = get_optional(r, &r->certificate, error, "certificate.bin", RR_REMOTE_CERTIFICATE_MAX);
        if (status == RR_OK) status = get_optional(r, &r->trustees, error, "trustees.bin", RR_REMOTE_TRUSTEES_MAX);
        if (status == RR_OK) status = get_openings(r, error);
    }
    rr_remote_progress(t, what, PAPERS, PAPERS);
    return status;
}

/* ---- all of it ------------------------------------------------------------------------------------------------------ */

static rr_status find(rr_remote *r, char *error, const char *url, const rr_pid *pid) {
    char path[sizeof "/p//" + 64], hex[65];
    bool has_pid;
    rr_status status = rr_remote_address(&r->server, &has_pid, &r->pid, error, url);
    if (status != RR_OK) return status;
    if (pid && has_pid && memcmp(pid->bytes, r->pid.bytes, 32) != 0)
        return rr_remote_fail(error, RR_REFUSED, "%.300s: is the address of another petition", url);
    if (pid)
        r->pid = *pid;
    else if (!has_pid)
        status = rr_remote_only_petition(r->inside->transport, &r->pid, error, r->server);
    if (status != RR_OK) return status;
    rr_hex(hex, r->pid.bytes, 32);
    (void)snprintf(path, sizeof path, "/p/%s/", hex);
    r->url = rr_remote_join(r->server, path);
    r->inside->log_base = r->url ? rr_remote_join(r->url, "log/") : NULL;
    return r->inside->log_base ? RR_OK : rr_remote_fail(error, RR_NO_SPACE, no_memory);
}

/* The directory is read last, so that it knows of every checkpoint that was seen; a server that has just appended may need a moment. */
static rr_status search(rr_remote *r, char *error) {
    for (int i = 1;; i++) {
        rr_status status = rr_remote_search(r, error);
        if (status != RR_NOT_FOUND || i == SEARCH_TRIES) return status;
        r->inside->transport->pause(r->inside->transport->context, 1);
    }
}

static rr_status open_all(rr_remote *r, char *error, const char *url, const rr_pid *pid, bool papers) {
    struct rr_remote_inside *in = r->inside;
    rr_status status = find(r, error, url, pid);
    if (status == RR_OK) status = rr_remote_get(in->transport, &r->petition, error, r->url, "petition.txt", RR_PETITION_MAX);
    if (status == RR_OK) status = parse_petition(r, error);
    if (status == RR_OK && papers) status = get_papers(r, error);
    if (status == RR_OK) status = rr_remote_checkpoints(r, error);
    if (status == RR_OK) status = search(r, error);
    if (status != RR_OK) return status;
    uint64_t size = r->checkpoints[r->checkpoint_count - 1].size;
    rr_log_cursor_init(&in->cursor, in->transport, in->log_base, "downloading the log", size);
    return RR_OK;
}

rr_status rr_remote_open(rr_remote **remote, char error[RR_REMOTE_ERROR_SIZE], const rr_transport *transport, const char *url,
                         const rr_pid *pid, bool papers) {
    rr_remote *r = calloc(1, sizeof *r);
    *remote = NULL;
    error[0] = '\0';
    if (r) r->inside = calloc(1, sizeof *r->inside);
    if (!r || !r->inside) {
        free(r);
        return rr_remote_fail(error, RR_NO_SPACE, no_memory);
    }
    r->inside->transport = transport;
    rr_status status = open_all(r, error, url, pid, papers);
    if (status == RR_OK)
        *remote = r;
    else
        rr_remote_close(r);
    return status;
}

const rr_petition *rr_remote_petition(const rr_remote *remote) {
    return &remote->inside->petition;
}

const char *rr_remote_error(const rr_remote *remote) {
    return remote->inside->error;
}

rr_status rr_remote_entry(void *remote, rr_blob *entry, uint64_t leaf) {
    rr_remote *r = (rr_remote *)remote;
    struct rr_remote_inside *in = r->inside;
    /* From the start again: what was read is no longer of use. */
    if (leaf == 0 && in->cursor.at != 0) {
        rr_log_cursor_free(&in->cursor);
        rr_log_cursor_init(&in->cursor, in->transport, in->log_base, "downloading the log", in->cursor.size);
        in->next = 0;
    }
    if (leaf != in->cursor.at) return rr_remote_fail(in->error, RR_ARGUMENT, "entries are read in order");
    rr_status status = rr_log_cursor_next(&in->cursor, in->error, entry);
    if (status != RR_OK || in->cursor.at != r->checkpoints[in->next].size) return status;
    rr_hash root;
    rr_frontier_root(&root, &in->cursor.frontier);
    if (memcmp(root.bytes, r->roots[in->next].bytes, 32) != 0)
        return rr_remote_fail(in->error, RR_INVALID,
                              "%.300s: the entries do not have the root of the checkpoint of size %" PRIu64, in->log_base,
                              in->cursor.at);
    in->next++;
    return RR_OK;
}

void rr_remote_parts(rr_evidence_parts *parts, rr_remote *r) {
    *parts = (rr_evidence_parts){.petition = r->petition,
                                 .roll = r->roll,
                                 .roll_note = r->roll_note,
                                 .assignment = r->assignment,
                                 .names = r->names,
                                 .enrolments = r->proofs,
                                 .ceremony = r->certificate,
                                 .trustees = r->trustees,
                                 .directory = r->directory_leaves,
                                 .cosigned = r->cosigned,
                                 .openings = r->openings,
                                 .opening_count = r->opening_count,
                                 .checkpoints = r->checkpoints,
                                 .checkpoint_count = r->checkpoint_count,
                                 .entry_count = r->inside->cursor.size,
                                 .entry = rr_remote_entry,
                                 .context = r};
}
