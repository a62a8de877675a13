/* SPDX-License-Identifier: Apache-2.0 */
/* robin monitor: follows a server, remembers what it has seen, and says when the server contradicts it.
 *
 * What is remembered is one small file, replaced whole after a round in which everything was right:
 *
 *     round-robin monitor v1
 *     VKEY                        of the directory log
 *     PID SIZE ROOT               each petition's log as far as it was verified
 *     (empty line)
 *     the directory's last checkpoint, as a signed note
 *
 * With a later checkpoint that contradicts it, that note proves to anybody what the server did. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/sha2.h"
#include "cli/commands.h"
#include "cli/evidence.h"
#include "cli/online.h"
#include "cli/papers.h"
#include "cli/serving.h"
#include "cli/witnesses.h"
#include "evidence/document.h"

static const char first_line[] = "round-robin monitor v1";

typedef struct watched {
    rr_pid pid;
    bool assigned;          /* in the directory */
    rr_directory_state log; /* its last `checkpoint` there */
    rr_directory_state verified;
} watched;

typedef struct monitor {
    const rr_args *args;
    const char *server, *path;
    rr_online *online;
    rr_text key_text;
    rr_vkey key;
    rr_directory_state seen; /* size 0: nothing yet */
    rr_bytes note;           /* its checkpoint */
    watched *list;
    size_t count, room;
    bool said_down;
} monitor;

/* How a round ended. */
typedef enum outcome { RIGHT, WRONG, UNKNOWN } outcome;

/* ---- what is remembered ------------------------------------------------------------------------------------------------------ */

static watched *watch(monitor *m, const rr_pid *pid) {
    for (size_t i = 0; i < m->count; i++)
        if (memcmp(&m->list[i].pid, pid, sizeof *pid) == 0) return &m->list[i];
    if (m->count == m->room) {
        size_t room = m->room > 0 ? 2 * m->room : 16;
        m->list = rr_grow(m->list, m->room * sizeof *m->list, room * sizeof *m->list);
        m->room = room;
    }
    m->list[m->count] = (watched){.pid = *pid};
    return &m->list[m->count++];
}

static bool read_watched(monitor *m, rr_text line) {
    rr_text pid, size;
    rr_pid id;
    rr_directory_state verified;
    if (!rr_text_cut(&pid, &line, ' ') || !rr_text_hex(id.bytes, 32, pid) || !rr_text_cut(&size, &line, ' ') ||
        !rr_text_long(&verified.size, size) || !rr_text_hex(verified.root.bytes, 32, line))
        return false;
    watch(m, &id)->verified = verified;
    return true;
}

static const char *read_state(monitor *m, rr_text rest) {
    rr_text line;
    rr_checkpoint checkpoint;
    if (!rr_text_cut(&line, &rest, '\n') || !rr_text_is(line, first_line)) return "is not what robin monitor keeps";
    if (!rr_text_cut(&m->key_text, &rest, '\n') || rr_vkey_read(&m->key, NULL, m->key_text, RR_VKEY_ED25519) != RR_OK)
        return "its second line is no verifier key";
    for (;;) {
        if (!rr_text_cut(&line, &rest, '\n')) return "is cut off";
        if (line.len == 0) break;
        if (!read_watched(m, line)) return "has a line that is no petition's";
    }
    if (rr_checkpoint_check_var(&checkpoint, NULL, rest.start, rest.len, &m->key) != RR_OK)
        return "does not end in a checkpoint of its directory log";
    m->seen = (rr_directory_state){checkpoint.size, checkpoint.root};
    m->note = (rr_bytes){(uint8_t *)rr_copy_text(rest), rest.len};
    return NULL;
}

static void load(monitor *m) {
    if (!rr_exists(m->path)) return;
    rr_bytes bytes = rr_read(m->path, RR_LIMIT_LARGE);
    const char *rule = read_state(m, (rr_text){(const char *)bytes.data, bytes.len});
    if (rule != NULL)
        rr_die(RR_EXIT_REFUSED, "%s: %s. Name the right file, or another one to begin anew.", rr_safe_string(m->path), rule);
}

static void save(const monitor *m) {
    rr_output *out = rr_output_open(m->path, RR_PUBLIC_FILE, true);
    FILE *to = rr_output_stream(out);
    fprintf(to, "%s\n%.*s\n", first_line, (int)m->key_text.len, m->key_text.start);
    for (size_t i = 0; i < m->count; i++)
        if (m->list[i].verified.size > 0)
            fprintf(to, "%s %llu %s\n", rr_hex_text(m->list[i].pid.bytes, 32), (unsigned long long)m->list[i].verified.size,
                    rr_hex_text(m->list[i].verified.root.bytes, 32));
    fputc('\n', to);
    rr_output_write(out, m->note.data, m->note.len);
    rr_output_finish(out);
}

