/* SPDX-License-Identifier: Apache-2.0 */
/* OpenSSH private keys (PROTOCOL.key of OpenSSH):
 *
 *     "openssh-key-v1" 0, string cipher, string kdf, string kdf options, uint32 number of keys = 1,
 *     string public key, string private part, and behind it the tag of an AEAD cipher
 *
 *     kdf "bcrypt"   options: string salt, uint32 rounds
 *     private part   uint32 check, uint32 check, string type, string public, string seed ‖ public, string comment,
 *                    1 2 3 ... up to the block size of the cipher
 *
 * A protected key is decrypted by libssh, which writes it again without protection; that text is read like an unprotected
 * key.  libssh sees only what this reader has found whole, in armour of our own making: with a cipher that it does not know,
 * version 0.10 calls a null pointer. */
#include <errno.h>
#include <fcntl.h>
#include <libssh/libssh.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "roll/import_private.h"
#include "roll/ssh_key.h"

#define LABEL "OPENSSH PRIVATE KEY"
static const char MAGIC[] = "openssh-key-v1"; /* with its terminator */

/* ssh-keygen makes 16; each takes some milliseconds. */
enum { ROUNDS_MAX = 5000 };

typedef struct envelope {
    rr_ssh_wire cipher, kdf, kdf_options, private_part;
    uint8_t public_key[32];
    size_t rest; /* bytes behind it */
} envelope;

static rr_status read_envelope(rr_private_run *run, envelope *e, const uint8_t *bytes, size_t len) {
    rr_ssh_wire wire = {bytes, len}, blob;
    uint32_t count;
    if (!rr_ssh_bytes(&wire, MAGIC, sizeof MAGIC))
        return rr_private_fail(run, RR_MALFORMED, "not an OpenSSH private key inside");
    if (!rr_ssh_string(&e->cipher, &wire) || !rr_ssh_string(&e->kdf, &wire) || !rr_ssh_string(&e->kdf_options, &wire) ||
        !rr_ssh_u32(&count, &wire))
        return rr_private_fail(run, RR_MALFORMED, "the key breaks off");
    if (count != 1) return rr_private_fail(run, RR_UNSUPPORTED, "the file holds more than one key, or none");
    if (!rr_ssh_string(&blob, &wire) || !rr_ssh_string(&e->private_part, &wire))
        return rr_private_fail(run, RR_MALFORMED, "the key breaks off");
    rr_status status = rr_ssh_public_read(e->public_key, &run->why, blob.next, blob.left);
    e->rest = wire.left;
    return status;
}

/* The private part in the open. */
static rr_status read_private_part(rr_private_run *run, const envelope *e) {
    rr_ssh_wire wire = e->private_part, type, public_key, both, comment;
    uint32_t check[2];
    if (e->rest != 0) return rr_private_fail(run, RR_MALFORMED, "something follows the key");
    if (!rr_ssh_is(e->kdf, "none") || e->kdf_options.left != 0)
        return rr_private_fail(run, RR_MALFORMED, "a key without cipher names a way to make one from a passphrase");
    if (!rr_ssh_u32(&check[0], &wire) || !rr_ssh_u32(&check[1], &wire) || check[0] != check[1])
        return rr_private_fail(run, RR_MALFORMED, "the two check numbers of the private part differ: the file was altered");
    if (!rr_ssh_string(&type, &wire) || !rr_ssh_string(&public_key, &wire) || !rr_ssh_string(&both, &wire) ||
        !rr_ssh_string(&comment, &wire) || !rr_ssh_is(type, "ssh-ed25519") || public_key.left != 32 || both.left != 64)
        return rr_private_fail(run, RR_MALFORMED, "the private part is not that of an Ed25519 key");
    for (size_t i = 0; i < wire.left; i++) {
        if (wire.next[i] != i + 1) return rr_private_fail(run, RR_MALFORMED, "the padding of the private part is wrong");
    }
    if (memcmp(public_key.next, e->public_key, 32) != 0 || memcmp(both.next + 32, e->public_key, 32) != 0)
        return rr_private_fail(run, RR_MALFORMED, "the private part is that of another key than the public one");
    return rr_private_take(run, both.next, e->public_key);
}

