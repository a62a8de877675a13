/* SPDX-License-Identifier: Apache-2.0 */
/* Notices and openings: every rule of section 8 that a leaf or a file can break, with real shares. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "judge_world.h"

enum { MEMBER = 13 + WORLD_T * 129 };

/* The log that most tests go on from:
 *
 *     1  sealed, ring 0, the member at place 3
 *     2  anonymous, ring 0
 *     3  sealed, ring 1, place 14
 *     4  sealed, ring 1, place 20 */
static const uint32_t sealed_places[] = {3, 14, 20};
static const uint32_t sealed_leaves[] = {1, 3, 4};

static void add_signature(world *w, rr_kind kind, uint32_t place) {
    uint8_t record[RR_RECORD_MAX];
    size_t len = world_sign(w, record, kind, place);
    world_counts(w, record, len);
}

static int set_up(void **state) {
    world *w = world_new();
    world_begin(w);
    add_signature(w, RR_SEALED, 3);
    world_record_counts(w, RR_ANONYMOUS, 0, 1);
    add_signature(w, RR_SEALED, 14);
    add_signature(w, RR_SEALED, 20);
    *state = w;
    return 0;
}

static int tear_down(void **state) {
    world_free((world *)*state);
    return 0;
}

static void t_of(const world *w, uint32_t leaf, rr_nullifier *t) {
    memcpy(t->bytes, w->leaves[leaf] + 6, 32);
}

/* A withdrawal or a step forward of the T of a leaf; its proof is said to hold. */
static size_t about_leaf(const world *w, uint8_t record[RR_RECORD_MAX], rr_kind kind, uint32_t number, uint32_t leaf) {
    size_t len = world_record(w, record, kind, number, 0);
    memcpy(record + 6, w->leaves[leaf] + 6, 32);
    return len;
}

static void add_notice(world *w) {
    uint8_t entry[512];
    size_t len = world_notice(w, entry, w->leaf_count);
    world_counts(w, entry, len);
}

/* The file that opens the three. */
static size_t good_file(world *w, uint8_t *file) {
    size_t len = 0;
    for (size_t i = 0; i < 3; i++) world_open(w, file, &len, sealed_leaves[i], sealed_places[i]);
    assert_int_equal(len, 3 * MEMBER);
    return len;
}

/* ---- notices -------------------------------------------------------------------------------------------------------- */

static void test_a_notice(void **state) {
    world *w = (world *)*state;
    uint8_t entry[512], record[RR_RECORD_MAX];
    size_t len = world_notice(w, entry, 4);
    assert_int_equal(world_count(w).sealed, 3);
    world_counts(w, entry, len);
    assert_true(world_count(w).has_notice);
    assert_int_equal(world_count(w).notice, 5);
    world_fault(w, entry, len, "in effect already");
    world_record_fault(w, RR_SEALED, 0, 7, "ended sealed signatures");
    world_record_fault(w, RR_WITHDRAW, 0, 7, "has not signed");
    len = about_leaf(w, record, RR_WITHDRAW, 0, 3);
    assert_int_equal(rr_judge_prospect(w->judge, NULL, record, len), RR_WOULD_NOT_TAKE);
    world_fault(w, record, len, "ended withdrawals of sealed");
    len = about_leaf(w, record, RR_STEP_FORWARD, 15, 3);
    world_counts(w, record, len);
    len = about_leaf(w, record, RR_WITHDRAW, 0, 3); /* named now, but its hidden state came from kind 2 */
    world_fault(w, record, len, "ended withdrawals of sealed");
    world_record_counts(w, RR_WITHDRAW, 0, 1);
    world_record_counts(w, RR_ANONYMOUS, 0, 8);
    world_record_counts(w, RR_NAMED, 5, 9);
    world_record_counts(w, RR_WITHDRAW, 0, 9);
    assert_int_equal(world_count(w).sealed, 3);
}

