/* SPDX-License-Identifier: Apache-2.0 */
/* QR codes against those of libqrencode: every version at its first and last length, module by module, with the mask that it has chosen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <qrencode.h>
#include <sodium.h>
#include <string.h>

#include "web/module/qr.h"

static uint8_t data[RR_QR_BYTES_MAX + 1], modules[RR_QR_SIDE_MAX * RR_QR_SIDE_MAX];

/* The mask stands in the format bits, beside the upper left finder: 5412 hidden under it. */
static int mask_of(const QRcode *code) {
    const uint8_t *row = code->data + 8 * code->width;
    unsigned bits = (row[2] & 1U) << 2 | (row[3] & 1U) << 1 | (row[4] & 1U);
    return (int)(bits ^ 0x5);
}

static int compare(size_t len) {
    unsigned side;
    QRcode *code = QRcode_encodeData((int)len, data, 0, QR_ECLEVEL_L);
    assert_non_null(code);
    int mask = mask_of(code);
    assert_int_equal(rr_qr_encode(modules, &side, data, len, mask), RR_OK);
    assert_int_equal(side, code->width);
    for (unsigned i = 0; i < side * side; i++)
        if (modules[i] != (code->data[i] & 1)) fail_msg("%zu bytes: module %u, %u is another", len, i % side, i / side);
    int version = code->version;
    QRcode_free(code);
    return version;
}

static void as_libqrencode(void **state) {
    (void)state;
    int before = 0, versions = 0;
    for (size_t len = 1; len <= RR_QR_BYTES_MAX; len++) {
        randombytes_buf(data, len);
        unsigned side;
        assert_int_equal(rr_qr_encode(modules, &side, data, len, 0), RR_OK);
        if ((int)side == before && len != RR_QR_BYTES_MAX) continue;
        /* The first length of a version, and the last one of that before it. */
        if (len > 1) (void)compare(len - 1);
        (void)compare(len);
        versions += (int)side != before;
        before = (int)side;
    }
    assert_int_equal(versions, 40);
    assert_int_equal(rr_qr_encode(modules, &(unsigned){0}, data, RR_QR_BYTES_MAX + 1, 0), RR_NO_SPACE);
}

/* Its own choice is one of the eight, and says so. */
static void chooses_a_mask(void **state) {
    (void)state;
    static uint8_t forced[RR_QR_SIDE_MAX * RR_QR_SIDE_MAX];
    for (int i = 0; i < 20; i++) {
        unsigned side, same = 0;
        size_t len = 1 + randombytes_uniform(600);
        randombytes_buf(data, len);
        assert_int_equal(rr_qr_encode(modules, &side, data, len, RR_QR_ANY_MASK), RR_OK);
        for (int mask = 0; mask < 8; mask++) {
            assert_int_equal(rr_qr_encode(forced, &side, data, len, mask), RR_OK);
            same += memcmp(forced, modules, (size_t)side * side) == 0;
        }
        assert_int_equal(same, 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_libqrencode), cmocka_unit_test(chooses_a_mask)};
    if (sodium_init() < 0) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
