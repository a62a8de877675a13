/* SPDX-License-Identifier: Apache-2.0 */
/* The two halves of opening a key card: reading its text, which costs nothing, and decrypting it, which costs half a second.
 *
 *     BASE64URL(header) . BASE64URL(encrypted key) . BASE64URL(iv) . BASE64URL(ciphertext) . BASE64URL(tag) LF
 *
 * The header is exactly this, with one number and 22 characters of base64url filled in:
 *     {"alg":"PBES2-HS512+A256KW","enc":"A256GCM","p2c":600000,"p2s":"...","typ":"round-robin-card"} */
#ifndef RR_ROLL_KEYCARD_JWE_H
#define RR_ROLL_KEYCARD_JWE_H

#include "roll/keycard_plain.h"

typedef struct rr_keycard_jwe {
    rr_text header; /* as it stands in the text: what is authenticated */
    uint32_t iterations;
    uint8_t salt[16];
    uint8_t wrapped_key[40];
    uint8_t iv[12];
    uint8_t ciphertext[RR_KEYCARD_PLAIN_MAX];
    size_t ciphertext_len;
    uint8_t tag[16];
} rr_keycard_jwe;

/* RR_MALFORMED with the rule. */
rr_status rr_keycard_jwe_read(rr_keycard_jwe *jwe, const char **why, const char *text, size_t text_len);

/* SECRET: the key that wraps the content key.  RR_NO_SPACE. */
rr_status rr_keycard_derive(uint8_t kek[32], const char *passphrase, const uint8_t salt[16], uint32_t iterations);
/* Decrypts and reads the card.  RR_PASSPHRASE, RR_MALFORMED, RR_NO_SPACE, with the rule. */
rr_status rr_keycard_unwrap(rr_keycard *card, const char **why, const rr_keycard_jwe *jwe, const uint8_t kek[32]);

#endif
