/* SPDX-License-Identifier: Apache-2.0 */
#include "roll/keycard_plain.h"

#include <string.h>

#include "base/bytes.h"
#include "base/ct.h"
#include "base/text.h"
#include "group/scalar.h"
#include "roundrobin/proof.h"

static const char MAGIC[16] = {'r', 'o', 'u', 'n', 'd', '-', 'r', 'o', 'b', 'i', 'n', ' ', 'c', 'a', 'r', 'd'};
enum { VERSION = 1, MEMBER_AT = 88, NAME_AT = 152 };

/* ---- the card ---- */

static uint64_t is_used(const rr_secret *slot) {
    uint8_t any = 0;
    for (size_t i = 0; i < 32; i++) any |= slot->k[i] | slot->r[i];
    return rr_ct_is_zero(any);
}

static const char *name_fault(rr_text name) {
    size_t offset;
    if (name.len == 0 || name.len > RR_KEYCARD_NAME_MAX) return "a name has 1 to 255 bytes";
    if (rr_text_is_padded(name)) return "a name has no space at either end";
    return rr_text_fault(&offset, name, false);
}

static rr_status check_about(uint32_t edition, uint32_t slot_count, const char *member, const char *name) {
    if (edition == 0 || slot_count == 0 || slot_count > RR_KEYCARD_SLOTS_MAX) return RR_ARGUMENT;
    return rr_text_is_member(rr_text_of(member)) && !name_fault(rr_text_of(name)) ? RR_OK : RR_ARGUMENT;
}

rr_status rr_keycard_new(rr_keycard *card, const rr_roll_id *roll_id, uint32_t edition, const char *member, const char *name,
                         uint32_t slot_count, const rr_random *random) {
    memset(card, 0, sizeof *card);
    rr_status status = check_about(edition, slot_count, member, name);
    if (status) return status;
    card->roll_id = *roll_id;
    card->edition = edition;
    card->slot_count = slot_count;
    memcpy(card->member, member, strlen(member));
    memcpy(card->name, name, strlen(name));
    if (random->fill(random->context, card->salt, sizeof card->salt) != 0) status = RR_RANDOM;
    for (uint32_t i = 0; !status && i < slot_count; i++) status = rr_secret_new(&card->slots[i], random);
    if (status) rr_keycard_wipe(card);
    return status;
}

void rr_keycard_wipe(rr_keycard *card) {
    rr_wipe(card, sizeof *card);
}

const rr_secret *rr_keycard_slot(const rr_keycard *card, uint32_t slot) {
    return slot < card->slot_count && !is_used(&card->slots[slot]) ? &card->slots[slot] : NULL;
}

uint32_t rr_keycard_unused(const rr_keycard *card) {
    uint32_t unused = 0;
    for (uint32_t i = 0; i < card->slot_count; i++) unused += rr_keycard_slot(card, i) != NULL;
    return unused;
}

rr_status rr_keycard_burn(rr_keycard *card, uint32_t slot) {
    if (!rr_keycard_slot(card, slot)) return RR_NOT_FOUND;
    rr_wipe(&card->slots[slot], sizeof card->slots[slot]);
    return RR_OK;
}

/* ---- its bytes ---- */

rr_status rr_keycard_encode(uint8_t plain[RR_KEYCARD_PLAIN_MAX], size_t *plain_len, const rr_keycard *card) {
    if (!memchr(card->member, 0, sizeof card->member) || !memchr(card->name, 0, sizeof card->name)) return RR_ARGUMENT;
    rr_status status = check_about(card->edition, card->slot_count, card->member, card->name);
    if (status) return status;
    size_t member_len = strlen(card->member), name_len = strlen(card->name);
    memset(plain, 0, RR_KEYCARD_PLAIN_MAX);
    memcpy(plain, MAGIC, sizeof MAGIC);
    plain[16] = VERSION;
    plain[17] = (uint8_t)card->slot_count;
    plain[18] = (uint8_t)member_len;
    plain[19] = (uint8_t)name_len;
    rr_store32_le(plain + 20, card->edition);
    memcpy(plain + 24, card->roll_id.bytes, 32);
    memcpy(plain + 56, card->salt, 32);
    memcpy(plain + MEMBER_AT, card->member, member_len);
    memcpy(plain + NAME_AT, card->name, name_len);
    for (uint32_t i = 0; i < card->slot_count; i++) {
        memcpy(plain + RR_KEYCARD_HEAD_SIZE + 64 * i, card->slots[i].k, 32);
        memcpy(plain + RR_KEYCARD_HEAD_SIZE + 64 * i + 32, card->slots[i].r, 32);
    }
    *plain_len = RR_KEYCARD_HEAD_SIZE + 64 * (size_t)card->slot_count;
    return RR_OK;
}

