/* SPDX-License-Identifier: Apache-2.0 */
/* What a registrar exchanges with a server (docs/spec/enrolment.md). */
#ifndef RR_CLI_REGISTER_H
#define RR_CLI_REGISTER_H

#include <sodium.h>

#include "cli/server_call.h"
#include "cli/sheets.h"
#include "roll/edition_file.h"
#include "roundrobin/log.h"

/* The edition file. */
rr_blob rr_edition_blob(const rr_edition *edition);
/* The bundle of sealed requests. */
rr_bytes rr_collect_requests(rr_call *call, const rr_edition *edition, const rr_signer *signer);
/* The next one, opened; data NULL if this key does not open it.  False at the end. */
bool rr_next_request(rr_bytes *request, size_t *offset, rr_bytes bundle, const rr_signer *signer);
/* Sends the receipts of these members. */
void rr_send_receipts(rr_call *call, const rr_edition *edition, const rr_signer *signer, const rr_text *members, size_t count);

#endif
