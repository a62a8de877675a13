/* SPDX-License-Identifier: Apache-2.0 */
/* What several pages have in common.  Not for others: use page.h. */
#ifndef RR_SERVER_PAGE_PARTS_H
#define RR_SERVER_PAGE_PARTS_H

#include "server/html.h"
#include "server/page.h"

enum { RR_HEX_SIZE = 65, RR_ADDRESS_SIZE = 2048 };

/* The words of a pid, its hex, moments: values point here, so it lives until the last fill. */
typedef struct rr_petition_words {
    char pid[RR_HEX_SIZE], root[RR_HEX_SIZE], roll_digest[RR_HEX_SIZE];
    char words[16 * 6];
    char opens[RR_MOMENT_SIZE], closes[RR_MOMENT_SIZE], seal_expires[RR_MOMENT_SIZE];
    char address[RR_ADDRESS_SIZE]; /* of the petition page, as a program takes it */
    rr_html state;                 /* "open until ...; as of 12 log entries, not witnessed" */
    rr_html figures;               /* goal, enrolled, signed, crowd */
} rr_petition_words;

/* Sets the values that pages of a petition share; rr_petition_words_free when the page is made. */
void rr_petition_values(rr_values *values, rr_petition_words *words, const rr_page *page, const rr_view *view);
void rr_petition_words_free(rr_petition_words *words);

/* Values for all pages: prefix, lang. */
void rr_page_values(rr_values *values, const rr_page *page);

/* Fills the template `main` into the layout and gives the bytes.  `title_key` names the page in general words; `path` is what comes after the prefix,
 * for the links to the same page in the other languages ("" for none). */
rr_status rr_page_finish(rr_bytes_out *out, const rr_page *page, rr_values *values, const char *main, const char *title_key,
                         const char *path);

/* A table's words for a class: no class, the pool, or its name in <bdi>. */
void rr_html_class(rr_html *html, const rr_values *values, rr_text name);

/* "Page 2 of 7" with links; nothing for a single page.  `path` after the prefix, without the query. */
void rr_html_pages(rr_html *html, const rr_page *page, const char *path, uint32_t number, uint32_t count);

/* Names of those who signed by name, as a list. */
void rr_html_names(rr_html *html, const rr_view *view);

/* A QR code (ISO/IEC 18004, level M) of a text as SVG with a title; nothing if the text is too long for one. */
void rr_html_qr(rr_html *html, const rr_values *values, const char *text);

#endif
