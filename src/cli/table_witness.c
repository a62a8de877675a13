/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

#define POSITIONAL_FOLDER                                                                                                      \
    { "FOLDER", RR_TAKES_FOLDER, RR_MUST, NULL, "The witness's folder" }

const rr_command rr_command_witness_new = {
    .name = "witness new",
    .summary = "make the key of a witness",
    .text = "A witness confirms that a server's directory log only grows: it cosigns each checkpoint that continues the one "
            "before, with the time, and never two that contradict each other. Whoever trusts enough witnesses then knows that "
            "everybody is shown the same petitions and counts, and when a log was closed. It learns nothing about who "
            "answers.\n\n"
            "This makes a folder with the key, witness.key, and a list of the logs to be cosigned, logs, to which you add the "
            "verifier keys of servers' directory logs. The witness's own verifier key is printed: organisers name it in their "
            "petitions (robin petition new --witness), operators ask it (the setting `witness` of robin-serve(5)), members and "
            "journalists put it into their own lists (--witnesses).\n\n"
            "Choose witnesses who do not depend on each other, nor on the server's operator.",
    .options = (const rr_option[]){{"name", "NAME", RR_TAKES_TEXT, RR_MUST, NULL, NULL,
                                    "The witness's name, such as witness.example.org"},
                                   RR_OPTION_END},
    .positionals = (const rr_positional[]){POSITIONAL_FOLDER, RR_POSITIONAL_END},
    .examples = "robin witness new witness --name witness.example.org\n",
    .run = rr_run_witness_new,
};

const rr_command rr_command_witness_serve = {
    .name = "witness serve",
    .summary = "cosign the checkpoints of logs",
    .text =
        "Serves C2SP tlog-witness: POST /add-checkpoint, and GET /HEX/checkpoint with the last cosigned checkpoint of the log "
        "whose name has this SHA-256. What was cosigned is kept in FOLDER/witness.db, durably, before anybody is told. Never "
        "bring an older copy of that file back: the witness could then cosign two logs that contradict each other. If it is "
        "lost, make a new witness with a new key.\n\n"
        "It listens in plain HTTP: put a proxy with TLS before it. It keeps no addresses and no times of requests, and prints "
        "nothing but what its operator has to know: above all, that a log shows a checkpoint that contradicts an earlier one. "
        "SIGTERM ends it.",
    .options = (const rr_option[]){{"listen", "ADDRESS", RR_TAKES_TEXT, RR_MANY | RR_MUST, NULL, NULL,
                                    "127.0.0.1:8090, [::1]:8090, unix:PATH, or systemd for a socket that is handed over; "
                                    "port 0 takes any free one"},
                                   RR_OPTION_END},
    .positionals = (const rr_positional[]){POSITIONAL_FOLDER, RR_POSITIONAL_END},
    .examples = "robin witness serve witness --listen 127.0.0.1:8090\n",
    .run = rr_run_witness_serve,
};

const rr_command rr_command_monitor = {
    .name = "monitor",
    .summary = "follow a server's logs, and say when it contradicts itself",
    .text =
        "Downloads the directory log and the log of every petition in it, verifies everything, and compares it with what it "
        "has "
        "seen before, which it keeps in the file --state. It ends with status 1 as soon as something is wrong: a log was "
        "forked "
        "or has shrunk, a checkpoint was rewritten, a petition's assignment is omitted, something does not verify. The file "
        "then holds a checkpoint that the server has signed, and beside it is the one that contradicts it, if there is one: "
        "together they prove it to anybody.\n\n"
        "Run it often from a place that the server does not know, once each time or with --every. With --ask it also "
        "asks witnesses what they have cosigned: so two people who are shown different logs find out. It learns nothing about "
        "who answers.",
    .options =
        (const rr_option[]){
            {"state", "FILE", RR_TAKES_FILE, RR_MUST, NULL, NULL, "What was seen; it is made if it is not there"},
            {"every", "SECONDS", RR_TAKES_NUMBER, 0, NULL, NULL,
             "Look again so often, until something is wrong [default: once]"},
            {"ask", "URL", RR_TAKES_TEXT, RR_MANY, NULL, NULL, "A witness that is asked what it has cosigned of this log"},
            {"directory", "VKEY", RR_TAKES_TEXT, 0, NULL, NULL,
             "The verifier key of the server's directory log, as you know it from elsewhere [default: the one that the server "
             "names the first time]"},
            RR_OPTION_WITNESSES,
            RR_OPTION_PROXY,
            RR_OPTION_END},
    .positionals = (const rr_positional[]){{"URL", RR_TAKES_TEXT, RR_MUST, NULL, "The server's address"}, RR_POSITIONAL_END},
    .examples = "robin monitor https://petitions.example --state petitions.seen --every 600\n"
                "robin monitor https://petitions.example --state petitions.seen --ask https://witness.example.org\n",
    .run = rr_run_monitor,
};
