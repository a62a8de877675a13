/* SPDX-License-Identifier: Apache-2.0 */
/* Judging a petition's log and counting it (PROTOCOL.md sections 3, 7 and 8).
 *
 * Three steps, the same for an evidence file of a million leaves and for a collector that appends one batch:
 *
 *     1. proofs   rr_judge_proofs_var verifies the proofs of all records (kinds 1 to 5), ring by ring, in batches;
 *                 whoever has verified them already (a collector, its own records) needs only to remember the result
 *     2. leaves   rr_judge_leaf takes one leaf after the other, says what it does or which rule it breaks, and keeps the state
 *     3. count    rr_judge_count and its neighbours answer from the state at any time
 *
 * Nothing here allocates, reads or writes: entries come through a callback.  All data is public, everything is
 * variable-time, and every entry may be hostile: time and memory are bounded by the bytes that were handed in. */
#ifndef ROUNDROBIN_JUDGE_H
#define ROUNDROBIN_JUDGE_H

#include <stdbool.h>

#include "roundrobin/log.h"
#include "roundrobin/petition.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a log is judged by; all of it parsed, and checked to belong together (rr_petition_check_roll; rings made with the
 * petition's ring, ring_minimum and by_class; subject of the petition's pid and, with sealed, seal key), by the caller. */
typedef struct rr_case {
    const rr_params *params;
    const rr_subject *subject;
    const rr_petition *petition;
    const rr_roll *roll;
    const rr_rings *rings;
} rr_case;

/* Entries of the log by their leaf index; *entry need be valid only until the next call.  Anything but RR_OK ends the call
 * that asked and is its answer. */
typedef struct rr_log_entries {
    rr_status (*read)(void *context, const uint8_t **entry, size_t *entry_len, uint64_t leaf);
    void *context;
} rr_log_entries;

/* Called now and then; answer false to give up (the call then answers RR_IO). */
typedef struct rr_judge_progress {
    bool (*report)(void *context, uint64_t done, uint64_t total);
    void *context;
} rr_judge_progress;

/* ---- 1. proofs ------------------------------------------------------------------------------------------------------ */

/* What can be said of a record of kinds 1 to 5 without its proof and without the log: length, version, kind, the petition's
 * modes, that ring or place exists, the ring's minimum.  NULL, or a static string: the rule that it breaks. */
const char *rr_record_rule(const rr_case *about, const uint8_t *record, size_t record_len);

/* Makes the claim (proof.h) of a record that rr_record_rule let pass.  `ring` is the record's ring for kinds 1 and 2, else
 * not read.  The claim points to `record`, `ring` and the roll. */
void rr_record_claim(rr_claim *claim, const rr_case *about, const uint8_t *record, size_t record_len, const rr_ring *ring);

/* The rule that a failed proof breaks: for RR_INVALID, RR_MALFORMED and the like; NULL for RR_OK. */
const char *rr_proof_rule(rr_status proof);

/* Enough work memory for rr_judge_proofs_var over `leaves` leaves; a larger one makes larger batches, and never less than a
 * minimum is needed. */
size_t rr_judge_proofs_size(const rr_case *about, uint64_t leaves);

/* Verifies the proofs of leaves 0 ... leaves - 1: proofs[i] becomes the rr_status of the proof of leaf i (RR_OK, RR_INVALID,
 * RR_MALFORMED), and RR_ARGUMENT for an entry that has none or breaks rr_record_rule.  Leaves are taken ring by ring, so
 * that one prepared ring is in memory at a time; each entry is read twice.  Answers RR_OK whatever the proofs say;
 * RR_NO_SPACE, RR_RANDOM, RR_IO (given up), RR_ARGUMENT (2^32 leaves or more), what entries->read answered, RR_MALFORMED: a
 * key on the roll is no point (so it was not parsed). `progress` may be NULL. */
rr_status rr_judge_proofs_var(const rr_case *about, uint8_t *proofs, const rr_log_entries *entries, uint64_t leaves,
                              const rr_random *random, const rr_judge_progress *progress, void *work, size_t work_len);

/* ---- 2. leaves ------------------------------------------------------------------------------------------------------ */

/* A file of an opening (section 8), as it is served.  `bytes` must live as long as the judge; the rest is the judge's own. */
typedef struct rr_opening_file {
    const uint8_t *bytes;
    size_t len;
    rr_hash hash;
    bool judged;
    const char *rule;
} rr_opening_file;

typedef struct rr_judge rr_judge;

/* All of it must live as long as the judge.  What is marked (sealed) is needed only where the petition has that mode. */
typedef struct rr_judge_options {
    const rr_random *random;       /* the key of the table of nullifiers; weights of batches */
    uint64_t leaves;               /* room for so many; at most 2^30 */
    const rr_log_entries *entries; /* (sealed) what was judged, for the records that an opening opens */
    rr_opening_file *files;        /* (sealed) in any order; they get sorted; may be NULL if there are none */
    size_t file_count;
    void *work; /* (sealed) for verifying openings: rr_judge_work_size() or more */
    size_t work_len;
} rr_judge_options;

/* Memory for a judge: about 60 bytes a leaf (130 with sealed) and a few bytes for each entry of the roll. */
size_t rr_judge_size(const rr_case *about, uint64_t leaves);
/* Enough work memory for openings; 0 without sealed. */
size_t rr_judge_work_size(const rr_case *about);
/* RR_NO_SPACE, RR_RANDOM, RR_ARGUMENT. */
rr_status rr_judge_init(rr_judge **judge, void *memory, size_t memory_len, const rr_case *about,
                        const rr_judge_options *options);

