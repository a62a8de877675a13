/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of verifier keys, and the witnesses whom the user of a command trusts. */
#ifndef RR_CLI_WITNESSES_H
#define RR_CLI_WITNESSES_H

#include "cli/tool.h"

typedef struct rr_vkey_list {
    const rr_vkey *keys;
    uint32_t count;
} rr_vkey_list;

/* A file with a verifier key of this type a line; empty lines and those that begin with # are passed over.  No two have a name or a key in common.
 * Fails with the line and the rule. */
rr_vkey_list rr_read_vkeys(const char *path, uint8_t type);
/* Of --witnesses; else of robin/witnesses in the user's folder for settings, if it is there; else none. */
rr_vkey_list rr_own_witnesses(const rr_args *args);

#endif
