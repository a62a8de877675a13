/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/member.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOTHING_CHANGED "Nothing was changed."

/* ---- whose roll it is ------------------------------------------------------------------------------------------------- */

/* A roll is as good as its registrar, and every forger can sign a roll of his own under the same name.  So a member who has the
 * registrar's verifier key or a receipt can hold the roll against it. */
static void check_registrar(const rr_roll *roll, const char *given) {
    rr_vkey vkey;
    if (rr_vkey_read(&vkey, NULL, rr_text_of(given), RR_VKEY_ED25519) != RR_OK)
        rr_die(RR_EXIT_USAGE, "--registrar: '%s' is no verifier key. It is what robin key show prints.", rr_safe_string(given));
    if (!rr_text_equal(vkey.text, roll->registrar.text))
        rr_die(RR_EXIT_REFUSED,
               "the roll of this petition is kept by %s, and not by the registrar of --registrar. It may be forged: do not "
               "answer, "
               "and ask your registrar. " NOTHING_CHANGED,
               rr_safe(roll->registrar.text));
}

/* The member that a receipt names, if it is of this roll and edition. */
static rr_text check_receipt(const rr_roll *roll, const char *path) {
    static const char first_line[] = "round-robin enrolment v1";
    rr_bytes file = rr_read(path, RR_LIMIT_SMALL);
    rr_note note;
    rr_error error = {RR_OK, 0, 0, NULL};
    if (rr_note_check_var(&note, &error, (const char *)file.data, file.len, &roll->registrar, NULL) != RR_OK)
        rr_die_at(
            path, &error,
            rr_format("It should be signed by %s, who keeps the roll of this petition. The roll may be forged: do not answer, "
                      "and ask your registrar. " NOTHING_CHANGED,
                      rr_safe(roll->registrar.text)));
    rr_text rest = note.text, first, id, edition, member, digest;
    rr_roll_id roll_id;
    uint32_t number;
    if (!rr_text_cut(&first, &rest, '\n') || !rr_text_is(first, first_line) || !rr_text_cut(&id, &rest, '\n') ||
        !rr_text_hex(roll_id.bytes, 32, id) || !rr_text_cut(&edition, &rest, '\n') || !rr_text_number(&number, edition) ||
        !rr_text_cut(&member, &rest, '\n') || !rr_text_cut(&digest, &rest, '\n') || rest.len != 0)
        rr_die(RR_EXIT_REFUSED, "%s: is no receipt of an enrolment. Name the one that you got. " NOTHING_CHANGED,
               rr_safe_string(path));
    if (memcmp(roll_id.bytes, roll->id.bytes, 32) != 0 || number != roll->edition)
        rr_die(RR_EXIT_REFUSED,
               "%s: is for another roll or edition than that of this petition. Name the right receipt. " NOTHING_CHANGED,
               rr_safe_string(path));
    return member;
}

/* ---- which key it is -------------------------------------------------------------------------------------------------- */

/* The key on a card is destroyed by writing the card anew: so it must be a file, not standard input or a descriptor. */
static void need_file(const rr_member *m, const rr_args *args) {
    struct stat about;
    if (rr_flag(args, "keep-key")) return;
    bool file = strcmp(m->path, "-") != 0 && strncmp(m->path, "/dev/", 5) != 0 && strncmp(m->path, "/proc/", 6) != 0;
    if (file && stat(m->path, &about) == 0 && S_ISREG(about.st_mode)) return;
    rr_die(RR_EXIT_REFUSED,
           "%s: the key could not be destroyed there. Name the file of the key card itself, or keep the key with "
           "--keep-key. " NOTHING_CHANGED,
           strcmp(m->path, "-") == 0 ? "standard input" : rr_safe_string(m->path));
}

