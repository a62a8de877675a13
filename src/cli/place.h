/* SPDX-License-Identifier: Apache-2.0 */
/* Where the trustees of a ceremony hand things around: a folder, or an address on a server.  Neither is trusted.
 *
 *     ceremony.txt          what begins it
 *     key-J.note            trustee J's static key
 *     round1-J.note         its message of round 1
 *     round2-J.note         its message of round 2
 *     certificate.bin       what the ceremony made
 *     accepted-J.note       its acceptance of the petition
 *     destroyed-J.note      its word that it has destroyed its share */
#ifndef RR_CLI_PLACE_H
#define RR_CLI_PLACE_H

#include "cli/papers.h"
#include "cli/server_call.h"

typedef struct rr_place {
    const char *name; /* of the folder, or the address without a slash at its end */
    bool online;
    rr_call call;
} rr_place;

#define RR_CEREMONY_FILE "ceremony.txt"

/* `proxy` may be NULL. */
void rr_place_open(rr_place *place, const char *name, const char *proxy);
/* False: it is not there.  Anything else that goes wrong ends the program. */
bool rr_place_get(rr_place *place, rr_bytes *file, const char *name, size_t limit);
/* What is there already is left alone if it is the same, and else refused. */
void rr_place_put(rr_place *place, const char *name, rr_bytes file);
/* How a file there is called in a message. */
const char *rr_place_shown(const rr_place *place, const char *name);

#endif
