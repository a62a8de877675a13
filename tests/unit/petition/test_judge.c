/* SPDX-License-Identifier: Apache-2.0 */
/* The state machine of section 7 without sealing: every transition, every fault, counts, goals, finality. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "judge_world.h"

static int set_up(void **state) {
    world *w = world_new();
    world_begin(w);
    *state = w;
    return 0;
}

static int tear_down(void **state) {
    world_free((world *)*state);
    return 0;
}

static void assert_count(const world *w, uint32_t hidden, uint32_t named, uint32_t withdrawn) {
    rr_count count = world_count(w);
    assert_int_equal(count.hidden, hidden);
    assert_int_equal(count.named, named);
    assert_int_equal(count.total, hidden + named);
    assert_int_equal(count.withdrawn, withdrawn);
}

static rr_nullifier_state state_of(const world *w, uint8_t t, uint32_t *number) {
    rr_nullifier nullifier;
    memset(nullifier.bytes, t, 32);
    return rr_judge_nullifier(w->judge, number, &nullifier);
}

static void close_log(world *w) {
    uint8_t entry[38];
    world_mark(w, entry, RR_CLOSE);
    world_counts(w, entry, sizeof entry);
}

/* ---- leaf 0 --------------------------------------------------------------------------------------------------------- */

static void assert_foreign(world *w, const uint8_t *entry, size_t len) {
    rr_verdict verdict;
    uint8_t good[38];
    world_judge(w);
    assert_int_equal(rr_judge_leaf(w->judge, &verdict, entry, len, &w->facts), RR_REFUSED);
    assert_int_equal(verdict.verdict, RR_LEAF_FAULT);
    assert_non_null(strstr(verdict.rule, "leaf 0"));
    world_mark(w, good, RR_FIRST); /* too late */
    assert_int_equal(rr_judge_leaf(w->judge, &verdict, good, sizeof good, &w->facts), RR_REFUSED);
    assert_int_equal(world_count(w).leaves, 0);
}

static void test_leaf_0(void **state) {
    world *w = (world *)*state;
    uint8_t entry[39] = {0};
    for (size_t i = 0; i < 38; i++) { /* every byte counts */
        world_mark(w, entry, RR_FIRST);
        entry[i] ^= 1;
        assert_foreign(w, entry, 38);
    }
    world_mark(w, entry, RR_FIRST);
    assert_foreign(w, entry, 37);
    assert_foreign(w, entry, 39);
    assert_foreign(w, entry, 0);
    world_mark(w, entry, RR_CLOSE);
    assert_foreign(w, entry, 38);
    world_begin(w);
    world_mark(w, entry, RR_FIRST);
    world_fault(w, entry, 38, "only leaf 0");
}

/* ---- states --------------------------------------------------------------------------------------------------------- */

static void test_signing(void **state) {
    world *w = (world *)*state;
    uint32_t number = 99;
    assert_int_equal(state_of(w, 1, &number), RR_T_NONE);
    world_record_counts(w, RR_ANONYMOUS, 1, 1);
    assert_int_equal(state_of(w, 1, &number), RR_T_HIDDEN);
    assert_int_equal(number, 1);
    world_record_counts(w, RR_SEALED, 2, 2);
    world_record_counts(w, RR_NAMED, 5, 3);
    assert_int_equal(state_of(w, 3, &number), RR_T_NAMED);
    assert_int_equal(number, 5);
    assert_count(w, 2, 1, 0);
    for (uint8_t t = 1; t <= 3; t++) { /* none of them signs again, in any way */
        world_record_fault(w, RR_ANONYMOUS, 1, t, "has signed already");
        world_record_fault(w, RR_SEALED, 1, t, "has signed already");
        world_record_fault(w, RR_NAMED, 13, t, "has signed already");
    }
    world_record_fault(w, RR_NAMED, 5, 4, "another nullifier was named");
    assert_int_equal(state_of(w, 4, NULL), RR_T_NONE);
    world_record_counts(w, RR_NAMED, 6, 4); /* what was a fault changed nothing */
}

