/* SPDX-License-Identifier: Apache-2.0 */
/* Writes all pages of some invented petitions into a folder, to be looked at: render_pages FOLDER. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pages_world.h"

static const char *folder;

static void save(const char *name, const void *bytes, size_t len) {
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, len, file) != len || fclose(file) != 0) {
        fprintf(stderr, "render_pages: %s cannot be written\n", path);
        exit(3);
    }
}

static void keep(const char *set, const char *language, const char *what, rr_status status, rr_bytes_out *out) {
    char name[256];
    if (status != RR_OK) {
        fprintf(stderr, "render_pages: %s %s: %s\n", set, what, rr_status_text(status));
        exit(1);
    }
    (void)snprintf(name, sizeof name, "%s-%s-%s", set, language, what);
    save(name, out->bytes, out->len);
    free(out->bytes);
}

static void petition(const char *set, const char *language, const pages_options *options) {
    pages_world *w = pages_world_new(options);
    rr_page page = pages_in(language);
    rr_bytes_out out;
    keep(set, language, "petition.html", rr_page_petition(&out, &page, &w->view), &out);
    keep(set, language, "roll.html", rr_page_roll(&out, &page, &w->view, 1), &out);
    keep(set, language, "log.html", rr_page_log(&out, &page, &w->view, 1), &out);
    keep(set, language, "sheet.html", rr_page_sheet(&out, &page, &w->view), &out);
    keep(set, language, "round-robin.svg", rr_page_round_robin(&out, &page, &w->view), &out);
    keep(set, language, "badge.svg", rr_page_badge(&out, &page, &w->view), &out);
    pages_world_free(w);
}

static void others(const char *language) {
    rr_page page = pages_in(language);
    rr_bytes_out out;
    rr_page_petition_item items[2] = {
        {.title = rr_text_of("The mayor must answer for the flood"), .opens = 1793869200, .closes = 1796148000},
        {.title = rr_text_of("Keep the library open"), .opens = 1783869200, .closes = 1786148000, .closed = true}};
    rr_page_edition_item edition = {.edition = 3,
                                    .slots = 4,
                                    .body = rr_text_of("Deputies of the city council of Example"),
                                    .registrar = rr_text_of("registrar.council.example.org")};
    keep("server", language, "list.html", rr_page_list(&out, &page, items, 2, &edition, 1), &out);
    keep("server", language, "edition.html", rr_page_edition(&out, &page, &edition, true), &out);
    keep("server", language, "check.html", rr_page_check(&out, &page), &out);
    keep("server", language, "server.html", rr_page_server(&out, &page, NULL, 0), &out);
    keep("server", language, "error.html", rr_page_error(&out, &page, 404), &out);
}

int main(int argc, char **argv) {
    static const char *const languages[] = {"en", "ru"};
    const pages_options small = {.entries = 24, .named = 7, .hidden = 11, .batches = 4, .names = true};
    const pages_options sealed = {.entries = 150,
                                  .classes = 4,
                                  .named = 48,
                                  .hidden = 60,
                                  .sealed = 8,
                                  .batches = 9,
                                  .goal = 120,
                                  .names = true,
                                  .modes_sealed = true};
    const pages_options large = {.entries = 1938,
                                 .classes = 6,
                                 .named = 212,
                                 .hidden = 640,
                                 .batches = 30,
                                 .imported = true,
                                 .closed = true,
                                 .goal = 500,
                                 .names = true};
    const pages_options crowded = {.entries = 150, .named = 100, .hidden = 30, .batches = 3, .names = true};
    const pages_options empty = {.entries = 1, .batches = 0};
    if (argc != 2) {
        fprintf(stderr, "usage: render_pages FOLDER\n");
        return 2;
    }
    folder = argv[1];
    for (int i = 0; i < 2; i++) {
        petition("small", languages[i], &small);
        petition("sealed", languages[i], &sealed);
        petition("large", languages[i], &large);
        petition("crowded", languages[i], &crowded);
        petition("empty", languages[i], &empty);
        others(languages[i]);
    }
    rr_blob style = rr_page_file("style.css"), icon = rr_page_file("favicon.svg");
    save("style.css", style.bytes, style.len);
    save("favicon.svg", icon.bytes, icon.len);
    return 0;
}