/* What the caller knows of a leaf. */
typedef struct rr_leaf_facts {
    rr_status proof;     /* kinds 1 to 5: what step 1 said; not read for others */
    bool begins_batch;   /* the first leaf of an append.  Where appends are not known: true for every leaf */
    bool has_time_bound; /* section 7; never without witnesses */
    int64_t time_bound;  /* Unix time */
} rr_leaf_facts;

typedef enum rr_leaf_verdict {
    RR_LEAF_COUNTS,  /* it took effect */
    RR_LEAF_FAULT,   /* a fault of the log: it changed nothing */
    RR_LEAF_NO_FILE, /* an opening whose file is not among the options' files: no effect, no fault */
    RR_LEAF_NO_TIME  /* an opening without time bound though the petition has witnesses: no effect yet, no fault */
} rr_leaf_verdict;

typedef struct rr_verdict {
    uint64_t leaf;
    rr_leaf_verdict verdict;
    const char *rule;       /* static: what the leaf breaks or lacks; NULL for RR_LEAF_COUNTS */
    const char *batch_rule; /* static: what its batch breaks here, a fault of the log of its own; NULL if nothing */
} rr_verdict;

/* Judges the next leaf.  RR_OK: *verdict is set and the state has moved on.  RR_REFUSED: leaf 0 is not this petition's
 * (*verdict is set); so does every later call.  Else nothing has changed and the same leaf may come again: RR_NO_SPACE (more
 * leaves than options->leaves; or work memory), RR_RANDOM, RR_ARGUMENT (options lack something that is needed, or
 * options->entries gives other entries than were judged), what options->entries answered. */
rr_status rr_judge_leaf(rr_judge *judge, rr_verdict *verdict, const uint8_t *entry, size_t entry_len,
                        const rr_leaf_facts *facts);

/* What would become of a record of kinds 1 to 5 (its proof apart) as the next leaf. */
typedef enum rr_prospect {
    RR_WOULD_COUNT,
    RR_WOULD_CONFLICT, /* its nullifier or its place is in another state, a repeated signature included */
    RR_WOULD_NOT_TAKE  /* it breaks rr_record_rule, or the log can no longer take it: section 5's 422 */
} rr_prospect;
/* *rule, if not NULL, becomes the rule that it breaks, or NULL. */
rr_prospect rr_judge_prospect(const rr_judge *judge, const char **rule, const uint8_t *record, size_t record_len);

/* ---- 3. count ------------------------------------------------------------------------------------------------------- */

typedef struct rr_count {
    uint64_t leaves; /* judged */
    uint64_t faults; /* leaves that are faults; and batches' faults */
    uint32_t hidden, named;
    uint32_t total; /* hidden + named */
    uint32_t withdrawn;
    uint32_t sealed;                      /* members of the sealed set; before a notice, of what it would be */
    bool incomplete;                      /* an opening's file is missing, and no opening is in effect */
    bool has_notice, has_opening, closed; /* in effect; then the leaf is */
    uint64_t notice, opening, close;
} rr_count;

void rr_judge_count(const rr_judge *judge, rr_count *count);
/* The root of all leaves judged so far. */
void rr_judge_root(const rr_judge *judge, rr_hash *root);

typedef struct rr_tally {
    uint32_t hidden, named;
    uint32_t sealed; /* of the hidden ones, those of kind 2: by ring only */
} rr_tally;
/* By class as counted: `tallies` has rings->class_count elements. */
void rr_judge_classes(const rr_judge *judge, rr_tally *tallies);
/* By ring, `tallies` of rings->ring_count elements: signatures hidden in it, and how many of its entries are named. */
void rr_judge_rings(const rr_judge *judge, rr_tally *tallies);

/* Is the entry at this place named (and not withdrawn)?  Ask from 0 to entry_count - 1 for the list of names. */
bool rr_judge_is_named(const rr_judge *judge, uint32_t place);
/* And was it named by the opening? */
bool rr_judge_is_opened(const rr_judge *judge, uint32_t place);

typedef enum rr_nullifier_state { RR_T_NONE, RR_T_HIDDEN, RR_T_NAMED, RR_T_WITHDRAWN } rr_nullifier_state;
/* The state of one T; *number, if not NULL, its ring (hidden) or place (named). */
rr_nullifier_state rr_judge_nullifier(const rr_judge *judge, uint32_t *number, const rr_nullifier *nullifier);

typedef enum rr_goal_state { RR_GOAL_NONE, RR_GOAL_NOT_REACHED, RR_GOAL_REACHED } rr_goal_state;
/* The petition's goal with a total and classes as rr_judge_count and rr_judge_classes give them; pure, so that a report can
 * ask it too. */
rr_goal_state rr_goal_reached(const rr_case *about, uint32_t total, const rr_tally *classes);

typedef enum rr_result_state {
    RR_RESULT_AS_OF,                /* as of the last time bound: the log is open, or its close is not yet confirmed */
    RR_RESULT_CLOSED_NOT_WITNESSED, /* closed, and the petition has no witnesses */
    RR_RESULT_FINAL
} rr_result_state;
/* `confirmed`: how many of the petition's witnesses have cosigned, at or after Closes, directory checkpoints without a
 * checkpoint leaf of a size above the close leaf's index. */
rr_result_state rr_judge_result(const rr_judge *judge, uint32_t confirmed);

#ifdef __cplusplus
}
#endif
#endif
