/* SPDX-License-Identifier: Apache-2.0 */
/* robin enrol */
#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/edition.h"
#include "cli/enrol_submit.h"
#include "cli/papers.h"
#include "cli/sheets.h"

extern char **environ;

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

/* What the command works on. */
typedef struct enrolling {
    const rr_args *args;
    rr_invitation invitation;
    const char *path; /* of the invitation */
    const char *server, *card_path, *request_path;
    rr_text request; /* SECRET */
    rr_enrolment_file *enrolment;
    bool remove_request; /* when the receipt is there: nobody has asked for the file */
} enrolling;

/* ---- keys ------------------------------------------------------------------------------------------------------------------- */

static void write_request(enrolling *e, const uint8_t *book, size_t book_len, const rr_keycard *card) {
    const char *ssh_key = rr_arg(e->args, "sign-with");
    e->enrolment = rr_take(sizeof *e->enrolment);
    rr_enrolment_of_card(e->enrolment, card, book, book_len);
    if (ssh_key != NULL) {
        char digest[RR_BOOK_DIGEST_HEX];
        rr_book_digest(digest, book, book_len);
        e->enrolment->signature = sign_with_ssh(ssh_key, digest);
    } else {
        e->enrolment->code = e->invitation.code;
    }
    char *text = rr_take_secret(RR_ENROLMENT_TEXT_MAX);
    size_t len;
    if (rr_enrolment_write(text, RR_ENROLMENT_TEXT_MAX, &len, e->enrolment) != RR_OK)
        rr_die(RR_EXIT_REFUSED,
               "%s: the enrolment cannot be written: a field breaks its grammar. Ask the registrar for another invitation.",
               rr_safe_string(e->path));
    e->request = (rr_text){text, len};
}

/* When this returns, card and request are durably on the disk. */
static void make_keys(enrolling *e) {
    /* Both names are tried before the passphrase is asked for. */
    rr_output *card_output = rr_output_open(e->card_path, RR_SECRET_FILE, false);
    rr_output *output = rr_output_open(e->request_path, RR_SECRET_FILE, false);
    const rr_invitation *i = &e->invitation;
    rr_text passphrase = rr_choose_passphrase(e->args, "key card");
    rr_keycard *card = rr_take_secret(sizeof *card);
    if (rr_keycard_new(card, &i->id, i->edition, rr_copy_text(i->member), rr_copy_text(i->name), i->slots, &rr_system_random) !=
        RR_OK)
        rr_die(RR_EXIT_REFUSED, "%s: its member or name cannot go on a key card. Ask the registrar.", rr_safe_string(e->path));
    uint8_t *book = rr_take(RR_BOOK_MAX);
    size_t book_len;
    if (rr_book_make(rr_make_params(), book, RR_BOOK_MAX, &book_len, card, &rr_system_random) != RR_OK)
        rr_die(RR_EXIT_IO, "the keys could not be made. Nothing was written.");
    write_request(e, book, book_len, card);
    char *card_text = rr_take(RR_KEYCARD_TEXT_MAX);
    size_t card_len;
    if (rr_keycard_seal(card_text, RR_KEYCARD_TEXT_MAX, &card_len, card, passphrase.start, RR_KEYCARD_ITERATIONS,
                        &rr_system_random) != RR_OK)
        rr_die(RR_EXIT_IO, "the key card could not be encrypted. Nothing was written.");
    rr_output_write(card_output, card_text, card_len);
    rr_output_write(output, e->request.start, e->request.len);
    rr_output_prepare(output);
    rr_output_finish(card_output);
    rr_output_finish(output);
}

/* A request that was made earlier, from this invitation. */
static void read_request(enrolling *e) {
    rr_bytes bytes = rr_read_secret(e->request_path, RR_ENROLMENT_TEXT_MAX);
    rr_error error;
    e->enrolment = rr_parse_enrolment(&error, bytes);
    if (e->enrolment == NULL) rr_die_at(e->request_path, &error, "Name the enrolment file that was made with your key card.");
    if (memcmp(&e->enrolment->roll_id, &e->invitation.id, sizeof e->invitation.id) != 0 ||
        e->enrolment->edition != e->invitation.edition || !rr_text_equal(e->enrolment->member, e->invitation.member))
        rr_die(RR_EXIT_REFUSED, "%s: was not made from this invitation. Name the right one.", rr_safe_string(e->request_path));
    e->request = (rr_text){(const char *)bytes.data, bytes.len};
}

/* ---- the command ------------------------------------------------------------------------------------------------------------ */

