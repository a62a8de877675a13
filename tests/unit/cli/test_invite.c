/* SPDX-License-Identifier: Apache-2.0 */
/* Sheets, links, QR codes and mails, of people and bodies with hostile names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <qrencode.h>
#include <sodium.h>

#include "base/sha2.h"
#include "cli/mail.h"
#include "cli/qr.h"
#include "cli/sheets.h"
#include "cli/smtp.h"

#define CODE "0000-1111-2222-3333-4444-5555-6666"
#define VKEY "registrar.example.org/staff+61a8de1f+AXdJJkXkUHe5WYlEOXdCTEmCYHF0xFFy5b0swYhqWTeg"
#define EVIL "\"><script>alert('1')</script>&{{code}}{{x}}%n"

static rr_invitation invitation_of(const char *name, const char *body, const char *code) {
    rr_invitation i = {.edition = 3, .slots = 4};
    memset(&i.id, 0xab, sizeof i.id);
    i.body = rr_text_of(body);
    i.registrar = rr_text_of(VKEY);
    i.member = rr_text_of("a.b_c-1");
    i.name = rr_text_of(name);
    i.code = rr_text_of(code);
    return i;
}

static const char *link_of(const rr_invitation *i) {
    return rr_link_of(rr_edition_address("https://petition.example.org/", &i->id, i->edition), i);
}

static size_t count_of(const char *text, const char *word) {
    size_t n = 0;
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) n++;
    return n;
}

/* ---- sheets ----------------------------------------------------------------------------------------------------------------- */

static void test_sheet_escapes_everything(void **state) {
    (void)state;
    for (rr_language language = RR_ENGLISH; language <= RR_RUSSIAN; language++) {
        rr_invitation i = invitation_of(EVIL, EVIL, CODE);
        rr_builder b = {NULL, 0, 0};
        rr_build_page_head(&b, language, i.body);
        rr_build_sheet(&b, language, &i, link_of(&i));
        rr_build_page_foot(&b);
        assert_null(strstr(b.text, "<script"));
        assert_null(strstr(b.text, "alert('"));
        /* Title, name and body; what looks like a place in a template stays what it is. */
        assert_int_equal(count_of(b.text, "&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;{{code}}{{x}}%n"), 3);
        assert_int_equal(count_of(b.text, "<section>"), 1);
        assert_int_equal(count_of(b.text, "<svg "), 1);
        assert_non_null(strstr(b.text, "<span>0000-</span>"));
        /* Nothing is fetched. */
        assert_null(strstr(b.text, "src="));
        assert_null(strstr(b.text, "href"));
        assert_null(strstr(b.text, "url("));
    }
}

