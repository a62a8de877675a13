/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/online.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/papers.h"
#include "cli/start.h"
#include "net/parcel.h"
#include "store/file.h"

enum { BUSY_TRIES = 6, BUSY_SECONDS = 60, REPLY_MAX = 4096 };

bool rr_is_url(const char *text) {
    return strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0;
}

/* ---- asking --------------------------------------------------------------------------------------------------------- */

static rr_status get(void *context, rr_http_reply *reply, char error[RR_HTTP_ERROR_SIZE], const char *url, size_t limit) {
    return rr_http_get(((rr_online *)context)->http, reply, error, url, limit);
}

static void wait_seconds(void *context, unsigned seconds) {
    struct timespec time = {(time_t)seconds, 0};
    (void)context;
    while (nanosleep(&time, &time) != 0) {
    }
}

void rr_online_end_progress(rr_online *online) {
    if (online->what != NULL) rr_progress_end(&online->bar);
    online->what = NULL;
}

static void show(void *context, const char *what, uint64_t done, uint64_t of) {
    rr_online *online = context;
    if (online->what != what) {
        rr_online_end_progress(online);
        rr_progress_start(&online->bar, what, of);
        online->what = what;
    }
    rr_progress_to(&online->bar, done);
}

rr_online *rr_online_start(const rr_args *args) {
    /* One for each run, which ends with the program. */
    static rr_online one;
    rr_online *online = &one;
    rr_http_options options = {.proxy = rr_arg(args, "proxy")};
    if (rr_http_open(&online->http, &options) != RR_OK) rr_die(RR_EXIT_IO, "out of memory.");
    online->transport = (rr_transport){get, wait_seconds, show, online};
    return online;
}

rr_online *rr_online_start_witnessed(const rr_args *args) {
    rr_online *online = rr_online_start(args);
    online->own = rr_own_witnesses(args);
    return online;
}

void rr_online_die(rr_online *online, rr_status status, const char *sentence) {
    rr_online_end_progress(online);
    rr_die(status == RR_IO ? RR_EXIT_IO : RR_EXIT_REFUSED, "%s.", rr_safe_string(sentence));
}

const char *rr_online_server(const char *url) {
    char error[RR_REMOTE_ERROR_SIZE], *server;
    bool has_pid;
    rr_pid pid;
    if (rr_remote_address(&server, &has_pid, &pid, error, url) != RR_OK) rr_die(RR_EXIT_USAGE, "%s.", rr_safe_string(error));
    const char *copy = rr_format("%s", server);
    free(server);
    return copy;
}

/* ---- a petition ----------------------------------------------------------------------------------------------------- */

void rr_online_petition(rr_online *online, const char *url, const rr_pid *pid, bool papers) {
    char error[RR_REMOTE_ERROR_SIZE];
    (void)rr_online_server(url);
    rr_status status = rr_remote_open(&online->remote, error, &online->transport, url, pid, papers);
    if (status != RR_OK) rr_online_die(online, status, error);
    rr_online_end_progress(online);
    online->confirmation = rr_confirmation_of(online->remote, &online->own);
    if (!rr_confirmed_by_own(&online->confirmation) && online->own.count > 0)
        rr_die(RR_EXIT_REFUSED,
               "%s: %s, and more than half are needed: you may be shown a petition, or a count, of your own. Try again in a "
               "minute; else ask others for the number of the petition that they see. Nothing was answered.",
               rr_safe_string(online->remote->url), rr_confirmation_words(&online->confirmation));
}

const char *rr_online_petition_url(rr_online *online, const char *server, const char *address) {
    char error[RR_REMOTE_ERROR_SIZE], *copy;
    bool has_pid;
    rr_pid pid;
    rr_status status = rr_remote_address(&copy, &has_pid, &pid, error, address);
    free(copy);
    if (status == RR_OK && !has_pid) status = rr_remote_only_petition(&online->transport, &pid, error, server);
    if (status != RR_OK) rr_online_die(online, status, error);
    return rr_format("%s/p/%s/", server, rr_hex_text(pid.bytes, 32));
}

const char *rr_online_directory(const rr_online *online) {
    return rr_format("holds roll, petition and assignment; %s", rr_confirmation_words(&online->confirmation));
}

