/* SPDX-License-Identifier: Apache-2.0 */
/* The trustees' ceremony: C2SP COCKTAIL-DKG v0.2.1, suite COCKTAIL(Ristretto255, SHA-512) (https://c2sp.org/cocktail-dkg, below "the text"), as
 * PROTOCOL.md section 8 uses it: `n` trustees make a seal key Y so that any `t` of them can open what is sealed under it and fewer learn
 * nothing.  Payloads and extension are empty.  Who carries the messages need not be trusted.
 *
 *     every trustee    rr_ceremony_key        a static key of its own for this ceremony
 *     all              rr_ceremony_init       from the list of these keys and the session's identifier
 *     round 1          rr_ceremony_round1     one message from each trustee, to all
 *     round 2          rr_ceremony_round2     checks all messages; the own share y_j
 *     round 3          rr_ceremony_transcript, rr_ceremony_sign: a signature from each trustee, to all
 *     anybody          rr_certificate_check_var: transcript and signatures, which give Y and every Y_j
 *
 * Between the rounds a trustee keeps its static key and nothing else. */
#ifndef ROUNDROBIN_CEREMONY_H
#define ROUNDROBIN_CEREMONY_H

#include "roundrobin/types.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    RR_CEREMONY_CONTEXT = 64,  /* SHA-512 */
    RR_CEREMONY_SIGNATURE = 64 /* R z */
};

/* SECRET.  A trustee's static key d_j for one ceremony: a scalar that is not zero.  It can restore the share: destroy both together. */
typedef struct rr_ceremony_secret {
    uint8_t d[32];
} rr_ceremony_secret;

/* P_j = d_j*B: an encoded point. */
typedef struct rr_ceremony_public {
    uint8_t bytes[32];
} rr_ceremony_public;

/* What all trustees agree on before round 1. */
typedef struct rr_ceremony {
    uint32_t n, t;
    uint8_t context[RR_CEREMONY_CONTEXT];
    rr_ceremony_public keys[RR_TRUSTEE_MAX]; /* of trustee j at j - 1 */
} rr_ceremony;

/* Who broke a rule: a trustee's number, 1 to n, or 0 where it cannot be said; and which, a static string that completes the sentence
 * "trustee 3: ...". */
typedef struct rr_ceremony_fault {
    uint32_t trustee;
    const char *rule;
} rr_ceremony_fault;

/* ---- before ----------------------------------------------------------------------------------------------------------- */

/* RR_RANDOM.  Constant-time. */
rr_status rr_ceremony_key(rr_ceremony_secret *secret, rr_ceremony_public *key, const rr_random *random);

/* The key of a secret.  RR_ARGUMENT: it is none.  Constant-time. */
rr_status rr_ceremony_public_of(rr_ceremony_public *key, const rr_ceremony_secret *secret);

/* `keys` in the order of the trustees' numbers; the session's identifier is that of no other ceremony.  RR_ARGUMENT unless 1 <= t <= n <=
 * RR_TRUSTEE_MAX; RR_INVALID with *fault for a key that is no point or that came before.  Variable-time: all of it is public. */
rr_status rr_ceremony_init(rr_ceremony *ceremony, rr_ceremony_fault *fault, const void *session_id, size_t session_id_len,
                           const rr_ceremony_public *keys, uint32_t n, uint32_t t);

/* ---- the rounds -------------------------------------------------------------------------------------------------------- */

/* The size of a message of round 1 in bytes: C_1 ... C_t, the proof of possession, E, and for each trustee a length and 48 bytes of ciphertext. */
size_t rr_round1_size(const rr_ceremony *ceremony);

/* The message of trustee `j` (the text's msg_1).  Calling it again makes another message: whoever sent one may not send the second.
 * RR_ARGUMENT (no such trustee, or another key than that in the list), RR_RANDOM, RR_INVALID (the nonce of its proof is zero, which does not
 * happen).  Constant-time in the secrets. */
rr_status rr_ceremony_round1(uint8_t *message, const rr_ceremony *ceremony, uint32_t j, const rr_ceremony_secret *secret,
                             const rr_random *random);

/* What anybody can check of trustee j's message: its size, its points, the proof of possession, the lengths within.  RR_MALFORMED or RR_INVALID,
 * with *fault.  Variable-time. */
rr_status rr_round1_check_var(rr_ceremony_fault *fault, const rr_ceremony *ceremony, uint32_t j, const uint8_t *message,
                              size_t len);

/* The share of trustee `j` from all n messages, each of rr_round1_size() bytes, which it checks wholly.  RR_ARGUMENT as above; RR_MALFORMED or
 * RR_INVALID with *fault: the ceremony ends, and *share is wiped.  Constant-time in the secrets. */
rr_status rr_ceremony_round2(rr_trustee_secret *share, rr_ceremony_fault *fault, const rr_ceremony *ceremony, uint32_t j,
                             const rr_ceremony_secret *secret, const uint8_t *const *messages);

/* The canonical transcript, T in the text, of messages that were checked: rr_ceremony_transcript_size() bytes. */
size_t rr_ceremony_transcript_size(const rr_ceremony *ceremony);
void rr_ceremony_transcript(uint8_t *transcript, const rr_ceremony *ceremony, const uint8_t *const *messages);

/* A trustee's signature over the transcript.  RR_ARGUMENT (no key), RR_INVALID (the nonce is zero, which does not happen).  Constant-time. */
rr_status rr_ceremony_sign(uint8_t signature[RR_CEREMONY_SIGNATURE], const rr_ceremony_secret *secret,
                           const uint8_t *transcript, size_t len);

/* ---- the certificate ---------------------------------------------------------------------------------------------------- */

/* The transcript and then the signatures of all trustees, in order. */
size_t rr_certificate_size(const rr_ceremony *ceremony);

/* Does it come from this ceremony, do its proofs and signatures verify?  Then *seal_key is Y and trustee_keys[j - 1] is Y_j.  RR_MALFORMED or
 * RR_INVALID, with *fault.  Variable-time: all of it is public. */
rr_status rr_certificate_check_var(rr_seal_key *seal_key, rr_seal_key *trustee_keys, rr_ceremony_fault *fault,
                                   const rr_ceremony *ceremony, const uint8_t *certificate, size_t len);

#ifdef __cplusplus
}
#endif
#endif
