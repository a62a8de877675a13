/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/tool.h"

void rr_die(int exit_status, const char *format, ...) {
    va_list list;
    (void)fflush(stdout);
    fputs("robin: ", stderr);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
    exit(exit_status);
}

void rr_tell(const char *format, ...) {
    va_list list;
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
}

void rr_die_at(const char *file, const rr_error *error, const char *what_to_do) {
    const char *rule = error->rule != NULL ? error->rule : rr_status_text(error->status);
    const char *name = strcmp(file, "-") == 0 ? "standard input" : rr_safe_string(file);
    if (error->line == 0) rr_die(RR_EXIT_REFUSED, "%s: %s. %s", name, rule, what_to_do);
    rr_die(RR_EXIT_REFUSED, "%s:%u: %s. %s", name, error->line, rule, what_to_do);
}

void rr_finish_stdout(void) {
    if (fflush(stdout) != 0 || ferror(stdout))
        rr_die(RR_EXIT_IO, "standard output: %s. What was printed is not complete.",
               errno ? strerror(errno) : "could not be written");
}

const char *rr_safe(rr_text text) {
    char *out = rr_take(3 * text.len + 1), *at = out;
    const char *s = text.start;
    for (size_t i = 0; i < text.len;) {
        uint32_t code = 0;
        size_t n = rr_text_character(&code, (rr_text){s + i, text.len - i});
        if (n == 0 || !rr_character_is_harmless(code)) {
            memcpy(at, "\xef\xbf\xbd", 3);
            at += 3;
            i += n == 0 ? 1 : n;
            continue;
        }
        memcpy(at, s + i, n);
        at += n;
        i += n;
    }
    *at = 0;
    return out;
}

static void put_to_file(void *context, const char *bytes, size_t len) {
    (void)fwrite(bytes, 1, len, context);
}

rr_json rr_json_to(FILE *out) {
    rr_json j;
    rr_json_begin(&j, put_to_file, out);
    return j;
}

const char *rr_safe_string(const char *s) {
    return rr_safe(rr_text_of(s));
}

/* Columns on a terminal: characters of three bytes and more may be two wide. */
static unsigned columns_of(const char *s, size_t len) {
    unsigned n = 0;
    for (size_t i = 0; i < len; i++) n += ((uint8_t)s[i] & 0xc0) != 0x80 ? 1 + ((uint8_t)s[i] >= 0xe0) : 0;
    return n;
}

/* How many bytes of a word fit into so many columns: whole characters, at least one. */
static size_t that_fit(const char *word, size_t len, unsigned columns) {
    size_t fit = 0;
    while (fit < len) {
        size_t next = fit + 1;
        while (next < len && ((uint8_t)word[next] & 0xc0) == 0x80) next++;
        if (fit > 0 && columns_of(word, next) > columns) break;
        fit = next;
    }
    return fit;
}

void rr_wrap(FILE *out, const char *text, const char *indent, unsigned width) {
    unsigned margin = columns_of(indent, strlen(indent));
    for (const char *line = text; *line != 0;) {
        const char *end = strchr(line, '\n');
        if (end == NULL) end = line + strlen(line);
        unsigned column = 0;
        for (const char *word = line; word < end;) {
            size_t len = strcspn(word, " \t\n");
            /* A terminal would break a long word itself, and what comes then would stand outside the margin. */
            if (margin > 0 && margin < width) len = that_fit(word, len, width - margin);
            unsigned wide = columns_of(word, len);
            if (column > 0 && margin + column + 1 + wide > width) {
                fputc('\n', out);
                column = 0;
            }
            if (len > 0) {
                fprintf(out, "%s%.*s", column == 0 ? indent : " ", (int)len, word);
                column += wide + (column > 0);
            }
            word += len;
            while (word < end && (*word == ' ' || *word == '\t')) word++;
        }
        fputc('\n', out);
        line = *end == 0 ? end : end + 1;
    }
}

const char *rr_grouped(uint64_t n) {
    char digits[32];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    char *out = rr_take(64), *at = out;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) *at++ = ',';
        *at++ = digits[i];
    }
    return out;
}

const char *rr_count_of(uint64_t n, const char *one, const char *many) {
    return rr_format("%s %s", rr_grouped(n), n == 1 ? one : many);
}
