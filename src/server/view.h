/* SPDX-License-Identifier: Apache-2.0 */
/* What the pages of a petition show: a plain copy of what its judge says after the last checkpoint.  No clock, no client, nothing that waits.
 *
 * A view is made once for each checkpoint and then only read; any number of threads may read it. */
#ifndef RR_SERVER_VIEW_H
#define RR_SERVER_VIEW_H

#include "roundrobin/judge.h"

typedef struct rr_view_class {
    rr_text name; /* "": no classes; "other": the pool */
    uint32_t entries, hidden, named;
    uint32_t goal; /* 0: none */
} rr_view_class;

typedef struct rr_view_ring {
    uint32_t entries, hidden, named;
} rr_view_ring;

/* One append: the log's size and the total after it. */
typedef struct rr_view_batch {
    uint64_t size;
    uint32_t total;
} rr_view_batch;

typedef struct rr_view_fault {
    uint64_t leaf;
    const char *rule; /* static */
} rr_view_fault;

/* What the judge does not keep; copied by rr_view_make. */
typedef struct rr_view_log {
    const rr_view_batch *batches; /* ascending by size; the first one is leaf 0 alone (size 1, total 0) */
    size_t batch_count;
    const rr_view_fault *faults; /* ascending by leaf; as many as the caller knows */
    size_t fault_count;
    bool final; /* as witnesses have confirmed */
} rr_view_log;

typedef struct rr_view {
    /* The caller's; they live as long as the view. */
    const rr_petition *petition;
    const rr_roll *roll;
    const rr_names *names; /* NULL: not public */

    uint64_t size; /* leaves of the log */
    rr_hash root;
    uint32_t total, hidden, named, withdrawn;
    uint32_t sealed; /* of the hidden ones, waiting to be opened together */
    uint32_t opened; /* of the named ones, by the opening */
    rr_goal_state goal;
    bool closed, incomplete, final;
    bool announced;        /* a notice is in effect, and no opening is */
    uint64_t faults_total; /* as the judge counts them; `faults` below may name only some, or none */

    /* Its own. */
    rr_view_class *classes; /* bytewise by name, the pool last */
    uint32_t class_count;
    rr_view_ring *rings;
    uint32_t ring_count;
    uint32_t *named_places; /* `named` of them, ascending */
    rr_view_batch *batches;
    size_t batch_count;
    rr_view_fault *faults;
    size_t fault_count;
} rr_view;

/* `names` may be NULL.  The judge has judged exactly the leaves of the last checkpoint.  RR_NO_SPACE. */
rr_status rr_view_make(rr_view *view, const rr_case *about, const rr_names *names, const rr_judge *judge,
                       const rr_view_log *log);
void rr_view_free(rr_view *view);

/* Is the entry at this place named? */
bool rr_view_is_named(const rr_view *view, uint32_t place);
/* The name at a place if it is public, else the member. */
rr_text rr_view_name(const rr_view *view, uint32_t place);

/* The JSON of `status`, ended by LF: *json is allocated (free).  RR_NO_SPACE. */
rr_status rr_view_status_json(char **json, size_t *len, const rr_view *view);

#endif
