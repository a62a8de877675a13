/* SPDX-License-Identifier: Apache-2.0 */
/* What every command uses: memory, failing, files, the terminal, progress.
 *
 * A command is short-lived.  Its memory comes from rr_take and is released when the program ends; what is secret comes from
 * rr_take_secret: locked, not in core dumps, wiped on every way out.  A command that fails calls rr_die, which says why,
 * removes unfinished files, gives the terminal back and ends the program with the exit status. */
#ifndef RR_CLI_TOOL_H
#define RR_CLI_TOOL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/command.h"
#include "roundrobin/text.h"

#define RR_NORETURN __attribute__((noreturn))

/* ---- the program's start and end (start.c) -------------------------------------------------------------------------------- */

/* libsodium, no core dumps, handlers of signals.  Call it first. */
void rr_start(void);
/* Runs on the way out: wipes secrets, removes unfinished files, gives the terminal back. */
void rr_clean_up(void);

/* ---- memory (start.c) --------------------------------------------------------------------------------------------------------- */

/* Zeroed memory, never NULL. */
void *rr_take(size_t len);
void *rr_take_array(size_t count, size_t size);
/* A larger copy of what rr_take gave (or of NULL). */
void *rr_grow(void *memory, size_t old_len, size_t len);
/* SECRET memory: locked, wiped at the end. */
void *rr_take_secret(size_t len);
/* Wiped and given back before the end. */
void rr_release_secret(void *secret);
char *rr_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *rr_copy_text(rr_text text);

/* ---- failing and telling (say.c) ------------------------------------------------------------------------------------------------ */

