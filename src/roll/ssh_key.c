/* SPDX-License-Identifier: Apache-2.0 */
#include "roll/ssh_key.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/sha2.h"
#include "base/text.h"
#include "roll/import_base64.h"

bool rr_ssh_u32(uint32_t *value, rr_ssh_wire *wire) {
    if (wire->left < 4) return false;
    *value = rr_load32_be(wire->next);
    wire->next += 4;
    wire->left -= 4;
    return true;
}

bool rr_ssh_string(rr_ssh_wire *string, rr_ssh_wire *wire) {
    rr_ssh_wire rest = *wire;
    uint32_t len;
    if (!rr_ssh_u32(&len, &rest) || len > rest.left) return false;
    string->next = rest.next;
    string->left = len;
    wire->next = rest.next + len;
    wire->left = rest.left - len;
    return true;
}

bool rr_ssh_bytes(rr_ssh_wire *wire, const void *bytes, size_t len) {
    if (wire->left < len || memcmp(wire->next, bytes, len) != 0) return false;
    wire->next += len;
    wire->left -= len;
    return true;
}

bool rr_ssh_is(rr_ssh_wire string, const char *text) {
    return string.left == strlen(text) && memcmp(string.next, text, string.left) == 0;
}

/* Key types begin like this; options of authorized_keys and allowed_signers do not. */
bool rr_ssh_is_key_type(rr_text name) {
    return rr_text_begins(name, "ssh-") || rr_text_begins(name, "ecdsa-sha2-") || rr_text_begins(name, "sk-ssh-") ||
           rr_text_begins(name, "sk-ecdsa-") || rr_text_begins(name, "rsa-sha2-");
}

rr_status rr_ssh_key_type(const char **why, rr_text name) {
    static const char cert[] = "-cert-v01@openssh.com";
    if (rr_text_is(name, "ssh-ed25519")) return RR_OK;
    if (name.len >= sizeof cert - 1 && memcmp(name.start + name.len - (sizeof cert - 1), cert, sizeof cert - 1) == 0)
        *why = "a certificate, not a key: give the key itself";
    else if (rr_text_begins(name, "sk-"))
        *why = "a key held by hardware, which cannot make these proofs";
    else if (rr_text_is(name, "ssh-rsa") || rr_text_begins(name, "rsa-sha2-"))
        *why = "an RSA key: only Ed25519 keys can be used";
    else if (rr_text_begins(name, "ecdsa-"))
        *why = "an ECDSA key: only Ed25519 keys can be used";
    else if (rr_text_is(name, "ssh-dss"))
        *why = "a DSA key: only Ed25519 keys can be used";
    else
        *why = "an unknown kind of key: only Ed25519 keys can be used";
    return RR_UNSUPPORTED;
}

rr_status rr_ssh_public_read(uint8_t key[32], const char **why, const uint8_t *blob, size_t blob_len) {
    rr_ssh_wire wire = {blob, blob_len}, type, bytes;
    if (!rr_ssh_string(&type, &wire)) {
        *why = "the key breaks off";
        return RR_MALFORMED;
    }
    rr_text name = {(const char *)type.next, type.left};
    rr_status status = rr_ssh_key_type(why, name);
    if (status) return status;
    if (!rr_ssh_string(&bytes, &wire))
        *why = "the key breaks off";
    else if (bytes.left != 32)
        *why = "an Ed25519 key has 32 bytes, this one has not";
    else if (wire.left != 0)
        *why = "something follows the key inside its base64";
    else {
        memcpy(key, bytes.next, 32);
        return RR_OK;
    }
    return RR_MALFORMED;
}

void rr_ssh_public_write(uint8_t blob[RR_SSH_PUBLIC_SIZE], const uint8_t key[32]) {
    memcpy(blob, "\0\0\0\013ssh-ed25519\0\0\0\040", 19);
    memcpy(blob + 19, key, 32);
}

void rr_ssh_fingerprint(char name[RR_SSH_FINGERPRINT_SIZE], const uint8_t key[32]) {
    uint8_t blob[RR_SSH_PUBLIC_SIZE], digest[32];
    rr_ssh_public_write(blob, key);
    rr_sha256_of(digest, blob, sizeof blob);
    sodium_bin2base64(name, RR_SSH_FINGERPRINT_SIZE, digest, sizeof digest, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* Takes `mark` and the end of its line from the front. */
static bool take_mark(rr_text *text, const char *mark, bool last) {
    size_t len = strlen(mark);
    if (!rr_text_begins(*text, mark)) return false;
    size_t end = len;
    if (end < text->len && text->start[end] == '\r') end++;
    if (end < text->len && text->start[end] == '\n')
        end++;
    else if (!last || end != text->len)
        return false;
    text->start += end;
    text->len -= end;
    return true;
}

static void skip_line_ends(rr_text *text) {
    while (text->len > 0 && (text->start[0] == '\n' || text->start[0] == '\r')) {
        text->start++;
        text->len--;
    }
}

rr_status rr_ssh_dearmour(uint8_t *out, size_t cap, size_t *len, const char **why, rr_text text, const char *label) {
    char begin[64], end[64];
    snprintf(begin, sizeof begin, "-----BEGIN %s-----", label);
    snprintf(end, sizeof end, "-----END %s-----", label);
    skip_line_ends(&text);
    if (!take_mark(&text, begin, false)) {
        *why = "the BEGIN line is not there";
        return RR_MALFORMED;
    }
    const char *stop = NULL;
    if (!rr_decode_base64(out, cap, len, &stop, text, "\r\n", sodium_base64_VARIANT_ORIGINAL)) {
        *why = "the base64 is damaged, or longer than such a thing is";
        return RR_MALFORMED;
    }
    text.len -= (size_t)(stop - text.start);
    text.start = stop;
    if (!take_mark(&text, end, true)) {
        *why = "the base64 is damaged, or the END line is not there";
        return RR_MALFORMED;
    }
    skip_line_ends(&text);
    if (text.len != 0) {
        *why = "something follows the END line";
        return RR_MALFORMED;
    }
    return RR_OK;
}
