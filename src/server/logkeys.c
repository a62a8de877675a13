/* SPDX-License-Identifier: Apache-2.0 */
#include "server/logkeys.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "store/db.h"
#include "store/file.h"

#define FIRST_LINE "round-robin log keys v1\n"

enum { FIRST_LEN = sizeof FIRST_LINE - 1, FILE_LEN = FIRST_LEN + 64 + 1 };

static rr_status io_fail(rr_file_error *error, int code, const char *rule) {
    rr_fail(error, RR_IO, "logs.key", -1, rule);
    if (error) error->system = code;
    return RR_IO;
}

static rr_status make(rr_log_keys *keys, rr_file_error *error, const char *path) {
    char text[FILE_LEN + 1];
    rr_new_file file;
    randombytes_buf(keys->secret, sizeof keys->secret);
    memcpy(text, FIRST_LINE, FIRST_LEN);
    rr_hex(text + FIRST_LEN, keys->secret, sizeof keys->secret);
    text[FILE_LEN - 1] = '\n';
    rr_status status = rr_new_file_begin(&file, error, path);
    if (status == RR_OK) {
        int descriptor = open(file.temporary, O_WRONLY | O_CLOEXEC);
        bool written = descriptor >= 0 && write(descriptor, text, FILE_LEN) == FILE_LEN;
        int code = errno;
        if (descriptor >= 0 && close(descriptor) != 0) written = false;
        if (written)
            status = rr_new_file_finish(&file, error, 0600, false);
        else {
            rr_new_file_abandon(&file);
            status = io_fail(error, code, "it cannot be written");
        }
    }
    rr_wipe(text, sizeof text);
    return status;
}

rr_status rr_log_keys_open(rr_log_keys *keys, rr_file_error *error, const char *folder) {
    char path[4096], text[FILE_LEN + 1];
    if (snprintf(path, sizeof path, "%s/logs.key", folder) >= (int)sizeof path)
        return io_fail(error, ENAMETOOLONG, "the key folder's name is too long");
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 && errno == ENOENT) return make(keys, error, path);
    if (descriptor < 0) return io_fail(error, errno, "it cannot be read");
    ssize_t got = read(descriptor, text, sizeof text);
    (void)close(descriptor);
    bool good = got == FILE_LEN && memcmp(text, FIRST_LINE, FIRST_LEN) == 0 && text[FILE_LEN - 1] == '\n' &&
                rr_unhex(keys->secret, sizeof keys->secret, text + FIRST_LEN, 64);
    rr_wipe(text, sizeof text);
    return good ? RR_OK : rr_fail(error, RR_MALFORMED, "logs.key", -1, "it is damaged: restore it from a copy");
}

rr_status rr_log_key_derive(rr_signer *signer, const rr_log_keys *keys, rr_text name) {
    static const char label[] = "round-robin log key v1\n";
    crypto_generichash_state state;
    uint8_t seed[32];
    crypto_generichash_init(&state, keys->secret, sizeof keys->secret, sizeof seed);
    crypto_generichash_update(&state, (const uint8_t *)label, sizeof label - 1);
    crypto_generichash_update(&state, (const uint8_t *)name.start, name.len);
    crypto_generichash_final(&state, seed, sizeof seed);
    rr_status status = rr_signer_make(signer, name, RR_VKEY_ED25519, seed);
    rr_wipe(seed, sizeof seed);
    rr_wipe(&state, sizeof state);
    return status;
}

rr_status rr_log_key_find(rr_signer *signer, const rr_log_keys *keys, const rr_vkey *vkey) {
    rr_status status = rr_log_key_derive(signer, keys, vkey->name);
    if (status == RR_OK && memcmp(signer->secret + 32, vkey->key, 32) != 0) status = RR_NOT_FOUND;
    if (status != RR_OK) rr_wipe(signer, sizeof *signer);
    return status;
}

rr_status rr_log_key_fresh(char *out, size_t size, const rr_log_keys *keys, rr_text server) {
    char name[RR_SIGNER_NAME_MAX + 1], hex[17];
    uint8_t random[8];
    rr_signer signer;
    if (server.len + 1 + 16 > RR_SIGNER_NAME_MAX) return RR_ARGUMENT;
    randombytes_buf(random, sizeof random);
    rr_hex(hex, random, sizeof random);
    int len = snprintf(name, sizeof name, "%.*s/%s", (int)server.len, server.start, hex);
    rr_status status = rr_log_key_derive(&signer, keys, (rr_text){name, (size_t)len});
    if (status != RR_OK) return status;
    size_t need = rr_signer_vkey(out, size ? size - 1 : 0, &signer);
    rr_wipe(&signer, sizeof signer);
    if (need >= size) return RR_NO_SPACE;
    out[need] = 0;
    return RR_OK;
}
