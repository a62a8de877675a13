/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    TIMEOUT = 60,          /* seconds without progress, if no other is asked for */
    SLOW = 64,             /* bytes a second: less is no progress */
    LONGEST = 6 * 60 * 60, /* seconds for one body, however it trickles */
    REDIRECTS = 5,
    HEADERS_MAX = 64 * 1024, /* bytes of headers, also over several answers in a row (1xx) */
    URL_MAX = 2048,
    RETRY_AFTER_MAX = 24 * 60 * 60
};

struct rr_http {
    CURL *handle;
    char *proxy; /* NULL: none */
    bool insecure;
};

/* One request: where its answer goes. */
typedef struct transfer {
    uint8_t *body;
    size_t len, capacity, limit, headers;
    bool too_large, no_memory, too_many_headers;
} transfer;

rr_status rr_http_open(rr_http **http, const rr_http_options *options) {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return RR_NO_SPACE;
    rr_http *h = calloc(1, sizeof *h);
    *http = h;
    if (!h) return RR_NO_SPACE;
    h->insecure = options->insecure;
    h->handle = curl_easy_init();
    h->proxy = options->proxy ? strdup(options->proxy) : NULL;
    if (!h->handle || (options->proxy && !h->proxy)) {
        rr_http_close(h);
        *http = NULL;
        return RR_NO_SPACE;
    }
    long timeout = options->timeout ? (long)options->timeout : TIMEOUT;
    CURL *c = h->handle;
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "robin");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, timeout);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, timeout);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)LONGEST);
    curl_easy_setopt(c, CURLOPT_NOPROXY, ""); /* nor is the environment asked for exceptions */
    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    return RR_OK;
}

void rr_http_close(rr_http *http) {
    if (!http) return;
    if (http->handle) curl_easy_cleanup(http->handle);
    free(http->proxy);
    free(http);
    curl_global_cleanup();
}

/* ---- which URLs may be asked ---------------------------------------------------------------------------------------- */

/* Scheme, host and port of a URL; the rest of it is of no interest here. */
typedef struct origin {
    char *scheme, *host, *port;
} origin;

static void origin_free(origin *o) {
    curl_free(o->scheme);
    curl_free(o->host);
    curl_free(o->port);
    *o = (origin){NULL, NULL, NULL};
}

/* NULL, or why this is no URL to ask. */
static const char *origin_read(origin *o, const char *url) {
    *o = (origin){NULL, NULL, NULL};
    CURLU *parts = strlen(url) < URL_MAX ? curl_url() : NULL;
    if (!parts) return "it is too long";
    const char *fault = NULL;
    char *user = NULL;
    if (curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
        curl_url_get(parts, CURLUPART_SCHEME, &o->scheme, 0) != CURLUE_OK ||
        curl_url_get(parts, CURLUPART_HOST, &o->host, 0) != CURLUE_OK || o->host[0] == '\0')
        fault = "it is no web address";
    else if (strcmp(o->scheme, "http") != 0 && strcmp(o->scheme, "https") != 0)
        fault = "it begins with neither https:// nor http://";
    else if (curl_url_get(parts, CURLUPART_PORT, &o->port, CURLU_DEFAULT_PORT) != CURLUE_OK)
        fault = "it has no port";
    else if (curl_url_get(parts, CURLUPART_USER, &user, 0) == CURLUE_OK)
        fault = "it holds the name of a user";
    curl_free(user);
    curl_url_cleanup(parts);
    return fault;
}

static bool is_loopback(const char *host) {
    struct in_addr address;
    if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0) return true;
    return inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

static bool is_onion(const char *host) {
    size_t len = strlen(host);
    return len > 6 && strcasecmp(host + len - 6, ".onion") == 0;
}

/* NULL, or why it may not be asked.  This machine itself is never asked through a proxy. */
static const char *origin_fault(const rr_http *http, const origin *o) {
    bool here = is_loopback(o->host);
    if (http->proxy && !here && strncmp(http->proxy, "socks5h://", 10) != 0)
        return "the proxy should be written socks5h://ADDRESS:PORT, so that names are looked up behind it";
    if (is_onion(o->host) && !http->proxy) return "an onion address needs --proxy, usually socks5h://127.0.0.1:9050";
    if (strcmp(o->scheme, "https") == 0 || here || is_onion(o->host) || http->insecure) return NULL;
    return "it is not encrypted: everybody on the way can read it. Use https://";
}

static bool same_origin(const origin *a, const origin *b) {
    return strcasecmp(a->scheme, b->scheme) == 0 && strcasecmp(a->host, b->host) == 0 && strcmp(a->port, b->port) == 0;
}

/* ---- one request ---------------------------------------------------------------------------------------------------- */

static size_t take_body(char *data, size_t size, size_t count, void *context) {
    transfer *t = (transfer *)context;
    size_t len = size * count;
    if (len > t->limit - t->len) {
        t->too_large = true;
        return 0;
    }
    if (t->capacity - t->len < len) {
        size_t capacity = t->capacity + t->capacity / 2 + len;
        uint8_t *body = realloc(t->body, capacity);
        if (!body) {
            t->no_memory = true;
            return 0;
        }
        t->body = body;
        t->capacity = capacity;
    }
    memcpy(t->body + t->len, data, len);
    t->len += len;
    return len;
}

