/* SPDX-License-Identifier: Apache-2.0 */
/* PROTOCOL.md section 3: rings.  Compared with a slow version that follows the text rule by rule. */
#include "fixture.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 1200

typedef struct made_rings {
    void *memory;
    rr_rings rings;
} made_rings;

static rr_status make(made_rings *made, const rr_roll *roll, uint32_t ring, uint32_t ring_minimum, bool by_class) {
    size_t size = rr_rings_size(roll->entry_count), scratch_size = rr_rings_scratch_size(roll->entry_count);
    void *scratch = malloc(scratch_size);
    made->memory = malloc(size);
    assert_true(made->memory != NULL && scratch != NULL);
    rr_status status =
        rr_rings_make(&made->rings, made->memory, size, roll, ring, ring_minimum, by_class, scratch, scratch_size);
    free(scratch);
    return status;
}

/* ---- the text, rule by rule ----------------------------------------------------------------------------------------- */

typedef struct model_group {
    rr_text name;
    uint32_t places[MOST];
    uint32_t count;
    bool gone; /* into the pool */
} model_group;

typedef struct model {
    model_group groups[MOST + 1];
    uint32_t count;
    model_group pool;
} model;

static int by_name(const void *a, const void *b) {
    return rr_text_compare(((const model_group *)a)->name, ((const model_group *)b)->name);
}

static void into_pool(model *m, model_group *group) {
    for (uint32_t i = 0; i < group->count; i++) m->pool.places[m->pool.count++] = group->places[i];
    group->gone = true;
}

static void model_groups(model *m, const rr_roll *roll, uint32_t ring_minimum, bool by_class) {
    memset(m, 0, sizeof *m);
    for (uint32_t place = 0; place < roll->entry_count; place++) {
        rr_text name = by_class ? roll->entries[place].class_name : rr_text_of("");
        uint32_t g = 0;
        while (g < m->count && !rr_text_equal(m->groups[g].name, name)) g++;
        if (g == m->count) m->groups[m->count++].name = name;
        m->groups[g].places[m->groups[g].count++] = place;
    }
    qsort(m->groups, m->count, sizeof m->groups[0], by_name);
    if (!by_class) return;
    for (uint32_t g = 0; g < m->count; g++) {
        if (m->groups[g].count < ring_minimum) into_pool(m, &m->groups[g]);
    }
    while (m->pool.count != 0 && m->pool.count < ring_minimum) {
        model_group *smallest = NULL;
        for (uint32_t g = 0; g < m->count; g++) {
            if (!m->groups[g].gone && (smallest == NULL || m->groups[g].count <= smallest->count)) smallest = &m->groups[g];
        }
        if (smallest == NULL) break;
        into_pool(m, smallest);
    }
    if (m->pool.count != 0) {
        m->pool.name = rr_text_of("other");
        m->groups[m->count++] = m->pool;
    }
}

static const rr_roll *sorted_roll;

static void ring_hash(uint8_t hash[32], uint32_t place) {
    uint8_t bytes[64];
    memcpy(bytes, sorted_roll->digest.bytes, 32);
    memcpy(bytes + 32, sorted_roll->entries[place].key.bytes, 32);
    crypto_hash_sha256(hash, bytes, sizeof bytes);
}

static int by_hash(const void *a, const void *b) {
    uint8_t x[32], y[32];
    ring_hash(x, *(const uint32_t *)a);
    ring_hash(y, *(const uint32_t *)b);
    return memcmp(x, y, 32);
}

