/* SPDX-License-Identifier: Apache-2.0 */
/* A server from its start to its end. */
#ifndef RR_SERVER_SERVE_H
#define RR_SERVER_SERVE_H

#include "server/config.h"

typedef struct rr_serving rr_serving;

/* Opens everything and serves; *serving ends with rr_serve_stop.  `config` is copied by reference and must outlive it.  The folders of keys and cache are made
 * (mode 0700) where they are missing, and so are the directory's key and the secret of the logs' keys.  *error says what could not be opened. */
rr_status rr_serve_start(rr_serving **serving, rr_file_error *error, const rr_config *config);
/* The addresses, as people read them: "http://127.0.0.1:8080/". */
const char *rr_serve_address(const rr_serving *serving, size_t index);
size_t rr_serve_address_count(const rr_serving *serving);
/* The vkey of the directory log. */
const char *rr_serve_directory(const rr_serving *serving);
/* Takes no more, finishes what came, ends. */
void rr_serve_stop(rr_serving *serving);

#endif
