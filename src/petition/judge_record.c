/* SPDX-License-Identifier: Apache-2.0 */
/* What a record must be before its proof is looked at (PROTOCOL.md section 4). */
#include <string.h>

#include "base/bytes.h"
#include "petition/judge_internal.h"

static const char *ring_rule(const rr_case *about, rr_kind kind, uint32_t ring, size_t record_len) {
    uint32_t count = rr_rings_ring_size(about->rings, ring);
    if (count == 0) return "the ring does not exist";
    if (count < about->petition->ring_minimum) return "the ring is smaller than the petition's Ring-Minimum";
    if (record_len != rr_ring_record_size(kind, count)) return "the record has not the size of its kind in this ring";
    return NULL;
}

static const char *place_rule(const rr_case *about, uint32_t place, size_t record_len) {
    if (record_len != RR_PLAIN_SIZE) return "the record has not the size of its kind";
    if (place >= about->roll->entry_count) return "the place is not on the roll";
    return NULL;
}

const char *rr_record_rule(const rr_case *about, const uint8_t *record, size_t record_len) {
    if (record_len < RR_HEAD_SIZE) return "the entry is too short to be one";
    if (record[0] != 1) return "the entry's version is not 1";
    unsigned modes = about->petition->modes;
    uint32_t number = rr_load32_le(record + RR_NUMBER_AT);
    switch (record[1]) {
    case RR_ANONYMOUS:
        if (!(modes & RR_MODE_ANONYMOUS)) return "the petition has no mode `anonymous`";
        return ring_rule(about, RR_ANONYMOUS, number, record_len);
    case RR_SEALED:
        if (!(modes & RR_MODE_SEALED)) return "the petition has no mode `sealed`";
        return ring_rule(about, RR_SEALED, number, record_len);
    case RR_NAMED:
    case RR_STEP_FORWARD:
        if (!(modes & RR_MODE_NAMED)) return "the petition has no mode `named`";
        return place_rule(about, number, record_len);
    case RR_WITHDRAW:
        if (record_len != RR_WITHDRAW_SIZE) return "the record has not the size of its kind";
        return number == 0 ? NULL : "the number in a withdrawal is 0";
    case RR_FIRST:
    case RR_NOTICE:
    case RR_OPENING:
    case RR_CLOSE: return "an entry of this kind is no record of a member";
    default: return "the entry is of no known kind";
    }
}

void rr_record_claim(rr_claim *claim, const rr_case *about, const uint8_t *record, size_t record_len, const rr_ring *ring) {
    memset(claim, 0, sizeof *claim);
    claim->what = RR_CLAIM_RECORD;
    claim->record = record;
    claim->record_len = record_len;
    if (record[1] == RR_ANONYMOUS || record[1] == RR_SEALED) claim->ring = ring;
    if (record[1] == RR_NAMED || record[1] == RR_STEP_FORWARD)
        claim->entry = &about->roll->entries[rr_load32_le(record + RR_NUMBER_AT)].key;
}

const char *rr_proof_rule(rr_status proof) {
    switch (proof) {
    case RR_OK: return NULL;
    case RR_INVALID: return "the proof does not verify";
    case RR_MALFORMED: return "the record holds a point or a scalar that is not canonical, or the identity";
    case RR_REFUSED: return "the petition does not take such a record";
    default: return "the proof was not verified";
    }
}