static void test_stepping_forward(void **state) {
    world *w = (world *)*state;
    uint32_t number;
    world_record_fault(w, RR_STEP_FORWARD, 12, 1, "has not signed");
    world_record_counts(w, RR_ANONYMOUS, 1, 1);
    world_record_fault(w, RR_STEP_FORWARD, 11, 1, "not in the ring");
    world_record_fault(w, RR_STEP_FORWARD, 24, 1, "not in the ring");
    world_record_counts(w, RR_STEP_FORWARD, 12, 1);
    assert_int_equal(state_of(w, 1, &number), RR_T_NAMED);
    assert_int_equal(number, 12);
    assert_count(w, 0, 1, 0);
    world_record_fault(w, RR_STEP_FORWARD, 12, 1, "named already");
    world_record_fault(w, RR_STEP_FORWARD, 13, 1, "named already");
    world_record_counts(w, RR_SEALED, 1, 2);
    world_record_fault(w, RR_STEP_FORWARD, 12, 2, "another nullifier was named");
    world_record_counts(w, RR_STEP_FORWARD, 13, 2);
    world_record_counts(w, RR_NAMED, 14, 3);
    world_record_fault(w, RR_STEP_FORWARD, 14, 3, "named already");
    world_record_fault(w, RR_NAMED, 12, 4, "another nullifier was named");
    assert_true(rr_judge_is_named(w->judge, 12));
    assert_false(rr_judge_is_named(w->judge, 15));
    assert_false(rr_judge_is_named(w->judge, WORLD_MEMBERS));
    assert_false(rr_judge_is_named(w->judge, UINT32_MAX));
}

static void test_withdrawing(void **state) {
    world *w = (world *)*state;
    world_record_fault(w, RR_WITHDRAW, 0, 1, "has not signed");
    world_record_counts(w, RR_ANONYMOUS, 1, 1);
    world_record_counts(w, RR_SEALED, 1, 2);
    world_record_counts(w, RR_NAMED, 5, 3);
    world_record_counts(w, RR_ANONYMOUS, 0, 4);
    world_record_counts(w, RR_STEP_FORWARD, 4, 4);
    assert_count(w, 2, 2, 0);
    assert_int_equal(world_count(w).sealed, 1);
    for (uint8_t t = 1; t <= 4; t++) {
        world_record_counts(w, RR_WITHDRAW, 0, t);
        assert_int_equal(state_of(w, t, NULL), RR_T_WITHDRAWN);
        world_record_fault(w, RR_WITHDRAW, 0, t, "has withdrawn already");
        world_record_fault(w, RR_STEP_FORWARD, 6, t, "has withdrawn");
        world_record_fault(w, RR_ANONYMOUS, 0, t, "signed and withdrawn");
        world_record_fault(w, RR_NAMED, 6, t, "signed and withdrawn");
    }
    assert_count(w, 0, 0, 4);
    assert_int_equal(world_count(w).sealed, 0);
    assert_false(rr_judge_is_named(w->judge, 5));
    assert_false(rr_judge_is_named(w->judge, 4));
    /* One entry has one k: the place is not another T's even now. */
    world_record_fault(w, RR_NAMED, 5, 5, "another nullifier was named");
    world_record_counts(w, RR_ANONYMOUS, 0, 6);
    world_record_fault(w, RR_STEP_FORWARD, 4, 6, "another nullifier was named");
}

static void test_closing(void **state) {
    world *w = (world *)*state;
    uint8_t entry[39] = {0};
    world_record_counts(w, RR_ANONYMOUS, 0, 1);
    for (size_t i = 2; i < 38; i++) { /* another number, another pid */
        world_mark(w, entry, RR_CLOSE);
        entry[i] ^= 0x40;
        if (i % 7 == 2) world_fault(w, entry, 38, "a close leaf is");
    }
    world_mark(w, entry, RR_CLOSE);
    world_fault(w, entry, 39, "a close leaf is");
    world_fault(w, entry, 37, "too short");
    assert_false(world_count(w).closed);
    assert_int_equal(rr_judge_result(w->judge, 0), RR_RESULT_AS_OF);
    close_log(w);
    rr_count count = world_count(w);
    assert_true(count.closed);
    assert_int_equal(count.close, count.leaves - 1);
    world_record_fault(w, RR_ANONYMOUS, 0, 2, "the log is closed");
    world_record_fault(w, RR_SEALED, 0, 2, "the log is closed");
    world_record_fault(w, RR_NAMED, 0, 2, "the log is closed");
    world_record_fault(w, RR_WITHDRAW, 0, 1, "the log is closed");
    world_fault(w, entry, 38, "closed already");
    world_record_counts(w, RR_STEP_FORWARD, 0, 1);
    assert_count(w, 0, 1, 0);
    assert_int_equal(rr_judge_result(w->judge, 5), RR_RESULT_CLOSED_NOT_WITNESSED);
}

