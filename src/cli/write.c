/* SPDX-License-Identifier: Apache-2.0 */
/* Writing so that nothing is half-written:
 *
 *     open  PATH's folder / .robin-XXXXXXXX   O_EXCL, with the permissions that the file will have
 *     write, fflush, fsync, close
 *     rename (or, where nothing may be overwritten, link and unlink) to PATH
 *     fsync of the folder
 *
 * A failure or a signal on the way removes the temporary file, and PATH is as it was. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/start.h"
#include "cli/tool.h"

struct rr_output {
    const char *path;
    char *temporary; /* NULL: stdout */
    FILE *stream;
    int slot;            /* in the list of unfinished files */
    const char *instead; /* of "Nothing was written" */
    bool force;
};

static const char *folder_of(const char *path) {
    const char *slash = strrchr(path, '/');
    if (slash == NULL) return ".";
    if (slash == path) return "/";
    return rr_format("%.*s", (int)(slash - path), path);
}

/* SECRET.  Of the standard output, when something secret goes there: an answer waits here until it is finished. */
static char printed[4096];

static RR_NORETURN void fail_writing(rr_output *output, int error) {
    const char *path = output->path;
    rr_output_drop(output);
    if (output->instead != NULL) rr_die(RR_EXIT_IO, "%s: %s. %s", rr_safe_string(path), strerror(error), output->instead);
    if (error == ENOSPC || error == EFBIG || error == EDQUOT)
        rr_die(RR_EXIT_IO, "%s: %s. Nothing was written; make room and run the command again.", rr_safe_string(path),
               strerror(error));
    rr_die(RR_EXIT_IO, "%s: %s. Nothing was written.", rr_safe_string(path), strerror(error));
}

static RR_NORETURN void fail_exists(const char *path) {
    rr_die(RR_EXIT_REFUSED, "%s: is there already and was left as it is. Name another file, or remove that one first.",
           rr_safe_string(path));
}

void rr_output_check(const char *path, bool force) {
    if (strcmp(path, "-") != 0 && !force && rr_exists(path)) fail_exists(path);
}

void rr_output_on_failure(rr_output *output, const char *sentence) {
    output->instead = sentence;
}

rr_output *rr_output_open(const char *path, rr_privacy privacy, bool force) {
    rr_output *output = rr_take(sizeof *output);
    *output = (rr_output){.path = path, .slot = -1, .force = force};
    if (strcmp(path, "-") == 0) {
        output->stream = stdout;
        if (privacy == RR_SECRET_FILE) (void)setvbuf(stdout, printed, _IOFBF, sizeof printed);
        return output;
    }
    rr_output_check(path, force);
    /* What a link points to is replaced, not the link: else the old file would live on. */
    char *real = force ? realpath(path, NULL) : NULL;
    if (real != NULL) output->path = path = rr_format("%s", real);
    free(real);
    if (rr_is_folder(path)) rr_die(RR_EXIT_IO, "%s: is a folder. Name a file in it.", rr_safe_string(path));
    output->temporary = rr_join(folder_of(path), rr_format(".robin-%08x", randombytes_random()));
    output->slot = rr_unfinished_add(output->temporary);
    if (output->slot < 0) rr_die(RR_EXIT_IO, "%s: the name is too long.", rr_safe_string(path));
    mode_t before = privacy == RR_SECRET_FILE ? umask(0077) : 0;
    int fd = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)privacy);
    int error = errno;
    if (privacy == RR_SECRET_FILE) (void)umask(before);
    if (fd < 0) {
        rr_unfinished_remove(output->slot);
        rr_die(RR_EXIT_IO, "%s: cannot be made: %s. Check the folder and its permissions.", rr_safe_string(path),
               strerror(error));
    }
    output->stream = fdopen(fd, "wb");
    /* A buffer would keep a copy of what is secret. */
    if (output->stream != NULL && privacy == RR_SECRET_FILE) (void)setvbuf(output->stream, NULL, _IONBF, 0);
    if (output->stream == NULL) {
        (void)close(fd);
        fail_writing(output, errno);
    }
    return output;
}

FILE *rr_output_stream(rr_output *output) {
    return output->stream;
}

const char *rr_output_temporary(const rr_output *output) {
    return output->temporary;
}

void rr_output_write(rr_output *output, const void *data, size_t len) {
    if (len > 0 && fwrite(data, 1, len, output->stream) != len) fail_writing(output, errno);
}

