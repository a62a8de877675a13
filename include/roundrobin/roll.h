/* SPDX-License-Identifier: Apache-2.0 */
/* Rolls, their companions, and the rings that a petition makes of them (PROTOCOL.md sections 2 and 3).
 *
 * Argument order: out, in/out, in; a length follows its array.  Nothing here allocates: ask for a size, hand in memory aligned
 * as malloc aligns it, keep it as long as the result is used.  Results hold views of the text that was parsed: keep the text too.
 * All data is public and everything is variable-time.
 *
 * What writes a file only formats.  The parser is the one judge: parse what was written before it is let out. */
#ifndef ROUNDROBIN_ROLL_H
#define ROUNDROBIN_ROLL_H

#include "roundrobin/proof.h"
#include "roundrobin/text.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- the roll ------------------------------------------------------------------------------------------------------- */

typedef enum rr_roll_kind { RR_ROLL_ONE_TIME, RR_ROLL_ED25519 } rr_roll_kind;

/* How an entry was admitted. */
typedef enum rr_basis { RR_BASIS_INVITED, RR_BASIS_SSH, RR_BASIS_IMPORTED } rr_basis;

/* As the roll file spells it: "one-time", "ed25519"; "invited", "ssh", "imported". */
const char *rr_roll_kind_text(rr_roll_kind kind);
const char *rr_basis_text(rr_basis basis);

typedef struct rr_entry {
    rr_text member;
    rr_text class_name; /* may be empty */
    rr_basis basis;
    rr_hash name; /* SHA-256(salt || name) */
    rr_entry_key key;
} rr_entry;

typedef struct rr_roll {
    rr_roll_digest digest; /* SHA-256 of the file; not read by rr_roll_write */
    rr_roll_id id;
    rr_text body;
    uint32_t body_size; /* 0: unknown */
    rr_text source;
    uint32_t edition; /* from 1 */
    uint32_t slot;
    rr_roll_kind kind;
    rr_vkey registrar;       /* rr_roll_write reads its .text only */
    uint32_t entry_count;    /* at least 1 */
    const rr_entry *entries; /* by place: ascending by member */
    rr_error key_fault;      /* status RR_OK, or: the Registrar has no usable key (see below) */
} rr_roll;

/* Section 1 wants a vkey's 32 bytes to be a key: canonical, on the curve, not of small order.  The protocol's vectors hold accepted
 * files where they are not, so rr_roll_parse and rr_petition_parse take such a file, mark the vkey as not usable and say where it
 * stands in key_fault (with the rule, as for a refusal).  Nothing is lost by that: no signature of such a key verifies.  What makes or
 * checks a file must refuse it when key_fault.status is not RR_OK, and a report must tell. */

/* Called now and then while a large roll is parsed: `done` of `total` entries. */
typedef struct rr_roll_progress {
    void (*report)(void *context, uint32_t done, uint32_t total);
    void *context;
} rr_roll_progress;

/* The memory that rr_roll_parse needs for this text: about 110 bytes for each line that the text really has (on 64 bits), whatever
 * its header claims; a text that cannot be a roll may need less. */
size_t rr_roll_size(const char *text, size_t len);

/* Parses and checks a whole roll file: every rule of section 2, each key a canonical point and not the identity, no two equal.
 * Time grows as n log n; the points dominate (about 5 microseconds each).  `error` and `progress` may be NULL.
 * RR_MALFORMED: *error has line, column (0 where a whole line is meant) and rule.  RR_NO_SPACE. */
rr_status rr_roll_parse(rr_roll *roll, rr_error *error, void *memory, size_t memory_len, const char *text, size_t len,
                        const rr_roll_progress *progress);

/* Writes the roll file of header and entries, without a terminator; answers its length and writes only if `size` is at least that
 * (so ask with NULL, 0 first).  Deterministic.  Entries must be ascending by member (rr_text_compare). */
size_t rr_roll_write(char *out, size_t size, const rr_roll *roll);

/* The place of a member, of a key (a scan).  RR_NOT_FOUND. */
rr_status rr_roll_find_member(uint32_t *place, const rr_roll *roll, rr_text member);
rr_status rr_roll_find_key(uint32_t *place, const rr_roll *roll, const rr_entry_key *key);

/* ---- what the registrar signs --------------------------------------------------------------------------------------- */

/* Texts of signed notes, with the final LF, not terminated. */
enum {
    RR_ROLL_NOTE_SIZE = 85,       /* "round-robin roll v1" LF digest LF */
    RR_ASSIGNMENT_NOTE_SIZE = 156 /* "round-robin assignment v1" LF roll digest LF pid LF */
};
void rr_roll_note_text(char text[RR_ROLL_NOTE_SIZE], const rr_roll_digest *digest);
void rr_assignment_note_text(char text[RR_ASSIGNMENT_NOTE_SIZE], const rr_roll_digest *digest, const rr_pid *pid);

/* ---- the companions: names and enrolment proofs --------------------------------------------------------------------- */

enum { RR_SALT_SIZE = 32 };

/* A name in a roll's field `name`: SHA-256(salt || name). */
void rr_name_hash(rr_hash *hash, const uint8_t salt[RR_SALT_SIZE], rr_text name);

