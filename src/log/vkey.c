/* SPDX-License-Identifier: Apache-2.0 */
/* Verifier keys of C2SP signed-note: NAME + KEYID + BASE64.
 *
 *     NAME    not empty, no +, no Unicode white space
 *     KEYID   8 lowercase hex digits: the first 4 bytes of SHA-256(NAME LF type key)
 *     BASE64  type (1 byte), key (32 bytes): 33 bytes are 44 characters, so there is no padding and only one spelling
 *
 * The base64 may hold + as well; the first two separate. */
#include "log/vkey.h"

#include <string.h>

#include "base/bytes.h"
#include "base/sha2.h"
#include "log/base64.h"
#include "roundrobin/proof.h"

enum { KEY_BYTES = 33, KEY_CHARACTERS = 44 };

bool rr_text_holds_white_space(rr_text text) {
    uint32_t c;
    for (size_t n; text.len != 0; text.start += n, text.len -= n) {
        n = rr_text_character(&c, text);
        if ((c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
            c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000)
            return true;
    }
    return false;
}

void rr_vkey_id(uint8_t id[4], rr_text name, uint8_t type, const uint8_t key[32]) {
    uint8_t digest[32];
    rr_sha256 h;
    rr_sha256_init(&h);
    rr_sha256_update(&h, name.start, name.len);
    rr_sha256_update(&h, "\n", 1);
    rr_sha256_update(&h, &type, 1);
    rr_sha256_update(&h, key, 32);
    rr_sha256_final(&h, digest);
    memcpy(id, digest, 4);
}

/* NULL, or the rule that is broken; *at is the part that breaks it. */
static const char *vkey_fault(rr_vkey *vkey, rr_text *at, rr_text text, uint8_t type) {
    rr_text rest = text, id;
    uint8_t bytes[KEY_BYTES], computed[4];
    vkey->text = *at = text;
    if (!rr_text_cut(&vkey->name, &rest, '+') || !rr_text_cut(&id, &rest, '+')) return "a verifier key is NAME+KEYID+BASE64";
    if (vkey->name.len == 0) return "the name of a verifier key is not empty";
    size_t offset;
    const char *rule = rr_text_fault(&offset, vkey->name, false);
    if (rule != NULL) return rule;
    if (rr_text_holds_white_space(vkey->name)) return "the name of a verifier key holds no white space";
    *at = id;
    if (!rr_text_hex(vkey->id, sizeof vkey->id, id)) return "the key ID of a verifier key is 8 lowercase hex digits";
    *at = rest;
    size_t key_len;
    if (rest.len != KEY_CHARACTERS || !rr_base64_read(bytes, sizeof bytes, &key_len, rest) || key_len != sizeof bytes)
        return "the last part of a verifier key is 44 characters of base64: type and 32 bytes";
    vkey->type = bytes[0];
    memcpy(vkey->key, bytes + 1, sizeof vkey->key);
    if (vkey->type != type)
        return type == RR_VKEY_ED25519 ? "this must be a verifier key of type 1 (Ed25519)"
                                       : "this must be a verifier key of type 4 (cosignatures of a witness)";
    vkey->usable = rr_ed25519_key_check_var(vkey->key) == RR_OK;
    *at = id;
    rr_vkey_id(computed, vkey->name, type, vkey->key);
    if (memcmp(computed, vkey->id, sizeof computed) != 0) return "the key ID is not the one of this name and key";
    return NULL;
}

rr_status rr_vkey_read(rr_vkey *vkey, rr_error *error, rr_text text, uint8_t type) {
    rr_reader reader; /* for its error only: the line is the text, and has no number */
    rr_error key_fault;
    memset(&key_fault, 0, sizeof key_fault);
    rr_reader_init(&reader, error, text.start, text.len);
    rr_status status = rr_reader_vkey(&reader, vkey, &key_fault, text, type);
    if (status != RR_OK || vkey->usable) return status;
    if (error != NULL) *error = key_fault;
    return RR_MALFORMED;
}

rr_status rr_reader_vkey(rr_reader *reader, rr_vkey *vkey, rr_error *key_fault, rr_text text, uint8_t type) {
    rr_text at;
    const char *rule = vkey_fault(vkey, &at, text, type);
    if (rule != NULL) return rr_reader_fail_at(reader, at, rule);
    if (!vkey->usable && key_fault->status == RR_OK) {
        key_fault->status = RR_MALFORMED;
        key_fault->line = reader->number;
        key_fault->column = (uint32_t)(text.start - reader->line.start) + 1;
        key_fault->rule = "the verifier key holds no Ed25519 key that is canonical, on the curve and not of small order";
    }
    return RR_OK;
}

size_t rr_vkey_write(char *out, size_t size, rr_text name, uint8_t type, const uint8_t key[32]) {
    uint8_t id[4], bytes[KEY_BYTES];
    char base64[KEY_CHARACTERS];
    rr_vkey_id(id, name, type, key);
    bytes[0] = type;
    memcpy(bytes + 1, key, 32);
    rr_base64_write(base64, bytes, sizeof bytes);
    rr_text last = {base64, sizeof base64};
    rr_writer w = {out, size, 0};
    size_t len = name.len + 1 + 8 + 1 + KEY_CHARACTERS;
    if (size < len) return len;
    rr_write_text(&w, name);
    rr_write(&w, "+");
    rr_write_hex(&w, id, sizeof id);
    rr_write(&w, "+");
    rr_write_text(&w, last);
    return len;
}
