/* SPDX-License-Identifier: Apache-2.0 */
/* Step 1 of judging: proofs, ring by ring, say for each leaf what a single verification says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "judge_world.h"
#include "petition/judge_internal.h"

/* A log that is only read, never judged as it grows. */
static void add(world *w, const uint8_t *entry, size_t len) {
    assert_true(w->leaf_count < WORLD_LEAVES);
    w->leaves[w->leaf_count] = (uint8_t *)malloc(len + 1);
    if (len != 0) memcpy(w->leaves[w->leaf_count], entry, len);
    w->lens[w->leaf_count++] = len;
}

static void add_signed(world *w, rr_kind kind, uint32_t place) {
    uint8_t record[RR_RECORD_MAX];
    add(w, record, world_sign(w, record, kind, place));
}

/* As add_signed, with one byte changed. */
static void add_altered(world *w, rr_kind kind, uint32_t place, size_t offset, uint8_t flip) {
    uint8_t record[RR_RECORD_MAX];
    size_t len = world_sign(w, record, kind, place);
    record[offset < len ? offset : len - 1] ^= flip;
    add(w, record, len);
}

static int set_up(void **state) {
    world *w = world_new();
    uint8_t entry[512];
    world_mark(w, entry, RR_FIRST);
    add(w, entry, 38);
    add_signed(w, RR_ANONYMOUS, 13);
    add_signed(w, RR_NAMED, 2);
    add_signed(w, RR_SEALED, 0);
    add_signed(w, RR_ANONYMOUS, 1);
    add_signed(w, RR_WITHDRAW, 13);
    add_signed(w, RR_STEP_FORWARD, 1);
    add_signed(w, RR_ANONYMOUS, 30);
    add_signed(w, RR_SEALED, 24);
    add(w, entry, 0);
    add_altered(w, RR_ANONYMOUS, 14, 999999, 1);    /* z_r */
    add_altered(w, RR_ANONYMOUS, 15, 999999, 0x80); /* not a canonical scalar */
    add_altered(w, RR_SEALED, 16, 6, 1);            /* T */
    add_altered(w, RR_SEALED, 25, 38, 1);           /* E */
    add_altered(w, RR_NAMED, 3, 2, 1);              /* another place */
    add_altered(w, RR_NAMED, 3, 165, 1);
    add_altered(w, RR_STEP_FORWARD, 4, 1, 7); /* 4 becomes 3 */
    add_altered(w, RR_WITHDRAW, 5, 6, 1);
    add_altered(w, RR_WITHDRAW, 6, 2, 1);   /* a number */
    add_altered(w, RR_ANONYMOUS, 17, 2, 3); /* another ring; 12 entries of ring 1 as 9 of ring 2: both have m = 2 */
    add_signed(w, RR_SEALED, 2);
    world_mark(w, entry, RR_CLOSE);
    add(w, entry, 38);
    *state = w;
    return 0;
}

static int tear_down(void **state) {
    world_free((world *)*state);
    return 0;
}

/* What one verification after the other says. */
static void verify_singly(world *w, uint8_t *proofs) {
    for (uint32_t i = 0; i < w->leaf_count; i++) {
        const uint8_t *record = w->leaves[i];
        proofs[i] = RR_ARGUMENT;
        if (rr_record_rule(&w->about, record, w->lens[i]) != NULL) continue;
        rr_claim claim;
        rr_record_claim(&claim, &w->about, record, w->lens[i], record[1] <= RR_SEALED ? w->ring[record[2]] : NULL);
        size_t scratch_len = rr_verify_scratch_size(&claim);
        void *scratch = malloc(scratch_len + 1);
        proofs[i] = (uint8_t)rr_verify_var(w->params, w->subject, NULL, &claim, scratch, scratch_len);
        free(scratch);
    }
}

static void test_agrees_with_single_verification(void **state) {
    world *w = (world *)*state;
    uint8_t want[WORLD_LEAVES], have[WORLD_LEAVES];
    verify_singly(w, want);
    static const rr_status known[] = {RR_ARGUMENT, RR_OK, RR_OK, RR_OK, RR_OK, RR_OK, RR_OK, RR_OK, RR_OK, RR_ARGUMENT};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) assert_int_equal(want[i], known[i]);
    for (size_t i = 10; i < 20; i++) assert_int_not_equal(want[i], RR_OK);
    assert_int_equal(want[11], RR_MALFORMED);
    assert_int_equal(want[18], RR_ARGUMENT);
    assert_int_equal(want[20], RR_OK);
    size_t size = rr_judge_proofs_size(&w->about, w->leaf_count);
    void *work = malloc(size);
    assert_int_equal(rr_judge_proofs_var(&w->about, have, &w->log, w->leaf_count, &world_random, NULL, work, size), RR_OK);
    assert_memory_equal(have, want, w->leaf_count);
    assert_int_equal(rr_judge_proofs_var(&w->about, have, &w->log, 0, &world_random, NULL, work, size), RR_OK);
    free(work);
}

