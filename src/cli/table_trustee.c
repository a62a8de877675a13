/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

#define POSITIONAL_PLACE                                                                                                       \
    {                                                                                                                          \
        "PLACE", RR_TAKES_FOLDER, RR_MUST, NULL,                                                                               \
            "Where the ceremony's files are handed around: a folder, or an address on a server"                                \
    }
#define OPTION_KEY                                                                                                             \
    { "key", "FILE", RR_TAKES_FILE, RR_MUST, NULL, NULL, "Your signing key, made with robin key new" }
#define OPTION_SHARE                                                                                                           \
    { "share", "FILE", RR_TAKES_FILE, RR_MUST, NULL, NULL, "Your share: what you keep secret, encrypted under a passphrase" }
#define AGAIN_TEXT                                                                                                             \
    "\n\nIt can be run again: it then puts the same note there. Whatever is wrong with what another trustee has put there is " \
    "said with the trustee's number and name, and nothing is done."

const rr_command rr_command_trustee_new = {
    .name = "trustee new",
    .summary = "begin the ceremony that makes a sealing key",
    .text =
        "A sealed signature counts at once; its name can be read by any --threshold of the trustees together, and by nobody "
        "else. The trustees make the key for it in a ceremony, so that no one ever knows all of it. Each petition needs a "
        "ceremony of its own.\n\n"
        "This makes a folder with the file that begins it. Every trustee makes a signing key with robin key new and gives you "
        "what it prints; make sure that you have it from the trustee itself. Then the folder is handed around, or is one that "
        "all can write to: each trustee runs robin trustee join; when all have, robin trustee round1; when all have, robin "
        "trustee round2; then anybody runs robin trustee certify. Who carries the files need not be trusted.\n\n"
        "Choose trustees who would not all give in to the same pressure, more than half of them as the threshold, and a few "
        "more than that, since one who loses a share cannot be replaced.",
    .options =
        (const rr_option[]){
            {"roll", "FILE", RR_TAKES_FILE, RR_MUST, NULL, NULL, "The published roll file of the petition that will be sealed"},
            {"trustee", "VKEY", RR_TAKES_TEXT, RR_MUST | RR_MANY, NULL, NULL,
             "A trustee's verifier key; once for each, in the order of their numbers"},
            {"threshold", "NUMBER", RR_TAKES_NUMBER, RR_MUST, NULL, NULL, "How many of them open together"},
            {"to", "URL", RR_TAKES_TEXT, 0, NULL, NULL,
             "Hand the files around on this server: prints the ceremony's address there"},
            {"key", "FILE", RR_TAKES_FILE, 0, NULL, NULL, "With --to: a signing key that may publish there"},
            RR_OPTION_PROXY,
            RR_OPTION_END},
    .positionals =
        (const rr_positional[]){{"PLACE", RR_TAKES_FOLDER, 0, NULL, "The folder to be made, without --to"}, RR_POSITIONAL_END},
    .examples = "robin trustee new ceremony --roll spring/published/slot-0/roll.txt --threshold 2 \\\n"
                "    --trustee \"$(cat anna.vkey)\" --trustee \"$(cat boris.vkey)\" --trustee \"$(cat clara.vkey)\"\n",
    .run = rr_run_trustee_new,
};

const rr_command rr_command_trustee_join = {
    .name = "trustee join",
    .summary = "take part in a ceremony",
    .text =
        "Makes your share file, which from now on is your secret, and puts a signed note with its public key into the place. "
        "Before that, look into ceremony.txt: it lists the trustees by their verifier keys. Compare at least your own, and "
        "ask the others whether theirs are right." AGAIN_TEXT,
    .options = (const rr_option[]){OPTION_SHARE, OPTION_KEY, RR_OPTION_PASSPHRASE_FILE, RR_OPTION_PROXY, RR_OPTION_END},
    .positionals = (const rr_positional[]){POSITIONAL_PLACE, RR_POSITIONAL_END},
    .examples = "robin trustee join ceremony --share anna.share --key anna.key\n",
    .run = rr_run_trustee_join,
};

