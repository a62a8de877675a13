/* SPDX-License-Identifier: Apache-2.0 */
#include "server/clock.h"

void rr_clock_begin(rr_clock *clock, int64_t wall, int64_t steady, int64_t interval) {
    *clock = (rr_clock){.ahead = wall - steady, .doubt = steady, .period = wall / interval};
}

bool rr_clock_announced(rr_clock *clock, int64_t wall, int64_t interval) {
    int64_t period = wall / interval;
    bool passed = period > clock->period;
    clock->period = period;
    return passed;
}

bool rr_clock_may_close(rr_clock *clock, int64_t *jumped, int64_t wall, int64_t steady) {
    int64_t ahead = wall - steady, jump = ahead - clock->ahead;
    clock->ahead = ahead;
    *jumped = jump > RR_CLOCK_JUMP ? jump : 0;
    if (*jumped) clock->doubt = steady + RR_CLOCK_DOUBT;
    return steady >= clock->doubt;
}
