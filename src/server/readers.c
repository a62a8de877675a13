/* SPDX-License-Identifier: Apache-2.0 */
#include "server/readers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "store/db.h"

enum { IDLE_MAX = 16 };

struct rr_readers {
    char *where;
    pthread_mutex_t lock;
    rr_store_reader *idle[IDLE_MAX];
    size_t count;
};

rr_status rr_readers_make(rr_readers **out, const char *where) {
    rr_readers *readers = calloc(1, sizeof *readers);
    *out = NULL;
    if (!readers) return RR_NO_SPACE;
    readers->where = strdup(where);
    if (!readers->where || pthread_mutex_init(&readers->lock, NULL) != 0) {
        free(readers->where);
        free(readers);
        return RR_NO_SPACE;
    }
    *out = readers;
    return RR_OK;
}

void rr_readers_free(rr_readers *readers) {
    if (!readers) return;
    while (readers->count) rr_store_reader_close(readers->idle[--readers->count]);
    pthread_mutex_destroy(&readers->lock);
    free(readers->where);
    free(readers);
}

rr_status rr_readers_take(rr_readers *readers, rr_file_error *error, rr_store_reader **reader) {
    *reader = NULL;
    pthread_mutex_lock(&readers->lock);
    if (readers->count) *reader = readers->idle[--readers->count];
    pthread_mutex_unlock(&readers->lock);
    return *reader ? RR_OK : rr_store_reader_open(reader, error, readers->where);
}

void rr_readers_give(rr_readers *readers, rr_store_reader *reader) {
    if (!reader) return;
    pthread_mutex_lock(&readers->lock);
    bool keep = readers->count < IDLE_MAX;
    if (keep) readers->idle[readers->count++] = reader;
    pthread_mutex_unlock(&readers->lock);
    if (!keep) rr_store_reader_close(reader);
}