static void test_form_of_a_notice(void **state) {
    world *w = (world *)*state;
    uint8_t entry[512], good[512];
    size_t len = world_notice(w, good, 5);
    assert_int_equal(len, 47 + WORLD_T * 65);
#define ALTERED(offset, value, rule)                                                                                           \
    do {                                                                                                                       \
        memcpy(entry, good, sizeof entry);                                                                                     \
        entry[offset] = (value);                                                                                               \
        world_fault(w, entry, len, rule);                                                                                      \
    } while (0)
    for (size_t i = 2; i < 6; i++) ALTERED(i, 1, "number in an opening notice");
    ALTERED(46, 1, "not exactly as many trustees");
    ALTERED(46, 3, "not exactly as many trustees");
    ALTERED(47, 0, "strictly ascending order from 1");
    ALTERED(47, 2, "strictly ascending");
    ALTERED(47, 3, "strictly ascending");
    ALTERED(47 + 65, 4, "not one of the petition's");
    ALTERED(47 + 65, 255, "not one of the petition's");
    ALTERED(47 + 65, 3, "proof in the opening notice"); /* trustee 2's proof under 3's key */
    ALTERED(38, 4, "root in the opening notice");       /* another size: not its root */
    ALTERED(6, (uint8_t)(good[6] ^ 1), "root in the opening notice");
    ALTERED(37, (uint8_t)(good[37] ^ 1), "root in the opening notice");
    ALTERED(45, 1, "above the notice's own index");
    ALTERED(47 + 64, (uint8_t)(good[47 + 64] ^ 0x80), "proof in the opening notice");
    ALTERED(48, (uint8_t)(good[48] ^ 1), "proof in the opening notice");
    ALTERED(47 + 65 + 64, (uint8_t)(good[47 + 65 + 64] ^ 1), "proof in the opening notice");
    ALTERED(0, 2, "version");
#undef ALTERED
    world_fault(w, good, len - 1, "has not the size");
    world_fault(w, good, len + 1, "has not the size");
    world_fault(w, good, 46, "has not the size");
    world_fault(w, good, 38, "has not the size");
    world_counts(w, good, len); /* an older size is fine */
}

static void test_a_notice_for_another_time(void **state) {
    world *w = (world *)*state;
    uint8_t entry[512], record[RR_RECORD_MAX];
    /* Over leaves that are not there yet. */
    size_t len = world_notice(w, entry, w->leaf_count);
    rr_store64_le(entry + 38, w->leaf_count + 1);
    world_fault(w, entry, len, "above the notice's own index");
    /* Two of the three are enough, but not one, neither then nor now. */
    len = world_notice(w, entry, 3);
    world_fault(w, entry, len, "stood at the opening notice's size");
    len = world_notice(w, entry, 0);
    world_fault(w, entry, len, "stood at the opening notice's size");
    size_t record_len = about_leaf(w, record, RR_WITHDRAW, 0, 1);
    world_counts(w, record, record_len);
    record_len = about_leaf(w, record, RR_WITHDRAW, 0, 3);
    world_counts(w, record, record_len);
    len = world_notice(w, entry, 5);
    world_fault(w, entry, len, "stand at the opening notice");
    add_signature(w, RR_SEALED, 15); /* two again, but one when the last notice but one was logged */
    len = world_notice(w, entry, w->leaf_count - 1);
    world_fault(w, entry, len, "stood at the opening notice's size");
    w->petition.seal_threshold = 3;
    len = world_notice(w, entry, 5);
    world_fault(w, entry, len, "stand at the opening notice");
    w->petition.seal_threshold = 2;
    len = world_notice(w, entry, 5);
    world_counts(w, entry, len);
    assert_int_equal(world_count(w).sealed, 2);
}

static void test_a_notice_after_the_close(void **state) {
    world *w = (world *)*state;
    uint8_t entry[38];
    world_mark(w, entry, RR_CLOSE);
    world_counts(w, entry, sizeof entry);
    add_notice(w);
}

/* ---- openings ------------------------------------------------------------------------------------------------------- */

