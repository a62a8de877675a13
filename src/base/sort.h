/* SPDX-License-Identifier: Apache-2.0 */
/* A stable merge sort of indices in the caller's memory: no recursion, n log n at worst whatever the input. */
#ifndef RR_BASE_SORT_H
#define RR_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

/* Below, equal or above zero, as `a` stands before, with or after `b`. */
typedef int rr_index_compare(const void *context, uint32_t a, uint32_t b);

/* Sorts `items`; `scratch` holds as many. */
void rr_sort_indices(uint32_t *items, uint32_t *scratch, size_t count, rr_index_compare *compare, const void *context);

#endif
