/* SPDX-License-Identifier: Apache-2.0 */
/* robin petition check */
#include <string.h>

#include "cli/commands.h"
#include "cli/papers.h"

typedef struct checked {
    rr_papers papers;
    bool roll, note, assignment; /* checked */
    const char **warnings;
    size_t warning_count;
} checked;

static void warn(checked *c, const char *text) {
    c->warnings = rr_grow(c->warnings, c->warning_count * sizeof *c->warnings, (c->warning_count + 1) * sizeof *c->warnings);
    c->warnings[c->warning_count++] = text;
}

static uint32_t smallest_ring(const rr_rings *rings) {
    uint32_t least = UINT32_MAX;
    for (uint32_t i = 0; i < rings->ring_count; i++)
        if (rr_rings_ring_size(rings, i) < least) least = rr_rings_ring_size(rings, i);
    return least;
}

static void look_for_warnings(checked *c) {
    const rr_petition *p = &c->papers.petition;
    if (!c->roll) return;
    const rr_rings *rings = &c->papers.rings;
    for (uint32_t i = 0; i < rings->ring_count; i++)
        if (rr_rings_ring_size(rings, i) < p->ring_minimum && (p->modes & ~(unsigned)RR_MODE_NAMED) != 0)
            warn(c, rr_format("Ring %u has %u people, fewer than Ring-Minimum: they cannot sign hidden.", i,
                              rr_rings_ring_size(rings, i)));
    for (uint32_t i = 0; i < p->goal_class_count; i++) {
        uint32_t index;
        if (rr_rings_find_class(&index, rings, p->goal_class[i].class_name) != RR_OK)
            warn(c, rr_format("The class '%s' of a goal is not on the roll, or too small to be counted alone: it counts 0.",
                              rr_safe(p->goal_class[i].class_name)));
        else if (rings->classes[index].size < p->goal_class[i].number)
            warn(c, rr_format("The goal of %u in '%s' is more than the %u people of that class.", p->goal_class[i].number,
                              rr_safe(p->goal_class[i].class_name), rings->classes[index].size));
    }
    if (p->goal > c->papers.roll.entry_count)
        warn(c, rr_format("The goal of %u is more than the %u entries of the roll.", p->goal, c->papers.roll.entry_count));
    if (p->witnesses_needed == 0)
        warn(c, "Witnesses is 0: nobody outside confirms when the log closed, so the result is never final.");
}

static const char *modes_text(unsigned modes) {
    return rr_format("%s%s%s", modes & RR_MODE_ANONYMOUS ? "never named" : "",
                     modes & RR_MODE_SEALED ? (modes & RR_MODE_ANONYMOUS ? ", sealed" : "sealed") : "",
                     modes & RR_MODE_NAMED ? (modes & ~(unsigned)RR_MODE_NAMED ? ", by name" : "by name") : "");
}

static void print_text(const checked *c) {
    const rr_petition *p = &c->papers.petition;
    unsigned width = rr_terminal_width(stdout);
    rr_wrap(stdout, rr_safe(p->title), "", width);
    printf("  to: %s\n  from: %s\n", rr_safe(p->to), rr_safe(p->from));
    printf("  pid: %s\n", rr_hex_text(p->pid.bytes, 32));
    printf("  roll: %s, %s\n", rr_hex_text(p->roll.bytes, 32), rr_count_of(p->roll_entries, "entry", "entries"));
    if (c->roll) printf("  roll of: %s\n  kept by: %s\n", rr_safe(c->papers.roll.body), rr_safe(c->papers.roll.registrar.text));
    printf("  open from %s to %s\n", rr_time_text(p->opens), rr_time_text(p->closes));
    printf("  members sign: %s\n", modes_text(p->modes));
    if (p->goal > 0) printf("  goal: %s\n", rr_count_of(p->goal, "signature", "signatures"));
    if (p->goal > 0 && p->goal_classes > 0) printf("  and in %u of these classes:\n", p->goal_classes);
    for (uint32_t i = 0; p->goal > 0 && i < p->goal_class_count; i++)
        printf("    %6s  %s\n", rr_grouped(p->goal_class[i].number), rr_safe(p->goal_class[i].class_name));
    if (p->modes & RR_MODE_SEALED) {
        printf("  sealed names: any %u of these trustees can read them, and promise to when there are %s, until %s\n",
               p->trustee_threshold, rr_grouped(p->seal_threshold), rr_time_text(p->seal_expires));
        for (uint32_t j = 0; j < p->trustee_count; j++) printf("    %u  %s\n", j + 1, rr_safe(p->trustees[j].vkey.name));
    }
    printf("  log: %s\n", rr_safe(p->log.name));
    if (c->roll) {
        const rr_rings *rings = &c->papers.rings;
        uint32_t least = smallest_ring(rings), most = rr_rings_largest(rings);
        if (least == most)
            printf("  %s of %s: a hidden signer is one of so many\n", rr_count_of(rings->ring_count, "ring", "rings"),
                   rr_count_of(most, "person", "people"));
        else
            printf("  %s of %s to %s: a hidden signer is one of so many\n", rr_count_of(rings->ring_count, "ring", "rings"),
                   rr_grouped(least), rr_count_of(most, "person", "people"));
        for (uint32_t i = 0; p->by_class && i < rings->class_count; i++)
            printf("    %6s  %s, in %s\n", rr_grouped(rings->classes[i].size),
                   rings->classes[i].name.len > 0 ? rr_safe(rings->classes[i].name) : "(no class)",
                   rr_count_of(rings->classes[i].ring_count, "ring", "rings"));
    }
    puts("Checked:");
    puts("  the petition's form");
    printf("  its roll: %s\n", c->roll ? "it is this one" : "not given");
    printf("  the registrar's signature on the roll: %s\n", c->note ? "verified" : "not given");
    printf("  the assignment of the roll to this petition: %s\n", c->assignment ? "verified" : "not given");
    if (p->modes & RR_MODE_SEALED && c->roll)
        printf("  the trustees' certificate and acceptances: %s\n",
               c->papers.seal_fault == NULL ? "verified" : c->papers.seal_fault);
    for (size_t i = 0; i < c->warning_count; i++) rr_wrap(stdout, rr_format("Note: %s", c->warnings[i]), "", width);
}

