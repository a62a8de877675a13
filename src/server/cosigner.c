/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cosigner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "net/http.h"
#include "roundrobin/witness.h"
#include "server/readers.h"

enum { ASK_SECONDS = 20, FIRST_PAUSE = 2, LONGEST_PAUSE = 300, REPLY_MAX = 65536, NOTE_MAX = 2 * RR_ENTRY_MAX };

typedef struct witness {
    rr_vkey vkey;
    const char *url;
    uint64_t size; /* that it has cosigned, as far as is known */
    bool failing;
    char said[RR_HTTP_ERROR_SIZE]; /* why, as it was said last */
    int64_t again;                 /* by the clock that is never set: not before */
    int64_t pause;
    int64_t latest; /* time of its last cosignature that was stored */
    int64_t wanted; /* somebody needs one at or after this */
} witness;

/* Verified signature lines that wait to be stored. */
typedef struct lines {
    struct lines *next;
    witness *of;
    uint64_t size;
    int64_t time;
    size_t len;
    char text[];
} lines;

struct rr_cosigner {
    rr_server *server;
    rr_http *http;
    witness *list;
    size_t count;
    pthread_mutex_t lock; /* of all below, and of latest and wanted above */
    pthread_cond_t changed;
    lines *first, **end;
    bool stopping;
    pthread_t thread;
};

