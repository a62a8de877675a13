/* SPDX-License-Identifier: Apache-2.0 */
/* A petition on a server, read by somebody who does not believe the server.
 *
 *     papers      petition.txt, whose SHA-256 is the pid; roll.txt, whose digest the petition names; notes, names, proofs
 *     log         all checkpoints, signed by the petition's Log key, sizes ascending from 1; entries, whose roots are those of the checkpoints
 *     directory   the checkpoint, signed by the petition's Directory key; all leaves, whose root it is.  They hold `roll`, `petition` and
 *                 `assignment` in this order; the first assignment of the roll is this one; and one `checkpoint` for each one of the log,
 *                 in the same order, with the same root
 *
 *     cosigned    checkpoints of the directory on which witnesses have cosigned; the directory's last one is not smaller
 *
 * What the registrar and witnesses signed, and the records, are checked by whoever uses these (rr_evidence_verify, rr_sightings_read).
 *
 * Nothing here ends the program.  Calls answer RR_OK, or a status and a sentence in `error`:
 *     RR_IO         the server could not be reached, or does not answer as such a server does
 *     RR_NOT_FOUND  it does not have this, or not yet
 *     RR_INVALID    what it shows does not verify
 *     RR_MALFORMED  what it shows breaks its format
 *     RR_REFUSED    the address is not one that may be asked
 *     RR_NO_SPACE   an answer is larger than it can be, or memory is short */
#ifndef RR_NET_REMOTE_H
#define RR_NET_REMOTE_H

#include "log/directory.h"
#include "net/http.h"
#include "roundrobin/evidence.h"
#include "roundrobin/note.h"
#include "roundrobin/petition.h"

enum {
    RR_REMOTE_ERROR_SIZE = 1024,
    RR_REMOTE_LEAVES_MAX = 1 << 24 /* of a log; a larger one is refused */
};

/* How a server is asked; tests hand in one of their own. */
typedef struct rr_transport {
    /* As rr_http_get. */
    rr_status (*get)(void *context, rr_http_reply *reply, char error[RR_HTTP_ERROR_SIZE], const char *url, size_t limit);
    void (*pause)(void *context, unsigned seconds);
    /* May be NULL. */
    void (*progress)(void *context, const char *what, uint64_t done, uint64_t of);
    void *context;
} rr_transport;

/* ---- servers -------------------------------------------------------------------------------------------------------- */

/* Splits the address of a page or of a server: "https://host:port", to be freed, and whether it names a petition.  A language before
 * the path (/en/) and what comes behind the pid are passed over.  RR_REFUSED, RR_NO_SPACE. */
rr_status rr_remote_address(char **server, bool *has_pid, rr_pid *pid, char error[RR_REMOTE_ERROR_SIZE], const char *url);

/* The pid of a server's one petition; an error that lists the addresses if there are several. */
rr_status rr_remote_only_petition(const rr_transport *transport, rr_pid *pid, char error[RR_REMOTE_ERROR_SIZE],
                                  const char *server);

/* What /server.json says: verifier keys as text, to be freed.  They were read and are of type 1. */
typedef struct rr_server_keys {
    char *directory, *log;
} rr_server_keys;
rr_status rr_remote_keys(const rr_transport *transport, rr_server_keys *keys, char error[RR_REMOTE_ERROR_SIZE],
                         const char *server);
void rr_server_keys_free(rr_server_keys *keys);

/* Reads a directory log whole: its checkpoint, then `each` with every leaf that is known, in order, and at the end the root.  So what
 * `each` was told is to be believed only after RR_OK.  Anything but RR_OK of `each` ends it and is its answer. */
typedef struct rr_directory_state {
    uint64_t size;
    rr_hash root;
} rr_directory_state;
rr_status rr_remote_directory(const rr_transport *transport, rr_directory_state *state, char error[RR_REMOTE_ERROR_SIZE],
                              const char *server, const rr_vkey *key,
                              rr_status (*each)(void *context, const rr_directory_line *line), void *context);

/* The same for whoever has seen it before: at these sizes, which ascend and are not 0, it had these roots, and must have them still.  *note: its
 * checkpoint, also where it contradicts them, for rr_blob_free; absent: there is none. */
rr_status rr_remote_directory_since(const rr_transport *transport, rr_directory_state *state, rr_blob *note,
                                    char error[RR_REMOTE_ERROR_SIZE], const char *server, const rr_vkey *key,
                                    const rr_directory_state *seen, size_t seen_count,
                                    rr_status (*each)(void *context, const rr_directory_line *line), void *context);

/* ---- the browser page ----------------------------------------------------------------------------------------------- */

/* Splits the address of the browser page: "https://host:port", and the page's own address without what stands behind `?` and `#`; both to be
 * freed.  Of a server it is /verify, of a petition's page its answer page, and any other address is taken as it is.  RR_REFUSED, RR_NO_SPACE. */
rr_status rr_remote_page_address(char **server, char **page, char error[RR_REMOTE_ERROR_SIZE], const char *url);

/* What a server gave this time, and what its directory log says of it. */
typedef struct rr_remote_page {
    size_t len;
    rr_hash served; /* SHA-256 of the body */
    rr_directory_state directory;
    bool recorded;  /* the log has a `page` leaf, */
    rr_hash last;   /* the last one with this hash, */
    uint64_t since; /* which is the last one from this leaf on */
    bool known;     /* some `page` leaf has the hash of what was served */
} rr_remote_page;
rr_status rr_remote_read_page(const rr_transport *transport, rr_remote_page *page, char error[RR_REMOTE_ERROR_SIZE],
                              const char *server, const char *url, const rr_vkey *key);

/* ---- a petition ----------------------------------------------------------------------------------------------------- */

typedef struct rr_remote {
    char *server; /* "https://host:port" */
    char *url;    /* of the petition, with a slash at its end */
    rr_pid pid;
    rr_blob petition, roll, roll_note, assignment, names, proofs, certificate,
        trustees;                        /* bytes NULL: not there, or not asked for */
    rr_evidence_checkpoint *checkpoints; /* with roots[], in the same order */
    rr_hash *roots;
    size_t checkpoint_count;
    rr_blob *openings; /* files that are opened, with the papers */
    size_t opening_count;
    rr_directory_state directory;
    /* As evidence has them: its checkpoints with cosignatures, and its entries up to the last of these.  Absent where there is none. */
    rr_blob directory_leaves, cosigned;
    struct rr_remote_inside *inside;
} rr_remote;

/* Downloads papers (only the petition if not `papers`), checkpoints and directory, and checks them as above; entries come later.  `url` is the
 * petition's page or a server; `pid` may be NULL: then the address names it, or the server has exactly one petition.  `transport` must
 * live as long as *remote. */
rr_status rr_remote_open(rr_remote **remote, char error[RR_REMOTE_ERROR_SIZE], const rr_transport *transport, const char *url,
                         const rr_pid *pid, bool papers);
void rr_remote_close(rr_remote *remote);

/* Entries, asked for from leaf 0 on in order, as rr_evidence_write does; context is the rr_remote.  Each bundle is downloaded when it is
 * needed.  RR_INVALID where the root is not that of a checkpoint.  Why it failed: rr_remote_error. */
rr_status rr_remote_entry(void *remote, rr_blob *entry, uint64_t leaf);
/* Parsed; it lives as long as *remote. */
const rr_petition *rr_remote_petition(const rr_remote *remote);
const char *rr_remote_error(const rr_remote *remote);
/* What rr_evidence_write needs, as views of *remote. */
void rr_remote_parts(rr_evidence_parts *parts, rr_remote *remote);

#endif