static void test_an_opening(void **state) {
    world *w = (world *)*state;
    uint8_t file[3 * MEMBER], leaf[46], record[RR_RECORD_MAX];
    rr_nullifier t;
    uint32_t number;
    size_t len = good_file(w, file);
    world_opening(w, leaf, file, len, 3);
    world_replay(w);
    world_fault(w, leaf, 46, "no opening notice is in effect");
    add_notice(w);
    len = about_leaf(w, record, RR_STEP_FORWARD, 21, 4); /* elsewhere than it opens to: keeps that place */
    world_counts(w, record, len);
    rr_count before = world_count(w);
    assert_int_equal(before.hidden, 3);
    world_counts(w, leaf, 46);
    rr_count after = world_count(w);
    assert_true(after.has_opening);
    assert_int_equal(after.opening, after.leaves - 1);
    assert_int_equal(after.total, before.total);
    assert_int_equal(after.hidden, 1);
    assert_int_equal(after.named, 3);
    static const uint32_t places[] = {3, 14, 21};
    for (size_t i = 0; i < 3; i++) {
        t_of(w, sealed_leaves[i], &t);
        assert_int_equal(rr_judge_nullifier(w->judge, &number, &t), RR_T_NAMED);
        assert_int_equal(number, places[i]);
        assert_true(rr_judge_is_named(w->judge, places[i]));
        assert_int_equal(rr_judge_is_opened(w->judge, places[i]), places[i] != 21); /* that one came forward */
    }
    assert_false(rr_judge_is_named(w->judge, 20));
    rr_tally rings[3];
    rr_judge_rings(w->judge, rings);
    assert_int_equal(rings[0].hidden, 1);
    assert_int_equal(rings[0].named, 1);
    assert_int_equal(rings[1].hidden, 0);
    assert_int_equal(rings[1].named, 2);
    world_fault(w, leaf, 46, "an opening is in effect already");
    world_record_counts(w, RR_STEP_FORWARD, 0, 1);
}

/* The sealed set leaves out who withdrew before the notice, and who came after the notice's size but before it is in. */
static void test_the_sealed_set(void **state) {
    world *w = (world *)*state;
    uint8_t file[3 * MEMBER], leaf[46], entry[512], record[RR_RECORD_MAX];
    size_t len = about_leaf(w, record, RR_WITHDRAW, 0, 3);
    world_counts(w, record, len);
    add_signature(w, RR_SEALED, 25);
    len = world_notice(w, entry, 5);
    world_counts(w, entry, len);
    size_t file_len = 0;
    world_open(w, file, &file_len, 1, 3);
    world_open(w, file, &file_len, 4, 20);
    world_open(w, file, &file_len, 6, 25);
    world_opening(w, leaf, file, file_len, 3);
    world_replay(w);
    world_counts(w, leaf, 46);
    assert_int_equal(world_count(w).named, 3);
    assert_true(rr_judge_is_named(w->judge, 25));
    assert_false(rr_judge_is_named(w->judge, 14));
}

static void test_form_of_an_opening(void **state) {
    world *w = (world *)*state;
    uint8_t file[3 * MEMBER], good[47], leaf[47];
    size_t len = good_file(w, file);
    memset(good, 0, sizeof good);
    world_opening(w, good, file, len, 3);
    world_replay(w);
    add_notice(w);
    static const size_t sizes[] = {38, 45, 47};
    for (size_t i = 0; i < 3; i++) world_fault(w, good, sizes[i], "has not the size of one");
    for (size_t i = 2; i < 6; i++) {
        memcpy(leaf, good, sizeof leaf);
        leaf[i] ^= 1;
        world_fault(w, leaf, 46, "number of members");
    }
    for (size_t i = 38; i < 46; i++) {
        memcpy(leaf, good, sizeof leaf);
        leaf[i] ^= 1;
        world_fault(w, leaf, 46, "has not the length for the whole");
    }
    assert_false(world_count(w).incomplete);
    memcpy(leaf, good, sizeof leaf);
    leaf[37] ^= 1;
    world_leaf(w, leaf, 46, RR_LEAF_NO_FILE, "not here");
    assert_true(world_count(w).incomplete);
    assert_false(world_count(w).has_opening);
    world_counts(w, good, 46); /* one that is here takes effect all the same */
    assert_false(world_count(w).incomplete);
}

/* The hash is of a file that is here, but the leaf gives the length that a good one would have. */
static void test_a_short_file(void **state) {
    world *w = (world *)*state;
    uint8_t file[3 * MEMBER + 1], leaf[46];
    size_t len = good_file(w, file);
    file[len] = 0;
    static const size_t lens[] = {3 * MEMBER - 1, 3 * MEMBER + 1, 0, 2 * MEMBER};
    uint8_t leaves[4][46];
    for (size_t i = 0; i < 4; i++) {
        world_opening(w, leaves[i], file, lens[i], 3);
        rr_store64_le(leaves[i] + 38, 3 * MEMBER);
    }
    world_opening(w, leaf, file, len, 3);
    world_replay(w);
    add_notice(w);
    for (size_t i = 0; i < 4; i++) world_fault(w, leaves[i], 46, "has not the length that the leaf gives");
    world_counts(w, leaf, 46);
}

