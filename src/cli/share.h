/* SPDX-License-Identifier: Apache-2.0 */
/* A trustee's share: one file, encrypted under a passphrase (docs/spec/trustees.md), that says how far its ceremony has come.
 *
 *     round-robin share v1 LF
 *     hex of: salt (16), nonce (24), ciphertext LF
 *
 * The key is Argon2id of the passphrase (RFC 9106 section 4, the second recommended option, with the one lane that libsodium has), the cipher
 * XChaCha20-Poly1305 with the first line as associated data. */
#ifndef RR_CLI_SHARE_H
#define RR_CLI_SHARE_H

#include "cli/tool.h"
#include "roundrobin/trustees.h"

/* SECRET. */
typedef struct rr_share_state {
    rr_roll_digest roll;
    uint8_t session[RR_SESSION_SIZE];
    uint32_t j, t, n;
    rr_ceremony_secret d;
    uint8_t seed[32]; /* what its message of round 1 is drawn from, so that there is one; zero once it is not needed */
    bool begun;       /* round 1 was made, */
    uint8_t context[RR_CEREMONY_CONTEXT]; /* in this ceremony */
    bool has_share;
    rr_trustee_secret y;
    rr_seal_key key; /* Y_j */
    bool accepted;
    rr_pid pid; /* what it accepted */
} rr_share_state;

typedef struct rr_share_file {
    const char *path;
    rr_share_state *share; /* SECRET */
    rr_text passphrase;    /* SECRET */
} rr_share_file;

/* Asks for the passphrase; fails with the reason. */
void rr_share_open(rr_share_file *file, const char *path, const rr_args *args);
/* Durably, in the place of the old one. */
void rr_share_write(const rr_share_file *file, bool replaces);
/* Overwrites the file and removes it. */
void rr_share_destroy(const rr_share_file *file);

/* Fills from the share's seed and a ceremony's context: the same each time. */
rr_random rr_share_random(rr_share_state *share, const rr_ceremony *ceremony);

#endif
