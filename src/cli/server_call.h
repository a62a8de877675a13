/* SPDX-License-Identifier: Apache-2.0 */
/* Talking to a server as a member or as a registrar.  What fails ends the program with a sentence. */
#ifndef RR_CLI_SERVER_CALL_H
#define RR_CLI_SERVER_CALL_H

#include "cli/edition.h"
#include "net/http.h"
#include "net/parcel.h"

typedef struct rr_call {
    rr_http *http;
    const char *url; /* without a slash at its end */
} rr_call;

/* `proxy` may be NULL. */
void rr_call_open(rr_call *call, const char *url, const char *proxy);
void rr_call_close(rr_call *call);

/* The answer's status; the body is in memory of rr_take.  `path` begins with a slash. */
long rr_call_get(rr_call *call, rr_bytes *body, const char *path, size_t limit);
/* The same for POST; while the server says 503 it is asked again, a bounded time. */
long rr_call_post(rr_call *call, rr_bytes *body, const char *path, const void *data, size_t len, size_t limit);
/* Signs the parts for this server and posts them; the body of the answer, whose status is 200. */
rr_bytes rr_call_publish(rr_call *call, const char *verb, const rr_signer *signer, const rr_blob *parts, size_t count,
                         size_t limit);
/* What a server wrote, one line of it, for a terminal. */
const char *rr_call_said(rr_bytes body);

#endif
