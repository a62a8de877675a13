/* SPDX-License-Identifier: Apache-2.0 */
/* The evidence file: all that anyone needs to check a petition's count offline, in one SQLite file (docs/spec/evidence.md).
 *
 * This is above the line: it reads and writes files and allocates.  What it gives is freed by its own function.
 * A file that is verified is hostile: nothing in it is believed before it is checked, and what is absent never counts as
 * checked.  Part of the libraries `rr_evidence` and `rr_store`, not of the core. */
#ifndef ROUNDROBIN_EVIDENCE_H
#define ROUNDROBIN_EVIDENCE_H

#include <stdbool.h>

#include "roundrobin/opening.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of somebody else; `bytes` NULL means absent. */
typedef struct rr_blob {
    const uint8_t *bytes;
    size_t len;
} rr_blob;

/* What went wrong with a file: rule and (where it has one) record number are for a person to read. */
typedef struct rr_file_error {
    rr_status status;
    const char *where; /* static: "petition", "roll", "entry", "checkpoint", ... or "file" */
    int64_t number;    /* line of a text, place in the roll, leaf of the log, size of a checkpoint; -1 where there is none */
    const char *rule;  /* static: completes the sentence "roll 12: ..." */
    int system;        /* errno, or 0 */
} rr_file_error;

/* ---- writing -------------------------------------------------------------------------------------------------------- */

/* A checkpoint of the petition log, as its signed note says; `size` is the number of leaves under it. */
typedef struct rr_evidence_checkpoint {
    uint64_t size;
    rr_blob note;
} rr_evidence_checkpoint;

/* One log entry's bytes, valid until the next call; RR_OK, or what the write shall answer. */
typedef rr_status (*rr_evidence_entry)(void *context, rr_blob *entry, uint64_t leaf);

typedef struct rr_evidence_parts {
    rr_blob petition; /* files, byte for byte */
    rr_blob roll;
    rr_blob roll_note;  /* the registrar's signed note over the roll */
    rr_blob assignment; /* and the one that assigns it to the petition */
    rr_blob names;      /* the names file if it is public, else absent */
    rr_blob enrolments; /* the companion with the enrolment proofs; absent for Kind: ed25519 */
    rr_blob ceremony;   /* the sealing ceremony's certificate, and */
    rr_blob trustees;   /* the trustees' notes (trustees.h); else absent */
    rr_blob directory;  /* the directory log's entries, and */
    rr_blob
        cosigned; /* its checkpoints with cosignatures, sizes ascending, the last of all these entries; bundles, or absent */
    const rr_evidence_checkpoint *checkpoints; /* one for each append, sizes ascending; the last covers all entries */
    size_t checkpoint_count;
    const rr_blob *openings; /* opening files that the log names, in any order */
    size_t opening_count;
    uint64_t entry_count;
    rr_evidence_entry entry; /* asked for leaves 0, 1, ... in order */
    void *context;
} rr_evidence_parts;

/* Writes the file whole or not at all (temporary file beside it, fsync, rename; an existing file is replaced, mode 0644).  The parts
 * are parsed, since the file says of each entry and each leaf what it is, and their roots are compared with the checkpoints; proofs
 * are not verified: run rr_evidence_verify on the result.  The same parts give the same bytes.
 * RR_MALFORMED or RR_INVALID (a part; *error says which), RR_IO, RR_NO_SPACE (memory), or what `entry` answered. */
rr_status rr_evidence_write(rr_file_error *error, const char *path, const rr_evidence_parts *parts);

/* ---- verifying ------------------------------------------------------------------------------------------------------ */

