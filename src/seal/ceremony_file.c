/* SPDX-License-Identifier: Apache-2.0 */
/* The text file that begins a ceremony. */
#include <string.h>

#include "base/text.h"
#include "log/vkey.h"
#include "roundrobin/trustees.h"

#define FIRST "round-robin ceremony v1"

/* `j vkey`, distinct from those before. */
static rr_status read_trustee(rr_ceremony_file *file, rr_reader *r, rr_text value) {
    rr_text field, rest = value;
    rr_error key_fault = {RR_OK, 0, 0, NULL};
    uint32_t j;
    rr_vkey *vkey = &file->trustees[file->n];
    if (!rr_text_cut(&field, &rest, ' ') || !rr_text_number(&j, field) || j != file->n + 1)
        return rr_reader_fail_at(r, value, "a trustee is its number, from 1 in order, one space, and a verifier key");
    rr_status status = rr_reader_vkey(r, vkey, &key_fault, rest, RR_VKEY_ED25519);
    if (status != RR_OK) return status;
    if (key_fault.status != RR_OK) return rr_reader_fail_at(r, rest, key_fault.rule);
    for (uint32_t i = 0; i < file->n; i++)
        if (memcmp(file->trustees[i].key, vkey->key, sizeof vkey->key) == 0 ||
            rr_text_equal(file->trustees[i].name, vkey->name))
            return rr_reader_fail_at(r, rest, "trustees' verifier keys differ in key and name");
    file->n++;
    return RR_OK;
}

static rr_status read_trustees(rr_ceremony_file *file, rr_reader *r) {
    rr_text value;
    rr_status status;
    while ((status = rr_reader_optional(r, &value, "Trustee")) == RR_OK) {
        if (file->n == RR_TRUSTEE_MAX) return rr_reader_fail(r, "there are at most 255 trustees");
        status = read_trustee(file, r, value);
        if (status != RR_OK) return status;
    }
    if (status != RR_NOT_FOUND) return status;
    status = rr_reader_next(r);
    if (status == RR_OK) return rr_reader_fail(r, "nothing comes after the trustees");
    if (status != RR_NOT_FOUND) return status;
    return file->n >= file->t ? RR_OK : rr_reader_fail(r, "there are fewer trustees than `Trustees` says must open");
}

static rr_status read_headers(rr_ceremony_file *file, rr_reader *r) {
    rr_text value;
    rr_status status = rr_reader_first(r, FIRST, "here comes the line `" FIRST "`");
    if (!status) status = rr_reader_header(r, &value, RR_HEADER("Roll"));
    if (!status && !rr_text_hex(file->roll.bytes, sizeof file->roll.bytes, value))
        return rr_reader_fail_at(r, value, "a roll's digest is 64 lowercase hex digits");
    if (!status) status = rr_reader_header(r, &value, RR_HEADER("Session"));
    if (!status && !rr_text_hex(file->session, sizeof file->session, value))
        return rr_reader_fail_at(r, value, "a session is 64 lowercase hex digits");
    if (!status) status = rr_reader_header(r, &value, RR_HEADER("Trustees"));
    if (!status && (!rr_text_number(&file->t, value) || file->t < 2 || file->t > RR_TRUSTEE_MAX))
        return rr_reader_fail_at(r, value, "2 to 255 trustees open together");
    return status;
}

rr_status rr_ceremony_file_parse(rr_ceremony_file *file, rr_error *error, const char *text, size_t len) {
    rr_reader r;
    memset(file, 0, sizeof *file);
    rr_reader_init(&r, error, text, len);
    if (len > RR_CEREMONY_FILE_MAX) return rr_reader_fail_line(&r, 0, "the file is longer than that of any ceremony");
    rr_status status = read_headers(file, &r);
    return status == RR_OK ? read_trustees(file, &r) : status;
}

size_t rr_ceremony_file_write(char *out, size_t size, const rr_ceremony_file *file) {
    rr_writer w = {out, size, 0};
    rr_write(&w, FIRST "\n");
    rr_write_header_hex(&w, "Roll", file->roll.bytes, sizeof file->roll.bytes);
    rr_write_header_hex(&w, "Session", file->session, sizeof file->session);
    rr_write_header_number(&w, "Trustees", file->t);
    for (uint32_t j = 1; j <= file->n; j++) {
        rr_write_name(&w, "Trustee");
        rr_write_number(&w, j);
        rr_write(&w, " ");
        rr_write_text(&w, file->trustees[j - 1].text);
        rr_write(&w, "\n");
    }
    return w.len;
}
