/* SPDX-License-Identifier: Apache-2.0 */
/* Records that wait in a store: each once, all or none, in no order, and gone with their batch. */
#include "store_fixture.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- reading back --------------------------------------------------------------------------------------------------- */

typedef struct seen {
    const sf_records *records;
    const rr_batch_key *batch;
    size_t count, stop_at;
    const rr_row_key *previous;
    bool *found;
} seen;

static rr_status see(void *context, rr_blob sealed) {
    seen *s = context;
    size_t i = 0;
    while (i < s->records->count && memcmp(sealed.bytes, s->records->held[i].sealed.bytes, SF_SEALED) != 0) i++;
    assert_true(i < s->records->count);
    assert_int_equal(sealed.len, SF_SEALED);
    assert_false(s->found[i]);
    s->found[i] = true;
    if (s->previous) assert_true(memcmp(s->previous, &s->records->held[i].key, sizeof(rr_row_key)) < 0);
    s->previous = &s->records->held[i].key;
    return ++s->count == s->stop_at ? RR_ARGUMENT : RR_OK;
}

/* All that waits is these records, ascending by row key. */
static void expect_all(store_fixture *sf, const sf_records *records) {
    seen s = {.records = records, .batch = &sf->batch, .found = calloc(records->count, sizeof *s.found)};
    uint64_t count = 0;
    assert_non_null(s.found);
    SF_OK(rr_store_held_each(sf->store, &sf_error, &sf->batch.id, see, &s));
    SF_OK(rr_store_held_count(sf->store, &sf_error, &count, &sf->batch.id));
    assert_int_equal(s.count, records->count);
    assert_int_equal(count, records->count);
    for (size_t i = 0; i < records->count; i++) {
        bool held = false;
        SF_OK(rr_store_is_held(sf->store, &sf_error, &held, &sf->batch.id, &records->held[i].tag));
        assert_true(held);
    }
    free(s.found);
}

static void hold_and_find(void **state) {
    (void)state;
    store_fixture *sf = sf_petition();
    sf_records all = sf_make_records(&sf->batch, 0, 1000);
    size_t done = 0;
    /* In parts, over several times that places become too few. */
    for (size_t n = 1; done < all.count; n = n * 2 + 1) {
        sf_records part = all;
        part.held += done;
        part.count = done + n > all.count ? all.count - done : n;
        sf_hold(sf, &part);
        done += part.count;
        assert_int_equal(sf_file_size(sf, "-wal"), 0);
    }
    expect_all(sf, &all);
    sf_reopen(sf);
    expect_all(sf, &all);
    /* What `each` answers ends the call. */
    seen s = {.records = &all, .stop_at = 3, .found = calloc(all.count, 1)};
    assert_int_equal(rr_store_held_each(sf->store, NULL, &sf->batch.id, see, &s), RR_ARGUMENT);
    assert_int_equal(s.count, 3);
    free(s.found);
    sf_records_free(&all);
    sf_free(sf);
}

static void each_once(void **state) {
    (void)state;
    store_fixture *sf = sf_petition();
    sf_records r = sf_make_records(&sf->batch, 0, 4);
    const rr_held twice[5] = {r.held[0], r.held[1], r.held[0], r.held[2], r.held[1]};
    const bool expected[5] = {false, false, true, false, true};
    bool known[5] = {true, true, false, true, false};
    SF_OK(rr_store_hold(sf->store, &sf_error, &sf->batch.id, known, twice, 5));
    assert_memory_equal(known, expected, sizeof known);
    sf_records three = r;
    three.count = 3;
    expect_all(sf, &three);
    /* Again: nothing changes; after a new start too. */
    for (int i = 0; i < 2; i++) {
        SF_OK(rr_store_hold(sf->store, &sf_error, &sf->batch.id, known, twice, 5));
        for (size_t k = 0; k < 5; k++) assert_true(known[k]);
        expect_all(sf, &three);
        sf_reopen(sf);
    }
    SF_OK(rr_store_hold(sf->store, &sf_error, &sf->batch.id, known, NULL, 0));
    bool held = true;
    SF_OK(rr_store_is_held(sf->store, &sf_error, &held, &sf->batch.id, &r.held[3].tag));
    assert_false(held);
    sf_records_free(&r);
    sf_free(sf);
}

static void refusals(void **state) {
    (void)state;
    store_fixture *sf = sf_petition();
    sf_records r = sf_make_records(&sf->batch, 0, 2);
    const rr_batch_id other = {{7}};
    bool known[2], held;
    uint64_t count;
    SF_NOT(RR_NOT_FOUND, rr_store_hold(sf->store, &sf_error, &other, known, r.held, 2));
    SF_NOT(RR_NOT_FOUND, rr_store_is_held(sf->store, &sf_error, &held, &other, &r.held[0].tag));
    SF_NOT(RR_NOT_FOUND, rr_store_held_count(sf->store, &sf_error, &count, &other));
    SF_NOT(RR_NOT_FOUND, rr_store_held_each(sf->store, &sf_error, &other, see, NULL));
    r.held[1].sealed.len--;
    SF_NOT(RR_ARGUMENT, rr_store_hold(sf->store, &sf_error, &sf->batch.id, known, r.held, 2));
    r.held[1].sealed = (rr_blob){NULL, 0};
    SF_NOT(RR_ARGUMENT, rr_store_hold(sf->store, &sf_error, &sf->batch.id, known, r.held, 2));
    SF_OK(rr_store_hold(sf->store, &sf_error, &sf->batch.id, known, r.held, 1));
    /* Another length than what waits already. */
    r.held[1].sealed = (rr_blob){r.sealed + SF_SEALED, SF_SEALED - 1};
    SF_NOT(RR_ARGUMENT, rr_store_hold(sf->store, &sf_error, &sf->batch.id, known, r.held + 1, 1));
    SF_OK(rr_store_held_count(sf->store, &sf_error, &count, &sf->batch.id));
    assert_int_equal(count, 1);
    sf_records_free(&r);
    sf_free(sf);
}

