/* SPDX-License-Identifier: Apache-2.0 */
#include "roll/import_table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/sha2.h"

typedef struct rr_import_slot {
    uint8_t digest[32];
    rr_import_place place;
    bool used;
} rr_import_slot;

static void digest_of(uint8_t digest[32], char role, const void *bytes, size_t len) {
    rr_sha256 h;
    rr_sha256_init(&h);
    rr_sha256_update(&h, &role, 1);
    rr_sha256_update(&h, bytes, len);
    rr_sha256_final(&h, digest);
}

/* The slot of this digest, or the free one where it would go. */
static rr_import_slot *slot_of(rr_import_slot *slots, size_t size, const uint8_t digest[32]) {
    size_t i = (size_t)rr_load64_le(digest) & (size - 1);
    while (slots[i].used && memcmp(slots[i].digest, digest, 32) != 0) i = (i + 1) & (size - 1);
    return &slots[i];
}

void rr_import_table_free(rr_import_table *table) {
    free(table->slots);
    memset(table, 0, sizeof *table);
}

rr_status rr_import_table_reserve(rr_import_table *table, size_t more) {
    if (more > SIZE_MAX / 4 - table->used) return RR_NO_SPACE;
    size_t wanted = 2 * (table->used + more), size = table->size ? table->size : 1024;
    while (size < wanted) size *= 2;
    if (size == table->size) return RR_OK;
    rr_import_slot *slots = calloc(size, sizeof *slots);
    if (!slots) return RR_NO_SPACE;
    for (size_t i = 0; i < table->size; i++) {
        if (table->slots[i].used) *slot_of(slots, size, table->slots[i].digest) = table->slots[i];
    }
    free(table->slots);
    table->slots = slots;
    table->size = size;
    return RR_OK;
}

const rr_import_place *rr_import_table_find(const rr_import_table *table, char role, const void *bytes, size_t len) {
    if (!table->slots) return NULL;
    uint8_t digest[32];
    digest_of(digest, role, bytes, len);
    const rr_import_slot *slot = slot_of(table->slots, table->size, digest);
    return slot->used ? &slot->place : NULL;
}

void rr_import_table_add(rr_import_table *table, char role, const void *bytes, size_t len, rr_import_place place) {
    uint8_t digest[32];
    digest_of(digest, role, bytes, len);
    rr_import_slot *slot = slot_of(table->slots, table->size, digest);
    if (slot->used) return;
    memcpy(slot->digest, digest, 32);
    slot->place = place;
    slot->used = true;
    table->used++;
}
