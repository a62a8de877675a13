/* SPDX-License-Identifier: Apache-2.0 */
/* A server in memory: the files that a server of petitions gives, which a test then changes as a hostile server could. */
#ifndef RR_TESTS_NET_MIRROR_H
#define RR_TESTS_NET_MIRROR_H

#include "../store/fixture.h"
#include "net/remote.h"

enum { MIRROR_FILES = 64, MIRROR_LINES = 700, MIRROR_LINE = RR_DIRECTORY_LINE_MAX };

typedef struct mirror_file {
    char *url;
    uint8_t *bytes;
    size_t len;
    long status;   /* 200 */
    unsigned busy; /* so many times 503 first */
} mirror_file;

typedef struct mirror {
    fixture *fx;
    char petition[160]; /* "https://petitions.example/p/PID/" */
    mirror_file files[MIRROR_FILES];
    size_t file_count;
    char lines[MIRROR_LINES][MIRROR_LINE]; /* of the directory */
    size_t line_count;
    unsigned pauses;
    rr_transport transport;
} mirror;

#define MIRROR_SERVER "https://petitions.example"

/* The usual petition (fx_usual_log), with its directory. */
mirror *mirror_new(void);
void mirror_free(mirror *m);

/* Puts a file, or replaces it; `url` is a whole one, or what comes behind the petition's. */
mirror_file *mirror_put(mirror *m, const char *url, const void *bytes, size_t len);
mirror_file *mirror_find(mirror *m, const char *url);
void mirror_remove(mirror *m, const char *url);

/* The lines of the directory, in the order in which a server writes them; then mirror_directory makes its files of them. */
void mirror_line(mirror *m, const char *format, ...) __attribute__((format(printf, 2, 3)));
void mirror_usual_lines(mirror *m);
void mirror_checkpoint_lines(mirror *m);
/* The line that begins so. */
char *mirror_find_line(mirror *m, const char *beginning);
void mirror_drop_line(mirror *m, const char *beginning);
void mirror_directory(mirror *m, const rr_signer *signer);
/* All checkpoints and entries of the fixture's log. */
void mirror_log(mirror *m);

#endif