static void test_void_files(void **state) {
    world *w = (world *)*state;
    static const struct {
        size_t offset;
        uint8_t flip; /* 0: the byte becomes `value` */
        uint8_t value;
        const char *rule;
    } cases[] = {
        {0, 0, 2, "does not list the sealed set"},
        {7, 1, 0, "does not list the sealed set"},
        {MEMBER, 0, 4, "does not list the sealed set"},
        {8, 0, WORLD_MEMBERS, "not on the roll"},
        {11, 1, 0, "not on the roll"},
        {8, 0, 14, "not in the ring"},
        {8, 0, 24, "not in the ring"},
        {8, 0, 4, "does not open to the place"}, /* its ring, another member */
        {MEMBER + 8, 0, 20, "does not open to the place"},
        {12, 0, 1, "not exactly as many trustees"},
        {12, 0, 3, "not exactly as many trustees"},
        {13, 0, 0, "strictly ascending"},
        {13, 0, 2, "strictly ascending"},
        {13 + 129, 0, 4, "not one of the petition's"},
        {13 + 129, 0, 3, "share in the opening's file"},
        {13 + 128, 0x10, 0, "share in the opening's file"},               /* z of the first share */
        {13 + 1 + 32, 1, 0, "share in the opening's file"},               /* R_1 */
        {2 * MEMBER + 13 + 129 + 1, 1, 0, "share in the opening's file"}, /* the last member's second S_j */
    };
    enum { CASES = sizeof cases / sizeof cases[0] };
    uint8_t good[3 * MEMBER], file[3 * MEMBER], leaf[46];
    size_t len = good_file(w, good);
    for (size_t i = 0; i < CASES; i++) {
        world *fresh = w;
        memcpy(file, good, len);
        file[cases[i].offset] = cases[i].flip ? file[cases[i].offset] ^ cases[i].flip : cases[i].value;
        while (fresh->leaf_count > 5) free(fresh->leaves[--fresh->leaf_count]);
        if (fresh->file_count == WORLD_FILES) {
            union {
                const uint8_t *in;
                uint8_t *out;
            } bytes;
            bytes.in = fresh->files[--fresh->file_count].bytes;
            free(bytes.out);
        }
        world_opening(fresh, leaf, file, len, 3);
        world_replay(fresh);
        add_notice(fresh);
        world_fault(fresh, leaf, 46, cases[i].rule);
        world_fault(fresh, leaf, 46, cases[i].rule); /* again, from memory */
        assert_int_equal(world_count(fresh).named, 0);
        assert_false(world_count(fresh).incomplete);
    }
}

/* Members in another order, one twice. */
static void test_order_of_members(void **state) {
    world *w = (world *)*state;
    uint8_t good[3 * MEMBER], file[3 * MEMBER], swapped[46], twice[46], leaf[46];
    size_t len = good_file(w, good);
    memcpy(file, good + MEMBER, MEMBER);
    memcpy(file + MEMBER, good, MEMBER);
    memcpy(file + 2 * MEMBER, good + 2 * MEMBER, MEMBER);
    world_opening(w, swapped, file, len, 3);
    memcpy(file, good, MEMBER);
    world_opening(w, twice, file, len, 3);
    world_opening(w, leaf, good, len, 3);
    world_replay(w);
    add_notice(w);
    world_fault(w, swapped, 46, "does not list the sealed set");
    world_fault(w, twice, 46, "does not list the sealed set");
    world_counts(w, leaf, 46); /* void ones do not use up the right to open */
}

