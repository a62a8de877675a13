/* SPDX-License-Identifier: Apache-2.0 */
/* robin roll enrolments
 *
 * An enrolment is taken when its file is durably in enrolments/.  The receipt and the used-up code follow; if the program ends in
 * between, the next run refuses a second enrolment of that member, and the receipt can be had by handing the same file in
 * again. */
#include <string.h>

#include "cli/commands.h"
#include "cli/edition.h"
#include "cli/invite.h"
#include "cli/papers.h"
#include "cli/register.h"

typedef struct candidate {
    const char *path;
    rr_bytes bytes;
    rr_enrolment_file *file;
    rr_book_result result;
    bool again; /* the same file was taken earlier */
} candidate;

typedef struct intake {
    rr_edition edition;
    const rr_signer *signer;
    candidate *candidates;
    size_t count, room, taken, refused;
    rr_bytes codes;
} intake;

static void refuse(intake *in, const candidate *c, uint32_t line, const char *why) {
    if (line > 0)
        rr_tell("%s:%u: %s. It was not taken.", rr_safe_string(c->path), line, why);
    else
        rr_tell("%s: %s. It was not taken.", rr_safe_string(c->path), why);
    in->refused++;
}

/* NULL, or why this enrolment is not that of a person who may enrol. */
static const char *who_may(intake *in, candidate *c, uint32_t *line) {
    const rr_enrolment_file *f = c->file;
    const rr_person *p = rr_find_person(&in->edition, f->member);
    *line = 0;
    if (p == NULL) return "nobody of this name is invited";
    if (!rr_text_equal(p->name, f->name)) return "the name is not the one in the invitation";
    const char *earlier = rr_member_path(&in->edition, RR_ENROLMENTS, f->member);
    if (rr_exists(earlier)) {
        rr_bytes old = rr_read(earlier, RR_ENROLMENT_TEXT_MAX);
        c->again = old.len == c->bytes.len && memcmp(old.data, c->bytes.data, old.len) == 0;
        return c->again ? NULL : "this member has enrolled in this edition already, with other keys";
    }
    rr_error error = {RR_OK, 0, 0, NULL};
    if (p->has_key) {
        uint8_t key[32];
        rr_status status = rr_enrolment_signer_var(key, &error, f);
        if (status == RR_NOT_FOUND) return "it is not signed; this member enrols with the SSH key that is listed";
        if (status != RR_OK) return error.rule != NULL ? error.rule : rr_status_text(status);
        return memcmp(key, p->key, 32) == 0 ? NULL : "it is signed by an SSH key that is not listed for this member";
    }
    uint32_t at;
    rr_status status = rr_codes_find(&at, &error, (const char *)in->codes.data, in->codes.len, f);
    if (status == RR_OK) return NULL;
    if (status == RR_MALFORMED) rr_die_at(rr_join(in->edition.folder, RR_CODES_FILE), &error, "Restore it from a copy.");
    if (status == RR_NOT_FOUND && f->code.len == 0) return "it has no invitation code";
    return status == RR_NOT_FOUND ? "its invitation code is not known, or was used"
           : error.rule != NULL   ? error.rule
                                  : rr_status_text(status);
}

static void add_candidate(intake *in, const char *path, rr_bytes bytes) {
    candidate c = {.path = path, .bytes = bytes};
    rr_error error = {RR_MALFORMED, 0, 0, NULL};
    c.file = rr_parse_enrolment(&error, c.bytes);
    if (c.file == NULL) {
        refuse(in, &c, error.line, error.rule != NULL ? error.rule : "is no enrolment file");
        return;
    }
    uint32_t line;
    const char *why = who_may(in, &c, &line);
    if (why != NULL) {
        refuse(in, &c, line, why);
        return;
    }
    if (in->count == in->room) {
        size_t room = in->room * 2 + 64;
        in->candidates = rr_grow(in->candidates, in->count * sizeof c, room * sizeof c);
        in->room = room;
    }
    in->candidates[in->count++] = c;
}

