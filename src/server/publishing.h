/* SPDX-License-Identifier: Apache-2.0 */
/* Rolls and petitions come to a server.  Everything is checked as a client would check it, before anything is stored. */
#ifndef RR_SERVER_PUBLISHING_H
#define RR_SERVER_PUBLISHING_H

#include "net/parcel.h"
#include "server/server.h"

/* What was checked, until it is stored; views of the parcel. */
typedef struct rr_publishing {
    rr_store_roll roll;
    rr_store_petition petition;
    rr_signer *log; /* SECRET */
    rr_material material;
    rr_bytes_out roll_file;
    rr_hash acceptances[RR_TRUSTEE_MAX];
} rr_publishing;
void rr_publishing_free(rr_publishing *publishing);

/* Parts: roll file, roll note, names or nothing, enrolment proofs or nothing.  The signer is the roll's Registrar. */
rr_status rr_publishing_check_roll(rr_publishing *publishing, rr_file_error *error, rr_server *server, const rr_parcel *parcel);
rr_status rr_publishing_store_roll(rr_publishing *publishing, rr_file_error *error, rr_server *server);

/* Parts: petition file, assignment note; of a sealed petition also the ceremony's certificate and the trustees' notes.  The roll is here already; Directory and Log are keys of this server. */
rr_status rr_publishing_check_petition(rr_publishing *publishing, rr_file_error *error, rr_server *server,
                                       rr_store_reader *reader, const rr_parcel *parcel);
/* From then on it is live. */
rr_status rr_publishing_store_petition(rr_publishing *publishing, rr_file_error *error, rr_server *server,
                                       rr_store_reader *reader);

#endif
