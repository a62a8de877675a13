/* SPDX-License-Identifier: Apache-2.0 */
#include "server/config.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/db.h"

/* ---- the table of settings ---------------------------------------------------------------------------------------------- */

typedef enum setting_type { PATH, LIST, SECONDS, TICK, COUNT } setting_type;

typedef struct setting {
    const char *name, *variable;
    setting_type type;
    size_t at, count_at;  /* offsets in rr_config */
    uint32_t least, most; /* of a list: how many words a value has; how many values there may be */
    const char *rule;
} setting;

#define AT(field) offsetof(rr_config, field)

static const setting settings[] = {
    {"listen", "ROBIN_LISTEN", LIST, AT(listen), AT(listen_count), 1, RR_CONFIG_LISTEN_MAX,
     "up to 8 addresses: 127.0.0.1:8080, [::1]:8080, unix:PATH or systemd"},
    {"db", "ROBIN_DB", PATH, AT(db), 0, 0, 0, "the path of the database"},
    {"keys", "ROBIN_KEYS", PATH, AT(keys), 0, 0, 0, "the folder of the keys"},
    {"cache", "ROBIN_CACHE", PATH, AT(cache), 0, 0, 0, "the folder of the evidence files"},
    {"name", "ROBIN_NAME", PATH, AT(name), 0, 0, 0, "the server's name, such as petitions.example.org"},
    {"address", "ROBIN_ADDRESS", PATH, AT(address), 0, 0, 0, "the public address, such as https://petitions.example.org"},
    {"publisher", "ROBIN_PUBLISHER", LIST, AT(publisher), AT(publisher_count), 1, RR_CONFIG_PUBLISHER_MAX,
     "up to 256 verifier keys, as robin key show prints them"},
    {"witness", "ROBIN_WITNESS", LIST, AT(witness), AT(witness_count), 2, RR_CONFIG_WITNESS_MAX,
     "up to 32 witnesses: a verifier key, as robin witness new prints it, a space, and the witness's address"},
    {"batch-interval", "ROBIN_BATCH_INTERVAL", SECONDS, AT(batch_interval), 0, 1, 604800, "seconds, from 1 to 604800"},
    {"batch-minimum", "ROBIN_BATCH_MINIMUM", COUNT, AT(batch_minimum), 0, 8, 100000, "a number from 8 on"},
    {"tick", "ROBIN_TICK", TICK, AT(tick), 0, 10, 60000, "seconds, from 0.01 to 60"},
    {"connections", "ROBIN_CONNECTIONS", COUNT, AT(connections), 0, 16, 1000000, "a number from 16 to 1000000"},
    {"queue", "ROBIN_QUEUE", COUNT, AT(queue), 0, 16, 1000000, "a number from 16 to 1000000"},
    {"threads", "ROBIN_THREADS", COUNT, AT(threads), 0, 0, 256, "a number from 0 (one a core) to 256"},
};

enum { SETTINGS = sizeof settings / sizeof *settings };

static const setting *find(const char *name) {
    for (size_t i = 0; i < SETTINGS; i++)
        if (strcmp(settings[i].name, name) == 0) return &settings[i];
    return NULL;
}

static void *field(rr_config *config, size_t at) {
    return (char *)config + at;
}

/* ---- values --------------------------------------------------------------------------------------------------------------- */

static void forget(rr_config *config, const setting *s) {
    if (s->type == LIST) {
        char **list = field(config, s->at);
        size_t *count = field(config, s->count_at);
        while (*count) free(list[--*count]);
    } else if (s->type == PATH) {
        char **text = field(config, s->at);
        free(*text);
        *text = NULL;
    }
}

/* "5", "0.25": thousandths, at most three digits after the point. */
static bool read_thousandths(uint32_t *out, const char *value) {
    rr_text whole, rest = rr_text_of(value);
    uint32_t number, part = 0;
    if (!rr_text_cut(&whole, &rest, '.')) {
        whole = rest;
        rest.len = 0;
    } else if (rest.len == 0 || rest.len > 3)
        return false;
    if (!rr_text_number(&number, whole) || number > 1000000) return false;
    for (size_t i = 0; i < 3; i++) {
        char c = i < rest.len ? rest.start[i] : '0';
        if (c < '0' || c > '9') return false;
        part = 10 * part + (uint32_t)(c - '0');
    }
    *out = 1000 * number + part;
    return true;
}

static rr_status set(rr_config *config, const setting *s, const char *value) {
    uint32_t number;
    if (s->type == PATH || s->type == LIST) {
        char *copy = *value ? strdup(value) : NULL;
        if (!copy) return *value ? RR_NO_SPACE : RR_MALFORMED;
        if (s->type == PATH) {
            forget(config, s);
            *(char **)field(config, s->at) = copy;
            return RR_OK;
        }
        size_t *count = field(config, s->count_at);
        if (*count == s->most) {
            free(copy);
            return RR_MALFORMED;
        }
        ((char **)field(config, s->at))[(*count)++] = copy;
        return RR_OK;
    }
    bool good = s->type == TICK ? read_thousandths(&number, value) : rr_text_number(&number, rr_text_of(value));
    if (!good || number < s->least || number > s->most) return RR_MALFORMED;
    *(uint32_t *)field(config, s->at) = number;
    return RR_OK;
}

rr_status rr_config_set(rr_config *config, const char **rule, const char *name, const char *value) {
    const setting *s = find(name);
    if (!s) return RR_NOT_FOUND;
    *rule = s->rule;
    return set(config, s, value);
}