/* ---- what a record must be ------------------------------------------------------------------------------------------ */

static void assert_record_rule(world *w, const uint8_t *record, size_t len, const char *rule) {
    const char *said = rr_record_rule(&w->about, record, len);
    assert_non_null(said);
    assert_non_null(strstr(said, rule));
    assert_int_equal(rr_judge_prospect(w->judge, &said, record, len), RR_WOULD_NOT_TAKE);
    assert_non_null(strstr(said, rule));
    world_fault(w, record, len, rule);
}

static void test_records(void **state) {
    world *w = (world *)*state;
    uint8_t r[RR_RECORD_MAX + 1];
    size_t len;
    memset(r, 0, sizeof r);
    assert_record_rule(w, r, 0, "too short");
    assert_record_rule(w, NULL, 0, "too short");
    r[0] = 1;
    r[1] = 5;
    assert_record_rule(w, r, 37, "too short");
    r[0] = 2;
    assert_record_rule(w, r, 102, "version");
    r[0] = 0;
    assert_record_rule(w, r, 102, "version");
    r[0] = 1;
    for (unsigned kind = 9; kind < 256; kind += 19) {
        r[1] = (uint8_t)kind;
        assert_record_rule(w, r, 102, "no known kind");
    }
    static const rr_kind ringed[] = {RR_ANONYMOUS, RR_SEALED};
    for (size_t i = 0; i < 2; i++) {
        len = world_record(w, r, ringed[i], 0, 1);
        assert_record_rule(w, r, len - 1, "size of its kind");
        assert_record_rule(w, r, len + 1, "size of its kind");
        r[2] = 3;
        assert_record_rule(w, r, len, "ring does not exist");
        r[5] = 0x80;
        assert_record_rule(w, r, len, "ring does not exist");
    }
    len = world_record(w, r, RR_ANONYMOUS, 0, 1);
    r[1] = RR_SEALED; /* the size of the other kind */
    assert_record_rule(w, r, len, "size of its kind");
    static const rr_kind placed[] = {RR_NAMED, RR_STEP_FORWARD};
    for (size_t i = 0; i < 2; i++) {
        len = world_record(w, r, placed[i], WORLD_MEMBERS - 1, 1);
        assert_null(rr_record_rule(&w->about, r, len));
        assert_record_rule(w, r, len - 1, "size of its kind");
        assert_record_rule(w, r, len + 1, "size of its kind");
        world_record(w, r, placed[i], WORLD_MEMBERS, 1);
        assert_record_rule(w, r, len, "not on the roll");
    }
    len = world_record(w, r, RR_WITHDRAW, 0, 1);
    assert_record_rule(w, r, len - 1, "size of its kind");
    assert_record_rule(w, r, len + 1, "size of its kind");
    for (size_t i = 2; i < 6; i++) {
        world_record(w, r, RR_WITHDRAW, 0, 1);
        r[i] = 1;
        assert_record_rule(w, r, len, "number in a withdrawal");
    }
    static const uint8_t others[] = {0, 6, 7, 8};
    for (size_t i = 0; i < 4; i++) {
        r[1] = others[i];
        assert_non_null(strstr(rr_record_rule(&w->about, r, 102), "no record of a member"));
        assert_int_equal(rr_judge_prospect(w->judge, NULL, r, 102), RR_WOULD_NOT_TAKE);
    }
}

