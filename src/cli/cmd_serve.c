/* SPDX-License-Identifier: Apache-2.0 */
/* robin serve */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "cli/commands.h"
#include "cli/evidence.h"
#include "cli/serving.h"
#include "cli/tool.h"
#include "server/http.h"

static void set_option(rr_config *config, const rr_args *args, const char *name) {
    const char *rule = NULL;
    size_t count = rr_arg_count(args, name);
    if (count) rr_config_forget(config, name);
    for (size_t i = 0; i < count; i++)
        if (rr_config_set(config, &rule, name, rr_arg_at(args, name, i)) != RR_OK)
            rr_die(RR_EXIT_USAGE, "--%s: it takes %s.", name, rule);
}

/* Later sources win: presets, file, environment, options. */
static void read_config(rr_config *config, const rr_args *args) {
    static const char *const options[] = {"listen",  "db",          "keys",    "cache",          "name",
                                          "address", "publisher",   "witness", "batch-interval", "batch-minimum",
                                          "tick",    "connections", "queue",   "threads"};
    rr_file_error error = {.number = -1};
    const char *path = rr_arg(args, "config"), *fault;
    if (rr_config_init(config) != RR_OK) rr_die(RR_EXIT_IO, "there is not enough memory.");
    if (path && rr_config_read(config, &error, path) != RR_OK) rr_die_of(path, &error, "See robin-serve(5).");
    if (rr_config_environment(config, &error) != RR_OK)
        rr_die(RR_EXIT_USAGE, "the environment variable %s takes %s.", error.where, error.rule);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) set_option(config, args, options[i]);
    if ((fault = rr_config_fault(config)) != NULL) rr_die(RR_EXIT_USAGE, "%s. See robin-serve(5).", fault);
}

/* A connection is a descriptor, and another one while an evidence file is sent. */
static void allow_descriptors(const rr_config *config) {
    struct rlimit limit;
    rlim_t want = 2 * (rlim_t)config->connections + RR_HTTP_OTHER_FILES;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= want) return;
    if (limit.rlim_max < want) limit.rlim_max = want; /* where the account may */
    limit.rlim_cur = want;
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0) return;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur < want)
        rr_tell("this account may open %llu files, too few for the %u connections that are set: there will be fewer. Raise its "
                "limit (ulimit -n).",
                (unsigned long long)limit.rlim_cur, config->connections);
}

/* Before any thread begins: signals come to the one that waits for them. */
void rr_hold_signals(void) {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    sigaddset(&ends, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &ends, NULL);
}

rr_serving *rr_begin_serving(const rr_config *config) {
    rr_file_error error = {.number = -1};
    rr_serving *serving;
    rr_hold_signals();
    allow_descriptors(config);
    if (rr_serve_start(&serving, &error, config) != RR_OK)
        rr_die_of(error.where && strcmp(error.where, "listen") == 0 ? "listen" : config->db, &error,
                  "The server did not start.");
    return serving;
}

bool rr_wait_for_end(unsigned seconds) {
    sigset_t ends;
    const struct timespec most = {seconds, 0};
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    for (;;) {
        int got = seconds ? sigtimedwait(&ends, NULL, &most) : sigwaitinfo(&ends, NULL);
        if (got > 0) return true;
        if (seconds) return false;
    }
}

int rr_run_serve(const rr_args *args) {
    rr_config config;
    read_config(&config, args);
    rr_serving *serving = rr_begin_serving(&config);
    printf("Directory %s\n", rr_serve_directory(serving));
    for (size_t i = 0; i < rr_serve_address_count(serving); i++) printf("Serving %s\n", rr_serve_address(serving, i));
    rr_finish_stdout();
    (void)rr_wait_for_end(0);
    rr_serve_stop(serving);
    rr_config_free(&config);
    return RR_EXIT_DONE;
}
