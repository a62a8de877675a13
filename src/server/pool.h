/* SPDX-License-Identifier: Apache-2.0 */
/* The verification pool: what has queued up is verified as one batch, in the petition's subject and its prepared rings.
 *
 * Batches begin when RR_POOL_BATCH answers are there or the oldest has waited RR_POOL_WAIT_MS, whichever comes first, as long as
 * a thread is free: proofs cost less together, and nobody waits for company longer than that.  Declines wait with the others.  Tasks (what is published, enrolments) go before. */
#ifndef RR_SERVER_POOL_H
#define RR_SERVER_POOL_H

#include "server/request.h"

enum { RR_POOL_BATCH = 512, RR_POOL_WAIT_MS = 50 };

/* RR_NO_SPACE. */
rr_status rr_pool_start(rr_pool **pool, rr_server *server, unsigned threads);
void rr_pool_answer(rr_pool *pool, rr_request *request);
void rr_pool_task(rr_pool *pool, rr_request *request);
/* Everything that was handed in is finished or with the writer when this returns. */
void rr_pool_stop(rr_pool *pool);

#endif