static void test_modes(void **state) {
    world *w = (world *)*state;
    uint8_t entry[64] = {1, RR_NOTICE};
    assert_true(rr_judge_work_size(&w->about) > 0);
    w->petition.modes = RR_MODE_ANONYMOUS;
    assert_int_equal(rr_judge_work_size(&w->about), 0);
    world_begin(w);
    world_record_fault(w, RR_SEALED, 0, 1, "no mode `sealed`");
    world_record_fault(w, RR_NAMED, 0, 1, "no mode `named`");
    world_record_counts(w, RR_ANONYMOUS, 0, 1);
    world_record_fault(w, RR_STEP_FORWARD, 0, 1, "no mode `named`");
    world_record_counts(w, RR_WITHDRAW, 0, 1);
    world_fault(w, entry, 64, "no mode `sealed`");
    entry[1] = RR_OPENING;
    world_fault(w, entry, 46, "no mode `sealed`");
    w->petition.modes = RR_MODE_NAMED;
    world_begin(w);
    world_record_fault(w, RR_ANONYMOUS, 0, 1, "no mode `anonymous`");
    world_record_counts(w, RR_NAMED, 0, 1);
}

static void test_small_rings(void **state) {
    world *w = (world *)*state;
    w->petition.ring_minimum = 10; /* the pool has 9; rings are as they were made */
    world_begin(w);
    world_record_counts(w, RR_ANONYMOUS, 0, 1);
    world_record_fault(w, RR_ANONYMOUS, 2, 2, "smaller than the petition's Ring-Minimum");
    world_record_fault(w, RR_SEALED, 2, 2, "smaller than the petition's Ring-Minimum");
    world_record_counts(w, RR_NAMED, 24, 2);
    w->petition.ring_minimum = 9;
    world_begin(w);
    world_record_counts(w, RR_ANONYMOUS, 2, 2);
}

static void test_proofs_count(void **state) {
    world *w = (world *)*state;
    static const rr_status statuses[] = {RR_INVALID, RR_MALFORMED, RR_REFUSED, RR_ARGUMENT, RR_NO_SPACE};
    static const char *const rules[] = {"does not verify", "not canonical", "does not take", "not verified", "not verified"};
    uint8_t record[RR_RECORD_MAX];
    for (size_t i = 0; i < 5; i++) {
        size_t len = world_record(w, record, RR_ANONYMOUS, 0, 1);
        w->facts.proof = statuses[i];
        world_fault(w, record, len, rules[i]);
    }
    assert_null(rr_proof_rule(RR_OK));
    assert_int_equal(state_of(w, 1, NULL), RR_T_NONE);
}

/* ---- batches and memory --------------------------------------------------------------------------------------------- */

static void test_batches(void **state) {
    world *w = (world *)*state;
    uint8_t entry[38];
    w->facts.begins_batch = true;
    world_record_counts(w, RR_ANONYMOUS, 0, 9);
    w->facts.begins_batch = false;
    world_record_counts(w, RR_ANONYMOUS, 0, 5); /* out of order: the leaf counts, the log has a fault */
    assert_non_null(w->verdict.batch_rule);
    assert_non_null(strstr(w->verdict.batch_rule, "not sorted"));
    rr_count count = world_count(w);
    assert_int_equal(count.faults, 1);
    assert_int_equal(count.total, 2);
    world_mark(w, entry, RR_CLOSE);
    w->facts.begins_batch = true;
    world_record_counts(w, RR_ANONYMOUS, 0, 10);
    assert_null(w->verdict.batch_rule);
    w->facts.begins_batch = false;
    world_counts(w, entry, 38);
    assert_non_null(strstr(w->verdict.batch_rule, "kind 0, 6, 7 or 8"));
    count = world_count(w);
    assert_int_equal(count.faults, 2);
    assert_true(count.closed);
}

static int broken_fill(void *context, uint8_t *out, size_t len) {
    (void)context, (void)out, (void)len;
    return -1;
}

