/* SPDX-License-Identifier: Apache-2.0 */
/* The module that the page's worker loads: what JavaScript hands in, and how answers go back.
 *
 * An exported function answers an rr_status and leaves its output where output_bytes() and output_length() say, until the next call: JSON, or
 * bytes where that stands with it.  JSON of a failure is {"what": word, ...}: the page has the sentence for each word in its languages.
 *
 * Memory: take() gives some, the caller fills it and hands it in; unless something else stands with a function the caller gives it back with give(),
 * which wipes it.  A worker does one thing and is ended: nothing secret outlives it.
 *
 * The module imports exactly the three functions below. */
#ifndef RR_WEB_MODULE_H
#define RR_WEB_MODULE_H

#include "base/json.h"
#include "net/remote.h"
#include "roundrobin/proof.h"

#define RR_EXPORT(name) __attribute__((export_name(#name)))
#define RR_IMPORT(name) __attribute__((import_module("robin"), import_name(#name)))

/* Fills with random bytes; never fails. */
RR_IMPORT(random) void rr_web_random(uint8_t *out, size_t len);

/* The body of a reply, in memory from take(); whoever asked frees it.  `status` 0: the server could not be reached. */
typedef struct rr_web_reply {
    uint32_t status;
    uint32_t retry_after; /* seconds; 0: nothing is said of it */
    uint8_t *body;
    size_t len;
} rr_web_reply;
/* GET, at once.  A body above `limit` is not given: status 413. */
RR_IMPORT(get) void rr_web_get(rr_web_reply *reply, const char *url, size_t url_len, size_t limit);

/* What is being done: an rr_check, or one of these. */
enum { RR_WEB_PAPERS = 100, RR_WEB_DIRECTORY, RR_WEB_LOG };
RR_IMPORT(progress) void rr_web_progress(uint32_t what, double done, double of);

extern const rr_random rr_web_source;
extern const rr_transport rr_web_transport;

/* Made once; NULL: there is no memory. */
const rr_params *rr_web_params(void);

/* ---- output --------------------------------------------------------------------------------------------------------- */

/* Bytes that live until the next call. */
void rr_web_output(const void *bytes, size_t len);

/* A JSON object, begun; rr_web_end makes it the output. */
rr_json rr_web_begin(void);
void rr_web_end(rr_json *j);

/* {"what": what, "rule": sentence}; answers `status`. */
rr_status rr_web_fail(rr_status status, const char *what, const char *rule);
/* The same of a file. */
rr_status rr_web_fail_file(const char *what, const rr_file_error *error);

#endif
