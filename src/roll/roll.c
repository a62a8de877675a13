/* SPDX-License-Identifier: Apache-2.0 */
/* The roll file (PROTOCOL.md section 2).
 *
 *     lines 1-10   format, Roll-Id, Body, Body-Size, Source, Edition, Slot, Kind, Registrar, Entries
 *     line 11      empty
 *     from 12      member TAB class TAB basis TAB name TAB key
 *
 * Memory is dealt out by what the text can hold, never by what its header claims: no entry line is shorter than
 * ENTRY_LINE_MIN, so the entries that were read always fit. */
#include "roundrobin/roll.h"

#include <string.h>

#include "base/arena.h"
#include "base/sha2.h"
#include "base/sort.h"
#include "log/vkey.h"

enum { HEADER_LINES = 11, ENTRY_LINE_MIN = 1 + 1 + 0 + 1 + 3 + 1 + 64 + 1 + 64 + 1, FIELDS = 5, REPORT_EVERY = 4096 };

static const char *const kinds[] = {"one-time", "ed25519"};
static const char *const bases[] = {"invited", "ssh", "imported"};

const char *rr_roll_kind_text(rr_roll_kind kind) {
    return kinds[kind];
}

const char *rr_basis_text(rr_basis basis) {
    return bases[basis];
}

static size_t most_entries(const char *text, size_t len) {
    size_t lines = 0, most = len / ENTRY_LINE_MIN;
    while (lines < most) {
        const char *end = memchr(text, '\n', len);
        if (end == NULL) break;
        lines++;
        len -= (size_t)(end - text) + 1;
        text = end + 1;
    }
    return lines;
}

static size_t size_for(size_t entries) {
    size_t sorting = rr_arena_sum(rr_arena_piece(entries, sizeof(uint32_t)), rr_arena_piece(entries, sizeof(uint32_t)));
    return rr_arena_sum(rr_arena_piece(entries, sizeof(rr_entry)), sorting);
}

size_t rr_roll_size(const char *text, size_t len) {
    return size_for(most_entries(text, len));
}

/* ---- the header ----------------------------------------------------------------------------------------------------- */

static rr_status read_number(rr_reader *r, uint32_t *number, uint32_t least, const char *name, const char *missing,
                             const char *rule) {
    rr_text value;
    rr_status status = rr_reader_header(r, &value, name, missing);
    if (status != RR_OK) return status;
    if (!rr_text_number(number, value)) return rr_reader_fail_at(r, value, "a number is 0 or [1-9][0-9]*, below 2^32");
    return *number < least ? rr_reader_fail_at(r, value, rule) : RR_OK;
}

static rr_status read_id(rr_reader *r, rr_roll_id *id) {
    rr_text value;
    rr_status status = rr_reader_header(r, &value, RR_HEADER("Roll-Id"));
    if (status != RR_OK) return status;
    return rr_text_hex(id->bytes, sizeof id->bytes, value) ? RR_OK
                                                           : rr_reader_fail_at(r, value, "Roll-Id is 64 lowercase hex digits");
}

static rr_status read_kind(rr_reader *r, rr_roll_kind *kind) {
    rr_text value;
    rr_status status = rr_reader_header(r, &value, RR_HEADER("Kind"));
    if (status != RR_OK) return status;
    if (rr_text_is(value, kinds[RR_ROLL_ONE_TIME]))
        *kind = RR_ROLL_ONE_TIME;
    else if (rr_text_is(value, kinds[RR_ROLL_ED25519]))
        *kind = RR_ROLL_ED25519;
    else
        return rr_reader_fail_at(r, value, "Kind is one-time or ed25519");
    return RR_OK;
}

static rr_status read_registrar(rr_reader *r, rr_roll *roll) {
    rr_text value;
    rr_status status = rr_reader_header(r, &value, RR_HEADER("Registrar"));
    return status == RR_OK ? rr_reader_vkey(r, &roll->registrar, &roll->key_fault, value, RR_VKEY_ED25519) : status;
}

