/* SPDX-License-Identifier: Apache-2.0 */
/* A small petition, its roll and a judge, for the tests of judging.
 *
 *     places  0 ... 11   class east   ring 0
 *             12 ... 23  class west   ring 1
 *             24 ... 26  class tiny   pooled, so counted as `other`: ring 2
 *             27 ... 32  class wee    pooled with it
 *
 * Members are real: they can sign.  Where a test is about states and not about proofs it makes records with any T and says
 * that their proofs hold. */
#ifndef RR_TESTS_JUDGE_WORLD_H
#define RR_TESTS_JUDGE_WORLD_H

#include "roundrobin/judge.h"

enum { WORLD_MEMBERS = 33, WORLD_LEAVES = 280, WORLD_TRUSTEES = 3, WORLD_T = 2, WORLD_FILES = 16 };

typedef struct world {
    rr_params *params;
    rr_subject *subject;
    rr_petition petition;
    rr_roll roll;
    rr_rings rings;
    rr_case about;
    rr_entry entries[WORLD_MEMBERS];
    char members[WORLD_MEMBERS][8];
    rr_secret secrets[WORLD_MEMBERS];
    rr_trustee trustees[WORLD_TRUSTEES];
    rr_trustee_secret shares[WORLD_TRUSTEES];
    rr_ring *ring[3];

    uint8_t *leaves[WORLD_LEAVES]; /* what was judged */
    size_t lens[WORLD_LEAVES];
    uint32_t leaf_count;
    rr_status read_status; /* what reading an entry answers */
    rr_log_entries log;
    rr_opening_file files[WORLD_FILES];
    size_t file_count;
    rr_judge *judge;
    void *judge_memory, *work;
    rr_judge_options options;

    rr_leaf_facts facts; /* of the next leaf; proof RR_OK, every leaf a batch, no time bound */
    rr_verdict verdict;  /* of the last leaf */
    void *pieces[16];
    size_t piece_count;
} world;

extern const rr_random world_random;

/* Everything but a judge: the petition may still be changed (modes, threshold, goal, times, witnesses), not its pid or
 * rings. */
world *world_new(void);
void world_free(world *w);
/* A judge with the files of w->files, before leaf 0; again: forgets the log. */
void world_judge(world *w);
/* world_judge, and leaf 0 judged. */
void world_begin(world *w);

/* A new judge, which knows the files added meanwhile, and the same leaves again (with the facts of world_judge). */
void world_replay(world *w);

/* Judges a leaf and asserts its verdict; `rule` is a part of the rule, NULL for one that counts. */
void world_leaf(world *w, const uint8_t *entry, size_t len, rr_leaf_verdict verdict, const char *rule);
void world_counts(world *w, const uint8_t *entry, size_t len);
void world_fault(world *w, const uint8_t *entry, size_t len, const char *rule);

/* A record of its kind's size in its ring, with T of 32 equal bytes and nothing else. */
size_t world_record(const world *w, uint8_t record[RR_RECORD_MAX], rr_kind kind, uint32_t number, uint8_t t);
/* world_record and world_leaf with a proof that holds. */
void world_record_counts(world *w, rr_kind kind, uint32_t number, uint8_t t);
void world_record_fault(world *w, rr_kind kind, uint32_t number, uint8_t t, const char *rule);

/* A real record of the member at a place. */
size_t world_sign(world *w, uint8_t record[RR_RECORD_MAX], rr_kind kind, uint32_t place);

/* Entries of kinds 0 and 8. */
void world_mark(const world *w, uint8_t entry[38], rr_kind kind);
/* A notice by trustees 1 and 2 over the first `size` leaves; answers its length. */
size_t world_notice(world *w, uint8_t entry[512], uint64_t size);
/* The root of the first `size` leaves judged. */
void world_root(const world *w, rr_hash *root, uint64_t size);
/* Appends a member of an opening's file: the sealed record of `leaf`, opened at `place` by trustees 1 and 2. */
void world_open(world *w, uint8_t *file, size_t *len, uint32_t leaf, uint32_t place);
/* Adds a file to w->files (for the next world_replay) and makes the leaf that names it. */
void world_opening(world *w, uint8_t entry[46], const uint8_t *file, size_t len, uint32_t count);

rr_count world_count(const world *w);

#endif
