/* SPDX-License-Identifier: Apache-2.0 */
/* Readers of the store, lent to whichever thread asks. */
#ifndef RR_SERVER_READERS_H
#define RR_SERVER_READERS_H

#include "store/store.h"

typedef struct rr_readers rr_readers;

/* RR_NO_SPACE.  `where` is copied. */
rr_status rr_readers_make(rr_readers **readers, const char *where);
void rr_readers_free(rr_readers *readers);
/* One of its own until it is given back.  *error says why not. */
rr_status rr_readers_take(rr_readers *readers, rr_file_error *error, rr_store_reader **reader);
void rr_readers_give(rr_readers *readers, rr_store_reader *reader);

#endif
