/* SPDX-License-Identifier: Apache-2.0 */
/* Small things that rolls, petitions and notes are written with (PROTOCOL.md section 1): texts, times, verifier keys. */
#ifndef ROUNDROBIN_TEXT_H
#define ROUNDROBIN_TEXT_H

#include <stdbool.h>

#include "roundrobin/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- texts ---------------------------------------------------------------------------------------------------------- */

/* A view of a terminated string. */
rr_text rr_text_of(const char *string);
bool rr_text_equal(rr_text a, rr_text b);
/* Below, equal or above zero, bytewise: the order of members, classes and groups. */
int rr_text_compare(rr_text a, rr_text b);

/* ---- times ---------------------------------------------------------------------------------------------------------- */

enum { RR_TIME_SIZE = 20 }; /* YYYY-MM-DDTHH:MM:SSZ */

/* Reads a time as seconds since 1970-01-01T00:00:00Z.  False for anything but a real date from 1970 to 9999 in exactly that
 * form, seconds to 59. */
bool rr_time_read(int64_t *seconds, rr_text text);
/* Writes RR_TIME_SIZE characters and a terminator.  RR_ARGUMENT: before 1970 or after 9999. */
rr_status rr_time_write(char text[RR_TIME_SIZE + 1], int64_t seconds);

/* ---- verifier keys of signed notes ---------------------------------------------------------------------------------- */

/* The types of C2SP signed-note that are used here. */
enum {
    RR_VKEY_ED25519 = 1,    /* notes of registrars and trustees, checkpoints of logs */
    RR_VKEY_COSIGNATURE = 4 /* cosignatures of witnesses, with a time */
};

/* NAME+KEYID+BASE64: `text` is all of it, `name` its first part; both are views of the text that was parsed. */
typedef struct rr_vkey {
    rr_text text;
    rr_text name;
    uint8_t id[4];
    uint8_t type;
    uint8_t key[32];
    bool usable; /* the key is canonical, on the curve and not of small order; no signature of another one verifies */
} rr_vkey;

/* Reads and checks a vkey that must be of the given type: the name is not empty, well-formed UTF-8, holds none of the characters that
 * section 1 forbids, no + and no Unicode white space; 8 lowercase hex digits that are the key ID computed from name, type and key;
 * canonical base64; a key that is canonical, on the curve and not of small order.
 * RR_MALFORMED with error->column and error->rule (line 0).  `error` may be NULL. */
rr_status rr_vkey_read(rr_vkey *vkey, rr_error *error, rr_text text, uint8_t type);

/* A list of witnesses or the like: a vkey of this type a line; empty lines, those that begin with # and a CR before the LF are passed over.  No two have a
 * name or a key in common.  `*count` of at most `room` keys, views of `text`.  RR_MALFORMED with line, column and rule; RR_NO_SPACE: there are more. */
rr_status rr_vkeys_read(rr_vkey *keys, uint32_t room, uint32_t *count, rr_error *error, rr_text text, uint8_t type);

/* The key ID of a name, type and key: the first 4 bytes of SHA-256(name LF type key). */
void rr_vkey_id(uint8_t id[4], rr_text name, uint8_t type, const uint8_t key[32]);

/* Writes the vkey of a name and key, without a terminator; answers its length (name.len + 54) and writes only if `size` is at
 * least that.  Nothing is checked: rr_vkey_read is the judge. */
size_t rr_vkey_write(char *out, size_t size, rr_text name, uint8_t type, const uint8_t key[32]);

#ifdef __cplusplus
}
#endif
#endif
