/* SPDX-License-Identifier: Apache-2.0 */
/* Signed notes: reading and verifying.  The format stands in roundrobin/note.h. */
#include "roundrobin/note.h"

#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "log/base64.h"
#include "log/note_ed25519.h"
#include "log/note_parts.h"
#include "log/vkey.h"

static const char dash[] = "\xe2\x80\x94 "; /* U+2014 and a space: what a signature line begins with */
enum { DASH_LEN = sizeof dash - 1, ID_LEN = 4 };

rr_status rr_note_fail(rr_error *error, rr_status status, size_t line, size_t column, const char *rule) {
    if (error != NULL) {
        error->status = status;
        error->line = (uint32_t)line;
        error->column = (uint32_t)column;
        error->rule = rule;
    }
    return status;
}

/* ---- characters ----------------------------------------------------------------------------------------------------- */

const char *rr_note_text_fault(size_t *offset, const char *text, size_t len) {
    size_t n;
    for (size_t i = 0; i < len; i += n) {
        uint32_t c;
        *offset = i;
        rr_text rest = {text + i, len - i};
        n = rr_text_character(&c, rest);
        if (n == 0) return "this is not well-formed UTF-8";
        if (c < 0x20 && c != '\n') return "a note holds no control character but LF";
    }
    return NULL;
}

/* The name has passed rr_note_text_fault. */
static const char *name_fault(rr_text name) {
    if (name.len == 0) return "a signature line has a name";
    if (memchr(name.start, '+', name.len) != NULL || rr_text_holds_white_space(name))
        return "the name in a signature line holds no + and no white space";
    return NULL;
}

/* ---- form ----------------------------------------------------------------------------------------------------------- */

/* Reads a signature line without its LF; NULL or the rule. */
static const char *read_line(rr_note_signature *signature, rr_text line) {
    uint8_t bytes[ID_LEN + RR_NOTE_SIGNATURE_MAX];
    size_t len;
    if (!rr_text_begins(line, dash)) return "a signature line begins with an em dash and a space";
    rr_text rest = {line.start + DASH_LEN, line.len - DASH_LEN};
    if (!rr_text_cut(&signature->name, &rest, ' ')) return "a signature line is: em dash, name, signature in base64";
    const char *rule = name_fault(signature->name);
    if (rule != NULL) return rule;
    if (!rr_base64_read(bytes, sizeof bytes, &len, rest)) return "the signature is not canonical base64";
    if (len <= ID_LEN) return "the signature is too short";
    signature->len = len - ID_LEN;
    memcpy(signature->id, bytes, ID_LEN);
    memset(signature->bytes, 0, sizeof signature->bytes);
    memcpy(signature->bytes, bytes + ID_LEN, (len < sizeof bytes ? len : sizeof bytes) - ID_LEN);
    return NULL;
}

static size_t count_lines(const char *text, size_t len) {
    size_t lines = 0;
    for (size_t i = 0; i < len; i++) lines += text[i] == '\n';
    return lines;
}

/* Where the last empty line is: the offset behind the LF that ends the text.  0: there is none. */
static size_t text_end(const char *bytes, size_t len) {
    for (size_t i = len; i >= 2; i--) {
        if (bytes[i - 1] == '\n' && bytes[i - 2] == '\n') return i - 1;
    }
    return 0;
}

rr_status rr_note_parse(rr_note *note, rr_error *error, const char *bytes, size_t len) {
    size_t offset;
    if (len > RR_NOTE_MAX) return rr_note_fail(error, RR_MALFORMED, 0, 0, "a note has at most 1 MiB");
    const char *rule = rr_note_text_fault(&offset, bytes, len);
    if (rule != NULL) {
        size_t line = offset;
        while (line > 0 && bytes[line - 1] != '\n') line--;
        return rr_note_fail(error, RR_MALFORMED, count_lines(bytes, offset) + 1, offset - line + 1, rule);
    }
    size_t end = text_end(bytes, len);
    if (end == 0) return rr_note_fail(error, RR_MALFORMED, 0, 0, "a note is a text, an empty line and signature lines");
    size_t line = count_lines(bytes, end) + 1;
    if (end + 1 == len) return rr_note_fail(error, RR_MALFORMED, line, 0, "the note has no signature line");
    note->text.start = bytes;
    note->text.len = end;
    note->signatures.start = bytes + end + 1;
    note->signatures.len = len - end - 1;
    note->signature_count = 0;
    rr_text rest = note->signatures, current;
    while (rest.len != 0) {
        rr_note_signature signature;
        line++;
        if (!rr_text_cut(&current, &rest, '\n'))
            return rr_note_fail(error, RR_MALFORMED, line, 0, "the last line is not ended by LF");
        rule = read_line(&signature, current);
        if (rule != NULL) return rr_note_fail(error, RR_MALFORMED, line, 0, rule);
        if (note->signature_count == RR_NOTE_SIGNATURES_MAX)
            return rr_note_fail(error, RR_MALFORMED, line, 0, "a note has at most 512 signature lines");
        note->signature_count++;
    }
    return RR_OK;
}

