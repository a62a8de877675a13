/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

const rr_command rr_command_rehearse_people = {
    .name = "rehearse people",
    .summary = "invent people for a rehearsal",
    .text = "Prints lines for robin roll import --format people: members with invented names, spread evenly over classes. Use "
            "a roll whose body "
            "begins with \"Rehearsal\".",
    .options =
        (const rr_option[]){{"members", "NUMBER", RR_TAKES_NUMBER, 0, "100", NULL, "How many"},
                            {"classes", "NUMBER", RR_TAKES_NUMBER, 0, "1", NULL, "Over how many classes; 0: without classes"},
                            RR_OPTION_END},
    .positionals = (const rr_positional[]){RR_POSITIONAL_END},
    .examples = "robin rehearse people --members 2000 --classes 12 > people.tsv\n",
    .run = rr_run_rehearse_people,
};

const rr_command rr_command_rehearse_enrol = {
    .name = "rehearse enrol",
    .summary = "enrol everybody who is invited to a rehearsal",
    .text = "Makes the one-time keys and enrolment files of all people of a rehearsal who have not enrolled. The keys go, "
            "unencrypted and all in one "
            "file, to --keys: no key cards are made, because encrypting each takes half a second on purpose. So this is for "
            "invented "
            "people only, and it refuses a roll whose body does not begin with \"Rehearsal\".",
    .options = (const rr_option[]){{"keys", "FILE", RR_TAKES_FILE, RR_MUST, NULL, NULL, "Where the keys go"},
                                   {"to", "FOLDER", RR_TAKES_FOLDER, RR_MUST, NULL, NULL,
                                    "The folder for the enrolment files, to be made"},
                                   RR_OPTION_END},
    .positionals =
        (const rr_positional[]){{"FOLDER", RR_TAKES_FOLDER, RR_MUST, NULL, "The registrar's folder"}, RR_POSITIONAL_END},
    .examples = "robin rehearse enrol try --keys try.keys --to inbox\nrobin roll enrolments try --key registrar.key inbox\n",
    .run = rr_run_rehearse_enrol,
};

const rr_command rr_command_rehearse_answer = {
    .name = "rehearse answer",
    .summary = "answer a petition for invented people",
    .text = "Picks members of a rehearsal at random and writes their answers, made as robin sign makes them. --withdraw adds "
            "withdrawals by some of "
            "those who signed, in files of their own. Each member answers once; run it on another petition for more.",
    .options =
        (const rr_option[]){
            {"keys", "FILE", RR_TAKES_FILE, RR_MUST, NULL, NULL, "The keys that robin rehearse enrol wrote"},
            {"to", "FOLDER", RR_TAKES_FOLDER, RR_MUST, NULL, NULL, "The folder for the answer files, to be made"},
            {"anonymous", "NUMBER", RR_TAKES_NUMBER, 0, "0", NULL, "How many sign so that they are never named"},
            {"named", "NUMBER", RR_TAKES_NUMBER, 0, "0", NULL, "How many sign by name"},
            {"decline", "NUMBER", RR_TAKES_NUMBER, 0, "0", NULL, "How many decline"},
            {"withdraw", "NUMBER", RR_TAKES_NUMBER, 0, "0", NULL, "How many of those who signed withdraw"},
            RR_OPTION_ROLL,
            RR_OPTION_ROLL_NOTE,
            RR_OPTION_ASSIGNMENT,
            RR_OPTION_END},
    .positionals = (const rr_positional[]){RR_POSITIONAL_PETITION, RR_POSITIONAL_END},
    .examples =
        "robin rehearse answer trial --keys try.keys --to answers --anonymous 200 --named 100 --decline 40 --withdraw 12\n",
    .run = rr_run_rehearse_answer,
};

const rr_command rr_command_bench = {
    .name = "bench",
    .summary = "measure how fast this machine proves and verifies",
    .text = "Prints one line for each measurement, as soon as it is there: its name, the median, and the unit, separated by "
            "TAB. Processor time on "
            "one core.",
    .options = (const rr_option[]){RR_OPTION_END},
    .positionals = (const rr_positional[]){{"PREFIX", RR_TAKES_TEXT, 0, NULL, "Only measurements whose names begin so"},
                                           RR_POSITIONAL_END},
    .examples = "robin bench\nrobin bench verify_\n",
    .run = rr_run_bench,
};

const rr_command rr_command_internal_man = {
    .name = "internal man",
    .summary = "write the scdoc sources of the man pages",
    .text = "One file for each command.",
    .options = (const rr_option[]){RR_OPTION_END},
    .positionals = (const rr_positional[]){{"FOLDER", RR_TAKES_FOLDER, RR_MUST, NULL, "Where they go"}, RR_POSITIONAL_END},
    .examples = "robin internal man docs/man\n",
    .run = rr_run_internal_man,
    .internal = true,
};

const rr_command rr_command_internal_completions = {
    .name = "internal completions",
    .summary = "write the completions for shells",
    .text = "For bash, zsh and fish.",
    .options = (const rr_option[]){RR_OPTION_END},
    .positionals = (const rr_positional[]){{"FOLDER", RR_TAKES_FOLDER, RR_MUST, NULL, "Where they go"}, RR_POSITIONAL_END},
    .examples = "robin internal completions packaging/completions\n",
    .run = rr_run_internal_completions,
    .internal = true,
};
