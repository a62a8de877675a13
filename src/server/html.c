/* SPDX-License-Identifier: Apache-2.0 */
#include "server/html.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"

#define HARMLESS "\xEF\xBF\xBD" /* U+FFFD */

static void put(rr_html *html, const char *bytes, size_t len) {
    if (html->own_short || len == 0) return;
    if (html->own_size - html->own_len < len) {
        size_t size = html->own_size == 0 ? 512 : html->own_size;
        while (size - html->own_len < len && size <= SIZE_MAX / 2) size *= 2;
        char *larger = size - html->own_len < len ? NULL : realloc(html->own_bytes, size);
        if (larger == NULL) {
            html->own_short = true;
            return;
        }
        html->own_bytes = larger;
        html->own_size = size;
    }
    memcpy(html->own_bytes + html->own_len, bytes, len);
    html->own_len += len;
}

static void put_string(rr_html *html, const char *string) {
    put(html, string, strlen(string));
}

void rr_html_free(rr_html *html) {
    free(html->own_bytes);
    memset(html, 0, sizeof *html);
}

bool rr_html_is_empty(const rr_html *html) {
    return html->own_len == 0;
}

void rr_html_literal(rr_html *html, const char *literal, size_t len) {
    put(html, literal, len);
}

/* Changes what stands around it, or cannot stand in XML. */
static bool is_harmful(uint32_t c) {
    if (c < 0x20) return c != '\t' && c != '\n';
    if (c >= 0x7f && c <= 0x9f) return true;
    if (c == 0x2028 || c == 0x2029 || c == 0xfeff) return true;
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || (c >= 0xfff9 && c <= 0xfffb) ||
           (c & 0xfffe) == 0xfffe || (c >= 0xe0000 && c <= 0xe007f);
}

static const char *entity(uint32_t c) {
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return is_harmful(c) ? HARMLESS : NULL;
    }
}

void rr_html_text(rr_html *html, rr_text text) {
    if (text.len == 0) return;
    const char *end = text.start + text.len, *plain = text.start;
    for (const char *at = text.start; at < end;) {
        uint32_t c = 0;
        size_t len = rr_text_character(&c, (rr_text){at, (size_t)(end - at)});
        const char *instead = len == 0 ? HARMLESS : entity(c);
        if (len == 0) len = 1;
        if (instead != NULL) {
            put(html, plain, (size_t)(at - plain));
            put_string(html, instead);
            plain = at + len;
        }
        at += len;
    }
    put(html, plain, (size_t)(end - plain));
}

void rr_html_string(rr_html *html, const char *text) {
    rr_html_text(html, rr_text_of(text));
}

void rr_html_number(rr_html *html, uint64_t number) {
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    put_string(html, digits);
}

void rr_html_milli(rr_html *html, int64_t thousandths) {
    char digits[40];
    uint64_t size = thousandths < 0 ? (uint64_t)-thousandths : (uint64_t)thousandths;
    int len = snprintf(digits, sizeof digits, "%s%llu.%03u", thousandths < 0 ? "-" : "", (unsigned long long)(size / 1000),
                       (unsigned)(size % 1000));
    while (digits[len - 1] == '0') len--;
    if (digits[len - 1] == '.') len--;
    put(html, digits, (size_t)len);
}

void rr_html_hex(rr_html *html, const uint8_t *bytes, size_t len) {
    char hex[3];
    for (size_t i = 0; i < len; i++) {
        rr_hex(hex, bytes + i, 1);
        put(html, hex, 2);
    }
}

void rr_html_add(rr_html *html, const rr_html *other) {
    put(html, other->own_bytes, other->own_len);
    html->own_short |= other->own_short;
}

/* As many characters as a reader sees: an entity is one. */
static size_t seen_length(const char *bytes, size_t len) {
    size_t seen = 0;
    for (size_t i = 0; i < len; i++) {
        seen += ((uint8_t)bytes[i] & 0xc0) != 0x80;
        if (bytes[i] == '&')
            while (i + 1 < len && bytes[i] != ';') i++;
    }
    return seen;
}

unsigned rr_html_lines(rr_html *html, const rr_html *words, size_t width, const char *between) {
    unsigned lines = 1;
    size_t used = 0;
    rr_text rest = {words->own_bytes, words->own_len}, word;
    for (bool more = rest.len > 0; more;) {
        more = rr_text_cut(&word, &rest, ' ');
        if (!more) word = rest;
        size_t len = seen_length(word.start, word.len);
        if (used > 0 && used + 1 + len > width) {
            put_string(html, between);
            lines++;
            used = 0;
        } else if (used > 0) {
            put(html, " ", 1);
            used++;
        }
        put(html, word.start, word.len);
        used += len;
    }
    html->own_short |= words->own_short;
    return lines;
}

rr_status rr_html_finish(rr_bytes_out *out, rr_html *html) {
    out->bytes = NULL;
    out->len = 0;
    if (html->own_short || html->own_len == 0) {
        rr_html_free(html);
        return RR_NO_SPACE;
    }
    out->bytes = (uint8_t *)html->own_bytes;
    out->len = html->own_len;
    memset(html, 0, sizeof *html);
    return RR_OK;
}
