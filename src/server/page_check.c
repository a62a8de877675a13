/* SPDX-License-Identifier: Apache-2.0 */
/* How to check a petition yourself. */
#include "server/page_parts.h"

rr_status rr_page_check(rr_bytes_out *out, const rr_page *page) {
    rr_values values;
    rr_page_values(&values, page);
    rr_value_string(&values, "address", "");
    rr_value_string(&values, "sql", "SELECT kind, count(DISTINCT nullifier) FROM leaf GROUP BY kind");
    return rr_page_finish(out, page, &values, "check.html", "title.check", "/check");
}
