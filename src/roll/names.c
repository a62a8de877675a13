/* SPDX-License-Identifier: Apache-2.0 */
/* What goes with a roll (PROTOCOL.md section 2): the registrar's notes, the names file, the enrolment proofs.
 *
 *     names   `round-robin names v1` LF digest LF LF, then `member TAB salt TAB name` LF, ascending by member
 *     proofs  R z_k z_r (96 bytes) for each place */
#include <string.h>

#include "base/arena.h"
#include "base/sha2.h"
#include "base/text.h"
#include "roundrobin/roll.h"

/* ---- notes ---------------------------------------------------------------------------------------------------------- */

static void write_hash_line(rr_writer *w, const uint8_t hash[32]) {
    rr_write_hex(w, hash, 32);
    rr_write(w, "\n");
}

void rr_roll_note_text(char text[RR_ROLL_NOTE_SIZE], const rr_roll_digest *digest) {
    rr_writer w = {text, RR_ROLL_NOTE_SIZE, 0};
    rr_write(&w, "round-robin roll v1\n");
    write_hash_line(&w, digest->bytes);
}

void rr_assignment_note_text(char text[RR_ASSIGNMENT_NOTE_SIZE], const rr_roll_digest *digest, const rr_pid *pid) {
    rr_writer w = {text, RR_ASSIGNMENT_NOTE_SIZE, 0};
    rr_write(&w, "round-robin assignment v1\n");
    write_hash_line(&w, digest->bytes);
    write_hash_line(&w, pid->bytes);
}

/* ---- names ---------------------------------------------------------------------------------------------------------- */

enum { NAME_LINE_MIN = 1 + 1 + 64 + 1 + 0 + 1 };

void rr_name_hash(rr_hash *hash, const uint8_t salt[RR_SALT_SIZE], rr_text name) {
    rr_sha256 h;
    rr_sha256_init(&h);
    rr_sha256_update(&h, salt, RR_SALT_SIZE);
    rr_sha256_update(&h, name.start, name.len);
    rr_sha256_final(&h, hash->bytes);
}

size_t rr_names_size(const char *text, size_t len) {
    (void)text;
    return rr_arena_piece(len / NAME_LINE_MIN, sizeof(rr_name));
}

/* Well-formed, but not of this roll. */
static rr_status invalid(rr_reader *r, rr_text at, const char *rule) {
    rr_reader_fail_at(r, at, rule);
    if (r->error != NULL) r->error->status = RR_INVALID;
    return RR_INVALID;
}

static rr_status read_names_header(rr_reader *r, const rr_roll *roll) {
    static const char rule[] = "the digest of the roll must stand here: 64 lowercase hex digits alone";
    uint8_t digest[32];
    rr_status status = rr_reader_first(r, "round-robin names v1", "a names file begins with the line `round-robin names v1`");
    if (status != RR_OK || (status = rr_reader_need(r, rule)) != RR_OK) return status;
    if (!rr_text_hex(digest, sizeof digest, r->line)) return rr_reader_fail(r, rule);
    if (memcmp(digest, roll->digest.bytes, sizeof digest) != 0)
        return invalid(r, r->line, "these names belong to another roll");
    return rr_reader_empty(r);
}

/* `from` is the first place that the line may be about: members ascend in both files, so one walk finds all of them. */
static rr_status read_name(rr_reader *r, rr_name *name, rr_text *member, uint32_t from, const rr_roll *roll) {
    static const char rule[] = "a name has three fields with one TAB between: member, salt, name";
    rr_text salt, rest = r->line, before = *member;
    rr_hash hash;
    if (!rr_text_cut(member, &rest, '\t') || !rr_text_cut(&salt, &rest, '\t')) return rr_reader_fail(r, rule);
    if (rest.len != 0 && memchr(rest.start, '\t', rest.len) != NULL) return rr_reader_fail(r, rule);
    if (!rr_text_is_member(*member)) return rr_reader_fail_at(r, *member, "a member is [A-Za-z0-9._-]{1,64}");
    if (!rr_text_hex(name->salt, sizeof name->salt, salt))
        return rr_reader_fail_at(r, salt, "a salt is 64 lowercase hex digits");
    int order = rr_text_compare(before, *member);
    if (order == 0) return rr_reader_fail_at(r, *member, "this member has a name already");
    if (order > 0) return rr_reader_fail_at(r, *member, "names ascend bytewise by member");

    while (from < roll->entry_count && rr_text_compare(roll->entries[from].member, *member) < 0) from++;
    if (from == roll->entry_count || !rr_text_equal(roll->entries[from].member, *member))
        return invalid(r, *member, "this member is not on the roll");
    name->place = from;
    name->name = rest;
    rr_name_hash(&hash, name->salt, name->name);
    if (memcmp(hash.bytes, roll->entries[from].name.bytes, sizeof hash.bytes) != 0)
        return invalid(r, rest, "this is not the name (or not the salt) that the roll has the hash of");
    return RR_OK;
}