static void open_card(rr_member *m, const rr_papers *papers, const rr_args *args, rr_bytes file) {
    const rr_roll *roll = &papers->roll;
    if (roll->kind != RR_ROLL_ONE_TIME)
        rr_die(
            RR_EXIT_REFUSED,
            "%s: is a key card, and the roll of this petition holds SSH or OpenPGP keys. Name your key file. " NOTHING_CHANGED,
            rr_safe_string(m->path));
    need_file(m, args);
    m->passphrase = rr_passphrase(args, rr_format("Passphrase of %s: ", rr_safe_string(m->path)), false);
    m->card = rr_take_secret(sizeof *m->card);
    rr_error error = {RR_OK, 0, 0, NULL};
    rr_status status = rr_keycard_open(m->card, &error, (const char *)file.data, file.len, m->passphrase.start);
    if (status == RR_PASSPHRASE)
        rr_die(RR_EXIT_REFUSED, "%s: the passphrase is wrong, or the card was altered. " NOTHING_CHANGED " Try again.",
               rr_safe_string(m->path));
    if (status == RR_MALFORMED) rr_die_at(m->path, &error, "Use a copy of your key card. " NOTHING_CHANGED);
    if (status != RR_OK) rr_die(RR_EXIT_IO, "%s: %s.", rr_safe_string(m->path), rr_status_text(status));
    if (memcmp(m->card->roll_id.bytes, roll->id.bytes, 32) != 0)
        rr_die(RR_EXIT_REFUSED,
               "%s: this card is for another roll than that of this petition. Name the right card. " NOTHING_CHANGED,
               rr_safe_string(m->path));
    if (m->card->edition != roll->edition)
        rr_die(RR_EXIT_REFUSED,
               "%s: this card is for edition %u, and the petition uses edition %u. Name the right card. " NOTHING_CHANGED,
               rr_safe_string(m->path), m->card->edition, roll->edition);
    m->slot = roll->slot;
    const rr_secret *secret = rr_keycard_slot(m->card, m->slot);
    if (m->slot >= m->card->slot_count)
        rr_die(RR_EXIT_REFUSED,
               "%s: has no key for slot %u: it was made for %s of this edition. Ask the registrar. " NOTHING_CHANGED,
               rr_safe_string(m->path), m->slot, rr_count_of(m->card->slot_count, "petition", "petitions"));
    if (secret == NULL)
        rr_die(
            RR_EXIT_REFUSED,
            "%s: the key for slot %u is not on this card: it was used, and destroyed. A roll file serves one petition, so this "
            "petition is answered. " NOTHING_CHANGED,
            rr_safe_string(m->path), m->slot);
    memcpy(m->secret, secret, sizeof *secret);
    rr_entry_key entry;
    if (rr_secret_entry(papers->params, &entry, m->secret) != RR_OK || rr_roll_find_key(&m->place, roll, &entry) != RR_OK)
        rr_die(RR_EXIT_REFUSED,
               "%s: its key is not on the roll of this petition. If you enrolled before the edition was published, ask the "
               "registrar. " NOTHING_CHANGED,
               rr_safe_string(m->path));
}

static bool is_on_roll(void *context, const rr_entry_key *entry) {
    uint32_t place;
    return rr_roll_find_key(&place, context, entry) == RR_OK;
}

static void open_private_key(rr_member *m, const rr_papers *papers, const rr_args *args, rr_bytes file) {
    if (papers->roll.kind != RR_ROLL_ED25519)
        rr_die(RR_EXIT_REFUSED,
               "%s: is an SSH or OpenPGP key, and the roll of this petition holds one-time keys. Name your key "
               "card. " NOTHING_CHANGED,
               rr_safe_string(m->path));
    rr_roll roll = papers->roll;
    rr_entry_key entry;
    rr_error error = {RR_OK, 0, 0, NULL};
    rr_status status = rr_private_key_read(m->secret, &entry, &error, file.data, file.len, NULL, is_on_roll, &roll);
    if (status == RR_PASSPHRASE) {
        rr_text passphrase = rr_passphrase(args, rr_format("Passphrase of %s: ", rr_safe_string(m->path)), false);
        status = rr_private_key_read(m->secret, &entry, &error, file.data, file.len, passphrase.start, is_on_roll, &roll);
        if (status == RR_PASSPHRASE)
            rr_die(RR_EXIT_REFUSED, "%s: the passphrase is wrong. " NOTHING_CHANGED " Try again.", rr_safe_string(m->path));
    }
    if (status == RR_NOT_FOUND)
        rr_die(RR_EXIT_REFUSED,
               "%s: this key is not on the roll of this petition. Use the key that is, or ask the registrar. " NOTHING_CHANGED,
               rr_safe_string(m->path));
    error.status = status;
    if (status != RR_OK) rr_die_at(m->path, &error, "Use an Ed25519 key in a file. " NOTHING_CHANGED);
    if (rr_roll_find_key(&m->place, &papers->roll, &entry) != RR_OK)
        rr_die(RR_EXIT_REFUSED, "%s: is not on the roll.", rr_safe_string(m->path));
}

/* ---- where the answer goes -------------------------------------------------------------------------------------------- */

