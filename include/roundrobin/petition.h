/* SPDX-License-Identifier: Apache-2.0 */
/* The petition file (PROTOCOL.md section 3).  The conventions of roll.h hold here too. */
#ifndef ROUNDROBIN_PETITION_H
#define ROUNDROBIN_PETITION_H

#include "roundrobin/proof.h"
#include "roundrobin/roll.h"
#include "roundrobin/text.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    RR_PETITION_MAX = 1048576 /* bytes of a file */
};

/* A mode's bit is 1 << its kind of record. */
enum { RR_MODE_ANONYMOUS = 1 << RR_ANONYMOUS, RR_MODE_SEALED = 1 << RR_SEALED, RR_MODE_NAMED = 1 << RR_NAMED };

/* Trustee j is trustees[j - 1]. */
typedef struct rr_trustee {
    rr_seal_key key; /* Y_j */
    rr_vkey vkey;    /* type 1; what signs for the trustee */
} rr_trustee;

typedef struct rr_goal_class {
    uint32_t number;
    rr_text class_name;
} rr_goal_class;

/* Times are seconds since 1970.  rr_petition_write reads everything but pid, and of vkeys their .text only. */
typedef struct rr_petition {
    rr_pid pid; /* SHA-256 of the file */
    rr_text title, to, from;
    rr_roll_digest roll;
    uint32_t roll_entries;
    uint32_t ring, ring_minimum;
    bool by_class;  /* Count-By: class */
    unsigned modes; /* RR_MODE_..., at least one */

    /* Only with RR_MODE_SEALED, else zero. */
    rr_seal_key seal_key;
    uint32_t seal_threshold; /* so many sealed signatures are opened together */
    int64_t seal_expires;
    uint32_t trustee_threshold; /* t */
    uint32_t trustee_count;     /* n */
    const rr_trustee *trustees;

    uint32_t goal;         /* 0: none */
    uint32_t goal_classes; /* 0: the header is absent */
    uint32_t goal_class_count;
    const rr_goal_class *goal_class; /* ascending by class */

    int64_t opens, closes;
    rr_vkey log, directory;
    uint32_t witnesses_needed; /* W; 0: not witnessed */
    uint32_t witness_count;
    const rr_vkey *witnesses; /* type 4 */

    rr_text body; /* CommonMark, from after the first empty line to the end of the file */

    rr_error key_fault; /* status RR_OK, or: the first vkey without a usable key, as for rr_roll */
} rr_petition;

/* The memory that rr_petition_parse needs for this text (in proportion to its lines, at most about 3 MiB). */
size_t rr_petition_size(const char *text, size_t len);

/* Parses and checks a whole petition file: every rule of section 3, the seal key and trustees' keys on one polynomial included.
 * `error` may be NULL.  RR_MALFORMED: *error has line, column (0 where a whole line is meant) and rule.  RR_NO_SPACE. */
rr_status rr_petition_parse(const rr_params *params, rr_petition *petition, rr_error *error, void *memory, size_t memory_len,
                            const char *text, size_t len);

/* Writes the petition file of these fields, without a terminator; answers its length and writes only if `size` is at least that.
 * Headers of the sealed mode are written if RR_MODE_SEALED is set, Goal-Classes and its lines if goal_classes is not 0.  A time out of
 * range is written as `?`, which the parser refuses. */
size_t rr_petition_write(char *out, size_t size, const rr_petition *petition);

/* Is this the petition's roll: digest and number of entries?  RR_OK or RR_REFUSED; *why, if not NULL, is a static sentence.
 * Whether a Goal-Class exists is no rule but worth telling: rr_rings_find_class. */
rr_status rr_petition_check_roll(const char **why, const rr_petition *petition, const rr_roll *roll);

#ifdef __cplusplus
}
#endif
#endif
