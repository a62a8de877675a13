/* SPDX-License-Identifier: Apache-2.0 */
/* The packets are looked through here for the key that is wanted; librnp takes its passphrase off. */
#include <rnp/rnp.h>
#include <rnp/rnp_err.h>
#include <string.h>

#include "roll/import_private.h"
#include "roll/openpgp_key.h"

/* The wanted key in the file. */
typedef struct secret_key {
    uint8_t public_key[32];
    char fingerprint[RR_PGP_FINGERPRINT_SIZE];
    const uint8_t *secret; /* what follows the public part */
    size_t secret_len;
} secret_key;

static bool is_secret(unsigned tag) {
    return tag == RR_PGP_SECRET_KEY || tag == RR_PGP_SECRET_SUBKEY;
}

static rr_status find_key(rr_private_run *run, secret_key *key, rr_pgp_reader reader) {
    rr_pgp_packet packet;
    rr_status status, verdict = rr_private_fail(run, RR_UNSUPPORTED, "no Ed25519 key is in it, and only such keys can sign");
    const char *why_not = run->why;
    while (!(status = rr_pgp_next(&packet, &run->why, &reader))) {
        size_t used;
        if (!is_secret(packet.tag) || !rr_pgp_ed25519(key->public_key, &used, packet.body, packet.len)) continue;
        rr_pgp_fingerprint(key->fingerprint, packet.body, used);
        key->secret = packet.body + used;
        key->secret_len = packet.len - used;
        verdict = rr_private_judge(run, key->public_key);
        if (!verdict) return RR_OK;
        why_not = run->why;
    }
    if (status != RR_NOT_FOUND) return status; /* a damaged packet */
    return rr_private_fail(run, verdict, why_not);
}

/* Reads the unprotected secret part out of what librnp gives out. */
static rr_status read_secret(rr_private_run *run, const secret_key *key, const uint8_t *bytes, size_t len) {
    rr_pgp_reader reader = {bytes, len};
    rr_pgp_packet packet;
    uint8_t public_key[32], seed[32];
    size_t used;
    rr_status status = rr_pgp_next(&packet, &run->why, &reader);
    if (status) return rr_private_fail(run, RR_MALFORMED, "librnp gave no secret key out");
    if (!is_secret(packet.tag) || !rr_pgp_ed25519(public_key, &used, packet.body, packet.len) ||
        memcmp(public_key, key->public_key, 32) != 0)
        return rr_private_fail(run, RR_MALFORMED, "librnp gave another key out");
    status = rr_pgp_seed(seed, &run->why, packet.body + used, packet.len - used);
    if (!status) status = rr_private_take(run, seed, key->public_key);
    rr_wipe(seed, sizeof seed);
    return status;
}

static rr_status unprotect(rr_private_run *run, rnp_key_handle_t handle) {
    bool is_protected = false;
    if (rnp_key_is_protected(handle, &is_protected) != RNP_SUCCESS)
        return rr_private_fail(run, RR_MALFORMED, "librnp finds no secret part");
    if (!is_protected) return RR_OK;
    if (!run->passphrase) return rr_private_fail(run, RR_PASSPHRASE, "the key is protected: its passphrase is needed");
    rnp_result_t result = rnp_key_unprotect(handle, run->passphrase);
    if (result == RNP_SUCCESS) return RR_OK;
    if (result == RNP_ERROR_BAD_PASSWORD)
        return rr_private_fail(run, RR_PASSPHRASE, "the passphrase is wrong, or the file was altered");
    return rr_private_fail(run, RR_UNSUPPORTED, "librnp cannot take the key's protection off");
}

static rr_status read_with_librnp(rr_private_run *run, const secret_key *key, rnp_ffi_t ffi, const rr_pgp_binary *file) {
    rnp_input_t input = NULL;
    rnp_key_handle_t handle = NULL;
    uint8_t *bytes = NULL;
    size_t len = 0;
    rr_status status = rr_private_fail(run, RR_MALFORMED, "librnp cannot read the file");
    int kept = rr_pgp_hush();
    if (rnp_input_from_memory(&input, file->bytes, file->len, false) == RNP_SUCCESS &&
        rnp_import_keys(ffi, input, RNP_LOAD_SAVE_SECRET_KEYS | RNP_LOAD_SAVE_PUBLIC_KEYS | RNP_LOAD_SAVE_PERMISSIVE, NULL) ==
            RNP_SUCCESS &&
        rnp_locate_key(ffi, "fingerprint", key->fingerprint, &handle) == RNP_SUCCESS && handle) {
        status = unprotect(run, handle);
        if (!status && rnp_get_secret_key_data(handle, &bytes, &len) != RNP_SUCCESS)
            status = rr_private_fail(run, RR_MALFORMED, "librnp gave no secret key out");
        if (!status) status = read_secret(run, key, bytes, len);
    }
    if (bytes) {
        rnp_buffer_clear(bytes, len);
        rnp_buffer_destroy(bytes);
    }
    rnp_key_handle_destroy(handle);
    rnp_input_destroy(input);
    rr_pgp_unhush(kept);
    return status;
}

rr_status rr_private_read_openpgp(rr_private_run *run, const uint8_t *file, size_t file_len) {
    rr_pgp_binary binary;
    secret_key key;
    rr_status status = rr_pgp_unarmour(&binary, &run->why, file, file_len);
    if (status) return status;
    rr_pgp_reader reader = {binary.bytes, binary.len};
    rnp_ffi_t ffi = NULL;
    status = find_key(run, &key, reader);
    if (!status && rr_pgp_is_elsewhere(key.secret, key.secret_len))
        status = rr_private_fail(run, RR_UNSUPPORTED,
                                 "the secret part of this key is not in the file: it is kept elsewhere or on a card");
    if (!status) {
        if (rnp_ffi_create(&ffi, "GPG", "GPG") != RNP_SUCCESS)
            status = rr_private_fail(run, RR_NO_SPACE, "librnp does not start");
        else
            status = read_with_librnp(run, &key, ffi, &binary);
    }
    rnp_ffi_destroy(ffi);
    rr_pgp_binary_free(&binary);
    return status;
}
