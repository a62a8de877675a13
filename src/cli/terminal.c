/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/start.h"
#include "cli/tool.h"

enum { PASSPHRASE_MAX = 1024 };

static int terminal_fd(void) {
    static int fd = -1;
    if (fd < 0) fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        rr_die(
            RR_EXIT_USAGE,
            "there is no terminal to ask on. Use the command for scripts (robin sign, robin decline) and --passphrase-file.");
    return fd;
}

FILE *rr_terminal(void) {
    static FILE *stream;
    if (stream == NULL) stream = fdopen(dup(terminal_fd()), "w");
    if (stream == NULL) rr_die(RR_EXIT_IO, "the terminal cannot be opened: %s.", strerror(errno));
    return stream;
}

/* Reads up to a line's end, byte by byte so that nothing of what follows is taken; false at the end of input. */
static bool read_line(int fd, char *line, size_t size, size_t *len) {
    *len = 0;
    for (;;) {
        char c;
        ssize_t n = read(fd, &c, 1);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return *len > 0;
        if (c == '\n' || c == '\r') return true;
        if (*len + 1 < size) line[(*len)++] = c;
        line[*len] = 0;
    }
}

const char *rr_ask_line(const char *prompt) {
    FILE *out = rr_terminal();
    fputs(prompt, out);
    (void)fflush(out);
    char *line = rr_take(4096);
    size_t len;
    return read_line(terminal_fd(), line, 4096, &len) ? line : NULL;
}

static size_t ask_hidden(const char *prompt, char *answer) {
    int fd = terminal_fd();
    struct termios before, silent;
    if (tcgetattr(fd, &before) != 0) rr_die(RR_EXIT_IO, "the terminal cannot be silenced: %s.", strerror(errno));
    silent = before;
    silent.c_lflag &= (tcflag_t) ~(ECHO | ECHONL);
    rr_terminal_keep(fd, &before);
    if (tcsetattr(fd, TCSAFLUSH, &silent) != 0) rr_die(RR_EXIT_IO, "the terminal cannot be silenced: %s.", strerror(errno));
    /* The question comes when nothing is shown any more of what is typed. */
    FILE *out = rr_terminal();
    fputs(prompt, out);
    (void)fflush(out);
    size_t len;
    bool got = read_line(fd, answer, PASSPHRASE_MAX, &len);
    rr_terminal_restore();
    fputc('\n', out);
    (void)fflush(out);
    if (!got) rr_die(RR_EXIT_REFUSED, "no passphrase was given. Nothing was changed.");
    if (len + 1 == PASSPHRASE_MAX)
        rr_die(RR_EXIT_REFUSED, "a passphrase has less than %d bytes. Nothing was changed.", PASSPHRASE_MAX - 1);
    return len;
}

rr_text rr_ask_passphrase(const char *prompt, bool twice) {
    char *first = rr_take_secret(PASSPHRASE_MAX);
    size_t len = ask_hidden(prompt, first);
    if (twice && len > 0) {
        char *second = rr_take_secret(PASSPHRASE_MAX);
        size_t again = ask_hidden("The same again: ", second);
        if (again != len || sodium_memcmp(first, second, len) != 0)
            rr_die(RR_EXIT_REFUSED, "the two passphrases differ. Nothing was changed; run the command again.");
    }
    return (rr_text){first, len};
}

rr_text rr_passphrase(const rr_args *args, const char *prompt, bool twice) {
    const char *file = rr_arg(args, "passphrase-file");
    if (file == NULL) return rr_ask_passphrase(prompt, twice);
    rr_bytes content = rr_read_secret(file, 4 * PASSPHRASE_MAX);
    const char *start = (const char *)content.data;
    size_t len = strcspn(start, "\r\n");
    if (len < content.len && start[len] == '\0')
        rr_die(RR_EXIT_REFUSED, "%s: there is a zero byte in its first line; it should be the passphrase.",
               rr_safe_string(file));
    if (len + 1 >= PASSPHRASE_MAX)
        rr_die(RR_EXIT_REFUSED, "%s: its first line is too long for a passphrase: less than %d bytes.", rr_safe_string(file),
               PASSPHRASE_MAX - 1);
    if (len == 0) rr_die(RR_EXIT_REFUSED, "%s: the first line is empty; it should be the passphrase.", rr_safe_string(file));
    content.data[len] = 0;
    uint32_t character;
    for (size_t at = 0, n; at < len; at += n) {
        n = rr_text_character(&character, (rr_text){start + at, len - at});
        if (n == 0)
            rr_die(RR_EXIT_REFUSED, "%s: its first line is not UTF-8; it should be the passphrase.", rr_safe_string(file));
    }
    return (rr_text){start, len};
}

unsigned rr_terminal_width(FILE *out) {
    struct winsize size;
    if (!isatty(fileno(out)) || ioctl(fileno(out), TIOCGWINSZ, &size) != 0 || size.ws_col < 20) return 100;
    return size.ws_col > 100 ? 80 : size.ws_col;
}

bool rr_styled(FILE *out) {
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(fileno(out)) && (no_color == NULL || no_color[0] == 0) && term != NULL && strcmp(term, "dumb") != 0;
}
