/* SPDX-License-Identifier: Apache-2.0 */
/* What ssh-keygen writes.  The first byte says as what the rest is read: a line of authorized_keys, s allowed_signers, p a private
 * key (without a passphrase: each try would cost), g a signature. */
#include <stdlib.h>

#include "roundrobin/enrol.h"
#include "roundrobin/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static bool accepted(void *context, const rr_imported *key) {
    rr_entry_key entry;
    if (rr_entry_from_ed25519_var(&entry, NULL, key->ed25519)) abort();
    ++*(uint32_t *)context;
    return true;
}

static bool refused(void *context, const rr_import_refusal *refusal) {
    (void)context;
    if (!refusal->why || !refusal->status) abort();
    return true;
}

static void try_import(const uint8_t *data, size_t len, rr_import_format format) {
    uint32_t taken = 0;
    rr_import_sink sink = {accepted, refused, &taken};
    rr_import_options options = {RR_IMPORT_BY_FINGERPRINT, NULL, 1767225600, true};
    rr_import_counts counts;
    rr_error error;
    rr_import *import = rr_import_new();
    if (!import) return;
    rr_status status = rr_import_file(import, &counts, &error, data, len, format, &options, &sink);
    if (counts.accepted != taken || (status && !error.rule)) abort();
    rr_import_free(import);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    rr_secret secret;
    rr_entry_key entry;
    rr_error error;
    uint8_t key[32];
    if (len == 0) return 0;
    uint8_t as = *data++;
    len--;
    if (as == 'a') try_import(data, len, RR_IMPORT_AUTHORIZED_KEYS);
    if (as == 's') try_import(data, len, RR_IMPORT_ALLOWED_SIGNERS);
    if (as == 'p' && rr_private_key_read(&secret, &entry, &error, data, len, NULL, NULL, NULL) && !error.rule) abort();
    if (as == 'g' && rr_ssh_signature_check_var(key, &error, (const char *)data, len, "message", 7) && !error.rule) abort();
    return 0;
}
