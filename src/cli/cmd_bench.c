/* SPDX-License-Identifier: Apache-2.0 */
/* robin bench */
#include "bench.h"
#include "cli/commands.h"
#include "cli/tool.h"

static void print_figure(void *context, const char *name, double median, const char *unit) {
    (void)context;
    printf("%s\t%.4g\t%s\n", name, median, unit);
    (void)fflush(stdout);
}

int rr_run_bench(const rr_args *args) {
    const char *prefix = rr_arg(args, "PREFIX");
    if (!rr_bench_run(print_figure, NULL, prefix == NULL ? "" : prefix))
        rr_die(RR_EXIT_USAGE, "no measurement has a name that begins with '%s'. Say robin bench for all of them.",
               rr_safe_string(prefix));
    return RR_EXIT_DONE;
}
