/* SPDX-License-Identifier: Apache-2.0 */
/* Signing keys of notes, and signing.
 *
 *     signing key   "PRIVATE+KEY+" name "+" 8 hex digits of key ID "+" base64(type, 32 bytes of seed)
 */
#include <sodium.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "log/base64.h"
#include "log/note_parts.h"

static const char prefix[] = "PRIVATE+KEY+";
enum { SEED_BYTES = 33, SEED_CHARACTERS = 44 };

/* ---- keys ----------------------------------------------------------------------------------------------------------- */

static const uint8_t *public_key(const rr_signer *signer) {
    return signer->secret + crypto_sign_SEEDBYTES;
}

rr_status rr_signer_make(rr_signer *signer, rr_text name, uint8_t type, const uint8_t seed[32]) {
    char text[RR_SIGNER_NAME_MAX + 54];
    uint8_t key[32];
    rr_vkey vkey;
    memset(signer, 0, sizeof *signer);
    if (name.len > RR_SIGNER_NAME_MAX || (type != RR_VKEY_ED25519 && type != RR_VKEY_COSIGNATURE)) return RR_ARGUMENT;
    crypto_sign_seed_keypair(key, signer->secret, seed);
    rr_text written = {text, rr_vkey_write(text, sizeof text, name, type, key)};
    if (rr_vkey_read(&vkey, NULL, written, type) != RR_OK) { /* judges the name */
        rr_wipe(signer, sizeof *signer);
        return RR_ARGUMENT;
    }
    memcpy(signer->id, vkey.id, sizeof signer->id);
    signer->type = type;
    signer->name_len = name.len;
    memcpy(signer->name, name.start, name.len);
    return RR_OK;
}

