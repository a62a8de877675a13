/* SPDX-License-Identifier: Apache-2.0 */
#include "roll/edition_file.h"

#include <string.h>

#include "base/bytes.h"
#include "base/text.h"

#define FIRST "round-robin edition v1"

static rr_status read_number(uint32_t *number, rr_reader *r, const char *name, const char *missing, uint32_t most,
                             const char *rule) {
    rr_text value;
    rr_status status = rr_reader_header(r, &value, name, missing);
    if (status) return status;
    if (!rr_text_number(number, value) || *number == 0 || *number > most) return rr_reader_fail_at(r, value, rule);
    return RR_OK;
}

static rr_status read_headers(rr_edition_file *file, rr_reader *r) {
    rr_text value;
    rr_status status = rr_reader_first(r, FIRST, "here comes the line `" FIRST "`");
    if (!status) status = rr_reader_header(r, &value, RR_HEADER("Roll-Id"));
    if (!status && !rr_text_hex(file->roll_id.bytes, sizeof file->roll_id.bytes, value))
        return rr_reader_fail_at(r, value, "a roll's id is 64 lowercase hex digits");
    if (!status) status = rr_reader_header(r, &file->body, RR_HEADER("Body"));
    if (!status) status = rr_reader_header(r, &value, RR_HEADER("Registrar"));
    if (!status && rr_vkey_read(&file->registrar, NULL, value, RR_VKEY_ED25519) != RR_OK)
        return rr_reader_fail_at(r, value, "this is no verifier key of type 1");
    if (!status) status = read_number(&file->edition, r, RR_HEADER("Edition"), UINT32_MAX, "an edition is a number from 1");
    if (!status)
        status = read_number(&file->slot_count, r, RR_HEADER("Slots"), RR_KEYCARD_SLOTS_MAX, "there are 1 to 64 slots");
    return status;
}

rr_status rr_edition_file_parse(rr_edition_file *file, rr_error *error, const char *text, size_t len) {
    rr_reader r;
    memset(file, 0, sizeof *file);
    rr_reader_init(&r, error, text, len);
    if (len > RR_EDITION_TEXT_MAX) return rr_reader_fail_line(&r, 0, "the file is longer than any edition file");
    rr_status status = read_headers(file, &r);
    if (status) return status;
    status = rr_reader_next(&r);
    if (!status) return rr_reader_fail(&r, "nothing comes after `Slots`");
    return status == RR_NOT_FOUND ? RR_OK : status;
}

rr_status rr_edition_file_write(char *text, size_t text_cap, size_t *len, const rr_edition_file *file) {
    rr_writer w = {text, text_cap, 0};
    rr_write(&w, FIRST "\n");
    rr_write_header_hex(&w, "Roll-Id", file->roll_id.bytes, sizeof file->roll_id.bytes);
    rr_write_header(&w, "Body", file->body);
    rr_write_header(&w, "Registrar", file->registrar.text);
    rr_write_header_number(&w, "Edition", file->edition);
    rr_write_header_number(&w, "Slots", file->slot_count);
    if (w.len > text_cap) return RR_NO_SPACE;
    /* The parser is the one judge of what was handed in. */
    rr_edition_file again;
    *len = w.len;
    return rr_edition_file_parse(&again, NULL, text, w.len) ? RR_ARGUMENT : RR_OK;
}

void rr_edition_path(char path[RR_EDITION_PATH_SIZE], const rr_roll_id *roll_id, uint32_t edition) {
    rr_writer w = {path, RR_EDITION_PATH_SIZE, 0};
    rr_write(&w, "/e/");
    rr_write_hex(&w, roll_id->bytes, sizeof roll_id->bytes);
    rr_write(&w, "/");
    rr_write_number(&w, edition);
    rr_write_text(&w, (rr_text){"/", 2}); /* with the terminator */
}
