/* SPDX-License-Identifier: Apache-2.0 */
/* One mail as bytes (RFC 5322, 2045, 2047): UTF-8 text in quoted-printable, headers in encoded words.  Nothing that somebody else wrote stands in a header as
 * it is, so that none can add a header. */
#ifndef RR_CLI_MAIL_H
#define RR_CLI_MAIL_H

#include "cli/edition.h"

/* An address that goes into a header and an SMTP command as it is: local@domain in ASCII, without quotes, comments or spaces. */
bool rr_mail_address_is(rr_text text);

typedef struct rr_mail {
    rr_text from, to; /* addresses as above */
    rr_text to_name;  /* any text of one line */
    rr_text subject;
    int64_t time;           /* of its header Date */
    const char *message_id; /* without < > and the @domain, which is that of `from` */
    rr_text text;           /* lines end in LF */
} rr_mail;
/* Lines end in CR LF; the text is not dot-stuffed. */
void rr_build_mail(rr_builder *b, const rr_mail *mail);

#endif
