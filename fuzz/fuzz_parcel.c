/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a signed request.  Whether it is admitted never changes while more of it comes, and what is opened was admitted. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/parcel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { NOW = 1795000000 };

/* The registrar of fuzz/world. */
static const char registrar[] = "registrar.example/test+995a4760+AaUBEQ39UhyCBBpRM+HL7s6ehSp4BqDjLwv3JjbnvnoQ";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    rr_vkey key;
    rr_error why;
    rr_parcel parcel;
    const char *rule = NULL;
    rr_text server = rr_text_of("fuzz.example");
    if (rr_vkey_read(&key, &why, rr_text_of(registrar), RR_VKEY_ED25519) != RR_OK) abort();
    rr_status opened = rr_parcel_open_var(&parcel, &rule, data, len, "edition", server, NOW, &key, 1);
    if (opened != RR_OK && !rule) abort();
    rr_status last = RR_NOT_FOUND;
    for (size_t i = 0; i <= len; i++) {
        rr_status status = rr_parcel_admit_var(&rule, data, i, "edition", server, NOW, &key, 1);
        if (last != RR_NOT_FOUND && status != last) abort();
        last = status;
        if (last != RR_NOT_FOUND && i + 64 < len) i = len - 64;
    }
    if (opened == RR_OK && last != RR_OK) abort();
    if (opened == RR_OK)
        for (size_t i = 0; i < parcel.count; i++)
            if (parcel.parts[i].bytes < data || parcel.parts[i].bytes + parcel.parts[i].len > data + len) abort();
    return 0;
}
