/* SPDX-License-Identifier: Apache-2.0 */
/* QR codes of key cards. */
#include "web/module/module.h"
#include "web/module/qr.h"

/* Bytes: the side, then one byte a module, row by row, 1 for dark.  RR_NO_SPACE: too long for any. */
RR_EXPORT(qr_code) rr_status rr_web_qr_code(const uint8_t *text, size_t len);
rr_status rr_web_qr_code(const uint8_t *text, size_t len) {
    static uint8_t code[1 + RR_QR_SIDE_MAX * RR_QR_SIDE_MAX];
    unsigned side;
    rr_status status = rr_qr_encode(code + 1, &side, text, len, RR_QR_ANY_MASK);
    if (status != RR_OK) return rr_web_fail(status, "qr", NULL);
    code[0] = (uint8_t)side;
    rr_web_output(code, 1 + (size_t)side * side);
    return RR_OK;
}
