/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

const rr_command rr_command_petition_new = {
    .name = "petition new",
    .summary = "write a petition file",
    .text =
        "Puts the petition's text and its rules into one file, checks it, and prints its pid: the SHA-256 of the file, by "
        "which everything "
        "else knows it. TEXT is CommonMark.\n\n"
        "Ring is how many people each hidden signature hides among, where there are that many; larger rings hide better and "
        "take longer to check. A class or roll smaller than --ring-minimum takes no hidden signature; with --count-by class "
        "such "
        "classes are counted together as \"other\".\n\n"
        "With the mode sealed, names can be read together once --seal-threshold of such signatures are there, by the trustees "
        "of "
        "--ceremony (robin trustee new). Each of them then accepts the finished file: robin trustee accept.",
    .options =
        (const rr_option[]){
            {"out", "FILE", RR_TAKES_FILE, RR_MUST, NULL, NULL, "Where the petition goes"},
            {"title", "TEXT", RR_TAKES_TEXT, RR_MUST, NULL, NULL, "The title"},
            {"to", "TEXT", RR_TAKES_TEXT, RR_MUST, NULL, NULL, "To whom it is addressed"},
            {"from", "TEXT", RR_TAKES_TEXT, RR_MUST, NULL, NULL, "From whom it is"},
            {"roll", "FILE", RR_TAKES_FILE, RR_MUST, NULL, NULL,
             "The published roll file that it uses; a roll file serves one petition"},
            {"ring", "NUMBER", RR_TAKES_NUMBER, 0, "1024", NULL, "People to hide among, 128 to 32768"},
            {"ring-minimum", "NUMBER", RR_TAKES_NUMBER, 0, "32", NULL, "A smaller ring takes no hidden signature; 8 or more"},
            {"count-by", "WHAT", RR_TAKES_CHOICE, 0, "none", "none class",
             "Count by class too; then signers hide within their class"},
            {"mode", "MODE", RR_TAKES_CHOICE, RR_MUST | RR_MANY, NULL, "anonymous sealed named",
             "How members may sign; once for each mode. anonymous: never named. sealed: named together with others. named: by "
             "name"},
            {"ceremony", "PLACE", RR_TAKES_FOLDER, 0, NULL, NULL,
             "With --mode sealed: the folder or address of the trustees' ceremony"},
            {"seal-threshold", "NUMBER", RR_TAKES_NUMBER, 0, NULL, NULL,
             "With --mode sealed: how many sealed signatures are opened together at the least; 2 or more"},
            {"seal-expires", "TIME", RR_TAKES_TEXT, 0, NULL, NULL,
             "With --mode sealed: an opening is void after this time, which is after --closes"},
            {"goal", "NUMBER", RR_TAKES_NUMBER, 0, "0", NULL, "How many signatures are wanted; 0: nothing is said of a goal"},
            {"goal-classes", "NUMBER", RR_TAKES_NUMBER, 0, NULL, NULL,
             "In how many classes the --goal-class numbers must be reached"},
            {"goal-class", "NUMBER=CLASS", RR_TAKES_TEXT, RR_MANY, NULL, NULL, "So many signatures are wanted in that class"},
            {"opens", "TIME", RR_TAKES_TEXT, 0, NULL, NULL, "YYYY-MM-DDTHH:MM:SSZ [default: now]"},
            {"closes", "TIME", RR_TAKES_TEXT, RR_MUST, NULL, NULL, "YYYY-MM-DDTHH:MM:SSZ"},
            {"server", "URL", RR_TAKES_TEXT, 0, NULL, NULL,
             "The server that will serve it: the verifier keys of both logs are taken from there"},
            {"log", "VKEY", RR_TAKES_TEXT, 0, NULL, NULL,
             "Without --server: the verifier key of the petition's log, printed by robin key new"},
            {"directory", "VKEY", RR_TAKES_TEXT, 0, NULL, NULL,
             "Without --server: the verifier key of the server's directory log"},
            RR_OPTION_PROXY,
            {"witness", "VKEY", RR_TAKES_TEXT, RR_MANY, NULL, NULL, "The verifier key of a witness"},
            {"witnesses", "NUMBER", RR_TAKES_NUMBER, 0, "0", NULL,
             "How many of them must cosign; 0: the result is not witnessed"},
            RR_OPTION_FORCE,
            RR_OPTION_END},
    .positionals = (const rr_positional[]){{"TEXT", RR_TAKES_FILE, RR_MUST, NULL, "The petition's text; - is standard input"},
                                           RR_POSITIONAL_END},
    .examples = "robin petition new text.md --out petition.txt --title 'Keep the library open' --to 'The board' \\\n"
                "    --from 'Staff of the Example Institute' --roll spring/published/slot-0/roll.txt \\\n"
                "    --mode anonymous --mode named --closes 2027-12-01T18:00:00Z \\\n"
                "    --log \"$(robin key show log.key)\" --directory \"$(robin key show directory.key)\"\n",
    .run = rr_run_petition_new,
};

