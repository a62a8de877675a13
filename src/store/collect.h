/* SPDX-License-Identifier: Apache-2.0 */
/* The local file of `robin collect`: one petition without a server (docs/adr/0003-collect.md).
 *
 * It holds the petition and its roll, the log, its checkpoints, and the few records that wait for a batch: no times, no order of
 * arrival, no repeats, no conflicts, no declines.  Every call that changes the file is one transaction: after a crash at any moment
 * the file holds all of it or nothing of it.  One process at a time has the file open for writing (the second gets RR_IO, "in use").
 *
 *     open -> take, take, ... -> finish -> (evidence) -> free
 *
 * What was taken and not finished is forgotten, so answer files must not be removed before rr_collect_finish has answered RR_OK. */
#ifndef RR_STORE_COLLECT_H
#define RR_STORE_COLLECT_H

#include "roundrobin/evidence.h"
#include "roundrobin/note.h"

enum {
    RR_COLLECT_BATCH_MIN = 8,   /* section 10: no smaller batch as long as the log is open */
    RR_COLLECT_TAKE_MAX = 65536 /* the most records that one run can take before it finishes */
};

typedef struct rr_collect rr_collect;

/* What the file is made from; as in evidence.h, all but `names`, `enrolments` (ed25519), and (not sealed) `ceremony` and `trustees` needed. */
typedef struct rr_collect_parts {
    rr_blob petition, roll, roll_note, assignment, names, enrolments, ceremony, trustees;
} rr_collect_parts;

/* Makes the file (mode 0600), whole or not at all, after checking all parts as a client would (grammars, digest, the registrar's
 * notes, names, enrolment proofs); the log gets leaf 0 and its first checkpoint.  `log` is the SECRET that belongs to the petition's Log
 * key.  RR_IO with errno EEXIST if there is such a file; RR_MALFORMED, RR_INVALID (a part, *error says which),
 * RR_REFUSED (it does not belong to the Log key), RR_NOT_FOUND (a part is absent), RR_NO_SPACE, RR_RANDOM. */
rr_status rr_collect_create(rr_file_error *error, const char *path, const rr_collect_parts *parts, const rr_signer *log,
                            const rr_random *random);

/* Opens the file for one run.  `random` must live as long as *collect.  RR_IO, RR_MALFORMED (no such file, or a damaged one),
 * RR_UNSUPPORTED (a newer version), RR_NO_SPACE. */
rr_status rr_collect_open(rr_collect **collect, rr_file_error *error, const char *path, const rr_random *random);
/* Forgets what was not finished; NULL is fine. */
void rr_collect_free(rr_collect *collect);

/* Takes answers of RR_ANSWER_SIZE bytes each (or of another length, which is refused): verifies all proofs as batches and keeps
 * what is good in memory.  results[i].status is RR_OK for a record and a decline alike; a repeat or conflict is found only
 * when the run is finished.  Else RR_MALFORMED, RR_INVALID or RR_REFUSED with the rule that the answer breaks.
 * Answers RR_OK whatever the results are; RR_REFUSED and nothing taken if more than RR_COLLECT_TAKE_MAX records would have been taken
 * since the last finish: finish first; RR_NO_SPACE, RR_RANDOM, RR_IO. */
typedef struct rr_collect_result {
    rr_status status;
    const char *rule; /* static; NULL for RR_OK */
} rr_collect_result;
rr_status rr_collect_take(rr_collect *collect, rr_file_error *error, rr_collect_result *results, const rr_blob *answers,
                          size_t answer_count);

typedef enum rr_collect_mode {
    RR_COLLECT_HOLD, /* keep all that is new waiting */
    RR_COLLECT_APPEND, /* one batch of all that waits if there are RR_COLLECT_BATCH_MIN or the log is closed, else keep it waiting */
    RR_COLLECT_FLUSH, /* one batch of all that waits, however few: right before a notice */
    RR_COLLECT_CLOSE  /* one batch of all that waits, however few, and then the close leaf; nothing is taken afterwards */
} rr_collect_mode;

/* What a run did. */
typedef struct rr_collect_counts {
    uint64_t taken;     /* records that are new */
    uint64_t repeated;  /* the same record again */
    uint64_t conflicts; /* valid, but not in the state that their nullifier is in, such as a second signature in another mode */
    uint64_t declined;
    uint64_t refused;
    uint64_t appended; /* leaves */
    uint64_t waiting;  /* records that still wait */
} rr_collect_counts;

/* Ends the run in one transaction (in none if there is nothing new to keep and nothing to append: then the file is not touched): finds repeats and conflicts, appends or keeps, signs one checkpoint for each append.
 * `log` as above; may be NULL for RR_COLLECT_HOLD.  `now` (Unix time) is read only for RR_COLLECT_CLOSE, which is
 * RR_REFUSED before the petition's `Closes`.  RR_REFUSED too for a foreign `log` and for CLOSE of a closed log.
 * RR_IO (full disk and the like): the file is as it was, and what was taken is still in memory, so finish may be tried again. */
rr_status rr_collect_finish(rr_collect *collect, rr_file_error *error, rr_collect_counts *counts, rr_collect_mode mode,
                            int64_t now, const rr_signer *log);

/* Puts trustees' parts (store/opening.h), all of one kind, into the log: a notice, before which all that waits is appended as one batch (*counts says
 * what), or an opening with its file.  Nothing of this run may have been taken and not finished.  RR_MALFORMED, RR_REFUSED, RR_INVALID (a part, with the
 * trustee's number; or what the log does not take), RR_NOT_FOUND (too few), and as above. */
rr_status rr_collect_trustees(rr_collect *collect, rr_file_error *error, rr_collect_counts *counts, const rr_blob *parts,
                              size_t count, const rr_signer *log);

typedef struct rr_collect_state {
    rr_pid pid;
    uint64_t leaves;
    rr_hash root;
    uint64_t checkpoints;
    uint64_t waiting; /* in the file, without what this run took */
    bool closed;
} rr_collect_state;
rr_status rr_collect_status(rr_collect *collect, rr_file_error *error, rr_collect_state *state);

/* Writes the evidence file of the log as of its last checkpoint (rr_evidence_write).  RR_REFUSED if `path` is the collector's file. */
rr_status rr_collect_evidence(rr_collect *collect, rr_file_error *error, const char *path);

#endif
