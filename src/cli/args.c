/* SPDX-License-Identifier: Apache-2.0 */
/* Arguments by the table: --name VALUE, --name=VALUE, -- ends the options, - alone is standard input or output. */
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/tool.h"

typedef struct value {
    const char *name; /* the table's own string */
    const char *text;
} value;

struct rr_args {
    const rr_command *command;
    value *values;
    size_t count;
};

/* Is this name in the command's table?  *preset is set for an option. */
static bool declared(const rr_command *command, const char *name, const char **preset) {
    *preset = NULL;
    for (const rr_option *o = command->options; o->name != NULL; o++) {
        if (strcmp(o->name, name) != 0) continue;
        *preset = o->preset;
        return true;
    }
    for (const rr_positional *p = command->positionals; p->name != NULL; p++)
        if (strcmp(p->name, name) == 0) return true;
    return false;
}

const char *rr_arg(const rr_args *args, const char *name) {
    const char *preset;
    if (!declared(args->command, name, &preset)) abort();
    for (size_t i = 0; i < args->count; i++)
        if (strcmp(args->values[i].name, name) == 0) return args->values[i].text;
    return preset;
}

bool rr_flag(const rr_args *args, const char *name) {
    return rr_arg(args, name) != NULL;
}

uint32_t rr_arg_number(const rr_args *args, const char *name) {
    const char *text = rr_arg(args, name);
    return text == NULL ? 0 : (uint32_t)strtoul(text, NULL, 10);
}

size_t rr_arg_count(const rr_args *args, const char *name) {
    size_t n = 0;
    for (size_t i = 0; i < args->count; i++) n += strcmp(args->values[i].name, name) == 0;
    return n;
}

const char *rr_arg_at(const rr_args *args, const char *name, size_t at) {
    for (size_t i = 0; i < args->count; i++)
        if (strcmp(args->values[i].name, name) == 0 && at-- == 0) return args->values[i].text;
    return NULL;
}

const rr_command *rr_args_command(const rr_args *args) {
    return args->command;
}

/* ---- parsing ------------------------------------------------------------------------------------------------------------------ */

static RR_NORETURN void usage(const rr_command *command, const char *problem) {
    fprintf(stderr, "robin: %s. Say robin %s%s--help for what it takes.\n", problem, command == NULL ? "" : command->name,
            command == NULL ? "" : " ");
    exit(RR_EXIT_USAGE);
}

static bool is_number(const char *text) {
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || text[digits] != 0 || digits > 10 || (text[0] == '0' && digits > 1)) return false;
    return strtoull(text, NULL, 10) <= UINT32_MAX;
}

static bool is_choice(const char *choices, const char *text) {
    size_t len = strlen(text);
    for (const char *c = choices; *c != 0;) {
        size_t n = strcspn(c, " ");
        if (n == len && memcmp(c, text, n) == 0) return true;
        c += n + (c[n] == ' ');
    }
    return false;
}

static void check_value(const rr_command *command, const char *name, rr_takes takes, const char *choices, const char *text) {
    if (takes == RR_TAKES_NUMBER && !is_number(text))
        usage(command, rr_format("%s takes a number from 0 to 4294967295, not '%s'", name, rr_safe_string(text)));
    if (takes == RR_TAKES_CHOICE && !is_choice(choices, text))
        usage(command, rr_format("%s is one of: %s; not '%s'", name, choices, rr_safe_string(text)));
    if (takes != RR_TAKES_TEXT && text[0] == 0) usage(command, rr_format("%s is empty", name));
}

static void keep(rr_args *args, const char *name, const char *text) {
    args->values[args->count++] = (value){name, text};
}

