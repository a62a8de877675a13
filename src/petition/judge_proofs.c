/* SPDX-License-Identifier: Apache-2.0 */
/* Step 1 of judging: the proofs of all records, ring by ring.
 *
 *     first reading    which group each leaf belongs to: its ring, or (kinds 3 to 5) the one group behind all rings
 *     counting sort    leaf numbers by group
 *     second reading   group by group: prepare the ring, verify its records in blocks
 *
 * So memory holds 8 bytes a leaf, one prepared ring, one block of records, and the scratch of its batch. */
#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "petition/judge_internal.h"

enum { BLOCK = 1024 };
#define NO_GROUP UINT32_MAX

typedef struct pass {
    const rr_case *about;
    const rr_log_entries *entries;
    const rr_random *random;
    const rr_judge_progress *progress;
    uint8_t *proofs;
    uint64_t done, total;

    uint32_t *group_of; /* by leaf */
    uint32_t *starts;   /* group g is order[starts[g]] ... order[starts[g + 1] - 1] */
    uint32_t *order;
    rr_entry_key *keys;
    void *ring_memory;
    size_t ring_memory_len;
    uint8_t *records; /* BLOCK times RR_RECORD_MAX */
    rr_claim *claims;
    rr_status *results;
    void *scratch;
    size_t scratch_len;
} pass;

rr_status rr_claims_verify(const rr_case *about, rr_status *results, const rr_claim *claims, size_t claim_count,
                           const rr_random *random, void *scratch, size_t scratch_len) {
    size_t batch = claim_count;
    for (size_t at = 0; at < claim_count; at += batch) {
        if (batch > claim_count - at) batch = claim_count - at;
        while (rr_verify_batch_scratch_size(claims + at, batch) > scratch_len) {
            if (batch == 1) return RR_NO_SPACE;
            batch = (batch + 1) / 2;
        }
        rr_status status =
            rr_verify_batch_var(about->params, about->subject, results + at, claims + at, batch, random, scratch, scratch_len);
        if (status != RR_OK && status != RR_INVALID) return status;
    }
    return RR_OK;
}

/* ---- memory --------------------------------------------------------------------------------------------------------- */

static size_t arrays_size(const rr_case *about, uint64_t leaves) {
    uint32_t largest = rr_rings_largest(about->rings);
    size_t leaf_array = rr_arena_piece((size_t)leaves, sizeof(uint32_t));
    size_t sum = rr_arena_sum(leaf_array, leaf_array);
    sum = rr_arena_sum(sum, rr_arena_piece((size_t)about->rings->ring_count + 2, sizeof(uint32_t)));
    sum = rr_arena_sum(sum, rr_arena_piece(largest, sizeof(rr_entry_key)));
    sum = rr_arena_sum(sum, rr_arena_piece(rr_ring_size(largest), 1));
    sum = rr_arena_sum(sum, rr_arena_piece(BLOCK, RR_RECORD_MAX));
    sum = rr_arena_sum(sum, rr_arena_piece(BLOCK, sizeof(rr_claim)));
    return rr_arena_sum(sum, rr_arena_piece(BLOCK, sizeof(rr_status)));
}

size_t rr_judge_proofs_size(const rr_case *about, uint64_t leaves) {
    if (leaves > UINT32_MAX) return SIZE_MAX;
    return rr_arena_sum(arrays_size(about, leaves), RR_SCRATCH_SIZE);
}

static bool take_memory(pass *p, uint64_t leaves, void *work, size_t work_len) {
    rr_arena arena = rr_arena_over(work, work_len);
    uint32_t largest = rr_rings_largest(p->about->rings);
    p->group_of = (uint32_t *)rr_arena_take(&arena, (size_t)leaves, sizeof *p->group_of);
    p->order = (uint32_t *)rr_arena_take(&arena, (size_t)leaves, sizeof *p->order);
    p->starts = (uint32_t *)rr_arena_take(&arena, (size_t)p->about->rings->ring_count + 2, sizeof *p->starts);
    p->keys = (rr_entry_key *)rr_arena_take(&arena, largest, sizeof *p->keys);
    p->ring_memory_len = rr_ring_size(largest);
    p->ring_memory = rr_arena_take(&arena, p->ring_memory_len, 1);
    p->records = (uint8_t *)rr_arena_take(&arena, BLOCK, RR_RECORD_MAX);
    p->claims = (rr_claim *)rr_arena_take(&arena, BLOCK, sizeof *p->claims);
    p->results = (rr_status *)rr_arena_take(&arena, BLOCK, sizeof *p->results);
    p->scratch = arena.next;
    p->scratch_len = arena.left;
    return !arena.short_of;
}

