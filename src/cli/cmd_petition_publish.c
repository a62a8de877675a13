/* SPDX-License-Identifier: Apache-2.0 */
/* robin petition publish
 *
 * Everything is checked here before anything is sent, and afterwards the server is read as any stranger would read it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/online.h"
#include "cli/papers.h"

enum { LOOKS = 10 };

static void load(rr_papers *papers, const char *folder) {
    papers->petition_file.path = rr_join(folder, RR_PETITION_FILE);
    papers->assignment_note.path = rr_join(folder, RR_ASSIGNMENT_FILE);
    rr_load_petition(papers, papers->petition_file.path);
    rr_load_roll(&papers->roll, &papers->roll_file, rr_join(folder, RR_ROLL_FILE));
    rr_make_rings(papers);
    rr_check_roll_note(&papers->roll, &papers->roll_note, rr_join(folder, RR_ROLL_NOTE_FILE));
    rr_check_assignment(papers);
    papers->certificate_file.path = rr_join(folder, RR_CERTIFICATE_FILE);
    papers->trustees_file.path = rr_join(folder, RR_TRUSTEES_FILE);
    rr_check_ceremony(papers);
    if (papers->seal_fault != NULL)
        rr_die(RR_EXIT_REFUSED, "%s: %s. Make both with robin trustee certify --petition. Nothing was sent.",
               rr_safe_string(folder), papers->seal_fault);
}

static void need_directory(const rr_papers *papers, const rr_vkey *directory, const char *server) {
    if (rr_text_equal(papers->petition.directory.text, directory->text)) return;
    rr_die(RR_EXIT_REFUSED,
           "%s: names the directory log %s, and that of %s is %s. Make the petition with robin petition new --server. Nothing "
           "was sent.",
           rr_safe_string(papers->petition_file.path), rr_safe(papers->petition.directory.text), rr_safe_string(server),
           rr_safe(directory->text));
}

/* The petition as the server shows it, with its leaves in the directory. */
static void read_back(rr_online *online, const char *server, const rr_pid *pid) {
    char error[RR_REMOTE_ERROR_SIZE];
    for (int i = 1;; i++) {
        rr_status status = rr_remote_open(&online->remote, error, &online->transport, server, pid, true);
        if (status == RR_OK) return;
        if (status != RR_NOT_FOUND || i == LOOKS)
            rr_online_die(online, status, rr_format("the petition was sent, but cannot be read back: %s", error));
        (void)sleep(1);
    }
}

int rr_run_petition_publish(const rr_args *args) {
    rr_papers papers = {.params = rr_make_params()};
    const char *server = rr_online_server(rr_arg(args, "to"));
    load(&papers, rr_arg(args, "FOLDER"));
    const rr_signer *signer = rr_open_signer(rr_arg(args, "key"));
    rr_online *online = rr_online_start(args);
    rr_vkey directory, log;
    rr_online_keys(online, server, &directory, &log);
    need_directory(&papers, &directory, server);
    if (rr_online_publish_roll(online, server, &directory, signer, rr_arg(args, "FOLDER"), &papers.roll.digest, true))
        rr_tell("The roll is published on %s.", rr_safe_string(server));
    rr_blob parts[] = {{papers.petition_file.bytes.data, papers.petition_file.bytes.len},
                       {papers.assignment_note.bytes.data, papers.assignment_note.bytes.len},
                       {papers.certificate_file.bytes.data, papers.certificate_file.bytes.len},
                       {papers.trustees_file.bytes.data, papers.trustees_file.bytes.len}};
    bool sealed = (papers.petition.modes & RR_MODE_SEALED) != 0;
    rr_online_publish(online, server, &directory, "petition", signer, parts, sealed ? 4 : 2);
    read_back(online, server, &papers.petition.pid);
    rr_tell("Directory log: %s.", rr_online_directory(online));
    printf("%s\n", rr_safe_string(online->remote->url));
    return RR_EXIT_DONE;
}
