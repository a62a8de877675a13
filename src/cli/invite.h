/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RR_CLI_INVITE_H
#define RR_CLI_INVITE_H

#include "cli/edition.h"

/* Writes an invitation for each of these people, with a code for everyone without a listed SSH key, and the codes' hashes to
 * codes.txt (docs/spec/enrolment.md). */
void rr_invite(const rr_edition *edition, const rr_person *people, size_t count);

/* The codes of the people in `used`, which has a byte for each person of the edition, are taken out of the file. */
void rr_use_codes(const rr_edition *edition, rr_bytes codes, const uint8_t *used);

#endif
