/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP client against a server that does one thing for each path. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/http.h"

enum { REQUESTS_MAX = 200, REQUEST_SIZE = 8192 };

/* ---- the server ----------------------------------------------------------------------------------------------------- */

typedef struct tiny_server {
    int listener;
    unsigned port;
    pthread_t thread;
    atomic_bool ends;
    atomic_uint requests;
    char last[REQUEST_SIZE]; /* the request that came last; read it when the client has its answer */
} tiny_server;

static tiny_server here, elsewhere;

static void send_all(int fd, const char *text, size_t len) {
    while (len > 0) {
        ssize_t n = send(fd, text, len, MSG_NOSIGNAL);
        if (n <= 0) return;
        text += n;
        len -= (size_t)n;
    }
}

static void send_text(int fd, const char *text) {
    send_all(fd, text, strlen(text));
}

#define OK_HEAD "HTTP/1.1 200 OK\r\nConnection: close\r\n"

static void redirect(int fd, const char *to) {
    char text[512];
    snprintf(text, sizeof text, "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", to);
    send_text(fd, text);
}

static bool asks(const tiny_server *s, const char *path) {
    const char *space = strchr(s->last, ' ');
    size_t len = strlen(path);
    return space && strncmp(space + 1, path, len) == 0 && space[1 + len] == ' ';
}

/* Until the client closes, so that it is the client who gives up. */
static void hold(int fd) {
    char byte;
    while (recv(fd, &byte, 1, 0) > 0) {
    }
}

static void answer(tiny_server *s, int fd) {
    char text[512];
    if (asks(s, "/small"))
        send_text(fd, OK_HEAD "Content-Length: 5\r\n\r\nhello");
    else if (asks(s, "/empty"))
        send_text(fd, OK_HEAD "Content-Length: 0\r\n\r\n");
    else if (asks(s, "/chunked"))
        send_text(fd, OK_HEAD "Transfer-Encoding: chunked\r\n\r\n6\r\nhello!\r\n0\r\n\r\n");
    else if (asks(s, "/cut"))
        send_text(fd, OK_HEAD "Content-Length: 50\r\n\r\nhello");
    else if (asks(s, "/busy"))
        send_text(fd, "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbusy");
    else if (asks(s, "/near"))
        redirect(fd, "/small");
    else if (asks(s, "/round"))
        redirect(fd, "/round");
    else if (asks(s, "/cookie"))
        send_text(fd, OK_HEAD "Set-Cookie: a=b; Path=/\r\nContent-Length: 1\r\n\r\nc");
    else if (asks(s, "/file"))
        redirect(fd, "file:///etc/hostname");
    else if (asks(s, "/far")) {
        snprintf(text, sizeof text, "http://127.0.0.1:%u/small", elsewhere.port);
        redirect(fd, text);
    } else if (asks(s, "/name")) {
        snprintf(text, sizeof text, "http://localhost:%u/small", s->port);
        redirect(fd, text);
    } else if (asks(s, "/silent"))
        hold(fd);
    else if (asks(s, "/stops")) {
        send_text(fd, OK_HEAD "Content-Length: 50\r\n\r\nhello");
        hold(fd);
    } else if (asks(s, "/headers")) {
        send_text(fd, "HTTP/1.1 200 OK\r\n");
        for (int i = 0; i < 3000; i++) send_text(fd, "X-More: and more and more and more and more\r\n");
        send_text(fd, "\r\n");
    } else if (asks(s, "/posted"))
        send_text(fd, "HTTP/1.1 202 Accepted\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n");
    else if (asks(s, "/moved"))
        redirect(fd, "/posted");
    else
        send_text(fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

/* Headers, and as much of a body as Content-Length says. */
static bool read_request(tiny_server *s, int fd) {
    size_t len = 0, want = 0;
    while (len < REQUEST_SIZE - 1) {
        ssize_t n = recv(fd, s->last + len, REQUEST_SIZE - 1 - len, 0);
        if (n <= 0) return false;
        len += (size_t)n;
        s->last[len] = '\0';
        const char *end = strstr(s->last, "\r\n\r\n"), *length = strstr(s->last, "Content-Length: ");
        if (!end) continue;
        want = (size_t)(end - s->last) + 4 + (length && length < end ? (size_t)atoi(length + 16) : 0);
        if (len >= want) return true;
    }
    return false;
}

static void *serve(void *context) {
    tiny_server *s = context;
    for (int i = 0; i < REQUESTS_MAX; i++) {
        int fd = accept(s->listener, NULL, NULL);
        if (fd < 0 || s->ends) {
            if (fd >= 0) close(fd);
            break;
        }
        struct timeval limit = {10, 0};
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        if (read_request(s, fd)) {
            s->requests++;
            answer(s, fd);
        }
        close(fd);
    }
    return NULL;
}

static void start(tiny_server *s) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(s->listener >= 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(s->listener, 16), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&address, &size), 0);
    s->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void stop(tiny_server *s) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)s->port)};
    s->ends = true;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    (void)connect(fd, (struct sockaddr *)&address, sizeof address);
    close(fd);
    pthread_join(s->thread, NULL);
    close(s->listener);
}

