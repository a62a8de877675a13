/* SPDX-License-Identifier: Apache-2.0 */
/* Two good petitions: a small one with few headers, and one that has every header. */
#ifndef RR_TESTS_PETITION_FIXTURE_H
#define RR_TESTS_PETITION_FIXTURE_H

#include "../roll/fixture.h"
#include "roundrobin/petition.h"

enum { TRUSTEES = 3, WITNESSES = 3 };

extern file small, large;
extern char *seal_points[TRUSTEES + 1]; /* f(j)*B in hex, f of degree 1 */
extern char *trustee_vkeys[TRUSTEES], *witness_vkeys[WITNESSES], *log_vkey, *directory_vkey;

int make_petitions(void **state);
int free_petitions(void **state);

/* Parses in exactly as much memory as the library asks for; the caller frees it. */
rr_status parse_petition(rr_petition *petition, rr_error *error, void **memory, const file *f);

/* f(j)*B for f = 11 + 7*j + square*j*j. */
void seal_point(uint8_t point[32], uint32_t j, uint32_t square);

#endif
