/* SPDX-License-Identifier: Apache-2.0 */
/* Lists with weights, and what Accept-Encoding says of gzip. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "server/accept.h"

static void test_elements(void **state) {
    (void)state;
    rr_text rest = rr_text_of(" a , b;q=0.5,c; q=0.123\t,,d;q=2,e;x=1,f;q=1.000,");
    static const struct {
        const char *what;
        int weight;
    } wanted[] = {{"a", 1000}, {"b", 500}, {"c", 123}, {"", 1000}, {"d", -1}, {"e", -1}, {"f", 1000}};
    rr_accept element;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_true(rr_accept_next(&element, &rest));
        assert_true(rr_text_is(element.what, wanted[i].what));
        assert_int_equal(element.weight, wanted[i].weight);
    }
    assert_false(rr_accept_next(&element, &rest));
}

static void test_gzip(void **state) {
    (void)state;
    static const struct {
        const char *header;
        bool allows;
    } cases[] = {
        {NULL, false},
        {"", false},
        {"gzip", true},
        {"GZip", true},
        {"x-gzip", true},
        {"gzip, deflate, br, zstd", true},
        {"deflate,gzip;q=1.0, *;q=0.5", true},
        {"br;q=1, gzip;q=0.001", true},
        {"gzip;q=0", false},
        {"gzip;q=0.0", false},
        {"gzip; q=0.000", false},
        {"gzip ;Q=0", false},
        {"*", true},
        {"*;q=0", false},
        {"gzip;q=0, *", false},
        {"*, gzip;q=0", false},
        {"*;q=0, gzip", true},
        {"identity", false},
        {"identity;q=0", false},
        {"br, deflate", false},
        {"gzip2, xgzip, gzi, gzip-x", false},
        {"gzip;q=1.5", false},
        {"gzip;q=0.1234", false},
        {"gzip;q=", false},
        {"gzip;q", false},
        {"gzip;level=9", false},
        {"gzip;q=x, gzip", true},
        {",,,", false},
        {", gzip", true},
        {"gzip,", true},
        {"gzip deflate", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        /* On the heap, so that a byte too many that is read is found. */
        char *copy = cases[i].header ? strdup(cases[i].header) : NULL;
        if (rr_accepts_gzip(copy) != cases[i].allows) fail_msg("%s", cases[i].header);
        free(copy);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_elements), cmocka_unit_test(test_gzip)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
