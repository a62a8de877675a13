/* SPDX-License-Identifier: Apache-2.0 */
/* Completions for shells.  Each knows: the words of commands, the options of each command, and for each option or argument
 * whether a file, a folder, one of some words or a text follows. */
#include <string.h>

#include "cli/command.h"
#include "cli/tool.h"

#define FOR_COMMANDS(c)                                                                                                        \
    for (const rr_command *const *c = rr_commands; *c != NULL; c++)                                                            \
        if (!(*c)->internal)
#define FOR_OPTIONS(o, list) for (const rr_option *o = (list); o->name != NULL; o++)

/* The first words, each once, separated by spaces. */
static const char *first_words(void) {
    const char *words = "";
    const char *last = "";
    FOR_COMMANDS(c) {
        size_t len = strcspn((*c)->name, " ");
        if (strlen(last) == len && memcmp(last, (*c)->name, len) == 0) continue;
        last = rr_format("%.*s", (int)len, (*c)->name);
        words = rr_format("%s%s%s", words, words[0] != 0 ? " " : "", last);
    }
    return words;
}

/* The second words of a group. */
static const char *second_words(const char *group) {
    const char *words = "";
    size_t len = strlen(group);
    FOR_COMMANDS(c)
    if (strncmp((*c)->name, group, len) == 0 && (*c)->name[len] == ' ')
        words = rr_format("%s%s%s", words, words[0] != 0 ? " " : "", (*c)->name + len + 1);
    return words;
}

/* Calls `each` for every word that is a group. */
static void for_groups(FILE *out, void (*each)(FILE *out, const char *group)) {
    const char *words = first_words();
    for (const char *w = words; *w != 0;) {
        size_t len = strcspn(w, " ");
        if (rr_group_summary(w, len) != NULL) each(out, rr_format("%.*s", (int)len, w));
        w += len + (w[len] == ' ');
    }
}

static const char *option_words(const rr_command *command) {
    const char *words = "--help";
    FOR_OPTIONS(o, command->options) words = rr_format("%s --%s", words, o->name);
    return words;
}

/* ---- bash ---------------------------------------------------------------------------------------------------------------------- */

static void bash_group(FILE *out, const char *group) {
    fprintf(out,
            "        %s) command=\"%s ${words[2]}\"; [ \"$cword\" -eq 2 ] && { COMPREPLY=($(compgen -W '%s' -- \"$cur\")); "
            "return; } ;;\n",
            group, group, second_words(group));
}

static void bash_value(FILE *out, const char *pattern, rr_takes takes, const char *choices) {
    if (takes == RR_TAKES_FILE) fprintf(out, "        '%s') _filedir; return ;;\n", pattern);
    if (takes == RR_TAKES_FOLDER) fprintf(out, "        '%s') _filedir -d; return ;;\n", pattern);
    if (takes == RR_TAKES_CHOICE)
        fprintf(out, "        '%s') COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return ;;\n", pattern, choices);
    if (takes == RR_TAKES_TEXT || takes == RR_TAKES_NUMBER) fprintf(out, "        '%s') return ;;\n", pattern);
}

void rr_completion_bash(FILE *out) {
    fputs("# bash completion for robin; made by robin internal completions\n_robin() {\n"
          "    local cur prev words cword split command\n    _init_completion -s || return\n",
          out);
    fprintf(out,
            "    if [ \"$cword\" -eq 1 ]; then\n        COMPREPLY=($(compgen -W '%s --help --version' -- \"$cur\"))\n        "
            "return\n    fi\n",
            first_words());
    fputs("    case \"${words[1]}\" in\n", out);
    for_groups(out, bash_group);
    fputs("        *) command=\"${words[1]}\" ;;\n    esac\n    case \"$command $prev\" in\n", out);
    FOR_COMMANDS(c)
    FOR_OPTIONS(o, (*c)->options) bash_value(out, rr_format("%s --%s", (*c)->name, o->name), o->takes, o->choices);
    fputs("    esac\n    case \"$command\" in\n", out);
    FOR_COMMANDS(c) {
        fprintf(out, "        '%s') [[ \"$cur\" == -* ]] && { COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return; }",
                (*c)->name, option_words(*c));
        const rr_positional *p = (*c)->positionals;
        fputs(p->name != NULL && (p->takes == RR_TAKES_FILE || p->takes == RR_TAKES_FOLDER) ? "; _filedir ;;\n" : " ;;\n", out);
    }
    fputs("    esac\n} &&\ncomplete -F _robin robin\n", out);
}

/* ---- zsh ----------------------------------------------------------------------------------------------------------------------- */

/* Within single quotes in brackets. */
static const char *zsh_text(const char *text) {
    char *out = rr_take(4 * strlen(text) + 1), *at = out;
    for (; *text != 0; text++) {
        if (*text == '\'') {
            memcpy(at, "'\\''", 4);
            at += 4;
            continue;
        }
        if (strchr("[]:\\", *text) != NULL) *at++ = '\\';
        *at++ = *text;
    }
    return out;
}

