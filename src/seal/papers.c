/* SPDX-License-Identifier: Apache-2.0 */
/* What is published with a sealed petition: the certificate, and the trustees' notes. */
#include <string.h>

#include "base/sha2.h"
#include "base/text.h"
#include "roundrobin/log.h"
#include "roundrobin/note.h"
#include "roundrobin/trustees.h"
#include "seal/internal.h"

/* The session that the first note says; that the note is genuine, and that all notes say the same, is checked with it. */
static rr_status find_session(uint8_t session[RR_SESSION_SIZE], rr_ceremony_fault *fault, const uint8_t *note, size_t len) {
    rr_note parsed;
    rr_text line, rest;
    if (rr_note_parse(&parsed, NULL, (const char *)note, len) == RR_OK) {
        rest = parsed.text;
        bool found = true;
        for (int number = 1; number <= 3; number++) found = found && rr_text_cut(&line, &rest, '\n'); /* it is the third */
        if (found && rr_text_hex(session, RR_SESSION_SIZE, line)) return RR_OK;
    }
    return rr_ceremony_fail(fault, RR_MALFORMED, 1, "the note is not the one on its static key");
}

static rr_status next_note(const uint8_t **note, size_t *len, size_t *offset, rr_ceremony_fault *fault, uint32_t j,
                           const uint8_t *notes, size_t notes_len) {
    if (rr_bundle_next(notes, notes_len, offset, note, len) == RR_OK) return RR_OK;
    return rr_ceremony_fail(fault, RR_MALFORMED, j, "its note is missing among those that are published");
}

/* What the petition says of the ceremony. */
static void file_of(rr_ceremony_file *file, const rr_petition *petition) {
    memset(file, 0, sizeof *file);
    file->roll = petition->roll;
    file->t = petition->trustee_threshold;
    file->n = petition->trustee_count;
    for (uint32_t j = 0; j < file->n; j++) file->trustees[j] = petition->trustees[j].vkey;
}

static rr_status read_keys(rr_ceremony *ceremony, rr_ceremony_fault *fault, const rr_petition *petition, size_t *offset,
                           const uint8_t *notes, size_t notes_len) {
    rr_ceremony_file file;
    rr_ceremony_public keys[RR_TRUSTEE_MAX];
    const uint8_t *note;
    size_t len;
    file_of(&file, petition);
    for (uint32_t j = 1; j <= file.n; j++) {
        rr_status status = next_note(&note, &len, offset, fault, j, notes, notes_len);
        if (status == RR_OK && j == 1) status = find_session(file.session, fault, note, len);
        if (status == RR_OK) status = rr_trustee_key_read_var(&keys[j - 1], fault, &file, j, (const char *)note, len);
        if (status != RR_OK) return status;
    }
    return rr_ceremony_begin(ceremony, fault, &file, keys);
}

static rr_status check_certificate(rr_ceremony_fault *fault, const rr_petition *petition, const rr_ceremony *ceremony,
                                   const uint8_t *certificate, size_t len) {
    rr_seal_key seal_key, keys[RR_TRUSTEE_MAX];
    rr_status status = rr_certificate_check_var(&seal_key, keys, fault, ceremony, certificate, len);
    if (status != RR_OK) return status;
    if (memcmp(&seal_key, &petition->seal_key, sizeof seal_key) != 0)
        return rr_ceremony_fail(fault, RR_INVALID, 0, "the ceremony made another key than the petition's Seal-Key");
    for (uint32_t j = 0; j < petition->trustee_count; j++)
        if (memcmp(&keys[j], &petition->trustees[j].key, sizeof keys[j]) != 0)
            return rr_ceremony_fail(fault, RR_INVALID, j + 1,
                                    "the ceremony gave it another share than the one of the petition's key");
    return RR_OK;
}

rr_status rr_petition_ceremony_check_var(rr_ceremony_fault *fault, const rr_petition *petition, const rr_ceremony_file *file,
                                         const rr_ceremony *ceremony, const uint8_t *certificate, size_t len) {
    *fault = (rr_ceremony_fault){0, NULL};
    if (!(petition->modes & RR_MODE_SEALED)) return RR_ARGUMENT;
    if (memcmp(&petition->roll, &file->roll, sizeof file->roll) != 0)
        return rr_ceremony_fail(fault, RR_INVALID, 0, "the petition is of another roll than the ceremony");
    if (petition->trustee_threshold != file->t || petition->trustee_count != file->n)
        return rr_ceremony_fail(fault, RR_INVALID, 0, "the petition has another number of trustees than the ceremony");
    for (uint32_t j = 0; j < file->n; j++)
        if (!rr_text_equal(petition->trustees[j].vkey.text, file->trustees[j].text))
            return rr_ceremony_fail(fault, RR_INVALID, j + 1, "the petition gives this trustee another verifier key");
    return check_certificate(fault, petition, ceremony, certificate, len);
}

rr_status rr_trustees_check_var(rr_ceremony_fault *fault, const rr_petition *petition, const uint8_t *certificate,
                                size_t certificate_len, const uint8_t *notes, size_t notes_len) {
    rr_ceremony ceremony;
    rr_hash hash;
    const uint8_t *note;
    size_t offset = 0, len;
    *fault = (rr_ceremony_fault){0, NULL};
    if (!(petition->modes & RR_MODE_SEALED)) return RR_ARGUMENT;
    rr_status status = read_keys(&ceremony, fault, petition, &offset, notes, notes_len);
    if (status == RR_OK) status = check_certificate(fault, petition, &ceremony, certificate, certificate_len);
    rr_sha256_of(hash.bytes, certificate, certificate_len);
    for (uint32_t j = 1; status == RR_OK && j <= petition->trustee_count; j++) {
        status = next_note(&note, &len, &offset, fault, j, notes, notes_len);
        if (status == RR_OK) status = rr_trustee_acceptance_check_var(fault, petition, j, &hash, (const char *)note, len);
    }
    if (status == RR_OK && offset != notes_len)
        return rr_ceremony_fail(fault, RR_MALFORMED, 0, "there are more notes than the trustees'");
    return status;
}

rr_status rr_trustees_acceptances(rr_hash *hashes, const rr_petition *petition, const uint8_t *notes, size_t notes_len) {
    const uint8_t *note;
    size_t offset = 0, len;
    for (uint32_t i = 0; i < 2 * petition->trustee_count; i++) {
        if (rr_bundle_next(notes, notes_len, &offset, &note, &len) != RR_OK) return RR_MALFORMED;
        if (i >= petition->trustee_count) rr_sha256_of(hashes[i - petition->trustee_count].bytes, note, len);
    }
    return RR_OK;
}
