/* SPDX-License-Identifier: Apache-2.0 */
/* robin roll show */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/papers.h"

typedef struct class_size {
    rr_text name;
    uint32_t size;
} class_size;

typedef struct shown_roll {
    rr_papers papers;
    bool note, names, proofs; /* checked */
    class_size *classes;
    uint32_t class_count, basis[3];
} shown_roll;

static int by_class(const void *a, const void *b) {
    return rr_text_compare(((const class_size *)a)->name, ((const class_size *)b)->name);
}

static void count_classes(shown_roll *s) {
    const rr_roll *roll = &s->papers.roll;
    class_size *all = rr_take_array(roll->entry_count, sizeof *all);
    for (uint32_t i = 0; i < roll->entry_count; i++) {
        all[i] = (class_size){roll->entries[i].class_name, 1};
        s->basis[roll->entries[i].basis]++;
    }
    qsort(all, roll->entry_count, sizeof *all, by_class);
    uint32_t n = 0;
    for (uint32_t i = 0; i < roll->entry_count; i++) {
        if (n > 0 && rr_text_equal(all[n - 1].name, all[i].name))
            all[n - 1].size++;
        else
            all[n++] = all[i];
    }
    s->classes = all;
    s->class_count = n;
}

/* The companion to look at: the one that was named, or the one beside the roll if there is one, else NULL. */
static const char *companion(const rr_args *args, const char *option, const char *roll, const char *name) {
    const char *given = rr_arg(args, option), *slash = strrchr(roll, '/');
    if (given != NULL) return given;
    if (strcmp(roll, "-") == 0) return NULL;
    const char *path = slash == NULL ? name : rr_format("%.*s%s", (int)(slash - roll + 1), roll, name);
    return rr_exists(path) ? path : NULL;
}

static void print_json(const shown_roll *s, bool entries) {
    const rr_roll *roll = &s->papers.roll;
    rr_json j = rr_json_to(stdout);
    rr_json_open(&j, NULL, '{');
    rr_json_string(&j, "digest", rr_hex_text(roll->digest.bytes, 32));
    rr_json_string(&j, "roll_id", rr_hex_text(roll->id.bytes, 32));
    rr_json_text(&j, "body", roll->body);
    rr_json_number(&j, "body_size", roll->body_size);
    rr_json_text(&j, "source", roll->source);
    rr_json_number(&j, "edition", roll->edition);
    rr_json_number(&j, "slot", roll->slot);
    rr_json_string(&j, "kind", rr_roll_kind_text(roll->kind));
    rr_json_text(&j, "registrar", roll->registrar.text);
    rr_json_number(&j, "entries", roll->entry_count);
    for (int b = 0; b < 3; b++) rr_json_number(&j, rr_basis_text((rr_basis)b), s->basis[b]);
    rr_json_bool(&j, "registrar_note_verified", s->note);
    rr_json_bool(&j, "enrolment_proofs_verified", s->proofs);
    rr_json_number(&j, "names_published", s->names ? s->papers.names.count : 0);
    rr_json_open(&j, "classes", '[');
    for (uint32_t i = 0; i < s->class_count; i++) {
        rr_json_open(&j, NULL, '{');
        rr_json_text(&j, "class", s->classes[i].name);
        rr_json_number(&j, "entries", s->classes[i].size);
        rr_json_close(&j, '}');
    }
    rr_json_close(&j, ']');
    if (entries) rr_json_open(&j, "list", '[');
    for (uint32_t i = 0; entries && i < roll->entry_count; i++) {
        rr_text name;
        rr_json_open(&j, NULL, '{');
        rr_json_number(&j, "place", i);
        rr_json_text(&j, "member", roll->entries[i].member);
        rr_json_text(&j, "class", roll->entries[i].class_name);
        rr_json_string(&j, "basis", rr_basis_text(roll->entries[i].basis));
        if (rr_names_find(&name, &s->papers.names, i) == RR_OK) rr_json_text(&j, "name", name);
        rr_json_close(&j, '}');
    }
    if (entries) rr_json_close(&j, ']');
    rr_json_close(&j, '}');
    rr_json_end(&j);
}

static void print_text(const shown_roll *s, bool entries) {
    const rr_roll *roll = &s->papers.roll;
    printf("%s\n", rr_safe(roll->body));
    printf("  edition %u, slot %u, %s\n", roll->edition, roll->slot, rr_count_of(roll->entry_count, "entry", "entries"));
    if (roll->body_size > 0) printf("  of a body of %s\n", rr_count_of(roll->body_size, "person", "people"));
    printf("  source: %s\n", rr_safe(roll->source));
    printf("  registrar: %s\n", rr_safe(roll->registrar.text));
    printf("  digest: %s\n", rr_hex_text(roll->digest.bytes, 32));
    printf("  keys: %s\n", rr_roll_kind_text(roll->kind));
    puts("  admitted:");
    for (int b = 0; b < 3; b++)
        if (s->basis[b] > 0) printf("    %s %s\n", rr_grouped(s->basis[b]), rr_basis_text((rr_basis)b));
    if (roll->kind == RR_ROLL_ED25519)
        puts("  The people on this list were not asked; being listed says nothing about their view.");
    if (s->class_count > 1 || s->classes[0].name.len > 0) {
        puts("  classes:");
        for (uint32_t i = 0; i < s->class_count; i++)
            printf("    %6s  %s\n", rr_grouped(s->classes[i].size),
                   s->classes[i].name.len > 0 ? rr_safe(s->classes[i].name) : "(none)");
    }
    puts("Checked:");
    puts("  the roll's form and every key");
    printf("  the registrar's signature: %s\n", s->note ? "verified" : "not given");
    if (roll->kind == RR_ROLL_ONE_TIME) printf("  enrolment proofs: %s\n", s->proofs ? "all verified" : "not given");
    if (s->names)
        printf("  names, as stated by the registrar: %s of %s published\n", rr_grouped(s->papers.names.count),
               rr_grouped(roll->entry_count));
    else
        puts("  names: not given");
    for (uint32_t i = 0; entries && i < roll->entry_count; i++) {
        rr_text name = {"", 0};
        (void)rr_names_find(&name, &s->papers.names, i);
        printf("%u\t%s\t%s\t%s\t%s\n", i, rr_safe(roll->entries[i].member), rr_safe(roll->entries[i].class_name),
               rr_basis_text(roll->entries[i].basis), rr_safe(name));
    }
}

int rr_run_roll_show(const rr_args *args) {
    const char *path = rr_arg(args, "ROLL");
    shown_roll s = {.note = false};
    rr_load_roll(&s.papers.roll, &s.papers.roll_file, path);
    const char *note = companion(args, "note", path, RR_ROLL_NOTE_FILE),
               *names = companion(args, "names-file", path, RR_NAMES_FILE),
               *proofs = companion(args, "proofs", path, RR_PROOFS_FILE);
    if (note != NULL) rr_check_roll_note(&s.papers.roll, &s.papers.roll_note, note);
    if (names != NULL) rr_load_names(&s.papers.names, &s.papers.names_file, names, &s.papers.roll);
    if (proofs != NULL) rr_check_proofs(rr_make_params(), &s.papers.roll, &s.papers.proofs_file, proofs);
    s.note = note != NULL;
    s.names = names != NULL;
    s.proofs = proofs != NULL;
    count_classes(&s);
    if (rr_flag(args, "json"))
        print_json(&s, rr_flag(args, "entries"));
    else
        print_text(&s, rr_flag(args, "entries"));
    return RR_EXIT_DONE;
}
