/* SPDX-License-Identifier: Apache-2.0 */
#include "roll/import_private.h"

#include <sodium.h>
#include <string.h>

#include "base/text.h"
#include "roundrobin/proof.h"

rr_private_kind rr_private_guess(const uint8_t *file, size_t file_len) {
    rr_text text = {(const char *)file, file_len};
    while (text.len > 0 && (text.start[0] == '\n' || text.start[0] == '\r')) {
        text.start++;
        text.len--;
    }
    if (rr_text_begins(text, "-----BEGIN OPENSSH PRIVATE KEY-----")) return RR_PRIVATE_SSH;
    if (rr_text_begins(text, "-----BEGIN PGP PRIVATE KEY BLOCK-----")) return RR_PRIVATE_OPENPGP;
    /* Every card begins with the base64url of {"alg":"PBES2- */
    if (rr_text_begins(text, "eyJhbGciOiJQQkVTMi")) return RR_PRIVATE_KEYCARD;
    /* Packet tag 5, a secret key: new format, or old format with each length type. */
    if (text.len > 0 && ((uint8_t)text.start[0] == 0xc5 || ((uint8_t)text.start[0] & 0xfc) == 0x94)) return RR_PRIVATE_OPENPGP;
    return RR_PRIVATE_UNKNOWN;
}

rr_status rr_private_fail(rr_private_run *run, rr_status status, const char *why) {
    run->why = why;
    return status;
}

rr_status rr_private_judge(rr_private_run *run, const uint8_t ed25519[32]) {
    rr_status status = rr_entry_from_ed25519_var(run->entry, &run->why, ed25519);
    if (status) return status;
    if (!run->wanted || run->wanted(run->context, run->entry)) return RR_OK;
    return rr_private_fail(run, RR_NOT_FOUND, "no Ed25519 key of this file is the one that is looked for: is it on this roll?");
}

rr_status rr_private_take(rr_private_run *run, const uint8_t seed[32], const uint8_t ed25519[32]) {
    uint8_t public_key[32], both[64];
    crypto_sign_seed_keypair(public_key, both, seed);
    rr_wipe(both, sizeof both);
    if (sodium_memcmp(public_key, ed25519, sizeof public_key) != 0)
        return rr_private_fail(run, RR_MALFORMED, "the private part does not belong to the public key: the file was altered");
    rr_secret_from_ed25519_seed(run->secret, seed);
    return RR_OK;
}

/* Files that people may well try. */
static rr_status other_kind(rr_private_run *run, rr_text text) {
    if (rr_text_begins(text, "-----BEGIN RSA ") || rr_text_begins(text, "-----BEGIN DSA ") ||
        rr_text_begins(text, "-----BEGIN EC "))
        return rr_private_fail(run, RR_UNSUPPORTED, "an RSA, DSA or ECDSA key: only Ed25519 keys can sign");
    if (rr_text_begins(text, "-----BEGIN PRIVATE KEY") || rr_text_begins(text, "-----BEGIN ENCRYPTED PRIVATE KEY"))
        return rr_private_fail(run, RR_UNSUPPORTED, "a PKCS#8 key: convert a copy of it with ssh-keygen -p");
    if (rr_text_begins(text, "PuTTY-User-Key-File"))
        return rr_private_fail(run, RR_UNSUPPORTED, "a PuTTY key: export it as an OpenSSH key with puttygen");
    if (rr_text_begins(text, "ssh-") || rr_text_begins(text, "-----BEGIN PGP PUBLIC KEY"))
        return rr_private_fail(run, RR_UNSUPPORTED, "a public key: the private one is needed to sign");
    return rr_private_fail(run, RR_MALFORMED, "neither an OpenSSH nor an OpenPGP private key");
}

rr_status rr_private_key_read(rr_secret *secret, rr_entry_key *entry, rr_error *error, const uint8_t *file, size_t file_len,
                              const char *passphrase, rr_private_wanted wanted, void *context) {
    rr_private_run run = {passphrase, wanted, context, entry, secret, NULL};
    rr_text text = {(const char *)file, file_len};
    if (passphrase && !*passphrase) run.passphrase = NULL; /* nothing is protected by an empty one */
    rr_status status;
    if (sodium_init() < 0)
        status = rr_private_fail(&run, RR_RANDOM, "libsodium does not start");
    else
        switch (rr_private_guess(file, file_len)) {
        case RR_PRIVATE_SSH: status = rr_private_read_ssh(&run, text); break;
        case RR_PRIVATE_OPENPGP: status = rr_private_read_openpgp(&run, file, file_len); break;
        case RR_PRIVATE_KEYCARD:
            status = rr_private_fail(&run, RR_UNSUPPORTED, "a key card: it opens with its own passphrase, as a key card");
            break;
        default: status = other_kind(&run, text);
        }
    if (status) rr_wipe(secret, sizeof *secret);
    if (error) {
        memset(error, 0, sizeof *error);
        error->status = status;
        error->rule = status ? run.why : NULL;
    }
    return status;
}
