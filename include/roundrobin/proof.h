/* SPDX-License-Identifier: Apache-2.0 */
/* Every statement of PROTOCOL.md sections 4, 5, 6 and 8: prove it, verify one, verify many at once.
 *
 * Argument order: context, out, in/out, in; a length follows its array.
 * Nothing here allocates.  Objects without a public size are opaque: ask for their size, hand in memory that is aligned as
 * malloc aligns it, and use the pointer as long as the memory lives.  Nothing needs to be freed; objects are read-only after
 * their init and may be shared among threads.  Calls need up to 256 KiB of stack.
 *
 * Timing: what proves is constant-time in its secrets and variable in public data (ring, sizes); what verifies is
 * variable-time and takes public data only (its name ends in _var). */
#ifndef ROUNDROBIN_PROOF_H
#define ROUNDROBIN_PROOF_H

#include "roundrobin/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- what proofs stand on ------------------------------------------------------------------------------------------- */

/* The generators B, H, G[j][i] and J[j][i] of section 1.  Make one at the start of the program (about a millisecond). */
typedef struct rr_params rr_params;
size_t rr_params_size(void);
/* RR_NO_SPACE. */
rr_status rr_params_init(rr_params **params, void *memory, size_t memory_len);

/* A petition as the proofs see it: pid, U = HashToGroup("nullifier", pid), and Y where the mode `sealed` exists. */
typedef struct rr_subject rr_subject;
size_t rr_subject_size(void);
/* `seal_key` may be NULL: then kind 2 is RR_REFUSED.  RR_NO_SPACE, RR_MALFORMED (the seal key). */
rr_status rr_subject_init(rr_subject **subject, void *memory, size_t memory_len, const rr_pid *pid,
                          const rr_seal_key *seal_key);

/* A ring: its number, its decoded points and its digest. */
typedef struct rr_ring rr_ring;
size_t rr_ring_size(uint32_t count);
/* `keys` in the ring's order (section 3, rule 2).  RR_NO_SPACE, RR_ARGUMENT (count 0 or above RR_RING_MAX), RR_MALFORMED (a key
 * is no canonical point or is the identity; its index goes to *bad if bad is not NULL). */
rr_status rr_ring_init(rr_ring **ring, uint32_t *bad, void *memory, size_t memory_len, uint32_t number,
                       const rr_entry_key *keys, uint32_t count);
uint32_t rr_ring_number(const rr_ring *ring);
uint32_t rr_ring_count(const rr_ring *ring);

/* Size of a record of kind 1 or 2 in a ring of `count` entries; 0 for other kinds. */
size_t rr_ring_record_size(rr_kind kind, uint32_t count);

/* ---- keys ----------------------------------------------------------------------------------------------------------- */

/* A new one-time key from 128 random bytes; k = 0 is not drawn (RR_RANDOM then, or if the source fails).  Constant-time. */
rr_status rr_secret_new(rr_secret *secret, const rr_random *random);
/* P = k*B + r*H.  Constant-time.  RR_ARGUMENT if k or r is not below q, or k is zero. */
rr_status rr_secret_entry(const rr_params *params, rr_entry_key *entry, const rr_secret *secret);
/* T = k*U.  Constant-time. */
rr_status rr_secret_nullifier(const rr_subject *subject, rr_nullifier *nullifier, const rr_secret *secret);
/* An Ed25519 secret key as a member's secret: `seed` is the 32-byte RFC 8032 seed; k = clamped scalar mod q, r = 0.
 * Constant-time. */
void rr_secret_from_ed25519_seed(rr_secret *secret, const uint8_t seed[32]);
/* The same from the 32-byte clamped (or unclamped, then clamped here) scalar, little-endian.  Constant-time. */
void rr_secret_from_ed25519_scalar(rr_secret *secret, const uint8_t scalar[32]);
/* An Ed25519 public key as an entry (section 2): canonical, on the curve, not the identity, in the prime-order subgroup of the
 * Edwards group.  RR_MALFORMED (not canonical or not on the curve), RR_REFUSED (identity or torsion); *why, if not NULL, is a
 * static sentence. */
