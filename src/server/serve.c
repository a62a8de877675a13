/* SPDX-License-Identifier: Apache-2.0 */
#include "server/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sha2.h"
#include "base/text.h"
#include "server/browser_page.h"
#include "server/cache.h"
#include "server/cosigner.h"
#include "server/http.h"
#include "server/maker.h"
#include "server/patience.h"
#include "server/pool.h"
#include "server/readers.h"
#include "server/writer.h"
#include "store/db.h"
#include "store/file.h"

struct rr_serving {
    rr_server server;
    rr_socket sockets[RR_LISTEN_SOCKETS_MAX];
    size_t socket_count;
    rr_http_daemons *daemons;
};

static const char no_memory[] = "there is not enough memory";

/* ---- what an operator reads --------------------------------------------------------------------------------------------------------- */

void rr_server_say(const char *format, ...) {
    char line[512];
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    fprintf(stderr, "robin: %s\n", line);
}

void rr_server_say_error(const char *what, const rr_file_error *error) {
    const char *where = error->where ? error->where : "server",
               *rule = error->rule ? error->rule : rr_status_text(error->status);
    rr_server_say("%s: %s: %s%s%s", what, where, rule, error->system ? ": " : "", error->system ? strerror(error->system) : "");
}

/* ---- live petitions --------------------------------------------------------------------------------------------------------------------- */

rr_live *rr_server_find(rr_server *server, const rr_pid *pid) {
    rr_live *found = NULL;
    pthread_rwlock_rdlock(&server->lives_lock);
    size_t low = 0, high = server->live_count;
    while (low < high && !found) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(pid, &server->lives[middle]->pid, sizeof *pid);
        if (order == 0)
            found = server->lives[middle];
        else if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    pthread_rwlock_unlock(&server->lives_lock);
    return found;
}

rr_status rr_server_add(rr_server *server, rr_live *live) {
    pthread_rwlock_wrlock(&server->lives_lock);
    rr_live **lives = realloc(server->lives, (server->live_count + 1) * sizeof *lives);
    if (lives) {
        size_t at = server->live_count++;
        server->lives = lives;
        for (; at > 0 && memcmp(&lives[at - 1]->pid, &live->pid, sizeof live->pid) > 0; at--) lives[at] = lives[at - 1];
        lives[at] = live;
    }
    pthread_rwlock_unlock(&server->lives_lock);
    return lives ? RR_OK : RR_NO_SPACE;
}

/* ---- keys ---------------------------------------------------------------------------------------------------------------------------------- */

static rr_status make_folder(rr_file_error *error, const char *path, const char *what) {
    struct stat stat;
    if (mkdir(path, 0700) == 0 || (errno == EEXIST && lstat(path, &stat) == 0 && S_ISDIR(stat.st_mode))) return RR_OK;
    int code = errno;
    rr_fail(error, RR_IO, what, -1, "the folder cannot be made: check its name and permissions");
    error->system = code;
    return RR_IO;
}

static rr_status write_signer(rr_file_error *error, const char *path, const char *text) {
    rr_new_file file;
    rr_status status = rr_new_file_begin(&file, error, path);
    if (status != RR_OK) return status;
    int descriptor = open(file.temporary, O_WRONLY | O_CLOEXEC);
    size_t len = strlen(text);
    bool written = descriptor >= 0 && write(descriptor, text, len) == (ssize_t)len && write(descriptor, "\n", 1) == 1;
    if (descriptor >= 0 && close(descriptor) != 0) written = false;
    if (written) return rr_new_file_finish(&file, error, 0600, false);
    rr_new_file_abandon(&file);
    return rr_fail(error, RR_IO, "directory.key", -1, "it cannot be written");
}

