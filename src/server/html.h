/* SPDX-License-Identifier: Apache-2.0 */
/* Building markup (HTML and SVG) that is escaped by construction.
 *
 * An rr_html holds well-formed markup.  Four things add to it, and there is no fifth:
 *     RR_MARKUP       a string literal of our own source (the macro takes nothing else)
 *     rr_html_text    anything, escaped: it never becomes markup, inside an element or inside a quoted attribute
 *     rr_html_add     another rr_html
 *     rr_html_fill    a template that was embedded at build time, with values that are texts (escaped) or rr_html
 *
 * Escaping also takes the force from characters that change what a reader sees around them: control characters, embeddings, overrides and isolates of
 * direction, line and paragraph separators, and bytes that are not UTF-8 become U+FFFD.  Texts of others stand in <bdi> or in elements with
 * dir="auto", so that a line of Arabic cannot turn the line around it.
 *
 * No call fails: when memory is short the rr_html is marked, adds nothing more, and rr_html_finish says so. */
#ifndef RR_SERVER_HTML_H
#define RR_SERVER_HTML_H

#include <stdbool.h>

#include "roundrobin/text.h"
#include "server/language.h"
#include "store/store.h"

/* Zero bytes are an empty one.  Its members are html.c's own. */
typedef struct rr_html {
    char *own_bytes;
    size_t own_len, own_size;
    bool own_short; /* of memory */
} rr_html;

void rr_html_free(rr_html *html);
bool rr_html_is_empty(const rr_html *html);

/* A string literal. */
#define RR_MARKUP(html, literal) rr_html_literal((html), "" literal, sizeof(literal) - 1)
void rr_html_literal(rr_html *html, const char *literal, size_t len); /* through RR_MARKUP only */

void rr_html_text(rr_html *html, rr_text text);
void rr_html_string(rr_html *html, const char *text);
/* Digits, no marks. */
void rr_html_number(rr_html *html, uint64_t number);
/* Thousandths with a point, as SVG coordinates need: -1250 is -1.25. */
void rr_html_milli(rr_html *html, int64_t thousandths);
void rr_html_hex(rr_html *html, const uint8_t *bytes, size_t len);
/* Adds `other`; if that was short of memory, so is `html`. */
void rr_html_add(rr_html *html, const rr_html *other);

/* Adds words (markup without tags) and puts `between`, a literal, in place of a space where a line would have more than `width` characters.  Answers
 * how many lines there are. */
#define RR_LINES(html, words, width, between) rr_html_lines((html), (words), (width), "" between)
unsigned rr_html_lines(rr_html *html, const rr_html *words, size_t width, const char *between); /* through RR_LINES only */

/* Gives the bytes away.  RR_NO_SPACE; freed in both cases. */
rr_status rr_html_finish(rr_bytes_out *out, rr_html *html);

/* ---- values and templates ------------------------------------------------------------------------------------------- */

typedef enum rr_value_kind { RR_VALUE_TEXT, RR_VALUE_NUMBER, RR_VALUE_HTML } rr_value_kind;

/* A name and what it stands for.  Names are ours: [a-z_]+. */
typedef struct rr_value {
    const char *name;
    rr_value_kind kind;
    rr_text text;
    uint64_t number;
    const rr_html *html;
} rr_value;

enum { RR_VALUES_MAX = 64 };
typedef struct rr_values {
    const rr_language *language;
    rr_value values[RR_VALUES_MAX];
    size_t count;
} rr_values;

void rr_values_begin(rr_values *values, const rr_language *language);
/* Each replaces an earlier value of that name.  What a value points to lives until the last fill. */
void rr_value_text(rr_values *values, const char *name, rr_text text);
void rr_value_string(rr_values *values, const char *name, const char *text);
void rr_value_number(rr_values *values, const char *name, uint64_t number);
void rr_value_html(rr_values *values, const char *name, const rr_html *html);

/* A text of the catalogue with its values; with plural forms the form for `number`. */
void rr_html_say(rr_html *html, const rr_values *values, const char *key);
void rr_html_say_plural(rr_html *html, const rr_values *values, const char *key, uint64_t number);

/* A template of src/server/pages, by file name.
 *     {{name}}             the value: a text escaped, a number with the language's marks, an rr_html as it is
 *     {{=key}}             the text of the catalogue; its {name} are values too
 *     {{=key:name}}        the same with plural forms, for the number called `name`
 *     {{#name}}...{{/}}    only if the value is there and is neither empty nor 0; may be nested
 *     {{^name}}...{{/}}    only if it is not
 * A template that breaks this, or names a value that was not given, is a mistake of ours: it puts U+FFFD there, and the tests look for that. */
void rr_html_fill(rr_html *html, const char *template_name, const rr_values *values);

/* An embedded file of src/server/pages ("petition.html", "strings/en.txt"); {NULL, 0}: there is none. */
rr_text rr_embedded(const char *name);

#endif
