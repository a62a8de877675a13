/* SPDX-License-Identifier: Apache-2.0 */
/* Lists with weights, as in Accept-Language and Accept-Encoding (RFC 9110, section 12.4.2): `ru-RU, ru;q=0.9, *;q=0.5`. */
#ifndef RR_SERVER_ACCEPT_H
#define RR_SERVER_ACCEPT_H

#include <stdbool.h>

#include "roundrobin/text.h"

/* One element of a list. */
typedef struct rr_accept {
    rr_text what; /* without space around it */
    int weight;   /* in thousandths, 0 ... 1000; -1: it breaks the grammar, and is to be passed over */
} rr_accept;

/* The next element, which *rest moves behind; false: there is no more. */
bool rr_accept_next(rr_accept *element, rr_text *rest);

/* May an answer be coded with gzip?  NULL, no header: it may not, though RFC 9110 would allow it: whoever does not ask may not understand it. */
bool rr_accepts_gzip(const char *accept_encoding);

#endif