static rr_status make_directory_key(rr_server *server, rr_file_error *error, const char *path) {
    char text[RR_SIGNER_TEXT_SIZE];
    uint8_t seed[32];
    randombytes_buf(seed, sizeof seed);
    rr_status status = rr_signer_make(server->directory, rr_text_of(server->config.name), RR_VKEY_ED25519, seed);
    rr_wipe(seed, sizeof seed);
    if (status != RR_OK)
        return rr_fail(error, RR_MALFORMED, "name", -1, "it cannot name a key: no spaces, no +, at most 200 bytes");
    rr_signer_write(text, server->directory);
    status = write_signer(error, path, text);
    rr_wipe(text, sizeof text);
    return status;
}

static rr_status read_directory_key(rr_server *server, rr_file_error *error, int descriptor) {
    char text[RR_SIGNER_TEXT_SIZE + 2];
    rr_error why;
    ssize_t len = read(descriptor, text, sizeof text);
    rr_status status = len > 0 ? rr_signer_read(server->directory, &why, text, (size_t)len) : RR_MALFORMED;
    rr_wipe(text, sizeof text);
    if (status != RR_OK || server->directory->type != RR_VKEY_ED25519)
        return rr_fail(error, RR_MALFORMED, "directory.key", -1, "it is no key of robin key new: restore it from a copy");
    if (!rr_text_is((rr_text){server->directory->name, server->directory->name_len}, server->config.name))
        return rr_fail(error, RR_REFUSED, "directory.key", -1, "it has another name than the setting `name`");
    return RR_OK;
}

/* Two servers would destroy each other's batch keys. */
static rr_status lock_keys(rr_server *server, rr_file_error *error, const char *path) {
    server->keys_lock = open(path, O_RDONLY | O_CLOEXEC);
    if (server->keys_lock >= 0 && flock(server->keys_lock, LOCK_EX | LOCK_NB) == 0) return RR_OK;
    int code = errno;
    rr_fail(error, RR_REFUSED, "keys", -1, "another server uses this folder of keys: give each its own");
    error->system = code == EWOULDBLOCK ? 0 : code;
    return RR_REFUSED;
}

static rr_status open_keys(rr_server *server, rr_file_error *error) {
    char path[4200];
    server->directory = sodium_malloc(sizeof *server->directory);
    server->log_keys = sodium_malloc(sizeof *server->log_keys);
    if (!server->directory || !server->log_keys) return rr_fail(error, RR_NO_SPACE, "keys", -1, no_memory);
    rr_status status = make_folder(error, server->config.keys, "keys");
    if (status == RR_OK) status = make_folder(error, server->config.cache, "cache");
    if (status != RR_OK) return status;
    snprintf(path, sizeof path, "%s/directory.key", server->config.keys);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) {
        status = read_directory_key(server, error, descriptor);
        (void)close(descriptor);
    } else if (errno == ENOENT)
        status = make_directory_key(server, error, path);
    else {
        int code = errno;
        status = rr_fail(error, RR_IO, "directory.key", -1, "it cannot be read");
        error->system = code;
    }
    if (status == RR_OK) status = lock_keys(server, error, path);
    if (status == RR_OK) status = rr_log_keys_open(server->log_keys, error, server->config.keys);
    if (status != RR_OK) return status;
    size_t len = rr_signer_vkey(server->directory_vkey, sizeof server->directory_vkey - 1, server->directory);
    server->directory_vkey[len] = 0;
    server->directory_name = (rr_text){server->directory_vkey, server->directory->name_len};
    return RR_OK;
}

static rr_status read_publishers(rr_server *server, rr_file_error *error) {
    server->publishers = calloc(server->config.publisher_count + 1, sizeof *server->publishers);
    server->edition_times = calloc(server->config.publisher_count + 1, sizeof *server->edition_times);
    if (!server->publishers || !server->edition_times) return rr_fail(error, RR_NO_SPACE, "publisher", -1, no_memory);
    for (size_t i = 0; i < server->config.publisher_count; i++) {
        rr_error why;
        rr_text text = rr_text_of(server->config.publisher[i]);
        if (rr_vkey_read(&server->publishers[i], &why, text, RR_VKEY_ED25519) != RR_OK || !server->publishers[i].usable)
            return rr_fail(error, RR_MALFORMED, "publisher", (int64_t)i + 1,
                           "it is no verifier key: copy what robin key show prints");
        server->publisher_count++;
    }
    return RR_OK;
}

