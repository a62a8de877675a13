/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "cli/start.h"
#include "cli/tool.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RR_SANITIZED 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define RR_SANITIZED 1
#endif

/* Everything that was taken, so that the way out finds it. */
typedef struct piece {
    struct piece *next;
    max_align_t data[];
} piece;
typedef struct secret_piece {
    struct secret_piece *next;
    void *data;
} secret_piece;

static piece *pieces;
static secret_piece *secrets;
/* What a handler of signals has to remove or undo; written so that a handler sees all of it or nothing. */
static char unfinished[RR_UNFINISHED_MAX][4096];
static volatile sig_atomic_t unfinished_used[RR_UNFINISHED_MAX];
static struct termios terminal_before;
static volatile sig_atomic_t terminal_changed;
static int terminal_fd = -1;

int rr_unfinished_add(const char *path) {
    for (int i = 0; i < RR_UNFINISHED_MAX; i++) {
        if (unfinished_used[i]) continue;
        size_t size = strlen(path) + 1;
        if (size > sizeof unfinished[i]) return -1;
        memcpy(unfinished[i], path, size);
        unfinished_used[i] = 1;
        return i;
    }
    return -1;
}

void rr_unfinished_remove(int slot) {
    if (slot >= 0) unfinished_used[slot] = 0;
}

void rr_terminal_keep(int fd, const struct termios *before) {
    terminal_before = *before;
    terminal_fd = fd;
    terminal_changed = 1;
}

void rr_terminal_restore(void) {
    if (terminal_changed) (void)tcsetattr(terminal_fd, TCSANOW, &terminal_before);
    terminal_changed = 0;
}

/* Only calls that are safe in a handler of signals. */
static void undo(void) {
    for (int i = 0; i < RR_UNFINISHED_MAX; i++) {
        if (unfinished_used[i]) (void)unlink(unfinished[i]);
        unfinished_used[i] = 0;
    }
    rr_terminal_restore();
}

static void on_signal(int number) {
    int saved = errno;
    undo();
    errno = saved;
    /* The handler was installed for one time: the signal now ends the program, and the parent sees why. */
    (void)raise(number);
}

void rr_clean_up(void) {
    undo();
    while (secrets != NULL) {
        secret_piece *next = secrets->next;
        sodium_free(secrets->data);
        free(secrets);
        secrets = next;
    }
    while (pieces != NULL) {
        piece *next = pieces->next;
        free(pieces);
        pieces = next;
    }
}

void rr_start(void) {
    struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
#ifndef RR_SANITIZED
    /* LeakSanitizer traces the program at its end, which this forbids. */
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
    if (sodium_init() < 0)
        rr_die(RR_EXIT_IO, "the operating system gives no random bytes. Start again when /dev/urandom works.");
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    static const int deadly[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++) (void)sigaction(deadly[i], &action, NULL);
    /* A file that grows past a limit, or a reader that is gone, is then an error of write(), which says what happened. */
    (void)signal(SIGXFSZ, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
    if (atexit(rr_clean_up) != 0) rr_die(RR_EXIT_IO, "out of memory.");
}

/* ---- memory ----------------------------------------------------------------------------------------------------------------- */

void *rr_take(size_t len) {
    piece *p = len > SIZE_MAX - sizeof *p ? NULL : calloc(1, sizeof *p + len);
    if (p == NULL)
        rr_die(RR_EXIT_IO, "out of memory (%zu bytes more are needed). Use a machine with more, or smaller files.", len);
    p->next = pieces;
    pieces = p;
    return p->data;
}

void *rr_take_array(size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size) rr_die(RR_EXIT_IO, "out of memory (%zu times %zu bytes).", count, size);
    return rr_take(count * size);
}

void *rr_take_secret(size_t len) {
    /* Guarded memory ends at the end of a page: a round length begins aligned. */
    if (len > SIZE_MAX - 63) rr_die(RR_EXIT_IO, "out of memory.");
    len = (len + 63) & ~(size_t)63;
    secret_piece *p = calloc(1, sizeof *p);
    void *data = p == NULL ? NULL : sodium_malloc(len == 0 ? 64 : len);
    if (data == NULL) {
        free(p);
        rr_die(RR_EXIT_IO, "no locked memory for secrets (%zu bytes). Raise the limit: ulimit -l", len);
    }
    /* libsodium locks it too, but does not say when it cannot. */
    static bool said;
    if (!said && mlock2(data, len, 0) != 0) {
        said = true;
        rr_tell("The system does not lock memory for secrets: they may be written to the swap. Raise the limit: ulimit -l");
    }
    sodium_memzero(data, len);
    p->data = data;
    p->next = secrets;
    secrets = p;
    return data;
}

void rr_release_secret(void *secret) {
    for (secret_piece **at = &secrets; *at != NULL; at = &(*at)->next) {
        if ((*at)->data != secret) continue;
        secret_piece *found = *at;
        *at = found->next;
        sodium_free(found->data);
        free(found);
        return;
    }
}

void *rr_grow(void *memory, size_t old_len, size_t len) {
    void *grown = rr_take(len);
    if (memory != NULL) memcpy(grown, memory, old_len < len ? old_len : len);
    return grown;
}

char *rr_format(const char *format, ...) {
    va_list list;
    va_start(list, format);
    int len = vsnprintf(NULL, 0, format, list);
    va_end(list);
    if (len < 0) rr_die(RR_EXIT_IO, "a text could not be formatted.");
    char *out = rr_take((size_t)len + 1);
    va_start(list, format);
    (void)vsnprintf(out, (size_t)len + 1, format, list);
    va_end(list);
    return out;
}

char *rr_copy_text(rr_text text) {
    char *out = rr_take(text.len + 1);
    if (text.len > 0) memcpy(out, text.start, text.len);
    return out;
}

/* ---- time and randomness -------------------------------------------------------------------------------------------------- */

int64_t rr_now(void) {
    const char *fixed = getenv("SOURCE_DATE_EPOCH");
    if (fixed == NULL || fixed[0] == 0) return (int64_t)time(NULL);
    char *end;
    errno = 0;
    long long seconds = strtoll(fixed, &end, 10);
    if (errno != 0 || *end != 0 || seconds < 0 || seconds > 253402300799)
        rr_die(RR_EXIT_USAGE, "SOURCE_DATE_EPOCH is no number of seconds since 1970. Correct or unset it.");
    return (int64_t)seconds;
}

const char *rr_time_text(int64_t seconds) {
    time_t t = (time_t)seconds;
    struct tm parts;
    char text[64] = "";
    if (gmtime_r(&t, &parts) == NULL || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        rr_die(RR_EXIT_USAGE, "%lld is no time that can be written.", (long long)seconds);
    return rr_format("%s", text);
}

static int fill(void *context, uint8_t *out, size_t len) {
    (void)context;
    randombytes_buf(out, len);
    return 0;
}

const rr_random rr_system_random = {fill, NULL};

rr_fresh rr_fresh_now(void) {
    rr_fresh fresh;
    randombytes_buf(fresh.bytes, sizeof fresh.bytes);
    return fresh;
}
