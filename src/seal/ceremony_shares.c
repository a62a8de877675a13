/* SPDX-License-Identifier: Apache-2.0 */
/* A trustee's side of a ceremony: its polynomial f of degree t - 1, whose values at 1 ... n go encrypted to the others; the sum of what it gets
 * itself is its share.  Ciphertexts are XChaCha20-Poly1305 of libsodium. */
#include <sodium.h>
#include <string.h>

#include "base/bytes.h"
#include "base/sha2.h"
#include "roundrobin/trustees.h"
#include "seal/internal.h"

/* ---- scalars and keys -------------------------------------------------------------------------------------------------- */

/* Not zero, as the text demands of each scalar that it draws; false if there are no random bytes. */
static bool draw(rr_scalar *r, const rr_random *random) {
    uint8_t wide[64];
    uint64_t zero;
    do {
        if (random->fill(random->context, wide, sizeof wide) != 0) return false;
        rr_scalar_reduce(r, wide);
        /* Everybody may know that it was not zero. */
        zero = rr_scalar_is_zero(r);
        rr_declassify(&zero, sizeof zero);
    } while (zero);
    rr_wipe(wide, sizeof wide);
    return true;
}

rr_status rr_ceremony_key(rr_ceremony_secret *secret, rr_ceremony_public *key, const rr_random *random) {
    rr_scalar d;
    if (!draw(&d, random)) return RR_RANDOM;
    rr_scalar_encode(secret->d, &d);
    rr_base_multiple(key->bytes, &d);
    rr_declassify(key, sizeof *key);
    rr_wipe(&d, sizeof d);
    return RR_OK;
}

/* The secret and its public key; false for what is no secret. */
static bool read_secret(rr_scalar *d, uint8_t key[32], const rr_ceremony_secret *secret) {
    bool good = rr_secret_scalar_read(d, secret->d);
    rr_base_multiple(key, d);
    rr_declassify(key, 32); /* it stands in the list */
    return good;
}

rr_status rr_ceremony_public_of(rr_ceremony_public *key, const rr_ceremony_secret *secret) {
    rr_scalar d;
    bool good = read_secret(&d, key->bytes, secret);
    rr_wipe(&d, sizeof d);
    return good ? RR_OK : RR_ARGUMENT;
}

static bool read_own_secret(rr_scalar *d, const rr_ceremony *c, uint32_t j, const rr_ceremony_secret *secret) {
    uint8_t key[32];
    return j >= 1 && j <= c->n && read_secret(d, key, secret) && memcmp(key, c->keys[j - 1].bytes, sizeof key) == 0;
}

rr_status rr_ceremony_sign(uint8_t signature[RR_CEREMONY_SIGNATURE], const rr_ceremony_secret *secret,
                           const uint8_t *transcript, size_t len) {
    const rr_part part = {transcript, len};
    uint8_t key[32];
    rr_scalar d;
    rr_status status = RR_ARGUMENT;
    if (read_secret(&d, key, secret)) status = rr_schnorr_sign(signature, &d, key, &part, 1) ? RR_OK : RR_INVALID;
    rr_wipe(&d, sizeof d);
    return status;
}

/* ---- encrypting a share ------------------------------------------------------------------------------------------------ */

/* SECRET.  Key and nonce for one ciphertext: 32 and 24 bytes, the rest unused. */
typedef struct share_key {
    uint8_t bytes[64];
} share_key;

/* scalar * point, encoded; the point was checked. */
static void multiple(uint8_t out[32], const rr_scalar *scalar, const uint8_t point[32]) {
    rr_ge_niels niels;
    (void)rr_point_read_niels_var(&niels, point);
    rr_msm_ct_few_encoded(out, scalar, &niels, 1);
}

