/* SPDX-License-Identifier: Apache-2.0 */
/* What registrars and organisers send to a server: parts behind a signed note that says what is asked, of whom, and over which bytes.
 *
 *     parcel := part*          the first part is the note; each part is LE32 length || bytes; an absent part has length 0
 *     note   := signed note (type 1) over
 *                   "round-robin request v1" LF
 *                   verb LF                         "roll", "petition", "edition", "collect", "receipts"
 *                   name of the server's directory key LF
 *                   YYYY-MM-DDTHH:MM:SSZ LF         when it was signed: refused if more than RR_PARCEL_MINUTES from the server's clock
 *                   SHA-256 of all that follows the first part, in hex LF
 *
 * Every request may be repeated without harm, so that a parcel that is sent twice does what it does once.  Public data, variable-time;
 * signing is constant-time in the key. */
#ifndef RR_NET_PARCEL_H
#define RR_NET_PARCEL_H

#include "roundrobin/evidence.h"
#include "roundrobin/note.h"

enum { RR_PARCEL_PARTS_MAX = 8, RR_PARCEL_MINUTES = 10 };

/* Makes a parcel; free(*out).  RR_NO_SPACE, RR_ARGUMENT. */
rr_status rr_parcel_make(uint8_t **out, size_t *out_len, const char *verb, rr_text server, int64_t now, const rr_signer *signer,
                         const rr_blob *parts, size_t count);

/* A parcel that was checked: parts without the note; views of the bytes that were read. */
typedef struct rr_parcel {
    const rr_vkey *signer; /* one of the keys handed in */
    int64_t time;          /* when it was signed */
    rr_blob parts[RR_PARCEL_PARTS_MAX];
    size_t count;
} rr_parcel;

/* Takes it apart and checks verb, server, time, digest and signature by one of `keys`.  RR_MALFORMED, RR_INVALID (signature, digest), RR_REFUSED (another
 * verb or server, too old, none of these keys); *rule is a static sentence. */
rr_status rr_parcel_open_var(rr_parcel *parcel, const char **rule, const uint8_t *bytes, size_t len, const char *verb,
                             rr_text server, int64_t now, const rr_vkey *keys, size_t key_count);

/* What can be said of the bytes that have come so far: RR_NOT_FOUND: the note is not whole yet; RR_OK: it is signed for this, so that the rest may come.  Else as
 * above. */
rr_status rr_parcel_admit_var(const char **rule, const uint8_t *bytes, size_t len, const char *verb, rr_text server,
                              int64_t now, const rr_vkey *keys, size_t key_count);

#endif
