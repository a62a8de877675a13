/* SPDX-License-Identifier: Apache-2.0 */
/* robin collect, robin evidence */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/evidence.h"
#include "cli/online.h"
#include "cli/papers.h"
#include "cli/start.h"
#include "store/collect.h"
#include "store/file.h"

enum { CHUNK = 512 }; /* answers that are verified together */

static const rr_new_file_watch unfinished = {rr_unfinished_add, rr_unfinished_remove};

typedef struct answer {
    const char *path;
    size_t number; /* on standard input: its number from 1; else 0 */
    rr_bytes bytes;
} answer;

typedef struct collection {
    const rr_args *args;
    const char *path;
    rr_collect *store;
    answer *answers;
    size_t count, room, refused;
} collection;

static const char *name_of(const answer *a) {
    return a->number > 0 ? rr_format("standard input, answer %zu", a->number) : rr_safe_string(a->path);
}

/* ---- the answers ---------------------------------------------------------------------------------------------------------- */

static void add(collection *c, answer a) {
    if (c->count == c->room) {
        size_t room = c->room * 2 + 64;
        c->answers = rr_grow(c->answers, c->count * sizeof a, room * sizeof a);
        c->room = room;
    }
    c->answers[c->count++] = a;
}

static void add_stdin(collection *c) {
    rr_bytes all = rr_read("-", RR_LIMIT_LARGE);
    for (size_t at = 0; at < all.len; at += RR_ANSWER_SIZE) {
        size_t left = all.len - at;
        answer a = {"-", at / RR_ANSWER_SIZE + 1, {all.data + at, left < RR_ANSWER_SIZE ? left : RR_ANSWER_SIZE}};
        add(c, a);
    }
}

static void find_answers(collection *c) {
    for (size_t i = 0; i < rr_arg_count(c->args, "ANSWER"); i++) {
        const char *path = rr_arg_at(c->args, "ANSWER", i);
        if (strcmp(path, "-") == 0) {
            add_stdin(c);
            continue;
        }
        size_t n = 1;
        char **paths = rr_is_folder(path) ? rr_list_folder(path, &n) : NULL;
        for (size_t k = 0; k < n; k++) add(c, (answer){paths == NULL ? path : paths[k], 0, {NULL, 0}});
    }
}

/* At most `room` bytes of a file; NULL, or why it cannot be read.  Somebody else put it there: a fault of one file stops no other. */
static const char *read_answer(rr_blob *blob, uint8_t *bytes, size_t room, const char *path) {
    struct stat s;
    const char *why = NULL;
    size_t len = 0;
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) return strerror(errno);
    if (fstat(file, &s) != 0)
        why = strerror(errno);
    else if (!S_ISREG(s.st_mode))
        why = "it is not a regular file";
    while (why == NULL && len < room) {
        ssize_t got = read(file, bytes + len, room - len);
        if (got < 0 && errno != EINTR) why = strerror(errno);
        if (got == 0) break;
        if (got > 0) len += (size_t)got;
    }
    close(file);
    *blob = (rr_blob){bytes, len};
    return why;
}

static void refuse(collection *c, const answer *a, const char *why) {
    rr_tell("robin: %s: %s. It was not taken.", name_of(a), why);
    c->refused++;
}

static void take(collection *c) {
    /* One byte more than an answer is enough to see that it is none. */
    static uint8_t bytes[CHUNK][RR_ANSWER_SIZE + 1];
    const answer *given[CHUNK];
    rr_blob blobs[CHUNK];
    rr_collect_result results[CHUNK];
    rr_file_error error;
    rr_progress progress;
    rr_progress_start(&progress, "verifying answers", c->count);
    for (size_t first = 0; first < c->count; first += CHUNK) {
        size_t last = c->count - first < CHUNK ? c->count : first + CHUNK, n = 0;
        for (size_t i = first; i < last; i++) {
            const answer *a = &c->answers[i];
            const char *why = NULL;
            blobs[n] = (rr_blob){a->bytes.data, a->bytes.len};
            if (a->number == 0) why = read_answer(&blobs[n], bytes[n], sizeof bytes[n], a->path);
            if (why == NULL)
                given[n++] = a;
            else {
                rr_progress_end(&progress);
                refuse(c, a, why);
            }
        }
        if (rr_collect_take(c->store, &error, results, blobs, n) != RR_OK)
            rr_die_of(c->path, &error, "Nothing was taken. If there are too many answers for one run, take them in several.");
        for (size_t i = 0; i < n; i++) {
            if (results[i].status == RR_OK) continue;
            rr_progress_end(&progress);
            refuse(c, given[i], results[i].rule);
        }
        rr_progress_to(&progress, last);
    }
    rr_progress_end(&progress);
}

