/* SPDX-License-Identifier: Apache-2.0 */
/* Handing mails to a mail server, one after another over one connection. */
#ifndef RR_CLI_SMTP_H
#define RR_CLI_SMTP_H

#include "cli/tool.h"

typedef struct rr_smtp rr_smtp;

/* `url` is smtps://host:port or smtp://host:port; the latter must be raised to TLS (STARTTLS) unless the host is this machine.  `user` NULL: no login.  `password`
 * is SECRET.  Nothing of the environment is used.  Fails if the URL is none of these. */
rr_smtp *rr_smtp_open(const char *url, const char *user, const char *password);
void rr_smtp_close(rr_smtp *smtp);

typedef enum rr_smtp_answer {
    RR_SMTP_SENT,
    RR_SMTP_REFUSED, /* this mail, for good (5xx) */
    RR_SMTP_FAILED   /* the server cannot be reached, or does not want to just now */
} rr_smtp_answer;
/* *why: a sentence without what was sent. */
rr_smtp_answer rr_smtp_send(rr_smtp *smtp, const char **why, const char *from, const char *to, rr_text mail);

/* Is the host of this URL this machine (127.0.0.0/8, ::1, localhost)? */
bool rr_smtp_is_local(const char *url);

#endif
