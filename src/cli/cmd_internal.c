/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/tool.h"

static void write_with(const char *folder, const char *name, void (*print)(FILE *out)) {
    rr_output *output = rr_output_open(rr_join(folder, name), RR_PUBLIC_FILE, true);
    print(rr_output_stream(output));
    rr_output_finish(output);
}

int rr_run_internal_man(const rr_args *args) {
    const char *folder = rr_arg(args, "FOLDER");
    rr_make_folder(folder);
    for (const rr_command *const *c = rr_commands;; c++) {
        if (*c != NULL && (*c)->internal) continue;
        rr_output *output = rr_output_open(rr_join(folder, rr_man_file(*c)), RR_PUBLIC_FILE, true);
        rr_man_page(rr_output_stream(output), *c);
        rr_output_finish(output);
        if (*c == NULL) return RR_EXIT_DONE;
    }
}

int rr_run_internal_completions(const rr_args *args) {
    const char *folder = rr_arg(args, "FOLDER");
    rr_make_folder(folder);
    write_with(folder, "robin.bash", rr_completion_bash);
    write_with(folder, "_robin", rr_completion_zsh);
    write_with(folder, "robin.fish", rr_completion_fish);
    return RR_EXIT_DONE;
}
