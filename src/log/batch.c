/* SPDX-License-Identifier: Apache-2.0 */
/* The order of entries in a batch (PROTOCOL.md section 7).
 *
 *     offset 0  version
 *            1  kind
 *            2  LE32 number
 *            6  the 32 bytes; T in kinds 1 to 5
 */
#include <string.h>

#include "roundrobin/log.h"

enum { KIND_AT = 1, BYTES_AT = 6, BYTES_END = 38 };

/* Compares the bytes from `begin` to `end` of both, as far as they have them. */
static int compare_part(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len, size_t begin, size_t end) {
    if (a_len > end) a_len = end;
    if (b_len > end) b_len = end;
    size_t shorter = a_len < b_len ? a_len : b_len;
    int order = shorter > begin ? memcmp(a + begin, b + begin, shorter - begin) : 0;
    if (order != 0 || (a_len <= begin && b_len <= begin)) return order;
    return a_len < b_len ? -1 : a_len > b_len;
}

int rr_record_compare(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len) {
    int order = compare_part(a, a_len, b, b_len, BYTES_AT, BYTES_END);
    if (order == 0) order = compare_part(a, a_len, b, b_len, KIND_AT, KIND_AT + 1);
    if (order == 0) order = compare_part(a, a_len, b, b_len, 0, SIZE_MAX);
    return order;
}

/* Kinds 0, 6, 7 and 8; an entry without a whole head of this version has no kind. */
static bool must_be_alone(const uint8_t *entry, size_t entry_len) {
    if (entry_len < BYTES_END || entry[0] != 1) return false;
    uint8_t kind = entry[KIND_AT];
    return kind == RR_FIRST || kind == RR_NOTICE || kind == RR_OPENING || kind == RR_CLOSE;
}

void rr_batch_init(rr_batch *batch) {
    batch->entries = 0;
    batch->alone = batch->faulty = false;
    batch->previous_len = 0;
}

static const char *batch_rule(const rr_batch *batch, bool alone, const uint8_t *entry, size_t entry_len) {
    if (batch->entries == 0 || batch->faulty) return NULL;
    if (batch->alone || alone)
        return "the batch holds an entry of kind 0, 6, 7 or 8 and others: such an entry is appended alone";
    if (rr_record_compare(batch->previous, batch->previous_len, entry, entry_len) > 0)
        return "the batch is not sorted by nullifier, kind and record";
    return NULL;
}

const char *rr_batch_next(rr_batch *batch, bool begins, const uint8_t *entry, size_t entry_len) {
    if (begins) rr_batch_init(batch);
    bool alone = must_be_alone(entry, entry_len);
    const char *rule = batch_rule(batch, alone, entry, entry_len);
    batch->faulty = batch->faulty || rule != NULL;
    batch->alone = batch->alone || alone;
    batch->entries++;
    batch->previous_len = entry_len < RR_ENTRY_MAX ? entry_len : RR_ENTRY_MAX;
    if (entry_len != 0) memcpy(batch->previous, entry, batch->previous_len);
    return rule;
}
