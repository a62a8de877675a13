/* SPDX-License-Identifier: Apache-2.0 */
/* A whole small petition for the tests of the store: 24 members in two classes, keys, notes, a log that grows as a test says. */
#ifndef RR_TESTS_STORE_FIXTURE_H
#define RR_TESTS_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "roundrobin/evidence.h"
#include "roundrobin/judge.h"
#include "roundrobin/note.h"
#include "store/collect.h"
#include "evidence/material.h"

enum {
    FX_MEMBERS = 24,
    FX_LEAVES = 600,
    FX_TRUSTEES = 2,
    FX_WITNESSES = 3,
    FX_WITNESSED = 1 << 16, /* beside the modes: two of three witnesses are needed */
    FX_BUNDLE = 65536
};

typedef struct fx_entry {
    uint8_t *bytes;
    size_t len;
} fx_entry;

typedef struct fixture {
    rr_random random;
    rr_signer registrar, log, directory, stranger;
    rr_secret secrets[FX_MEMBERS];
    rr_trustee_secret trustees[FX_TRUSTEES]; /* y_1, y_2; both together open */
    rr_signer witnesses[FX_WITNESSES];
    char *petition, *roll, *roll_note, *assignment, *names;
    size_t petition_len, roll_len, roll_note_len, assignment_len, names_len, enrolments_len;
    uint8_t *enrolments;
    rr_material material;
    /* The log. */
    fx_entry leaves[FX_LEAVES];
    size_t leaf_count;
    rr_frontier frontier;
    rr_evidence_checkpoint checkpoints[64];
    size_t checkpoint_count;
    rr_blob openings[4];
    size_t opening_count;
    /* The directory log, if a test makes one (witness_fixture.c). */
    uint8_t directory_leaves[FX_BUNDLE], cosigned[FX_BUNDLE];
    size_t directory_len, cosigned_len;
    rr_frontier directory_frontier;
} fixture;

/* `modes` of petition.h; Witnesses: 0 without FX_WITNESSED; Closes is in the past. */
fixture *fx_new(unsigned modes);
void fx_free(fixture *fx);

/* A record of a member. */
fx_entry fx_record(fixture *fx, rr_kind kind, uint32_t member);
/* Appends a leaf; takes the memory. */
void fx_append(fixture *fx, fx_entry entry);
/* The 38 bytes of kinds 0 and 8. */
fx_entry fx_plain_leaf(const fixture *fx, rr_kind kind);
/* A notice of both trustees over the log as it is, and an opening of these leaves, whose file is added to the openings if `with_file`. */
fx_entry fx_notice(fixture *fx);
fx_entry fx_opening(fixture *fx, const uint64_t *sealed, size_t count, bool with_file);
/* Sorts the leaves since the last checkpoint as a batch. */
void fx_sort_batch(fixture *fx);
/* Signs a checkpoint of all leaves. */
void fx_checkpoint(fixture *fx, const rr_signer *signer);
/* Leaf 0; 0 to 3 sign anonymously, 4 and 5 by name; 0, 2 and 4 withdraw and 1 steps forward; close.  So 3 is hidden, 1 and 5 are named, all in
 * class south, and 3 have withdrawn. */
void fx_usual_log(fixture *fx);

rr_evidence_parts fx_parts(fixture *fx);
rr_collect_parts fx_collect_parts(const fixture *fx);
/* Writes the evidence file, which must work. */
void fx_write(fixture *fx, const char *path);
/* Verifies; the report is the caller's. */
rr_evidence_report *fx_verify(fixture *fx, const char *path);
/* Both say the same. */
void fx_same_report(const rr_evidence_report *a, const rr_evidence_report *b);
/* The same, expecting a status, and that this check is the first one that fails; frees the report. */
void fx_expect(fixture *fx, const char *path, rr_status status, rr_check check);

/* A copy of a petition or roll in which this header names a verifier key whose bytes are no key. */
char *fx_keyless(size_t *len, const char *file, size_t file_len, const char *header);

/* Runs SQL on a database, which must work, and packs it again, so that no free page is left. */
void fx_sql(const char *path, const char *sql);
/* The same without packing. */
void fx_sql_raw(const char *path, const char *sql);
/* Packs a record (len 0: a decline) into an answer. */
void fx_answer(uint8_t answer[RR_ANSWER_SIZE], const fx_entry *record);
/* A whole file in memory. */
uint8_t *fx_read(const char *path, size_t *len);
void fx_save(const char *path, const uint8_t *bytes, size_t len);

#endif
