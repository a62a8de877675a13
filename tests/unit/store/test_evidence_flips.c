/* SPDX-License-Identifier: Apache-2.0 */
/* One bit of a small evidence file is flipped, in every bit of the database header and at many random places: the file does not verify, or
 * the report is the same to the last letter (the bit carried nothing).  No bit of a fact that the file holds is of the second kind. */
#include "fixture.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FLIPS = 1500, HEADER = 100 };

static const char path[] = "test_evidence_flips.sqlite";

static void add_text(char *out, size_t size, rr_text text) {
    size_t at = strlen(out);
    snprintf(out + at, size - at, "%.*s|", (int)text.len, text.start ? text.start : "-");
}

static void add_number(char *out, size_t size, int64_t number) {
    size_t at = strlen(out);
    snprintf(out + at, size - at, "%lld|", (long long)number);
}

static void add_bytes(char *out, size_t size, const uint8_t bytes[32]) {
    char hex[65];
    rr_text text = {hex, 64};
    sodium_bin2hex(hex, sizeof hex, bytes, 32);
    add_text(out, size, text);
}

/* All of a report. */
static void tell(char *out, size_t size, const rr_evidence_report *r) {
    const rr_text texts[] = {r->title, r->to, r->from, r->body, r->source, r->registrar};
    const int64_t numbers[] = {r->status,
                               r->opens,
                               r->closes,
                               r->body_size,
                               r->edition,
                               r->slot,
                               r->entries,
                               r->imported,
                               r->invited,
                               r->ssh,
                               r->imported_entries,
                               r->names_published,
                               (int64_t)r->leaves,
                               (int64_t)r->batches,
                               r->finality,
                               r->witnesses,
                               (int64_t)r->close_leaf,
                               r->total,
                               r->hidden,
                               r->named,
                               r->withdrawn,
                               r->goal,
                               r->goal_reached,
                               r->goal_classes};
    out[0] = 0;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) add_text(out, size, texts[i]);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) add_number(out, size, numbers[i]);
    for (int i = 0; i < RR_CHECK_COUNT; i++) add_number(out, size, r->checks[i]);
    add_bytes(out, size, r->pid.bytes);
    add_bytes(out, size, r->roll_digest.bytes);
    add_bytes(out, size, r->root.bytes);
    for (size_t i = 0; i < r->class_count; i++) {
        add_text(out, size, r->classes[i].class_name);
        add_number(out, size, r->classes[i].entries);
        add_number(out, size, r->classes[i].hidden);
        add_number(out, size, r->classes[i].named);
        add_number(out, size, r->classes[i].goal);
    }
    for (size_t i = 0; i < r->named_count; i++) {
        add_number(out, size, r->named_list[i].place);
        add_text(out, size, r->named_list[i].member);
        add_text(out, size, r->named_list[i].name);
    }
    for (size_t i = 0; i < r->fault_count; i++) add_text(out, size, rr_text_of(r->faults[i].rule));
    assert_true(strlen(out) + 1 < size);
}

/* Is the byte part of a value that the file holds?  Values are found by what they are, wherever SQLite put them. */
static void mark(uint8_t *covered, const uint8_t *file, size_t len, const void *value, size_t value_len) {
    /* A page holds 4096 bytes at the most, so pieces of 64 bytes find nearly all of a long value. */
    for (size_t at = 0; at < value_len; at += 64) {
        size_t piece = value_len - at < 64 ? value_len - at : 64;
        if (piece < 32) break;
        for (const uint8_t *found = file;
             (found = memmem(found, len - (size_t)(found - file), (const uint8_t *)value + at, piece)); found++)
            memset(covered + (found - file), 1, piece);
    }
}

static uint8_t *coverage(fixture *fx, const uint8_t *file, size_t len) {
    uint8_t *covered = calloc(1, len);
    assert_non_null(covered);
    mark(covered, file, len, fx->petition, fx->petition_len);
    mark(covered, file, len, fx->roll, fx->roll_len);
    mark(covered, file, len, fx->roll_note, fx->roll_note_len);
    mark(covered, file, len, fx->assignment, fx->assignment_len);
    mark(covered, file, len, fx->names, fx->names_len);
    mark(covered, file, len, fx->enrolments, fx->enrolments_len);
    for (size_t i = 0; i < fx->leaf_count; i++) mark(covered, file, len, fx->leaves[i].bytes, fx->leaves[i].len);
    for (size_t i = 0; i < fx->checkpoint_count; i++)
        mark(covered, file, len, fx->checkpoints[i].note.bytes, fx->checkpoints[i].note.len);
    return covered;
}

static void flips(void **state) {
    (void)state;
    static char want[8192], have[8192];
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    size_t len, same = 0, in_facts = 0;
    fx_append(fx, fx_plain_leaf(fx, RR_FIRST));
    fx_checkpoint(fx, &fx->log);
    fx_append(fx, fx_record(fx, RR_ANONYMOUS, 0));
    fx_append(fx, fx_record(fx, RR_NAMED, 1));
    fx_sort_batch(fx);
    fx_checkpoint(fx, &fx->log);
    fx_write(fx, path);
    uint8_t *bytes = fx_read(path, &len), *covered = coverage(fx, bytes, len);
    rr_evidence_report *r = fx_verify(fx, path);
    assert_int_equal(r->status, RR_OK);
    tell(want, sizeof want, r);
    rr_evidence_report_free(r);
    for (size_t i = 0; i < HEADER * 8 + FLIPS; i++) {
        size_t bit = i < HEADER * 8 ? i : randombytes_uniform((uint32_t)len * 8);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        fx_save(path, bytes, len);
        r = fx_verify(fx, path);
        tell(have, sizeof have, r);
        in_facts += covered[bit / 8];
        if (r->status == RR_OK) {
            same++;
            if (strcmp(want, have) != 0)
                fail_msg("bit %zu of byte %zu gives another report:\n%s\n%s", bit % 8, bit / 8, want, have);
            if (covered[bit / 8])
                fail_msg("bit %zu of byte %zu is part of a fact, and the file verifies without it", bit % 8, bit / 8);
        }
        rr_evidence_report_free(r);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    print_message("%zu of %d flips were in bytes that carry nothing; %zu were in values of the file\n", same,
                  HEADER * 8 + FLIPS, in_facts);
    assert_true(in_facts > FLIPS / 8);
    free(bytes);
    free(covered);
    fx_free(fx);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(flips)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