/* The checks, in the order in which they are made. */
typedef enum rr_check {
    RR_CHECK_FILE,        /* an evidence file of this version: SQLite, schema, types, sizes, no row too many or missing */
    RR_CHECK_PETITION,    /* its grammar, and that the trustees' keys lie on one polynomial */
    RR_CHECK_ROLL,        /* its grammar, and that it is the petition's: digest and number of entries */
    RR_CHECK_ROLL_NOTE,   /* signed by the registrar that the roll names */
    RR_CHECK_ASSIGNMENT,  /* this roll for this petition, signed by the same registrar */
    RR_CHECK_ENROLMENTS,  /* one-time rolls: every entry's proof */
    RR_CHECK_NAMES,       /* each published name against its hash in the roll */
    RR_CHECK_CEREMONY,    /* the sealing ceremony: certificate, seal key, trustees' keys, and that all trustees have accepted */
    RR_CHECK_COLUMNS,     /* the columns made for queries say what the files and entries say */
    RR_CHECK_CHECKPOINTS, /* each one signed by the petition's Log key */
    RR_CHECK_LOG, /* the entries' tree has the root of every checkpoint, and the tree hashes given; leaf 0 is this petition's */
    RR_CHECK_WITNESSES, /* the directory log: roll, petition, assignment; each checkpoint's root; cosignatures */
    RR_CHECK_RECORDS,   /* every leaf judged, every proof verified; what is wrong with a leaf is a fault of the log */
    RR_CHECK_OPENINGS,  /* the opening files that the log names are here and are what it names */
    RR_CHECK_COUNT
} rr_check;

/* A short English noun phrase for a report, such as "the registrar's signature on the roll"; never NULL. */
const char *rr_check_text(rr_check check);

typedef enum rr_check_state {
    RR_UNCHECKED, /* not reached, because an earlier check failed; or not checked by this version */
    RR_VERIFIED,
    RR_FAILED,        /* report->errors[] says where and why */
    RR_ABSENT,        /* the file does not hold what is needed: nothing is known */
    RR_NOT_APPLICABLE /* this petition has none, for example no sealed mode */
} rr_check_state;

/* A leaf that changed nothing, or a batch out of order (section 7). */
typedef struct rr_log_fault {
    uint64_t leaf;
    const char *rule; /* static */
    /* By the checkpoints in this file: whoever hands a file on can leave out all but the last, so that two batches look like one. */
    bool by_checkpoints;
} rr_log_fault;

/* A class as section 3 counts them: pooled ones are together in `other`, without classes there is one, "". */
typedef struct rr_class_tally {
    rr_text class_name;
    uint32_t entries;
    uint32_t hidden;
    uint32_t named;
    uint32_t goal; /* the petition's minimum for this class; 0: none */
} rr_class_tally;

typedef struct rr_ring_tally {
    uint32_t entries;
    uint32_t hidden; /* signatures hidden among these entries */
    uint32_t named;  /* of these entries, how many signed by name, stepped forward or were opened */
    uint32_t sealed; /* of the hidden signatures, how many are sealed and not opened */
} rr_ring_tally;

typedef struct rr_named {
    uint32_t place;
    rr_text member;
    rr_text class_name; /* as in the roll */
    rr_text name;       /* as stated by the registrar; start NULL: not published */
    bool opened;        /* signed sealed, and was opened with the others */
} rr_named;

/* A checkpoint of the log, and how many members the sealed set would have had after it (section 8). */
typedef struct rr_checkpoint_tally {
    uint64_t size;
    rr_hash root;
    uint32_t sealed;
} rr_checkpoint_tally;

typedef enum rr_finality {
    RR_AS_OF,              /* the log is open, or closed without anybody's word on when: numbers may grow */
    RR_CLOSED_UNWITNESSED, /* Witnesses: 0 and the log is closed */
    RR_FINAL,              /* closed, witnessed as section 7 says */
    RR_INCOMPLETE          /* sealed names were opened, but not for this file: an opening that the log names is absent */
} rr_finality;

/* Everything here belongs to the report and lives as long as it.  Texts are empty where the check that gives them did not succeed.
 * Records are judged only if no check before has failed, so that a file that does not verify has no counts. */
