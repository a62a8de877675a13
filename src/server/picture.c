/* SPDX-License-Identifier: Apache-2.0 */
#include "server/picture.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

#define NEXT_LINE "</tspan><tspan x=\"0\" dy=\"1.3em\">"

static int64_t milli(double value) {
    return (int64_t)llround(value * 100) * 10; /* two digits are enough */
}

void rr_canvas_point(rr_canvas *canvas, double angle, double distance) {
    rr_html_milli(canvas->html, milli(canvas->centre + distance * sin(angle)));
    RR_MARKUP(canvas->html, " ");
    rr_html_milli(canvas->html, milli(canvas->centre - distance * cos(angle)));
}

void rr_canvas_spoke(rr_canvas *canvas, double angle, double distance) {
    bool left = angle > M_PI;
    double turn = angle * 180 / M_PI - 90;
    RR_MARKUP(canvas->html, "<text transform=\"translate(");
    rr_canvas_point(canvas, angle, distance);
    RR_MARKUP(canvas->html, ") rotate(");
    rr_html_milli(canvas->html, milli(left ? turn - 180 : turn));
    RR_MARKUP(canvas->html, ")\" ");
    if (left) RR_MARKUP(canvas->html, "text-anchor=\"end\" ");
    RR_MARKUP(canvas->html, "direction=\"ltr\">");
}

void rr_canvas_short_text(rr_html *html, rr_text text, size_t width) {
    size_t used = 0, kept = 0;
    for (rr_text rest = text; rest.len > 0;) {
        uint32_t c;
        size_t len = rr_text_character(&c, rest);
        if (len == 0) len = 1;
        used += c >= 0x1100 && c < 0x1e00 ? 2 : c >= 0x2e80 ? 2 : 1; /* broad letters of East Asia */
        if (used > width) {
            rr_html_text(html, (rr_text){text.start, kept});
            RR_MARKUP(html, "\xE2\x80\xA6");
            return;
        }
        if (used < width) kept = (size_t)(rest.start - text.start) + len;
        rest.start += len;
        rest.len -= len;
    }
    rr_html_text(html, text);
}

/* The nearest ascending positions that keep their distance: without the distances this is isotonic regression, and neighbours that would
 * touch are pooled around their mean. */
void rr_canvas_spread(double *angles, const double *wanted, size_t count, double apart) {
    size_t sizes[RR_PICTURE_SPOKES], pools = 0, at = 0;
    double means[RR_PICTURE_SPOKES];
    if (count == 0 || count > RR_PICTURE_SPOKES) return;
    for (size_t i = 0; i < count; i++) {
        means[pools] = wanted[i] - (double)i * apart;
        sizes[pools++] = 1;
        while (pools > 1 && means[pools - 2] > means[pools - 1]) {
            double sum = means[pools - 2] * (double)sizes[pools - 2] + means[pools - 1] * (double)sizes[pools - 1];
            sizes[pools - 2] += sizes[pools - 1];
            means[pools - 2] = sum / (double)sizes[pools - 2];
            pools--;
        }
    }
    for (size_t pool = 0; pool < pools; pool++)
        for (size_t i = 0; i < sizes[pool]; i++, at++) angles[at] = means[pool] + (double)at * apart;
    /* Around the turn the last meets the first: then all are spread evenly between where they may stand. */
    double turn = 2 * M_PI, span = angles[count - 1] - angles[0];
    if (span <= turn - apart) return;
    double middle = (angles[0] + angles[count - 1]) / 2, step = turn / (double)count;
    for (size_t i = 0; i < count; i++) angles[i] = middle + ((double)i - (double)(count - 1) / 2) * step;
}

/* ---- words ----------------------------------------------------------------------------------------------------------- */

typedef struct line {
    rr_html words;
    bool red;
} line;

static void values_of(rr_values *values, const rr_page *page, const rr_view *view) {
    rr_values_begin(values, page->language);
    rr_value_number(values, "total", view->total);
    rr_value_number(values, "named", view->named);
    rr_value_number(values, "hidden", view->hidden - view->sealed);
    rr_value_number(values, "sealed", view->sealed);
    rr_value_number(values, "entries", view->roll->entry_count);
    rr_value_number(values, "threshold", view->petition->seal_threshold);
}

static bool by_arcs(const rr_view *view) {
    return view->roll->entry_count > RR_PICTURE_PEOPLE;
}

/* The sentence that explains the marks. */
static void say_meaning(rr_html *html, const rr_values *values, const rr_view *view) {
    if (by_arcs(view))
        rr_html_say_plural(html, values, "picture.arcs", view->roll->entry_count);
    else
        rr_html_say_plural(html, values, "picture.marks", view->roll->entry_count);
    if (view->roll->kind == RR_ROLL_ED25519) {
        RR_MARKUP(html, " ");
        rr_html_say(html, values, "imported");
    }
}

static void say_description(rr_html *html, const rr_values *values, const rr_view *view) {
    rr_html_say_plural(html, values, "picture.total", view->total);
    RR_MARKUP(html, " ");
    rr_html_say_plural(html, values, "picture.named", view->named);
    RR_MARKUP(html, "; ");
    rr_html_say_plural(html, values, "picture.hidden", view->hidden - view->sealed);
    if (view->sealed > 0) {
        RR_MARKUP(html, "; ");
        rr_html_say(html, values, "picture.sealed");
    }
    RR_MARKUP(html, ". ");
    say_meaning(html, values, view);
}

