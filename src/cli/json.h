/* SPDX-License-Identifier: Apache-2.0 */
/* JSON as it is printed for programs: RFC 8259, UTF-8, two spaces a level. */
#ifndef RR_CLI_JSON_H
#define RR_CLI_JSON_H

#include "cli/tool.h"

typedef struct rr_json {
    FILE *out;
    unsigned depth;
    bool first; /* nothing stands in the current object or array yet */
} rr_json;

/* `name` NULL within an array, and for the outermost value. */
void rr_json_open(rr_json *j, const char *name, char bracket);
void rr_json_close(rr_json *j, char bracket);
void rr_json_text(rr_json *j, const char *name, rr_text value);
void rr_json_string(rr_json *j, const char *name, const char *value); /* NULL: null */
/* A text of the program itself, of which there may be millions: nothing is allocated. */
void rr_json_static(rr_json *j, const char *name, const char *value);
void rr_json_number(rr_json *j, const char *name, uint64_t value);
void rr_json_bool(rr_json *j, const char *name, bool value);
void rr_json_end(rr_json *j);

#endif