rr_status rr_entry_from_ed25519_var(rr_entry_key *entry, const char **why, const uint8_t ed25519[32]);
/* Is this a key for a signed note: canonical, on the curve, not of small order (section 1)? */
rr_status rr_ed25519_key_check_var(const uint8_t ed25519[32]);
/* RR_OK if the 32 bytes are a canonical point and not the identity, else RR_MALFORMED. */
rr_status rr_point_check_var(const uint8_t point[32]);

/* ---- proving -------------------------------------------------------------------------------------------------------- */

/* Bytes of scratch for rr_sign_ring over `count` entries; the scratch is wiped before the call returns. */
size_t rr_sign_ring_scratch_size(uint32_t count);

/* A record of kind RR_ANONYMOUS or RR_SEALED of rr_ring_record_size() bytes into `record`, which is verified before it is let
 * out.  The signer's place in the ring is found by a scan.  RR_ARGUMENT, RR_NO_SPACE, RR_REFUSED (sealed without a seal key),
 * RR_NOT_FOUND (the key is not in this ring). */
rr_status rr_sign_ring(const rr_params *params, const rr_subject *subject, const rr_ring *ring, uint8_t *record,
                       size_t record_len, rr_kind kind, const rr_secret *secret, const rr_fresh *fresh, void *scratch,
                       size_t scratch_len);

/* A record of kind RR_NAMED or RR_STEP_FORWARD for the entry at `place`.  RR_NOT_FOUND: the secret does not open `entry`. */
rr_status rr_sign_plain(const rr_params *params, const rr_subject *subject, uint8_t record[RR_PLAIN_SIZE], rr_kind kind,
                        uint32_t place, const rr_entry_key *entry, const rr_secret *secret, const rr_fresh *fresh);

/* A record of kind RR_WITHDRAW. */
rr_status rr_withdraw(const rr_params *params, const rr_subject *subject, uint8_t record[RR_WITHDRAW_SIZE],
                      const rr_secret *secret, const rr_fresh *fresh);

/* What an enrolment proof is about.  `member` is ASCII, not terminated. */
typedef struct rr_enrolment {
    rr_roll_id roll_id;
    uint32_t edition;
    rr_text member;
    uint32_t slot;
} rr_enrolment;

/* One slot of a book: P R z_k z_r (section 6). */
rr_status rr_enrol(const rr_params *params, uint8_t slot[RR_ENROL_SLOT_SIZE], const rr_enrolment *about,
                   const rr_secret *secret, const rr_fresh *fresh);

/* Y_j = y_j*B.  RR_ARGUMENT: y is no scalar, or zero.  Constant-time. */
rr_status rr_trustee_key(const rr_params *params, rr_seal_key *key, const rr_trustee_secret *y);
/* A trustee's share of a sealed record with leaf hash `leaf`: S_j R_1 R_2 z (section 8).  `j` counts from 1; `record` is the
 * sealed record (its E is read).  RR_MALFORMED (record), RR_ARGUMENT (j, y). */
rr_status rr_share(const rr_params *params, uint8_t share[RR_SHARE_SIZE], const rr_pid *pid, const uint8_t *record,
                   size_t record_len, const rr_hash *leaf, uint32_t j, const rr_trustee_secret *y, const rr_fresh *fresh);
/* A trustee's part `R z` of an opening notice. */
rr_status rr_notice_sign(const rr_params *params, uint8_t part[64], const rr_pid *pid, uint64_t size, const rr_hash *root,
                         uint32_t j, const rr_trustee_secret *y, const rr_fresh *fresh);

/* ---- verifying ------------------------------------------------------------------------------------------------------ */

/* One statement with its proof.  Which fields are read depends on `what`. */
typedef enum rr_claim_kind {
    RR_CLAIM_RECORD, /* record; ring for kinds 1 and 2, entry for kinds 3 and 4 */
    RR_CLAIM_ENROL,  /* record = P R z_k z_r; enrolment */
    RR_CLAIM_NOTICE, /* record = R z; size, leaf = the log's root, trustee, trustee_key */
    RR_CLAIM_SHARE   /* record = S_j R_1 R_2 z; leaf, sealed = the sealed record's E (32 bytes), trustee, trustee_key */
} rr_claim_kind;