void rr_need_delivery(const rr_args *args) {
    if (rr_arg(args, "out") != NULL || rr_arg(args, "submit") != NULL || rr_is_url(rr_arg(args, "PETITION"))) return;
    rr_die(RR_EXIT_USAGE, "--out FILE is missing; or send the answer with --submit URL. Say robin %s --help for what it takes.",
           rr_args_command(args)->name);
}

/* Until an answer was sent its file stands beside the key: where there is room for the card there is room for it. */
static const char *waiting_file(const rr_member *m, const rr_args *args) {
    struct stat about;
    bool file = strcmp(m->path, "-") != 0 && stat(m->path, &about) == 0 && S_ISREG(about.st_mode);
    const char *path = file ? rr_format("%s.answer", m->path) : "robin.answer";
    if (rr_exists(path) && !rr_flag(args, "force"))
        rr_die(RR_EXIT_REFUSED,
               "%s: is an answer that was perhaps not sent. Send it with robin send, then remove it; or remove it, or replace "
               "it with "
               "--force. " NOTHING_CHANGED,
               rr_safe_string(path));
    return path;
}

static void plan_delivery(rr_member *m, const rr_papers *papers, const rr_args *args) {
    const char *out = rr_arg(args, "out");
    m->sends = papers->online != NULL && (out == NULL || rr_arg(args, "submit") != NULL);
    if (m->sends && out != NULL && strcmp(out, "-") == 0)
        rr_die(RR_EXIT_USAGE, "--out is - and the answer is to be sent: name a file, or leave --out away.");
    m->out = out != NULL ? out : waiting_file(m, args);
    if (rr_same_file(m->path, m->out))
        rr_die(RR_EXIT_REFUSED,
               "%s: is your key, and the answer would replace it. Name another file with --out. " NOTHING_CHANGED,
               rr_safe_string(m->out));
    rr_output_check(m->out, rr_flag(args, "force"));
}

void rr_open_member(rr_member *m, const rr_papers *papers, const rr_args *args) {
    *m = (rr_member){.path = rr_arg(args, "key")};
    const char *registrar = rr_arg(args, "registrar"), *receipt = rr_arg(args, "receipt");
    plan_delivery(m, papers, args);
    if (registrar != NULL) check_registrar(&papers->roll, registrar);
    rr_text member = receipt == NULL ? (rr_text){NULL, 0} : check_receipt(&papers->roll, receipt);
    rr_bytes file = m->file = rr_read_secret(m->path, RR_LIMIT_SMALL);
    m->secret = rr_take_secret(sizeof *m->secret);
    m->kind = rr_private_guess(file.data, file.len);
    if (m->kind == RR_PRIVATE_UNKNOWN)
        rr_die(
            RR_EXIT_REFUSED,
            "%s: is no key card, no OpenSSH private key and no OpenPGP secret key. Name the file of your key. " NOTHING_CHANGED,
            rr_safe_string(m->path));
    if (m->kind == RR_PRIVATE_KEYCARD)
        open_card(m, papers, args, file);
    else
        open_private_key(m, papers, args, file);
    if (receipt != NULL && !rr_text_equal(member, papers->roll.entries[m->place].member))
        rr_die(RR_EXIT_REFUSED,
               "%s: is the receipt of another member than the one of your key. Name your own. " NOTHING_CHANGED,
               rr_safe_string(receipt));
    m->ring = papers->rings.ring_of_place[m->place];
    if (rr_secret_nullifier(papers->subject, &m->nullifier, m->secret) != RR_OK)
        rr_die(RR_EXIT_REFUSED, "%s: its key cannot be used.", rr_safe_string(m->path));
}

void rr_say_what_is_answered(const rr_papers *papers, const rr_member *m) {
    if (papers->online != NULL) rr_tell("Directory log: %s", rr_online_directory(papers->online));
    rr_tell("Petition: %s", rr_hex_text(papers->petition.pid.bytes, 32));
    rr_tell("Registrar of its roll: %s", rr_safe(papers->roll.registrar.text));
    rr_tell("Your ring: %s", rr_count_of(rr_rings_ring_size(&papers->rings, m->ring), "person", "people"));
}

/* ---- answers ------------------------------------------------------------------------------------------------------------ */

