/* SPDX-License-Identifier: Apache-2.0 */
/* Catalogues, plural forms, numbers, the choice of a language, proquints, QR codes. */
#include <dirent.h>
#include <qrencode.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "markup.h"
#include "server/page_parts.h"
#include "server/proquint.h"

static const rr_language *language(const char *code) {
    return rr_language_find(rr_text_of(code));
}

/* ---- catalogues ------------------------------------------------------------------------------------------------------ */

enum { KEYS_MAX = 512 };

typedef struct entry {
    char key[64], form[8];
    const char *text;
    size_t len;
} entry;

static size_t read_catalogue(entry *entries, const char *file) {
    rr_text all = rr_embedded(file);
    size_t count = 0;
    assert_non_null(all.start);
    const char *end = all.start + all.len;
    for (const char *line = all.start; line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        assert_non_null(stop);
        if (stop > line && *line != '#') {
            entry *e = &entries[count++];
            assert_in_range(count, 1, KEYS_MAX);
            const char *equals = memmem(line, (size_t)(stop - line), " = ", 3);
            assert_non_null(equals);
            const char *bracket = memchr(line, '[', (size_t)(equals - line));
            (void)snprintf(e->key, sizeof e->key, "%.*s", (int)((bracket == NULL ? equals : bracket) - line), line);
            e->form[0] = 0;
            if (bracket != NULL) (void)snprintf(e->form, sizeof e->form, "%.*s", (int)(equals - bracket - 2), bracket + 1);
            e->text = equals + 3;
            e->len = (size_t)(stop - e->text);
            assert_true(e->len > 0);
            for (size_t i = 0; i + 1 < count; i++)
                if (strcmp(entries[i].key, e->key) == 0 && strcmp(entries[i].form, e->form) == 0)
                    fail_msg("%s stands twice", e->key);
        }
        line = stop + 1;
    }
    return count;
}

static const entry *find(const entry *entries, size_t count, const char *key) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(entries[i].key, key) == 0) return &entries[i];
    return NULL;
}

static bool has_form(const entry *entries, size_t count, const char *key, const char *form) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(entries[i].key, key) == 0 && strcmp(entries[i].form, form) == 0) return true;
    return false;
}

/* Is every {value} of one also in the other? */
static bool has_values_of(const entry *a, const entry *b) {
    for (size_t i = 0; i < a->len; i++) {
        if (a->text[i] != '{') continue;
        const char *close = memchr(a->text + i, '}', a->len - i);
        if (close == NULL || memmem(b->text, b->len, a->text + i, (size_t)(close - a->text) - i + 1) == NULL) return false;
    }
    return true;
}

static void test_catalogues_agree(void **state) {
    (void)state;
    static entry en[KEYS_MAX], ru[KEYS_MAX];
    size_t en_count = read_catalogue(en, "strings/en.txt"), ru_count = read_catalogue(ru, "strings/ru.txt");
    static const char *const en_forms[] = {"one", "other"}, *const ru_forms[] = {"one", "few", "many"};
    for (size_t i = 0; i < en_count; i++) {
        const entry *other = find(ru, ru_count, en[i].key);
        if (other == NULL) fail_msg("ru.txt has no %s", en[i].key);
        if ((en[i].form[0] == 0) != (other->form[0] == 0)) fail_msg("%s has plural forms in one language only", en[i].key);
        if (en[i].form[0] != 0) {
            for (int f = 0; f < 2; f++)
                if (!has_form(en, en_count, en[i].key, en_forms[f]))
                    fail_msg("en.txt: %s[%s] is missing", en[i].key, en_forms[f]);
            for (int f = 0; f < 3; f++)
                if (!has_form(ru, ru_count, en[i].key, ru_forms[f]))
                    fail_msg("ru.txt: %s[%s] is missing", en[i].key, ru_forms[f]);
        }
    }
    for (size_t i = 0; i < ru_count; i++) {
        const entry *other = find(en, en_count, ru[i].key);
        if (other == NULL) fail_msg("en.txt has no %s", ru[i].key);
        /* The general English form: the one for 1 may say "the only person". */
        for (size_t k = 0; k < en_count; k++)
            if (strcmp(en[k].key, ru[i].key) == 0 && strcmp(en[k].form, "one") != 0) other = &en[k];
        if (strcmp(ru[i].form, "one") == 0) continue;
        if (!has_values_of(&ru[i], other) || !has_values_of(other, &ru[i]))
            fail_msg("ru.txt: %s has other values than en.txt", ru[i].key);
    }
}

static char *read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = calloc(1, 1 << 18);
    assert_non_null(text);
    size_t len = fread(text, 1, (1 << 18) - 1, file);
    assert_true(len < (1 << 18) - 1);
    assert_int_equal(fclose(file), 0);
    return text;
}

