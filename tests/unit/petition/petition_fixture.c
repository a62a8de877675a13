/* SPDX-License-Identifier: Apache-2.0 */
#include "petition_fixture.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"

#define ROLL "1111111111111111111111111111111111111111111111111111111111111111"

file small, large;
char *seal_points[TRUSTEES + 1], *trustee_vkeys[TRUSTEES], *witness_vkeys[WITNESSES], *log_vkey, *directory_vkey;
static rr_params *params;

void seal_point(uint8_t point[32], uint32_t j, uint32_t square) {
    uint8_t scalar[32] = {0};
    rr_store32_le(scalar, 11 + 7 * j + square * j * j);
    assert_int_equal(crypto_scalarmult_ristretto255_base(point, scalar), 0);
}

int make_petitions(void **state) {
    (void)state;
    void *memory = malloc(rr_params_size());
    assert_int_equal(rr_params_init(&params, memory, rr_params_size()), RR_OK);
    for (uint32_t j = 0; j <= TRUSTEES; j++) {
        uint8_t point[32];
        char name[32];
        seal_point(point, j, 0);
        seal_points[j] = made_hex(point, sizeof point);
        if (j == 0) continue;
        snprintf(name, sizeof name, "trustee%u.example", j);
        trustee_vkeys[j - 1] = made_vkey(name, RR_VKEY_ED25519, j);
        snprintf(name, sizeof name, "witness%u.example", j);
        witness_vkeys[j - 1] = made_vkey(name, RR_VKEY_COSIGNATURE, 100 + j);
    }
    log_vkey = made_vkey("example.org/p1", RR_VKEY_ED25519, 50);
    directory_vkey = made_vkey("example.org", RR_VKEY_ED25519, 51);
    small = file_of("round-robin petition v1\n"      /* 1 */
                    "Title: On the bridge\n"         /* 2 */
                    "To: The Council\n"              /* 3 */
                    "From: Members: some\n"          /* 4 */
                    "Roll: " ROLL " 412\n"           /* 5 */
                    "Ring: 512\n"                    /* 6 */
                    "Ring-Minimum: 16\n"             /* 7 */
                    "Count-By: none\n"               /* 8 */
                    "Modes: anonymous named\n"       /* 9 */
                    "Goal: 30\n"                     /* 10 */
                    "Opens: 2026-12-01T08:00:00Z\n"  /* 11 */
                    "Closes: 2026-12-08T20:00:00Z\n" /* 12 */
                    "Log: %s\n"                      /* 13 */
                    "Directory: %s\n"                /* 14 */
                    "Witnesses: 0\n"                 /* 15 */
                    "\n"                             /* 16 */
                    "We ask for a *bridge*.\n",      /* 17 */
                    log_vkey, directory_vkey);
    large = file_of("round-robin petition v1\n" /* 1 */
                    "Title: F\xc3\xbcr eine Br\xc3\xbc"
                    "cke\n"                                                             /* 2 */
                    "To: The Commission\n"                                              /* 3 */
                    "From: The organisers\n"                                            /* 4 */
                    "Roll: " ROLL " 1000000\n"                                          /* 5 */
                    "Ring: 1024\n"                                                      /* 6 */
                    "Ring-Minimum: 64\n"                                                /* 7 */
                    "Count-By: class\n"                                                 /* 8 */
                    "Modes: anonymous sealed named\n"                                   /* 9 */
                    "Seal-Key: %s\n"                                                    /* 10 */
                    "Seal-Threshold: 30\n"                                              /* 11 */
                    "Seal-Expires: 2027-02-01T00:00:00Z\n"                              /* 12 */
                    "Trustees: 2\n"                                                     /* 13 */
                    "Trustee: 1 %s %s\nTrustee: 2 %s %s\nTrustee: 3 %s %s\n"            /* 14 to 16 */
                    "Goal: 1000\n"                                                      /* 17 */
                    "Goal-Classes: 2\n"                                                 /* 18 */
                    "Goal-Class: 100 AT\nGoal-Class: 200 BE west\nGoal-Class: 300 DE\n" /* 19 to 21 */
                    "Opens: 2026-12-01T08:00:00Z\n"                                     /* 22 */
                    "Closes: 2027-01-01T00:00:00Z\n"                                    /* 23 */
                    "Log: %s\n"                                                         /* 24 */
                    "Directory: %s\n"                                                   /* 25 */
                    "Witnesses: 2\n"                                                    /* 26 */
                    "Witness: %s\nWitness: %s\nWitness: %s\n"                           /* 27 to 29 */
                    "\n"                                                                /* 30 */
                    "# Text\n\n- one\n\ttwo\n",                                         /* 31 to 34 */
                    seal_points[0], seal_points[1], trustee_vkeys[0], seal_points[2], trustee_vkeys[1], seal_points[3],
                    trustee_vkeys[2], log_vkey, directory_vkey, witness_vkeys[0], witness_vkeys[1], witness_vkeys[2]);
    return 0;
}

int free_petitions(void **state) {
    (void)state;
    free(small.text);
    free(large.text);
    free(log_vkey);
    free(directory_vkey);
    free(params);
    for (int i = 0; i <= TRUSTEES; i++) free(seal_points[i]);
    for (int i = 0; i < TRUSTEES; i++) free(trustee_vkeys[i]);
    for (int i = 0; i < WITNESSES; i++) free(witness_vkeys[i]);
    return 0;
}

rr_status parse_petition(rr_petition *petition, rr_error *error, void **memory, const file *f) {
    size_t size = rr_petition_size(f->text, f->len);
    *memory = malloc(size == 0 ? 1 : size);
    assert_non_null(*memory);
    return rr_petition_parse(params, petition, error, *memory, size, f->text, f->len);
}
