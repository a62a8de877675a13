/* SPDX-License-Identifier: Apache-2.0 */
/* The key card of PROTOCOL.md section 6: what a member keeps of a book, encrypted under a passphrase (docs/spec/keycard.md).
 * rr_keycard_seal and rr_keycard_open are in the library of the importers, since they need OpenSSL; all else is in the core. */
#ifndef ROUNDROBIN_KEYCARD_H
#define ROUNDROBIN_KEYCARD_H

#include <stdbool.h>

#include "roundrobin/types.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    RR_KEYCARD_SLOTS_MAX = 64,
    RR_KEYCARD_MEMBER_MAX = 64,
    RR_KEYCARD_NAME_MAX = 255,       /* bytes of UTF-8 */
    RR_KEYCARD_TEXT_MAX = 6400,      /* no card is longer, its LF included */
    RR_KEYCARD_PASSPHRASE_SIZE = 30, /* 24 characters, 5 hyphens, terminator */
    RR_KEYCARD_ITERATIONS = 600000,  /* the least that is read, and what is written */
    RR_KEYCARD_ITERATIONS_MAX = 10000000
};

/* SECRET.  A card in the open.  Keep it in memory that is not swapped (libsodium's sodium_malloc) and rr_keycard_wipe it.
 * A slot that was used is all zero: nothing says what was done with it. */
typedef struct rr_keycard {
    rr_roll_id roll_id;
    uint32_t edition;
    uint32_t slot_count;                    /* of the book, used ones included: 1 ... RR_KEYCARD_SLOTS_MAX */
    char member[RR_KEYCARD_MEMBER_MAX + 1]; /* terminated */
    char name[RR_KEYCARD_NAME_MAX + 1];     /* terminated, not empty */
    uint8_t salt[32];                       /* the roll's `name` is SHA-256 of salt and name */
    rr_secret slots[RR_KEYCARD_SLOTS_MAX];
} rr_keycard;

/* A new card with `slot_count` fresh keys and a fresh salt.  RR_ARGUMENT (member, name: their grammar, or too long; edition 0;
 * slot_count), RR_RANDOM. */
rr_status rr_keycard_new(rr_keycard *card, const rr_roll_id *roll_id, uint32_t edition, const char *member, const char *name,
                         uint32_t slot_count, const rr_random *random);
void rr_keycard_wipe(rr_keycard *card);

/* The key of a slot; NULL if the slot was used or is not in the book.  Points into the card. */
const rr_secret *rr_keycard_slot(const rr_keycard *card, uint32_t slot);
/* How many slots are unused. */
uint32_t rr_keycard_unused(const rr_keycard *card);
/* Destroys the key of a slot.  The card must then be sealed and written over the old one.  RR_NOT_FOUND: used already, or not in the book. */
rr_status rr_keycard_burn(rr_keycard *card, uint32_t slot);

/* A passphrase of 120 random bits: six groups of four characters of 0123456789abcdefghjkmnpqrstvwxyz, with hyphens.  RR_RANDOM. */
rr_status rr_keycard_passphrase(char passphrase[RR_KEYCARD_PASSPHRASE_SIZE], const rr_random *random);

/* Encrypts: one line with its LF, not terminated; how long depends on slot_count alone, not on what was used.  Takes about half a
 * second by design.  `iterations` is RR_KEYCARD_ITERATIONS or more.  The passphrase is taken byte for byte; but one that has the form
 * of a generated one in other spelling (capitals, spaces or nothing for hyphens, O for 0, I or L for 1) counts as that, here and
 * in rr_keycard_open.  RR_ARGUMENT (card, iterations, empty passphrase), RR_NO_SPACE, RR_RANDOM. */
rr_status rr_keycard_seal(char *text, size_t text_cap, size_t *text_len, const rr_keycard *card, const char *passphrase,
                          uint32_t iterations, const rr_random *random);
/* Decrypts.  The line may come without its LF.  RR_PASSPHRASE, RR_MALFORMED with *error (not a key card, or damaged where it can be
 * seen), RR_NO_SPACE.  On anything but RR_OK *card is wiped. */
rr_status rr_keycard_open(rr_keycard *card, rr_error *error, const char *text, size_t text_len, const char *passphrase);

#ifdef __cplusplus
}
#endif
#endif
