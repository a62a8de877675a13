/* SPDX-License-Identifier: Apache-2.0 */
/* robin enrol */
#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/edition.h"
#include "cli/papers.h"
#include "roll/keycard_plain.h"

extern char **environ;

/* A passphrase: that of --passphrase-file, or on the terminal the one that is offered, or the member's own.  SECRET. */
static rr_text choose_passphrase(const rr_args *args) {
    if (rr_arg(args, "passphrase-file") != NULL) return rr_passphrase(args, "", false);
    char *offered = rr_take_secret(RR_KEYCARD_PASSPHRASE_SIZE);
    if (rr_keycard_passphrase(offered, &rr_system_random) != RR_OK)
        rr_die(RR_EXIT_IO, "the operating system gives no random bytes.");
    FILE *terminal = rr_terminal();
    fprintf(terminal, "A passphrase for your key card:\n\n    %s\n\n", offered);
    rr_wrap(terminal,
            "Write it down on paper. Without it nobody can open the card. Then type it to show that you have it, or type a "
            "passphrase of your own.",
            "", rr_terminal_width(terminal));
    rr_text typed = rr_ask_passphrase("Passphrase: ", false);
    if (typed.len == 0) rr_die(RR_EXIT_REFUSED, "the passphrase is empty. Nothing was written; run the command again.");
    /* On paper it may have capitals and spaces (docs/spec/keycard.md). */
    char *read = rr_take_secret(RR_KEYCARD_PASSPHRASE_SIZE);
    if (rr_groups_read(read, 6, typed.start) && strcmp(read, offered) == 0) return typed;
    rr_text second = rr_ask_passphrase("It is not the one above. The same again: ", false);
    if (second.len != typed.len || memcmp(second.start, typed.start, typed.len) != 0)
        rr_die(RR_EXIT_REFUSED, "the two passphrases differ. Nothing was written; run the command again.");
    return typed;
}

/* The armoured SSH signature over the digest, by ssh-keygen, which knows agents and passphrases. */
static rr_text sign_with_ssh(const char *key, const char digest[RR_BOOK_DIGEST_HEX]) {
    int in[2], out[2];
    if (pipe(in) != 0 || pipe(out) != 0) rr_die(RR_EXIT_IO, "no pipe to ssh-keygen: %s.", strerror(errno));
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0 || posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO) != 0 ||
        posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO) != 0 ||
        posix_spawn_file_actions_addclose(&actions, in[1]) != 0 || posix_spawn_file_actions_addclose(&actions, out[0]) != 0)
        rr_die(RR_EXIT_IO, "out of memory.");
    char program[] = "ssh-keygen", verb[] = "-Y", sign[] = "sign", space[] = "-n", name[] = "round-robin", file[] = "-f";
    char *path = rr_format("%s", key);
    char *const argv[] = {program, verb, sign, space, name, file, path, NULL};
    pid_t child;
    int error = posix_spawnp(&child, program, &actions, NULL, argv, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    if (error != 0) rr_die(RR_EXIT_IO, "ssh-keygen cannot be started: %s. Install openssh-client.", strerror(error));
    (void)close(in[0]);
    (void)close(out[1]);
    bool sent = write(in[1], digest, RR_BOOK_DIGEST_HEX) == RR_BOOK_DIGEST_HEX;
    (void)close(in[1]);
    enum { ROOM = 16384 };
    char *armour = rr_take(ROOM + 1);
    size_t len = 0;
    for (;;) {
        ssize_t n = read(out[0], armour + len, ROOM - len);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        len += (size_t)n;
    }
    (void)close(out[0]);
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!sent || !WIFEXITED(status) || WEXITSTATUS(status) != 0 || len == 0)
        rr_die(RR_EXIT_REFUSED, "ssh-keygen did not sign with %s. Nothing was written.", rr_safe_string(key));
    return (rr_text){armour, len};
}