static void mark_used(const entry *en, size_t count, bool *used, const char *text) {
    for (size_t i = 0; i < count; i++) {
        char in_c[80], in_page[80], with_number[80];
        (void)snprintf(in_c, sizeof in_c, "\"%.63s\"", en[i].key);
        (void)snprintf(in_page, sizeof in_page, "{{=%.63s}}", en[i].key);
        (void)snprintf(with_number, sizeof with_number, "{{=%.63s:", en[i].key);
        if (strstr(text, in_c) || strstr(text, in_page) || strstr(text, with_number)) used[i] = true;
    }
}

/* Every key that a template asks for is there, with or without plural forms as it asks. */
static void check_template(const entry *en, size_t count, const char *name, const char *text) {
    for (const char *at = text; (at = strstr(at, "{{=")) != NULL;) {
        char key[80];
        at += 3;
        size_t len = strcspn(at, ":}");
        assert_in_range(len, 1, sizeof key - 1);
        (void)snprintf(key, sizeof key, "%.*s", (int)len, at);
        const entry *e = find(en, count, key);
        if (e == NULL) fail_msg("%s asks for %s, which is in no catalogue", name, key);
        if ((at[len] == ':') != (e->form[0] != 0)) fail_msg("%s: %s with a number, or without", name, key);
    }
}

static void test_every_key_is_used(void **state) {
    (void)state;
    static entry en[KEYS_MAX];
    static bool used[KEYS_MAX];
    size_t count = read_catalogue(en, "strings/en.txt"), templates = 0;
    static const char *const folders[] = {RR_SOURCE_DIR "/src/server", RR_SOURCE_DIR "/src/server/pages"};
    for (int f = 0; f < 2; f++) {
        DIR *folder = opendir(folders[f]);
        assert_non_null(folder);
        for (struct dirent *item; (item = readdir(folder)) != NULL;) {
            char path[4096];
            const char *dot = strrchr(item->d_name, '.');
            bool is_template = dot != NULL && strcmp(dot, ".html") == 0;
            if (dot == NULL || (!is_template && strcmp(dot, ".c") != 0)) continue;
            (void)snprintf(path, sizeof path, "%s/%s", folders[f], item->d_name);
            char *text = read_file(path);
            mark_used(en, count, used, text);
            if (is_template) check_template(en, count, item->d_name, text);
            templates += is_template;
            free(text);
        }
        assert_int_equal(closedir(folder), 0);
    }
    assert_in_range(templates, 10, 100);
    for (size_t i = 0; i < count; i++)
        if (!used[i] && strncmp(en[i].key, "month.", 6) != 0) fail_msg("%s is used nowhere", en[i].key);
}

