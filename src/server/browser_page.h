/* SPDX-License-Identifier: Apache-2.0 */
/* The page in which people enrol, answer and verify with their browser, as this program brings it: made from web/ at build time, one HTML file that
 * holds all it needs.  Static. */
#ifndef RR_SERVER_BROWSER_PAGE_H
#define RR_SERVER_BROWSER_PAGE_H

#include "roundrobin/evidence.h"

rr_blob rr_browser_page(void);
/* The same, compressed with gzip. */
rr_blob rr_browser_page_gzip(void);
/* The Content-Security-Policy that it needs, as in its own meta element. */
const char *rr_browser_page_policy(void);
/* The offline signer: the page for a computer without a network. */
rr_blob rr_browser_page_offline(void);

#endif