void rr_online_evidence(rr_online *online, const char *path) {
    static const rr_new_file_watch unfinished = {rr_unfinished_add, rr_unfinished_remove};
    rr_evidence_parts parts;
    rr_file_error error;
    rr_new_file_watch_set(&unfinished);
    rr_remote_parts(&parts, online->remote);
    rr_status status = rr_evidence_write(&error, path, &parts);
    rr_online_end_progress(online);
    const char *why = rr_remote_error(online->remote);
    if (status != RR_OK && why[0] != 0) rr_online_die(online, status, why);
    if (status != RR_OK)
        rr_die_of(error.status == RR_IO ? path : online->remote->url, &error,
                  error.status == RR_IO ? "Nothing was written."
                                        : "What the server gives does not fit together. Do not rely on it.");
}

const char *rr_online_temporary_evidence(rr_online *online) {
    const char *folder = getenv("TMPDIR");
    char *path = rr_join(folder != NULL && folder[0] == '/' ? folder : "/tmp",
                         rr_format("robin-%08x%08x.evidence", randombytes_random(), randombytes_random()));
    if (rr_unfinished_add(path) < 0) rr_die(RR_EXIT_IO, "%s: the name is too long.", rr_safe_string(path));
    rr_online_evidence(online, path);
    return path;
}

void rr_online_remove_temporary(const char *path) {
    (void)unlink(path);
}

/* ---- sending -------------------------------------------------------------------------------------------------------- */

/* The first line of an answer in words. */
static const char *line_of(const rr_http_reply *reply) {
    size_t len = 0;
    while (len < reply->len && len < 300 && reply->body[len] != '\n') len++;
    return len == 0 ? "no reason was given" : rr_safe((rr_text){(const char *)reply->body, len});
}

static bool is_busy(rr_online *online, const rr_http_reply *reply, int tries) {
    if (reply->status != 503 || tries == BUSY_TRIES) return false;
    unsigned wait = reply->retry_after == 0 ? 2 : reply->retry_after < BUSY_SECONDS ? reply->retry_after : BUSY_SECONDS;
    rr_tell("The server is busy and has taken nothing; trying again in %s.", rr_count_of(wait, "second", "seconds"));
    wait_seconds(online, wait);
    return true;
}

rr_sending rr_online_send(rr_online *online, const char **why, const char *url, const uint8_t answer[RR_ANSWER_SIZE]) {
    const char *to = rr_format("%sanswer", url);
    for (int tries = 1;; tries++) {
        char error[RR_HTTP_ERROR_SIZE] = "";
        rr_http_reply reply;
        rr_status status =
            rr_http_post(online->http, &reply, error, to, "application/octet-stream", answer, RR_ANSWER_SIZE, REPLY_MAX);
        if (status != RR_OK) {
            *why = rr_safe_string(error);
            return RR_SEND_FAILED;
        }
        bool again = is_busy(online, &reply, tries);
        rr_sending result = reply.status == 202 ? RR_SENT : reply.status == 422 ? RR_SEND_BROKEN : RR_SEND_FAILED;
        *why = result == RR_SEND_BROKEN ? line_of(&reply)
               : reply.status == 503
                   ? rr_format("%s: the server is busy and has not taken the answer", to)
                   : rr_format("%s: the server answers with status %ld: %s", to, reply.status, line_of(&reply));
        free(reply.body);
        if (!again) return result;
    }
}

/* ---- publishing ----------------------------------------------------------------------------------------------------- */

void rr_online_keys(rr_online *online, const char *server, rr_vkey *directory, rr_vkey *log) {
    char error[RR_REMOTE_ERROR_SIZE];
    rr_server_keys keys;
    rr_status status = rr_remote_keys(&online->transport, &keys, error, server);
    if (status != RR_OK) rr_online_die(online, status, error);
    /* They were read before: this only makes views of copies that stay. */
    (void)rr_vkey_read(directory, NULL, rr_text_of(rr_format("%s", keys.directory)), RR_VKEY_ED25519);
    (void)rr_vkey_read(log, NULL, rr_text_of(rr_format("%s", keys.log)), RR_VKEY_ED25519);
    rr_server_keys_free(&keys);
}

