/* SPDX-License-Identifier: Apache-2.0 */
/* The notes that trustees sign.  Each is read against the text that it must have, so that there is one spelling. */
#include <string.h>

#include "base/sha2.h"
#include "base/text.h"
#include "roundrobin/note.h"
#include "roundrobin/trustees.h"
#include "seal/internal.h"

#define KEY_FIRST "round-robin trustee key v1\n"

/* ---- texts ------------------------------------------------------------------------------------------------------------------ */

static void write_line(rr_writer *w, const uint8_t *bytes, size_t len) {
    rr_write_hex(w, bytes, len);
    rr_write(w, "\n");
}

size_t rr_trustee_key_text(char *out, size_t size, const rr_ceremony_file *file, uint32_t j, const rr_ceremony_public *key) {
    rr_writer w = {out, size, 0};
    rr_write(&w, KEY_FIRST);
    write_line(&w, file->roll.bytes, sizeof file->roll.bytes);
    write_line(&w, file->session, sizeof file->session);
    rr_write_number(&w, j);
    rr_write(&w, " ");
    write_line(&w, key->bytes, sizeof key->bytes);
    return w.len;
}

static const char *message_first(rr_trustee_note which) {
    return which == RR_TRUSTEE_ROUND1 ? "round-robin trustee round 1 v1\n" : "round-robin trustee round 2 v1\n";
}

static size_t message_size(const rr_ceremony *ceremony, rr_trustee_note which) {
    return which == RR_TRUSTEE_ROUND1 ? rr_round1_size(ceremony) : rr_round2_size(ceremony);
}

/* First line; the ceremony's context; `t n j`: what comes before the bytes of a message. */
static void write_message_head(rr_writer *w, const rr_ceremony *ceremony, rr_trustee_note which, uint32_t j) {
    rr_write(w, message_first(which));
    write_line(w, ceremony->context, sizeof ceremony->context);
    rr_write_number(w, ceremony->t);
    rr_write(w, " ");
    rr_write_number(w, ceremony->n);
    rr_write(w, " ");
    rr_write_number(w, j);
    rr_write(w, "\n");
}

size_t rr_trustee_message_text(char *out, size_t size, const rr_ceremony *ceremony, rr_trustee_note which, uint32_t j,
                               const uint8_t *message) {
    rr_writer w = {out, size, 0};
    size_t len = message_size(ceremony, which);
    write_message_head(&w, ceremony, which, j);
    for (size_t done = 0; done < len; done += 32) write_line(&w, message + done, len - done < 32 ? len - done : 32);
    return w.len;
}

size_t rr_trustee_acceptance_text(char *out, size_t size, const rr_pid *pid, uint32_t j, const rr_seal_key *key,
                                  const rr_hash *certificate) {
    rr_writer w = {out, size, 0};
    rr_write(&w, "round-robin trustee v1\n");
    write_line(&w, pid->bytes, sizeof pid->bytes);
    rr_write_number(&w, j);
    rr_write(&w, " ");
    write_line(&w, key->bytes, sizeof key->bytes);
    write_line(&w, certificate->bytes, sizeof certificate->bytes);
    return w.len;
}

/* ---- round 2 ---------------------------------------------------------------------------------------------------------------- */

size_t rr_round2_size(const rr_ceremony *ceremony) {
    return RR_CEREMONY_SIGNATURE + 32 * (size_t)ceremony->n;
}

uint32_t rr_round2_differs(const uint8_t *message, const rr_ceremony *ceremony, const uint8_t *const *messages) {
    uint8_t digest[32];
    for (uint32_t j = 0; j < ceremony->n; j++) {
        rr_sha256_of(digest, messages[j], rr_round1_size(ceremony));
        if (memcmp(digest, message + RR_CEREMONY_SIGNATURE + 32 * (size_t)j, sizeof digest) != 0) return j + 1;
    }
    return 0;
}

/* ---- reading ---------------------------------------------------------------------------------------------------------------- */

/* The text of a note that trustee j signed. */
static rr_status open_note(rr_text *text, rr_ceremony_fault *fault, const rr_vkey *vkey, uint32_t j, const char *note,
                           size_t len) {
    rr_note parsed;
    *fault = (rr_ceremony_fault){0, NULL};
    if (len > RR_TRUSTEE_NOTE_MAX || rr_note_parse(&parsed, NULL, note, len) != RR_OK)
        return rr_ceremony_fail(fault, RR_MALFORMED, j, "this is no signed note");
    if (rr_note_verify_var(NULL, NULL, &parsed, vkey, 1) != RR_OK)
        return rr_ceremony_fail(fault, RR_INVALID, j, "the note is not signed with this trustee's key");
    *text = parsed.text;
    return RR_OK;
}

