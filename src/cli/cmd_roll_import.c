/* SPDX-License-Identifier: Apache-2.0 */
/* robin roll import */
#include <sodium.h>
#include <string.h>

#include "base/bytes.h"
#include "cli/commands.h"
#include "cli/edition.h"
#include "cli/invite.h"
#include "cli/papers.h"
#include "roundrobin/import.h"

/* A member is also the name of a file, and files whose names begin so are not listed. */
#define NO_DOT "a member does not begin with a dot"

typedef struct import_job {
    rr_edition *edition;
    const rr_args *args;
    FILE *refused; /* where refusals are listed */
    size_t accepted, refusals;
} import_job;

static const char *file_of(const import_job *job, uint32_t file) {
    return file == 0 ? rr_join(job->edition->folder, RR_PEOPLE_FILE) : rr_arg_at(job->args, "FILE", file - 1);
}

/* ---- people ------------------------------------------------------------------------------------------------------------------ */

static rr_status parse_person(import_job *job, rr_reader *r) {
    rr_person p = {.has_salt = false};
    rr_text rest = r->line;
    if (!rr_text_cut(&p.member, &rest, '\t') || !rr_text_cut(&p.class_name, &rest, '\t'))
        return rr_reader_fail(r, "a line is member TAB class TAB name");
    p.name = rest;
    if (!rr_text_is_member(p.member)) return rr_reader_fail_at(r, p.member, "a member is 1 to 64 of A-Z a-z 0-9 . _ -");
    if (p.member.start[0] == '.') return rr_reader_fail_at(r, p.member, NO_DOT);
    if (rr_class_fault(p.class_name) != NULL) return rr_reader_fail_at(r, p.class_name, rr_class_fault(p.class_name));
    if (p.name.len == 0 || rr_text_is_padded(p.name) || memchr(p.name.start, '\t', p.name.len) != NULL)
        return rr_reader_fail_at(r, p.name, "a name is not empty, without TAB, and has no space at either end");
    if (p.name.len > RR_KEYCARD_NAME_MAX) return rr_reader_fail_at(r, p.name, "a name has at most 255 bytes");
    rr_add_person(job->edition, &p);
    job->accepted++;
    return RR_OK;
}

static void import_people(import_job *job, const char *path) {
    rr_bytes text = rr_read(path, RR_LIMIT_LARGE);
    rr_error error;
    rr_reader reader;
    rr_reader_init(&reader, &error, (const char *)text.data, text.len);
    reader.tab_allowed = true;
    rr_status status;
    while ((status = rr_reader_next(&reader)) == RR_OK)
        if ((status = parse_person(job, &reader)) != RR_OK) break;
    if (status != RR_NOT_FOUND) rr_die_at(path, &error, "Nobody was added; correct the file.");
}

/* Is a member there twice?  The people who are new stand behind the `old` ones, which ascend. */
static void refuse_repeats(const import_job *job, size_t old) {
    rr_edition sorted = *job->edition;
    if (sorted.count == old) return;
    sorted.people = rr_take_array(sorted.count, sizeof *sorted.people);
    memcpy(sorted.people, job->edition->people, sorted.count * sizeof *sorted.people);
    rr_edition before = {.people = sorted.people, .count = old};
    for (size_t i = old; i < sorted.count; i++)
        if (rr_find_person(&before, sorted.people[i].member) != NULL)
            rr_die(RR_EXIT_REFUSED, "member %s is on this roll already. Nobody was added; take the line out.",
                   rr_safe(sorted.people[i].member));
    rr_sort_people(&sorted);
    for (size_t i = 1; i < sorted.count; i++)
        if (rr_text_equal(sorted.people[i - 1].member, sorted.people[i].member))
            rr_die(RR_EXIT_REFUSED, "member %s is in the files twice. Nobody was added; take one of the lines out.",
                   rr_safe(sorted.people[i].member));
}

/* ---- keys -------------------------------------------------------------------------------------------------------------------- */

static bool key_accepted(void *context, const rr_imported *key) {
    import_job *job = context;
    if (key->member[0] == '.') {
        fprintf(job->refused, "%s:%u: %s: " NO_DOT "\n", rr_safe_string(file_of(job, key->file)), key->line, key->member);
        job->refusals++;
        return true;
    }
    rr_person p = {.member = rr_text_of(rr_format("%s", key->member)), .has_key = true};
    p.class_name = rr_text_of(rr_arg(job->args, "class"));
    p.name = p.member;
    if (job->edition->kind == RR_ROLL_ED25519) {
        p.has_salt = true;
        randombytes_buf(p.salt, sizeof p.salt);
        memcpy(p.key, key->entry.bytes, 32);
    } else {
        memcpy(p.key, key->ed25519, 32);
    }
    rr_add_person(job->edition, &p);
    job->accepted++;
    return true;
}

static bool key_refused(void *context, const rr_import_refusal *refusal) {
    import_job *job = context;
    fprintf(job->refused, "%s:%u: %s%s%s", rr_safe_string(file_of(job, refusal->file)), refusal->line, refusal->what,
            refusal->what[0] != 0 ? ": " : "", refusal->why);
    if (refusal->repeats_line > 0)
        fprintf(job->refused, " (first in %s:%u)", rr_safe_string(file_of(job, refusal->repeats_file)), refusal->repeats_line);
    fputc('\n', job->refused);
    job->refusals++;
    return true;
}

