/* SPDX-License-Identifier: Apache-2.0 */
/* What is encrypted in a key card (docs/spec/keycard.md).  Its size depends on the book's number of slots s alone:
 *
 *     offset  size
 *          0    16  "round-robin card"
 *         16     1  version = 1
 *         17     1  s, 1 ... 64
 *         18     1  length of the member, 1 ... 64
 *         19     1  length of the name, 1 ... 255
 *         20     4  edition, LE32, not 0
 *         24    32  Roll-Id
 *         56    32  salt
 *         88    64  member, then zeros
 *        152   256  name in UTF-8, then zeros
 *        408   64s  k ‖ r of each slot, in order; zeros where the slot was used
 */
#ifndef RR_ROLL_KEYCARD_PLAIN_H
#define RR_ROLL_KEYCARD_PLAIN_H

#include "roundrobin/keycard.h"

enum { RR_KEYCARD_HEAD_SIZE = 408, RR_KEYCARD_PLAIN_MAX = RR_KEYCARD_HEAD_SIZE + 64 * RR_KEYCARD_SLOTS_MAX };

/* SECRET bytes.  Constant-time in the slots but for which of them are used.  RR_ARGUMENT: the card breaks a rule. */
rr_status rr_keycard_encode(uint8_t plain[RR_KEYCARD_PLAIN_MAX], size_t *plain_len, const rr_keycard *card);
/* RR_MALFORMED, with the rule. */
rr_status rr_keycard_decode(rr_keycard *card, const char **why, const uint8_t *plain, size_t plain_len);

/* Passphrases and codes: groups of four characters of the alphabet with hyphens between them, and a terminator: 5 * groups bytes. */
extern const char RR_GROUPS_ALPHABET[33];
/* Random ones.  RR_RANDOM. */
rr_status rr_groups_new(char *text, size_t groups, const rr_random *random);
/* Reads them in any spelling (docs/spec/keycard.md).  False: it has another form, and `text` is wiped. */
bool rr_groups_read(char *text, size_t groups, const char *typed);

#endif
