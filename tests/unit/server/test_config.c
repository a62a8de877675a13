/* SPDX-License-Identifier: Apache-2.0 */
/* The settings: every one, from every source, and every refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "server/config.h"

static char path[64];
static rr_file_error error;

static void write_file(const char *text, size_t len) {
    strcpy(path, "/tmp/robin-config.XXXXXX");
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text, len), len);
    assert_int_equal(close(descriptor), 0);
}

/* Onto what is in *config already. */
static rr_status read_onto(rr_config *config, const char *text, size_t len) {
    write_file(text, len);
    error = (rr_file_error){.number = -2};
    rr_status status = rr_config_read(config, &error, path);
    assert_int_equal(unlink(path), 0);
    return status;
}

static rr_config fresh(void) {
    rr_config config;
    assert_int_equal(rr_config_init(&config), RR_OK);
    return config;
}

/* Each setting that holds a number: its bounds as texts. */
static const struct {
    const char *name, *variable, *least, *most, *below, *above;
    size_t at;
    uint32_t least_value, most_value;
} numbers[] = {
    {"batch-interval", "ROBIN_BATCH_INTERVAL", "1", "604800", "0", "604801", offsetof(rr_config, batch_interval), 1, 604800},
    {"batch-minimum", "ROBIN_BATCH_MINIMUM", "8", "100000", "7", "100001", offsetof(rr_config, batch_minimum), 8, 100000},
    {"tick", "ROBIN_TICK", "0.01", "60", "0.009", "60.001", offsetof(rr_config, tick), 10, 60000},
    {"connections", "ROBIN_CONNECTIONS", "16", "1000000", "15", "1000001", offsetof(rr_config, connections), 16, 1000000},
    {"queue", "ROBIN_QUEUE", "16", "1000000", "15", "1000001", offsetof(rr_config, queue), 16, 1000000},
    {"threads", "ROBIN_THREADS", "0", "256", "-1", "257", offsetof(rr_config, threads), 0, 256},
};
static const struct {
    const char *name, *variable;
    size_t at;
} texts[] = {
    {"db", "ROBIN_DB", offsetof(rr_config, db)},
    {"keys", "ROBIN_KEYS", offsetof(rr_config, keys)},
    {"cache", "ROBIN_CACHE", offsetof(rr_config, cache)},
    {"name", "ROBIN_NAME", offsetof(rr_config, name)},
    {"address", "ROBIN_ADDRESS", offsetof(rr_config, address)},
};
enum { NUMBERS = sizeof numbers / sizeof *numbers, TEXTS = sizeof texts / sizeof *texts };

static uint32_t number_in(const rr_config *config, size_t at) {
    uint32_t value;
    memcpy(&value, (const char *)config + at, sizeof value);
    return value;
}

static const char *text_in(const rr_config *config, size_t at) {
    char *value;
    memcpy(&value, (const char *)config + at, sizeof value);
    return value;
}

static void presets(void **state) {
    (void)state;
    rr_config config = fresh();
    assert_int_equal(config.batch_interval, 21600);
    assert_int_equal(config.batch_minimum, 8);
    assert_int_equal(config.tick, 5000);
    assert_int_equal(config.connections, 10000);
    assert_int_equal(config.queue, 16384);
    assert_int_equal(config.threads, 0);
    assert_int_equal(config.listen_count, 0);
    assert_int_equal(config.publisher_count, 0);
    for (size_t i = 0; i < TEXTS; i++) assert_null(text_in(&config, texts[i].at));
    rr_config_free(&config);
}

static void bounds_of_numbers(void **state) {
    (void)state;
    static const char *const bad[] = {"", " ", "x", "1x", "-5", "+20", "20 ", "0x20", "99999999999999999999", "1e3"};
    for (size_t i = 0; i < NUMBERS; i++) {
        rr_config config = fresh();
        const char *rule = NULL;
        uint32_t before = number_in(&config, numbers[i].at);
        assert_int_equal(rr_config_set(&config, &rule, numbers[i].name, numbers[i].below), RR_MALFORMED);
        assert_non_null(rule);
        assert_int_equal(rr_config_set(&config, &rule, numbers[i].name, numbers[i].above), RR_MALFORMED);
        for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
            assert_int_equal(rr_config_set(&config, &rule, numbers[i].name, bad[k]), RR_MALFORMED);
        assert_int_equal(number_in(&config, numbers[i].at), before);
        assert_int_equal(rr_config_set(&config, &rule, numbers[i].name, numbers[i].least), RR_OK);
        assert_int_equal(number_in(&config, numbers[i].at), numbers[i].least_value);
        assert_int_equal(rr_config_set(&config, &rule, numbers[i].name, numbers[i].most), RR_OK);
        assert_int_equal(number_in(&config, numbers[i].at), numbers[i].most_value);
        rr_config_free(&config);
    }
}

