/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

#define SETTING(name, argument, takes, help)                                                                                   \
    { name, argument, takes, 0, NULL, NULL, help }

const rr_command rr_command_serve = {
    .name = "serve",
    .summary = "serve petitions over HTTP",
    .text =
        "Takes answers, publishes them in batches at announced times, serves pages, logs and evidence. It keeps nothing about "
        "who answers: no "
        "addresses, no times, no order.\n\n"
        "Settings come from a file, from environment variables (ROBIN_DB for --db, and so on) and from options; the later ones "
        "win. robin-serve(5) explains each. The server listens in plain HTTP: put a proxy with TLS before it, or an onion "
        "service.\n\n"
        "It prints the verifier key of its directory log and its addresses, and then nothing but what an operator has to know. "
        "SIGTERM ends it: what has come "
        "is still taken.",
    .options =
        (const rr_option[]){
            SETTING("config", "FILE", RR_TAKES_FILE, "Settings, as robin-serve(5) has them"),
            {"listen", "ADDRESS", RR_TAKES_TEXT, RR_MANY, NULL, NULL,
             "127.0.0.1:8080, [::1]:8080, unix:PATH, or systemd for a socket that is handed over; port 0 takes any free one"},
            SETTING("db", "PATH", RR_TAKES_FILE, "The database; it is made if it is not there"),
            SETTING("keys", "FOLDER", RR_TAKES_FOLDER,
                    "The keys of the logs and of the batches: never in a backup of the database"),
            SETTING("cache", "FOLDER", RR_TAKES_FOLDER, "Evidence files; it may be emptied at any time"),
            SETTING("name", "NAME", RR_TAKES_TEXT, "The server's name, such as petitions.example.org"),
            SETTING("address", "URL", RR_TAKES_TEXT, "The address under which the world sees it"),
            {"publisher", "VKEY", RR_TAKES_TEXT, RR_MANY, NULL, NULL,
             "A verifier key that may publish rolls, petitions and editions"},
            {"witness", "WITNESS", RR_TAKES_TEXT, RR_MANY, NULL, NULL,
             "A witness that is asked to cosign the directory log: its verifier key, a space, and its address"},
            SETTING("batch-interval", "SECONDS", RR_TAKES_TEXT, "Batches are published at multiples of it [default: 21600]"),
            SETTING("batch-minimum", "N", RR_TAKES_TEXT, "A batch has at least so many records, 8 or more [default: 8]"),
            SETTING("tick", "SECONDS", RR_TAKES_TEXT, "Answers are written, and acknowledged, so often [default: 5]"),
            SETTING("connections", "N", RR_TAKES_TEXT, "At most so many at once [default: 10000]"),
            SETTING("queue", "N", RR_TAKES_TEXT, "At most so many answers on their way [default: 16384]"),
            SETTING("threads", "N", RR_TAKES_TEXT, "Threads that verify; 0: one a core [default: 0]"),
            RR_OPTION_END,
        },
    .positionals = (const rr_positional[]){RR_POSITIONAL_END},
    .examples = "# On this machine only\n"
                "robin serve --listen 127.0.0.1:8080 --db robin.db --keys keys --cache cache --name localhost \\\n"
                "    --publisher \"$(robin key show registrar.key)\"\n"
                "# As a service\n"
                "robin serve --config /etc/robin/serve.conf\n",
    .run = rr_run_serve,
};

const rr_command rr_command_demo = {
    .name = "demo",
    .summary = "hold a complete petition on this machine",
    .text = "Starts a server on this machine, makes a roll of 600 invented people, and prints the petition's address and three "
            "invitations. When somebody has "
            "enrolled with one of them, the roll is published and the petition opens; the invented people answer little by "
            "little, so that batches "
            "fill, and whoever enrolled can answer among them. Each command that it runs is shown.\n\n"
            "Nothing leaves the machine. It runs until Ctrl-C, and its files stay.",
    .options =
        (const rr_option[]){
            {"folder", "FOLDER", RR_TAKES_FOLDER, 0, NULL, NULL, "Where its files go [default: a new folder in /tmp]"},
            {"listen", "ADDRESS", RR_TAKES_TEXT, 0, "127.0.0.1:8080", NULL, "Where the server listens"},
            {"batch-interval", "SECONDS", RR_TAKES_TEXT, 0, "20", NULL, "How often batches are published"},
            RR_OPTION_END,
        },
    .positionals = (const rr_positional[]){RR_POSITIONAL_END},
    .examples = "robin demo\n",
    .run = rr_run_demo,
};