static void check_options(enrolling *e) {
    const rr_args *args = e->args;
    const char *out = rr_arg(args, "out"), *again = rr_arg(args, "again"), *receipt = rr_arg(args, "receipt");
    e->card_path = rr_arg(args, "card");
    if (again != NULL && (e->card_path != NULL || out != NULL || rr_arg(args, "sign-with") != NULL))
        rr_die(RR_EXIT_USAGE, "--again sends what was made: --card, --out and --sign-with do not go with it.");
    if (again == NULL && e->card_path == NULL) rr_die(RR_EXIT_USAGE, "--card is missing: where the key card goes.");
    if (e->card_path != NULL && strcmp(e->card_path, "-") == 0)
        rr_die(RR_EXIT_USAGE, "a key card is not printed. Name a file with --card.");
    e->request_path = again != NULL ? again : out != NULL ? out : rr_format("%s.request", e->card_path);
    e->remove_request = again == NULL && out == NULL;
    if (e->card_path != NULL && rr_same_file(e->card_path, e->request_path))
        rr_die(RR_EXIT_USAGE,
               "--card and --out name the same file. The key card stays with you, the enrolment goes to the registrar.");
    if (receipt != NULL &&
        (rr_same_file(receipt, e->request_path) || (e->card_path != NULL && rr_same_file(receipt, e->card_path))))
        rr_die(RR_EXIT_USAGE, "--receipt names a file that another option names. Choose another.");
    if (receipt != NULL) rr_output_check(receipt, false);
}

static void find_server(enrolling *e) {
    const char *submit = rr_arg(e->args, "submit"), *of_link = NULL, *out = rr_arg(e->args, "out");
    rr_read_invitation_or_link(&e->invitation, &of_link, e->path, rr_arg(e->args, "proxy"));
    e->server = submit != NULL ? submit : out == NULL ? of_link : NULL;
    if (e->server != NULL) (void)rr_edition_address(e->server, &e->invitation.id, e->invitation.edition);
    if (e->server == NULL && out == NULL)
        rr_die(RR_EXIT_USAGE, "say where the enrolment goes: to a server with --submit URL, or to a file with --out FILE.");
    if (e->server == NULL && rr_arg(e->args, "receipt") != NULL)
        rr_die(RR_EXIT_USAGE, "--receipt waits for a server's answer: it needs --submit URL.");
    if (e->server != NULL && strcmp(e->request_path, "-") == 0)
        rr_die(RR_EXIT_USAGE, "what is sent to a server stays in a file until there is a receipt. Name one with --out.");
}

static int send_and_wait(const enrolling *e) {
    const char *receipt = rr_arg(e->args, "receipt"), *file = rr_safe_string(e->request_path);
    rr_submission s = {e->server, rr_arg(e->args, "proxy"), e->request_path, &e->invitation, e->request, e->enrolment};
    rr_submit(&s);
    rr_tell("The server has your enrolment.");
    if (receipt == NULL) {
        rr_tell("The receipt comes when the registrar has taken it. Fetch it with --again %s --receipt FILE; then remove %s.",
                file, file);
        return RR_EXIT_DONE;
    }
    if (!rr_fetch_receipt(&s, receipt, rr_arg_number(e->args, "wait")))
        rr_die(RR_EXIT_IO,
               "the receipt is not there yet: the registrar has not taken your enrolment. Nothing is lost; fetch it later with "
               "--again %s --receipt %s",
               file, rr_safe_string(receipt));
    if (e->remove_request) (void)unlink(e->request_path);
    rr_tell("The receipt is %s, signed by your registrar. Keep it with the card.%s", rr_safe_string(receipt),
            e->remove_request ? "" : rr_format(" Remove %s.", file));
    return RR_EXIT_DONE;
}

int rr_run_enrol(const rr_args *args) {
    enrolling e = {.args = args, .path = rr_arg(args, "INVITATION")};
    check_options(&e);
    find_server(&e);
    if (rr_arg(args, "again") != NULL) {
        read_request(&e);
        return send_and_wait(&e);
    }
    if (e.invitation.code.len == 0 && rr_arg(args, "sign-with") == NULL)
        rr_die(RR_EXIT_REFUSED,
               "%s: has no code. Sign with the SSH key that the registrar has listed for you: --sign-with FILE.",
               rr_safe_string(e.path));
    make_keys(&e);
    const char *next = e.server != NULL
                           ? ""
                           : rr_format(" Send %s to the registrar as you would send the code in it, and remove it when "
                                       "you have the receipt.",
                                       rr_safe_string(e.request_path));
    rr_wrap(stderr,
            rr_format("Your key card is %s, with keys for %s of edition %u. Keep it, and its passphrase elsewhere.%s",
                      rr_safe_string(e.card_path), rr_count_of(e.invitation.slots, "petition", "petitions"),
                      e.invitation.edition, next),
            "", rr_terminal_width(stderr));
    return e.server != NULL ? send_and_wait(&e) : RR_EXIT_DONE;
}
