/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 7516 (JWE, compact), RFC 7518 section 4.8 (PBES2-HS512+A256KW) and 5.3 (A256GCM), with OpenSSL. */
#include "roll/keycard_jwe.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "roll/import_base64.h"

#define ALG "PBES2-HS512+A256KW"
#define HEADER_BEGIN "{\"alg\":\"" ALG "\",\"enc\":\"A256GCM\",\"p2c\":"
#define HEADER_SALT ",\"p2s\":\""
#define HEADER_END "\",\"typ\":\"round-robin-card\"}"

enum {
    BASE64URL = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
    SALT_CHARS = 22,
    HEADER_MAX = sizeof HEADER_BEGIN + 8 + sizeof HEADER_SALT + SALT_CHARS + sizeof HEADER_END,
    KEY_SIZE = 32,
    KEK_SIZE = 32
};

/* ---- ciphers ---- */

rr_status rr_keycard_derive(uint8_t kek[KEK_SIZE], const char *passphrase, const uint8_t salt[16], uint32_t iterations) {
    uint8_t salted[sizeof ALG + 16]; /* the terminator is the zero between them */
    memcpy(salted, ALG, sizeof ALG);
    memcpy(salted + sizeof ALG, salt, 16);
    int done = PKCS5_PBKDF2_HMAC(passphrase, (int)strlen(passphrase), salted, (int)sizeof salted, (int)iterations, EVP_sha512(),
                                 KEK_SIZE, kek);
    return done == 1 ? RR_OK : RR_NO_SPACE;
}

/* AES key wrap (RFC 3394): 32 bytes to 40, or back.  False if the wrapped key is not genuine. */
static bool key_wrap(EVP_CIPHER_CTX *context, uint8_t *out, const uint8_t *in, int in_len, const uint8_t kek[KEK_SIZE],
                     bool wrap) {
    int len = 0, rest = 0;
    EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    return EVP_CipherInit_ex(context, EVP_aes_256_wrap(), NULL, kek, NULL, wrap) == 1 &&
           EVP_CipherUpdate(context, out, &len, in, in_len) == 1 && EVP_CipherFinal_ex(context, out + len, &rest) == 1 &&
           len + rest == (wrap ? in_len + 8 : in_len - 8);
}

/* AES-256-GCM.  `tag` is written when encrypting, and checked when decrypting. */
static bool gcm(EVP_CIPHER_CTX *context, uint8_t *out, const uint8_t *in, size_t len, const uint8_t key[KEY_SIZE],
                const uint8_t iv[12], rr_text header, uint8_t tag[16], bool encrypt) {
    int ignored = 0, rest = 0;
    const uint8_t *aad = (const uint8_t *)header.start;
    if (EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, key, iv, encrypt) != 1) return false;
    if (!encrypt && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, 16, tag) != 1) return false;
    return EVP_CipherUpdate(context, NULL, &ignored, aad, (int)header.len) == 1 &&
           EVP_CipherUpdate(context, out, &ignored, in, (int)len) == 1 && EVP_CipherFinal_ex(context, out + len, &rest) == 1 &&
           (!encrypt || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, 16, tag) == 1);
}

/* ---- writing ---- */

static size_t write_base64(char *out, const uint8_t *bytes, size_t len) {
    size_t size = sodium_base64_ENCODED_LEN(len, BASE64URL);
    sodium_bin2base64(out, size, bytes, len, BASE64URL);
    return size - 1;
}

static size_t write_header(char *out, uint32_t iterations, const uint8_t salt[16]) {
    char salt_text[SALT_CHARS + 1], json[HEADER_MAX];
    write_base64(salt_text, salt, 16);
    int len = snprintf(json, sizeof json, HEADER_BEGIN "%u" HEADER_SALT "%s" HEADER_END, (unsigned)iterations, salt_text);
    return write_base64(out, (const uint8_t *)json, (size_t)len);
}

/* What is drawn for one sealing. */
typedef struct drawn {
    uint8_t salt[16], iv[12], key[KEY_SIZE], kek[KEK_SIZE];
} drawn;

