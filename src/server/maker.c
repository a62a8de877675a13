/* SPDX-License-Identifier: Apache-2.0 */
#include "server/maker.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/readers.h"
#include "server/witnessed.h"
#include "store/db.h"

struct rr_maker {
    rr_server *server;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    rr_request *first, **end;
    bool stopping;
    pthread_t thread;
};

/* ---- the log's entries, block by block -------------------------------------------------------------------------------------------- */

typedef struct source {
    rr_store_reader *reader;
    const rr_pid *pid;
    uint64_t size, block; /* number of the bundle that is here, from 1; 0: none */
    rr_bytes_out bundle;
    size_t offset;
    uint64_t next;
} source;

/* Leaves are asked for in order. */
static rr_status entry(void *context, rr_blob *out, uint64_t leaf) {
    source *s = context;
    uint64_t block = leaf / RR_TILE_WIDTH;
    if (s->block != block + 1 || s->next != leaf) {
        rr_tile tile = {RR_TILE_ENTRIES, block, rr_tile_width(0, block, s->size)};
        free(s->bundle.bytes);
        s->bundle = (rr_bytes_out){NULL, 0};
        rr_status status = rr_store_tile(s->reader, NULL, &s->bundle, s->pid, &tile);
        if (status != RR_OK) return status;
        s->block = block + 1;
        s->offset = 0;
        s->next = block * RR_TILE_WIDTH;
    }
    for (; s->next <= leaf; s->next++) {
        rr_status status = rr_bundle_next(s->bundle.bytes, s->bundle.len, &s->offset, &out->bytes, &out->len);
        if (status != RR_OK) return RR_MALFORMED;
    }
    return RR_OK;
}

/* ---- one file ------------------------------------------------------------------------------------------------------------------------ */

static void path_of(char *path, size_t room, const rr_server *server, const rr_live *live, uint64_t size) {
    /* Made anew when witnesses have cosigned since. */
    snprintf(path, room, "%s/%s-%llu-%llu.evidence", server->config.cache, live->pid_hex, (unsigned long long)size,
             (unsigned long long)atomic_load(&server->cosigned_mark));
}

int rr_maker_open(rr_server *server, const rr_live *live, uint64_t size) {
    char path[4200];
    path_of(path, sizeof path, server, live, size);
    return open(path, O_RDONLY | O_CLOEXEC);
}

static rr_status read_checkpoints(rr_evidence_checkpoint **list, size_t *count, const rr_bytes_out *bundle, uint64_t size) {
    size_t offset = 0, room = bundle->len / 64 + 1;
    rr_blob note;
    *count = 0;
    *list = calloc(room, sizeof **list);
    if (!*list) return RR_NO_SPACE;
    while (*count < room && rr_bundle_next(bundle->bytes, bundle->len, &offset, &note.bytes, &note.len) == RR_OK) {
        rr_note parsed;
        rr_checkpoint checkpoint;
        if (rr_note_parse(&parsed, NULL, (const char *)note.bytes, note.len) != RR_OK ||
            rr_checkpoint_parse(&checkpoint, NULL, parsed.text) != RR_OK)
            return RR_MALFORMED;
        if (checkpoint.size > size) break; /* the log has grown meanwhile */
        (*list)[(*count)++] = (rr_evidence_checkpoint){checkpoint.size, note};
    }
    return RR_OK;
}

static rr_blob document(const rr_live *live, int id) {
    return (rr_blob){live->documents[id].bytes, live->documents[id].len};
}

static rr_status write_file(rr_server *server, rr_file_error *error, const rr_live *live, uint64_t size, const char *path,
                            const rr_blob *openings, size_t opening_count) {
    source s = {.pid = &live->pid, .size = size};
    rr_bytes_out bundle = {NULL, 0}, leaves = {NULL, 0}, cosigned = {NULL, 0};
    rr_evidence_parts parts = {.petition = document(live, RR_DOC_PETITION),
                               .roll = document(live, RR_DOC_ROLL),
                               .roll_note = document(live, RR_DOC_ROLL_NOTE),
                               .assignment = document(live, RR_DOC_ASSIGNMENT),
                               .names = document(live, RR_DOC_NAMES),
                               .enrolments = document(live, RR_DOC_ENROLMENTS),
                               .ceremony = document(live, RR_DOC_CEREMONY),
                               .trustees = document(live, RR_DOC_TRUSTEES),
                               .openings = openings,
                               .opening_count = opening_count,
                               .entry_count = size,
                               .entry = entry,
                               .context = &s};
    rr_evidence_checkpoint *checkpoints = NULL;
    rr_status status = rr_readers_take(server->readers, error, &s.reader);
    if (status == RR_OK) status = rr_witnessed_documents(live, s.reader, error, &leaves, &cosigned);
    if (status == RR_OK) status = rr_store_checkpoints(s.reader, error, &bundle, &live->pid);
    if (status == RR_OK) {
        status = read_checkpoints(&checkpoints, &parts.checkpoint_count, &bundle, size);
        if (status != RR_OK) rr_fail(error, status, "checkpoint", -1, rr_status_text(status));
    }
    parts.checkpoints = checkpoints;
    parts.directory = (rr_blob){leaves.bytes, leaves.len};
    parts.cosigned = (rr_blob){cosigned.bytes, cosigned.len};
    if (status == RR_OK) status = rr_evidence_write(error, path, &parts);
    rr_readers_give(server->readers, s.reader);
    free(checkpoints);
    free(bundle.bytes);
    free(leaves.bytes);
    free(cosigned.bytes);
    free(s.bundle.bytes);
    return status;
}

