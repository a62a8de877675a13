/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

#define OPTION_KEY                                                                                                             \
    {                                                                                                                          \
        "key", "FILE", RR_TAKES_FILE, RR_MUST, NULL, NULL,                                                                     \
            "Your key card, or your OpenSSH or OpenPGP secret key file, for rolls of such keys"                                \
    }
#define OPTION_OUT                                                                                                             \
    {                                                                                                                          \
        "out", "FILE", RR_TAKES_FILE, 0, NULL, NULL,                                                                           \
            "Write the answer to FILE instead of sending it: 2048 bytes, whatever the answer is; - is standard output. With "  \
            "--submit, where it waits until it was sent"                                                                       \
    }
#define OPTION_SUBMIT                                                                                                          \
    {                                                                                                                          \
        "submit", "URL", RR_TAKES_TEXT, 0, NULL, NULL,                                                                         \
            "Send the answer of a petition in a folder to its page or its server, whose logs are checked first"                \
    }
#define OPTION_KEEP_KEY                                                                                                        \
    {                                                                                                                          \
        "keep-key", NULL, RR_TAKES_NOTHING, 0, NULL, NULL,                                                                     \
            "Keep the key on the card, to be able to step forward or withdraw; whoever finds it can see whether you signed"    \
    }

#define KEY_TEXT                                                                                                               \
    "PETITION may be the address of a petition's page. Then the papers are downloaded, the log and the server's directory "    \
    "log are checked before your key is opened, and the answer is sent there, unless --out is given. "                         \
    "A server takes every answer with the same words; the key is destroyed only then. If the connection breaks, the answer "   \
    "is kept in a file beside the key, and can be sent again with robin send: "                                                \
    "the same answer counts once. A server sees network addresses, unless you use Tor: --proxy socks5h://127.0.0.1:9050\n\n"   \
    "When the answer file is safely written, the key for this petition is destroyed on the key card, so that the key card "    \
    "does not say whether you signed. For the rest: remove the answer file when it is handed in, and close this terminal. "    \
    "The card is overwritten; a flash disk, a backup or a synced folder may still hold a copy of the old "                     \
    "card. SSH and OpenPGP keys are not destroyed: you are hidden until your key is ever seen by someone else.\n\n"            \
    "A roll is as good as its registrar, and anybody can make one under the same name. Name the receipt of your enrolment "    \
    "with --receipt, or your registrar's "                                                                                     \
    "verifier key with --registrar."
#define HISTORY_TEXT                                                                                                           \
    "The command line stays in the shell's history, and says what you answered. That of robin answer does not.\n\n"

const rr_command rr_command_enrol = {
    .name = "enrol",
    .summary = "make your one-time keys, from an invitation",
    .text =
        "Makes a book of one-time keys, one for each petition that the edition can serve, keeps them on a key card, and writes "
        "the "
        "enrolment file, which you send to the registrar. The key card is one file, encrypted under a passphrase. A passphrase "
        "is offered; write it down on paper. Without card and passphrase you cannot sign, and nobody can restore them.\n\n"
        "An invitation is used up by an enrolment that the registrar has taken, not by reading it. If your invitation has no "
        "code, sign "
        "with the SSH key that the registrar has listed for you: --sign-with.\n\n"
        "The invitation is the file that the registrar gave you, or a file with the link of your sheet or mail: all of it, "
        "with "
        "what follows the sign #. With --submit the enrolment goes to the server, after card and enrolment file are safely on "
        "the "
        "disk. If that fails, send the same file once more with --again. The server can read whom the enrolment is of, and "
        "checks "
        "it; it keeps it sealed to the registrar. When the registrar has taken it, the receipt can be fetched with --receipt.",
    .options = (const rr_option[]){{"card", "FILE", RR_TAKES_FILE, 0, NULL, NULL, "Where the key card goes"},
                                   {"out", "FILE", RR_TAKES_FILE, 0, NULL, NULL,
                                    "Where the enrolment file goes [default with --submit: the card's name and .request]"},
                                   {"submit", "URL", RR_TAKES_TEXT, 0, NULL, NULL,
                                    "Send the enrolment to this server [default, if the invitation is a link and --out is not "
                                    "given: the link's]"},
                                   {"receipt", "FILE", RR_TAKES_FILE, 0, NULL, NULL,
                                    "Wait for the receipt, check it, and write it to FILE"},
                                   {"wait", "SECONDS", RR_TAKES_NUMBER, 0, "60", NULL, "How long to wait for the receipt"},
                                   {"again", "FILE", RR_TAKES_FILE, 0, NULL, NULL,
                                    "Make no keys: send this enrolment file again, or ask for its receipt"},
                                   RR_OPTION_PROXY,
                                   {"sign-with", "FILE", RR_TAKES_FILE, 0, NULL, NULL,
                                    "Sign with this SSH key instead of the code; runs ssh-keygen -Y sign"},
                                   RR_OPTION_PASSPHRASE_FILE,
                                   RR_OPTION_END},
    .positionals =
        (const rr_positional[]){{"INVITATION", RR_TAKES_FILE, RR_MUST, NULL,
                                 "The invitation that the registrar gave to you, or a file with its link; - is standard input"},
                                RR_POSITIONAL_END},
    .examples = "robin enrol invitation.txt --card me.card --out enrolment.txt\n"
                "robin enrol link.txt --card me.card --receipt receipt.txt\n"
                "# Later, if the receipt was not there yet.\n"
                "robin enrol link.txt --again me.card.request --receipt receipt.txt\n",
    .run = rr_run_enrol,
};