/* What libssh 0.10 can decrypt, with the block size. */
static const struct {
    const char *name;
    size_t block;
} ciphers[] = {
    {"aes256-ctr", 16}, {"aes192-ctr", 16}, {"aes128-ctr", 16}, {"aes256-cbc", 16},
    {"aes192-cbc", 16}, {"aes128-cbc", 16}, {"3des-cbc", 8},
};

static rr_status check_protection(rr_private_run *run, const envelope *e) {
    size_t block = 0;
    for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++) {
        if (rr_ssh_is(e->cipher, ciphers[i].name)) block = ciphers[i].block;
    }
    if (block == 0)
        return rr_private_fail(run, RR_UNSUPPORTED,
                               "protected by a cipher that is not read here: change a copy with "
                               "ssh-keygen -p -Z aes256-ctr");
    if (e->rest != 0) return rr_private_fail(run, RR_MALFORMED, "something follows the key");
    if (e->private_part.left == 0 || e->private_part.left % block != 0)
        return rr_private_fail(run, RR_MALFORMED, "the private part is not a whole number of the cipher's blocks");
    rr_ssh_wire options = e->kdf_options, salt;
    uint32_t rounds;
    if (!rr_ssh_is(e->kdf, "bcrypt")) return rr_private_fail(run, RR_UNSUPPORTED, "its key derivation is not bcrypt");
    if (!rr_ssh_string(&salt, &options) || !rr_ssh_u32(&rounds, &options) || options.left != 0 || salt.left == 0 ||
        salt.left > 64 || rounds == 0)
        return rr_private_fail(run, RR_MALFORMED, "salt or rounds of bcrypt are damaged");
    if (rounds > ROUNDS_MAX) return rr_private_fail(run, RR_UNSUPPORTED, "more than 5000 rounds of bcrypt");
    return RR_OK;
}

/* Armour without line breaks but one, terminated; libssh reads lines of any length. */
static char *armour(const uint8_t *bytes, size_t len) {
    static const char begin[] = "-----BEGIN " LABEL "-----\n", end[] = "\n-----END " LABEL "-----\n";
    size_t base64_len = sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_ORIGINAL);
    char *text = malloc(sizeof begin + base64_len + sizeof end);
    if (!text) return NULL;
    memcpy(text, begin, sizeof begin);
    sodium_bin2base64(text + sizeof begin - 1, base64_len, bytes, len, sodium_base64_VARIANT_ORIGINAL);
    memcpy(text + sizeof begin - 1 + base64_len - 1, end, sizeof end);
    return text;
}

/* Through libssh: text of the protected key in, bytes of the unprotected one out. */
static rr_status unprotect_here(rr_private_run *run, uint8_t *out, size_t cap, size_t *len, const char *text) {
    ssh_key key = NULL;
    char *plain = NULL;
    if (ssh_pki_import_privkey_base64(text, run->passphrase, NULL, NULL, &key) != SSH_OK)
        return rr_private_fail(run, RR_PASSPHRASE, "the passphrase is wrong, or the file was altered");
    rr_status status = RR_OK;
    if (ssh_key_type(key) != SSH_KEYTYPE_ED25519)
        status = rr_private_fail(run, RR_MALFORMED, "not an Ed25519 key inside");
    else if (ssh_pki_export_privkey_base64(key, NULL, NULL, NULL, &plain) != SSH_OK)
        status = rr_private_fail(run, RR_NO_SPACE, "libssh could not give the key out");
    else {
        rr_text plain_text = {plain, strlen(plain)};
        status = rr_ssh_dearmour(out, cap, len, &run->why, plain_text, LABEL);
    }
    if (plain) {
        rr_wipe(plain, strlen(plain));
        ssh_string_free_char(plain);
    }
    ssh_key_free(key);
    return status;
}

