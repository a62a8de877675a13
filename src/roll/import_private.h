/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of private keys share: which key is wanted, and what comes of it. */
#ifndef RR_ROLL_IMPORT_PRIVATE_H
#define RR_ROLL_IMPORT_PRIVATE_H

#include "roundrobin/import.h"

/* One reading of one file.  Every function answers RR_OK or fails with `why` set. */
typedef struct rr_private_run {
    const char *passphrase;
    rr_private_wanted wanted;
    void *context;
    rr_entry_key *entry;
    rr_secret *secret;
    const char *why;
} rr_private_run;

/* Is the key with this public part to be read?  Sets run->entry.  RR_NOT_FOUND; RR_REFUSED or RR_MALFORMED (section 2). */
rr_status rr_private_judge(rr_private_run *run, const uint8_t ed25519[32]);
/* Takes the seed if it is the public key's.  Constant-time in the seed.  RR_MALFORMED. */
rr_status rr_private_take(rr_private_run *run, const uint8_t seed[32], const uint8_t ed25519[32]);
/* Sets the reason. */
rr_status rr_private_fail(rr_private_run *run, rr_status status, const char *why);

rr_status rr_private_read_ssh(rr_private_run *run, rr_text file);
rr_status rr_private_read_openpgp(rr_private_run *run, const uint8_t *file, size_t file_len);

#endif
