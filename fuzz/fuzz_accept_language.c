/* SPDX-License-Identifier: Apache-2.0 */
/* Any string as an Accept-Language header chooses a language, and Russian only where the header names it; any string as an Accept-Encoding header
 * allows gzip only where it names it or all. */
#include <stdlib.h>
#include <string.h>

#include "server/accept.h"
#include "server/language.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    char *header = malloc(len + 1);
    if (header == NULL) abort();
    if (len > 0) memcpy(header, data, len);
    header[len] = 0;
    const rr_language *language = rr_language_choose(header);
    if (language == NULL) abort();
    if (strcmp(rr_language_code(language), "ru") == 0 && strcasestr(header, "ru") == NULL) abort();
    if (rr_accepts_gzip(header) && strcasestr(header, "gzip") == NULL && strchr(header, '*') == NULL) abort();
    free(header);
    return 0;
}