typedef struct rr_name {
    uint32_t place;
    uint8_t salt[RR_SALT_SIZE];
    rr_text name;
} rr_name;

typedef struct rr_names {
    uint32_t count;       /* may be less than the roll's entries, and 0 */
    const rr_name *names; /* ascending by place */
} rr_names;

/* The memory that rr_names_parse needs for this text. */
size_t rr_names_size(const char *text, size_t len);
/* Parses a names file and checks it against its roll: digest, members ascending and on the roll, each name's hash.  `error` may be
 * NULL.  RR_MALFORMED (form), RR_INVALID (another roll, a member that is not on it, a name that is not the roll's); both with line
 * and rule.  RR_NO_SPACE. */
rr_status rr_names_parse(rr_names *names, rr_error *error, void *memory, size_t memory_len, const char *text, size_t len,
                         const rr_roll *roll);
/* Writes a names file as rr_roll_write writes a roll.  Names must be ascending by place, each place on the roll. */
size_t rr_names_write(char *out, size_t size, const rr_roll *roll, const rr_names *names);
/* The name at a place: RR_NOT_FOUND where the file leaves it out. */
rr_status rr_names_find(rr_text *name, const rr_names *names, uint32_t place);

/* Is this the size of the enrolment proofs of this roll: one-time, 96 bytes an entry?  RR_OK, RR_REFUSED (an ed25519 roll has
 * none), RR_MALFORMED; *why, if not NULL, is a static sentence. */
rr_status rr_roll_proofs_check(const char **why, const rr_roll *roll, size_t proofs_len);
/* Makes the claim that rr_verify_var and rr_verify_batch_var check for one place: RR_CLAIM_ENROL over slot = P R z_k z_r.  The claim
 * points to `slot` and `about`.  `proofs` has passed rr_roll_proofs_check; RR_ARGUMENT: no such place. */
rr_status rr_roll_proof_claim(rr_claim *claim, uint8_t slot[RR_ENROL_SLOT_SIZE], rr_enrolment *about, const rr_roll *roll,
                              const uint8_t *proofs, uint32_t place);

/* ---- rings ---------------------------------------------------------------------------------------------------------- */

/* Limits of `Ring` and `Ring-Minimum` (section 3). */
enum { RR_RING_LOW = 128, RR_RING_HIGH = 32768, RR_RING_MINIMUM_LOW = 8 };

/* A class as it is counted: one for each group of rings.  With Count-By: none the only one has the name ""; the pool is the
 * last one and has the name "other". */
typedef struct rr_class {
    rr_text name;
    uint32_t size; /* entries */
    uint32_t first_ring;
    uint32_t ring_count;
} rr_class;

typedef struct rr_rings {
    uint32_t entry_count; /* of the roll */
    uint32_t ring_count;
    uint32_t class_count;
    const rr_class *classes;       /* bytewise by name, the pool last */
    const uint32_t *class_of_ring; /* by ring: index into classes */
    const uint32_t *ring_of_place; /* by place */
    const uint32_t *starts;        /* ring i holds order[starts[i]] ... order[starts[i + 1] - 1] */
    const uint32_t *order;         /* places, ring after ring, each ring in its own order */
} rr_rings;

/* What rr_rings_make needs for a roll of so many entries: memory that lasts, and scratch that may go when it returns. */
size_t rr_rings_size(uint32_t entry_count);
size_t rr_rings_scratch_size(uint32_t entry_count);

/* The partition of section 3 with the petition's Ring, Ring-Minimum and Count-By (class or none).
 * RR_ARGUMENT (ring or ring_minimum out of range), RR_NO_SPACE. */
rr_status rr_rings_make(rr_rings *rings, void *memory, size_t memory_len, const rr_roll *roll, uint32_t ring,
                        uint32_t ring_minimum, bool by_class, void *scratch, size_t scratch_len);

/* How many entries a ring has; 0 for a ring that does not exist.  The places are at rings->order + rings->starts[ring]. */
uint32_t rr_rings_ring_size(const rr_rings *rings, uint32_t ring);
/* The largest of them, for the size of buffers. */
uint32_t rr_rings_largest(const rr_rings *rings);
/* The keys of a ring in its order, as rr_ring_init takes them, into `keys` of rr_rings_ring_size() elements.  RR_ARGUMENT: no such
 * ring. */
rr_status rr_rings_keys(rr_entry_key *keys, const rr_rings *rings, const rr_roll *roll, uint32_t ring);
/* The class, as counted, of a hidden signature in this ring and of a named one at this place: an index into rings->classes.  The
 * ring or place must exist. */
uint32_t rr_rings_class_of_ring(const rr_rings *rings, uint32_t ring);
uint32_t rr_rings_class_of_place(const rr_rings *rings, uint32_t place);
/* The class with this name as counted; "other" is the pool.  RR_NOT_FOUND: pooled or absent (then a Goal-Class of that name
 * counts 0). */
rr_status rr_rings_find_class(uint32_t *index, const rr_rings *rings, rr_text name);

#ifdef __cplusplus
}
#endif
#endif