/* ---- start ---------------------------------------------------------------------------------------------------------------------------------- */

static int fill(void *context, uint8_t *out, size_t len) {
    (void)context;
    randombytes_buf(out, len);
    return 0;
}

static rr_status open_petitions(rr_server *server, rr_file_error *error) {
    rr_store_state *states = NULL;
    rr_store_reader *reader = NULL;
    rr_batch_id *keep = NULL;
    size_t count = 0;
    rr_status status = rr_store_petitions(server->store, error, &states, &count);
    if (status == RR_OK) status = rr_readers_take(server->readers, error, &reader);
    if (status == RR_OK && !(keep = calloc(count + 1, sizeof *keep)))
        status = rr_fail(error, RR_NO_SPACE, "store", -1, no_memory);
    for (size_t i = 0; keep && i < count && status == RR_OK; i++) {
        rr_live *live;
        keep[i] = states[i].batch;
        status = rr_live_open(&live, error, reader, &states[i], server->log_keys, server->config.keys, &server->random);
        if (status == RR_OK) status = rr_server_add(server, live);
    }
    /* Only now: a key is destroyed when it is certain that no batch needs it. */
    if (status == RR_OK) status = rr_batch_keys_sweep(error, server->config.keys, keep, count);
    rr_readers_give(server->readers, reader);
    free(states);
    free(keep);
    return status;
}

/* A start destroys the keys that its database does not know.  So a database that is new, since its name was mistyped or its disk is not mounted, must not
 * come to the keys of another one: without them the answers that wait there are lost. */
static rr_status guard_keys(const rr_config *config, rr_file_error *error) {
    bool any = false;
    if (access(config->db, F_OK) == 0 || errno != ENOENT) return RR_OK;
    rr_status status = rr_batch_keys_any(&any, error, config->keys);
    if (status != RR_OK || !any) return status;
    return rr_fail(
        error, RR_REFUSED, "database", -1,
        "it does not exist, but the key folder holds keys (batch-...) of another one: check `db` and `keys`; to begin "
        "anew, name another key folder");
}

/* What people's browsers get from here is on record before the first of them gets it. */
static rr_status record_page(rr_server *server, rr_file_error *error) {
    rr_blob page = rr_browser_page();
    rr_hash hash;
    rr_sha256_of(hash.bytes, page.bytes, page.len);
    return rr_store_add_page(server->store, error, &hash);
}

static unsigned thread_count(const rr_config *config) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return config->threads ? config->threads : cores > 0 && cores < 256 ? (unsigned)cores : 1;
}

static rr_status open_all(rr_serving *serving, rr_file_error *error) {
    rr_server *server = &serving->server;
    rr_status status = open_keys(server, error);
    if (status == RR_OK) status = read_publishers(server, error);
    server->params_memory = malloc(rr_params_size());
    if (status == RR_OK &&
        (!server->params_memory || rr_params_init(&server->params, server->params_memory, rr_params_size()) != RR_OK))
        status = rr_fail(error, RR_NO_SPACE, "server", -1, no_memory);
    if (status == RR_OK) status = guard_keys(&server->config, error);
    if (status == RR_OK) status = rr_store_open(&server->store, error, server->config.db, server->directory);
    if (status == RR_OK) status = record_page(server, error);
    if (status == RR_OK && rr_readers_make(&server->readers, server->config.db) != RR_OK)
        status = rr_fail(error, RR_NO_SPACE, "server", -1, no_memory);
    if (status == RR_OK) status = open_petitions(server, error);
    if (status == RR_OK) status = rr_cosigned_mark_read(server, error);
    for (size_t i = 0; i < server->config.listen_count && status == RR_OK; i++)
        status = rr_listen(serving->sockets, &serving->socket_count, error, server->config.listen[i]);
    return status;
}