static void test_memory(void **state) {
    world *w = (world *)*state;
    rr_judge *judge;
    rr_verdict verdict;
    rr_random broken = {broken_fill, NULL};
    uint8_t entry[38], record[RR_RECORD_MAX];
    rr_judge_options options = w->options;
    options.leaves = 2;
    size_t size = rr_judge_size(&w->about, 2);
    void *memory = malloc(size);
    assert_int_equal(rr_judge_init(&judge, memory, size - 1, &w->about, &options), RR_NO_SPACE);
    assert_int_equal(rr_judge_init(&judge, memory, 8, &w->about, &options), RR_NO_SPACE);
    options.random = &broken;
    assert_int_equal(rr_judge_init(&judge, memory, size, &w->about, &options), RR_RANDOM);
    options.random = NULL;
    assert_int_equal(rr_judge_init(&judge, memory, size, &w->about, &options), RR_ARGUMENT);
    options.random = &world_random;
    options.leaves = (uint64_t)1 << 40;
    assert_int_equal(rr_judge_size(&w->about, options.leaves), SIZE_MAX);
    assert_int_equal(rr_judge_init(&judge, memory, size, &w->about, &options), RR_ARGUMENT);
    options.leaves = 2;
    assert_int_equal(rr_judge_init(&judge, memory, size, &w->about, &options), RR_OK);
    world_mark(w, entry, RR_FIRST);
    assert_int_equal(rr_judge_leaf(judge, &verdict, entry, 38, &w->facts), RR_OK);
    size_t len = world_record(w, record, RR_ANONYMOUS, 0, 1);
    assert_int_equal(rr_judge_leaf(judge, &verdict, record, len, &w->facts), RR_OK);
    assert_int_equal(rr_judge_leaf(judge, &verdict, record, len, &w->facts), RR_NO_SPACE);
    rr_count count;
    rr_judge_count(judge, &count);
    assert_int_equal(count.leaves, 2);
    free(memory);
}

/* Many T in one table, found again one by one. */
static void test_many_nullifiers(void **state) {
    world *w = (world *)*state;
    enum { MANY = 5000 };
    rr_judge_options options = w->options;
    rr_judge *judge;
    rr_verdict verdict;
    uint8_t entry[38], record[RR_RECORD_MAX];
    options.leaves = MANY + 1;
    size_t size = rr_judge_size(&w->about, options.leaves), len = world_record(w, record, RR_ANONYMOUS, 1, 0);
    void *memory = malloc(size);
    assert_int_equal(rr_judge_init(&judge, memory, size, &w->about, &options), RR_OK);
    world_mark(w, entry, RR_FIRST);
    assert_int_equal(rr_judge_leaf(judge, &verdict, entry, 38, &w->facts), RR_OK);
    for (uint32_t i = 0; i < MANY; i++) {
        rr_store32_le(record + 20, i);
        assert_int_equal(rr_judge_leaf(judge, &verdict, record, len, &w->facts), RR_OK);
        assert_int_equal(verdict.verdict, RR_LEAF_COUNTS);
    }
    for (uint32_t i = 0; i < MANY; i++) {
        rr_store32_le(record + 20, i);
        assert_int_equal(rr_judge_prospect(judge, NULL, record, len), RR_WOULD_CONFLICT);
    }
    rr_store32_le(record + 20, MANY);
    assert_int_equal(rr_judge_prospect(judge, NULL, record, len), RR_WOULD_COUNT);
    free(memory);
}

/* ---- counts --------------------------------------------------------------------------------------------------------- */

static void test_classes_and_rings(void **state) {
    world *w = (world *)*state;
    rr_tally classes[3], rings[3];
    world_record_counts(w, RR_ANONYMOUS, 0, 1);
    world_record_counts(w, RR_ANONYMOUS, 0, 2);
    world_record_counts(w, RR_ANONYMOUS, 1, 3);
    world_record_counts(w, RR_SEALED, 2, 4);
    world_record_counts(w, RR_NAMED, 24, 5); /* class tiny, counted as other */
    world_record_counts(w, RR_NAMED, 30, 6); /* class wee, likewise */
    world_record_counts(w, RR_NAMED, 13, 7);
    world_record_counts(w, RR_STEP_FORWARD, 0, 2);
    world_record_counts(w, RR_WITHDRAW, 0, 7);
    rr_judge_classes(w->judge, classes);
    rr_judge_rings(w->judge, rings);
    static const rr_tally by_class[3] = {{1, 1, 0}, {1, 0, 0}, {1, 2, 0}}, by_ring[3] = {{1, 1, 0}, {1, 0, 0}, {1, 2, 1}};
    assert_memory_equal(classes, by_class, sizeof by_class);
    assert_memory_equal(rings, by_ring, sizeof by_ring);
}

