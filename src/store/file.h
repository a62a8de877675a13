/* SPDX-License-Identifier: Apache-2.0 */
/* A new file that is there whole or not at all: written beside its place under another name, synced, then renamed. */
#ifndef RR_STORE_FILE_H
#define RR_STORE_FILE_H

#include <sys/types.h>

#include "roundrobin/evidence.h"

typedef struct rr_new_file {
    char *path;      /* where it will be */
    char *temporary; /* where it is being written */
    int slot;        /* the watch's */
} rr_new_file;

/* A program that may end at any moment, by a signal, is told which file would be left behind.  Set it once, before anything else
 * here; NULL: nobody wants to know. */
typedef struct rr_new_file_watch {
    int (*begun)(const char *temporary);
    void (*ended)(int slot); /* what `begun` answered */
} rr_new_file_watch;
void rr_new_file_watch_set(const rr_new_file_watch *watch);

/* Makes the empty temporary file, readable by its owner only, in the folder of `path`.  RR_IO, RR_NO_SPACE. */
rr_status rr_new_file_begin(rr_new_file *file, rr_file_error *error, const char *path);
/* Syncs it, gives it `mode`, puts it in its place (replacing what is there, or with RR_IO and EEXIST if not `replace`), syncs the folder.
 * Frees *file either way; on an error nothing is left behind. */
rr_status rr_new_file_finish(rr_new_file *file, rr_file_error *error, mode_t mode, bool replace);
/* Removes the temporary file and frees *file. */
void rr_new_file_abandon(rr_new_file *file);

#endif
