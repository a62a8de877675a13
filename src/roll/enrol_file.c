/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolment requests (docs/spec/enrolment.md). */
#include <string.h>

#include "base/text.h"
#include "roll/enrol_code.h"
#include "roll/keycard_plain.h"
#include "roundrobin/enrol.h"

static const char FIRST[] = "round-robin enrolment request v1";
static const char SIGNATURE_BEGIN[] = "-----BEGIN SSH SIGNATURE-----";
static const char SIGNATURE_END[] = "-----END SSH SIGNATURE-----";

static rr_status read_number(uint32_t *number, rr_reader *r, const char *name, const char *missing, uint32_t most,
                             const char *rule) {
    rr_text value;
    rr_status status = rr_reader_header(r, &value, name, missing);
    if (status) return status;
    return rr_text_number(number, value) && *number >= 1 && *number <= most ? RR_OK : rr_reader_fail_at(r, value, rule);
}

static rr_status read_hex(uint8_t bytes[32], rr_reader *r, const char *name, const char *missing) {
    rr_text value;
    rr_status status = rr_reader_header(r, &value, name, missing);
    if (status) return status;
    return rr_text_hex(bytes, 32, value) ? RR_OK : rr_reader_fail_at(r, value, "64 lowercase hex digits belong here");
}

static rr_status read_head(rr_enrolment_file *e, rr_reader *r) {
    rr_status status =
        rr_reader_first(r, FIRST, "an enrolment request begins with the line `round-robin enrolment request v1`");
    if (!status) status = read_hex(e->roll_id.bytes, r, RR_HEADER("Roll-Id"));
    if (!status) status = read_number(&e->edition, r, RR_HEADER("Edition"), UINT32_MAX, "an edition is a number from 1");
    if (!status) status = rr_reader_header(r, &e->member, RR_HEADER("Member"));
    if (!status && !rr_text_is_member(e->member))
        status = rr_reader_fail_at(r, e->member, "a member is 1 to 64 of A-Z a-z 0-9 . _ -");
    if (!status) status = read_number(&e->slot_count, r, RR_HEADER("Slots"), RR_KEYCARD_SLOTS_MAX, "a book has 1 to 64 slots");
    if (!status) status = read_hex(e->salt, r, RR_HEADER("Salt"));
    if (!status) status = rr_reader_header(r, &e->name, RR_HEADER("Name"));
    if (!status && e->name.len > RR_KEYCARD_NAME_MAX) status = rr_reader_fail_at(r, e->name, "a name has 255 bytes at most");
    if (status) return status;
    status = rr_reader_optional(r, &e->code, "Code");
    if (!status && !rr_code_is(e->code))
        return rr_reader_fail_at(r, e->code, "an invitation code is seven groups of four characters");
    if (status && status != RR_NOT_FOUND) return status;
    return rr_reader_empty(r);
}

static rr_status read_book(rr_enrolment_file *e, rr_reader *r) {
    e->book_len = (size_t)e->slot_count * RR_ENROL_SLOT_SIZE;
    for (uint32_t i = 0; i < e->slot_count; i++) {
        static const char rule[] = "here comes a slot of the book: 256 lowercase hex digits; there are as many as `Slots` says";
        rr_status status = rr_reader_need(r, rule);
        if (status) return status;
        if (!rr_text_hex(e->book + RR_ENROL_SLOT_SIZE * i, RR_ENROL_SLOT_SIZE, r->line)) return rr_reader_fail(r, rule);
    }
    return RR_OK;
}

/* Only its lines; what is in them is for rr_ssh_signature_check_var. */
static rr_status read_signature(rr_enrolment_file *e, rr_reader *r) {
    rr_status status = rr_reader_next(r);
    if (status == RR_NOT_FOUND) return RR_OK;
    if (status) return status;
    if (!rr_text_is(r->line, SIGNATURE_BEGIN)) return rr_reader_fail(r, "after the book comes an SSH signature or nothing");
    e->signature.start = r->line.start;
    do status = rr_reader_need(r, "the END line of the SSH signature is missing");
    while (!status && !rr_text_is(r->line, SIGNATURE_END));
    if (status) return status;
    e->signature.len = (size_t)(r->rest.start - e->signature.start);
    return r->rest.len == 0 ? RR_OK : rr_reader_fail_line(r, r->number + 1, "nothing comes after the SSH signature");
}

rr_status rr_enrolment_parse(rr_enrolment_file *enrolment, rr_error *error, const char *text, size_t text_len) {
    rr_reader r;
    memset(enrolment, 0, sizeof *enrolment);
    rr_reader_init(&r, error, text, text_len);
    if (text_len > RR_ENROLMENT_TEXT_MAX) return rr_reader_fail_line(&r, 0, "the file is longer than any enrolment request");
    rr_status status = read_head(enrolment, &r);
    if (!status) status = read_book(enrolment, &r);
    if (!status) status = read_signature(enrolment, &r);
    return status;
}

rr_status rr_enrolment_write(char *text, size_t text_cap, size_t *text_len, const rr_enrolment_file *enrolment) {
    if (enrolment->book_len > RR_BOOK_MAX || enrolment->book_len % RR_ENROL_SLOT_SIZE != 0) return RR_ARGUMENT;
    rr_writer w = {text, text_cap, 0};
    rr_write(&w, FIRST);
    rr_write(&w, "\n");
    rr_write_header_hex(&w, "Roll-Id", enrolment->roll_id.bytes, sizeof enrolment->roll_id.bytes);
    rr_write_header_number(&w, "Edition", enrolment->edition);
    rr_write_header(&w, "Member", enrolment->member);
    rr_write_header_number(&w, "Slots", enrolment->slot_count);
    rr_write_header_hex(&w, "Salt", enrolment->salt, sizeof enrolment->salt);
    rr_write_header(&w, "Name", enrolment->name);
    if (enrolment->code.len > 0) rr_write_header(&w, "Code", enrolment->code);
    rr_write(&w, "\n");
    for (size_t i = 0; i < enrolment->book_len; i += RR_ENROL_SLOT_SIZE) {
        rr_write_hex(&w, enrolment->book + i, RR_ENROL_SLOT_SIZE);
        rr_write(&w, "\n");
    }
    rr_write_text(&w, enrolment->signature);
    if (w.len > text_cap) return RR_NO_SPACE;
    /* The parser is the one judge of what was handed in. */
    rr_enrolment_file again;
    *text_len = w.len;
    return rr_enrolment_parse(&again, NULL, text, w.len) ? RR_ARGUMENT : RR_OK;
}

void rr_enrolment_of_card(rr_enrolment_file *enrolment, const rr_keycard *card, const uint8_t *book, size_t book_len) {
    memset(enrolment, 0, sizeof *enrolment);
    enrolment->roll_id = card->roll_id;
    enrolment->edition = card->edition;
    enrolment->slot_count = card->slot_count;
    enrolment->member = rr_text_of(card->member);
    enrolment->name = rr_text_of(card->name);
    memcpy(enrolment->salt, card->salt, sizeof enrolment->salt);
    if (book_len > RR_BOOK_MAX) return; /* then it is refused when it is written */
    memcpy(enrolment->book, book, book_len);
    enrolment->book_len = book_len;
}
