/* SPDX-License-Identifier: Apache-2.0 */
/* Books of one-time keys: a member makes one, a registrar checks it (PROTOCOL.md section 6, docs/spec/enrolment.md).
 * rr_book_set_*, rr_books_check_var, rr_ssh_signature_check_var and rr_enrolment_signer_var are in the library of the importers; all
 * else is in the core. */
#ifndef ROUNDROBIN_ENROL_H
#define ROUNDROBIN_ENROL_H

#include "roundrobin/keycard.h"
#include "roundrobin/proof.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    RR_BOOK_MAX = RR_KEYCARD_SLOTS_MAX * RR_ENROL_SLOT_SIZE,
    RR_BOOK_DIGEST_HEX = 128,      /* SHA-512 in hex, without terminator */
    RR_CODE_SIZE = 35,             /* an invitation code: 28 characters, 6 hyphens, terminator */
    RR_ENROLMENT_TEXT_MAX = 32768, /* no enrolment file is longer */
    RR_RECEIPT_TEXT_MAX = 320
};

/* ---- the member ----------------------------------------------------------------------------------------------------- */

/* The book of a card none of whose slots is used: slot_count times P R z_k z_r.  RR_NO_SPACE, RR_REFUSED (a slot is used), RR_RANDOM. */
rr_status rr_book_make(const rr_params *params, uint8_t *book, size_t book_cap, size_t *book_len, const rr_keycard *card,
                       const rr_random *random);

/* SHA-512 of the book in lowercase hex: what `ssh-keygen -Y sign -n round-robin` signs, without terminator or LF. */
void rr_book_digest(char hex[RR_BOOK_DIGEST_HEX], const uint8_t *book, size_t book_len);

/* ---- the enrolment file --------------------------------------------------------------------------------------------- */

/* What a member sends to the registrar (`round-robin enrolment request v1`).  It holds no secret but the code.  Texts point into the file that was parsed (or to what
 * the caller of rr_enrolment_write set); an absent one has length 0. */
typedef struct rr_enrolment_file {
    rr_roll_id roll_id;
    uint32_t edition;
    uint32_t slot_count;
    rr_text member;
    rr_text name;
    uint8_t salt[32];
    rr_text code;      /* optional: the invitation code */
    rr_text signature; /* optional: an armoured SSH signature over the digest, all its lines with their LF */
    uint8_t book[RR_BOOK_MAX];
    size_t book_len; /* slot_count * 128 */
} rr_enrolment_file;

/* Reads one; RR_MALFORMED with line and rule.  No proof is checked here. */
rr_status rr_enrolment_parse(rr_enrolment_file *enrolment, rr_error *error, const char *text, size_t text_len);
/* Writes one, byte for byte as rr_enrolment_parse reads it.  RR_NO_SPACE, RR_ARGUMENT (a field breaks its grammar). */
rr_status rr_enrolment_write(char *text, size_t text_cap, size_t *text_len, const rr_enrolment_file *enrolment);
/* The same from a card and its book. */
void rr_enrolment_of_card(rr_enrolment_file *enrolment, const rr_keycard *card, const uint8_t *book, size_t book_len);

/* ---- the registrar -------------------------------------------------------------------------------------------------- */

/* The points of one edition that are taken already. */
typedef struct rr_book_set rr_book_set;
rr_book_set *rr_book_set_new(void); /* NULL: no memory */
void rr_book_set_free(rr_book_set *set);
/* Adds the P of a book that was accepted earlier.  RR_REFUSED: one of them is in it (nothing is added then), RR_NO_SPACE. */
rr_status rr_book_set_add(rr_book_set *set, const uint8_t *book, size_t book_len);

typedef struct rr_book_result {
    rr_status
        status;    /* RR_OK, RR_REFUSED (another roll, edition or number of slots, or a P that is taken), RR_INVALID (a proof),
                         RR_MALFORMED (a point or scalar) */
    uint32_t slot; /* where, if the fault is in a slot */
    const char *why; /* a static sentence; NULL if RR_OK */
} rr_book_result;

/* Checks books for one edition, all proofs in one batch; each is taken or refused whole, in the order given, and the P of those that
 * are taken go into the set.  Some hundred at a time are quickest.  RR_OK if all were taken, RR_REFUSED if any was not, RR_NO_SPACE, RR_RANDOM. */
rr_status rr_books_check_var(const rr_params *params, rr_book_set *set, rr_book_result *results,
                             const rr_enrolment_file *const *enrolments, size_t count, const rr_roll_id *roll_id,
                             uint32_t edition, uint32_t slot_count, const rr_random *random);

/* Is this the armoured signature (`ssh-keygen -Y sign -n round-robin`) of an Ed25519 key over the message?  Then *key is whose; whether it is a
 * key listed for that member is for the caller to look up.  RR_MALFORMED, RR_UNSUPPORTED (another kind of key), RR_REFUSED (another
 * namespace), RR_INVALID; *error has the rule. */
rr_status rr_ssh_signature_check_var(uint8_t key[32], rr_error *error, const char *armour, size_t armour_len,
                                     const void *message, size_t message_len);
/* The same for the enrolment's signature over its book's digest; RR_NOT_FOUND if it has none. */
rr_status rr_enrolment_signer_var(uint8_t key[32], rr_error *error, const rr_enrolment_file *enrolment);

/* The text of the note that the registrar signs as a receipt (section 6), with its last LF, not terminated.  RR_NO_SPACE. */
rr_status rr_receipt_text(char *text, size_t text_cap, size_t *text_len, const rr_enrolment_file *enrolment);

/* ---- invitation codes ----------------------------------------------------------------------------------------------- */

/* A code of 140 random bits in the alphabet of rr_keycard_passphrase: seven groups of four, with hyphens.  RR_RANDOM. */
rr_status rr_code_new(char code[RR_CODE_SIZE], const rr_random *random);
/* A code as it was typed (capitals, spaces, O for 0 and so on), as it was made.  RR_MALFORMED: not of this form. */
rr_status rr_code_read(char code[RR_CODE_SIZE], const char *typed);
/* What the registrar keeps of it: SHA-256 of the 34 characters.  RR_MALFORMED: not of this form. */
rr_status rr_code_hash(rr_hash *hash, const char *code, size_t code_len);

/* Looks a code's hash up in a file of unused codes (`round-robin codes v1`, docs/spec/enrolment.md): RR_OK and the line (to be taken out
 * when the enrolment is complete), RR_NOT_FOUND, RR_REFUSED (the code is of another member, or the file of another roll or edition),
 * RR_MALFORMED with line and rule. */
rr_status rr_codes_find(uint32_t *line, rr_error *error, const char *text, size_t text_len, const rr_enrolment_file *enrolment);

#ifdef __cplusplus
}
#endif
#endif
