/* SPDX-License-Identifier: Apache-2.0 */
/* What a server says of itself, in JSON. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/remote_inside.h"

enum { JSON_MAX = 4 * 1024 * 1024 };

static const char no_memory[] = "there is not enough memory";

static rr_status get_json(const rr_transport *t, json_t **json, char *error, const char *server, const char *name) {
    rr_blob body;
    rr_status status = rr_remote_get(t, &body, error, server, name, JSON_MAX);
    if (status != RR_OK) return status;
    *json = json_loadb((const char *)body.bytes, body.len, JSON_REJECT_DUPLICATES, NULL);
    rr_remote_drop(&body);
    if (json_is_object(*json)) return RR_OK;
    json_decref(*json);
    return rr_remote_fail(error, RR_MALFORMED, "%.200s%s: is not the JSON that a server of petitions gives", server, name);
}

static rr_status copy_key(char **key, char *error, const json_t *json, const char *server, const char *name) {
    const char *text = json_string_value(json_object_get(json, name));
    rr_vkey vkey;
    if (!text || rr_vkey_read(&vkey, NULL, rr_text_of(text), RR_VKEY_ED25519) != RR_OK || !vkey.usable)
        return rr_remote_fail(error, RR_MALFORMED, "%.200s/server.json: its `%s` is no verifier key", server, name);
    *key = strdup(text);
    return *key ? RR_OK : rr_remote_fail(error, RR_NO_SPACE, no_memory);
}

rr_status rr_remote_keys(const rr_transport *t, rr_server_keys *keys, char error[RR_REMOTE_ERROR_SIZE], const char *server) {
    json_t *json = NULL;
    *keys = (rr_server_keys){NULL, NULL};
    rr_status status = get_json(t, &json, error, server, "/server.json");
    if (status != RR_OK) return status;
    status = copy_key(&keys->directory, error, json, server, "directory");
    if (status == RR_OK) status = copy_key(&keys->log, error, json, server, "log");
    json_decref(json);
    if (status != RR_OK) rr_server_keys_free(keys);
    return status;
}

void rr_server_keys_free(rr_server_keys *keys) {
    free(keys->directory);
    free(keys->log);
    *keys = (rr_server_keys){NULL, NULL};
}

static rr_status list_petitions(char *error, const json_t *list, const char *server) {
    int len = snprintf(error, RR_REMOTE_ERROR_SIZE, "%.200s: has several petitions; name one of:", server);
    for (size_t i = 0; i < json_array_size(list) && len > 0 && (size_t)len < RR_REMOTE_ERROR_SIZE - 400; i++) {
        const char *hex = json_string_value(json_object_get(json_array_get(list, i), "pid"));
        rr_pid pid;
        if (hex && strlen(hex) == 64 && rr_remote_pid(&pid, hex))
            len += snprintf(error + len, RR_REMOTE_ERROR_SIZE - (size_t)len, "\n  %.200s/p/%s/", server, hex);
    }
    return RR_REFUSED;
}

rr_status rr_remote_only_petition(const rr_transport *t, rr_pid *pid, char error[RR_REMOTE_ERROR_SIZE], const char *server) {
    json_t *json = NULL;
    rr_status status = get_json(t, &json, error, server, "/petitions.json");
    if (status != RR_OK) return status;
    const json_t *list = json_object_get(json, "petitions");
    const char *hex = json_string_value(json_object_get(json_array_get(list, 0), "pid"));
    if (!json_is_array(list))
        status = rr_remote_fail(error, RR_MALFORMED, "%.200s/petitions.json: has no list of petitions", server);
    else if (json_array_size(list) == 0)
        status = rr_remote_fail(error, RR_NOT_FOUND, "%.200s: has no petition yet", server);
    else if (json_array_size(list) > 1)
        status = list_petitions(error, list, server);
    else if (!hex || strlen(hex) != 64 || !rr_remote_pid(pid, hex))
        status = rr_remote_fail(error, RR_MALFORMED, "%.200s/petitions.json: its petition has no pid", server);
    json_decref(json);
    return status;
}
