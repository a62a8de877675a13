/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/edition.h"

void rr_build(rr_builder *b, const char *format, ...) {
    va_list list;
    va_start(list, format);
    int n = vsnprintf(NULL, 0, format, list);
    va_end(list);
    if (n < 0) rr_die(RR_EXIT_IO, "a text could not be formatted.");
    if (b->len + (size_t)n + 1 > b->room) {
        size_t room = (b->len + (size_t)n + 1) * 2;
        b->text = rr_grow(b->text, b->len, room);
        b->room = room;
    }
    va_start(list, format);
    (void)vsnprintf(b->text + b->len, b->room - b->len, format, list);
    va_end(list);
    b->len += (size_t)n;
}
