/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/sightings.h"

#include <stdlib.h>
#include <string.h>

#include "log/directory.h"
#include "roundrobin/trustees.h"

static const char no_memory[] = "there is not enough memory", directory[] = "directory", cosigned[] = "cosigned checkpoint";

typedef struct reading {
    const rr_directory_about *about;
    rr_file_error *error;
    rr_sightings *out;
    rr_directory_search search;
    rr_hash acceptances[RR_TRUSTEE_MAX];
    rr_blob leaves;
    size_t offset;
    rr_frontier frontier;
    uint64_t holds, claims;
    rr_note_signer *signers; /* enough for either list */
    bool *witnessed, *own_witnessed;
} reading;

/* ---- leaves ----------------------------------------------------------------------------------------------------------- */

static rr_status add_fault(reading *r, uint64_t size, const char *rule) {
    rr_sightings *s = r->out;
    if (s->fault_count == s->fault_room) {
        size_t room = s->fault_room ? 2 * s->fault_room : 16;
        rr_directory_fault *faults = realloc(s->faults, room * sizeof *faults);
        if (!faults) return rr_fail(r->error, RR_NO_SPACE, directory, -1, no_memory);
        s->faults = faults;
        s->fault_room = room;
    }
    size_t at = s->fault_count++;
    for (; at > 0 && s->faults[at - 1].size > size; at--) s->faults[at] = s->faults[at - 1];
    s->faults[at] = (rr_directory_fault){size, rule};
    return RR_OK;
}

static rr_status take_checkpoint(reading *r, const rr_directory_line *line) {
    rr_status status = r->about->root(r->about->context, line->size, &line->hash);
    if (status == RR_OK) r->holds = line->size;
    if (status == RR_INVALID)
        return add_fault(r, line->size, "the directory log says another root of the log than its entries have");
    return status == RR_NOT_FOUND ? RR_OK : status;
}

static rr_status take_leaf(reading *r, const uint8_t *entry, size_t len) {
    rr_directory_line line;
    rr_directory_seen seen;
    rr_hash hash;
    rr_leaf_hash(&hash, entry, len);
    rr_frontier_append(&r->frontier, &hash);
    rr_directory_read(&line, entry, len);
    const char *rule = rr_directory_see(&r->search, &seen, &line);
    if (rule) return rr_fail(r->error, RR_INVALID, directory, (int64_t)r->frontier.size - 1, rule);
    if (seen != RR_SEEN_NOTHING && line.size > r->claims) r->claims = line.size;
    if (seen == RR_SEEN_DISORDER)
        return add_fault(r, line.size, "the directory log holds checkpoints of this log whose sizes do not ascend from 1");
    return seen == RR_SEEN_CHECKPOINT ? take_checkpoint(r, &line) : RR_OK;
}

static rr_status take_leaves(reading *r, uint64_t size) {
    while (r->frontier.size < size) {
        const uint8_t *entry;
        size_t len;
        rr_status status = rr_bundle_next(r->leaves.bytes, r->leaves.len, &r->offset, &entry, &len);
        if (status != RR_OK)
            return rr_fail(r->error, RR_MALFORMED, directory, (int64_t)r->frontier.size,
                           "the directory log is cut off, or has fewer entries than its checkpoint");
        status = take_leaf(r, entry, len);
        if (status != RR_OK) return status;
    }
    return RR_OK;
}

/* ---- checkpoints ------------------------------------------------------------------------------------------------------ */

static rr_status add_sighting(reading *r, uint32_t witness, uint64_t time) {
    rr_sightings *s = r->out;
    if (s->count == s->room) {
        size_t room = s->room ? 2 * s->room : 64;
        rr_sighting *list = realloc(s->list, room * sizeof *list);
        if (!list) return rr_fail(r->error, RR_NO_SPACE, cosigned, -1, no_memory);
        s->list = list;
        s->room = room;
    }
    s->list[s->count++] = (rr_sighting){r->holds, r->claims, (int64_t)time, witness};
    return RR_OK;
}

static rr_status verify(reading *r, const rr_note *note, int64_t size, const rr_vkey *keys, uint32_t count) {
    rr_error why;
    memset(r->signers, 0, (count + 1) * sizeof *r->signers);
    rr_status status = count ? rr_note_verify_var(r->signers, &why, note, keys, count) : RR_OK;
    return status == RR_OK || status == RR_NOT_FOUND ? RR_OK : rr_fail(r->error, status, cosigned, size, why.rule);
}

static rr_status take_cosignatures(reading *r, const rr_note *note, int64_t size) {
    const rr_petition *p = r->about->petition;
    bool complete = rr_directory_lacks(&r->search) == NULL;
    rr_status status = verify(r, note, size, p->witnesses, p->witness_count);
    for (uint32_t i = 0; i < p->witness_count && status == RR_OK; i++) {
        const rr_note_signer *signer = &r->signers[i];
        if (signer->signatures == 0) continue;
        r->witnessed[i] = r->witnessed[i] || complete;
        status = add_sighting(r, i, signer->earliest);
        /* The later one can confirm that the log was not closed before. */
        if (status == RR_OK && signer->latest != signer->earliest) status = add_sighting(r, i, signer->latest);
    }
    if (status == RR_OK) status = verify(r, note, size, r->about->own, r->about->own_count);
    for (uint32_t i = 0; i < r->about->own_count && status == RR_OK; i++)
        r->own_witnessed[i] = r->own_witnessed[i] || (r->signers[i].signatures > 0 && complete);
    return status;
}

