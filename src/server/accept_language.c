/* SPDX-License-Identifier: Apache-2.0 */
/* Accept-Language: `ru-RU, ru;q=0.9, en;q=0.8, *;q=0.5`.  What breaks the grammar is passed over up to the next comma. */
#include <string.h>

#include "base/text.h"
#include "server/language.h"

static rr_text trimmed(rr_text text) {
    while (text.len > 0 && (*text.start == ' ' || *text.start == '\t')) text.start++, text.len--;
    while (text.len > 0 && (text.start[text.len - 1] == ' ' || text.start[text.len - 1] == '\t')) text.len--;
    return text;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* q=0.875 in thousandths: 0 ... 1000; -1 if it is none. */
static int weight(rr_text parameter) {
    parameter = trimmed(parameter);
    if (parameter.len < 3 || (*parameter.start | 0x20) != 'q' || parameter.start[1] != '=') return -1;
    rr_text digits = {parameter.start + 2, parameter.len - 2};
    if (digits.len > 5 || (*digits.start != '0' && *digits.start != '1')) return -1;
    if (digits.len > 1 && digits.start[1] != '.') return -1;
    int value = (*digits.start - '0') * 1000, unit = 100;
    for (size_t i = 2; i < digits.len; i++, unit /= 10) {
        if (!is_digit(digits.start[i])) return -1;
        value += (digits.start[i] - '0') * unit;
    }
    return value > 1000 ? -1 : value;
}

/* Does the range `ru-RU` or `ru` mean this language? */
static bool means(rr_text range, const char *code) {
    size_t len = strlen(code);
    if (range.len < len || (range.len > len && range.start[len] != '-')) return false;
    for (size_t i = 0; i < len; i++)
        if ((range.start[i] | 0x20) != code[i]) return false;
    return true;
}

static const rr_language *language_of(rr_text range) {
    if (rr_text_is(range, "*")) return rr_language_at(0);
    const rr_language *language;
    for (size_t i = 0; (language = rr_language_at(i)) != NULL; i++)
        if (means(range, rr_language_code(language))) return language;
    return NULL;
}

const rr_language *rr_language_choose(const char *accept_language) {
    const rr_language *best = rr_language_at(0);
    int best_weight = 0;
    rr_text rest = rr_text_of(accept_language == NULL ? "" : accept_language), item;
    bool more = rest.len > 0;
    while (more) {
        more = rr_text_cut(&item, &rest, ',');
        if (!more) item = rest;
        rr_text range = item, parameter = item;
        int value = rr_text_cut(&range, &parameter, ';') ? weight(parameter) : 1000;
        const rr_language *language = language_of(trimmed(range));
        if (language != NULL && value > best_weight) {
            best = language;
            best_weight = value;
        }
    }
    return best;
}