/* POSTs a parcel until the server is not busy.  The first line of its answer, which is a 200. */
static const char *post_parcel(rr_online *online, const char *to, const rr_vkey *directory, const char *verb,
                               const rr_signer *signer, const rr_blob *parts, size_t count, const char *if_forbidden) {
    for (int tries = 1;; tries++) {
        char error[RR_HTTP_ERROR_SIZE] = "";
        uint8_t *parcel;
        size_t len;
        rr_http_reply reply;
        /* Made anew for each try: a request is valid for ten minutes only. */
        if (rr_parcel_make(&parcel, &len, verb, directory->name, (int64_t)time(NULL), signer, parts, count) != RR_OK)
            rr_die(RR_EXIT_IO, "the request to %s cannot be made.", rr_safe_string(to));
        rr_status status = rr_http_post(online->http, &reply, error, to, "application/octet-stream", parcel, len, REPLY_MAX);
        free(parcel);
        if (status != RR_OK)
            rr_online_die(online, status, rr_format("%s. It is not known to have arrived: run the command again", error));
        bool again = is_busy(online, &reply, tries), taken = reply.status == 200;
        const char *said = line_of(&reply);
        free(reply.body);
        if (taken) return said;
        if (!again)
            rr_die(reply.status == 403 || reply.status == 422 ? RR_EXIT_REFUSED : RR_EXIT_IO, "%s: %s (status %ld)%s.",
                   rr_safe_string(to), said, reply.status, reply.status == 403 ? if_forbidden : "");
    }
}

void rr_online_publish(rr_online *online, const char *server, const rr_vkey *directory, const char *verb,
                       const rr_signer *signer, const rr_blob *parts, size_t count) {
    (void)post_parcel(online, rr_format("%s/publish/%s", server, verb), directory, verb, signer, parts, count,
                      ". The operator lists who may publish: give them the verifier key that robin key show prints");
}

const char *rr_online_trustee_part(rr_online *online, const rr_vkey *directory, const rr_signer *signer, rr_blob part) {
    return post_parcel(online, rr_format("%strustee", online->remote->url), directory, "open", signer, &part, 1,
                       ". Use the signing key that the petition names for this trustee");
}

typedef struct wanted_roll {
    const rr_roll_digest *digest;
    bool found;
} wanted_roll;

static rr_status see_roll(void *context, const rr_directory_line *line) {
    wanted_roll *wanted = context;
    if (line->kind == RR_DIRECTORY_ROLL && memcmp(line->roll.bytes, wanted->digest->bytes, 32) == 0) wanted->found = true;
    return RR_OK;
}

bool rr_online_has_roll(rr_online *online, const char *server, const rr_vkey *directory, const rr_roll_digest *roll) {
    char error[RR_REMOTE_ERROR_SIZE];
    wanted_roll wanted = {roll, false};
    rr_directory_state state;
    rr_status status = rr_remote_directory(&online->transport, &state, error, server, directory, see_roll, &wanted);
    if (status != RR_OK) rr_online_die(online, status, error);
    rr_online_end_progress(online);
    return wanted.found;
}

static rr_blob read_part(const char *folder, const char *name, bool needed) {
    const char *path = rr_join(folder, name);
    if (!needed && !rr_exists(path)) return (rr_blob){NULL, 0};
    rr_bytes bytes = rr_read(path, RR_LIMIT_LARGE);
    return (rr_blob){bytes.data, bytes.len};
}

bool rr_online_publish_roll(rr_online *online, const char *server, const rr_vkey *directory, const rr_signer *signer,
                            const char *folder, const rr_roll_digest *roll, bool names) {
    enum { LOOKS = 10 };
    if (rr_online_has_roll(online, server, directory, roll)) return false;
    rr_blob parts[] = {read_part(folder, RR_ROLL_FILE, true), read_part(folder, RR_ROLL_NOTE_FILE, true),
                       names ? read_part(folder, RR_NAMES_FILE, false) : (rr_blob){NULL, 0},
                       read_part(folder, RR_PROOFS_FILE, false)};
    rr_online_publish(online, server, directory, "roll", signer, parts, sizeof parts / sizeof *parts);
    for (int i = 0; i < LOOKS; i++) {
        if (rr_online_has_roll(online, server, directory, roll)) return true;
        wait_seconds(online, 1);
    }
    rr_die(RR_EXIT_REFUSED,
           "%s: took the roll, but its directory log does not hold it. Run the command again later, or ask the operator.",
           rr_safe_string(server));
}