/* What the child says; `why` is a static string, which lies at the same place in both processes. */
typedef struct outcome {
    rr_status status;
    const char *why;
    size_t len;
} outcome;

static bool send_all(int fd, const void *data, size_t len) {
    for (const uint8_t *at = data; len > 0;) {
        ssize_t n = write(fd, at, len);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

static bool receive_all(int fd, void *data, size_t len) {
    for (uint8_t *at = data; len > 0;) {
        ssize_t n = read(fd, at, len);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

/* libssh leaves copies of the key in the heap, and has crashed on damaged files.  So it runs in a process of its own, which ends with
 * all that it holds; the key comes back through a pipe. */
static rr_status unprotect(rr_private_run *run, uint8_t *out, size_t cap, size_t *len, const char *text) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return rr_private_fail(run, RR_NO_SPACE, "there is no pipe to a process for libssh");
    pid_t child = fork();
    if (child == 0) {
        outcome done = {RR_OK, NULL, 0};
        done.status = unprotect_here(run, out, cap, &done.len, text);
        done.why = run->why;
        if (done.status != RR_OK) done.len = 0;
        _exit(send_all(ends[1], &done, sizeof done) && send_all(ends[1], out, done.len) ? 0 : 1);
    }
    (void)close(ends[1]);
    outcome done = {RR_MALFORMED, "libssh cannot read it", 0};
    if (child < 0) done = (outcome){RR_NO_SPACE, "there is no process for libssh", 0};
    outcome said;
    if (child > 0 && receive_all(ends[0], &said, sizeof said) && said.len <= cap && receive_all(ends[0], out, said.len))
        done = said;
    (void)close(ends[0]);
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
    *len = done.len;
    return done.status == RR_OK ? RR_OK : rr_private_fail(run, done.status, done.why);
}

static rr_status read_protected(rr_private_run *run, const envelope *outer, const uint8_t *bytes, size_t len, uint8_t *plain,
                                size_t plain_cap) {
    rr_status status = check_protection(run, outer);
    if (status) return status;
    if (!run->passphrase) return rr_private_fail(run, RR_PASSPHRASE, "the key is protected: its passphrase is needed");
    char *text = armour(bytes, len);
    if (!text) return rr_private_fail(run, RR_NO_SPACE, "there is no memory");
    size_t plain_len = 0;
    status = unprotect(run, plain, plain_cap, &plain_len, text);
    free(text);
    if (status) return status;
    envelope inner;
    status = read_envelope(run, &inner, plain, plain_len);
    if (status) return status;
    if (memcmp(inner.public_key, outer->public_key, 32) != 0 || !rr_ssh_is(inner.cipher, "none"))
        return rr_private_fail(run, RR_MALFORMED, "the private part is that of another key than the public one");
    return read_private_part(run, &inner);
}

static rr_status read_bytes(rr_private_run *run, const uint8_t *bytes, size_t len, uint8_t *plain, size_t plain_cap) {
    envelope e;
    rr_status status = read_envelope(run, &e, bytes, len);
    if (!status) status = rr_private_judge(run, e.public_key);
    if (status) return status;
    if (rr_ssh_is(e.cipher, "none")) return read_private_part(run, &e);
    return read_protected(run, &e, bytes, len, plain, plain_cap);
}

rr_status rr_private_read_ssh(rr_private_run *run, rr_text file) {
    uint8_t *bytes = sodium_malloc(2 * RR_SSH_BINARY_MAX); /* locked and wiped: the file's bytes, and the unprotected ones */
    if (!bytes) return rr_private_fail(run, RR_NO_SPACE, "there is no memory that can be locked");
    size_t len;
    rr_status status = rr_ssh_dearmour(bytes, RR_SSH_BINARY_MAX, &len, &run->why, file, LABEL);
    if (!status) status = read_bytes(run, bytes, len, bytes + RR_SSH_BINARY_MAX, RR_SSH_BINARY_MAX);
    sodium_free(bytes);
    return status;
}