/* ---- the file -------------------------------------------------------------------------------------------------------------- */

static rr_blob part(const char *folder, const char *name, bool needed) {
    const char *path = rr_join(folder, name);
    if (!needed && !rr_exists(path)) return (rr_blob){NULL, 0};
    rr_bytes bytes = rr_read(path, RR_LIMIT_LARGE);
    return (rr_blob){bytes.data, bytes.len};
}

static void create(const collection *c, const rr_signer *signer) {
    const char *folder = rr_arg(c->args, "petition");
    if (folder == NULL)
        rr_die(RR_EXIT_USAGE, "%s: is not there, and to make it --petition FOLDER is needed. Say robin collect --help.",
               rr_safe_string(c->path));
    if (signer == NULL) rr_die(RR_EXIT_USAGE, "to make %s, --key with the log's key is needed.", rr_safe_string(c->path));
    rr_collect_parts parts = {
        .petition = part(folder, RR_PETITION_FILE, true),
        .roll = part(folder, RR_ROLL_FILE, true),
        .roll_note = part(folder, RR_ROLL_NOTE_FILE, true),
        .assignment = part(folder, RR_ASSIGNMENT_FILE, true),
        .names = part(folder, RR_NAMES_FILE, false),
        .enrolments = part(folder, RR_PROOFS_FILE, false),
        .ceremony = part(folder, RR_CERTIFICATE_FILE, false),
        .trustees = part(folder, RR_TRUSTEES_FILE, false),
    };
    rr_file_error error;
    rr_status status = rr_collect_create(&error, c->path, &parts, signer, &rr_system_random);
    if (status == RR_OK) return;
    if (status == RR_REFUSED)
        rr_die(RR_EXIT_REFUSED, "%s: is the key of %s, not that of this petition's log. Use the log's key.",
               rr_safe_string(rr_arg(c->args, "key")), rr_safe_string(signer->name));
    rr_die_of(error.status == RR_IO ? c->path : folder, &error, "Nothing was made.");
}

static void print(const collection *c, const rr_collect_counts *n, const rr_collect_state *state) {
    if (rr_flag(c->args, "json")) {
        rr_json j = rr_json_to(stdout);
        rr_json_open(&j, NULL, '{');
        rr_json_number(&j, "taken", n->taken);
        rr_json_number(&j, "repeated", n->repeated);
        rr_json_number(&j, "conflicts", n->conflicts);
        rr_json_number(&j, "declined", n->declined);
        rr_json_number(&j, "refused", c->refused);
        rr_json_number(&j, "appended", n->appended);
        rr_json_number(&j, "waiting", n->waiting);
        rr_json_number(&j, "leaves", state->leaves);
        rr_json_string(&j, "root", rr_hex_text(state->root.bytes, 32));
        rr_json_bool(&j, "closed", state->closed);
        rr_json_close(&j, '}');
        rr_json_end(&j);
        return;
    }
    printf("%s: %s new, %s declined, %s repeated, %s in conflict with an earlier one, %s refused.\n",
           rr_count_of(c->count, "answer", "answers"), rr_grouped(n->taken), rr_grouped(n->declined), rr_grouped(n->repeated),
           rr_grouped(n->conflicts), rr_grouped(c->refused));
    printf("%s appended; %s. The log has %s%s.\n", rr_count_of(n->appended, "entry", "entries"),
           n->waiting == 0
               ? "nothing waits"
               : rr_format("%s until %s",
                           n->waiting == 1 ? "1 record waits" : rr_format("%s records wait", rr_grouped(n->waiting)),
                           state->closed ? "a run without --hold" : rr_format("there are %d", RR_COLLECT_BATCH_MIN)),
           rr_count_of(state->leaves, "entry", "entries"), state->closed ? " and is closed" : "");
}

/* Trustees' parts of a notice or an opening. */
static rr_collect_counts take_parts(collection *c, const rr_signer *signer) {
    size_t n = rr_arg_count(c->args, "part");
    rr_blob *parts = rr_take_array(n, sizeof *parts);
    rr_collect_counts counts;
    rr_file_error error;
    if (rr_arg_count(c->args, "ANSWER") > 0 || rr_flag(c->args, "hold") || rr_flag(c->args, "close"))
        rr_die(RR_EXIT_USAGE, "--part goes without answers, --hold and --close: one step after the other.");
    for (size_t i = 0; i < n; i++) {
        rr_bytes bytes = rr_read(rr_arg_at(c->args, "part", i), RR_LIMIT_LARGE);
        parts[i] = (rr_blob){bytes.data, bytes.len};
    }
    if (rr_collect_trustees(c->store, &error, &counts, parts, n, signer) != RR_OK)
        rr_die_of(c->path, &error, "It was not entered into the log.");
    return counts;
}

