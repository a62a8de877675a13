/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/schnorr.h"

#include <string.h>

#include "base/sha2.h"
#include "group/msm.h"
#include "proof/internal.h"

#define PREFIX "COCKTAIL-DKG-Ristretto255-SHA512-"

/* HashToScalar(prefix || first || second || message): 64 bytes of SHA-512, reduced. */
static void hash_to_scalar(rr_scalar *r, const char *prefix, const uint8_t first[32], const uint8_t second[32],
                           const rr_part *parts, unsigned count) {
    rr_sha512 h;
    uint8_t wide[64];
    rr_sha512_init(&h);
    rr_sha512_update(&h, prefix, strlen(prefix));
    rr_sha512_update(&h, first, 32);
    if (second) rr_sha512_update(&h, second, 32);
    for (unsigned i = 0; i < count; i++) rr_sha512_update(&h, parts[i].bytes, parts[i].len);
    rr_sha512_final(&h, wide);
    rr_scalar_reduce(r, wide);
    rr_wipe(wide, sizeof wide);
}

void rr_base_multiple(uint8_t r[32], const rr_scalar *k) {
    rr_ge_niels base;
    rr_ge_to_niels_affine(&base, &RR_GE_BASE);
    rr_msm_ct_few_encoded(r, k, &base, 1);
}

bool rr_schnorr_sign(uint8_t signature[RR_CEREMONY_SIGNATURE], const rr_scalar *secret, const uint8_t key[32],
                     const rr_part *parts, unsigned count) {
    uint8_t encoded[32];
    rr_scalar k, c;
    rr_scalar_encode(encoded, secret);
    hash_to_scalar(&k, PREFIX "NONCE", encoded, NULL, parts, count);
    rr_wipe(encoded, sizeof encoded);
    /* Everybody may know that it is not zero: it never is. */
    uint64_t zero = rr_scalar_is_zero(&k);
    rr_declassify(&zero, sizeof zero);
    if (zero) return false;
    rr_base_multiple(signature, &k);
    /* R is published. */
    rr_declassify(signature, 32);
    hash_to_scalar(&c, PREFIX "H7", signature, key, parts, count);
    rr_scalar_muladd(&k, &c, secret);
    rr_scalar_encode(signature + 32, &k);
    /* So is z. */
    rr_declassify(signature + 32, 32);
    rr_wipe(&k, sizeof k);
    return true;
}

bool rr_schnorr_verify_var(const uint8_t signature[RR_CEREMONY_SIGNATURE], const uint8_t key[32], const rr_part *parts,
                           unsigned count) {
    rr_scalar scalars[2];
    rr_ge_niels points[2];
    const rr_ge_niels *const each[2] = {&points[0], &points[1]};
    rr_ge R, sum;
    if (!rr_scalar_decode(&scalars[0], signature + 32) || !rr_point_read_var(&R, signature) ||
        !rr_point_read_niels_var(&points[1], key))
        return false;
    hash_to_scalar(&scalars[1], PREFIX "H7", signature, key, parts, count);
    /* R = z*B - c*P */
    rr_scalar_neg(&scalars[1], &scalars[1]);
    rr_ge_to_niels_affine(&points[0], &RR_GE_BASE);
    rr_msm_small_var(&sum, scalars, each, 2);
    return rr_ge_equal(&sum, &R) != 0;
}
