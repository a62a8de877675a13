/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/record.h"

#include <string.h>

#include "base/bytes.h"
#include "proof/internal.h"

rr_ring_shape rr_ring_shape_of(rr_kind kind, unsigned m) {
    rr_ring_shape s = {.sealed = kind == RR_SEALED, .m = m};
    unsigned p = 0, i = 0;
    s.T = p++;
    if (s.sealed) s.E = p++;
    s.Q = p++;
    s.A = p++;
    s.C = p++;
    s.X = p, p += m;
    if (s.sealed) s.X_seal = p, p += m;
    if (s.sealed) s.R_E = p++;
    s.R_Q = p++;
    s.R_T = p++;
    s.points = p;
    s.f = i, i += (RR_RADIX - 1) * m;
    s.z_A = i++;
    s.z = i++;
    if (s.sealed) s.z_e = i++;
    s.z_k = i++;
    s.z_r = i++;
    s.scalars = i;
    s.size = rr_point_at(p + i);
    return s;
}

size_t rr_ring_record_size(rr_kind kind, uint32_t count) {
    if (kind != RR_ANONYMOUS && kind != RR_SEALED) return 0;
    return rr_ring_shape_of(kind, rr_ring_digits(count)).size;
}

void rr_record_prefix_write(uint8_t *record, rr_kind kind, uint32_t number) {
    record[0] = RR_RECORD_VERSION;
    record[1] = (uint8_t)kind;
    rr_store32_le(record + 2, number);
}

rr_status rr_record_head_read(rr_record_head *head, const uint8_t *record, size_t record_len) {
    if (record_len < RR_RECORD_PREFIX + sizeof head->bytes || record[0] != RR_RECORD_VERSION || record[1] > RR_CLOSE)
        return RR_MALFORMED;
    head->kind = (rr_kind)record[1];
    head->number = rr_load32_le(record + 2);
    memcpy(head->bytes, record + RR_RECORD_PREFIX, sizeof head->bytes);
    return RR_OK;
}

/* LE16 length | record | filler */
rr_status rr_answer_pack(uint8_t answer[RR_ANSWER_SIZE], const uint8_t *record, size_t record_len) {
    if (record_len > RR_ANSWER_SIZE - 2) return RR_NO_SPACE;
    rr_store16_le(answer, (uint16_t)record_len);
    if (record_len != 0) memcpy(answer + 2, record, record_len);
    return RR_OK;
}

rr_status rr_answer_unpack(const uint8_t **record, size_t *record_len, const uint8_t *answer, size_t answer_len) {
    if (answer_len != RR_ANSWER_SIZE) return RR_MALFORMED;
    size_t len = (size_t)answer[0] | (size_t)answer[1] << 8;
    if (len > RR_ANSWER_SIZE - 2) return RR_MALFORMED;
    *record = answer + 2;
    *record_len = len;
    return RR_OK;
}
