/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolment: an invitation, the book of one-time keys, the request for the registrar, the receipt; and passphrases of key cards. */
#include <string.h>

#include "base/text.h"
#include "roll/edition_file.h"
#include "roll/invitation_link.h"
#include "roll/keycard_plain.h"
#include "roundrobin/enrol.h"
#include "roundrobin/note.h"
#include "web/module/session.h"

static struct {
    rr_invitation_link link; /* SECRET: the code */
    char edition_text[RR_EDITION_TEXT_MAX];
    rr_edition_file edition;
    rr_enrolment_file request; /* SECRET: the code */
    bool invited, made;
} enrolling;

/* ---- the invitation ------------------------------------------------------------------------------------------------- */

/* A whole link, and the server's edition.txt: the two must fit, for the link says whose key the registrar's is. */
RR_EXPORT(invitation) rr_status rr_web_invitation(const char *link, size_t link_len, const char *edition, size_t edition_len);
rr_status rr_web_invitation(const char *link, size_t link_len, const char *edition, size_t edition_len) {
    const rr_invitation_link *l = &enrolling.link;
    const rr_edition_file *e = &enrolling.edition;
    char mark[RR_REGISTRAR_MARK_SIZE];
    rr_error error = {RR_OK, 0, 0, NULL};
    enrolling.invited = false;
    if (rr_invitation_link_read(&enrolling.link, (rr_text){link, link_len}) != RR_OK)
        return rr_web_fail(RR_MALFORMED, "link", NULL);
    if (edition_len > sizeof enrolling.edition_text) return rr_web_fail(RR_MALFORMED, "edition", NULL);
    memcpy(enrolling.edition_text, edition, edition_len);
    rr_status status = rr_edition_file_parse(&enrolling.edition, &error, enrolling.edition_text, edition_len);
    if (status != RR_OK) return rr_web_fail(status, "edition", error.rule);
    rr_registrar_mark(mark, e->registrar.text);
    if (memcmp(e->roll_id.bytes, l->id.bytes, sizeof l->id.bytes) != 0 || e->edition != l->edition ||
        strcmp(mark, l->mark) != 0)
        return rr_web_fail(RR_REFUSED, "registrar", NULL);
    if (!l->code[0]) return rr_web_fail(RR_REFUSED, "no-code", NULL);
    enrolling.invited = true;
    rr_json j = rr_web_begin();
    rr_json_text(&j, "body", e->body);
    rr_json_text(&j, "registrar", e->registrar.text);
    rr_json_number(&j, "edition", e->edition);
    rr_json_number(&j, "slots", e->slot_count);
    rr_json_string(&j, "member", l->member);
    rr_json_string(&j, "name", l->name);
    rr_web_end(&j);
    return RR_OK;
}

/* ---- the book ------------------------------------------------------------------------------------------------------- */

/* SECRET.  Makes the keys; the card in the open. */
RR_EXPORT(enrol) rr_status rr_web_enrol(void);
rr_status rr_web_enrol(void) {
    static uint8_t plain[RR_KEYCARD_PLAIN_MAX], book[RR_BOOK_MAX];
    rr_keycard *card = &rr_web_session.card;
    const rr_invitation_link *l = &enrolling.link;
    const rr_params *params = rr_web_params();
    size_t len, book_len;
    if (!enrolling.invited) return rr_web_fail(RR_ARGUMENT, "order", NULL);
    rr_status status = params ? RR_OK : RR_NO_SPACE;
    if (status == RR_OK)
        status = rr_keycard_new(card, &l->id, l->edition, l->member, l->name, enrolling.edition.slot_count, &rr_web_source);
    if (status == RR_OK) status = rr_book_make(params, book, sizeof book, &book_len, card, &rr_web_source);
    if (status == RR_OK) status = rr_keycard_encode(plain, &len, card);
    if (status != RR_OK) return rr_web_fail(status, "keys", NULL);
    rr_enrolment_of_card(&enrolling.request, card, book, book_len);
    enrolling.request.code = rr_text_of(l->code);
    enrolling.made = true;
    rr_web_output(plain, len);
    return RR_OK;
}

/* SECRET: the code.  The file that goes to the registrar. */
RR_EXPORT(request) rr_status rr_web_request(void);
rr_status rr_web_request(void) {
    static char text[RR_ENROLMENT_TEXT_MAX];
    size_t len;
    if (!enrolling.made) return rr_web_fail(RR_ARGUMENT, "order", NULL);
    rr_status status = rr_enrolment_write(text, sizeof text, &len, &enrolling.request);
    if (status != RR_OK) return rr_web_fail(status, "request", NULL);
    rr_web_output(text, len);
    return RR_OK;
}

/* The name below receipts/ under which the server will have the receipt. */
RR_EXPORT(receipt_name) rr_status rr_web_receipt_name(void);
rr_status rr_web_receipt_name(void) {
    static char digest[RR_BOOK_DIGEST_HEX];
    if (!enrolling.made) return rr_web_fail(RR_ARGUMENT, "order", NULL);
    rr_book_digest(digest, enrolling.request.book, enrolling.request.book_len);
    rr_web_output(digest, sizeof digest);
    return RR_OK;
}

/* Is it the registrar's receipt for this book? */
RR_EXPORT(receipt) rr_status rr_web_receipt(const char *note, size_t len);
rr_status rr_web_receipt(const char *note, size_t len) {
    char text[RR_RECEIPT_TEXT_MAX];
    rr_text wanted = {text, 0};
    rr_note read;
    if (!enrolling.made) return rr_web_fail(RR_ARGUMENT, "order", NULL);
    rr_status status = rr_receipt_text(text, sizeof text, &wanted.len, &enrolling.request);
    if (status == RR_OK) status = rr_note_check_var(&read, NULL, note, len, &enrolling.edition.registrar, &wanted);
    return status == RR_OK ? RR_OK : rr_web_fail(status, "receipt", NULL);
}

/* ---- passphrases ---------------------------------------------------------------------------------------------------- */

/* SECRET.  One to offer. */
RR_EXPORT(passphrase) rr_status rr_web_passphrase(void);
rr_status rr_web_passphrase(void) {
    static char passphrase[RR_KEYCARD_PASSPHRASE_SIZE];
    rr_status status = rr_keycard_passphrase(passphrase, &rr_web_source);
    if (status != RR_OK) return rr_web_fail(status, "keys", NULL);
    rr_web_output(passphrase, strlen(passphrase));
    return RR_OK;
}

/* SECRET.  What was typed as it counts (docs/spec/keycard.md): an offered one in any spelling is that one.  `size` counts its terminator. */
RR_EXPORT(spell) rr_status rr_web_spell(const char *typed, size_t size);
rr_status rr_web_spell(const char *typed, size_t size) {
    static char passphrase[RR_KEYCARD_PASSPHRASE_SIZE];
    if (size == 0 || typed[size - 1]) return rr_web_fail(RR_ARGUMENT, "order", NULL);
    if (rr_groups_read(passphrase, 6, typed))
        rr_web_output(passphrase, strlen(passphrase));
    else
        rr_web_output(typed, strlen(typed));
    return RR_OK;
}
