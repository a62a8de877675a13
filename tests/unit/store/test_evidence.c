/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence files that are as they should be, or lack something; and what the writer refuses. */
#include "fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <signal.h>
#include <unistd.h>

#include "base/bytes.h"
#include "store/file.h"

static const char path[] = "test_evidence.sqlite";

static void assert_text(rr_text text, const char *expected) {
    assert_int_equal(text.len, strlen(expected));
    assert_memory_equal(text.start, expected, text.len);
}

static void round_trip(void **state) {
    (void)state;
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    fx_usual_log(fx);
    fx_write(fx, path);
    rr_evidence_report *r = fx_verify(fx, path);
    assert_int_equal(r->status, RR_OK);
    for (int c = 0; c < RR_CHECK_COUNT; c++) {
        bool none = c == RR_CHECK_OPENINGS || c == RR_CHECK_CEREMONY || c == RR_CHECK_WITNESSES;
        assert_int_equal(r->checks[c], none ? RR_NOT_APPLICABLE : RR_VERIFIED);
        assert_true(strlen(rr_check_text((rr_check)c)) > 8);
    }
    assert_text(r->title, "A test");
    assert_text(r->to, "Addressee");
    assert_text(r->from, "Organiser");
    assert_text(r->body, "Test body");
    assert_text(r->source, "https://example.org/members");
    assert_text(r->registrar, "example.org/registrar");
    assert_memory_equal(&r->pid, &fx->material.petition.pid, sizeof r->pid);
    assert_memory_equal(&r->roll_digest, &fx->material.roll.digest, sizeof r->roll_digest);
    assert_int_equal(r->opens, 1767225600);
    assert_int_equal(r->closes, 1772323200);
    assert_int_equal(r->body_size, 60);
    assert_int_equal(r->edition, 1);
    assert_int_equal(r->slot, 0);
    assert_int_equal(r->entries, FX_MEMBERS);
    assert_false(r->imported);
    assert_int_equal(r->invited, 16);
    assert_int_equal(r->ssh, 8);
    assert_int_equal(r->imported_entries, 0);
    assert_int_equal(r->names_published, FX_MEMBERS);

    rr_hash root;
    rr_frontier_root(&root, &fx->frontier);
    assert_memory_equal(&r->root, &root, sizeof root);
    assert_int_equal(r->leaves, 12);
    assert_int_equal(r->batches, 3);
    assert_int_equal(r->finality, RR_CLOSED_UNWITNESSED);
    assert_int_equal(r->witnesses, 0);
    assert_int_equal(r->close_leaf, 11);
    assert_int_equal(r->total, 3);
    assert_int_equal(r->hidden, 1);
    assert_int_equal(r->named, 2);
    assert_int_equal(r->withdrawn, 3);
    assert_int_equal(r->goal, 3);
    assert_int_equal(r->goal_classes, 2);
    assert_false(r->goal_reached);
    assert_int_equal(r->class_count, 3);
    assert_text(r->classes[0].class_name, "north");
    assert_int_equal(r->classes[0].entries, 12);
    assert_int_equal(r->classes[0].hidden + r->classes[0].named, 0);
    assert_int_equal(r->classes[0].goal, 2);
    assert_text(r->classes[1].class_name, "south");
    assert_int_equal(r->classes[1].hidden, 1);
    assert_int_equal(r->classes[1].named, 2);
    assert_text(r->classes[2].class_name, "west");
    assert_int_equal(r->classes[2].entries, 0);
    assert_int_equal(r->classes[2].goal, 1);
    assert_int_equal(r->ring_count, 2);
    assert_int_equal(r->rings[1].entries, 12);
    assert_int_equal(r->rings[1].hidden, 1);
    assert_int_equal(r->rings[1].named, 2);
    assert_int_equal(r->named_count, 2);
    assert_int_equal(r->named_list[0].place, 1);
    assert_text(r->named_list[0].member, "m01");
    assert_text(r->named_list[0].name, "Person 01");
    assert_int_equal(r->named_list[1].place, 5);
    assert_text(r->named_list[1].class_name, "south");
    assert_int_equal(r->fault_count, 0);
    rr_evidence_report_free(r);
    fx_free(fx);
}

