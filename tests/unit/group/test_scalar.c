/* SPDX-License-Identifier: Apache-2.0 */
/* Scalars against libsodium, at random and at the edges; their digits. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <string.h>

#include "random.h"

static void assert_scalar(const rr_scalar *s, const uint8_t want[32]) {
    uint8_t got[32];
    rr_scalar_encode(got, s);
    assert_memory_equal(got, want, 32);
}

static void agrees_with_libsodium(void **state) {
    (void)state;
    uint8_t a_bytes[32], b_bytes[32], want[32], wide[64];
    rr_scalar a, b, r;
    for (int round = 0; round < 100000; round++) {
        random_scalar(&a);
        random_scalar(&b);
        rr_scalar_encode(a_bytes, &a);
        rr_scalar_encode(b_bytes, &b);
        crypto_core_ristretto255_scalar_add(want, a_bytes, b_bytes);
        rr_scalar_add(&r, &a, &b);
        assert_scalar(&r, want);
        crypto_core_ristretto255_scalar_sub(want, a_bytes, b_bytes);
        rr_scalar_sub(&r, &a, &b);
        assert_scalar(&r, want);
        crypto_core_ristretto255_scalar_negate(want, a_bytes);
        rr_scalar_neg(&r, &a);
        assert_scalar(&r, want);
        crypto_core_ristretto255_scalar_mul(want, a_bytes, b_bytes);
        rr_scalar_mul(&r, &a, &b);
        assert_scalar(&r, want);
        rr_scalar sum = a;
        rr_scalar_muladd(&sum, &a, &b);
        crypto_core_ristretto255_scalar_add(want, want, a_bytes);
        assert_scalar(&sum, want);
        randombytes_buf(wide, sizeof wide);
        if (round % 4 == 0) memset(wide + round % 64, 0xff, 64 - (size_t)(round % 64));
        crypto_core_ristretto255_scalar_reduce(want, wide);
        rr_scalar_reduce(&r, wide);
        assert_scalar(&r, want);
    }
}

/* Sums of up to 64 products of the largest scalars must not overflow. */
static void dot_products(void **state) {
    (void)state;
    rr_scalar a[RR_WIDE_TERMS], b[RR_WIDE_TERMS], got, want;
    for (int round = 0; round < 2000; round++) {
        unsigned count = round == 0 ? RR_WIDE_TERMS : randombytes_uniform(RR_WIDE_TERMS + 1);
        want = RR_SCALAR_ZERO;
        for (unsigned i = 0; i < count; i++) {
            random_scalar(&a[i]);
            random_scalar(&b[i]);
            if (round % 2 == 0) {
                rr_scalar_neg(&a[i], &RR_SCALAR_ONE);
                rr_scalar_neg(&b[i], &RR_SCALAR_ONE);
            }
            rr_scalar_muladd(&want, &a[i], &b[i]);
        }
        rr_scalar_dot(&got, a, b, count);
        rr_scalar_sub(&got, &got, &want);
        assert_true(rr_scalar_is_zero(&got));
    }
}

static void canonical_encodings(void **state) {
    (void)state;
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                      0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                      0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
    uint8_t bytes[32];
    rr_scalar s;
    memcpy(bytes, order, sizeof bytes);
    assert_false(rr_scalar_decode(&s, bytes));
    assert_true(rr_scalar_is_zero(&s));
    bytes[0]--;
    assert_true(rr_scalar_decode(&s, bytes));
    rr_scalar_add(&s, &s, &RR_SCALAR_ONE);
    assert_true(rr_scalar_is_zero(&s));
    bytes[0] += 2;
    assert_false(rr_scalar_decode(&s, bytes));
    memset(bytes, 0xff, sizeof bytes);
    assert_false(rr_scalar_decode(&s, bytes));
    memset(bytes, 0, sizeof bytes);
    assert_true(rr_scalar_decode(&s, bytes));
    for (int bit = 0; bit < 256; bit++) {
        memset(bytes, 0, sizeof bytes);
        bytes[bit / 8] = (uint8_t)(1 << bit % 8);
        assert_int_equal(rr_scalar_decode(&s, bytes) != 0, bit <= 252);
    }
}

static void inverses(void **state) {
    (void)state;
    rr_scalar a, inverse;
    for (int round = 0; round < 200; round++) {
        random_scalar(&a);
        if (rr_scalar_is_zero(&a)) continue;
        rr_scalar_invert_var(&inverse, &a);
        rr_scalar_mul(&a, &a, &inverse);
        rr_scalar_sub(&a, &a, &RR_SCALAR_ONE);
        assert_true(rr_scalar_is_zero(&a));
    }
}

/* Digits of either kind put the value together again, and keep their ranges. */
static void digits(void **state) {
    (void)state;
    for (int round = 0; round < 20000; round++) {
        rr_scalar a, value, digit, sixteen, two;
        int8_t e[64], naf[256];
        random_scalar(&a);
        rr_scalar_set_u32(&sixteen, 16);
        rr_scalar_set_u32(&two, 2);
        rr_scalar_digits16(e, &a);
        value = RR_SCALAR_ZERO;
        for (int i = 63; i >= 0; i--) {
            assert_in_range(e[i] + 8, 0, i == 63 ? 10 : 15);
            rr_scalar_mul(&value, &value, &sixteen);
            rr_scalar_set_u32(&digit, (uint32_t)(e[i] < 0 ? -e[i] : e[i]));
            e[i] < 0 ? rr_scalar_sub(&value, &value, &digit) : rr_scalar_add(&value, &value, &digit);
        }
        rr_scalar_sub(&value, &value, &a);
        assert_true(rr_scalar_is_zero(&value));

        rr_scalar_naf5_var(naf, &a);
        value = RR_SCALAR_ZERO;
        for (int i = 255; i >= 0; i--) {
            assert_true(naf[i] == 0 || (naf[i] % 2 != 0 && naf[i] >= -15 && naf[i] <= 15));
            rr_scalar_mul(&value, &value, &two);
            rr_scalar_set_u32(&digit, (uint32_t)(naf[i] < 0 ? -naf[i] : naf[i]));
            naf[i] < 0 ? rr_scalar_sub(&value, &value, &digit) : rr_scalar_add(&value, &value, &digit);
        }
        rr_scalar_sub(&value, &value, &a);
        assert_true(rr_scalar_is_zero(&value));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_libsodium),
        cmocka_unit_test(dot_products),
        cmocka_unit_test(canonical_encodings),
        cmocka_unit_test(inverses),
        cmocka_unit_test(digits),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