void rr_config_forget(rr_config *config, const char *name) {
    const setting *s = find(name);
    if (s) forget(config, s);
}

rr_status rr_config_init(rr_config *config) {
    *config = (rr_config){.batch_interval = 21600, .batch_minimum = 8, .tick = 5000, .connections = 10000, .queue = 16384};
    return RR_OK;
}

void rr_config_free(rr_config *config) {
    for (size_t i = 0; i < SETTINGS; i++) forget(config, &settings[i]);
}

/* ---- sources ---------------------------------------------------------------------------------------------------------------- */

static rr_status fail(rr_file_error *error, rr_status status, int64_t line, const char *rule) {
    return rr_fail(error, status, "settings", line, rule);
}

/* A carriage return is one more space: some editors end lines with it. */
static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

static rr_text trimmed(rr_text text) {
    while (text.len && is_space(text.start[0])) text.start++, text.len--;
    while (text.len && is_space(text.start[text.len - 1])) text.len--;
    return text;
}

/* A setting that a file gives for the first time replaces the list of an earlier source. */
static rr_status read_line(rr_config *config, rr_file_error *error, int64_t number, rr_text line, bool seen[SETTINGS]) {
    rr_text name, value = trimmed(line);
    char name_text[64], value_text[RR_LINE_MAX + 1];
    if (value.len == 0 || value.start[0] == '#') return RR_OK;
    if (!rr_text_cut(&name, &value, '=')) return fail(error, RR_MALFORMED, number, "a line is `name = value`");
    name = trimmed(name);
    value = trimmed(value);
    if (name.len >= sizeof name_text || value.len >= sizeof value_text)
        return fail(error, RR_MALFORMED, number, "the line is too long");
    snprintf(name_text, sizeof name_text, "%.*s", (int)name.len, name.start);
    snprintf(value_text, sizeof value_text, "%.*s", (int)value.len, value.start);
    const setting *s = find(name_text);
    if (!s) return fail(error, RR_MALFORMED, number, "there is no setting of this name: see robin-serve(5)");
    if (!seen[s - settings])
        forget(config, s);
    else if (s->type != LIST)
        return fail(error, RR_MALFORMED, number, "this setting stands here twice");
    seen[s - settings] = true;
    rr_status status = set(config, s, value_text);
    return status == RR_OK ? RR_OK
                           : fail(error, status, number, status == RR_NO_SPACE ? "there is not enough memory" : s->rule);
}

static rr_status read_raw_line(rr_config *config, rr_file_error *error, int64_t number, const char *line, size_t len,
                               bool seen[SETTINGS]) {
    if (len && line[len - 1] == '\n') len--;
    if (len > RR_LINE_MAX) return fail(error, RR_MALFORMED, number, "the line is too long");
    if (memchr(line, 0, len)) return fail(error, RR_MALFORMED, number, "there is a zero byte in the line");
    return read_line(config, error, number, (rr_text){line, len}, seen);
}

rr_status rr_config_read(rr_config *config, rr_file_error *error, const char *path) {
    char *line = NULL;
    size_t room = 0;
    ssize_t len = 0;
    bool seen[SETTINGS] = {false};
    rr_status status = RR_OK;
    FILE *file = fopen(path, "re");
    if (!file) {
        int code = errno;
        fail(error, RR_IO, -1, "it cannot be read");
        if (error) error->system = code;
        return RR_IO;
    }
    for (int64_t number = 1; status == RR_OK && (len = getline(&line, &room, file)) >= 0; number++)
        status = read_raw_line(config, error, number, line, (size_t)len, seen);
    if (status == RR_OK && !feof(file)) status = fail(error, RR_IO, -1, "it cannot be read");
    free(line);
    (void)fclose(file);
    return status;
}

/* All values of a list, separated by spaces as their words are. */
static rr_status set_list(rr_config *config, const setting *s, const char *values) {
    char value[RR_LINE_MAX];
    size_t len = 0;
    uint32_t words = 0;
    for (const char *at = values + strspn(values, " "); *at; at += strspn(at, " ")) {
        size_t word = strcspn(at, " ");
        if (len + 1 + word >= sizeof value) return RR_MALFORMED;
        len += (size_t)snprintf(value + len, sizeof value - len, "%s%.*s", words > 0 ? " " : "", (int)word, at);
        at += word;
        if (++words < s->least) continue;
        rr_status status = set(config, s, value);
        if (status != RR_OK) return status;
        len = words = 0;
    }
    return words == 0 ? RR_OK : RR_MALFORMED;
}

rr_status rr_config_environment(rr_config *config, rr_file_error *error) {
    for (size_t i = 0; i < SETTINGS; i++) {
        const setting *s = &settings[i];
        const char *value = getenv(s->variable);
        if (!value) continue;
        forget(config, s);
        rr_status status = s->type == LIST ? set_list(config, s, value) : set(config, s, value);
        if (status != RR_OK) return rr_fail(error, status, s->variable, -1, s->rule);
    }
    return RR_OK;
}

const char *rr_config_fault(const rr_config *config) {
    if (config->listen_count == 0) return "`listen` is not set: no address to listen on";
    if (!config->db) return "`db` is not set: no database";
    if (!config->keys) return "`keys` is not set: no folder for the keys";
    if (!config->cache) return "`cache` is not set: no folder for the evidence files";
    if (!config->name) return "`name` is not set: the server has no name";
    return NULL;
}
