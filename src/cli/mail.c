/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/mail.h"

#include <sodium.h>
#include <string.h>
#include <time.h>

enum {
    LOCAL_MAX = 64,
    ADDRESS_MAX = 254,
    WORD_BYTES =
        42, /* of text in an encoded word: 56 characters of base64, and 12 around them, are within the 75 of RFC 2047 */
    LINE_MAX_QP = 75 /* characters before a soft line break */
};

static bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Atoms joined by single dots. */
static bool is_dotted(rr_text text, const char *also) {
    bool after_dot = true;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.start[i];
        if (c == '.' ? after_dot : !is_alphanumeric(c) && (c == 0 || strchr(also, c) == NULL)) return false;
        after_dot = c == '.';
    }
    return !after_dot;
}

bool rr_mail_address_is(rr_text text) {
    rr_text local, domain = text;
    if (text.len > ADDRESS_MAX || !rr_text_cut(&local, &domain, '@')) return false;
    if (domain.len > 0 && (domain.start[0] == '-' || domain.start[domain.len - 1] == '-')) return false;
    return local.len <= LOCAL_MAX && is_dotted(local, "!#$%&'*+/=?^_`{|}~-") && is_dotted(domain, "-");
}

/* ---- headers ---------------------------------------------------------------------------------------------------------------- */

/* As encoded words, each on a line of its own, none of them splitting a character. */
static void build_words(rr_builder *b, rr_text text) {
    char base64[sodium_base64_ENCODED_LEN(WORD_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    const char *separator = "";
    for (rr_text rest = text; rest.len > 0; separator = "\r\n ") {
        size_t n = 0;
        while (n < rest.len) {
            uint32_t character;
            rr_text tail = {rest.start + n, rest.len - n};
            size_t len = rr_text_character(&character, tail);
            if (len == 0) len = 1;
            if (n + len > WORD_BYTES) break;
            n += len;
        }
        sodium_bin2base64(base64, sizeof base64, (const unsigned char *)rest.start, n, sodium_base64_VARIANT_ORIGINAL);
        rr_build(b, "%s=?utf-8?B?%s?=", separator, base64);
        rest.start += n;
        rest.len -= n;
    }
}

/* In English whatever the locale. */
static void build_date(rr_builder *b, int64_t seconds) {
    static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t t = (time_t)seconds;
    struct tm parts;
    if (gmtime_r(&t, &parts) == NULL) rr_die(RR_EXIT_IO, "the clock has no time that can be written.");
    rr_build(b, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n", days[parts.tm_wday], parts.tm_mday, months[parts.tm_mon],
             parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

/* ---- text ------------------------------------------------------------------------------------------------------------------- */

/* RFC 2045, section 6.7. */
static void build_quoted(rr_builder *b, rr_text text) {
    size_t column = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.start[i];
        if (c == '\n') {
            rr_build(b, "\r\n");
            column = 0;
            continue;
        }
        bool ends_line = i + 1 == text.len || text.start[i + 1] == '\n';
        bool plain = (c > ' ' && c < 0x7f && c != '=' && c != '.') || (c == ' ' && !ends_line) || (c == '.' && column > 0);
        size_t width = plain ? 1 : 3;
        if (column + width > LINE_MAX_QP) {
            rr_build(b, "=\r\n");
            column = 0;
            /* A dot that would now begin a line, which a careless relay may take for the end of the mail. */
            if (c == '.') plain = false, width = 3;
        }
        rr_build(b, plain ? "%c" : "=%02X", c);
        column += width;
    }
}

void rr_build_mail(rr_builder *b, const rr_mail *mail) {
    rr_text local, domain = mail->from;
    (void)rr_text_cut(&local, &domain, '@');
    build_date(b, mail->time);
    rr_build(b, "From: %.*s\r\nTo: ", (int)mail->from.len, mail->from.start);
    build_words(b, mail->to_name);
    rr_build(b, "\r\n <%.*s>\r\nSubject: ", (int)mail->to.len, mail->to.start);
    build_words(b, mail->subject);
    rr_build(b, "\r\nMessage-ID: <%s@%.*s>\r\n", mail->message_id, (int)domain.len, domain.start);
    rr_build(
        b,
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
    build_quoted(b, mail->text);
}
