/* SPDX-License-Identifier: Apache-2.0 */
#include "server/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "store/db.h"

enum { BACKLOG = 1024, SYSTEMD_FIRST = 3 };

static rr_status fail(rr_file_error *error, rr_status status, int code, const char *rule) {
    rr_fail(error, status, "listen", -1, rule);
    if (error) error->system = code;
    return status;
}

static rr_status begin(rr_socket *s, rr_file_error *error, const struct sockaddr *address, socklen_t len) {
    s->descriptor = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int yes = 1;
    if (s->descriptor < 0) return fail(error, RR_IO, errno, "no socket can be made");
    if (address->sa_family != AF_UNIX) (void)setsockopt(s->descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (address->sa_family == AF_INET6) (void)setsockopt(s->descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    if (bind(s->descriptor, address, len) == 0 && listen(s->descriptor, BACKLOG) == 0) return RR_OK;
    int code = errno;
    (void)close(s->descriptor);
    s->descriptor = -1;
    return fail(error, code == EADDRINUSE ? RR_REFUSED : RR_IO, code,
                code == EADDRINUSE ? "another process listens there: choose another port" : "it cannot listen there");
}

/* ---- Unix sockets --------------------------------------------------------------------------------------------------------------- */

static bool nobody_listens(const struct sockaddr_un *address) {
    struct stat stat;
    if (lstat(address->sun_path, &stat) != 0 || !S_ISSOCK(stat.st_mode)) return false;
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0) return false;
    bool refused = connect(probe, (const struct sockaddr *)address, sizeof *address) != 0 && errno == ECONNREFUSED;
    (void)close(probe);
    return refused;
}

static rr_status listen_unix(rr_socket *s, rr_file_error *error, const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return fail(error, RR_MALFORMED, 0, "the path of a Unix socket has at most 107 bytes");
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (nobody_listens(&address)) (void)unlink(path);
    mode_t before = umask(0117);
    rr_status status = begin(s, error, (const struct sockaddr *)&address, sizeof address);
    (void)umask(before);
    if (status != RR_OK) return status;
    s->path = strdup(path);
    snprintf(s->address, sizeof s->address, "unix:%s", path);
    return s->path ? RR_OK : fail(error, RR_NO_SPACE, ENOMEM, "there is not enough memory");
}

/* ---- TCP -------------------------------------------------------------------------------------------------------------------------- */

static rr_status bad_address(rr_file_error *error) {
    return fail(error, RR_MALFORMED, 0, "an address is 127.0.0.1:8080, [::1]:8080, unix:PATH or systemd");
}

static rr_status listen_tcp(rr_socket *s, rr_file_error *error, const char *setting) {
    char host[INET6_ADDRSTRLEN];
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } a;
    uint32_t port;
    const char *colon = strrchr(setting, ':');
    memset(&a, 0, sizeof a);
    if (!colon || !rr_text_number(&port, rr_text_of(colon + 1)) || port > 65535) return bad_address(error);
    bool six = setting[0] == '[' && colon > setting + 1 && colon[-1] == ']';
    size_t len = (size_t)(colon - setting) - (six ? 2 : 0);
    if (len >= sizeof host) return bad_address(error);
    memcpy(host, setting + six, len);
    host[len] = 0;
    if (six) {
        a.v6.sin6_family = AF_INET6;
        a.v6.sin6_port = htons((uint16_t)port);
        if (inet_pton(AF_INET6, host, &a.v6.sin6_addr) != 1) return bad_address(error);
    } else {
        a.v4.sin_family = AF_INET;
        a.v4.sin_port = htons((uint16_t)port);
        if (inet_pton(AF_INET, host, &a.v4.sin_addr) != 1) return bad_address(error);
    }
    socklen_t size = six ? sizeof a.v6 : sizeof a.v4;
    rr_status status = begin(s, error, &a.any, size);
    if (status != RR_OK) return status;
    if (getsockname(s->descriptor, &a.any, &size) != 0) return fail(error, RR_IO, errno, "its port is unknown");
    snprintf(s->address, sizeof s->address, six ? "http://[%s]:%u/" : "http://%s:%u/", host,
             (unsigned)ntohs(six ? a.v6.sin6_port : a.v4.sin_port));
    return RR_OK;
}

/* ---- handed over -------------------------------------------------------------------------------------------------------------------- */

static rr_status take_over(rr_socket *sockets, size_t *count, rr_file_error *error) {
    const char *pid = getenv("LISTEN_PID"), *number = getenv("LISTEN_FDS");
    uint32_t whose, fds;
    if (!pid || !number || !rr_text_number(&whose, rr_text_of(pid)) || whose != (uint32_t)getpid() ||
        !rr_text_number(&fds, rr_text_of(number)) || fds == 0)
        return fail(error, RR_NOT_FOUND, 0, "no socket was handed over: start it by its socket unit");
    for (uint32_t i = 0; i < fds; i++) {
        if (*count == RR_LISTEN_SOCKETS_MAX) return fail(error, RR_REFUSED, 0, "too many sockets were handed over");
        rr_socket *s = &sockets[(*count)++];
        *s = (rr_socket){.descriptor = SYSTEMD_FIRST + (int)i};
        if (fcntl(s->descriptor, F_SETFD, FD_CLOEXEC) != 0 || fcntl(s->descriptor, F_SETFL, O_NONBLOCK) != 0)
            return fail(error, RR_IO, errno, "a socket that was handed over cannot be used");
        snprintf(s->address, sizeof s->address, "socket %u of the socket unit", i + 1);
    }
    return RR_OK;
}

rr_status rr_listen(rr_socket *sockets, size_t *count, rr_file_error *error, const char *setting) {
    if (strcmp(setting, "systemd") == 0) return take_over(sockets, count, error);
    if (*count == RR_LISTEN_SOCKETS_MAX) return fail(error, RR_REFUSED, 0, "there are too many addresses");
    rr_socket *s = &sockets[*count];
    *s = (rr_socket){.descriptor = -1};
    rr_status status = strncmp(setting, "unix:", 5) == 0 ? listen_unix(s, error, setting + 5) : listen_tcp(s, error, setting);
    if (status == RR_OK)
        (*count)++;
    else if (s->descriptor >= 0)
        (void)close(s->descriptor);
    return status;
}

void rr_listen_close(rr_socket *sockets, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (sockets[i].descriptor >= 0) (void)close(sockets[i].descriptor);
        if (sockets[i].path) (void)unlink(sockets[i].path);
        free(sockets[i].path);
        sockets[i] = (rr_socket){.descriptor = -1};
    }
}
