/* SPDX-License-Identifier: Apache-2.0 */
/* An HTTP client over libcurl: whole bodies in memory, bounded in size and time.  No cookies, no Referer, a User-Agent that says nothing
 * ("robin"), redirects of a GET followed to the same scheme, host and port only, those of a POST not at all; nothing is printed.  http to a
 * loopback address (never through the proxy), or to a .onion through a proxy; else https only, unless `insecure`. */
#ifndef RR_NET_HTTP_H
#define RR_NET_HTTP_H

#include <stdbool.h>

#include "roundrobin/types.h"

enum { RR_HTTP_ERROR_SIZE = 512 };

typedef struct rr_http rr_http; /* keeps connections; for one thread at a time */

typedef struct rr_http_options {
    const char *proxy; /* "socks5h://127.0.0.1:9050", or NULL: none, whatever the environment says */
    bool insecure;     /* plain http to anywhere */
    unsigned timeout;  /* seconds without progress; 0: 60 */
} rr_http_options;

typedef struct rr_http_reply {
    long status; /* 200, 404, ... */
    uint8_t *body;
    size_t len;
    unsigned retry_after; /* seconds; 0: not said */
} rr_http_reply;

/* RR_NO_SPACE. */
rr_status rr_http_open(rr_http **http, const rr_http_options *options);
void rr_http_close(rr_http *http);
/* RR_OK: the server answered, whatever its status; free(reply->body).  RR_IO: it did not (why: `error`, a sentence); RR_REFUSED: the URL is not one that may be
 * asked; RR_NO_SPACE: the body is larger than `limit`. */
rr_status rr_http_get(rr_http *http, rr_http_reply *reply, char error[RR_HTTP_ERROR_SIZE], const char *url, size_t limit);
rr_status rr_http_post(rr_http *http, rr_http_reply *reply, char error[RR_HTTP_ERROR_SIZE], const char *url, const char *type,
                       const void *body, size_t len, size_t limit);

#endif
