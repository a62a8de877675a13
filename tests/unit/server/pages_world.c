/* SPDX-License-Identifier: Apache-2.0 */
#include "pages_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const first_names[] = {"Nadia", "Ivo",   "Hiroko", "Grace", "Ulla",  "Tomás",
                                          "Leila", "Marek", "Ana",    "Олег",  "Ngozi", "Wen"};
static const char *const last_names[] = {"Haddad",   "Petrov", "Tanaka",     "Lindqvist", "Okafor", "Reyes-Villanueva", "Berg",
                                         "Kowalski", "Silva",  "Мельникова", "Achebe",    "Li",     "Ó Briain"};
static const char *const class_names[] = {"North district", "South district", "Harbour", "Old town", "Mill quarter", "Hill"};

static void *must(void *memory) {
    if (memory == NULL) abort();
    return memory;
}

rr_page pages_in(const char *language) {
    return (rr_page){.language = rr_language_find(rr_text_of(language)),
                     .prefix = "",
                     .base = rr_text_of("https://petitions.example.org"),
                     .batch_interval = 21600,
                     .batch_minimum = 8};
}

static rr_text text_or(const char *text, const char *instead) {
    return rr_text_of(text == NULL ? instead : text);
}

static void make_roll(pages_world *w, const pages_options *o) {
    uint32_t n = o->entries;
    w->entries = must(calloc(n, sizeof *w->entries));
    w->name_list = must(calloc(n, sizeof *w->name_list));
    w->strings = must(calloc(n, sizeof *w->strings));
    for (uint32_t i = 0; i < n; i++) {
        (void)snprintf(w->strings[i], 20, "member-%06u", (unsigned)i);
        (void)snprintf(w->strings[i] + 20, 76, "%s %s", first_names[i * 7 % 12], last_names[i * 5 % 13]);
        w->entries[i].member = rr_text_of(w->strings[i]);
        w->entries[i].basis = o->imported ? RR_BASIS_IMPORTED : i % 5 == 0 ? RR_BASIS_SSH : RR_BASIS_INVITED;
        if (o->classes > 0) w->entries[i].class_name = text_or(o->class_name, class_names[(uint64_t)i * o->classes / n % 6]);
        w->name_list[i] = (rr_name){.place = i, .name = text_or(o->name, w->strings[i] + 20)};
    }
    w->names = (rr_names){n, w->name_list};
    w->roll = (rr_roll){.body = rr_text_of("Deputies of the city council of Example"),
                        .body_size = n + n / 3,
                        .source = rr_text_of("https://council.example.org/deputies"),
                        .edition = 3,
                        .slot = 1,
                        .kind = o->imported ? RR_ROLL_ED25519 : RR_ROLL_ONE_TIME,
                        .registrar = {.name = rr_text_of("registrar.council.example.org")},
                        .entry_count = n,
                        .entries = w->entries};
}

static void make_petition(pages_world *w, const pages_options *o) {
    rr_petition *p = &w->petition;
    memset(p->pid.bytes, 0x7f, 1);
    for (int i = 0; i < 32; i++) p->pid.bytes[i] = (uint8_t)(i * 37 + 127);
    p->title = text_or(o->title, "The mayor must answer for the flood");
    p->to = text_or(o->to, "The mayor and the regional governor");
    p->from = text_or(o->from, "Deputies of the city council");
    p->body = text_or(o->body,
                      "The dams were known to be unsafe for six years. Money for their repair was granted twice and was spent "
                      "elsewhere.\n\nWe demand that the mayor:\n\n1. publish the report of 2019,\n2. name those who signed the "
                      "contracts,\n3. resign.\n");
    p->ring = 128;
    p->ring_minimum = 8;
    p->by_class = o->classes > 0;
    p->modes = RR_MODE_ANONYMOUS | RR_MODE_NAMED | (o->modes_sealed ? RR_MODE_SEALED : 0);
    if (o->modes_sealed) {
        static const char *const names[3] = {"trustee.ada.example.org", "trustee.ben.example.org", "trustee.cem.example.org"};
        for (int i = 0; i < 3; i++) w->trustees[i].vkey.name = rr_text_of(names[i]);
        p->trustees = w->trustees;
        p->trustee_count = 3;
        p->trustee_threshold = 2;
        p->seal_threshold = 10;
        p->seal_expires = 1798761600;
    }
    p->goal = o->goal;
    if (o->goal > 0 && o->classes > 0) {
        w->goal_classes[0] = (rr_goal_class){5, text_or(o->class_name, class_names[0])};
        p->goal_class = w->goal_classes;
        p->goal_class_count = p->goal_classes = 1;
    }
    p->opens = 1793869200;
    p->closes = 1796148000;
}

static void make_counts(pages_world *w, const pages_options *o) {
    rr_view *v = &w->view;
    uint32_t classes = o->classes == 0 ? 1 : o->classes;
    v->petition = &w->petition;
    v->roll = &w->roll;
    v->names = o->names ? &w->names : NULL;
    v->named = o->named;
    v->hidden = o->hidden;
    v->sealed = o->sealed;
    v->opened = o->opened;
    v->announced = o->announced;
    v->total = o->named + o->hidden;
    v->withdrawn = o->entries > 20 ? 1 : 0;
    v->closed = o->closed;
    v->goal = o->goal == 0 ? RR_GOAL_NONE : v->total >= o->goal ? RR_GOAL_REACHED : RR_GOAL_NOT_REACHED;
    v->size = 1 + v->total + (o->closed ? 1 : 0);
    v->named_places = must(calloc(o->named + 1, sizeof *v->named_places));
    for (uint32_t i = 0; i < o->named; i++) v->named_places[i] = (uint32_t)((uint64_t)i * o->entries / o->named);
    v->class_count = classes;
    v->classes = must(calloc(classes, sizeof *v->classes));
    v->ring_count = classes;
    v->rings = must(calloc(classes, sizeof *v->rings));
    for (uint32_t c = 0; c < classes; c++) {
        uint32_t entries = (uint32_t)((uint64_t)(c + 1) * o->entries / classes - (uint64_t)c * o->entries / classes);
        rr_view_class *tally = &v->classes[c];
        tally->name = o->classes == 0 ? rr_text_of("") : text_or(o->class_name, class_names[c % 6]);
        tally->entries = entries;
        tally->hidden = (uint32_t)((uint64_t)(c + 1) * o->hidden / classes - (uint64_t)c * o->hidden / classes);
        tally->named = (uint32_t)((uint64_t)(c + 1) * o->named / classes - (uint64_t)c * o->named / classes);
        tally->goal = o->goal > 0 && o->classes > 0 && c == 0 ? 5 : 0;
        v->rings[c] = (rr_view_ring){entries, tally->hidden, tally->named};
    }
    v->batch_count = o->batches + 1;
    v->batches = must(calloc(v->batch_count, sizeof *v->batches));
    for (size_t i = 0; i <= o->batches; i++) {
        uint32_t total = o->batches == 0 ? 0 : (uint32_t)(v->total * (2.0 - (double)i / o->batches) * i / o->batches);
        v->batches[i] = (rr_view_batch){1 + total, total};
    }
    v->faults = must(calloc(1, sizeof *v->faults));
}

pages_world *pages_world_new(const pages_options *options) {
    pages_world *w = must(calloc(1, sizeof *w));
    make_roll(w, options);
    make_petition(w, options);
    make_counts(w, options);
    return w;
}

void pages_world_free(pages_world *w) {
    rr_view_free(&w->view);
    free(w->entries);
    free(w->name_list);
    free(w->strings);
    free(w);
}