const rr_command rr_command_petition_check = {
    .name = "petition check",
    .summary = "check a petition with its roll and say what it means",
    .text =
        "Checks the petition file and whichever companions are there: the roll, the registrar's note over it, the assignment. "
        "Prints the "
        "pid, the rules, and the rings: among how many people each hidden signature hides. Warns of what is allowed but hardly "
        "meant, such as a goal for a class that is too small to be counted by itself.",
    .options = (const rr_option[]){RR_OPTION_ROLL, RR_OPTION_ROLL_NOTE, RR_OPTION_ASSIGNMENT, RR_OPTION_JSON, RR_OPTION_END},
    .positionals = (const rr_positional[]){RR_POSITIONAL_PETITION, RR_POSITIONAL_END},
    .examples = "robin petition check petition.txt --roll spring/published/slot-0/roll.txt\n",
    .run = rr_run_petition_check,
};

const rr_command rr_command_petition_assign = {
    .name = "petition assign",
    .summary = "assign a roll file to a petition, as its registrar",
    .text = "Signs that this roll file serves this petition, and gathers what members need in one folder: petition.txt, "
            "roll.txt, roll.note, "
            "assignment.note, and names.txt and proofs.bin if the edition has them. A roll file is assigned once: a member's "
            "key for it "
            "is destroyed with the answer, so a second petition needs another slot. The registrar's folder remembers what was "
            "assigned.",
    .options = (const rr_option[]){{"key", "FILE", RR_TAKES_FILE, RR_MUST, NULL, NULL, "The registrar's signing key"},
                                   {"petition", "FILE", RR_TAKES_FILE, RR_MUST, NULL, NULL, "The petition file"},
                                   {"to", "FOLDER", RR_TAKES_FOLDER, RR_MUST, NULL, NULL, "The petition's folder, to be made"},
                                   RR_OPTION_END},
    .positionals = (const rr_positional[]){{"FOLDER", RR_TAKES_FOLDER, RR_MUST, NULL,
                                            "The registrar's folder in which the roll was published"},
                                           RR_POSITIONAL_END},
    .examples = "robin petition assign spring --key registrar.key --petition petition.txt --to library\n",
    .run = rr_run_petition_assign,
};

const rr_command rr_command_petition_publish = {
    .name = "petition publish",
    .summary = "put a petition on a server",
    .text = "Checks the folder that robin petition assign made, and sends the petition to the server, with its roll if the "
            "server does not "
            "have it. Then it reads everything back as a stranger would: the papers, the petition's log, and the directory "
            "log, which must hold roll, "
            "petition and assignment in this order. Prints the petition's address.\n\n"
            "The request is signed with --key, whose verifier key the operator of the server has listed as a publisher's. "
            "Running it again "
            "does no harm.",
    .options = (const rr_option[]){{"to", "URL", RR_TAKES_TEXT, RR_MUST, NULL, NULL, "The server"},
                                   {"key", "FILE", RR_TAKES_FILE, RR_MUST, NULL, NULL, "A signing key that may publish there"},
                                   RR_OPTION_PROXY,
                                   RR_OPTION_END},
    .positionals =
        (const rr_positional[]){{"FOLDER", RR_TAKES_FOLDER, RR_MUST, NULL, "The petition's folder"}, RR_POSITIONAL_END},
    .examples = "robin petition publish library --to https://petitions.example --key organiser.key\n",
    .run = rr_run_petition_publish,
};

const rr_command rr_command_collect = {
    .name = "collect",
    .summary = "count answers without a server",
    .text =
        "Takes answer files, verifies all proofs as batches, and keeps what is valid in FILE, a local SQLite file. With the "
        "log's key, what "
        "waits is appended to the petition's log: sorted, as one batch, and only when at least 8 records wait, so that neither "
        "moment nor order of arrival is published. Nothing of the answers but the records themselves is kept; remove the "
        "answer "
        "files yourself when the command has ended with status 0.\n\n"
        "FILE is made on the first run, from the petition's folder and with the log's key. An answer that is not valid is "
        "named with the "
        "rule that it breaks, the others are taken, and the exit status is 1. Repeated answers and second answers of the same "
        "person change nothing; they are counted, not named.",
    .options =
        (const rr_option[]){
            {"petition", "FOLDER", RR_TAKES_FOLDER, 0, NULL, NULL, "The petition's folder; needed on the first run"},
            {"key", "FILE", RR_TAKES_FILE, 0, NULL, NULL, "The log's signing key; needed on the first run and to append"},
            {"hold", NULL, RR_TAKES_NOTHING, 0, NULL, NULL, "Only verify and keep; append nothing"},
            {"part", "FILE", RR_TAKES_FILE, RR_MANY, NULL, NULL,
             "A trustee's part of a notice or of an opening; once for each trustee who must open together. All that waits is "
             "appended "
             "before a notice"},
            {"close", NULL, RR_TAKES_NOTHING, 0, NULL, NULL,
             "Append all that waits, however few, and close the log; only after the petition's closing time. Nothing is taken "
             "afterwards"},
            RR_OPTION_JSON,
            RR_OPTION_END},
    .positionals =
        (const rr_positional[]){{"FILE", RR_TAKES_FILE, RR_MUST, NULL, "The SQLite file of this petition"},
                                {"ANSWER", RR_TAKES_FILE, RR_MANY, NULL,
                                 "Answer files, folders of them, or - for answers one after the other on standard input"},
                                RR_POSITIONAL_END},
    .examples = "robin collect library.db --petition library --key log.key inbox/\n"
                "robin collect library.db --key log.key --close\n",
    .run = rr_run_collect,
};

