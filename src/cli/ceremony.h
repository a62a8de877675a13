/* SPDX-License-Identifier: Apache-2.0 */
/* A ceremony as it lies in its place: read step by step, every note verified.  What is missing or wrong ends the program with the trustee's number and
 * name. */
#ifndef RR_CLI_CEREMONY_H
#define RR_CLI_CEREMONY_H

#include "cli/place.h"
#include "cli/share.h"
#include "roundrobin/note.h"

typedef struct rr_gathering {
    rr_place place;
    rr_bytes text;
    rr_ceremony_file file;
    rr_bytes key_notes[RR_TRUSTEE_MAX];
    rr_ceremony ceremony;              /* from rr_gather_keys on */
    uint8_t *messages[RR_TRUSTEE_MAX]; /* from rr_gather_round1 on */
} rr_gathering;

/* Reads ceremony.txt of PLACE.  In memory of rr_take: it is large. */
rr_gathering *rr_gathering_open(const rr_args *args);
/* The same of a place by its name; `proxy` may be NULL. */
rr_gathering *rr_gathering_at(const char *place, const char *proxy);
/* All static keys. */
void rr_gather_keys(rr_gathering *g);
/* All messages of round 1, after the keys. */
void rr_gather_round1(rr_gathering *g);
/* The certificate of all messages of round 2, after those of round 1; every signature verified. */
rr_bytes rr_gather_certificate(rr_gathering *g);

/* The trustee whose key this is; fails if it is none. */
uint32_t rr_gathering_self(const rr_gathering *g, const rr_signer *signer);
/* Opens the share of --share, which must be that of this trustee in this ceremony. */
void rr_gathering_share(const rr_gathering *g, rr_share_file *share, uint32_t j, const rr_args *args);
/* Signs the text with the trustee's key and puts the note into the place. */
void rr_gathering_put(rr_gathering *g, rr_trustee_note which, uint32_t j, const rr_signer *signer, const char *text,
                      size_t len);

/* "key-3.note" */
const char *rr_trustee_note_name(rr_trustee_note which, uint32_t j);
/* False: it is not there yet. */
bool rr_gathering_get(rr_gathering *g, rr_bytes *note, rr_trustee_note which, uint32_t j);
/* Ends the program: "PLACE: trustee 3 (NAME): RULE." and what to do. */
RR_NORETURN void rr_gathering_die(const rr_gathering *g, const rr_ceremony_fault *fault);

#endif
