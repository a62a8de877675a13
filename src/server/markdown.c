/* SPDX-License-Identifier: Apache-2.0 */
#include "server/markdown.h"

#include <cmark.h>
#include <stdlib.h>
#include <string.h>

enum { NESTED_MAX = 12, INT_LEN_MAX = 1 << 30 };

static void put_literal(rr_html *html, cmark_node *node) {
    const char *literal = cmark_node_get_literal(node);
    if (literal != NULL) rr_html_string(html, literal);
}

/* A paragraph of a tight list has no element of its own. */
static bool is_tight(cmark_node *paragraph) {
    cmark_node *item = cmark_node_parent(paragraph), *list = item == NULL ? NULL : cmark_node_parent(item);
    return list != NULL && cmark_node_get_type(list) == CMARK_NODE_LIST && cmark_node_get_list_tight(list) != 0;
}

/* The address of a link, behind its text; not if the text is the address. */
static void put_address(rr_html *html, cmark_node *link) {
    const char *url = cmark_node_get_url(link);
    cmark_node *only = cmark_node_first_child(link);
    if (url == NULL || *url == 0) return;
    if (only != NULL && cmark_node_next(only) == NULL && cmark_node_get_type(only) == CMARK_NODE_TEXT) {
        const char *text = cmark_node_get_literal(only);
        if (text != NULL && strcmp(text, strncmp(url, "mailto:", 7) == 0 && strchr(text, ':') == NULL ? url + 7 : url) == 0)
            return;
    }
    RR_MARKUP(html, " (<span class=\"address\">");
    rr_html_string(html, url);
    RR_MARKUP(html, "</span>)");
}

static void put_heading(rr_html *html, cmark_node *node, bool enter) {
    int level = cmark_node_get_heading_level(node);
    if (level <= 1 && enter) RR_MARKUP(html, "<h3>");
    if (level <= 1 && !enter) RR_MARKUP(html, "</h3>\n");
    if (level == 2 && enter) RR_MARKUP(html, "<h4>");
    if (level == 2 && !enter) RR_MARKUP(html, "</h4>\n");
    if (level > 2 && enter) RR_MARKUP(html, "<h5>");
    if (level > 2 && !enter) RR_MARKUP(html, "</h5>\n");
}

static void put_list(rr_html *html, cmark_node *node, bool enter) {
    if (cmark_node_get_list_type(node) != CMARK_ORDERED_LIST) {
        if (enter)
            RR_MARKUP(html, "<ul>\n");
        else
            RR_MARKUP(html, "</ul>\n");
        return;
    }
    int start = cmark_node_get_list_start(node);
    if (!enter)
        RR_MARKUP(html, "</ol>\n");
    else if (start > 1) {
        RR_MARKUP(html, "<ol start=\"");
        rr_html_number(html, (uint64_t)start);
        RR_MARKUP(html, "\">\n");
    } else
        RR_MARKUP(html, "<ol>\n");
}

#define BOTH(element)                                                                                                          \
    do {                                                                                                                       \
        if (enter)                                                                                                             \
            RR_MARKUP(html, "<" element ">");                                                                                  \
        else                                                                                                                   \
            RR_MARKUP(html, "</" element ">");                                                                                 \
    } while (0)

/* What holds others and may be left out when it is nested too deep. */
static void put_container(rr_html *html, cmark_node *node, bool enter) {
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_BLOCK_QUOTE: BOTH("blockquote"); break;
    case CMARK_NODE_LIST: put_list(html, node, enter); break;
    case CMARK_NODE_ITEM: BOTH("li"); break;
    case CMARK_NODE_EMPH: BOTH("em"); break;
    case CMARK_NODE_STRONG: BOTH("strong"); break;
    default: break;
    }
}

static void put_node(rr_html *html, cmark_node *node, bool enter) {
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_PARAGRAPH:
        if (!is_tight(node)) BOTH("p");
        RR_MARKUP(html, "\n");
        break;
    case CMARK_NODE_HEADING: put_heading(html, node, enter); break;
    case CMARK_NODE_THEMATIC_BREAK: RR_MARKUP(html, "<hr>\n"); break;
    case CMARK_NODE_CODE_BLOCK:
    case CMARK_NODE_HTML_BLOCK:
        RR_MARKUP(html, "<pre>");
        put_literal(html, node);
        RR_MARKUP(html, "</pre>\n");
        break;
    case CMARK_NODE_CODE:
        RR_MARKUP(html, "<code>");
        put_literal(html, node);
        RR_MARKUP(html, "</code>");
        break;
    case CMARK_NODE_TEXT:
    case CMARK_NODE_HTML_INLINE: put_literal(html, node); break;
    case CMARK_NODE_SOFTBREAK: RR_MARKUP(html, "\n"); break;
    case CMARK_NODE_LINEBREAK: RR_MARKUP(html, "<br>\n"); break;
    case CMARK_NODE_LINK:
        if (!enter) put_address(html, node);
        break;
    default: break; /* an image is its description, which follows */
    }
}

static bool is_container(cmark_node_type type) {
    return type == CMARK_NODE_BLOCK_QUOTE || type == CMARK_NODE_LIST || type == CMARK_NODE_ITEM || type == CMARK_NODE_EMPH ||
           type == CMARK_NODE_STRONG;
}

void rr_html_markdown(rr_html *html, rr_text body) {
    if (body.len == 0) return;
    cmark_node *document =
        body.len > INT_LEN_MAX ? NULL : cmark_parse_document(body.start, body.len, CMARK_OPT_SAFE | CMARK_OPT_VALIDATE_UTF8);
    cmark_iter *walk = document == NULL ? NULL : cmark_iter_new(document);
    int depth = 0;
    if (walk == NULL) RR_MARKUP(html, "\xEF\xBF\xBD");
    for (cmark_event_type event; walk != NULL && (event = cmark_iter_next(walk)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(walk);
        bool enter = event == CMARK_EVENT_ENTER;
        if (!is_container(cmark_node_get_type(node))) {
            put_node(html, node, enter);
            continue;
        }
        /* An item is at the depth of its list, so that both are shown or neither. */
        if (enter && cmark_node_get_type(node) != CMARK_NODE_ITEM) depth++;
        if (depth <= NESTED_MAX) put_container(html, node, enter);
        if (!enter && cmark_node_get_type(node) != CMARK_NODE_ITEM) depth--;
    }
    if (walk != NULL) cmark_iter_free(walk);
    if (document != NULL) cmark_node_free(document);
}