static void sync_path(rr_output *output, const char *path, int flags) {
    int fd = open(path, flags | O_CLOEXEC);
    /* Some file systems cannot sync a folder (EINVAL): then nothing better can be done. */
    bool failed = fd < 0 || (fsync(fd) != 0 && errno != EINVAL && errno != EROFS);
    int error = errno;
    if (fd >= 0) (void)close(fd);
    if (failed) fail_writing(output, error);
}

void rr_output_prepare(rr_output *output) {
    if (output->temporary == NULL || output->stream == NULL) return;
    bool bad = ferror(output->stream) != 0;
    bad = fflush(output->stream) != 0 || bad;
    int error = errno;
    if (!bad && fsync(fileno(output->stream)) != 0) bad = true, error = errno;
    FILE *stream = output->stream;
    output->stream = NULL;
    if (fclose(stream) != 0 && !bad) bad = true, error = errno;
    if (bad) fail_writing(output, error);
    /* SQLite may have written to the file under its own handle. */
    sync_path(output, output->temporary, O_RDONLY);
}

void rr_output_finish(rr_output *output) {
    int error;
    if (output->temporary == NULL) {
        rr_finish_stdout();
        sodium_memzero(printed, sizeof printed);
        /* A pipe or a terminal cannot be synced. */
        if (fsync(STDOUT_FILENO) != 0 && errno != EINVAL && errno != EROFS && errno != ENOTSUP)
            rr_die(RR_EXIT_IO, "standard output: %s. What was printed may not be kept.", strerror(errno));
        return;
    }
    rr_output_prepare(output);
    if (output->force) {
        if (rename(output->temporary, output->path) != 0) fail_writing(output, errno);
    } else {
        /* link() refuses an existing name, so that two programs cannot both believe to have made the file. */
        if (link(output->temporary, output->path) == 0) {
            (void)unlink(output->temporary);
        } else if (errno == EEXIST) {
            rr_output_drop(output);
            fail_exists(output->path);
        } else if (rename(output->temporary, output->path) != 0) { /* a file system without links */
            fail_writing(output, errno);
        }
    }
    rr_unfinished_remove(output->slot);
    output->slot = -1;
    int fd = open(folder_of(output->path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool failed = fd < 0 || (fsync(fd) != 0 && errno != EINVAL && errno != EROFS);
    error = errno;
    if (fd >= 0) (void)close(fd);
    if (failed)
        rr_die(RR_EXIT_IO, "%s: is written, but its folder cannot be synced: %s.", rr_safe_string(output->path),
               strerror(error));
}

void rr_output_drop(rr_output *output) {
    if (output->temporary == NULL) return;
    if (output->stream != NULL) (void)fclose(output->stream);
    output->stream = NULL;
    (void)unlink(output->temporary);
    rr_unfinished_remove(output->slot);
    output->slot = -1;
}

void rr_write_file(const char *path, rr_privacy privacy, bool force, const void *data, size_t len) {
    rr_output *output = rr_output_open(path, privacy, force);
    rr_output_write(output, data, len);
    rr_output_finish(output);
}

void rr_write_one_of_many(const char *path, rr_privacy privacy, const void *data, size_t len) {
    if (rr_exists(path)) fail_exists(path);
    char *temporary = rr_join(folder_of(path), rr_format(".robin-%08x", randombytes_random()));
    int slot = rr_unfinished_add(temporary);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)privacy);
    const uint8_t *at = data;
    bool failed = fd < 0;
    while (!failed && len > 0) {
        ssize_t n = write(fd, at, len);
        if (n < 0 && errno == EINTR) continue;
        failed = n <= 0;
        if (failed) break;
        at += n;
        len -= (size_t)n;
    }
    int error = errno;
    if (fd >= 0 && close(fd) != 0 && !failed) failed = true, error = errno;
    if (!failed && rename(temporary, path) != 0) failed = true, error = errno;
    if (fd >= 0 && failed) (void)unlink(temporary);
    rr_unfinished_remove(slot);
    if (!failed) return;
    rr_die(RR_EXIT_IO, "%s: %s. The files before it are whole; make room and run the command again.", rr_safe_string(path),
           strerror(error));
}

void rr_sync_folder(const char *folder) {
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || syncfs(fd) != 0) rr_die(RR_EXIT_IO, "%s: cannot be synced: %s.", rr_safe_string(folder), strerror(errno));
    (void)close(fd);
}
