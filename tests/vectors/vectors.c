/* SPDX-License-Identifier: Apache-2.0 */
#include "vectors.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

static const struct {
    const char *file;
    void (*run)(vectors *v, const json_t *file);
} checkers[] = {
    {"transcript.json", vectors_transcript},
    {"generators.json", vectors_generators},
    {"ed25519.json", vectors_ed25519},
    {"trace.json", vectors_trace},
    {"ring.json", vectors_ring},
    {"plain.json", vectors_plain},
    {"enrol.json", vectors_enrol},
    {"opening.json", vectors_opening},
    {"roll.json", vectors_roll},
    {"petition.json", vectors_petition},
    {"judge.json", vectors_judge},
};

bool vectors_check(vectors *v, bool ok, const char *format, ...) {
    if (ok) {
        v->passed++;
        return true;
    }
    v->failed++;
    va_list args;
    va_start(args, format);
    printf("%s: FAILED: ", v->file);
    vprintf(format, args);
    putchar('\n');
    va_end(args);
    return false;
}

static void give_up(const char *key, const char *what) {
    fprintf(stderr, "vectors: %s: %s\n", key, what);
    exit(2);
}

static const json_t *member(const json_t *object, const char *key, json_type type, const char *what) {
    const json_t *value = json_object_get(object, key);
    if (value == NULL || json_typeof(value) != type) give_up(key, what);
    return value;
}

const char *vectors_string(const json_t *object, const char *key) {
    return json_string_value(member(object, key, JSON_STRING, "a string is missing"));
}

uint32_t vectors_number(const json_t *object, const char *key) {
    json_int_t n = json_integer_value(member(object, key, JSON_INTEGER, "a number is missing"));
    if (n < 0 || n > UINT32_MAX) give_up(key, "the number is out of range");
    return (uint32_t)n;
}

const json_t *vectors_array(const json_t *object, const char *key) {
    return member(object, key, JSON_ARRAY, "an array is missing");
}

const json_t *vectors_object(const json_t *object, const char *key) {
    return member(object, key, JSON_OBJECT, "an object is missing");
}

void vectors_bytes(uint8_t *out, size_t len, const json_t *object, const char *key) {
    const char *hex = vectors_string(object, key);
    if (!rr_unhex(out, len, hex, strlen(hex))) give_up(key, "not hex of the length expected");
}

uint8_t *vectors_blob(size_t *len, const json_t *hex_string) {
    const char *hex = json_string_value(hex_string);
    if (hex == NULL) give_up("hex", "not a string");
    *len = strlen(hex) / 2;
    uint8_t *bytes = malloc(*len + 1);
    if (bytes == NULL || !rr_unhex(bytes, *len, hex, strlen(hex))) give_up(hex, "not hex");
    return bytes;
}

static void run_file(vectors *total, const char *folder, const char *name, void (*run)(vectors *, const json_t *)) {
    char path[4096];
    json_error_t error;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    json_t *file = json_load_file(path, 0, &error);
    if (file == NULL) {
        printf("%s: line %d: %s\n", path, error.line, error.text);
        total->failed++;
        return;
    }
    vectors v = {.file = name};
    run(&v, file);
    json_decref(file);
    if (v.passed + v.failed == 0) {
        printf("%s: FAILED: nothing in it was checked\n", name);
        v.failed = 1;
    }
    printf("%-16s %u checks passed, %u failed\n", name, v.passed, v.failed);
    total->passed += v.passed;
    total->failed += v.failed;
}

int main(int argc, char **argv) {
    vectors total = {0};
    if (argc != 2) {
        fprintf(stderr, "usage: vectors FOLDER\n");
        return 2;
    }
    DIR *folder = opendir(argv[1]);
    if (folder == NULL) {
        perror(argv[1]);
        return 3;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        size_t len = strlen(entry->d_name), i = 0, count = sizeof checkers / sizeof checkers[0];
        if (len < 5 || strcmp(entry->d_name + len - 5, ".json") != 0) continue;
        while (i < count && strcmp(entry->d_name, checkers[i].file) != 0) i++;
        if (i == count) {
            printf("%s: FAILED: no checker knows this file\n", entry->d_name);
            total.failed++;
        } else {
            run_file(&total, argv[1], entry->d_name, checkers[i].run);
        }
    }
    closedir(folder);
    if (total.passed + total.failed == 0) {
        printf("%s: FAILED: no file of test vectors is there\n", argv[1]);
        total.failed = 1;
    }
    printf("%u passed, %u failed\n", total.passed, total.failed);
    return total.failed == 0 ? 0 : 1;
}
