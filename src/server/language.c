/* SPDX-License-Identifier: Apache-2.0 */
#include "server/language.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "server/html.h"

struct rr_language {
    const char *code;
    const char *file;
    const char *mark;     /* between groups of three digits */
    uint64_t marked_from; /* below it a number has no mark */
    const char *(*form)(uint64_t number);
};

static const char *form_en(uint64_t n) {
    return n == 1 ? "one" : "other";
}

static const char *form_ru(uint64_t n) {
    if (n % 10 == 1 && n % 100 != 11) return "one";
    if (n % 10 >= 2 && n % 10 <= 4 && !(n % 100 >= 12 && n % 100 <= 14)) return "few";
    return "many";
}

static const rr_language languages[] = {
    {"en", "strings/en.txt", ",", 1000, form_en}, {"ru", "strings/ru.txt", "\xC2\xA0", 10000, form_ru}, /* no-break space */
};
enum { LANGUAGES = sizeof languages / sizeof *languages };

const rr_language *rr_language_find(rr_text code) {
    for (size_t i = 0; i < LANGUAGES; i++)
        if (rr_text_is(code, languages[i].code)) return &languages[i];
    return NULL;
}

const rr_language *rr_language_at(size_t index) {
    return index < LANGUAGES ? &languages[index] : NULL;
}

const char *rr_language_code(const rr_language *language) {
    return language->code;
}

const char *rr_language_form(const rr_language *language, uint64_t number) {
    return language->form(number);
}

/* ---- texts ---------------------------------------------------------------------------------------------------------- */

enum { KEY_MAX = 64 };

/* What stands behind `LF key = `; the first line of each file is a comment. */
static rr_text look_up(const rr_language *language, rr_text key, const char *form) {
    char line[KEY_MAX + 16];
    rr_text all = rr_embedded(language->file), text = {NULL, 0};
    if (key.len > KEY_MAX) return text;
    int len = snprintf(line, sizeof line, form == NULL ? "\n%.*s = " : "\n%.*s[%s] = ", (int)key.len, key.start, form);
    const char *found = memmem(all.start, all.len, line, (size_t)len);
    if (found == NULL) return text;
    text.start = found + len;
    const char *end = memchr(text.start, '\n', (size_t)(all.start + all.len - text.start));
    text.len = (size_t)((end == NULL ? all.start + all.len : end) - text.start);
    return text;
}

rr_text rr_language_text(const rr_language *language, rr_text key) {
    return look_up(language, key, NULL);
}

rr_text rr_language_plural(const rr_language *language, rr_text key, uint64_t number) {
    return look_up(language, key, language->form(number));
}

/* ---- numbers and moments --------------------------------------------------------------------------------------------- */

void rr_language_number(char out[RR_NUMBER_SIZE], const rr_language *language, uint64_t number) {
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0 && number >= language->marked_from) out = stpcpy(out, language->mark);
        *out++ = digits[i];
    }
    *out = 0;
}

void rr_language_moment(char out[RR_MOMENT_SIZE], const rr_language *language, int64_t seconds) {
    time_t moment = (time_t)seconds;
    struct tm parts;
    char key[24];
    if (gmtime_r(&moment, &parts) == NULL) memset(&parts, 0, sizeof parts);
    (void)snprintf(key, sizeof key, "month.%d", parts.tm_mon + 1);
    rr_text month = rr_language_text(language, rr_text_of(key));
    int len = snprintf(out, RR_MOMENT_SIZE, "%d %.*s %d, %02d:%02d", parts.tm_mday, (int)month.len, month.start,
                       parts.tm_year + 1900, parts.tm_hour, parts.tm_min);
    if (parts.tm_sec != 0) len += snprintf(out + len, RR_MOMENT_SIZE - (size_t)len, ":%02d", parts.tm_sec);
    (void)snprintf(out + len, RR_MOMENT_SIZE - (size_t)len, " UTC");
}
