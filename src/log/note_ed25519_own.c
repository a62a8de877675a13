/* SPDX-License-Identifier: Apache-2.0 */
#include "group/ed25519.h"
#include "log/note_ed25519.h"

bool rr_note_ed25519_var(const uint8_t signature[RR_ED25519_SIZE], const uint8_t *message, size_t len, const uint8_t key[32]) {
    return rr_ed25519_verify_var(signature, message, len, key);
}