static void print_json(const checked *c) {
    const rr_petition *p = &c->papers.petition;
    rr_json j = rr_json_to(stdout);
    rr_json_open(&j, NULL, '{');
    rr_json_string(&j, "pid", rr_hex_text(p->pid.bytes, 32));
    rr_json_text(&j, "title", p->title);
    rr_json_text(&j, "to", p->to);
    rr_json_text(&j, "from", p->from);
    rr_json_string(&j, "roll", rr_hex_text(p->roll.bytes, 32));
    rr_json_number(&j, "entries", p->roll_entries);
    if (c->roll) rr_json_text(&j, "registrar", c->papers.roll.registrar.text);
    rr_json_string(&j, "opens", rr_time_text(p->opens));
    rr_json_string(&j, "closes", rr_time_text(p->closes));
    rr_json_bool(&j, "anonymous", (p->modes & RR_MODE_ANONYMOUS) != 0);
    rr_json_bool(&j, "sealed", (p->modes & RR_MODE_SEALED) != 0);
    rr_json_bool(&j, "named", (p->modes & RR_MODE_NAMED) != 0);
    rr_json_number(&j, "goal", p->goal);
    rr_json_bool(&j, "roll_checked", c->roll);
    rr_json_bool(&j, "registrar_note_verified", c->note);
    rr_json_bool(&j, "assignment_verified", c->assignment);
    if (p->modes & RR_MODE_SEALED) rr_json_bool(&j, "ceremony_verified", c->roll && c->papers.seal_fault == NULL);
    rr_json_open(&j, "rings", '[');
    for (uint32_t i = 0; c->roll && i < c->papers.rings.ring_count; i++)
        rr_json_number(&j, NULL, rr_rings_ring_size(&c->papers.rings, i));
    rr_json_close(&j, ']');
    rr_json_open(&j, "notes", '[');
    for (size_t i = 0; i < c->warning_count; i++) rr_json_string(&j, NULL, c->warnings[i]);
    rr_json_close(&j, ']');
    rr_json_close(&j, '}');
    rr_json_end(&j);
}

int rr_run_petition_check(const rr_args *args) {
    checked c = {.roll = false};
    rr_papers *papers = &c.papers;
    rr_find_papers(papers, args);
    rr_load_petition(papers, papers->petition_file.path);
    if (rr_arg(args, "roll") != NULL || rr_exists(papers->roll_file.path)) {
        rr_load_roll(&papers->roll, &papers->roll_file, papers->roll_file.path);
        rr_make_rings(papers);
        c.roll = true;
        if (rr_arg(args, "roll-note") != NULL || rr_exists(papers->roll_note.path)) {
            rr_check_roll_note(&papers->roll, &papers->roll_note, papers->roll_note.path);
            c.note = true;
        }
        rr_check_ceremony(papers);
        if (rr_arg(args, "assignment") != NULL || rr_exists(papers->assignment_note.path)) {
            rr_check_assignment(papers);
            c.assignment = true;
        }
    }
    look_for_warnings(&c);
    if (rr_flag(args, "json"))
        print_json(&c);
    else
        print_text(&c);
    return RR_EXIT_DONE;
}
