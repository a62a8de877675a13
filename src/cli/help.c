/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cli/command.h"
#include "cli/tool.h"

void rr_usage_line(FILE *out, const rr_command *command) {
    fprintf(out, "robin %s", command->name);
    for (const rr_option *o = command->options; o->name != NULL; o++)
        if (o->flags & RR_MUST) fprintf(out, " --%s %s%s", o->name, o->argument, o->flags & RR_MANY ? "..." : "");
    fputs(" [OPTIONS]", out);
    for (const rr_positional *p = command->positionals; p->name != NULL; p++)
        fprintf(out, p->flags & RR_MUST ? " %s%s" : " [%s]%s", p->name, p->flags & RR_MANY ? "..." : "");
}

static void one_option(FILE *out, const rr_option *o, unsigned width) {
    fprintf(out, "  --%s%s%s\n", o->name, o->argument != NULL ? " " : "", o->argument != NULL ? o->argument : "");
    const char *text = o->help;
    if (o->choices != NULL) text = rr_format("%s. One of: %s", text, o->choices);
    if (o->preset != NULL && o->preset[0] != 0) text = rr_format("%s [default: %s]", text, o->preset);
    if (o->flags & RR_MANY) text = rr_format("%s (may be repeated)", text);
    rr_wrap(out, text, "      ", width);
}

static void one_command(FILE *out, const rr_command *command) {
    unsigned width = rr_terminal_width(out);
    fputs("Usage: ", out);
    rr_usage_line(out, command);
    fputs("\n\n", out);
    rr_wrap(out, command->text, "", width);
    if (command->positionals->name != NULL) fputs("\nArguments:\n", out);
    for (const rr_positional *p = command->positionals; p->name != NULL; p++) {
        fprintf(out, "  %s\n", p->name);
        rr_wrap(out, p->help, "      ", width);
    }
    fputs("\nOptions:\n", out);
    for (const rr_option *o = command->options; o->name != NULL; o++) one_option(out, o, width);
    for (const rr_option *o = rr_common_options; o->name != NULL; o++) one_option(out, o, width);
    fputs("\nExamples:\n", out);
    for (const char *line = command->examples; *line != 0;) {
        int len = (int)strcspn(line, "\n");
        fprintf(out, "  %.*s\n", len, line);
        line += len + (line[len] == '\n');
    }
}

void rr_help(FILE *out, const rr_command *command, const char *group) {
    if (command != NULL) {
        one_command(out, command);
        return;
    }
    size_t prefix = group == NULL ? 0 : strlen(group);
    if (group == NULL)
        rr_wrap(out,
                "robin: petitions whose signatures everyone can count, and that do not say whose they are.\n\n"
                "Usage: robin COMMAND [OPTIONS] [ARGUMENTS]\n",
                "", rr_terminal_width(out));
    else
        fprintf(out, "robin %s: %s.\n", group, rr_group_summary(group, prefix));
    fputs("\nCommands:\n", out);
    for (const rr_command *const *c = rr_commands; *c != NULL; c++) {
        if (group == NULL ? (*c)->internal : !(strncmp((*c)->name, group, prefix) == 0 && (*c)->name[prefix] == ' ')) continue;
        fprintf(out, "  %-19s %s\n", (*c)->name, (*c)->summary);
    }
    fputs("\nSay robin COMMAND --help for each of them. The exit status is 0: done, 1: refused or does not verify,\n"
          "2: wrong usage, 3: could not read or write.\n",
          out);
}
