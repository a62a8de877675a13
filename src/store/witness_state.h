/* SPDX-License-Identifier: Apache-2.0 */
/* What a witness has cosigned last of each log, in one SQLite file: durable before anybody is told. */
#ifndef RR_STORE_WITNESS_STATE_H
#define RR_STORE_WITNESS_STATE_H

#include "roundrobin/evidence.h"
#include "roundrobin/witness.h"

typedef struct rr_witness_state rr_witness_state;

/* Makes it if it is not there, mode 0600.  One process has it open: another one is RR_REFUSED.  RR_IO, RR_MALFORMED (foreign or damaged), RR_NO_SPACE. */
rr_status rr_witness_state_open(rr_witness_state **state, rr_file_error *error, const char *path);
void rr_witness_state_close(rr_witness_state *state);

/* Size 0 where nothing was cosigned. */
rr_status rr_witness_state_last(rr_witness_state *state, rr_file_error *error, rr_witnessed *last, rr_text origin);
/* The cosigned note of the log whose origin has this SHA-256; free(*note).  RR_NOT_FOUND. */
rr_status rr_witness_state_note(rr_witness_state *state, rr_file_error *error, char **note, size_t *len,
                                const rr_hash *origin_hash);
/* From `old_size` to this checkpoint, with its note, durably.  RR_REFUSED: another size than `old_size` is there. */
rr_status rr_witness_state_keep(rr_witness_state *state, rr_file_error *error, uint64_t old_size,
                                const rr_checkpoint *checkpoint, rr_text note);

#endif
