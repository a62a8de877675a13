/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a rehearsal's invented people: a text file, unencrypted.
 *
 *     round-robin rehearsal v1
 *     Roll-Id: 64 hex
 *     Edition: number
 *     (empty line)
 *     member TAB slot TAB k TAB r         scalars in hex; ascending by member and slot */
#ifndef RR_CLI_REHEARSAL_H
#define RR_CLI_REHEARSAL_H

#include "cli/tool.h"

#define RR_REHEARSAL_BODY "Rehearsal"
#define RR_REHEARSAL_FIRST "round-robin rehearsal v1"

/* Fails unless the body is that of a rehearsal: real people's keys belong on key cards. */
void rr_need_rehearsal(rr_text body);

#endif
