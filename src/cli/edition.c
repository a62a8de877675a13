/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "cli/edition.h"
#include "cli/papers.h"

#define CONF_FIRST "round-robin registrar v1"
#define PEOPLE_FIRST "round-robin people v1"
#define RESTORE "Restore the registrar's folder from a copy"
#define TEXT_ARG(t) (int)(t).len, (t).start

/* ---- roll.conf ------------------------------------------------------------------------------------------------------------- */

static bool read_kind(rr_roll_kind *kind, rr_text value) {
    *kind = rr_text_is(value, rr_roll_kind_text(RR_ROLL_ED25519)) ? RR_ROLL_ED25519 : RR_ROLL_ONE_TIME;
    return rr_text_is(value, rr_roll_kind_text(*kind));
}

static rr_status parse_conf(rr_edition *e, rr_reader *r) {
    rr_text value;
    rr_status s = rr_reader_first(r, CONF_FIRST, "here comes the line `" CONF_FIRST "`");
    if (s == RR_OK) s = rr_reader_header(r, &value, RR_HEADER("Roll-Id"));
    if (s == RR_OK && !rr_text_hex(e->id.bytes, 32, value))
        return rr_reader_fail_at(r, value, "a roll's id is 64 lowercase hex digits");
    if (s == RR_OK) s = rr_reader_header(r, &e->body, RR_HEADER("Body"));
    if (s == RR_OK) s = rr_reader_header(r, &value, RR_HEADER("Body-Size"));
    if (s == RR_OK && !rr_text_number(&e->body_size, value)) return rr_reader_fail_at(r, value, "this is a number");
    if (s == RR_OK) s = rr_reader_header(r, &e->source, RR_HEADER("Source"));
    if (s == RR_OK) s = rr_reader_header(r, &value, RR_HEADER("Edition"));
    if (s == RR_OK && (!rr_text_number(&e->edition, value) || e->edition == 0))
        return rr_reader_fail_at(r, value, "an edition is a number from 1");
    if (s == RR_OK) s = rr_reader_header(r, &value, RR_HEADER("Slots"));
    if (s == RR_OK && (!rr_text_number(&e->slots, value) || e->slots == 0 || e->slots > RR_KEYCARD_SLOTS_MAX))
        return rr_reader_fail_at(r, value, "there are 1 to 64 slots");
    if (s == RR_OK) s = rr_reader_header(r, &value, RR_HEADER("Kind"));
    if (s == RR_OK && !read_kind(&e->kind, value)) return rr_reader_fail_at(r, value, "a kind is `one-time` or `ed25519`");
    if (s == RR_OK) s = rr_reader_header(r, &value, RR_HEADER("Registrar"));
    if (s == RR_OK && rr_vkey_read(&e->registrar, NULL, value, RR_VKEY_ED25519) != RR_OK)
        return rr_reader_fail_at(r, value, "this is no verifier key of type 1");
    return s;
}

void rr_write_conf(const rr_edition *e) {
    rr_builder b = {NULL, 0, 0};
    rr_build(&b,
             CONF_FIRST
             "\nRoll-Id: %s\nBody: %.*s\nBody-Size: %u\nSource: %.*s\nEdition: %u\nSlots: %u\nKind: %s\nRegistrar: %.*s\n",
             rr_hex_text(e->id.bytes, 32), TEXT_ARG(e->body), e->body_size, TEXT_ARG(e->source), e->edition, e->slots,
             rr_roll_kind_text(e->kind), TEXT_ARG(e->registrar.text));
    const char *path = rr_join(e->folder, RR_CONF_FILE);
    rr_edition again = {.folder = NULL};
    rr_error error;
    rr_reader reader;
    rr_reader_init(&reader, &error, b.text, b.len);
    if (parse_conf(&again, &reader) != RR_OK) rr_die_at(path, &error, "Nothing was written; correct the option.");
    rr_write_file(path, RR_PUBLIC_FILE, false, b.text, b.len);
}

/* ---- people.tsv ----------------------------------------------------------------------------------------------------------- */

static int by_member(const void *a, const void *b) {
    return rr_text_compare(((const rr_person *)a)->member, ((const rr_person *)b)->member);
}

rr_person *rr_find_person(const rr_edition *e, rr_text member) {
    rr_person wanted = {.member = member};
    return e->count == 0 ? NULL : bsearch(&wanted, e->people, e->count, sizeof wanted, by_member);
}

void rr_add_person(rr_edition *e, const rr_person *person) {
    if (e->count == e->room) {
        size_t room = e->room * 2 + 256;
        e->people = rr_grow(e->people, e->count * sizeof *e->people, room * sizeof *e->people);
        e->room = room;
    }
    e->people[e->count++] = *person;
}

