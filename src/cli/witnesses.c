/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/witnesses.h"

#include <stdlib.h>
#include <string.h>

static const char *fault(const rr_vkey_list *list, const rr_vkey *key) {
    if (!key->usable) return "this is no key: no signature by it would verify";
    for (uint32_t i = 0; i < list->count; i++) {
        if (rr_text_equal(list->keys[i].name, key->name)) return "two keys have the same name";
        if (memcmp(list->keys[i].key, key->key, sizeof key->key) == 0) return "this key stands here twice";
    }
    return NULL;
}

rr_vkey_list rr_read_vkeys(const char *path, uint8_t type) {
    static const char *const what_to_do = "A line is a verifier key, empty, or begins with #.";
    rr_bytes bytes = rr_read(path, RR_LIMIT_SMALL);
    rr_text rest = {(const char *)bytes.data, bytes.len}, line;
    rr_vkey *keys = NULL;
    rr_vkey_list list = {NULL, 0};
    for (uint32_t number = 1; rest.len > 0; number++) {
        rr_error error = {RR_MALFORMED, number, 0, NULL};
        rr_vkey key;
        if (!rr_text_cut(&line, &rest, '\n')) line = rest, rest.len = 0;
        if (line.len > 0 && line.start[line.len - 1] == '\r') line.len--;
        if (line.len == 0 || line.start[0] == '#') continue;
        rr_status status = rr_vkey_read(&key, &error, line, type);
        error.line = number;
        if (status != RR_OK) rr_die_at(path, &error, what_to_do);
        if ((error.rule = fault(&list, &key)) != NULL) rr_die_at(path, &error, what_to_do);
        keys = rr_grow(keys, list.count * sizeof *keys, (list.count + 1) * sizeof *keys);
        keys[list.count++] = key;
        list.keys = keys;
    }
    return list;
}

static const char *preset_path(void) {
    const char *folder = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (folder != NULL && folder[0] == '/') return rr_join(folder, "robin/witnesses");
    return home != NULL && home[0] == '/' ? rr_join(home, ".config/robin/witnesses") : NULL;
}

rr_vkey_list rr_own_witnesses(const rr_args *args) {
    const char *path = rr_arg(args, "witnesses"), *preset = preset_path();
    if (path == NULL && preset != NULL && rr_exists(preset)) path = preset;
    return path == NULL ? (rr_vkey_list){NULL, 0} : rr_read_vkeys(path, RR_VKEY_COSIGNATURE);
}
