/* SPDX-License-Identifier: Apache-2.0 */
/* Logs: checkpoints, entries, and what the directory says of a petition. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "net/remote_inside.h"
#include "roundrobin/trustees.h"

static const char no_memory[] = "there is not enough memory";

/* ---- entries -------------------------------------------------------------------------------------------------------- */

void rr_log_cursor_init(rr_log_cursor *c, const rr_transport *transport, const char *base, const char *what, uint64_t size) {
    *c = (rr_log_cursor){.transport = transport, .base = base, .what = what, .size = size};
    rr_frontier_init(&c->frontier);
}

void rr_log_cursor_free(rr_log_cursor *c) {
    rr_remote_drop(&c->bundle);
}

/* A bundle that is not full may be gone because the log has grown since: then the full one has what it had. */
static rr_status fetch_bundle(rr_log_cursor *c, char *error) {
    char path[RR_TILE_PATH_SIZE];
    uint64_t index = c->at / RR_TILE_WIDTH;
    rr_tile tile = {RR_TILE_ENTRIES, index, rr_tile_width(RR_TILE_ENTRIES, index, c->size)};
    rr_remote_drop(&c->bundle);
    c->offset = 0;
    if (rr_tile_path(path, &tile) != RR_OK) return rr_remote_fail(error, RR_ARGUMENT, "there is no such part of the log");
    rr_status status = rr_remote_get(c->transport, &c->bundle, error, c->base, path, RR_REMOTE_BUNDLE_MAX);
    if (status == RR_NOT_FOUND && tile.width < RR_TILE_WIDTH) {
        tile.width = RR_TILE_WIDTH;
        (void)rr_tile_path(path, &tile);
        status = rr_remote_get(c->transport, &c->bundle, error, c->base, path, RR_REMOTE_BUNDLE_MAX);
    }
    if (status != RR_OK) return status;
    /* It must hold exactly as many entries as its path says. */
    const uint8_t *entry;
    size_t len, offset = 0;
    unsigned count = 0;
    while ((status = rr_bundle_next(c->bundle.bytes, c->bundle.len, &offset, &entry, &len)) == RR_OK) count++;
    if (status != RR_NOT_FOUND || count != tile.width)
        return rr_remote_fail(error, RR_MALFORMED, "%.300s%s: is cut off, or does not have %u entries", c->base, path,
                              tile.width);
    return RR_OK;
}

rr_status rr_log_cursor_next(rr_log_cursor *c, char error[RR_REMOTE_ERROR_SIZE], rr_blob *entry) {
    rr_hash leaf;
    if (c->at >= c->size) return rr_remote_fail(error, RR_ARGUMENT, "the log has no such entry");
    if (c->at % RR_TILE_WIDTH == 0) {
        rr_status status = fetch_bundle(c, error);
        if (status != RR_OK) return status;
        rr_remote_progress(c->transport, c->what, c->at, c->size);
    }
    if (rr_bundle_next(c->bundle.bytes, c->bundle.len, &c->offset, &entry->bytes, &entry->len) != RR_OK)
        return rr_remote_fail(error, RR_MALFORMED, "%.300s: an entry bundle is cut off", c->base);
    rr_leaf_hash(&leaf, entry->bytes, entry->len);
    rr_frontier_append(&c->frontier, &leaf);
    c->at++;
    return RR_OK;
}

/* ---- checkpoints ---------------------------------------------------------------------------------------------------- */

static rr_status read_checkpoint(rr_checkpoint *checkpoint, char *error, const char *base, const char *name, rr_blob note,
                                 const rr_vkey *key) {
    rr_error why = {RR_OK, 0, 0, NULL};
    rr_status status = rr_checkpoint_check_var(checkpoint, &why, (const char *)note.bytes, note.len, key);
    if (status == RR_OK && checkpoint->size > RR_REMOTE_LEAVES_MAX)
        return rr_remote_fail(error, RR_NO_SPACE, "%.300s%s: the log has more entries than this program reads", base, name);
    if (status == RR_OK) return RR_OK;
    if (status == RR_NOT_FOUND) status = RR_INVALID; /* of another key */
    return rr_remote_fail(error, status, "%.300s%s: %s. It must be signed by %.*s", base, name,
                          why.rule ? why.rule : rr_status_text(status), (int)(key->text.len < 300 ? key->text.len : 300),
                          key->text.start);
}