static void fractions_of_seconds(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint32_t ms; /* 0: refused */
    } cases[] = {{"1", 1000},       {"0.5", 500},  {"0.25", 250},  {"0.025", 25}, {"1.000", 1000},
                 {"59.999", 59999}, {"0.0250", 0}, {"1.", 0},      {".5", 0},     {"1.x", 0},
                 {"1.5.5", 0},      {"0.01x", 0},  {"4294968", 0}, {"1,5", 0},    {"1.-5", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rr_config config = fresh();
        const char *rule = NULL;
        rr_status status = rr_config_set(&config, &rule, "tick", cases[i].text);
        assert_int_equal(status, cases[i].ms ? RR_OK : RR_MALFORMED);
        assert_int_equal(config.tick, cases[i].ms ? cases[i].ms : 5000);
        rr_config_free(&config);
    }
}

static void texts_are_replaced(void **state) {
    (void)state;
    for (size_t i = 0; i < TEXTS; i++) {
        rr_config config = fresh();
        const char *rule = NULL;
        assert_int_equal(rr_config_set(&config, &rule, texts[i].name, "first"), RR_OK);
        assert_int_equal(rr_config_set(&config, &rule, texts[i].name, "second one"), RR_OK);
        assert_string_equal(text_in(&config, texts[i].at), "second one");
        assert_int_equal(rr_config_set(&config, &rule, texts[i].name, ""), RR_MALFORMED);
        assert_string_equal(text_in(&config, texts[i].at), "second one");
        rr_config_forget(&config, texts[i].name);
        assert_null(text_in(&config, texts[i].at));
        rr_config_free(&config);
    }
}

static void lists_have_an_end(void **state) {
    (void)state;
    rr_config config = fresh();
    const char *rule = NULL;
    for (int i = 0; i < RR_CONFIG_LISTEN_MAX; i++)
        assert_int_equal(rr_config_set(&config, &rule, "listen", "127.0.0.1:0"), RR_OK);
    assert_int_equal(rr_config_set(&config, &rule, "listen", "127.0.0.1:0"), RR_MALFORMED);
    assert_int_equal(config.listen_count, RR_CONFIG_LISTEN_MAX);
    for (int i = 0; i < RR_CONFIG_PUBLISHER_MAX; i++)
        assert_int_equal(rr_config_set(&config, &rule, "publisher", "key"), RR_OK);
    assert_int_equal(rr_config_set(&config, &rule, "publisher", "key"), RR_MALFORMED);
    assert_int_equal(config.publisher_count, RR_CONFIG_PUBLISHER_MAX);
    assert_int_equal(rr_config_set(&config, &rule, "publisher", ""), RR_MALFORMED);
    rr_config_forget(&config, "listen");
    assert_int_equal(config.listen_count, 0);
    assert_int_equal(config.publisher_count, RR_CONFIG_PUBLISHER_MAX);
    rr_config_free(&config);
}

static void unknown_names(void **state) {
    (void)state;
    static const char *const names[] = {"", "Listen", "listen ", "listens", "liste", "ROBIN_DB", "config"};
    rr_config config = fresh();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *rule = NULL;
        assert_int_equal(rr_config_set(&config, &rule, names[i], "1"), RR_NOT_FOUND);
        rr_config_forget(&config, names[i]);
    }
    rr_config_free(&config);
}

/* ---- files ------------------------------------------------------------------------------------------------------------ */

