/* SPDX-License-Identifier: Apache-2.0 */
/* robin roll publish
 *
 * All files are written to .publishing, which then becomes `published` in one step. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/edition.h"
#include "cli/online.h"
#include "cli/papers.h"

#define UNFINISHED ".publishing"

/* An entry of all slots: what slot-files have in common, and the book. */
typedef struct enrolled {
    const rr_person *person;
    const rr_enrolment_file *file; /* NULL on an ed25519 roll */
} enrolled;

typedef struct publishing {
    rr_edition edition;
    const rr_signer *signer;
    const char *folder; /* .publishing */
    bool names;
    enrolled *list;
    uint32_t count;
} publishing;

static void gather(publishing *p) {
    const rr_edition *e = &p->edition;
    p->list = rr_take_array(e->count, sizeof *p->list);
    for (size_t i = 0; i < e->count; i++) {
        enrolled one = {&e->people[i], NULL};
        if (e->kind == RR_ROLL_ONE_TIME) {
            const char *path = rr_member_path(e, RR_ENROLMENTS, one.person->member);
            if (!rr_exists(path)) continue;
            rr_error error;
            one.file = rr_parse_enrolment(&error, rr_read(path, RR_ENROLMENT_TEXT_MAX));
            if (one.file == NULL) rr_die_at(path, &error, "Restore it from a copy.");
            if (one.file->slot_count != e->slots || !rr_text_equal(one.file->member, one.person->member))
                rr_die(RR_EXIT_REFUSED, "%s: is not this member's enrolment in this edition. Restore it from a copy.",
                       rr_safe_string(path));
        }
        p->list[p->count++] = one;
    }
    if (p->count == 0)
        rr_die(RR_EXIT_REFUSED, "%s: nobody is on this roll yet. Import keys, or take enrolments in.",
               rr_safe_string(e->folder));
}

static void fill_entry(rr_entry *entry, rr_name *name, uint8_t *proof, const enrolled *one, uint32_t slot) {
    const rr_person *person = one->person;
    memcpy(name->salt, one->file == NULL ? person->salt : one->file->salt, 32);
    name->name = one->file == NULL ? person->name : one->file->name;
    *entry = (rr_entry){.member = person->member, .class_name = person->class_name, .basis = RR_BASIS_IMPORTED};
    rr_name_hash(&entry->name, name->salt, name->name);
    if (one->file == NULL) {
        memcpy(entry->key.bytes, person->key, 32);
        return;
    }
    const uint8_t *book = one->file->book + (size_t)slot * RR_ENROL_SLOT_SIZE;
    entry->basis = person->has_key ? RR_BASIS_SSH : RR_BASIS_INVITED;
    memcpy(entry->key.bytes, book, 32);
    memcpy(proof, book + 32, RR_ENROL_PROOF_SIZE);
}

static void write_in(const char *folder, const char *name, const void *data, size_t len) {
    rr_write_one_of_many(rr_join(folder, name), RR_PUBLIC_FILE, data, len);
}

/* Writes one slot's folder and gives its digest. */
static rr_roll_digest publish_slot(const publishing *p, uint32_t slot) {
    const rr_edition *e = &p->edition;
    rr_entry *entries = rr_take_array(p->count, sizeof *entries);
    rr_name *names = rr_take_array(p->count, sizeof *names);
    uint8_t *proofs = rr_take_array(p->count, RR_ENROL_PROOF_SIZE);
    for (uint32_t i = 0; i < p->count; i++) {
        names[i].place = i;
        fill_entry(&entries[i], &names[i], proofs + (size_t)i * RR_ENROL_PROOF_SIZE, &p->list[i], slot);
    }
    rr_roll header = {
        .id = e->id, .body = e->body, .body_size = e->body_size, .source = e->source, .edition = e->edition, .slot = slot};
    header.kind = e->kind;
    header.registrar = e->registrar;
    header.entry_count = p->count;
    header.entries = entries;
    size_t len = rr_roll_write(NULL, 0, &header);
    char *text = rr_take(len);
    (void)rr_roll_write(text, len, &header);

    const char *folder = rr_join(p->folder, rr_format("slot-%u", slot));
    rr_make_folder(folder);
    write_in(folder, RR_ROLL_FILE, text, len);
    /* The parser is the one judge: what was written is read again before it is signed. */
    rr_roll roll;
    rr_paper file;
    rr_load_roll(&roll, &file, rr_join(folder, RR_ROLL_FILE));
    char note_text[RR_ROLL_NOTE_SIZE];
    rr_roll_note_text(note_text, &roll.digest);
    rr_bytes note = rr_sign_note(p->signer, note_text, sizeof note_text);
    write_in(folder, RR_ROLL_NOTE_FILE, note.data, note.len);
    if (e->kind == RR_ROLL_ONE_TIME) {
        write_in(folder, RR_PROOFS_FILE, proofs, (size_t)p->count * RR_ENROL_PROOF_SIZE);
        rr_check_proofs(rr_make_params(), &roll, &file, rr_join(folder, RR_PROOFS_FILE));
    }
    if (p->names) {
        rr_names all = {p->count, names};
        size_t names_len = rr_names_write(NULL, 0, &roll, &all);
        char *names_text = rr_take(names_len);
        (void)rr_names_write(names_text, names_len, &roll, &all);
        write_in(folder, RR_NAMES_FILE, names_text, names_len);
        rr_names again;
        rr_load_names(&again, &file, rr_join(folder, RR_NAMES_FILE), &roll);
    }
    rr_sync_folder(folder);
    return roll.digest;
}

