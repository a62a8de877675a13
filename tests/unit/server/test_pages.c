/* SPDX-License-Identifier: Apache-2.0 */
/* Pages and pictures: well-formed whatever petitions hold, complete, and functions of what they are given. */
#include <stdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "markup.h"
#include "pages_world.h"
#include "server/html.h"

#define MISTAKE "\xEF\xBF\xBD"

static const char *const languages[] = {"en", "ru"};

typedef rr_status (*maker)(rr_bytes_out *out, const rr_page *page, const rr_view *view);

static rr_status roll_page(rr_bytes_out *out, const rr_page *page, const rr_view *view) {
    return rr_page_roll(out, page, view, 1);
}

static rr_status log_page(rr_bytes_out *out, const rr_page *page, const rr_view *view) {
    return rr_page_log(out, page, view, 1);
}

static const maker makers[] = {rr_page_petition, roll_page, log_page, rr_page_sheet, rr_page_round_robin, rr_page_badge};
enum { MAKERS = sizeof makers / sizeof *makers };

static char *make(maker f, const rr_page *page, const rr_view *view, size_t *len) {
    rr_bytes_out out;
    assert_int_equal(f(&out, page, view), RR_OK);
    char *text = malloc(out.len + 1);
    assert_non_null(text);
    memcpy(text, out.bytes, out.len);
    text[out.len] = 0;
    *len = out.len;
    free(out.bytes);
    return text;
}

static void all_are_well_formed(const pages_options *options, bool mistakes) {
    pages_world *w = pages_world_new(options);
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < MAKERS; i++) {
            rr_page page = pages_in(languages[l]);
            size_t len;
            char *text = make(makers[i], &page, &w->view, &len);
            check_markup(text, len);
            if (!mistakes) assert_null(strstr(text, MISTAKE));
            free(text);
        }
    pages_world_free(w);
}

static bool holds(maker f, const pages_options *options, const char *part) {
    pages_world *w = pages_world_new(options);
    rr_page page = pages_in("en");
    size_t len;
    char *text = make(f, &page, &w->view, &len);
    bool found = strstr(text, part) != NULL;
    free(text);
    pages_world_free(w);
    return found;
}

static size_t occurrences(const char *text, const char *part) {
    size_t count = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part)) count++;
    return count;
}

/* ---- sizes ----------------------------------------------------------------------------------------------------------- */