static rr_status read_header(rr_reader *r, rr_roll *roll) {
    rr_status status;
    if ((status = rr_reader_first(r, "round-robin roll v1", "a roll begins with the line `round-robin roll v1`")) != RR_OK ||
        (status = read_id(r, &roll->id)) != RR_OK || (status = rr_reader_header(r, &roll->body, RR_HEADER("Body"))) != RR_OK ||
        (status = read_number(r, &roll->body_size, 0, RR_HEADER("Body-Size"), NULL)) != RR_OK ||
        (status = rr_reader_header(r, &roll->source, RR_HEADER("Source"))) != RR_OK ||
        (status = read_number(r, &roll->edition, 1, RR_HEADER("Edition"), "editions are numbered from 1")) != RR_OK ||
        (status = read_number(r, &roll->slot, 0, RR_HEADER("Slot"), NULL)) != RR_OK ||
        (status = read_kind(r, &roll->kind)) != RR_OK || (status = read_registrar(r, roll)) != RR_OK ||
        (status = read_number(r, &roll->entry_count, 1, RR_HEADER("Entries"), "a roll has at least one entry")) != RR_OK)
        return status;
    return rr_reader_empty(r);
}

/* ---- the entries ---------------------------------------------------------------------------------------------------- */

static rr_status read_basis(rr_reader *r, rr_basis *basis, rr_text field, rr_roll_kind kind) {
    if (rr_text_is(field, bases[RR_BASIS_INVITED]))
        *basis = RR_BASIS_INVITED;
    else if (rr_text_is(field, bases[RR_BASIS_SSH]))
        *basis = RR_BASIS_SSH;
    else if (rr_text_is(field, bases[RR_BASIS_IMPORTED]))
        *basis = RR_BASIS_IMPORTED;
    else
        return rr_reader_fail_at(r, field, "the basis is invited, ssh or imported");
    if (kind == RR_ROLL_ED25519 && *basis != RR_BASIS_IMPORTED)
        return rr_reader_fail_at(r, field, "in a roll of kind ed25519 every entry is imported");
    if (kind == RR_ROLL_ONE_TIME && *basis == RR_BASIS_IMPORTED)
        return rr_reader_fail_at(r, field, "in a roll of kind one-time no entry is imported");
    return RR_OK;
}

static rr_status read_entry(rr_reader *r, rr_entry *entry, const rr_entry *before, rr_roll_kind kind) {
    static const char rule[] = "an entry has five fields with one TAB between: member, class, basis, name, key";
    rr_text field[FIELDS], rest = r->line;
    for (int i = 0; i < FIELDS - 1; i++) {
        if (!rr_text_cut(&field[i], &rest, '\t')) return rr_reader_fail(r, rule);
    }
    field[FIELDS - 1] = rest;
    if (rest.len != 0 && memchr(rest.start, '\t', rest.len) != NULL) return rr_reader_fail(r, rule);

    entry->member = field[0];
    if (!rr_text_is_member(entry->member)) return rr_reader_fail_at(r, field[0], "a member is [A-Za-z0-9._-]{1,64}");
    int order = before == NULL ? -1 : rr_text_compare(before->member, entry->member);
    if (order == 0) return rr_reader_fail_at(r, field[0], "this member has an entry already");
    if (order > 0) return rr_reader_fail_at(r, field[0], "entries ascend bytewise by member");
    entry->class_name = field[1];
    const char *fault = rr_class_fault(entry->class_name);
    if (fault != NULL) return rr_reader_fail_at(r, field[1], fault);
    rr_status status = read_basis(r, &entry->basis, field[2], kind);
    if (status != RR_OK) return status;
    if (!rr_text_hex(entry->name.bytes, sizeof entry->name.bytes, field[3]))
        return rr_reader_fail_at(r, field[3], "a name is a hash of 64 lowercase hex digits");
    if (!rr_text_hex(entry->key.bytes, sizeof entry->key.bytes, field[4]))
        return rr_reader_fail_at(r, field[4], "a key is 64 lowercase hex digits");
    if (rr_point_check_var(entry->key.bytes) != RR_OK)
        return rr_reader_fail_at(r, field[4], "a key is a canonical ristretto255 point and not the identity");
    return RR_OK;
}

static rr_status read_entries(rr_reader *r, rr_entry *entries, uint32_t count, rr_roll_kind kind,
                              const rr_roll_progress *progress) {
    uint32_t entries_line = r->number - 1, place = 0;
    rr_status status;
    r->tab_allowed = true;
    while ((status = rr_reader_next(r)) == RR_OK) {
        if (place == count) return rr_reader_fail(r, "there are more entries than the header `Entries` says");
        status = read_entry(r, &entries[place], place == 0 ? NULL : &entries[place - 1], kind);
        if (status != RR_OK) return status;
        place++;
        if (progress != NULL && (place % REPORT_EVERY == 0 || place == count))
            progress->report(progress->context, place, count);
    }
    if (status != RR_NOT_FOUND) return status;
    return place == count ? RR_OK
                          : rr_reader_fail_line(r, entries_line, "there are fewer entries than the header `Entries` says");
}

