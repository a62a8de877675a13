/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ceremony.h"

#include <string.h>

#include "cli/papers.h"

#define TELL "Tell the other trustees; a ceremony in which somebody breaks a rule is begun anew, without them"

/* ---- names and faults ---------------------------------------------------------------------------------------------------- */

const char *rr_trustee_note_name(rr_trustee_note which, uint32_t j) {
    static const char *const stems[] = {"key", "round1", "round2", "accepted"};
    return rr_format("%s-%u.note", stems[which], j);
}

void rr_gathering_die(const rr_gathering *g, const rr_ceremony_fault *fault) {
    if (fault->trustee == 0) rr_die(RR_EXIT_REFUSED, "%s: %s. " TELL ".", rr_safe_string(g->place.name), fault->rule);
    rr_die(RR_EXIT_REFUSED, "%s: trustee %u (%s): %s. " TELL ".", rr_safe_string(g->place.name), fault->trustee,
           rr_safe(g->file.trustees[fault->trustee - 1].name), fault->rule);
}

/* ---- reading ------------------------------------------------------------------------------------------------------------- */

rr_gathering *rr_gathering_open(const rr_args *args) {
    const char *place = rr_arg(args, "PLACE"), *proxy = rr_arg(args, "proxy");
    if (proxy != NULL && !rr_is_url(place))
        rr_die(RR_EXIT_USAGE, "--proxy is for a ceremony on a server; this one is a folder.");
    return rr_gathering_at(place, proxy);
}

rr_gathering *rr_gathering_at(const char *place, const char *proxy) {
    /* One for each run, which ends with the program, as its connection does. */
    static rr_gathering one;
    rr_gathering *g = &one;
    rr_error error;
    rr_place_open(&g->place, place, proxy);
    if (!rr_place_get(&g->place, &g->text, RR_CEREMONY_FILE, RR_CEREMONY_FILE_MAX))
        rr_die(RR_EXIT_REFUSED, "%s: holds no ceremony: there is no " RR_CEREMONY_FILE ". Begin one with robin trustee new.",
               rr_safe_string(g->place.name));
    if (rr_ceremony_file_parse(&g->file, &error, (const char *)g->text.data, g->text.len) != RR_OK)
        rr_die_at(rr_place_shown(&g->place, RR_CEREMONY_FILE), &error, "Get it again from whoever began the ceremony.");
    return g;
}

bool rr_gathering_get(rr_gathering *g, rr_bytes *note, rr_trustee_note which, uint32_t j) {
    return rr_place_get(&g->place, note, rr_trustee_note_name(which, j), RR_TRUSTEE_NOTE_MAX);
}

static rr_bytes need(rr_gathering *g, rr_trustee_note which, uint32_t j) {
    static const char *const lacks[] = {"has not joined yet", "has not made its message of round 1 yet",
                                        "has not made its message of round 2 yet", "has not accepted the petition yet"};
    rr_bytes note;
    if (rr_gathering_get(g, &note, which, j)) return note;
    rr_die(RR_EXIT_REFUSED, "trustee %u (%s) %s: there is no %s. Wait for it; robin trustee status shows who is missing.", j,
           rr_safe(g->file.trustees[j - 1].name), lacks[which], rr_place_shown(&g->place, rr_trustee_note_name(which, j)));
}

void rr_gather_keys(rr_gathering *g) {
    rr_ceremony_public keys[RR_TRUSTEE_MAX];
    rr_ceremony_fault fault;
    for (uint32_t j = 1; j <= g->file.n; j++) {
        rr_bytes note = g->key_notes[j - 1] = need(g, RR_TRUSTEE_KEY, j);
        if (rr_trustee_key_read_var(&keys[j - 1], &fault, &g->file, j, (const char *)note.data, note.len) != RR_OK)
            rr_gathering_die(g, &fault);
    }
    if (rr_ceremony_begin(&g->ceremony, &fault, &g->file, keys) != RR_OK) rr_gathering_die(g, &fault);
}

static uint8_t *read_message(rr_gathering *g, rr_trustee_note which, uint32_t j, size_t size) {
    rr_ceremony_fault fault;
    rr_bytes note = need(g, which, j);
    uint8_t *message = rr_take(size);
    if (rr_trustee_message_read_var(message, &fault, &g->file, &g->ceremony, which, j, (const char *)note.data, note.len) !=
        RR_OK)
        rr_gathering_die(g, &fault);
    return message;
}

