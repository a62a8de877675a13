/* SPDX-License-Identifier: Apache-2.0 */
/* QR codes (ISO/IEC 18004:2015) of bytes, error correction level L. */
#ifndef RR_WEB_QR_H
#define RR_WEB_QR_H

#include "roundrobin/types.h"

enum {
    RR_QR_SIDE_MAX = 177, /* modules */
    RR_QR_BYTES_MAX = 2953,
    RR_QR_ANY_MASK = -1
};

/* The smallest code of these bytes: side * side modules, row by row, 1 for dark, without the quiet zone of four.  `mask` is 0 to 7, or RR_QR_ANY_MASK for
 * the one that reads best.  RR_NO_SPACE: more than RR_QR_BYTES_MAX bytes. */
rr_status rr_qr_encode(uint8_t modules[RR_QR_SIDE_MAX * RR_QR_SIDE_MAX], unsigned *side, const uint8_t *data, size_t len,
                       int mask);

#endif
