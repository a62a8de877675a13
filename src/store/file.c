/* SPDX-License-Identifier: Apache-2.0 */
#include "store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/db.h"

static rr_status system_fail(rr_file_error *error, int code, const char *rule) {
    rr_fail(error, code == ENOMEM ? RR_NO_SPACE : RR_IO, "file", -1, rule);
    if (error) error->system = code;
    return code == ENOMEM ? RR_NO_SPACE : RR_IO;
}

static const rr_new_file_watch *watcher;

void rr_new_file_watch_set(const rr_new_file_watch *watch) {
    watcher = watch;
}

static void forget(rr_new_file *file) {
    free(file->path);
    free(file->temporary);
    *file = (rr_new_file){NULL, NULL, -1};
}

rr_status rr_new_file_begin(rr_new_file *file, rr_file_error *error, const char *path) {
    static const char ending[] = ".XXXXXX";
    file->path = strdup(path);
    file->temporary = malloc(strlen(path) + sizeof ending);
    if (!file->path || !file->temporary) {
        forget(file);
        return system_fail(error, ENOMEM, "there is not enough memory");
    }
    sprintf(file->temporary, "%s%s", path, ending);
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before); /* no signal between the file and the watch */
    int descriptor = mkstemp(file->temporary), code = errno;
    if (descriptor >= 0) file->slot = watcher ? watcher->begun(file->temporary) : -1;
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (descriptor < 0) {
        forget(file);
        return system_fail(error, code, "no file can be made in this folder: check that it exists and may be written");
    }
    close(descriptor);
    return RR_OK;
}

/* A name is on the disk only when its folder is. */
static int sync_folder(const char *path) {
    char *folder = strdup(path);
    if (!folder) return -1;
    char *slash = strrchr(folder, '/');
    if (slash) slash[slash == folder] = 0;
    int descriptor = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    if (descriptor < 0) return -1;
    int result = fsync(descriptor);
    close(descriptor);
    return result;
}

rr_status rr_new_file_finish(rr_new_file *file, rr_file_error *error, mode_t mode, bool replace) {
    int descriptor = open(file->temporary, O_RDWR | O_CLOEXEC);
    int bad = descriptor < 0 || fchmod(descriptor, mode) != 0 || fsync(descriptor) != 0;
    int code = errno;
    if (descriptor >= 0 && close(descriptor) != 0 && !bad) {
        bad = 1;
        code = errno;
    }
    /* link() refuses an existing name, which rename() would replace. */
    if (!bad && (replace ? rename(file->temporary, file->path) : link(file->temporary, file->path)) != 0) {
        bad = 1;
        code = errno;
    }
    if (bad || !replace) unlink(file->temporary);
    if (watcher) watcher->ended(file->slot);
    if (!bad && sync_folder(file->path) != 0) {
        bad = 1;
        code = errno;
    }
    forget(file);
    if (!bad) return RR_OK;
    if (code == EEXIST) return system_fail(error, code, "there is such a file already: choose another name");
    return system_fail(error, code, "the file could not be written to the disk and put in its place");
}

void rr_new_file_abandon(rr_new_file *file) {
    if (file->temporary) {
        unlink(file->temporary);
        if (watcher) watcher->ended(file->slot);
    }
    forget(file);
}
