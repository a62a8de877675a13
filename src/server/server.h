/* SPDX-License-Identifier: Apache-2.0 */
/* A running server, as its parts see it.
 *
 *     connections      threads of libmicrohttpd: read requests, serve what is public, hand answers on (http.c, end_*.c)
 *        |  an answer of 2048 bytes
 *     pool             threads: verify what has queued up as one batch (pool.c); check what is published and enrolled
 *        |  a record that holds, a decline, a repeat: all alike from here on
 *     writer           one thread, the only one that changes the store (writer.c): at each tick all that came is written in random order
 *        |             and then acknowledged; at the announced times batches are published, at `Closes` logs are closed
 *     store            committed and on the disk before anybody is told
 *
 * A connection whose request is with pool or writer is suspended; rr_request_finish resumes it. */
#ifndef RR_SERVER_SERVER_H
#define RR_SERVER_SERVER_H

#include <pthread.h>
#include <stdatomic.h>

#include "roundrobin/judge.h"
#include "server/config.h"
#include "server/live.h"
#include "server/logkeys.h"
#include "store/store.h"

typedef struct rr_pool rr_pool;
typedef struct rr_writer_thread rr_writer_thread;
typedef struct rr_cache rr_cache;
typedef struct rr_readers rr_readers;
typedef struct rr_maker rr_maker;
typedef struct rr_patience rr_patience;
typedef struct rr_cosigner rr_cosigner;
typedef struct rr_request rr_request;

typedef struct rr_server {
    rr_config config;
    rr_params *params;
    void *params_memory;
    rr_random random;
    rr_signer *directory; /* SECRET */
    char directory_vkey[RR_SIGNER_TEXT_SIZE];
    rr_text directory_name; /* its first part */
    rr_log_keys *log_keys;  /* SECRET */
    int keys_lock;          /* directory.key, locked: one server to a folder of keys */
    char address[256];      /* under which the world sees it, without a slash at the end; empty: not known */
    rr_vkey *publishers;
    size_t publisher_count;
    int64_t
        *edition_times; /* of each publisher: when the last request about an edition that was taken was signed.  The writer's */

    rr_store *store;     /* the writer's */
    rr_readers *readers; /* anybody's */

    pthread_rwlock_t lives_lock;
    rr_live **lives; /* ascending by pid; a live petition stays where it is */
    size_t live_count;

    rr_pool *pool;
    rr_writer_thread *writer;
    rr_cache *cache;
    rr_maker *maker;
    rr_patience *patience;
    rr_cosigner *cosigner;       /* NULL: there are no witnesses */
    atomic_ullong cosigned_mark; /* rr_store_cosigned_mark */
    atomic_uint jobs;            /* answers and tasks that are with pool or writer */
    atomic_uint handing_on;      /* connections that hand one over just now */
    atomic_bool stopping;
} rr_server;

/* ---- requests ------------------------------------------------------------------------------------------------------------- */

/* The live petition with this pid, or NULL. */
rr_live *rr_server_find(rr_server *server, const rr_pid *pid);
/* Puts a new one into the list.  RR_NO_SPACE. */
rr_status rr_server_add(rr_server *server, rr_live *live);

/* What an operator has to know and nothing about any request: a line on stderr. */
void rr_server_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for an error of the store: where, rule, errno. */
void rr_server_say_error(const char *what, const rr_file_error *error);

#endif
