/* SPDX-License-Identifier: Apache-2.0 */
/* Invented petitions as views, made without a judge, for the tests of pages: any size, any counts, any hostile text. */
#ifndef RR_TESTS_PAGES_WORLD_H
#define RR_TESTS_PAGES_WORLD_H

#include "server/page.h"

typedef struct pages_options {
    uint32_t entries, classes; /* classes 0: none; entries are spread evenly */
    uint32_t named, hidden, sealed, opened;
    uint32_t batches;
    uint32_t goal;
    bool imported, closed, names, modes_sealed, announced;
    const char *title, *to, *from, *body, *class_name, *name; /* NULL: harmless ones */
} pages_options;

typedef struct pages_world {
    rr_view view;
    rr_petition petition;
    rr_roll roll;
    rr_names names;
    rr_entry *entries;
    rr_name *name_list;
    char (*strings)[96];
    rr_trustee trustees[3];
    rr_goal_class goal_classes[1];
} pages_world;

pages_world *pages_world_new(const pages_options *options);
void pages_world_free(pages_world *w);

rr_page pages_in(const char *language);

#endif
