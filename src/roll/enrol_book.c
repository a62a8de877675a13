/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "base/sha2.h"
#include "base/text.h"
#include "roundrobin/enrol.h"

rr_status rr_book_make(const rr_params *params, uint8_t *book, size_t book_cap, size_t *book_len, const rr_keycard *card,
                       const rr_random *random) {
    size_t len = (size_t)card->slot_count * RR_ENROL_SLOT_SIZE;
    if (rr_keycard_unused(card) != card->slot_count) return RR_REFUSED;
    if (len > book_cap) return RR_NO_SPACE;
    rr_enrolment about = {card->roll_id, card->edition, rr_text_of(card->member), 0};
    rr_status status = RR_OK;
    for (; !status && about.slot < card->slot_count; about.slot++) {
        rr_fresh fresh;
        if (random->fill(random->context, fresh.bytes, sizeof fresh.bytes) != 0)
            status = RR_RANDOM;
        else
            status = rr_enrol(params, book + RR_ENROL_SLOT_SIZE * about.slot, &about, &card->slots[about.slot], &fresh);
        rr_wipe(&fresh, sizeof fresh);
    }
    if (!status) *book_len = len;
    return status;
}

void rr_book_digest(char hex[RR_BOOK_DIGEST_HEX], const uint8_t *book, size_t book_len) {
    uint8_t digest[64];
    char terminated[RR_BOOK_DIGEST_HEX + 1];
    rr_sha512_of(digest, book, book_len);
    rr_hex(terminated, digest, sizeof digest);
    memcpy(hex, terminated, RR_BOOK_DIGEST_HEX);
}

rr_status rr_receipt_text(char *text, size_t text_cap, size_t *text_len, const rr_enrolment_file *enrolment) {
    char digest[RR_BOOK_DIGEST_HEX];
    rr_text digest_text = {digest, sizeof digest};
    rr_writer w = {text, text_cap, 0};
    rr_book_digest(digest, enrolment->book, enrolment->book_len);
    rr_write(&w, "round-robin enrolment v1\n");
    rr_write_hex(&w, enrolment->roll_id.bytes, sizeof enrolment->roll_id.bytes);
    rr_write(&w, "\n");
    rr_write_number(&w, enrolment->edition);
    rr_write(&w, "\n");
    rr_write_text(&w, enrolment->member);
    rr_write(&w, "\n");
    rr_write_text(&w, digest_text);
    rr_write(&w, "\n");
    *text_len = w.len;
    return w.len <= text_cap ? RR_OK : RR_NO_SPACE;
}
