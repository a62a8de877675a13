/* SPDX-License-Identifier: Apache-2.0 */
/* What a reader sees instead of a page. */
#include "server/page_parts.h"

rr_status rr_page_error(rr_bytes_out *out, const rr_page *page, unsigned http_status) {
    rr_html heading = {0}, advice = {0};
    rr_values values;
    rr_page_values(&values, page);
    switch (http_status) {
    case 405:
        rr_html_say(&heading, &values, "error.405");
        rr_html_say(&advice, &values, "error.405.advice");
        break;
    case 503:
        rr_html_say(&heading, &values, "error.503");
        rr_html_say(&advice, &values, "error.503.advice");
        break;
    default:
        rr_html_say(&heading, &values, "error.404");
        rr_html_say(&advice, &values, "error.404.advice");
        break;
    }
    rr_value_html(&values, "heading", &heading);
    rr_value_html(&values, "advice", &advice);
    rr_status status = rr_page_finish(out, page, &values, "error.html", "title.error", "/");
    rr_html_free(&heading);
    rr_html_free(&advice);
    return status;
}
