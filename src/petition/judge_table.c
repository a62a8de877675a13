/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "base/sha2.h"
#include "petition/judge_internal.h"

uint32_t rr_t_table_slots(uint64_t capacity) {
    uint32_t slots = 16;
    while (slots < 2 * capacity) slots *= 2; /* capacity is below 2^30 */
    return slots;
}

/* The slot that holds `t`, or the empty one where it would be. */
static uint32_t *slot_of(const rr_t_table *table, const uint8_t t[32]) {
    uint8_t digest[32];
    rr_sha256 h;
    rr_sha256_init(&h);
    rr_sha256_update(&h, table->key, sizeof table->key);
    rr_sha256_update(&h, t, 32);
    rr_sha256_final(&h, digest);
    for (uint32_t at = rr_load32_le(digest) & table->mask;; at = (at + 1) & table->mask) {
        uint32_t *slot = &table->slots[at];
        if (*slot == 0 || memcmp(table->states[*slot - 1].t.bytes, t, 32) == 0) return slot;
    }
}

rr_t_state *rr_t_find(const rr_t_table *table, const uint8_t t[32]) {
    uint32_t slot = *slot_of(table, t);
    return slot == 0 ? NULL : &table->states[slot - 1];
}

rr_t_state *rr_t_add(rr_t_table *table, const uint8_t t[32]) {
    rr_t_state *state = &table->states[table->count];
    memset(state, 0, sizeof *state);
    memcpy(state->t.bytes, t, 32);
    *slot_of(table, t) = ++table->count;
    return state;
}
