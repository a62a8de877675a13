/* SPDX-License-Identifier: Apache-2.0 */
/* The table of routes.  A pattern is a path in which
 *
 *     {pid}      64 lowercase hex digits: the pid of a petition that is here (else 404)
 *     {edition}  64 lowercase hex digits, a slash, a number: a roll's id and its edition
 *     {rest}     whatever comes, not empty, to the end: the endpoint reads it
 *
 * Pages stand under / and, with a language, under /en/ and /ru/. */
#ifndef RR_SERVER_ROUTE_H
#define RR_SERVER_ROUTE_H

#include "server/page.h"
#include "server/request.h"

struct rr_route {
    const char *pattern;
    bool page;         /* HTML: may have a language before it */
    size_t post_limit; /* bytes of a POST; 0: GET and HEAD */
    /* GET: answers.  POST: called when the body is there; answers, or hands the request on. */
    rr_result (*serve)(rr_request *request);
    /* POST: looks at what has come of the body so far; 0 to go on, or a status to end with (reason set).  May be NULL. */
    unsigned (*admit)(rr_request *request);
};

extern const rr_route rr_routes[];
extern const size_t rr_route_count;

/* What a path leads to, without looking whether that is there. */
typedef struct rr_match {
    const rr_route *route; /* NULL: nowhere */
    const char *language;  /* "en", "ru" or NULL */
    rr_pid pid;            /* where the pattern has one */
    bool has_pid;
    rr_store_edition_key edition; /* where the pattern has one */
    const char *rest;             /* into the path; "" if the pattern has none */
} rr_match;
/* Any bytes; for `post` or for GET and HEAD.  *other: the path exists, for other methods. */
void rr_route_match(rr_match *match, bool *other, const char *path, bool post);

/* The endpoints (end_*.c). */
rr_result rr_end_answer(rr_request *request);
rr_result rr_end_document(rr_request *request);
rr_result rr_end_ring(rr_request *request);
rr_result rr_end_status(rr_request *request);
rr_result rr_end_evidence(rr_request *request);
rr_result rr_end_log(rr_request *request);
rr_result rr_end_directory(rr_request *request);
rr_result rr_end_petitions_json(rr_request *request);
rr_result rr_end_server_json(rr_request *request);
rr_result rr_end_editions_json(rr_request *request);
rr_result rr_end_publish(rr_request *request);
unsigned rr_end_publish_admit(rr_request *request);
rr_result rr_end_trustee(rr_request *request);
unsigned rr_end_trustee_admit(rr_request *request);
rr_result rr_end_openings(rr_request *request);
rr_result rr_end_opening(rr_request *request);
rr_result rr_end_ceremony(rr_request *request);
rr_result rr_end_ceremony_note(rr_request *request);
rr_result rr_end_enrolment(rr_request *request);
rr_result rr_end_edition(rr_request *request);
rr_result rr_end_edition_about(rr_request *request);
rr_result rr_end_edition_file(rr_request *request);
rr_result rr_end_receipt(rr_request *request);
rr_result rr_end_page(rr_request *request);
rr_result rr_end_picture(rr_request *request);
rr_result rr_end_static(rr_request *request);
rr_result rr_end_browser(rr_request *request);
rr_result rr_end_offline(rr_request *request);

/* What several of them need. */
/* The view of a petition as of its last checkpoint; rr_view_free. */
rr_status rr_live_view(rr_view *view, rr_live *live);
/* Language, prefix and base of the page that is asked for. */
rr_page rr_request_page(const rr_request *request);
/* 404 or 503: a page for a browser, a line for a program. */
rr_result rr_reply_error(rr_request *request, unsigned status);
/* Sets the status and the reason that an error of the store or of a check means; nothing for RR_OK. */
void rr_request_fail_of(rr_request *request, rr_status status, const rr_file_error *error);

#endif