/* The same parts give the same bytes, and a second write replaces the first. */
static void same_bytes(void **state) {
    (void)state;
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    size_t a_len, b_len;
    struct stat s;
    fx_usual_log(fx);
    fx_write(fx, path);
    uint8_t *a = fx_read(path, &a_len);
    fx_write(fx, path);
    uint8_t *b = fx_read(path, &b_len);
    assert_int_equal(a_len, b_len);
    assert_memory_equal(a, b, a_len);
    assert_int_equal(stat(path, &s), 0);
    assert_int_equal(s.st_mode & 0777, 0644);
    free(a);
    free(b);
    fx_free(fx);
}

/* These leaves are more than two tiles. */
static void many_leaves(void **state) {
    (void)state;
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    fx_append(fx, fx_plain_leaf(fx, RR_FIRST));
    fx_checkpoint(fx, &fx->log);
    fx_append(fx, fx_record(fx, RR_ANONYMOUS, 3));
    for (int i = 2; i < FX_LEAVES; i++) { /* faults: no such kind */
        fx_entry e = {malloc(40), 40};
        assert_non_null(e.bytes);
        memset(e.bytes, i & 0xff, 40);
        fx_append(fx, e);
    }
    fx_sort_batch(fx);
    fx_checkpoint(fx, &fx->log);
    fx_write(fx, path);
    rr_evidence_report *r = fx_verify(fx, path);
    assert_int_equal(r->status, RR_OK);
    assert_int_equal(r->total, 1);
    assert_int_equal(r->fault_count, FX_LEAVES - 2);
    for (size_t i = 0; i < r->fault_count; i++) {
        assert_non_null(r->faults[i].rule);
        assert_true(r->faults[i].leaf > 0 && (i == 0 || r->faults[i - 1].leaf < r->faults[i].leaf));
    }
    assert_int_equal(r->finality, RR_AS_OF);
    rr_evidence_report_free(r);
    fx_free(fx);
}

/* What is wrong with the log is listed and counts nothing: a repeated nullifier, a proof for something else, a batch out of order. */
static void faults(void **state) {
    (void)state;
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    fx_append(fx, fx_plain_leaf(fx, RR_FIRST));
    fx_checkpoint(fx, &fx->log);
    fx_append(fx, fx_record(fx, RR_ANONYMOUS, 1));
    fx_checkpoint(fx, &fx->log);
    fx_append(fx, fx_record(fx, RR_NAMED, 1)); /* 2: the same person again */
    fx_checkpoint(fx, &fx->log);
    fx_entry bad = fx_record(fx, RR_NAMED, 2); /* 3: not its own proof */
    bad.bytes[bad.len - 1] ^= 1;
    fx_append(fx, bad);
    fx_checkpoint(fx, &fx->log);
    fx_append(fx, fx_record(fx, RR_NAMED, 6)); /* 4 and 5: one of both is out of order, both count */
    fx_append(fx, fx_record(fx, RR_NAMED, 7));
    fx_sort_batch(fx);
    fx_entry swap = fx->leaves[4];
    fx->leaves[4] = fx->leaves[5];
    fx->leaves[5] = swap;
    fx_checkpoint(fx, &fx->log);
    fx_write(fx, path);
    rr_evidence_report *r = fx_verify(fx, path);
    assert_int_equal(r->status, RR_OK);
    assert_int_equal(r->total, 3);
    assert_int_equal(r->fault_count, 3);
    assert_int_equal(r->faults[0].leaf, 2);
    assert_int_equal(r->faults[1].leaf, 3);
    assert_int_equal(r->faults[2].leaf, 5);
    assert_false(r->faults[0].by_checkpoints || r->faults[1].by_checkpoints);
    assert_true(r->faults[2].by_checkpoints);
    rr_evidence_report_free(r);
    fx_free(fx);
}