rr_status rr_names_parse(rr_names *names, rr_error *error, void *memory, size_t memory_len, const char *text, size_t len,
                         const rr_roll *roll) {
    rr_arena arena = rr_arena_over(memory, memory_len);
    rr_name *list = rr_arena_take(&arena, len / NAME_LINE_MIN, sizeof *list);
    uint32_t count = 0;
    rr_text member = {NULL, 0};
    rr_reader reader;
    memset(names, 0, sizeof *names);
    rr_reader_init(&reader, error, text, len);
    if (arena.short_of) return RR_NO_SPACE;

    rr_status status = read_names_header(&reader, roll);
    if (status != RR_OK) return status;
    reader.tab_allowed = true;
    while ((status = rr_reader_next(&reader)) == RR_OK) {
        uint32_t from = count == 0 ? 0 : list[count - 1].place + 1;
        /* A line that passes is no shorter than NAME_LINE_MIN, but the list is full before a bad one is looked at. */
        rr_name name;
        if ((status = read_name(&reader, &name, &member, from, roll)) != RR_OK) return status;
        list[count++] = name;
    }
    if (status != RR_NOT_FOUND) return status;
    names->count = count;
    names->names = list;
    return RR_OK;
}

static void write_names(rr_writer *w, const rr_roll *roll, const rr_names *names) {
    rr_write(w, "round-robin names v1\n");
    write_hash_line(w, roll->digest.bytes);
    rr_write(w, "\n");
    for (uint32_t i = 0; i < names->count; i++) {
        const rr_name *name = &names->names[i];
        rr_write_text(w, roll->entries[name->place].member);
        rr_write(w, "\t");
        rr_write_hex(w, name->salt, sizeof name->salt);
        rr_write(w, "\t");
        rr_write_text(w, name->name);
        rr_write(w, "\n");
    }
}

size_t rr_names_write(char *out, size_t size, const rr_roll *roll, const rr_names *names) {
    rr_writer counting = {NULL, 0, 0};
    write_names(&counting, roll, names);
    if (counting.len <= size) {
        rr_writer writing = {out, size, 0};
        write_names(&writing, roll, names);
    }
    return counting.len;
}

rr_status rr_names_find(rr_text *name, const rr_names *names, uint32_t place) {
    uint32_t low = 0, high = names->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (names->names[middle].place == place) {
            *name = names->names[middle].name;
            return RR_OK;
        }
        if (names->names[middle].place < place)
            low = middle + 1;
        else
            high = middle;
    }
    return RR_NOT_FOUND;
}

/* ---- enrolment proofs ----------------------------------------------------------------------------------------------- */

rr_status rr_roll_proofs_check(const char **why, const rr_roll *roll, size_t proofs_len) {
    const char *rule = NULL;
    rr_status status = RR_OK;
    if (roll->kind != RR_ROLL_ONE_TIME) {
        status = RR_REFUSED;
        rule = "a roll of kind ed25519 has no enrolment proofs";
    } else if (proofs_len % RR_ENROL_PROOF_SIZE != 0 || proofs_len / RR_ENROL_PROOF_SIZE != roll->entry_count) {
        status = RR_MALFORMED;
        rule = "the enrolment proofs are 96 bytes for each entry of the roll and nothing else";
    }
    if (why != NULL) *why = rule;
    return status;
}

rr_status rr_roll_proof_claim(rr_claim *claim, uint8_t slot[RR_ENROL_SLOT_SIZE], rr_enrolment *about, const rr_roll *roll,
                              const uint8_t *proofs, uint32_t place) {
    if (place >= roll->entry_count) return RR_ARGUMENT;
    const rr_entry *entry = &roll->entries[place];
    memcpy(slot, entry->key.bytes, sizeof entry->key.bytes);
    memcpy(slot + sizeof entry->key.bytes, proofs + (size_t)place * RR_ENROL_PROOF_SIZE, RR_ENROL_PROOF_SIZE);
    about->roll_id = roll->id;
    about->edition = roll->edition;
    about->member = entry->member;
    about->slot = roll->slot;
    memset(claim, 0, sizeof *claim);
    claim->what = RR_CLAIM_ENROL;
    claim->record = slot;
    claim->record_len = RR_ENROL_SLOT_SIZE;
    claim->enrolment = about;
    return RR_OK;
}