const char *rr_mode_fault(const rr_papers *papers, const rr_member *m, rr_kind kind) {
    const rr_petition *p = &papers->petition;
    uint32_t size = rr_rings_ring_size(&papers->rings, m->ring);
    if (kind == RR_ANONYMOUS && !(p->modes & RR_MODE_ANONYMOUS))
        return "this petition does not take signatures that are never named";
    if (kind == RR_SEALED && !(p->modes & RR_MODE_SEALED)) return "this petition does not take sealed signatures";
    if ((kind == RR_NAMED || kind == RR_STEP_FORWARD) && !(p->modes & RR_MODE_NAMED))
        return "this petition does not take signatures by name";
    if ((kind == RR_ANONYMOUS || kind == RR_SEALED) && size < p->ring_minimum)
        return rr_format("only %s could have signed with you, and this petition takes hidden signatures from %u on",
                         rr_count_of(size, "person", "people"), p->ring_minimum);
    return kind == RR_SEALED ? papers->seal_fault : NULL;
}

void rr_make_record(uint8_t record[RR_RECORD_MAX], size_t *size, const rr_papers *papers, const rr_secret *secret,
                    uint32_t place, rr_kind kind) {
    rr_fresh fresh = rr_fresh_now();
    rr_status status;
    if (kind == RR_ANONYMOUS || kind == RR_SEALED) {
        const rr_ring *ring = rr_prepare_ring(papers, papers->rings.ring_of_place[place]);
        *size = rr_ring_record_size(kind, rr_ring_count(ring));
        size_t scratch_len = rr_sign_ring_scratch_size(rr_ring_count(ring));
        void *scratch = rr_take_secret(scratch_len);
        status = rr_sign_ring(papers->params, papers->subject, ring, record, *size, kind, secret, &fresh, scratch, scratch_len);
        rr_release_secret(scratch);
    } else if (kind == RR_WITHDRAW) {
        *size = RR_WITHDRAW_SIZE;
        status = rr_withdraw(papers->params, papers->subject, record, secret, &fresh);
    } else {
        *size = RR_PLAIN_SIZE;
        status = rr_sign_plain(papers->params, papers->subject, record, kind, place, &papers->roll.entries[place].key, secret,
                               &fresh);
    }
    if (status != RR_OK)
        rr_die(RR_EXIT_REFUSED, "the answer could not be made: %s. Nothing was changed.", rr_status_text(status));
}

void rr_make_answer(uint8_t answer[RR_ANSWER_SIZE], const uint8_t *record, size_t size) {
    randombytes_buf(answer, RR_ANSWER_SIZE);
    if (rr_answer_pack(answer, record, size) != RR_OK) rr_die(RR_EXIT_REFUSED, "the answer could not be packed.");
}

/* Two answers with one card must not overlap: the later one would write back the key that the earlier one has destroyed.  The lock
 * is on the folder, because the card is replaced, and stays until the program ends; where a file system has no locks, comparing
 * still finds all but the closest of runs. */
static void lock_card(const rr_member *m) {
    char *real = realpath(m->path, NULL);
    if (real == NULL) rr_die(RR_EXIT_IO, "%s: %s. " NOTHING_CHANGED, rr_safe_string(m->path), strerror(errno));
    *(strrchr(real, '/') + 1) = 0;
    int fd = open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(real);
    while (fd >= 0 && flock(fd, LOCK_EX) != 0 && errno == EINTR) {
    }
    rr_bytes now = rr_read_secret(m->path, RR_LIMIT_SMALL);
    if (now.len != m->file.len || sodium_memcmp(now.data, m->file.data, now.len) != 0)
        rr_die(RR_EXIT_REFUSED, "%s: the card was changed meanwhile. " NOTHING_CHANGED " Run the command again.",
               rr_safe_string(m->path));
}

static rr_output *prepare_card(rr_member *m) {
    char text[RR_KEYCARD_TEXT_MAX];
    size_t len;
    if (rr_keycard_burn(m->card, m->slot) != RR_OK || rr_keycard_seal(text, sizeof text, &len, m->card, m->passphrase.start,
                                                                      RR_KEYCARD_ITERATIONS, &rr_system_random) != RR_OK)
        rr_die(RR_EXIT_IO, "%s: the key cannot be destroyed. " NOTHING_CHANGED, rr_safe_string(m->path));
    rr_output *card = rr_output_open(m->path, RR_SECRET_FILE, true);
    rr_output_write(card, text, len);
    rr_output_prepare(card);
    return card;
}

static void remove_answer(const char *path) {
    if (!rr_blank_and_remove(path) && errno != ENOENT)
        rr_tell("robin: %s: %s. Remove this file yourself: it holds your answer.", rr_safe_string(path), strerror(errno));
}