static void test_style_is_the_one_that_is_allowed(void **state) {
    (void)state;
    rr_builder b = {NULL, 0, 0};
    rr_build_page_head(&b, RR_ENGLISH, rr_text_of("Staff"));
    const char *style = strstr(b.text, "<style>") + 7, *end = strstr(style, "</style>");
    uint8_t hash[32];
    char base64[64], policy[256];
    rr_sha256_of(hash, style, (size_t)(end - style));
    sodium_bin2base64(base64, sizeof base64, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
    (void)snprintf(policy, sizeof policy, "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'",
                   base64);
    assert_non_null(strstr(b.text, policy));
}

static void test_without_code(void **state) {
    (void)state;
    rr_invitation i = invitation_of("Anna", "Staff", "");
    rr_builder sheet = {NULL, 0, 0}, mail = {NULL, 0, 0};
    rr_build_sheet(&sheet, RR_ENGLISH, &i, link_of(&i));
    rr_build_mail_text(&mail, RR_ENGLISH, &i, link_of(&i));
    assert_non_null(strstr(sheet.text, "SSH key"));
    assert_null(strstr(sheet.text, "class=\"code\""));
    assert_null(strstr(sheet.text, "used up by"));
    assert_null(strstr(link_of(&i), "code"));
    assert_non_null(strstr(mail.text, "SSH key"));
}

/* ---- links ------------------------------------------------------------------------------------------------------------------ */

static void test_link_says_nothing_to_the_server(void **state) {
    (void)state;
    rr_invitation i = invitation_of("Zoë & co?#/", "Staff", CODE);
    char wanted[256], mark[RR_REGISTRAR_MARK_SIZE];
    rr_registrar_mark(mark, i.registrar);
    (void)snprintf(wanted, sizeof wanted, "#member=a.b_c-1&code=" CODE "&key=%s&name=Zo%%C3%%AB%%20%%26%%20co%%3F%%23%%2F",
                   mark);
    const char *link = link_of(&i), *fragment = strchr(link, '#');
    assert_string_equal(fragment, wanted);
    assert_int_equal(count_of(link, "#"), 1);
    assert_null(memmem(link, (size_t)(fragment - link), "0000", 4));
    assert_null(memmem(link, (size_t)(fragment - link), "a.b_c", 5));
    assert_null(memmem(link, (size_t)(fragment - link), "?", 1));
}

static void test_link_is_read_as_it_was_written(void **state) {
    (void)state;
    static const char *const names[] = {EVIL, "Anna", "\xd0\x9c\xd0\xb8\xd1\x85\xd0\xb0\xd0\xb8\xd0\xbb", "100% = + &"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        rr_invitation i = invitation_of(names[k], "Staff", k % 2 == 0 ? CODE : "");
        const char *link = rr_format("%s\n", link_of(&i));
        rr_invitation_link read;
        assert_int_equal(rr_invitation_link_read(&read, rr_text_of(link)), RR_OK);
        assert_memory_equal(&read.id, &i.id, sizeof i.id);
        assert_int_equal(read.edition, 3);
        assert_string_equal(read.member, "a.b_c-1");
        assert_string_equal(read.name, names[k]);
        assert_string_equal(read.code, k % 2 == 0 ? CODE : "");
        assert_ptr_equal(read.address.start, link);
        assert_int_equal(link[read.address.len], '#');
    }
}

/* What is not whole, or not of the form, and then a spelling of the code that people type. */
static void test_link_that_is_not_whole(void **state) {
    (void)state;
    static const char id[] = "0000000000000000000000000000000000000000000000000000000000000000",
                      key[] = "0123456789abcdef0123456789abcdef";
    static const char *const bad[] = {"",
                                      "member=a&name=A",
                                      "member=a&key=%s",
                                      "name=A&key=%s",
                                      "member=a b&name=A&key=%s",
                                      "member=a&name=%%&key=%s",
                                      "member=a&name=%%f&key=%s",
                                      "member=a&name=%%00&key=%s",
                                      "member=a&name=%%0a&key=%s",
                                      "member=a&name=A&key=%s0",
                                      "member=a&name=A&key=%.31s",
                                      "member=a&name=A&code=x&key=%s",

                                      "member=a&name=A&key=%s&other"};
    rr_invitation_link read;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char *fragment = NULL;
        assert_true(asprintf(&fragment, bad[i], key) >= 0);
        const char *link = rr_format("https://x/e/%s/1/#%s", id, fragment);
        if (rr_invitation_link_read(&read, rr_text_of(link)) != RR_MALFORMED) fail_msg("%s", link);
        free(fragment);
    }
    static const char *const address[] = {"https://x/e/%s/1#", "https://x/e/%s/0/#", "https://x/e/%.63s/1/#", "/e/%s/1/",
                                          "x%s/1/#"};
    for (size_t i = 0; i < sizeof address / sizeof *address; i++) {
        char *start = NULL;
        assert_true(asprintf(&start, address[i], id) >= 0);
        const char *link = rr_format("%smember=a&name=A&key=%s", start, key);
        if (rr_invitation_link_read(&read, rr_text_of(link)) != RR_MALFORMED) fail_msg("%s", link);
        free(start);
    }
    const char *good = rr_format("https://x/e/%s/1/#new=field%%&key=%s&code=%s&name=A&member=a\r\n", id, key,
                                 "OOOO-1111-2222-3333-4444-5555-6666");
    assert_int_equal(rr_invitation_link_read(&read, rr_text_of(good)), RR_OK);
    assert_string_equal(read.code, "0000-1111-2222-3333-4444-5555-6666");
}

