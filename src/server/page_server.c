/* SPDX-License-Identifier: Apache-2.0 */
/* What this server keeps, and what it never keeps. */
#include <string.h>

#include "server/page_parts.h"

rr_status rr_page_server(rr_bytes_out *out, const rr_page *page, char *const *witnesses, size_t witness_count) {
    rr_values values;
    rr_html list = {0};
    for (size_t i = 0; i < witness_count; i++) {
        RR_MARKUP(&list, "<li><code class=\"hex\">");
        rr_html_text(&list, (rr_text){witnesses[i], strcspn(witnesses[i], " ")});
        RR_MARKUP(&list, "</code></li>\n");
    }
    rr_page_values(&values, page);
    rr_value_html(&values, "witnesses", &list);
    rr_status status = rr_page_finish(out, page, &values, "server.html", "title.server", "/server");
    rr_html_free(&list);
    return status;
}

rr_blob rr_page_file(const char *name) {
    rr_text file = {NULL, 0};
    if (strcmp(name, "style.css") == 0 || strcmp(name, "favicon.svg") == 0) file = rr_embedded(name);
    return (rr_blob){(const uint8_t *)file.start, file.len};
}
