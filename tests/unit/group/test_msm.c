/* SPDX-License-Identifier: Apache-2.0 */
/* Multiscalar multiplications against one another and against a plain sum, at every number of points where the method changes. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"

#define POINTS 9000

static rr_ge_niels points[POINTS];
static const rr_ge_niels *references[POINTS];
static rr_scalar scalars[POINTS];

static int make_points(void **state) {
    (void)state;
    rr_ge p;
    rr_ge_cached cached;
    random_point(&p);
    rr_ge_to_cached(&cached, &p);
    for (int i = 0; i < POINTS; i++) {
        rr_ge_to_niels(&points[i], &p);
        references[i] = &points[i];
        rr_ge_add(&p, &p, &cached);
        random_scalar(&scalars[i]);
    }
    return 0;
}

/* The points are p, 2p, 3p, ..., so the sum is one multiple of p. */
static void plain_sum(rr_ge *out, const rr_scalar *s, size_t count) {
    rr_scalar total = RR_SCALAR_ZERO, factor;
    for (size_t i = 0; i < count; i++) {
        rr_scalar_set_u32(&factor, (uint32_t)i + 1);
        rr_scalar_muladd(&total, &factor, &s[i]);
    }
    rr_msm_small_var(out, &total, references, 1);
}

static void check_buckets(size_t count) {
    void *scratch = malloc(rr_msm_scratch_size(count));
    rr_ge want, got;
    plain_sum(&want, scalars, count);
    rr_msm_var(&got, scalars, references, count, scratch);
    assert_true(rr_ge_equal(&want, &got));
    free(scratch);
}

static void buckets(void **state) {
    (void)state;
    for (size_t count = 0; count < 40; count++) check_buckets(count);
    for (size_t count = 40; count <= POINTS; count = count * 5 / 4) check_buckets(count);
    check_buckets(POINTS);
    size_t last = 0;
    for (size_t count = 0; count < 2000000; count = count * 9 / 8 + 1) {
        assert_true(rr_msm_scratch_size(count) >= last); /* a smaller batch fits where a larger one does */
        last = rr_msm_scratch_size(count);
    }
}

/* Every scalar at an edge: 0, 1, q - 1, powers of two. */
static void extreme_scalars(void **state) {
    (void)state;
    rr_scalar s[300];
    void *scratch = malloc(rr_msm_scratch_size(300) + rr_msm_ct_scratch_size(1));
    rr_ge want, got;
    for (int i = 0; i < 300; i++) {
        uint8_t bytes[32] = {0};
        if (i < 253) bytes[i / 8] = (uint8_t)(1 << i % 8);
        rr_scalar_decode(&s[i], bytes);
        if (i > 260) rr_scalar_neg(&s[i], &RR_SCALAR_ONE);
    }
    plain_sum(&want, s, 300);
    rr_msm_var(&got, s, references, 300, scratch);
    assert_true(rr_ge_equal(&want, &got));
    rr_msm_ct(&got, 1, s, 300, points, 300, scratch);
    assert_true(rr_ge_equal(&want, &got));
    for (int at = 0; at < 300; at += 60) {
        rr_ge small;
        rr_msm_small_var(&small, s + at, references + at, 60);
        rr_msm_var(&got, s + at, references + at, 60, scratch);
        assert_true(rr_ge_equal(&small, &got));
    }
    free(scratch);
}

static void straus(void **state) {
    (void)state;
    rr_ge want, got;
    for (size_t count = 0; count <= RR_MSM_SMALL; count++) {
        plain_sum(&want, scalars, count);
        rr_msm_small_var(&got, scalars, references, count);
        assert_true(rr_ge_equal(&want, &got));
    }
}

/* Several products, with rows further apart than they are long, around the block size. */
static void constant_time(void **state) {
    (void)state;
    static const size_t counts[] = {0, 1, 2, 31, 32, 33, 63, 64, 65, 200};
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        for (unsigned products = 1; products <= RR_MSM_CT_PRODUCTS; products++) {
            void *scratch = malloc(rr_msm_ct_scratch_size(products));
            rr_ge got[RR_MSM_CT_PRODUCTS], want;
            rr_msm_ct(got, products, scalars, 211, points, counts[c], scratch);
            for (unsigned t = 0; t < products; t++) {
                plain_sum(&want, scalars + 211 * t, counts[c]);
                assert_true(rr_ge_equal(&want, &got[t]));
            }
            static const uint8_t zeros[64] = {0};
            assert_memory_equal(scratch, zeros, sizeof zeros); /* left wiped */
            free(scratch);
        }
    }
    for (size_t count = 0; count <= RR_MSM_CT_FEW; count++) {
        rr_ge got, want;
        plain_sum(&want, scalars, count);
        rr_msm_ct_few(&got, scalars, points, count);
        assert_true(rr_ge_equal(&want, &got));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets),
        cmocka_unit_test(extreme_scalars),
        cmocka_unit_test(straus),
        cmocka_unit_test(constant_time),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, make_points, NULL);
}