/* Three sealed signatures, a notice, an opening whose file is there or not. */
static void sealed(void **state) {
    (void)state;
    for (int with_file = 0; with_file < 2; with_file++) {
        static const uint64_t leaves[3] = {1, 2, 3};
        fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_SEALED | RR_MODE_NAMED);
        fx_append(fx, fx_plain_leaf(fx, RR_FIRST));
        fx_checkpoint(fx, &fx->log);
        for (uint32_t i = 8; i < 11; i++) fx_append(fx, fx_record(fx, RR_SEALED, i));
        fx_sort_batch(fx);
        fx_checkpoint(fx, &fx->log);
        fx_append(fx, fx_notice(fx));
        fx_checkpoint(fx, &fx->log);
        fx_append(fx, fx_opening(fx, leaves, 3, with_file));
        fx_checkpoint(fx, &fx->log);
        fx_write(fx, path);
        rr_evidence_report *r = fx_verify(fx, path);
        assert_int_equal(r->status, RR_OK);
        assert_int_equal(r->fault_count, 0);
        assert_int_equal(r->total, 3);
        assert_int_equal(r->named, with_file ? 3 : 0);
        assert_int_equal(r->checks[RR_CHECK_OPENINGS], with_file ? RR_VERIFIED : RR_ABSENT);
        assert_int_equal(r->checks[RR_CHECK_CEREMONY], RR_ABSENT);
        assert_int_equal(r->finality, with_file ? RR_AS_OF : RR_INCOMPLETE);
        rr_evidence_report_free(r);
        if (with_file) { /* a file that no leaf names does not belong here */
            uint8_t *more = malloc(1);
            assert_non_null(more);
            *more = 7;
            fx->openings[fx->opening_count++] = (rr_blob){more, 1};
            fx_write(fx, path);
            fx_expect(fx, path, RR_INVALID, RR_CHECK_OPENINGS);
        }
        fx_free(fx);
    }
}

/* A leaf of kind 7 that is a fault names no file that could be absent. */
static void no_opening(void **state) {
    (void)state;
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_SEALED | RR_MODE_NAMED);
    fx_append(fx, fx_plain_leaf(fx, RR_FIRST));
    fx_checkpoint(fx, &fx->log);
    fx_append(fx, fx_plain_leaf(fx, RR_OPENING));
    fx_checkpoint(fx, &fx->log);
    fx_write(fx, path);
    rr_evidence_report *r = fx_verify(fx, path);
    assert_int_equal(r->status, RR_OK);
    assert_int_equal(r->fault_count, 1);
    assert_int_equal(r->finality, RR_AS_OF);
    assert_int_equal(r->checks[RR_CHECK_OPENINGS], RR_NOT_APPLICABLE);
    rr_evidence_report_free(r);
    fx_free(fx);
}