static void burn_card(const rr_member *m, rr_output *card) {
    int old = open(m->path, O_WRONLY | O_CLOEXEC);
    rr_output_finish(card);
    rr_blank_replaced(old);
}

static void send_answer(const rr_args *args, rr_member *m, const rr_papers *papers, const uint8_t answer[RR_ANSWER_SIZE]) {
    bool burn = m->card != NULL && !rr_flag(args, "keep-key");
    const char *url = papers->online->remote->url, *why = NULL;
    if (burn) lock_card(m);
    rr_output *out = rr_output_open(m->out, RR_SECRET_FILE, rr_flag(args, "force"));
    rr_output_write(out, answer, RR_ANSWER_SIZE);
    rr_output_prepare(out);
    rr_output *card = burn ? prepare_card(m) : NULL;
    rr_output_finish(out);
    rr_sending sent = rr_online_send(papers->online, &why, url, answer);
    if (sent != RR_SENT && card != NULL) rr_output_drop(card);
    if (sent == RR_SEND_BROKEN) {
        remove_answer(m->out);
        rr_die(RR_EXIT_REFUSED, "the server does not take the answer: %s. Your key was not changed.", why);
    }
    if (sent == RR_SEND_FAILED)
        rr_die(RR_EXIT_IO,
               "%s. It is not known whether the answer has arrived. Your key was not changed, and the answer is kept in %s: "
               "the same answer may "
               "be sent again, which changes nothing if it has. Say robin send %s --to %s",
               why, rr_safe_string(m->out), rr_safe_string(m->out), rr_safe_string(url));
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_BLOCK, &all, &before);
    if (card != NULL) {
        rr_output_on_failure(
            card,
            rr_format(
                "The server has your answer, but the key is still on the card. To destroy it, say robin decline with --out "
                "and another name than %s, and throw both files away.",
                rr_safe_string(m->out)));
        burn_card(m, card);
    }
    remove_answer(m->out);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
}

void rr_give_answer(const rr_args *args, rr_member *m, const rr_papers *papers, const uint8_t answer[RR_ANSWER_SIZE]) {
    const char *path = m->out;
    if (m->sends) {
        send_answer(args, m, papers, answer);
        return;
    }
    bool burn = m->card != NULL && !rr_flag(args, "keep-key"), printed = strcmp(path, "-") == 0;
    if (burn) lock_card(m);
    rr_output *out = rr_output_open(path, RR_SECRET_FILE, rr_flag(args, "force"));
    rr_output_write(out, answer, RR_ANSWER_SIZE);
    rr_output_prepare(out);
    rr_output *card = burn ? prepare_card(m) : NULL;
    /* No signal comes between the answer and the key.  Whoever reads the standard output may be slow, so that must stay open to
     * signals. */
    sigset_t all, before;
    (void)sigfillset(&all);
    if (!printed) (void)sigprocmask(SIG_BLOCK, &all, &before);
    rr_output_finish(out);
    if (printed) (void)sigprocmask(SIG_BLOCK, &all, &before);
    if (card != NULL) {
        rr_output_on_failure(
            card, rr_format("%s, but the key is still on the card. To destroy it, say robin decline with another "
                            "--out, and throw that file away.",
                            printed ? "Your answer was printed" : rr_format("Your answer is in %s", rr_safe_string(path))));
        burn_card(m, card);
    }
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
}

void rr_say_answered(FILE *out, const rr_args *args, const rr_member *m) {
    const char *path = m->out;
    unsigned width = rr_terminal_width(out);
    if (m->sends)
        rr_wrap(out,
                "The server has your answer, and says the same whatever it was. What gets published comes with the next batch.",
                "", width);
    else if (strcmp(path, "-") != 0)
        rr_wrap(
            out,
            rr_format(
                "Your answer is in %s. Whoever reads this file can see what the answer is, and whoever sees you hand it in "
                "knows that "
                "it is yours. So hand it in where nobody sees who brings it, before the petition closes, and then remove it.",
                rr_safe_string(path)),
            "", width);
    if (m->card == NULL)
        rr_wrap(out, "Your key is not destroyed. Whoever ever sees it can find out whether you signed.", "", width);
    else if (rr_flag(args, "keep-key"))
        rr_wrap(out,
                "The key for this petition is still on your key card. Whoever opens the card can find out whether you signed.",
                "", width);
    else
        rr_wrap(out,
                "The key for this petition is destroyed on your key card. A copy of the old card in a backup, in a synced "
                "folder or on flash "
                "storage would still have it.",
                "", width);
}
