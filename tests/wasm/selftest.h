/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RR_TESTS_SELFTEST_H
#define RR_TESTS_SELFTEST_H

#include <stdint.h>

/* Signs and verifies in every way, with numbers that are always the same.  0, or the line of selftest.c that failed. */
int selftest(void);
/* The SHA-512 of all that was signed. */
extern uint8_t selftest_digest[64];

#endif
