/* SPDX-License-Identifier: Apache-2.0 */
/* The one thread that changes the store.
 *
 * At each tick: all answers that came (some time before it) are put into random order, those that are new are held, in one transaction for each petition, and then
 * all of them, repeats, conflicts and declines too, are answered alike.  Then, at the announced times (multiples of the interval since
 * 1970-01-01T00:00:00Z), batches are published; from `Closes` on a log is closed.  Tasks run between ticks, as they come. */
#ifndef RR_SERVER_WRITER_H
#define RR_SERVER_WRITER_H

#include "server/request.h"

/* RR_NO_SPACE. */
rr_status rr_writer_start(rr_writer_thread **writer, rr_server *server);
/* A record whose proof holds, or a decline. */
void rr_writer_answer(rr_writer_thread *writer, rr_request *request);
/* Calls request->store on the writer's thread, then finishes it. */
void rr_writer_task(rr_writer_thread *writer, rr_request *request);
/* All that came is written and answered when this returns. */
void rr_writer_stop(rr_writer_thread *writer);

/* What the writer does at a tick (tick.c) and at the announced times (publish.c); on its thread only. */
void rr_tick(rr_server *server, rr_request **requests, size_t count);
/* Enters a notice (file absent), before which all that waits is published, or an opening with its file.  On the writer's thread.  RR_REFUSED: the log
 * does not take it, *error says why; RR_IO and the like: try again. */
rr_status rr_publish_trustees(rr_server *server, rr_live *live, rr_file_error *error, rr_blob leaf, rr_blob file);
/* server->cosigned_mark, from the store. */
rr_status rr_cosigned_mark_read(rr_server *server, rr_file_error *error);
/* `now` decides what is to be closed. */
void rr_publish_due(rr_server *server, int64_t now, bool announced);

#endif