/* Takes what must stand here. */
static bool take(rr_text *rest, rr_text expected) {
    if (rest->len < expected.len || memcmp(rest->start, expected.start, expected.len) != 0) return false;
    rest->start += expected.len;
    rest->len -= expected.len;
    return true;
}

/* A line of `len` bytes in hex. */
static bool take_hex(uint8_t *bytes, size_t len, rr_text *rest) {
    rr_text line;
    return rr_text_cut(&line, rest, '\n') && rr_text_hex(bytes, len, line);
}

rr_status rr_trustee_key_read_var(rr_ceremony_public *key, rr_ceremony_fault *fault, const rr_ceremony_file *file, uint32_t j,
                                  const char *note, size_t len) {
    static const rr_ceremony_public none;
    char expected[256];
    rr_text text;
    rr_status status = open_note(&text, fault, &file->trustees[j - 1], j, note, len);
    if (status != RR_OK) return status;
    size_t size = rr_trustee_key_text(expected, sizeof expected, file, j, &none);
    if (!take(&text, (rr_text){expected, sizeof KEY_FIRST - 1}))
        return rr_ceremony_fail(fault, RR_INVALID, j, "the note is not the one on its static key");
    if (!take(&text, (rr_text){expected + sizeof KEY_FIRST - 1, size - (sizeof KEY_FIRST - 1) - 65}))
        return rr_ceremony_fail(fault, RR_INVALID, j, "the note on its static key is of another ceremony");
    if (!take_hex(key->bytes, sizeof key->bytes, &text) || text.len != 0)
        return rr_ceremony_fail(fault, RR_MALFORMED, j, "the note on its static key does not have the form of one");
    if (rr_point_check_var(key->bytes) != RR_OK)
        return rr_ceremony_fail(fault, RR_MALFORMED, j, "the static key is no point of the group");
    return RR_OK;
}

rr_status rr_trustee_message_read_var(uint8_t *message, rr_ceremony_fault *fault, const rr_ceremony_file *file,
                                      const rr_ceremony *ceremony, rr_trustee_note which, uint32_t j, const char *note,
                                      size_t len) {
    char expected[256];
    rr_text text;
    size_t size = message_size(ceremony, which);
    rr_status status = open_note(&text, fault, &file->trustees[j - 1], j, note, len);
    if (status != RR_OK) return status;
    rr_writer w = {expected, sizeof expected, 0};
    rr_text first = rr_text_of(message_first(which));
    write_message_head(&w, ceremony, which, j);
    if (!take(&text, first))
        return rr_ceremony_fail(fault, RR_INVALID, j,
                                which == RR_TRUSTEE_ROUND1 ? "the note is not its message of round 1"
                                                           : "the note is not its message of round 2");
    if (!take(&text, (rr_text){expected + first.len, w.len - first.len}))
        return rr_ceremony_fail(fault, RR_INVALID, j,
                                "its message is of another ceremony, or it was given other static keys than these");
    for (size_t done = 0; done < size; done += 32)
        if (!take_hex(message + done, size - done < 32 ? size - done : 32, &text))
            return rr_ceremony_fail(fault, RR_MALFORMED, j, "its message does not have its size");
    return text.len == 0 ? RR_OK : rr_ceremony_fail(fault, RR_MALFORMED, j, "its message does not have its size");
}

rr_status rr_trustee_acceptance_check_var(rr_ceremony_fault *fault, const rr_petition *petition, uint32_t j,
                                          const rr_hash *certificate, const char *note, size_t len) {
    char expected[512];
    rr_text text;
    const rr_trustee *trustee = &petition->trustees[j - 1];
    rr_status status = open_note(&text, fault, &trustee->vkey, j, note, len);
    if (status != RR_OK) return status;
    size_t size = rr_trustee_acceptance_text(expected, sizeof expected, &petition->pid, j, &trustee->key, certificate);
    if (!rr_text_equal(text, (rr_text){expected, size}))
        return rr_ceremony_fail(fault, RR_INVALID, j, "it has not accepted this petition with this certificate");
    return RR_OK;
}

/* ---- a ceremony of these notes ---------------------------------------------------------------------------------------------- */

rr_status rr_ceremony_begin(rr_ceremony *ceremony, rr_ceremony_fault *fault, const rr_ceremony_file *file,
                            const rr_ceremony_public *keys) {
    char session[20 + 65 + 64];
    rr_writer w = {session, sizeof session, 0};
    rr_write(&w, "round-robin seal v1\n");
    write_line(&w, file->roll.bytes, sizeof file->roll.bytes);
    rr_write_hex(&w, file->session, sizeof file->session);
    return rr_ceremony_init(ceremony, fault, session, w.len, keys, file->n, file->t);
}
