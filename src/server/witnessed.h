/* SPDX-License-Identifier: Apache-2.0 */
/* What witnesses have cosigned of the directory log, as evidence needs it and as a petition's own judge does. */
#ifndef RR_SERVER_WITNESSED_H
#define RR_SERVER_WITNESSED_H

#include "server/live.h"

/* The directory's checkpoints with cosignatures, and its entries up to the last of these, as bundles; free both.  Absent where there is none that knows of this
 * petition. */
rr_status rr_witnessed_documents(const rr_live *live, rr_store_reader *reader, rr_file_error *error, rr_bytes_out *leaves,
                                 rr_bytes_out *cosigned);

/* The time bounds of this petition's log: live->sightings.  Before it is judged. */
rr_status rr_live_read_sightings(rr_live *live, rr_file_error *error, rr_store_reader *reader);
/* After it was judged: live->final. */
rr_status rr_live_finality(rr_live *live, rr_file_error *error);
/* Could more cosignatures change what this petition's log says? */
bool rr_live_waits_for_witnesses(const rr_live *live);

#endif
