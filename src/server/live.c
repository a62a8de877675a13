/* SPDX-License-Identifier: Apache-2.0 */
#include "server/live.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "server/witnessed.h"
#include "store/db.h"

/* Prepared rings are kept up to this many bytes; those in use are kept whatever they are. */
enum { RING_BYTES = 64 << 20 };

static const char no_memory[] = "there is not enough memory";
static const char damaged[] = "the database is damaged: restore it from a copy that you trust";

/* ---- the log ---------------------------------------------------------------------------------------------------------------- */

/* The sizes of all checkpoints but the first say where batches end. */
typedef struct judging {
    rr_live *live;
    rr_file_error *error;
    uint64_t *ends;
    size_t end_count, next;
    bool begins;
} judging;

rr_status rr_live_add_step(rr_live *live, uint64_t size) {
    if (live->step_count == live->step_room) {
        size_t room = live->step_room ? 2 * live->step_room : 16;
        rr_view_batch *steps = realloc(live->steps, room * sizeof *steps);
        if (!steps) return RR_NO_SPACE;
        live->steps = steps;
        live->step_room = room;
    }
    rr_count count;
    rr_judge_count(live->judge, &count);
    live->steps[live->step_count++] = (rr_view_batch){size, count.total};
    live->closed = count.closed;
    return RR_OK;
}

static rr_status judge_entry(judging *j, uint64_t leaf, const uint8_t *entry, size_t len) {
    rr_verdict verdict;
    /* Proofs were verified before the records came into the store, which signed them. */
    rr_leaf_facts facts = {.proof = RR_OK, .begins_batch = j->begins};
    facts.time_bound = rr_sightings_bound(&j->live->sightings, leaf);
    facts.has_time_bound = facts.time_bound != RR_NO_TIME;
    rr_status status = rr_judge_leaf(j->live->judge, &verdict, entry, len, &facts);
    if (status != RR_OK) return rr_fail(j->error, status, "leaf", (int64_t)leaf, damaged);
    if (verdict.verdict == RR_LEAF_NO_TIME) j->live->opening_waits = true;
    j->begins = j->next < j->end_count && j->ends[j->next] == leaf + 1;
    if (!j->begins) return RR_OK;
    j->next++;
    return rr_live_add_step(j->live, leaf + 1) == RR_OK ? RR_OK
                                                        : rr_fail(j->error, RR_NO_SPACE, "leaf", (int64_t)leaf, no_memory);
}

/* A tile at a time, so that the store is not in the middle of an answer when an opening asks it for what it opens. */
static rr_status judge_entries(judging *j, rr_store_reader *reader, uint64_t size) {
    rr_status status = RR_OK;
    for (uint64_t leaf = 0; leaf < size && status == RR_OK;) {
        uint64_t index = leaf / RR_TILE_WIDTH;
        rr_tile tile = {.level = RR_TILE_ENTRIES, .index = index, .width = rr_tile_width(RR_TILE_ENTRIES, index, size)};
        rr_bytes_out bundle;
        size_t offset = 0, len;
        const uint8_t *entry;
        status = rr_store_tile(reader, j->error, &bundle, &j->live->pid, &tile);
        uint64_t end = leaf + tile.width;
        for (; leaf < end && status == RR_OK; leaf++) {
            status = rr_bundle_next(bundle.bytes, bundle.len, &offset, &entry, &len);
            status = status == RR_OK ? judge_entry(j, leaf, entry, len)
                                     : rr_fail(j->error, RR_MALFORMED, "leaf", (int64_t)leaf, damaged);
        }
        free(bundle.bytes);
    }
    return status;
}

static rr_status read_ends(judging *j, rr_store_reader *reader) {
    rr_bytes_out bundle = {NULL, 0};
    rr_status status = rr_store_checkpoints(reader, j->error, &bundle, &j->live->pid);
    size_t offset = 0, len, room = bundle.len / 64 + 1; /* no checkpoint is shorter */
    const uint8_t *bytes;
    if (status != RR_OK) return status;
    j->ends = calloc(room, sizeof *j->ends);
    if (!j->ends) {
        free(bundle.bytes);
        return rr_fail(j->error, RR_NO_SPACE, "checkpoint", -1, no_memory);
    }
    while (status == RR_OK && rr_bundle_next(bundle.bytes, bundle.len, &offset, &bytes, &len) == RR_OK) {
        rr_note note;
        rr_checkpoint checkpoint;
        if (j->end_count == room || rr_note_parse(&note, NULL, (const char *)bytes, len) != RR_OK ||
            rr_checkpoint_parse(&checkpoint, NULL, note.text) != RR_OK)
            status = rr_fail(j->error, RR_MALFORMED, "checkpoint", -1, damaged);
        else
            j->ends[j->end_count++] = checkpoint.size;
    }
    free(bundle.bytes);
    return status;
}

