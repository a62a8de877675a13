/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RR_GROUP_HASH_TO_GROUP_H
#define RR_GROUP_HASH_TO_GROUP_H

#include <stddef.h>

#include "group/point.h"

/* HashToGroup(kind, msg) of PROTOCOL.md section 1: RFC 9380 suite ristretto255_XMD:SHA-512_R255MAP_RO_ with
 * DST = "RoundRobin-v1 " kind; `kind` has at most 32 characters.  Variable-time in the lengths only. */
void rr_hash_to_group(rr_ge *out, const char *kind, const uint8_t *msg, size_t len);

/* expand_message_xmd with SHA-512 to 64 bytes (RFC 9380, 5.3.1); dst_len at most 255. */
void rr_expand_message(uint8_t out[64], const uint8_t *msg, size_t len, const uint8_t *dst, size_t dst_len);

#endif