/* ---- saying ----------------------------------------------------------------------------------------------------------------- */

static outcome wrong(monitor *m, const char *sentence) {
    rr_online_end_progress(m->online);
    rr_tell("robin: %s. Tell others, and keep %s: its checkpoint is signed by the server.", rr_safe_string(sentence),
            rr_safe_string(m->path));
    return WRONG;
}

/* Of a status and sentence of remote.h. */
static outcome failed(monitor *m, rr_status status, const char *sentence) {
    if (status == RR_INVALID || status == RR_MALFORMED || status == RR_NOT_FOUND) return wrong(m, sentence);
    rr_online_end_progress(m->online);
    if (!m->said_down) rr_tell("robin: %s.", rr_safe_string(sentence));
    m->said_down = true;
    return UNKNOWN;
}

/* The note that contradicts what was seen goes beside it. */
static void keep_proof(const monitor *m, rr_blob note) {
    if (note.bytes == NULL) return;
    const char *path = rr_format("%s.contradiction", m->path);
    rr_write_file(path, RR_PUBLIC_FILE, true, note.bytes, note.len);
    rr_tell("The checkpoint that contradicts it is in %s.", rr_safe_string(path));
}

/* ---- one round: the directory ------------------------------------------------------------------------------------------------ */

static rr_status see_line(void *context, const rr_directory_line *line) {
    monitor *m = context;
    if (line->kind == RR_DIRECTORY_PETITION) (void)watch(m, &line->pid);
    if (line->kind == RR_DIRECTORY_ASSIGNMENT) watch(m, &line->pid)->assigned = true;
    if (line->kind == RR_DIRECTORY_CHECKPOINT) watch(m, &line->pid)->log = (rr_directory_state){line->size, line->hash};
    return RR_OK;
}

static outcome take_key(monitor *m) {
    char error[RR_REMOTE_ERROR_SIZE];
    rr_server_keys keys;
    const char *given = rr_arg(m->args, "directory");
    rr_status status = rr_remote_keys(&m->online->transport, &keys, error, m->server);
    if (status != RR_OK) return failed(m, status == RR_NOT_FOUND ? RR_IO : status, error);
    const char *says = rr_format("%s", keys.directory);
    rr_server_keys_free(&keys);
    if (m->key_text.len == 0) {
        m->key_text = rr_text_of(given != NULL ? given : says);
        if (rr_vkey_read(&m->key, NULL, m->key_text, RR_VKEY_ED25519) != RR_OK || !m->key.usable)
            rr_die(RR_EXIT_USAGE, "--directory: this is no verifier key. Copy what the server's operator publishes.");
    }
    if (!rr_text_is(m->key_text, says))
        return wrong(m, rr_format("%s: names another directory log than the one that is watched: %s", m->server, says));
    return RIGHT;
}

/* What a witness has cosigned of this log last: *state of size 0 where it has not. */
static outcome ask_witness(monitor *m, rr_directory_state *state, const char *url) {
    char error[RR_HTTP_ERROR_SIZE] = "";
    uint8_t hash[32];
    rr_http_reply reply = {.status = 0};
    rr_checkpoint checkpoint;
    size_t len = strlen(url);
    while (len > 0 && url[len - 1] == '/') len--;
    rr_sha256_of(hash, (const uint8_t *)m->key.name.start, m->key.name.len);
    const char *address = rr_format("%.*s/%s/checkpoint", (int)len, url, rr_hex_text(hash, 32));
    *state = (rr_directory_state){.size = 0};
    rr_status status = m->online->transport.get(m->online->transport.context, &reply, error, address, RR_LIMIT_SMALL);
    if (status != RR_OK) return failed(m, RR_IO, error);
    outcome result = RIGHT;
    if (reply.status == 200 &&
        rr_checkpoint_check_var(&checkpoint, NULL, (const char *)reply.body, reply.len, &m->key) == RR_OK)
        *state = (rr_directory_state){checkpoint.size, checkpoint.root};
    else if (reply.status != 404)
        result = failed(m, RR_IO, rr_format("%s: does not answer as a witness does", address));
    free(reply.body);
    return result;
}

static int by_size(const void *a, const void *b) {
    const rr_directory_state *x = a, *y = b;
    return x->size < y->size ? -1 : x->size > y->size;
}

/* Witnesses are asked first, so that the server's log is not younger than what they have seen. */
static outcome read_directory(monitor *m, rr_directory_state *state, rr_blob *note) {
    char error[RR_REMOTE_ERROR_SIZE];
    size_t asked = rr_arg_count(m->args, "ask"), count = 0;
    rr_directory_state *seen = rr_take_array(asked + 1, sizeof *seen);
    if (m->seen.size > 0) seen[count++] = m->seen;
    for (size_t i = 0; i < asked; i++) {
        outcome result = ask_witness(m, &seen[count], rr_arg_at(m->args, "ask", i));
        if (result != RIGHT) return result;
        count += seen[count].size > 0;
    }
    qsort(seen, count, sizeof *seen, by_size);
    rr_status status =
        rr_remote_directory_since(&m->online->transport, state, note, error, m->server, &m->key, seen, count, see_line, m);
    if (status == RR_OK) return RIGHT;
    if (status == RR_INVALID) keep_proof(m, *note);
    return failed(m, status, error);
}

