/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a record over one fixed ring and petition (fixed.h).  Single and batch verification agree, and what verifies no longer
 * does when any byte of it is another one. */
#include <stdlib.h>
#include <string.h>

#include "fixed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static rr_fuzz_fixed fixed;

static rr_status verify(const rr_claim *claim) {
    size_t size = rr_verify_scratch_size(claim);
    void *scratch = malloc(size ? size : 1);
    uint32_t failed = 0;
    if (!scratch) abort();
    rr_status status = rr_verify_var(fixed.params, fixed.subject, &failed, claim, scratch, size);
    free(scratch);
    if (status == RR_INVALID && (failed == 0 || failed >> 6)) abort();
    if (status != RR_OK && status != RR_INVALID && status != RR_MALFORMED) abort();
    return status;
}

static rr_status verify_batch(const rr_claim *claim) {
    const rr_claim two[2] = {*claim, *claim};
    uint32_t state = 1;
    rr_random random = {rr_fuzz_fill, &state};
    rr_status results[2] = {RR_OK, RR_OK};
    size_t size = rr_verify_batch_scratch_size(two, 2);
    void *scratch = malloc(size ? size : 1);
    if (!scratch) abort();
    rr_status status = rr_verify_batch_var(fixed.params, fixed.subject, results, two, 2, &random, scratch, size);
    free(scratch);
    if (results[0] != results[1] || (status == RR_OK) != (results[0] == RR_OK)) abort();
    return results[0];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    rr_record_head head;
    if (!fixed.params) rr_fuzz_fixed_make(&fixed);
    rr_status status = rr_record_head_read(&head, data, len);
    if (status != RR_OK) {
        if (status != RR_MALFORMED || (len >= 38 && data[0] == 1 && data[1] <= 8)) abort();
        return 0;
    }
    if (head.kind < RR_ANONYMOUS || head.kind > RR_WITHDRAW) return 0;
    rr_claim claim;
    memset(&claim, 0, sizeof claim);
    claim.what = RR_CLAIM_RECORD;
    claim.record = data;
    claim.record_len = len;
    claim.ring = fixed.ring;
    claim.entry = &fixed.keys[head.number % RR_FUZZ_RING];
    status = verify(&claim);
    if (verify_batch(&claim) != status) abort();
    if (status == RR_OK) {
        uint8_t other[RR_RECORD_MAX];
        if (len > sizeof other) abort();
        memcpy(other, data, len);
        other[(data[len - 1] * 7u) % len] ^= 1;
        claim.record = other;
        if (verify(&claim) == RR_OK) abort();
    }
    return 0;
}
