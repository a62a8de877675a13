/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

#define OPTION_KEY                                                                                                             \
    { "key", "FILE", RR_TAKES_FILE, RR_MUST, NULL, NULL, "The registrar's signing key, made by robin key new" }
#define POSITIONAL_FOLDER                                                                                                      \
    { "FOLDER", RR_TAKES_FOLDER, RR_MUST, NULL, "The registrar's folder for this edition, made by robin roll new" }

const rr_command rr_command_key_new = {
    .name = "key new",
    .summary = "make a key that signs rolls, assignments or a log",
    .text = "Makes an Ed25519 key for signed notes and prints its verifier key, which goes into rolls (Registrar) and "
            "petitions (Log, "
            "Directory). NAME should be one that nobody else uses, such as a domain name with a path; for a log it is the "
            "log's origin.\n\n"
            "The file holds the secret key and is not encrypted; only its owner may read it. Keep it on a machine that is not "
            "shared.",
    .options = (const rr_option[]){{"out", "FILE", RR_TAKES_FILE, RR_MUST, NULL, NULL, "Where the secret key goes"},
                                   RR_OPTION_FORCE,
                                   RR_OPTION_END},
    .positionals =
        (const rr_positional[]){{"NAME", RR_TAKES_TEXT, RR_MUST, NULL, "The key's name: no spaces, no +"}, RR_POSITIONAL_END},
    .examples = "# A key for the registrar of a faculty.\nrobin key new registrar.example.org/faculty --out registrar.key\n",
    .run = rr_run_key_new,
};

const rr_command rr_command_key_show = {
    .name = "key show",
    .summary = "print the verifier key of a signing key",
    .text = "Prints the public part of a key that robin key new made. The secret part is not shown.",
    .options = (const rr_option[]){RR_OPTION_END},
    .positionals = (const rr_positional[]){{"FILE", RR_TAKES_FILE, RR_MUST, NULL, "The signing key"}, RR_POSITIONAL_END},
    .examples = "robin key show registrar.key\n",
    .run = rr_run_key_show,
};

const rr_command rr_command_roll_new = {
    .name = "roll new",
    .summary = "begin an edition of a body's roll",
    .text =
        "Makes a folder in which the registrar keeps one edition of a roll until it is published. The roll belongs to the "
        "body, not to "
        "a petition; publish editions on announced dates, so that being on one says nothing.\n\n"
        "A roll has one kind of key. one-time: members enrol and make keys for this edition; a signature made with one can "
        "never "
        "be traced to them by whoever gets their key later, because it is destroyed. ed25519: SSH or OpenPGP keys that people "
        "have already; they need not enrol, nor know of it, and they are hidden only until their key is ever seen by someone "
        "else.\n\n"
        "With --after the next edition of the same roll is begun: body, source and people are taken over from the folder of "
        "the last edition; members of a one-time roll enrol again.",
    .options =
        (const rr_option[]){
            OPTION_KEY,
            {"body", "TEXT", RR_TAKES_TEXT, 0, NULL, NULL, "Which people these are; needed unless --after is given"},
            {"source", "TEXT", RR_TAKES_TEXT, 0, NULL, NULL, "Where membership can be checked; needed unless --after is given"},
            {"body-size", "NUMBER", RR_TAKES_NUMBER, 0, "0", NULL,
             "How many people the body has, enrolled or not; 0 if unknown"},
            {"kind", "KIND", RR_TAKES_CHOICE, 0, "one-time", "one-time ed25519", "The kind of keys"},
            {"slots", "NUMBER", RR_TAKES_NUMBER, 0, "4", NULL,
             "How many petitions the edition can serve: one roll file for each"},
            {"after", "FOLDER", RR_TAKES_FOLDER, 0, NULL, NULL, "The folder of the edition before"},
            RR_OPTION_END},
    .positionals = (const rr_positional[]){{"FOLDER", RR_TAKES_FOLDER, RR_MUST, NULL, "The folder to make"}, RR_POSITIONAL_END},
    .examples = "robin roll new spring --key registrar.key --body 'Staff of the Example Institute' \\\n"
                "    --source https://example.org/staff --body-size 140\n",
    .run = rr_run_roll_new,
};

const rr_command rr_command_roll_import = {
    .name = "roll import",
    .summary = "add people, or keys that they already have",
    .text =
        "Formats: people is a file of lines \"member TAB class TAB name\", where member is 1 to 64 of A-Z a-z 0-9 . _ - and "
        "class may be "
        "empty. authorized-keys and allowed-signers are OpenSSH files; a plain .pub file is an authorized-keys file of one "
        "line. "
        "openpgp is a keyring, binary or armoured.\n\n"
        "On a one-time roll, people gives everybody an invitation with a code in the folder invitations, to be handed to that "
        "person and nobody else; the SSH formats list keys that may sign an enrolment instead of a code. On an ed25519 roll "
        "the "
        "keys themselves become entries: one key a person, Ed25519 only; expired, revoked and hardware-held keys are refused. "
        "The people on an imported roll were not asked, and every report says so.\n\n"
        "Comments in key files are not copied. What was refused, and why, is listed on standard error, or in the file of "
        "--refused.",
    .options =
        (const rr_option[]){
            {"format", "FORMAT", RR_TAKES_CHOICE, RR_MUST, NULL, "people authorized-keys allowed-signers openpgp",
             "What the files are"},
            {"class", "TEXT", RR_TAKES_TEXT, 0, "", NULL, "The class of all these people, for formats that do not say it"},
            {"member", "NAME", RR_TAKES_TEXT, 0, NULL, NULL,
             "All keys in the files are this one member's: the first usable one is taken"},
            {"names", "WHICH", RR_TAKES_CHOICE, 0, "fingerprint", "fingerprint principal",
             "What members are called: the key's fingerprint, or (allowed-signers) the principal"},
            {"refused", "FILE", RR_TAKES_FILE, 0, NULL, NULL, "Write the list of what was refused to FILE"},
            RR_OPTION_FORCE,
            RR_OPTION_END},
    .positionals = (const rr_positional[]){POSITIONAL_FOLDER,
                                           {"FILE", RR_TAKES_FILE, RR_MUST | RR_MANY, NULL, "The files to read"},
                                           RR_POSITIONAL_END},
    .examples = "robin roll import spring --format people staff.tsv\n"
                "robin roll import keys-2026 --format openpgp /usr/share/keyrings/debian-keyring.gpg\n"
                "robin roll import keys-2026 --format authorized-keys --member alice alice.pub\n",
    .run = rr_run_roll_import,
};

