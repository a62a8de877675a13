/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of remote.h share. */
#ifndef RR_NET_REMOTE_INSIDE_H
#define RR_NET_REMOTE_INSIDE_H

#include "net/remote.h"
#include "roundrobin/log.h"
#include "roundrobin/petition.h"

enum {
    RR_REMOTE_NOTE_MAX = 65535,                                /* bytes of a note, and of what a bundle can hold */
    RR_REMOTE_BUNDLE_MAX = RR_TILE_WIDTH * (RR_ENTRY_MAX + 2), /* of a full entry bundle */
    RR_REMOTE_CHECKPOINTS_MAX = 64 * 1024 * 1024,              /* of all checkpoints of a log */
    RR_REMOTE_COSIGNED_MAX = 256 * 1024 * 1024,                /* of those of the directory, with cosignatures */
    RR_REMOTE_DIRECTORY_MAX = 512 * 1024 * 1024,               /* of its entries, as far as they are kept */
    RR_REMOTE_CERTIFICATE_MAX = 4 * 1024 * 1024,               /* of a ceremony's certificate */
    RR_REMOTE_OPENINGS_MAX = 1024,                             /* of a petition: void ones can be repeated */
    RR_REMOTE_TRUSTEES_MAX = 2 * 255 * (65535 + 2),            /* of the trustees' notes */
    RR_REMOTE_FILE_MAX = 512 * 1024 * 1024                     /* of a roll or a names file */
};

/* Fills `error` with the sentence and answers the status. */
rr_status rr_remote_fail(char error[RR_REMOTE_ERROR_SIZE], rr_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* BASE joined with NAME, to be freed; NULL: no memory. */
char *rr_remote_join(const char *base, const char *name);
/* The body of a 200, for rr_remote_drop.  A busy server is asked again, a few times. */
rr_status rr_remote_get(const rr_transport *transport, rr_blob *body, char error[RR_REMOTE_ERROR_SIZE], const char *base,
                        const char *name, size_t limit);
/* Behind "/p/": a pid, and then the end or what parts it from more. */
bool rr_remote_pid(rr_pid *pid, const char *text);
/* Frees a body, or nothing. */
void rr_remote_drop(rr_blob *body);
void rr_remote_progress(const rr_transport *transport, const char *what, uint64_t done, uint64_t of);

/* Reads the entries of a log in order, bundle by bundle, and grows its tree. */
typedef struct rr_log_cursor {
    const rr_transport *transport;
    const char *base; /* ends with a slash; tile/entries/... lies under it */
    const char *what; /* for the progress */
    uint64_t size, at;
    rr_blob bundle;
    size_t offset;
    rr_frontier frontier;
} rr_log_cursor;
void rr_log_cursor_init(rr_log_cursor *cursor, const rr_transport *transport, const char *base, const char *what,
                        uint64_t size);
/* The next entry, which lives until the next call; RR_ARGUMENT behind the last. */
rr_status rr_log_cursor_next(rr_log_cursor *cursor, char error[RR_REMOTE_ERROR_SIZE], rr_blob *entry);
void rr_log_cursor_free(rr_log_cursor *cursor);

struct rr_remote_inside {
    const rr_transport *transport;
    char *log_base;
    void *params_memory, *petition_memory;
    rr_petition petition;
    rr_blob notes; /* all checkpoints: what checkpoints[] points into */
    rr_log_cursor cursor;
    size_t next; /* checkpoint whose root comes next */
    char error[RR_REMOTE_ERROR_SIZE];
};

/* All checkpoints of the petition log, checked. */
rr_status rr_remote_checkpoints(rr_remote *remote, char error[RR_REMOTE_ERROR_SIZE]);
/* The directory log, searched for this petition. */
rr_status rr_remote_search(rr_remote *remote, char error[RR_REMOTE_ERROR_SIZE]);

#endif
