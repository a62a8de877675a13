/* SPDX-License-Identifier: Apache-2.0 */
/* A petition that is being served: what was parsed of it, the judge of its log, its batch key, its prepared rings.
 *
 * Documents and what is parsed of them never change.  The judge, and with it all counts, changes when a batch is published: `lock`
 * is held for reading to ask it, for writing to move it on.  The batch key is the writer's alone. */
#ifndef RR_SERVER_LIVE_H
#define RR_SERVER_LIVE_H

#include <pthread.h>
#include <stdatomic.h>

#include "roundrobin/judge.h"
#include "server/logkeys.h"
#include "server/view.h"
#include "evidence/document.h"
#include "evidence/material.h"
#include "evidence/sightings.h"
#include "store/opening.h"
#include "store/store.h"

typedef struct rr_ring_slot {
    const rr_ring *ring; /* NULL: not prepared */
    void *memory;
    size_t len;
    unsigned uses;
    uint64_t last;
} rr_ring_slot;

typedef struct rr_live {
    rr_pid pid;
    char pid_hex[65];
    rr_material material;
    rr_case about;
    rr_bytes_out documents[RR_DOC_END]; /* by RR_DOC_...; what material points into */
    rr_signer *log;                     /* SECRET */
    size_t room;                        /* of a record that waits */

    pthread_rwlock_t lock;
    rr_judge *judge;
    void *judge_memory;
    uint64_t capacity; /* leaves that the judge has room for */
    rr_view_batch *steps;
    size_t step_count, step_room;
    uint64_t size;
    bool closed;
    rr_sightings sightings; /* of a petition that needs witnesses: what they have cosigned when the log was last judged */
    bool final;
    bool opening_waits; /* an opening is in the log and has no time bound yet */
    unsigned version;   /* moves on with every change of the above */

    /* Of a petition with the mode sealed.  Files stay where they are. */
    rr_blob *openings;
    size_t opening_count;
    rr_blob new_opening;     /* one that is about to come */
    rr_sealed_set sealed;    /* from the notice on */
    rr_vkey *trustee_keys;   /* of trustee j at j - 1 */
    rr_opening_file *files;  /* the judge's */
    void *judge_work;        /* the judge's */
    rr_store_reader *reader; /* the judge reads entries with it; whoever judges sets it */
    rr_log_entries entries;
    uint8_t *entry; /* that it has read */
    size_t entry_len;

    rr_batch_key *batch; /* SECRET; the writer's */
    rr_batch_key *next;  /* SECRET; the one that follows, while an append is on its way or unsettled */
    /* An append failed so that nobody knows whether it is there: until that is known nothing is taken, and no count is shown. */
    atomic_bool unsettled;
    atomic_bool over;    /* it is past `Closes`: nothing but names is taken, whether the log is closed already or not */
    bool said_waiting;   /* that witnesses keep it from being closed */
    bool said_unsettled; /* that its log cannot be judged */
    bool overdue;        /* an announced batch could not be published */
    bool refusing;       /* the last answers could not be kept, and this was said */

    pthread_mutex_t ring_lock;
    rr_ring_slot *rings; /* by ring number */
    size_t ring_bytes;
    uint64_t ring_clock;
} rr_live;

/* Loads a petition with everything from the store, judges its log and compares the root with `state`.  RR_MALFORMED: the store is damaged;
 * RR_REFUSED: the log's key is not of this server; RR_NOT_FOUND: the batch key's file is missing (*error says which). */
rr_status rr_live_open(rr_live **live, rr_file_error *error, rr_store_reader *reader, const rr_store_state *state,
                       const rr_log_keys *keys, const char *key_folder, const rr_random *random);
void rr_live_close(rr_live *live);

/* Judges the whole log anew: after an append that failed, and when the judge's room ends.  `room`: for how many leaves more.  The caller
 * holds the lock for writing. */
rr_status rr_live_judge(rr_live *live, rr_file_error *error, rr_store_reader *reader, const rr_random *random, uint64_t room);

/* The sealed set of the notice, if one is in effect.  As above. */
rr_status rr_live_sealed_set(rr_live *live, rr_file_error *error);

/* The judge has seen a batch that makes the log `size` long.  RR_NO_SPACE. */
rr_status rr_live_add_step(rr_live *live, uint64_t size);

/* A prepared ring, which stays until it is given back; NULL: no memory. */
const rr_ring *rr_live_ring(rr_live *live, uint32_t number);
void rr_live_ring_done(rr_live *live, uint32_t number);

#endif