/* ---- the client ----------------------------------------------------------------------------------------------------- */

static rr_http *http;
static rr_http_reply reply;
static char error[RR_HTTP_ERROR_SIZE];

static int setup(void **state) {
    (void)state;
    start(&here);
    start(&elsewhere);
    rr_http_options options = {.timeout = 1};
    assert_int_equal(rr_http_open(&http, &options), RR_OK);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    rr_http_close(http);
    stop(&here);
    stop(&elsewhere);
    return 0;
}

static const char *url_of(const char *path) {
    static char url[512];
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", here.port, path);
    return url;
}

static rr_status get(const char *path, size_t limit) {
    error[0] = '\0';
    rr_status status = rr_http_get(http, &reply, error, url_of(path), limit);
    if (status != RR_OK) {
        assert_null(reply.body);
        assert_true(error[0] != '\0');
    }
    return status;
}

static void expect(const char *path, long status, const char *body) {
    rr_status got = get(path, 100);
    if (got != RR_OK) fail_msg("%s: %s", path, error);
    assert_int_equal(reply.status, status);
    assert_int_equal(reply.len, strlen(body));
    if (reply.len) assert_memory_equal(reply.body, body, reply.len);
    free(reply.body);
}

static void test_get(void **state) {
    (void)state;
    expect("/small", 200, "hello");
    assert_non_null(strstr(here.last, "User-Agent: robin\r\n"));
    assert_null(strstr(here.last, "Referer"));
    assert_null(strstr(here.last, "Accept-Encoding"));
    expect("/empty", 200, "");
    expect("/chunked", 200, "hello!");
    expect("/nothing", 404, "");
    expect("/busy", 503, "busy");
    assert_int_equal(reply.retry_after, 7);
    expect("/small", 200, "hello");
    assert_int_equal(reply.retry_after, 0);
}

static void test_no_cookie(void **state) {
    (void)state;
    expect("/cookie", 200, "c");
    expect("/cookie", 200, "c");
    assert_null(strstr(here.last, "Cookie"));
}

static void test_limit(void **state) {
    (void)state;
    assert_int_equal(get("/small", 5), RR_OK);
    free(reply.body);
    assert_int_equal(get("/small", 4), RR_NO_SPACE);
    assert_int_equal(get("/chunked", 5), RR_NO_SPACE);
    assert_int_equal(get("/small", 0), RR_NO_SPACE);
    assert_int_equal(get("/headers", 100), RR_IO);
    assert_non_null(strstr(error, "headers"));
}

static void test_broken(void **state) {
    (void)state;
    assert_int_equal(get("/cut", 100), RR_IO);
    assert_int_equal(get("/silent", 100), RR_IO);
    assert_non_null(strstr(error, "in time"));
    assert_int_equal(get("/stops", 100), RR_IO);
    assert_non_null(strstr(error, "in time"));
}

static void test_redirects(void **state) {
    (void)state;
    expect("/near", 200, "hello");
    unsigned before = elsewhere.requests;
    assert_int_equal(get("/far", 100), RR_REFUSED);
    assert_int_equal(get("/name", 100), RR_REFUSED);
    assert_int_equal(get("/file", 100), RR_REFUSED);
    assert_int_equal(elsewhere.requests, before);
    before = here.requests;
    assert_int_equal(get("/round", 100), RR_REFUSED);
    assert_int_equal(here.requests, before + 6);
}

static void test_post(void **state) {
    (void)state;
    static char body[2048];
    memset(body, 'x', sizeof body);
    assert_int_equal(rr_http_post(http, &reply, error, url_of("/posted"), "application/octet-stream", body, sizeof body, 100),
                     RR_OK);
    assert_int_equal(reply.status, 202);
    assert_memory_equal(reply.body, "ok\n", 3);
    free(reply.body);
    assert_non_null(strstr(here.last, "POST /posted HTTP/1.1\r\n"));
    assert_non_null(strstr(here.last, "Content-Length: 2048\r\n"));
    assert_null(strstr(here.last, "Expect"));
    assert_non_null(strstr(here.last, "xxxxx"));
    /* Not sent to anywhere else. */
    assert_int_equal(rr_http_post(http, &reply, error, url_of("/moved"), NULL, body, 1, 100), RR_OK);
    assert_int_equal(reply.status, 302);
    free(reply.body);
    assert_int_equal(rr_http_post(http, &reply, error, url_of("/posted"), NULL, body, 1, 2), RR_NO_SPACE);
    expect("/small", 200, "hello"); /* and after a POST a GET is a GET again */
    assert_int_equal(strncmp(here.last, "GET ", 4), 0);
    assert_null(strstr(here.last, "Content-Type"));
}

