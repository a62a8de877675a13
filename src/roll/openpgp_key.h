/* SPDX-License-Identifier: Apache-2.0 */
/* The little of OpenPGP (RFC 4880, and the EdDSA keys that GnuPG and RNP write) that is read here; all that is to be judged
 * (signatures, expiry, revocation, passphrases) is left to librnp.
 *
 *     packet       header (tag, length), body
 *     key body     4, u32 creation time, algorithm 22 (EdDSA), u8 9, the curve's OID, MPI of 263 bits: 0x40 and the 32 bytes
 *     secret key   key body, then u8 0, MPI of the seed, u16 sum of that MPI's bytes; or, protected, u8 253 ... 255 and more
 */
#ifndef RR_ROLL_OPENPGP_KEY_H
#define RR_ROLL_OPENPGP_KEY_H

#include <stdbool.h>

#include "roundrobin/types.h"

enum {
    RR_PGP_SECRET_KEY = 5,
    RR_PGP_PUBLIC_KEY = 6,
    RR_PGP_SECRET_SUBKEY = 7,
    RR_PGP_PUBLIC_SUBKEY = 14,
    RR_PGP_FINGERPRINT_SIZE = 41 /* 40 capital hex digits, terminator */
};

typedef struct rr_pgp_packet {
    unsigned tag;
    const uint8_t *body;
    size_t len;
} rr_pgp_packet;

typedef struct rr_pgp_reader {
    const uint8_t *next;
    size_t left;
} rr_pgp_reader;

/* Takes a packet from the front.  RR_NOT_FOUND at the end; RR_MALFORMED with the reason if there is no whole packet. */
rr_status rr_pgp_next(rr_pgp_packet *packet, const char **why, rr_pgp_reader *reader);

/* Reads an Ed25519 public key; *used is its length (of a secret key's body, what follows is secret).  False for any other key. */
bool rr_pgp_ed25519(uint8_t key[32], size_t *used, const uint8_t *body, size_t len);
/* The fingerprint of a version 4 key from the public part of its body; empty for other versions. */
void rr_pgp_fingerprint(char hex[RR_PGP_FINGERPRINT_SIZE], const uint8_t *body, size_t len);

/* Is the secret part only a mark that the key is kept elsewhere (GnuPG's S2K 101)?  `secret` is what follows the public part. */
bool rr_pgp_is_elsewhere(const uint8_t *secret, size_t len);
/* Reads the seed of a secret part that is not protected.  RR_MALFORMED with the reason. */
rr_status rr_pgp_seed(uint8_t seed[32], const char **why, const uint8_t *secret, size_t len);

/* As Debian builds it, librnp writes its opinion of every bad packet to stderr, and nothing in its interface stops it.  Between these
 * two calls stderr leads nowhere, for the whole process. */
int rr_pgp_hush(void);
void rr_pgp_unhush(int kept);

/* Binary from binary or from armour, all its blocks one after the other; to be freed with rr_pgp_binary_free, which wipes it.
 * RR_MALFORMED with the reason, RR_NO_SPACE. */
typedef struct rr_pgp_binary {
    uint8_t *bytes;
    size_t len;
} rr_pgp_binary;
rr_status rr_pgp_unarmour(rr_pgp_binary *binary, const char **why, const uint8_t *file, size_t file_len);
void rr_pgp_binary_free(rr_pgp_binary *binary);

#endif
