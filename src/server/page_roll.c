/* SPDX-License-Identifier: Apache-2.0 */
/* The roll, a thousand entries at a time: who could have signed, and who did so by name. */
#include <stdio.h>

#include "server/page_parts.h"

static const char *basis_key(rr_basis basis) {
    switch (basis) {
    case RR_BASIS_INVITED: return "basis.invited";
    case RR_BASIS_SSH: return "basis.ssh";
    case RR_BASIS_IMPORTED: break;
    }
    return "basis.imported";
}

static void put_row(rr_html *html, const rr_page *page, const rr_view *view, uint32_t place) {
    const rr_entry *entry = &view->roll->entries[place];
    rr_text name = {NULL, 0};
    rr_html basis = {0};
    rr_values values;
    rr_page_values(&values, page);
    if (view->names != NULL) (void)rr_names_find(&name, view->names, place);
    rr_html_say(&basis, &values, basis_key(entry->basis));
    rr_value_text(&values, "class", entry->class_name);
    rr_value_text(&values, "member", entry->member);
    rr_value_text(&values, "name", name);
    rr_value_html(&values, "basis", &basis);
    rr_value_number(&values, "names_public", view->names != NULL);
    rr_value_number(&values, "is_named", rr_view_is_named(view, place));
    rr_html_fill(html, "roll_row.html", &values);
    rr_html_free(&basis);
}

rr_status rr_page_roll(rr_bytes_out *out, const rr_page *page, const rr_view *view, uint32_t number) {
    uint32_t entries = view->roll->entry_count, count = (entries + RR_PAGE_ROWS - 1) / RR_PAGE_ROWS;
    if (number < 1 || number > count) return RR_NOT_FOUND;
    rr_petition_words words;
    rr_values values;
    rr_html rows = {0}, pages = {0};
    char path[80], whole[96];
    rr_petition_values(&values, &words, page, view);
    (void)snprintf(path, sizeof path, "/p/%s/roll", words.pid);
    (void)snprintf(whole, sizeof whole, number > 1 ? "%s?page=%u" : "%s", path, (unsigned)number);
    uint32_t first = (number - 1) * RR_PAGE_ROWS, end = entries - first > RR_PAGE_ROWS ? first + RR_PAGE_ROWS : entries;
    for (uint32_t place = first; place < end; place++) put_row(&rows, page, view, place);
    rr_html_pages(&pages, page, path, number, count);
    rr_value_html(&values, "rows", &rows);
    rr_value_html(&values, "pages", &pages);
    rr_status status = rr_page_finish(out, page, &values, "roll.html", "title.roll", whole);
    rr_html_free(&rows);
    rr_html_free(&pages);
    rr_petition_words_free(&words);
    return status;
}
