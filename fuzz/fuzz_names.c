/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the names of one fixed roll.  What is taken is written back byte for byte. */
#include <stdlib.h>
#include <string.h>

#include "roundrobin/roll.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { ENTRIES = 4 };

/* The digest is 5a5a...; the salt of place i is i, i, ...; names as below. */
static rr_roll fixed_roll(rr_entry entries[ENTRIES]) {
    static const char *const members[ENTRIES] = {"amy", "bob", "cleo", "dan"};
    static const char *const names[ENTRIES] = {"Amy A.", "B\xc3\xb6rn", "", "D"};
    rr_roll roll;
    memset(&roll, 0, sizeof roll);
    memset(roll.digest.bytes, 0x5a, sizeof roll.digest.bytes);
    for (int i = 0; i < ENTRIES; i++) {
        uint8_t salt[RR_SALT_SIZE];
        memset(salt, i, sizeof salt);
        memset(&entries[i], 0, sizeof entries[i]);
        entries[i].member = rr_text_of(members[i]);
        rr_name_hash(&entries[i].name, salt, rr_text_of(names[i]));
    }
    roll.entry_count = ENTRIES;
    roll.entries = entries;
    return roll;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    const char *text = (const char *)data;
    rr_entry entries[ENTRIES];
    rr_roll roll = fixed_roll(entries);
    size_t size = rr_names_size(text, len);
    void *memory = malloc(size == 0 ? 1 : size);
    rr_names names;
    rr_error error;
    if (memory == NULL) abort();
    rr_status status = rr_names_parse(&names, &error, memory, size, text, len, &roll);
    if (status == RR_OK) {
        char *out = malloc(len);
        if (out == NULL || rr_names_write(out, len, &roll, &names) != len || memcmp(out, text, len) != 0) abort();
        free(out);
        for (uint32_t place = 0; place < ENTRIES; place++) {
            rr_text name;
            (void)rr_names_find(&name, &names, place);
        }
    } else if ((status != RR_MALFORMED && status != RR_INVALID) || error.status != status || error.line == 0) {
        abort();
    }
    free(memory);
    return 0;
}
