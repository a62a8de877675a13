/* SPDX-License-Identifier: Apache-2.0 */
/* petition.json: petitions with their pid and U; texts that are no petitions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "group/hash_to_group.h"
#include "roundrobin/petition.h"
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
static rr_status parse(const rr_params *params, rr_petition *petition, rr_error *error, void **memory, rr_text text) {
    size_t size = rr_petition_size(text.start, text.len);
    *memory = get(size);
    return rr_petition_parse(params, petition, error, *memory, size, text.start, text.len);
}

static void check_accepted(vectors *v, const rr_params *params, size_t number, const json_t *item) {
    rr_text text = rr_text_of(vectors_string(item, "file"));
    uint8_t pid[32], expected[32], encoded[32];
    rr_petition petition;
    rr_error error;
    void *memory;
    rr_ge u;
    rr_status status = parse(params, &petition, &error, &memory, text);
    if (vectors_check(v, status == RR_OK, "petition %zu: line %u: %s", number, error.line,
                      error.rule == NULL ? "" : error.rule)) {
        vectors_bytes(pid, sizeof pid, item, "pid");
        vectors_check(v, memcmp(pid, petition.pid.bytes, sizeof pid) == 0, "petition %zu: pid", number);
        vectors_bytes(expected, sizeof expected, item, "U");
        rr_hash_to_group(&u, "nullifier", petition.pid.bytes, sizeof petition.pid.bytes);
        rr_ge_encode(encoded, &u);
        vectors_check(v, memcmp(expected, encoded, sizeof expected) == 0, "petition %zu: U", number);
        char *out = get(text.len);
        size_t len = rr_petition_write(out, text.len, &petition);
        vectors_check(v, len == text.len && memcmp(out, text.start, len) == 0, "petition %zu: written, it is another file",
                      number);
        free(out);
    }
    free(memory);
}

static void check_rejected(vectors *v, const rr_params *params, const json_t *item) {
    rr_text text = rr_text_of(vectors_string(item, "file"));
    rr_petition petition;
    rr_error error;
    void *memory;
    rr_status status = parse(params, &petition, &error, &memory, text);
    vectors_check(v, status == RR_MALFORMED && error.line != 0 && error.rule != NULL, "taken, or refused without a rule: %s",
                  vectors_string(item, "why"));
    free(memory);
}

void vectors_petition(vectors *v, const json_t *file) {
    size_t number;
    const json_t *item;
    rr_params *params;
    void *memory = get(rr_params_size());
    if (!vectors_check(v, rr_params_init(&params, memory, rr_params_size()) == RR_OK, "the generators cannot be made")) {
        free(memory);
        return;
    }
    json_array_foreach(vectors_array(file, "accepted"), number, item) check_accepted(v, params, number, item);
    json_array_foreach(vectors_array(file, "rejected"), number, item) check_rejected(v, params, item);
    free(memory);
}
