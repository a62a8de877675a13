/* SPDX-License-Identifier: Apache-2.0 */
/* Who verifies the signatures of notes: libsodium, and in WebAssembly, where it is not, src/group (docs/adr/0010-ed25519-in-the-page.md). */
#ifndef RR_LOG_NOTE_ED25519_H
#define RR_LOG_NOTE_ED25519_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RR_ED25519_SIZE = 64 };

bool rr_note_ed25519_var(const uint8_t signature[RR_ED25519_SIZE], const uint8_t *message, size_t len, const uint8_t key[32]);

#endif
