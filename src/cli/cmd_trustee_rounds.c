/* SPDX-License-Identifier: Apache-2.0 */
/* robin trustee new, join, round1, round2: a ceremony up to everybody's share.
 *
 * What a trustee sends follows from its share file alone, which is written first.  So a command that was interrupted is run again and sends the
 * same. */
#include <sodium.h>
#include <string.h>

#include "base/bytes.h"
#include "cli/ceremony.h"
#include "cli/commands.h"
#include "cli/papers.h"

/* ---- new ------------------------------------------------------------------------------------------------------------------- */

int rr_run_trustee_new(const rr_args *args) {
    rr_papers papers = {.params = NULL};
    rr_ceremony_file file = {.t = rr_arg_number(args, "threshold"), .n = (uint32_t)rr_arg_count(args, "trustee")}, again;
    const char *place = rr_arg(args, "PLACE");
    rr_error error;
    const char *server = rr_arg(args, "to") == NULL ? NULL : rr_online_server(rr_arg(args, "to"));
    if ((place == NULL) == (server == NULL))
        rr_die(RR_EXIT_USAGE, "name either PLACE, a folder to be made, or a server with --to URL.");
    if ((server != NULL) != (rr_arg(args, "key") != NULL))
        rr_die(RR_EXIT_USAGE, "--to and --key belong together: a ceremony on a server is begun by whoever may publish there.");
    if (file.n > RR_TRUSTEE_MAX) rr_die(RR_EXIT_USAGE, "there are at most %d trustees.", RR_TRUSTEE_MAX);
    rr_load_roll(&papers.roll, &papers.roll_file, rr_arg(args, "roll"));
    file.roll = papers.roll.digest;
    randombytes_buf(file.session, sizeof file.session);
    for (uint32_t j = 0; j < file.n; j++) file.trustees[j].text = rr_text_of(rr_arg_at(args, "trustee", j));
    size_t len = rr_ceremony_file_write(NULL, 0, &file);
    char *text = rr_take(len + 1);
    (void)rr_ceremony_file_write(text, len, &file);
    /* The parser is the one judge. */
    if (rr_ceremony_file_parse(&again, &error, text, len) != RR_OK)
        rr_die_at("the ceremony", &error, "Nothing was written; correct the option that this line comes from.");
    if (server == NULL) {
        rr_make_folder(place);
        rr_write_file(rr_join(place, RR_CEREMONY_FILE), RR_PUBLIC_FILE, false, text, len);
        printf("%s\n", rr_safe_string(place));
        return RR_EXIT_DONE;
    }
    rr_online *online = rr_online_start(args);
    rr_vkey directory, log;
    rr_blob part = {(const uint8_t *)text, len};
    rr_online_keys(online, server, &directory, &log);
    rr_online_publish(online, server, &directory, "ceremony", rr_open_signer(rr_arg(args, "key")), &part, 1);
    printf("%s/ceremony/%s\n", rr_safe_string(server), rr_hex_text(file.session, sizeof file.session));
    return RR_EXIT_DONE;
}

/* ---- join ------------------------------------------------------------------------------------------------------------------ */

static void draw(rr_share_file *share, const rr_gathering *g, uint32_t j, const rr_args *args) {
    rr_ceremony_public key;
    *share = (rr_share_file){.path = rr_arg(args, "share"), .share = rr_take_secret(sizeof *share->share)};
    rr_output_check(share->path, false);
    share->passphrase = rr_choose_passphrase(args, "share");
    rr_share_state *s = share->share;
    s->roll = g->file.roll;
    memcpy(s->session, g->file.session, sizeof s->session);
    s->j = j;
    s->t = g->file.t;
    s->n = g->file.n;
    randombytes_buf(s->seed, sizeof s->seed);
    if (rr_ceremony_key(&s->d, &key, &rr_system_random) != RR_OK)
        rr_die(RR_EXIT_IO, "the operating system gives no random bytes.");
    rr_share_write(share, false);
}

int rr_run_trustee_join(const rr_args *args) {
    rr_gathering *g = rr_gathering_open(args);
    const rr_signer *signer = rr_open_signer(rr_arg(args, "key"));
    uint32_t j = rr_gathering_self(g, signer);
    rr_share_file share;
    rr_ceremony_public key;
    char text[512];
    if (strcmp(rr_arg(args, "share"), "-") == 0) rr_die(RR_EXIT_USAGE, "a share is not printed. Name a file with --share.");
    if (rr_exists(rr_arg(args, "share")))
        rr_gathering_share(g, &share, j, args); /* interrupted: the same again */
    else {
        rr_bytes note;
        if (rr_gathering_get(g, &note, RR_TRUSTEE_KEY, j))
            rr_die(
                RR_EXIT_REFUSED,
                "%s: is there already: you have joined with another share. Name that file with --share; if it is lost, begin a "
                "new ceremony.",
                rr_place_shown(&g->place, rr_trustee_note_name(RR_TRUSTEE_KEY, j)));
        draw(&share, g, j, args);
    }
    if (rr_ceremony_public_of(&key, &share.share->d) != RR_OK)
        rr_die(RR_EXIT_REFUSED, "%s: holds no key.", rr_safe_string(share.path));
    size_t len = rr_trustee_key_text(text, sizeof text, &g->file, j, &key);
    rr_gathering_put(g, RR_TRUSTEE_KEY, j, signer, text, len);
    printf("You are trustee %u of %u; %u open together. Keep %s and its passphrase apart from each other.\n", j, g->file.n,
           g->file.t, rr_safe_string(share.path));
    return RR_EXIT_DONE;
}

