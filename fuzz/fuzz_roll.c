/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a roll file.  What is taken is written back byte for byte, and its rings hold each place once. */
#include <stdlib.h>
#include <string.h>

#include "roundrobin/roll.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_rings(const rr_roll *roll, uint32_t ring_minimum, bool by_class) {
    size_t size = rr_rings_size(roll->entry_count), scratch_size = rr_rings_scratch_size(roll->entry_count);
    void *memory = malloc(size), *scratch = malloc(scratch_size);
    unsigned char *seen = calloc(roll->entry_count, 1);
    rr_rings rings;
    if (memory == NULL || scratch == NULL || seen == NULL) abort();
    if (rr_rings_make(&rings, memory, size, roll, 128, ring_minimum, by_class, scratch, scratch_size) != RR_OK) abort();
    free(scratch);
    uint32_t total = 0;
    for (uint32_t ring = 0; ring < rings.ring_count; ring++) {
        uint32_t count = rr_rings_ring_size(&rings, ring);
        if (count == 0 || rr_rings_class_of_ring(&rings, ring) >= rings.class_count) abort();
        for (uint32_t i = 0; i < count; i++) {
            uint32_t place = rings.order[rings.starts[ring] + i];
            if (place >= roll->entry_count || seen[place]++ != 0 || rings.ring_of_place[place] != ring) abort();
        }
        total += count;
    }
    if (total != roll->entry_count) abort();
    free(memory);
    free(seen);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    const char *text = (const char *)data;
    size_t size = rr_roll_size(text, len);
    void *memory = malloc(size == 0 ? 1 : size);
    rr_roll roll;
    rr_error error;
    if (memory == NULL) abort();
    rr_status status = rr_roll_parse(&roll, &error, memory, size, text, len, NULL);
    if (status == RR_OK) {
        char *out = malloc(len);
        if (out == NULL || rr_roll_write(out, len, &roll) != len || memcmp(out, text, len) != 0) abort();
        free(out);
        check_rings(&roll, 8, true);
        check_rings(&roll, 128, true);
        check_rings(&roll, 8, false);
    } else if (status != RR_MALFORMED || error.rule == NULL || error.line == 0) {
        abort();
    }
    free(memory);
    return 0;
}
