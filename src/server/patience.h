/* SPDX-License-Identifier: Apache-2.0 */
/* Connections on which the headers of a request do not get whole.  libmicrohttpd closes one that is silent; whoever sends a byte now and then would keep it for
 * days.  Here each has RR_PATIENCE_SECONDS from its beginning, or from its last reply, until its headers are there. */
#ifndef RR_SERVER_PATIENCE_H
#define RR_SERVER_PATIENCE_H

#include <microhttpd.h>

enum { RR_PATIENCE_SECONDS = 60 };

typedef struct rr_patience rr_patience;

/* NULL: no memory. */
rr_patience *rr_patience_make(void);
/* After all connections are closed. */
void rr_patience_free(rr_patience *patience);

/* For MHD_OPTION_NOTIFY_CONNECTION, with the patience as its context. */
void rr_patience_notify(void *patience, struct MHD_Connection *connection, void **socket_context,
                        enum MHD_ConnectionNotificationCode what);
/* The headers are there; the request is over, and the next may begin. */
void rr_patience_headers_came(rr_patience *patience, struct MHD_Connection *connection);
void rr_patience_begins(rr_patience *patience, struct MHD_Connection *connection);

/* Ends the connections whose time is over. */
void rr_patience_end_slow(rr_patience *patience);

#endif
