/* SPDX-License-Identifier: Apache-2.0 */
/* What the writer believes of the clock.  A log that was closed stays closed, and a batch that was published cannot be taken back: so a clock that jumps
 * must do no harm that lasts. */
#ifndef RR_SERVER_CLOCK_H
#define RR_SERVER_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum {
    RR_CLOCK_JUMP = 60,  /* seconds ahead that are a jump */
    RR_CLOCK_DOUBT = 600 /* seconds for which it is doubted afterwards: time for it to be set right */
};

/* Seconds: of the wall clock, and of one that is never set. */
typedef struct rr_clock {
    int64_t ahead; /* how much the wall clock is before the other */
    int64_t doubt; /* of the other: until then nothing is closed */
    int64_t period;
} rr_clock;

void rr_clock_begin(rr_clock *clock, int64_t wall, int64_t steady, int64_t interval);
/* Has an announced time (a multiple of the interval) passed since the last call?  Where the clock was set back: no, and from then on it counts anew. */
bool rr_clock_announced(rr_clock *clock, int64_t wall, int64_t interval);
/* May a log be closed because of this clock?  *jumped: by how many seconds it has just jumped ahead, else 0. */
bool rr_clock_may_close(rr_clock *clock, int64_t *jumped, int64_t wall, int64_t steady);

#endif
