/* SPDX-License-Identifier: Apache-2.0 */
/* What registrars ask of a server: to open an edition, to close it, to hand the sealed requests out, to keep receipts. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "roundrobin/log.h"
#include "server/enrolment.h"

static rr_status fault_of_text(rr_file_error *error, const char *where, const rr_error *why) {
    return rr_enrolment_fault(error, RR_MALFORMED, where, why->line, why->rule ? why->rule : rr_status_text(RR_MALFORMED));
}

/* ---- the lists ------------------------------------------------------------------------------------------------------ */

/* Lines are member TAB 64 hex; they ascend, so that none is there twice. */
static rr_status read_line(rr_reader *r, rr_text *member, uint8_t bytes[32], rr_text *before) {
    rr_text rest = r->line;
    if (!rr_text_cut(member, &rest, '\t') || !rr_text_is_member(*member) || !rr_text_hex(bytes, 32, rest))
        return rr_reader_fail(r, "a line is a member, TAB, and 64 lowercase hex digits");
    if (before->start && rr_text_compare(*before, r->line) >= 0)
        return rr_reader_fail(r, "lines ascend bytewise, and no two are equal");
    *before = r->line;
    return RR_OK;
}

static rr_status read_codes_head(rr_reader *r, const rr_store_edition_key *key) {
    rr_text value;
    uint8_t id[32];
    uint32_t edition;
    rr_status s = rr_reader_first(r, "round-robin codes v1", "here comes the line `round-robin codes v1`");
    if (!s) s = rr_reader_header(r, &value, RR_HEADER("Roll-Id"));
    if (!s && (!rr_text_hex(id, sizeof id, value) || memcmp(id, key->roll_id.bytes, sizeof id) != 0))
        return rr_reader_fail_at(r, value, "the codes are of another roll");
    if (!s) s = rr_reader_header(r, &value, RR_HEADER("Edition"));
    if (!s && (!rr_text_number(&edition, value) || edition != key->edition))
        return rr_reader_fail_at(r, value, "the codes are of another edition");
    return s ? s : rr_reader_empty(r);
}

/* Room for each line that the text can have. */
static void *take_lines(rr_blob text, size_t size) {
    size_t lines = 1;
    for (size_t i = 0; i < text.len; i++) lines += text.bytes[i] == '\n';
    return calloc(lines, size);
}

rr_status rr_edition_codes_read(rr_store_code **codes, size_t *count, rr_file_error *error, rr_blob text,
                                const rr_store_edition_key *key) {
    rr_error why = {RR_MALFORMED, 0, 0, NULL};
    rr_reader r;
    rr_text before = {NULL, 0};
    *count = 0;
    *codes = take_lines(text, sizeof **codes);
    if (!*codes) return rr_enrolment_fault(error, RR_NO_SPACE, "memory", -1, "memory has ended");
    rr_reader_init(&r, &why, (const char *)text.bytes, text.len);
    rr_status status = read_codes_head(&r, key);
    r.tab_allowed = true;
    while (!status && !(status = rr_reader_next(&r))) {
        rr_store_code *code = &(*codes)[*count];
        status = read_line(&r, &code->member, code->hash.bytes, &before);
        *count += status == RR_OK;
    }
    return status == RR_NOT_FOUND ? RR_OK : fault_of_text(error, "codes", &why);
}

rr_status rr_edition_ssh_read(rr_store_ssh **ssh, size_t *count, rr_file_error *error, rr_blob text) {
    rr_error why = {RR_MALFORMED, 0, 0, NULL};
    rr_reader r;
    rr_text before = {NULL, 0};
    rr_status status = RR_OK;
    *count = 0;
    *ssh = take_lines(text, sizeof **ssh);
    if (!*ssh) return rr_enrolment_fault(error, RR_NO_SPACE, "memory", -1, "memory has ended");
    if (text.len == 0) return RR_OK;
    rr_reader_init(&r, &why, (const char *)text.bytes, text.len);
    r.tab_allowed = true;
    while (!status && !(status = rr_reader_next(&r))) {
        rr_store_ssh *line = &(*ssh)[*count];
        status = read_line(&r, &line->member, line->key, &before);
        *count += status == RR_OK;
    }
    return status == RR_NOT_FOUND ? RR_OK : fault_of_text(error, "ssh", &why);
}

