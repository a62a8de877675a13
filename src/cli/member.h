/* SPDX-License-Identifier: Apache-2.0 */
/* A member's key, and the answer that is made with it.
 *
 * What happens to the key, in this order (PROTOCOL.md section 5):
 *
 *     1. the record is made and verified, and packed into 2048 bytes that were random
 *        the folder of the card is locked: the card is still the one that was read
 *     2. the answer file and, for a key card, the card without this slot are written and synced under other names
 *     3. the answer gets its name, durably
 *     4. the card gets its name, durably: the key is destroyed
 *
 * A full disk shows in step 2, when nothing has changed yet.  With --keep-key the card is left alone.
 *
 * An answer that is sent to a server goes this way, and the key is destroyed only when the server has it durably:
 *
 *     1. to 3. as above; without --out the answer file stands beside the key, under a name that is the same for every answer
 *     4. the answer is sent.  202: go on.  A rule is broken (422): the answer file is removed, the key stays.  Anything else: nobody knows
 *        whether it arrived, so the answer file stays, and the key too
 *     5. the card gets its name, durably: the key is destroyed
 *     6. the answer file is overwritten and removed */
#ifndef RR_CLI_MEMBER_H
#define RR_CLI_MEMBER_H

#include "cli/papers.h"
#include "roundrobin/import.h"
#include "roundrobin/keycard.h"

typedef struct rr_member {
    const char *path;
    rr_bytes file; /* SECRET; as it was read */
    rr_private_kind kind;
    rr_secret *secret;  /* SECRET */
    rr_keycard *card;   /* SECRET; NULL for SSH and OpenPGP keys */
    rr_text passphrase; /* SECRET; of the card */
    rr_nullifier nullifier;
    uint32_t place, ring, slot;
    const char *out; /* where the answer file goes, or stands until it was sent */
    bool sends;      /* to the papers' server */
} rr_member;

/* Before anything is read or asked: where the answer goes is said, by --out, --submit or an address as PETITION.  Fails with status 2. */
void rr_need_delivery(const rr_args *args);
/* Checks what the member knows of the roll, --registrar and --receipt, and that the answer file is neither there nor the key itself.  Then reads the file of --key, asking for its passphrase if it has one, and finds its entry on the roll; fails if it is not there. */
void rr_open_member(rr_member *member, const rr_papers *papers, const rr_args *args);

/* What a member should be able to compare, for commands that do not ask: petition, registrar, ring. */
void rr_say_what_is_answered(const rr_papers *papers, const rr_member *member);

/* NULL if a signature of this kind can be made here, else why not: what to do stands in it. */
const char *rr_mode_fault(const rr_papers *papers, const rr_member *member, rr_kind kind);

/* Makes the record of a kind 1 to 5; it was verified.  `size` is that of the record. */
void rr_make_record(uint8_t record[RR_RECORD_MAX], size_t *size, const rr_papers *papers, const rr_secret *secret,
                    uint32_t place, rr_kind kind);
/* An answer of 2048 bytes with this record, or a decline if size is 0. */
void rr_make_answer(uint8_t answer[RR_ANSWER_SIZE], const uint8_t *record, size_t size);

/* Writes the answer to --out, or sends it, and destroys the key, as above. */
void rr_give_answer(const rr_args *args, rr_member *member, const rr_papers *papers, const uint8_t answer[RR_ANSWER_SIZE]);
/* The same sentences after every answer. */
void rr_say_answered(FILE *out, const rr_args *args, const rr_member *member);

#endif
