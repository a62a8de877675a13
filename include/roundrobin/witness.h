/* SPDX-License-Identifier: Apache-2.0 */
/* Witnesses of logs: what C2SP tlog-witness asks and answers, and what cosignatures of a directory log say of a petition's log
 * (PROTOCOL.md section 7).  Nothing here allocates, reads or writes; all of it is public data and variable-time. */
#ifndef ROUNDROBIN_WITNESS_H
#define ROUNDROBIN_WITNESS_H

#include "roundrobin/log.h"
#include "roundrobin/note.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- add-checkpoint ------------------------------------------------------------------------------------------------- */

/* The body of a request, C2SP tlog-witness:
 *
 *     "old " number LF
 *     base64(hash) LF        at most 63: the consistency proof from the old size
 *     LF
 *     the checkpoint's signed note */
typedef struct rr_witness_request {
    uint64_t old_size; /* below 2^63 */
    rr_hash proof[RR_PROOF_MAX];
    size_t proof_len;
    rr_text note; /* a view of what was read */
} rr_witness_request;

enum {
    RR_WITNESS_PROOF_MAX = 63,
    RR_WITNESS_HEAD_MAX = 32 + RR_WITNESS_PROOF_MAX * 45, /* bytes before the note */
    RR_WITNESS_REQUEST_MAX = RR_WITNESS_HEAD_MAX + 65536  /* of a body that is taken */
};

/* RR_MALFORMED with line and rule; the note is not looked at.  `error` may be NULL. */
rr_status rr_witness_request_read(rr_witness_request *request, rr_error *error, const char *body, size_t len);
/* Not terminated; answers the length and writes only if `size` is at least that. */
size_t rr_witness_request_write(char *out, size_t size, const rr_witness_request *request);

/* A witness's answers are statuses of HTTP. */
typedef enum rr_witness_answer {
    RR_WITNESS_COSIGNS = 200,
    RR_WITNESS_MALFORMED = 400,   /* no such request, or the old size is above the checkpoint's */
    RR_WITNESS_FORBIDDEN = 403,   /* not signed by a key that is trusted for its log, or such a signature is wrong */
    RR_WITNESS_UNKNOWN = 404,     /* a log that this witness does not know */
    RR_WITNESS_CONFLICT = 409,    /* the old size is not that of the checkpoint that was cosigned last */
    RR_WITNESS_INCONSISTENT = 422 /* the log does not continue what was cosigned last: it was forked or rewritten */
} rr_witness_answer;

/* Reads the checkpoint and its signatures.  `logs` are the trusted keys; those named as the origin are the log's.  RR_WITNESS_COSIGNS:
 * go on with rr_witness_decide. */
rr_witness_answer rr_witness_open_var(rr_checkpoint *checkpoint, const rr_witness_request *request, const rr_vkey *logs,
                                      size_t log_count);

/* What the witness has cosigned last of this log; size 0: nothing, or the empty tree. */
typedef struct rr_witnessed {
    uint64_t size;
    rr_hash root;
} rr_witnessed;

/* May it be cosigned?  From asking for `last` to keeping the new checkpoint nobody else may do the same. */
rr_witness_answer rr_witness_decide_var(const rr_witness_request *request, const rr_checkpoint *checkpoint,
                                        const rr_witnessed *last);

/* ---- time bounds ---------------------------------------------------------------------------------------------------- */

/* What one cosignature by one of the petition's witnesses says: at `time` the directory log had, of this petition, `checkpoint` leaves
 * up to these sizes. */
typedef struct rr_sighting {
    uint64_t holds;  /* the largest size whose root is the petition log's; 0: none */
    uint64_t claims; /* the largest size, whatever its root */
    int64_t time;    /* Unix, not negative */
    uint32_t witness;
} rr_sighting;

#define RR_NO_TIME INT64_MAX

/* bounds[i] becomes the time bound of the leaves from sightings[i - 1].holds on (from 0 for i = 0) to below sightings[i].holds, or RR_NO_TIME.
 * Sightings ascend by `holds`; `witness` is below `witnesses`; 1 <= needed <= witnesses.  `work`: 2 * witnesses. */
void rr_time_bounds(int64_t *bounds, const rr_sighting *sightings, size_t count, uint32_t needed, uint32_t witnesses,
                    int64_t *work);
/* The time bound of one leaf; RR_NO_TIME: it has none. */
int64_t rr_time_bound(const int64_t *bounds, const rr_sighting *sightings, size_t count, uint64_t leaf);

/* How many witnesses have seen at or after `closes` that the log did not hold `close_leaf`: for rr_judge_result.  `seen`: one for each witness. */
uint32_t rr_witnesses_confirming(const rr_sighting *sightings, size_t count, uint32_t witnesses, int64_t closes,
                                 uint64_t close_leaf, bool *seen);

#ifdef __cplusplus
}
#endif
#endif
