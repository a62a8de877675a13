/* SPDX-License-Identifier: Apache-2.0 */
/* Points of Ed25519 (RFC 8032) as they come from SSH, OpenPGP and signed notes. */
#ifndef RR_GROUP_ED25519_H
#define RR_GROUP_ED25519_H

#include "group/point.h"

/* RFC 8032, 5.1.3, strictly: y below p, on the curve, no x = 0 with the sign bit set. */
bool rr_ed25519_decode_var(rr_ge *p, const uint8_t in[32]);
/* Is 8p the neutral element of the Edwards group? */
bool rr_ed25519_is_small_order_var(const rr_ge *p);
/* Is q*p the neutral element of the Edwards group, not only one of its 4-torsion? */
bool rr_ed25519_is_in_subgroup_var(const rr_ge *p);
/* RFC 8032, 5.1.2. */
void rr_ed25519_encode_var(uint8_t out[32], const rr_ge *p);

/* A signature (R, S) of a public key over a message, judged as PROTOCOL.md section 1 asks and as libsodium's crypto_sign_verify_detached does:
 * S below the order, R and the key canonical and not of small order, the equation without a cofactor. */
bool rr_ed25519_verify_var(const uint8_t signature[64], const uint8_t *message, size_t len, const uint8_t key[32]);

#endif
