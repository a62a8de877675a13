/* SPDX-License-Identifier: Apache-2.0 */
/* A member's enrolment over the network: reading a link, sending the request, fetching the receipt. */
#ifndef RR_CLI_ENROL_SUBMIT_H
#define RR_CLI_ENROL_SUBMIT_H

#include "cli/edition.h"

/* Reads an invitation, or a file with the link of one: then body, slots and registrar come from the server, and the registrar is compared with what the link
 * says.  *server: that of the link, or NULL. */
void rr_read_invitation_or_link(rr_invitation *invitation, const char **server, const char *path, const char *proxy);

typedef struct rr_submission {
    const char *server, *proxy, *request_path; /* what is said if it fails names the request's file */
    const rr_invitation *invitation;
    rr_text request;
    const rr_enrolment_file *enrolment;
} rr_submission;
/* Sends it; fails if it is not taken. */
void rr_submit(const rr_submission *submission);
/* Asks for the receipt for at most `seconds`; checks and writes it.  False if it is not there yet. */
bool rr_fetch_receipt(const rr_submission *submission, const char *path, uint32_t seconds);

#endif
