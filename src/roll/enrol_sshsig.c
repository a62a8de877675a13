/* SPDX-License-Identifier: Apache-2.0 */
/* SSH signatures (PROTOCOL.sshsig of OpenSSH), Ed25519 only:
 *
 *     armoured   "SSHSIG", uint32 1, string public key, string namespace, string reserved, string hash name, string signature
 *     signature  string "ssh-ed25519", string of 64 bytes, over
 *     signed     "SSHSIG", string namespace, string reserved, string hash name, string hash of the message
 */
#include <sodium.h>
#include <string.h>

#include "base/bytes.h"
#include "base/sha2.h"
#include "base/text.h"
#include "roll/ssh_key.h"
#include "roundrobin/enrol.h"

#define NAMESPACE "round-robin"
static const char MAGIC[6] = {'S', 'S', 'H', 'S', 'I', 'G'};

enum { ARMOURED_MAX = 1024, SIGNED_MAX = 256 };

typedef struct sshsig {
    uint8_t key[32];
    rr_ssh_wire purpose, reserved, hash_name;
    const uint8_t *signature; /* 64 bytes */
} sshsig;

static rr_status fail(const char **why, rr_status status, const char *rule) {
    *why = rule;
    return status;
}

static rr_status read_sshsig(sshsig *s, const char **why, const uint8_t *bytes, size_t len) {
    rr_ssh_wire wire = {bytes, len}, key, signature, type, raw;
    uint32_t version;
    if (!rr_ssh_bytes(&wire, MAGIC, sizeof MAGIC)) return fail(why, RR_MALFORMED, "not an SSH signature inside");
    if (!rr_ssh_u32(&version, &wire)) return fail(why, RR_MALFORMED, "the signature breaks off");
    if (version != 1) return fail(why, RR_UNSUPPORTED, "an SSH signature of another version than 1");
    if (!rr_ssh_string(&key, &wire) || !rr_ssh_string(&s->purpose, &wire) || !rr_ssh_string(&s->reserved, &wire) ||
        !rr_ssh_string(&s->hash_name, &wire) || !rr_ssh_string(&signature, &wire))
        return fail(why, RR_MALFORMED, "the signature breaks off");
    if (wire.left != 0) return fail(why, RR_MALFORMED, "something follows the signature");
    rr_status status = rr_ssh_public_read(s->key, why, key.next, key.left);
    if (status) return status;
    if (!rr_ssh_string(&type, &signature) || !rr_ssh_is(type, "ssh-ed25519") || !rr_ssh_string(&raw, &signature) ||
        raw.left != crypto_sign_BYTES || signature.left != 0)
        return fail(why, RR_MALFORMED, "the signature is not that of an Ed25519 key");
    s->signature = raw.next;
    return RR_OK;
}

static size_t write_string(uint8_t *out, const uint8_t *bytes, size_t len) {
    rr_store32_be(out, (uint32_t)len);
    if (len > 0) memcpy(out + 4, bytes, len);
    return 4 + len;
}

static rr_status verify(const sshsig *s, const char **why, const void *message, size_t message_len) {
    uint8_t hash[64], signed_bytes[SIGNED_MAX];
    size_t hash_len = 64, n = sizeof MAGIC;
    if (!rr_ssh_is(s->purpose, NAMESPACE))
        return fail(why, RR_REFUSED, "the signature is for another namespace: make it with ssh-keygen -Y sign -n round-robin");
    if (s->reserved.left != 0) return fail(why, RR_MALFORMED, "the reserved field of the signature is not empty");
    if (rr_ssh_is(s->hash_name, "sha512"))
        rr_sha512_of(hash, message, message_len);
    else if (rr_ssh_is(s->hash_name, "sha256")) {
        rr_sha256_of(hash, message, message_len);
        hash_len = 32;
    } else
        return fail(why, RR_UNSUPPORTED, "the signature's hash is neither sha512 nor sha256");
    memcpy(signed_bytes, MAGIC, sizeof MAGIC);
    n += write_string(signed_bytes + n, s->purpose.next, s->purpose.left);
    n += write_string(signed_bytes + n, NULL, 0);
    n += write_string(signed_bytes + n, s->hash_name.next, s->hash_name.left);
    n += write_string(signed_bytes + n, hash, hash_len);
    if (crypto_sign_verify_detached(s->signature, signed_bytes, n, s->key) != 0)
        return fail(why, RR_INVALID, "the SSH signature does not verify: it is over something else, or was altered");
    return RR_OK;
}

rr_status rr_ssh_signature_check_var(uint8_t key[32], rr_error *error, const char *armour, size_t armour_len,
                                     const void *message, size_t message_len) {
    uint8_t bytes[ARMOURED_MAX];
    size_t len;
    const char *why = NULL;
    sshsig s;
    rr_text text = {armour, armour_len};
    rr_status status = rr_ssh_dearmour(bytes, sizeof bytes, &len, &why, text, "SSH SIGNATURE");
    if (!status) status = read_sshsig(&s, &why, bytes, len);
    if (!status) status = verify(&s, &why, message, message_len);
    if (!status) memcpy(key, s.key, sizeof s.key);
    if (error) {
        memset(error, 0, sizeof *error);
        error->status = status;
        error->rule = status ? why : NULL;
    }
    return status;
}

rr_status rr_enrolment_signer_var(uint8_t key[32], rr_error *error, const rr_enrolment_file *enrolment) {
    char digest[RR_BOOK_DIGEST_HEX];
    if (enrolment->signature.len == 0) {
        if (error) {
            memset(error, 0, sizeof *error);
            error->status = RR_NOT_FOUND;
            error->rule = "the request has no SSH signature";
        }
        return RR_NOT_FOUND;
    }
    rr_book_digest(digest, enrolment->book, enrolment->book_len);
    return rr_ssh_signature_check_var(key, error, enrolment->signature.start, enrolment->signature.len, digest, sizeof digest);
}
