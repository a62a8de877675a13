/* SPDX-License-Identifier: Apache-2.0 */
/* The round robin of many: an arc for each class. */
#include <math.h>

#include "base/text.h"
#include "server/picture.h"

enum { RADIUS = 165, BAND = 16, INSIDE = 24, LABEL_GAP = 26 };

static bool one_by_one(const rr_view *view) {
    return view->class_count <= RR_PICTURE_CLASSES;
}

static bool labelled(const rr_view *view) {
    return view->class_count <= RR_PICTURE_LABELS && view->class_count > 0 &&
           (view->class_count > 1 || view->classes[0].name.len > 0);
}

void rr_arcs_measure(rr_canvas *canvas) {
    canvas->radius = RADIUS;
    canvas->centre = RADIUS + (labelled(canvas->view) ? LABEL_GAP + RR_CANVAS_LABEL : 2 * BAND);
}

/* From `from` over `span`, in halves: one arc cannot be a whole turn. */
static void add_arc(rr_canvas *canvas, double from, double span, double distance) {
    RR_MARKUP(canvas->html, "M");
    rr_canvas_point(canvas, from, distance);
    for (int half = 1; half <= 2; half++) {
        RR_MARKUP(canvas->html, "A");
        rr_html_milli(canvas->html, (int64_t)(distance * 1000));
        RR_MARKUP(canvas->html, " ");
        rr_html_milli(canvas->html, (int64_t)(distance * 1000));
        RR_MARKUP(canvas->html, " 0 0 1 ");
        rr_canvas_point(canvas, from + span * half / 2, distance);
    }
}

/* Where a class stands on the circle. */
typedef struct place {
    double from, span;
    uint32_t entries, hidden, named;
} place;

enum { FAINT, INK, RED };

static void add_layer(rr_canvas *canvas, const place *p, int layer) {
    double share = p->entries == 0 ? 0 : p->span / p->entries;
    if (layer == FAINT) add_arc(canvas, p->from, p->span, canvas->radius);
    if (layer == INK && p->named > 0) add_arc(canvas, p->from, share * p->named, canvas->radius);
    /* In the middle of its arc: it belongs to the class, not to a place. */
    if (layer == RED && p->hidden > 0)
        add_arc(canvas, p->from + (p->span - share * p->hidden) / 2, share * p->hidden, canvas->radius - INSIDE);
}

static size_t lay_out(place *places, const rr_view *view) {
    uint32_t all = view->roll->entry_count;
    if (!one_by_one(view)) {
        places[0] = (place){0, 2 * M_PI, all, view->hidden, view->named};
        return 1;
    }
    double gap = view->class_count > 1 ? fmin(0.03, 0.6 / view->class_count) : 0, at = 0;
    double free_turn = 2 * M_PI - gap * view->class_count;
    for (uint32_t i = 0; i < view->class_count; i++) {
        const rr_view_class *c = &view->classes[i];
        places[i] = (place){at, free_turn * c->entries / all, c->entries, c->hidden, c->named};
        at += places[i].span + gap;
    }
    return view->class_count;
}

static void draw_labels(rr_canvas *canvas, const place *places, size_t count) {
    double wanted[RR_PICTURE_LABELS] = {0}, angles[RR_PICTURE_LABELS] = {0}, distance = canvas->radius + LABEL_GAP;
    for (size_t i = 0; i < count; i++) wanted[i] = places[i].from + places[i].span / 2;
    rr_canvas_spread(angles, wanted, count, 44 / distance);
    RR_MARKUP(canvas->html, "<path class=\"rr-ink-line\" stroke=\"#1d2430\" stroke-width=\".8\" fill=\"none\" d=\"");
    for (size_t i = 0; i < count; i++) {
        RR_MARKUP(canvas->html, "M");
        rr_canvas_point(canvas, wanted[i], canvas->radius + BAND / 2.0 + 2);
        RR_MARKUP(canvas->html, "L");
        rr_canvas_point(canvas, angles[i], distance - 4);
    }
    RR_MARKUP(canvas->html, "\"/><g class=\"rr-ink\" fill=\"#1d2430\" font-size=\"19\">");
    for (size_t i = 0; i < count; i++) {
        const rr_view_class *c = &canvas->view->classes[i];
        rr_values values;
        rr_values_begin(&values, canvas->page->language);
        rr_value_number(&values, "signed", c->hidden + c->named);
        rr_value_number(&values, "entries", c->entries);
        rr_canvas_spoke(canvas, fmod(angles[i] + 4 * M_PI, 2 * M_PI), distance);
        RR_MARKUP(canvas->html, "<tspan x=\"0\" dy=\"-.2em\" font-style=\"italic\">");
        if (c->name.len == 0)
            rr_html_say(canvas->html, &values, "class.none");
        else if (rr_text_is(c->name, "other"))
            rr_html_say(canvas->html, &values, "class.other_short");
        else
            rr_canvas_short_text(canvas->html, c->name, 15);
        RR_MARKUP(canvas->html, "</tspan><tspan x=\"0\" dy=\"1.05em\">");
        rr_html_say(canvas->html, &values, "picture.of");
        RR_MARKUP(canvas->html, "</tspan></text>");
    }
    RR_MARKUP(canvas->html, "</g>");
}

void rr_arcs_draw(rr_canvas *canvas) {
    place places[RR_PICTURE_CLASSES];
    size_t count = lay_out(places, canvas->view);
    RR_MARKUP(canvas->html, "<path class=\"rr-faint-line\" stroke=\"#c9c3b4\" stroke-width=\"16\" fill=\"none\" d=\"");
    for (size_t i = 0; i < count; i++) add_layer(canvas, &places[i], FAINT);
    RR_MARKUP(canvas->html, "\"/><path class=\"rr-ink-line\" stroke=\"#1d2430\" stroke-width=\"16\" fill=\"none\" d=\"");
    for (size_t i = 0; i < count; i++) add_layer(canvas, &places[i], INK);
    RR_MARKUP(canvas->html, "\"/><path class=\"rr-red-line\" stroke=\"#8a2b21\" stroke-width=\"6\" stroke-linecap=\"round\" "
                            "stroke-dasharray=\"0 9\" fill=\"none\" d=\"");
    for (size_t i = 0; i < count; i++) add_layer(canvas, &places[i], RED);
    RR_MARKUP(canvas->html, "\"/>");
    if (labelled(canvas->view)) draw_labels(canvas, places, count);
}