/* Nothing that is left out reads as verified. */
static void left_out(void **state) {
    (void)state;
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    rr_file_error error;
    fx_usual_log(fx);
    const struct {
        size_t offset;
        rr_check check;
        bool needed;
    } parts[] = {{offsetof(rr_evidence_parts, roll_note), RR_CHECK_ROLL_NOTE, true},
                 {offsetof(rr_evidence_parts, assignment), RR_CHECK_ASSIGNMENT, true},
                 {offsetof(rr_evidence_parts, enrolments), RR_CHECK_ENROLMENTS, true},
                 {offsetof(rr_evidence_parts, names), RR_CHECK_NAMES, false}};
    for (size_t i = 0; i < 4; i++) {
        rr_evidence_parts p = fx_parts(fx);
        memset((char *)&p + parts[i].offset, 0, sizeof(rr_blob));
        assert_int_equal(rr_evidence_write(&error, path, &p), RR_OK);
        rr_evidence_report *r = fx_verify(fx, path);
        assert_int_equal(r->checks[parts[i].check], RR_ABSENT);
        assert_int_equal(r->status, parts[i].needed ? RR_NOT_FOUND : RR_OK);
        if (parts[i].needed)
            assert_int_equal(r->failed, parts[i].check);
        else
            assert_null(r->named_list[0].name.start);
        rr_evidence_report_free(r);
    }
    /* A name in the rows that no names file has. */
    rr_evidence_parts p = fx_parts(fx);
    p.names.bytes = NULL;
    assert_int_equal(rr_evidence_write(&error, path, &p), RR_OK);
    fx_sql(path, "UPDATE member SET name = 'Person 01' WHERE place = 1");
    fx_expect(fx, path, RR_INVALID, RR_CHECK_COLUMNS);
    /* What is wrong weighs more than what is absent. */
    p = fx_parts(fx);
    p.roll_note.bytes = NULL;
    assert_int_equal(rr_evidence_write(&error, path, &p), RR_OK);
    fx_sql(path, "UPDATE leaf SET kind = 5 WHERE leaf = 1");
    fx_expect(fx, path, RR_INVALID, RR_CHECK_COLUMNS);
    fx_free(fx);
}

/* ---- the writer ----------------------------------------------------------------------------------------------------- */

static rr_status no_entry(void *context, rr_blob *entry, uint64_t leaf) {
    (void)context, (void)entry;
    return leaf == 3 ? RR_IO : RR_OK;
}

static void refuses(rr_evidence_parts *parts, rr_status status, const char *where) {
    rr_file_error error = {RR_OK, NULL, 0, NULL, 0};
    unlink(path);
    assert_int_equal(rr_evidence_write(&error, path, parts), status);
    assert_int_equal(error.status, status);
    assert_string_equal(error.where, where);
    assert_non_null(error.rule);
    assert_int_equal(access(path, F_OK), -1);
}

static void writer_refuses(void **state) {
    (void)state;
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED), *other = fx_new(RR_MODE_ANONYMOUS);
    fx_usual_log(fx);
    rr_evidence_parts p = fx_parts(fx);
    p.petition.len--;
    refuses(&p, RR_MALFORMED, "petition");
    p = fx_parts(fx);
    p.roll = fx_parts(other).roll;
    refuses(&p, RR_INVALID, "roll");
    p = fx_parts(fx);
    p.roll_note = fx_parts(other).roll_note;
    refuses(&p, RR_INVALID, "roll note");
    p = fx_parts(fx);
    p.assignment = p.roll_note;
    refuses(&p, RR_INVALID, "assignment");
    p = fx_parts(fx);
    p.names = fx_parts(other).names;
    refuses(&p, RR_INVALID, "names");
    p = fx_parts(fx);
    p.entry = no_entry;
    p.entry_count = 12;
    refuses(&p, RR_INVALID, "checkpoint"); /* leaf 0 is not under it */
    p.checkpoint_count = 0;
    refuses(&p, RR_IO, "leaf");
    p = fx_parts(fx);
    p.checkpoint_count--;
    refuses(&p, RR_INVALID, "checkpoint");
    p = fx_parts(fx);
    p.entry_count--;
    refuses(&p, RR_INVALID, "checkpoint");
    fx_free(fx);
    fx_free(other);
}

