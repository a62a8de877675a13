/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/qr.h"

#include <errno.h>
#include <qrencode.h>
#include <string.h>

enum { QUIET = 4 };

static bool is_dark(const QRcode *code, int x, int y) {
    return (code->data[y * code->width + x] & 1) != 0;
}

/* Neighbours in a row are one rectangle. */
static void build_row(rr_builder *b, const QRcode *code, int y) {
    for (int x = 0; x < code->width; x++) {
        int from = x;
        while (x < code->width && is_dark(code, x, y)) x++;
        if (x > from) rr_build(b, "M%d %dh%dv1h-%dz", from + QUIET, y + QUIET, x - from, x - from);
    }
}

void rr_build_qr(rr_builder *b, const char *text) {
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (code == NULL) {
        if (errno == ENOMEM) rr_die(RR_EXIT_IO, "out of memory.");
        rr_die(RR_EXIT_REFUSED, "an invitation's address is too long for a QR code. Use a shorter --to.");
    }
    int side = code->width + 2 * QUIET;
    rr_build(b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">", side, side);
    rr_build(b, "<path fill=\"#fff\" d=\"M0 0h%dv%dh-%dz\"/><path fill=\"#000\" d=\"", side, side, side);
    for (int y = 0; y < code->width; y++) build_row(b, code, y);
    rr_build(b, "\"/></svg>\n");
    rr_wipe(code->data, (size_t)code->width * (size_t)code->width);
    QRcode_free(code);
}