static rr_status parse_people(rr_edition *e, rr_reader *r) {
    rr_status s = rr_reader_first(r, PEOPLE_FIRST, "here comes the line `" PEOPLE_FIRST "`");
    r->tab_allowed = true;
    while (s == RR_OK && (s = rr_reader_next(r)) == RR_OK) {
        rr_person p = {.has_salt = true, .has_key = true};
        rr_text rest = r->line, salt;
        if (!rr_text_cut(&p.member, &rest, '\t') || !rr_text_cut(&p.class_name, &rest, '\t') ||
            !rr_text_cut(&p.name, &rest, '\t') || !rr_text_cut(&salt, &rest, '\t'))
            return rr_reader_fail(r, "a line has five fields separated by TAB");
        if (!rr_text_is_member(p.member)) return rr_reader_fail_at(r, p.member, "a member is 1 to 64 of A-Z a-z 0-9 . _ -");
        if (e->count > 0 && rr_text_compare(e->people[e->count - 1].member, p.member) >= 0)
            return rr_reader_fail(r, "members ascend, each once");
        if (rr_class_fault(p.class_name) != NULL) return rr_reader_fail_at(r, p.class_name, rr_class_fault(p.class_name));
        if (p.name.len == 0 || rr_text_is_padded(p.name))
            return rr_reader_fail_at(r, p.name, "a name is not empty and has no space at either end");
        if (rr_text_is(salt, "-"))
            p.has_salt = false;
        else if (!rr_text_hex(p.salt, 32, salt))
            return rr_reader_fail_at(r, salt, "a salt is `-` or 64 lowercase hex digits");
        if (rr_text_is(rest, "-"))
            p.has_key = false;
        else if (!rr_text_hex(p.key, 32, rest))
            return rr_reader_fail_at(r, rest, "a key is `-` or 64 lowercase hex digits");
        if (e->kind == RR_ROLL_ED25519 && !(p.has_salt && p.has_key))
            return rr_reader_fail(r, "an ed25519 roll has salt and key of everybody");
        rr_add_person(e, &p);
    }
    return s == RR_NOT_FOUND ? RR_OK : s;
}

void rr_sort_people(rr_edition *e) {
    if (e->count > 1) qsort(e->people, e->count, sizeof *e->people, by_member);
}

void rr_write_people(rr_edition *e, bool first) {
    rr_sort_people(e);
    rr_builder b = {NULL, 0, 0};
    rr_build(&b, PEOPLE_FIRST "\n");
    for (size_t i = 0; i < e->count; i++) {
        const rr_person *p = &e->people[i];
        rr_build(&b, "%.*s\t%.*s\t%.*s\t%s\t%s\n", TEXT_ARG(p->member), TEXT_ARG(p->class_name), TEXT_ARG(p->name),
                 p->has_salt ? rr_hex_text(p->salt, 32) : "-", p->has_key ? rr_hex_text(p->key, 32) : "-");
    }
    /* Names and salts are the registrar's to give out, so the file is not for others on this machine. */
    rr_write_file(rr_join(e->folder, RR_PEOPLE_FILE), RR_SECRET_FILE, !first, b.text, b.len);
}

/* ---- the folder ----------------------------------------------------------------------------------------------------------- */

void rr_open_edition(rr_edition *e, const char *folder) {
    memset(e, 0, sizeof *e);
    e->folder = folder;
    const char *path = rr_join(folder, RR_CONF_FILE);
    if (!rr_exists(path))
        rr_die(RR_EXIT_IO, "%s: is no registrar's folder: it has no " RR_CONF_FILE ". Make one with robin roll new.",
               rr_safe_string(folder));
    rr_bytes text = rr_read(path, RR_LIMIT_SMALL);
    rr_error error;
    rr_reader reader;
    rr_reader_init(&reader, &error, (const char *)text.data, text.len);
    if (parse_conf(e, &reader) != RR_OK) rr_die_at(path, &error, RESTORE ".");
    path = rr_join(folder, RR_PEOPLE_FILE);
    text = rr_read(path, RR_LIMIT_LARGE);
    rr_reader_init(&reader, &error, (const char *)text.data, text.len);
    if (parse_people(e, &reader) != RR_OK) rr_die_at(path, &error, RESTORE ".");
}

