/* SPDX-License-Identifier: Apache-2.0 */
/* The sockets of a server: addresses, Unix sockets that were left behind, sockets that are handed over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

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
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/listen.h"

static rr_file_error error;
static char folder[64], path[96], setting[128];

static int make_folder(void **state) {
    (void)state;
    strcpy(folder, "/tmp/robin-listen.XXXXXX");
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof path, "%s/s", folder);
    snprintf(setting, sizeof setting, "unix:%s", path);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

static bool connects(const rr_socket *s) {
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    assert_int_equal(getsockname(s->descriptor, (struct sockaddr *)&address, &len), 0);
    int client = socket(address.ss_family, SOCK_STREAM, 0);
    assert_true(client >= 0);
    bool good = connect(client, (struct sockaddr *)&address, len) == 0;
    (void)close(client);
    return good;
}

static void tcp(void **state) {
    (void)state;
    static const char *const settings[] = {"127.0.0.1:0", "[::1]:0"};
    for (size_t i = 0; i < 2; i++) {
        rr_socket sockets[RR_LISTEN_SOCKETS_MAX];
        size_t count = 0;
        unsigned port;
        assert_int_equal(rr_listen(sockets, &count, &error, settings[i]), RR_OK);
        assert_int_equal(count, 1);
        assert_int_equal(sscanf(sockets[0].address, i ? "http://[::1]:%u/" : "http://127.0.0.1:%u/", &port), 1);
        assert_true(port > 0);
        assert_true(connects(&sockets[0]));
        assert_true(fcntl(sockets[0].descriptor, F_GETFD) & FD_CLOEXEC);
        assert_true(fcntl(sockets[0].descriptor, F_GETFL) & O_NONBLOCK);
        /* Somebody listens there. */
        char again[64];
        snprintf(again, sizeof again, i ? "[::1]:%u" : "127.0.0.1:%u", port);
        assert_int_equal(rr_listen(sockets, &count, &error, again), RR_REFUSED);
        assert_string_equal(error.where, "listen");
        assert_int_equal(error.system, EADDRINUSE);
        assert_int_equal(count, 1);
        rr_listen_close(sockets, count);
        count = 0;
        assert_int_equal(rr_listen(sockets, &count, &error, again), RR_OK);
        rr_listen_close(sockets, count);
    }
}

static void bad_addresses(void **state) {
    (void)state;
    static const char *const bad[] = {"",
                                      "127.0.0.1",
                                      "127.0.0.1:",
                                      ":80",
                                      "127.0.0.1:65536",
                                      "127.0.0.1:-1",
                                      "127.0.0.1:0x50",
                                      "127.0.0.1:08080",
                                      "127.0.0.1:80 ",
                                      " 127.0.0.1:80",
                                      "127.1:80",
                                      "localhost:80",
                                      "example.org:80",
                                      "::1:80",
                                      "[::1]",
                                      "[::1]80",
                                      "[::1:80",
                                      "::1]:80",
                                      "[]:80",
                                      "[:80",
                                      "[127.0.0.1]:80",
                                      "[::1%lo]:80",
                                      "http://127.0.0.1:80",
                                      "Systemd",
                                      "[aaaa:aaaa:aaaa:aaaa:aaaa:aaaa:aaaa:aaaa:aaaa:aaaa:aaaa]:80",
                                      "1111111111111111111111111111111111111111111111111111111111:80"};
    rr_socket sockets[RR_LISTEN_SOCKETS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (rr_listen(sockets, &count, &error, bad[i]) != RR_MALFORMED) fail_msg("taken: %s", bad[i]);
        assert_int_equal(count, 0);
        assert_string_equal(error.where, "listen");
        assert_int_equal(error.system, 0);
    }
    /* Well-formed, but not of this machine. */
    assert_int_equal(rr_listen(sockets, &count, &error, "192.0.2.1:0"), RR_IO);
    assert_int_equal(error.system, EADDRNOTAVAIL);
    assert_int_equal(rr_listen(sockets, &count, NULL, "192.0.2.1:0"), RR_IO);
    count = RR_LISTEN_SOCKETS_MAX;
    assert_int_equal(rr_listen(sockets, &count, &error, "127.0.0.1:0"), RR_REFUSED);
}

static void a_unix_socket(void **state) {
    (void)state;
    rr_socket sockets[RR_LISTEN_SOCKETS_MAX];
    struct stat stat;
    size_t count = 0;
    mode_t before = umask(0077);
    assert_int_equal(rr_listen(sockets, &count, &error, setting), RR_OK);
    assert_int_equal(umask(before), 0077);
    assert_int_equal(lstat(path, &stat), 0);
    assert_true(S_ISSOCK(stat.st_mode));
    assert_int_equal(stat.st_mode & 0777, 0660);
    assert_string_equal(sockets[0].address, setting);
    assert_true(connects(&sockets[0]));
    /* In use: refused, and whoever is there stays. */
    assert_int_equal(rr_listen(sockets, &count, &error, setting), RR_REFUSED);
    assert_int_equal(count, 1);
    assert_true(connects(&sockets[0]));
    rr_listen_close(sockets, count);
    assert_int_equal(lstat(path, &stat), -1);
}