const rr_command rr_command_answer = {
    .name = "answer",
    .summary = "read a petition and answer it, on the terminal",
    .text = "Shows the petition and checks its roll and the registrar's notes. Then it asks: by name, sealed, never named, or "
            "decline. Before "
            "that it says what will be public, among how many people you hide, and what cannot be undone. Nothing is chosen "
            "for you.\n\n"
            "With a petition in a folder it works without a network and writes an answer file of 2048 bytes, whatever you "
            "answered. Whoever reads this "
            "file can see what the "
            "answer is, and whoever sees you hand it in knows that it is yours: hand it in where nobody sees who brings "
            "it.\n\n" KEY_TEXT,
    .options =
        (const rr_option[]){OPTION_KEY, OPTION_OUT, OPTION_KEEP_KEY, OPTION_SUBMIT, RR_OPTION_PROXY, RR_OPTION_WITNESSES,
                            RR_OPTION_RECEIPT, RR_OPTION_REGISTRAR, RR_OPTION_EVIDENCE, RR_OPTION_ROLL, RR_OPTION_ROLL_NOTE,
                            RR_OPTION_ASSIGNMENT, RR_OPTION_PASSPHRASE_FILE, RR_OPTION_FORCE, RR_OPTION_END},
    .positionals = (const rr_positional[]){RR_POSITIONAL_PETITION_ONLINE, RR_POSITIONAL_END},
    .examples = "robin answer library --key me.card --out answer.bin\n"
                "robin answer https://petitions.example/p/5f0c…/ --key me.card --proxy socks5h://127.0.0.1:9050\n",
    .run = rr_run_answer,
};

const rr_command rr_command_sign = {
    .name = "sign",
    .summary = "sign a petition, from a script",
    .text = "Does what robin answer does, without asking. Modes: anonymous, so that nobody can tell which of the people in "
            "your ring you are; "
            "named, so that everybody reads your name; sealed, to be named together with others, after the trustees' "
            "certificate and "
            "acceptances were checked.\n\n" HISTORY_TEXT KEY_TEXT,
    .options = (const rr_option[]){OPTION_KEY,
                                   {"mode", "MODE", RR_TAKES_CHOICE, RR_MUST, NULL, "anonymous sealed named", "How you sign"},
                                   OPTION_OUT,
                                   OPTION_KEEP_KEY,
                                   OPTION_SUBMIT,
                                   RR_OPTION_PROXY,
                                   RR_OPTION_WITNESSES,
                                   RR_OPTION_RECEIPT,
                                   RR_OPTION_REGISTRAR,
                                   RR_OPTION_ROLL,
                                   RR_OPTION_ROLL_NOTE,
                                   RR_OPTION_ASSIGNMENT,
                                   RR_OPTION_PASSPHRASE_FILE,
                                   RR_OPTION_FORCE,
                                   RR_OPTION_END},
    .positionals = (const rr_positional[]){RR_POSITIONAL_PETITION_ONLINE, RR_POSITIONAL_END},
    .examples = "robin sign library --key ~/.ssh/id_ed25519 --mode anonymous --out answer.bin\n",
    .run = rr_run_sign,
};

