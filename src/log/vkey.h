/* SPDX-License-Identifier: Apache-2.0 */
/* Verifier keys inside text files; the contract of reading and writing them is in roundrobin/text.h. */
#ifndef RR_LOG_VKEY_H
#define RR_LOG_VKEY_H

#include "base/text.h"

/* Reads a vkey that stands in the reader's current line; a fault is reported with line and column.  One that only has no usable key is
 * taken, and the first such is put into *key_fault (roundrobin/roll.h says why). */
rr_status rr_reader_vkey(rr_reader *reader, rr_vkey *vkey, rr_error *key_fault, rr_text text, uint8_t type);

/* Has a text of well-formed UTF-8 a character with the Unicode property White_Space? */
bool rr_text_holds_white_space(rr_text text);

#endif
