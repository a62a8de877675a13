/* SPDX-License-Identifier: Apache-2.0 */
/* OpenPGP, through librnp.  The first byte says as what the rest is read: c certificates, p a private key (without a passphrase: each
 * try would cost). */
#include <stdlib.h>

#include "roundrobin/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static bool refused(void *context, const rr_import_refusal *refusal) {
    (void)context;
    if (!refusal->why || !refusal->status) abort();
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    rr_secret secret;
    rr_entry_key entry;
    rr_error error;
    if (len == 0) return 0;
    uint8_t as = *data++;
    len--;
    if (as == 'p' && rr_private_key_read(&secret, &entry, &error, data, len, NULL, NULL, NULL) && !error.rule) abort();
    if (as != 'c') return 0;
    rr_import_sink sink = {NULL, refused, NULL};
    rr_import_options options = {RR_IMPORT_BY_FINGERPRINT, NULL, 1767225600, false};
    rr_import *import = rr_import_new();
    if (import && rr_import_file(import, NULL, &error, data, len, RR_IMPORT_OPENPGP, &options, &sink) && !error.rule) abort();
    rr_import_free(import);
    return 0;
}
