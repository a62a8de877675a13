/* SPDX-License-Identifier: Apache-2.0 */
/* A view says what its judge says, and keeps it when the judge moves on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "../petition/judge_world.h"
#include "server/view.h"

static void test_view(void **state) {
    (void)state;
    static const rr_view_batch batches[] = {{1, 0}, {4, 3}, {6, 5}};
    static const rr_view_fault faults[] = {{3, "a rule"}};
    rr_view_log log = {batches, 3, faults, 1, false};
    world *w = world_new();
    rr_view view;
    world_begin(w);
    w->petition.title = rr_text_of("A title");
    world_record_counts(w, RR_ANONYMOUS, 0, 1);
    world_record_counts(w, RR_ANONYMOUS, 0, 2);
    world_record_counts(w, RR_ANONYMOUS, 2, 3);
    world_record_counts(w, RR_NAMED, 13, 4);
    world_record_counts(w, RR_NAMED, 25, 5);
    world_record_counts(w, RR_WITHDRAW, 0, 2);
    assert_int_equal(rr_view_make(&view, &w->about, NULL, w->judge, &log), RR_OK);
    world_record_counts(w, RR_NAMED, 0, 9); /* too late for this view */

    assert_int_equal(view.total, 4);
    assert_int_equal(view.hidden, 2);
    assert_int_equal(view.named, 2);
    assert_int_equal(view.withdrawn, 1);
    assert_int_equal(view.size, 7);
    assert_false(view.closed);
    assert_int_equal(view.class_count, 3);
    assert_memory_equal(view.classes[0].name.start, "east", 4);
    assert_int_equal(view.classes[0].entries, 12);
    assert_int_equal(view.classes[0].hidden, 1);
    assert_int_equal(view.classes[1].named, 1);
    assert_memory_equal(view.classes[2].name.start, "other", 5);
    assert_int_equal(view.classes[2].entries, 9);
    assert_int_equal(view.classes[2].hidden, 1);
    assert_int_equal(view.classes[2].named, 1);
    assert_int_equal(view.ring_count, 3);
    assert_int_equal(view.rings[1].named, 1);
    assert_int_equal(view.rings[2].hidden, 1);
    for (uint32_t place = 0; place < WORLD_MEMBERS; place++)
        assert_int_equal(rr_view_is_named(&view, place), place == 13 || place == 25);
    rr_text member = rr_view_name(&view, 13);
    assert_ptr_equal(member.start, w->entries[13].member.start);
    assert_int_equal(view.batch_count, 3);
    assert_int_equal(view.batches[2].total, 5);
    assert_string_equal(view.faults[0].rule, "a rule");

    uint8_t entry[38];
    rr_view later;
    world_mark(w, entry, RR_CLOSE);
    world_counts(w, entry, sizeof entry);
    assert_int_equal(rr_view_make(&later, &w->about, NULL, w->judge, &(rr_view_log){.faults = NULL}), RR_OK);
    assert_true(later.closed);
    assert_int_equal(later.named, 3);
    assert_memory_not_equal(later.root.bytes, view.root.bytes, 32);
    char *json;
    size_t len;
    assert_int_equal(rr_view_status_json(&json, &len, &later), RR_OK);
    assert_non_null(strstr(json, "\"closed\":true"));
    assert_non_null(strstr(json, "\"batches\":[]"));
    free(json);
    rr_view_free(&later);
    rr_view_free(&view);
    world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_view)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