/* No folder, no space: an error that says so, nothing left behind, an old file as it was. */
static void writer_fails(void **state) {
    (void)state;
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    rr_file_error error;
    fx_usual_log(fx);
    rr_evidence_parts p = fx_parts(fx);
    assert_int_equal(rr_evidence_write(&error, "no-such-folder/x", &p), RR_IO);
    assert_int_equal(error.system, ENOENT);

    mkdir("full", 0700);
    fx_save("full/e", (const uint8_t *)"old", 3);
    struct rlimit old, small = {8192, RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small.rlim_max = old.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    rr_status status = rr_evidence_write(&error, "full/e", &p);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(status, RR_IO);
    assert_non_null(error.rule);
    size_t len;
    uint8_t *bytes = fx_read("full/e", &len);
    assert_int_equal(len, 3);
    free(bytes);
    assert_int_equal(unlink("full/e"), 0);
    assert_int_equal(rmdir("full"), 0); /* it is empty: no temporary file is left */
    fx_free(fx);
}

/* The last step fails: the name belongs to a folder, or (where nothing may be replaced) to a file that has come meanwhile. */
static void last_step_fails(void **state) {
    (void)state;
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    rr_file_error error;
    rr_new_file file;
    size_t len;
    fx_usual_log(fx);
    rr_evidence_parts p = fx_parts(fx);
    assert_int_equal(mkdir("last", 0700), 0);
    assert_int_equal(mkdir("last/e", 0700), 0);
    assert_int_equal(rr_evidence_write(&error, "last/e", &p), RR_IO);
    assert_int_equal(error.system, EISDIR);
    assert_int_equal(rmdir("last/e"), 0);

    assert_int_equal(rr_new_file_begin(&file, &error, "last/e"), RR_OK);
    fx_save("last/e", (const uint8_t *)"old", 3);
    assert_int_equal(rr_new_file_finish(&file, &error, 0600, false), RR_IO);
    assert_int_equal(error.system, EEXIST);
    free(fx_read("last/e", &len));
    assert_int_equal(len, 3);
    assert_int_equal(unlink("last/e"), 0);
    assert_int_equal(rmdir("last"), 0); /* it is empty */
    fx_free(fx);
}

/* Whoever watches knows of the temporary file exactly as long as it is there. */
static char watched[64];
static int watched_ends;

static int on_begun(const char *temporary) {
    assert_int_equal(watched[0], 0);
    assert_int_equal(access(temporary, F_OK), 0);
    assert_true(strlen(temporary) < sizeof watched);
    strcpy(watched, temporary);
    return 7;
}

static void on_ended(int slot) {
    assert_int_equal(slot, 7);
    assert_int_not_equal(watched[0], 0);
    assert_int_equal(access(watched, F_OK), -1);
    watched[0] = 0;
    watched_ends++;
}

static void watched_files(void **state) {
    (void)state;
    static const rr_new_file_watch watch = {on_begun, on_ended};
    static const char name[] = "test_evidence_watched";
    rr_file_error error;
    rr_new_file file;
    unlink(name);
    rr_new_file_watch_set(&watch);
    for (int round = 0; round < 4; round++) {
        assert_int_equal(rr_new_file_begin(&file, &error, name), RR_OK);
        assert_int_not_equal(watched[0], 0);
        if (round == 3)
            rr_new_file_abandon(&file);
        else /* new; one that may not be replaced; one that may */
            assert_int_equal(rr_new_file_finish(&file, &error, 0600, round == 2), round == 1 ? RR_IO : RR_OK);
        assert_int_equal(watched_ends, round + 1);
    }
    assert_int_equal(rr_new_file_begin(&file, &error, "no-such-folder/x"), RR_IO);
    assert_int_equal(watched_ends, 4);
    rr_new_file_watch_set(NULL);
    unlink(name);
}

static bool give_up(void *context, rr_check check, uint64_t done, uint64_t of) {
    (void)done, (void)of;
    return check != *(rr_check *)context;
}

static void given_up(void **state) {
    (void)state;
    fixture *fx = fx_new(RR_MODE_ANONYMOUS | RR_MODE_NAMED);
    fx_usual_log(fx);
    fx_write(fx, path);
    rr_check checks[] = {RR_CHECK_ENROLMENTS, RR_CHECK_COLUMNS, RR_CHECK_CHECKPOINTS, RR_CHECK_LOG};
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        rr_evidence_options options = {.random = &fx->random, .progress = give_up, .progress_context = &checks[i]};
        rr_evidence_report *r = NULL;
        assert_int_equal(rr_evidence_verify(&r, path, &options), RR_IO);
        assert_int_equal(r->failed, checks[i]);
        assert_int_equal(r->errors[checks[i]].system, ECANCELED);
        rr_evidence_report_free(r);
    }
    rr_evidence_report *r = NULL;
    assert_int_equal(rr_evidence_verify(&r, path, NULL), RR_ARGUMENT);
    assert_null(r);
    rr_evidence_report_free(NULL);
    fx_free(fx);
}

