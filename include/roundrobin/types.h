/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ROUNDROBIN_TYPES_H
#define ROUNDROBIN_TYPES_H

#include <stddef.h>
#include <stdint.h>

#include "roundrobin/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One type for each role, so that the compiler keeps them apart.  All are plain bytes without padding. */
// clang-format off
typedef struct rr_hash { uint8_t bytes[32]; } rr_hash;           /* SHA-256: a Merkle root, a leaf hash */
typedef struct rr_roll_id { uint8_t bytes[32]; } rr_roll_id;     /* section 2: the same for all editions */
typedef struct rr_roll_digest { uint8_t bytes[32]; } rr_roll_digest; /* SHA-256 of a roll file */
typedef struct rr_pid { uint8_t bytes[32]; } rr_pid;             /* SHA-256 of a petition file */
typedef struct rr_entry_key { uint8_t bytes[32]; } rr_entry_key; /* P: a member's public key on a roll, an encoded point */
typedef struct rr_seal_key { uint8_t bytes[32]; } rr_seal_key;   /* Y, or Y_j: an encoded point */
typedef struct rr_nullifier { uint8_t bytes[32]; } rr_nullifier; /* T = k*U: an encoded point */
typedef struct rr_fresh { uint8_t bytes[32]; } rr_fresh;         /* fresh bytes from the operating system for one proof */

/* SECRET.  What opens an entry: P = k*B + r*H; r is zero for an Ed25519 key.  Scalars, little-endian, below q.
 * Wipe it with rr_wipe after use. */
typedef struct rr_secret { uint8_t k[32]; uint8_t r[32]; } rr_secret;

/* SECRET.  A trustee's share y_j, a scalar. */
typedef struct rr_trustee_secret { uint8_t y[32]; } rr_trustee_secret;

// clang-format on

/* Fills `out` with `len` unpredictable bytes; 0 on success.  Every source of randomness is handed in. */
typedef struct rr_random {
    int (*fill)(void *context, uint8_t *out, size_t len);
    void *context;
} rr_random;

/* A piece of somebody else's text, not terminated.  Valid as long as the buffer that it points into. */
typedef struct rr_text {
    const char *start;
    size_t len;
} rr_text;

/* Overwrites with zeros in a way that the compiler keeps. */
void rr_wipe(void *secret, size_t len);

/* The kinds of records and log entries (PROTOCOL.md sections 4 and 7). */
typedef enum rr_kind {
    RR_FIRST = 0,
    RR_ANONYMOUS = 1,
    RR_SEALED = 2,
    RR_NAMED = 3,
    RR_STEP_FORWARD = 4,
    RR_WITHDRAW = 5,
    RR_NOTICE = 6,
    RR_OPENING = 7,
    RR_CLOSE = 8
} rr_kind;

/* Sizes in bytes. */
enum {
    RR_ANSWER_SIZE = 2048,    /* the body in which an answer is sent (section 5) */
    RR_RECORD_MAX = 1702,     /* the largest record: kind 2 in a ring with m = 8 */
    RR_PLAIN_SIZE = 166,      /* kinds 3 and 4 */
    RR_WITHDRAW_SIZE = 102,   /* kind 5 */
    RR_ENROL_SLOT_SIZE = 128, /* P R z_k z_r */
    RR_ENROL_PROOF_SIZE = 96, /* R z_k z_r */
    RR_SHARE_SIZE = 128,      /* S_j R_1 R_2 z */
    RR_RING_MAX = 65535,      /* the most entries that section 3 can put into one ring */
    RR_TRUSTEE_MAX = 255      /* the most trustees of a petition */
};

#ifdef __cplusplus
}
#endif
#endif
