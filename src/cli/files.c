/* SPDX-License-Identifier: Apache-2.0 */
/* Reading. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/tool.h"

static const char *shown(const char *path) {
    return strcmp(path, "-") == 0 ? "standard input" : rr_safe_string(path);
}

/* /dev/fd/N: a program that must not dump core cannot open its own descriptors by name. */
static int open_path(const char *path) {
    static const char prefix[] = "/dev/fd/";
    uint32_t number;
    if (strcmp(path, "-") == 0) return STDIN_FILENO;
    if (strncmp(path, prefix, sizeof prefix - 1) == 0 && rr_text_number(&number, rr_text_of(path + sizeof prefix - 1)) &&
        number < 65536)
        return dup((int)number);
    return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

static int open_input(const char *path, struct stat *about) {
    int fd = open_path(path);
    if (fd < 0) rr_die(RR_EXIT_IO, "%s: %s. Check the name and the permissions.", shown(path), strerror(errno));
    if (fstat(fd, about) != 0) rr_die(RR_EXIT_IO, "%s: %s.", shown(path), strerror(errno));
    if (S_ISDIR(about->st_mode)) rr_die(RR_EXIT_IO, "%s: is a folder. Name the file in it.", shown(path));
    return fd;
}

static RR_NORETURN void too_large(const char *path, size_t limit) {
    rr_die(RR_EXIT_REFUSED, "%s: has more than %s bytes, the most that such a file can have. Check that it is the right file.",
           shown(path), rr_grouped(limit));
}

/* Fills from fd; `take` gives memory of the kind that is wanted. */
static rr_bytes read_all(const char *path, size_t limit, void *(*take)(size_t)) {
    struct stat about;
    int fd = open_input(path, &about);
    rr_bytes out = {NULL, 0};
    size_t room = S_ISREG(about.st_mode) && about.st_size > 0 ? (size_t)about.st_size + 1 : 4096;
    if (room > limit + 1) too_large(path, limit);
    out.data = take(room + 1);
    for (;;) {
        ssize_t n = read(fd, out.data + out.len, room - out.len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) rr_die(RR_EXIT_IO, "%s: %s.", shown(path), strerror(errno));
        if (n == 0) break;
        out.len += (size_t)n;
        if (out.len > limit) too_large(path, limit);
        if (out.len < room) continue;
        size_t larger = room * 2 > limit + 1 ? limit + 1 : room * 2;
        uint8_t *grown = take(larger + 1);
        memcpy(grown, out.data, out.len);
        out.data = grown;
        room = larger;
    }
    if (fd != STDIN_FILENO) (void)close(fd);
    out.data[out.len] = 0;
    return out;
}

/* ---- what was downloaded -------------------------------------------------------------------------------------------- */

typedef struct downloaded {
    struct downloaded *next;
    const char *path;
    rr_bytes bytes;
} downloaded;

static downloaded *downloads;

void rr_keep_in_memory(const char *path, rr_bytes bytes) {
    downloaded *d = rr_take(sizeof *d);
    *d = (downloaded){downloads, path, bytes};
    downloads = d;
}

static const downloaded *find_download(const char *path) {
    const downloaded *d = downloads;
    while (d != NULL && strcmp(d->path, path) != 0) d = d->next;
    return d;
}

rr_bytes rr_read(const char *path, size_t limit) {
    const downloaded *d = find_download(path);
    if (d != NULL && d->bytes.len > limit) too_large(path, limit);
    return d != NULL ? d->bytes : read_all(path, limit, rr_take);
}

rr_bytes rr_read_secret(const char *path, size_t limit) {
    return read_all(path, limit, rr_take_secret);
}

bool rr_exists(const char *path) {
    struct stat about;
    return find_download(path) != NULL || lstat(path, &about) == 0;
}

bool rr_is_folder(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* The folder that a file is in, and its name there. */
static const char *split(const char *path, const char **name) {
    const char *slash = strrchr(path, '/');
    *name = slash == NULL ? path : slash + 1;
    return slash == NULL ? "." : slash == path ? "/" : rr_format("%.*s", (int)(slash - path), path);
}

bool rr_same_file(const char *a, const char *b) {
    struct stat one, other;
    if (strcmp(a, "-") == 0 || strcmp(b, "-") == 0) return false;
    bool here = stat(a, &one) == 0, there = stat(b, &other) == 0;
    if (here && there) return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
    if (here || there) return false;
    const char *name_a, *name_b;
    const char *folder_a = split(a, &name_a), *folder_b = split(b, &name_b);
    return strcmp(name_a, name_b) == 0 && stat(folder_a, &one) == 0 && stat(folder_b, &other) == 0 &&
           one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

char *rr_join(const char *folder, const char *name) {
    size_t len = strlen(folder);
    return rr_format("%s%s%s", folder, len > 0 && folder[len - 1] == '/' ? "" : "/", name);
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char **rr_list_folder(const char *folder, size_t *count) {
    DIR *dir = opendir(folder);
    if (dir == NULL) rr_die(RR_EXIT_IO, "%s: %s. Check the name and the permissions.", shown(folder), strerror(errno));
    char **names = NULL;
    size_t room = 0;
    *count = 0;
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(dir);
        if (entry == NULL && errno != 0) rr_die(RR_EXIT_IO, "%s: %s.", shown(folder), strerror(errno));
        if (entry == NULL) break;
        if (entry->d_name[0] == '.') continue;
        char *path = rr_join(folder, entry->d_name);
        struct stat about;
        if (stat(path, &about) != 0 || !S_ISREG(about.st_mode)) continue;
        if (*count == room) {
            names = rr_grow(names, room * sizeof *names, (room * 2 + 64) * sizeof *names);
            room = room * 2 + 64;
        }
        names[(*count)++] = path;
    }
    (void)closedir(dir);
    if (*count > 1) qsort(names, *count, sizeof *names, by_name);
    return names;
}

void rr_make_folder(const char *path) {
    if (mkdir(path, 0777) == 0 || (errno == EEXIST && rr_is_folder(path))) return;
    rr_die(RR_EXIT_IO, "%s: the folder cannot be made: %s.", shown(path), strerror(errno));
}