int rr_run_enrol(const rr_args *args) {
    rr_invitation invitation;
    rr_read_invitation(&invitation, rr_arg(args, "INVITATION"));
    const char *card_path = rr_arg(args, "card"), *out_path = rr_arg(args, "out"), *ssh_key = rr_arg(args, "sign-with");
    if (strcmp(card_path, "-") == 0) rr_die(RR_EXIT_USAGE, "a key card is not printed. Name a file with --card.");
    if (invitation.code.len == 0 && ssh_key == NULL)
        rr_die(RR_EXIT_REFUSED,
               "%s: has no code. Sign with the SSH key that the registrar has listed for you: --sign-with FILE.",
               rr_safe_string(rr_arg(args, "INVITATION")));
    if (rr_same_file(card_path, out_path))
        rr_die(RR_EXIT_USAGE,
               "--card and --out name the same file. The key card stays with you, the enrolment goes to the registrar.");
    /* Both names are tried before the passphrase is asked for. */
    rr_output *card_output = rr_output_open(card_path, RR_SECRET_FILE, false);
    rr_output *output = rr_output_open(out_path, RR_SECRET_FILE, false);

    rr_text passphrase = choose_passphrase(args);
    rr_keycard *card = rr_take_secret(sizeof *card);
    if (rr_keycard_new(card, &invitation.id, invitation.edition, rr_copy_text(invitation.member), rr_copy_text(invitation.name),
                       invitation.slots, &rr_system_random) != RR_OK)
        rr_die(RR_EXIT_REFUSED, "%s: its member or name cannot go on a key card. Ask the registrar.",
               rr_safe_string(rr_arg(args, "INVITATION")));
    uint8_t *book = rr_take(RR_BOOK_MAX);
    size_t book_len;
    if (rr_book_make(rr_make_params(), book, RR_BOOK_MAX, &book_len, card, &rr_system_random) != RR_OK)
        rr_die(RR_EXIT_IO, "the keys could not be made. Nothing was written.");
    rr_enrolment_file *enrolment = rr_take(sizeof *enrolment);
    rr_enrolment_of_card(enrolment, card, book, book_len);
    if (ssh_key != NULL) {
        char digest[RR_BOOK_DIGEST_HEX];
        rr_book_digest(digest, book, book_len);
        enrolment->signature = sign_with_ssh(ssh_key, digest);
    } else {
        enrolment->code = invitation.code;
    }
    char *text = rr_take_secret(RR_ENROLMENT_TEXT_MAX);
    size_t len;
    if (rr_enrolment_write(text, RR_ENROLMENT_TEXT_MAX, &len, enrolment) != RR_OK)
        rr_die(RR_EXIT_REFUSED,
               "%s: the enrolment cannot be written: a field breaks its grammar. Ask the registrar for another invitation.",
               rr_safe_string(rr_arg(args, "INVITATION")));
    char *card_text = rr_take(RR_KEYCARD_TEXT_MAX);
    size_t card_len;
    if (rr_keycard_seal(card_text, RR_KEYCARD_TEXT_MAX, &card_len, card, passphrase.start, RR_KEYCARD_ITERATIONS,
                        &rr_system_random) != RR_OK)
        rr_die(RR_EXIT_IO, "the key card could not be encrypted. Nothing was written.");
    rr_output_write(card_output, card_text, card_len);
    rr_output_write(output, text, len);
    rr_output_prepare(output);
    rr_output_finish(card_output);
    rr_output_finish(output);
    unsigned width = rr_terminal_width(stderr);
    rr_wrap(stderr,
            rr_format("Your key card is %s, with keys for %s of edition %u. Keep it, and its passphrase elsewhere. Send %s to "
                      "the registrar "
                      "as you would send the code in it, and remove it when you have the receipt.",
                      rr_safe_string(card_path), rr_count_of(invitation.slots, "petition", "petitions"), invitation.edition,
                      rr_safe_string(out_path)),
            "", width);
    return RR_EXIT_DONE;
}