/* ---- the end of a batch --------------------------------------------------------------------------------------------- */

static void gone_with_the_batch(void **state) {
    (void)state;
    store_fixture *sf = sf_petition();
    sf_records r = sf_make_records(&sf->batch, 0, 700);
    rr_batch_key next;
    uint64_t count;
    sf_hold(sf, &r);
    assert_true(sf_on_disk(sf, r.sealed, 64)); /* the search finds what is there */
    assert_true(sf_on_disk(sf, r.held[0].tag.bytes, 32));
    SF_OK(rr_batch_key_new(&next, &sf_error, sf->keys));
    SF_OK(sf_append(sf, &sf_error, 0, 5, 100, &next));
    assert_int_equal(sf_file_size(sf, "-wal"), 0);
    for (size_t i = 0; i < r.count; i += 13) {
        assert_false(sf_on_disk(sf, r.held[i].sealed.bytes, 16));
        assert_false(sf_on_disk(sf, r.held[i].sealed.bytes + SF_SEALED - 16, 16));
        assert_false(sf_on_disk(sf, r.held[i].tag.bytes, 16));
        assert_false(sf_on_disk(sf, r.held[i].key.bytes, 16));
    }
    SF_NOT(RR_NOT_FOUND, rr_store_held_count(sf->store, &sf_error, &count, &sf->batch.id));
    rr_store_state now = sf_state(sf);
    assert_memory_equal(&now.batch, &next.id, sizeof next.id);
    /* The same again changes nothing: it is that batch's end that has been. */
    SF_OK(sf_append(sf, &sf_error, 0, 5, 100, &next));
    assert_int_equal(sf_size(sf, &sf->pid), 6);
    sf->batch = next;
    sf_records again = sf_make_records(&next, 0, 10);
    sf_hold(sf, &again);
    expect_all(sf, &again);
    sf_records_free(&again);
    sf_records_free(&r);
    sf_free(sf);
}

/* A batch of which nothing counts ends without a checkpoint. */
static void empty_batch(void **state) {
    (void)state;
    store_fixture *sf = sf_petition();
    rr_batch_key next;
    uint64_t count = 1;
    sf_records r = sf_make_records(&sf->batch, 0, 3);
    sf_hold(sf, &r);
    SF_OK(rr_batch_key_new(&next, &sf_error, sf->keys));
    SF_OK(sf_append(sf, &sf_error, 0, 0, 8, &next));
    SF_OK(rr_store_held_count(sf->store, &sf_error, &count, &next.id));
    assert_int_equal(count, 0);
    assert_int_equal(sf_size(sf, &sf->pid), 1);
    assert_int_equal(sf_size(sf, NULL), 4);
    sf_records_free(&r);
    sf_free(sf);
}

/* The place of a record in the file says nothing of when it came: of 256 places that fill one by one, the order of places is no more that of
 * arrival than chance makes it.  Counted: neighbours in the file that came in this order; 127.5 expected, the deviation is about 4.6. */
static void no_order_in_the_file(void **state) {
    (void)state;
    store_fixture *sf = sf_petition();
    sf_records r = sf_make_records(&sf->batch, 0, 256);
    long at[256], size;
    for (size_t i = 0; i < r.count; i++) {
        sf_records one = r;
        one.held += i;
        one.count = 1;
        sf_hold(sf, &one);
    }
    size = sf_file_size(sf, "");
    uint8_t *all = malloc((size_t)size);
    FILE *file = fopen(sf->where, "rb");
    assert_true(all && file);
    assert_int_equal(fread(all, 1, (size_t)size, file), (size_t)size);
    fclose(file);
    int ascending = 0;
    for (size_t i = 0; i < r.count; i++) {
        const uint8_t *found = memmem(all, (size_t)size, r.held[i].sealed.bytes, SF_SEALED);
        assert_non_null(found);
        at[i] = found - all;
        if (i > 0) ascending += at[i] > at[i - 1];
    }
    assert_true(ascending > 127 - 40 && ascending < 128 + 40);
    free(all);
    sf_records_free(&r);
    sf_free(sf);
}

static void many_at_once(void **state) {
    (void)state;
    store_fixture *sf = sf_petition();
    struct timespec a, b;
    sf_records r = sf_make_records(&sf->batch, 0, 5000);
    clock_gettime(CLOCK_MONOTONIC, &a);
    sf_hold(sf, &r);
    clock_gettime(CLOCK_MONOTONIC, &b);
    print_message("5,000 records: %.0f ms\n", (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6);
    uint64_t count;
    SF_OK(rr_store_held_count(sf->store, &sf_error, &count, &sf->batch.id));
    assert_int_equal(count, 5000);
    sf_records_free(&r);
    sf_free(sf);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hold_and_find),       cmocka_unit_test(each_once),   cmocka_unit_test(refusals),
        cmocka_unit_test(gone_with_the_batch), cmocka_unit_test(empty_batch), cmocka_unit_test(no_order_in_the_file),
        cmocka_unit_test(many_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