/* ---- what openings need -------------------------------------------------------------------------------------------------------- */

static rr_status take_entry(void *context, uint64_t leaf, rr_blob entry) {
    rr_live *live = context;
    (void)leaf;
    if (entry.len > RR_ENTRY_MAX) return RR_MALFORMED;
    memcpy(live->entry, entry.bytes, entry.len);
    live->entry_len = entry.len;
    return RR_OK;
}

static rr_status read_entry(void *context, const uint8_t **entry, size_t *len, uint64_t leaf) {
    rr_live *live = context;
    live->entry_len = SIZE_MAX;
    rr_status status = live->reader ? rr_store_entries(live->reader, NULL, &live->pid, leaf, 1, take_entry, live) : RR_IO;
    if (status == RR_OK && live->entry_len == SIZE_MAX) status = RR_MALFORMED;
    *entry = live->entry;
    *len = live->entry_len;
    return status;
}

static bool is_sealed(const rr_live *live) {
    return (live->material.petition.modes & RR_MODE_SEALED) != 0;
}

/* Memory that stays as long as the petition. */
static rr_status prepare_sealed(rr_live *live, rr_file_error *error) {
    const rr_petition *p = &live->material.petition;
    if (!is_sealed(live)) return RR_OK;
    live->judge_work = malloc(rr_judge_work_size(&live->about));
    live->entry = malloc(RR_ENTRY_MAX);
    live->trustee_keys = calloc(p->trustee_count, sizeof *live->trustee_keys);
    if (!live->judge_work || !live->entry || !live->trustee_keys) return rr_fail(error, RR_NO_SPACE, "petition", -1, no_memory);
    for (uint32_t j = 0; j < p->trustee_count; j++) live->trustee_keys[j] = p->trustees[j].vkey;
    return RR_OK;
}

static bool has_opening(const rr_live *live, rr_blob file) {
    for (size_t i = 0; i < live->opening_count; i++)
        if (live->openings[i].len == file.len && memcmp(live->openings[i].bytes, file.bytes, file.len) == 0) return true;
    return false;
}

/* Files that the store has and that are not here yet. */
static rr_status load_openings(rr_live *live, rr_file_error *error, rr_store_reader *reader) {
    rr_blob *list;
    size_t count;
    rr_status status = rr_store_openings(reader, error, &list, &count, &live->pid);
    for (size_t i = 0; i < count && status == RR_OK; i++) {
        if (has_opening(live, list[i])) continue;
        rr_blob *grown = realloc(live->openings, (live->opening_count + 1) * sizeof *grown);
        if (!grown) {
            status = rr_fail(error, RR_NO_SPACE, "opening", -1, no_memory);
            break;
        }
        live->openings = grown;
        grown[live->opening_count++] = list[i];
        list[i] = (rr_blob){NULL, 0};
    }
    rr_blobs_free(&list, &count);
    return status;
}

static rr_status set_options(rr_live *live, rr_file_error *error, rr_store_reader *reader, rr_judge_options *options) {
    if (!is_sealed(live)) return RR_OK;
    rr_status status = load_openings(live, error, reader);
    if (status != RR_OK) return status;
    free(live->files);
    live->files = calloc(live->opening_count + 1, sizeof *live->files);
    if (!live->files) return rr_fail(error, RR_NO_SPACE, "log", -1, no_memory);
    for (size_t i = 0; i < live->opening_count; i++)
        live->files[i] = (rr_opening_file){.bytes = live->openings[i].bytes, .len = live->openings[i].len};
    options->file_count = live->opening_count;
    if (live->new_opening.bytes)
        live->files[options->file_count++] = (rr_opening_file){.bytes = live->new_opening.bytes, .len = live->new_opening.len};
    options->files = live->files;
    options->entries = &live->entries;
    options->work = live->judge_work;
    options->work_len = rr_judge_work_size(&live->about);
    return RR_OK;
}

rr_status rr_live_sealed_set(rr_live *live, rr_file_error *error) {
    rr_count count;
    rr_judge_count(live->judge, &count);
    free(live->sealed.list);
    live->sealed = (rr_sealed_set){NULL, 0};
    return is_sealed(live) && count.has_notice ? rr_sealed_set_of(&live->sealed, error, live->judge) : RR_OK;
}

