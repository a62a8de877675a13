/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands.  Parsing, --help, the man pages and the shell completions all come from it, so that they cannot
 * disagree: a command exists when it has a line in commands.c. */
#ifndef RR_CLI_COMMAND_H
#define RR_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The exit statuses of robin. */
enum {
    RR_EXIT_DONE = 0,
    RR_EXIT_REFUSED = 1, /* refused, or does not verify */
    RR_EXIT_USAGE = 2,
    RR_EXIT_IO = 3 /* could not read or write */
};

/* What an argument is: for checking it, and for what a shell offers to complete. */
typedef enum rr_takes {
    RR_TAKES_NOTHING,
    RR_TAKES_TEXT,
    RR_TAKES_NUMBER,
    RR_TAKES_FILE,
    RR_TAKES_FOLDER,
    RR_TAKES_CHOICE
} rr_takes;

enum {
    RR_MUST = 1, /* the option or argument must be given */
    RR_MANY = 2  /* it may be given several times */
};

typedef struct rr_option {
    const char *name;     /* without the two dashes; NULL ends a list */
    const char *argument; /* its name in the help; NULL for a flag */
    rr_takes takes;
    unsigned flags;
    const char *preset;  /* the value if none is given, or NULL */
    const char *choices; /* for RR_TAKES_CHOICE: words separated by spaces */
    const char *help;
} rr_option;

typedef struct rr_positional {
    const char *name; /* NULL ends a list */
    rr_takes takes;
    unsigned flags; /* RR_MANY only on the last */
    const char *choices;
    const char *help;
} rr_positional;

typedef struct rr_args rr_args;

typedef struct rr_command {
    const char *name;    /* one word, or two for a subcommand: "roll new" */
    const char *summary; /* completes "robin NAME: ..." */
    const char *text;    /* paragraphs separated by an empty line */
    const rr_option *options;
    const rr_positional *positionals;
    const char *examples; /* lines: a comment starting with '#', then the commands */
    int (*run)(const rr_args *args);
    bool internal; /* for the build and the tests: in no list, in no completion, without a man page */
} rr_command;

/* Ends with a command without a name. */
extern const rr_command *const rr_commands[];
/* Options that every command has. */
extern const rr_option rr_common_options[];
/* A word like "roll" that several commands begin with: its summary, or NULL. */
const char *rr_group_summary(const char *word, size_t len);
/* The command with this name, `len` bytes; NULL if there is none. */
const rr_command *rr_command_find(const char *name, size_t len);

/* ---- arguments that were parsed ------------------------------------------------------------------------------------------- */

/* Parses argv[1..] and runs what it asks for; the exit status. */
int rr_run(int argc, char **argv);

/* The value of an option or positional, its preset, or NULL.  The name must be in the command's table (else the program
 * aborts: a mistake of the programmer). */
const char *rr_arg(const rr_args *args, const char *name);
bool rr_flag(const rr_args *args, const char *name);
/* Its number, which parsing has checked (below 2^32); 0 if none is given. */
uint32_t rr_arg_number(const rr_args *args, const char *name);
/* How often it is given, and the i-th value. */
size_t rr_arg_count(const rr_args *args, const char *name);
const char *rr_arg_at(const rr_args *args, const char *name, size_t i);
const rr_command *rr_args_command(const rr_args *args);

/* ---- what is made of the table ---------------------------------------------------------------------------------------------- */

/* The help of one command; of all if it is NULL; of those that begin with `group` if that is not NULL. */
void rr_help(FILE *out, const rr_command *command, const char *group);
/* "robin roll new [OPTIONS] DIR" */
void rr_usage_line(FILE *out, const rr_command *command);
/* The scdoc source of a page; `command` NULL: of robin(1). */
void rr_man_page(FILE *out, const rr_command *command);
/* "robin-roll-new.1.scd" */
const char *rr_man_file(const rr_command *command);
void rr_completion_bash(FILE *out);
void rr_completion_zsh(FILE *out);
void rr_completion_fish(FILE *out);

#endif