static rr_status seal(char out[RR_KEYCARD_TEXT_MAX + 1], size_t *len, EVP_CIPHER_CTX *context, drawn *d, const uint8_t *plain,
                      size_t plain_len, const char *passphrase, uint32_t iterations) {
    uint8_t wrapped[KEY_SIZE + 8], tag[16], ciphertext[RR_KEYCARD_PLAIN_MAX];
    rr_status status = rr_keycard_derive(d->kek, passphrase, d->salt, iterations);
    if (status) return status;
    size_t n = write_header(out, iterations, d->salt);
    rr_text header = {out, n};
    if (!key_wrap(context, wrapped, d->key, KEY_SIZE, d->kek, true) || EVP_CIPHER_CTX_reset(context) != 1 ||
        !gcm(context, ciphertext, plain, plain_len, d->key, d->iv, header, tag, true))
        return RR_NO_SPACE;
    const struct {
        const uint8_t *bytes;
        size_t len;
    } parts[] = {{wrapped, sizeof wrapped}, {d->iv, sizeof d->iv}, {ciphertext, plain_len}, {tag, sizeof tag}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        out[n++] = '.';
        n += write_base64(out + n, parts[i].bytes, parts[i].len);
    }
    out[n++] = '\n';
    *len = n;
    return RR_OK;
}

/* The passphrase as it goes into the key: a generated one in one spelling. */
static const char *spelling(char buffer[RR_KEYCARD_PASSPHRASE_SIZE], const char *passphrase) {
    return rr_groups_read(buffer, RR_KEYCARD_PASSPHRASE_SIZE / 5, passphrase) ? buffer : passphrase;
}

rr_status rr_keycard_seal(char *text, size_t text_cap, size_t *text_len, const rr_keycard *card, const char *passphrase,
                          uint32_t iterations, const rr_random *random) {
    if (iterations < RR_KEYCARD_ITERATIONS || iterations > RR_KEYCARD_ITERATIONS_MAX || !*passphrase) return RR_ARGUMENT;
    uint8_t plain[RR_KEYCARD_PLAIN_MAX];
    char out[RR_KEYCARD_TEXT_MAX + 1], buffer[RR_KEYCARD_PASSPHRASE_SIZE] = "";
    size_t plain_len = 0, len = 0;
    drawn d;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    rr_status status = context ? rr_keycard_encode(plain, &plain_len, card) : RR_NO_SPACE;
    if (!status && random->fill(random->context, (uint8_t *)&d, sizeof d) != 0) status = RR_RANDOM;
    if (!status) status = seal(out, &len, context, &d, plain, plain_len, spelling(buffer, passphrase), iterations);
    if (!status && len > text_cap) status = RR_NO_SPACE;
    if (!status) {
        memcpy(text, out, len);
        *text_len = len;
    }
    EVP_CIPHER_CTX_free(context);
    rr_wipe(&d, sizeof d);
    rr_wipe(plain, sizeof plain);
    rr_wipe(buffer, sizeof buffer);
    return status;
}

/* ---- reading ---- */

/* Exactly `len` bytes. */
static bool read_base64(uint8_t *out, size_t len, rr_text text) {
    size_t n;
    return rr_decode_base64(out, len, &n, NULL, text, NULL, BASE64URL) && n == len;
}

static bool take(rr_text *rest, const char *prefix) {
    if (!rr_text_begins(*rest, prefix)) return false;
    rest->start += strlen(prefix);
    rest->len -= strlen(prefix);
    return true;
}

static const char *read_header(rr_keycard_jwe *jwe, rr_text base64) {
    static const char other[] = "not the header of a key card: another kind of file, or damaged";
    char json[HEADER_MAX];
    size_t len;
    if (!rr_decode_base64((uint8_t *)json, sizeof json, &len, NULL, base64, NULL, BASE64URL)) return other;
    rr_text rest = {json, len}, number, salt;
    if (!take(&rest, HEADER_BEGIN) || !rr_text_cut(&number, &rest, ',') || rest.len < SALT_CHARS) return other;
    rest.start--; /* the comma belongs to what follows */
    rest.len++;
    if (!rr_text_number(&jwe->iterations, number)) return "p2c is not a number";
    if (jwe->iterations < RR_KEYCARD_ITERATIONS) return "p2c is below 600000: too weak a protection";
    if (jwe->iterations > RR_KEYCARD_ITERATIONS_MAX) return "p2c is above 10000000";
    if (!take(&rest, HEADER_SALT) || rest.len < SALT_CHARS) return other;
    salt.start = rest.start;
    salt.len = SALT_CHARS;
    rest.start += SALT_CHARS;
    rest.len -= SALT_CHARS;
    if (!rr_text_is(rest, HEADER_END)) return other;
    if (!read_base64(jwe->salt, sizeof jwe->salt, salt)) return "p2s is not the base64url of 16 bytes";
    jwe->header = base64;
    return NULL;
}

