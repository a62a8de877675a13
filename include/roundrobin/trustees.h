/* SPDX-License-Identifier: Apache-2.0 */
/* What the trustees of a ceremony (ceremony.h) hand around: one text file that begins it, and signed notes, each by the `Trustee` key of whom it is from
 * (PROTOCOL.md section 8; docs/spec/trustees.md).  Whoever carries them need not be trusted: what was altered, is of another ceremony or in another's
 * place is refused, and *fault names the trustee.  All of it is public; nothing here allocates. */
#ifndef ROUNDROBIN_TRUSTEES_H
#define ROUNDROBIN_TRUSTEES_H

#include "roundrobin/ceremony.h"
#include "roundrobin/petition.h"
#include "roundrobin/text.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- the file that begins a ceremony ------------------------------------------------------------------------------------ */

enum {
    RR_SESSION_SIZE = 32,             /* random bytes; the 64 digits of the session's identifier */
    RR_CEREMONY_FILE_MAX = 128 * 1024 /* bytes */
};

/* Views of the text that was parsed; trustee j is trustees[j - 1]. */
typedef struct rr_ceremony_file {
    rr_roll_digest roll;
    uint8_t session[RR_SESSION_SIZE];
    uint32_t t, n; /* 2 <= t <= n <= RR_TRUSTEE_MAX */
    rr_vkey trustees[RR_TRUSTEE_MAX];
} rr_ceremony_file;

/*     round-robin ceremony v1
 *     Roll: 64 hex              the digest of the roll whose petition will be sealed
 *     Session: 64 hex           random
 *     Trustees: t
 *     Trustee: j vkey           n lines, j from 1; distinct in key and name
 *
 * RR_MALFORMED with line, column and rule. */
rr_status rr_ceremony_file_parse(rr_ceremony_file *file, rr_error *error, const char *text, size_t len);
/* Without a terminator; answers the length: what is in `out` counts only if `size` is at least that. */
size_t rr_ceremony_file_write(char *out, size_t size, const rr_ceremony_file *file);

/* ---- notes ------------------------------------------------------------------------------------------------------------------ */

/* What each trustee signs, in this order. */
typedef enum rr_trustee_note {
    RR_TRUSTEE_KEY,       /* its static key for this ceremony */
    RR_TRUSTEE_ROUND1,    /* its message of round 1 */
    RR_TRUSTEE_ROUND2,    /* its signature over the transcript, which it makes when it has its share */
    RR_TRUSTEE_ACCEPTANCE /* that it keeps the share for one petition */
} rr_trustee_note;

enum { RR_TRUSTEE_NOTE_MAX = 65535 }; /* bytes of any of these notes, its signature included */

/* A message of round 2 is the signature over the transcript and then, for each trustee, the SHA-256 of the message of round 1 that was got from it:
 * so that whoever sends two of them is found out. */
size_t rr_round2_size(const rr_ceremony *ceremony);
/* The transcript of these messages of round 1, signed.  `work`: rr_ceremony_transcript_size() bytes.  As rr_ceremony_sign. */
rr_status rr_round2_make(uint8_t *message, const rr_ceremony *ceremony, const rr_ceremony_secret *secret,
                         const uint8_t *const *messages, uint8_t *work);
/* The first trustee of whom its sender got another message of round 1 than these; 0: none. */
uint32_t rr_round2_differs(const uint8_t *message, const rr_ceremony *ceremony, const uint8_t *const *messages);

/* The texts that are signed: as for rr_ceremony_file_write.  `message` is of rr_round1_size() or rr_round2_size(). */
size_t rr_trustee_key_text(char *out, size_t size, const rr_ceremony_file *file, uint32_t j, const rr_ceremony_public *key);
size_t rr_trustee_message_text(char *out, size_t size, const rr_ceremony *ceremony, rr_trustee_note which, uint32_t j,
                               const uint8_t *message);
size_t rr_trustee_acceptance_text(char *out, size_t size, const rr_pid *pid, uint32_t j, const rr_seal_key *key,
                                  const rr_hash *certificate);

/* Verify a note of trustee `j`, 1 to n.  RR_MALFORMED or RR_INVALID, with *fault. */
rr_status rr_trustee_key_read_var(rr_ceremony_public *key, rr_ceremony_fault *fault, const rr_ceremony_file *file, uint32_t j,
                                  const char *note, size_t len);
/* Into `message`, of the size as above.  What is in a message is checked by ceremony.h. */
rr_status rr_trustee_message_read_var(uint8_t *message, rr_ceremony_fault *fault, const rr_ceremony_file *file,
                                      const rr_ceremony *ceremony, rr_trustee_note which, uint32_t j, const char *note,
                                      size_t len);
rr_status rr_trustee_acceptance_check_var(rr_ceremony_fault *fault, const rr_petition *petition, uint32_t j,
                                          const rr_hash *certificate, const char *note, size_t len);

/* The ceremony of these static keys. */
rr_status rr_ceremony_begin(rr_ceremony *ceremony, rr_ceremony_fault *fault, const rr_ceremony_file *file,
                            const rr_ceremony_public *keys);

/* ---- what is published with a petition ---------------------------------------------------------------------------------- */

/* Is this the petition of a ceremony: its roll, its trustees and how many of them open?  Then its certificate, which must give Seal-Key and every Y_j.
 * RR_ARGUMENT (the petition is not sealed), RR_MALFORMED or RR_INVALID, with *fault. */
rr_status rr_petition_ceremony_check_var(rr_ceremony_fault *fault, const rr_petition *petition, const rr_ceremony_file *file,
                                         const rr_ceremony *ceremony, const uint8_t *certificate, size_t len);

/* What a client checks before it seals (section 8): `notes` is a bundle (log.h) of the trustees' notes on their static keys, in order, and then of
 * their acceptances; the certificate is of the ceremony that these keys make, its proofs and signatures verify, it gives Seal-Key and every Y_j,
 * and all have accepted this petition.  RR_ARGUMENT (the petition is not sealed), RR_MALFORMED or RR_INVALID, with *fault. */
rr_status rr_trustees_check_var(rr_ceremony_fault *fault, const rr_petition *petition, const uint8_t *certificate,
                                size_t certificate_len, const uint8_t *notes, size_t notes_len);

/* The SHA-256 of each trustee's acceptance, as the directory log has it (section 7), out of such a bundle.  RR_MALFORMED. */
rr_status rr_trustees_acceptances(rr_hash *hashes, const rr_petition *petition, const uint8_t *notes, size_t notes_len);

#ifdef __cplusplus
}
#endif
#endif
