/* SPDX-License-Identifier: Apache-2.0 */
/* Edition files: what is read is written back byte for byte. */
#include <stdlib.h>
#include <string.h>

#include "roll/edition_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    rr_edition_file file;
    char again[RR_EDITION_TEXT_MAX];
    size_t again_len;
    rr_error error;
    if (rr_edition_file_parse(&file, &error, (const char *)data, len)) {
        if (!error.rule) abort();
        return 0;
    }
    if (rr_edition_file_write(again, sizeof again, &again_len, &file) || again_len != len || memcmp(again, data, len) != 0)
        abort();
    if (file.edition == 0 || file.slot_count == 0 || file.slot_count > RR_KEYCARD_SLOTS_MAX || !file.registrar.usable) abort();
    return 0;
}
