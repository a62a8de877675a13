/* SPDX-License-Identifier: Apache-2.0 */
/* The link of one person's invitation (docs/spec/enrolment.md):
 *
 *     SERVER/e/ROLLID/EDITION/#member=MEMBER&code=CODE&key=KEY&name=NAME
 *
 * What stands behind the # never reaches the server.  Fields may stand in any order, and unknown ones are passed over; `code` is absent where an SSH key signs. */
#ifndef RR_ROLL_INVITATION_LINK_H
#define RR_ROLL_INVITATION_LINK_H

#include "roundrobin/enrol.h"
#include "roundrobin/text.h"

enum {
    RR_REGISTRAR_MARK_SIZE = 33, /* 32 hex digits, terminator */
    RR_INVITATION_LINK_MAX = 4096
};

/* SECRET: the code. */
typedef struct rr_invitation_link {
    rr_text address; /* what stands before the #, in the text that was read */
    rr_roll_id id;
    uint32_t edition;
    char member[RR_KEYCARD_MEMBER_MAX + 1];
    char name[RR_KEYCARD_NAME_MAX + 1];
    char code[RR_CODE_SIZE]; /* as it was made, in whatever spelling it stands; empty: there is none */
    char mark[RR_REGISTRAR_MARK_SIZE];
} rr_invitation_link;

/* RR_MALFORMED: it breaks this form.  Line ends behind it are passed over. */
rr_status rr_invitation_link_read(rr_invitation_link *link, rr_text text);

/* Can the character stand in an address as it is? */
bool rr_link_is_plain(char c);
/* KEY: the beginning of SHA-256 of the registrar's verifier key. */
void rr_registrar_mark(char mark[RR_REGISTRAR_MARK_SIZE], rr_text vkey);

#endif
