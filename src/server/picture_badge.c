/* SPDX-License-Identifier: Apache-2.0 */
/* The badge: a small picture to be copied to one's own site.  It stands alone: no file from elsewhere, nothing that moves. */
#include <math.h>

#include "server/picture.h"

enum { STROKES = 24 };

static void put_ring(rr_html *html) {
    rr_canvas canvas = {.html = html, .centre = 44};
    RR_MARKUP(html, "<path stroke=\"#1d2430\" stroke-width=\"3\" fill=\"none\" d=\"");
    for (int i = 0; i < STROKES; i++) {
        RR_MARKUP(html, "M");
        rr_canvas_point(&canvas, 2 * M_PI * i / STROKES, 20);
        RR_MARKUP(html, "L");
        rr_canvas_point(&canvas, 2 * M_PI * i / STROKES, 30);
    }
    RR_MARKUP(html, "\"/>");
}

static void put_state(rr_html *html, const rr_values *values, const rr_view *view) {
    if (view->final)
        rr_html_say(html, values, "badge.final");
    else if (view->petition->witnesses_needed > 0)
        rr_html_say(html, values, "badge.unconfirmed");
    else if (view->closed)
        rr_html_say(html, values, "badge.closed");
    else
        rr_html_say_plural(html, values, "badge.open", view->size);
}

rr_status rr_page_badge(rr_bytes_out *out, const rr_page *page, const rr_view *view) {
    rr_html html = {0}, words = {0}, lines = {0};
    rr_values values;
    bool imported = view->roll->kind == RR_ROLL_ED25519;
    rr_values_begin(&values, page->language);
    rr_value_number(&values, "total", view->total);
    rr_value_number(&values, "named", view->named);
    rr_value_number(&values, "hidden", view->hidden);
    rr_value_number(&values, "size", view->size);
    unsigned extra = 0;
    if (imported) {
        rr_html_say(&words, &values, "imported");
        extra = 15 * RR_LINES(&lines, &words, 52, "</tspan><tspan x=\"0\" dy=\"15\">") + 4;
    }
    RR_MARKUP(&html, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"rr-badge\" lang=\"");
    rr_html_string(&html, rr_language_code(page->language));
    RR_MARKUP(&html, "\" width=\"380\" height=\"");
    rr_html_number(&html, 112 + extra);
    RR_MARKUP(&html, "\" viewBox=\"0 0 380 ");
    rr_html_number(&html, 112 + extra);
    RR_MARKUP(&html,
              "\" font-family=\"'Iowan Old Style','EB Garamond','Palatino Linotype',Palatino,'Book Antiqua',Georgia,serif\">"
              "<title id=\"rr-badge\">");
    rr_html_say(&html, &values, "badge.title");
    RR_MARKUP(&html, "</title><rect width=\"100%\" height=\"100%\" fill=\"#f7f3ea\"/>");
    put_ring(&html);
    RR_MARKUP(&html, "<g transform=\"translate(88 0)\"><text direction=\"ltr\" y=\"26\" font-size=\"15\" font-style=\"italic\" "
                     "fill=\"#1d2430\">");
    rr_canvas_short_text(&html, view->petition->title, 30);
    RR_MARKUP(&html, "</text><text y=\"56\" font-size=\"26\" fill=\"#1d2430\">");
    rr_html_say_plural(&html, &values, "badge.total", view->total);
    RR_MARKUP(&html, "</text><text y=\"78\" font-size=\"15\" fill=\"#1d2430\">");
    rr_html_say(&html, &values, "badge.parts");
    RR_MARKUP(&html, "</text><text y=\"98\" font-size=\"13\" font-style=\"italic\" fill=\"#1d2430\">");
    put_state(&html, &values, view);
    RR_MARKUP(&html, "</text></g>");
    if (imported) {
        RR_MARKUP(&html, "<g transform=\"translate(16 120)\"><text font-size=\"13\" fill=\"#1d2430\"><tspan x=\"0\">");
        rr_html_add(&html, &lines);
        RR_MARKUP(&html, "</tspan></text></g>");
    }
    RR_MARKUP(&html, "</svg>\n");
    rr_html_free(&words);
    rr_html_free(&lines);
    return rr_html_finish(out, &html);
}
