/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/tool.h"

static void fill_with_zeros(int fd, off_t size) {
    static const char zeros[4096];
    off_t at = 0;
    while (at < size) {
        size_t n = size - at < (off_t)sizeof zeros ? (size_t)(size - at) : sizeof zeros;
        ssize_t done = pwrite(fd, zeros, n, at);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return;
        at += done;
    }
    (void)fsync(fd);
}

void rr_blank_replaced(int fd) {
    struct stat about;
    if (fd < 0) return;
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_nlink == 0) fill_with_zeros(fd, about.st_size);
    (void)close(fd);
}

bool rr_blank_and_remove(const char *path) {
    struct stat about;
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0) {
        if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode)) fill_with_zeros(fd, about.st_size);
        (void)close(fd);
    }
    if (unlink(path) != 0) return false;
    const char *slash = strrchr(path, '/');
    rr_sync_folder(slash == NULL ? "." : slash == path ? "/" : rr_format("%.*s", (int)(slash - path), path));
    return true;
}
