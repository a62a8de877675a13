/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolment over the network (PROTOCOL.md section 6, docs/spec/enrolment.md): what a server does with requests of members and with parcels of
 * registrars.  No HTTP here, and nothing is printed.
 *
 * Status, for all of these calls, with *error saying where and why:
 *
 *     RR_OK                                  done, or was done earlier
 *     RR_MALFORMED, RR_INVALID, RR_REFUSED   the request breaks a rule: 422
 *     RR_NOT_FOUND                           no such edition here: 404
 *     RR_IO, RR_NO_SPACE, RR_RANDOM          nothing is known to have been taken; send the same again: 503 (`where` is "store" where
 *                                            the store failed, whatever it answered)
 *
 * A request that fails uses nothing up: the code and the points are taken in the same transaction that keeps the sealed request. */
#ifndef RR_SERVER_ENROLMENT_H
#define RR_SERVER_ENROLMENT_H

#include "net/parcel.h"
#include "roll/edition_file.h"
#include "roundrobin/enrol.h"
#include "store/store.h"

/* ---- members -------------------------------------------------------------------------------------------------------- */

/* A request that was checked and may be stored.  It holds no secret: the request itself is in `sealed`, for the registrar alone. */
typedef struct rr_enrolment_checked {
    rr_store_edition_key key;
    bool known; /* this book is here already: nothing is left to do */
    char member[RR_KEYCARD_MEMBER_MAX + 1];
    uint8_t digest[64];
    uint8_t points[RR_KEYCARD_SLOTS_MAX][32];
    size_t point_count;
    bool by_code; /* else by an SSH signature */
    rr_hash code;
    uint8_t *sealed;
    size_t sealed_len;
} rr_enrolment_checked;

/* Any thread, with its own reader: form, edition, code or signature, every proof; then seals the request to the registrar's key.  The caller
 * wipes `request`, which holds the code.  *checked is to be freed whatever the status. */
rr_status rr_enrolment_check_var(rr_enrolment_checked *checked, rr_file_error *error, rr_store_reader *reader,
                                 const rr_params *params, const rr_random *random, const rr_store_edition_key *key,
                                 rr_blob request);
/* The writer's thread.  RR_REFUSED too if another request was quicker: with this code, for this member, with one of these points. */
rr_status rr_enrolment_store(rr_store *store, rr_file_error *error, const rr_enrolment_checked *checked);
void rr_enrolment_free(rr_enrolment_checked *checked);

/* ---- registrars ----------------------------------------------------------------------------------------------------- */

/* Parcels that rr_parcel_open_var has opened.  Those with a store run on the writer's thread, with a reader of that thread; all is checked before
 * anything is stored.  The first part is the edition file, whose Registrar must have signed the parcel. */

/* Verb edition: parts edition file, codes, SSH list.  An edition that is here already must have the same file; its codes and keys are
 * replaced, except of members who have enrolled.  A roll's id belongs to the registrar who came first. */
rr_status rr_edition_publish(rr_store *store, rr_store_reader *reader, rr_file_error *error, const rr_parcel *parcel);
/* Verb close: part edition file. */
rr_status rr_edition_close(rr_store *store, rr_store_reader *reader, rr_file_error *error, const rr_parcel *parcel);
/* Verb collect: part edition file.  Any thread; free(bundle->bytes). */
rr_status rr_edition_collect(rr_store_reader *reader, rr_file_error *error, rr_bytes_out *bundle, const rr_parcel *parcel);
/* Verb receipts: parts edition file, bundle of receipt notes.  A receipt for a book that did not come through this server is passed over. */
rr_status rr_edition_receipts(rr_store *store, rr_store_reader *reader, rr_file_error *error, const rr_parcel *parcel);

/* ---- what both stand on (for tests) --------------------------------------------------------------------------------- */

/* The lists of a parcel of verb edition; texts point into the bytes; free both arrays. */
rr_status rr_edition_codes_read(rr_store_code **codes, size_t *count, rr_file_error *error, rr_blob text,
                                const rr_store_edition_key *key);
rr_status rr_edition_ssh_read(rr_store_ssh **ssh, size_t *count, rr_file_error *error, rr_blob text);

/* A fault of a part: fills *error (which may be NULL) and answers the status. */
rr_status rr_enrolment_fault(rr_file_error *error, rr_status status, const char *where, int64_t number, const char *rule);
/* What a store answered: as it is if the request is refused or was done, else RR_IO or RR_NO_SPACE with where "store". */
rr_status rr_enrolment_stored(rr_file_error *error, rr_status status);

#endif
