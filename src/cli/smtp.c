/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/smtp.h"

#include <curl/curl.h>
#include <string.h>

enum { CONNECT_SECONDS = 30, MAIL_SECONDS = 120 };

struct rr_smtp {
    CURL *curl;
    rr_text rest; /* of the mail that is being sent */
};

/* "host" of scheme://host:port, with the brackets of an IPv6 address. */
static rr_text host_of(const char *url) {
    const char *start = strstr(url, "://");
    if (start == NULL) return (rr_text){"", 0};
    start += 3;
    size_t len = start[0] == '[' ? strcspn(start, "]") + 1 : strcspn(start, ":/");
    return (rr_text){start, len};
}

bool rr_smtp_is_local(const char *url) {
    rr_text host = host_of(url), part, rest = host;
    uint32_t number;
    if (rr_text_is(host, "localhost") || rr_text_is(host, "[::1]")) return true;
    if (!rr_text_begins(host, "127.")) return false;
    for (int i = 0; i < 3; i++)
        if (!rr_text_cut(&part, &rest, '.') || !rr_text_number(&number, part) || number > 255) return false;
    return rr_text_number(&number, rest) && number < 256;
}

static bool is_url(const char *url) {
    if (strncmp(url, "smtps://", 8) != 0 && strncmp(url, "smtp://", 7) != 0) return false;
    rr_text host = host_of(url);
    if (host.len == 0) return false;
    for (const char *at = host.start; *at != 0; at++)
        if (!((*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
              strchr(".-:[]", *at) != NULL))
            return false;
    return true;
}

static size_t give(char *out, size_t size, size_t count, void *context) {
    rr_smtp *smtp = context;
    size_t n = size * count < smtp->rest.len ? size * count : smtp->rest.len;
    if (n > 0) memcpy(out, smtp->rest.start, n);
    smtp->rest.start += n;
    smtp->rest.len -= n;
    return n;
}

rr_smtp *rr_smtp_open(const char *url, const char *user, const char *password) {
    if (!is_url(url))
        rr_die(RR_EXIT_USAGE, "--smtp: %s is no address of a mail server. It looks like smtps://mail.example.org:465",
               rr_safe_string(url));
    rr_smtp *smtp = rr_take(sizeof *smtp);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || (smtp->curl = curl_easy_init()) == NULL)
        rr_die(RR_EXIT_IO, "the library that sends mails does not start.");
    CURL *c = smtp->curl;
    long tls = rr_smtp_is_local(url) ? CURLUSESSL_TRY : CURLUSESSL_ALL;
    bool bad = curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps") != CURLE_OK;
    bad = curl_easy_setopt(c, CURLOPT_URL, url) != CURLE_OK || bad;
    bad = curl_easy_setopt(c, CURLOPT_USE_SSL, tls) != CURLE_OK || bad;
    bad = curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) != CURLE_OK || bad;
    bad = curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) != CURLE_OK || bad;
    bad = curl_easy_setopt(c, CURLOPT_PROXY, "") != CURLE_OK || bad;
    bad = curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS) != CURLE_OK || bad;
    bad = curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)MAIL_SECONDS) != CURLE_OK || bad;
    bad = curl_easy_setopt(c, CURLOPT_UPLOAD, 1L) != CURLE_OK || bad;
    bad = curl_easy_setopt(c, CURLOPT_READFUNCTION, give) != CURLE_OK || bad;
    bad = curl_easy_setopt(c, CURLOPT_READDATA, smtp) != CURLE_OK || bad;
    if (user != NULL) {
        bad = curl_easy_setopt(c, CURLOPT_USERNAME, user) != CURLE_OK || bad;
        bad = curl_easy_setopt(c, CURLOPT_PASSWORD, password) != CURLE_OK || bad;
    }
    if (bad) rr_die(RR_EXIT_IO, "the library that sends mails is too old.");
    return smtp;
}

void rr_smtp_close(rr_smtp *smtp) {
    curl_easy_cleanup(smtp->curl);
    smtp->curl = NULL;
}

rr_smtp_answer rr_smtp_send(rr_smtp *smtp, const char **why, const char *from, const char *to, rr_text mail) {
    struct curl_slist *to_list = curl_slist_append(NULL, to);
    if (to_list == NULL) rr_die(RR_EXIT_IO, "out of memory.");
    smtp->rest = mail;
    (void)curl_easy_setopt(smtp->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)mail.len);
    if (curl_easy_setopt(smtp->curl, CURLOPT_MAIL_FROM, from) != CURLE_OK ||
        curl_easy_setopt(smtp->curl, CURLOPT_MAIL_RCPT, to_list) != CURLE_OK)
        rr_die(RR_EXIT_IO, "out of memory.");
    CURLcode code = curl_easy_perform(smtp->curl);
    long said = 0;
    (void)curl_easy_getinfo(smtp->curl, CURLINFO_RESPONSE_CODE, &said);
    (void)curl_easy_setopt(smtp->curl, CURLOPT_MAIL_RCPT, NULL);
    curl_slist_free_all(to_list);
    smtp->rest = (rr_text){NULL, 0};
    if (code == CURLE_OK) return RR_SMTP_SENT;
    /* What the server wrote is not shown: it may repeat what it was sent. */
    *why =
        said >= 400 ? rr_format("the mail server answers %ld (%s)", said, curl_easy_strerror(code)) : curl_easy_strerror(code);
    return said >= 500 && said < 600 && code != CURLE_LOGIN_DENIED && code != CURLE_USE_SSL_FAILED ? RR_SMTP_REFUSED
                                                                                                   : RR_SMTP_FAILED;
}