static rr_status count_notes(size_t *count, rr_blob notes) {
    const uint8_t *entry;
    size_t len, offset = 0;
    rr_status status;
    *count = 0;
    while ((status = rr_bundle_next(notes.bytes, notes.len, &offset, &entry, &len)) == RR_OK) ++*count;
    return status == RR_NOT_FOUND && *count > 0 ? RR_OK : RR_MALFORMED;
}

static rr_status read_checkpoints(rr_remote *r, char *error) {
    struct rr_remote_inside *in = r->inside;
    size_t offset = 0, len, count;
    if (count_notes(&count, in->notes) != RR_OK)
        return rr_remote_fail(error, RR_MALFORMED, "%.300scheckpoints: is empty or cut off", in->log_base);
    r->checkpoints = calloc(count, sizeof *r->checkpoints);
    r->roots = calloc(count, sizeof *r->roots);
    if (!r->checkpoints || !r->roots) {
        (void)rr_remote_fail(error, RR_NO_SPACE, no_memory);
        return RR_NO_SPACE;
    }
    for (size_t i = 0; i < count; i++) {
        rr_checkpoint checkpoint;
        rr_evidence_checkpoint *c = &r->checkpoints[i];
        (void)rr_bundle_next(in->notes.bytes, in->notes.len, &offset, &c->note.bytes, &len);
        c->note.len = len;
        rr_status status = read_checkpoint(&checkpoint, error, in->log_base, "checkpoints", c->note, &in->petition.log);
        if (status != RR_OK) return status;
        if (i == 0 ? checkpoint.size != 1 : checkpoint.size <= r->checkpoints[i - 1].size)
            return rr_remote_fail(error, RR_INVALID, "%.300scheckpoints: the sizes must ascend, from 1", in->log_base);
        c->size = checkpoint.size;
        r->roots[i] = checkpoint.root;
        r->checkpoint_count = i + 1;
    }
    return RR_OK;
}

/* The checkpoint by itself, which was asked for first, must be one of the list. */
static rr_status check_listed(rr_remote *r, char *error, rr_blob note) {
    struct rr_remote_inside *in = r->inside;
    rr_checkpoint checkpoint;
    rr_status status = read_checkpoint(&checkpoint, error, in->log_base, "checkpoint", note, &in->petition.log);
    if (status != RR_OK) return status;
    for (size_t i = 0; i < r->checkpoint_count; i++)
        if (r->checkpoints[i].size == checkpoint.size && memcmp(r->roots[i].bytes, checkpoint.root.bytes, 32) == 0)
            return RR_OK;
    return rr_remote_fail(error, RR_INVALID,
                          "%.300scheckpoint: size %" PRIu64
                          " with its root is not among the server's own checkpoints: the log was forked",
                          in->log_base, checkpoint.size);
}

rr_status rr_remote_checkpoints(rr_remote *r, char error[RR_REMOTE_ERROR_SIZE]) {
    struct rr_remote_inside *in = r->inside;
    rr_blob last = {NULL, 0};
    rr_status status = rr_remote_get(in->transport, &last, error, in->log_base, "checkpoint", RR_REMOTE_NOTE_MAX);
    if (status == RR_OK)
        status = rr_remote_get(in->transport, &in->notes, error, in->log_base, "checkpoints", RR_REMOTE_CHECKPOINTS_MAX);
    if (status == RR_OK) status = read_checkpoints(r, error);
    if (status == RR_OK) status = check_listed(r, error, last);
    rr_remote_drop(&last);
    return status;
}

/* ---- the directory -------------------------------------------------------------------------------------------------- */