/* ---- rounds ---------------------------------------------------------------------------------------------------------------- */

/* The ceremony of these static keys, which from round 1 on are always the same. */
static void need_same_keys(const rr_gathering *g, const rr_share_file *share) {
    const rr_share_state *s = share->share;
    if (!s->begun || memcmp(s->context, g->ceremony.context, sizeof s->context) == 0) return;
    rr_die(RR_EXIT_REFUSED,
           "%s: the trustees' static keys are not those with which you made your message of round 1. Somebody has put another "
           "key note there. Begin a new ceremony.",
           rr_safe_string(g->place.name));
}

int rr_run_trustee_round1(const rr_args *args) {
    rr_gathering *g = rr_gathering_open(args);
    const rr_signer *signer = rr_open_signer(rr_arg(args, "key"));
    uint32_t j = rr_gathering_self(g, signer);
    rr_share_file share;
    rr_gather_keys(g);
    rr_gathering_share(g, &share, j, args);
    need_same_keys(g, &share);
    rr_share_state *s = share.share;
    if (s->has_share)
        rr_die(RR_EXIT_REFUSED, "%s: round 1 is over: you have your share. Go on with robin trustee certify.",
               rr_safe_string(share.path));
    rr_random random = rr_share_random(s, &g->ceremony);
    uint8_t *message = rr_take(rr_round1_size(&g->ceremony));
    rr_status status = rr_ceremony_round1(message, &g->ceremony, j, &s->d, &random);
    if (status == RR_ARGUMENT)
        rr_die(RR_EXIT_REFUSED, "%s: its key is not the one in %s. Do not go on: ask whoever began the ceremony.",
               rr_safe_string(share.path), rr_place_shown(&g->place, rr_trustee_note_name(RR_TRUSTEE_KEY, j)));
    if (status != RR_OK) rr_die(RR_EXIT_IO, "the message cannot be made: %s.", rr_status_text(status));
    if (!s->begun) {
        s->begun = true;
        memcpy(s->context, g->ceremony.context, sizeof s->context);
        rr_share_write(&share, true);
    }
    size_t len = rr_trustee_message_text(NULL, 0, &g->ceremony, RR_TRUSTEE_ROUND1, j, message);
    char *text = rr_take(len + 1);
    (void)rr_trustee_message_text(text, len, &g->ceremony, RR_TRUSTEE_ROUND1, j, message);
    rr_gathering_put(g, RR_TRUSTEE_ROUND1, j, signer, text, len);
    return RR_EXIT_DONE;
}

int rr_run_trustee_round2(const rr_args *args) {
    rr_gathering *g = rr_gathering_open(args);
    const rr_signer *signer = rr_open_signer(rr_arg(args, "key"));
    uint32_t j = rr_gathering_self(g, signer);
    rr_share_file share;
    rr_ceremony_fault fault = {0, NULL};
    rr_trustee_secret *y = rr_take_secret(sizeof *y);
    rr_gather_keys(g);
    rr_gather_round1(g);
    rr_gathering_share(g, &share, j, args);
    need_same_keys(g, &share);
    rr_share_state *s = share.share;
    if (!s->begun)
        rr_die(RR_EXIT_REFUSED, "%s: has made no message of round 1. Run robin trustee round1 first.",
               rr_safe_string(share.path));
    const uint8_t *const *messages = (const uint8_t *const *)g->messages;
    rr_status status = rr_ceremony_round2(y, &fault, &g->ceremony, j, &s->d, messages);
    if (status != RR_OK && fault.rule != NULL) rr_gathering_die(g, &fault);
    uint8_t *work = rr_take(rr_ceremony_transcript_size(&g->ceremony)), *message = rr_take(rr_round2_size(&g->ceremony));
    if (status == RR_OK) status = rr_round2_make(message, &g->ceremony, &s->d, messages, work);
    if (status != RR_OK)
        rr_die(RR_EXIT_REFUSED, "%s: its key is not the one in this ceremony. Do not go on.", rr_safe_string(share.path));
    if (s->has_share && sodium_memcmp(&s->y, y, sizeof *y) != 0)
        rr_die(
            RR_EXIT_REFUSED,
            "%s: the messages of round 1 are not those from which you made your share. Somebody has replaced one. Begin a new "
            "ceremony.",
            rr_safe_string(g->place.name));
    if (!s->has_share) {
        s->y = *y;
        s->has_share = true;
        sodium_memzero(s->seed, sizeof s->seed);
        rr_share_write(&share, true);
    }
    size_t len = rr_trustee_message_text(NULL, 0, &g->ceremony, RR_TRUSTEE_ROUND2, j, message);
    char *text = rr_take(len + 1);
    (void)rr_trustee_message_text(text, len, &g->ceremony, RR_TRUSTEE_ROUND2, j, message);
    rr_gathering_put(g, RR_TRUSTEE_ROUND2, j, signer, text, len);
    return RR_EXIT_DONE;
}
