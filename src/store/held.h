/* SPDX-License-Identifier: Apache-2.0 */
/* Records that wait, encrypted under a batch key that lies outside the database (PROTOCOL.md section 10).
 *
 * A batch key's file is PREFIX "batch-" 32 hex digits (the batch's id) in the key folder, mode 0600:
 *
 *     0   16  "round-robin held" (ASCII)
 *    16   32  secret key of the sealed boxes (X25519)
 *    48   32  key of the tags
 *
 * A sealed record is libsodium's sealed box, to the batch's public key, of
 *
 *     0    2  LE16 length of the record
 *     2   16  keyed hash of the record (BLAKE2b under the tag key): whoever can write to the database cannot put a record there
 *    18    n  the record, then zeros up to the petition's room, so that all have one length
 *
 * A tag is BLAKE2b-256 under the tag key of T and one byte: 0 for a signature (kinds 1 to 3), the kind for 4 and 5.  So one signature, one
 * step-forward and one withdrawal of a T can wait together, and each once. */
#ifndef RR_STORE_HELD_H
#define RR_STORE_HELD_H

#include "roundrobin/evidence.h"

enum {
    RR_BATCH_FILE_SIZE = 80,
    RR_HELD_HEAD = 18,
    RR_HELD_OVERHEAD = RR_HELD_HEAD + 48 /* what a sealed record has more than the room for the record */
};

// clang-format off
typedef struct rr_batch_id { uint8_t bytes[16]; } rr_batch_id; /* random; names a batch and its key's file */
typedef struct rr_tag { uint8_t bytes[32]; } rr_tag;
typedef struct rr_row_key { uint8_t bytes[16]; } rr_row_key;   /* random */
// clang-format on

/* SECRET.  Keep it in locked memory and wipe it. */
typedef struct rr_batch_key {
    rr_batch_id id;
    uint8_t public_key[32];
    uint8_t secret_key[32];
    uint8_t tag_key[32];
} rr_batch_key;

typedef struct rr_held {
    rr_row_key key;
    rr_tag tag;
    rr_blob sealed;
} rr_held;

/* A new key, durably in `folder` when this answers RR_OK.  RR_IO, RR_NO_SPACE. */
rr_status rr_batch_key_new(rr_batch_key *key, rr_file_error *error, const char *folder);
/* RR_NOT_FOUND, RR_IO, RR_MALFORMED (no such file, or one that others may read). */
rr_status rr_batch_key_load(rr_batch_key *key, rr_file_error *error, const char *folder, const rr_batch_id *id);
/* Overwrites the file, syncs, unlinks, syncs the folder.  RR_OK too where there is none. */
rr_status rr_batch_key_destroy(rr_file_error *error, const char *folder, const rr_batch_id *id);
/* Does the folder hold the key of any batch? */
rr_status rr_batch_keys_any(bool *any, rr_file_error *error, const char *folder);
/* Destroys all keys in the folder but those of `keep`: what a crash has left. */
rr_status rr_batch_keys_sweep(rr_file_error *error, const char *folder, const rr_batch_id *keep, size_t count);

/* The tag of a record of kinds 1 to 5; the record was checked. */
void rr_held_tag(rr_tag *tag, const rr_batch_key *key, const uint8_t *record, size_t record_len);
/* Seals a record of at most `room` bytes into `sealed`, which has room + RR_HELD_OVERHEAD bytes. */
rr_status rr_held_seal(uint8_t *sealed, size_t room, const rr_batch_key *key, const uint8_t *record, size_t record_len);
/* Opens it: *record is sealed_len - 48 bytes long memory of the caller, into which record and length go.  RR_INVALID: it is not of this batch, or was
 * altered. */
rr_status rr_held_open(uint8_t *record, size_t *record_len, const rr_batch_key *key, rr_blob sealed);

#endif
