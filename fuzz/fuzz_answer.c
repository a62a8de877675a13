/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an answer.  What is taken lies inside them, and packs to the same answer. */
#include <stdlib.h>
#include <string.h>

#include "roundrobin/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    const uint8_t *record = NULL;
    size_t record_len = 0;
    uint8_t again[RR_ANSWER_SIZE];
    rr_record_head head;
    rr_status status = rr_answer_unpack(&record, &record_len, data, len);
    if (status != RR_OK) {
        if (status != RR_MALFORMED) abort();
        if (len == RR_ANSWER_SIZE && ((size_t)data[0] | (size_t)data[1] << 8) <= RR_ANSWER_SIZE - 2) abort();
        return 0;
    }
    if (len != RR_ANSWER_SIZE) abort();
    if (record_len > 0 && (record < data || record + record_len > data + len)) abort();
    memcpy(again, data, sizeof again);
    /* Records are smaller than what the length can say, so packing may refuse, but not change. */
    status = rr_answer_pack(again, record, record_len);
    if (status == RR_OK && memcmp(again, data, sizeof again) != 0) abort();
    status = rr_record_head_read(&head, record, record_len);
    if (status == RR_OK &&
        (record_len < 38 || record[0] != 1 || record[1] != head.kind || memcmp(record + 6, head.bytes, 32) != 0))
        abort();
    if (status != RR_OK && status != RR_MALFORMED) abort();
    return 0;
}
