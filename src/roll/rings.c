/* SPDX-License-Identifier: Apache-2.0 */
/* The partition of PROTOCOL.md section 3: entries into groups by class, small classes into the pool, groups into rings.
 *
 * Every group but the pool has at least Ring-Minimum >= 8 entries, so there are at most n/8 + 1 groups; a group of E entries makes
 * max(1, E/Ring) <= max(1, E/128) rings, so there are at most n/8 + 1 rings as well. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/sha2.h"
#include "base/sort.h"
#include "base/text.h"
#include "roundrobin/roll.h"

/* What all classes in the pool are counted as; no class of a roll has this name. */
#define POOL "other"

/* A class as the roll spells it. */
typedef struct spelled {
    rr_text name;
    uint32_t size;
    bool pooled;
} spelled;

typedef struct place_hash {
    uint8_t bytes[32];
} place_hash;

/* The scratch for one entry: the table of classes is used up before the hashes are made. */
typedef union scratch_entry {
    spelled class_entry;
    place_hash hash;
} scratch_entry;

static size_t most_groups(uint32_t entry_count) {
    return (size_t)entry_count / RR_RING_MINIMUM_LOW + 1;
}

size_t rr_rings_size(uint32_t entry_count) {
    size_t groups = most_groups(entry_count);
    size_t places = rr_arena_piece(entry_count, sizeof(uint32_t));
    size_t sum = rr_arena_sum(places, places);
    sum = rr_arena_sum(sum, rr_arena_piece(groups, sizeof(rr_class)));
    sum = rr_arena_sum(sum, rr_arena_piece(groups, sizeof(uint32_t)));
    return rr_arena_sum(sum, rr_arena_piece(groups + 1, sizeof(uint32_t)));
}

size_t rr_rings_scratch_size(uint32_t entry_count) {
    return rr_arena_sum(rr_arena_piece(entry_count, sizeof(scratch_entry)), rr_arena_piece(entry_count, sizeof(uint32_t)));
}

/* ---- groups --------------------------------------------------------------------------------------------------------- */

static int compare_classes(const void *entries, uint32_t a, uint32_t b) {
    const rr_entry *e = entries;
    return rr_text_compare(e[a].class_name, e[b].class_name);
}

/* The classes of the roll, ascending; class_of gets, by place, the index of each entry's. */
static uint32_t list_classes(spelled *classes, uint32_t *class_of, uint32_t *order, uint32_t *scratch, const rr_roll *roll) {
    uint32_t count = 0;
    rr_sort_indices(order, scratch, roll->entry_count, compare_classes, roll->entries);
    for (uint32_t i = 0; i < roll->entry_count; i++) {
        rr_text name = roll->entries[order[i]].class_name;
        if (i == 0 || !rr_text_equal(name, classes[count - 1].name)) {
            spelled next = {name, 0, false};
            classes[count++] = next;
        }
        classes[count - 1].size++;
        class_of[order[i]] = count - 1;
    }
    return count;
}

/* Rule 1.  The pool takes in at most one class that is not small itself: with it the pool has Ring-Minimum entries.  Answers the
 * size of the pool. */
static uint32_t pool_classes(spelled *classes, uint32_t count, uint32_t ring_minimum) {
    uint32_t pool = 0;
    spelled *smallest = NULL;
    for (uint32_t i = 0; i < count; i++) {
        classes[i].pooled = classes[i].size < ring_minimum;
        if (classes[i].pooled)
            pool += classes[i].size;
        else if (smallest == NULL || classes[i].size <= smallest->size)
            smallest = &classes[i]; /* of equals, the last */
    }
    if (pool != 0 && pool < ring_minimum && smallest != NULL) {
        smallest->pooled = true;
        pool += smallest->size;
    }
    return pool;
}

/* The classes as counted; group_of goes from spelled classes to these. */
static uint32_t make_groups(rr_class *groups, uint32_t *group_of, spelled *classes, uint32_t *order, uint32_t *scratch,
                            const rr_roll *roll, uint32_t ring_minimum) {
    uint32_t class_count = list_classes(classes, group_of, order, scratch, roll);
    uint32_t pool = pool_classes(classes, class_count, ring_minimum), count = 0;
    for (uint32_t i = 0; i < class_count; i++) {
        if (classes[i].pooled) continue;
        rr_class group = {classes[i].name, classes[i].size, 0, 0};
        groups[count] = group;
        classes[i].size = count++; /* from here on: the group */
    }
    for (uint32_t place = 0; place < roll->entry_count; place++) {
        const spelled *of = &classes[group_of[place]];
        group_of[place] = of->pooled ? count : of->size;
    }
    if (pool != 0) {
        rr_class group = {rr_text_of(POOL), pool, 0, 0};
        groups[count++] = group;
    }
    return count;
}

/* ---- rings ---------------------------------------------------------------------------------------------------------- */

typedef struct ring_order {
    const uint32_t *group_of;
    const scratch_entry *hashes;
} ring_order;

/* Group by group, within a group by hash (rule 2). */
static int compare_places(const void *context, uint32_t a, uint32_t b) {
    const ring_order *by = context;
    if (by->group_of[a] != by->group_of[b]) return by->group_of[a] < by->group_of[b] ? -1 : 1;
    return memcmp(by->hashes[a].hash.bytes, by->hashes[b].hash.bytes, sizeof by->hashes[a].hash.bytes);
}

