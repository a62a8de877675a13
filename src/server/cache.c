/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 256, KEY_SIZE = 160 };

typedef struct slot {
    char key[KEY_SIZE];
    struct MHD_Response *response;
} slot;

struct rr_cache {
    pthread_mutex_t lock;
    unsigned generation; /* of what is published: a response that was begun before it moved on is not kept */
    slot slots[SLOTS];
};

rr_cache *rr_cache_make(void) {
    rr_cache *cache = calloc(1, sizeof *cache);
    if (cache && pthread_mutex_init(&cache->lock, NULL) != 0) {
        free(cache);
        return NULL;
    }
    return cache;
}

static void clear(rr_cache *cache) {
    for (size_t i = 0; i < SLOTS; i++) {
        if (cache->slots[i].response) MHD_destroy_response(cache->slots[i].response);
        cache->slots[i].response = NULL;
    }
}

void rr_cache_free(rr_cache *cache) {
    if (!cache) return;
    clear(cache);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

void rr_cache_clear(rr_cache *cache) {
    pthread_mutex_lock(&cache->lock);
    cache->generation++;
    clear(cache);
    pthread_mutex_unlock(&cache->lock);
}

/* One place for each hash: a newcomer takes it over. */
static slot *slot_of(rr_cache *cache, const char *key) {
    unsigned hash = 5381;
    for (const char *c = key; *c; c++) hash = hash * 33 + (unsigned char)*c;
    return &cache->slots[hash % SLOTS];
}

enum MHD_Result rr_cache_serve(rr_cache *cache, struct MHD_Connection *connection, const char *key, rr_cache_maker make,
                               void *context) {
    enum MHD_Result result;
    slot *s = slot_of(cache, key);
    pthread_mutex_lock(&cache->lock);
    unsigned generation = cache->generation;
    if (s->response && strcmp(s->key, key) == 0) {
        /* MHD counts references: what is queued outlives the cache. */
        result = MHD_queue_response(connection, MHD_HTTP_OK, s->response);
        pthread_mutex_unlock(&cache->lock);
        return result;
    }
    pthread_mutex_unlock(&cache->lock);
    struct MHD_Response *response = make(context);
    if (!response) return MHD_NO;
    result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    pthread_mutex_lock(&cache->lock);
    if (cache->generation == generation && strlen(key) < KEY_SIZE) {
        if (s->response) MHD_destroy_response(s->response);
        s->response = response;
        memcpy(s->key, key, strlen(key) + 1);
    } else
        MHD_destroy_response(response);
    pthread_mutex_unlock(&cache->lock);
    return result;
}
