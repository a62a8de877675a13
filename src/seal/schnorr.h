/* SPDX-License-Identifier: Apache-2.0 */
/* The Schnorr signatures of COCKTAIL-DKG (https://c2sp.org/cocktail-dkg, "Schnorr Signature Scheme"), suite Ristretto255 and SHA-512. */
#ifndef RR_SEAL_SCHNORR_H
#define RR_SEAL_SCHNORR_H

#include <stdbool.h>

#include "group/scalar.h"
#include "roundrobin/ceremony.h"

/* A message is the concatenation of parts. */
typedef struct rr_part {
    const void *bytes;
    size_t len;
} rr_part;

/* r = k*B, encoded.  Constant-time. */
void rr_base_multiple(uint8_t r[32], const rr_scalar *k);

/* `key` is that of `secret`.  False if the nonce is zero: nothing may be published then.  Constant-time in the secret. */
bool rr_schnorr_sign(uint8_t signature[RR_CEREMONY_SIGNATURE], const rr_scalar *secret, const uint8_t key[32],
                     const rr_part *parts, unsigned count);
bool rr_schnorr_verify_var(const uint8_t signature[RR_CEREMONY_SIGNATURE], const uint8_t key[32], const rr_part *parts,
                           unsigned count);

#endif
