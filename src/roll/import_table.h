/* SPDX-License-Identifier: Apache-2.0 */
/* Remembers where something was first seen.  Things of several roles (a key, a member, a person) share one table: the slots
 * hold SHA-256 of role and bytes. */
#ifndef RR_ROLL_IMPORT_TABLE_H
#define RR_ROLL_IMPORT_TABLE_H

#include "roundrobin/types.h"

typedef struct rr_import_place {
    uint32_t file;
    uint32_t line;
} rr_import_place;

typedef struct rr_import_table {
    struct rr_import_slot *slots; /* a power of two of them, at most half are used; NULL before the first */
    size_t size;
    size_t used;
} rr_import_table;

void rr_import_table_free(rr_import_table *table);
/* Makes room for `more` things, so that adding them cannot fail.  RR_NO_SPACE. */
rr_status rr_import_table_reserve(rr_import_table *table, size_t more);
/* Where it was first seen, or NULL. */
const rr_import_place *rr_import_table_find(const rr_import_table *table, char role, const void *bytes, size_t len);
/* Adds what is not in it yet; room was reserved. */
void rr_import_table_add(rr_import_table *table, char role, const void *bytes, size_t len, rr_import_place place);

#endif
