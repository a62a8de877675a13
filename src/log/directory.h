/* SPDX-License-Identifier: Apache-2.0 */
/* A leaf of a server's directory log (PROTOCOL.md section 7): ASCII without LF, fields separated by one space.
 *
 *     roll DIGEST
 *     petition PID
 *     assignment DIGEST PID
 *     trustee PID J SHA256
 *     checkpoint PID SIZE ROOT
 *     page SHA256
 *
 * Digests are 64 lowercase hex digits, numbers `0` or [1-9][0-9]*.  Public data, variable-time. */
#ifndef RR_LOG_DIRECTORY_H
#define RR_LOG_DIRECTORY_H

#include <stdbool.h>

#include "roundrobin/types.h"

typedef enum rr_directory_kind {
    RR_DIRECTORY_UNKNOWN, /* to be ignored */
    RR_DIRECTORY_ROLL,
    RR_DIRECTORY_PETITION,
    RR_DIRECTORY_ASSIGNMENT,
    RR_DIRECTORY_TRUSTEE,
    RR_DIRECTORY_CHECKPOINT,
    RR_DIRECTORY_PAGE
} rr_directory_kind;

/* Fields that the kind does not have are zero. */
typedef struct rr_directory_line {
    rr_directory_kind kind;
    rr_roll_digest roll;
    rr_pid pid;
    uint64_t size;    /* of a checkpoint, below 2^63 */
    uint32_t trustee; /* J, 1 to 255 */
    rr_hash hash;     /* a checkpoint's root, a trustee's note, a page */
    uint64_t leaf;    /* where it stands in the log; only whoever reads a log sets it */
} rr_directory_line;

/* Anything that is not exactly one of these lines is RR_DIRECTORY_UNKNOWN. */
void rr_directory_read(rr_directory_line *line, const uint8_t *bytes, size_t len);

/* ---- one petition in a directory log ---------------------------------------------------------------------------------- */

/* What was found so far, line by line; begun with the first four fields and zero bytes. */
typedef struct rr_directory_search {
    rr_pid pid;
    rr_roll_digest roll;
    const rr_hash *acceptances; /* SHA-256 of the notes with which trustees accept, in order; may be NULL */
    uint32_t acceptance_count;
    bool has_roll, has_petition, assigned;
    bool accepted[RR_TRUSTEE_MAX];
    uint64_t size; /* of the last `checkpoint` */
} rr_directory_search;

typedef enum rr_directory_seen {
    RR_SEEN_NOTHING,    /* of this petition that would have to be looked at further */
    RR_SEEN_CHECKPOINT, /* line->size is now the size: compare line->hash with the petition log's root there */
    RR_SEEN_DISORDER    /* a `checkpoint` whose size is not above the one before (the first: not 1): a fault, changes nothing */
} rr_directory_seen;

/* The next line.  NULL, or a static sentence: the petition must not be relied upon. */
const char *rr_directory_see(rr_directory_search *search, rr_directory_seen *seen, const rr_directory_line *line);
/* What the directory does not hold, a static noun phrase; NULL: roll, petition, assignment and all acceptances are there. */
const char *rr_directory_lacks(const rr_directory_search *search);

enum { RR_DIRECTORY_LINE_MAX = 192 };
/* Writes the line, terminated; answers its length; 0 for an unknown kind. */
size_t rr_directory_write(char out[RR_DIRECTORY_LINE_MAX], const rr_directory_line *line);

#endif
