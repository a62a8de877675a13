/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "log/note_parts.h"
#include "roundrobin/text.h"

static const char *fault(const rr_vkey *keys, uint32_t count, const rr_vkey *key) {
    if (!key->usable) return "this is no key: no signature by it would verify";
    for (uint32_t i = 0; i < count; i++) {
        if (rr_text_equal(keys[i].name, key->name)) return "two keys have the same name";
        if (memcmp(keys[i].key, key->key, sizeof key->key) == 0) return "this key stands here twice";
    }
    return NULL;
}

rr_status rr_vkeys_read(rr_vkey *keys, uint32_t room, uint32_t *count, rr_error *error, rr_text text, uint8_t type) {
    rr_text line;
    *count = 0;
    for (size_t number = 1; text.len > 0; number++) {
        rr_error found = {RR_MALFORMED, 0, 0, NULL};
        rr_vkey key;
        if (!rr_text_cut(&line, &text, '\n')) {
            line = text;
            text.len = 0;
        }
        if (line.len > 0 && line.start[line.len - 1] == '\r') line.len--;
        if (line.len == 0 || line.start[0] == '#') continue;
        if (rr_vkey_read(&key, &found, line, type) != RR_OK)
            return rr_note_fail(error, RR_MALFORMED, number, found.column, found.rule);
        const char *rule = fault(keys, *count, &key);
        if (rule) return rr_note_fail(error, RR_MALFORMED, number, 0, rule);
        if (*count == room) return rr_note_fail(error, RR_NO_SPACE, number, 0, "there are too many keys");
        keys[(*count)++] = key;
    }
    return RR_OK;
}
