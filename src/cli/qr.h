/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RR_CLI_QR_H
#define RR_CLI_QR_H

#include "cli/edition.h"

/* Appends an SVG picture of a QR code with this text, with its quiet zone; black on white whatever stands around it.  It holds no text.  Fails if the text is too
 * long for any QR code. */
void rr_build_qr(rr_builder *b, const char *text);

#endif
