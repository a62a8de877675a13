/* SPDX-License-Identifier: Apache-2.0 */
/* Responses that are the same for everybody until something is published: rendered once, then shared. */
#ifndef RR_SERVER_CACHE_H
#define RR_SERVER_CACHE_H

#include <microhttpd.h>

typedef struct rr_cache rr_cache;

rr_cache *rr_cache_make(void);
void rr_cache_free(rr_cache *cache);

/* Makes the response; NULL: it cannot be made now. */
typedef struct MHD_Response *(*rr_cache_maker)(void *context);
/* The response under this key, made if it is not there; queues it on the connection. */
enum MHD_Result rr_cache_serve(rr_cache *cache, struct MHD_Connection *connection, const char *key, rr_cache_maker make,
                               void *context);
/* Forgets all: something was published. */
void rr_cache_clear(rr_cache *cache);

#endif