typedef struct rr_claim {
    rr_claim_kind what;
    const uint8_t *record;
    size_t record_len;
    const rr_ring *ring;
    const rr_entry_key *entry;
    const rr_enrolment *enrolment;
    uint64_t size;
    rr_hash leaf;
    const uint8_t *sealed;
    uint32_t trustee;
    const rr_seal_key *trustee_key;
} rr_claim;

/* Verifies one claim.  RR_OK, RR_MALFORMED (length, kind, encodings, number), RR_REFUSED (kind 2 without a seal key),
 * RR_INVALID; then *failed, if not NULL, has bit e-1 set for each equation e of section 4 that fails (for other statements: bit 0
 * the first check named in the text, bit 1 the second).  `subject` may be NULL for RR_CLAIM_ENROL. */
rr_status rr_verify_var(const rr_params *params, const rr_subject *subject, uint32_t *failed, const rr_claim *claim,
                        void *scratch, size_t scratch_len);
/* Scratch for rr_verify_var with this claim. */
size_t rr_verify_scratch_size(const rr_claim *claim);

/* Verifies all claims as one batch (section 11): one multiscalar multiplication, bisection with new weights where it
 * fails.  results[i] is what rr_verify_var would say of claims[i].  Answers RR_OK if all hold, RR_INVALID if any does not,
 * RR_NO_SPACE, RR_RANDOM. */
rr_status rr_verify_batch_var(const rr_params *params, const rr_subject *subject, rr_status *results, const rr_claim *claims,
                              size_t claim_count, const rr_random *random, void *scratch, size_t scratch_len);
/* Keep claims on one ring together: each run of them counts with the whole ring.  SIZE_MAX if the size cannot be expressed. */
size_t rr_verify_batch_scratch_size(const rr_claim *claims, size_t claim_count);

/* What `t` shares open: Q - sum of lambda_j*S_j, to be looked up in the ring (section 8).  `trustees` are distinct, 1 to 255;
 * shares[i] points to the 128 bytes of trustee trustees[i], verified before.  RR_MALFORMED, RR_ARGUMENT. */
rr_status rr_open_var(const rr_params *params, rr_entry_key *entry, const uint8_t *sealed_record, size_t record_len,
                      const uint8_t *trustees, const uint8_t *const *shares, size_t t);

/* Do Seal-Key (at 0) and the trustees' Y_j (at j = 1 ... n) lie on one polynomial of degree below t (section 3)?  RR_OK,
 * RR_INVALID, RR_MALFORMED, RR_ARGUMENT (t < 2, n < t, n > 255). */
rr_status rr_seal_keys_check_var(const rr_params *params, const rr_seal_key *seal_key, const rr_seal_key *trustee_keys,
                                 uint32_t n, uint32_t t);

/* ---- records -------------------------------------------------------------------------------------------------------- */

/* The head that every log entry begins with: version, kind, number, 32 bytes (T in kinds 1 to 5). */
typedef struct rr_record_head {
    rr_kind kind;
    uint32_t number;
    uint8_t bytes[32];
} rr_record_head;
/* Reads the 38 bytes; RR_MALFORMED for a shorter entry, another version or kind. */
rr_status rr_record_head_read(rr_record_head *head, const uint8_t *record, size_t record_len);

/* Packs a record (or, with record_len 0, a decline) into an answer; the rest of `answer` must already hold random bytes. */
rr_status rr_answer_pack(uint8_t answer[RR_ANSWER_SIZE], const uint8_t *record, size_t record_len);
/* Finds the record in an answer: points into it.  *record_len 0 is a decline.  RR_MALFORMED: another length than 2048, or a length
 * field above 2046. */
rr_status rr_answer_unpack(const uint8_t **record, size_t *record_len, const uint8_t *answer, size_t answer_len);

#ifdef __cplusplus
}
#endif
#endif
