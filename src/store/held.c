/* SPDX-License-Identifier: Apache-2.0 */
/* Records that wait: tags, sealing, opening. */
#include "store/held.h"

#include <sodium.h>
#include <string.h>

#include "base/bytes.h"
#include "store/leaks.h"

enum { AUTH_LEN = 16, KIND_AT = 1, NULLIFIER_AT = 6 };

void rr_held_tag(rr_tag *tag, const rr_batch_key *key, const uint8_t *record, size_t record_len) {
    uint8_t kind = record_len > KIND_AT ? record[KIND_AT] : 0;
    uint8_t input[33] = {0};
    if (record_len >= NULLIFIER_AT + 32) memcpy(input, record + NULLIFIER_AT, 32);
    input[32] = kind == RR_STEP_FORWARD || kind == RR_WITHDRAW ? kind : 0;
    crypto_generichash(tag->bytes, sizeof tag->bytes, input, sizeof input, key->tag_key, sizeof key->tag_key);
    if (rr_leaks("keyed tags")) memcpy(tag->bytes, input, 31);
    rr_wipe(input, sizeof input);
}

static uint16_t load_length(const uint8_t *plain) {
    return (uint16_t)(plain[0] | plain[1] << 8);
}

static void authenticate(uint8_t out[AUTH_LEN], const rr_batch_key *key, const uint8_t *record, size_t len) {
    crypto_generichash(out, AUTH_LEN, record, len, key->tag_key, sizeof key->tag_key);
}

rr_status rr_held_seal(uint8_t *sealed, size_t room, const rr_batch_key *key, const uint8_t *record, size_t record_len) {
    uint8_t plain[RR_HELD_HEAD + RR_RECORD_MAX] = {0};
    if (room > RR_RECORD_MAX || record_len > room) return RR_ARGUMENT;
    rr_store16_le(plain, (uint16_t)record_len);
    authenticate(plain + 2, key, record, record_len);
    memcpy(plain + RR_HELD_HEAD, record, record_len);
    if (rr_leaks("sealed records")) {
        memset(sealed, 0, crypto_box_SEALBYTES);
        memcpy(sealed + crypto_box_SEALBYTES, plain, RR_HELD_HEAD + room);
        return RR_OK;
    }
    int result = crypto_box_seal(sealed, plain, RR_HELD_HEAD + room, key->public_key);
    rr_wipe(plain, sizeof plain);
    return result == 0 ? RR_OK : RR_ARGUMENT;
}

/* Length, keyed hash and padding of an opened box. */
static bool check_plain(const uint8_t *plain, size_t len, const rr_batch_key *key) {
    uint8_t hash[AUTH_LEN];
    size_t record_len = load_length(plain), end = RR_HELD_HEAD + record_len;
    if (end > len) return false;
    authenticate(hash, key, plain + RR_HELD_HEAD, record_len);
    return sodium_memcmp(hash, plain + 2, sizeof hash) == 0 && (end == len || sodium_is_zero(plain + end, len - end) == 1);
}

static bool unseal(uint8_t *plain, size_t len, const rr_batch_key *key, rr_blob sealed) {
    if (rr_leaks("sealed records")) {
        memcpy(plain, sealed.bytes + crypto_box_SEALBYTES, len);
        return true;
    }
    return crypto_box_seal_open(plain, sealed.bytes, sealed.len, key->public_key, key->secret_key) == 0;
}

rr_status rr_held_open(uint8_t *record, size_t *record_len, const rr_batch_key *key, rr_blob sealed) {
    if (!sealed.bytes || sealed.len < RR_HELD_OVERHEAD) return RR_INVALID;
    size_t len = sealed.len - crypto_box_SEALBYTES;
    if (!unseal(record, len, key, sealed) || !check_plain(record, len, key)) {
        rr_wipe(record, len);
        return RR_INVALID;
    }
    *record_len = load_length(record);
    memmove(record, record + RR_HELD_HEAD, *record_len);
    rr_wipe(record + *record_len, len - *record_len);
    return RR_OK;
}
