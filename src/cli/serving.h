/* SPDX-License-Identifier: Apache-2.0 */
/* A server within a command. */
#ifndef RR_CLI_SERVING_H
#define RR_CLI_SERVING_H

#include <stdbool.h>

#include "server/serve.h"

/* Starts it, or fails.  Signals that end a program are held back from then on: ask rr_wait_for_end. */
rr_serving *rr_begin_serving(const rr_config *config);
/* From now on signals that end a program are held back, SIGPIPE too; before any thread begins. */
void rr_hold_signals(void);
/* Waits for such a signal, at most so many seconds (0: for ever); true if it came. */
bool rr_wait_for_end(unsigned seconds);

#endif
