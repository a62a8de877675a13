/* SPDX-License-Identifier: Apache-2.0 */
/* load: invented petitions, answers to them, and a client that sends them to a server on the same machine.  For measurements and tests.
 *
 * A rehearsal's folder, as `load make` writes it, holds the papers of a petition (petition.txt, roll.txt, roll.note, proofs.bin,
 * assignment.note), the registrar's key (registrar.key) and the number all its keys are drawn from (seed). */
#ifndef RR_BENCH_LOAD_H
#define RR_BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "roundrobin/petition.h"

/* Says what is wrong and ends with status 2. */
_Noreturn void load_die(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Zeroed memory, which is never given back; dies where there is none. */
void *load_take(size_t size);
double load_now(void);
int load_by_size(const void *a, const void *b); /* for doubles */

/* The option's value, else `otherwise`; NULL there: it must be given. */
const char *load_text(int argc, char **argv, const char *option, const char *otherwise);
uint64_t load_number(int argc, char **argv, const char *option, uint64_t otherwise, uint64_t least, uint64_t most);

/* Ends with a zero byte, which is not counted. */
uint8_t *load_read(size_t *len, const char *folder, const char *name);
void load_write(const char *folder, const char *name, unsigned mode, const void *data, size_t len);

/* What a server on the loopback address is asked. */
typedef struct load_url {
    char host[64], port[8], path[512];
} load_url;
/* Dies for anything but http://127.x.x.x:PORT/PATH and http://[::1]:PORT/PATH. */
void load_url_read(load_url *url, const char *text);

int load_make(int argc, char **argv);
int load_registrar(int argc, char **argv);
int load_parcel(int argc, char **argv);
int load_prepare(int argc, char **argv);
int load_post(int argc, char **argv);
int load_get(int argc, char **argv);

#endif