const rr_command rr_command_evidence = {
    .name = "evidence",
    .summary = "make the evidence file of a petition",
    .text = "Writes one file from which anyone can check the count offline: petition, roll with its signature, names if they "
            "are public, enrolment "
            "proofs, the log and its checkpoints. It is an SQLite file and can be queried with sqlite3.\n\n"
            "With --from it is made from what a server publishes: everything is downloaded, and the roots of log and directory "
            "are computed anew. The proofs are "
            "not checked by this: run robin verify on the result.",
    .options = (const rr_option[]){{"out", "FILE", RR_TAKES_FILE, RR_MUST, NULL, NULL, "Where the evidence goes"},
                                   {"from", "URL", RR_TAKES_TEXT, 0, NULL, NULL,
                                    "The petition's page, or the server if it has one petition"},
                                   RR_OPTION_PROXY,
                                   RR_OPTION_FORCE,
                                   RR_OPTION_END},
    .positionals = (const rr_positional[]){{"FILE", RR_TAKES_FILE, 0, NULL, "The file of robin collect, without --from"},
                                           RR_POSITIONAL_END},
    .examples = "robin evidence library.db --out library.evidence\n"
                "robin evidence --from https://petitions.example/p/5f0c…/ --out library.evidence\n",
    .run = rr_run_evidence,
};

const rr_command rr_command_verify = {
    .name = "verify",
    .summary = "check a petition and print a report",
    .text = "Checks everything in the file, offline: signatures of the registrar and of the log, every proof, the count. "
            "Trusts nothing in it. The "
            "report's first line says what, when, and whether the result is final or as of a time; then totals, classes, goal, "
            "how many "
            "are hidden and named, how entries were admitted, and what was checked.\n\n"
            "With the address of a petition on a server, everything is downloaded and checked in the same way; also that the "
            "server's directory log "
            "holds roll, petition and assignment in this order, and every checkpoint with the same root.\n\n"
            "Witnesses cosign the directory log. Those that the petition names make the result final, or say as of when it is "
            "known. Those that you trust, --witnesses, confirm that you are shown what others are shown: more than half of "
            "them must. Of a file this is only said, unless you name --witnesses.\n\n"
            "The exit status is 0 only if everything that is needed is there and verifies. Faults of the log, which change no "
            "count, are "
            "listed and do not change the status.\n\n"
            "With --page it checks no petition but the page in which people answer with their browser: it downloads the page, "
            "and looks whether its SHA-256 is the last one that the server's directory log has on record. The exit status is 0 "
            "if it is. A server can give different visitors different pages: this tells about the one that it gave this time.",
    .options =
        (const rr_option[]){
            {"names", NULL, RR_TAKES_NOTHING, 0, NULL, NULL, "List everybody who signed by name"},
            RR_OPTION_JSON,
            {"page", "URL", RR_TAKES_TEXT, 0, NULL, NULL, "Check the browser page at this address, or of this server"},
            {"directory", "VKEY", RR_TAKES_TEXT, 0, NULL, NULL,
             "With --page: the verifier key of the server's directory log, as you know it from elsewhere "
             "[default: the one that the server names]"},
            RR_OPTION_PROXY,
            RR_OPTION_WITNESSES,
            RR_OPTION_END},
    .positionals =
        (const rr_positional[]){
            {"FILE", RR_TAKES_FILE, 0, NULL,
             "The evidence file, or the address of the petition's page or of a server that has one petition; not with --page"},
            RR_POSITIONAL_END},
    .examples = "robin verify library.evidence\nrobin verify https://petitions.example/p/5f0c…/\nrobin verify --json "
                "library.evidence | jq .total\nrobin verify --page https://petitions.example/verify\n",
    .run = rr_run_verify,
};

const rr_command rr_command_offline_page = {
    .name = "offline-page",
    .summary = "write the page that signs on a computer without a network",
    .text =
        "Writes the offline signer: one HTML file, to be opened in a browser on a computer that has no network. It opens the "
        "key card there, makes the answer file, and verifies evidence files. Neither a server nor what this page would be "
        "given by one has to be trusted for that.\n\n"
        "Its SHA-256 is printed on standard error. Compare it with somebody who has the same version of robin from elsewhere.",
    .options = (const rr_option[]){{"out", "FILE", RR_TAKES_FILE, 0, "round-robin-offline.html", NULL,
                                    "Where the page goes; - is standard output"},
                                   RR_OPTION_FORCE,
                                   RR_OPTION_END},
    .positionals = (const rr_positional[]){RR_POSITIONAL_END},
    .examples = "robin offline-page\nrobin offline-page --out - | sha256sum\n",
    .run = rr_run_offline_page,
};