static void test_plural_forms(void **state) {
    (void)state;
    static const struct {
        uint64_t number;
        const char *en, *ru;
    } cases[] = {{0, "other", "many"},   {1, "one", "one"},      {2, "other", "few"},   {4, "other", "few"},
                 {5, "other", "many"},   {11, "other", "many"},  {12, "other", "many"}, {14, "other", "many"},
                 {21, "other", "one"},   {22, "other", "few"},   {25, "other", "many"}, {101, "other", "one"},
                 {111, "other", "many"}, {112, "other", "many"}, {1001, "other", "one"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(rr_language_form(language("en"), cases[i].number), cases[i].en);
        assert_string_equal(rr_language_form(language("ru"), cases[i].number), cases[i].ru);
    }
}

static void test_numbers_and_moments(void **state) {
    (void)state;
    char number[RR_NUMBER_SIZE], moment[RR_MOMENT_SIZE];
    rr_language_number(number, language("en"), 999);
    assert_string_equal(number, "999");
    rr_language_number(number, language("en"), 1234567);
    assert_string_equal(number, "1,234,567");
    rr_language_number(number, language("ru"), 2048);
    assert_string_equal(number, "2048");
    rr_language_number(number, language("ru"), 12345);
    assert_string_equal(number, "12\xC2\xA0"
                                "345");
    rr_language_number(number, language("ru"), UINT64_MAX);
    rr_language_moment(moment, language("en"), 1796148000);
    assert_string_equal(moment, "1 December 2026, 18:00 UTC");
    rr_language_moment(moment, language("ru"), 1796148001);
    assert_string_equal(moment, "1 декабря 2026, 18:00:01 UTC");
}

static void test_choice(void **state) {
    (void)state;
    static const struct {
        const char *header, *code;
    } cases[] = {{NULL, "en"},
                 {"", "en"},
                 {"ru", "ru"},
                 {"RU-ru,en;q=0.5", "ru"},
                 {"en,ru", "en"},
                 {"de, fr;q=0.9, ru;q=0.3", "ru"},
                 {"de, *;q=0.5, ru;q=0.3", "en"},
                 {"en;q=0.2, ru;q=0.25", "ru"},
                 {"ru;q=0", "en"},
                 {"ru;q=1.001", "en"},
                 {"ru;q=x, ,,;;=", "en"},
                 {"russian", "en"},
                 {"ru;q=0.", "en"},
                 {"\tru ; q=0.9 , en;q=0.8", "ru"},
                 {"ru;q=0.8888", "en"},
                 {"xx\xff\xfe,ru", "ru"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(rr_language_code(rr_language_choose(cases[i].header)), cases[i].code);
    assert_null(language("de"));
    assert_null(language(""));
    assert_null(rr_language_at(2));
}

/* ---- proquints and QR codes ------------------------------------------------------------------------------------------ */

static void test_proquints(void **state) {
    (void)state;
    static const struct {
        uint8_t bytes[4];
        const char *words;
    } cases[] = {
        {{127, 0, 0, 1}, "lusab-babad"},      {{63, 84, 220, 193}, "gutih-tugad"}, {{63, 118, 7, 35}, "gutuk-bisog"},
        {{140, 98, 193, 141}, "mudof-sakat"}, {{64, 255, 6, 200}, "haguz-biram"},  {{128, 30, 52, 45}, "mabiv-gibot"},
        {{147, 67, 119, 2}, "natag-lisaf"},   {{212, 58, 253, 68}, "tibup-zujah"}, {{255, 255, 255, 255}, "zuzuz-zuzuz"}};
    char words[16];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rr_proquint(words, cases[i].bytes, 4, '-');
        assert_string_equal(words, cases[i].words);
    }
}

static unsigned long number_at(const char **at) {
    char *end;
    unsigned long value = strtoul(*at, &end, 10);
    assert_ptr_not_equal(end, *at);
    *at = end;
    return value;
}

/* The path has exactly the dark modules of the code. */
static void test_qr(void **state) {
    (void)state;
    static const char address[] =
        "https://petitions.example.org/p/7fa4c9ee13385d82a7ccf1163b6085aacff4193e6388add2f71c41668bb0d5fa/";
    static bool dark[200][200];
    rr_html html = {0};
    rr_bytes_out out;
    rr_values values;
    rr_values_begin(&values, language("en"));
    rr_html_qr(&html, &values, address);
    assert_int_equal(rr_html_finish(&out, &html), RR_OK);
    check_markup((const char *)out.bytes, out.len);
    char *text = strndup((const char *)out.bytes, out.len);
    assert_non_null(text);
    free(out.bytes);
    const char *at = strstr(text, " d=\"");
    assert_non_null(at);
    for (at += 4; *at == 'M';) {
        at++;
        unsigned long x = number_at(&at), y = number_at(&at);
        assert_int_equal(*at++, 'h');
        unsigned long run = number_at(&at);
        assert_true(x >= 4 && y >= 4 && x + run < 200 && y < 200);
        for (unsigned long i = 0; i < run; i++) dark[y][x + i] = true;
        at = strchr(at, 'z') + 1;
    }
    QRcode *code = QRcode_encodeString8bit(address, 0, QR_ECLEVEL_M);
    assert_non_null(code);
    char box[64];
    (void)snprintf(box, sizeof box, "viewBox=\"0 0 %d %d\"", code->width + 8, code->width + 8);
    assert_non_null(strstr(text, box));
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++) assert_int_equal(dark[y + 4][x + 4], code->data[y * code->width + x] & 1);
    QRcode_free(code);
    free(text);
}

/* ---- escaping -------------------------------------------------------------------------------------------------------- */

static void test_mistakes_show(void **state) {
    (void)state;
    rr_values values;
    rr_html html = {0};
    rr_bytes_out out;
    rr_values_begin(&values, language("en"));
    rr_html_fill(&html, "no such template", &values);
    rr_html_say(&html, &values, "no such key");
    rr_html_say(&html, &values, "picture.number"); /* its value was not given */
    assert_int_equal(rr_html_finish(&out, &html), RR_OK);
    assert_int_equal(out.len, 9);
    assert_memory_equal(out.bytes, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 9);
    free(out.bytes);
}

static void test_escaping(void **state) {
    (void)state;
    rr_html html = {0};
    rr_bytes_out out;
    rr_html_text(&html, (rr_text){"a<b>&\"'\0\xE2\x80\xAE\xff z", 14});
    rr_html_milli(&html, -1250);
    rr_html_milli(&html, 2000);
    assert_int_equal(rr_html_finish(&out, &html), RR_OK);
    static const char expected[] = "a&lt;b&gt;&amp;&quot;&#39;\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD z-1.252";
    assert_int_equal(out.len, sizeof expected - 1);
    assert_memory_equal(out.bytes, expected, out.len);
    free(out.bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_catalogues_agree),
        cmocka_unit_test(test_every_key_is_used),
        cmocka_unit_test(test_plural_forms),
        cmocka_unit_test(test_numbers_and_moments),
        cmocka_unit_test(test_choice),
        cmocka_unit_test(test_proquints),
        cmocka_unit_test(test_qr),
        cmocka_unit_test(test_mistakes_show),
        cmocka_unit_test(test_escaping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
