/* SPDX-License-Identifier: Apache-2.0 */
/* A strict reader of markup that shares nothing with the writer: every element closed in order, known elements and attributes only, every value
 * quoted, every & one of five entities, every link to this server.  Fails the test and shows where. */
#ifndef RR_TESTS_MARKUP_H
#define RR_TESTS_MARKUP_H

#include <stddef.h>

void check_markup(const char *bytes, size_t len);

#endif
