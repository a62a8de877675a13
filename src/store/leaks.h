/* SPDX-License-Identifier: Apache-2.0 */
/* The measures of PROTOCOL.md section 10, each of which the seizure test (tests/seizure) switches off, to see that it would notice.  They can be
 * switched off in robin_leaky only, which is built for that test and never installed: everywhere else these are constants, and the
 * compiler leaves nothing of what they guard. */
#ifndef RR_STORE_LEAKS_H
#define RR_STORE_LEAKS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef RR_LEAKY
struct MHD_Connection;
bool rr_leaks(const char *measure);                                        /* is this measure off? */
void rr_leak_moment(uint8_t bytes[8]);                                     /* "random keys" */
void rr_leak_request(struct MHD_Connection *connection, const char *path); /* "silence" */
#else
#define rr_leaks(measure) false
#define rr_leak_moment(bytes) ((void)0)
#define rr_leak_request(connection, path) ((void)0)
#endif

#endif
