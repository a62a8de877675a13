/* SPDX-License-Identifier: Apache-2.0 */
/* The printf of the module: wasi-libc's writes to files, for which the module would have to import half an operating system.  What the code here
 * uses: %s with a precision, %u, %lu, %llu, %d, %ld, %lld and %%; anything else is a mistake, which traps. */
#include "web/module/printf.h"

#include <stdbool.h>
#include <string.h>

typedef struct sink {
    char *out;
    size_t size, len;
} sink;

static void put(sink *s, const char *bytes, size_t len) {
    for (size_t i = 0; i < len; i++, s->len++)
        if (s->len + 1 < s->size) s->out[s->len] = bytes[i];
}

static void put_number(sink *s, unsigned long long number, bool negative) {
    char digits[21];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    if (negative) digits[--at] = '-';
    put(s, digits + at, sizeof digits - at);
}

static size_t length_within(const char *string, size_t most) {
    size_t len = 0;
    while (len < most && string[len] != 0) len++;
    return len;
}

int rr_vsnprintf(char *out, size_t size, const char *format, va_list list) {
    sink s = {out, size, 0};
    for (const char *at = format; *at != 0; at++) {
        if (*at != '%') {
            put(&s, at, 1);
            continue;
        }
        size_t precision = (size_t)-1;
        unsigned longs = 0;
        at++;
        if (at[0] == '.' && at[1] == '*') {
            int given = va_arg(list, int);
            if (given >= 0) precision = (size_t)given;
            at += 2;
        } else if (at[0] == '.') {
            for (precision = 0, at++; *at >= '0' && *at <= '9'; at++) precision = 10 * precision + (size_t)(*at - '0');
        }
        for (; *at == 'l'; at++) longs++;
        if (*at == 's' && longs == 0) {
            const char *string = va_arg(list, const char *);
            put(&s, string, length_within(string, precision));
        } else if (*at == 'u' && precision == (size_t)-1) {
            put_number(&s,
                       longs == 0   ? va_arg(list, unsigned)
                       : longs == 1 ? va_arg(list, unsigned long)
                                    : va_arg(list, unsigned long long),
                       false);
        } else if (*at == 'd' && precision == (size_t)-1) {
            long long number = longs == 0 ? va_arg(list, int) : longs == 1 ? va_arg(list, long) : va_arg(list, long long);
            put_number(&s, number < 0 ? 0 - (unsigned long long)number : (unsigned long long)number, number < 0);
        } else if (*at == '%' && longs == 0) {
            put(&s, at, 1);
        } else {
            __builtin_trap();
        }
    }
    if (size > 0) out[s.len < size ? s.len : size - 1] = 0;
    return (int)s.len;
}

#ifdef __wasm__
/* In the place of wasi-libc's, which are not linked then. */
int vsnprintf(char *restrict out, size_t size, const char *restrict format, va_list list) {
    return rr_vsnprintf(out, size, format, list);
}

int snprintf(char *restrict out, size_t size, const char *restrict format, ...) {
    va_list list;
    va_start(list, format);
    int len = rr_vsnprintf(out, size, format, list);
    va_end(list);
    return len;
}
#endif