bool rr_note_next(rr_note_signature *signature, size_t *offset, const rr_note *note) {
    rr_text rest = {note->signatures.start + *offset, note->signatures.len - *offset}, line;
    if (!rr_text_cut(&line, &rest, '\n') || read_line(signature, line) != NULL) return false;
    *offset = note->signatures.len - rest.len;
    return true;
}

/* ---- verifying ------------------------------------------------------------------------------------------------------ */

static uint64_t time_of(const rr_note_signature *signature) {
    return rr_load64_be(signature->bytes);
}

static const char *ed25519_fault(const rr_note_signature *signature, rr_text text, const rr_vkey *key) {
    if (signature->len != RR_ED25519_SIZE) return "a signature of type 1 has 64 bytes";
    if (!rr_note_ed25519_var(signature->bytes, (const uint8_t *)text.start, text.len, key->key))
        return "the signature does not verify";
    return NULL;
}

static const char *cosignature_fault(const rr_note_signature *signature, rr_text text, const rr_vkey *key) {
    char message[RR_COSIGNED_MAX];
    if (signature->len != 8 + RR_ED25519_SIZE) return "a cosignature has 72 bytes";
    if (time_of(signature) > INT64_MAX) return "the time of the cosignature is out of range";
    size_t len = rr_cosigned_message(message, text, time_of(signature));
    if (len == 0) return "a cosignature is on a checkpoint, which this text is not";
    if (!rr_note_ed25519_var(signature->bytes + 8, (const uint8_t *)message, len, key->key))
        return "the cosignature does not verify";
    return NULL;
}

static const rr_vkey *find_key(const rr_note_signature *signature, const rr_vkey *keys, size_t key_count) {
    for (size_t i = 0; i < key_count; i++) {
        if (rr_text_equal(signature->name, keys[i].name) && memcmp(signature->id, keys[i].id, ID_LEN) == 0) return &keys[i];
    }
    return NULL;
}

static void remember(rr_note_signer *signer, uint64_t time) {
    if (signer->signatures == 0 || time < signer->earliest) signer->earliest = time;
    if (time > signer->latest) signer->latest = time;
    signer->signatures++;
}

rr_status rr_note_verify_var(rr_note_signer *signers, rr_error *error, const rr_note *note, const rr_vkey *keys,
                             size_t key_count) {
    rr_note_signature signature;
    size_t offset = 0, line = count_lines(note->text.start, note->text.len) + 1;
    bool any = false;
    if (signers != NULL && key_count != 0) memset(signers, 0, key_count * sizeof *signers);
    while (rr_note_next(&signature, &offset, note)) {
        line++;
        const rr_vkey *key = find_key(&signature, keys, key_count);
        if (key == NULL) continue;
        bool timed = key->type == RR_VKEY_COSIGNATURE;
        const char *rule = timed ? cosignature_fault(&signature, note->text, key) : ed25519_fault(&signature, note->text, key);
        if (rule != NULL) return rr_note_fail(error, RR_INVALID, line, 0, rule);
        if (signers != NULL) remember(&signers[key - keys], timed ? time_of(&signature) : 0);
        any = true;
    }
    return any ? RR_OK : rr_note_fail(error, RR_NOT_FOUND, 0, 0, "the note is not signed by the key that it must be signed by");
}

rr_status rr_note_check_var(rr_note *note, rr_error *error, const char *bytes, size_t len, const rr_vkey *key,
                            const rr_text *text) {
    rr_status status = rr_note_parse(note, error, bytes, len);
    if (status != RR_OK) return status;
    status = rr_note_verify_var(NULL, error, note, key, 1);
    if (status != RR_OK) return status;
    if (text != NULL && !rr_text_equal(note->text, *text))
        return rr_note_fail(error, RR_INVALID, 1, 0, "the note is genuine but says something else than it must");
    return RR_OK;
}