static int compare_keys(const void *entries, uint32_t a, uint32_t b) {
    const rr_entry *e = entries;
    return memcmp(e[a].key.bytes, e[b].key.bytes, sizeof e[a].key.bytes);
}

/* The smallest place whose key stands at a smaller one too; `count` if there is none. */
static uint32_t repeated_key(const rr_entry *entries, uint32_t count, uint32_t *order, uint32_t *scratch) {
    uint32_t found = count;
    for (uint32_t i = 0; i < count; i++) order[i] = i;
    rr_sort_indices(order, scratch, count, compare_keys, entries);
    for (uint32_t i = 1; i < count; i++) {
        if (compare_keys(entries, order[i - 1], order[i]) == 0 && order[i] < found) found = order[i];
    }
    return found;
}

rr_status rr_roll_parse(rr_roll *roll, rr_error *error, void *memory, size_t memory_len, const char *text, size_t len,
                        const rr_roll_progress *progress) {
    size_t most = most_entries(text, len);
    rr_arena arena = rr_arena_over(memory, memory_len);
    rr_entry *entries = rr_arena_take(&arena, most, sizeof *entries);
    uint32_t *order = rr_arena_take(&arena, most, sizeof *order);
    uint32_t *scratch = rr_arena_take(&arena, most, sizeof *scratch);
    rr_reader reader;
    memset(roll, 0, sizeof *roll);
    rr_reader_init(&reader, error, text, len);
    if (arena.short_of) return RR_NO_SPACE;

    rr_status status = read_header(&reader, roll);
    if (status != RR_OK) return status;
    status = read_entries(&reader, entries, roll->entry_count, roll->kind, progress);
    if (status != RR_OK) return status;
    uint32_t repeated = repeated_key(entries, roll->entry_count, order, scratch);
    if (repeated != roll->entry_count)
        return rr_reader_fail_line(&reader, HEADER_LINES + 1 + repeated, "another entry has the same key");
    roll->entries = entries;
    rr_sha256_of(roll->digest.bytes, text, len);
    return RR_OK;
}

/* ---- writing and looking up ----------------------------------------------------------------------------------------- */

static void write_roll(rr_writer *w, const rr_roll *roll) {
    rr_write(w, "round-robin roll v1\n");
    rr_write_header_hex(w, "Roll-Id", roll->id.bytes, sizeof roll->id.bytes);
    rr_write_header(w, "Body", roll->body);
    rr_write_header_number(w, "Body-Size", roll->body_size);
    rr_write_header(w, "Source", roll->source);
    rr_write_header_number(w, "Edition", roll->edition);
    rr_write_header_number(w, "Slot", roll->slot);
    rr_write_header(w, "Kind", rr_text_of(rr_roll_kind_text(roll->kind)));
    rr_write_header(w, "Registrar", roll->registrar.text);
    rr_write_header_number(w, "Entries", roll->entry_count);
    rr_write(w, "\n");
    for (uint32_t i = 0; i < roll->entry_count; i++) {
        const rr_entry *entry = &roll->entries[i];
        rr_write_text(w, entry->member);
        rr_write(w, "\t");
        rr_write_text(w, entry->class_name);
        rr_write(w, "\t");
        rr_write(w, rr_basis_text(entry->basis));
        rr_write(w, "\t");
        rr_write_hex(w, entry->name.bytes, sizeof entry->name.bytes);
        rr_write(w, "\t");
        rr_write_hex(w, entry->key.bytes, sizeof entry->key.bytes);
        rr_write(w, "\n");
    }
}

size_t rr_roll_write(char *out, size_t size, const rr_roll *roll) {
    rr_writer counting = {NULL, 0, 0};
    write_roll(&counting, roll);
    if (counting.len <= size) {
        rr_writer writing = {out, size, 0};
        write_roll(&writing, roll);
    }
    return counting.len;
}

rr_status rr_roll_find_member(uint32_t *place, const rr_roll *roll, rr_text member) {
    uint32_t low = 0, high = roll->entry_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = rr_text_compare(roll->entries[middle].member, member);
        if (order == 0) {
            *place = middle;
            return RR_OK;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return RR_NOT_FOUND;
}

rr_status rr_roll_find_key(uint32_t *place, const rr_roll *roll, const rr_entry_key *key) {
    for (uint32_t i = 0; i < roll->entry_count; i++) {
        if (memcmp(roll->entries[i].key.bytes, key->bytes, sizeof key->bytes) == 0) {
            *place = i;
            return RR_OK;
        }
    }
    return RR_NOT_FOUND;
}
