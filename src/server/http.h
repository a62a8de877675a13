/* SPDX-License-Identifier: Apache-2.0 */
/* The connections: one daemon of libmicrohttpd for each socket. */
#ifndef RR_SERVER_HTTP_H
#define RR_SERVER_HTTP_H

#include "server/listen.h"
#include "server/server.h"

typedef struct rr_http_daemons rr_http_daemons;

/* Descriptors that are not for connections; a connection may need two. */
enum { RR_HTTP_OTHER_FILES = 256 };

/* Serves on these sockets, which stay the caller's.  RR_NO_SPACE, RR_IO. */
rr_status rr_http_start(rr_http_daemons **daemons, rr_server *server, const rr_socket *sockets, size_t count);
/* When the server is `stopping`: takes no more connections; those that are there go on, but hand nothing more to pool, writer and maker
 * once this has returned. */
void rr_http_quiesce(rr_http_daemons *daemons);
/* Ends all; nothing may be suspended any more.  Waits some seconds for what is still being sent. */
void rr_http_stop(rr_http_daemons *daemons);

#endif