/* All books that were taken earlier. */
static rr_book_set *known_books(const rr_edition *e) {
    rr_book_set *set = rr_book_set_new();
    size_t n;
    char **paths = rr_list_folder(rr_join(e->folder, RR_ENROLMENTS), &n);
    for (size_t i = 0; i < n; i++) {
        rr_error error;
        rr_enrolment_file *file = rr_parse_enrolment(&error, rr_read(paths[i], RR_ENROLMENT_TEXT_MAX));
        if (file == NULL) rr_die_at(paths[i], &error, "Restore it from a copy.");
        if (set == NULL || rr_book_set_add(set, file->book, file->book_len) != RR_OK)
            rr_die(RR_EXIT_REFUSED, "%s: has a key that another member has too. Restore the folder from a copy.",
                   rr_safe_string(paths[i]));
    }
    if (set == NULL) rr_die(RR_EXIT_IO, "out of memory.");
    return set;
}

static void write_receipt(const intake *in, const rr_enrolment_file *file) {
    char text[RR_RECEIPT_TEXT_MAX];
    size_t len;
    if (rr_receipt_text(text, sizeof text, &len, file) != RR_OK) rr_die(RR_EXIT_REFUSED, "the receipt cannot be made.");
    rr_bytes note = rr_sign_note(in->signer, text, len);
    const char *path = rr_member_path(&in->edition, RR_RECEIPTS, file->member);
    if (!rr_exists(path)) {
        rr_write_one_of_many(path, RR_PUBLIC_FILE, note.data, note.len);
        return;
    }
    /* One that is broken is made anew. */
    rr_bytes old = rr_read(path, RR_LIMIT_SMALL);
    if (old.len != note.len || memcmp(old.data, note.data, old.len) != 0)
        rr_write_file(path, RR_PUBLIC_FILE, true, note.data, note.len);
}

static void check_books(intake *in) {
    enum { CHUNK = 256 };
    const rr_edition *e = &in->edition;
    rr_book_set *set = known_books(e);
    const rr_enrolment_file **files = rr_take_array(in->count, sizeof(void *));
    rr_book_result *results = rr_take_array(in->count, sizeof *results);
    size_t n = 0;
    for (size_t i = 0; i < in->count; i++)
        if (!in->candidates[i].again) files[n++] = in->candidates[i].file;
    rr_progress progress;
    rr_progress_start(&progress, "checking enrolments", n);
    for (size_t first = 0; first < n; first += CHUNK) {
        size_t part = n - first < CHUNK ? n - first : CHUNK;
        rr_status status = rr_books_check_var(rr_make_params(), set, results + first, files + first, part, &e->id, e->edition,
                                              e->slots, &rr_system_random);
        if (status != RR_OK && status != RR_REFUSED)
            rr_die(RR_EXIT_IO, "the proofs cannot be checked: %s.", rr_status_text(status));
        rr_progress_to(&progress, first + part);
    }
    rr_progress_end(&progress);
    rr_book_set_free(set);
    for (size_t i = 0, k = 0; i < in->count; i++)
        if (!in->candidates[i].again) in->candidates[i].result = results[k++];
}

static void take_in(intake *in) {
    const rr_edition *e = &in->edition;
    check_books(in);
    for (size_t i = 0; i < in->count; i++) {
        candidate *c = &in->candidates[i];
        if (c->result.status != RR_OK) {
            refuse(in, c, 0, rr_format("slot %u: %s", c->result.slot, c->result.why));
            c->file = NULL;
            continue;
        }
        const char *path = rr_member_path(e, RR_ENROLMENTS, c->file->member);
        if (!c->again && rr_exists(path)) {
            refuse(in, c, 0, "this member is among these files twice");
            c->file = NULL;
            continue;
        }
        if (!c->again) rr_write_one_of_many(path, RR_SECRET_FILE, c->bytes.data, c->bytes.len);
        in->taken += !c->again;
    }
    rr_sync_folder(rr_join(e->folder, RR_ENROLMENTS));
    uint8_t *used = rr_take(e->count);
    for (size_t i = 0; i < in->count; i++) {
        if (in->candidates[i].file == NULL) continue;
        write_receipt(in, in->candidates[i].file);
        used[rr_find_person(e, in->candidates[i].file->member) - e->people] = 1;
    }
    rr_sync_folder(rr_join(e->folder, RR_RECEIPTS));
    rr_use_codes(e, in->codes, used);
}

