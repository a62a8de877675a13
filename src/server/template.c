/* SPDX-License-Identifier: Apache-2.0 */
/* Templates and texts of the catalogue, filled with values. */
#include <string.h>

#include "base/text.h"
#include "server/html.h"

#include "pages_embedded.h"

enum { NESTED_MAX = 8 };

rr_text rr_embedded(const char *name) {
    for (size_t i = 0; i < sizeof embedded / sizeof *embedded; i++)
        if (strcmp(embedded[i].name, name) == 0) return (rr_text){(const char *)embedded[i].bytes, embedded[i].len};
    return (rr_text){NULL, 0};
}

/* ---- values --------------------------------------------------------------------------------------------------------- */

void rr_values_begin(rr_values *values, const rr_language *language) {
    values->language = language;
    values->count = 0;
}

static const rr_value *find(const rr_values *values, rr_text name) {
    for (size_t i = 0; i < values->count; i++)
        if (rr_text_is(name, values->values[i].name)) return &values->values[i];
    return NULL;
}

/* More values than there is room for is a mistake of ours: the template then says so, as for one that is missing. */
static void set(rr_values *values, rr_value value) {
    for (size_t i = 0; i < values->count; i++)
        if (strcmp(values->values[i].name, value.name) == 0) {
            values->values[i] = value;
            return;
        }
    if (values->count < RR_VALUES_MAX) values->values[values->count++] = value;
}

void rr_value_text(rr_values *values, const char *name, rr_text text) {
    set(values, (rr_value){.name = name, .kind = RR_VALUE_TEXT, .text = text});
}

void rr_value_string(rr_values *values, const char *name, const char *text) {
    rr_value_text(values, name, rr_text_of(text));
}

void rr_value_number(rr_values *values, const char *name, uint64_t number) {
    set(values, (rr_value){.name = name, .kind = RR_VALUE_NUMBER, .number = number});
}

void rr_value_html(rr_values *values, const char *name, const rr_html *html) {
    set(values, (rr_value){.name = name, .kind = RR_VALUE_HTML, .html = html});
}

static bool is_there(const rr_value *value) {
    if (value == NULL) return false;
    switch (value->kind) {
    case RR_VALUE_TEXT: return value->text.len > 0;
    case RR_VALUE_NUMBER: return value->number != 0;
    case RR_VALUE_HTML: break;
    }
    return !rr_html_is_empty(value->html);
}

static void mistake(rr_html *html) {
    RR_MARKUP(html, "\xEF\xBF\xBD");
}

static void put_value(rr_html *html, const rr_values *values, rr_text name) {
    const rr_value *value = find(values, name);
    char number[RR_NUMBER_SIZE];
    if (value == NULL) {
        mistake(html);
        return;
    }
    switch (value->kind) {
    case RR_VALUE_TEXT: rr_html_text(html, value->text); break;
    case RR_VALUE_HTML: rr_html_add(html, value->html); break;
    case RR_VALUE_NUMBER:
        rr_language_number(number, values->language, value->number);
        rr_html_string(html, number);
        break;
    }
}

/* ---- the catalogue --------------------------------------------------------------------------------------------------- */

/* A text of ours is escaped like any other; `...` is code, {name} a value. */
static void put_words(rr_html *html, const rr_values *values, rr_text words) {
    bool code = false;
    if (words.start == NULL) {
        mistake(html);
        return;
    }
    while (words.len > 0) {
        size_t plain = 0;
        while (plain < words.len && words.start[plain] != '`' && words.start[plain] != '{') plain++;
        rr_html_text(html, (rr_text){words.start, plain});
        words.start += plain;
        words.len -= plain;
        if (words.len == 0) break;
        bool is_value = *words.start == '{';
        words.start++;
        words.len--;
        rr_text name;
        if (!is_value) {
            if (code)
                RR_MARKUP(html, "</code>");
            else
                RR_MARKUP(html, "<code>");
            code = !code;
        } else if (rr_text_cut(&name, &words, '}'))
            put_value(html, values, name);
        else
            mistake(html);
    }
    if (code) RR_MARKUP(html, "</code>");
}

void rr_html_say(rr_html *html, const rr_values *values, const char *key) {
    put_words(html, values, rr_language_text(values->language, rr_text_of(key)));
}

void rr_html_say_plural(rr_html *html, const rr_values *values, const char *key, uint64_t number) {
    put_words(html, values, rr_language_plural(values->language, rr_text_of(key), number));
}

static void put_key(rr_html *html, const rr_values *values, rr_text tag) {
    rr_text key = tag, name = tag;
    if (!rr_text_cut(&key, &name, ':')) {
        put_words(html, values, rr_language_text(values->language, tag));
        return;
    }
    const rr_value *value = find(values, name);
    if (value == NULL || value->kind != RR_VALUE_NUMBER)
        mistake(html);
    else
        put_words(html, values, rr_language_plural(values->language, key, value->number));
}

/* ---- templates ------------------------------------------------------------------------------------------------------- */

typedef struct sections {
    bool shown[NESTED_MAX + 1]; /* shown[depth]: what stands there is shown */
    size_t depth;
} sections;

/* One tag, without its braces. */
static void put_tag(rr_html *html, const rr_values *values, sections *in, rr_text tag) {
    char first = tag.len > 0 ? *tag.start : 0;
    rr_text rest = {tag.start + 1, tag.len - (tag.len > 0)};
    if (first == '/') {
        if (in->depth > 0)
            in->depth--;
        else
            mistake(html);
    } else if (first == '#' || first == '^') {
        if (in->depth == NESTED_MAX) {
            mistake(html);
            return;
        }
        bool shown = in->shown[in->depth] && is_there(find(values, rest)) == (first == '#');
        in->shown[++in->depth] = shown;
    } else if (in->shown[in->depth]) {
        if (first == '=')
            put_key(html, values, rest);
        else
            put_value(html, values, tag);
    }
}

void rr_html_fill(rr_html *html, const char *template_name, const rr_values *values) {
    rr_text rest = rr_embedded(template_name);
    sections in = {.shown = {true}};
    if (rest.start == NULL) {
        mistake(html);
        return;
    }
    while (rest.len > 0) {
        const char *open = memmem(rest.start, rest.len, "{{", 2);
        size_t plain = open == NULL ? rest.len : (size_t)(open - rest.start);
        if (in.shown[in.depth]) rr_html_literal(html, rest.start, plain);
        if (open == NULL) break;
        rest.start += plain + 2;
        rest.len -= plain + 2;
        const char *close = memmem(rest.start, rest.len, "}}", 2);
        if (close == NULL) {
            mistake(html);
            break;
        }
        rr_text tag = {rest.start, (size_t)(close - rest.start)};
        rest.start += tag.len + 2;
        rest.len -= tag.len + 2;
        put_tag(html, values, &in, tag);
    }
    if (in.depth != 0) mistake(html);
}
