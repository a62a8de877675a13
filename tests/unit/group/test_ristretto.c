/* SPDX-License-Identifier: Apache-2.0 */
/* ristretto255 against RFC 9496 and, at random, against libsodium. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <string.h>

#include "base/bytes.h"
#include "base/sha2.h"
#include "group/msm.h"
#include "random.h"
#include "rfc9496.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void from_hex(uint8_t *bytes, size_t len, const char *hex) {
    assert_true(rr_unhex(bytes, len, hex, strlen(hex)));
}

static void assert_encodes(const rr_ge *p, const char *hex) {
    uint8_t got[32], want[32];
    from_hex(want, sizeof want, hex);
    rr_ge_encode(got, p);
    assert_memory_equal(got, want, sizeof want);
}

static void multiples_of_the_generator(void **state) {
    (void)state;
    rr_ge p = RR_GE_IDENTITY, decoded;
    rr_ge_cached base;
    rr_ge_to_cached(&base, &RR_GE_BASE);
    assert_int_equal(COUNT(rfc9496_multiples), 16);
    for (size_t i = 0; i < COUNT(rfc9496_multiples); i++) {
        uint8_t bytes[32];
        assert_encodes(&p, rfc9496_multiples[i]);
        from_hex(bytes, sizeof bytes, rfc9496_multiples[i]);
        assert_true(rr_ge_decode_var(&decoded, bytes));
        assert_true(rr_ge_equal(&decoded, &p));
        assert_int_equal(rr_ge_is_identity(&decoded) != 0, i == 0);
        rr_ge_add(&p, &p, &base);
    }
}

static void bad_encodings(void **state) {
    (void)state;
    rr_ge p;
    assert_int_equal(COUNT(rfc9496_bad_encodings), 29);
    for (size_t i = 0; i < COUNT(rfc9496_bad_encodings); i++) {
        uint8_t bytes[32];
        from_hex(bytes, sizeof bytes, rfc9496_bad_encodings[i]);
        assert_false(rr_ge_decode_var(&p, bytes));
    }
}

static void one_way_map(void **state) {
    (void)state;
    rr_ge p;
    uint8_t uniform[64];
    for (size_t i = 0; i < COUNT(rfc9496_maps); i++) {
        rr_sha512_of(uniform, rfc9496_maps[i].label, strlen(rfc9496_maps[i].label));
        rr_ge_from_uniform(&p, uniform);
        assert_encodes(&p, rfc9496_maps[i].element);
    }
    for (size_t i = 0; i < COUNT(rfc9496_equal_inputs); i++) {
        from_hex(uniform, sizeof uniform, rfc9496_equal_inputs[i]);
        rr_ge_from_uniform(&p, uniform);
        assert_encodes(&p, rfc9496_equal_element);
    }
}

/* 25,000 rounds of four operations: map, add, subtract, multiply; and of decoding arbitrary bytes. */
static void agrees_with_libsodium(void **state) {
    (void)state;
    uint8_t p_bytes[32], q_bytes[32], want[32], got[32], uniform[64], s_bytes[32];
    rr_ge p, q, r;
    rr_ge_cached cached;
    rr_ge_niels niels;
    random_point(&p);
    rr_ge_encode(p_bytes, &p);
    for (int round = 0; round < 25000; round++) {
        randombytes_buf(uniform, sizeof uniform);
        assert_int_equal(crypto_core_ristretto255_from_hash(q_bytes, uniform), 0);
        rr_ge_from_uniform(&q, uniform);
        rr_ge_encode(got, &q);
        assert_memory_equal(got, q_bytes, 32);

        assert_true(rr_ge_decode_var(&r, q_bytes));
        assert_true(rr_ge_equal(&q, &r));
        rr_ge_to_cached(&cached, &q);
        rr_ge_to_niels_affine(&niels, &r);

        assert_int_equal(crypto_core_ristretto255_add(want, p_bytes, q_bytes), 0);
        rr_ge_add(&r, &p, &cached);
        rr_ge_encode(got, &r);
        assert_memory_equal(got, want, 32);
        rr_ge_add_niels(&r, &p, &niels);
        rr_ge_encode(got, &r);
        assert_memory_equal(got, want, 32);

        assert_int_equal(crypto_core_ristretto255_sub(want, p_bytes, q_bytes), 0);
        rr_ge_sub(&r, &p, &cached);
        rr_ge_encode(got, &r);
        assert_memory_equal(got, want, 32);
        rr_ge_sub_niels(&r, &p, &niels);
        rr_ge_encode(got, &r);
        assert_memory_equal(got, want, 32);

        rr_scalar s;
        random_scalar(&s);
        rr_scalar_encode(s_bytes, &s);
        if (!rr_scalar_is_zero(&s)) {
            const rr_ge_niels *point = &niels;
            assert_int_equal(crypto_scalarmult_ristretto255(want, s_bytes, q_bytes), 0);
            if (round % 2 == 0) {
                rr_msm_ct_few(&r, &s, &niels, 1);
            } else {
                rr_msm_small_var(&r, &s, &point, 1);
            }
            rr_ge_encode(got, &r);
            assert_memory_equal(got, want, 32);
        }
        p = r;
        memcpy(p_bytes, got, 32);

        randombytes_buf(uniform, 32);
        uniform[0] &= 0xfe;
        uniform[31] &= 0x7f;
        assert_int_equal(rr_ge_decode_var(&r, uniform), crypto_core_ristretto255_is_valid_point(uniform));
    }
}

/* Adding a point of 4-torsion changes the Edwards point, not the element. */
static void torsion_is_invisible(void **state) {
    (void)state;
    rr_ge p, four = RR_GE_IDENTITY, moved;
    uint8_t a[32], b[32];
    /* (i, 0) has order 4: X = sqrt(-1), Y = 0, Z = 1, T = 0 */
    rr_fe i = RR_FE_CONST(0xc4ee1b274a0ea0b0ULL, 0x2f431806ad2fe478ULL, 0x2b4d00993dfbd7a7ULL, 0x2b8324804fc1df0bULL);
    four.X = i;
    four.Y = RR_FE_ZERO;
    rr_ge_cached cached;
    rr_ge_to_cached(&cached, &four);
    for (int round = 0; round < 100; round++) {
        random_point(&p);
        rr_ge_encode(a, &p);
        moved = p;
        for (int k = 0; k < 4; k++) {
            rr_ge_add(&moved, &moved, &cached);
            rr_ge_encode(b, &moved);
            assert_memory_equal(a, b, 32);
            assert_true(rr_ge_equal(&p, &moved));
        }
    }
    moved = RR_GE_IDENTITY;
    for (int k = 0; k < 4; k++) {
        rr_ge_add(&moved, &moved, &cached);
        assert_true(rr_ge_is_identity(&moved));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(multiples_of_the_generator), cmocka_unit_test(bad_encodings),        cmocka_unit_test(one_way_map),
        cmocka_unit_test(agrees_with_libsodium),      cmocka_unit_test(torsion_is_invisible),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
