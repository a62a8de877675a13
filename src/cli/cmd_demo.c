/* SPDX-License-Identifier: Apache-2.0 */
/* robin demo: a complete petition on this machine, made with the commands that everybody uses, each shown before it runs.
 *
 *     1. a server; a registrar; an edition with invented people, who have enrolled, and three who are invited
 *     2. whoever holds an invitation enrols; then the roll is published, and the petition opens
 *     3. invented people answer, so that batches fill; whoever enrolled answers among them */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/edition.h"
#include "cli/papers.h"
#include "cli/serving.h"
#include "cli/sheets.h"
#include "net/http.h"

extern char **environ;

enum {
    PEOPLE = 600,
    CLASSES = 3,
    ARGUMENTS_MAX = 40,
    EACH = 10, /* invented answers between two batches */
    GRACE = 8, /* seconds for a second and a third person to enrol */
    HOURS = 12 /* until the petition closes */
};

static const struct {
    const char *member, *district, *name;
} invited[] = {
    {"anna", "District 1", "Anna Example"},
    {"boris", "District 2", "Boris Example"},
    {"clara", "District 3", "Clara Example"},
};

enum { INVITED = sizeof invited / sizeof *invited };

typedef struct demo {
    const char *folder;  /* where all of it is; the working directory */
    const char *program; /* this one */
    const char *command; /* how to call it from another terminal */
    const char *url;
    rr_serving *serving;
    rr_config config;
    rr_http *http;
    const char **answers; /* files that are still to be sent */
    size_t answer_count;
} demo;

/* ---- running robin --------------------------------------------------------------------------------------------------------------- */

