/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/json.h"

#include <string.h>

static void begin(rr_json *j, const char *name) {
    if (j->depth > 0) fputs(j->first ? "\n" : ",\n", j->out);
    j->first = false;
    for (unsigned i = 0; i < j->depth; i++) fputs("  ", j->out);
    if (name != NULL) fprintf(j->out, "\"%s\": ", name);
}

/* The text is well-formed UTF-8: rr_safe has seen to it. */
static void quoted(FILE *out, const char *text) {
    fputc('"', out);
    for (const unsigned char *s = (const unsigned char *)text; *s != 0; s++) {
        if (*s == '"' || *s == '\\')
            fprintf(out, "\\%c", *s);
        else if (*s < 0x20)
            fprintf(out, "\\u%04x", *s);
        else
            fputc(*s, out);
    }
    fputc('"', out);
}

void rr_json_open(rr_json *j, const char *name, char bracket) {
    begin(j, name);
    fputc(bracket, j->out);
    j->depth++;
    j->first = true;
}

void rr_json_close(rr_json *j, char bracket) {
    j->depth--;
    if (!j->first) {
        fputc('\n', j->out);
        for (unsigned i = 0; i < j->depth; i++) fputs("  ", j->out);
    }
    fputc(bracket, j->out);
    j->first = false;
}

void rr_json_text(rr_json *j, const char *name, rr_text value) {
    begin(j, name);
    quoted(j->out, rr_safe(value));
}

void rr_json_static(rr_json *j, const char *name, const char *value) {
    begin(j, name);
    quoted(j->out, value);
}

void rr_json_string(rr_json *j, const char *name, const char *value) {
    if (value != NULL) {
        rr_json_text(j, name, rr_text_of(value));
        return;
    }
    begin(j, name);
    fputs("null", j->out);
}

void rr_json_number(rr_json *j, const char *name, uint64_t value) {
    begin(j, name);
    fprintf(j->out, "%llu", (unsigned long long)value);
}

void rr_json_bool(rr_json *j, const char *name, bool value) {
    begin(j, name);
    fputs(value ? "true" : "false", j->out);
}

void rr_json_end(rr_json *j) {
    fputc('\n', j->out);
}