const rr_command rr_command_roll_enrolments = {
    .name = "roll enrolments",
    .summary = "take enrolments in, or list who has enrolled",
    .text =
        "Checks enrolment files that members made with robin enrol: invitation code or SSH signature, and every proof. "
        "What is good "
        "is kept in the folder enrolments, its code is used up, and a receipt that the registrar signed goes to the folder "
        "receipts, for the member. One that is refused is named with the reason, and its code stays valid; the others are "
        "taken.\n\n"
        "With --from the requests come from a server (robin roll open), which keeps them sealed to the registrar's key; the "
        "receipts go back there, and members fetch them.\n\n"
        "Without either it prints one line for each person: member, class, name, and whether they have enrolled.",
    .options =
        (const rr_option[]){
            {"key", "FILE", RR_TAKES_FILE, 0, NULL, NULL, "The registrar's signing key; needed to take enrolments in"},
            {"from", "URL", RR_TAKES_TEXT, 0, NULL, NULL, "Take in what came to this server, and leave the receipts there"},
            RR_OPTION_PROXY,
            RR_OPTION_END},
    .positionals = (const rr_positional[]){POSITIONAL_FOLDER,
                                           {"ENROLMENT", RR_TAKES_FILE, RR_MANY, NULL, "Enrolment files, or folders of them"},
                                           RR_POSITIONAL_END},
    .examples =
        "robin roll enrolments spring --key registrar.key inbox/\n"
        "robin roll enrolments spring --key registrar.key --from https://petition.example.org\nrobin roll enrolments spring\n",
    .run = rr_run_roll_enrolments,
};

const rr_command rr_command_roll_publish = {
    .name = "roll publish",
    .summary = "make the edition's roll files, signed",
    .text =
        "Writes, for each slot of the edition, a folder with roll.txt, the registrar's signed note roll.note, names.txt and, "
        "for one-time "
        "keys, the enrolment proofs proofs.bin. After that the edition takes nobody in any more; begin the next one with robin "
        "roll new --after.\n\n"
        "Whoever has names.txt can read the members' names. Leave it out with --without-names where names are not public: "
        "every check "
        "works without it, and single lines can be deleted from it.\n\n"
        "With --to the rolls of all slots are sent to a server too, also those of an edition that was published before; then "
        "its directory log "
        "must hold them. The operator of the server has listed the registrar's verifier key as a publisher's.",
    .options = (const rr_option[]){OPTION_KEY,
                                   {"without-names", NULL, RR_TAKES_NOTHING, 0, NULL, NULL, "Do not write names.txt"},
                                   {"to", "URL", RR_TAKES_TEXT, 0, NULL, NULL, "Publish the rolls on this server too"},
                                   RR_OPTION_PROXY,
                                   RR_OPTION_END},
    .positionals = (const rr_positional[]){POSITIONAL_FOLDER, RR_POSITIONAL_END},
    .examples = "robin roll publish spring --key registrar.key\n"
                "robin roll publish spring --key registrar.key --to https://petitions.example\n",
    .run = rr_run_roll_publish,
};

const rr_command rr_command_roll_show = {
    .name = "roll show",
    .summary = "check a roll file and say what is in it",
    .text = "Checks the roll's form and every key, and whichever of its companions are given or lie beside it: the registrar's "
            "note, names and "
            "enrolment proofs. Prints its header, how entries were admitted, and the classes with their sizes.",
    .options = (const rr_option[]){{"note", "FILE", RR_TAKES_FILE, 0, NULL, NULL,
                                    "The registrar's signed note [default: roll.note beside the roll, if it is there]"},
                                   {"names-file", "FILE", RR_TAKES_FILE, 0, NULL, NULL,
                                    "The names [default: names.txt beside the roll, if it is there]"},
                                   {"proofs", "FILE", RR_TAKES_FILE, 0, NULL, NULL,
                                    "The enrolment proofs [default: proofs.bin beside the roll, if it is there]"},
                                   {"entries", NULL, RR_TAKES_NOTHING, 0, NULL, NULL,
                                    "Print every entry too: place, member, class, basis, name if it is known"},
                                   RR_OPTION_JSON,
                                   RR_OPTION_END},
    .positionals = (const rr_positional[]){{"ROLL", RR_TAKES_FILE, RR_MUST, NULL, "The roll file"}, RR_POSITIONAL_END},
    .examples = "robin roll show spring/published/slot-0/roll.txt\n",
    .run = rr_run_roll_show,
};
