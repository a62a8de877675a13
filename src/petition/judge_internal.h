/* SPDX-License-Identifier: Apache-2.0 */
/* The judge's inside.  The contract is roundrobin/judge.h. */
#ifndef RR_PETITION_JUDGE_INTERNAL_H
#define RR_PETITION_JUDGE_INTERNAL_H

#include "roundrobin/judge.h"
#include "roundrobin/opening.h"

enum {
    RR_HEAD_SIZE = 38, /* version, kind, number, 32 bytes: what every entry begins with; all of kinds 0 and 8 */
    RR_NUMBER_AT = 2,
    RR_BYTES_AT = 6,
    RR_SEALED_E_AT = 38,       /* E in a record of kind 2 */
    RR_SCRATCH_SIZE = 48 << 20 /* what work memory has for a batch verification; less makes smaller batches */
};

/* What is known of one T.  States are in the order in which their T first signed, so ascending by leaf. */
typedef struct rr_t_state {
    rr_nullifier t;
    uint32_t leaf;  /* that signed */
    uint32_t ring;  /* of kinds 1 and 2 */
    uint32_t place; /* when named */
    uint8_t kind;   /* that signed: 1, 2 or 3 */
    uint8_t state;  /* rr_nullifier_state */
} rr_t_state;

/* T to state: open addressing at most half full, in the order of a keyed hash, so that nobody can choose colliding T. */
typedef struct rr_t_table {
    uint8_t key[32];
    rr_t_state *states;
    uint32_t count, capacity;
    uint32_t *slots; /* index of a state plus 1; 0: empty */
    uint32_t mask;
} rr_t_table;

uint32_t rr_t_table_slots(uint64_t capacity);
/* NULL: it has not signed. */
rr_t_state *rr_t_find(const rr_t_table *table, const uint8_t t[32]);
/* Adds a T that is not there, its other fields zero.  The table has room for one for each leaf. */
rr_t_state *rr_t_add(rr_t_table *table, const uint8_t t[32]);

/* Flags of a place. */
enum {
    RR_PLACE_TAKEN = 1, /* was named once: no other T is named there any more, even after a withdrawal */
    RR_PLACE_NAMED = 2, /* and is now */
    RR_PLACE_MARK = 4,  /* within one look at an opening */
    RR_PLACE_OPENED = 8 /* by the opening */
};

struct rr_judge {
    rr_case about;
    rr_judge_options options;
    bool sealed_mode;

    rr_t_table table;
    uint8_t *places;       /* by place */
    uint32_t *ring_hidden; /* by ring */

    rr_frontier frontier; /* without sealed; with it, notices ask for earlier roots: */
    rr_tree tree;
    uint32_t *sealed_after; /* [n]: members of the sealed set after n leaves */
    uint32_t *members;      /* from the notice on: the sealed set's states, ascending by leaf; `sealed` of them */
    rr_batch batch;

    bool foreign; /* leaf 0 is not this petition's */
    bool file_missing;
    bool has_notice, has_opening, closed;
    bool close_has_time;
    uint64_t notice, opening, close;
    uint64_t leaves, faults;
    uint32_t hidden, named, withdrawn, sealed;
};

/* Verifies any number of claims, in as few batches as fit into `scratch`; results as rr_verify_batch_var.  RR_OK whatever the
 * claims are worth, RR_NO_SPACE, RR_RANDOM. */
rr_status rr_claims_verify(const rr_case *about, rr_status *results, const rr_claim *claims, size_t claim_count,
                           const rr_random *random, void *scratch, size_t scratch_len);

/* ---- notices and openings (opening.c) ------------------------------------------------------------------------------- */

/* What was decided about a leaf. */
typedef struct rr_decision {
    rr_leaf_verdict verdict;
    const char *rule;
    rr_opening_file *file; /* of an opening that takes effect */
} rr_decision;

void rr_decide(rr_decision *decision, rr_leaf_verdict verdict, const char *rule);

/* Sorts the files by their hashes, which are computed here. */
void rr_opening_files_sort(rr_opening_file *files, size_t count);

/* Decide about a leaf of kind 6 and 7 with the petition in mode sealed.  Nothing but caches in options->files changes. */
rr_status rr_notice_decide(const rr_judge *judge, rr_decision *decision, const uint8_t *entry, size_t entry_len);
rr_status rr_opening_decide(rr_judge *judge, rr_decision *decision, const uint8_t *entry, size_t entry_len,
                            const rr_leaf_facts *facts);
/* The notice takes effect: the sealed set is as it is now. */
void rr_notice_apply(rr_judge *judge);
/* Names what the opening names. */
void rr_opening_apply(rr_judge *judge, const rr_opening_file *file);
/* A T becomes named at a place. */
void rr_judge_name(rr_judge *judge, rr_t_state *state, uint32_t place);

#endif
