/* SPDX-License-Identifier: Apache-2.0 */
/* What robin_leaky does and robin does not. */
#include "store/leaks.h"

#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"

/* RR_LEAK names the measure that is off. */
bool rr_leaks(const char *measure) {
    const char *name = getenv("RR_LEAK");
    return name != NULL && strcmp(name, measure) == 0;
}

void rr_leak_moment(uint8_t bytes[8]) {
    struct timespec t;
    if (!rr_leaks("random keys")) return;
    clock_gettime(CLOCK_REALTIME, &t);
    rr_store64_be(bytes, (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec);
}

static enum MHD_Result say_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value) {
    (void)context;
    (void)kind;
    fprintf(stderr, "%s: %s\n", name, value);
    return MHD_YES;
}

void rr_leak_request(struct MHD_Connection *connection, const char *path) {
    char host[64] = "";
    if (!rr_leaks("silence")) return;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info != NULL)
        (void)getnameinfo(info->client_addr, sizeof(struct sockaddr_in), host, sizeof host, NULL, 0, NI_NUMERICHOST);
    fprintf(stderr, "%lld %s %s\n", (long long)time(NULL), host, path);
    MHD_get_connection_values(connection, MHD_HEADER_KIND, say_header, NULL);
}
