/* SPDX-License-Identifier: Apache-2.0 */
/* The first page: petitions, and editions that take enrolments. */
#include "base/bytes.h"
#include "server/page_parts.h"

static void put_petition(rr_html *html, const rr_page *page, const rr_page_petition_item *item) {
    char pid[RR_HEX_SIZE], opens[RR_MOMENT_SIZE], closes[RR_MOMENT_SIZE];
    rr_values values;
    rr_page_values(&values, page);
    rr_hex(pid, item->pid.bytes, 32);
    rr_language_moment(opens, page->language, item->opens);
    rr_language_moment(closes, page->language, item->closes);
    rr_value_string(&values, "pid", pid);
    rr_value_text(&values, "title", item->title);
    rr_value_string(&values, "opens", opens);
    rr_value_string(&values, "closes", closes);
    rr_value_number(&values, "closed", item->closed);
    rr_html_fill(html, "list_petition.html", &values);
}

static void put_edition(rr_html *html, const rr_page *page, const rr_page_edition_item *item) {
    char roll_id[RR_HEX_SIZE];
    rr_html number = {0};
    rr_values values;
    rr_page_values(&values, page);
    rr_hex(roll_id, item->roll_id.bytes, 32);
    rr_html_number(&number, item->edition);
    rr_value_string(&values, "roll_id", roll_id);
    rr_value_html(&values, "edition", &number);
    rr_value_text(&values, "body_name", item->body);
    rr_value_text(&values, "registrar", item->registrar);
    rr_html_fill(html, "list_edition.html", &values);
    rr_html_free(&number);
}

rr_status rr_page_list(rr_bytes_out *out, const rr_page *page, const rr_page_petition_item *petitions, size_t petition_count,
                       const rr_page_edition_item *editions, size_t edition_count) {
    rr_html petition_rows = {0}, edition_rows = {0};
    rr_values values;
    rr_page_values(&values, page);
    for (size_t i = 0; i < petition_count; i++) put_petition(&petition_rows, page, &petitions[i]);
    for (size_t i = 0; i < edition_count; i++) put_edition(&edition_rows, page, &editions[i]);
    rr_value_html(&values, "petitions", &petition_rows);
    rr_value_html(&values, "editions", &edition_rows);
    rr_status status = rr_page_finish(out, page, &values, "list.html", "title.list", "/");
    rr_html_free(&petition_rows);
    rr_html_free(&edition_rows);
    return status;
}
