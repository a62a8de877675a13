/* SPDX-License-Identifier: Apache-2.0 */
/* robin petition new */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/online.h"
#include "cli/papers.h"
#include "cli/trustee.h"

static int64_t time_of(const rr_args *args, const char *option, int64_t otherwise) {
    const char *text = rr_arg(args, option);
    int64_t seconds = otherwise;
    if (text != NULL && !rr_time_read(&seconds, rr_text_of(text)))
        rr_die(RR_EXIT_USAGE, "--%s is a time such as 2027-12-01T18:00:00Z, not '%s'.", option, rr_safe_string(text));
    return seconds;
}

static rr_vkey vkey_of(const char *option, const char *text, uint8_t type) {
    rr_vkey vkey;
    rr_error error;
    if (rr_vkey_read(&vkey, &error, rr_text_of(text), type) != RR_OK)
        rr_die(RR_EXIT_USAGE, "--%s: %s. It should be a verifier key such as robin key show prints.", option, error.rule);
    return vkey;
}

static int by_class(const void *a, const void *b) {
    return rr_text_compare(((const rr_goal_class *)a)->class_name, ((const rr_goal_class *)b)->class_name);
}

static void read_goals(rr_petition *p, const rr_args *args) {
    size_t n = rr_arg_count(args, "goal-class");
    rr_goal_class *goals = rr_take_array(n, sizeof *goals);
    for (size_t i = 0; i < n; i++) {
        const char *text = rr_arg_at(args, "goal-class", i);
        rr_text number, rest = rr_text_of(text);
        if (!rr_text_cut(&number, &rest, '=') || !rr_text_number(&goals[i].number, number))
            rr_die(RR_EXIT_USAGE, "--goal-class is a number, =, and a class, such as 12=Physics; not '%s'.",
                   rr_safe_string(text));
        goals[i].class_name = rest;
    }
    if (n > 1) qsort(goals, n, sizeof *goals, by_class);
    p->goal = rr_arg_number(args, "goal");
    p->goal_classes = rr_arg_number(args, "goal-classes");
    p->goal_class_count = (uint32_t)n;
    p->goal_class = goals;
    if (n > 0 && p->goal_classes == 0)
        rr_die(RR_EXIT_USAGE, "--goal-class needs --goal-classes: in how many of these classes the number must be reached.");
}

static void read_witnesses(rr_petition *p, const rr_args *args) {
    size_t n = rr_arg_count(args, "witness");
    rr_vkey *witnesses = rr_take_array(n, sizeof *witnesses);
    for (size_t i = 0; i < n; i++) witnesses[i] = vkey_of("witness", rr_arg_at(args, "witness", i), RR_VKEY_COSIGNATURE);
    p->witnesses = witnesses;
    p->witness_count = (uint32_t)n;
    p->witnesses_needed = rr_arg_number(args, "witnesses");
}

/* Of a server that will serve the petition: it offers a key for a log that does not exist yet. */
static void read_logs(rr_petition *p, const rr_args *args) {
    const char *log = rr_arg(args, "log"), *directory = rr_arg(args, "directory"), *server = rr_arg(args, "server");
    if (server != NULL && (log != NULL || directory != NULL))
        rr_die(RR_EXIT_USAGE, "--server already says which logs there are: leave --log and --directory away.");
    if (server != NULL) {
        const char *address = rr_online_server(server);
        rr_online_keys(rr_online_start(args), address, &p->directory, &p->log);
        return;
    }
    if (log == NULL || directory == NULL)
        rr_die(RR_EXIT_USAGE, "--%s VKEY is missing; or take the logs' keys from a server with --server URL.",
               log == NULL ? "log" : "directory");
    p->log = vkey_of("log", log, RR_VKEY_ED25519);
    p->directory = vkey_of("directory", directory, RR_VKEY_ED25519);
}

static unsigned read_modes(const rr_args *args) {
    unsigned modes = 0;
    for (size_t i = 0; i < rr_arg_count(args, "mode"); i++) {
        const char *mode = rr_arg_at(args, "mode", i);
        modes |= strcmp(mode, "named") == 0 ? RR_MODE_NAMED : strcmp(mode, "sealed") == 0 ? RR_MODE_SEALED : RR_MODE_ANONYMOUS;
    }
    return modes;
}