/* The setting; without it the address on which it listens, if that is one of this machine. */
static void find_address(rr_serving *serving) {
    const char *address = serving->server.config.address;
    for (size_t i = 0; i < serving->socket_count && !address; i++)
        if (strncmp(serving->sockets[i].address, "http://127.", 11) == 0 ||
            strncmp(serving->sockets[i].address, "http://[::1]:", 13) == 0)
            address = serving->sockets[i].address;
    size_t len = address ? strlen(address) : 0;
    while (len > 0 && address[len - 1] == '/') len--;
    snprintf(serving->server.address, sizeof serving->server.address, "%.*s", (int)len, address ? address : "");
}

static rr_status start_all(rr_serving *serving, rr_file_error *error) {
    rr_server *server = &serving->server;
    rr_status status = (server->cache = rr_cache_make()) && (server->patience = rr_patience_make()) ? RR_OK : RR_NO_SPACE;
    if (status == RR_OK) status = rr_maker_start(&server->maker, server);
    if (status == RR_OK) status = rr_cosigner_start(&server->cosigner, error, server);
    if (status != RR_OK && error->rule) return status;
    if (status == RR_OK) status = rr_writer_start(&server->writer, server);
    if (status == RR_OK) status = rr_pool_start(&server->pool, server, thread_count(&server->config));
    if (status == RR_OK) status = rr_http_start(&serving->daemons, server, serving->sockets, serving->socket_count);
    return status == RR_OK
               ? RR_OK
               : rr_fail(error, status, "server", -1, "its threads cannot be started: check the limits of this account");
}

rr_status rr_serve_start(rr_serving **out, rr_file_error *error, const rr_config *config) {
    rr_serving *serving = calloc(1, sizeof *serving);
    *out = NULL;
    if (!serving) return rr_fail(error, RR_NO_SPACE, "server", -1, no_memory);
    serving->server.config = *config;
    serving->server.keys_lock = -1;
    serving->server.random = (rr_random){fill, NULL};
    pthread_rwlock_init(&serving->server.lives_lock, NULL);
    rr_status status = open_all(serving, error);
    if (status == RR_OK) find_address(serving);
    if (status == RR_OK) status = start_all(serving, error);
    if (status == RR_OK)
        *out = serving;
    else
        rr_serve_stop(serving);
    return status;
}

const char *rr_serve_address(const rr_serving *serving, size_t index) {
    return serving->sockets[index].address;
}

size_t rr_serve_address_count(const rr_serving *serving) {
    return serving->socket_count;
}

const char *rr_serve_directory(const rr_serving *serving) {
    return serving->server.directory_vkey;
}

/* In the order in which work flows, so that each part ends with nothing left in it. */
void rr_serve_stop(rr_serving *serving) {
    rr_server *server = &serving->server;
    atomic_store(&server->stopping, true);
    if (serving->daemons) rr_http_quiesce(serving->daemons);
    rr_pool_stop(server->pool);
    rr_writer_stop(server->writer);
    rr_cosigner_stop(server->cosigner);
    rr_maker_stop(server->maker);
    rr_http_stop(serving->daemons);
    rr_cache_free(server->cache);
    rr_patience_free(server->patience);
    rr_listen_close(serving->sockets, serving->socket_count);
    for (size_t i = 0; i < server->live_count; i++) rr_live_close(server->lives[i]);
    free(server->lives);
    rr_readers_free(server->readers);
    if (server->store) rr_store_close(server->store);
    free(server->publishers);
    free(server->edition_times);
    free(server->params_memory);
    if (server->keys_lock >= 0) (void)close(server->keys_lock);
    sodium_free(server->directory); /* wipes */
    sodium_free(server->log_keys);
    pthread_rwlock_destroy(&server->lives_lock);
    free(serving);
}
