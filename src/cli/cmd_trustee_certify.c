/* SPDX-License-Identifier: Apache-2.0 */
/* robin trustee certify, accept, status: what a ceremony has made, and whose it is. */
#include <string.h>

#include "base/sha2.h"
#include "cli/ceremony.h"
#include "cli/commands.h"
#include "cli/papers.h"
#include "cli/trustee.h"
#include "roundrobin/log.h"

/* ---- certify --------------------------------------------------------------------------------------------------------------- */

/* The notes on the static keys and the acceptances, as they are published with a petition. */
static rr_bytes bundle_notes(rr_gathering *g) {
    size_t room = 0, n = g->file.n;
    rr_bytes *notes = rr_take_array(2 * n, sizeof *notes), bundle = {NULL, 0};
    for (size_t i = 0; i < n; i++) {
        uint32_t j = (uint32_t)i + 1;
        notes[i] = g->key_notes[i];
        if (!rr_gathering_get(g, &notes[n + i], RR_TRUSTEE_ACCEPTANCE, j))
            rr_die(RR_EXIT_REFUSED,
                   "trustee %u (%s) has not accepted the petition yet. Wait for it; robin trustee status shows who is missing.",
                   j, rr_safe(g->file.trustees[i].name));
    }
    for (size_t i = 0; i < 2 * n; i++) room += notes[i].len + 2;
    bundle.data = rr_take(room);
    for (size_t i = 0; i < 2 * n; i++) (void)rr_bundle_append(bundle.data, room, &bundle.len, notes[i].data, notes[i].len);
    return bundle;
}

/* Puts what members need of the ceremony into the petition's folder. */
static void add_to_petition(rr_gathering *g, const char *folder, rr_bytes certificate) {
    rr_papers papers = {.params = NULL};
    rr_ceremony_fault fault = {0, NULL};
    rr_load_petition(&papers, rr_is_folder(folder) ? rr_join(folder, RR_PETITION_FILE) : folder);
    if (!rr_is_folder(folder))
        rr_die(RR_EXIT_USAGE, "--petition names the petition's folder, which robin petition assign made.");
    rr_bytes notes = bundle_notes(g);
    rr_status status =
        rr_petition_ceremony_check_var(&fault, &papers.petition, &g->file, &g->ceremony, certificate.data, certificate.len);
    if (status == RR_OK)
        status = rr_trustees_check_var(&fault, &papers.petition, certificate.data, certificate.len, notes.data, notes.len);
    if (status == RR_ARGUMENT)
        rr_die(RR_EXIT_REFUSED, "%s: takes no sealed signatures, so it needs no trustees. Nothing was written.",
               rr_safe_string(folder));
    if (status != RR_OK) rr_gathering_die(g, &fault);
    rr_write_file(rr_join(folder, RR_CERTIFICATE_FILE), RR_PUBLIC_FILE, true, certificate.data, certificate.len);
    rr_write_file(rr_join(folder, RR_TRUSTEES_FILE), RR_PUBLIC_FILE, true, notes.data, notes.len);
    printf("%s is ready to be published.\n", rr_safe_string(folder));
}

int rr_run_trustee_certify(const rr_args *args) {
    rr_gathering *g = rr_gathering_open(args);
    rr_gather_keys(g);
    rr_gather_round1(g);
    rr_bytes certificate = rr_gather_certificate(g);
    rr_place_put(&g->place, RR_CERTIFICATE_FILE, certificate);
    if (rr_arg(args, "petition") != NULL) {
        add_to_petition(g, rr_arg(args, "petition"), certificate);
        return RR_EXIT_DONE;
    }
    rr_seal_key seal_key, keys[RR_TRUSTEE_MAX];
    rr_ceremony_fault fault;
    if (rr_certificate_check_var(&seal_key, keys, &fault, &g->ceremony, certificate.data, certificate.len) != RR_OK)
        rr_gathering_die(g, &fault);
    printf("Seal-Key: %s\n", rr_hex_text(seal_key.bytes, sizeof seal_key.bytes));
    printf("Trustees: %u\n", g->file.t);
    for (uint32_t j = 1; j <= g->file.n; j++)
        printf("Trustee: %u %s %s\n", j, rr_hex_text(keys[j - 1].bytes, 32), rr_safe(g->file.trustees[j - 1].text));
    return RR_EXIT_DONE;
}