/* ---- the edition ---------------------------------------------------------------------------------------------------- */

static rr_status read_edition(rr_edition_file *file, rr_store_edition_key *key, rr_file_error *error, const rr_parcel *parcel,
                              size_t parts) {
    rr_error why = {RR_MALFORMED, 0, 0, NULL};
    if (error) *error = (rr_file_error){RR_OK, NULL, -1, NULL, 0};
    if (parcel->count != parts)
        return rr_enrolment_fault(error, RR_MALFORMED, "parcel", -1, "it has not the parts it should have");
    if (rr_edition_file_parse(file, &why, (const char *)parcel->parts[0].bytes, parcel->parts[0].len))
        return fault_of_text(error, "edition", &why);
    if (!rr_text_equal(file->registrar.text, parcel->signer->text))
        return rr_enrolment_fault(error, RR_REFUSED, "edition", -1, "the request is not signed by the edition's registrar");
    *key = (rr_store_edition_key){file->roll_id, file->edition};
    return RR_OK;
}

/* One that is here must be the same file: what members were told does not change. */
static rr_status need_same(rr_file_error *error, rr_store_reader *reader, const rr_store_edition_key *key, rr_blob file) {
    rr_bytes_out kept = {NULL, 0};
    bool open;
    rr_status status = rr_enrolment_stored(error, rr_store_edition(reader, error, &kept, &open, key));
    if (status == RR_NOT_FOUND) return rr_enrolment_fault(error, status, "edition", -1, "no such edition is here");
    if (!status && (kept.len != file.len || memcmp(kept.bytes, file.bytes, file.len) != 0))
        status = rr_enrolment_fault(error, RR_REFUSED, "edition", -1, "this edition is here with other headers");
    free(kept.bytes);
    return status;
}

static rr_status need_own_roll(rr_file_error *error, rr_store_reader *reader, const rr_edition_file *file) {
    rr_bytes_out bundle = {NULL, 0};
    const uint8_t *entry;
    size_t offset = 0, len;
    rr_status status = rr_enrolment_stored(error, rr_store_editions(reader, error, &bundle, false));
    while (!status && rr_bundle_next(bundle.bytes, bundle.len, &offset, &entry, &len) == RR_OK) {
        rr_edition_file other;
        if (rr_edition_file_parse(&other, NULL, (const char *)entry, len)) continue;
        if (memcmp(&other.roll_id, &file->roll_id, sizeof other.roll_id) != 0) continue;
        if (!rr_text_equal(other.registrar.text, file->registrar.text))
            status = rr_enrolment_fault(error, RR_REFUSED, "edition", -1, "another registrar keeps the roll of this id");
    }
    free(bundle.bytes);
    return status;
}

rr_status rr_edition_publish(rr_store *store, rr_store_reader *reader, rr_file_error *error, const rr_parcel *parcel) {
    rr_edition_file file;
    rr_store_edition_key key;
    rr_store_code *codes = NULL;
    rr_store_ssh *ssh = NULL;
    size_t code_count = 0, ssh_count = 0;
    uint8_t sealing[crypto_box_PUBLICKEYBYTES];
    rr_status status = read_edition(&file, &key, error, parcel, 3);
    if (!status && crypto_sign_ed25519_pk_to_curve25519(sealing, file.registrar.key) != 0)
        status = rr_enrolment_fault(error, RR_REFUSED, "edition", -1, "nothing can be sealed to the registrar's key");
    if (!status) status = need_own_roll(error, reader, &file);
    if (!status) status = need_same(error, reader, &key, parcel->parts[0]);
    if (status == RR_NOT_FOUND) status = RR_OK;
    if (!status) status = rr_edition_codes_read(&codes, &code_count, error, parcel->parts[1], &key);
    if (!status) status = rr_edition_ssh_read(&ssh, &ssh_count, error, parcel->parts[2]);
    if (!status)
        status = rr_enrolment_stored(
            error, rr_store_open_edition(store, error, &key, parcel->parts[0], codes, code_count, ssh, ssh_count));
    free(codes);
    free(ssh);
    return status;
}

