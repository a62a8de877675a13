/* SPDX-License-Identifier: Apache-2.0 */
/* How the total grew: a step for each batch, by number and not by time, for moments are not kept. */
#include "server/picture.h"

enum { WIDTH = 600, BASE = 110, STEPS_MAX = 300 };

static int64_t level(const rr_view *view, size_t batch, uint32_t most) {
    return 1000 * (BASE - (int64_t)view->batches[batch].total * (BASE - 10) / most);
}

void rr_picture_growth(rr_html *html, const rr_page *page, const rr_view *view) {
    size_t count = view->batch_count;
    uint32_t most = 1;
    rr_values values;
    for (size_t i = 0; i < count; i++)
        if (view->batches[i].total > most) most = view->batches[i].total;
    if (count < 3) return;
    rr_values_begin(&values, page->language);
    rr_value_number(&values, "batches", count - 1);
    rr_value_number(&values, "total", view->total);
    RR_MARKUP(html, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"growth\" role=\"img\" aria-labelledby=\"rr-growth\" "
                    "viewBox=\"0 0 600 "
                    "120\"><title id=\"rr-growth\">");
    rr_html_say_plural(html, &values, "growth.title", count - 1);
    RR_MARKUP(html,
              "</title><path class=\"rr-faint-line\" stroke=\"#c9c3b4\" stroke-width=\"1\" fill=\"none\" d=\"M0 110H600\"/>"
              "<path class=\"rr-ink-line\" stroke=\"#1d2430\" stroke-width=\"2\" fill=\"none\" d=\"M0 110");
    size_t steps = count - 1 < STEPS_MAX ? count - 1 : STEPS_MAX;
    for (size_t step = 0; step < steps; step++) {
        size_t batch = 1 + (step + 1) * (count - 1) / steps - 1;
        RR_MARKUP(html, "V");
        rr_html_milli(html, level(view, batch, most));
        RR_MARKUP(html, "H");
        rr_html_milli(html, 1000 * (int64_t)WIDTH * (int64_t)(step + 1) / (int64_t)steps);
    }
    RR_MARKUP(html, "\"/></svg>");
}
