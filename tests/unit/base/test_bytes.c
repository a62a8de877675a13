/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/bytes.h"
#include "base/ct.h"
#include "base/sort.h"
#include "roundrobin/types.h"

static void integers_go_both_ways(void **state) {
    (void)state;
    const uint8_t bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint8_t out[8];
    assert_int_equal(rr_load32_le(bytes), 0x04030201);
    assert_int_equal(rr_load32_be(bytes), 0x01020304);
    assert_true(rr_load64_le(bytes) == 0x0807060504030201);
    assert_true(rr_load64_be(bytes) == 0x0102030405060708);
    rr_store16_le(out, 0x0201);
    assert_memory_equal(out, bytes, 2);
    rr_store32_le(out, 0x04030201);
    assert_memory_equal(out, bytes, 4);
    rr_store32_be(out, 0x01020304);
    assert_memory_equal(out, bytes, 4);
    rr_store64_le(out, 0x0807060504030201);
    assert_memory_equal(out, bytes, 8);
    rr_store64_be(out, 0x0102030405060708);
    assert_memory_equal(out, bytes, 8);
}

static void hex_goes_both_ways(void **state) {
    (void)state;
    uint8_t bytes[256], back[256];
    char hex[513];
    for (int i = 0; i < 256; i++) bytes[i] = (uint8_t)i;
    rr_hex(hex, bytes, sizeof bytes);
    assert_int_equal(strlen(hex), 512);
    assert_memory_equal(hex, "000102030405060708090a0b0c0d0e0f10", 34);
    assert_true(rr_unhex(back, sizeof back, hex, 512));
    assert_memory_equal(back, bytes, sizeof bytes);
}

static void hex_of_another_form_is_refused(void **state) {
    (void)state;
    uint8_t bytes[2];
    assert_true(rr_unhex(bytes, 2, "09af", 4));
    assert_false(rr_unhex(bytes, 2, "09a", 3));
    assert_false(rr_unhex(bytes, 2, "09af0", 5));
    for (size_t at = 0; at < 4; at++) {
        for (int c = 0; c < 256; c++) {
            char text[] = "0000";
            text[at] = (char)c;
            bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            assert_int_equal(rr_unhex(bytes, 2, text, 4), digit);
        }
    }
}

static void masks_are_all_or_nothing(void **state) {
    (void)state;
    const uint64_t values[] = {0, 1, 2, 0x80, (uint64_t)1 << 32, (uint64_t)1 << 63, UINT64_MAX};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        assert_true(rr_ct_is_zero(values[i]) == (values[i] == 0 ? UINT64_MAX : 0));
        for (size_t j = 0; j < sizeof values / sizeof *values; j++) {
            assert_true(rr_ct_equal(values[i], values[j]) == (i == j ? UINT64_MAX : 0));
        }
    }
    uint8_t a[32], b[32], to[32];
    randombytes_buf(a, sizeof a);
    memcpy(b, a, sizeof b);
    assert_true(rr_ct_equal_bytes(a, b, 32) == UINT64_MAX);
    for (int bit = 0; bit < 256; bit++) {
        b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_true(rr_ct_equal_bytes(a, b, 32) == 0);
        memcpy(to, a, sizeof to);
        rr_ct_copy_if(0, to, b, 32);
        assert_memory_equal(to, a, 32);
        rr_ct_copy_if(UINT64_MAX, to, b, 32);
        assert_memory_equal(to, b, 32);
        b[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void wiping_stays_within_its_bounds(void **state) {
    (void)state;
    uint8_t bytes[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    rr_wipe(bytes + 2, 4);
    assert_memory_equal(bytes, ((const uint8_t[]){1, 1, 0, 0, 0, 0, 1, 1}), 8);
    rr_wipe(NULL, 0);
}

static void every_status_has_its_own_text(void **state) {
    (void)state;
    for (int s = RR_OK; s <= RR_UNSUPPORTED + 1; s++) {
        const char *text = rr_status_text((rr_status)s);
        assert_true(strlen(text) > 0 && text[strlen(text) - 1] != '.');
        for (int earlier = RR_OK; earlier < s; earlier++) assert_string_not_equal(text, rr_status_text((rr_status)earlier));
    }
}

static int by_key(const void *context, uint32_t a, uint32_t b) {
    const uint8_t *keys = context;
    return (int)keys[a] - (int)keys[b];
}

static void sorting_is_right_and_stable(void **state) {
    (void)state;
    uint8_t keys[300];
    uint32_t items[300], scratch[300];
    for (size_t count = 0; count <= 300; count++) {
        for (uint32_t i = 0; i < count; i++) {
            keys[i] = (uint8_t)randombytes_uniform(20);
            items[i] = i;
        }
        rr_sort_indices(items, scratch, count, by_key, keys);
        bool seen[300] = {false};
        for (size_t i = 0; i < count; i++) {
            assert_false(seen[items[i]]);
            seen[items[i]] = true;
            if (i == 0) continue;
            int order = by_key(keys, items[i - 1], items[i]);
            assert_true(order < 0 || (order == 0 && items[i - 1] < items[i]));
        }
    }
}

int main(void) {
    if (sodium_init() < 0) return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_go_both_ways),          cmocka_unit_test(hex_goes_both_ways),
        cmocka_unit_test(hex_of_another_form_is_refused), cmocka_unit_test(masks_are_all_or_nothing),
        cmocka_unit_test(wiping_stays_within_its_bounds), cmocka_unit_test(every_status_has_its_own_text),
        cmocka_unit_test(sorting_is_right_and_stable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