/* Bytes that are kept of a directory log: grown as it goes by. */
typedef struct kept {
    uint8_t *bytes;
    size_t len, room, most;
} kept;

static rr_status keep(kept *k, char *error, rr_blob entry) {
    size_t need = k->len + 2 + entry.len;
    if (need > k->room) {
        size_t room = 2 * need < k->most ? 2 * need : k->most;
        uint8_t *grown = need <= room ? realloc(k->bytes, room) : NULL;
        if (!grown) return rr_remote_fail(error, RR_NO_SPACE, "the directory log is larger than this program keeps in memory");
        k->bytes = grown;
        k->room = room;
    }
    return rr_bundle_append(k->bytes, k->room, &k->len, entry.bytes, entry.len);
}

/* A pass over a directory log. */
typedef struct pass {
    const rr_transport *transport;
    char *error;
    const char *base; /* ends with a slash */
    const rr_vkey *key;
    rr_status (*each)(void *context, const rr_directory_line *line);
    void *context;
    kept *leaves;                   /* NULL: they are not kept */
    const rr_directory_state *seen; /* ascending by size: what it was before */
    size_t seen_count, seen_next;
    rr_blob note; /* the checkpoint that was read; absent: the log is empty */
} pass;

/* The roots that somebody has seen at sizes up to this one. */
static rr_status compare_seen(pass *p, const rr_log_cursor *c) {
    for (; p->seen_next < p->seen_count && p->seen[p->seen_next].size <= c->at; p->seen_next++) {
        rr_hash root;
        rr_frontier_root(&root, &c->frontier);
        if (memcmp(&root, &p->seen[p->seen_next].root, sizeof root) != 0)
            return rr_remote_fail(p->error, RR_INVALID,
                                  "%.300s: the directory log was forked: it had another root when it had %" PRIu64 " entries",
                                  p->base, c->at);
    }
    return RR_OK;
}

static rr_status read_leaves(pass *p, rr_log_cursor *c) {
    while (c->at < c->size) {
        rr_blob entry;
        rr_directory_line line;
        rr_status status = rr_log_cursor_next(c, p->error, &entry);
        if (status == RR_OK && p->leaves) status = keep(p->leaves, p->error, entry);
        if (status == RR_OK) status = compare_seen(p, c);
        if (status != RR_OK) return status;
        rr_directory_read(&line, entry.bytes, entry.len);
        line.leaf = c->at - 1;
        if (line.kind == RR_DIRECTORY_UNKNOWN) continue;
        status = p->each(p->context, &line);
        if (status != RR_OK) return status;
    }
    return RR_OK;
}

static rr_status read_directory(pass *p, rr_directory_state *state) {
    rr_checkpoint checkpoint;
    rr_hash root;
    rr_log_cursor cursor;
    uint64_t before = p->seen_count ? p->seen[p->seen_count - 1].size : 0;
    *state = (rr_directory_state){.size = 0};
    rr_status status = rr_remote_get(p->transport, &p->note, p->error, p->base, "checkpoint", RR_REMOTE_NOTE_MAX);
    if (status == RR_NOT_FOUND && before == 0) { /* a new server has published nothing yet */
        p->error[0] = '\0';
        return RR_OK;
    }
    if (status == RR_OK) status = read_checkpoint(&checkpoint, p->error, p->base, "checkpoint", p->note, p->key);
    if (status != RR_OK) return status;
    *state = (rr_directory_state){checkpoint.size, checkpoint.root};
    if (checkpoint.size < before)
        return rr_remote_fail(p->error, RR_INVALID,
                              "%.300s: the directory log has shrunk: it had %" PRIu64 " entries, and now has %" PRIu64, p->base,
                              before, checkpoint.size);
    rr_log_cursor_init(&cursor, p->transport, p->base, "downloading the directory log", checkpoint.size);
    p->error[0] = '\0';
    status = read_leaves(p, &cursor);
    rr_frontier_root(&root, &cursor.frontier);
    if (status == RR_OK && memcmp(root.bytes, checkpoint.root.bytes, 32) != 0)
        status = rr_remote_fail(p->error, RR_INVALID, "%.300s: its entries do not have the root of its checkpoint", p->base);
    rr_log_cursor_free(&cursor);
    return status;
}

