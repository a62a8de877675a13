/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a leaf of a directory log.  What is known is written back byte for byte. */
#include <stdlib.h>
#include <string.h>

#include "log/directory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    rr_directory_line line;
    char out[RR_DIRECTORY_LINE_MAX];
    rr_directory_read(&line, data, len);
    size_t written = rr_directory_write(out, &line);
    if (line.kind == RR_DIRECTORY_UNKNOWN ? written != 0 : written != len || memcmp(out, data, len) != 0) abort();
    return 0;
}
