/* SPDX-License-Identifier: Apache-2.0 */
/* The registrar's commands for enrolment over the network. */
#include "cli/commands.h"

#define OPTION_KEY                                                                                                             \
    { "key", "FILE", RR_TAKES_FILE, RR_MUST, NULL, NULL, "The registrar's signing key, made by robin key new" }
#define POSITIONAL_FOLDER                                                                                                      \
    { "FOLDER", RR_TAKES_FOLDER, RR_MUST, NULL, "The registrar's folder for this edition, made by robin roll new" }
const rr_command rr_command_roll_invite = {
    .name = "roll invite",
    .summary = "make sheets, pictures or mails of the invitations",
    .text =
        "Makes of the invitations in the registrar's folder what can be handed out: printable sheets with a QR code, one page "
        "a "
        "person; the QR codes alone; a table for mail merge; or mails. People who have enrolled are left out.\n\n"
        "The link leads to the edition's page on the server. What follows its sign #, the member, the code and the name, is "
        "not sent when the page is opened, and opening it uses nothing up.\n\n"
        "Files that are written here hold codes, and only you can read them: whoever has one can enrol in place of the people "
        "in it.\n\n"
        "Mails go over TLS; without it only to a mail server on this machine. The file mailed.txt in the folder says who was "
        "sent "
        "one: the command can be run again after a failure, and sends no second mail. Mail can be read on its way and where it "
        "is "
        "kept: paper is better.",
    .options =
        (const rr_option[]){
            {"to", "URL", RR_TAKES_TEXT, RR_MUST, NULL, NULL, "The server where people enrol"},
            {"sheets", "FILE", RR_TAKES_FILE, 0, NULL, NULL, "Write one HTML file with a sheet for each person"},
            {"svg", "FOLDER", RR_TAKES_FOLDER, 0, NULL, NULL, "Write the QR code of each person to MEMBER.svg"},
            {"tsv", "FILE", RR_TAKES_FILE, 0, NULL, NULL, "Write a table: member, name, link, code, with a line of headings"},
            {"smtp", "URL", RR_TAKES_TEXT, 0, NULL, NULL,
             "Send mails by this server: smtps://host:port, or smtp://host:port with STARTTLS"},
            {"from", "ADDRESS", RR_TAKES_TEXT, 0, NULL, NULL, "The sender's address"},
            {"mail-file", "FILE", RR_TAKES_FILE, 0, NULL, NULL, "Lines member TAB address: who gets a mail"},
            {"smtp-user", "NAME", RR_TAKES_TEXT, 0, NULL, NULL, "Who logs in to the mail server"},
            {"smtp-password-file", "FILE", RR_TAKES_FILE, 0, NULL, NULL,
             "Its password: the first line of FILE; /dev/fd/N reads an open descriptor"},
            {"mails-per-minute", "NUMBER", RR_TAKES_NUMBER, 0, "60", NULL, "How fast mails are sent"},
            {"language", "LANGUAGE", RR_TAKES_CHOICE, 0, "en", "en ru", "The language of sheets and mails"},
            {"member", "NAME", RR_TAKES_TEXT, RR_MANY, NULL, NULL, "Only this member"},
            RR_OPTION_FORCE,
            RR_OPTION_END},
    .positionals = (const rr_positional[]){POSITIONAL_FOLDER, RR_POSITIONAL_END},
    .examples = "robin roll invite spring --to https://petition.example.org --sheets sheets.html\n"
                "robin roll invite spring --to https://petition.example.org --smtp smtps://mail.example.org:465 \\\n"
                "    --from registrar@example.org --mail-file addresses.tsv --smtp-user registrar --smtp-password-file pass\n",
    .run = rr_run_roll_invite,
};

const rr_command rr_command_roll_open = {
    .name = "roll open",
    .summary = "let people enrol on a server",
    .text = "Tells a server which edition this is, the hashes of the unused codes, and the SSH keys that may sign, so that it "
            "can check "
            "enrolments as they come. The server's operator must have listed the registrar's key as a publisher. It learns "
            "neither codes "
            "nor names: requests are kept sealed to the registrar's key. Take them in with robin roll enrolments --from.\n\n"
            "Run it again after robin roll import, to add people.",
    .options =
        (const rr_option[]){
            OPTION_KEY, {"to", "URL", RR_TAKES_TEXT, RR_MUST, NULL, NULL, "The server"}, RR_OPTION_PROXY, RR_OPTION_END},
    .positionals = (const rr_positional[]){POSITIONAL_FOLDER, RR_POSITIONAL_END},
    .examples = "robin roll open spring --key registrar.key --to https://petition.example.org\n",
    .run = rr_run_roll_open,
};

const rr_command rr_command_roll_close = {
    .name = "roll close",
    .summary = "end enrolment on a server",
    .text =
        "After this the server takes no more enrolments of the edition. Those that it has can still be taken in, and receipts "
        "can still be had: robin roll enrolments --from. Do that before robin roll publish.",
    .options =
        (const rr_option[]){
            OPTION_KEY, {"to", "URL", RR_TAKES_TEXT, RR_MUST, NULL, NULL, "The server"}, RR_OPTION_PROXY, RR_OPTION_END},
    .positionals = (const rr_positional[]){POSITIONAL_FOLDER, RR_POSITIONAL_END},
    .examples = "robin roll close spring --key registrar.key --to https://petition.example.org\n",
    .run = rr_run_roll_close,
};