static void take_option(rr_args *args, int argc, char **argv, int *at) {
    const char *word = argv[*at] + 2, *equals = strchr(word, '=');
    size_t len = equals != NULL ? (size_t)(equals - word) : strlen(word);
    const rr_option *option = args->command->options;
    while (option->name != NULL && !(strlen(option->name) == len && memcmp(option->name, word, len) == 0)) option++;
    if (option->name == NULL) usage(args->command, rr_format("there is no option --%s", rr_safe((rr_text){word, len})));
    const char *shown = rr_format("--%s", option->name);
    if (!(option->flags & RR_MANY) && rr_arg_count(args, option->name) > 0)
        usage(args->command, rr_format("%s is given twice", shown));
    if (option->takes == RR_TAKES_NOTHING) {
        if (equals != NULL) usage(args->command, rr_format("%s takes no value", shown));
        keep(args, option->name, "");
        return;
    }
    if (equals == NULL && *at + 1 >= argc) usage(args->command, rr_format("%s lacks its %s", shown, option->argument));
    const char *text = equals != NULL ? equals + 1 : argv[++*at];
    check_value(args->command, shown, option->takes, option->choices, text);
    keep(args, option->name, text);
}

static void take_positional(rr_args *args, const rr_positional **next, const char *text) {
    const rr_positional *p = *next;
    if (p->name == NULL) usage(args->command, rr_format("'%s' is one argument too many", rr_safe_string(text)));
    check_value(args->command, p->name, p->takes, p->choices, text);
    keep(args, p->name, text);
    if (!(p->flags & RR_MANY)) *next = p + 1;
}

static int run_command(const rr_command *command, int argc, char **argv) {
    rr_args *args = rr_take(sizeof *args);
    args->command = command;
    args->values = rr_take_array((size_t)argc + 1, sizeof *args->values);
    const rr_positional *next = command->positionals;
    bool options = true;
    for (int i = 0; i < argc; i++) {
        if (options && strcmp(argv[i], "--") == 0) {
            options = false;
        } else if (options && (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)) {
            rr_help(stdout, command, NULL);
            return RR_EXIT_DONE;
        } else if (options && strncmp(argv[i], "--", 2) == 0) {
            take_option(args, argc, argv, &i);
        } else if (options && argv[i][0] == '-' && argv[i][1] != 0) {
            usage(command, rr_format("there is no option %s", rr_safe_string(argv[i])));
        } else {
            take_positional(args, &next, argv[i]);
        }
    }
    for (const rr_positional *p = command->positionals; p->name != NULL; p++)
        if ((p->flags & RR_MUST) && rr_arg_count(args, p->name) == 0) usage(command, rr_format("%s is missing", p->name));
    for (const rr_option *o = command->options; o->name != NULL; o++)
        if ((o->flags & RR_MUST) && rr_arg_count(args, o->name) == 0)
            usage(command, rr_format("--%s %s is missing", o->name, o->argument));
    return command->run(args);
}

int rr_run(int argc, char **argv) {
    if (argc < 2) {
        rr_help(stderr, NULL, NULL);
        return RR_EXIT_USAGE;
    }
    const char *first = argv[1];
    if (strcmp(first, "help") == 0 && argc == 2) first = "--help";
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) {
        rr_help(stdout, NULL, NULL);
        return RR_EXIT_DONE;
    }
    if (strcmp(first, "--version") == 0) {
        printf("robin %s\n", RR_VERSION);
        return RR_EXIT_DONE;
    }
    const rr_command *command = rr_command_find(first, strlen(first));
    if (command != NULL) return run_command(command, argc - 2, argv + 2);
    if (rr_group_summary(first, strlen(first)) == NULL)
        usage(NULL, rr_format("there is no command '%s'", rr_safe_string(first)));
    if (argc < 3 || strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0) {
        rr_help(argc < 3 ? stderr : stdout, NULL, first);
        return argc < 3 ? RR_EXIT_USAGE : RR_EXIT_DONE;
    }
    const char *both = rr_format("%s %s", first, argv[2]);
    command = rr_command_find(both, strlen(both));
    if (command == NULL) usage(NULL, rr_format("there is no command '%s'", rr_safe_string(both)));
    return run_command(command, argc - 3, argv + 3);
}
