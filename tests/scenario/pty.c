/* SPDX-License-Identifier: Apache-2.0 */
/* pty SCRIPT COMMAND...: runs a command on a terminal of its own and talks with it.
 *
 *     expect TEXT    waits until TEXT has come (after what was expected before)
 *     send TEXT      types TEXT and Enter
 *     again TEXT     types the word that came after TEXT, and Enter
 *     end            types the end of input (Control-D)
 *     kill           sends Control-C
 *     echo on|off    is the terminal's echo so?
 *
 * All that the command printed goes to standard output.  The exit status is the command's; 125: the script did not fit (what was
 * waited for is said), 128 + n: the command was ended by signal n. */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { SEEN_MAX = 1 << 20, WAIT_MS = 60000, MISFIT = 125 };

static char seen[SEEN_MAX + 1];
static size_t seen_len, matched;
static int terminal;
static pid_t child;

static _Noreturn void misfit(const char *what, const char *text) {
    fprintf(stderr, "pty: %s: %s\n--- it printed ---\n%.*s\n", what, text, (int)(seen_len - matched), seen + matched);
    (void)kill(child, SIGKILL);
    exit(MISFIT);
}

/* Takes what there is; false at the end. */
static int take(void) {
    struct pollfd fd = {terminal, POLLIN, 0};
    int ready = poll(&fd, 1, WAIT_MS);
    if (ready == 0) misfit("nothing came for a minute", "");
    if (ready < 0) return errno == EINTR;
    ssize_t n = read(terminal, seen + seen_len, SEEN_MAX - seen_len);
    if (n <= 0) return 0;
    (void)!write(STDOUT_FILENO, seen + seen_len, (size_t)n);
    seen_len += (size_t)n;
    seen[seen_len] = 0;
    return 1;
}

static void expect(const char *text) {
    for (;;) {
        char *at = strstr(seen + matched, text);
        if (at != NULL) {
            matched = (size_t)(at - seen) + strlen(text);
            return;
        }
        if (!take()) misfit("ended while waiting for", text);
    }
}

static void type(const char *text) {
    if (write(terminal, text, strlen(text)) < 0) misfit("cannot type", text);
}

static void type_again(const char *text) {
    char *at = strstr(seen, text), word[256];
    if (at == NULL) misfit("was not printed", text);
    at += strlen(text);
    at += strspn(at, " \r\n");
    (void)snprintf(word, sizeof word, "%.*s\n", (int)strcspn(at, " \r\n"), at);
    type(word);
}

/* The command may be about to change it. */
static void check_echo(const char *wanted) {
    int on = strcmp(wanted, "on") == 0;
    for (int tries = 0; tries < 300; tries++) {
        struct termios state;
        if (tcgetattr(terminal, &state) == 0 && ((state.c_lflag & ECHO) != 0) == on) return;
        (void)usleep(10000);
    }
    misfit("the terminal's echo is not", wanted);
}

static void follow(FILE *script) {
    char line[1024];
    while (fgets(line, sizeof line, script) != NULL) {
        line[strcspn(line, "\n")] = 0;
        char *text = strchr(line, ' ');
        if (text != NULL) *text++ = 0;
        if (strcmp(line, "expect") == 0 && text != NULL) {
            expect(text);
        } else if (strcmp(line, "send") == 0) {
            if (text != NULL) type(text);
            type("\n");
        } else if (strcmp(line, "again") == 0 && text != NULL) {
            type_again(text);
        } else if (strcmp(line, "end") == 0) {
            type("\x04");
        } else if (strcmp(line, "kill") == 0) {
            type("\x03");
        } else if (strcmp(line, "echo") == 0 && text != NULL) {
            check_echo(text);
        } else if (line[0] != 0) {
            misfit("no such line in a script", line);
        }
    }
}

int main(int argc, char **argv) {
    if (argc < 3) return MISFIT;
    FILE *script = fopen(argv[1], "r");
    if (script == NULL) return MISFIT;
    struct winsize size = {24, 80, 0, 0};
    child = forkpty(&terminal, NULL, NULL, &size);
    if (child < 0) return MISFIT;
    if (child == 0) {
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    follow(script);
    while (take()) {
    }
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
