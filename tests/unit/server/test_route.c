/* SPDX-License-Identifier: Apache-2.0 */
/* Routes: every pattern, with languages, and what is nearly one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/route.h"

#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddee01"
#define P "/p/" HEX
#define E "/e/" HEX "/12"

static rr_match match;
static bool other;

/* The pattern that a path leads to, or "". */
static const char *leads(const char *path, bool post) {
    /* On the heap, so that a byte too many that is read is found. */
    char *copy = strdup(path);
    assert_non_null(copy);
    memset(&match, 0x55, sizeof match);
    rr_route_match(&match, &other, copy, post);
    if (match.route && match.rest[0]) match.rest = path + (match.rest - copy);
    free(copy);
    return match.route ? match.route->pattern : "";
}

static const struct {
    const char *path, *pattern;
    char method; /* G, P */
    const char *rest;
} good[] = {
    {"/", "/", 'G', ""},
    {"/check", "/check", 'G', ""},
    {"/server", "/server", 'G', ""},
    {P "/", "/p/{pid}/", 'G', ""},
    {P "/roll", "/p/{pid}/roll", 'G', ""},
    {P "/log", "/p/{pid}/log", 'G', ""},
    {P "/sheet", "/p/{pid}/sheet", 'G', ""},
    {P "/round-robin.svg", "/p/{pid}/round-robin.svg", 'G', ""},
    {P "/badge.svg", "/p/{pid}/badge.svg", 'G', ""},
    {"/style.css", "/style.css", 'G', ""},
    {"/favicon.svg", "/favicon.svg", 'G', ""},
    {P "/petition.txt", "/p/{pid}/petition.txt", 'G', ""},
    {P "/roll.txt", "/p/{pid}/roll.txt", 'G', ""},
    {P "/roll.note", "/p/{pid}/roll.note", 'G', ""},
    {P "/assignment.note", "/p/{pid}/assignment.note", 'G', ""},
    {P "/names.txt", "/p/{pid}/names.txt", 'G', ""},
    {P "/proofs.bin", "/p/{pid}/proofs.bin", 'G', ""},
    {P "/certificate.bin", "/p/{pid}/certificate.bin", 'G', ""},
    {P "/trustees.bin", "/p/{pid}/trustees.bin", 'G', ""},
    {P "/trustee", "/p/{pid}/trustee", 'P', ""},
    {P "/openings", "/p/{pid}/openings", 'G', ""},
    {P "/openings/00", "/p/{pid}/openings/{rest}", 'G', "00"},
    {"/ceremony/00/key-1.note", "/ceremony/{rest}", 'G', "00/key-1.note"},
    {"/ceremony/00/key-1.note", "/ceremony/{rest}", 'P', "00/key-1.note"},
    {P "/rings/0", "/p/{pid}/rings/{rest}", 'G', "0"},
    {P "/status", "/p/{pid}/status", 'G', ""},
    {P "/evidence", "/p/{pid}/evidence", 'G', ""},
    {P "/answer", "/p/{pid}/answer", 'G', ""},
    {P "/answer", "/p/{pid}/answer", 'P', ""},
    {"/verify", "/verify", 'G', ""},
    {"/offline.html", "/offline.html", 'G', ""},
    {P "/log/checkpoint", "/p/{pid}/log/{rest}", 'G', "checkpoint"},
    {P "/log/tile/0/x001/000", "/p/{pid}/log/{rest}", 'G', "tile/0/x001/000"},
    {"/directory/checkpoint", "/directory/{rest}", 'G', "checkpoint"},
    {"/petitions.json", "/petitions.json", 'G', ""},
    {"/server.json", "/server.json", 'G', ""},
    {"/editions.json", "/editions.json", 'G', ""},
    {"/publish/roll", "/publish/{rest}", 'P', "roll"},
    {E "/", "/e/{edition}/", 'G', ""},
    {E "/about", "/e/{edition}/about", 'G', ""},
    {E "/edition.txt", "/e/{edition}/edition.txt", 'G', ""},
    {E "/receipts/ab", "/e/{edition}/receipts/{rest}", 'G', "ab"},
    {E "/enrolment", "/e/{edition}/enrolment", 'P', ""},
};
enum { GOOD = sizeof good / sizeof *good };

static void every_pattern(void **state) {
    (void)state;
    bool used[128] = {false};
    assert_true(rr_route_count <= 128);
    for (size_t i = 0; i < GOOD; i++) {
        assert_string_equal(leads(good[i].path, good[i].method == 'P'), good[i].pattern);
        assert_false(other);
        assert_null(match.language);
        assert_string_equal(match.rest, good[i].rest);
        assert_int_equal(match.has_pid, strstr(good[i].pattern, "{pid}") != NULL);
        if (match.has_pid) {
            assert_int_equal(match.pid.bytes[0], 0);
            assert_int_equal(match.pid.bytes[15], 0xff);
            assert_int_equal(match.pid.bytes[31], 0x01);
        }
        if (strstr(good[i].pattern, "{edition}")) {
            assert_int_equal(match.edition.roll_id.bytes[31], 0x01);
            assert_int_equal(match.edition.edition, 12);
        }
        used[match.route - rr_routes] = true;
    }
    for (size_t i = 0; i < rr_route_count; i++)
        if (!used[i]) fail_msg("no path tries %s", rr_routes[i].pattern);
}

/* Addresses that are read and sent to: the page that answers, and the answers; the files of a ceremony. */
static bool is_answer(size_t i) {
    return strcmp(good[i].pattern, "/p/{pid}/answer") == 0;
}

static bool takes_both(size_t i) {
    return is_answer(i) || strcmp(good[i].pattern, "/ceremony/{rest}") == 0;
}