static void left_behind(void **state) {
    (void)state;
    rr_socket sockets[RR_LISTEN_SOCKETS_MAX];
    size_t count = 0;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, path);
    int old = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(old, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(old, 1), 0);
    assert_int_equal(close(old), 0); /* as a process that was killed leaves it */
    assert_int_equal(rr_listen(sockets, &count, &error, setting), RR_OK);
    assert_true(connects(&sockets[0]));
    rr_listen_close(sockets, count);
}

static void what_is_no_socket_stays(void **state) {
    (void)state;
    rr_socket sockets[RR_LISTEN_SOCKETS_MAX];
    size_t count = 0;
    struct stat stat;
    int descriptor = open(path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(descriptor, "data", 4), 4);
    (void)close(descriptor);
    assert_int_equal(rr_listen(sockets, &count, &error, setting), RR_REFUSED);
    assert_int_equal(lstat(path, &stat), 0);
    assert_int_equal(stat.st_size, 4);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("/nonexistent/socket", path), 0);
    assert_int_not_equal(rr_listen(sockets, &count, &error, setting), RR_OK);
    assert_int_equal(lstat(path, &stat), 0);
    assert_int_equal(count, 0);
    char longest[200];
    memset(longest, 'x', sizeof longest);
    memcpy(longest, "unix:", 5);
    longest[5 + 108] = 0;
    assert_int_equal(rr_listen(sockets, &count, &error, longest), RR_MALFORMED);
    assert_int_equal(rr_listen(sockets, &count, &error, "unix:/nonexistent/folder/s"), RR_IO);
}

/* ---- handed over: in a process of its own, whose descriptors 3 and on are as systemd leaves them ----------------------------- */

static int handed_over(const char *pid, const char *fds, size_t real, rr_status wanted, size_t wanted_count) {
    pid_t child = fork();
    if (child == 0) {
        rr_socket sockets[RR_LISTEN_SOCKETS_MAX];
        size_t count = 0;
        char own[32];
        for (int fd = 3; fd < 64; fd++) (void)close(fd);
        for (size_t i = 0; i < real; i++) {
            int fd = socket(AF_INET, SOCK_STREAM, 0);
            struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
            if (fd != 3 + (int)i || bind(fd, (struct sockaddr *)&any, sizeof any) != 0 || listen(fd, 5) != 0) _exit(10);
        }
        snprintf(own, sizeof own, "%d", (int)getpid());
        unsetenv("LISTEN_PID");
        unsetenv("LISTEN_FDS");
        if (pid) setenv("LISTEN_PID", *pid ? pid : own, 1);
        if (fds) setenv("LISTEN_FDS", fds, 1);
        if (rr_listen(sockets, &count, &error, "systemd") != wanted) _exit(11);
        if (wanted != RR_OK && strcmp(error.where, "listen") != 0) _exit(12);
        if (wanted != RR_OK) _exit(0);
        if (count != wanted_count) _exit(13);
        for (size_t i = 0; i < count; i++) {
            if (sockets[i].descriptor != 3 + (int)i || !(fcntl(3 + (int)i, F_GETFD) & FD_CLOEXEC)) _exit(14);
            if (!(fcntl(3 + (int)i, F_GETFL) & O_NONBLOCK) || !connects(&sockets[i])) _exit(15);
            if (!strstr(sockets[i].address, "socket unit") || sockets[i].path) _exit(16);
        }
        rr_listen_close(sockets, count);
        _exit(fcntl(3, F_GETFD) == -1 ? 0 : 17);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void sockets_that_are_handed_over(void **state) {
    (void)state;
    assert_int_equal(handed_over("", "1", 1, RR_OK, 1), 0);
    assert_int_equal(handed_over("", "3", 3, RR_OK, 3), 0);
    assert_int_equal(handed_over("1", "1", 1, RR_NOT_FOUND, 0), 0); /* for another process */
    assert_int_equal(handed_over("", "0", 0, RR_NOT_FOUND, 0), 0);
    assert_int_equal(handed_over("", NULL, 1, RR_NOT_FOUND, 0), 0);
    assert_int_equal(handed_over(NULL, "1", 1, RR_NOT_FOUND, 0), 0);
    assert_int_equal(handed_over("", "x", 1, RR_NOT_FOUND, 0), 0);
    assert_int_equal(handed_over("x", "1", 1, RR_NOT_FOUND, 0), 0);
    assert_int_equal(handed_over("", "2", 1, RR_IO, 0), 0); /* one is missing */
    assert_int_equal(handed_over("", "17", 17, RR_REFUSED, 0), 0);
}

int main(void) {
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tcp),    cmocka_unit_test(bad_addresses),      WITH_FOLDER(a_unix_socket),
        WITH_FOLDER(left_behind), WITH_FOLDER(what_is_no_socket_stays), cmocka_unit_test(sockets_that_are_handed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
