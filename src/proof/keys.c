/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of members: one-time keys, and Ed25519 keys that people already have. */
#include <string.h>

#include "base/checkmem.h"
#include "group/ed25519.h"
#include "proof/internal.h"

bool rr_secret_read(rr_scalar *k, rr_scalar *r, const rr_secret *secret) {
    uint64_t good = rr_scalar_decode(k, secret->k);
    good &= rr_scalar_decode(r, secret->r);
    good &= ~rr_scalar_is_zero(k);
    rr_declassify(&good, sizeof good); /* whether a key is well-formed is the answer of every call that takes one */
    return good;
}

bool rr_secret_scalar_read(rr_scalar *y, const uint8_t secret[32]) {
    uint64_t good = rr_scalar_decode(y, secret);
    good &= ~rr_scalar_is_zero(y);
    rr_declassify(&good, sizeof good); /* as above */
    return good;
}

rr_status rr_secret_new(rr_secret *secret, const rr_random *random) {
    uint8_t bytes[128];
    rr_scalar k, r;
    bool usable = random->fill(random->context, bytes, sizeof bytes) == 0;
    if (usable) {
        rr_scalar_reduce(&k, bytes);
        rr_scalar_reduce(&r, bytes + 64);
        rr_scalar_encode(secret->k, &k);
        rr_scalar_encode(secret->r, &r);
        usable = rr_secret_read(&k, &r, secret);
    }
    rr_wipe(bytes, sizeof bytes);
    rr_wipe(&k, sizeof k);
    rr_wipe(&r, sizeof r);
    return usable ? RR_OK : RR_RANDOM;
}

rr_status rr_secret_entry(const rr_params *params, rr_entry_key *entry, const rr_secret *secret) {
    rr_ge_niels bases[2] = {params->B, *RR_H(params)};
    rr_scalar scalars[2];
    bool good = rr_secret_read(&scalars[0], &scalars[1], secret);
    if (good) rr_msm_ct_few_encoded(entry->bytes, scalars, bases, 2);
    rr_wipe(scalars, sizeof scalars);
    return good ? RR_OK : RR_ARGUMENT;
}

rr_status rr_secret_nullifier(const rr_subject *subject, rr_nullifier *nullifier, const rr_secret *secret) {
    rr_scalar k, r;
    bool good = rr_secret_read(&k, &r, secret);
    if (good) rr_msm_ct_few_encoded(nullifier->bytes, &k, &subject->U, 1);
    rr_wipe(&k, sizeof k);
    rr_wipe(&r, sizeof r);
    return good ? RR_OK : RR_ARGUMENT;
}

void rr_secret_from_ed25519_scalar(rr_secret *secret, const uint8_t scalar[32]) {
    uint8_t wide[64] = {0};
    rr_scalar k;
    memcpy(wide, scalar, 32);
    wide[0] &= 248; /* RFC 8032, 5.1.5 */
    wide[31] &= 127;
    wide[31] |= 64;
    rr_scalar_reduce(&k, wide);
    rr_scalar_encode(secret->k, &k);
    memset(secret->r, 0, sizeof secret->r);
    rr_wipe(wide, sizeof wide);
    rr_wipe(&k, sizeof k);
}

void rr_secret_from_ed25519_seed(rr_secret *secret, const uint8_t seed[32]) {
    uint8_t hash[64];
    rr_sha512_of(hash, seed, 32);
    rr_secret_from_ed25519_scalar(secret, hash);
    rr_wipe(hash, sizeof hash);
}

rr_status rr_entry_from_ed25519_var(rr_entry_key *entry, const char **why, const uint8_t ed25519[32]) {
    const char *reason = NULL;
    rr_status status = RR_REFUSED;
    rr_ge p;
    if (!rr_ed25519_decode_var(&p, ed25519)) {
        reason = "not the canonical encoding of a point of Ed25519";
        status = RR_MALFORMED;
    } else if (rr_ed25519_is_small_order_var(&p)) {
        reason = "a key of small order, which everybody can sign for";
    } else if (!rr_ed25519_is_in_subgroup_var(&p)) {
        reason = "not in the prime-order subgroup: several such keys would be one entry";
    }
    if (why != NULL) *why = reason;
    if (reason != NULL) return status;
    rr_ge_encode(entry->bytes, &p);
    return RR_OK;
}

rr_status rr_ed25519_key_check_var(const uint8_t ed25519[32]) {
    rr_ge p;
    return rr_ed25519_decode_var(&p, ed25519) && !rr_ed25519_is_small_order_var(&p) ? RR_OK : RR_MALFORMED;
}
