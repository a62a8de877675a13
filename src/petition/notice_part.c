/* SPDX-License-Identifier: Apache-2.0 */
/* What a trustee signs of a notice, as a text file; and the leaf that is made of `t` of them. */
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "petition/judge_internal.h"
#include "roundrobin/opening.h"

#define FIRST "round-robin notice v1"

size_t rr_notice_part_write(char out[RR_NOTICE_PART_MAX], const rr_notice_part *part) {
    rr_writer w = {out, RR_NOTICE_PART_MAX, 0};
    rr_write(&w, FIRST "\n");
    rr_write_header_hex(&w, "Petition", part->pid.bytes, sizeof part->pid.bytes);
    rr_write_name(&w, "Checkpoint");
    rr_write_number(&w, part->size);
    rr_write(&w, " ");
    rr_write_hex(&w, part->root.bytes, sizeof part->root.bytes);
    rr_write(&w, "\n");
    rr_write_header_number(&w, "Trustee", part->j);
    rr_write_header_hex(&w, "Proof", part->proof, sizeof part->proof);
    return w.len;
}

static rr_status read_checkpoint(rr_notice_part *part, rr_reader *r) {
    rr_text value, size, root;
    rr_status status = rr_reader_header(r, &value, RR_HEADER("Checkpoint"));
    if (status != RR_OK) return status;
    uint32_t number;
    root = value;
    if (!rr_text_cut(&size, &root, ' ') || !rr_text_number(&number, size) ||
        !rr_text_hex(part->root.bytes, sizeof part->root.bytes, root))
        return rr_reader_fail_at(r, value, "a checkpoint is its size, one space, and its root in 64 lowercase hex digits");
    part->size = number;
    return RR_OK;
}

rr_status rr_notice_part_read(rr_notice_part *part, rr_error *error, const char *text, size_t len) {
    rr_reader r;
    rr_text value;
    memset(part, 0, sizeof *part);
    rr_reader_init(&r, error, text, len);
    if (len > RR_NOTICE_PART_MAX) return rr_reader_fail_line(&r, 0, "the file is longer than a trustee's part of a notice");
    rr_status status = rr_reader_first(&r, FIRST, "here comes the line `" FIRST "`");
    if (!status) status = rr_reader_header(&r, &value, RR_HEADER("Petition"));
    if (!status && !rr_text_hex(part->pid.bytes, sizeof part->pid.bytes, value))
        return rr_reader_fail_at(&r, value, "a petition's number is 64 lowercase hex digits");
    if (!status) status = read_checkpoint(part, &r);
    if (!status) status = rr_reader_header(&r, &value, RR_HEADER("Trustee"));
    if (!status && (!rr_text_number(&part->j, value) || part->j < 1 || part->j > RR_TRUSTEE_MAX))
        return rr_reader_fail_at(&r, value, "a trustee's number is 1 to 255");
    if (!status) status = rr_reader_header(&r, &value, RR_HEADER("Proof"));
    if (!status && !rr_text_hex(part->proof, sizeof part->proof, value))
        return rr_reader_fail_at(&r, value, "a proof is 128 lowercase hex digits");
    if (!status)
        status = rr_reader_next(&r);
    else
        return status;
    if (status == RR_OK) return rr_reader_fail(&r, "nothing comes after the proof");
    return status == RR_NOT_FOUND ? RR_OK : status;
}

static const char *part_fault(rr_status *status, const rr_case *about, const rr_pid *pid, uint32_t j) {
    *status = RR_REFUSED;
    if (memcmp(pid, &about->petition->pid, sizeof *pid) != 0) return "it is of another petition";
    if (j < 1 || j > about->petition->trustee_count) return "it is of a trustee whom the petition does not have";
    return NULL;
}

rr_status rr_notice_part_check_var(const char **rule, const rr_case *about, const rr_notice_part *part) {
    rr_status status;
    *rule = part_fault(&status, about, &part->pid, part->j);
    if (*rule) return status;
    rr_claim claim = {.what = RR_CLAIM_NOTICE,
                      .record = part->proof,
                      .record_len = sizeof part->proof,
                      .size = part->size,
                      .leaf = part->root,
                      .trustee = part->j,
                      .trustee_key = &about->petition->trustees[part->j - 1].key};
    status = rr_verify_var(about->params, about->subject, NULL, &claim, NULL, 0);
    if (status != RR_OK) *rule = "the trustee's proof does not verify";
    return status == RR_OK ? RR_OK : RR_INVALID;
}

size_t rr_notice_make(uint8_t leaf[RR_NOTICE_MAX], const rr_petition *petition, const rr_notice_part *parts, size_t count) {
    if (count != petition->trustee_threshold) return 0;
    for (size_t i = 0; i < count; i++)
        if (parts[i].size != parts[0].size || memcmp(&parts[i].root, &parts[0].root, sizeof parts[0].root) != 0 ||
            (i > 0 && parts[i].j <= parts[i - 1].j))
            return 0;
    memset(leaf, 0, RR_HEAD_SIZE);
    leaf[0] = 1;
    leaf[1] = RR_NOTICE;
    memcpy(leaf + RR_BYTES_AT, parts[0].root.bytes, sizeof parts[0].root.bytes);
    rr_store64_le(leaf + RR_HEAD_SIZE, parts[0].size);
    uint8_t *at = leaf + RR_HEAD_SIZE + 8;
    *at++ = (uint8_t)count;
    for (size_t i = 0; i < count; i++, at += 65) {
        at[0] = (uint8_t)parts[i].j;
        memcpy(at + 1, parts[i].proof, sizeof parts[i].proof);
    }
    return (size_t)(at - leaf);
}