const rr_command rr_command_trustee_round1 = {
    .name = "trustee round1",
    .summary = "make your message of round 1",
    .text = "When all trustees have joined: draws your part of the sealing key and puts it into the place, encrypted to the "
            "others." AGAIN_TEXT,
    .options = (const rr_option[]){OPTION_SHARE, OPTION_KEY, RR_OPTION_PASSPHRASE_FILE, RR_OPTION_PROXY, RR_OPTION_END},
    .positionals = (const rr_positional[]){POSITIONAL_PLACE, RR_POSITIONAL_END},
    .examples = "robin trustee round1 ceremony --share anna.share --key anna.key\n",
    .run = rr_run_trustee_round1,
};

const rr_command rr_command_trustee_round2 = {
    .name = "trustee round2",
    .summary = "compute your share and sign what was exchanged",
    .text =
        "When all messages of round 1 are there: checks them, computes your share of the key, keeps it in your share file, and "
        "puts your signature over everything into the place." AGAIN_TEXT,
    .options = (const rr_option[]){OPTION_SHARE, OPTION_KEY, RR_OPTION_PASSPHRASE_FILE, RR_OPTION_PROXY, RR_OPTION_END},
    .positionals = (const rr_positional[]){POSITIONAL_PLACE, RR_POSITIONAL_END},
    .examples = "robin trustee round2 ceremony --share anna.share --key anna.key\n",
    .run = rr_run_trustee_round2,
};

const rr_command rr_command_trustee_certify = {
    .name = "trustee certify",
    .summary = "put the certificate of a ceremony together",
    .text =
        "When all trustees have made both rounds: checks everything, puts certificate.bin into the place, and prints the lines "
        "of the petition that come from it; robin petition new --ceremony writes them. Anybody can do this.\n\n"
        "With --petition, when all trustees have accepted the petition: puts certificate.bin and trustees.bin into the "
        "petition's folder, from where they are published with it. A member's program checks them before it seals a name.",
    .options = (const rr_option[]){{"petition", "FOLDER", RR_TAKES_FOLDER, 0, NULL, NULL,
                                    "The petition's folder, made by robin petition assign"},
                                   RR_OPTION_PROXY,
                                   RR_OPTION_END},
    .positionals = (const rr_positional[]){POSITIONAL_PLACE, RR_POSITIONAL_END},
    .examples = "robin trustee certify ceremony\nrobin trustee certify ceremony --petition library\n",
    .run = rr_run_trustee_certify,
};

const rr_command rr_command_trustee_accept = {
    .name = "trustee accept",
    .summary = "accept the petition that your share is for",
    .text =
        "Checks that the petition's sealing key and trustees are those of the ceremony and that your share belongs to it, and "
        "puts a note there that you accept. A share is for one petition only: no other can be accepted with it. Read the "
        "petition first." AGAIN_TEXT,
    .options = (const rr_option[]){{"petition", "FILE", RR_TAKES_FILE, RR_MUST, NULL, NULL, "The petition file, or its folder"},
                                   OPTION_SHARE,
                                   OPTION_KEY,
                                   RR_OPTION_PASSPHRASE_FILE,
                                   RR_OPTION_PROXY,
                                   RR_OPTION_END},
    .positionals = (const rr_positional[]){POSITIONAL_PLACE, RR_POSITIONAL_END},
    .examples = "robin trustee accept ceremony --petition petition.txt --share anna.share --key anna.key\n",
    .run = rr_run_trustee_accept,
};

const rr_command rr_command_trustee_status = {
    .name = "trustee status",
    .summary = "show how far a ceremony has come",
    .text = "Shows which notes of which trustees are there, verifies what is complete, and says what comes next.",
    .options = (const rr_option[]){RR_OPTION_JSON, RR_OPTION_PROXY, RR_OPTION_END},
    .positionals = (const rr_positional[]){POSITIONAL_PLACE, RR_POSITIONAL_END},
    .examples = "robin trustee status ceremony\n",
    .run = rr_run_trustee_status,
};

