/* SPDX-License-Identifier: Apache-2.0 */
#include "server/witnessed.h"

#include "log/directory.h"

#include <stdlib.h>
#include <string.h>

static const char no_memory[] = "there is not enough memory";

typedef struct growing {
    rr_directory_search search;
    uint8_t *bytes;
    size_t len, room;
} growing;

static rr_status add_leaf(void *context, uint64_t leaf, rr_blob entry) {
    growing *g = context;
    rr_directory_line line;
    rr_directory_seen seen;
    (void)leaf;
    rr_directory_read(&line, entry.bytes, entry.len);
    (void)rr_directory_see(&g->search, &seen, &line);
    if (g->room - g->len < entry.len + 2) {
        size_t room = 2 * (g->room + entry.len + 2);
        uint8_t *grown = realloc(g->bytes, room);
        if (!grown) return RR_NO_SPACE;
        g->bytes = grown;
        g->room = room;
    }
    return rr_bundle_append(g->bytes, g->room, &g->len, entry.bytes, entry.len);
}

/* The size of the last note; 0: there is none. */
static rr_status last_size(uint64_t *size, rr_bytes_out cosigned) {
    size_t offset = 0, len;
    const uint8_t *bytes;
    *size = 0;
    while (rr_bundle_next(cosigned.bytes, cosigned.len, &offset, &bytes, &len) == RR_OK) {
        rr_note note;
        rr_checkpoint checkpoint;
        if (rr_note_parse(&note, NULL, (const char *)bytes, len) != RR_OK ||
            rr_checkpoint_parse(&checkpoint, NULL, note.text) != RR_OK)
            return RR_MALFORMED;
        *size = checkpoint.size;
    }
    return RR_OK;
}

rr_status rr_witnessed_documents(const rr_live *live, rr_store_reader *reader, rr_file_error *error, rr_bytes_out *leaves,
                                 rr_bytes_out *cosigned) {
    growing g = {.search = {.pid = live->pid, .roll = live->material.petition.roll}};
    uint64_t size = 0;
    *leaves = *cosigned = (rr_bytes_out){NULL, 0};
    rr_status status = rr_store_cosigned(reader, error, cosigned);
    if (status == RR_OK && (status = last_size(&size, *cosigned)) != RR_OK)
        rr_fail(error, status, "cosigned checkpoint", -1, "the database is damaged: restore it from a copy that you trust");
    if (status == RR_OK && size > 0) status = rr_store_entries(reader, error, NULL, 0, size, add_leaf, &g);
    if (status == RR_NO_SPACE) rr_fail(error, status, "directory", -1, no_memory);
    /* What was cosigned before the petition was published says nothing of it. */
    if (status == RR_OK && size > 0 && g.search.assigned) {
        *leaves = (rr_bytes_out){g.bytes, g.len};
        return RR_OK;
    }
    free(g.bytes);
    free(cosigned->bytes);
    *cosigned = (rr_bytes_out){NULL, 0};
    return status;
}

/* The directory is this server's own: its roots are those of its logs. */
static rr_status own_root(void *context, uint64_t size, const rr_hash *root) {
    const rr_live *live = context;
    (void)root;
    return size <= live->size ? RR_OK : RR_NOT_FOUND;
}

rr_status rr_live_read_sightings(rr_live *live, rr_file_error *error, rr_store_reader *reader) {
    rr_bytes_out leaves, cosigned;
    const rr_petition *p = &live->material.petition;
    rr_directory_about about = {.petition = p, .root = own_root, .context = live};
    rr_sightings_free(&live->sightings);
    if (p->witnesses_needed == 0) return RR_OK;
    rr_status status = rr_witnessed_documents(live, reader, error, &leaves, &cosigned);
    if (status != RR_OK || !cosigned.bytes) return status;
    status = rr_sightings_read(&live->sightings, error, &about, (rr_blob){leaves.bytes, leaves.len},
                               (rr_blob){cosigned.bytes, cosigned.len});
    free(leaves.bytes);
    free(cosigned.bytes);
    return status;
}

rr_status rr_live_finality(rr_live *live, rr_file_error *error) {
    const rr_petition *p = &live->material.petition;
    const rr_sightings *s = &live->sightings;
    rr_count count;
    rr_judge_count(live->judge, &count);
    bool *seen = calloc((size_t)p->witness_count + 1, sizeof *seen);
    if (!seen) return rr_fail(error, RR_NO_SPACE, "petition", -1, no_memory);
    uint32_t confirming = rr_witnesses_confirming(s->list, s->count, p->witness_count, p->closes, count.close, seen);
    free(seen);
    live->final = rr_judge_result(live->judge, confirming) == RR_RESULT_FINAL;
    return RR_OK;
}

bool rr_live_waits_for_witnesses(const rr_live *live) {
    return live->material.petition.witnesses_needed > 0 && ((live->closed && !live->final) || live->opening_waits);
}
