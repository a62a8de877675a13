/* SPDX-License-Identifier: Apache-2.0 */
/* The pictures, as SVG inside a page or as a file of its own.  Colours are presentation attributes, so that the file stands alone and the page's
 * style sheet can change them (class rr-ink, rr-faint, rr-red, rr-paper).
 *
 *     up to 150 people   a circle of marks, one for each entry of the roll in the order of the roll; a named one is dark and longer, with the
 *                        name as a spoke (up to 100 of them); the hidden signatures are dots on an inner circle, evenly spread and turned so
 *                        that none stands at a place
 *     more               an arc for each class; its dark part signed by name; the dotted line within is as long as its hidden signatures
 *
 * The sentence that explains the marks is part of the picture. */
#ifndef RR_SERVER_PICTURE_H
#define RR_SERVER_PICTURE_H

#include "server/html.h"
#include "server/page.h"

enum { RR_PICTURE_PEOPLE = 150, RR_PICTURE_SPOKES = 100, RR_PICTURE_CLASSES = 120, RR_PICTURE_LABELS = 24 };

/* `alone`: a file of its own, with a background. */
void rr_picture(rr_html *html, const rr_page *page, const rr_view *view, bool alone);
/* How the total grew, batch by batch; nothing for fewer than two batches. */
void rr_picture_growth(rr_html *html, const rr_page *page, const rr_view *view);

/* ---- between picture.c, picture_circle.c and picture_arcs.c ----------------------------------------------------------- */

typedef struct rr_canvas {
    rr_html *html;
    const rr_page *page;
    const rr_view *view;
    double centre; /* both coordinates, and so half the width */
    double radius; /* of the circle of marks */
    double letter; /* the size of letters */
} rr_canvas;

/* A point at an angle (from the top, clockwise, in radians) and a distance from the centre: `x y`. */
void rr_canvas_point(rr_canvas *canvas, double angle, double distance);
/* Where labels at these angles (ascending, from 0 to below a turn) can stand without touching: at least `apart` from each other, near their own. */
void rr_canvas_spread(double *angles, const double *wanted, size_t count, double apart);
/* Begins a text at an angle and a distance that reads from the left: the caller ends it with </text>. */
void rr_canvas_spoke(rr_canvas *canvas, double angle, double distance);
/* At most `width` characters, then an ellipsis. */
void rr_canvas_short_text(rr_html *html, rr_text text, size_t width);

/* The room that names need beyond the circle, and the radius of it for so many labels; then the marks. */
enum { RR_CANVAS_LABEL = 168 };
void rr_circle_measure(rr_canvas *canvas);
void rr_circle_draw(rr_canvas *canvas);
void rr_arcs_measure(rr_canvas *canvas);
void rr_arcs_draw(rr_canvas *canvas);

#endif
