/* SPDX-License-Identifier: Apache-2.0 */
/* bundle TEMPLATE OUT KIND NAME=HOW:FILE[,FILE...]...: makes the page, one HTML file that holds everything it needs.
 *
 *     KIND        online or offline: what {{kind}} becomes; the offline page may not connect to anything
 *     {{NAME}}    becomes the files, one after another, HOW says how:
 *                 text     as they are
 *                 modules  ES modules as one: lines with `import` go, `export` before a declaration goes, so all share one scope
 *                 base64   as the one line of base64 that holds them
 *     {{policy}}  becomes the Content-Security-Policy, which allows the script `script` and the style sheet `style` by their hashes;
 *                 OUT.policy gets it too, for the server's header
 *
 * The result depends on nothing but its input: the same files give the same bytes, wherever and whenever. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha2.h"
#include "log/base64.h"

enum { PARTS = 16, POLICY = 1024 };

typedef struct text {
    char *start;
    size_t len;
} text;

typedef struct part {
    const char *name;
    size_t name_len;
    text content;
} part;

static void die(const char *format, ...) {
    va_list list;
    va_start(list, format);
    (void)fputs("bundle: ", stderr);
    (void)vfprintf(stderr, format, list);
    (void)fputc('\n', stderr);
    va_end(list);
    exit(1);
}

static void append(text *to, const char *bytes, size_t len) {
    to->start = realloc(to->start, to->len + len + 1);
    if (!to->start) die("out of memory");
    memcpy(to->start + to->len, bytes, len);
    to->len += len;
    to->start[to->len] = 0;
}

static text read_file(const char *path) {
    text file = {NULL, 0};
    char buffer[65536];
    size_t len;
    FILE *in = fopen(path, "rb");
    if (!in) die("%s: cannot be opened", path);
    append(&file, "", 0);
    while ((len = fread(buffer, 1, sizeof buffer, in)) > 0) append(&file, buffer, len);
    if (ferror(in) || fclose(in) != 0) die("%s: cannot be read", path);
    return file;
}

/* ---- parts ---------------------------------------------------------------------------------------------------------- */

static void add_module(text *to, const text *module) {
    for (const char *line = module->start; *line;) {
        size_t len = strcspn(line, "\n");
        len += line[len] == '\n';
        size_t skip = strncmp(line, "export ", 7) == 0 ? 7 : 0;
        if (strncmp(line, "import ", 7) != 0) append(to, line + skip, len - skip);
        line += len;
    }
}

static void add_base64(text *to, const text *bytes) {
    size_t size = rr_base64_size(bytes->len);
    char *out = malloc(size + 1);
    if (!out) die("out of memory");
    rr_base64_write(out, (const uint8_t *)bytes->start, bytes->len);
    append(to, out, size);
    free(out);
}

/* NAME=HOW:FILE,FILE */
static part read_part(char *argument) {
    char *how = strchr(argument, '='), *files = how ? strchr(how, ':') : NULL;
    if (!files) die("%s: is not NAME=HOW:FILE", argument);
    part p = {argument, (size_t)(how - argument), {NULL, 0}};
    *files++ = 0;
    how++;
    append(&p.content, "", 0);
    for (char *path = strtok(files, ","); path; path = strtok(NULL, ",")) {
        text file = read_file(path);
        if (strcmp(how, "text") == 0)
            append(&p.content, file.start, file.len);
        else if (strcmp(how, "modules") == 0)
            add_module(&p.content, &file);
        else if (strcmp(how, "base64") == 0)
            add_base64(&p.content, &file);
        else
            die("%s: is no way to take a file", how);
        free(file.start);
    }
    /* It stands inside an element: nothing may end that early. */
    if (strstr(p.content.start, "</") && strcmp(how, "base64") != 0) {
        for (const char *at = p.content.start; (at = strstr(at, "</")); at += 2)
            if (strncmp(at, "</script", 8) == 0 || strncmp(at, "</style", 7) == 0)
                die("%.*s: holds the end of its own element", (int)p.name_len, p.name);
    }
    if (strstr(p.content.start, "<!--")) die("%.*s: holds the begin of a comment", (int)p.name_len, p.name);
    return p;
}

/* ---- the page ------------------------------------------------------------------------------------------------------- */

static void add_hash(text *policy, const part *parts, size_t count, const char *name) {
    uint8_t hash[32];
    char base64[45] = "";
    for (size_t i = 0; i < count; i++) {
        if (strlen(name) != parts[i].name_len || memcmp(parts[i].name, name, parts[i].name_len) != 0) continue;
        rr_sha256_of(hash, parts[i].content.start, parts[i].content.len);
        rr_base64_write(base64, hash, sizeof hash);
    }
    if (!base64[0]) die("there is no part %s", name);
    append(policy, "'sha256-", 8);
    append(policy, base64, strlen(base64));
    append(policy, "'", 1);
}

static text make_policy(const part *parts, size_t count, bool online) {
    static const char begin[] = "default-src 'none'; script-src 'wasm-unsafe-eval' ", style[] = "; style-src ",
                      end[] = "; worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'",
                      connect[] = "; connect-src 'self'";
    text policy = {NULL, 0};
    append(&policy, begin, sizeof begin - 1);
    add_hash(&policy, parts, count, "script");
    append(&policy, style, sizeof style - 1);
    add_hash(&policy, parts, count, "style");
    append(&policy, end, sizeof end - 1);
    if (online) append(&policy, connect, sizeof connect - 1);
    return policy;
}

static text fill(const text *template, const part *parts, size_t count) {
    text page = {NULL, 0};
    for (const char *at = template->start;;) {
        const char *open = strstr(at, "{{"), *close = open ? strstr(open, "}}") : NULL;
        if (!close) {
            append(&page, at, strlen(at));
            return page;
        }
        append(&page, at, (size_t)(open - at));
        size_t len = (size_t)(close - open) - 2, i = 0;
        while (i < count && (parts[i].name_len != len || memcmp(parts[i].name, open + 2, len) != 0)) i++;
        if (i == count) die("there is no part %.*s", (int)len, open + 2);
        append(&page, parts[i].content.start, parts[i].content.len);
        at = close + 2;
    }
}

static void write_file(const char *path, const char *suffix, const text *content) {
    text name = {NULL, 0};
    append(&name, path, strlen(path));
    append(&name, suffix, strlen(suffix));
    FILE *out = fopen(name.start, "wb");
    if (!out || fwrite(content->start, 1, content->len, out) != content->len || fclose(out) != 0)
        die("%s: cannot be written", name.start);
    free(name.start);
}

int main(int argc, char **argv) {
    part parts[PARTS];
    size_t count = 0;
    if (argc < 5 || argc > 4 + PARTS - 2) die("usage: bundle TEMPLATE OUT online|offline NAME=HOW:FILE...");
    bool online = strcmp(argv[3], "online") == 0;
    for (int i = 4; i < argc; i++) parts[count++] = read_part(argv[i]);
    text policy = make_policy(parts, count, online), template = read_file(argv[1]), kind = {argv[3], strlen(argv[3])};
    parts[count++] = (part){"policy", 6, policy};
    parts[count++] = (part){"kind", 4, kind};
    text page = fill(&template, parts, count);
    write_file(argv[2], "", &page);
    write_file(argv[2], ".policy", &policy);
    for (size_t i = 0; i < count - 1; i++) free(parts[i].content.start);
    free(template.start);
    free(page.start);
    return 0;
}