static void test_sizes(void **state) {
    (void)state;
    static const uint32_t sizes[] = {1, 2, 24, 150, 151, 5000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (uint32_t classes = 0; classes < 5; classes += 4)
            for (int who = 0; who < 3; who++) {
                uint32_t n = sizes[i];
                pages_options o = {.entries = n,
                                   .classes = n < classes ? 0 : classes,
                                   .named = who == 1 ? n : 0,
                                   .hidden = who == 2 ? n : 0,
                                   .batches = 3,
                                   .goal = n,
                                   .names = true,
                                   .modes_sealed = classes > 0,
                                   .imported = who == 2,
                                   .closed = who == 1};
                all_are_well_formed(&o, false);
            }
}

static void test_a_million(void **state) {
    (void)state;
    pages_options o = {.entries = 1000000, .classes = 6, .named = 2000, .hidden = 300000, .batches = 2500, .goal = 1};
    pages_world *w = pages_world_new(&o);
    rr_page page = pages_in("en");
    size_t len;
    char *text = make(rr_page_round_robin, &page, &w->view, &len);
    check_markup(text, len);
    assert_in_range(len, 1000, 20000);
    free(text);
    rr_bytes_out out;
    assert_int_equal(rr_page_roll(&out, &page, &w->view, 1000), RR_OK);
    check_markup((const char *)out.bytes, out.len);
    free(out.bytes);
    assert_int_equal(rr_page_roll(&out, &page, &w->view, 1001), RR_NOT_FOUND);
    assert_int_equal(rr_page_roll(&out, &page, &w->view, 0), RR_NOT_FOUND);
    assert_int_equal(rr_page_log(&out, &page, &w->view, 3), RR_OK);
    check_markup((const char *)out.bytes, out.len);
    free(out.bytes);
    assert_int_equal(rr_page_log(&out, &page, &w->view, 4), RR_NOT_FOUND);
    pages_world_free(w);
}

/* ---- what a picture shows -------------------------------------------------------------------------------------------- */

static void test_marks(void **state) {
    (void)state;
    pages_options o = {.entries = 24, .named = 7, .hidden = 11, .names = true};
    pages_world *w = pages_world_new(&o);
    rr_page page = pages_in("en");
    size_t len;
    char *text = make(rr_page_round_robin, &page, &w->view, &len);
    char *faint = strstr(text, "class=\"rr-faint-line\""), *dark = strstr(text, "class=\"rr-ink-line\"");
    assert_true(faint != NULL && dark > faint);
    *dark = 0;
    assert_int_equal(occurrences(faint, "M"), 24 - 7);
    *dark = 'c';
    assert_int_equal(occurrences(text, "h0"), 11);
    assert_int_equal(occurrences(text, "rotate("), 7);
    assert_non_null(strstr(text, "Nadia Haddad"));
    free(text);
    pages_world_free(w);
}

/* No dot stands at a place: the angle between them is never below half of what it can be at best. */
static void test_dots_stand_at_no_place(void **state) {
    (void)state;
    for (uint32_t n = 1; n <= 150; n += 7)
        for (uint32_t hidden = 1; hidden <= n; hidden += 3) {
            uint32_t a = n, b = hidden;
            while (b != 0) {
                uint32_t rest = a % b;
                a = b;
                b = rest;
            }
            /* In units of 1/(2*n*hidden) of the turn: dots at 2*n*i + a, places at 2*hidden*j. */
            for (uint32_t i = 0; i < hidden; i++) assert_int_not_equal((2 * n * i + a) % (2 * hidden), 0);
        }
}

static void test_many_names_become_a_list(void **state) {
    (void)state;
    pages_options hundred = {.entries = 150, .named = 100, .names = true}, more = {.entries = 150, .named = 101, .names = true};
    assert_true(holds(rr_page_round_robin, &hundred, "rotate("));
    assert_false(holds(rr_page_round_robin, &more, "rotate("));
    assert_true(holds(rr_page_petition, &more, "<ul class=\"names\">"));
}

static void test_imported_rolls_say_so_everywhere(void **state) {
    (void)state;
    pages_options asked = {.entries = 30, .named = 3, .batches = 3},
                  imported = {.entries = 30, .named = 3, .batches = 3, .imported = true};
    for (size_t i = 0; i < MAKERS; i++) {
        assert_true(holds(makers[i], &imported, "were not asked") || holds(makers[i], &imported, "not asked;"));
        assert_false(holds(makers[i], &asked, "not asked;"));
    }
}

static void test_states(void **state) {
    (void)state;
    pages_options open = {.entries = 30, .hidden = 12}, closed = {.entries = 30, .hidden = 12, .closed = true};
    assert_true(
        holds(rr_page_petition, &open, "Takes answers from 5 November 2026, 09:00 UTC until 1 December 2026, 18:00 UTC."));
    assert_true(holds(rr_page_petition, &open, "As of 13 log entries, not witnessed"));
    assert_true(holds(rr_page_petition, &closed, "Closed."));
    assert_true(holds(rr_page_petition, &closed, "takes no answers"));
    assert_true(holds(rr_page_petition, &open, "robin answer https://petitions.example.org/p/7f"));
    assert_false(holds(rr_page_petition, &closed, "robin answer"));
    pages_options sealed = {.entries = 30, .hidden = 12, .sealed = 5, .modes_sealed = true}, announced = sealed,
                  opened = {.entries = 30, .named = 6, .hidden = 7, .opened = 5, .modes_sealed = true};
    announced.announced = true;
    assert_true(holds(rr_page_petition, &sealed, "/trustees.bin"));
    assert_false(holds(rr_page_petition, &open, "/trustees.bin"));
    assert_false(holds(rr_page_petition, &sealed, "have announced"));
    assert_true(holds(rr_page_petition, &announced, "have announced that they open the 5 sealed signatures"));
    assert_true(holds(rr_page_petition, &opened, "5 signatures were sealed; the trustees have opened them together"));
    assert_false(holds(rr_page_petition, &opened, "have announced"));
    pages_options all = {.entries = 9, .hidden = 9};
    assert_true(holds(rr_page_petition, &all, "In 1 group everybody has signed."));
    assert_false(holds(rr_page_petition, &open, "everybody has signed"));
}

/* A fault that the caller does not name is still told. */
static void test_faults(void **state) {
    (void)state;
    pages_options o = {.entries = 24, .hidden = 9, .batches = 2};
    pages_world *w = pages_world_new(&o);
    rr_page page = pages_in("en");
    size_t len;
    char *text = make(log_page, &page, &w->view, &len);
    assert_non_null(strstr(text, "There are none."));
    free(text);
    w->view.faults_total = 3;
    w->view.fault_count = 1;
    w->view.faults[0] = (rr_view_fault){4, "a rule <b>"};
    text = make(log_page, &page, &w->view, &len);
    check_markup(text, len);
    assert_null(strstr(text, "There are none."));
    assert_non_null(strstr(text, "a rule &lt;b&gt;"));
    assert_non_null(strstr(text, "There are 2 that are not listed here."));
    free(text);
    w->view.fault_count = 0;
    text = make(log_page, &page, &w->view, &len);
    assert_non_null(strstr(text, "There are 3 that are not listed here."));
    free(text);
    pages_world_free(w);
}

/* ---- hostile texts --------------------------------------------------------------------------------------------------- */

static void test_hostile(void **state) {
    (void)state;
    static const char *const texts[] = {
        "<script>alert(1)</script>",
        "\"><svg onload=alert(1)>",
        "' onmouseover='x",
        "</title></svg></bdi></h1><img src=x>",
        "&lt;b&gt; &amp; &#60;script&#62; &",
        "{{title}} {{=imported}} {title} `x`",
        "]]>-->--!><!--",
        "\xE2\x80\xAE yvil\xE2\x81\xA6 \xE2\x80\xA8 \xC2\x85 \xEF\xBB\xBF",
        "\x01\x1b[31m\x7f",
        "\xff\xfe\xc0\xaf\xed\xa0\x80",
        "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xD8\xB3\xD9\x84\xD8\xA7\xD9\x85",
        "![x](http://evil.example/p.png) [y](javascript:alert(1)) <http://evil.example/?a=\"b>",
        "<iframe src=//evil.example></iframe>\n\n<style>*{}</style>\n",
        "[a]: http://evil.example/ \"t\"\n\n[a] ![a]",
        "&#x202e;&#0;&#8238;&lt;script&gt;",
        "# one\n## two\n### three\n> quote\n> > more\n\n* a\n  * b\n\n    code <b>\n\n```html\n<b>\n```\n***\n1. x\n\n7) y\n",
        "",
        " ",
    };
    char lang_line[4097];
    memset(lang_line, 'W', 4096);
    lang_line[4096] = 0;
    for (size_t i = 0; i <= sizeof texts / sizeof *texts; i++) {
        const char *text = i < sizeof texts / sizeof *texts ? texts[i] : lang_line;
        pages_options few = {.entries = 24,
                             .classes = 2,
                             .named = 7,
                             .hidden = 5,
                             .batches = 2,
                             .goal = 3,
                             .names = true,
                             .title = text,
                             .to = text,
                             .from = text,
                             .body = text,
                             .class_name = text,
                             .name = text};
        pages_options many = few;
        many.entries = 400;
        many.imported = true;
        all_are_well_formed(&few, true);
        all_are_well_formed(&many, true);
    }
}

/* A body of 1 MiB that nests as deep as it can. */
static void test_deep(void **state) {
    (void)state;
    static const char *const pieces[] = {">", "- ", "*", "[", "<", "`", "1. "};
    for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
        size_t len = strlen(pieces[p]), count = 4000 / len;
        char *body = malloc(count * len + 3);
        assert_non_null(body);
        for (size_t i = 0; i < count; i++) memcpy(body + i * len, pieces[p], len);
        memcpy(body + count * len, "x\n", 3);
        pages_options o = {.entries = 12, .body = body};
        all_are_well_formed(&o, true);
        free(body);
    }
}

