/* SPDX-License-Identifier: Apache-2.0 */
/* One sheet of paper for the addressee and the press. */
#include <stdio.h>
#include <string.h>

#include "server/markdown.h"
#include "server/page_parts.h"
#include "server/picture.h"

/* What fits beside the picture on one sheet: characters, with lines counted as so many. */
enum { TEXT_MAX = 1300, LINE = 80 };

/* The longest beginning of the body that fits, ended between paragraphs or lines. */
static rr_text beginning(rr_text body, bool *cut) {
    size_t used = 0, line = 0, end = 0, paragraph = 0, last_line = 0;
    *cut = false;
    for (; end < body.len; end++) {
        if (body.start[end] == '\n') {
            if (end > 0 && body.start[end - 1] == '\n') paragraph = end;
            last_line = end + 1;
            used += LINE - (line % LINE);
            line = 0;
        } else if (((uint8_t)body.start[end] & 0xc0) != 0x80) {
            used++;
            line++;
        }
        if (used > TEXT_MAX) {
            *cut = true;
            if (paragraph > 0) return (rr_text){body.start, paragraph};
            if (last_line > 0) return (rr_text){body.start, last_line};
            while (end > 0 && body.start[end] != ' ') end--;
            return (rr_text){body.start, end > 0 ? end : TEXT_MAX};
        }
    }
    return body;
}

rr_status rr_page_sheet(rr_bytes_out *out, const rr_page *page, const rr_view *view) {
    rr_petition_words words;
    rr_values values;
    rr_html body = {0}, picture = {0}, qr = {0};
    char path[80];
    bool cut;
    rr_petition_values(&values, &words, page, view);
    rr_html_markdown(&body, beginning(view->petition->body, &cut));
    rr_picture(&picture, page, view, false);
    rr_html_qr(&qr, &values, words.address[0] != 0 ? words.address : words.pid);
    rr_value_html(&values, "body", &body);
    rr_value_html(&values, "picture", &picture);
    rr_value_html(&values, "qr", &qr);
    rr_value_number(&values, "cut", cut);
    (void)snprintf(path, sizeof path, "/p/%s/sheet", words.pid);
    rr_status status = rr_page_finish(out, page, &values, "sheet.html", "title.sheet", path);
    rr_html_free(&body);
    rr_html_free(&picture);
    rr_html_free(&qr);
    rr_petition_words_free(&words);
    return status;
}
