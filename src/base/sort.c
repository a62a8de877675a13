/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sort.h"

#include <string.h>

/* Runs of `width` sorted items become runs of twice the width, from one array into the other and back.  Nobody has memory for so
 * many items that the width could overflow. */
void rr_sort_indices(uint32_t *items, uint32_t *scratch, size_t count, rr_index_compare *compare, const void *context) {
    uint32_t *from = items, *to = scratch;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t start = 0; start < count;) {
            size_t middle = width < count - start ? start + width : count;
            size_t end = width < count - middle ? middle + width : count;
            size_t a = start, b = middle;
            for (size_t out = start; out < end; out++) {
                int take_a = a < middle && (b == end || compare(context, from[a], from[b]) <= 0);
                to[out] = take_a ? from[a++] : from[b++];
            }
            start = end;
        }
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != items && count != 0) memcpy(items, from, count * sizeof *items);
}
