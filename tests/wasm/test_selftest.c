/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "selftest.h"

static void same_signatures_everywhere(void **state) {
    (void)state;
    int failed = selftest();
    char hex[129];
    rr_hex(hex, selftest_digest, sizeof selftest_digest);
    if (failed != 0) print_error("selftest.c:%d: failed; digest %s\n", failed, hex);
    assert_int_equal(failed, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(same_signatures_everywhere)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