rr_status rr_live_judge(rr_live *live, rr_file_error *error, rr_store_reader *reader, const rr_random *random, uint64_t room) {
    uint64_t size = 0;
    judging j = {.live = live, .error = error, .begins = true};
    rr_status status = rr_store_log_size(reader, error, &size, &live->pid);
    if (status != RR_OK) return status;
    uint64_t capacity = size + size / 2 + room + 1024;
    size_t bytes = rr_judge_size(&live->about, capacity);
    rr_judge_options options = {.random = random, .leaves = capacity};
    void *memory = bytes == SIZE_MAX ? NULL : malloc(bytes);
    rr_judge *judge;
    live->entries = (rr_log_entries){read_entry, live};
    if (!memory) return rr_fail(error, RR_NO_SPACE, "log", -1, no_memory);
    status = set_options(live, error, reader, &options);
    if (status != RR_OK) {
        free(memory);
        return status;
    }
    live->reader = reader;
    status = rr_judge_init(&judge, memory, bytes, &live->about, &options);
    if (status != RR_OK) {
        free(memory);
        return rr_fail(error, status, "log", -1, rr_status_text(status));
    }
    free(live->judge_memory);
    live->judge_memory = memory;
    live->judge = judge;
    live->capacity = capacity;
    live->step_count = 0;
    live->size = size;
    live->opening_waits = false;
    status = rr_live_read_sightings(live, error, reader);
    if (status == RR_OK) status = read_ends(&j, reader);
    if (status == RR_OK) status = judge_entries(&j, reader, size);
    if (status == RR_OK) status = rr_live_finality(live, error);
    if (status == RR_OK && (j.next != j.end_count || j.end_count == 0))
        status = rr_fail(error, RR_MALFORMED, "checkpoint", -1, damaged);
    if (status == RR_OK) status = rr_live_sealed_set(live, error);
    live->reader = NULL;
    free(j.ends);
    live->version++;
    return status;
}

static rr_status compare_root(rr_live *live, rr_file_error *error, const rr_store_state *state) {
    rr_hash root;
    rr_judge_root(live->judge, &root);
    if (live->size != state->size || memcmp(&root, &state->root, sizeof root) != 0)
        return rr_fail(error, RR_MALFORMED, "checkpoint", (int64_t)state->size, damaged);
    return RR_OK;
}

/* ---- the petition ------------------------------------------------------------------------------------------------------------ */

static rr_status load_documents(rr_live *live, rr_file_error *error, rr_store_reader *reader) {
    static const int needed[] = {RR_DOC_PETITION, RR_DOC_ROLL, RR_DOC_ROLL_NOTE, RR_DOC_ASSIGNMENT};
    static const int optional[] = {RR_DOC_NAMES, RR_DOC_ENROLMENTS, RR_DOC_CEREMONY, RR_DOC_TRUSTEES};
    rr_status status = RR_OK;
    for (size_t i = 0; i < sizeof needed / sizeof *needed && status == RR_OK; i++)
        status = rr_store_document(reader, error, &live->documents[needed[i]], &live->pid, needed[i]);
    for (size_t i = 0; i < sizeof optional / sizeof *optional && status == RR_OK; i++) {
        status = rr_store_document(reader, error, &live->documents[optional[i]], &live->pid, optional[i]);
        if (status == RR_NOT_FOUND) status = RR_OK;
    }
    return status;
}

static rr_blob document(const rr_live *live, int id) {
    return (rr_blob){live->documents[id].bytes, live->documents[id].len};
}

static rr_status parse(rr_live *live, rr_file_error *error) {
    rr_material *m = &live->material;
    rr_status status = rr_material_petition(m, error, document(live, RR_DOC_PETITION));
    if (status == RR_OK) status = rr_material_roll(m, error, document(live, RR_DOC_ROLL));
    if (status == RR_OK && live->documents[RR_DOC_NAMES].bytes)
        status = rr_material_names(m, error, document(live, RR_DOC_NAMES));
    if (status != RR_OK) return status;
    live->about = (rr_case){m->params, m->subject, &m->petition, &m->roll, &m->rings};
    live->room = rr_ring_record_size(is_sealed(live) ? RR_SEALED : RR_ANONYMOUS, rr_rings_largest(&m->rings));
    if (live->room < RR_PLAIN_SIZE) live->room = RR_PLAIN_SIZE;
    live->rings = calloc(m->rings.ring_count, sizeof *live->rings);
    return live->rings ? RR_OK : rr_fail(error, RR_NO_SPACE, "roll", -1, no_memory);
}

