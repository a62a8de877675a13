/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RR_WEB_PRINTF_H
#define RR_WEB_PRINTF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

/* As C's vsnprintf, for the few conversions that printf.c names. */
int rr_vsnprintf(char *out, size_t size, const char *format, va_list list) __attribute__((format(printf, 3, 0)));

#endif
