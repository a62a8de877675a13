/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of a server: `name = value` lines of a file, environment variables ROBIN_NAME, options of the command line; the later
 * sources win, one setting at a time.  docs/man/robin-serve.5.scd says what each means. */
#ifndef RR_SERVER_CONFIG_H
#define RR_SERVER_CONFIG_H

#include "roundrobin/evidence.h"

enum { RR_CONFIG_LISTEN_MAX = 8, RR_CONFIG_PUBLISHER_MAX = 256, RR_CONFIG_WITNESS_MAX = 32 };

typedef struct rr_config {
    char *listen[RR_CONFIG_LISTEN_MAX]; /* "127.0.0.1:8080", "[::1]:8080", "unix:PATH", "systemd" */
    size_t listen_count;
    char *db, *keys, *cache; /* file and folders */
    char *name;              /* of the directory key */
    char *address;           /* under which the world sees it: "https://petitions.example.org"; NULL: not said */
    char *publisher[RR_CONFIG_PUBLISHER_MAX];
    size_t publisher_count;
    char *witness[RR_CONFIG_WITNESS_MAX]; /* "VKEY URL": who is asked for cosignatures of the directory log */
    size_t witness_count;
    uint32_t batch_interval; /* seconds */
    uint32_t batch_minimum;
    uint32_t tick; /* milliseconds */
    uint32_t connections, queue, threads;
} rr_config;

/* The presets.  RR_NO_SPACE. */
rr_status rr_config_init(rr_config *config);
void rr_config_free(rr_config *config);

/* One setting; of those that may be given several times (listen, publisher, witness) one more.  RR_NOT_FOUND: there is no such setting; RR_MALFORMED:
 * *rule says what its value has to be; RR_NO_SPACE. */
rr_status rr_config_set(rr_config *config, const char **rule, const char *name, const char *value);
/* Before another source: if it gives `name`, what an earlier one gave is forgotten. */
void rr_config_forget(rr_config *config, const char *name);

/* A whole file; `error` has line and rule. */
rr_status rr_config_read(rr_config *config, rr_file_error *error, const char *path);
/* The environment; error->where is the variable's name. */
rr_status rr_config_environment(rr_config *config, rr_file_error *error);
/* What is missing or does not fit together: NULL, or a rule. */
const char *rr_config_fault(const rr_config *config);

#endif
