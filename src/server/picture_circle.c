/* SPDX-License-Identifier: Apache-2.0 */
/* The round robin of up to 150 people, one by one. */
#include <math.h>

#include "server/picture.h"

enum { LETTER = 19, SMALLEST = 150, MARK = 12, LONG_MARK = 18, LABEL_GAP = 30, INSIDE = 22 };

static size_t spokes(const rr_view *view) {
    return view->named <= RR_PICTURE_SPOKES ? view->named : 0;
}

void rr_circle_measure(rr_canvas *canvas) {
    double needed = (double)spokes(canvas->view) * (LETTER + 2) / (2 * M_PI) - LABEL_GAP;
    canvas->radius = needed > SMALLEST ? needed : SMALLEST;
    canvas->centre = canvas->radius + (spokes(canvas->view) > 0 ? LABEL_GAP + RR_CANVAS_LABEL : 2 * LABEL_GAP + MARK);
}

static double angle_of(const rr_view *view, uint32_t place) {
    return 2 * M_PI * place / view->roll->entry_count;
}

/* Marks of those who are named (longer), or of all others. */
static void draw_marks(rr_canvas *canvas, bool named) {
    for (uint32_t place = 0; place < canvas->view->roll->entry_count; place++) {
        double angle = angle_of(canvas->view, place);
        if (rr_view_is_named(canvas->view, place) != named) continue;
        RR_MARKUP(canvas->html, "M");
        rr_canvas_point(canvas, angle, canvas->radius);
        RR_MARKUP(canvas->html, "L");
        rr_canvas_point(canvas, angle, canvas->radius + (named ? LONG_MARK : MARK));
    }
}

static void draw_names(rr_canvas *canvas) {
    const rr_view *view = canvas->view;
    double wanted[RR_PICTURE_SPOKES] = {0}, angles[RR_PICTURE_SPOKES] = {0};
    size_t count = spokes(view);
    double distance = canvas->radius + LABEL_GAP;
    for (size_t i = 0; i < count; i++) wanted[i] = angle_of(view, view->named_places[i]);
    rr_canvas_spread(angles, wanted, count, (LETTER + 1) / distance);
    RR_MARKUP(canvas->html, "<path class=\"rr-ink-line\" stroke=\"#1d2430\" stroke-width=\".8\" fill=\"none\" d=\"");
    for (size_t i = 0; i < count; i++) {
        RR_MARKUP(canvas->html, "M");
        rr_canvas_point(canvas, wanted[i], canvas->radius + LONG_MARK);
        RR_MARKUP(canvas->html, "L");
        rr_canvas_point(canvas, angles[i], distance - 3);
    }
    RR_MARKUP(canvas->html, "\"/><g class=\"rr-ink\" fill=\"#1d2430\" font-style=\"italic\" font-size=\"19\">");
    for (size_t i = 0; i < count; i++) {
        double turn = fmod(angles[i] + 4 * M_PI, 2 * M_PI);
        rr_canvas_spoke(canvas, turn, distance);
        RR_MARKUP(canvas->html, "<tspan dy=\".32em\">");
        rr_canvas_short_text(canvas->html, rr_view_name(view, view->named_places[i]), 15);
        RR_MARKUP(canvas->html, "</tspan></text>");
    }
    RR_MARKUP(canvas->html, "</g>");
}

static uint32_t common_divisor(uint32_t a, uint32_t b) {
    while (b != 0) {
        uint32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* A dot i of H stands at (i + o)/H of the turn, a place j of N at j/N.  i*N - j*H takes exactly the multiples of g = gcd(N, H), so with o = g/(2N)
 * no dot is nearer to a place than g/(2NH) of the turn, and there is no better o. */
static void draw_hidden(rr_canvas *canvas) {
    uint32_t hidden = canvas->view->hidden, entries = canvas->view->roll->entry_count;
    if (hidden == 0) return;
    double offset = (double)common_divisor(entries, hidden) / (2.0 * entries), distance = canvas->radius - INSIDE;
    double room = 2 * M_PI * distance / hidden;
    RR_MARKUP(canvas->html,
              "<path class=\"rr-red-line\" stroke=\"#8a2b21\" stroke-linecap=\"round\" fill=\"none\" stroke-width=\"");
    rr_html_milli(canvas->html, (int64_t)((room * 0.7 < 8 ? room * 0.7 : 8) * 1000));
    RR_MARKUP(canvas->html, "\" d=\"");
    for (uint32_t i = 0; i < hidden; i++) {
        RR_MARKUP(canvas->html, "M");
        rr_canvas_point(canvas, 2 * M_PI * (i + offset) / hidden, distance);
        RR_MARKUP(canvas->html, "h0");
    }
    RR_MARKUP(canvas->html, "\"/>");
}

void rr_circle_draw(rr_canvas *canvas) {
    RR_MARKUP(canvas->html, "<path class=\"rr-faint-line\" stroke=\"#c9c3b4\" stroke-width=\"2.4\" fill=\"none\" d=\"");
    draw_marks(canvas, false);
    RR_MARKUP(canvas->html, "\"/><path class=\"rr-ink-line\" stroke=\"#1d2430\" stroke-width=\"2.4\" fill=\"none\" d=\"");
    draw_marks(canvas, true);
    RR_MARKUP(canvas->html, "\"/>");
    draw_hidden(canvas);
    if (spokes(canvas->view) > 0) draw_names(canvas);
}
