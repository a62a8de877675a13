/* SPDX-License-Identifier: Apache-2.0 */
/* Servers of petitions, as commands use them. */
#ifndef RR_CLI_ONLINE_H
#define RR_CLI_ONLINE_H

#include "cli/evidence.h"
#include "cli/tool.h"
#include "cli/witnesses.h"
#include "net/remote.h"
#include "roundrobin/note.h"

/* Is it an address, and no file? */
bool rr_is_url(const char *text);

typedef struct rr_online {
    rr_http *http;
    rr_transport transport;
    rr_remote *remote; /* NULL until rr_online_petition */
    rr_progress bar;
    const char *what;             /* of the bar; NULL: there is none */
    rr_vkey_list own;             /* witnesses of the command's user */
    rr_confirmation confirmation; /* of the petition */
} rr_online;

/* A client for --proxy; nothing is asked yet. */
rr_online *rr_online_start(const rr_args *args);
/* The same for a petition that must be confirmed by most of one's own witnesses, if one has any: --witnesses. */
rr_online *rr_online_start_witnessed(const rr_args *args);
/* Before something is printed: the bar of what was downloaded is done. */
void rr_online_end_progress(rr_online *online);
/* Fails with the sentence and the status that fits. */
RR_NORETURN void rr_online_die(rr_online *online, rr_status status, const char *sentence);

/* Downloads a petition and checks it against log and directory, or fails.  `pid` and `papers` as for rr_remote_open. */
void rr_online_petition(rr_online *online, const char *url, const rr_pid *pid, bool papers);
/* What can be said of the directory log after that: "holds roll, petition and assignment; not witnessed", or who confirms it. */
const char *rr_online_directory(const rr_online *online);
/* Writes its evidence file to `path`, or fails. */
void rr_online_evidence(rr_online *online, const char *path);
/* The same to a file that is removed at the end of the program, however it ends. */
const char *rr_online_temporary_evidence(rr_online *online);
void rr_online_remove_temporary(const char *path);

/* The scheme, host and port of an address, or fails with status 2. */
const char *rr_online_server(const char *url);

/* The petition's URL, with a slash at its end: of this address, or of the server's one petition. */
const char *rr_online_petition_url(rr_online *online, const char *server, const char *address);

/* ---- sending an answer ---------------------------------------------------------------------------------------------- */

typedef enum rr_sending {
    RR_SENT,        /* 202: the server has it durably */
    RR_SEND_BROKEN, /* 422: it breaks a rule, *why */
    RR_SEND_FAILED  /* it may or may not be there; *why */
} rr_sending;
/* To the petition's URL, with a slash at its end.  A server that is busy is asked again, a few times. */
rr_sending rr_online_send(rr_online *online, const char **why, const char *url, const uint8_t answer[RR_ANSWER_SIZE]);

/* Sends a trustee's part of a notice or opening to the petition; what the server says of it, one line.  Fails unless it was taken. */
const char *rr_online_trustee_part(rr_online *online, const rr_vkey *directory, const rr_signer *signer, rr_blob part);

/* ---- publishing ----------------------------------------------------------------------------------------------------- */

/* The server's keys, checked; fails. */
void rr_online_keys(rr_online *online, const char *server, rr_vkey *directory, rr_vkey *log);
/* POSTs a parcel to SERVER/publish/VERB, signed by `signer`; fails unless the server took it. */
void rr_online_publish(rr_online *online, const char *server, const rr_vkey *directory, const char *verb,
                       const rr_signer *signer, const rr_blob *parts, size_t count);
/* Does the directory log of the server hold this roll? */
bool rr_online_has_roll(rr_online *online, const char *server, const rr_vkey *directory, const rr_roll_digest *roll);
/* Sends roll.txt and its companions (names.txt only if `names`) out of a folder, unless the directory log has it already; afterwards it does.  False: it did before. */
bool rr_online_publish_roll(rr_online *online, const char *server, const rr_vkey *directory, const rr_signer *signer,
                            const char *folder, const rr_roll_digest *roll, bool names);

#endif
