/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sha2.h"
#include "group/ed25519.h"
#include "group/msm.h"

void rr_ed25519_encode_var(uint8_t out[32], const rr_ge *p) {
    rr_fe inverse, x, y;
    rr_fe_invert(&inverse, &p->Z);
    rr_fe_mul(&x, &p->X, &inverse);
    rr_fe_mul(&y, &p->Y, &inverse);
    rr_fe_encode(out, &y);
    out[31] |= (uint8_t)((rr_fe_is_negative(&x) & 1) << 7);
}

/* h = SHA-512(R, A, M) mod q */
static void challenge(rr_scalar *h, const uint8_t r[32], const uint8_t key[32], const uint8_t *message, size_t len) {
    uint8_t digest[64];
    rr_sha512 state;
    rr_sha512_init(&state);
    rr_sha512_update(&state, r, 32);
    rr_sha512_update(&state, key, 32);
    rr_sha512_update(&state, message, len);
    rr_sha512_final(&state, digest);
    rr_scalar_reduce(h, digest);
}

/* R = S*B - h*A is computed and compared as bytes with the R of the signature: so that must be canonical, and the equation holds in the
 * Edwards group itself, without a cofactor. */
bool rr_ed25519_verify_var(const uint8_t signature[64], const uint8_t *message, size_t len, const uint8_t key[32]) {
    rr_ge a, r;
    rr_ge_niels base, negative;
    const rr_ge_niels *const points[] = {&base, &negative};
    rr_scalar scalars[2];
    uint8_t encoded[32];
    if (!rr_scalar_decode(&scalars[0], signature + 32)) return false;
    if (!rr_ed25519_decode_var(&a, key) || rr_ed25519_is_small_order_var(&a)) return false;
    challenge(&scalars[1], signature, key, message, len);
    rr_ge_neg(&a, &a);
    rr_ge_to_niels(&negative, &a);
    rr_ge_to_niels(&base, &RR_GE_BASE);
    rr_msm_small_var(&r, scalars, points, 2);
    if (rr_ed25519_is_small_order_var(&r)) return false;
    rr_ed25519_encode_var(encoded, &r);
    return memcmp(encoded, signature, sizeof encoded) == 0;
}
