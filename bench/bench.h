/* SPDX-License-Identifier: Apache-2.0 */
/* What `robin bench` measures: one core, processor time of the thread, medians. */
#ifndef RR_BENCH_H
#define RR_BENCH_H

#include <stdbool.h>

/* Called for each figure as soon as it is there. */
typedef void rr_bench_report(void *context, const char *name, double median, const char *unit);

/* Measures all whose name begins with `prefix` ("" for all).  `context` goes to `report`.  False if no figure has such a name. */
bool rr_bench_run(rr_bench_report *report, void *context, const char *prefix);

#endif