/* ---- QR codes --------------------------------------------------------------------------------------------------------------- */

/* Draws the path again. */
static void draw(uint8_t *dark, size_t side, const char *path) {
    for (const char *at = path; *at == 'M';) {
        char *end;
        size_t x = strtoul(at + 1, &end, 10), y = strtoul(end, &end, 10), n = strtoul(end + 1, &end, 10);
        assert_true(x + n <= side && y < side);
        for (size_t k = 0; k < n; k++) dark[y * side + x + k] = 1;
        at = strchr(end, 'z');
        assert_non_null(at);
        at++;
    }
}

static void test_qr_is_that_of_the_text(void **state) {
    (void)state;
    rr_invitation i = invitation_of(EVIL, "Staff", CODE);
    const char *link = link_of(&i);
    rr_builder b = {NULL, 0, 0};
    rr_build_qr(&b, link);
    QRcode *code = QRcode_encodeString8bit(link, 0, QR_ECLEVEL_M);
    size_t width = (size_t)code->width, side = width + 8;
    uint8_t *dark = calloc(side, side);
    assert_non_null(strstr(b.text, rr_format("viewBox=\"0 0 %zu %zu\"", side, side)));
    draw(dark, side, strstr(b.text, "fill=\"#000\" d=\"") + 15);
    for (size_t y = 0; y < side; y++)
        for (size_t x = 0; x < side; x++) {
            bool inside = x >= 4 && y >= 4 && x < width + 4 && y < width + 4;
            int wanted = inside ? code->data[(y - 4) * width + x - 4] & 1 : 0;
            assert_int_equal(dark[y * side + x], wanted);
        }
    free(dark);
    QRcode_free(code);
}

/* ---- mails ------------------------------------------------------------------------------------------------------------------ */

static rr_builder mail_of(const char *to_name, const char *subject, const char *text) {
    rr_builder b = {NULL, 0, 0};
    rr_mail mail = {.from = rr_text_of("registrar@example.org"), .to = rr_text_of("a@example.org"), .time = 1700000000};
    mail.to_name = rr_text_of(to_name);
    mail.subject = rr_text_of(subject);
    mail.message_id = "00ff";
    mail.text = rr_text_of(text);
    rr_build_mail(&b, &mail);
    return b;
}

/* Lines end in CR LF, none is too long, and there are exactly these headers. */
static const char *check_form(const rr_builder *mail) {
    static const char *const names[] = {"Date: ",       "From: ",         "To: ",           "Subject: ",
                                        "Message-ID: ", "MIME-Version: ", "Content-Type: ", "Content-Transfer-Encoding: "};
    const char *end = strstr(mail->text, "\r\n\r\n");
    assert_non_null(end);
    size_t headers = 0;
    for (const char *at = mail->text; at < end; at = strstr(at, "\r\n") + 2) {
        if (*at == ' ') continue;
        assert_true(headers < sizeof names / sizeof *names);
        assert_memory_equal(at, names[headers], strlen(names[headers]));
        headers++;
    }
    assert_int_equal(headers, sizeof names / sizeof *names);
    for (size_t i = 0, line = 0; i < mail->len; i++) {
        unsigned char c = (unsigned char)mail->text[i];
        assert_true(c == '\r' || c == '\n' || (c >= ' ' && c < 0x7f));
        if (c == '\n') assert_true(i > 0 && mail->text[i - 1] == '\r');
        if (c == '\r') assert_int_equal(mail->text[i + 1], '\n');
        line = c == '\n' ? 0 : line + 1;
        assert_true(line <= 79);
    }
    return end + 4;
}

static void test_no_header_can_be_added(void **state) {
    (void)state;
    static const char *const hostile[] = {"x\r\nBcc: all@example.org",
                                          "x\nBcc: all@example.org\n\nbody",
                                          "\r\n\r\n",
                                          "=?utf-8?B?",
                                          "\" <evil@example.org>, \"",
                                          "\xff\xfe\xd0"};
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        rr_builder mail = mail_of(hostile[i], hostile[i], "text\n");
        (void)check_form(&mail);
        assert_null(strstr(mail.text, "Bcc"));
        assert_null(strstr(mail.text, "evil@"));
    }
}

