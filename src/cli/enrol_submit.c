/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/enrol_submit.h"

#include <string.h>
#include <time.h>

#include "cli/online.h"
#include "cli/server_call.h"
#include "cli/sheets.h"
#include "roll/edition_file.h"

/* ---- the link --------------------------------------------------------------------------------------------------------------- */

/* The link's page is SERVER/e/ROLLID/EDITION/: what stands before. */
static const char *server_of(const rr_invitation_link *link) {
    char path[RR_EDITION_PATH_SIZE];
    rr_edition_path(path, &link->id, link->edition);
    size_t len = link->address.len, tail = strlen(path);
    if (len < tail || memcmp(link->address.start + len - tail, path, tail) != 0)
        rr_die(RR_EXIT_REFUSED, "the link is not that of an edition. Copy it again.");
    return rr_copy_text((rr_text){link->address.start, len - tail});
}

static void ask_edition(rr_edition_file *file, const rr_invitation_link *link, const char *server, const char *proxy) {
    char path[RR_EDITION_PATH_SIZE], mark[RR_REGISTRAR_MARK_SIZE];
    rr_call call;
    rr_bytes body;
    rr_error error;
    rr_edition_path(path, &link->id, link->edition);
    rr_call_open(&call, server, proxy);
    long status = rr_call_get(&call, &body, rr_format("%sedition.txt", path), RR_EDITION_TEXT_MAX);
    rr_call_close(&call);
    const char *url = rr_safe_string(server);
    if (status == 404) rr_die(RR_EXIT_REFUSED, "%s: has no such edition. Copy the link again, or ask the registrar.", url);
    if (status != 200) rr_die(RR_EXIT_IO, "%s: answers %ld. Nothing was written; try again later.", url, status);
    if (rr_edition_file_parse(file, &error, (const char *)body.data, body.len) != RR_OK)
        rr_die_at("edition.txt of the server", &error, "Nothing was written; tell the registrar.");
    rr_registrar_mark(mark, file->registrar.text);
    if (memcmp(&file->roll_id, &link->id, sizeof link->id) != 0 || file->edition != link->edition ||
        strcmp(mark, link->mark) != 0)
        rr_die(RR_EXIT_REFUSED,
               "%s: shows another roll or registrar than your invitation. Nothing was written; tell the registrar.", url);
}

void rr_read_invitation_or_link(rr_invitation *invitation, const char **server, const char *path, const char *proxy) {
    rr_bytes bytes = rr_read_secret(path, RR_LIMIT_SMALL);
    rr_text text = {(const char *)bytes.data, bytes.len};
    rr_invitation_link *link = rr_take_secret(sizeof *link);
    rr_edition_file file;
    *server = NULL;
    if (!rr_is_url(text.start)) {
        rr_parse_invitation(invitation, bytes, path);
        return;
    }
    if (rr_invitation_link_read(link, text) != RR_OK)
        rr_die(RR_EXIT_REFUSED, "%s: the address is not whole. Copy all of it, with what follows the sign #.",
               rr_safe_string(path));
    *server = server_of(link);
    ask_edition(&file, link, *server, proxy);
    memset(invitation, 0, sizeof *invitation);
    invitation->id = link->id;
    invitation->edition = link->edition;
    invitation->body = file.body;
    invitation->slots = file.slot_count;
    invitation->registrar = file.registrar.text;
    invitation->member = rr_text_of(link->member);
    invitation->name = rr_text_of(link->name);
    invitation->code = rr_text_of(link->code);
}

/* ---- sending ---------------------------------------------------------------------------------------------------------------- */

static const char *path_below(const rr_submission *s, const char *name) {
    char path[RR_EDITION_PATH_SIZE];
    rr_edition_path(path, &s->invitation->id, s->invitation->edition);
    return rr_format("%s%s", path, name);
}

void rr_submit(const rr_submission *s) {
    rr_call call;
    rr_bytes body;
    /* What fails on the way ends the program with its own sentence; this one stands before it. */
    rr_tell("Your enrolment is in %s. If it does not arrive, send it again: --again %s", rr_safe_string(s->request_path),
            rr_safe_string(s->request_path));
    rr_call_open(&call, s->server, s->proxy);
    long status = rr_call_post(&call, &body, path_below(s, "enrolment"), s->request.start, s->request.len, RR_LIMIT_SMALL);
    rr_call_close(&call);
    const char *url = rr_safe_string(s->server), *file = rr_safe_string(s->request_path);
    if (status == 202) return;
    if (status == 404) rr_die(RR_EXIT_REFUSED, "%s: has no such edition. Ask the registrar for the server's address.", url);
    if (status == 422)
        rr_die(RR_EXIT_REFUSED, "%s: does not take the enrolment: %s. Your code is not used up. Ask the registrar.", url,
               rr_call_said(body));
    rr_die(RR_EXIT_IO, "%s: answers %ld. Your code is not used up; send %s again later.", url, status, file);
}

/* ---- the receipt ------------------------------------------------------------------------------------------------------------ */

static void check_receipt(const rr_submission *s, rr_bytes note) {
    char text[RR_RECEIPT_TEXT_MAX];
    size_t len;
    rr_vkey vkey;
    rr_note read;
    if (rr_receipt_text(text, sizeof text, &len, s->enrolment) != RR_OK ||
        rr_vkey_read(&vkey, NULL, s->invitation->registrar, RR_VKEY_ED25519) != RR_OK)
        rr_die(RR_EXIT_REFUSED, "the receipt cannot be checked.");
    rr_text wanted = {text, len};
    if (rr_note_check_var(&read, NULL, (const char *)note.data, note.len, &vkey, &wanted) != RR_OK)
        rr_die(RR_EXIT_REFUSED,
               "%s: gives a receipt that the registrar of your invitation did not sign, or for another enrolment. It was not "
               "written; "
               "tell the registrar.",
               rr_safe_string(s->server));
}

bool rr_fetch_receipt(const rr_submission *s, const char *path, uint32_t seconds) {
    char digest[RR_BOOK_DIGEST_HEX];
    rr_call call;
    rr_bytes note;
    rr_book_digest(digest, s->enrolment->book, s->enrolment->book_len);
    const char *where = path_below(s, rr_format("receipts/%.*s", RR_BOOK_DIGEST_HEX, digest));
    rr_call_open(&call, s->server, s->proxy);
    long status = 0;
    for (uint32_t waited = 0, pause = 1;; waited += pause, pause = pause < 15 ? pause + 1 : 15) {
        status = rr_call_get(&call, &note, where, RR_LIMIT_SMALL);
        if ((status != 404 && status != 503) || waited >= seconds) break;
        if (pause > seconds - waited) pause = seconds - waited;
        struct timespec until = {(time_t)pause, 0};
        (void)nanosleep(&until, NULL);
    }
    rr_call_close(&call);
    if (status == 404 || status == 503) return false;
    if (status != 200)
        rr_die(RR_EXIT_IO, "%s: answers %ld to the question for the receipt.", rr_safe_string(s->server), status);
    check_receipt(s, note);
    rr_write_file(path, RR_SECRET_FILE, false, note.data, note.len);
    return true;
}
