/* SPDX-License-Identifier: Apache-2.0 */
/* The cache of responses, behind a real daemon: what is kept, what takes whose place, what is forgotten while it is made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/cache.h"

enum { KEY_TEXT = 400 };

static rr_cache *cache;
static struct MHD_Daemon *daemon_of_test;
static unsigned port, made;
static bool cannot, clears;

static struct MHD_Response *make(void *context) {
    char text[KEY_TEXT + 32];
    const char *key = context;
    if (cannot) return NULL;
    /* Something is published while this is made. */
    if (clears) rr_cache_clear(cache);
    int len = snprintf(text, sizeof text, "%s %u", key, ++made);
    return MHD_create_response_from_buffer((size_t)len, text, MHD_RESPMEM_MUST_COPY);
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *data, size_t *data_len, void **of) {
    static int seen;
    (void)context;
    (void)method;
    (void)version;
    (void)data;
    (void)data_len;
    if (!*of) {
        *of = &seen;
        return MHD_YES;
    }
    union {
        const char *given;
        void *taken;
    } key = {path + 1};
    return rr_cache_serve(cache, connection, path + 1, make, key.taken);
}

/* The body of what the server says; "" if it closes the connection. */
static const char *get(const char *key) {
    static char reply[4096];
    char request[KEY_TEXT + 64];
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    int len = snprintf(request, sizeof request, "GET /%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", key);
    assert_int_equal(send(fd, request, (size_t)len, MSG_NOSIGNAL), len);
    size_t got = 0;
    for (;;) {
        ssize_t n = recv(fd, reply + got, sizeof reply - 1 - got, 0);
        if (n <= 0) break;
        got += (size_t)n;
    }
    (void)close(fd);
    reply[got] = 0;
    char *body = strstr(reply, "\r\n\r\n");
    return body ? body + 4 : "";
}

static int start(void **state) {
    (void)state;
    made = 0;
    cannot = clears = false;
    cache = rr_cache_make();
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    daemon_of_test = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, handle, NULL, MHD_OPTION_SOCK_ADDR, &any,
                                      MHD_OPTION_END);
    if (!cache || !daemon_of_test) return -1;
    port = MHD_get_daemon_info(daemon_of_test, MHD_DAEMON_INFO_BIND_PORT)->port;
    return 0;
}

static int stop(void **state) {
    (void)state;
    MHD_stop_daemon(daemon_of_test);
    rr_cache_free(cache);
    return 0;
}

static void kept_until_it_is_cleared(void **state) {
    (void)state;
    assert_string_equal(get("a"), "a 1");
    assert_string_equal(get("a"), "a 1");
    assert_string_equal(get("b"), "b 2");
    assert_string_equal(get("a"), "a 1");
    rr_cache_clear(cache);
    assert_string_equal(get("a"), "a 3");
    assert_string_equal(get("b"), "b 4");
    assert_string_equal(get("b"), "b 4");
}

static void cleared_while_it_is_made(void **state) {
    (void)state;
    clears = true;
    assert_string_equal(get("a"), "a 1");
    clears = false;
    assert_string_equal(get("a"), "a 2"); /* the first was of before, and was not kept */
    assert_string_equal(get("a"), "a 2");
}

/* There are 256 places: of 300 keys some share one, and none may get what is another's. */
static void keys_that_share_a_place(void **state) {
    (void)state;
    char key[16], wanted[32];
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 300; i++) {
            snprintf(key, sizeof key, "k%d", i);
            const char *body = get(key);
            snprintf(wanted, sizeof wanted, "%s ", key);
            if (strncmp(body, wanted, strlen(wanted)) != 0) fail_msg("asked for %s, got %s", key, body);
        }
    assert_true(made > 300);
    /* "az" and "bY" have the same hash: 33 * 'a' + 'z' = 33 * 'b' + 'Y'. */
    unsigned before = made;
    assert_memory_equal(get("az"), "az ", 3);
    assert_memory_equal(get("bY"), "bY ", 3);
    assert_memory_equal(get("az"), "az ", 3);
    assert_int_equal(made, before + 3);
}

static void long_keys_are_not_kept(void **state) {
    (void)state;
    char key[KEY_TEXT], wanted[KEY_TEXT + 16];
    for (size_t len = 158; len <= 162; len++) {
        memset(key, 'x', len);
        key[len] = 0;
        unsigned before = made;
        snprintf(wanted, sizeof wanted, "%s %u", key, before + 1);
        assert_string_equal(get(key), wanted);
        (void)get(key);
        assert_int_equal(made, len < 160 ? before + 1 : before + 2);
    }
    memset(key, 'x', 399);
    key[399] = 0;
    assert_memory_equal(get(key), key, 399);
}

static void what_cannot_be_made(void **state) {
    (void)state;
    cannot = true;
    assert_string_equal(get("a"), "");
    cannot = false;
    assert_string_equal(get("a"), "a 1");
    cannot = true;
    assert_string_equal(get("a"), "a 1");
}

int main(void) {
#define WITH_DAEMON(test) cmocka_unit_test_setup_teardown(test, start, stop)
    const struct CMUnitTest tests[] = {
        WITH_DAEMON(kept_until_it_is_cleared), WITH_DAEMON(cleared_while_it_is_made), WITH_DAEMON(keys_that_share_a_place),
        WITH_DAEMON(long_keys_are_not_kept),   WITH_DAEMON(what_cannot_be_made),
    };
    rr_cache_free(NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
