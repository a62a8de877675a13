/* SPDX-License-Identifier: Apache-2.0 */
/* JSON for programs. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "roll/edition_file.h"
#include "server/cache.h"
#include "server/readers.h"
#include "server/route.h"

static const char json_media[] = "application/json";

/* Gives `root` up; NULL stands for no memory. */
static rr_result reply(rr_request *request, json_t *root) {
    char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
    json_decref(root);
    if (!text) return rr_reply_busy(request, NULL, 1);
    rr_result result = rr_reply_bytes(request, 200, text, strlen(text), json_media);
    free(text);
    return result;
}

static json_t *text_value(rr_text text) {
    return json_stringn(text.start, text.len);
}

static json_t *time_value(int64_t seconds) {
    char text[RR_TIME_SIZE + 1];
    return rr_time_write(text, seconds) == RR_OK ? json_string(text) : json_null();
}

static struct MHD_Response *make_status(void *context) {
    rr_view view;
    char *text = NULL;
    size_t len;
    if (rr_live_view(&view, context) != RR_OK) return NULL;
    rr_status status = rr_view_status_json(&text, &len, &view);
    rr_view_free(&view);
    struct MHD_Response *response = status == RR_OK ? rr_response_make(text, len, json_media, false) : NULL;
    free(text);
    return response;
}

rr_result rr_end_status(rr_request *request) {
    char key[96];
    snprintf(key, sizeof key, "status:%s", request->live->pid_hex);
    rr_result result = rr_cache_serve(request->server->cache, request->connection, key, make_status, request->live);
    return result == MHD_YES ? result : rr_reply_busy(request, NULL, 1);
}

rr_result rr_end_petitions_json(rr_request *request) {
    rr_server *server = request->server;
    json_t *list = json_array();
    pthread_rwlock_rdlock(&server->lives_lock);
    for (size_t i = 0; i < server->live_count; i++) {
        rr_live *live = server->lives[i];
        const rr_petition *p = &live->material.petition;
        pthread_rwlock_rdlock(&live->lock);
        bool closed = live->closed;
        pthread_rwlock_unlock(&live->lock);
        json_array_append_new(list,
                              json_pack("{s:s, s:o, s:o, s:o, s:b}", "pid", live->pid_hex, "title", text_value(p->title),
                                        "opens", time_value(p->opens), "closes", time_value(p->closes), "closed", closed));
    }
    pthread_rwlock_unlock(&server->lives_lock);
    return reply(request, json_pack("{s:o}", "petitions", list));
}

rr_result rr_end_server_json(rr_request *request) {
    rr_server *server = request->server;
    char fresh[RR_SIGNER_TEXT_SIZE];
    if (rr_log_key_fresh(fresh, sizeof fresh, server->log_keys, server->directory_name) != RR_OK)
        return rr_reply_busy(request, NULL, 1);
    json_t *witnesses = json_array();
    for (size_t i = 0; i < server->config.witness_count; i++) {
        const char *setting = server->config.witness[i];
        json_array_append_new(witnesses, json_stringn(setting, strcspn(setting, " ")));
    }
    return reply(request,
                 json_pack("{s:s, s:s, s:o, s:I, s:I, s:f}", "directory", server->directory_vkey, "log", fresh, "witnesses",
                           witnesses, "batch_interval", (json_int_t)server->config.batch_interval, "batch_minimum",
                           (json_int_t)server->config.batch_minimum, "tick", server->config.tick / 1000.0));
}

rr_result rr_end_editions_json(rr_request *request) {
    rr_store_reader *reader;
    rr_bytes_out bundle = {NULL, 0};
    size_t offset = 0, len;
    const uint8_t *bytes;
    rr_status status = rr_readers_take(request->server->readers, NULL, &reader);
    if (status == RR_OK) status = rr_store_editions(reader, NULL, &bundle, true);
    rr_readers_give(request->server->readers, reader);
    if (status != RR_OK) return rr_reply_busy(request, NULL, 1);
    json_t *list = json_array();
    while (rr_bundle_next(bundle.bytes, bundle.len, &offset, &bytes, &len) == RR_OK) {
        rr_edition_file file;
        char id[65];
        if (rr_edition_file_parse(&file, NULL, (const char *)bytes, len) != RR_OK) continue;
        rr_hex(id, file.roll_id.bytes, sizeof file.roll_id.bytes);
        json_array_append_new(list, json_pack("{s:s, s:I, s:o, s:I, s:o}", "roll_id", id, "edition", (json_int_t)file.edition,
                                              "body", text_value(file.body), "slots", (json_int_t)file.slot_count, "registrar",
                                              text_value(file.registrar.text)));
    }
    free(bundle.bytes);
    return reply(request, json_pack("{s:o}", "editions", list));
}