static rr_import_format format_of(const char *format) {
    if (strcmp(format, "openpgp") == 0) return RR_IMPORT_OPENPGP;
    return strcmp(format, "allowed-signers") == 0 ? RR_IMPORT_ALLOWED_SIGNERS : RR_IMPORT_AUTHORIZED_KEYS;
}

/* Makes the people who are there already known; line 1 of people.tsv names the format. */
static void tell_known(rr_import *import, const rr_edition *e) {
    for (size_t i = 0; i < e->count; i++) {
        const rr_person *p = &e->people[i];
        rr_entry_key entry;
        if (!p->has_key) continue;
        if (e->kind == RR_ROLL_ED25519)
            memcpy(entry.bytes, p->key, 32);
        else if (rr_entry_from_ed25519_var(&entry, NULL, p->key) != RR_OK)
            continue;
        if (rr_import_known(import, &entry, rr_copy_text(p->member), (uint32_t)i + 2) == RR_NO_SPACE)
            rr_die(RR_EXIT_IO, "out of memory.");
    }
}

static void import_keys(import_job *job, rr_import *import, const char *path, const char *format) {
    rr_import_options options = {.now = (uint64_t)rr_now(), .member = rr_arg(job->args, "member")};
    options.for_signatures = job->edition->kind == RR_ROLL_ONE_TIME;
    if (strcmp(rr_arg(job->args, "names"), "principal") == 0) options.names = RR_IMPORT_BY_PRINCIPAL;
    rr_import_sink sink = {key_accepted, key_refused, job};
    rr_bytes file = rr_read(path, RR_LIMIT_LARGE);
    rr_error error = {RR_OK, 0, 0, NULL};
    rr_status status = rr_import_file(import, NULL, &error, file.data, file.len, format_of(format), &options, &sink);
    if (status == RR_OK) return;
    if (status == RR_NO_SPACE) rr_die(RR_EXIT_IO, "%s: out of memory.", rr_safe_string(path));
    if (status == RR_ARGUMENT)
        rr_die(RR_EXIT_USAGE,
               "--member or --names does not fit: a member is 1 to 64 of A-Z a-z 0-9 . _ -, and principals are in "
               "allowed-signers files only. Nobody was added.");
    error.status = status;
    rr_die_at(path, &error, rr_format("Nobody was added; is it really in the format %s?", format));
}

int rr_run_roll_import(const rr_args *args) {
    rr_edition e;
    rr_lock_edition(rr_arg(args, "FOLDER"));
    rr_open_edition(&e, rr_arg(args, "FOLDER"));
    rr_need_unpublished(&e);
    const char *format = rr_arg(args, "format"), *list = rr_arg(args, "refused"), *class_name = rr_arg(args, "class");
    bool people = strcmp(format, "people") == 0;
    if (people && e.kind == RR_ROLL_ED25519)
        rr_die(RR_EXIT_REFUSED,
               "%s: an ed25519 roll is made of keys, not of a list of people. Import keys, or make a one-time roll.",
               rr_safe_string(e.folder));
    if (!people && e.kind == RR_ROLL_ONE_TIME && strcmp(format, "openpgp") == 0)
        rr_die(RR_EXIT_REFUSED,
               "%s: an OpenPGP key cannot sign an enrolment. Import SSH keys or people, or make an ed25519 roll.",
               rr_safe_string(e.folder));
    if (rr_class_fault(rr_text_of(class_name)) != NULL)
        rr_die(RR_EXIT_USAGE, "--class: %s. Choose another.", rr_class_fault(rr_text_of(class_name)));
    rr_output *output = list == NULL ? NULL : rr_output_open(list, RR_PUBLIC_FILE, rr_flag(args, "force"));
    import_job job = {&e, args, output == NULL ? stderr : rr_output_stream(output), 0, 0};
    size_t old = e.count;
    rr_import *import = people ? NULL : rr_import_new();
    if (!people && import == NULL) rr_die(RR_EXIT_IO, "out of memory.");
    if (!people) tell_known(import, &e);
    for (size_t i = 0; i < rr_arg_count(args, "FILE"); i++) {
        const char *path = rr_arg_at(args, "FILE", i);
        if (people)
            import_people(&job, path);
        else
            import_keys(&job, import, path, format);
    }
    rr_import_free(import);
    refuse_repeats(&job, old);
    if (output != NULL) rr_output_finish(output);
    /* Invitations first: one without a person takes nobody in, a person without an invitation could not come. */
    if (e.kind == RR_ROLL_ONE_TIME) rr_invite(&e, e.people + old, e.count - old);
    rr_write_people(&e, false);
    printf("%s added, %s refused; %s on the roll now.\n", rr_count_of(job.accepted, "person", "people"),
           rr_grouped(job.refusals), rr_grouped(e.count));
    if (e.kind == RR_ROLL_ED25519)
        puts("These people were not asked; being listed says nothing about their view. A key hides its holder until it is ever "
             "seen by "
             "someone else.");
    return RR_EXIT_DONE;
}
