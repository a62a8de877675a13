/* SPDX-License-Identifier: Apache-2.0 */
/* What has to be undone when the program ends early, by a failure or by a signal. */
#ifndef RR_CLI_START_H
#define RR_CLI_START_H

#include <termios.h>

enum { RR_UNFINISHED_MAX = 16 };

/* A file that is to be removed if the program ends now; -1: no room, or the path is too long. */
int rr_unfinished_add(const char *path);
void rr_unfinished_remove(int slot);

/* The terminal was changed; it was so before. */
void rr_terminal_keep(int fd, const struct termios *before);
void rr_terminal_restore(void);

#endif