/* Less and less memory makes smaller batches with the same results, until not one record fits. */
static void test_little_memory(void **state) {
    world *w = (world *)*state;
    uint8_t want[WORLD_LEAVES], have[WORLD_LEAVES];
    size_t least = rr_judge_proofs_size(&w->about, w->leaf_count) - (48 << 20);
    void *work = malloc(least + (1 << 20));
    unsigned good = 0, refused = 0;
    verify_singly(w, want);
    for (size_t extra = 1 << 20; extra > 64; extra -= extra / 4) {
        rr_status status =
            rr_judge_proofs_var(&w->about, have, &w->log, w->leaf_count, &world_random, NULL, work, least + extra);
        if (status == RR_NO_SPACE) {
            refused++;
            continue;
        }
        assert_int_equal(status, RR_OK);
        assert_int_equal(refused, 0);
        assert_memory_equal(have, want, w->leaf_count);
        good++;
    }
    assert_true(good > 3 && refused > 3);
    assert_int_equal(rr_judge_proofs_var(&w->about, have, &w->log, w->leaf_count, &world_random, NULL, work, least - 64),
                     RR_NO_SPACE);
    assert_int_equal(rr_judge_proofs_var(&w->about, have, &w->log, w->leaf_count, &world_random, NULL, work, 0), RR_NO_SPACE);
    free(work);
}

/* Five claims where three fit: every one gets its result, and nothing behind them is written. */
static void test_claims_in_parts(void **state) {
    world *w = (world *)*state;
    enum { CLAIMS = 5 };
    uint8_t records[CLAIMS][RR_RECORD_MAX];
    rr_claim claims[CLAIMS + 2];
    rr_status results[CLAIMS + 2];
    for (uint32_t bad = 0; bad <= CLAIMS; bad++) {
        memset(claims, 0, sizeof claims);
        for (uint32_t i = 0; i < CLAIMS; i++) {
            size_t len = world_sign(w, records[i], RR_NAMED, i);
            if (i == bad) records[i][165] ^= 1;
            rr_record_claim(&claims[i], &w->about, records[i], len, NULL);
        }
        size_t scratch_len = rr_verify_batch_scratch_size(claims, 3);
        assert_true(scratch_len < rr_verify_batch_scratch_size(claims, 4));
        void *scratch = malloc(scratch_len);
        for (size_t i = 0; i < CLAIMS + 2; i++) results[i] = RR_PASSPHRASE;
        assert_int_equal(rr_claims_verify(&w->about, results, claims, CLAIMS, &world_random, scratch, scratch_len), RR_OK);
        for (size_t i = 0; i < CLAIMS; i++) assert_int_equal(results[i], i == bad ? RR_INVALID : RR_OK);
        assert_int_equal(results[CLAIMS], RR_PASSPHRASE);
        assert_int_equal(results[CLAIMS + 1], RR_PASSPHRASE);
        free(scratch);
    }
}

/* ---- progress ------------------------------------------------------------------------------------------------------- */

typedef struct watch {
    unsigned calls, stop_at;
    uint64_t done, total;
} watch;

static bool report(void *context, uint64_t done, uint64_t total) {
    watch *seen = (watch *)context;
    assert_true(done > seen->done && done <= total);
    seen->done = done;
    seen->total = total;
    return ++seen->calls != seen->stop_at;
}

static void test_progress(void **state) {
    world *w = (world *)*state;
    uint8_t proofs[WORLD_LEAVES];
    size_t size = rr_judge_proofs_size(&w->about, w->leaf_count);
    void *work = malloc(size);
    watch seen = {0, 0, 0, 0}, stopping = {0, 2, 0, 0};
    rr_judge_progress progress = {report, &seen};
    assert_int_equal(rr_judge_proofs_var(&w->about, proofs, &w->log, w->leaf_count, &world_random, &progress, work, size),
                     RR_OK);
    assert_int_equal(seen.calls, 4); /* three rings and the rest */
    assert_int_equal(seen.total, w->leaf_count - 4);
    assert_int_equal(seen.done, seen.total);
    progress.context = &stopping;
    assert_int_equal(rr_judge_proofs_var(&w->about, proofs, &w->log, w->leaf_count, &world_random, &progress, work, size),
                     RR_IO);
    assert_int_equal(stopping.calls, 2);
    free(work);
}