static void sort_places(uint32_t *order, scratch_entry *hashes, uint32_t *scratch, const uint32_t *group_of,
                        const rr_roll *roll) {
    for (uint32_t place = 0; place < roll->entry_count; place++) {
        rr_sha256 h;
        rr_sha256_init(&h);
        rr_sha256_update(&h, roll->digest.bytes, sizeof roll->digest.bytes);
        rr_sha256_update(&h, roll->entries[place].key.bytes, sizeof roll->entries[place].key.bytes);
        rr_sha256_final(&h, hashes[place].hash.bytes);
        order[place] = place;
    }
    ring_order by = {group_of, hashes};
    rr_sort_indices(order, scratch, roll->entry_count, compare_places, &by);
}

/* Rules 3 and 4. */
static uint32_t cut_rings(rr_class *groups, uint32_t group_count, uint32_t *starts, uint32_t *class_of_ring, uint32_t ring) {
    uint32_t ring_count = 0, start = 0;
    for (uint32_t g = 0; g < group_count; g++) {
        uint64_t size = groups[g].size, rings = size / ring == 0 ? 1 : size / ring;
        groups[g].first_ring = ring_count;
        groups[g].ring_count = (uint32_t)rings;
        for (uint64_t i = 0; i < rings; i++) {
            starts[ring_count] = start + (uint32_t)(i * size / rings);
            class_of_ring[ring_count++] = g;
        }
        start += groups[g].size;
    }
    starts[ring_count] = start;
    return ring_count;
}

rr_status rr_rings_make(rr_rings *rings, void *memory, size_t memory_len, const rr_roll *roll, uint32_t ring,
                        uint32_t ring_minimum, bool by_class, void *scratch, size_t scratch_len) {
    uint32_t n = roll->entry_count;
    memset(rings, 0, sizeof *rings);
    if (n == 0 || ring < RR_RING_LOW || ring > RR_RING_HIGH) return RR_ARGUMENT;
    if (ring_minimum < RR_RING_MINIMUM_LOW || ring_minimum > ring) return RR_ARGUMENT;
    rr_arena lasting = rr_arena_over(memory, memory_len), passing = rr_arena_over(scratch, scratch_len);
    uint32_t *order = rr_arena_take(&lasting, n, sizeof *order);
    uint32_t *ring_of_place = rr_arena_take(&lasting, n, sizeof *ring_of_place);
    rr_class *groups = rr_arena_take(&lasting, most_groups(n), sizeof *groups);
    uint32_t *class_of_ring = rr_arena_take(&lasting, most_groups(n), sizeof *class_of_ring);
    uint32_t *starts = rr_arena_take(&lasting, most_groups(n) + 1, sizeof *starts);
    scratch_entry *table = rr_arena_take(&passing, n, sizeof *table);
    uint32_t *sorting = rr_arena_take(&passing, n, sizeof *sorting);
    if (lasting.short_of || passing.short_of) return RR_NO_SPACE;

    uint32_t *group_of = ring_of_place; /* until the rings are known */
    uint32_t group_count = 1;
    for (uint32_t place = 0; place < n; place++) order[place] = place;
    if (by_class) {
        group_count = make_groups(groups, group_of, (spelled *)table, order, sorting, roll, ring_minimum);
    } else {
        rr_class all = {rr_text_of(""), n, 0, 0};
        groups[0] = all;
        memset(group_of, 0, n * sizeof *group_of);
    }
    sort_places(order, table, sorting, group_of, roll);
    rings->entry_count = n;
    rings->ring_count = cut_rings(groups, group_count, starts, class_of_ring, ring);
    assert(rings->ring_count <= most_groups(n) && group_count <= most_groups(n));
    for (uint32_t i = 0; i < rings->ring_count; i++) {
        for (uint32_t at = starts[i]; at < starts[i + 1]; at++) ring_of_place[order[at]] = i;
    }
    rings->class_count = group_count;
    rings->classes = groups;
    rings->class_of_ring = class_of_ring;
    rings->ring_of_place = ring_of_place;
    rings->starts = starts;
    rings->order = order;
    return RR_OK;
}

/* ---- looking up ----------------------------------------------------------------------------------------------------- */

uint32_t rr_rings_ring_size(const rr_rings *rings, uint32_t ring) {
    return ring < rings->ring_count ? rings->starts[ring + 1] - rings->starts[ring] : 0;
}

uint32_t rr_rings_largest(const rr_rings *rings) {
    uint32_t largest = 0;
    for (uint32_t i = 0; i < rings->ring_count; i++) {
        uint32_t size = rr_rings_ring_size(rings, i);
        if (size > largest) largest = size;
    }
    return largest;
}

rr_status rr_rings_keys(rr_entry_key *keys, const rr_rings *rings, const rr_roll *roll, uint32_t ring) {
    if (ring >= rings->ring_count || roll->entry_count != rings->entry_count) return RR_ARGUMENT;
    for (uint32_t at = rings->starts[ring]; at < rings->starts[ring + 1]; at++) *keys++ = roll->entries[rings->order[at]].key;
    return RR_OK;
}

uint32_t rr_rings_class_of_ring(const rr_rings *rings, uint32_t ring) {
    return rings->class_of_ring[ring];
}

uint32_t rr_rings_class_of_place(const rr_rings *rings, uint32_t place) {
    return rings->class_of_ring[rings->ring_of_place[place]];
}

rr_status rr_rings_find_class(uint32_t *index, const rr_rings *rings, rr_text name) {
    uint32_t low = 0, high = rings->class_count;
    if (high != 0 && rr_text_is(rings->classes[high - 1].name, POOL)) {
        high--; /* the pool stands last, not where its name would */
        *index = high;
        if (rr_text_is(name, POOL)) return RR_OK;
    }
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = rr_text_compare(rings->classes[middle].name, name);
        if (order == 0) {
            *index = middle;
            return RR_OK;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return RR_NOT_FOUND;
}
