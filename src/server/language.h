/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the pages: one catalogue for each language, src/server/pages/strings/CODE.txt.
 *
 *     # comment
 *     key = text with {value} and `code`
 *     key[one] = {n} signature        plural forms: one, other (English); one, few, many (Russian)
 *
 * A text has no markup.  What stands between grave accents is set as code, and a value is always escaped. */
#ifndef RR_SERVER_LANGUAGE_H
#define RR_SERVER_LANGUAGE_H

#include <stdbool.h>

#include "roundrobin/text.h"

typedef struct rr_language rr_language;

/* By code, "en", "ru"; NULL: there is none.  Static. */
const rr_language *rr_language_find(rr_text code);
/* The languages in order; NULL after the last one.  0 is English, which every choice falls back on. */
const rr_language *rr_language_at(size_t index);
const char *rr_language_code(const rr_language *language);

/* The best language for an Accept-Language header (RFC 9110, section 12.5.4); of equals the first in the header.  NULL, an empty or a broken header:
 * English.  Never refuses, never reads beyond its end, takes time in proportion to the header. */
const rr_language *rr_language_choose(const char *accept_language);

/* The text of a key; for a key with plural forms the form for `number`.  {NULL, 0}: there is no such key (a test finds that before a reader). */
rr_text rr_language_text(const rr_language *language, rr_text key);
rr_text rr_language_plural(const rr_language *language, rr_text key, uint64_t number);
/* "one", "few", "many", "other". */
const char *rr_language_form(const rr_language *language, uint64_t number);

enum { RR_NUMBER_SIZE = 48, RR_MOMENT_SIZE = 96 };
/* With the language's marks between groups of three digits; terminated. */
void rr_language_number(char out[RR_NUMBER_SIZE], const rr_language *language, uint64_t number);
/* As `1 December 2026, 18:00 UTC`; terminated. */
void rr_language_moment(char out[RR_MOMENT_SIZE], const rr_language *language, int64_t seconds);

#endif
