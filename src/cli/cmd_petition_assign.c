/* SPDX-License-Identifier: Apache-2.0 */
/* robin petition assign
 *
 * The registrar's word is given once a roll file: assignments.tsv has a line `digest TAB pid` for each, and it is durable before the
 * signed note is let out.  The same pair may be asked for again. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/edition.h"
#include "cli/papers.h"

#define FIRST_LINE "round-robin assignments v1"

/* The published slot with this roll; fails if there is none. */
static const char *find_slot(const rr_edition *e, rr_papers *papers) {
    const char *published = rr_join(e->folder, RR_PUBLISHED);
    if (!rr_exists(published))
        rr_die(RR_EXIT_REFUSED, "%s: nothing is published yet. Say robin roll publish first.", rr_safe_string(e->folder));
    for (uint32_t slot = 0; slot < e->slots; slot++) {
        const char *folder = rr_join(published, rr_format("slot-%u", slot));
        rr_load_roll(&papers->roll, &papers->roll_file, rr_join(folder, RR_ROLL_FILE));
        if (memcmp(papers->roll.digest.bytes, papers->petition.roll.bytes, 32) == 0) return folder;
    }
    rr_die(RR_EXIT_REFUSED, "%s: names the roll %s, which is not one of those published in %s. Check the folder.",
           rr_safe_string(papers->petition_file.path), rr_hex_text(papers->petition.roll.bytes, 32), rr_safe_string(e->folder));
}

/* Notes the assignment in the registrar's folder, or fails if the roll has another petition. */
static void remember(const rr_edition *e, const rr_petition *p) {
    const char *path = rr_join(e->folder, RR_ASSIGNMENTS_FILE);
    const char *digest = rr_hex_text(p->roll.bytes, 32), *pid = rr_hex_text(p->pid.bytes, 32);
    rr_builder b = {NULL, 0, 0};
    if (!rr_exists(path)) {
        rr_build(&b, FIRST_LINE "\n");
    } else {
        rr_bytes old = rr_read(path, RR_LIMIT_SMALL);
        rr_error error;
        rr_reader reader;
        rr_reader_init(&reader, &error, (const char *)old.data, old.len);
        rr_status status = rr_reader_first(&reader, FIRST_LINE, "here comes the line `" FIRST_LINE "`");
        reader.tab_allowed = true;
        while (status == RR_OK && (status = rr_reader_next(&reader)) == RR_OK) {
            rr_text field, rest = reader.line;
            uint8_t bytes[32];
            if (!rr_text_cut(&field, &rest, '\t') || !rr_text_hex(bytes, 32, field) || !rr_text_hex(bytes, 32, rest)) {
                status = rr_reader_fail(&reader, "a line is a roll's digest, TAB, a pid");
            } else if (rr_text_is(field, digest)) {
                if (rr_text_is(rest, pid)) return;
                rr_die(RR_EXIT_REFUSED,
                       "this roll file is assigned already, to the petition %s. Use another slot for this one.", rr_safe(rest));
            }
        }
        if (status != RR_NOT_FOUND)
            rr_die_at(path, &error, "Restore it from a copy; without it a roll could be assigned twice.");
        rr_build(&b, "%.*s", (int)old.len, (const char *)old.data);
    }
    rr_build(&b, "%s\t%s\n", digest, pid);
    rr_write_file(path, RR_PUBLIC_FILE, true, b.text, b.len);
}

static void copy(const char *from, const char *to, const char *name) {
    const char *path = rr_join(from, name);
    if (!rr_exists(path)) return;
    rr_bytes bytes = rr_read(path, RR_LIMIT_LARGE);
    rr_write_one_of_many(rr_join(to, name), RR_PUBLIC_FILE, bytes.data, bytes.len);
}

int rr_run_petition_assign(const rr_args *args) {
    rr_edition e;
    rr_papers papers = {.params = rr_make_params()};
    rr_lock_edition(rr_arg(args, "FOLDER"));
    rr_open_edition(&e, rr_arg(args, "FOLDER"));
    const rr_signer *signer = rr_open_signer(rr_arg(args, "key"));
    rr_need_registrar(&e, signer, rr_arg(args, "key"));
    rr_load_petition(&papers, rr_arg(args, "petition"));
    const char *to = rr_arg(args, "to"), *slot = find_slot(&e, &papers);
    rr_make_rings(&papers);
    if (rr_exists(to))
        rr_die(RR_EXIT_REFUSED, "%s: is there already and was left as it is. Name a new folder.", rr_safe_string(to));
    remember(&e, &papers.petition);

    char text[RR_ASSIGNMENT_NOTE_SIZE];
    rr_assignment_note_text(text, &papers.petition.roll, &papers.petition.pid);
    rr_bytes note = rr_sign_note(signer, text, sizeof text);
    const char *unfinished = rr_format("%s.unfinished", to);
    rr_make_folder(unfinished);
    rr_write_one_of_many(rr_join(unfinished, RR_PETITION_FILE), RR_PUBLIC_FILE, papers.petition_file.bytes.data,
                         papers.petition_file.bytes.len);
    rr_write_one_of_many(rr_join(unfinished, RR_ASSIGNMENT_FILE), RR_PUBLIC_FILE, note.data, note.len);
    static const char *const companions[] = {RR_ROLL_FILE, RR_ROLL_NOTE_FILE, RR_NAMES_FILE, RR_PROOFS_FILE};
    for (size_t i = 0; i < sizeof companions / sizeof *companions; i++) copy(slot, unfinished, companions[i]);
    rr_sync_folder(unfinished);
    if (rename(unfinished, to) != 0) rr_die(RR_EXIT_IO, "%s: cannot be made: %s.", rr_safe_string(to), strerror(errno));
    printf("The roll of slot %u is assigned to the petition %s; members get %s.\n", papers.roll.slot,
           rr_hex_text(papers.petition.pid.bytes, 32), rr_safe_string(to));
    return RR_EXIT_DONE;
}
