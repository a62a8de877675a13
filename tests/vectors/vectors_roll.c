/* SPDX-License-Identifier: Apache-2.0 */
/* roll.json: rolls with their digests, rings and classes; texts that are no rolls. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roundrobin/roll.h"
#include "vectors.h"

static void *get(size_t size) {
    void *memory = malloc(size == 0 ? 1 : size);
    if (memory == NULL) {
        fprintf(stderr, "vectors: no memory\n");
        exit(2);
    }
    return memory;
}

/* Parses in memory that the caller frees. */
static rr_status parse(rr_roll *roll, rr_error *error, void **memory, rr_text text) {
    size_t size = rr_roll_size(text.start, text.len);
    *memory = get(size);
    return rr_roll_parse(roll, error, *memory, size, text.start, text.len, NULL);
}

static void check_written(vectors *v, size_t number, const rr_roll *roll, rr_text text) {
    char *out = get(text.len);
    size_t len = rr_roll_write(out, text.len, roll);
    vectors_check(v, len == text.len && memcmp(out, text.start, len) == 0, "roll %zu: written, it is another file", number);
    free(out);
}

static bool ring_is(const rr_rings *rings, uint32_t ring, const json_t *places) {
    uint32_t size = rr_rings_ring_size(rings, ring);
    if (size != json_array_size(places)) return false;
    for (uint32_t i = 0; i < size; i++) {
        uint32_t place = rings->order[rings->starts[ring] + i];
        if (json_integer_value(json_array_get(places, i)) != place || rings->ring_of_place[place] != ring) return false;
    }
    return true;
}

/* counted_as: classes as counted, with their numbers of entries. */
static bool classes_are(const rr_rings *rings, const json_t *counted_as) {
    const char *name;
    const json_t *size;
    if (rings->class_count != json_object_size(counted_as)) return false;
    json_object_foreach((json_t *)(uintptr_t)counted_as, name, size) {
        uint32_t index;
        if (rr_rings_find_class(&index, rings, rr_text_of(name)) != RR_OK) return false;
        if (rings->classes[index].size != json_integer_value(size)) return false;
    }
    return true;
}

static void check_partition(vectors *v, size_t number, const rr_roll *roll, const json_t *partition) {
    uint32_t ring = vectors_number(partition, "Ring"), minimum = vectors_number(partition, "Ring-Minimum");
    bool by_class = strcmp(vectors_string(partition, "Count-By"), "class") == 0;
    const json_t *expected = vectors_array(partition, "rings");
    size_t size = rr_rings_size(roll->entry_count), scratch_size = rr_rings_scratch_size(roll->entry_count);
    void *memory = get(size), *scratch = get(scratch_size);
    rr_rings rings;
    rr_status status = rr_rings_make(&rings, memory, size, roll, ring, minimum, by_class, scratch, scratch_size);
    if (vectors_check(v, status == RR_OK, "roll %zu, Ring %u: %s", number, ring, rr_status_text(status))) {
        vectors_check(v, rings.ring_count == json_array_size(expected), "roll %zu, Ring %u: %u rings", number, ring,
                      rings.ring_count);
        for (uint32_t i = 0; i < rings.ring_count && i < json_array_size(expected); i++)
            vectors_check(v, ring_is(&rings, i, json_array_get(expected, i)), "roll %zu, Ring %u: ring %u", number, ring, i);
        vectors_check(v, classes_are(&rings, vectors_object(partition, "counted_as")), "roll %zu, Ring %u: classes", number,
                      ring);
    }
    free(memory);
    free(scratch);
}

static void check_rejected(vectors *v, const json_t *rejected) {
    rr_text file = rr_text_of(vectors_string(rejected, "roll"));
    rr_roll roll;
    rr_error error;
    void *memory;
    rr_status status = parse(&roll, &error, &memory, file);
    vectors_check(v, status == RR_MALFORMED && error.line != 0 && error.rule != NULL, "taken, or refused without a rule: %s",
                  vectors_string(rejected, "why"));
    free(memory);
}

void vectors_roll(vectors *v, const json_t *file) {
    size_t number, i;
    const json_t *item, *part;
    json_array_foreach(vectors_array(file, "rolls"), number, item) {
        rr_text text = rr_text_of(vectors_string(item, "roll"));
        uint8_t digest[32];
        rr_roll roll;
        rr_error error;
        void *memory;
        rr_status status = parse(&roll, &error, &memory, text);
        vectors_bytes(digest, sizeof digest, item, "digest");
        if (vectors_check(v, status == RR_OK, "roll %zu: line %u: %s", number, error.line,
                          error.rule == NULL ? "" : error.rule)) {
            vectors_check(v, memcmp(digest, roll.digest.bytes, sizeof digest) == 0, "roll %zu: digest", number);
            check_written(v, number, &roll, text);
            json_array_foreach(vectors_array(item, "partitions"), i, part) check_partition(v, number, &roll, part);
        }
        json_array_foreach(vectors_array(item, "rejected"), i, part) check_rejected(v, part);
        free(memory);
    }
}