/* ---- what can fail -------------------------------------------------------------------------------------------------- */

typedef struct fickle {
    world *w;
    unsigned reads, fail_at, change_at;
} fickle;

static rr_status read_fickle(void *context, const uint8_t **entry, size_t *len, uint64_t leaf) {
    fickle *f = (fickle *)context;
    f->reads++;
    if (f->reads == f->fail_at) return RR_MALFORMED;
    if (f->reads == f->change_at) leaf = 2; /* a record of another group */
    return f->w->log.read(f->w->log.context, entry, len, leaf);
}

static int broken_fill(void *context, uint8_t *out, size_t len) {
    (void)context, (void)out, (void)len;
    return -1;
}

static void test_failures(void **state) {
    world *w = (world *)*state;
    uint8_t proofs[WORLD_LEAVES];
    size_t size = rr_judge_proofs_size(&w->about, w->leaf_count);
    void *work = malloc(size);
    fickle source = {w, 0, 3, 0};
    rr_log_entries entries = {read_fickle, &source};
    rr_random broken = {broken_fill, NULL};
    assert_int_equal(rr_judge_proofs_var(&w->about, proofs, &entries, w->leaf_count, &world_random, NULL, work, size),
                     RR_MALFORMED);
    fickle second = {w, 0, w->leaf_count + 2, 0};
    entries.context = &second;
    assert_int_equal(rr_judge_proofs_var(&w->about, proofs, &entries, w->leaf_count, &world_random, NULL, work, size),
                     RR_MALFORMED);
    fickle third = {w, 0, 0, w->leaf_count + 2};
    entries.context = &third;
    assert_int_equal(rr_judge_proofs_var(&w->about, proofs, &entries, w->leaf_count, &world_random, NULL, work, size),
                     RR_ARGUMENT);
    assert_int_equal(rr_judge_proofs_var(&w->about, proofs, &w->log, w->leaf_count, &broken, NULL, work, size), RR_RANDOM);
    assert_int_equal(rr_judge_proofs_var(&w->about, proofs, &w->log, UINT32_MAX, &world_random, NULL, work, size), RR_ARGUMENT);
    assert_int_equal(rr_judge_proofs_size(&w->about, (uint64_t)UINT32_MAX + 1), SIZE_MAX);
    memset(w->entries[13].key.bytes, 0xff, 32); /* a roll that no parser let pass */
    assert_int_equal(rr_judge_proofs_var(&w->about, proofs, &w->log, w->leaf_count, &world_random, NULL, work, size),
                     RR_MALFORMED);
    free(work);
}

/* The whole way: proofs, then leaves. */
static void test_both_steps(void **state) {
    world *w = (world *)*state;
    uint8_t proofs[WORLD_LEAVES];
    static const char verdicts[] = "yyyyyyyyynnnnnnnnnnnny";
    size_t size = rr_judge_proofs_size(&w->about, w->leaf_count), judge_size = rr_judge_size(&w->about, w->leaf_count);
    void *work = malloc(size), *memory = malloc(judge_size);
    assert_int_equal(rr_judge_proofs_var(&w->about, proofs, &w->log, w->leaf_count, &world_random, NULL, work, size), RR_OK);
    rr_judge_options options = {&world_random, w->leaf_count, &w->log, NULL, 0, work, size};
    rr_judge *judge;
    rr_verdict verdict;
    rr_count count;
    assert_int_equal(rr_judge_init(&judge, memory, judge_size, &w->about, &options), RR_OK);
    assert_int_equal(strlen(verdicts), w->leaf_count);
    for (uint32_t i = 0; i < w->leaf_count; i++) {
        rr_leaf_facts facts = {(rr_status)proofs[i], true, false, 0};
        assert_int_equal(rr_judge_leaf(judge, &verdict, w->leaves[i], w->lens[i], &facts), RR_OK);
        assert_int_equal(verdict.verdict, verdicts[i] == 'y' ? RR_LEAF_COUNTS : RR_LEAF_FAULT);
    }
    rr_judge_count(judge, &count);
    assert_int_equal(count.total, 5); /* places 2, 0, 1, 30 and 24; 13 withdrew, and 2 had signed by name already */
    free(memory);
    free(work);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_agrees_with_single_verification, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_little_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_claims_in_parts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_progress, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failures, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_both_steps, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
