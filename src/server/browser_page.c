/* SPDX-License-Identifier: Apache-2.0 */
#include "server/browser_page.h"

#include "page_bundle.h"

/* Each array has a zero byte behind its content. */
#define CONTENT(array) ((rr_blob){array, sizeof(array) - 1})

rr_blob rr_browser_page(void) {
    return CONTENT(rr_online_html);
}

rr_blob rr_browser_page_gzip(void) {
    return CONTENT(rr_online_html_gz);
}

const char *rr_browser_page_policy(void) {
    return (const char *)rr_online_html_policy;
}

rr_blob rr_browser_page_offline(void) {
    return CONTENT(rr_offline_html);
}
