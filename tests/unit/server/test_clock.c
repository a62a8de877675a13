/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks that jump. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "server/clock.h"

enum { INTERVAL = 21600, START = 1000 * INTERVAL + 100, STEADY = 5000 };

static bool may_close(rr_clock *clock, int64_t wall, int64_t steady, int64_t jump) {
    int64_t jumped;
    bool may = rr_clock_may_close(clock, &jumped, wall, steady);
    assert_int_equal(jumped, jump);
    return may;
}

static void a_clock_that_goes(void **state) {
    (void)state;
    rr_clock clock;
    rr_clock_begin(&clock, START, STEADY, INTERVAL);
    int announced = 0;
    for (int64_t s = 5; s < 3 * INTERVAL; s += 5) {
        announced += rr_clock_announced(&clock, START + s, INTERVAL);
        assert_true(may_close(&clock, START + s + s / 10000, STEADY + s, 0)); /* it drifts */
    }
    assert_int_equal(announced, 3);
}

/* A wrong clock would close every petition for good. */
static void a_clock_that_jumps_ahead(void **state) {
    (void)state;
    rr_clock clock;
    const int64_t year = 365 * 86400;
    rr_clock_begin(&clock, START, STEADY, INTERVAL);
    assert_false(may_close(&clock, START + year, STEADY + 5, year - 5));
    assert_false(may_close(&clock, START + year + 300, STEADY + 305, 0));
    /* It is set right in time: nothing has happened. */
    assert_false(may_close(&clock, START + 400, STEADY + 400, 0));
    assert_true(may_close(&clock, START + 700, STEADY + 700, 0));
    /* It is not: then it is believed in the end; a machine that slept has jumped too. */
    assert_false(may_close(&clock, START + year, STEADY + 800, year - 800));
    assert_true(may_close(&clock, START + year + 600, STEADY + 1400, 0));
    /* Setting it back closes nothing earlier, and is no reason to doubt. */
    assert_true(may_close(&clock, START, STEADY + 1500, 0));
}

static void a_clock_that_was_ahead(void **state) {
    (void)state;
    rr_clock clock;
    rr_clock_begin(&clock, START + 9000 * (int64_t)INTERVAL, STEADY, INTERVAL);
    assert_false(rr_clock_announced(&clock, START, INTERVAL)); /* set right: no batch for that, */
    assert_false(rr_clock_announced(&clock, START + 5, INTERVAL));
    assert_true(rr_clock_announced(&clock, START + INTERVAL, INTERVAL)); /* but at the next time there is one */
    assert_false(rr_clock_announced(&clock, START + INTERVAL + 5, INTERVAL));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_clock_that_goes), cmocka_unit_test(a_clock_that_jumps_ahead),
                                       cmocka_unit_test(a_clock_that_was_ahead)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