/* One record's shares do not serve another record, though both are by the same member. */
static void test_shares_of_another_record(void **state) {
    world *w = (world *)*state;
    uint8_t file[3 * MEMBER], leaf[46], record[RR_RECORD_MAX];
    size_t len = world_sign(w, record, RR_SEALED, 3), file_len = 0;
    world_judge(w);
    world_mark(w, leaf, RR_FIRST);
    world_counts(w, leaf, 38);
    world_counts(w, record, len);
    add_signature(w, RR_SEALED, 14);
    len = world_sign(w, record, RR_SEALED, 3);
    record[6] ^= 1; /* as another T */
    world_counts(w, record, len);
    world_open(w, file, &file_len, 1, 3);
    world_open(w, file, &file_len, 2, 14);
    world_open(w, file, &file_len, 1, 3);
    rr_store64_le(file + 2 * MEMBER, 3);
    world_opening(w, leaf, file, file_len, 3);
    world_replay(w);
    add_notice(w);
    world_fault(w, leaf, 46, "share in the opening's file");
}

/* A place that another T has, before or within the opening: needs a broken discrete logarithm, so proofs are said to hold. */
static void test_places_that_are_taken(void **state) {
    world *w = (world *)*state;
    uint8_t file[4 * MEMBER], leaf[46], record[RR_RECORD_MAX], entry[38];
    size_t len = good_file(w, file);
    world_opening(w, leaf, file, len, 3);
    world_replay(w);
    add_notice(w);
    world_record_counts(w, RR_NAMED, 14, 9);
    world_fault(w, leaf, 46, "where another nullifier was named");
    world_record_counts(w, RR_WITHDRAW, 0, 9);
    world_fault(w, leaf, 46, "where another nullifier was named");
    assert_int_equal(world_count(w).named, 0);
    size_t record_len = about_leaf(w, record, RR_STEP_FORWARD, 15, 3); /* who stepped forward is not named there */
    world_counts(w, record, record_len);
    world_counts(w, leaf, 46);
    assert_true(rr_judge_is_named(w->judge, 15));
    assert_false(rr_judge_is_named(w->judge, 14));

    world_judge(w); /* two T that open to one place */
    world_mark(w, entry, RR_FIRST);
    world_counts(w, entry, 38);
    add_signature(w, RR_SEALED, 3);
    record_len = world_sign(w, record, RR_SEALED, 3);
    record[6] ^= 1;
    world_counts(w, record, record_len);
    len = 0;
    world_open(w, file, &len, 1, 3);
    world_open(w, file, &len, 2, 3);
    world_opening(w, leaf, file, len, 2);
    world_replay(w);
    add_notice(w);
    world_fault(w, leaf, 46, "where another nullifier was named");
    assert_int_equal(world_count(w).hidden, 2);
    record_len = about_leaf(w, record, RR_STEP_FORWARD, 4, 2);
    world_counts(w, record, record_len); /* no mark is left behind */
    world_counts(w, leaf, 46);
    assert_true(rr_judge_is_named(w->judge, 3));
}

/* More members than are verified at a time.  They are one signature under many T, so a file without fault ends in a
 * conflict. */
static void test_more_than_one_block(void **state) {
    world *w = (world *)*state;
    enum { MANY = 260 };
    size_t len = 0, record_len;
    uint8_t *file = (uint8_t *)malloc(MANY * MEMBER), leaf[46], early[46], late[46], entry[38], record[RR_RECORD_MAX];
    world_judge(w);
    world_mark(w, entry, RR_FIRST);
    world_counts(w, entry, 38);
    record_len = world_sign(w, record, RR_SEALED, 3);
    for (uint32_t i = 0; i < MANY; i++) {
        rr_store32_le(record + 10, i);
        world_counts(w, record, record_len);
        world_open(w, file, &len, i + 1, 3);
    }
    world_opening(w, leaf, file, len, MANY);
    file[13 + 128] ^= 1;
    world_opening(w, early, file, len, MANY);
    file[13 + 128] ^= 1;
    file[len - 1] ^= 1;
    world_opening(w, late, file, len, MANY);
    world_replay(w);
    add_notice(w);
    world_fault(w, early, 46, "share in the opening's file");
    world_fault(w, late, 46, "share in the opening's file");
    world_fault(w, leaf, 46, "where another nullifier was named");
    free(file);
}

/* ---- time bounds ---------------------------------------------------------------------------------------------------- */

