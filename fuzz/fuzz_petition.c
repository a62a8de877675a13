/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a petition file.  What is taken is written back byte for byte. */
#include <stdlib.h>
#include <string.h>

#include "roundrobin/petition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    static rr_params *params;
    const char *text = (const char *)data;
    if (params == NULL) {
        void *memory = malloc(rr_params_size());
        if (memory == NULL || rr_params_init(&params, memory, rr_params_size()) != RR_OK) abort();
    }
    size_t size = rr_petition_size(text, len);
    void *memory = malloc(size == 0 ? 1 : size);
    rr_petition petition;
    rr_error error;
    if (memory == NULL) abort();
    rr_status status = rr_petition_parse(params, &petition, &error, memory, size, text, len);
    if (status == RR_OK) {
        char *out = malloc(len);
        if (out == NULL || rr_petition_write(out, len, &petition) != len || memcmp(out, text, len) != 0) abort();
        free(out);
    } else if (status != RR_MALFORMED || error.rule == NULL || (error.line == 0 && len <= RR_PETITION_MAX)) {
        abort();
    }
    free(memory);
    return 0;
}
