/* SPDX-License-Identifier: Apache-2.0 */
/* What an edition is, and how to enrol.  It names the body and no petition. */
#include <stdio.h>

#include "base/bytes.h"
#include "roll/edition_file.h"
#include "server/page_parts.h"

rr_status rr_page_edition(rr_bytes_out *out, const rr_page *page, const rr_page_edition_item *edition, bool open) {
    char roll_id[RR_HEX_SIZE], path[RR_EDITION_PATH_SIZE], about[RR_EDITION_PATH_SIZE + 5], address[RR_ADDRESS_SIZE] = "";
    rr_html number = {0};
    rr_values values;
    rr_page_values(&values, page);
    rr_hex(roll_id, edition->roll_id.bytes, 32);
    rr_html_number(&number, edition->edition);
    if (page->base.len > 0 && page->base.len < 1024)
        (void)snprintf(address, sizeof address, "%.*s", (int)page->base.len, page->base.start);
    rr_value_string(&values, "roll_id", roll_id);
    rr_value_html(&values, "edition", &number);
    rr_value_number(&values, "slots", edition->slots);
    rr_value_text(&values, "body_name", edition->body);
    rr_value_text(&values, "registrar", edition->registrar);
    rr_value_string(&values, "address", address);
    rr_value_number(&values, "open", open);
    rr_edition_path(path, &edition->roll_id, (uint32_t)edition->edition);
    (void)snprintf(about, sizeof about, "%sabout", path);
    rr_status status = rr_page_finish(out, page, &values, "edition.html", "title.edition", about);
    rr_html_free(&number);
    return status;
}
