/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence files as of the last checkpoint, made when somebody asks for one, on a thread of their own, and kept in the cache folder until the log
 * grows: CACHE/PID-SIZE.evidence.  They hold what is public; the folder may be emptied at any time. */
#ifndef RR_SERVER_MAKER_H
#define RR_SERVER_MAKER_H

#include "server/request.h"

rr_status rr_maker_start(rr_maker **maker, rr_server *server);
/* Takes over a suspended request: when it goes on, the file can be opened, or request->status says why not. */
void rr_maker_ask(rr_maker *maker, rr_request *request);
void rr_maker_stop(rr_maker *maker);

/* A descriptor of the petition's evidence file if it is of this size of the log, else -1. */
int rr_maker_open(rr_server *server, const rr_live *live, uint64_t size);

#endif