static void test_links_are_texts(void **state) {
    (void)state;
    pages_options o = {
        .entries = 12,
        .body =
            "Read [the report](https://example.org/r) and <https://example.org/s>.\n\n![A dam](https://example.org/p.png)\n\n"
            "<b>bold</b>\n"};
    assert_true(holds(rr_page_petition, &o,
                      "Read the report (<span class=\"address\">https://example.org/r</span>) and https://example.org/s."));
    assert_true(holds(rr_page_petition, &o, "<p>\nA dam</p>"));
    assert_false(holds(rr_page_petition, &o, "p.png"));
    assert_true(holds(rr_page_petition, &o, "&lt;b&gt;bold&lt;/b&gt;"));
}

/* ---- the other pages ------------------------------------------------------------------------------------------------- */

static void test_other_pages(void **state) {
    (void)state;
    const char *bad = "<b>\"'&\xE2\x80\xAE";
    rr_page_petition_item petition = {.title = rr_text_of(bad)};
    rr_page_edition_item edition = {.edition = 1234, .slots = 4, .body = rr_text_of(bad), .registrar = rr_text_of(bad)};
    for (size_t l = 0; l < 2; l++) {
        rr_page page = pages_in(languages[l]);
        rr_bytes_out outs[10];
        char witness[] = "<witness>.example+0a1b2c3d+BAbc https://w.example/<secret>", *witnesses[] = {witness};
        page.prefix = l == 0 ? "/en" : "";
        assert_int_equal(rr_page_list(&outs[0], &page, &petition, 1, &edition, 1), RR_OK);
        assert_int_equal(rr_page_list(&outs[1], &page, NULL, 0, NULL, 0), RR_OK);
        assert_int_equal(rr_page_edition(&outs[2], &page, &edition, true), RR_OK);
        assert_int_equal(rr_page_edition(&outs[3], &page, &edition, false), RR_OK);
        assert_int_equal(rr_page_check(&outs[4], &page), RR_OK);
        assert_int_equal(rr_page_server(&outs[5], &page, NULL, 0), RR_OK);
        assert_int_equal(rr_page_error(&outs[6], &page, 404), RR_OK);
        assert_int_equal(rr_page_error(&outs[7], &page, 405), RR_OK);
        assert_int_equal(rr_page_error(&outs[8], &page, 503), RR_OK);
        assert_int_equal(rr_page_server(&outs[9], &page, witnesses, 1), RR_OK);
        assert_non_null(memmem(outs[9].bytes, outs[9].len, "&lt;witness&gt;.example+0a1b2c3d+BAbc</code>", 44));
        assert_null(memmem(outs[9].bytes, outs[9].len, "secret", 6));
        for (size_t i = 0; i < sizeof outs / sizeof *outs; i++) {
            check_markup((const char *)outs[i].bytes, outs[i].len);
            if (i > 3 || i == 1) assert_null(memmem(outs[i].bytes, outs[i].len, MISTAKE, 3));
            free(outs[i].bytes);
        }
    }
    rr_page page = pages_in("en");
    rr_bytes_out out;
    assert_int_equal(rr_page_edition(&out, &page, &edition, true), RR_OK);
    assert_non_null(memmem(out.bytes, out.len, "/1234/edition.txt", 17)); /* an address, not a number for reading */
    free(out.bytes);
    assert_non_null(rr_page_file("style.css").bytes);
    rr_blob icon = rr_page_file("favicon.svg");
    check_markup((const char *)icon.bytes, icon.len);
    assert_null(rr_page_file("layout.html").bytes);
    assert_null(rr_page_file("../style.css").bytes);
}

