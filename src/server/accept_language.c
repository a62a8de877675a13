/* SPDX-License-Identifier: Apache-2.0 */
/* Accept-Language: `ru-RU, ru;q=0.9, en;q=0.8, *;q=0.5`.  What breaks the grammar is passed over up to the next comma. */
#include <string.h>

#include "base/text.h"
#include "server/accept.h"
#include "server/language.h"

/* Does the range `ru-RU` or `ru` mean this language? */
static bool means(rr_text range, const char *code) {
    size_t len = strlen(code);
    if (range.len < len || (range.len > len && range.start[len] != '-')) return false;
    for (size_t i = 0; i < len; i++)
        if ((range.start[i] | 0x20) != code[i]) return false;
    return true;
}

static const rr_language *language_of(rr_text range) {
    if (rr_text_is(range, "*")) return rr_language_at(0);
    const rr_language *language;
    for (size_t i = 0; (language = rr_language_at(i)) != NULL; i++)
        if (means(range, rr_language_code(language))) return language;
    return NULL;
}

const rr_language *rr_language_choose(const char *accept_language) {
    const rr_language *best = rr_language_at(0);
    int best_weight = 0;
    rr_text rest = rr_text_of(accept_language == NULL ? "" : accept_language);
    rr_accept element;
    while (rr_accept_next(&element, &rest)) {
        const rr_language *language = language_of(element.what);
        if (language != NULL && element.weight > best_weight) {
            best = language;
            best_weight = element.weight;
        }
    }
    return best;
}
