/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/tool.h"

enum { BAR = 24 };
static const uint64_t second = 1000000000;

static uint64_t now_ns(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * second + (uint64_t)t.tv_nsec;
}

void rr_progress_start(rr_progress *p, const char *what, uint64_t total) {
    const char *term = getenv("TERM");
    *p = (rr_progress){.what = what, .total = total, .started_ns = now_ns()};
    p->visible = isatty(STDERR_FILENO) && term != NULL && strcmp(term, "dumb") != 0;
}

void rr_progress_to(rr_progress *p, uint64_t done) {
    p->done = done;
    if (!p->visible || p->total == 0) return;
    uint64_t now = now_ns(), spent = now - p->started_ns;
    if (spent < second || (p->shown_ns != 0 && now - p->shown_ns < second / 8)) return;
    p->shown_ns = now;
    double rate = (double)done * 1e9 / (double)spent;
    uint64_t left = rate > 0 ? (uint64_t)((double)(p->total - done) / rate + 0.5) : 0;
    char bar[BAR + 1];
    int filled = (int)(done * BAR / p->total);
    for (int i = 0; i < BAR; i++) bar[i] = i < filled ? '#' : '.';
    bar[BAR] = 0;
    fprintf(stderr, "\r%s [%s] %3u%%  %.0f/s  %llu:%02llu left \x1b[K", p->what, bar, (unsigned)(done * 100 / p->total), rate,
            (unsigned long long)(left / 60), (unsigned long long)(left % 60));
}

void rr_progress_end(rr_progress *p) {
    if (p->visible && p->shown_ns != 0) fputs("\r\x1b[K", stderr);
    p->visible = false;
}