static void show(char *const argv[]) {
    printf("$ robin");
    for (size_t i = 1; argv[i] != NULL; i++) {
        bool plain = argv[i][strspn(argv[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:=,@-+")] == 0;
        printf(plain ? " %s" : " '%s'", argv[i]);
    }
    printf("\n");
    rr_finish_stdout();
}

/* Runs `robin ...` to its end: its status.  `quiet`: neither shown, nor is what it prints. */
static int run_list(const demo *d, bool quiet, char *const argv[]) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    pid_t child;
    int status;
    sigemptyset(&none);
    if (posix_spawn_file_actions_init(&actions) != 0 || posix_spawnattr_init(&attributes) != 0 ||
        posix_spawnattr_setsigmask(&attributes, &none) != 0 ||
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK) != 0)
        rr_die(RR_EXIT_IO, "out of memory.");
    for (int fd = 1; quiet && fd <= 2; fd++) (void)posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_WRONLY, 0);
    if (!quiet) show(argv);
    int error = posix_spawn(&child, d->program, &actions, &attributes, argv, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)posix_spawnattr_destroy(&attributes);
    if (error != 0) rr_die(RR_EXIT_IO, "%s cannot be started: %s.", rr_safe_string(d->program), strerror(error));
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What is said to robin; ended by NULL. */
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static int run_words(const demo *d, bool quiet, const char *const words[]) {
    char *argv[ARGUMENTS_MAX + 1] = {rr_format("robin"), NULL};
    for (size_t i = 0; words[i] != NULL && i < ARGUMENTS_MAX - 1; i++) argv[i + 1] = rr_format("%s", words[i]);
    return run_list(d, quiet, argv);
}

static void run(const demo *d, const char *const words[]) {
    if (run_words(d, false, words) != 0)
        rr_die(RR_EXIT_REFUSED, "the demonstration ends here, since that command failed. Its files are in %s.", d->folder);
}

/* What `robin key show` would print. */
static const char *vkey_in(const char *path) {
    return rr_copy_text(rr_vkey_of(rr_open_signer(path)));
}

static void say(const char *sentence) {
    printf("\n== %s\n", sentence);
}

/* ---- 1. server and registrar -------------------------------------------------------------------------------------------------------- */

static const char *find_program(void) {
    char *path = rr_take(4096);
    ssize_t len = readlink("/proc/self/exe", path, 4095);
    if (len <= 0) rr_die(RR_EXIT_IO, "the path of this program is unknown: %s.", strerror(errno));
    return path;
}

/* "robin" where the shell finds this program under that name, else its path: what is printed can be copied and run. */
static const char *how_to_call(const char *program) {
    const char *search = getenv("PATH");
    while (search != NULL && *search != 0) {
        size_t len = strcspn(search, ":");
        char *found = realpath(rr_format("%.*s/robin", (int)len, search), NULL);
        bool same = found != NULL && strcmp(found, program) == 0;
        bool other = found != NULL && !same;
        free(found);
        if (same) return "robin";
        if (other) break;
        search += len + (search[len] == ':');
    }
    return program;
}

static void enter_folder(demo *d, const char *given) {
    if (given != NULL) {
        rr_make_folder(given);
        size_t count = 0;
        (void)rr_list_folder(given, &count);
        if (count > 0) rr_die(RR_EXIT_REFUSED, "%s: is not empty. Name a new folder.", rr_safe_string(given));
        d->folder = realpath(given, rr_take(PATH_MAX));
    } else {
        const char *temporary = getenv("TMPDIR");
        char *name = rr_format("%s/robin-demo.XXXXXX", temporary ? temporary : "/tmp");
        d->folder = mkdtemp(name);
    }
    if (d->folder == NULL || chdir(d->folder) != 0) rr_die(RR_EXIT_IO, "no folder for the demonstration: %s.", strerror(errno));
}

static void set(rr_config *config, const char *name, const char *value) {
    const char *rule = NULL;
    if (rr_config_set(config, &rule, name, value) != RR_OK) rr_die(RR_EXIT_USAGE, "--%s: it takes %s.", name, rule);
}

static void start_server(demo *d, const rr_args *args) {
    if (rr_config_init(&d->config) != RR_OK) rr_die(RR_EXIT_IO, "out of memory.");
    set(&d->config, "listen", rr_arg(args, "listen"));
    set(&d->config, "db", "server/robin.db");
    set(&d->config, "keys", "server/keys");
    set(&d->config, "cache", "server/cache");
    set(&d->config, "name", "demo.example");
    set(&d->config, "publisher", vkey_in("registrar.key"));
    set(&d->config, "batch-interval", rr_arg(args, "batch-interval"));
    set(&d->config, "tick", "1");
    set(&d->config, "connections", "200"); /* on this machine; the preset is more than many accounts may have */
    rr_make_folder("server");
    d->serving = rr_begin_serving(&d->config);
    const char *address = rr_serve_address(d->serving, 0);
    d->url = rr_format("%.*s", (int)strlen(address) - 1, address);
    const rr_http_options options = {.timeout = 10};
    if (rr_http_open(&d->http, &options) != RR_OK) rr_die(RR_EXIT_IO, "out of memory.");
}

static void make_people(const demo *d) {
    rr_builder invented = {NULL, 0, 0}, real = {NULL, 0, 0};
    for (unsigned i = 1; i <= PEOPLE; i++)
        rr_build(&invented, "person-%03u\tDistrict %u\tInvented Person %03u\n", i, (i - 1) % CLASSES + 1, i);
    for (size_t i = 0; i < INVITED; i++)
        rr_build(&real, "%s\t%s\t%s\n", invited[i].member, invited[i].district, invited[i].name);
    rr_write_file("people.tsv", RR_PUBLIC_FILE, false, invented.text, invented.len);
    rr_write_file("invited.tsv", RR_PUBLIC_FILE, false, real.text, real.len);
    run(d, WORDS("roll", "new", "roll", "--key", "registrar.key", "--body", "Rehearsal: deputies of three invented districts",
                 "--source", "nowhere: these people are invented", "--body-size", rr_format("%d", PEOPLE + INVITED), "--slots",
                 "1"));
    run(d, WORDS("roll", "import", "roll", "--format", "people", "people.tsv"));
    run(d, WORDS("rehearse", "enrol", "roll", "--keys", "rehearsal.keys", "--to", "inbox"));
    run(d, WORDS("roll", "enrolments", "roll", "--key", "registrar.key", "inbox"));
    run(d, WORDS("roll", "import", "roll", "--format", "people", "invited.tsv"));
    run(d, WORDS("roll", "open", "roll", "--key", "registrar.key", "--to", d->url));
}

/* ---- 2. enrolling -------------------------------------------------------------------------------------------------------------------- */

/* As `robin roll invite` would print it. */
static const char *link_in(const demo *d, const char *path) {
    rr_invitation i;
    rr_read_invitation(&i, path);
    const char *link = rr_link_of(rr_edition_address(d->url, &i.id, i.edition), &i);
    rr_release_secret(i.file);
    return link;
}

static void say_how_to_enrol(const demo *d) {
    printf("\nThe petition's address:\n\n    %s/\n\nThree invitations; open one in a browser on this machine to enrol:\n\n",
           d->url);
    for (size_t i = 0; i < INVITED; i++) printf("    %s\n", link_in(d, rr_format("roll/invitations/%s", invited[i].member)));
    printf(
        "\nOr enrol in a second terminal:\n\n"
        "    %s enrol %s/roll/invitations/anna --card anna.card --submit %s\n\n"
        "Some seconds later the petition opens: this terminal says so. Then answer at its address, or in the second terminal, "
        "and\nafter the next batch check the count:\n\n"
        "    %s answer %s/ --key anna.card\n"
        "    %s verify %s/\n\n",
        d->command, d->folder, d->url, d->command, d->url, d->command, d->url);
    if (isatty(STDIN_FILENO)) printf("Enter opens it at once, without them. Ctrl-C ends the demonstration.\n\n");
    rr_finish_stdout();
}

static size_t count_enrolled(void) {
    size_t count = 0;
    for (size_t i = 0; i < INVITED; i++) count += rr_exists(rr_format("roll/enrolments/%s", invited[i].member));
    return count;
}

static bool enter_was_pressed(void) {
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    char c;
    bool pressed = false;
    if (!isatty(STDIN_FILENO)) return false;
    while (poll(&input, 1, 0) == 1 && read(STDIN_FILENO, &c, 1) == 1) pressed = pressed || c == '\n';
    return pressed;
}

/* False: the demonstration was ended. */
static bool wait_for_enrolments(const demo *d) {
    size_t before = 0;
    time_t last = 0;
    for (;;) {
        if (rr_wait_for_end(1)) return false;
        (void)run_words(d, true, WORDS("roll", "enrolments", "roll", "--key", "registrar.key", "--from", d->url));
        size_t count = count_enrolled();
        if (count > before) {
            printf("%s enrolled.\n", rr_count_of(count, "invited person has", "invited people have"));
            rr_finish_stdout();
            last = time(NULL);
        }
        before = count;
        if (count == INVITED || (count > 0 && time(NULL) - last >= GRACE) || enter_was_pressed()) return true;
    }
}

static void open_petition(const demo *d) {
    static const char text[] = "We ask that the council's sessions be **public** again, and that the minutes be printed.\n\n"
                               "This petition exists only on this machine. It demonstrates a program.\n";
    rr_write_file("text.md", RR_PUBLIC_FILE, false, text, sizeof text - 1);
    run(d, WORDS("roll", "publish", "roll", "--key", "registrar.key", "--to", d->url));
    run(d, WORDS("petition", "new", "text.md", "--out", "petition.txt", "--title",
                 "Open the sessions of the council (a demonstration)", "--to", "Nobody", "--from",
                 "Deputies of three invented districts", "--roll", "roll/published/slot-0/roll.txt", "--mode", "anonymous",
                 "--mode", "named", "--count-by", "class", "--ring", "128", "--goal", "200", "--closes",
                 rr_time_text(rr_now() + HOURS * 3600), "--server", d->url));
    run(d, WORDS("petition", "assign", "roll", "--key", "registrar.key", "--petition", "petition.txt", "--to", "petition"));
    run(d, WORDS("petition", "publish", "petition", "--key", "registrar.key", "--to", d->url));
}

/* ---- 3. answering ----------------------------------------------------------------------------------------------------------------------- */

static void make_answers(demo *d) {
    unsigned named = PEOPLE / 5, declined = PEOPLE / 10, hidden = PEOPLE - named - declined;
    run(d, WORDS("rehearse", "answer", "petition", "--keys", "rehearsal.keys", "--to", "answers", "--anonymous",
                 rr_format("%u", hidden), "--named", rr_format("%u", named), "--decline", rr_format("%u", declined)));
    char **files = rr_list_folder("answers", &d->answer_count);
    d->answers = rr_take_array(d->answer_count, sizeof *d->answers);
    for (size_t i = 0; i < d->answer_count; i++) d->answers[i] = files[i];
    for (size_t i = d->answer_count; i > 1; i--) {
        size_t k = randombytes_uniform((uint32_t)i);
        const char *other = d->answers[i - 1];
        d->answers[i - 1] = d->answers[k];
        d->answers[k] = other;
    }
}

static void send_answer(demo *d, const char *url) {
    char error[RR_HTTP_ERROR_SIZE];
    rr_http_reply reply;
    const char *path = d->answers[d->answer_count - 1];
    rr_bytes bytes = rr_read(path, RR_ANSWER_SIZE);
    if (rr_http_post(d->http, &reply, error, url, "application/octet-stream", bytes.data, bytes.len, 4096) != RR_OK) {
        rr_tell("an invented answer was not sent: %s.", error);
        return;
    }
    free(reply.body);
    if (reply.status == 202) d->answer_count--;
}

static void answer_until_the_end(demo *d, unsigned interval) {
    rr_bytes petition = rr_read("petition/petition.txt", RR_LIMIT_SMALL);
    uint8_t pid[32];
    crypto_hash_sha256(pid, petition.data, petition.len);
    const char *url = rr_format("%s/p/%s/answer", d->url, rr_hex_text(pid, sizeof pid));
    printf("\nThe petition is open: %s/p/%s/\n", d->url, rr_hex_text(pid, sizeof pid));
    printf("Invented people answer, about %d between two batches; batches are published every %u seconds when eight or more "
           "are new.\n"
           "Ctrl-C ends the demonstration. Its files stay in %s.\n",
           EACH, interval, d->folder);
    rr_finish_stdout();
    unsigned pause = interval / EACH ? interval / EACH : 1, each = EACH * pause / interval ? EACH * pause / interval : 1;
    while (d->answer_count > 0) {
        for (unsigned i = 0; i < each && d->answer_count > 0; i++) send_answer(d, url);
        if (rr_wait_for_end(pause)) return;
    }
    printf("All invented people have answered. What comes now waits until there are eight, or until the petition closes.\n");
    rr_finish_stdout();
    (void)rr_wait_for_end(0);
}

int rr_run_demo(const rr_args *args) {
    demo d = {.program = find_program()};
    d.command = how_to_call(d.program);
    enter_folder(&d, rr_arg(args, "folder"));
    say("A registrar, a server, and a roll of 600 invented people, who have enrolled, and three who are invited");
    run(&d, WORDS("key", "new", "registrar.example/demo", "--out", "registrar.key"));
    start_server(&d, args);
    make_people(&d);
    say("Enrolment is open");
    say_how_to_enrol(&d);
    if (wait_for_enrolments(&d)) {
        say("The roll is published, and the petition opens");
        open_petition(&d);
        make_answers(&d);
        answer_until_the_end(&d, d.config.batch_interval);
    }
    rr_http_close(d.http);
    rr_serve_stop(d.serving);
    rr_config_free(&d.config);
    return RR_EXIT_DONE;
}