static const char *read_signer(rr_signer *signer, rr_text *at, rr_text text) {
    static const char form[] = "a signing key is PRIVATE+KEY+NAME+KEYID+BASE64";
    rr_text rest = text, name, hex;
    uint8_t id[4], bytes[SEED_BYTES];
    size_t len;
    *at = text;
    if (!rr_text_begins(text, prefix)) return form;
    rest.start += sizeof prefix - 1;
    rest.len -= sizeof prefix - 1;
    *at = rest;
    if (!rr_text_cut(&name, &rest, '+') || !rr_text_cut(&hex, &rest, '+')) return form;
    if (!rr_text_hex(id, sizeof id, hex)) return "the key ID of a signing key is 8 lowercase hex digits";
    *at = rest;
    /* libsodium's reader is constant-time. */
    if (rest.len != SEED_CHARACTERS ||
        sodium_base642bin(bytes, sizeof bytes, rest.start, rest.len, NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
        len != SEED_BYTES) {
        rr_wipe(bytes, sizeof bytes);
        return "the last part of a signing key is 44 characters of base64: type and 32 bytes";
    }
    rr_status status = rr_signer_make(signer, name, bytes[0], bytes + 1);
    rr_wipe(bytes, sizeof bytes);
    *at = name;
    if (status != RR_OK) return "the signing key has a name that is not allowed, or a type that is not 1 or 4";
    *at = hex;
    if (memcmp(id, signer->id, sizeof id) != 0) return "the key ID is not the one of this name and key";
    return NULL;
}

rr_status rr_signer_read(rr_signer *signer, rr_error *error, const char *text, size_t len) {
    rr_text all = {text, len}, at;
    if (len != 0 && text[len - 1] == '\n') all.len--;
    const char *rule = read_signer(signer, &at, all);
    if (rule == NULL) return RR_OK;
    rr_wipe(signer, sizeof *signer);
    return rr_note_fail(error, RR_MALFORMED, 1, (size_t)(at.start - text) + 1, rule);
}

void rr_signer_write(char text[RR_SIGNER_TEXT_SIZE], const rr_signer *signer) {
    uint8_t bytes[SEED_BYTES];
    bytes[0] = signer->type;
    memcpy(bytes + 1, signer->secret, crypto_sign_SEEDBYTES);
    rr_writer w = {text, RR_SIGNER_TEXT_SIZE, 0};
    rr_write(&w, prefix);
    rr_write(&w, signer->name);
    rr_write(&w, "+");
    rr_write_hex(&w, signer->id, sizeof signer->id);
    rr_write(&w, "+");
    sodium_bin2base64(text + w.len, SEED_CHARACTERS + 1, bytes, sizeof bytes, sodium_base64_VARIANT_ORIGINAL);
    rr_wipe(bytes, sizeof bytes);
}

size_t rr_signer_vkey(char *out, size_t size, const rr_signer *signer) {
    rr_text name = {signer->name, signer->name_len};
    return rr_vkey_write(out, size, name, signer->type, public_key(signer));
}

/* ---- signing -------------------------------------------------------------------------------------------------------- */

rr_status rr_note_begin(char *note, size_t capacity, size_t *len, rr_text text) {
    size_t offset;
    if (text.len == 0 || text.start[text.len - 1] != '\n' || rr_note_text_fault(&offset, text.start, text.len) != NULL)
        return RR_ARGUMENT;
    if (text.len + 1 > capacity) return RR_NO_SPACE;
    memmove(note, text.start, text.len);
    note[text.len] = '\n';
    *len = text.len + 1;
    return RR_OK;
}

/* The text of a note that may have no signature yet. */
static rr_status note_text(rr_text *text, const char *note, size_t len) {
    rr_note parsed;
    size_t offset;
    if (len >= 2 && note[len - 1] == '\n' && note[len - 2] == '\n' && rr_note_text_fault(&offset, note, len) == NULL) {
        text->start = note;
        text->len = len - 1;
        return RR_OK;
    }
    if (rr_note_parse(&parsed, NULL, note, len) != RR_OK) return RR_MALFORMED;
    *text = parsed.text;
    return RR_OK;
}

static rr_status sign(uint8_t *signature, size_t *len, rr_text text, const rr_signer *signer, uint64_t time) {
    char message[RR_COSIGNED_MAX];
    if (signer->type == RR_VKEY_ED25519) {
        *len = crypto_sign_BYTES;
        crypto_sign_detached(signature, NULL, (const uint8_t *)text.start, text.len, signer->secret);
        return RR_OK;
    }
    size_t message_len = time > INT64_MAX ? 0 : rr_cosigned_message(message, text, time);
    if (message_len == 0) return RR_ARGUMENT;
    *len = 8 + crypto_sign_BYTES;
    rr_store64_be(signature, time);
    crypto_sign_detached(signature + 8, NULL, (const uint8_t *)message, message_len, signer->secret);
    return RR_OK;
}

rr_status rr_note_add(char *note, size_t capacity, size_t *len, const rr_signer *signer, uint64_t time) {
    rr_text text;
    uint8_t bytes[4 + RR_NOTE_SIGNATURE_MAX];
    size_t signature_len;
    rr_status status = note_text(&text, note, *len);
    if (status != RR_OK) return status;
    memcpy(bytes, signer->id, 4);
    status = sign(bytes + 4, &signature_len, text, signer, time);
    if (status != RR_OK) return status;
    char base64[(sizeof bytes + 2) / 3 * 4];
    rr_text written = {base64, rr_base64_size(4 + signature_len)};
    rr_base64_write(base64, bytes, 4 + signature_len);
    rr_writer w = {note, capacity, *len};
    if (capacity < *len || capacity - *len < 4 + signer->name_len + 1 + written.len + 1) return RR_NO_SPACE;
    rr_write(&w, "\xe2\x80\x94 ");
    rr_write(&w, signer->name);
    rr_write(&w, " ");
    rr_write_text(&w, written);
    rr_write(&w, "\n");
    *len = w.len;
    return RR_OK;
}

rr_status rr_checkpoint_sign(char *note, size_t capacity, size_t *len, uint64_t tree_size, const rr_hash *root,
                             const rr_signer *log) {
    if (log->type != RR_VKEY_ED25519 || tree_size > INT64_MAX) return RR_ARGUMENT;
    rr_checkpoint checkpoint = {{log->name, log->name_len}, tree_size, *root, {NULL, 0}};
    char text[RR_SIGNER_NAME_MAX + 1 + 20 + 1 + 44 + 1];
    rr_text written = {text, rr_checkpoint_write(text, sizeof text, &checkpoint)};
    rr_status status = rr_note_begin(note, capacity, len, written);
    return status == RR_OK ? rr_note_add(note, capacity, len, log, 0) : status;
}
