/* SPDX-License-Identifier: Apache-2.0 */
/* The transcript of PROTOCOL.md section 1: labelled data in, one challenge out; and the nonces that hang on it.
 *
 *     block(tag)         "RoundRobin-v1 " tag, zero-padded to 128 bytes
 *     frame(label, data) LE16(len label) label LE64(len data) data
 */
#ifndef RR_BASE_TRANSCRIPT_H
#define RR_BASE_TRANSCRIPT_H

#include "base/sha2.h"
#include "roundrobin/types.h"

#define RR_SUITE "RoundRobin-v1"

typedef struct rr_transcript {
    rr_sha512 hash;
} rr_transcript;

/* A hash state that has taken block(tag). */
void rr_sha512_init_tagged(rr_sha512 *h, const char *tag);
/* Appends frame(label, data). */
void rr_sha512_frame(rr_sha512 *h, const char *label, const void *data, size_t len);

void rr_transcript_init(rr_transcript *t);
void rr_transcript_absorb(rr_transcript *t, const char *label, const void *data, size_t len);
void rr_transcript_absorb32(rr_transcript *t, const char *label, uint32_t value);
/* D: the SHA-512 of all that was absorbed so far; the transcript goes on. */
void rr_transcript_digest(const rr_transcript *t, uint8_t out[64]);
/* The 64 bytes that, modulo q, are the challenge; the transcript goes on. */
void rr_transcript_challenge(const rr_transcript *t, uint8_t out[64]);

/* SECRET.  A row of nonces; constant-time. */
typedef struct rr_nonces {
    uint8_t seed[64];
    uint64_t next;
} rr_nonces;

/* `secret` is k || r for a member, y_j for a trustee. */
void rr_nonces_init(rr_nonces *n, const rr_transcript *context, const uint8_t *secret, size_t secret_len, uint32_t index,
                    const rr_fresh *fresh);
/* The next 64 bytes that, modulo q, are a nonce. */
void rr_nonces_next(rr_nonces *n, uint8_t out[64]);

#endif