static void put_document(int id, const char *bytes, size_t len) {
    char *sql = malloc(2 * len + 100);
    assert_non_null(sql);
    int at = sprintf(sql, "UPDATE document SET bytes = x'");
    rr_hex(sql + at, (const uint8_t *)bytes, len);
    sprintf(sql + at + 2 * len, "' WHERE id = %d", id);
    fx_sql(path, sql);
    free(sql);
}

/* The grammar takes a verifier key that is no key; who makes, writes or verifies a file does not, and says which line it is. */
static void keys_that_are_no_keys(void **state) {
    static const char collected[] = "test_evidence_keyless.sqlite";
    (void)state;
    for (int id = 1; id <= 2; id++) {
        fixture *fx = fx_new(RR_MODE_ANONYMOUS);
        rr_file_error error;
        size_t len;
        const char *where = id == 1 ? "petition" : "roll";
        fx_append(fx, fx_plain_leaf(fx, RR_FIRST));
        fx_checkpoint(fx, &fx->log);
        fx_write(fx, path);
        char *file = id == 1 ? fx_keyless(&len, fx->petition, fx->petition_len, "Directory")
                             : fx_keyless(&len, fx->roll, fx->roll_len, "Registrar");
        put_document(id, file, len);
        rr_evidence_report *r = fx_verify(fx, path);
        rr_check check = id == 1 ? RR_CHECK_PETITION : RR_CHECK_ROLL;
        assert_int_equal(r->status, RR_MALFORMED);
        assert_int_equal(r->failed, check);
        assert_int_equal(r->checks[check], RR_FAILED);
        assert_string_equal(r->errors[check].where, where);
        assert_true(r->errors[check].number > 1);
        assert_non_null(strstr(r->errors[check].rule, "holds no Ed25519 key"));
        rr_evidence_report_free(r);

        rr_evidence_parts parts = fx_parts(fx);
        rr_collect_parts collect = fx_collect_parts(fx);
        rr_blob blob = {(const uint8_t *)file, len};
        if (id == 1)
            parts.petition = collect.petition = blob;
        else
            parts.roll = collect.roll = blob;
        assert_int_equal(rr_evidence_write(&error, path, &parts), RR_MALFORMED);
        assert_string_equal(error.where, where);
        assert_non_null(strstr(error.rule, "holds no Ed25519 key"));
        unlink(collected);
        assert_int_equal(rr_collect_create(&error, collected, &collect, &fx->log, &fx->random), RR_MALFORMED);
        assert_string_equal(error.where, where);
        assert_non_null(strstr(error.rule, "holds no Ed25519 key"));
        assert_int_equal(access(collected, F_OK), -1);
        free(file);
        fx_free(fx);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(same_bytes),
        cmocka_unit_test(many_leaves),
        cmocka_unit_test(faults),
        cmocka_unit_test(sealed),
        cmocka_unit_test(left_out),
        cmocka_unit_test(writer_refuses),
        cmocka_unit_test(writer_fails),
        cmocka_unit_test(last_step_fails),
        cmocka_unit_test(given_up),
        cmocka_unit_test(no_opening),
        cmocka_unit_test(watched_files),
        cmocka_unit_test(keys_that_are_no_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
