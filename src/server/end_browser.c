/* SPDX-License-Identifier: Apache-2.0 */
/* The browser page.  It is the same file under every address: what it does, and in which language, it reads from the address itself. */
#include <stdio.h>

#include "server/accept.h"
#include "server/browser_page.h"
#include "server/route.h"

static const char html_type[] = "text/html; charset=utf-8";

static rr_result reply_with_header(rr_request *request, struct MHD_Response *response, const char *name, const char *value) {
    if (response && MHD_add_response_header(response, name, value) != MHD_YES) {
        MHD_destroy_response(response);
        response = NULL;
    }
    return rr_reply_with(request, 200, response);
}

rr_result rr_end_browser(rr_request *request) {
    char policy[2048];
    const char *accepts = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Accept-Encoding");
    bool gzip = rr_accepts_gzip(accepts);
    rr_blob page = gzip ? rr_browser_page_gzip() : rr_browser_page();
    /* A policy in the page itself cannot say this. */
    snprintf(policy, sizeof policy, "%s; frame-ancestors 'none'", rr_browser_page_policy());
    struct MHD_Response *response = rr_response_with_policy(page.bytes, page.len, html_type, policy);
    if (response && gzip && MHD_add_response_header(response, "Content-Encoding", "gzip") != MHD_YES) {
        MHD_destroy_response(response);
        response = NULL;
    }
    return reply_with_header(request, response, "Vary", "Accept-Encoding");
}

rr_result rr_end_offline(rr_request *request) {
    rr_blob page = rr_browser_page_offline();
    return reply_with_header(request, rr_response_make(page.bytes, page.len, html_type, true), "Content-Disposition",
                             "attachment; filename=\"round-robin-offline.html\"");
}