/* H6: from both shared secrets, the sender's ephemeral and static key, the recipient's key, and the context. */
static void derive(share_key *key, const uint8_t secrets[64], const uint8_t ephemeral[32], const rr_ceremony *c,
                   uint32_t sender, uint32_t recipient) {
    static const char prefix[] = "COCKTAIL-DKG-Ristretto255-SHA512-H6";
    uint8_t size[8];
    rr_sha512 h;
    rr_store64_le(size, sizeof c->context);
    rr_sha512_init(&h);
    rr_sha512_update(&h, prefix, sizeof prefix - 1);
    rr_sha512_update(&h, secrets, 64);
    rr_sha512_update(&h, ephemeral, 32);
    rr_sha512_update(&h, c->keys[sender - 1].bytes, 32);
    rr_sha512_update(&h, c->keys[recipient - 1].bytes, 32);
    rr_sha512_update(&h, size, sizeof size);
    rr_sha512_update(&h, c->context, sizeof c->context);
    rr_sha512_final(&h, key->bytes);
    /* libsodium branches on whether a tag is right, which everybody may know; the marks do not see that. */
    rr_declassify(key, sizeof *key);
}

/* ---- round 1 ----------------------------------------------------------------------------------------------------------- */

/* SECRET */
typedef struct polynomial {
    rr_scalar a[RR_TRUSTEE_MAX];
} polynomial;

static void value_at(rr_scalar *r, const polynomial *f, uint32_t t, uint32_t at) {
    rr_scalar x;
    rr_scalar_set_u32(&x, at);
    *r = f->a[t - 1];
    for (uint32_t k = t - 1; k > 0; k--) {
        rr_scalar next = f->a[k - 1];
        rr_scalar_muladd(&next, r, &x);
        *r = next;
    }
}

static void encrypt_share(uint8_t frame[RR_SHARE_FRAME], const rr_ceremony *c, uint32_t from, uint32_t to,
                          const rr_scalar *share, const rr_scalar *d, const rr_scalar *e, const uint8_t ephemeral[32]) {
    uint8_t secrets[64], plain[32];
    share_key key;
    multiple(secrets, e, c->keys[to - 1].bytes);
    multiple(secrets + 32, d, c->keys[to - 1].bytes);
    derive(&key, secrets, ephemeral, c, from, to);
    rr_scalar_encode(plain, share);
    rr_store64_be(frame, RR_SHARE_CIPHERTEXT);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(frame + 8, NULL, plain, sizeof plain, NULL, 0, NULL, key.bytes + 32,
                                                     key.bytes);
    /* A ciphertext is sent to everybody. */
    rr_declassify(frame, RR_SHARE_FRAME);
    rr_wipe(secrets, sizeof secrets);
    rr_wipe(plain, sizeof plain);
    rr_wipe(&key, sizeof key);
}

rr_status rr_ceremony_round1(uint8_t *message, const rr_ceremony *ceremony, uint32_t j, const rr_ceremony_secret *secret,
                             const rr_random *random) {
    uint32_t t = ceremony->t;
    uint8_t *proof = message + 32 * (size_t)t, *ephemeral = proof + RR_CEREMONY_SIGNATURE;
    polynomial f;
    rr_scalar d, e, share;
    rr_status status = read_own_secret(&d, ceremony, j, secret) ? RR_OK : RR_ARGUMENT;
    for (uint32_t k = 0; status == RR_OK && k < t; k++) status = draw(&f.a[k], random) ? RR_OK : RR_RANDOM;
    if (status == RR_OK && !draw(&e, random)) status = RR_RANDOM;
    if (status == RR_OK) {
        for (uint32_t k = 0; k < t; k++) rr_base_multiple(message + 32 * (size_t)k, &f.a[k]);
        rr_base_multiple(ephemeral, &e);
        /* Commitments and ephemeral key are sent to everybody. */
        rr_declassify(message, 32 * (size_t)t);
        rr_declassify(ephemeral, 32);
        const rr_part signed_parts[] = {
            {ceremony->context, sizeof ceremony->context}, {message, 32 * (size_t)t}, {ephemeral, 32}};
        if (!rr_schnorr_sign(proof, &f.a[0], message, signed_parts, 3)) status = RR_INVALID;
    }
    for (uint32_t to = 1; status == RR_OK && to <= ceremony->n; to++) {
        value_at(&share, &f, t, to);
        encrypt_share(message + rr_round1_frame(ceremony, to), ceremony, j, to, &share, &d, &e, ephemeral);
    }
    rr_wipe(&f, sizeof f);
    rr_wipe(&d, sizeof d);
    rr_wipe(&e, sizeof e);
    rr_wipe(&share, sizeof share);
    return status;
}

