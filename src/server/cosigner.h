/* SPDX-License-Identifier: Apache-2.0 */
/* Asks witnesses for cosignatures of the directory log (C2SP tlog-witness, as a client).
 *
 * One thread asks; what it gets the writer takes and stores, at a tick.  Each witness is asked when the directory has grown since it cosigned, or when somebody
 * needs a later word of it; one that does not answer is asked again, more and more seldom. */
#ifndef RR_SERVER_COSIGNER_H
#define RR_SERVER_COSIGNER_H

#include "server/server.h"

/* With the setting `witness`: "VKEY URL" each.  Without one there is nothing to ask, and *cosigner is NULL.  RR_MALFORMED, RR_NO_SPACE. */
rr_status rr_cosigner_start(rr_cosigner **cosigner, rr_file_error *error, rr_server *server);
void rr_cosigner_stop(rr_cosigner *cosigner);

/* All of these may be called with NULL. */

/* The writer's: stores what came.  True if there is something new. */
bool rr_cosigner_collect(rr_cosigner *cosigner);
/* How many of these witnesses are asked. */
uint32_t rr_cosigner_knows(rr_cosigner *cosigner, const rr_vkey *witnesses, uint32_t count);
/* How many of them have, in what was stored since the start, cosigned at or after `time`; the others are asked once more. */
uint32_t rr_cosigner_since(rr_cosigner *cosigner, const rr_vkey *witnesses, uint32_t count, int64_t time);

#endif
