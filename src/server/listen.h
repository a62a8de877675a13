/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets that a server listens on. */
#ifndef RR_SERVER_LISTEN_H
#define RR_SERVER_LISTEN_H

#include "roundrobin/evidence.h"

enum { RR_LISTEN_TEXT = 200, RR_LISTEN_SOCKETS_MAX = 16 };

typedef struct rr_socket {
    int descriptor;
    char address[RR_LISTEN_TEXT]; /* for people: "http://127.0.0.1:8080/", "unix:/run/robin/robin.sock" */
    char *path;                   /* of a Unix socket, to be removed at the end; NULL */
} rr_socket;

/* Opens what one `listen` setting asks for: "ADDRESS:PORT" (port 0: the system chooses), "[ADDRESS]:PORT", "unix:PATH" (made for its group
 * too, mode 0660; a socket left behind by a process that is gone is replaced) or "systemd" (all sockets that were handed over, LISTEN_FDS).  RR_MALFORMED, RR_REFUSED (somebody
 * listens there), RR_NOT_FOUND (no socket was handed over), RR_IO. */
rr_status rr_listen(rr_socket *sockets, size_t *count, rr_file_error *error, const char *setting);
void rr_listen_close(rr_socket *sockets, size_t count);

#endif
