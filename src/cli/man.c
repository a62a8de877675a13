/* SPDX-License-Identifier: Apache-2.0 */
/* The man pages as scdoc(5) sources. */
#include <ctype.h>
#include <string.h>

#include "cli/command.h"
#include "cli/tool.h"

/* scdoc reads _ and * as emphasis, \ as escape, and lines that begin with -, #, . or [ as more than text. */
static void text_of(FILE *out, const char *text) {
    bool start = true;
    for (const char *s = text; *s != 0; s++) {
        if (strchr("_*\\`<>", *s) != NULL || (start && strchr("-#.[|]", *s) != NULL)) fputc('\\', out);
        fputc(*s, out);
        start = *s == '\n';
    }
}

static const char *page_name(const rr_command *command) {
    char *name = rr_format("robin-%s", command->name);
    for (char *s = name; *s != 0; s++)
        if (*s == ' ') *s = '-';
    return name;
}

static void option(FILE *out, const rr_option *o) {
    fprintf(out, "*--%s*", o->name);
    if (o->argument != NULL) fprintf(out, " _%s_", o->argument);
    fputs("\n\t", out);
    text_of(out, o->help);
    if (o->choices != NULL) {
        fputs(". One of: ", out);
        text_of(out, o->choices);
    }
    if (o->preset != NULL && o->preset[0] != 0) fprintf(out, ". Default: %s", o->preset);
    if (o->flags & RR_MUST) fputs(". Needed", out);
    if (o->flags & RR_MANY) fputs(". May be repeated", out);
    fputs(".\n\n", out);
}

static void examples(FILE *out, const char *text) {
    fputs("# EXAMPLES\n\n```\n", out);
    fputs(text, out);
    fputs("```\n\n", out);
}

static void exit_status(FILE *out) {
    fputs("# EXIT STATUS\n\n"
          "*0*\n\tDone.\n\n"
          "*1*\n\tRefused, or does not verify.\n\n"
          "*2*\n\tWrong usage.\n\n"
          "*3*\n\tCould not read or write.\n\n",
          out);
}

static void command_page(FILE *out, const rr_command *command) {
    const char *name = page_name(command);
    fprintf(out, "%s(1)\n\n# NAME\n\n%s - ", name, name);
    text_of(out, command->summary);
    fprintf(out, "\n\n# SYNOPSIS\n\n*robin %s*", command->name);
    for (const rr_option *o = command->options; o->name != NULL; o++)
        if (o->flags & RR_MUST) fprintf(out, " *--%s* _%s_%s", o->name, o->argument, o->flags & RR_MANY ? "..." : "");
    fputs(" [OPTIONS]", out);
    for (const rr_positional *p = command->positionals; p->name != NULL; p++)
        fprintf(out, p->flags & RR_MUST ? " _%s_%s" : " [_%s_]%s", p->name, p->flags & RR_MANY ? "..." : "");
    fputs("\n\n# DESCRIPTION\n\n", out);
    text_of(out, command->text);
    fputs("\n\n", out);
    if (command->positionals->name != NULL) fputs("# ARGUMENTS\n\n", out);
    for (const rr_positional *p = command->positionals; p->name != NULL; p++) {
        fprintf(out, "_%s_\n\t", p->name);
        text_of(out, p->help);
        fputs(".\n\n", out);
    }
    fputs("# OPTIONS\n\n", out);
    for (const rr_option *o = command->options; o->name != NULL; o++) option(out, o);
    for (const rr_option *o = rr_common_options; o->name != NULL; o++) option(out, o);
    exit_status(out);
    examples(out, command->examples);
    fputs("# SEE ALSO\n\n*robin*(1)\n", out);
}

static void main_page(FILE *out) {
    fputs("robin(1)\n\n# NAME\n\nrobin - petitions that everyone can count and that do not say who signed\n\n"
          "# SYNOPSIS\n\n*robin* _COMMAND_ [OPTIONS] [ARGUMENTS]\n\n*robin* *--version*\n\n# DESCRIPTION\n\n"
          "Every signature provably comes from a different entry on a public roll. Anyone can check that offline, from one "
          "file. Each signer "
          "chooses to be named or to stay hidden among the people of a ring; all count alike.\n\n"
          "Errors go to standard error and say what is wrong, where, and what to do. A file named *-* is standard input or "
          "standard output. "
          "Nothing is half-written: a file is there whole, or as it was. Existing files are replaced only with *--force*. "
          "Passphrases and "
          "secret keys are never arguments. A progress bar is shown on a terminal for work longer than a second.\n\n# "
          "COMMANDS\n\n",
          out);
    for (const rr_command *const *c = rr_commands; *c != NULL; c++) {
        if ((*c)->internal) continue;
        fprintf(out, "*%s*(1)\n\t", page_name(*c));
        int first = toupper((unsigned char)(*c)->summary[0]);
        fputc(first, out);
        text_of(out, (*c)->summary + 1);
        fputs(".\n\n", out);
    }
    fputs(
        "# ENVIRONMENT\n\n"
        "*NO_COLOR*\n\tIf it is set and not empty, nothing is printed in bold.\n\n"
        "*SOURCE_DATE_EPOCH*\n\tSeconds since 1970 that are taken for the present time, for results that can be repeated.\n\n",
        out);
    exit_status(out);
}

void rr_man_page(FILE *out, const rr_command *command) {
    if (command == NULL)
        main_page(out);
    else
        command_page(out, command);
}

const char *rr_man_file(const rr_command *command) {
    return rr_format("%s.1.scd", command == NULL ? "robin" : page_name(command));
}
