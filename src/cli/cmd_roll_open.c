/* SPDX-License-Identifier: Apache-2.0 */
/* robin roll open, robin roll close */
#include <string.h>

#include "cli/commands.h"
#include "cli/papers.h"
#include "cli/register.h"

rr_blob rr_edition_blob(const rr_edition *e) {
    rr_edition_file file = {.roll_id = e->id, .body = e->body, .edition = e->edition, .slot_count = e->slots};
    file.registrar.text = e->registrar.text;
    char *text = rr_take(RR_EDITION_TEXT_MAX);
    size_t len;
    if (rr_edition_file_write(text, RR_EDITION_TEXT_MAX, &len, &file) != RR_OK)
        rr_die(RR_EXIT_REFUSED, "%s: the body's name is too long to be published. Begin the roll anew with a shorter one.",
               rr_safe_string(e->folder));
    return (rr_blob){(const uint8_t *)text, len};
}

/* Those who sign with an SSH key and have not enrolled yet. */
static rr_blob ssh_list(const rr_edition *e) {
    rr_builder b = {NULL, 0, 0};
    for (size_t i = 0; i < e->count; i++) {
        const rr_person *p = &e->people[i];
        if (!p->has_key || rr_exists(rr_member_path(e, RR_ENROLMENTS, p->member))) continue;
        rr_build(&b, "%.*s\t%s\n", (int)p->member.len, p->member.start, rr_hex_text(p->key, 32));
    }
    return (rr_blob){(const uint8_t *)b.text, b.len};
}

static const rr_signer *open_own(rr_edition *e, const rr_args *args) {
    rr_lock_edition(rr_arg(args, "FOLDER"));
    rr_open_edition(e, rr_arg(args, "FOLDER"));
    if (e->kind == RR_ROLL_ED25519) rr_die(RR_EXIT_REFUSED, "%s: nobody enrols on an ed25519 roll.", rr_safe_string(e->folder));
    const rr_signer *signer = rr_open_signer(rr_arg(args, "key"));
    rr_need_registrar(e, signer, rr_arg(args, "key"));
    return signer;
}

int rr_run_roll_open(const rr_args *args) {
    rr_edition e;
    rr_call call;
    const rr_signer *signer = open_own(&e, args);
    rr_need_unpublished(&e);
    const char *address = rr_edition_address(rr_arg(args, "to"), &e.id, e.edition);
    rr_bytes codes = rr_read(rr_join(e.folder, RR_CODES_FILE), RR_LIMIT_LARGE);
    const rr_blob parts[] = {rr_edition_blob(&e), {codes.data, codes.len}, ssh_list(&e)};
    rr_call_open(&call, rr_arg(args, "to"), rr_arg(args, "proxy"));
    (void)rr_call_publish(&call, "edition", signer, parts, 3, RR_LIMIT_SMALL);
    rr_call_close(&call);
    printf("Edition %u is open: %s\n", e.edition, rr_safe_string(address));
    return RR_EXIT_DONE;
}

int rr_run_roll_close(const rr_args *args) {
    rr_edition e;
    rr_call call;
    const rr_signer *signer = open_own(&e, args);
    const rr_blob part = rr_edition_blob(&e);
    rr_call_open(&call, rr_arg(args, "to"), rr_arg(args, "proxy"));
    (void)rr_call_publish(&call, "close", signer, &part, 1, RR_LIMIT_SMALL);
    rr_call_close(&call);
    printf("Edition %u is closed. Take in what is there: robin roll enrolments --from\n", e.edition);
    return RR_EXIT_DONE;
}

/* ---- for robin roll enrolments ---------------------------------------------------------------------------------------------- */

rr_bytes rr_collect_requests(rr_call *call, const rr_edition *e, const rr_signer *signer) {
    const rr_blob part = rr_edition_blob(e);
    return rr_call_publish(call, "collect", signer, &part, 1, RR_LIMIT_LARGE);
}

bool rr_next_request(rr_bytes *request, size_t *offset, rr_bytes bundle, const rr_signer *signer) {
    const uint8_t *sealed;
    size_t len;
    rr_status status = rr_bundle_next(bundle.data, bundle.len, offset, &sealed, &len);
    if (status == RR_NOT_FOUND) return false;
    if (status != RR_OK) rr_die(RR_EXIT_IO, "the server's answer breaks off. Run the command again.");
    uint8_t *secret = rr_take_secret(crypto_box_SECRETKEYBYTES), public_key[crypto_box_PUBLICKEYBYTES];
    bool opened = len >= crypto_box_SEALBYTES && crypto_sign_ed25519_sk_to_curve25519(secret, signer->secret) == 0 &&
                  crypto_sign_ed25519_pk_to_curve25519(public_key, signer->secret + 32) == 0;
    *request = (rr_bytes){NULL, 0};
    if (opened) {
        request->data = rr_take(len - crypto_box_SEALBYTES + 1);
        request->len = len - crypto_box_SEALBYTES;
        opened = crypto_box_seal_open(request->data, sealed, len, public_key, secret) == 0;
    }
    if (!opened) *request = (rr_bytes){NULL, 0};
    rr_release_secret(secret);
    return true;
}

static void send_bundle(rr_call *call, const rr_edition *e, const rr_signer *signer, rr_bytes bundle) {
    const rr_blob parts[] = {rr_edition_blob(e), {bundle.data, bundle.len}};
    if (bundle.len > 0) (void)rr_call_publish(call, "receipts", signer, parts, 2, RR_LIMIT_SMALL);
}

void rr_send_receipts(rr_call *call, const rr_edition *e, const rr_signer *signer, const rr_text *members, size_t count) {
    enum { BUNDLE = 1 << 18 };
    rr_bytes bundle = {rr_take(BUNDLE), 0};
    for (size_t i = 0; i < count; i++) {
        rr_bytes note = rr_read(rr_member_path(e, RR_RECEIPTS, members[i]), RR_LIMIT_SMALL);
        rr_status status = rr_bundle_append(bundle.data, BUNDLE, &bundle.len, note.data, note.len);
        if (status == RR_NO_SPACE) {
            send_bundle(call, e, signer, bundle);
            bundle.len = 0;
            status = rr_bundle_append(bundle.data, BUNDLE, &bundle.len, note.data, note.len);
        }
        if (status != RR_OK) rr_die(RR_EXIT_IO, "a receipt is too long to be sent.");
    }
    send_bundle(call, e, signer, bundle);
}
