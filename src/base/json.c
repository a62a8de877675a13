/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "roundrobin/text.h"

static void put(rr_json *j, const char *string) {
    j->put(j->context, string, strlen(string));
}

static void indent(rr_json *j) {
    for (unsigned i = 0; i < j->depth; i++) put(j, "  ");
}

static void begin(rr_json *j, const char *name) {
    if (j->depth > 0) put(j, j->first ? "\n" : ",\n");
    j->first = false;
    indent(j);
    if (name == NULL) return;
    put(j, "\"");
    put(j, name);
    put(j, "\": ");
}

/* Whole runs of characters that stand for themselves go out at once. */
static void quoted(rr_json *j, rr_text text) {
    size_t from = 0, i = 0;
    put(j, "\"");
    while (i < text.len) {
        uint32_t c = 0;
        size_t n = rr_text_character(&c, (rr_text){text.start + i, text.len - i});
        const char *escape = n == 0 || !rr_character_is_harmless(c) ? "\xef\xbf\xbd"
                             : c == '\n'                            ? "\\u000a"
                             : c == '\t'                            ? "\\u0009"
                             : c == '"'                             ? "\\\""
                             : c == '\\'                            ? "\\\\"
                                                                    : NULL;
        if (escape != NULL) {
            j->put(j->context, text.start + from, i - from);
            put(j, escape);
            from = i + (n == 0 ? 1 : n);
        }
        i += n == 0 ? 1 : n;
    }
    if (text.len > from) j->put(j->context, text.start + from, text.len - from);
    put(j, "\"");
}

void rr_json_begin(rr_json *j, void (*sink)(void *context, const char *bytes, size_t len), void *context) {
    *j = (rr_json){sink, context, 0, true};
}

void rr_json_open(rr_json *j, const char *name, char bracket) {
    begin(j, name);
    j->put(j->context, &bracket, 1);
    j->depth++;
    j->first = true;
}

void rr_json_close(rr_json *j, char bracket) {
    j->depth--;
    if (!j->first) {
        put(j, "\n");
        indent(j);
    }
    j->put(j->context, &bracket, 1);
    j->first = false;
}

void rr_json_text(rr_json *j, const char *name, rr_text value) {
    begin(j, name);
    quoted(j, value);
}

void rr_json_string(rr_json *j, const char *name, const char *value) {
    if (value != NULL) {
        rr_json_text(j, name, rr_text_of(value));
        return;
    }
    begin(j, name);
    put(j, "null");
}

void rr_json_number(rr_json *j, const char *name, uint64_t value) {
    char digits[20];
    rr_writer w = {digits, sizeof digits, 0};
    begin(j, name);
    rr_write_number(&w, value);
    j->put(j->context, digits, w.len);
}

void rr_json_bool(rr_json *j, const char *name, bool value) {
    begin(j, name);
    put(j, value ? "true" : "false");
}

void rr_json_hex(rr_json *j, const char *name, const uint8_t *bytes, size_t len) {
    char hex[129];
    rr_hex(hex, bytes, len < 64 ? len : 64);
    rr_json_string(j, name, hex);
}

void rr_json_time(rr_json *j, const char *name, int64_t seconds) {
    char text[RR_TIME_SIZE + 1];
    rr_json_string(j, name, rr_time_write(text, seconds) == RR_OK ? text : NULL);
}

void rr_json_end(rr_json *j) {
    put(j, "\n");
}