/* Files of this petition as of other sizes of its log, and what was left half made: nobody asks for them any more. */
static void remove_others(const rr_server *server, const rr_live *live, uint64_t size) {
    char path[4200];
    path_of(path, sizeof path, server, live, size);
    const char *kept = strrchr(path, '/') + 1;
    DIR *folder = opendir(server->config.cache);
    if (!folder) return;
    for (const struct dirent *e = readdir(folder); e; e = readdir(folder)) {
        bool ours = strncmp(e->d_name, live->pid_hex, 64) == 0 && e->d_name[64] == '-' && strstr(e->d_name, ".evidence");
        if (ours && strcmp(e->d_name, kept) != 0) (void)unlinkat(dirfd(folder), e->d_name, 0);
    }
    (void)closedir(folder);
}

static void make(rr_server *server, rr_request *request) {
    char path[4200];
    rr_file_error error;
    rr_live *live = request->live;
    pthread_rwlock_rdlock(&live->lock);
    uint64_t size = live->size;
    /* Files stay where they are, their list does not. */
    size_t count = live->opening_count;
    rr_blob *openings = calloc(count + 1, sizeof *openings);
    if (openings && count) memcpy(openings, live->openings, count * sizeof *openings);
    pthread_rwlock_unlock(&live->lock);
    path_of(path, sizeof path, server, live, size);
    if (access(path, R_OK) != 0) {
        remove_others(server, live, size); /* first: it may be what the disk lacks room for */
        rr_status status = openings ? write_file(server, &error, live, size, path, openings, count)
                                    : rr_fail(&error, RR_NO_SPACE, "opening", -1, "there is not enough memory");
        if (status != RR_OK) {
            rr_server_say_error("an evidence file could not be made", &error);
            request->status = 503;
        }
    }
    free(openings);
    request->size = size;
    request->ready = true;
    rr_request_finish(request);
}

/* ---- its thread --------------------------------------------------------------------------------------------------------------------- */

static void *work(void *context) {
    rr_maker *m = context;
    pthread_mutex_lock(&m->lock);
    for (;;) {
        rr_request *request = m->first;
        if (request) {
            m->first = request->next;
            if (!m->first) m->end = &m->first;
            pthread_mutex_unlock(&m->lock);
            make(m->server, request);
            pthread_mutex_lock(&m->lock);
        } else if (m->stopping)
            break;
        else
            pthread_cond_wait(&m->changed, &m->lock);
    }
    pthread_mutex_unlock(&m->lock);
    return NULL;
}

void rr_maker_ask(rr_maker *m, rr_request *request) {
    pthread_mutex_lock(&m->lock);
    request->next = NULL;
    *m->end = request;
    m->end = &request->next;
    pthread_cond_signal(&m->changed);
    pthread_mutex_unlock(&m->lock);
}

rr_status rr_maker_start(rr_maker **out, rr_server *server) {
    rr_maker *m = calloc(1, sizeof *m);
    *out = NULL;
    if (!m) return RR_NO_SPACE;
    m->server = server;
    m->end = &m->first;
    if (pthread_mutex_init(&m->lock, NULL) != 0 || pthread_cond_init(&m->changed, NULL) != 0 ||
        pthread_create(&m->thread, NULL, work, m) != 0) {
        free(m);
        return RR_NO_SPACE;
    }
    *out = m;
    return RR_OK;
}

void rr_maker_stop(rr_maker *m) {
    if (!m) return;
    pthread_mutex_lock(&m->lock);
    m->stopping = true;
    pthread_cond_signal(&m->changed);
    pthread_mutex_unlock(&m->lock);
    pthread_join(m->thread, NULL);
    pthread_cond_destroy(&m->changed);
    pthread_mutex_destroy(&m->lock);
    free(m);
}