static void test_addresses(void **state) {
    (void)state;
    static const char *const refused[] = {"http://example.org/",
                                          "http://10.0.0.1/",
                                          "http://127.0.0.1.example.org/",
                                          "ftp://127.0.0.1/",
                                          "file:///etc/hostname",
                                          "127.0.0.1/small",
                                          "https://user@example.org/",
                                          "http://[fe80::1]/",
                                          "http://0.0.0.0/",
                                          "http://aaaaaaaaaaaaaaaa.onion/",
                                          "https://aaaaaaaaaaaaaaaa.onion/",
                                          "",
                                          "http://"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        rr_status status = rr_http_get(http, &reply, error, refused[i], 100);
        if (status != RR_REFUSED) fail_msg("%s: %d", refused[i], (int)status);
        assert_int_equal(rr_http_post(http, &reply, error, refused[i], NULL, "", 0, 100), RR_REFUSED);
    }
    char url[64];
    snprintf(url, sizeof url, "http://localhost:%u/small", here.port);
    assert_int_equal(rr_http_get(http, &reply, error, url, 100), RR_OK);
    free(reply.body);
}

/* ---- proxies -------------------------------------------------------------------------------------------------------- */

static void test_no_proxy_of_the_environment(void **state) {
    (void)state;
    char proxy[64];
    static const char *const names[] = {"http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"};
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u", elsewhere.port);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) setenv(names[i], proxy, 1);
    unsigned before = elsewhere.requests;
    expect("/small", 200, "hello");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) unsetenv(names[i]);
    assert_int_equal(elsewhere.requests, before);
}

/* One SOCKS5 client: greeting, then a CONNECT whose name is kept; then the answer of a web server. */
typedef struct socks {
    int listener;
    char name[256];
} socks;

static bool take(int fd, uint8_t *bytes, size_t len) {
    return recv(fd, bytes, len, MSG_WAITALL) == (ssize_t)len;
}

static void *serve_socks(void *context) {
    socks *s = context;
    uint8_t bytes[512];
    int fd = accept(s->listener, NULL, NULL);
    struct timeval limit = {10, 0};
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    bool ok = take(fd, bytes, 2) && take(fd, bytes + 2, bytes[1]);
    send_all(fd, "\5\0", 2);
    ok = ok && take(fd, bytes, 5) && bytes[3] == 3 && take(fd, (uint8_t *)s->name, bytes[4]) && take(fd, bytes + 8, 2);
    if (ok) {
        s->name[bytes[4]] = '\0';
        send_all(fd, "\5\0\0\1\0\0\0\0\0\0", 10);
        (void)recv(fd, bytes, sizeof bytes, 0);
        send_text(fd, OK_HEAD "Content-Length: 5\r\n\r\nonion");
    }
    close(fd);
    return NULL;
}

static void test_proxy(void **state) {
    (void)state;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    socks s = {socket(AF_INET, SOCK_STREAM, 0), ""};
    char proxy[64];
    pthread_t thread;
    rr_http *behind;
    assert_int_equal(bind(s.listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(s.listener, 4), 0);
    assert_int_equal(getsockname(s.listener, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(pthread_create(&thread, NULL, serve_socks, &s), 0);
    snprintf(proxy, sizeof proxy, "socks5h://127.0.0.1:%u", ntohs(address.sin_port));
    rr_http_options options = {.proxy = proxy, .timeout = 5};
    assert_int_equal(rr_http_open(&behind, &options), RR_OK);
    rr_status status = rr_http_get(behind, &reply, error, "http://aaaaaaaaaaaaaaaa.onion/small", 100);
    pthread_join(thread, NULL);
    close(s.listener);
    if (status != RR_OK) fail_msg("%s", error);
    assert_memory_equal(reply.body, "onion", 5);
    free(reply.body);
    assert_string_equal(s.name, "aaaaaaaaaaaaaaaa.onion"); /* looked up behind it, not here */
    /* Plain http to anywhere else stays refused, and this machine is asked without it. */
    assert_int_equal(rr_http_get(behind, &reply, error, "http://example.org/", 100), RR_REFUSED);
    assert_int_equal(rr_http_get(behind, &reply, error, url_of("/small"), 100), RR_OK);
    free(reply.body);
    rr_http_close(behind);

    rr_http_options leaky = {.proxy = "socks5://127.0.0.1:1"};
    assert_int_equal(rr_http_open(&behind, &leaky), RR_OK);
    assert_int_equal(rr_http_get(behind, &reply, error, "https://example.org/", 100), RR_REFUSED);
    rr_http_close(behind);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_get),       cmocka_unit_test(test_no_cookie),
        cmocka_unit_test(test_limit),     cmocka_unit_test(test_broken),
        cmocka_unit_test(test_redirects), cmocka_unit_test(test_post),
        cmocka_unit_test(test_addresses), cmocka_unit_test(test_no_proxy_of_the_environment),
        cmocka_unit_test(test_proxy),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