static int64_t steady(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

/* ---- what is sent -------------------------------------------------------------------------------------------------------- */

typedef struct proving {
    rr_store_reader *reader;
    uint64_t size;
} proving;

static rr_status read_node(void *context, rr_hash *out, unsigned level, uint64_t index) {
    const proving *p = context;
    rr_tile tile = rr_tile_of_node(level, index, p->size);
    rr_bytes_out bytes;
    rr_status status = rr_store_tile(p->reader, NULL, &bytes, NULL, &tile);
    if (status == RR_OK) status = rr_tile_node(out, bytes.bytes, &tile, level, index);
    free(bytes.bytes);
    return status;
}

/* The checkpoint and the proof that it continues `old`; free(*body). */
static rr_status make_request(rr_cosigner *c, rr_file_error *error, char **body, size_t *len, rr_bytes_out *note,
                              rr_checkpoint *checkpoint, uint64_t old) {
    rr_witness_request request = {.old_size = old};
    rr_note parsed;
    proving p = {.reader = NULL};
    rr_status status = rr_readers_take(c->server->readers, error, &p.reader);
    if (status == RR_OK) status = rr_store_checkpoint(p.reader, error, note, NULL, 0);
    if (status == RR_OK && (rr_note_parse(&parsed, NULL, (const char *)note->bytes, note->len) != RR_OK ||
                            rr_checkpoint_parse(checkpoint, NULL, parsed.text) != RR_OK))
        status = rr_fail(error, RR_MALFORMED, "checkpoint", -1, "the database is damaged");
    if (status == RR_OK && old > checkpoint->size)
        status =
            rr_fail(error, RR_REFUSED, "checkpoint", (int64_t)old,
                    "it says that it has cosigned a larger directory log than the one that is here. If this database is older "
                    "than what was published, stop the server and bring the newest one back");
    if (status == RR_OK) {
        rr_nodes nodes = {read_node, &p};
        p.size = checkpoint->size;
        status = rr_consistency_prove(request.proof, &request.proof_len, &nodes, old, checkpoint->size);
        if (status != RR_OK) rr_fail(error, status, "tile", -1, "the proof for the witness cannot be made");
    }
    rr_readers_give(c->server->readers, p.reader);
    if (status != RR_OK) return status;
    request.note = (rr_text){(const char *)note->bytes, note->len};
    *len = rr_witness_request_write(NULL, 0, &request);
    *body = malloc(*len);
    if (!*body) return rr_fail(error, RR_NO_SPACE, "witness", -1, "there is not enough memory");
    (void)rr_witness_request_write(*body, *len, &request);
    return RR_OK;
}

/* ---- what comes back ------------------------------------------------------------------------------------------------------ */

/* Keeps of the reply what this witness has signed of this text; lines of others are ignored. */
static const char *take_reply(rr_cosigner *c, witness *w, rr_text text, uint64_t size, const rr_http_reply *reply) {
    static const char no_memory[] = "there is not enough memory";
    rr_note note;
    rr_note_signature signature;
    rr_note_signer signer;
    char *all = malloc(NOTE_MAX);
    size_t len = 0;
    lines *kept = malloc(sizeof *kept + reply->len);
    const char *rule = NULL;
    if (!all || !kept)
        rule = no_memory;
    else if (text.len + 1 + reply->len > NOTE_MAX || rr_note_begin(all, NOTE_MAX, &len, text) != RR_OK)
        rule = "it answers too much";
    else {
        memcpy(all + len, reply->body, reply->len);
        if (rr_note_parse(&note, NULL, all, len + reply->len) != RR_OK)
            rule = "it answers something else than signature lines";
        else if (rr_note_verify_var(&signer, NULL, &note, &w->vkey, 1) != RR_OK)
            rule = "its cosignature does not verify: compare its key with the one that is set";
    }
    if (!rule) {
        *kept = (lines){.of = w, .size = size, .time = (int64_t)signer.latest};
        for (size_t at = 0, begins = 0; rr_note_next(&signature, &at, &note); begins = at) {
            if (!rr_text_equal(signature.name, w->vkey.name) || memcmp(signature.id, w->vkey.id, sizeof signature.id) != 0)
                continue;
            memcpy(kept->text + kept->len, note.signatures.start + begins, at - begins);
            kept->len += at - begins;
        }
        pthread_mutex_lock(&c->lock);
        *c->end = kept;
        c->end = &kept->next;
        pthread_mutex_unlock(&c->lock);
        kept = NULL;
    }
    free(kept);
    free(all);
    return rule;
}

/* "123\n" */
static bool take_size(uint64_t *size, const rr_http_reply *reply) {
    rr_text text = {(const char *)reply->body, reply->len};
    if (text.len == 0 || text.start[text.len - 1] != '\n') return false;
    text.len--;
    return rr_text_long(size, text);
}

/* NULL: it has cosigned. */
static const char *ask_once(rr_cosigner *c, witness *w, bool *conflict, char why[RR_HTTP_ERROR_SIZE]) {
    rr_file_error error = {.status = RR_OK, .rule = NULL};
    rr_bytes_out note = {NULL, 0};
    rr_checkpoint checkpoint = {.size = 0};
    rr_http_reply reply = {.status = 0};
    rr_note parsed;
    char *body = NULL, url[2048];
    size_t len;
    const char *rule = NULL;
    *conflict = false;
    snprintf(url, sizeof url, "%s/add-checkpoint", w->url);
    if (make_request(c, &error, &body, &len, &note, &checkpoint, w->size) != RR_OK)
        rule = error.rule ? error.rule : rr_status_text(error.status);
    else if (rr_http_post(c->http, &reply, why, url, "text/plain", body, len, REPLY_MAX) != RR_OK)
        rule = why;
    else if (reply.status == RR_WITNESS_CONFLICT && take_size(&w->size, &reply)) {
        *conflict = true;
        rule = "it has cosigned another checkpoint meanwhile";
    } else if (reply.status == RR_WITNESS_UNKNOWN)
        rule = "it does not know this server: give its operator the verifier key of the directory log";
    else if (reply.status == RR_WITNESS_INCONSISTENT)
        rule = "it says that the directory log does not continue what it has cosigned: the log was forked, or this database is "
               "not the newest one. Stop the server and find out why";
    else if (reply.status != RR_WITNESS_COSIGNS) {
        snprintf(why, RR_HTTP_ERROR_SIZE, "it answers with status %ld", reply.status);
        rule = why;
    } else if (rr_note_parse(&parsed, NULL, (const char *)note.bytes, note.len) == RR_OK)
        rule = take_reply(c, w, parsed.text, checkpoint.size, &reply);
    if (!rule) w->size = checkpoint.size;
    free(reply.body);
    free(body);
    free(note.bytes);
    return rule;
}

static void ask(rr_cosigner *c, witness *w) {
    char why[RR_HTTP_ERROR_SIZE];
    bool conflict;
    const char *rule = ask_once(c, w, &conflict, why);
    if (rule && conflict) rule = ask_once(c, w, &conflict, why); /* now its size is known */
    if (!rule) {
        if (w->failing) rr_server_say("the witness %.*s cosigns again", (int)w->vkey.name.len, w->vkey.name.start);
        w->failing = false;
        w->pause = FIRST_PAUSE;
        return;
    }
    if (!w->failing || strncmp(w->said, rule, sizeof w->said - 1) != 0)
        rr_server_say("the witness %.*s does not cosign: %s", (int)w->vkey.name.len, w->vkey.name.start, rule);
    snprintf(w->said, sizeof w->said, "%s", rule);
    w->failing = true;
    w->size = 0; /* it says the right one */
    w->again = steady() + w->pause;
    w->pause = 2 * w->pause < LONGEST_PAUSE ? 2 * w->pause : LONGEST_PAUSE;
}

/* ---- its thread ------------------------------------------------------------------------------------------------------------ */

static uint64_t directory_size(rr_cosigner *c) {
    rr_store_reader *reader;
    uint64_t size = 0;
    rr_file_error error;
    if (rr_readers_take(c->server->readers, &error, &reader) != RR_OK) return 0;
    (void)rr_store_log_size(reader, &error, &size, NULL);
    rr_readers_give(c->server->readers, reader);
    return size;
}

/* Something that it has not signed yet, or that waits to be stored, is no reason to ask again. */
static bool is_due(rr_cosigner *c, const witness *w, uint64_t size) {
    bool wanted = w->wanted > w->latest, waits = false;
    for (const lines *l = c->first; l; l = l->next) waits = waits || (l->of == w && l->time >= w->wanted);
    return size > 0 && steady() >= w->again && (size > w->size || (wanted && !waits));
}

static void *work(void *context) {
    rr_cosigner *c = context;
    pthread_mutex_lock(&c->lock);
    while (!c->stopping) {
        pthread_mutex_unlock(&c->lock);
        uint64_t size = directory_size(c);
        for (size_t i = 0; i < c->count; i++) {
            pthread_mutex_lock(&c->lock);
            bool due = !c->stopping && is_due(c, &c->list[i], size);
            pthread_mutex_unlock(&c->lock);
            if (due) ask(c, &c->list[i]);
        }
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += 1;
        pthread_mutex_lock(&c->lock);
        if (!c->stopping) pthread_cond_timedwait(&c->changed, &c->lock, &until);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

/* ---- what the writer asks ----------------------------------------------------------------------------------------------------- */

bool rr_cosigner_collect(rr_cosigner *c) {
    bool any = false;
    if (!c) return false;
    for (;;) {
        pthread_mutex_lock(&c->lock);
        lines *l = c->first;
        pthread_mutex_unlock(&c->lock);
        if (!l) return any;
        rr_file_error error;
        rr_status status = rr_store_add_cosignatures(c->server->store, &error, l->size, (rr_text){l->text, l->len});
        if (status != RR_OK) {
            rr_server_say_error("a cosignature could not be kept; it is tried again", &error);
            return any;
        }
        pthread_mutex_lock(&c->lock);
        c->first = l->next;
        if (!c->first) c->end = &c->first;
        if (l->time > l->of->latest) l->of->latest = l->time;
        pthread_mutex_unlock(&c->lock);
        free(l);
        any = true;
    }
}

static witness *find(rr_cosigner *c, const rr_vkey *vkey) {
    for (size_t i = 0; i < c->count; i++)
        if (rr_text_equal(c->list[i].vkey.text, vkey->text)) return &c->list[i];
    return NULL;
}

uint32_t rr_cosigner_knows(rr_cosigner *c, const rr_vkey *witnesses, uint32_t count) {
    uint32_t known = 0;
    for (uint32_t i = 0; c && i < count; i++) known += find(c, &witnesses[i]) != NULL;
    return known;
}

uint32_t rr_cosigner_since(rr_cosigner *c, const rr_vkey *witnesses, uint32_t count, int64_t time) {
    uint32_t since = 0;
    if (!c) return 0;
    pthread_mutex_lock(&c->lock);
    for (uint32_t i = 0; i < count; i++) {
        witness *w = find(c, &witnesses[i]);
        if (!w) continue;
        since += w->latest >= time;
        if (time > w->wanted) w->wanted = time;
    }
    pthread_mutex_unlock(&c->lock);
    return since;
}

/* ---- start and end ---------------------------------------------------------------------------------------------------------------- */

static const char *read_setting(rr_cosigner *c, const char *setting) {
    rr_text rest = rr_text_of(setting), vkey;
    witness *w = &c->list[c->count];
    *w = (witness){.pause = FIRST_PAUSE};
    if (!rr_text_cut(&vkey, &rest, ' ') || rr_vkey_read(&w->vkey, NULL, vkey, RR_VKEY_COSIGNATURE) != RR_OK || !w->vkey.usable)
        return "it is `VKEY URL`: a witness's verifier key, as robin witness new prints it, and its address";
    if (!rr_text_begins(rest, "https://") && !rr_text_begins(rest, "http://"))
        return "behind the witness's key stands its address, which begins with https://";
    if (find(c, &w->vkey)) return "this witness stands here twice";
    w->url = rest.start;
    c->count++;
    return NULL;
}

static void release(rr_cosigner *c) {
    while (c->first) {
        lines *l = c->first;
        c->first = l->next;
        free(l);
    }
    rr_http_close(c->http);
    free(c->list);
    free(c);
}

rr_status rr_cosigner_start(rr_cosigner **out, rr_file_error *error, rr_server *server) {
    static const char no_memory[] = "there is not enough memory";
    const rr_config *config = &server->config;
    const rr_http_options options = {.timeout = ASK_SECONDS};
    pthread_condattr_t monotonic;
    *out = NULL;
    if (config->witness_count == 0) return RR_OK;
    rr_cosigner *c = calloc(1, sizeof *c);
    if (!c) return rr_fail(error, RR_NO_SPACE, "witness", -1, no_memory);
    c->server = server;
    c->end = &c->first;
    c->list = calloc(config->witness_count, sizeof *c->list);
    rr_status status = c->list && rr_http_open(&c->http, &options) == RR_OK ? RR_OK : RR_NO_SPACE;
    for (size_t i = 0; i < config->witness_count && status == RR_OK; i++) {
        const char *rule = read_setting(c, config->witness[i]);
        if (!rule) continue;
        release(c);
        return rr_fail(error, RR_MALFORMED, "witness", (int64_t)i + 1, rule);
    }
    if (status == RR_OK &&
        (pthread_condattr_init(&monotonic) != 0 || pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) != 0 ||
         pthread_mutex_init(&c->lock, NULL) != 0 || pthread_cond_init(&c->changed, &monotonic) != 0 ||
         pthread_create(&c->thread, NULL, work, c) != 0))
        status = RR_NO_SPACE;
    if (status != RR_OK) {
        release(c);
        return rr_fail(error, status, "witness", -1, no_memory);
    }
    *out = c;
    return RR_OK;
}

void rr_cosigner_stop(rr_cosigner *c) {
    if (!c) return;
    pthread_mutex_lock(&c->lock);
    c->stopping = true;
    pthread_cond_signal(&c->changed);
    pthread_mutex_unlock(&c->lock);
    pthread_join(c->thread, NULL);
    pthread_cond_destroy(&c->changed);
    pthread_mutex_destroy(&c->lock);
    release(c);
}
