/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates are cut apart here, so that a bad one is known by its number and costs no other; those that hold an Ed25519 key
 * are then judged by librnp, one at a time. */
#include <rnp/rnp.h>
#include <rnp/rnp_err.h>
#include <string.h>

#include "roll/import_session.h"
#include "roll/openpgp_key.h"

/* One certificate: a primary key packet and all up to the next. */
typedef struct certificate {
    const uint8_t *start;
    size_t len;
    uint32_t number;
    char fingerprint[RR_PGP_FINGERPRINT_SIZE];
    bool has_ed25519;
} certificate;

static void note_key(certificate *c, const rr_pgp_packet *packet) {
    uint8_t key[32];
    size_t used;
    if (packet->tag == RR_PGP_PUBLIC_KEY) rr_pgp_fingerprint(c->fingerprint, packet->body, packet->len);
    if (rr_pgp_ed25519(key, &used, packet->body, packet->len) && used == packet->len) c->has_ed25519 = true;
}

/* Takes the next certificate.  RR_NOT_FOUND at the end.  The packets were found whole before. */
static rr_status next_certificate(certificate *c, rr_pgp_reader *reader) {
    rr_pgp_packet packet;
    const char *why;
    c->start = reader->next;
    c->number++;
    c->has_ed25519 = false;
    if (rr_pgp_next(&packet, &why, reader)) return RR_NOT_FOUND;
    note_key(c, &packet);
    for (rr_pgp_reader ahead = *reader; !rr_pgp_next(&packet, &why, &ahead) && packet.tag != RR_PGP_PUBLIC_KEY;
         *reader = ahead) {
        if (packet.tag == RR_PGP_PUBLIC_SUBKEY) note_key(c, &packet);
    }
    c->len = (size_t)(reader->next - c->start);
    return RR_OK;
}

/* NULL if the file is whole and a keyring of public keys; else why not, and in which certificate. */
static const char *wrong_file(uint32_t *number, rr_pgp_reader reader) {
    const char *why = NULL;
    rr_pgp_packet packet;
    rr_status status;
    *number = 0;
    while (!(status = rr_pgp_next(&packet, &why, &reader))) {
        if (packet.tag == RR_PGP_SECRET_KEY || packet.tag == RR_PGP_SECRET_SUBKEY)
            return "private keys are in it; nobody should hand those out";
        if (packet.tag == RR_PGP_PUBLIC_KEY) ++*number;
        if (*number == 0) return "it begins with something other than a public key";
    }
    if (status != RR_NOT_FOUND) return why;
    return *number == 0 ? "it is empty" : NULL;
}

typedef struct verdict {
    rr_status status;
    const char *why;
} verdict;

/* May this key sign, as librnp sees it? */
static verdict judge_key(rnp_key_handle_t key) {
    static const verdict good = {RR_OK, NULL}, revoked = {RR_REFUSED, "the key was revoked"},
                         expired = {RR_REFUSED, "the key has expired"},
                         invalid = {RR_REFUSED, "the key's own signatures do not hold"},
                         no_signing = {RR_REFUSED, "the Ed25519 key may not sign"};
    bool is;
    if (rnp_key_is_revoked(key, &is) != RNP_SUCCESS || is) return revoked;
    if (rnp_key_is_expired(key, &is) != RNP_SUCCESS || is) return expired;
    if (rnp_key_is_valid(key, &is) != RNP_SUCCESS || !is) return invalid;
    if (rnp_key_allows_usage(key, "sign", &is) != RNP_SUCCESS || !is) return no_signing;
    return good;
}

/* The Ed25519 public key of a handle; false if it is of another kind. */
static bool public_of(uint8_t key[32], rnp_key_handle_t handle) {
    uint8_t *bytes = NULL;
    size_t len = 0, used;
    rr_pgp_packet packet;
    const char *why;
    if (rnp_get_public_key_data(handle, &bytes, &len) != RNP_SUCCESS) return false;
    rr_pgp_reader reader = {bytes, len};
    bool found =
        !rr_pgp_next(&packet, &why, &reader) && rr_pgp_ed25519(key, &used, packet.body, packet.len) && used == packet.len;
    rnp_buffer_destroy(bytes);
    return found;
}