static void list(const rr_edition *e) {
    size_t enrolled = 0;
    for (size_t i = 0; i < e->count; i++) {
        const rr_person *p = &e->people[i];
        bool here = e->kind == RR_ROLL_ED25519 || rr_exists(rr_member_path(e, RR_ENROLMENTS, p->member));
        enrolled += here;
        printf("%s\t%s\t%s\t%s\n", rr_safe(p->member), rr_safe(p->class_name), rr_safe(p->name), here ? "enrolled" : "-");
    }
    rr_tell("%s of %s enrolled.", rr_grouped(enrolled), rr_count_of(e->count, "person", "people"));
}

/* ---- from a server ---------------------------------------------------------------------------------------------------------- */

static void collect(intake *in, rr_call *call) {
    rr_bytes bundle = rr_collect_requests(call, &in->edition, in->signer), request;
    size_t offset = 0, number = 0;
    while (rr_next_request(&request, &offset, bundle, in->signer)) {
        const char *path = rr_format("request %s of the server", rr_grouped(++number));
        if (request.data != NULL) {
            add_candidate(in, path, request);
            continue;
        }
        rr_tell("%s: does not open with the registrar's key. It was not taken.", path);
        in->refused++;
    }
}

/* Those of requests that were taken, now or earlier; members find them under the digest of their book. */
static void give_receipts(const intake *in, rr_call *call) {
    rr_text *members = rr_take_array(in->count, sizeof *members);
    size_t n = 0;
    for (size_t i = 0; i < in->count; i++)
        if (in->candidates[i].file != NULL) members[n++] = in->candidates[i].file->member;
    rr_send_receipts(call, &in->edition, in->signer, members, n);
}

int rr_run_roll_enrolments(const rr_args *args) {
    intake in = {.count = 0};
    const char *from = rr_arg(args, "from");
    if (rr_arg_count(args, "ENROLMENT") > 0 || from != NULL) rr_lock_edition(rr_arg(args, "FOLDER"));
    rr_open_edition(&in.edition, rr_arg(args, "FOLDER"));
    size_t given = rr_arg_count(args, "ENROLMENT");
    if (given == 0 && from == NULL) {
        list(&in.edition);
        return RR_EXIT_DONE;
    }
    rr_need_unpublished(&in.edition);
    if (in.edition.kind == RR_ROLL_ED25519)
        rr_die(RR_EXIT_REFUSED, "%s: nobody enrols on an ed25519 roll. Import keys with robin roll import.",
               rr_safe_string(in.edition.folder));
    if (rr_arg(args, "key") == NULL)
        rr_die(RR_EXIT_USAGE, "--key is missing: receipts are signed. Say robin roll enrolments --help.");
    in.signer = rr_open_signer(rr_arg(args, "key"));
    rr_need_registrar(&in.edition, in.signer, rr_arg(args, "key"));
    in.codes = rr_read(rr_join(in.edition.folder, RR_CODES_FILE), RR_LIMIT_LARGE);
    for (size_t i = 0; i < given; i++) {
        const char *path = rr_arg_at(args, "ENROLMENT", i);
        size_t n = 1;
        char **paths = rr_is_folder(path) ? rr_list_folder(path, &n) : NULL;
        for (size_t k = 0; k < n; k++) {
            const char *one = paths == NULL ? path : paths[k];
            add_candidate(&in, one, rr_read(one, RR_ENROLMENT_TEXT_MAX));
        }
    }
    rr_call call;
    if (from != NULL) rr_call_open(&call, from, rr_arg(args, "proxy"));
    if (from != NULL) collect(&in, &call);
    take_in(&in);
    if (from != NULL) give_receipts(&in, &call);
    if (from != NULL) rr_call_close(&call);
    printf("%s taken, %s refused.\n", rr_count_of(in.taken, "enrolment", "enrolments"), rr_grouped(in.refused));
    return in.refused > 0 ? RR_EXIT_REFUSED : RR_EXIT_DONE;
}