void rr_lock_edition(const char *folder) {
    /* Held until the program ends.  What is not there is for rr_open_edition to say. */
    int fd = open(rr_join(folder, RR_CONF_FILE), O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        rr_die(RR_EXIT_REFUSED, "%s: another robin is at work in this folder. Nothing was changed; run the command again.",
               rr_safe_string(folder));
}

void rr_need_unpublished(const rr_edition *e) {
    if (rr_exists(rr_join(e->folder, RR_PUBLISHED)))
        rr_die(RR_EXIT_REFUSED,
               "%s: edition %u is published and takes nobody in any more. Begin the next: robin roll new --after %s",
               rr_safe_string(e->folder), e->edition, rr_safe_string(e->folder));
}

void rr_need_registrar(const rr_edition *e, const rr_signer *signer, const char *path) {
    if (!rr_text_equal(rr_vkey_of(signer), e->registrar.text))
        rr_die(RR_EXIT_REFUSED, "%s: is the key of %s, and this roll's registrar is %s. Use the registrar's key.",
               rr_safe_string(path), rr_safe(rr_vkey_of(signer)), rr_safe(e->registrar.text));
}

char *rr_member_path(const rr_edition *e, const char *subfolder, rr_text member) {
    return rr_join(rr_join(e->folder, subfolder), rr_copy_text(member));
}

rr_enrolment_file *rr_parse_enrolment(rr_error *error, rr_bytes bytes) {
    rr_enrolment_file *file = rr_take(sizeof *file);
    return rr_enrolment_parse(file, error, (const char *)bytes.data, bytes.len) == RR_OK ? file : NULL;
}

/* ---- invitations ------------------------------------------------------------------------------------------------------------ */

#define INVITATION_FIRST "round-robin invitation v1"

rr_bytes rr_write_invitation(const rr_invitation *i) {
    size_t room = 4096 + i->body.len + i->name.len + i->registrar.len;
    char *text = rr_take(room);
    int n = snprintf(text, room,
                     INVITATION_FIRST
                     "\nRoll-Id: %s\nBody: %.*s\nRegistrar: %.*s\nEdition: %u\nSlots: %u\nMember: %.*s\nName: %.*s\n%s%.*s%s",
                     rr_hex_text(i->id.bytes, 32), TEXT_ARG(i->body), TEXT_ARG(i->registrar), i->edition, i->slots,
                     TEXT_ARG(i->member), TEXT_ARG(i->name), i->code.len > 0 ? "Code: " : "", TEXT_ARG(i->code),
                     i->code.len > 0 ? "\n" : "");
    return (rr_bytes){(uint8_t *)text, (size_t)n};
}

static rr_status parse_invitation(rr_invitation *i, rr_reader *r) {
    rr_text value;
    rr_vkey vkey;
    rr_status s = rr_reader_first(r, INVITATION_FIRST, "here comes the line `" INVITATION_FIRST "`");
    if (s == RR_OK) s = rr_reader_header(r, &value, RR_HEADER("Roll-Id"));
    if (s == RR_OK && !rr_text_hex(i->id.bytes, 32, value))
        return rr_reader_fail_at(r, value, "a roll's id is 64 lowercase hex digits");
    if (s == RR_OK) s = rr_reader_header(r, &i->body, RR_HEADER("Body"));
    if (s == RR_OK) s = rr_reader_header(r, &i->registrar, RR_HEADER("Registrar"));
    if (s == RR_OK && rr_vkey_read(&vkey, NULL, i->registrar, RR_VKEY_ED25519) != RR_OK)
        return rr_reader_fail_at(r, i->registrar, "this is no verifier key of type 1");
    if (s == RR_OK) s = rr_reader_header(r, &value, RR_HEADER("Edition"));
    if (s == RR_OK && (!rr_text_number(&i->edition, value) || i->edition == 0))
        return rr_reader_fail_at(r, value, "an edition is a number from 1");
    if (s == RR_OK) s = rr_reader_header(r, &value, RR_HEADER("Slots"));
    if (s == RR_OK && (!rr_text_number(&i->slots, value) || i->slots == 0 || i->slots > RR_KEYCARD_SLOTS_MAX))
        return rr_reader_fail_at(r, value, "there are 1 to 64 slots");
    if (s == RR_OK) s = rr_reader_header(r, &i->member, RR_HEADER("Member"));
    if (s == RR_OK && !rr_text_is_member(i->member))
        return rr_reader_fail_at(r, i->member, "a member is 1 to 64 of A-Z a-z 0-9 . _ -");
    if (s == RR_OK) s = rr_reader_header(r, &i->name, RR_HEADER("Name"));
    if (s != RR_OK) return s;
    s = rr_reader_optional(r, &i->code, "Code");
    if (s == RR_NOT_FOUND) i->code = (rr_text){"", 0};
    if (s != RR_OK && s != RR_NOT_FOUND) return s;
    s = rr_reader_next(r);
    return s == RR_OK ? rr_reader_fail(r, "nothing follows here") : s == RR_NOT_FOUND ? RR_OK : s;
}

void rr_read_invitation(rr_invitation *invitation, const char *path) {
    rr_parse_invitation(invitation, rr_read_secret(path, RR_LIMIT_SMALL), path);
}

void rr_parse_invitation(rr_invitation *invitation, rr_bytes text, const char *path) {
    rr_error error;
    rr_reader reader;
    memset(invitation, 0, sizeof *invitation);
    invitation->file = text.data;
    rr_reader_init(&reader, &error, (const char *)text.data, text.len);
    if (parse_invitation(invitation, &reader) != RR_OK) rr_die_at(path, &error, "Ask the registrar for your invitation again.");
}