static void test_words_join_to_the_name(void **state) {
    (void)state;
    char name[256] = "", joined[256];
    for (int i = 0; i < 60; i++) strcat(name, i % 3 == 0 ? "a" : "\xd0\xa9");
    rr_builder mail = mail_of(name, name, "text\n");
    (void)check_form(&mail);
    size_t len = 0;
    const char *end = strstr(mail.text, " <a@");
    for (const char *at = strstr(mail.text, "To: "); (at = strstr(at, "=?utf-8?B?")) != NULL && at < end;) {
        const char *close = strstr(at + 10, "?=");
        assert_true(close + 2 - at <= 75);
        size_t n;
        assert_int_equal(sodium_base642bin((unsigned char *)joined + len, sizeof joined - len, at + 10,
                                           (size_t)(close - at - 10), NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL),
                         0);
        /* No word ends within a character. */
        assert_true(len + n == strlen(name) || (name[len + n] & 0xc0) != 0x80);
        len += n;
        at = close;
    }
    assert_int_equal(len, strlen(name));
    assert_memory_equal(joined, name, len);
}

static void test_text_is_quoted(void **state) {
    (void)state;
    static const char text[] =
        ".\n..\na = b "
        "\nschl\xc3\xb6n\n0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567.9\n";
    static const char wanted[] =
        "=2E\r\n=2E.\r\na =3D b=20\r\nschl=C3=B6n\r\n"
        "012345678901234567890123456789012345678901234567890123456789012345678901234=\r\n5678901234567.9\r\n";
    rr_builder mail = mail_of("Anna", "Hello", text);
    assert_string_equal(check_form(&mail), wanted);
    assert_non_null(strstr(mail.text, "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"));
    assert_non_null(strstr(mail.text, "Message-ID: <00ff@example.org>\r\n"));
}

static void test_addresses(void **state) {
    (void)state;
    static const char *const good[] = {"a@b", "a.b+c@mail.example.org", "o'neil@x-y.example"};
    static const char *const bad[] = {"",      "a",          "@b",     "a@",   "a b@c", "a@b c", "a@b\r\nRCPT TO:<x@y>",
                                      "<a@b>", "a@b,c@d",    "a..b@c", ".a@c", "a@c.",  "a@-c",  "\"a\"@b",
                                      "a@b@c", "\xc3\xa4@b", "a@b>"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_true(rr_mail_address_is(rr_text_of(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(rr_mail_address_is(rr_text_of(bad[i])));
    assert_false(rr_mail_address_is((rr_text){"a\0b@c", 5}));
}

static void test_only_this_machine_goes_without_tls(void **state) {
    (void)state;
    static const char *const here[] = {"smtp://127.0.0.1:25", "smtp://localhost", "smtp://[::1]:25", "smtp://127.1.2.3"};
    static const char *const elsewhere[] = {"smtp://mail.example.org",   "smtp://127.0.0.1.example.org",
                                            "smtp://127.example.org:25", "smtp://localhost.example.org",
                                            "smtp://128.0.0.1",          "smtp://127.0.0.1@example.org"};
    for (size_t i = 0; i < sizeof here / sizeof *here; i++) assert_true(rr_smtp_is_local(here[i]));
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) assert_false(rr_smtp_is_local(elsewhere[i]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sheet_escapes_everything),
        cmocka_unit_test(test_style_is_the_one_that_is_allowed),
        cmocka_unit_test(test_without_code),
        cmocka_unit_test(test_link_says_nothing_to_the_server),
        cmocka_unit_test(test_link_is_read_as_it_was_written),
        cmocka_unit_test(test_link_that_is_not_whole),
        cmocka_unit_test(test_qr_is_that_of_the_text),
        cmocka_unit_test(test_no_header_can_be_added),
        cmocka_unit_test(test_words_join_to_the_name),
        cmocka_unit_test(test_text_is_quoted),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_only_this_machine_goes_without_tls),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