static void the_other_method(void **state) {
    (void)state;
    for (size_t i = 0; i < GOOD; i++) {
        if (takes_both(i)) continue;
        assert_string_equal(leads(good[i].path, good[i].method != 'P'), "");
        assert_true(other);
    }
}

static void languages(void **state) {
    (void)state;
    char path[256];
    for (size_t i = 0; i < GOOD; i++)
        for (int k = 0; k < 2; k++) {
            const char *language = k ? "ru" : "en";
            snprintf(path, sizeof path, "/%s%s", language, good[i].path);
            const char *pattern = leads(path, good[i].method == 'P');
            if (match.route == NULL) {
                assert_int_equal(other, is_answer(i)); /* the page has languages */
                (void)leads(good[i].path, good[i].method == 'P');
                assert_false(match.route->page);
                continue;
            }
            assert_string_equal(pattern, good[i].pattern);
            assert_true(match.route->page);
            assert_string_equal(match.language, language);
        }
    static const char *const none[] = {"/en",
                                       "/ru",
                                       "/de/",
                                       "/EN/",
                                       "/en/en/",
                                       "/en/ru/",
                                       "/enn/",
                                       "/e/",
                                       "/en//",
                                       "/en/style.css",
                                       "/ru" P "/status",
                                       "/ru/petitions.json",
                                       "/en/offline.html",
                                       "/r"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) assert_string_equal(leads(none[i], false), "");
}

static void near_misses(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",
        "*",
        "check",
        "//",
        "/check/",
        "/Check",
        "/chec",
        "/checks",
        "/check ",
        "/check?",
        "/check%20",
        "/%63heck",
        "/./check",
        "/p/../check",
        "/p",
        "/p/",
        P,
        P "/x",
        P "//",
        P "/rol",
        P "/roll/",
        P "/roll.tx",
        P "/roll.txt/",
        P "/status.json",
        P "/STATUS",
        P "/rings",
        P "/rings/",
        P "/log/",
        P "/../check",
        P "%2fstatus",
        "/p/" HEX HEX "/status",
        "/p/0" HEX "/status",
        "/p/0112233445566778899aabbccddeeff00112233445566778899aabbccddee01/status", /* 63 digits */
        "/p/00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEE01/status",
        "/p/g0112233445566778899aabbccddeeff00112233445566778899aabbccddee01/status",
        "/p/ 0112233445566778899aabbccddeeff00112233445566778899aabbccddee01/status",
        "/directory",
        "/directory/",
        "/publish",
        "/publish/",
        "/e/",
        "/e/" HEX,
        "/e/" HEX "/",
        "/e/" HEX "/12",
        "/e/" HEX "//edition.txt",
        "/e/" HEX "/x/edition.txt",
        "/e/" HEX "/012/edition.txt",
        "/e/" HEX "/-1/edition.txt",
        "/e/" HEX "/+1/edition.txt",
        "/e/" HEX "/1x/edition.txt",
        "/e/" HEX "/4294967296/edition.txt",
        "/e/" HEX "/99999999999999999999/edition.txt",
        "/e/" HEX "12/edition.txt",
        E "/receipts/",
        E "/receipts",
        E "/{rest}",
        "/p/{pid}/",
        "/p/{pid}/status",
        "/e/{edition}/",
        "/style.css\xff",
        "\xff\xfe/",
        "/\x01",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        for (int post = 0; post < 2; post++) {
            if (leads(bad[i], post)[0]) fail_msg("%s leads to %s", bad[i], match.route->pattern);
            if (other) fail_msg("%s is said to take another method", bad[i]);
        }
}

/* Whatever is cut off or changed: nothing is read beyond the end, and it leads to the same place only where {rest} takes it. */
static void changed_bytes(void **state) {
    (void)state;
    char path[256];
    for (size_t i = 0; i < GOOD; i++) {
        bool post = good[i].method == 'P';
        size_t len = strlen(good[i].path), fixed = len - strlen(good[i].rest);
        for (size_t at = 0; at < len; at++) {
            strcpy(path, good[i].path);
            path[at] = 0;
            const char *pattern = leads(path, post);
            if (at <= fixed) assert_string_not_equal(pattern, good[i].pattern);
            strcpy(path, good[i].path);
            path[at] = (char)0x80;
            pattern = leads(path, post);
            if (at < fixed)
                assert_string_not_equal(pattern, good[i].pattern);
            else
                assert_string_equal(pattern, good[i].pattern);
        }
        snprintf(path, sizeof path, "%sx", good[i].path);
        const char *pattern = leads(path, post);
        if (good[i].rest[0])
            assert_string_equal(pattern, good[i].pattern);
        else
            assert_string_not_equal(pattern, good[i].pattern);
    }
    char *longest = malloc(100001);
    assert_non_null(longest);
    memset(longest, '/', 100000);
    longest[100000] = 0;
    assert_string_equal(leads(longest, false), "");
    memcpy(longest, "/directory/", 11);
    assert_string_equal(leads(longest, false), "/directory/{rest}");
    free(longest);
}

static void posts_have_limits(void **state) {
    (void)state;
    for (size_t i = 0; i < GOOD; i++) {
        (void)leads(good[i].path, good[i].method == 'P');
        assert_int_equal(match.route->post_limit != 0, good[i].method == 'P');
        assert_non_null(match.route->serve);
    }
    (void)leads(P "/answer", true);
    assert_int_equal(match.route->post_limit, 2048);
    (void)leads(E "/enrolment", true);
    assert_int_equal(match.route->post_limit, 32768);
    (void)leads("/publish/roll", true);
    assert_non_null(match.route->admit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pattern), cmocka_unit_test(the_other_method), cmocka_unit_test(languages),
        cmocka_unit_test(near_misses),   cmocka_unit_test(changed_bytes),    cmocka_unit_test(posts_have_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