static size_t take_header(char *data, size_t size, size_t count, void *context) {
    transfer *t = (transfer *)context;
    (void)data;
    t->headers += size * count;
    t->too_many_headers = t->headers > HEADERS_MAX;
    return t->too_many_headers ? 0 : size * count;
}

static rr_status fail(char *error, rr_status status, const char *url, const char *why) {
    snprintf(error, RR_HTTP_ERROR_SIZE, "%.200s: %.300s", url, why);
    return status;
}

static rr_status transfer_fault(char *error, const transfer *t, const char *url, CURLcode code, const char *detail) {
    if (t->too_large) return fail(error, RR_NO_SPACE, url, "the answer is larger than anything that is expected here");
    if (t->no_memory) return fail(error, RR_IO, url, "there is not enough memory for the answer");
    if (t->too_many_headers) return fail(error, RR_IO, url, "the server sends headers without end");
    if (code == CURLE_OPERATION_TIMEDOUT) return fail(error, RR_IO, url, "the server does not answer in time");
    return fail(error, RR_IO, url, detail[0] ? detail : curl_easy_strerror(code));
}

/* Asks once, follows nothing. */
static rr_status ask(rr_http *http, transfer *t, char *error, const char *url) {
    char detail[CURL_ERROR_SIZE] = "";
    CURL *c = http->handle;
    origin o;
    const char *fault = origin_read(&o, url);
    if (!fault) fault = origin_fault(http, &o);
    if (fault) {
        origin_free(&o);
        return fail(error, RR_REFUSED, url, fault);
    }
    /* The empty string keeps the environment's proxy out. */
    curl_easy_setopt(c, CURLOPT_PROXY, http->proxy && !is_loopback(o.host) ? http->proxy : "");
    origin_free(&o);
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, detail);
    CURLcode code = curl_easy_perform(c);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, NULL);
    return code == CURLE_OK ? RR_OK : transfer_fault(error, t, url, code, detail);
}

static void finish(rr_http *http, transfer *t, rr_http_reply *reply) {
    curl_off_t seconds = 0;
    curl_easy_getinfo(http->handle, CURLINFO_RESPONSE_CODE, &reply->status);
    if (curl_easy_getinfo(http->handle, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK && seconds > 0)
        reply->retry_after = (unsigned)(seconds < RETRY_AFTER_MAX ? seconds : RETRY_AFTER_MAX);
    reply->body = t->body;
    reply->len = t->len;
}

/* Where a redirect leads, to be freed; NULL with RR_OK: it is none.  RR_REFUSED: to another place. */
static rr_status next_url(rr_http *http, char **next, char *error, const char *url) {
    char *to = NULL;
    origin from, target;
    *next = NULL;
    if (curl_easy_getinfo(http->handle, CURLINFO_REDIRECT_URL, &to) != CURLE_OK || !to) return RR_OK;
    const char *fault = origin_read(&from, url), *other = origin_read(&target, to);
    bool same = !fault && !other && same_origin(&from, &target);
    origin_free(&from);
    origin_free(&target);
    if (!same) return fail(error, RR_REFUSED, url, "the server leads to another place, which is not followed");
    *next = strdup(to);
    return *next ? RR_OK : fail(error, RR_IO, url, "there is not enough memory");
}

rr_status rr_http_get(rr_http *http, rr_http_reply *reply, char error[RR_HTTP_ERROR_SIZE], const char *url, size_t limit) {
    char *at = strdup(url);
    rr_status status = at ? RR_OK : fail(error, RR_IO, url, "there is not enough memory");
    *reply = (rr_http_reply){.status = 0};
    curl_easy_setopt(http->handle, CURLOPT_HTTPGET, 1L);
    for (int i = 0; status == RR_OK; i++) {
        transfer t = {.limit = limit};
        char *next = NULL;
        status = ask(http, &t, error, at);
        if (status == RR_OK) status = next_url(http, &next, error, at);
        if (status == RR_OK && next && i == REDIRECTS) status = fail(error, RR_REFUSED, url, "the server redirects in circles");
        if (status == RR_OK && !next) {
            finish(http, &t, reply);
            break;
        }
        free(t.body);
        free(at);
        at = next;
    }
    free(at);
    return status;
}

rr_status rr_http_post(rr_http *http, rr_http_reply *reply, char error[RR_HTTP_ERROR_SIZE], const char *url, const char *type,
                       const void *body, size_t len, size_t limit) {
    char line[256];
    *reply = (rr_http_reply){.status = 0};
    snprintf(line, sizeof line, "Content-Type: %.200s", type ? type : "application/octet-stream");
    struct curl_slist *headers = curl_slist_append(NULL, line);
    struct curl_slist *both = headers ? curl_slist_append(headers, "Expect:") : NULL; /* no waiting for 100 Continue */
    if (!both) {
        curl_slist_free_all(headers);
        return fail(error, RR_IO, url, "there is not enough memory");
    }
    CURL *c = http->handle;
    transfer t = {.limit = limit};
    curl_easy_setopt(c, CURLOPT_POST, 1L);
    curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, both);
    rr_status status = ask(http, &t, error, url);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, NULL);
    curl_easy_setopt(c, CURLOPT_POSTFIELDS, NULL);
    curl_slist_free_all(both);
    if (status == RR_OK)
        finish(http, &t, reply);
    else
        free(t.body);
    return status;
}