static void test_languages_link_to_each_other(void **state) {
    (void)state;
    pages_options o = {.entries = 1001};
    pages_world *w = pages_world_new(&o);
    rr_page page = pages_in("en");
    rr_bytes_out out;
    page.prefix = "/en";
    assert_int_equal(rr_page_roll(&out, &page, &w->view, 2), RR_OK);
    out.bytes = realloc(out.bytes, out.len + 1);
    assert_non_null(out.bytes);
    out.bytes[out.len] = 0;
    const char *text = (const char *)out.bytes;
    assert_non_null(strstr(text, "<html lang=\"en\">"));
    assert_non_null(strstr(text, "/roll?page=2\" hreflang=\"ru\" lang=\"ru\">"));
    assert_non_null(strstr(text, "<a rel=\"prev\" href=\"/en/p/7f"));
    assert_null(strstr(text, "rel=\"next\""));
    assert_non_null(strstr(text, "href=\"/en/check\""));
    free(out.bytes);
    pages_world_free(w);
}

/* The same view gives the same bytes. */
static void test_a_function_of_the_view(void **state) {
    (void)state;
    pages_options o = {.entries = 300, .classes = 3, .named = 20, .hidden = 50, .batches = 5, .names = true};
    for (size_t i = 0; i < MAKERS; i++) {
        pages_world *a = pages_world_new(&o), *b = pages_world_new(&o);
        rr_page page = pages_in("ru");
        size_t a_len, b_len;
        char *first = make(makers[i], &page, &a->view, &a_len), *second = make(makers[i], &page, &b->view, &b_len);
        assert_int_equal(a_len, b_len);
        assert_memory_equal(first, second, a_len);
        free(first);
        free(second);
        pages_world_free(a);
        pages_world_free(b);
    }
}