void rr_read_certificate(rr_gathering *g, rr_seal_key *seal_key, rr_seal_key keys[RR_TRUSTEE_MAX], rr_bytes *certificate) {
    rr_ceremony_fault fault;
    if (!rr_place_get(&g->place, certificate, RR_CERTIFICATE_FILE, RR_LIMIT_SMALL * 4))
        rr_die(RR_EXIT_REFUSED, "%s: there is no " RR_CERTIFICATE_FILE ": the ceremony is not over. Run robin trustee certify.",
               rr_safe_string(g->place.name));
    if (rr_certificate_check_var(seal_key, keys, &fault, &g->ceremony, certificate->data, certificate->len) != RR_OK)
        rr_gathering_die(g, &fault);
}

/* ---- accept ---------------------------------------------------------------------------------------------------------------- */

static void check_share(const rr_gathering *g, const rr_share_file *file, const rr_seal_key *key, const rr_pid *pid) {
    rr_share_state *s = file->share;
    rr_seal_key mine;
    if (!s->has_share)
        rr_die(RR_EXIT_REFUSED, "%s: has no share yet. Run robin trustee round2 first.", rr_safe_string(file->path));
    if (rr_trustee_key(rr_make_params(), &mine, &s->y) != RR_OK || memcmp(&mine, key, sizeof mine) != 0)
        rr_die(RR_EXIT_REFUSED,
               "%s: the certificate gives trustee %u another share than this one. Do not accept; begin a new ceremony.",
               rr_safe_string(g->place.name), s->j);
    if (s->accepted && memcmp(&s->pid, pid, sizeof *pid) != 0)
        rr_die(
            RR_EXIT_REFUSED,
            "%s: you have accepted the petition %s with this share, and a share is for one petition only. Take part in another "
            "ceremony for this one.",
            rr_safe_string(file->path), rr_hex_text(s->pid.bytes, 32));
    s->key = mine;
}

int rr_run_trustee_accept(const rr_args *args) {
    rr_gathering *g = rr_gathering_open(args);
    const rr_signer *signer = rr_open_signer(rr_arg(args, "key"));
    uint32_t j = rr_gathering_self(g, signer);
    rr_papers papers = {.params = NULL};
    rr_seal_key seal_key, keys[RR_TRUSTEE_MAX];
    rr_bytes certificate;
    rr_ceremony_fault fault = {0, NULL};
    rr_share_file share;
    rr_hash hash;
    char text[512];
    const char *petition = rr_arg(args, "petition");
    rr_gather_keys(g);
    rr_read_certificate(g, &seal_key, keys, &certificate);
    rr_load_petition(&papers, rr_is_folder(petition) ? rr_join(petition, RR_PETITION_FILE) : petition);
    const rr_petition *p = &papers.petition;
    rr_status status = rr_petition_ceremony_check_var(&fault, p, &g->file, &g->ceremony, certificate.data, certificate.len);
    if (status == RR_ARGUMENT)
        rr_die(RR_EXIT_REFUSED, "%s: takes no sealed signatures, so there is nothing to accept.", rr_safe_string(petition));
    if (status != RR_OK) rr_gathering_die(g, &fault);
    rr_gathering_share(g, &share, j, args);
    check_share(g, &share, &keys[j - 1], &p->pid);
    if (!share.share->accepted) {
        share.share->accepted = true;
        share.share->pid = p->pid;
        rr_share_write(&share, true);
    }
    rr_sha256_of(hash.bytes, certificate.data, certificate.len);
    size_t len = rr_trustee_acceptance_text(text, sizeof text, &p->pid, j, &keys[j - 1], &hash);
    rr_gathering_put(g, RR_TRUSTEE_ACCEPTANCE, j, signer, text, len);
    rr_wrap(
        stdout,
        rr_format("You have accepted: %s. Any %u of the %u trustees together can read who has signed sealed. You promise to do "
                  "so only when %u have, before %s, and to destroy your share afterwards.",
                  rr_safe(p->title), p->trustee_threshold, p->trustee_count, p->seal_threshold, rr_time_text(p->seal_expires)),
        "", rr_terminal_width(stdout));
    return RR_EXIT_DONE;
}

