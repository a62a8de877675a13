/* SPDX-License-Identifier: Apache-2.0 */
/* SSH's way to write keys (RFC 4251 section 5, RFC 8709, OpenSSH's PROTOCOL.key): uint32 is big-endian, a string is uint32
 * length and bytes.  An Ed25519 public key is the two strings "ssh-ed25519" and the 32 bytes: 51 bytes in all. */
#ifndef RR_ROLL_SSH_KEY_H
#define RR_ROLL_SSH_KEY_H

#include <stdbool.h>

#include "roundrobin/types.h"

enum {
    RR_SSH_PUBLIC_SIZE = 51,
    RR_SSH_FINGERPRINT_SIZE = 44, /* 43 characters of unpadded base64url, terminator */
    RR_SSH_BINARY_MAX = 16384     /* no armoured thing that is read here holds more */
};

typedef struct rr_ssh_wire {
    const uint8_t *next;
    size_t left;
} rr_ssh_wire;

/* Each takes something from the front; false if it is not there. */
bool rr_ssh_u32(uint32_t *value, rr_ssh_wire *wire);
bool rr_ssh_string(rr_ssh_wire *string, rr_ssh_wire *wire);
bool rr_ssh_bytes(rr_ssh_wire *wire, const void *bytes, size_t len);
bool rr_ssh_is(rr_ssh_wire string, const char *text);

/* Is this the name of a key type, whether it can be used here or not? */
bool rr_ssh_is_key_type(rr_text name);
/* RR_OK for ssh-ed25519; else RR_UNSUPPORTED, with the reason as a static sentence. */
rr_status rr_ssh_key_type(const char **why, rr_text name);

/* Reads a whole public key blob.  RR_MALFORMED, RR_UNSUPPORTED, with the reason. */
rr_status rr_ssh_public_read(uint8_t key[32], const char **why, const uint8_t *blob, size_t blob_len);
void rr_ssh_public_write(uint8_t blob[RR_SSH_PUBLIC_SIZE], const uint8_t key[32]);
/* SHA-256 of the blob as a member is called. */
void rr_ssh_fingerprint(char name[RR_SSH_FINGERPRINT_SIZE], const uint8_t key[32]);

/* Reads one armoured thing: `-----BEGIN label-----`, lines of base64, `-----END label-----`; nothing but line ends before it
 * or after it.  RR_MALFORMED with the reason; also if it has more than `cap` bytes. */
rr_status rr_ssh_dearmour(uint8_t *out, size_t cap, size_t *len, const char **why, rr_text text, const char *label);

#endif
