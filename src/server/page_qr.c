/* SPDX-License-Identifier: Apache-2.0 */
/* A QR code as SVG: one path of dark runs, four modules of quiet zone around. */
#include <qrencode.h>
#include <string.h>

#include "server/page_parts.h"

enum { QUIET = 4 };

static void put_path(rr_html *html, const QRcode *code) {
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width;) {
            int run = 0;
            while (x + run < code->width && (code->data[y * code->width + x + run] & 1) != 0) run++;
            if (run > 0) {
                RR_MARKUP(html, "M");
                rr_html_number(html, (uint64_t)x + QUIET);
                RR_MARKUP(html, " ");
                rr_html_number(html, (uint64_t)y + QUIET);
                RR_MARKUP(html, "h");
                rr_html_number(html, (uint64_t)run);
                RR_MARKUP(html, "v1h-");
                rr_html_number(html, (uint64_t)run);
                RR_MARKUP(html, "z");
            }
            x += run > 0 ? run : 1;
        }
}

void rr_html_qr(rr_html *html, const rr_values *values, const char *text) {
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    rr_values own = *values;
    if (code == NULL) return;
    rr_value_string(&own, "address", text);
    RR_MARKUP(html, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"qr\" role=\"img\" aria-labelledby=\"rr-qr\" "
                    "shape-rendering=\"crispEdges\" "
                    "viewBox=\"0 0 ");
    rr_html_number(html, (uint64_t)code->width + 2 * QUIET);
    RR_MARKUP(html, " ");
    rr_html_number(html, (uint64_t)code->width + 2 * QUIET);
    RR_MARKUP(html, "\"><title id=\"rr-qr\">");
    rr_html_say(html, &own, "qr.title");
    RR_MARKUP(html, "</title><path fill=\"#000\" d=\"");
    put_path(html, code);
    RR_MARKUP(html, "\"/></svg>\n");
    QRcode_free(code);
}