/* The newest Ed25519 subkey that may sign (of two from the same second, the later in the certificate). */
static verdict choose_subkey(uint8_t chosen[32], rnp_key_handle_t primary) {
    verdict verdict_of_all = {RR_UNSUPPORTED, "no Ed25519 key that may sign is in it"};
    size_t count = 0;
    uint32_t newest = 0;
    if (rnp_key_get_subkey_count(primary, &count) != RNP_SUCCESS) count = 0;
    for (size_t i = 0; i < count; i++) {
        rnp_key_handle_t subkey = NULL;
        uint8_t key[32];
        uint32_t creation = 0;
        if (rnp_key_get_subkey_at(primary, i, &subkey) != RNP_SUCCESS) continue;
        if (public_of(key, subkey)) {
            verdict v = judge_key(subkey);
            if (!v.status && rnp_key_get_creation(subkey, &creation) == RNP_SUCCESS && creation >= newest) {
                newest = creation;
                memcpy(chosen, key, sizeof key);
            }
            if (verdict_of_all.status) verdict_of_all = v;
        }
        rnp_key_handle_destroy(subkey);
    }
    return verdict_of_all;
}

static verdict choose_key(uint8_t chosen[32], rnp_key_handle_t primary) {
    bool is;
    verdict of_primary = judge_key(primary);
    if (of_primary.status && rnp_key_is_valid(primary, &is) == RNP_SUCCESS && !is)
        return of_primary; /* no subkey outlives it */
    if (!public_of(chosen, primary)) return choose_subkey(chosen, primary);
    if (!of_primary.status) return of_primary;
    verdict of_subkeys = choose_subkey(chosen, primary);
    return of_subkeys.status == RR_UNSUPPORTED ? of_primary : of_subkeys;
}

static verdict judge_certificate(uint8_t chosen[32], rnp_ffi_t ffi, const certificate *c) {
    verdict v = {RR_MALFORMED, "librnp cannot read the certificate"};
    rnp_input_t input = NULL;
    rnp_key_handle_t primary = NULL;
    int kept = rr_pgp_hush();
    if (rnp_input_from_memory(&input, c->start, c->len, false) == RNP_SUCCESS &&
        rnp_import_keys(ffi, input, RNP_LOAD_SAVE_PUBLIC_KEYS | RNP_LOAD_SAVE_PERMISSIVE, NULL) == RNP_SUCCESS &&
        rnp_locate_key(ffi, "fingerprint", c->fingerprint, &primary) == RNP_SUCCESS && primary)
        v = choose_key(chosen, primary);
    rnp_key_handle_destroy(primary);
    rnp_input_destroy(input);
    rnp_unload_keys(ffi, RNP_KEY_UNLOAD_PUBLIC);
    rr_pgp_unhush(kept);
    return v;
}

static void read_certificates(rr_import_run *run, rnp_ffi_t ffi, rr_pgp_reader reader) {
    certificate c = {.number = 0};
    while (!run->status && !next_certificate(&c, &reader)) {
        uint8_t key[32];
        verdict v = {RR_UNSUPPORTED, "no Ed25519 key is in it"};
        if (c.has_ed25519) v = judge_certificate(key, ffi, &c);
        if (v.status) {
            rr_import_refuse(run, c.number, v.status, v.why, c.fingerprint);
            continue;
        }
        rr_text nobody = {NULL, 0};
        rr_import_found found = {c.number, key, c.fingerprint, c.fingerprint, nobody};
        rr_import_take(run, &found);
    }
}

void rr_import_openpgp(rr_import_run *run, const uint8_t *file, size_t file_len) {
    rr_pgp_binary binary;
    const char *why;
    uint32_t number;
    rr_status status = rr_pgp_unarmour(&binary, &why, file, file_len);
    if (status) {
        rr_import_fail(run, status, 0, why);
        return;
    }
    rr_pgp_reader reader = {binary.bytes, binary.len};
    rnp_ffi_t ffi = NULL;
    if ((why = wrong_file(&number, reader)))
        rr_import_fail(run, RR_MALFORMED, number, why);
    else if (rnp_ffi_create(&ffi, "GPG", "GPG") != RNP_SUCCESS || rnp_set_timestamp(ffi, run->options->now) != RNP_SUCCESS)
        rr_import_fail(run, RR_NO_SPACE, 0, "librnp does not start");
    else
        read_certificates(run, ffi, reader);
    rnp_ffi_destroy(ffi);
    rr_pgp_binary_free(&binary);
}
