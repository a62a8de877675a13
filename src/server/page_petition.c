/* SPDX-License-Identifier: Apache-2.0 */
/* The petition page, in the order in which a person reads it: to whom and from whom, title, text, picture, by class, answer, how to check,
 * evidence, what the server keeps. */
#include <stdio.h>

#include "server/markdown.h"
#include "server/page_parts.h"
#include "server/picture.h"

/* A bar's length in the class's row, of 100: what signed of what could. */
static void put_bar(rr_html *html, const rr_view_class *c, uint32_t most) {
    int64_t all = most == 0 ? 1 : most;
    RR_MARKUP(html, "<svg class=\"bar\" aria-hidden=\"true\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\">"
                    "<path class=\"rr-faint-line\" stroke=\"#c9c3b4\" stroke-width=\"6\" d=\"M0 3h");
    rr_html_milli(html, (int64_t)c->entries * 100000 / all);
    RR_MARKUP(html, "\"/><path class=\"rr-ink-line\" stroke=\"#1d2430\" stroke-width=\"6\" d=\"M0 3h");
    rr_html_milli(html, (int64_t)c->named * 100000 / all);
    RR_MARKUP(html, "\"/><path class=\"rr-red-line\" stroke=\"#8a2b21\" stroke-width=\"6\" d=\"M");
    rr_html_milli(html, (int64_t)c->named * 100000 / all);
    RR_MARKUP(html, " 3h");
    rr_html_milli(html, (int64_t)c->hidden * 100000 / all);
    RR_MARKUP(html, "\"/></svg>");
}

static void put_classes(rr_html *html, const rr_page *page, const rr_view *view) {
    uint32_t most = 0;
    for (uint32_t i = 0; i < view->class_count; i++)
        if (view->classes[i].entries > most) most = view->classes[i].entries;
    for (uint32_t i = 0; i < view->class_count; i++) {
        const rr_view_class *c = &view->classes[i];
        rr_html name = {0}, bar = {0};
        rr_values values;
        rr_page_values(&values, page);
        rr_html_class(&name, &values, c->name);
        put_bar(&bar, c, most);
        rr_value_html(&values, "class", &name);
        rr_value_html(&values, "bar", &bar);
        rr_value_number(&values, "signed", c->hidden + c->named);
        rr_value_number(&values, "hidden", c->hidden);
        rr_value_number(&values, "named", c->named);
        rr_value_number(&values, "entries", c->entries);
        rr_value_number(&values, "goals", view->petition->goal_class_count);
        rr_value_number(&values, "goal", c->goal);
        rr_value_number(&values, "everybody", c->hidden > 0 && c->hidden + c->named >= c->entries);
        rr_html_fill(html, "class_row.html", &values);
        rr_html_free(&name);
        rr_html_free(&bar);
    }
}

/* The steps as words too: the last ones, the log page has all. */
static void put_steps(rr_html *html, const rr_page *page, const rr_view *view) {
    enum { LAST = 8 };
    size_t count = view->batch_count, first = count > LAST + 1 ? count - LAST : 1;
    for (size_t i = first; i < count; i++) {
        rr_values values;
        rr_page_values(&values, page);
        rr_value_number(&values, "batch", i);
        rr_value_number(&values, "total", view->batches[i].total);
        RR_MARKUP(html, "<li>");
        rr_html_say_plural(html, &values, "growth.step", view->batches[i].total);
        RR_MARKUP(html, "</li>\n");
    }
}

static void put_trustees(rr_html *html, const rr_petition *petition) {
    for (uint32_t i = 0; i < petition->trustee_count; i++) {
        RR_MARKUP(html, "<li><bdi>");
        rr_html_text(html, petition->trustees[i].vkey.name);
        RR_MARKUP(html, "</bdi></li>\n");
    }
}

rr_status rr_page_petition(rr_bytes_out *out, const rr_page *page, const rr_view *view) {
    const rr_petition *petition = view->petition;
    rr_petition_words words;
    rr_values values;
    rr_html body = {0}, picture = {0}, classes = {0}, growth = {0}, steps = {0}, names = {0}, trustees = {0};
    char path[80];
    rr_petition_values(&values, &words, page, view);
    rr_html_markdown(&body, petition->body);
    rr_picture(&picture, page, view, false);
    if (petition->by_class) put_classes(&classes, page, view);
    rr_picture_growth(&growth, page, view);
    put_steps(&steps, page, view);
    rr_html_names(&names, view);
    put_trustees(&trustees, petition);
    rr_value_html(&values, "body", &body);
    rr_value_html(&values, "picture", &picture);
    rr_value_html(&values, "classes", &classes);
    rr_value_html(&values, "growth", &growth);
    rr_value_html(&values, "steps", &steps);
    rr_value_html(&values, "names", &names);
    rr_value_html(&values, "trustees", &trustees);
    rr_value_number(&values, "goals", petition->goal_class_count);
    rr_value_number(&values, "mode_named", (petition->modes & RR_MODE_NAMED) != 0);
    rr_value_number(&values, "mode_sealed", (petition->modes & RR_MODE_SEALED) != 0);
    rr_value_number(&values, "mode_anonymous", (petition->modes & RR_MODE_ANONYMOUS) != 0);
    rr_value_number(&values, "threshold", petition->seal_threshold);
    rr_value_number(&values, "trustee_threshold", petition->trustee_threshold);
    rr_value_number(&values, "trustee_count", petition->trustee_count);
    rr_value_string(&values, "seal_expires", words.seal_expires);
    (void)snprintf(path, sizeof path, "/p/%s/", words.pid);
    rr_status status = rr_page_finish(out, page, &values, "petition.html", "title.petition", path);
    rr_html *all[] = {&body, &picture, &classes, &growth, &steps, &names, &trustees};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) rr_html_free(all[i]);
    rr_petition_words_free(&words);
    return status;
}