rr_status rr_remote_directory(const rr_transport *t, rr_directory_state *state, char error[RR_REMOTE_ERROR_SIZE],
                              const char *server, const rr_vkey *key,
                              rr_status (*each)(void *context, const rr_directory_line *line), void *context) {
    rr_blob note;
    rr_status status = rr_remote_directory_since(t, state, &note, error, server, key, NULL, 0, each, context);
    rr_remote_drop(&note);
    return status;
}

rr_status rr_remote_directory_since(const rr_transport *t, rr_directory_state *state, rr_blob *note,
                                    char error[RR_REMOTE_ERROR_SIZE], const char *server, const rr_vkey *key,
                                    const rr_directory_state *seen, size_t seen_count,
                                    rr_status (*each)(void *context, const rr_directory_line *line), void *context) {
    char *base = rr_remote_join(server, "/directory/");
    *note = (rr_blob){NULL, 0};
    if (!base) return rr_remote_fail(error, RR_NO_SPACE, no_memory);
    pass p = {.transport = t,
              .error = error,
              .base = base,
              .key = key,
              .each = each,
              .context = context,
              .seen = seen,
              .seen_count = seen_count};
    rr_status status = read_directory(&p, state);
    *note = p.note;
    free(base);
    return status;
}

/* ---- checkpoints of the directory with cosignatures --------------------------------------------------------------------- */

/* The last one's size; 0: there is none. */
static rr_status last_size(uint64_t *size, char *error, rr_blob notes, const char *base, const rr_vkey *key) {
    rr_blob note = {NULL, 0}, next;
    size_t offset = 0;
    rr_status status;
    *size = 0;
    while ((status = rr_bundle_next(notes.bytes, notes.len, &offset, &next.bytes, &next.len)) == RR_OK) note = next;
    if (status != RR_NOT_FOUND) return rr_remote_fail(error, RR_MALFORMED, "%.300scosigned: is cut off", base);
    if (!note.bytes) return RR_OK;
    rr_checkpoint checkpoint;
    status = read_checkpoint(&checkpoint, error, base, "cosigned", note, key);
    if (status == RR_OK) *size = checkpoint.size;
    return status;
}

/* The length of a bundle's first `count` entries, which are there. */
static size_t length_of(rr_blob bundle, uint64_t count) {
    const uint8_t *entry;
    size_t offset = 0, len;
    while (count > 0 && rr_bundle_next(bundle.bytes, bundle.len, &offset, &entry, &len) == RR_OK) count--;
    return offset;
}

/* The directory with what witnesses have cosigned of it.  It is read after that, so it cannot be smaller. */
static rr_status keep_directory(rr_remote *r, pass *p, uint64_t *cosigned_size) {
    kept leaves = {.most = RR_REMOTE_DIRECTORY_MAX};
    rr_blob cosigned = {NULL, 0};
    uint64_t last = 0;
    rr_status status = rr_remote_get(p->transport, &cosigned, p->error, p->base, "cosigned", RR_REMOTE_COSIGNED_MAX);
    if (status == RR_NOT_FOUND) status = RR_OK;
    if (status == RR_OK) status = last_size(&last, p->error, cosigned, p->base, p->key);
    if (last > 0) p->leaves = &leaves;
    if (status == RR_OK) status = read_directory(p, &r->directory);
    p->leaves = NULL;
    if (status == RR_OK && last > r->directory.size)
        status = rr_remote_fail(p->error, RR_INVALID,
                                "%.300s: the directory log has shrunk: witnesses have cosigned %" PRIu64
                                " entries, and the server shows %" PRIu64 ". Tell others",
                                p->base, last, r->directory.size);
    rr_remote_drop(&r->directory_leaves);
    rr_remote_drop(&r->cosigned);
    if (status == RR_OK && last > 0) {
        r->directory_leaves = (rr_blob){leaves.bytes, length_of((rr_blob){leaves.bytes, leaves.len}, last)};
        r->cosigned = cosigned;
        *cosigned_size = last;
        return RR_OK;
    }
    free(leaves.bytes);
    rr_remote_drop(&cosigned);
    return status;
}