static void assert_like_the_text(const rr_roll *roll, uint32_t ring, uint32_t ring_minimum, bool by_class) {
    static model m;
    made_rings made;
    assert_int_equal(make(&made, roll, ring, ring_minimum, by_class), RR_OK);
    const rr_rings *rings = &made.rings;
    model_groups(&m, roll, ring_minimum, by_class);
    sorted_roll = roll;
    uint32_t number = 0, class_index = 0, largest = 0;
    for (uint32_t g = 0; g < m.count; g++) {
        model_group *group = &m.groups[g];
        if (group->gone) continue;
        qsort(group->places, group->count, sizeof group->places[0], by_hash);
        uint64_t size = group->count, count = size / ring > 1 ? size / ring : 1;
        assert_true(class_index < rings->class_count);
        assert_true(rr_text_equal(rings->classes[class_index].name, group->name));
        assert_int_equal(rings->classes[class_index].size, size);
        assert_int_equal(rings->classes[class_index].first_ring, number);
        assert_int_equal(rings->classes[class_index].ring_count, count);
        uint32_t found = 99;
        assert_int_equal(rr_rings_find_class(&found, rings, group->name), RR_OK);
        assert_int_equal(found, class_index);
        for (uint64_t i = 0; i < count; i++, number++) {
            uint64_t from = i * size / count, to = (i + 1) * size / count;
            assert_int_equal(rr_rings_ring_size(rings, number), to - from);
            assert_int_equal(rr_rings_class_of_ring(rings, number), class_index);
            if (to - from > largest) largest = (uint32_t)(to - from);
            rr_entry_key *keys = malloc((size_t)(to - from) * sizeof *keys);
            assert_non_null(keys);
            assert_int_equal(rr_rings_keys(keys, rings, roll, number), RR_OK);
            for (uint64_t at = from; at < to; at++) {
                uint32_t place = group->places[at];
                assert_int_equal(rings->order[rings->starts[number] + (uint32_t)(at - from)], place);
                assert_memory_equal(keys[at - from].bytes, roll->entries[place].key.bytes, 32);
                assert_int_equal(rings->ring_of_place[place], number);
                assert_int_equal(rr_rings_class_of_place(rings, place), class_index);
            }
            free(keys);
        }
        class_index++;
    }
    assert_int_equal(rings->class_count, class_index);
    assert_int_equal(rings->ring_count, number);
    assert_int_equal(rings->entry_count, roll->entry_count);
    assert_int_equal(rr_rings_largest(rings), largest);
    assert_int_equal(rr_rings_ring_size(rings, number), 0);
    rr_entry_key key;
    assert_int_equal(rr_rings_keys(&key, rings, roll, number), RR_ARGUMENT);
    free(made.memory);
}

/* ---- cases ---------------------------------------------------------------------------------------------------------- */

/* Classes by their sizes: "a" has sizes[0] entries, "b" sizes[1], ... */
static const char *by_sizes(uint32_t place, void *context) {
    static const char *const names[] = {"a", "b", "c", "d", "", "\xc3\x96st", "e f"};
    const uint32_t *sizes = context;
    size_t i = 0;
    while (place >= sizes[i]) place -= sizes[i++];
    return names[i];
}

static uint32_t sum(const uint32_t *sizes, size_t count) {
    uint32_t total = 0;
    for (size_t i = 0; i < count; i++) total += sizes[i];
    return total;
}

static void pools_are_filled_as_the_text_says(void **state) {
    (void)state;
    static const uint32_t cases[][7] = {
        {40, 20, 25, 0, 0, 0, 0},    /* nobody pooled */
        {40, 20, 25, 3, 4, 5, 6},    /* a pool that is large enough */
        {40, 20, 25, 3, 0, 0, 0},    /* b joins the pool */
        {20, 40, 20, 3, 0, 20, 0},   /* of equals, the last */
        {3, 2, 0, 0, 0, 0, 0},       /* only a pool, and small */
        {300, 3, 0, 0, 0, 0, 0},     /* a large one joins, and the pool makes two rings */
        {15, 1, 0, 0, 0, 0, 0},      /* a pool of exactly the minimum */
        {16, 0, 0, 0, 0, 0, 0},      /* a class of exactly the minimum */
        {40, 10, 6, 0, 0, 0, 0},     /* such a pool, and a class that need not join it */
        {1, 0, 0, 0, 0, 0, 0},       /* one person */
        {255, 256, 257, 0, 0, 0, 8}, /* one ring, two, two */
        {16, 16, 16, 16, 16, 16, 16},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t sizes[8];
        memcpy(sizes, cases[i], sizeof cases[i]);
        sizes[7] = UINT32_MAX;
        made_roll made;
        made_roll_init(&made, sum(cases[i], 7), by_sizes, sizes);
        static const uint32_t minima[] = {8, 16, 17, 64, 128};
        for (size_t j = 0; j < sizeof minima / sizeof minima[0]; j++) {
            assert_like_the_text(&made.roll, 128, minima[j], true);
            assert_like_the_text(&made.roll, 128, minima[j], false);
        }
        assert_like_the_text(&made.roll, 32768, 16, true);
        made_roll_free(&made);
    }
}

static const char *at_random(uint32_t place, void *context) {
    static const char *const names[] = {"a", "b", "c", "d", "", "\xc3\x96st", "e f", "aa", "Z", "zz", "o", "othes"};
    (void)place;
    uint32_t of = *(const uint32_t *)context;
    uint32_t i = randombytes_uniform(of), j = randombytes_uniform(of);
    return names[i < j ? i : j]; /* uneven */
}

static void random_rolls_are_cut_as_the_text_says(void **state) {
    (void)state;
    for (uint32_t i = 0; i < 12; i++) {
        uint32_t classes = 1 + i, count = 1 + randombytes_uniform(MOST);
        made_roll made;
        made_roll_init(&made, count, at_random, &classes);
        for (uint32_t j = 0; j < 4; j++) {
            uint32_t ring = 128 + randombytes_uniform(j % 2 == 0 ? 8 : 600);
            assert_like_the_text(&made.roll, ring, 8 + randombytes_uniform(ring - 8), true);
        }
        assert_like_the_text(&made.roll, 128, 8, true);
        assert_like_the_text(&made.roll, 128, 8, false);
        made_roll_free(&made);
    }
}

