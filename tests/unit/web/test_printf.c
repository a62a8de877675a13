/* SPDX-License-Identifier: Apache-2.0 */
/* The module's printf against that of libc. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "web/module/printf.h"

static void compare(size_t size, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void compare(size_t size, const char *format, ...) {
    char own[128], theirs[128];
    va_list list;
    memset(own, '#', sizeof own);
    memset(theirs, '#', sizeof theirs);
    va_start(list, format);
    int a = rr_vsnprintf(own, size, format, list);
    va_end(list);
    va_start(list, format);
    int b = vsnprintf(theirs, size, format, list);
    va_end(list);
    assert_int_equal(a, b);
    assert_memory_equal(own, theirs, sizeof own);
}

static void as_libc(void **state) {
    (void)state;
    static const unsigned long long numbers[] = {0, 1, 9, 10, 99, INT_MAX, UINT_MAX, LLONG_MAX, ULLONG_MAX, 1234567890123ULL};
    for (size_t size = 0; size <= 64; size++) {
        compare(size, "plain, 100%%");
        compare(size, "%s and %.5s and %.300s", "a text", "cut off", "whole");
        compare(size, "%.*s%.*s", 3, "abcdef", -1, "whole");
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
            unsigned long long n = numbers[i];
            compare(size, "%u %lu %llu", (unsigned)n, (unsigned long)n, n);
            compare(size, "%d %ld %lld", (int)n, (long)n, (long long)n);
            compare(size, "%d %ld %lld", (int)(0 - n), (long)(0 - n), (long long)(0 - n));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_libc)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