static const char *zsh_action(rr_takes takes, const char *choices) {
    if (takes == RR_TAKES_FILE) return "_files";
    if (takes == RR_TAKES_FOLDER) return "_files -/";
    return takes == RR_TAKES_CHOICE ? rr_format("(%s)", choices) : " ";
}

static void zsh_group(FILE *out, const char *group) {
    fprintf(out,
            "        %s) words=(\"%s $words[2]\" \"${(@)words[3,-1]}\"); (( CURRENT-- ));\n"
            "            (( CURRENT == 1 )) && { compadd %s; return } ;;\n",
            group, group, second_words(group));
}

void rr_completion_zsh(FILE *out) {
    fprintf(out,
            "#compdef robin\n# zsh completion for robin; made by robin internal completions\n_robin() {\n"
            "    (( CURRENT == 2 )) && { compadd -- %s --help --version; return }\n"
            "    shift words; (( CURRENT-- ))\n    case $words[1] in\n",
            first_words());
    for_groups(out, zsh_group);
    fputs("    esac\n    case $words[1] in\n", out);
    FOR_COMMANDS(c) {
        fprintf(out, "        '%s') _arguments \\\n            '--help[%s]'", (*c)->name, zsh_text(rr_common_options[0].help));
        FOR_OPTIONS(o, (*c)->options) {
            fprintf(out, " \\\n            '%s--%s[%s]", o->flags & RR_MANY ? "*" : "", o->name, zsh_text(o->help));
            if (o->argument != NULL) fprintf(out, ":%s:%s", zsh_text(o->argument), zsh_action(o->takes, o->choices));
            fputc('\'', out);
        }
        for (const rr_positional *p = (*c)->positionals; p->name != NULL; p++)
            fprintf(out, " \\\n            '%s%s:%s:%s'", p->flags & RR_MANY ? "*" : "",
                    p->flags & RR_MUST || p->flags & RR_MANY ? "" : ":", zsh_text(p->name), zsh_action(p->takes, p->choices));
        fputs(" ;;\n", out);
    }
    fputs("    esac\n}\n_robin \"$@\"\n", out);
}

/* ---- fish ---------------------------------------------------------------------------------------------------------------------- */

static const char *fish_text(const char *text) {
    char *out = rr_take(2 * strlen(text) + 1), *at = out;
    for (; *text != 0; text++) {
        if (*text == '\'' || *text == '\\') *at++ = '\\';
        *at++ = *text;
    }
    return out;
}

void rr_completion_fish(FILE *out) {
    fputs("# fish completion for robin; made by robin internal completions\n"
          "function __robin_is\n    set -l tokens (commandline -opc)\n    string match -q -- \"$argv \" \"$tokens[2..-1] \" "
          "\"$tokens[2] \" \"$tokens[2..3] \"\n"
          "end\ncomplete -c robin -f\n",
          out);
    const char *words = first_words();
    for (const char *w = words; *w != 0;) {
        size_t len = strcspn(w, " ");
        const rr_command *command = rr_command_find(w, len);
        const char *summary = command != NULL ? command->summary : rr_group_summary(w, len);
        fprintf(out, "complete -c robin -n 'test (count (commandline -opc)) -eq 1' -a '%.*s' -d '%s'\n", (int)len, w,
                fish_text(summary));
        w += len + (w[len] == ' ');
    }
    FOR_COMMANDS(c) {
        const char *second = strchr((*c)->name, ' ');
        if (second != NULL)
            fprintf(out, "complete -c robin -n '__robin_is %.*s; and test (count (commandline -opc)) -eq 2' -a '%s' -d '%s'\n",
                    (int)(second - (*c)->name), (*c)->name, second + 1, fish_text((*c)->summary));
        FOR_OPTIONS(o, (*c)->options) {
            fprintf(out, "complete -c robin -n '__robin_is %s' -l %s", (*c)->name, o->name);
            if (o->takes == RR_TAKES_CHOICE) fprintf(out, " -x -a '%s'", o->choices);
            if (o->takes == RR_TAKES_FOLDER) fputs(" -x -a '(__fish_complete_directories)'", out);
            if (o->takes == RR_TAKES_FILE) fputs(" -r -F", out);
            if (o->takes == RR_TAKES_TEXT || o->takes == RR_TAKES_NUMBER) fputs(" -x", out);
            fprintf(out, " -d '%s'\n", fish_text(o->help));
        }
        if ((*c)->positionals->takes == RR_TAKES_FILE || (*c)->positionals->takes == RR_TAKES_FOLDER)
            fprintf(out, "complete -c robin -n '__robin_is %s' -F\n", (*c)->name);
    }
}