/* ---- round 2 ----------------------------------------------------------------------------------------------------------- */

/* What trustee `from` sent to `to`, decrypted: canonical, and on the polynomial to which `from` is committed. */
static rr_status decrypt_share(rr_scalar *share, rr_ceremony_fault *fault, const rr_ceremony *c, uint32_t from, uint32_t to,
                               const rr_scalar *d, const uint8_t *message) {
    rr_round1_parts parts = rr_round1_parts_of(c, message);
    uint8_t secrets[64], plain[32], given[32], wanted[32];
    share_key key;
    rr_ge_niels commitments[RR_TRUSTEE_MAX];
    rr_ge value;
    multiple(secrets, d, parts.ephemeral);
    multiple(secrets + 32, d, c->keys[from - 1].bytes);
    derive(&key, secrets, parts.ephemeral, c, from, to);
    int bad = crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, message + rr_round1_frame(c, to) + 8,
                                                         RR_SHARE_CIPHERTEXT, NULL, 0, key.bytes + 32, key.bytes);
    rr_classify(plain, sizeof plain);
    uint64_t canonical = bad ? 0 : rr_scalar_decode(share, plain);
    rr_wipe(secrets, sizeof secrets);
    rr_wipe(plain, sizeof plain);
    rr_wipe(&key, sizeof key);
    /* Whether it was good is told to everybody, and so is share*B, which the commitments give. */
    rr_declassify(&canonical, sizeof canonical);
    if (bad) return rr_ceremony_fail(fault, RR_INVALID, from, "its share for this trustee cannot be decrypted");
    if (!canonical) return rr_ceremony_fail(fault, RR_INVALID, from, "its share for this trustee is no scalar");
    rr_base_multiple(given, share);
    rr_declassify(given, sizeof given);
    for (uint32_t k = 0; k < c->t; k++) (void)rr_point_read_niels_var(&commitments[k], parts.commitments + 32 * (size_t)k);
    rr_commitments_at_var(&value, commitments, c->t, to);
    rr_ge_encode(wanted, &value);
    if (memcmp(given, wanted, sizeof given) != 0)
        return rr_ceremony_fail(fault, RR_INVALID, from, "its share for this trustee is not the one that it is committed to");
    return RR_OK;
}

rr_status rr_ceremony_round2(rr_trustee_secret *share, rr_ceremony_fault *fault, const rr_ceremony *ceremony, uint32_t j,
                             const rr_ceremony_secret *secret, const uint8_t *const *messages) {
    rr_scalar d, part, sum = RR_SCALAR_ZERO;
    *fault = (rr_ceremony_fault){0, NULL};
    rr_status status = read_own_secret(&d, ceremony, j, secret) ? RR_OK : RR_ARGUMENT;
    for (uint32_t from = 1; status == RR_OK && from <= ceremony->n; from++)
        status = rr_round1_check_var(fault, ceremony, from, messages[from - 1], rr_round1_size(ceremony));
    for (uint32_t from = 1; status == RR_OK && from <= ceremony->n; from++) {
        status = decrypt_share(&part, fault, ceremony, from, j, &d, messages[from - 1]);
        if (status == RR_OK) rr_scalar_add(&sum, &sum, &part);
    }
    if (status == RR_OK)
        rr_scalar_encode(share->y, &sum);
    else
        rr_wipe(share, sizeof *share);
    rr_wipe(&d, sizeof d);
    rr_wipe(&part, sizeof part);
    rr_wipe(&sum, sizeof sum);
    return status;
}

rr_status rr_round2_make(uint8_t *message, const rr_ceremony *ceremony, const rr_ceremony_secret *secret,
                         const uint8_t *const *messages, uint8_t *work) {
    rr_ceremony_transcript(work, ceremony, messages);
    for (uint32_t j = 0; j < ceremony->n; j++)
        rr_sha256_of(message + RR_CEREMONY_SIGNATURE + 32 * (size_t)j, messages[j], rr_round1_size(ceremony));
    return rr_ceremony_sign(message, secret, work, rr_ceremony_transcript_size(ceremony));
}
