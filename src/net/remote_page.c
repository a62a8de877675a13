/* SPDX-License-Identifier: Apache-2.0 */
/* The browser page that a server gives, and what its directory log says of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha2.h"
#include "base/text.h"
#include "net/remote_inside.h"

enum { PAGE_MAX = 64 * 1024 * 1024 };

/* Where the page is, if the path is another one of this server: of a petition's page its answer page, of the list /verify. */
static const char *page_path(rr_text bare) {
    uint8_t pid[32];
    if (bare.len == 0 || rr_text_is(bare, "/")) return "/verify";
    bool petition =
        bare.len >= 3 + 64 && memcmp(bare.start, "/p/", 3) == 0 && rr_text_hex(pid, 32, (rr_text){bare.start + 3, 64});
    if (!petition) return "";
    if (bare.len == 3 + 64) return "/answer";
    return bare.len == 3 + 64 + 1 && bare.start[bare.len - 1] == '/' ? "answer" : "";
}

rr_status rr_remote_page_address(char **server, char **page, char error[RR_REMOTE_ERROR_SIZE], const char *url) {
    const char *host = strncmp(url, "https://", 8) == 0 ? url + 8 : strncmp(url, "http://", 7) == 0 ? url + 7 : NULL;
    *server = *page = NULL;
    if (!host || strcspn(host, "/?#") == 0)
        return rr_remote_fail(error, RR_REFUSED, "%.300s: is no address: it begins with neither https:// nor http://", url);
    const char *begin = host + strcspn(host, "/?#");
    /* What stands behind ? and # is not sent: it can be an invitation's code. */
    rr_text path = {begin, strcspn(begin, "?#")}, bare = path;
    if (path.len >= 3 && path.start[1] >= 'a' && path.start[1] <= 'z' && path.start[2] >= 'a' && path.start[2] <= 'z' &&
        (path.len == 3 || path.start[3] == '/'))
        bare = (rr_text){path.start + 3, path.len - 3};
    const char *more = page_path(bare);
    /* /en and /en/ are the list too. */
    if (strcmp(more, "/verify") == 0) path.len = (size_t)(bare.start - path.start);
    size_t size = (size_t)(begin - url) + path.len + strlen(more) + 1;
    *server = strndup(url, (size_t)(begin - url));
    *page = malloc(size);
    if (*server && *page) {
        (void)snprintf(*page, size, "%s%.*s%s", *server, (int)path.len, path.start, more);
        return RR_OK;
    }
    free(*server);
    free(*page);
    *server = *page = NULL;
    return rr_remote_fail(error, RR_NO_SPACE, "there is not enough memory");
}

static rr_status see_page(void *context, const rr_directory_line *line) {
    rr_remote_page *page = context;
    if (line->kind != RR_DIRECTORY_PAGE) return RR_OK;
    if (!page->recorded || memcmp(&line->hash, &page->last, sizeof page->last) != 0) {
        page->last = line->hash;
        page->since = line->leaf;
    }
    page->recorded = true;
    if (memcmp(&line->hash, &page->served, sizeof page->served) == 0) page->known = true;
    return RR_OK;
}

rr_status rr_remote_read_page(const rr_transport *transport, rr_remote_page *page, char error[RR_REMOTE_ERROR_SIZE],
                              const char *server, const char *url, const rr_vkey *key) {
    rr_blob body;
    memset(page, 0, sizeof *page);
    rr_status status = rr_remote_get(transport, &body, error, url, "", PAGE_MAX);
    if (status != RR_OK) return status;
    page->len = body.len;
    rr_sha256_of(page->served.bytes, body.bytes, body.len);
    rr_remote_drop(&body);
    return rr_remote_directory(transport, &page->directory, error, server, key, see_page, page);
}