static void a_whole_file(void **state) {
    (void)state;
    static const char text[] = "# a comment\n"
                               "\n"
                               "  \t\n"
                               "listen = 127.0.0.1:1\n"
                               "\tlisten=[::1]:2\t \n"
                               "listen = unix:/run/a b.sock\n"
                               "db = /srv/a = b.db\n"
                               "keys=/srv/keys\n"
                               "   # another = comment\n"
                               "cache = /srv/cache # none\n"
                               "name = petitions.example\r\n"
                               "\r\n"
                               "address = https://petitions.example\n"
                               "publisher = one+00000000+AA\n"
                               "batch-interval = 60\n"
                               "batch-minimum = 9\n"
                               "tick = 0.5\n"
                               "connections = 20\n"
                               "queue = 30\r\n"
                               "threads = 2"; /* no LF */
    rr_config config = fresh();
    assert_int_equal(read_onto(&config, text, sizeof text - 1), RR_OK);
    assert_int_equal(config.listen_count, 3);
    assert_string_equal(config.listen[0], "127.0.0.1:1");
    assert_string_equal(config.listen[1], "[::1]:2");
    assert_string_equal(config.listen[2], "unix:/run/a b.sock");
    assert_string_equal(config.db, "/srv/a = b.db");
    assert_string_equal(config.keys, "/srv/keys");
    assert_string_equal(config.cache, "/srv/cache # none");
    assert_string_equal(config.name, "petitions.example");
    assert_string_equal(config.address, "https://petitions.example");
    assert_int_equal(config.publisher_count, 1);
    assert_int_equal(config.batch_interval, 60);
    assert_int_equal(config.batch_minimum, 9);
    assert_int_equal(config.tick, 500);
    assert_int_equal(config.connections, 20);
    assert_int_equal(config.queue, 30);
    assert_int_equal(config.threads, 2);
    assert_null(rr_config_fault(&config));
    rr_config_free(&config);
}

static void bad_lines(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t line;
        const char *rule; /* part of it */
    } cases[] = {
        {"db = a\nkeys\n", 2, "name = value"},
        {"= a\n", 1, "no setting of this name"},
        {"\n\nDb = a\n", 3, "no setting of this name"},
        {"d b = a\n", 1, "no setting of this name"},
        {"db =\n", 1, "path of the database"},
        {"db = \r\n", 1, "path of the database"},
        {"db = a\ndb = a\n", 2, "twice"},
        {"tick = 1\nname = a\ntick = 1\n", 3, "twice"},
        {"tick = 0\n", 1, "from 0.01 to 60"},
        {"batch-minimum = 7\n", 1, "from 8 on"},
        {"batch-interval = 0\n", 1, "from 1 to 604800"},
        {"connections = 1\n", 1, "from 16"},
        {"queue = many\n", 1, "from 16"},
        {"threads = 257\n", 1, "256"},
        {"listen = a\nlisten = a\nlisten = a\nlisten = a\nlisten = a\nlisten = a\nlisten = a\nlisten = a\nlisten = a\n", 9,
         "up to 8"},
        {"a-name-of-a-setting-that-is-longer-than-any-that-there-is-or-will-be = a\n", 1, "too long"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rr_config config = fresh();
        assert_int_equal(read_onto(&config, cases[i].text, strlen(cases[i].text)), RR_MALFORMED);
        assert_int_equal(error.status, RR_MALFORMED);
        assert_int_equal(error.number, cases[i].line);
        assert_non_null(strstr(error.rule, cases[i].rule));
        rr_config_free(&config);
    }
}

static void long_lines(void **state) {
    (void)state;
    char *text = malloc(3 * RR_LINE_MAX);
    assert_non_null(text);
    for (size_t len = RR_LINE_MAX - 2; len <= RR_LINE_MAX + 2; len++)
        for (int ends = 0; ends < 2; ends++) {
            rr_config config = fresh();
            memset(text, 'x', len);
            memcpy(text, "db=", 3);
            text[len] = '\n';
            rr_status status = read_onto(&config, text, len + (size_t)ends);
            assert_int_equal(status, len <= RR_LINE_MAX ? RR_OK : RR_MALFORMED);
            if (status == RR_OK)
                assert_int_equal(strlen(config.db), len - 3);
            else
                assert_non_null(strstr(error.rule, "too long"));
            rr_config_free(&config);
        }
    free(text);
}

