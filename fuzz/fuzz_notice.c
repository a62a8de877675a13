/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as one trustee's part of a notice, and of an opening.  What is read as the first is written back byte for byte. */
#include <string.h>

#include "require.h"
#include "roundrobin/opening.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    rr_notice_part notice;
    rr_opening_part opening;
    rr_error error;
    const char *rule = NULL;
    char out[RR_NOTICE_PART_MAX];
    if (rr_notice_part_read(&notice, &error, (const char *)data, len) == RR_OK)
        require(rr_notice_part_write(out, &notice) == len && memcmp(out, data, len) == 0);
    else
        require(error.rule != NULL);
    if (rr_opening_part_read(&opening, &rule, data, len) == RR_OK)
        require(rr_opening_part_size(opening.count) == len && opening.items == data + RR_OPENING_PART_HEAD && opening.j >= 1 &&
                opening.j <= RR_TRUSTEE_MAX);
    else
        require(rule != NULL);
    return 0;
}