/* A text with zeros behind it in a field of fixed size; `out` holds a terminator more. */
static bool read_field(char *out, const uint8_t *field, size_t field_size, size_t len) {
    if (len > field_size || memchr(field, 0, len)) return false;
    for (size_t i = len; i < field_size; i++) {
        if (field[i] != 0) return false;
    }
    memcpy(out, field, len);
    out[len] = 0;
    return true;
}

/* A pair that opens an entry, or zeros. */
static bool read_slot(rr_secret *slot, const uint8_t bytes[64]) {
    rr_scalar k, r;
    memcpy(slot->k, bytes, 32);
    memcpy(slot->r, bytes + 32, 32);
    uint64_t good = rr_scalar_decode(&k, slot->k) & rr_scalar_decode(&r, slot->r) & ~rr_scalar_is_zero(&k);
    rr_wipe(&k, sizeof k);
    rr_wipe(&r, sizeof r);
    return (good | is_used(slot)) != 0;
}

static const char *decode(rr_keycard *card, const uint8_t *plain, size_t plain_len) {
    if (plain_len < RR_KEYCARD_HEAD_SIZE || memcmp(plain, MAGIC, sizeof MAGIC) != 0)
        return "what is encrypted is not a key card";
    if (plain[16] != VERSION) return "a key card of another version than 1";
    card->slot_count = plain[17];
    if (card->slot_count == 0 || card->slot_count > RR_KEYCARD_SLOTS_MAX) return "a key card has 1 to 64 slots";
    if (plain_len != RR_KEYCARD_HEAD_SIZE + 64 * (size_t)card->slot_count) return "the key card has not the size for its slots";
    card->edition = rr_load32_le(plain + 20);
    if (card->edition == 0) return "an edition counts from 1";
    memcpy(card->roll_id.bytes, plain + 24, 32);
    memcpy(card->salt, plain + 56, 32);
    if (!read_field(card->member, plain + MEMBER_AT, RR_KEYCARD_MEMBER_MAX, plain[18]) ||
        !rr_text_is_member(rr_text_of(card->member)))
        return "the member breaks its grammar";
    if (plain[NAME_AT + RR_KEYCARD_NAME_MAX] != 0 || !read_field(card->name, plain + NAME_AT, RR_KEYCARD_NAME_MAX, plain[19]))
        return "the name breaks its grammar";
    const char *why = name_fault(rr_text_of(card->name));
    if (why) return why;
    for (uint32_t i = 0; i < card->slot_count; i++) {
        if (!read_slot(&card->slots[i], plain + RR_KEYCARD_HEAD_SIZE + 64 * i)) return "a slot holds no key";
    }
    return NULL;
}

rr_status rr_keycard_decode(rr_keycard *card, const char **why, const uint8_t *plain, size_t plain_len) {
    memset(card, 0, sizeof *card);
    *why = decode(card, plain, plain_len);
    if (!*why) return RR_OK;
    rr_keycard_wipe(card);
    return RR_MALFORMED;
}

/* ---- passphrases ---- */

const char RR_GROUPS_ALPHABET[33] = "0123456789abcdefghjkmnpqrstvwxyz";

rr_status rr_groups_new(char *text, size_t groups, const rr_random *random) {
    size_t size = 5 * groups;
    if (random->fill(random->context, (uint8_t *)text, size) != 0) {
        rr_wipe(text, size);
        return RR_RANDOM;
    }
    for (size_t i = 0; i < size; i++) text[i] = i % 5 == 4 ? '-' : RR_GROUPS_ALPHABET[text[i] & 31];
    text[size - 1] = 0;
    return RR_OK;
}

bool rr_groups_read(char *text, size_t groups, const char *typed) {
    size_t len = 0, size = 5 * groups;
    for (; *typed; typed++) {
        char c = *typed;
        if (c == ' ' || c == '-') continue;
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        if (c == 'o') c = '0';
        if (c == 'i' || c == 'l') c = '1';
        if (len == size || !memchr(RR_GROUPS_ALPHABET, c, 32)) break;
        text[len++] = c;
        if (len % 5 == 4) text[len++] = '-';
    }
    if (!*typed && len == size) {
        text[size - 1] = 0;
        return true;
    }
    rr_wipe(text, size);
    return false;
}

rr_status rr_keycard_passphrase(char passphrase[RR_KEYCARD_PASSPHRASE_SIZE], const rr_random *random) {
    return rr_groups_new(passphrase, RR_KEYCARD_PASSPHRASE_SIZE / 5, random);
}
