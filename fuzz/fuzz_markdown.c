/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a petition's body: what comes out is markup of our few elements, closed in order, and no link, image or script. */
#include <stdlib.h>
#include <string.h>

#include "server/markdown.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char *const allowed[] = {"p",  "h3", "h4", "h5",         "hr", "pre",    "code", "br",
                                      "ul", "ol", "li", "blockquote", "em", "strong", "span"};
enum { DEEP = 64 };

static int element(const char *name, size_t len) {
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        if (strlen(allowed[i]) == len && memcmp(allowed[i], name, len) == 0) return (int)i;
    return -1;
}

static void check(const char *at, const char *end) {
    int open[DEEP];
    size_t depth = 0;
    while (at < end) {
        if (*at == '>') abort();
        if (*at++ != '<') continue;
        const char *close = memchr(at, '>', (size_t)(end - at));
        if (close == NULL) abort();
        bool ends = *at == '/';
        at += ends;
        size_t len = 0;
        while (at + len < close && at[len] != ' ') len++;
        int which = element(at, len);
        if (which < 0) abort();
        const char *rest = at + len;
        size_t rest_len = (size_t)(close - rest);
        bool plain = rest_len == 0, address = rest_len == 16 && memcmp(rest, " class=\"address\"", 16) == 0;
        if (!plain && !address && !(rest_len > 8 && memcmp(rest, " start=\"", 8) == 0)) abort();
        if (ends) {
            if (depth == 0 || open[--depth] != which) abort();
        } else if (strcmp(allowed[which], "br") != 0 && strcmp(allowed[which], "hr") != 0) {
            if (depth == DEEP) abort();
            open[depth++] = which;
        }
        at = close + 1;
    }
    if (depth != 0) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    rr_html html = {0};
    rr_bytes_out out;
    RR_MARKUP(&html, "<p></p>");
    rr_html_markdown(&html, (rr_text){(const char *)data, len});
    if (rr_html_finish(&out, &html) != RR_OK) abort();
    check((const char *)out.bytes, (const char *)out.bytes + out.len);
    free(out.bytes);
    return 0;
}
