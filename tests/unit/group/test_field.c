/* SPDX-License-Identifier: Apache-2.0 */
/* The field at its edges: values near 0 and p, limbs at the largest magnitude, and the laws that tie the functions together. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <string.h>

#include "group/field.h"

/* Random, or near 0, p, 2^255 or a limb's edge. */
static void random_fe(rr_fe *a) {
    uint8_t bytes[32];
    randombytes_buf(bytes, sizeof bytes);
    switch (randombytes_uniform(8)) {
    case 0: memset(bytes + 1, 0, 31); break;
    case 1: memset(bytes + 1, 0xff, 31); break; /* around p: 2^255 - 256 and above */
    case 2: memset(bytes, 0xff, 32), bytes[randombytes_uniform(32)] = 0; break;
    case 3: memset(bytes, 0, 32), bytes[randombytes_uniform(32)] = 0xff; break;
    }
    rr_fe_decode(a, bytes);
    if (randombytes_uniform(2) == 0) rr_fe_mul(a, a, &RR_FE_ONE);
}

static void assert_fe(const rr_fe *a, const rr_fe *b) {
    assert_true(rr_fe_equal(a, b));
}

/* a, grown to the largest magnitude that a product takes. */
static void grow(rr_fe *wide, const rr_fe *a) {
    *wide = *a;
#ifdef RR_FIELD_25
    int times = 2; /* from magnitude 2 to 6 */
#else
    int times = 7;
#endif
    for (int i = 0; i < times; i++) rr_fe_add(wide, wide, a);
}

static void ring_laws(void **state) {
    (void)state;
    for (int round = 0; round < 50000; round++) {
        rr_fe a, b, c, l, r, t, u;
        random_fe(&a);
        random_fe(&b);
        random_fe(&c);
        rr_fe_add(&t, &b, &c);
        rr_fe_mul(&l, &a, &t);
        rr_fe_mul(&t, &a, &b);
        rr_fe_mul(&u, &a, &c);
        rr_fe_add(&r, &t, &u);
        assert_fe(&l, &r); /* a(b + c) = ab + ac */
        rr_fe_sub(&t, &a, &b);
        rr_fe_add(&u, &a, &b);
        rr_fe_mul(&l, &t, &u);
        rr_fe_sqr(&t, &a);
        rr_fe_sqr(&u, &b);
        rr_fe_sub(&r, &t, &u);
        assert_fe(&l, &r); /* (a - b)(a + b) = a^2 - b^2 */
        rr_fe_mul(&l, &a, &a);
        assert_fe(&l, &t);
    }
}

static void largest_magnitudes(void **state) {
    (void)state;
    for (int round = 0; round < 20000; round++) {
        rr_fe a, b, wide_a, wide_b, l, r;
        random_fe(&a);
        random_fe(&b);
        grow(&wide_a, &a);
        grow(&wide_b, &b);
        rr_fe_mul(&l, &wide_a, &wide_b);
        rr_fe_mul(&wide_a, &wide_a, &RR_FE_ONE);
        rr_fe_mul(&wide_b, &wide_b, &RR_FE_ONE);
        rr_fe_mul(&r, &wide_a, &wide_b);
        assert_fe(&l, &r);
        grow(&wide_a, &a);
        rr_fe_sqr(&l, &wide_a);
        rr_fe_mul(&r, &wide_a, &wide_a);
        assert_fe(&l, &r);
    }
}

/* Encoding is canonical: below p, the same for a and a + p. */
static void encodings(void **state) {
    (void)state;
    static const uint8_t p[32] = {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
    uint8_t bytes[32], got[32];
    for (int low = 0; low < 256; low++) {
        rr_fe a;
        memcpy(bytes, p, sizeof bytes);
        bytes[0] = (uint8_t)low;
        rr_fe_decode(&a, bytes);
        rr_fe_encode(got, &a);
        if (low >= 0xed) {
            memset(bytes, 0, sizeof bytes);
            bytes[0] = (uint8_t)(low - 0xed);
        }
        assert_memory_equal(got, bytes, 32);
        assert_int_equal(rr_fe_is_zero(&a) != 0, low == 0xed);
        rr_fe negative, sum;
        rr_fe_neg(&negative, &a);
        rr_fe_add(&sum, &a, &negative);
        assert_true(rr_fe_is_zero(&sum));
    }
}

static void inverses_and_roots(void **state) {
    (void)state;
    int squares = 0;
    for (int round = 0; round < 2000; round++) {
        rr_fe a, b, inverse, product, root, check;
        random_fe(&a);
        random_fe(&b);
        rr_fe_invert(&inverse, &a);
        rr_fe_mul(&product, &inverse, &a);
        assert_true(rr_fe_is_zero(&a) ? rr_fe_is_zero(&product) : rr_fe_equal(&product, &RR_FE_ONE));
        if (rr_fe_is_zero(&a) || rr_fe_is_zero(&b)) continue;
        uint64_t was_square = rr_fe_sqrt_ratio_m1(&root, &a, &b);
        assert_false(rr_fe_is_negative(&root));
        rr_fe_sqr(&check, &root);
        rr_fe_mul(&check, &check, &b);
        if (was_square) {
            assert_fe(&check, &a);
            squares++;
        } else {
            assert_true(!rr_fe_equal(&check, &a));
            rr_fe_sqr(&check, &check);
            rr_fe_sqr(&product, &a);
            rr_fe_add(&check, &check, &product);
            assert_true(rr_fe_is_zero(&check)); /* (v r^2)^2 = -u^2 */
        }
    }
    assert_in_range(squares, 700, 1300);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ring_laws),
        cmocka_unit_test(largest_magnitudes),
        cmocka_unit_test(encodings),
        cmocka_unit_test(inverses_and_roots),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
