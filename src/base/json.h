/* SPDX-License-Identifier: Apache-2.0 */
/* JSON as it is written for programs: RFC 8259, UTF-8, two spaces a level. */
#ifndef RR_BASE_JSON_H
#define RR_BASE_JSON_H

#include <stdbool.h>

#include "roundrobin/types.h"

typedef struct rr_json {
    void (*put)(void *context, const char *bytes, size_t len);
    void *context;
    unsigned depth;
    bool first; /* nothing stands in the current object or array yet */
} rr_json;

/* All of it goes to `put`, piece by piece. */
void rr_json_begin(rr_json *j, void (*put)(void *context, const char *bytes, size_t len), void *context);

/* `name` NULL within an array, and for the outermost value. */
void rr_json_open(rr_json *j, const char *name, char bracket);
void rr_json_close(rr_json *j, char bracket);
/* Text of others: what is not well-formed, and what could move a terminal's cursor or show other text than is there, stands as U+FFFD. */
void rr_json_text(rr_json *j, const char *name, rr_text value);
void rr_json_string(rr_json *j, const char *name, const char *value); /* NULL: null */
void rr_json_number(rr_json *j, const char *name, uint64_t value);
void rr_json_bool(rr_json *j, const char *name, bool value);
/* At most 64 bytes. */
void rr_json_hex(rr_json *j, const char *name, const uint8_t *bytes, size_t len);
/* YYYY-MM-DDTHH:MM:SSZ; null before 1970 and after 9999. */
void rr_json_time(rr_json *j, const char *name, int64_t seconds);
void rr_json_end(rr_json *j);

#endif