rr_status rr_live_open(rr_live **out, rr_file_error *error, rr_store_reader *reader, const rr_store_state *state,
                       const rr_log_keys *keys, const char *key_folder, const rr_random *random) {
    rr_live *live = calloc(1, sizeof *live);
    *out = NULL;
    if (!live) return rr_fail(error, RR_NO_SPACE, "petition", -1, no_memory);
    live->pid = state->pid;
    rr_hex(live->pid_hex, live->pid.bytes, sizeof live->pid.bytes);
    if (pthread_rwlock_init(&live->lock, NULL) != 0 || pthread_mutex_init(&live->ring_lock, NULL) != 0) {
        free(live);
        return rr_fail(error, RR_NO_SPACE, "petition", -1, no_memory);
    }
    live->log = sodium_malloc(sizeof *live->log);
    live->batch = sodium_malloc(sizeof *live->batch);
    rr_status status = live->log && live->batch ? RR_OK : rr_fail(error, RR_NO_SPACE, "petition", -1, no_memory);
    if (status == RR_OK) status = load_documents(live, error, reader);
    if (status == RR_OK) status = parse(live, error);
    if (status == RR_OK) status = prepare_sealed(live, error);
    if (status == RR_OK && rr_log_key_find(live->log, keys, &live->material.petition.log) != RR_OK)
        status = rr_fail(error, RR_REFUSED, "log key", -1, "the petition's Log key was not made with this server's logs.key");
    if (status == RR_OK) status = rr_batch_key_load(live->batch, error, key_folder, &state->batch);
    if (status == RR_OK) status = rr_live_judge(live, error, reader, random, 65536);
    if (status == RR_OK) status = compare_root(live, error, state);
    if (status == RR_OK)
        *out = live;
    else
        rr_live_close(live);
    return status;
}

void rr_live_close(rr_live *live) {
    if (!live) return;
    for (size_t i = 0; live->rings && i < live->material.rings.ring_count; i++) free(live->rings[i].memory);
    free(live->rings);
    free(live->judge_memory);
    free(live->judge_work);
    free(live->files);
    free(live->entry);
    free(live->trustee_keys);
    free(live->sealed.list);
    rr_sightings_free(&live->sightings);
    rr_blobs_free(&live->openings, &live->opening_count);
    free(live->steps);
    rr_material_free(&live->material);
    for (size_t i = 0; i < sizeof live->documents / sizeof *live->documents; i++) free(live->documents[i].bytes);
    sodium_free(live->log); /* wipes */
    sodium_free(live->batch);
    sodium_free(live->next);
    pthread_rwlock_destroy(&live->lock);
    pthread_mutex_destroy(&live->ring_lock);
    free(live);
}

/* ---- rings -------------------------------------------------------------------------------------------------------------------- */

/* Makes room by giving up the rings that were not used for longest. */
static void evict(rr_live *live, size_t wanted) {
    while (live->ring_bytes + wanted > RING_BYTES) {
        rr_ring_slot *oldest = NULL;
        for (size_t i = 0; i < live->material.rings.ring_count; i++) {
            rr_ring_slot *slot = &live->rings[i];
            if (slot->ring && slot->uses == 0 && (!oldest || slot->last < oldest->last)) oldest = slot;
        }
        if (!oldest) return;
        live->ring_bytes -= oldest->len;
        free(oldest->memory);
        oldest->ring = NULL;
        oldest->memory = NULL;
        oldest->len = 0;
    }
}

static bool prepare(rr_live *live, rr_ring_slot *slot, uint32_t number) {
    const rr_rings *rings = &live->material.rings;
    uint32_t count = rr_rings_ring_size(rings, number);
    size_t len = rr_ring_size(count);
    rr_entry_key *keys = calloc(count ? count : 1, sizeof *keys);
    void *memory = malloc(len);
    rr_ring *ring = NULL;
    bool good = keys && memory && rr_rings_keys(keys, rings, &live->material.roll, number) == RR_OK &&
                rr_ring_init(&ring, NULL, memory, len, number, keys, count) == RR_OK;
    free(keys);
    if (!good) {
        free(memory);
        return false;
    }
    *slot = (rr_ring_slot){.ring = ring, .memory = memory, .len = len};
    live->ring_bytes += len;
    return true;
}

const rr_ring *rr_live_ring(rr_live *live, uint32_t number) {
    const rr_ring *ring = NULL;
    pthread_mutex_lock(&live->ring_lock);
    rr_ring_slot *slot = &live->rings[number];
    if (!slot->ring) {
        evict(live, rr_ring_size(rr_rings_ring_size(&live->material.rings, number)));
        (void)prepare(live, slot, number);
    }
    if (slot->ring) {
        slot->uses++;
        slot->last = ++live->ring_clock;
        ring = slot->ring;
    }
    pthread_mutex_unlock(&live->ring_lock);
    return ring;
}

void rr_live_ring_done(rr_live *live, uint32_t number) {
    pthread_mutex_lock(&live->ring_lock);
    live->rings[number].uses--;
    pthread_mutex_unlock(&live->ring_lock);
}