static void test_goals(void **state) {
    world *w = (world *)*state;
    static const rr_tally none[3] = {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}}, some[3] = {{2, 1, 0}, {0, 4, 0}, {9, 9, 0}};
    rr_goal_class classes[3];
    rr_petition *p = &w->petition;
    p->goal = 0;
    assert_int_equal(rr_goal_reached(&w->about, 0, none), RR_GOAL_NONE);
    assert_int_equal(rr_goal_reached(&w->about, 100, some), RR_GOAL_NONE);
    p->goal = 10;
    assert_int_equal(rr_goal_reached(&w->about, 9, some), RR_GOAL_NOT_REACHED);
    assert_int_equal(rr_goal_reached(&w->about, 10, some), RR_GOAL_REACHED);
    classes[0].class_name = rr_text_of("east");
    classes[0].number = 3;
    classes[1].class_name = rr_text_of("tiny"); /* pooled: counts 0 */
    classes[1].number = 1;
    classes[2].class_name = rr_text_of("west");
    classes[2].number = 5;
    p->goal_class = classes;
    p->goal_class_count = 3;
    p->goal_classes = 1;
    assert_int_equal(rr_goal_reached(&w->about, 10, some), RR_GOAL_REACHED);
    assert_int_equal(rr_goal_reached(&w->about, 9, some), RR_GOAL_NOT_REACHED);
    assert_int_equal(rr_goal_reached(&w->about, 10, none), RR_GOAL_NOT_REACHED);
    classes[0].number = 4;
    assert_int_equal(rr_goal_reached(&w->about, 10, some), RR_GOAL_NOT_REACHED);
    classes[2].number = 4;
    assert_int_equal(rr_goal_reached(&w->about, 10, some), RR_GOAL_REACHED);
    classes[0].number = 3;
    p->goal_classes = 2;
    assert_int_equal(rr_goal_reached(&w->about, 10, some), RR_GOAL_REACHED);
    p->goal_classes = 3;
    assert_int_equal(rr_goal_reached(&w->about, 10, some), RR_GOAL_NOT_REACHED);
    classes[1].class_name = rr_text_of("nowhere");
    assert_int_equal(rr_goal_reached(&w->about, 10, some), RR_GOAL_NOT_REACHED);
}

/* ---- witnesses ------------------------------------------------------------------------------------------------------ */

static void test_close_with_time_bounds(void **state) {
    world *w = (world *)*state;
    uint8_t entry[38];
    w->petition.witnesses_needed = 2;
    world_begin(w);
    world_mark(w, entry, RR_CLOSE);
    w->facts.has_time_bound = true;
    w->facts.time_bound = w->petition.closes - 1;
    world_fault(w, entry, 38, "before the petition's Closes");
    w->facts.has_time_bound = false;
    world_record_counts(w, RR_ANONYMOUS, 0, 1); /* so the log is open still */
    assert_int_equal(rr_judge_result(w->judge, 2), RR_RESULT_AS_OF);
    w->facts.has_time_bound = true;
    w->facts.time_bound = w->petition.closes;
    world_counts(w, entry, 38);
    assert_int_equal(rr_judge_result(w->judge, 0), RR_RESULT_AS_OF);
    assert_int_equal(rr_judge_result(w->judge, 1), RR_RESULT_AS_OF);
    assert_int_equal(rr_judge_result(w->judge, 2), RR_RESULT_FINAL);

    world_begin(w); /* a close without time bound closes, but is never final */
    w->facts.time_bound = 0;
    world_counts(w, entry, 38);
    assert_true(world_count(w).closed);
    assert_int_equal(rr_judge_result(w->judge, 2), RR_RESULT_AS_OF);

    w->petition.witnesses_needed = 0; /* and without witnesses there are no time bounds, whatever is said */
    world_begin(w);
    w->facts.has_time_bound = true;
    w->facts.time_bound = w->petition.closes - 1;
    world_counts(w, entry, 38);
    assert_int_equal(rr_judge_result(w->judge, 2), RR_RESULT_CLOSED_NOT_WITNESSED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_leaf_0, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_signing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stepping_forward, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_withdrawing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_closing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_records, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_modes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_small_rings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_proofs_count, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_batches, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_nullifiers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_classes_and_rings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_goals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_close_with_time_bounds, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