rr_status rr_edition_close(rr_store *store, rr_store_reader *reader, rr_file_error *error, const rr_parcel *parcel) {
    rr_edition_file file;
    rr_store_edition_key key;
    rr_status status = read_edition(&file, &key, error, parcel, 1);
    if (!status) status = need_same(error, reader, &key, parcel->parts[0]);
    return status ? status : rr_enrolment_stored(error, rr_store_close_edition(store, error, &key));
}

rr_status rr_edition_collect(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *bundle, const rr_parcel *parcel) {
    rr_edition_file file;
    rr_store_edition_key key;
    *bundle = (rr_bytes_out){NULL, 0};
    rr_status status = read_edition(&file, &key, error, parcel, 1);
    if (!status) status = need_same(error, reader, &key, parcel->parts[0]);
    return status ? status : rr_enrolment_stored(error, rr_store_enrolments(reader, error, bundle, &key));
}

/* ---- receipts ------------------------------------------------------------------------------------------------------- */

static bool next_line(rr_text *line, rr_text *rest) {
    return rr_text_cut(line, rest, '\n');
}

/* A receipt of this edition by its registrar, and of which book. */
static rr_status read_receipt(uint8_t digest[64], const rr_edition_file *file, rr_blob bytes) {
    rr_note note;
    uint8_t id[32];
    uint32_t edition;
    rr_status status = rr_note_check_var(&note, NULL, (const char *)bytes.bytes, bytes.len, &file->registrar, NULL);
    if (status) return status;
    rr_text rest = note.text, first, roll, number, member, book;
    if (!next_line(&first, &rest) || !next_line(&roll, &rest) || !next_line(&number, &rest) || !next_line(&member, &rest) ||
        !next_line(&book, &rest) || rest.len != 0 || !rr_text_is(first, "round-robin enrolment v1") ||
        !rr_text_hex(id, sizeof id, roll) || !rr_text_number(&edition, number) || !rr_text_is_member(member) ||
        !rr_text_hex(digest, 64, book))
        return RR_MALFORMED;
    return memcmp(id, file->roll_id.bytes, sizeof id) == 0 && edition == file->edition ? RR_OK : RR_REFUSED;
}

/* All receipts of the bundle, checked; free(*list). */
static rr_status read_receipts(rr_store_receipt_of **list, size_t *count, rr_file_error *error, const rr_edition_file *file,
                               rr_blob bundle) {
    const uint8_t *entry;
    size_t offset = 0, len, room = bundle.len / 64 + 1; /* none is shorter */
    rr_status status;
    *count = 0;
    *list = calloc(room, sizeof **list);
    if (!*list) return rr_enrolment_fault(error, RR_NO_SPACE, "memory", -1, "memory has ended");
    while (!(status = rr_bundle_next(bundle.bytes, bundle.len, &offset, &entry, &len))) {
        rr_store_receipt_of one = {.note = {entry, len}};
        status = *count < room ? read_receipt(one.digest, file, one.note) : RR_MALFORMED;
        if (status)
            return rr_enrolment_fault(error, status, "receipt", (int64_t)*count + 1,
                                      "it is not a receipt of this edition by its registrar");
        (*list)[(*count)++] = one;
    }
    if (status == RR_NOT_FOUND) return RR_OK;
    return rr_enrolment_fault(error, RR_MALFORMED, "receipt", (int64_t)*count + 1, "the bundle ends within a receipt");
}

rr_status rr_edition_receipts(rr_store *store, rr_store_reader *reader, rr_file_error *error, const rr_parcel *parcel) {
    rr_edition_file file;
    rr_store_edition_key key;
    rr_store_receipt_of *list = NULL;
    size_t count = 0;
    rr_status status = read_edition(&file, &key, error, parcel, 2);
    if (!status) status = need_same(error, reader, &key, parcel->parts[0]);
    if (!status) status = read_receipts(&list, &count, error, &file, parcel->parts[1]);
    if (!status) status = rr_enrolment_stored(error, rr_store_add_receipts(store, error, &key, list, count));
    free(list);
    return status;
}
