/* SPDX-License-Identifier: Apache-2.0 */
/* The pages: each function takes what is to be shown and gives the bytes of one document.  They read no clock, no client and no file, and the
 * same input gives the same bytes, so what they give may be kept as long as the view.  A page takes some tenths of a millisecond: keep it.
 *
 * All text of others is escaped, whatever it holds (html.h).  No page has a script, a style attribute, or anything from elsewhere: the policy
 * `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'` is enough.
 *
 * Each answers RR_OK with out->bytes allocated (free), RR_NO_SPACE, or what stands with it. */
#ifndef RR_SERVER_PAGE_H
#define RR_SERVER_PAGE_H

#include "server/language.h"
#include "server/view.h"
#include "store/store.h"

/* What every page needs. */
typedef struct rr_page {
    const rr_language *language;
    const char *prefix;      /* before every link to a page: "" (the reader's browser chose the language), "/en", "/ru" */
    rr_text base;            /* the public address, as https://example.org, without a slash at the end; empty: not known */
    uint32_t batch_interval; /* seconds between batches; 0: not to be said */
    uint32_t batch_minimum;  /* records that a batch has at least */
} rr_page;

/* ---- a petition ------------------------------------------------------------------------------------------------------ */

enum { RR_PAGE_ROWS = 1000 }; /* entries of a roll or batches of a log on one page */

rr_status rr_page_petition(rr_bytes_out *out, const rr_page *page, const rr_view *view);
/* `number` from 1.  RR_NOT_FOUND: there is no such page. */
rr_status rr_page_roll(rr_bytes_out *out, const rr_page *page, const rr_view *view, uint32_t number);
rr_status rr_page_log(rr_bytes_out *out, const rr_page *page, const rr_view *view, uint32_t number);
rr_status rr_page_sheet(rr_bytes_out *out, const rr_page *page, const rr_view *view);

/* Self-contained images (image/svg+xml), in the page's language. */
rr_status rr_page_round_robin(rr_bytes_out *out, const rr_page *page, const rr_view *view);
rr_status rr_page_badge(rr_bytes_out *out, const rr_page *page, const rr_view *view);

/* ---- the server ------------------------------------------------------------------------------------------------------ */

typedef struct rr_page_petition_item {
    rr_pid pid;
    rr_text title;
    int64_t opens, closes;
    bool closed;
} rr_page_petition_item;

typedef struct rr_page_edition_item {
    rr_roll_id roll_id;
    uint32_t edition, slots;
    rr_text body;
    rr_text registrar; /* the name of its vkey */
} rr_page_edition_item;

rr_status rr_page_list(rr_bytes_out *out, const rr_page *page, const rr_page_petition_item *petitions, size_t petition_count,
                       const rr_page_edition_item *editions, size_t edition_count);
/* `open`: it takes books. */
rr_status rr_page_edition(rr_bytes_out *out, const rr_page *page, const rr_page_edition_item *edition, bool open);
rr_status rr_page_check(rr_bytes_out *out, const rr_page *page);
/* `witnesses`: "VKEY URL" each, as they are set. */
rr_status rr_page_server(rr_bytes_out *out, const rr_page *page, char *const *witnesses, size_t witness_count);
/* 404, 405, 503; another number gets the words of 404.  It names no path: those are not to be repeated. */
rr_status rr_page_error(rr_bytes_out *out, const rr_page *page, unsigned http_status);

/* ---- files as they are ----------------------------------------------------------------------------------------------- */

/* "style.css" (text/css; charset=utf-8), "favicon.svg" (image/svg+xml); static.  {NULL, 0}: there is no such file. */
rr_blob rr_page_file(const char *name);

#endif
