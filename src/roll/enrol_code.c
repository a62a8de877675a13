/* SPDX-License-Identifier: Apache-2.0 */
/* Invitation codes and the registrar's file of those that are unused (docs/spec/enrolment.md). */
#include "roll/enrol_code.h"

#include <string.h>

#include "base/sha2.h"
#include "base/text.h"
#include "roll/keycard_plain.h"
#include "roundrobin/enrol.h"

rr_status rr_code_new(char code[RR_CODE_SIZE], const rr_random *random) {
    return rr_groups_new(code, RR_CODE_SIZE / 5, random);
}

rr_status rr_code_read(char code[RR_CODE_SIZE], const char *typed) {
    return rr_groups_read(code, RR_CODE_SIZE / 5, typed) ? RR_OK : RR_MALFORMED;
}

bool rr_code_is(rr_text text) {
    if (text.len != RR_CODE_SIZE - 1) return false;
    for (size_t i = 0; i < text.len; i++) {
        bool ok = i % 5 == 4 ? text.start[i] == '-' : memchr(RR_GROUPS_ALPHABET, text.start[i], 32) != NULL;
        if (!ok) return false;
    }
    return true;
}

rr_status rr_code_hash(rr_hash *hash, const char *code, size_t code_len) {
    rr_text text = {code, code_len};
    if (!rr_code_is(text)) return RR_MALFORMED;
    rr_sha256_of(hash->bytes, code, code_len);
    return RR_OK;
}

static rr_status refuse(rr_reader *r, const char *rule) {
    rr_reader_fail(r, rule);
    if (r->error) r->error->status = RR_REFUSED;
    return RR_REFUSED;
}

/* Roll-Id and edition; RR_REFUSED if they are not those of the enrolment. */
static rr_status read_head(rr_reader *r, const rr_enrolment_file *enrolment) {
    uint8_t id[32];
    uint32_t edition;
    rr_text value;
    rr_status status =
        rr_reader_first(r, "round-robin codes v1", "a file of codes begins with the line `round-robin codes v1`");
    if (!status) status = rr_reader_header(r, &value, RR_HEADER("Roll-Id"));
    if (status) return status;
    if (!rr_text_hex(id, sizeof id, value)) return rr_reader_fail_at(r, value, "64 lowercase hex digits belong here");
    if (memcmp(id, enrolment->roll_id.bytes, sizeof id) != 0)
        return refuse(r, "the codes are those of another roll than the request's");
    status = rr_reader_header(r, &value, RR_HEADER("Edition"));
    if (status) return status;
    if (!rr_text_number(&edition, value) || edition == 0) return rr_reader_fail_at(r, value, "an edition is a number from 1");
    if (edition != enrolment->edition) return refuse(r, "the codes are those of another edition than the request's");
    return rr_reader_empty(r);
}

/* One line; lines ascend as bytes, TAB being below all that a member may hold. */
static rr_status read_code(rr_reader *r, rr_text *member, rr_hash *hash, rr_text before) {
    rr_text rest = r->line;
    if (!rr_text_cut(member, &rest, '\t') || !rr_text_hex(hash->bytes, sizeof hash->bytes, rest) || !rr_text_is_member(*member))
        return rr_reader_fail(r, "a line is a member, TAB, and 64 lowercase hex digits");
    if (before.start && rr_text_compare(before, r->line) >= 0)
        return rr_reader_fail(r, "lines ascend bytewise, and no two are equal");
    return RR_OK;
}

rr_status rr_codes_find(uint32_t *line, rr_error *error, const char *text, size_t text_len,
                        const rr_enrolment_file *enrolment) {
    rr_hash wanted, hash;
    rr_reader r;
    rr_text member, before = {NULL, 0};
    bool found = false, is_others = false;
    rr_reader_init(&r, error, text, text_len);
    rr_status status = read_head(&r, enrolment);
    if (status) return status;
    bool has_code = rr_code_hash(&wanted, enrolment->code.start, enrolment->code.len) == RR_OK;
    r.tab_allowed = true;
    while (!(status = rr_reader_next(&r)) && !(status = read_code(&r, &member, &hash, before))) {
        before = r.line;
        if (!has_code || memcmp(hash.bytes, wanted.bytes, sizeof wanted.bytes) != 0) continue;
        if (!rr_text_equal(member, enrolment->member))
            is_others = true;
        else {
            *line = r.number;
            found = true;
        }
    }
    if (status != RR_NOT_FOUND) return status;
    if (found) return RR_OK;
    status = is_others ? RR_REFUSED : RR_NOT_FOUND;
    if (error) {
        error->status = status;
        error->rule = is_others  ? "the invitation code is another member's"
                      : has_code ? "the invitation code is not among those that are unused"
                                 : "the request has no invitation code";
    }
    return status;
}