/* ---- status ---------------------------------------------------------------------------------------------------------- */

static void test_status(void **state) {
    (void)state;
    pages_options o = {
        .entries = 24, .classes = 2, .named = 7, .hidden = 11, .batches = 4, .goal = 20, .title = "\"quoted\" \xE2\x80\xA6"};
    pages_world *w = pages_world_new(&o);
    char *text;
    size_t len;
    json_int_t total, named, hidden, goal, entries, size;
    int reached, closed;
    const char *opens, *title;
    assert_int_equal(rr_view_status_json(&text, &len, &w->view), RR_OK);
    assert_int_equal(strlen(text), len);
    assert_int_equal(text[len - 1], '\n');
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    assert_int_equal(json_unpack(json, "{s:I,s:I,s:I,s:I,s:I,s:I,s:b,s:b,s:s,s:s}", "total", &total, "named", &named, "hidden",
                                 &hidden, "goal", &goal, "entries", &entries, "size", &size, "goal_reached", &reached, "closed",
                                 &closed, "opens", &opens, "title", &title),
                     0);
    assert_int_equal(total, 18);
    assert_int_equal(named, 7);
    assert_int_equal(hidden, 11);
    assert_int_equal(goal, 20);
    assert_int_equal(entries, 24);
    assert_int_equal(size, 19);
    assert_int_equal(reached, 0);
    assert_int_equal(closed, 0);
    assert_string_equal(opens, "2026-11-05T09:00:00Z");
    assert_string_equal(title, "\"quoted\" \xE2\x80\xA6");
    assert_int_equal(json_array_size(json_object_get(json, "classes")), 2);
    assert_int_equal(json_array_size(json_object_get(json, "rings")), 2);
    assert_int_equal(json_array_size(json_object_get(json, "batches")), 5);
    json_decref(json);
    free(text);
    w->view.goal = RR_GOAL_NONE;
    assert_int_equal(rr_view_status_json(&text, &len, &w->view), RR_OK);
    assert_non_null(strstr(text, "\"goal_reached\":null"));
    free(text);
    pages_world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_a_million),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_dots_stand_at_no_place),
        cmocka_unit_test(test_many_names_become_a_list),
        cmocka_unit_test(test_imported_rolls_say_so_everywhere),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_deep),
        cmocka_unit_test(test_links_are_texts),
        cmocka_unit_test(test_other_pages),
        cmocka_unit_test(test_languages_link_to_each_other),
        cmocka_unit_test(test_a_function_of_the_view),
        cmocka_unit_test(test_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
