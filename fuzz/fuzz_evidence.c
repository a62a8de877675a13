/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an evidence file.  Whatever it is, there is a report that fits its status; a file that does not verify has no counts. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixed.h"
#include "roundrobin/evidence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static char path[] = "/tmp/rr-fuzz-evidence-XXXXXX";
static int file = -1;

static void remove_file(void) {
    unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    uint32_t state = 1;
    rr_random random = {rr_fuzz_fill, &state};
    rr_evidence_options options = {.random = &random};
    rr_evidence_report *r = NULL;
    if (file < 0) {
        file = mkstemp(path);
        if (file < 0 || atexit(remove_file) != 0) abort();
    }
    if (ftruncate(file, 0) != 0 || pwrite(file, data, len, 0) != (ssize_t)len) abort();
    rr_status status = rr_evidence_verify(&r, path, &options);
    if (!r) abort();
    if (r->status != status || status == RR_ARGUMENT || status == RR_NO_SPACE || status == RR_RANDOM) abort();
    if (status == RR_OK || status == RR_NOT_FOUND) {
        if (r->checks[RR_CHECK_RECORDS] != RR_VERIFIED || r->checks[RR_CHECK_LOG] != RR_VERIFIED ||
            r->total != r->hidden + r->named || r->named != r->named_count)
            abort();
    } else if (r->total || r->class_count || r->named_count || !r->errors[r->failed].rule ||
               r->errors[r->failed].status != status)
        abort();
    /* The reader of the page takes nothing that SQLite does not take. */
    rr_evidence_report *own = NULL;
    rr_status in_memory = rr_evidence_verify_memory(&own, data, len, &options);
    if (!own || own->status != in_memory) abort();
    if (in_memory == RR_OK &&
        (status != RR_OK || own->total != r->total || own->named != r->named || memcmp(&own->root, &r->root, 32) != 0))
        abort();
    rr_evidence_report_free(own);
    rr_evidence_report_free(r);
    return 0;
}