const rr_command rr_command_decline = {
    .name = "decline",
    .summary = "answer a petition without signing it",
    .text =
        "Writes an answer file that counts as nothing and has the size of any other, and destroys the key as signing does. The "
        "more people answer, "
        "the less a missing key says.\n\n" HISTORY_TEXT KEY_TEXT,
    .options = (const rr_option[]){OPTION_KEY, OPTION_OUT, OPTION_KEEP_KEY, OPTION_SUBMIT, RR_OPTION_PROXY, RR_OPTION_WITNESSES,
                                   RR_OPTION_RECEIPT, RR_OPTION_REGISTRAR, RR_OPTION_ROLL, RR_OPTION_ROLL_NOTE,
                                   RR_OPTION_ASSIGNMENT, RR_OPTION_PASSPHRASE_FILE, RR_OPTION_FORCE, RR_OPTION_END},
    .positionals = (const rr_positional[]){RR_POSITIONAL_PETITION_ONLINE, RR_POSITIONAL_END},
    .examples = "robin decline library --key me.card --out answer.bin\n",
    .run = rr_run_decline,
};

const rr_command rr_command_withdraw = {
    .name = "withdraw",
    .summary = "take your signature back, if you kept the key",
    .text = "Writes an answer file that withdraws the signature made with this key. The signature stays in the log and counts "
            "no more; a hidden one "
            "stays hidden. A sealed one can be withdrawn only before its opening is announced.\n\n" HISTORY_TEXT KEY_TEXT,
    .options = (const rr_option[]){OPTION_KEY, OPTION_OUT, OPTION_KEEP_KEY, OPTION_SUBMIT, RR_OPTION_PROXY, RR_OPTION_WITNESSES,
                                   RR_OPTION_RECEIPT, RR_OPTION_REGISTRAR, RR_OPTION_ROLL, RR_OPTION_ROLL_NOTE,
                                   RR_OPTION_ASSIGNMENT, RR_OPTION_PASSPHRASE_FILE, RR_OPTION_FORCE, RR_OPTION_END},
    .positionals = (const rr_positional[]){RR_POSITIONAL_PETITION_ONLINE, RR_POSITIONAL_END},
    .examples = "robin withdraw library --key me.card --out answer.bin\n",
    .run = rr_run_withdraw,
};

const rr_command rr_command_step_forward = {
    .name = "step-forward",
    .summary = "put your name to your hidden signature, if you kept the key",
    .text = "Writes an answer file that says, for everybody and for good, which hidden signature is yours. The count does not "
            "change. The others in "
            "your ring then hide among one person less.\n\n" HISTORY_TEXT KEY_TEXT,
    .options = (const rr_option[]){OPTION_KEY, OPTION_OUT, OPTION_KEEP_KEY, OPTION_SUBMIT, RR_OPTION_PROXY, RR_OPTION_WITNESSES,
                                   RR_OPTION_RECEIPT, RR_OPTION_REGISTRAR, RR_OPTION_ROLL, RR_OPTION_ROLL_NOTE,
                                   RR_OPTION_ASSIGNMENT, RR_OPTION_PASSPHRASE_FILE, RR_OPTION_FORCE, RR_OPTION_END},
    .positionals = (const rr_positional[]){RR_POSITIONAL_PETITION_ONLINE, RR_POSITIONAL_END},
    .examples = "robin step-forward library --key me.card --out answer.bin\n",
    .run = rr_run_step_forward,
};

const rr_command rr_command_send = {
    .name = "send",
    .summary = "send an answer file to a server",
    .text = "For an answer that robin answer, sign, decline, withdraw or step-forward has written to a file, or has kept "
            "because the connection "
            "broke. Sending the same answer twice counts once. The server takes every answer with the same words; after that, "
            "remove the file. "
            "The key card is not touched: if its key for this petition is still there, destroy it with robin decline, with "
            "another --out, and "
            "throw that file away.",
    .options = (const rr_option[]){{"to", "URL", RR_TAKES_TEXT, RR_MUST, NULL, NULL,
                                    "The petition's page, or the server if it has one petition"},
                                   RR_OPTION_PROXY,
                                   RR_OPTION_END},
    .positionals = (const rr_positional[]){{"ANSWER", RR_TAKES_FILE, RR_MUST, NULL, "The answer file"}, RR_POSITIONAL_END},
    .examples = "robin send me.card.answer --to https://petitions.example/p/5f0c…/\n",
    .run = rr_run_send,
};