/* The keys that a ceremony made. */
static void read_sealing(rr_petition *p, const rr_args *args) {
    static const char *const options[] = {"ceremony", "seal-threshold", "seal-expires"};
    const char *place = rr_arg(args, "ceremony");
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if ((rr_arg(args, options[i]) != NULL) != ((p->modes & RR_MODE_SEALED) != 0))
            rr_die(RR_EXIT_USAGE, "--%s and --mode sealed belong together: %s.", options[i],
                   rr_arg(args, options[i]) == NULL ? "it is missing" : "the mode is missing");
    if (!(p->modes & RR_MODE_SEALED)) return;
    rr_gathering *g = rr_gathering_at(place, rr_arg(args, "proxy"));
    rr_seal_key keys[RR_TRUSTEE_MAX];
    rr_bytes certificate;
    rr_gather_keys(g);
    rr_read_certificate(g, &p->seal_key, keys, &certificate);
    if (memcmp(&g->file.roll, &p->roll, sizeof p->roll) != 0)
        rr_die(RR_EXIT_REFUSED, "%s: is the ceremony of another roll, %s. Nothing was written; begin one for this roll.",
               rr_safe_string(place), rr_hex_text(g->file.roll.bytes, 32));
    rr_trustee *trustees = rr_take_array(g->file.n, sizeof *trustees);
    for (uint32_t j = 0; j < g->file.n; j++) trustees[j] = (rr_trustee){keys[j], g->file.trustees[j]};
    p->trustees = trustees;
    p->trustee_count = g->file.n;
    p->trustee_threshold = g->file.t;
    p->seal_threshold = rr_arg_number(args, "seal-threshold");
    p->seal_expires = time_of(args, "seal-expires", 0);
}

int rr_run_petition_new(const rr_args *args) {
    rr_papers papers = {.params = rr_make_params()};
    rr_load_roll(&papers.roll, &papers.roll_file, rr_arg(args, "roll"));
    rr_bytes body = rr_read(rr_arg(args, "TEXT"), RR_PETITION_MAX);
    rr_petition p = {.roll = papers.roll.digest, .roll_entries = papers.roll.entry_count};
    p.title = rr_text_of(rr_arg(args, "title"));
    p.to = rr_text_of(rr_arg(args, "to"));
    p.from = rr_text_of(rr_arg(args, "from"));
    p.ring = rr_arg_number(args, "ring");
    p.ring_minimum = rr_arg_number(args, "ring-minimum");
    p.by_class = strcmp(rr_arg(args, "count-by"), "class") == 0;
    p.modes = read_modes(args);
    read_sealing(&p, args);
    read_goals(&p, args);
    p.opens = time_of(args, "opens", rr_now());
    p.closes = time_of(args, "closes", 0);
    read_logs(&p, args);
    read_witnesses(&p, args);
    p.body = (rr_text){(const char *)body.data, body.len};

    size_t len = rr_petition_write(NULL, 0, &p);
    char *text = rr_take(len + 1);
    (void)rr_petition_write(text, len, &p);
    /* The parser is the one judge: what would be written is read before it is let out. */
    rr_petition again;
    rr_error error;
    size_t size = rr_petition_size(text, len);
    rr_status status = rr_petition_parse(papers.params, &again, &error, rr_take(size), size, text, len);
    if (status != RR_OK) {
        if (status != RR_MALFORMED) error = (rr_error){status, 0, 0, NULL};
        rr_die_at("the petition", &error, "Nothing was written; correct the option or the text that this line comes from.");
    }
    rr_write_file(rr_arg(args, "out"), RR_PUBLIC_FILE, rr_flag(args, "force"), text, len);
    if (strcmp(rr_arg(args, "out"), "-") != 0) printf("%s\n", rr_hex_text(again.pid.bytes, 32));
    return RR_EXIT_DONE;
}
