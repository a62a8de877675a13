/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a petition file (the order of PROTOCOL.md section 3), and whether a roll is the petition's. */
#include <string.h>

#include "base/text.h"
#include "roundrobin/petition.h"

static void write_sealing(rr_writer *w, const rr_petition *p) {
    rr_write_header_hex(w, "Seal-Key", p->seal_key.bytes, sizeof p->seal_key.bytes);
    rr_write_header_number(w, "Seal-Threshold", p->seal_threshold);
    rr_write_header_time(w, "Seal-Expires", p->seal_expires);
    rr_write_header_number(w, "Trustees", p->trustee_threshold);
    for (uint32_t i = 0; i < p->trustee_count; i++) {
        rr_write_name(w, "Trustee");
        rr_write_number(w, i + 1);
        rr_write(w, " ");
        rr_write_hex(w, p->trustees[i].key.bytes, sizeof p->trustees[i].key.bytes);
        rr_write(w, " ");
        rr_write_text(w, p->trustees[i].vkey.text);
        rr_write(w, "\n");
    }
}

static void write_goal(rr_writer *w, const rr_petition *p) {
    rr_write_header_number(w, "Goal", p->goal);
    if (p->goal_classes == 0) return;
    rr_write_header_number(w, "Goal-Classes", p->goal_classes);
    for (uint32_t i = 0; i < p->goal_class_count; i++) {
        rr_write_name(w, "Goal-Class");
        rr_write_number(w, p->goal_class[i].number);
        rr_write(w, " ");
        rr_write_text(w, p->goal_class[i].class_name);
        rr_write(w, "\n");
    }
}

static void write_modes(rr_writer *w, unsigned modes) {
    rr_write(w, "Modes:");
    if ((modes & RR_MODE_ANONYMOUS) != 0) rr_write(w, " anonymous");
    if ((modes & RR_MODE_SEALED) != 0) rr_write(w, " sealed");
    if ((modes & RR_MODE_NAMED) != 0) rr_write(w, " named");
    rr_write(w, "\n");
}

static void write_petition(rr_writer *w, const rr_petition *p) {
    rr_write(w, "round-robin petition v1\n");
    rr_write_header(w, "Title", p->title);
    rr_write_header(w, "To", p->to);
    rr_write_header(w, "From", p->from);
    rr_write_name(w, "Roll");
    rr_write_hex(w, p->roll.bytes, sizeof p->roll.bytes);
    rr_write(w, " ");
    rr_write_number(w, p->roll_entries);
    rr_write(w, "\n");
    rr_write_header_number(w, "Ring", p->ring);
    rr_write_header_number(w, "Ring-Minimum", p->ring_minimum);
    rr_write_header(w, "Count-By", rr_text_of(p->by_class ? "class" : "none"));
    write_modes(w, p->modes);
    if ((p->modes & RR_MODE_SEALED) != 0) write_sealing(w, p);
    write_goal(w, p);
    rr_write_header_time(w, "Opens", p->opens);
    rr_write_header_time(w, "Closes", p->closes);
    rr_write_header(w, "Log", p->log.text);
    rr_write_header(w, "Directory", p->directory.text);
    rr_write_header_number(w, "Witnesses", p->witnesses_needed);
    for (uint32_t i = 0; i < p->witness_count; i++) rr_write_header(w, "Witness", p->witnesses[i].text);
    rr_write(w, "\n");
    rr_write_text(w, p->body);
}

size_t rr_petition_write(char *out, size_t size, const rr_petition *petition) {
    rr_writer counting = {NULL, 0, 0};
    write_petition(&counting, petition);
    if (counting.len <= size) {
        rr_writer writing = {out, size, 0};
        write_petition(&writing, petition);
    }
    return counting.len;
}

rr_status rr_petition_check_roll(const char **why, const rr_petition *petition, const rr_roll *roll) {
    const char *rule = NULL;
    if (memcmp(petition->roll.bytes, roll->digest.bytes, sizeof roll->digest.bytes) != 0)
        rule = "the petition names another roll: the digests differ";
    else if (petition->roll_entries != roll->entry_count)
        rule = "the petition gives its roll another number of entries than the roll has";
    if (why != NULL) *why = rule;
    return rule == NULL ? RR_OK : RR_REFUSED;
}