typedef struct rr_evidence_report {
    rr_status status; /* RR_OK: all that is needed is here and verified */
    rr_check failed;  /* else: the first check that says no */
    rr_check_state checks[RR_CHECK_COUNT];
    rr_file_error errors[RR_CHECK_COUNT]; /* for RR_FAILED, and for RR_ABSENT where it is needed */

    rr_pid pid;
    rr_text title, to, from;
    int64_t opens, closes; /* seconds of Unix time */
    rr_roll_digest roll_digest;
    rr_text body, source, registrar; /* registrar: its key's name */
    uint32_t body_size, edition, slot, entries;
    bool imported;                           /* Kind: ed25519: these people were not asked */
    uint32_t invited, ssh, imported_entries; /* entries by how they were admitted */
    uint32_t names_published;

    uint64_t leaves; /* the size of the last checkpoint */
    rr_hash root;
    size_t batches; /* appends: checkpoints after the first */
    rr_finality finality;
    uint32_t witnesses;     /* how many the petition asks for, */
    uint32_t witness_count; /* of so many */
    /* How many of these have cosigned a directory log with roll, petition and assignment; and of the witnesses of whoever verifies. */
    uint32_t witnessed, own_witnessed;
    uint32_t own_witnesses;    /* of the options */
    uint64_t witnessed_leaves; /* the first so many have a time bound (section 7), */
    int64_t as_of;             /* the last one's */
    uint64_t close_leaf;       /* 0: the log is open */

    uint32_t total, hidden, named, withdrawn; /* total = hidden + named */
    uint32_t opened;                          /* of the named: sealed and opened */
    uint32_t goal;                            /* 0: none */
    bool goal_reached;
    uint32_t goal_classes; /* 0: none */
    rr_class_tally *classes;
    size_t class_count;
    rr_ring_tally *rings;
    size_t ring_count;
    uint64_t notice_leaf, opening_leaf; /* 0: none is in effect */
    rr_sealed *sealed_set;              /* as rr_judge_sealed_set */
    uint32_t sealed;                    /* members of it */
    uint32_t seal_threshold;            /* 0: nothing is sealed */
    rr_checkpoint_tally *checkpoints;   /* of a petition with the mode sealed, ascending */
    size_t checkpoint_count;
    rr_named *named_list; /* ascending by place */
    size_t named_count;
    rr_log_fault *faults; /* all of them, ascending by leaf */
    size_t fault_count;
} rr_evidence_report;

/* Called now and then; answer false to give up (RR_IO, with ECANCELED in the error's `system`). */
typedef bool (*rr_evidence_progress)(void *context, rr_check check, uint64_t done, uint64_t of);

typedef struct rr_evidence_options {
    const rr_random *random;       /* weights of the batch verification; needed */
    rr_evidence_progress progress; /* may be NULL */
    void *progress_context;
    /* Witnesses that whoever verifies trusts (type 4, names and keys distinct): are they shown what others are shown?  May be none. */
    const rr_vkey *witnesses;
    uint32_t witness_count;
} rr_evidence_options;

/* Verifies the file at `path`, which is only read.  Always sets *report, except for RR_ARGUMENT and RR_NO_SPACE (memory); answers
 * report->status: RR_OK, RR_MALFORMED (no evidence file, or a broken one), RR_UNSUPPORTED (a newer version), RR_INVALID (a signature, a
 * digest, a root or a column does not fit), RR_NOT_FOUND (nothing is wrong, but something that is needed is absent),
 * RR_IO, RR_RANDOM.  An absent opening is not needed: the result is RR_INCOMPLETE.  Faults of the log are no failure of the file: they are listed and change no count. */
rr_status rr_evidence_verify(rr_evidence_report **report, const char *path, const rr_evidence_options *options);

/* The same of a file's bytes, without SQLite or any input: with the own reader of src/evidence, which takes exactly what an evidence file uses of
 * SQLite's format.  `file` lives as long as the report.  Never RR_IO but when `progress` gives up. */
rr_status rr_evidence_verify_memory(rr_evidence_report **report, const uint8_t *file, size_t len,
                                    const rr_evidence_options *options);

/* The same of parts that somebody gathered, say from a server: nothing is made for queries, so RR_CHECK_FILE and RR_CHECK_COLUMNS are
 * RR_NOT_APPLICABLE.  Entries are asked for once, in order, and kept in memory; what `entry` answers other than RR_OK is the answer.  All else that the
 * parts point to lives as long as the report. */
rr_status rr_evidence_verify_parts(rr_evidence_report **report, const rr_evidence_parts *parts,
                                   const rr_evidence_options *options);

void rr_evidence_report_free(rr_evidence_report *report);

#ifdef __cplusplus
}
#endif
#endif