void rr_gather_round1(rr_gathering *g) {
    rr_ceremony_fault fault;
    size_t size = rr_round1_size(&g->ceremony);
    for (uint32_t j = 1; j <= g->file.n; j++) {
        g->messages[j - 1] = read_message(g, RR_TRUSTEE_ROUND1, j, size);
        if (rr_round1_check_var(&fault, &g->ceremony, j, g->messages[j - 1], size) != RR_OK) rr_gathering_die(g, &fault);
    }
}

rr_bytes rr_gather_certificate(rr_gathering *g) {
    rr_seal_key seal_key, keys[RR_TRUSTEE_MAX];
    rr_ceremony_fault fault;
    const uint8_t *const *messages = (const uint8_t *const *)g->messages;
    rr_bytes certificate = {NULL, rr_certificate_size(&g->ceremony)};
    size_t at = rr_ceremony_transcript_size(&g->ceremony);
    certificate.data = rr_take(certificate.len);
    rr_ceremony_transcript(certificate.data, &g->ceremony, messages);
    for (uint32_t j = 1; j <= g->file.n; j++, at += RR_CEREMONY_SIGNATURE) {
        const uint8_t *message = read_message(g, RR_TRUSTEE_ROUND2, j, rr_round2_size(&g->ceremony));
        uint32_t other = rr_round2_differs(message, &g->ceremony, messages);
        if (other != 0)
            rr_die(
                RR_EXIT_REFUSED,
                "%s: trustee %u (%s) has got another message of round 1 from trustee %u (%s) than the one that is here: one of "
                "the two breaks a rule. Let trustee %u show the note that it got, which trustee %u signed. " TELL ".",
                rr_safe_string(g->place.name), j, rr_safe(g->file.trustees[j - 1].name), other,
                rr_safe(g->file.trustees[other - 1].name), j, other);
        memcpy(certificate.data + at, message, RR_CEREMONY_SIGNATURE);
    }
    if (rr_certificate_check_var(&seal_key, keys, &fault, &g->ceremony, certificate.data, certificate.len) != RR_OK)
        rr_gathering_die(g, &fault);
    return certificate;
}

/* ---- a trustee's own ------------------------------------------------------------------------------------------------------ */

uint32_t rr_gathering_self(const rr_gathering *g, const rr_signer *signer) {
    rr_text vkey = rr_vkey_of(signer);
    for (uint32_t j = 1; j <= g->file.n; j++)
        if (rr_text_equal(g->file.trustees[j - 1].text, vkey)) return j;
    rr_die(RR_EXIT_REFUSED,
           "%s: its verifier key %s is not that of a trustee of this ceremony. Use the key that you gave to "
           "whoever began it.",
           rr_safe_string(g->place.name), rr_safe(vkey));
}

void rr_gathering_share(const rr_gathering *g, rr_share_file *share, uint32_t j, const rr_args *args) {
    rr_share_open(share, rr_arg(args, "share"), args);
    const rr_share_state *s = share->share;
    if (memcmp(s->session, g->file.session, sizeof s->session) != 0 ||
        memcmp(s->roll.bytes, g->file.roll.bytes, sizeof s->roll.bytes) != 0)
        rr_die(RR_EXIT_REFUSED, "%s: is the share of another ceremony. Name the file that you made when you joined this one.",
               rr_safe_string(share->path));
    if (s->j != j || s->t != g->file.t || s->n != g->file.n)
        rr_die(RR_EXIT_REFUSED,
               "%s: is the share of trustee %u where %u of %u open, and " RR_CEREMONY_FILE
               " says that you are trustee %u and %u of "
               "%u do. Do not go on: ask whoever began the ceremony.",
               rr_safe_string(share->path), s->j, s->t, s->n, j, g->file.t, g->file.n);
}

void rr_gathering_put(rr_gathering *g, rr_trustee_note which, uint32_t j, const rr_signer *signer, const char *text,
                      size_t len) {
    const char *name = rr_trustee_note_name(which, j);
    rr_place_put(&g->place, name, rr_sign_note(signer, text, len));
    rr_tell("%s is there.", rr_place_shown(&g->place, name));
}
