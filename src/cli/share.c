/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/share.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/sha2.h"
#include "roll/keycard_plain.h"

#define FIRST "round-robin share v1\n"
#define AGAIN "Use a copy of your share."

/* What is encrypted: the fields in their order, numbers as LE32, flags as one byte. */
enum {
    PLAIN = 32 + RR_SESSION_SIZE + 3 * 4 + 32 + 32 + 1 + RR_CEREMONY_CONTEXT + 1 + 32 + 32 + 1 + 32,
    SALT = crypto_pwhash_SALTBYTES,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    SEALED = SALT + NONCE + PLAIN + crypto_aead_xchacha20poly1305_ietf_ABYTES,
    FILE_SIZE = sizeof FIRST - 1 + 2 * SEALED + 1,
    OPSLIMIT = 3,
    MEMLIMIT = 64 << 20
};

/* ---- fields ------------------------------------------------------------------------------------------------------------ */

/* Goes over all fields, to write or to read them. */
typedef struct walk {
    uint8_t *at;
    bool writes;
} walk;

static void bytes_of(walk *w, void *field, size_t len) {
    if (w->writes)
        memcpy(w->at, field, len);
    else
        memcpy(field, w->at, len);
    w->at += len;
}

static void number_of(walk *w, uint32_t *field) {
    uint8_t bytes[4];
    rr_store32_le(bytes, *field);
    bytes_of(w, bytes, sizeof bytes);
    *field = rr_load32_le(bytes);
}

static void flag_of(walk *w, bool *field) {
    uint8_t byte = *field;
    bytes_of(w, &byte, 1);
    *field = byte != 0;
}

static void walk_over(uint8_t plain[PLAIN], rr_share_state *s, bool writes) {
    walk w = {plain, writes};
    bytes_of(&w, s->roll.bytes, sizeof s->roll.bytes);
    bytes_of(&w, s->session, sizeof s->session);
    number_of(&w, &s->j);
    number_of(&w, &s->t);
    number_of(&w, &s->n);
    bytes_of(&w, s->d.d, sizeof s->d.d);
    bytes_of(&w, s->seed, sizeof s->seed);
    flag_of(&w, &s->begun);
    bytes_of(&w, s->context, sizeof s->context);
    flag_of(&w, &s->has_share);
    bytes_of(&w, s->y.y, sizeof s->y.y);
    bytes_of(&w, s->key.bytes, sizeof s->key.bytes);
    flag_of(&w, &s->accepted);
    bytes_of(&w, s->pid.bytes, sizeof s->pid.bytes);
}

/* ---- encryption ---------------------------------------------------------------------------------------------------------- */

/* SECRET. */
static uint8_t *derive(rr_text passphrase, const uint8_t salt[SALT]) {
    uint8_t *key = rr_take_secret(crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
    /* A generated one counts in any spelling, as for key cards. */
    char *spelled = rr_take_secret(RR_KEYCARD_PASSPHRASE_SIZE);
    if (rr_groups_read(spelled, RR_KEYCARD_PASSPHRASE_SIZE / 5, passphrase.start))
        passphrase = (rr_text){spelled, strlen(spelled)};
    if (crypto_pwhash(key, crypto_aead_xchacha20poly1305_ietf_KEYBYTES, passphrase.start, passphrase.len, salt, OPSLIMIT,
                      MEMLIMIT, crypto_pwhash_ALG_ARGON2ID13) != 0)
        rr_die(RR_EXIT_IO, "there is not enough memory to use the passphrase: 64 MiB are needed.");
    rr_release_secret(spelled);
    return key;
}

void rr_share_open(rr_share_file *file, const char *path, const rr_args *args) {
    *file = (rr_share_file){.path = path, .share = rr_take_secret(sizeof *file->share)};
    rr_bytes text = rr_read_secret(path, RR_LIMIT_SMALL);
    uint8_t sealed[SEALED];
    size_t first = sizeof FIRST - 1;
    if (text.len != FILE_SIZE || memcmp(text.data, FIRST, first) != 0 || text.data[FILE_SIZE - 1] != '\n' ||
        !rr_text_hex(sealed, SEALED, (rr_text){(const char *)text.data + first, 2 * SEALED}))
        rr_die(RR_EXIT_REFUSED, "%s: is no trustee's share, or a part of it is missing. " AGAIN, rr_safe_string(path));
    file->passphrase = rr_passphrase(args, rr_format("Passphrase of %s: ", rr_safe_string(path)), false);
    uint8_t *key = derive(file->passphrase, sealed), *plain = rr_take_secret(PLAIN);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, sealed + SALT + NONCE, SEALED - SALT - NONCE,
                                                   (const uint8_t *)FIRST, first, sealed + SALT, key) != 0)
        rr_die(RR_EXIT_REFUSED, "%s: the passphrase is wrong, or the file was altered. Nothing was changed. Try again.",
               rr_safe_string(path));
    walk_over(plain, file->share, false);
    rr_release_secret(plain);
    rr_release_secret(key);
}

void rr_share_write(const rr_share_file *file, bool replaces) {
    uint8_t sealed[SEALED], *plain = rr_take_secret(PLAIN);
    char text[FILE_SIZE + 1];
    randombytes_buf(sealed, SALT + NONCE);
    uint8_t *key = derive(file->passphrase, sealed);
    walk_over(plain, file->share, true);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + SALT + NONCE, NULL, plain, PLAIN, (const uint8_t *)FIRST,
                                                     sizeof FIRST - 1, NULL, sealed + SALT, key);
    rr_release_secret(plain);
    rr_release_secret(key);
    memcpy(text, FIRST, sizeof FIRST - 1);
    rr_hex(text + sizeof FIRST - 1, sealed, SEALED);
    text[FILE_SIZE - 1] = '\n';
    int old = replaces ? open(file->path, O_WRONLY | O_CLOEXEC) : -1;
    rr_write_file(file->path, RR_SECRET_FILE, replaces, text, FILE_SIZE);
    rr_blank_replaced(old);
}

void rr_share_destroy(const rr_share_file *file) {
    if (!rr_blank_and_remove(file->path))
        rr_die(RR_EXIT_IO, "%s: was overwritten and cannot be removed: %s. Remove it yourself.", rr_safe_string(file->path),
               strerror(errno));
}

/* ---- round 1 ------------------------------------------------------------------------------------------------------------- */

/* Blocks of SHA-512 of seed, context and a counter; each call takes a new one.  In another ceremony other bytes come. */
typedef struct stream {
    rr_share_state *share;
    const rr_ceremony *ceremony;
    uint64_t counter;
} stream;

static int fill(void *context, uint8_t *out, size_t len) {
    stream *s = context;
    uint8_t count[8];
    rr_sha512 h;
    if (len != 64) return -1;
    rr_store64_le(count, s->counter++);
    rr_sha512_init(&h);
    rr_sha512_update(&h, s->share->seed, sizeof s->share->seed);
    rr_sha512_update(&h, s->ceremony->context, sizeof s->ceremony->context);
    rr_sha512_update(&h, count, sizeof count);
    rr_sha512_final(&h, out);
    return 0;
}

rr_random rr_share_random(rr_share_state *share, const rr_ceremony *ceremony) {
    stream *s = rr_take_secret(sizeof *s);
    *s = (stream){share, ceremony, 0};
    return (rr_random){fill, s};
}
