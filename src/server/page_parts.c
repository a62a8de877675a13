/* SPDX-License-Identifier: Apache-2.0 */
#include "server/page_parts.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"

void rr_page_values(rr_values *values, const rr_page *page) {
    rr_values_begin(values, page->language);
    rr_value_string(values, "prefix", page->prefix);
    rr_value_string(values, "lang", rr_language_code(page->language));
    rr_value_text(values, "base", page->base);
    /* In the largest unit that gives a whole number; the others are 0. */
    uint32_t every = page->batch_interval, unit = every % 3600 == 0 ? 3600 : every % 60 == 0 ? 60 : 1;
    rr_value_number(values, "every_hours", unit == 3600 ? every / 3600 : 0);
    rr_value_number(values, "every_minutes", unit == 60 ? every / 60 : 0);
    rr_value_number(values, "every_seconds", unit == 1 ? every : 0);
    rr_value_number(values, "minimum", page->batch_minimum);
}

/* The same page in each language. */
static void put_languages(rr_html *html, const rr_page *page, const char *path) {
    const rr_language *language;
    for (size_t i = 0; (language = rr_language_at(i)) != NULL; i++) {
        rr_values values;
        rr_values_begin(&values, language);
        rr_value_string(&values, "code", rr_language_code(language));
        rr_value_string(&values, "path", path);
        rr_value_number(&values, "current", language == page->language);
        rr_html_fill(html, "language.html", &values);
    }
}

rr_status rr_page_finish(rr_bytes_out *out, const rr_page *page, rr_values *values, const char *main, const char *title_key,
                         const char *path) {
    rr_html inner = {0}, languages = {0}, title = {0}, whole = {0};
    rr_html_fill(&inner, main, values);
    rr_html_say(&title, values, title_key);
    put_languages(&languages, page, path);
    rr_values outer;
    rr_page_values(&outer, page);
    rr_value_html(&outer, "main", &inner);
    rr_value_html(&outer, "page_title", &title);
    rr_value_html(&outer, "languages", &languages);
    rr_html_fill(&whole, "layout.html", &outer);
    rr_html_free(&inner);
    rr_html_free(&languages);
    rr_html_free(&title);
    return rr_html_finish(out, &whole);
}

void rr_html_class(rr_html *html, const rr_values *values, rr_text name) {
    if (name.len == 0)
        rr_html_say(html, values, "class.none");
    else if (rr_text_is(name, "other"))
        rr_html_say(html, values, "class.other");
    else {
        RR_MARKUP(html, "<bdi>");
        rr_html_text(html, name);
        RR_MARKUP(html, "</bdi>");
    }
}

void rr_html_pages(rr_html *html, const rr_page *page, const char *path, uint32_t number, uint32_t count) {
    rr_values values;
    if (count < 2) return;
    rr_page_values(&values, page);
    rr_value_string(&values, "path", path);
    rr_value_number(&values, "number", number);
    rr_value_number(&values, "count", count);
    rr_html before = {0}, after = {0};
    if (number > 1) rr_html_number(&before, number - 1);
    if (number < count) rr_html_number(&after, number + 1);
    rr_value_html(&values, "before", &before);
    rr_value_html(&values, "after", &after);
    rr_html_fill(html, "pager.html", &values);
    rr_html_free(&before);
    rr_html_free(&after);
}

void rr_html_names(rr_html *html, const rr_view *view) {
    for (uint32_t i = 0; i < view->named; i++) {
        rr_text class_name = view->roll->entries[view->named_places[i]].class_name;
        RR_MARKUP(html, "<li><bdi>");
        rr_html_text(html, rr_view_name(view, view->named_places[i]));
        RR_MARKUP(html, "</bdi>");
        if (class_name.len > 0) {
            RR_MARKUP(html, ", <bdi>");
            rr_html_text(html, class_name);
            RR_MARKUP(html, "</bdi>");
        }
        RR_MARKUP(html, "</li>\n");
    }
}
