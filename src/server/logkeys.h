/* SPDX-License-Identifier: Apache-2.0 */
/* The keys that sign petition logs, all derived from one secret, so that a server can offer a fresh one to anybody who asks and keeps nothing
 * for it until a petition names it.
 *
 *     seed of the log NAME = BLAKE2b-256, key: the secret, of "round-robin log key v1" LF NAME
 *
 * The secret is the file logs.key of the key folder: "round-robin log keys v1" LF 64 hex LF, mode 0600. */
#ifndef RR_SERVER_LOGKEYS_H
#define RR_SERVER_LOGKEYS_H

#include "roundrobin/evidence.h"
#include "roundrobin/note.h"

/* SECRET. */
typedef struct rr_log_keys {
    uint8_t secret[32];
} rr_log_keys;

/* Reads the file, or makes it durably.  RR_IO, RR_MALFORMED. */
rr_status rr_log_keys_open(rr_log_keys *keys, rr_file_error *error, const char *folder);
/* The signer of the log of this name.  RR_ARGUMENT: no name for a key. */
rr_status rr_log_key_derive(rr_signer *signer, const rr_log_keys *keys, rr_text name);
/* The signer of a vkey, if it is one of these keys: RR_NOT_FOUND else. */
rr_status rr_log_key_find(rr_signer *signer, const rr_log_keys *keys, const rr_vkey *vkey);
/* A vkey for a log that does not exist yet: the server's name, a slash, 16 random hex digits.  Terminated; RR_NO_SPACE, RR_ARGUMENT. */
rr_status rr_log_key_fresh(char *out, size_t size, const rr_log_keys *keys, rr_text server);

#endif
