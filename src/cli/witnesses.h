/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of verifier keys, and the witnesses whom the user of a command trusts. */
#ifndef RR_CLI_WITNESSES_H
#define RR_CLI_WITNESSES_H

#include "cli/tool.h"
#include "net/remote.h"

typedef struct rr_vkey_list {
    const rr_vkey *keys;
    uint32_t count;
} rr_vkey_list;

/* A file with a verifier key of this type a line; empty lines and those that begin with # are passed over.  No two have a name or a key in common.
 * Fails with the line and the rule. */
rr_vkey_list rr_read_vkeys(const char *path, uint8_t type);
/* Who confirms that everybody is shown the same petition: of one's own list, and of the petition's. */
typedef struct rr_confirmation {
    uint32_t own, own_witnessed;        /* one's own: more than half of them are needed */
    uint32_t listed, needed, witnessed; /* the petition's */
} rr_confirmation;
/* What the cosignatures of a download say; a wrong one ends the program. */
rr_confirmation rr_confirmation_of(const rr_remote *remote, const rr_vkey_list *own);
bool rr_confirmed_by_own(const rr_confirmation *c);
bool rr_confirmed_by_listed(const rr_confirmation *c);
/* "confirmed by 2 of your 3 witnesses and 2 of the 3 that the petition names"; "not witnessed". */
const char *rr_confirmation_words(const rr_confirmation *c);

/* Of --witnesses; else of robin/witnesses in the user's folder for settings, if it is there; else none. */
rr_vkey_list rr_own_witnesses(const rr_args *args);

#endif