static const char *own_class(uint32_t place, void *context) {
    char *name = context;
    snprintf(name + 16 * (size_t)place, 16, "c%u", place);
    return name + 16 * (size_t)place;
}

static void every_entry_may_have_its_own_class(void **state) {
    (void)state;
    char *names = calloc(MOST, 16);
    made_roll made;
    assert_non_null(names);
    made_roll_init(&made, MOST, own_class, names);
    assert_like_the_text(&made.roll, 128, 8, true);
    made_roll_free(&made);
    free(names);
}

static void a_class_is_found_by_its_name(void **state) {
    (void)state;
    uint32_t sizes[8] = {20, 3, 20, 0, 0, 20, 10, UINT32_MAX}, index = 99; /* b and "e f" are pooled, and c joins them */
    made_roll made;
    made_rings rings;
    made_roll_init(&made, sum(sizes, 7), by_sizes, sizes);
    assert_int_equal(make(&rings, &made.roll, 128, 20, true), RR_OK);
    assert_int_equal(rings.rings.class_count, 3);
    assert_int_equal(rr_rings_find_class(&index, &rings.rings, rr_text_of("a")), RR_OK);
    assert_int_equal(index, 0);
    assert_int_equal(rr_rings_find_class(&index, &rings.rings, rr_text_of("c")), RR_OK);
    assert_int_equal(index, 1);
    assert_int_equal(rr_rings_find_class(&index, &rings.rings, rr_text_of("other")), RR_OK);
    assert_int_equal(index, 2);
    static const char *const absent[] = {"", "b", "e f", "\xc3\x96st", "zz", "othe", "other "};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        assert_int_equal(rr_rings_find_class(&index, &rings.rings, rr_text_of(absent[i])), RR_NOT_FOUND);
    free(rings.memory);
    assert_int_equal(make(&rings, &made.roll, 128, 8, true), RR_OK); /* a, c, "e f", Öst; b pooled with "e f" */
    assert_int_equal(rr_rings_find_class(&index, &rings.rings, rr_text_of("\xc3\x96st")), RR_OK);
    assert_int_equal(index, 2);
    assert_int_equal(rr_rings_find_class(&index, &rings.rings, rr_text_of("other")), RR_OK);
    assert_int_equal(index, 3);
    free(rings.memory);
    made_roll_free(&made);
}

static void arguments_and_memory_are_checked(void **state) {
    (void)state;
    made_roll made;
    made_rings rings;
    made_roll_init(&made, 10, NULL, NULL);
    static const uint32_t bad[][2] = {{127, 8}, {32769, 8}, {128, 7}, {128, 129}, {0, 8}, {128, 0}, {UINT32_MAX, 8}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(make(&rings, &made.roll, bad[i][0], bad[i][1], true), RR_ARGUMENT);
        free(rings.memory);
    }
    size_t size = rr_rings_size(10), scratch_size = rr_rings_scratch_size(10);
    void *memory = malloc(size), *scratch = malloc(scratch_size);
    assert_int_equal(rr_rings_make(&rings.rings, memory, size - 1, &made.roll, 128, 8, true, scratch, scratch_size),
                     RR_NO_SPACE);
    assert_int_equal(rr_rings_make(&rings.rings, memory, size, &made.roll, 128, 8, true, scratch, scratch_size - 1),
                     RR_NO_SPACE);
    assert_int_equal(rr_rings_make(&rings.rings, memory, size, &made.roll, 128, 8, true, scratch, scratch_size), RR_OK);
    free(memory);
    free(scratch);
    made_roll_free(&made);
}

/* E = 2*Ring - 1 makes one ring, the largest that there is. */
static void the_largest_ring_has_a_place_for_all(void **state) {
    (void)state;
    made_roll made;
    made_rings rings;
    made_roll_init(&made, 255, NULL, NULL);
    assert_int_equal(make(&rings, &made.roll, 128, 8, false), RR_OK);
    assert_int_equal(rings.rings.ring_count, 1);
    assert_int_equal(rr_rings_largest(&rings.rings), 255);
    free(rings.memory);
    made_roll_free(&made);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pools_are_filled_as_the_text_says),  cmocka_unit_test(random_rolls_are_cut_as_the_text_says),
        cmocka_unit_test(every_entry_may_have_its_own_class), cmocka_unit_test(a_class_is_found_by_its_name),
        cmocka_unit_test(arguments_and_memory_are_checked),   cmocka_unit_test(the_largest_ring_has_a_place_for_all),
    };
    if (sodium_init() < 0) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