/* ---- status ---------------------------------------------------------------------------------------------------------------- */

enum { NOTES = RR_TRUSTEE_ACCEPTANCE + 1 };

static const char *next_step(const size_t have[NOTES], size_t n, bool certified) {
    if (have[RR_TRUSTEE_KEY] < n) return "The other trustees join: robin trustee join.";
    if (have[RR_TRUSTEE_ROUND1] < n) return "Round 1: robin trustee round1.";
    if (have[RR_TRUSTEE_ROUND2] < n) return "Round 2: robin trustee round2.";
    if (!certified) return "The certificate: robin trustee certify.";
    if (have[RR_TRUSTEE_ACCEPTANCE] < n)
        return "The petition is written with robin petition new --ceremony; then each trustee accepts it: robin trustee "
               "accept.";
    return "All have accepted: robin trustee certify --petition FOLDER, then robin petition publish.";
}

int rr_run_trustee_status(const rr_args *args) {
    rr_gathering *g = rr_gathering_open(args);
    rr_bytes file;
    bool(*there)[NOTES] = rr_take_array(g->file.n, sizeof *there);
    size_t have[NOTES] = {0};
    for (uint32_t j = 1; j <= g->file.n; j++)
        for (int which = 0; which < NOTES; which++) {
            there[j - 1][which] = rr_gathering_get(g, &file, (rr_trustee_note)which, j);
            have[which] += there[j - 1][which];
        }
    bool certified = rr_place_get(&g->place, &file, RR_CERTIFICATE_FILE, RR_LIMIT_SMALL * 4);
    /* What is complete is verified too: it names whoever broke a rule. */
    if (have[RR_TRUSTEE_KEY] == g->file.n) rr_gather_keys(g);
    if (have[RR_TRUSTEE_ROUND1] == g->file.n) rr_gather_round1(g);
    if (have[RR_TRUSTEE_ROUND2] == g->file.n) (void)rr_gather_certificate(g);
    static const char *const words[NOTES] = {"joined", "round1", "round2", "accepted"};
    if (rr_flag(args, "json")) {
        rr_json json = rr_json_to(stdout);
        rr_json_open(&json, NULL, '{');
        rr_json_string(&json, "roll", rr_hex_text(g->file.roll.bytes, 32));
        rr_json_string(&json, "session", rr_hex_text(g->file.session, 32));
        rr_json_number(&json, "threshold", g->file.t);
        rr_json_bool(&json, "certified", certified);
        rr_json_open(&json, "trustees", '[');
        for (uint32_t j = 0; j < g->file.n; j++) {
            rr_json_open(&json, NULL, '{');
            rr_json_text(&json, "key", g->file.trustees[j].text);
            for (int which = 0; which < NOTES; which++) rr_json_bool(&json, words[which], there[j][which]);
            rr_json_close(&json, '}');
        }
        rr_json_close(&json, ']');
        rr_json_close(&json, '}');
        rr_json_end(&json);
        return RR_EXIT_DONE;
    }
    printf("Any %u of these %u trustees open:\n", g->file.t, g->file.n);
    for (uint32_t j = 0; j < g->file.n; j++) {
        printf("%4u  %s:", j + 1, rr_safe(g->file.trustees[j].name));
        bool any = false;
        for (int which = 0; which < NOTES; which++)
            if (there[j][which]) printf("%s %s", any ? "," : "", words[which]), any = true;
        puts(any ? "" : " nothing yet");
    }
    printf("Certificate: %s\n", certified ? "there" : "not yet");
    rr_wrap(stdout, rr_format("Next: %s", next_step(have, g->file.n, certified)), "", rr_terminal_width(stdout));
    return RR_EXIT_DONE;
}
