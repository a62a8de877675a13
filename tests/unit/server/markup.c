/* SPDX-License-Identifier: Apache-2.0 */
#include "markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const elements[] = {
    "html",    "head",    "meta",   "title", "link",  "body", "a",      "header", "nav",   "main",       "footer",
    "article", "section", "figure", "h1",    "h2",    "h3",   "h4",     "h5",     "p",     "div",        "span",
    "br",      "hr",      "ul",     "ol",    "li",    "dl",   "dt",     "dd",     "table", "caption",    "thead",
    "tbody",   "tr",      "th",     "td",    "code",  "pre",  "bdi",    "strong", "em",    "blockquote", "svg",
    "desc",    "path",    "g",      "text",  "tspan", "rect", "circle", NULL};
static const char *const empty_elements[] = {"meta", "link", "br", "hr", NULL};
static const char *const attributes[] = {"lang",
                                         "charset",
                                         "name",
                                         "content",
                                         "rel",
                                         "type",
                                         "href",
                                         "hreflang",
                                         "class",
                                         "id",
                                         "dir",
                                         "aria-label",
                                         "aria-labelledby",
                                         "aria-hidden",
                                         "role",
                                         "tabindex",
                                         "scope",
                                         "start",
                                         "xmlns",
                                         "viewBox",
                                         "font-family",
                                         "font-size",
                                         "font-style",
                                         "fill",
                                         "stroke",
                                         "stroke-width",
                                         "stroke-linecap",
                                         "stroke-dasharray",
                                         "d",
                                         "x",
                                         "y",
                                         "dy",
                                         "transform",
                                         "text-anchor",
                                         "direction",
                                         "width",
                                         "height",
                                         "shape-rendering",
                                         "preserveAspectRatio",
                                         "cx",
                                         "cy",
                                         "r",
                                         NULL};
static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;", NULL};

enum { DEEP = 128, NAME = 32 };

typedef struct reader {
    const char *at, *end;
    char open[DEEP][NAME];
    size_t depth;
} reader;

static void wrong(const reader *r, const char *why) {
    int len = r->end - r->at > 80 ? 80 : (int)(r->end - r->at);
    fail_msg("%s, before: %.*s", why, len, r->at);
}

static void need(const reader *r, bool holds, const char *why) {
    if (!holds) wrong(r, why);
}

static bool is_one_of(const char *const *list, const char *name) {
    for (; *list != NULL; list++)
        if (strcmp(*list, name) == 0) return true;
    return false;
}

static bool is_next(reader *r, const char *string) {
    size_t len = strlen(string);
    if ((size_t)(r->end - r->at) < len || memcmp(r->at, string, len) != 0) return false;
    r->at += len;
    return true;
}

static void read_name(reader *r, char name[NAME]) {
    size_t len = 0;
    while (r->at < r->end && strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", *r->at) != NULL &&
           *r->at != 0) {
        need(r, len < NAME - 1, "a long name");
        name[len++] = *r->at++;
    }
    name[len] = 0;
    need(r, len > 0, "a name is missing");
}

static void read_character(reader *r) {
    if (*r->at == '&') {
        for (const char *const *entity = entities; *entity != NULL; entity++)
            if (is_next(r, *entity)) return;
        wrong(r, "an entity that is none of five");
    }
    need(r, (uint8_t)*r->at >= 0x20 || *r->at == '\n' || *r->at == '\t', "a control character");
    static const char *const turning[] = {"\xE2\x80\xAA", "\xE2\x80\xAB", "\xE2\x80\xAD", "\xE2\x80\xAE", "\xE2\x81\xA6",
                                          "\xE2\x81\xA7", "\xE2\x81\xA8", "\xE2\x80\xA8", "\xC2\x85"};
    for (size_t i = 0; i < sizeof turning / sizeof *turning; i++)
        need(r, !is_next(r, turning[i]), "a character that turns the line");
    r->at++;
}

static void read_attribute(reader *r) {
    char name[NAME];
    read_name(r, name);
    need(r, is_one_of(attributes, name), "an unknown attribute");
    need(r, is_next(r, "=\""), "a value that is not quoted");
    const char *value = r->at;
    while (r->at < r->end && *r->at != '"') {
        need(r, *r->at != '<' && *r->at != '>', "markup in a value");
        read_character(r);
    }
    if (strcmp(name, "href") == 0) need(r, (*value == '/' && value[1] != '/') || *value == '#', "a link to elsewhere");
    if (strcmp(name, "xmlns") == 0) need(r, strncmp(value, "http://www.w3.org/2000/svg\"", 27) == 0, "another namespace");
    need(r, is_next(r, "\""), "a value without end");
}

static void read_tag(reader *r) {
    char name[NAME];
    if (is_next(r, "!doctype html>")) return;
    if (is_next(r, "/")) {
        read_name(r, name);
        need(r, r->depth > 0 && strcmp(r->open[r->depth - 1], name) == 0, "another element is open");
        r->depth--;
        need(r, is_next(r, ">"), "a tag without end");
        return;
    }
    read_name(r, name);
    need(r, is_one_of(elements, name), "an unknown element");
    while (is_next(r, " ")) read_attribute(r);
    if (is_next(r, "/>")) return;
    need(r, is_next(r, ">"), "a tag without end");
    if (is_one_of(empty_elements, name)) return;
    need(r, r->depth < DEEP, "nested too deep");
    strcpy(r->open[r->depth++], name);
}

void check_markup(const char *bytes, size_t len) {
    static reader r;
    memset(&r, 0, sizeof r);
    r.at = bytes;
    r.end = bytes + len;
    while (r.at < r.end) {
        need(&r, *r.at != '>', "a > that belongs to nothing");
        if (is_next(&r, "<"))
            read_tag(&r);
        else
            read_character(&r);
    }
    need(&r, r.depth == 0, "an element is not closed");
}