static void test_time_bounds(void **state) {
    world *w = (world *)*state;
    uint8_t file[3 * MEMBER], leaf[46], missing[46], spoilt[46];
    size_t len = good_file(w, file);
    world_opening(w, leaf, file, len, 3);
    file[13 + 128] ^= 1;
    world_opening(w, spoilt, file, len, 3);
    memcpy(missing, leaf, sizeof missing);
    missing[6] ^= 1;
    w->petition.witnesses_needed = 1;
    world_replay(w);
    add_notice(w);
    w->facts.time_bound = INT64_MAX;
    world_leaf(w, leaf, 46, RR_LEAF_NO_TIME, "no time bound yet");
    assert_false(world_count(w).incomplete);
    assert_int_equal(world_count(w).named, 0);
    world_fault(w, spoilt, 46, "share in the opening's file"); /* void, whenever */
    w->facts.has_time_bound = true;
    w->facts.time_bound = w->petition.seal_expires + 1;
    world_fault(w, leaf, 46, "after the petition's Seal-Expires");
    world_fault(w, missing, 46, "after the petition's Seal-Expires");
    assert_false(world_count(w).incomplete);
    w->facts.time_bound = w->petition.seal_expires;
    world_counts(w, leaf, 46);
    assert_int_equal(world_count(w).named, 3);
}

static void test_time_bounds_without_witnesses(void **state) {
    world *w = (world *)*state;
    uint8_t file[3 * MEMBER], leaf[46];
    size_t len = good_file(w, file);
    world_opening(w, leaf, file, len, 3);
    world_replay(w);
    add_notice(w);
    w->facts.has_time_bound = true;
    w->facts.time_bound = w->petition.seal_expires + 1;
    world_counts(w, leaf, 46);
}

/* ---- the caller's part ---------------------------------------------------------------------------------------------- */

static void test_reading_fails(void **state) {
    world *w = (world *)*state;
    uint8_t file[3 * MEMBER], leaf[46];
    rr_verdict verdict;
    size_t len = good_file(w, file);
    world_opening(w, leaf, file, len, 3);
    world_replay(w);
    add_notice(w);
    rr_count before = world_count(w);
    w->read_status = RR_IO;
    assert_int_equal(rr_judge_leaf(w->judge, &verdict, leaf, 46, &w->facts), RR_IO);
    w->read_status = RR_OK;
    w->leaves[3][50] ^= 1; /* another entry than was judged */
    assert_int_equal(rr_judge_leaf(w->judge, &verdict, leaf, 46, &w->facts), RR_ARGUMENT);
    w->leaves[3][50] ^= 1;
    rr_count after = world_count(w);
    assert_memory_equal(&after, &before, sizeof after);
    world_counts(w, leaf, 46);
}

/* A second judge of the same log, with less than it needs. */
static rr_status judge_anew(world *w, const rr_judge_options *options, const uint8_t leaf[46]) {
    size_t size = rr_judge_size(&w->about, WORLD_LEAVES);
    void *memory = malloc(size);
    rr_judge *judge;
    rr_verdict verdict;
    assert_int_equal(rr_judge_init(&judge, memory, size, &w->about, options), RR_OK);
    for (uint32_t i = 0; i < w->leaf_count; i++)
        assert_int_equal(rr_judge_leaf(judge, &verdict, w->leaves[i], w->lens[i], &w->facts), RR_OK);
    rr_status status = rr_judge_leaf(judge, &verdict, leaf, 46, &w->facts);
    free(memory);
    return status;
}

static void test_what_an_opening_needs(void **state) {
    world *w = (world *)*state;
    uint8_t file[3 * MEMBER], leaf[46];
    size_t len = good_file(w, file);
    world_opening(w, leaf, file, len, 3);
    world_replay(w);
    add_notice(w);
    rr_judge_options options = w->options;
    assert_int_equal(judge_anew(w, &options, leaf), RR_OK);
    options.work_len = 16;
    assert_int_equal(judge_anew(w, &options, leaf), RR_NO_SPACE);
    options.work_len = w->options.work_len - (12 << 20) + 64; /* the block, but next to nothing for the batch */
    assert_int_equal(judge_anew(w, &options, leaf), RR_NO_SPACE);
    options = w->options;
    options.entries = NULL;
    assert_int_equal(judge_anew(w, &options, leaf), RR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_notice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_form_of_a_notice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_notice_for_another_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_notice_after_the_close, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_opening, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_sealed_set, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_form_of_an_opening, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_short_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_void_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_order_of_members, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_shares_of_another_record, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_places_that_are_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_more_than_one_block, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_time_bounds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_time_bounds_without_witnesses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reading_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_an_opening_needs, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
