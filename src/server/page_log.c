/* SPDX-License-Identifier: Apache-2.0 */
/* The log: its batches as steps, and its faults. */
#include <stdio.h>

#include "server/page_parts.h"
#include "server/picture.h"

enum { FAULTS_SHOWN = 1000 };

static void put_row(rr_html *html, const rr_page *page, const rr_view *view, size_t batch) {
    uint64_t size = view->batches[batch].size;
    rr_values values;
    rr_page_values(&values, page);
    rr_value_number(&values, "batch", batch);
    rr_value_number(&values, "added", size - (batch > 0 ? view->batches[batch - 1].size : 0));
    rr_value_number(&values, "size", size);
    rr_value_number(&values, "total", view->batches[batch].total);
    rr_html_fill(html, "log_row.html", &values);
}

static void put_faults(rr_html *html, const rr_page *page, const rr_view *view) {
    for (size_t i = 0; i < view->fault_count && i < FAULTS_SHOWN; i++) {
        rr_values values;
        rr_page_values(&values, page);
        rr_value_number(&values, "leaf", view->faults[i].leaf);
        rr_value_string(&values, "rule", view->faults[i].rule);
        rr_html_fill(html, "fault_row.html", &values);
    }
}

rr_status rr_page_log(rr_bytes_out *out, const rr_page *page, const rr_view *view, uint32_t number) {
    size_t batches = view->batch_count, count = batches == 0 ? 1 : (batches + RR_PAGE_ROWS - 1) / RR_PAGE_ROWS;
    if (number < 1 || number > count) return RR_NOT_FOUND;
    rr_petition_words words;
    rr_values values;
    rr_html rows = {0}, pages = {0}, faults = {0}, growth = {0};
    char path[80], whole[96];
    rr_petition_values(&values, &words, page, view);
    (void)snprintf(path, sizeof path, "/p/%s/log", words.pid);
    (void)snprintf(whole, sizeof whole, number > 1 ? "%s?page=%u" : "%s", path, (unsigned)number);
    for (size_t i = (size_t)(number - 1) * RR_PAGE_ROWS; i < batches && i < (size_t)number * RR_PAGE_ROWS; i++)
        put_row(&rows, page, view, i);
    put_faults(&faults, page, view);
    rr_html_pages(&pages, page, path, number, (uint32_t)count);
    rr_picture_growth(&growth, page, view);
    rr_value_html(&values, "rows", &rows);
    rr_value_html(&values, "pages", &pages);
    rr_value_html(&values, "fault_rows", &faults);
    rr_value_html(&values, "growth", &growth);
    size_t shown = view->fault_count < FAULTS_SHOWN ? view->fault_count : FAULTS_SHOWN;
    rr_value_number(&values, "faults_left", view->faults_total - shown);
    rr_status status = rr_page_finish(out, page, &values, "log.html", "title.log", whole);
    rr_html_free(&rows);
    rr_html_free(&pages);
    rr_html_free(&faults);
    rr_html_free(&growth);
    rr_petition_words_free(&words);
    return status;
}