static rr_status take_note(reading *r, const char *bytes, size_t len, bool first) {
    rr_checkpoint checkpoint;
    rr_note note;
    rr_hash root;
    rr_error why = {RR_OK, 0, 0, NULL};
    rr_status status = rr_checkpoint_check_var(&checkpoint, &why, bytes, len, &r->about->petition->directory);
    if (status != RR_OK)
        return rr_fail(r->error, status == RR_NOT_FOUND ? RR_INVALID : status, cosigned, -1,
                       why.rule ? why.rule : rr_status_text(status));
    int64_t size = (int64_t)checkpoint.size;
    if (!first && checkpoint.size <= r->out->size)
        return rr_fail(r->error, RR_MALFORMED, cosigned, size, "the sizes of the directory's checkpoints must ascend");
    status = take_leaves(r, checkpoint.size);
    if (status != RR_OK) return status;
    rr_frontier_root(&root, &r->frontier);
    if (memcmp(&root, &checkpoint.root, sizeof root) != 0)
        return rr_fail(r->error, RR_INVALID, cosigned, size, "its root is not that of the directory's entries");
    r->out->size = checkpoint.size;
    r->out->root = root;
    (void)rr_note_parse(&note, NULL, bytes, len); /* it was just parsed */
    return take_cosignatures(r, &note, size);
}

static rr_status take_notes(reading *r, rr_blob notes) {
    const uint8_t *bytes;
    size_t offset = 0, len;
    rr_status status;
    for (bool first = true; (status = rr_bundle_next(notes.bytes, notes.len, &offset, &bytes, &len)) == RR_OK; first = false) {
        status = take_note(r, (const char *)bytes, len, first);
        if (status != RR_OK) return status;
    }
    if (status != RR_NOT_FOUND) return rr_fail(r->error, RR_MALFORMED, cosigned, -1, "the list of checkpoints is cut off");
    if (r->offset != r->leaves.len)
        return rr_fail(r->error, RR_INVALID, directory, (int64_t)r->frontier.size,
                       "the directory log has entries that none of its checkpoints covers");
    return rr_directory_lacks(&r->search)
               ? rr_fail(r->error, RR_INVALID, directory, -1,
                         "the directory log does not hold this petition's roll, number, assignment and acceptances")
               : RR_OK;
}

static rr_status bound(reading *r) {
    const rr_petition *p = r->about->petition;
    rr_sightings *s = r->out;
    if (p->witnesses_needed == 0) return RR_OK;
    int64_t *work = calloc(2 * (size_t)p->witness_count, sizeof *work);
    s->bounds = calloc(s->count + 1, sizeof *s->bounds);
    if (work && s->bounds) rr_time_bounds(s->bounds, s->list, s->count, p->witnesses_needed, p->witness_count, work);
    bool good = work && s->bounds;
    free(work);
    return good ? RR_OK : rr_fail(r->error, RR_NO_SPACE, cosigned, -1, no_memory);
}

static uint32_t count_true(const bool *list, uint32_t count) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) n += list[i];
    return n;
}

rr_status rr_sightings_read(rr_sightings *out, rr_file_error *error, const rr_directory_about *about, rr_blob leaves,
                            rr_blob notes) {
    const rr_petition *p = about->petition;
    uint32_t most = p->witness_count > about->own_count ? p->witness_count : about->own_count;
    reading *r = calloc(1, sizeof *r);
    if (!r) return rr_fail(error, RR_NO_SPACE, directory, -1, no_memory);
    *r = (reading){.about = about, .error = error, .out = out, .search = {.pid = p->pid, .roll = p->roll}, .leaves = leaves};
    rr_frontier_init(&r->frontier);
    r->signers = calloc((size_t)most + 1, sizeof *r->signers);
    r->witnessed = calloc((size_t)p->witness_count + 1, sizeof *r->witnessed);
    r->own_witnessed = calloc((size_t)about->own_count + 1, sizeof *r->own_witnessed);
    rr_status status = RR_OK;
    if (!r->signers || !r->witnessed || !r->own_witnessed) status = rr_fail(error, RR_NO_SPACE, directory, -1, no_memory);
    if (status == RR_OK && about->trustees.bytes) {
        if (rr_trustees_acceptances(r->acceptances, p, about->trustees.bytes, about->trustees.len) != RR_OK)
            status = rr_fail(error, RR_MALFORMED, "ceremony", -1, "the trustees' notes are cut off");
        r->search.acceptances = r->acceptances;
        r->search.acceptance_count = p->trustee_count;
    }
    if (status == RR_OK) status = take_notes(r, notes);
    if (status == RR_OK) status = bound(r);
    if (status == RR_OK) {
        out->witnessed = count_true(r->witnessed, p->witness_count);
        out->own_witnessed = count_true(r->own_witnessed, about->own_count);
    }
    free(r->signers);
    free(r->witnessed);
    free(r->own_witnessed);
    free(r);
    return status;
}

void rr_sightings_free(rr_sightings *s) {
    free(s->list);
    free(s->bounds);
    free(s->faults);
    *s = (rr_sightings){.list = NULL};
}

int64_t rr_sightings_bound(const rr_sightings *s, uint64_t leaf) {
    return s->bounds ? rr_time_bound(s->bounds, s->list, s->count, leaf) : RR_NO_TIME;
}

uint64_t rr_sightings_bounded(const rr_sightings *s, int64_t *last) {
    uint64_t leaves = 0;
    for (size_t i = 0; s->bounds && i < s->count && s->bounds[i] != RR_NO_TIME; i++)
        if (s->list[i].holds > leaves) {
            leaves = s->list[i].holds;
            *last = s->bounds[i];
        }
    return leaves;
}
