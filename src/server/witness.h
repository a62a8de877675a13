/* SPDX-License-Identifier: Apache-2.0 */
/* A witness: C2SP tlog-witness over HTTP.
 *
 *     POST /add-checkpoint            RR_WITNESS_...
 *     GET  /HEX/checkpoint            the last cosigned checkpoint of the log whose origin has this SHA-256
 *     GET  /                          who this is, for people
 *
 * It keeps no address and no time of any request. */
#ifndef RR_SERVER_WITNESS_H
#define RR_SERVER_WITNESS_H

#include "roundrobin/note.h"
#include "server/listen.h"
#include "store/witness_state.h"

typedef struct rr_witness_options {
    const rr_signer *signer; /* SECRET; type 4 */
    const rr_vkey *logs;     /* of trusted logs */
    size_t log_count;
    rr_witness_state *state;
    const char *const *listen; /* as `listen` of a server */
    size_t listen_count;
} rr_witness_options;

typedef struct rr_witness rr_witness;

/* What is pointed to lives as long as the witness.  RR_NO_SPACE, and what rr_listen answers. */
rr_status rr_witness_start(rr_witness **witness, rr_file_error *error, const rr_witness_options *options);
size_t rr_witness_address_count(const rr_witness *witness);
const char *rr_witness_address(const rr_witness *witness, size_t index);
void rr_witness_stop(rr_witness *witness);

/* One request, without HTTP: what is answered to this body.  `reply` is of RR_WITNESS_REPLY; *len becomes 0 where there is nothing to say.  RR_WITNESS_COSIGNS
 * only after the state is durable; 500 where that fails (*error). */
enum { RR_WITNESS_REPLY = 1024 };
unsigned rr_witness_answer_to(rr_witness *witness, rr_file_error *error, char reply[RR_WITNESS_REPLY], size_t *len,
                              const char *body, size_t body_len, int64_t now);

#endif