static void zero_bytes(void **state) {
    (void)state;
    static const char text[] = "db = a\0b\nkeys = c\n";
    rr_config config = fresh();
    assert_int_equal(read_onto(&config, text, sizeof text - 1), RR_MALFORMED);
    assert_int_equal(error.number, 1);
    assert_int_equal(read_onto(&config, "keys = a\ndb = a\0b", 17), RR_MALFORMED);
    assert_int_equal(error.number, 2);
    rr_config_free(&config);
}

static void files_that_cannot_be_read(void **state) {
    (void)state;
    rr_config config = fresh();
    assert_int_equal(rr_config_read(&config, &error, "/nonexistent/robin.conf"), RR_IO);
    assert_int_not_equal(error.system, 0);
    assert_int_equal(rr_config_read(&config, NULL, "/nonexistent/robin.conf"), RR_IO);
    assert_int_equal(rr_config_read(&config, &error, "/tmp"), RR_IO);
    rr_config_free(&config);
}

/* ---- precedence ------------------------------------------------------------------------------------------------------- */

static void forget_environment(void) {
    for (size_t i = 0; i < NUMBERS; i++) unsetenv(numbers[i].variable);
    for (size_t i = 0; i < TEXTS; i++) unsetenv(texts[i].variable);
    unsetenv("ROBIN_LISTEN");
    unsetenv("ROBIN_PUBLISHER");
    unsetenv("ROBIN_WITNESS");
}

static void every_variable(void **state) {
    (void)state;
    rr_config config = fresh();
    for (size_t i = 0; i < NUMBERS; i++) setenv(numbers[i].variable, numbers[i].most, 1);
    for (size_t i = 0; i < TEXTS; i++) setenv(texts[i].variable, texts[i].name, 1);
    setenv("ROBIN_LISTEN", " systemd  [::1]:0 unix:/a ", 1);
    setenv("ROBIN_PUBLISHER", "one", 1);
    setenv("ROBIN_WITNESS", "key  https://one  other https://two", 1);
    assert_int_equal(rr_config_environment(&config, &error), RR_OK);
    for (size_t i = 0; i < NUMBERS; i++) assert_int_equal(number_in(&config, numbers[i].at), numbers[i].most_value);
    for (size_t i = 0; i < TEXTS; i++) assert_string_equal(text_in(&config, texts[i].at), texts[i].name);
    assert_int_equal(config.listen_count, 3);
    assert_string_equal(config.listen[0], "systemd");
    assert_string_equal(config.listen[1], "[::1]:0");
    assert_string_equal(config.listen[2], "unix:/a");
    assert_int_equal(config.publisher_count, 1);
    assert_string_equal(config.publisher[0], "one");
    assert_int_equal(config.witness_count, 2);
    assert_string_equal(config.witness[0], "key https://one");
    assert_string_equal(config.witness[1], "other https://two");
    rr_config_free(&config);
    setenv("ROBIN_WITNESS", "key https://one other", 1);
    config = fresh();
    assert_int_equal(rr_config_environment(&config, &error), RR_MALFORMED);
    rr_config_free(&config);
    forget_environment();
}

static void bad_variables(void **state) {
    (void)state;
    for (size_t i = 0; i < NUMBERS; i++) {
        rr_config config = fresh();
        setenv(numbers[i].variable, numbers[i].above, 1);
        assert_int_equal(rr_config_environment(&config, &error), RR_MALFORMED);
        assert_string_equal(error.where, numbers[i].variable);
        assert_non_null(error.rule);
        unsetenv(numbers[i].variable);
        rr_config_free(&config);
    }
    for (size_t i = 0; i < TEXTS; i++) {
        rr_config config = fresh();
        setenv(texts[i].variable, "", 1);
        assert_int_equal(rr_config_environment(&config, &error), RR_MALFORMED);
        assert_string_equal(error.where, texts[i].variable);
        unsetenv(texts[i].variable);
        rr_config_free(&config);
    }
    rr_config config = fresh();
    setenv("ROBIN_LISTEN", "1 2 3 4 5 6 7 8 9", 1);
    assert_int_equal(rr_config_environment(&config, &error), RR_MALFORMED);
    assert_string_equal(error.where, "ROBIN_LISTEN");
    char *word = malloc(RR_LINE_MAX + 2);
    assert_non_null(word);
    memset(word, 'x', RR_LINE_MAX);
    strcpy(word + RR_LINE_MAX, " ");
    setenv("ROBIN_LISTEN", word, 1);
    assert_int_equal(rr_config_environment(&config, &error), RR_MALFORMED);
    free(word);
    rr_config_free(&config);
    forget_environment();
}

