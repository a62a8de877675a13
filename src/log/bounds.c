/* SPDX-License-Identifier: Apache-2.0 */
/* Time bounds of leaves out of what witnesses have cosigned (PROTOCOL.md section 7).
 *
 * A cosignature of a directory that holds a `checkpoint` leaf of size s was made when the leaves 0 ... s - 1 were in the petition's log.  So, where
 * sightings ascend by size, leaf i was seen by exactly those from some place on.  Going from the last sighting to the first, each witness's
 * earliest time can only fall; the bound at a place is the W-th smallest of them. */
#include <string.h>

#include "roundrobin/witness.h"

/* The first place in an ascending list whose value is not below `value`. */
static uint32_t find(const int64_t *sorted, uint32_t count, int64_t value) {
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (sorted[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* One value of the list falls. */
static void lower(int64_t *sorted, uint32_t count, int64_t from, int64_t to) {
    uint32_t old = find(sorted, count, from), new = find(sorted, count, to);
    memmove(sorted + new + 1, sorted + new, (old - new) * sizeof *sorted);
    sorted[new] = to;
}

void rr_time_bounds(int64_t *bounds, const rr_sighting *sightings, size_t count, uint32_t needed, uint32_t witnesses,
                    int64_t *work) {
    int64_t *earliest = work, *sorted = work + witnesses;
    for (uint32_t i = 0; i < 2 * witnesses; i++) work[i] = RR_NO_TIME;
    for (size_t i = count; i > 0; i--) {
        const rr_sighting *s = &sightings[i - 1];
        if (s->time < earliest[s->witness]) {
            lower(sorted, witnesses, earliest[s->witness], s->time);
            earliest[s->witness] = s->time;
        }
        bounds[i - 1] = sorted[needed - 1];
    }
}

int64_t rr_time_bound(const int64_t *bounds, const rr_sighting *sightings, size_t count, uint64_t leaf) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sightings[middle].holds <= leaf)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count ? bounds[low] : RR_NO_TIME;
}

uint32_t rr_witnesses_confirming(const rr_sighting *sightings, size_t count, uint32_t witnesses, int64_t closes,
                                 uint64_t close_leaf, bool *seen) {
    uint32_t confirming = 0;
    memset(seen, 0, witnesses * sizeof *seen);
    for (size_t i = 0; i < count; i++) {
        const rr_sighting *s = &sightings[i];
        if (s->time < closes || s->claims > close_leaf || seen[s->witness]) continue;
        seen[s->witness] = true;
        confirming++;
    }
    return confirming;
}