/* ---- one round: a petition ---------------------------------------------------------------------------------------------------- */

static outcome verify(monitor *m, watched *w, rr_remote *remote) {
    rr_vkey_list own = m->online->own;
    rr_evidence_options options = {.random = &rr_system_random, .witnesses = own.keys, .witness_count = own.count};
    rr_evidence_parts parts;
    rr_evidence_report *report = NULL;
    rr_remote_parts(&parts, remote);
    rr_status status = rr_evidence_verify_parts(&report, &parts, &options);
    const char *why = rr_remote_error(remote);
    if (why[0] != 0) status = status == RR_IO ? RR_IO : RR_INVALID;
    outcome result = RIGHT;
    if (report == NULL)
        result = failed(m, RR_IO, rr_status_text(status));
    else if (report->status != RR_OK)
        result = failed(m, status == RR_IO ? RR_IO : RR_INVALID,
                        why[0] != 0 ? why
                                    : rr_format("%s: does not verify: %s", remote->url,
                                                rr_file_error_text(&report->errors[report->failed])));
    else if (report->fault_count > 0)
        result = wrong(m, rr_format("%s: the log has a fault: entry %llu: %s", remote->url,
                                    (unsigned long long)report->faults[0].leaf, report->faults[0].rule));
    else {
        rr_confirmation confirmation = rr_confirmation_in(report);
        w->verified = (rr_directory_state){report->leaves, report->root};
        printf("%s: %s, %s; %s\n", rr_safe_string(remote->url), rr_count_of(report->total, "signature", "signatures"),
               rr_count_of(report->leaves, "log entry", "log entries"), rr_confirmation_words(&confirmation));
    }
    rr_evidence_report_free(report);
    return result;
}

static outcome look_at(monitor *m, watched *w) {
    char error[RR_REMOTE_ERROR_SIZE];
    const char *url = rr_format("%s/p/%s/", m->server, rr_hex_text(w->pid.bytes, 32));
    rr_remote *remote;
    if (!w->assigned) return wrong(m, rr_format("%s: the directory log omits the assignment of its roll", url));
    /* The directory was compared with what was seen before, and holds the root that was verified. */
    if (w->verified.size > 0 && w->verified.size == w->log.size &&
        memcmp(&w->verified.root, &w->log.root, sizeof w->log.root) == 0)
        return RIGHT;
    rr_status status = rr_remote_open(&remote, error, &m->online->transport, url, &w->pid, true);
    if (status != RR_OK) return failed(m, status, error);
    outcome result = verify(m, w, remote);
    rr_remote_close(remote);
    rr_online_end_progress(m->online);
    return result;
}

/* ---- rounds ------------------------------------------------------------------------------------------------------------------- */

static outcome round_of(monitor *m) {
    rr_directory_state state;
    rr_blob note = {NULL, 0};
    for (size_t i = 0; i < m->count; i++) m->list[i].assigned = false;
    outcome result = take_key(m);
    if (result == RIGHT) result = read_directory(m, &state, &note);
    rr_online_end_progress(m->online);
    for (size_t i = 0; i < m->count && result == RIGHT; i++) result = look_at(m, &m->list[i]);
    if (result == RIGHT && note.bytes != NULL) {
        m->seen = state;
        m->note = (rr_bytes){rr_take(note.len + 1), note.len};
        memcpy(m->note.data, note.bytes, note.len);
        save(m);
        m->said_down = false;
    }
    rr_blob_free(&note);
    if (result == RIGHT)
        printf("%s: the directory log has %s; everything verifies\n", rr_safe_string(m->server),
               rr_count_of(state.size, "entry", "entries"));
    rr_finish_stdout();
    return result;
}

int rr_run_monitor(const rr_args *args) {
    monitor m = {.args = args, .server = rr_online_server(rr_arg(args, "URL")), .path = rr_arg(args, "state")};
    uint32_t every = rr_arg(args, "every") != NULL ? rr_arg_number(args, "every") : 0;
    load(&m);
    m.online = rr_online_start_witnessed(args);
    if (every > 0) rr_hold_signals();
    for (;;) {
        outcome result = round_of(&m);
        if (result == WRONG) return RR_EXIT_REFUSED;
        if (every == 0) return result == RIGHT ? RR_EXIT_DONE : RR_EXIT_IO;
        if (rr_wait_for_end(every)) return RR_EXIT_DONE;
    }
}