#define POSITIONAL_EVIDENCE                                                                                                    \
    { "EVIDENCE", RR_TAKES_FILE, RR_MUST, NULL, "The petition's evidence file, or its address: then everything is downloaded" }
#define OPTION_PART                                                                                                            \
    { "out", "FILE", RR_TAKES_FILE, 0, NULL, NULL, "Where your part goes; without it, it is sent to the server of the address" }
#define OPTION_SENDER                                                                                                          \
    { "key", "FILE", RR_TAKES_FILE, 0, NULL, NULL, "Your signing key; needed to send your part to a server" }

const rr_command rr_command_trustee_notice = {
    .name = "trustee notice",
    .summary = "announce the opening, as one of its trustees",
    .text =
        "Verifies the whole log itself. If as many sealed signatures are there as the petition promises, it signs that they "
        "are "
        "to be opened. When as many trustees have done so as must open together, whoever keeps the log enters the notice: "
        "robin "
        "collect --part, or the server. From then on nobody seals and nobody who has sealed withdraws.\n\n"
        "All trustees sign the same state of the log. The first one signs the last checkpoint; the others name its part with "
        "--like, if the log has grown meanwhile.",
    .options =
        (const rr_option[]){OPTION_SHARE,
                            OPTION_PART,
                            OPTION_SENDER,
                            {"like", "FILE", RR_TAKES_FILE, 0, NULL, NULL, "The part of another trustee: sign the same state"},
                            RR_OPTION_PASSPHRASE_FILE,
                            RR_OPTION_PROXY,
                            RR_OPTION_WITNESSES,
                            RR_OPTION_FORCE,
                            RR_OPTION_END},
    .positionals = (const rr_positional[]){POSITIONAL_EVIDENCE, RR_POSITIONAL_END},
    .examples = "robin trustee notice library.evidence --share anna.share --out anna.notice\n"
                "robin trustee notice https://petitions.example/p/5f0c…/ --share anna.share --key anna.key\n",
    .run = rr_run_trustee_notice,
};

const rr_command rr_command_trustee_open = {
    .name = "trustee open",
    .summary = "open the sealed signatures, as one of their trustees",
    .text =
        "After the notice: verifies the whole log itself, and makes your share of every sealed signature, with proofs. When as "
        "many "
        "trustees have done so as must open together, whoever keeps the log enters the opening: robin collect --part, or the "
        "server. It names all of them or none. A share that is wrong is refused, with the trustee's number.",
    .options = (const rr_option[]){OPTION_SHARE, OPTION_PART, OPTION_SENDER, RR_OPTION_PASSPHRASE_FILE, RR_OPTION_PROXY,
                                   RR_OPTION_WITNESSES, RR_OPTION_FORCE, RR_OPTION_END},
    .positionals = (const rr_positional[]){POSITIONAL_EVIDENCE, RR_POSITIONAL_END},
    .examples = "robin trustee open library.evidence --share anna.share --out anna.opening\n",
    .run = rr_run_trustee_open,
};

const rr_command rr_command_trustee_destroy = {
    .name = "trustee destroy",
    .summary = "destroy your share, and say so",
    .text = "Overwrites your share file and removes it, and writes a note, signed with your key, that you have. Do so after "
            "the opening, "
            "and when the time for it has come without one: until then, enough trustees can read every sealed name. Nobody can "
            "check that no copy is left; the note is your word.",
    .options = (const rr_option[]){OPTION_SHARE,
                                   OPTION_KEY,
                                   {"out", "FILE", RR_TAKES_FILE, RR_MUST, NULL, NULL, "Where the note goes"},
                                   {"yes", NULL, RR_TAKES_NOTHING, 0, NULL, NULL, "Do not ask"},
                                   RR_OPTION_PASSPHRASE_FILE,
                                   RR_OPTION_END},
    .positionals = (const rr_positional[]){RR_POSITIONAL_END},
    .examples = "robin trustee destroy --share anna.share --key anna.key --out anna-destroyed.note\n",
    .run = rr_run_trustee_destroy,
};