int rr_run_collect(const rr_args *args) {
    collection c = {.args = args, .path = rr_arg(args, "FILE")};
    bool hold = rr_flag(args, "hold"), close = rr_flag(args, "close");
    if (hold && close) rr_die(RR_EXIT_USAGE, "--hold and --close exclude each other. Say robin collect --help.");
    const rr_signer *signer = rr_arg(args, "key") == NULL ? NULL : rr_open_signer(rr_arg(args, "key"));
    if (signer == NULL && !hold) rr_die(RR_EXIT_USAGE, "--key with the log's key is needed to append; or say --hold.");
    find_answers(&c);
    rr_new_file_watch_set(&unfinished);
    if (!rr_exists(c.path)) create(&c, signer);
    rr_file_error error;
    if (rr_collect_open(&c.store, &error, c.path, &rr_system_random) != RR_OK)
        rr_die_of(c.path, &error, "Name the file that robin collect made; if it is damaged, restore it from a copy.");
    rr_collect_counts counts = {0};
    rr_collect_state state;
    bool opens = rr_arg_count(args, "part") > 0;
    if (opens)
        counts = take_parts(&c, signer);
    else
        take(&c);
    rr_collect_mode mode = hold ? RR_COLLECT_HOLD : close ? RR_COLLECT_CLOSE : RR_COLLECT_APPEND;
    if (rr_collect_status(c.store, &error, &state) != RR_OK) rr_die_of(c.path, &error, "The file is as it was.");
    counts.waiting = state.waiting;
    /* Where nothing is to be done the file stays as it was, byte for byte. */
    bool enough = state.waiting >= RR_COLLECT_BATCH_MIN || (state.closed && state.waiting > 0);
    if (c.refused < c.count || close || (!hold && enough)) {
        if (rr_collect_finish(c.store, &error, &counts, mode, rr_now(), signer) != RR_OK)
            rr_die_of(c.path, &error, "The file is as it was.");
        if (rr_collect_status(c.store, &error, &state) != RR_OK) rr_die_of(c.path, &error, "The answers are taken.");
    }
    rr_collect_free(c.store);
    print(&c, &counts, &state);
    if (opens && !rr_flag(args, "json")) puts("The trustees' entry is in the log.");
    return c.refused > 0 ? RR_EXIT_REFUSED : RR_EXIT_DONE;
}

static int evidence_from(const rr_args *args, const char *url, const char *out) {
    rr_online *online = rr_online_start(args);
    rr_online_petition(online, url, NULL, true);
    rr_online_evidence(online, out);
    const rr_remote *r = online->remote;
    printf("%s: the petition %s with %s.\nDirectory log: %s.\n", rr_safe_string(out), rr_hex_text(r->pid.bytes, 32),
           rr_count_of(r->checkpoints[r->checkpoint_count - 1].size, "log entry", "log entries"), rr_online_directory(online));
    return RR_EXIT_DONE;
}

int rr_run_evidence(const rr_args *args) {
    const char *path = rr_arg(args, "FILE"), *out = rr_arg(args, "out"), *from = rr_arg(args, "from");
    if ((path == NULL) == (from == NULL))
        rr_die(RR_EXIT_USAGE, "name the FILE of robin collect, or a server with --from URL: one of both.");
    if (strcmp(out, "-") == 0) rr_die(RR_EXIT_USAGE, "evidence is an SQLite file and is not printed. Name a file with --out.");
    if (rr_exists(out) && !rr_flag(args, "force"))
        rr_die(RR_EXIT_REFUSED, "%s: is there already and was left as it is. Name another file, or remove that one first.",
               rr_safe_string(out));
    if (from != NULL) return evidence_from(args, from, out);
    rr_collect *store;
    rr_file_error error;
    rr_new_file_watch_set(&unfinished);
    if (rr_collect_open(&store, &error, path, &rr_system_random) != RR_OK)
        rr_die_of(path, &error, "Name the file that robin collect made.");
    if (rr_collect_evidence(store, &error, out) != RR_OK) rr_die_of(out, &error, "Nothing was written.");
    rr_collect_state state;
    if (rr_collect_status(store, &error, &state) != RR_OK) rr_die_of(path, &error, "The evidence is written.");
    rr_collect_free(store);
    printf("%s: the petition %s with %s%s.\n", rr_safe_string(out), rr_hex_text(state.pid.bytes, 32),
           rr_count_of(state.leaves, "log entry", "log entries"),
           state.waiting > 0 ? rr_format("; %s not in it yet",
                                         state.waiting == 1 ? "1 record that waits is"
                                                            : rr_format("%s records that wait are", rr_grouped(state.waiting)))
                             : "");
    return RR_EXIT_DONE;
}
