/* SPDX-License-Identifier: Apache-2.0 */
#include "server/accept.h"

#include <strings.h>

#include "base/text.h"

static rr_text trimmed(rr_text text) {
    while (text.len > 0 && (*text.start == ' ' || *text.start == '\t')) text.start++, text.len--;
    while (text.len > 0 && (text.start[text.len - 1] == ' ' || text.start[text.len - 1] == '\t')) text.len--;
    return text;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* q=0.875 in thousandths; -1 if it is none. */
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

bool rr_accept_next(rr_accept *element, rr_text *rest) {
    rr_text item, parameter;
    if (rest->len == 0) return false;
    if (!rr_text_cut(&item, rest, ',')) {
        item = *rest;
        rest->len = 0;
    }
    parameter = item;
    element->weight = rr_text_cut(&item, &parameter, ';') ? weight(parameter) : 1000;
    element->what = trimmed(item);
    return true;
}

static bool is(rr_text text, const char *word) {
    size_t len = rr_text_of(word).len;
    return text.len == len && strncasecmp(text.start, word, len) == 0;
}

bool rr_accepts_gzip(const char *accept_encoding) {
    rr_text rest = rr_text_of(accept_encoding == NULL ? "" : accept_encoding);
    rr_accept element;
    int named = -1, any = -1;
    while (rr_accept_next(&element, &rest)) {
        if (element.weight < 0) continue;
        if (is(element.what, "gzip") || is(element.what, "x-gzip"))
            named = element.weight;
        else if (is(element.what, "*"))
            any = element.weight;
    }
    /* What names it counts before what stands for all that is not named. */
    return named >= 0 ? named > 0 : any > 0;
}