/* What an earlier run left when it could not finish. */
static void clear_unfinished(const char *folder) {
    static const char *const names[] = {RR_ROLL_FILE, RR_ROLL_NOTE_FILE, RR_NAMES_FILE, RR_PROOFS_FILE};
    if (!rr_exists(folder)) return;
    for (uint32_t slot = 0; slot < RR_KEYCARD_SLOTS_MAX; slot++) {
        const char *inner = rr_join(folder, rr_format("slot-%u", slot));
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) (void)unlink(rr_join(inner, names[i]));
        (void)rmdir(inner);
    }
    (void)rmdir(folder);
}

/* All slots' rolls, to a server.  Each is checked again: the folder may have been touched since. */
static void send_rolls(const publishing *p, const rr_args *args, const char *server) {
    const char *published = rr_join(p->edition.folder, RR_PUBLISHED);
    rr_online *online = rr_online_start(args);
    rr_vkey directory, log;
    rr_online_keys(online, server, &directory, &log);
    for (uint32_t slot = 0; slot < p->edition.slots; slot++) {
        const char *folder = rr_join(published, rr_format("slot-%u", slot));
        rr_roll roll;
        rr_paper file;
        rr_load_roll(&roll, &file, rr_join(folder, RR_ROLL_FILE));
        rr_check_roll_note(&roll, &file, rr_join(folder, RR_ROLL_NOTE_FILE));
        bool fresh = rr_online_publish_roll(online, server, &directory, p->signer, folder, &roll.digest, p->names);
        printf("Slot %u %s on %s: %s\n", slot, fresh ? "is published" : "was published already", rr_safe_string(server),
               rr_hex_text(roll.digest.bytes, 32));
    }
}

static void publish_here(publishing *p) {
    rr_need_unpublished(&p->edition);
    gather(p);
    p->folder = rr_join(p->edition.folder, UNFINISHED);
    clear_unfinished(p->folder);
    rr_make_folder(p->folder);
    rr_roll_digest *digests = rr_take_array(p->edition.slots, sizeof *digests);
    for (uint32_t slot = 0; slot < p->edition.slots; slot++) digests[slot] = publish_slot(p, slot);
    const char *published = rr_join(p->edition.folder, RR_PUBLISHED);
    if (rename(p->folder, published) != 0)
        rr_die(RR_EXIT_IO, "%s: cannot be made: %s. Nothing is published.", rr_safe_string(published), strerror(errno));
    rr_sync_folder(p->edition.folder);
    printf("Edition %u is published with %s:\n", p->edition.edition, rr_count_of(p->count, "entry", "entries"));
    for (uint32_t slot = 0; slot < p->edition.slots; slot++)
        printf("  %s/slot-%u/%s  %s\n", rr_safe_string(published), slot, RR_ROLL_FILE, rr_hex_text(digests[slot].bytes, 32));
}

int rr_run_roll_publish(const rr_args *args) {
    publishing p = {.names = !rr_flag(args, "without-names")};
    const char *to = rr_arg(args, "to"), *server = to == NULL ? NULL : rr_online_server(to);
    if (to == NULL && rr_arg(args, "proxy") != NULL) rr_die(RR_EXIT_USAGE, "--proxy is for --to.");
    rr_lock_edition(rr_arg(args, "FOLDER"));
    rr_open_edition(&p.edition, rr_arg(args, "FOLDER"));
    bool before = rr_exists(rr_join(p.edition.folder, RR_PUBLISHED));
    if (before && server == NULL) rr_need_unpublished(&p.edition);
    p.signer = rr_open_signer(rr_arg(args, "key"));
    rr_need_registrar(&p.edition, p.signer, rr_arg(args, "key"));
    if (!before) publish_here(&p);
    if (server != NULL) send_rolls(&p, args, server);
    return RR_EXIT_DONE;
}