static const char *read_jwe(rr_keycard_jwe *jwe, rr_text rest) {
    if (rest.len > RR_KEYCARD_TEXT_MAX) return "longer than any key card";
    if (rest.len > 0 && rest.start[rest.len - 1] == '\n') rest.len--;
    if (rest.len > 0 && memchr(rest.start, '\r', rest.len)) return "a CR is in it: a key card ends in LF alone";
    rr_text parts[5];
    for (int i = 0; i < 4; i++) {
        if (!rr_text_cut(&parts[i], &rest, '.')) return "not five parts separated by dots: another kind of file, or damaged";
    }
    parts[4] = rest;
    const char *why = read_header(jwe, parts[0]);
    if (why) return why;
    if (!read_base64(jwe->wrapped_key, sizeof jwe->wrapped_key, parts[1]))
        return "the encrypted key is not the base64url of 40 bytes";
    if (!read_base64(jwe->iv, sizeof jwe->iv, parts[2])) return "the IV is not the base64url of 12 bytes";
    if (!rr_decode_base64(jwe->ciphertext, sizeof jwe->ciphertext, &jwe->ciphertext_len, NULL, parts[3], NULL, BASE64URL))
        return "the ciphertext is not base64url, or longer than that of any key card";
    if (jwe->ciphertext_len <= RR_KEYCARD_HEAD_SIZE || (jwe->ciphertext_len - RR_KEYCARD_HEAD_SIZE) % 64 != 0)
        return "the ciphertext has not the length of a key card: the file is not whole";
    if (!read_base64(jwe->tag, sizeof jwe->tag, parts[4]))
        return "the tag is not the base64url of 16 bytes: the file is not whole";
    return NULL;
}

rr_status rr_keycard_jwe_read(rr_keycard_jwe *jwe, const char **why, const char *text, size_t text_len) {
    rr_text whole = {text, text_len};
    *why = read_jwe(jwe, whole);
    return *why ? RR_MALFORMED : RR_OK;
}

rr_status rr_keycard_unwrap(rr_keycard *card, const char **why, const rr_keycard_jwe *jwe, const uint8_t kek[KEK_SIZE]) {
    uint8_t key[KEY_SIZE], plain[RR_KEYCARD_PLAIN_MAX], tag[16];
    memcpy(tag, jwe->tag, sizeof tag);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    rr_status status = RR_PASSPHRASE;
    *why = "the passphrase is wrong, or the file was altered";
    if (!context) {
        *why = "there is no memory";
        status = RR_NO_SPACE;
    } else if (key_wrap(context, key, jwe->wrapped_key, sizeof jwe->wrapped_key, kek, false) &&
               EVP_CIPHER_CTX_reset(context) == 1 &&
               gcm(context, plain, jwe->ciphertext, jwe->ciphertext_len, key, jwe->iv, jwe->header, tag, false)) {
        status = rr_keycard_decode(card, why, plain, jwe->ciphertext_len);
    }
    EVP_CIPHER_CTX_free(context);
    rr_wipe(key, sizeof key);
    rr_wipe(plain, sizeof plain);
    return status;
}

rr_status rr_keycard_open(rr_keycard *card, rr_error *error, const char *text, size_t text_len, const char *passphrase) {
    rr_keycard_jwe jwe;
    uint8_t kek[KEK_SIZE];
    char buffer[RR_KEYCARD_PASSPHRASE_SIZE] = "";
    const char *why;
    rr_status status = rr_keycard_jwe_read(&jwe, &why, text, text_len);
    if (!status) {
        status = rr_keycard_derive(kek, spelling(buffer, passphrase), jwe.salt, jwe.iterations);
        if (status)
            why = "OpenSSL cannot derive the key";
        else
            status = rr_keycard_unwrap(card, &why, &jwe, kek);
    }
    rr_wipe(kek, sizeof kek);
    rr_wipe(buffer, sizeof buffer);
    if (status) rr_keycard_wipe(card);
    if (error) {
        error->status = status;
        error->line = error->column = 0;
        error->rule = status ? why : NULL;
    }
    return status;
}