/* ---- first reading -------------------------------------------------------------------------------------------------- */

static uint32_t group_of(const rr_case *about, const uint8_t *entry, size_t entry_len) {
    if (rr_record_rule(about, entry, entry_len) != NULL) return NO_GROUP;
    if (entry[1] == RR_ANONYMOUS || entry[1] == RR_SEALED) return rr_load32_le(entry + RR_NUMBER_AT);
    return about->rings->ring_count;
}

static rr_status sort_leaves(pass *p, uint32_t leaves) {
    uint32_t groups = p->about->rings->ring_count + 1;
    memset(p->starts, 0, ((size_t)groups + 1) * sizeof *p->starts);
    for (uint32_t leaf = 0; leaf < leaves; leaf++) {
        const uint8_t *entry;
        size_t len;
        rr_status status = p->entries->read(p->entries->context, &entry, &len, leaf);
        if (status != RR_OK) return status;
        p->proofs[leaf] = RR_ARGUMENT;
        p->group_of[leaf] = group_of(p->about, entry, len);
        if (p->group_of[leaf] == NO_GROUP) continue;
        p->starts[p->group_of[leaf]]++;
        p->total++;
    }
    /* starts[g] becomes the end of group g; filling from the last leaf down makes it the beginning. */
    for (uint32_t group = 1; group <= groups; group++) p->starts[group] += p->starts[group - 1];
    for (uint32_t leaf = leaves; leaf-- > 0;) {
        if (p->group_of[leaf] != NO_GROUP) p->order[--p->starts[p->group_of[leaf]]] = leaf;
    }
    return RR_OK;
}

/* ---- second reading ------------------------------------------------------------------------------------------------- */

static rr_status verify_block(pass *p, uint32_t group, const rr_ring *ring, const uint32_t *leaves, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const uint8_t *entry;
        size_t len;
        uint8_t *record = p->records + i * RR_RECORD_MAX;
        rr_status status = p->entries->read(p->entries->context, &entry, &len, leaves[i]);
        if (status != RR_OK) return status;
        if (group_of(p->about, entry, len) != group) return RR_ARGUMENT; /* not what was read before */
        memcpy(record, entry, len);
        rr_record_claim(&p->claims[i], p->about, record, len, ring);
    }
    rr_status status = rr_claims_verify(p->about, p->results, p->claims, count, p->random, p->scratch, p->scratch_len);
    if (status != RR_OK) return status;
    for (size_t i = 0; i < count; i++) p->proofs[leaves[i]] = (uint8_t)p->results[i];
    p->done += count;
    if (p->progress != NULL && !p->progress->report(p->progress->context, p->done, p->total)) return RR_IO;
    return RR_OK;
}

static rr_status verify_group(pass *p, uint32_t group) {
    uint32_t at = p->starts[group], end = p->starts[group + 1];
    rr_ring *ring = NULL;
    if (at == end) return RR_OK;
    if (group < p->about->rings->ring_count) {
        uint32_t size = rr_rings_ring_size(p->about->rings, group);
        rr_status status = rr_rings_keys(p->keys, p->about->rings, p->about->roll, group);
        if (status == RR_OK) status = rr_ring_init(&ring, NULL, p->ring_memory, p->ring_memory_len, group, p->keys, size);
        if (status != RR_OK) return status;
    }
    while (at < end) {
        uint32_t count = end - at < BLOCK ? end - at : BLOCK;
        rr_status status = verify_block(p, group, ring, p->order + at, count);
        if (status != RR_OK) return status;
        at += count;
    }
    return RR_OK;
}

rr_status rr_judge_proofs_var(const rr_case *about, uint8_t *proofs, const rr_log_entries *entries, uint64_t leaves,
                              const rr_random *random, const rr_judge_progress *progress, void *work, size_t work_len) {
    pass p;
    memset(&p, 0, sizeof p);
    if (leaves >= UINT32_MAX) return RR_ARGUMENT;
    p.about = about;
    p.proofs = proofs;
    p.entries = entries;
    p.random = random;
    p.progress = progress;
    if (!take_memory(&p, leaves, work, work_len)) return RR_NO_SPACE;
    rr_status status = sort_leaves(&p, (uint32_t)leaves);
    for (uint32_t group = 0; status == RR_OK && group <= about->rings->ring_count; group++) status = verify_group(&p, group);
    return status;
}