/* "robin: WHAT" on stderr, then the end of the program with this exit status.  The sentence says what, where and what to do. */
RR_NORETURN void rr_die(int exit_status, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "robin: FILE:LINE: RULE. WHAT TO DO" */
RR_NORETURN void rr_die_at(const char *file, const rr_error *error, const char *what_to_do);
/* A line to stderr that is no failure. */
void rr_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Ends the program with status 3 if stdout could not take all. */
void rr_finish_stdout(void);

/* JSON to a file. */
rr_json rr_json_to(FILE *out);

/* Somebody else's text for a terminal: control and direction-changing characters become U+FFFD.  In memory of rr_take. */
const char *rr_safe(rr_text text);
const char *rr_safe_string(const char *s);
/* Prints it in lines of at most `width` characters, each after `indent`; newlines in the text stay. */
void rr_wrap(FILE *out, const char *text, const char *indent, unsigned width);
/* 1,234 */
const char *rr_grouped(uint64_t n);
/* "1 signature", "2 signatures" */
const char *rr_count_of(uint64_t n, const char *one, const char *many);

/* ---- files (files.c, write.c) ------------------------------------------------------------------------------------------------------ */

enum {
    RR_LIMIT_SMALL = 1 << 20, /* notes, keys, cards, petitions */
    RR_LIMIT_LARGE = 1 << 30  /* rolls, names, keyrings */
};

typedef struct rr_bytes {
    uint8_t *data;
    size_t len;
} rr_bytes;

/* The whole file ("-": stdin).  Fails with status 3 if it cannot be read or has more than `limit` bytes. */
rr_bytes rr_read(const char *path, size_t limit);
/* The same into SECRET memory. */
rr_bytes rr_read_secret(const char *path, size_t limit);
/* From now on this is what rr_read gives for the name: a file that was downloaded.  The bytes end in a zero that is not counted. */
void rr_keep_in_memory(const char *path, rr_bytes bytes);
bool rr_exists(const char *path);
bool rr_is_folder(const char *path);
/* Do both names lead to the same file, or would they once it is made? */
bool rr_same_file(const char *a, const char *b);
char *rr_join(const char *folder, const char *name);
/* The regular files in a folder, sorted by name; those that begin with a dot are left out. */
char **rr_list_folder(const char *folder, size_t *count);
void rr_make_folder(const char *path);

/* A file that is there whole or not at all: written beside its place under another name, synced, renamed.  "-" is stdout.
 * An existing file is refused (status 1) unless `force`. */
typedef struct rr_output rr_output;
typedef enum rr_privacy { RR_PUBLIC_FILE = 0644, RR_SECRET_FILE = 0600 } rr_privacy;
rr_output *rr_output_open(const char *path, rr_privacy privacy, bool force);
/* Refuses what rr_output_open would refuse because it is there; before somebody is asked questions. */
void rr_output_check(const char *path, bool force);
/* What is said instead of "Nothing was written" if this file cannot be finished. */
void rr_output_on_failure(rr_output *output, const char *sentence);
FILE *rr_output_stream(rr_output *output);
void rr_output_write(rr_output *output, const void *data, size_t len);
/* The name it has until it is finished, for what writes by itself (SQLite); never "-". */
const char *rr_output_temporary(const rr_output *output);
/* All is written and synced under the temporary name: after this, finishing can hardly fail any more. */
void rr_output_prepare(rr_output *output);
/* When this returns the file is durably in its place. */
void rr_output_finish(rr_output *output);
/* Nothing is left of it. */
void rr_output_drop(rr_output *output);
/* Open, write, finish. */
void rr_write_file(const char *path, rr_privacy privacy, bool force, const void *data, size_t len);
/* What stood in a file gets zeros, where the storage still writes to the same place. (blank.c)
 * Of a descriptor that is open for writing, whose file was replaced: one that still has another name (a backup by hard links) is not
 * touched.  Closes it. */
void rr_blank_replaced(int fd);
/* Then the file's name goes, durably.  False, with errno, if it is still there. */
bool rr_blank_and_remove(const char *path);
/* For many small files in one folder: not synced one by one; rr_sync_folder makes all of them durable. */
void rr_write_one_of_many(const char *path, rr_privacy privacy, const void *data, size_t len);
void rr_sync_folder(const char *folder);

/* ---- the terminal (terminal.c) -------------------------------------------------------------------------------------------------------- */

/* SECRET.  Asks on /dev/tty without echo; `twice` asks again and compares.  Fails where there is no terminal. */
rr_text rr_ask_passphrase(const char *prompt, bool twice);
/* SECRET.  From the file of --passphrase-file (its first line), else asked for. */
rr_text rr_passphrase(const rr_args *args, const char *prompt, bool twice);
/* SECRET.  A new one for `what` ("key card"): that of --passphrase-file, or on the terminal the one that is offered, or one's own. (passphrase.c) */
rr_text rr_choose_passphrase(const rr_args *args, const char *what);
/* A line from the terminal, without its end; NULL at its end.  Fails where there is no terminal. */
const char *rr_ask_line(const char *prompt);
FILE *rr_terminal(void);
unsigned rr_terminal_width(FILE *out);
/* May this stream have bold type? (a terminal, no NO_COLOR, TERM not dumb) */
bool rr_styled(FILE *out);

/* ---- progress (progress.c) ------------------------------------------------------------------------------------------------------------- */

/* A bar on stderr with rate and time left, from the second second on, on a terminal only. */
typedef struct rr_progress {
    const char *what;
    uint64_t total, done, started_ns, shown_ns;
    bool visible;
} rr_progress;
void rr_progress_start(rr_progress *p, const char *what, uint64_t total);
void rr_progress_to(rr_progress *p, uint64_t done);
void rr_progress_end(rr_progress *p);

/* ---- time and randomness (start.c) --------------------------------------------------------------------------------------------------- */

/* Seconds since 1970; SOURCE_DATE_EPOCH in the environment fixes it, for results that can be repeated. */
int64_t rr_now(void);
/* YYYY-MM-DDTHH:MM:SSZ */
const char *rr_time_text(int64_t seconds);
/* The operating system's generator. */
extern const rr_random rr_system_random;
rr_fresh rr_fresh_now(void);

#endif