/* What the directory was found to hold of one petition, beside what rr_directory_see knows. */
typedef struct search {
    rr_directory_search found;
    const rr_remote *remote;
    char *error;
    rr_hash acceptances[RR_TRUSTEE_MAX];
    size_t next;       /* checkpoint that comes next */
    uint64_t complete; /* so many entries hold roll, petition, assignment and acceptances */
} search;

static rr_status see_checkpoint(search *s, const rr_directory_line *line) {
    const rr_remote *r = s->remote;
    if (s->next == r->checkpoint_count) return RR_OK; /* newer than what was downloaded */
    if (line->size != r->checkpoints[s->next].size)
        return rr_remote_fail(s->error, RR_INVALID,
                              "the directory log has a checkpoint of size %" PRIu64
                              " where the petition log has one of size %" PRIu64,
                              line->size, r->checkpoints[s->next].size);
    if (memcmp(line->hash.bytes, r->roots[s->next].bytes, 32) != 0)
        return rr_remote_fail(s->error, RR_INVALID,
                              "the log was forked: the directory log says another root for its size %" PRIu64
                              " than the petition log. "
                              "Tell others: this proves that the server shows different logs",
                              line->size);
    s->next++;
    return RR_OK;
}

static rr_status see_line(void *context, const rr_directory_line *line) {
    search *s = (search *)context;
    rr_directory_seen seen;
    const char *rule = rr_directory_see(&s->found, &seen, line);
    if (seen == RR_SEEN_DISORDER)
        rule = "the directory log holds checkpoints of this petition whose sizes do not ascend from 1";
    if (rule) return rr_remote_fail(s->error, RR_INVALID, "%s", rule);
    if (s->complete == 0 && !rr_directory_lacks(&s->found)) s->complete = line->leaf + 1;
    return seen == RR_SEEN_CHECKPOINT ? see_checkpoint(s, line) : RR_OK;
}

rr_status rr_remote_search(rr_remote *r, char error[RR_REMOTE_ERROR_SIZE]) {
    const struct rr_remote_inside *in = r->inside;
    search s = {.found = {.pid = r->pid, .roll = in->petition.roll}, .remote = r, .error = error};
    if (r->trustees.bytes) {
        if (rr_trustees_acceptances(s.acceptances, &in->petition, r->trustees.bytes, r->trustees.len) != RR_OK)
            return rr_remote_fail(error, RR_MALFORMED, "%.300strustees.bin: is cut off", r->url);
        s.found.acceptances = s.acceptances;
        s.found.acceptance_count = in->petition.trustee_count;
    }
    char *base = rr_remote_join(r->server, "/directory/");
    if (!base) return rr_remote_fail(error, RR_NO_SPACE, no_memory);
    pass p = {.transport = in->transport,
              .error = error,
              .base = base,
              .key = &in->petition.directory,
              .each = see_line,
              .context = &s};
    uint64_t last = 0;
    rr_status status = keep_directory(r, &p, &last);
    rr_remote_drop(&p.note);
    free(base);
    if (status != RR_OK) return status;
    if (last < s.complete) { /* what was cosigned before the petition came says nothing of it */
        rr_remote_drop(&r->directory_leaves);
        rr_remote_drop(&r->cosigned);
    }
    const char *lacks = rr_directory_lacks(&s.found);
    if (lacks) return rr_remote_fail(error, RR_NOT_FOUND, "%.300s: the directory log does not hold %s", r->server, lacks);
    if (s.next < r->checkpoint_count)
        return rr_remote_fail(error, RR_NOT_FOUND,
                              "%.300s: the directory log does not hold the petition log's checkpoint of size %" PRIu64,
                              r->server, r->checkpoints[s.next].size);
    return RR_OK;
}
