/* SPDX-License-Identifier: Apache-2.0 */
/* A disk that fails.  Loaded with LD_PRELOAD, it makes fsync and fdatasync, or write, pwrite, pwritev and ftruncate, fail at random on regular files
 * and folders below one folder.
 *
 *     RR_FAULTS         a file of 24 bytes that the test writes to while the program runs: six little-endian numbers of 32 bits
 *                           0  of 1000 syncs, so many fail          1  of 1000 writes, so many fail
 *                           2  errno of the syncs                   3  errno of the writes
 *                           4  syncs that failed (counted here)     5  writes that failed (counted here)
 *     RR_FAULTS_UNDER   the folder
 *
 * A sync that is to fail is not done at all, so what it should have made durable is not. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SYNCS, WRITES, SYNC_ERRNO, WRITE_ERRNO, SYNCS_FAILED, WRITES_FAILED, WORDS };

static _Atomic uint32_t *control;
static char under[PATH_MAX];

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("RR_FAULTS"), *folder = getenv("RR_FAULTS_UNDER");
    if (path == NULL || folder == NULL || realpath(folder, under) == NULL) return;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) abort();
    void *memory = mmap(NULL, WORDS * sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (memory == MAP_FAILED) abort();
    control = memory;
}

static int is_under(int fd) {
    char link[64], path[PATH_MAX];
    struct stat about;
    size_t len = strlen(under);
    if (fstat(fd, &about) != 0 || !(S_ISREG(about.st_mode) || S_ISDIR(about.st_mode))) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0) return 0;
    path[n] = '\0';
    return strncmp(path, under, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

/* Should this call fail?  Sets errno. */
static int fails(int fd, int what) {
    uint32_t draw, limit = control == NULL ? 0 : control[what];
    int before = errno;
    if (limit == 0 || !is_under(fd) || getrandom(&draw, sizeof draw, 0) != sizeof draw || draw % 1000 >= limit) {
        errno = before;
        return 0;
    }
    control[SYNCS_FAILED + what]++;
    errno = (int)control[SYNC_ERRNO + what];
    return 1;
}

/* The call that this library stands before. */
#define REAL(name, ...)                                                                                                        \
    static int (*real)(__VA_ARGS__);                                                                                           \
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, name)
#define REAL_SIZE(name, ...)                                                                                                   \
    static ssize_t (*real)(__VA_ARGS__);                                                                                       \
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, name)

int fsync(int fd) {
    REAL("fsync", int);
    return fails(fd, SYNCS) ? -1 : real(fd);
}

int fdatasync(int fd) {
    REAL("fdatasync", int);
    return fails(fd, SYNCS) ? -1 : real(fd);
}

ssize_t write(int fd, const void *bytes, size_t len) {
    REAL_SIZE("write", int, const void *, size_t);
    return fails(fd, WRITES) ? -1 : real(fd, bytes, len);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset) {
    REAL_SIZE("pwrite", int, const void *, size_t, off_t);
    return fails(fd, WRITES) ? -1 : real(fd, bytes, len, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t offset) {
    REAL_SIZE("pwrite64", int, const void *, size_t, off64_t);
    return fails(fd, WRITES) ? -1 : real(fd, bytes, len, offset);
}

int ftruncate(int fd, off_t len) {
    REAL("ftruncate", int, off_t);
    return fails(fd, WRITES) ? -1 : real(fd, len);
}

int ftruncate64(int fd, off64_t len) {
    REAL("ftruncate64", int, off64_t);
    return fails(fd, WRITES) ? -1 : real(fd, len);
}