static void draw_line(rr_canvas *canvas, line *l, double *y) {
    RR_MARKUP(canvas->html, "<text class=\"");
    if (l->red)
        RR_MARKUP(canvas->html, "rr-red\" fill=\"#8a2b21\" y=\"");
    else
        RR_MARKUP(canvas->html, "rr-ink\" fill=\"#1d2430\" y=\"");
    rr_html_milli(canvas->html, milli(*y));
    RR_MARKUP(canvas->html, "\"><tspan x=\"0\">");
    *y += canvas->letter * 1.3 * RR_LINES(canvas->html, &l->words, 19, NEXT_LINE) + canvas->letter * 0.2;
    RR_MARKUP(canvas->html, "</tspan></text>");
    rr_html_free(&l->words);
}

/* The total, and under it how it is made up. */
static void draw_middle(rr_canvas *canvas, const rr_values *values) {
    const rr_view *view = canvas->view;
    bool three = view->sealed > 0 && view->hidden > view->sealed;
    double big = canvas->letter * (three ? 2.6 : 3.4), y = -canvas->letter * (three ? 2.7 : 1.1);
    line lines[3] = {{.red = false}, {.red = true}, {.red = true}};
    rr_html_say_plural(&lines[0].words, values, "picture.named", view->named);
    if (view->sealed > 0) rr_html_say(&lines[1].words, values, "picture.sealed");
    if (view->sealed == 0 || view->hidden > view->sealed)
        rr_html_say_plural(&lines[2].words, values, "picture.hidden", view->hidden - view->sealed);
    RR_MARKUP(canvas->html, "<g text-anchor=\"middle\" transform=\"translate(");
    rr_canvas_point(canvas, 0, 0);
    RR_MARKUP(canvas->html, ")\"><text class=\"rr-ink\" fill=\"#1d2430\" x=\"0\" y=\"");
    rr_html_milli(canvas->html, milli(y));
    RR_MARKUP(canvas->html, "\" font-size=\"");
    rr_html_milli(canvas->html, milli(big));
    RR_MARKUP(canvas->html, "\">");
    rr_values only = *values;
    rr_html total = {0};
    rr_html_say(&total, &only, "picture.number");
    rr_html_add(canvas->html, &total);
    rr_html_free(&total);
    RR_MARKUP(canvas->html, "</text>");
    y += canvas->letter * (three ? 1.3 : 1.7);
    for (size_t i = 0; i < 3; i++)
        if (!rr_html_is_empty(&lines[i].words)) draw_line(canvas, &lines[i], &y);
    RR_MARKUP(canvas->html, "</g>");
}

/* ---- the whole ------------------------------------------------------------------------------------------------------- */

static void open_svg(rr_html *html, const rr_page *page, double width, double height) {
    RR_MARKUP(html, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"round-robin\" role=\"img\" aria-labelledby=\"rr-title "
                    "rr-desc\" lang=\"");
    rr_html_string(html, rr_language_code(page->language));
    RR_MARKUP(html, "\" viewBox=\"0 0 ");
    rr_html_milli(html, milli(width));
    RR_MARKUP(html, " ");
    rr_html_milli(html, milli(height));
    RR_MARKUP(html,
              "\" font-family=\"'Iowan Old Style','EB Garamond','Palatino Linotype',Palatino,'Book Antiqua',Georgia,serif\">");
}

void rr_picture(rr_html *html, const rr_page *page, const rr_view *view, bool alone) {
    rr_values values;
    rr_html words = {0}, caption = {0};
    rr_canvas canvas = {.html = html, .page = page, .view = view};
    values_of(&values, page, view);
    if (by_arcs(view))
        rr_arcs_measure(&canvas);
    else
        rr_circle_measure(&canvas);
    double width = 2 * canvas.centre;
    canvas.letter = width / 33;
    say_meaning(&words, &values, view);
    unsigned lines = RR_LINES(&caption, &words, 60, NEXT_LINE);
    rr_html_free(&words);
    double height = width + canvas.letter * (1.3 * lines + 0.8);

    open_svg(html, page, width, height);
    RR_MARKUP(html, "<title id=\"rr-title\">");
    rr_html_say(html, &values, "picture.title");
    RR_MARKUP(html, "</title><desc id=\"rr-desc\">");
    say_description(html, &values, view);
    RR_MARKUP(html, "</desc>");
    if (alone) RR_MARKUP(html, "<rect width=\"100%\" height=\"100%\" fill=\"#f7f3ea\"/>");
    if (by_arcs(view))
        rr_arcs_draw(&canvas);
    else
        rr_circle_draw(&canvas);
    RR_MARKUP(html, "<g font-size=\"");
    rr_html_milli(html, milli(canvas.letter));
    RR_MARKUP(html, "\">");
    draw_middle(&canvas, &values);
    RR_MARKUP(html, "<g text-anchor=\"middle\" transform=\"translate(");
    rr_html_milli(html, milli(canvas.centre));
    RR_MARKUP(html, " ");
    rr_html_milli(html, milli(width + canvas.letter));
    RR_MARKUP(html, ")\"><text class=\"rr-ink\" fill=\"#1d2430\"><tspan x=\"0\">");
    rr_html_add(html, &caption);
    RR_MARKUP(html, "</tspan></text></g></g></svg>");
    rr_html_free(&caption);
}

rr_status rr_page_round_robin(rr_bytes_out *out, const rr_page *page, const rr_view *view) {
    rr_html html = {0};
    rr_picture(&html, page, view, true);
    return rr_html_finish(out, &html);
}