/* As robin serve does it with an option that is given several times. */
static void option(rr_config *config, const char *name, size_t count, const char *const *values) {
    const char *rule = NULL;
    rr_config_forget(config, name);
    for (size_t i = 0; i < count; i++) assert_int_equal(rr_config_set(config, &rule, name, values[i]), RR_OK);
}

static void later_sources_win(void **state) {
    (void)state;
    static const char file[] = "listen = file:1\nlisten = file:2\ndb = file\nkeys = file\ncache = file\nname = file\n"
                               "publisher = file1\npublisher = file2\ntick = 1\nqueue = 100\nthreads = 1\n";
    static const char *const given[] = {"option:1", "option:2"};
    rr_config config = fresh();
    assert_int_equal(read_onto(&config, file, sizeof file - 1), RR_OK);
    assert_int_equal(config.listen_count, 2);
    setenv("ROBIN_LISTEN", "environment:1", 1);
    setenv("ROBIN_KEYS", "environment", 1);
    setenv("ROBIN_CACHE", "environment", 1);
    setenv("ROBIN_TICK", "2", 1);
    setenv("ROBIN_QUEUE", "200", 1);
    assert_int_equal(rr_config_environment(&config, &error), RR_OK);
    assert_int_equal(config.listen_count, 1); /* replaced */
    assert_string_equal(config.listen[0], "environment:1");
    assert_int_equal(config.publisher_count, 2); /* not given: as it was */
    option(&config, "listen", 2, given);
    option(&config, "cache", 1, (const char *const[]){"option"});
    option(&config, "queue", 1, (const char *const[]){"300"});
    assert_int_equal(config.listen_count, 2);
    assert_string_equal(config.listen[0], "option:1");
    assert_string_equal(config.listen[1], "option:2");
    assert_string_equal(config.db, "file");
    assert_string_equal(config.keys, "environment");
    assert_string_equal(config.cache, "option");
    assert_int_equal(config.tick, 2000);
    assert_int_equal(config.queue, 300);
    assert_int_equal(config.threads, 1);
    assert_int_equal(config.batch_minimum, 8);
    /* A second file replaces too. */
    assert_int_equal(read_onto(&config, "publisher = other\n", 18), RR_OK);
    assert_int_equal(config.publisher_count, 1);
    assert_string_equal(config.publisher[0], "other");
    rr_config_free(&config);
    forget_environment();
}

static void what_is_missing(void **state) {
    (void)state;
    static const char *const needed[] = {"listen", "db", "keys", "cache", "name"};
    for (size_t missing = 0; missing < 5; missing++) {
        rr_config config = fresh();
        const char *rule = NULL;
        char text[32];
        for (size_t i = 0; i < 5; i++)
            if (i != missing) assert_int_equal(rr_config_set(&config, &rule, needed[i], "x"), RR_OK);
        snprintf(text, sizeof text, "`%s` is not set", needed[missing]);
        const char *fault = rr_config_fault(&config);
        assert_non_null(fault);
        assert_non_null(strstr(fault, text));
        assert_int_equal(rr_config_set(&config, &rule, needed[missing], "x"), RR_OK);
        assert_null(rr_config_fault(&config));
        rr_config_free(&config);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets),
        cmocka_unit_test(bounds_of_numbers),
        cmocka_unit_test(fractions_of_seconds),
        cmocka_unit_test(texts_are_replaced),
        cmocka_unit_test(lists_have_an_end),
        cmocka_unit_test(unknown_names),
        cmocka_unit_test(a_whole_file),
        cmocka_unit_test(bad_lines),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(zero_bytes),
        cmocka_unit_test(files_that_cannot_be_read),
        cmocka_unit_test(every_variable),
        cmocka_unit_test(bad_variables),
        cmocka_unit_test(later_sources_win),
        cmocka_unit_test(what_is_missing),
    };
    forget_environment();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
