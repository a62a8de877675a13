/* SPDX-License-Identifier: Apache-2.0 */
#include "load.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

void load_die(const char *format, ...) {
    va_list list;
    va_start(list, format);
    fputs("load: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    exit(2);
}

/* A short program: what it takes, it keeps until it ends. */
typedef struct block {
    struct block *next;
    max_align_t memory[];
} block;

void *load_take(size_t size) {
    static block *all;
    block *b = calloc(1, sizeof *b + size);
    if (b == NULL) load_die("no memory for %zu bytes", size);
    b->next = all;
    all = b;
    return b->memory;
}

double load_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int load_by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

const char *load_text(int argc, char **argv, const char *option, const char *otherwise) {
    for (int i = 0; i + 1 < argc; i++) {
        if (strcmp(argv[i], option) == 0) return argv[i + 1];
    }
    if (otherwise == NULL) load_die("%s is missing; see bench/README.md", option);
    return otherwise;
}

uint64_t load_number(int argc, char **argv, const char *option, uint64_t otherwise, uint64_t least, uint64_t most) {
    const char *text = load_text(argc, argv, option, "");
    if (*text == '\0') return otherwise;
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || !isdigit((unsigned char)*text) || value < least || value > most)
        load_die("%s is a number from %llu to %llu, not '%s'", option, (unsigned long long)least, (unsigned long long)most,
                 text);
    return value;
}

static int open_in(const char *folder, const char *name, int flags, mode_t mode) {
    char path[4096];
    if (snprintf(path, sizeof path, "%s%s%s", folder, *folder != '\0' ? "/" : "", name) >= (int)sizeof path)
        load_die("%s: this path is too long", folder);
    int fd = open(path, flags | O_CLOEXEC, mode);
    if (fd < 0) load_die("%s: %s", path, strerror(errno));
    return fd;
}

uint8_t *load_read(size_t *len, const char *folder, const char *name) {
    struct stat about;
    int fd = open_in(folder, name, O_RDONLY, 0);
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) load_die("%s: is not a file", name);
    *len = (size_t)about.st_size;
    uint8_t *bytes = load_take(*len + 1);
    for (size_t have = 0; have < *len;) {
        ssize_t n = read(fd, bytes + have, *len - have);
        if (n <= 0) load_die("%s: cannot be read: %s", name, n < 0 ? strerror(errno) : "it became shorter");
        have += (size_t)n;
    }
    close(fd);
    return bytes;
}

void load_write(const char *folder, const char *name, unsigned mode, const void *data, size_t len) {
    int fd = open_in(folder, name, O_WRONLY | O_CREAT | O_TRUNC, mode);
    const uint8_t *bytes = data;
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0) load_die("%s: cannot be written: %s", name, strerror(errno));
        bytes += n;
        len -= (size_t)n;
    }
    if (close(fd) != 0) load_die("%s: cannot be written: %s", name, strerror(errno));
}

static bool is_loopback(const char *host) {
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, host, &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
    return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

void load_url_read(load_url *url, const char *text) {
    static const char scheme[] = "http://";
    const char *host = text + sizeof scheme - 1, *after;
    if (strncmp(text, scheme, sizeof scheme - 1) != 0) load_die("%s: is not http://ADDRESS:PORT/PATH", text);
    if (*host == '[') {
        after = strchr(++host, ']');
    } else {
        after = strchr(host, ':');
    }
    if (after == NULL || (size_t)(after - host) >= sizeof url->host) load_die("%s: is not http://ADDRESS:PORT/PATH", text);
    memcpy(url->host, host, (size_t)(after - host));
    url->host[after - host] = '\0';
    after += *after == ']';
    const char *slash = strchr(after, '/');
    if (*after != ':' || slash == NULL || (size_t)(slash - after) > sizeof url->port || strlen(slash) >= sizeof url->path)
        load_die("%s: is not http://ADDRESS:PORT/PATH", text);
    memcpy(url->port, after + 1, (size_t)(slash - after - 1));
    url->port[slash - after - 1] = '\0';
    strcpy(url->path, slash);
    if (!is_loopback(url->host)) load_die("%s: is not a loopback address; servers of others are not to be measured", url->host);
}

/* What a process has in memory and had at most, in MiB. */
static int memory_of(int argc, char **argv) {
    char path[64], line[256];
    uint64_t pid = load_number(argc, argv, "--pid", 0, 1, INT32_MAX);
    snprintf(path, sizeof path, "/proc/%llu/status", (unsigned long long)pid);
    FILE *status = fopen(path, "r");
    if (status == NULL) load_die("%s: %s", path, strerror(errno));
    while (fgets(line, sizeof line, status) != NULL) {
        unsigned long long kib;
        char name[32];
        if (sscanf(line, "%31[^:]: %llu kB", name, &kib) == 2 &&
            (strcmp(name, "VmHWM") == 0 || strcmp(name, "VmRSS") == 0 || strcmp(name, "RssAnon") == 0))
            printf("%s\t%.1f\tMiB\n", name, (double)kib / 1024);
    }
    fclose(status);
    return 0;
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } commands[] = {{"make", load_make},       {"registrar", load_registrar}, {"parcel", load_parcel},
                    {"prepare", load_prepare}, {"post", load_post},           {"get", load_get},
                    {"memory", memory_of}};
    if (sodium_init() < 0) load_die("libsodium does not work here");
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) return commands[i].run(argc - 2, argv + 2);
    }
    load_die("usage: load make|registrar|parcel|prepare|post|get|memory ...; see bench/README.md");
}
