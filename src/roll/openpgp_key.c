/* SPDX-License-Identifier: Apache-2.0 */
#include "roll/openpgp_key.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <rnp/rnp.h>
#include <rnp/rnp_err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"

/* ---- packets ---- */

static size_t load_be(const uint8_t *bytes, size_t len) {
    size_t value = 0;
    for (size_t i = 0; i < len; i++) value = value << 8 | bytes[i];
    return value;
}

/* The length behind a header of the new format; its own size goes to *size, 0 if it is of unknown length or cut short. */
static size_t new_length(size_t *size, const uint8_t *bytes, size_t left) {
    *size = 0;
    if (left < 1) return 0;
    if (bytes[0] < 192) return *size = 1, bytes[0];
    if (bytes[0] < 224) return left < 2 ? 0 : (*size = 2, ((size_t)(bytes[0] - 192) << 8) + bytes[1] + 192);
    if (bytes[0] == 255 && left >= 5) return *size = 5, load_be(bytes + 1, 4);
    return 0; /* 224 ... 254: partial lengths, which only data packets may have */
}

/* The same for the old format, whose header says how long the length is. */
static size_t old_length(size_t *size, uint8_t header, const uint8_t *bytes, size_t left) {
    size_t wanted = (size_t)1 << (header & 3);
    *size = 0;
    if (wanted == 8 || left < wanted) return 0; /* 8: unknown length */
    *size = wanted;
    return load_be(bytes, wanted);
}

rr_status rr_pgp_next(rr_pgp_packet *packet, const char **why, rr_pgp_reader *reader) {
    if (reader->left == 0) return RR_NOT_FOUND;
    uint8_t header = reader->next[0];
    const uint8_t *rest = reader->next + 1;
    size_t left = reader->left - 1, size;
    if (!(header & 0x80)) {
        *why = "here no OpenPGP packet begins: the file is damaged";
        return RR_MALFORMED;
    }
    bool is_new = header & 0x40;
    packet->tag = is_new ? header & 0x3f : header >> 2 & 0x0f;
    packet->len = is_new ? new_length(&size, rest, left) : old_length(&size, header, rest, left);
    if (size == 0 || packet->len > left - size) {
        *why = "a packet breaks off: the file is damaged or not whole";
        return RR_MALFORMED;
    }
    packet->body = rest + size;
    reader->next = packet->body + packet->len;
    reader->left = left - size - packet->len;
    return RR_OK;
}

/* ---- keys ---- */

bool rr_pgp_ed25519(uint8_t key[32], size_t *used, const uint8_t *body, size_t len) {
    /* algorithm, OID 1.3.6.1.4.1.11591.15.1, bits of the MPI, prefix of a native point */
    static const uint8_t head[] = {22, 9, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01, 0x01, 0x07, 0x40};
    *used = 5 + sizeof head + 32;
    if (len < *used || body[0] != 4 || memcmp(body + 5, head, sizeof head) != 0) return false;
    memcpy(key, body + 5 + sizeof head, 32);
    return true;
}

void rr_pgp_fingerprint(char hex[RR_PGP_FINGERPRINT_SIZE], const uint8_t *body, size_t len) {
    uint8_t head[3] = {0x99, (uint8_t)(len >> 8), (uint8_t)len}, digest[20];
    EVP_MD_CTX *sha1 = NULL;
    hex[0] = 0;
    if (len == 0 || len > 0xffff || body[0] != 4 || !(sha1 = EVP_MD_CTX_new())) return;
    if (EVP_DigestInit_ex(sha1, EVP_sha1(), NULL) == 1 && EVP_DigestUpdate(sha1, head, sizeof head) == 1 &&
        EVP_DigestUpdate(sha1, body, len) == 1 && EVP_DigestFinal_ex(sha1, digest, NULL) == 1) {
        for (size_t i = 0; i < sizeof digest; i++) {
            hex[2 * i] = "0123456789ABCDEF"[digest[i] >> 4];
            hex[2 * i + 1] = "0123456789ABCDEF"[digest[i] & 15];
        }
        hex[2 * sizeof digest] = 0;
    }
    EVP_MD_CTX_free(sha1);
}

bool rr_pgp_is_elsewhere(const uint8_t *secret, size_t len) {
    /* usage 253 ... 255, cipher, S2K 101, hash, "GNU", 1: no secret part; 2: on a card */
    return len >= 8 && secret[0] >= 253 && secret[2] == 101 && memcmp(secret + 4, "GNU", 3) == 0;
}

rr_status rr_pgp_seed(uint8_t seed[32], const char **why, const uint8_t *secret, size_t len) {
    *why = "the secret part breaks off";
    if (len < 3) return RR_MALFORMED;
    size_t bits = load_be(secret + 1, 2), bytes = (bits + 7) / 8;
    if (bits > 256 || len < 3 + bytes + 2) return RR_MALFORMED;
    const uint8_t *mpi = secret + 3;
    unsigned sum = 0;
    for (size_t i = 1; i < 3 + bytes; i++) sum += secret[i];
    *why = "the secret part's sum is wrong: the file was altered";
    if (secret[0] != 0 || (sum & 0xffff) != load_be(mpi + bytes, 2)) return RR_MALFORMED;
    memset(seed, 0, 32 - bytes); /* an MPI leaves out zeros in front */
    memcpy(seed + 32 - bytes, mpi, bytes);
    return RR_OK;
}

/* ---- librnp ---- */

int rr_pgp_hush(void) {
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC), kept = -1;
    if (nowhere < 0) return -1;
    kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (kept >= 0) dup2(nowhere, STDERR_FILENO);
    close(nowhere);
    return kept;
}

void rr_pgp_unhush(int kept) {
    if (kept < 0) return;
    dup2(kept, STDERR_FILENO);
    close(kept);
}

/* ---- armour ---- */

void rr_pgp_binary_free(rr_pgp_binary *binary) {
    if (binary->bytes) rr_wipe(binary->bytes, binary->len);
    free(binary->bytes);
    binary->bytes = NULL;
    binary->len = 0;
}

/* Adds what one block holds; there is room for `left` bytes. */
static rr_status unarmour_block(rr_pgp_binary *binary, size_t left, const uint8_t *block, size_t len) {
    rnp_input_t input = NULL;
    rnp_output_t output = NULL;
    uint8_t *bytes = NULL;
    size_t bytes_len = 0;
    rr_status status = RR_NO_SPACE;
    int kept = rr_pgp_hush();
    if (rnp_input_from_memory(&input, block, len, false) == RNP_SUCCESS && rnp_output_to_memory(&output, 0) == RNP_SUCCESS) {
        status = RR_MALFORMED;
        if (rnp_dearmor(input, output) == RNP_SUCCESS &&
            rnp_output_memory_get_buf(output, &bytes, &bytes_len, false) == RNP_SUCCESS && bytes_len <= left) {
            if (bytes_len > 0) memcpy(binary->bytes + binary->len, bytes, bytes_len);
            rr_wipe(bytes, bytes_len);
            binary->len += bytes_len;
            status = RR_OK;
        }
    }
    rnp_output_destroy(output);
    rnp_input_destroy(input);
    rr_pgp_unhush(kept);
    return status;
}

/* Where the text stands in the bytes, or NULL. */
static const uint8_t *find(const uint8_t *bytes, size_t len, const char *text) {
    return memmem(bytes, len, text, strlen(text));
}

static rr_status unarmour(rr_pgp_binary *binary, const char **why, const uint8_t *file, size_t file_len) {
    static const char begin[] = "-----BEGIN PGP ", end[] = "-----END PGP ";
    const uint8_t *stop = file + file_len, *block;
    rr_status status = RR_MALFORMED;
    *why = "neither OpenPGP packets nor an OpenPGP armour";
    while ((block = find(file, (size_t)(stop - file), begin))) {
        const uint8_t *last = find(block, (size_t)(stop - block), end);
        if (last) last = memchr(last + sizeof end - 1, '-', (size_t)(stop - last) - (sizeof end - 1));
        *why = "the armour's END line is not there: the file is not whole";
        if (!last || stop - last < 5) return RR_MALFORMED;
        file = last + 5;
        status = unarmour_block(binary, file_len - binary->len, block, (size_t)(file - block));
        *why = "the armour is damaged";
        if (status) return status;
    }
    return status;
}

rr_status rr_pgp_unarmour(rr_pgp_binary *binary, const char **why, const uint8_t *file, size_t file_len) {
    rr_status status = RR_OK;
    binary->len = 0;
    binary->bytes = malloc(file_len + 1); /* armour is longer than what it holds */
    if (!binary->bytes)
        status = RR_NO_SPACE;
    else if (file_len == 0 || !(file[0] & 0x80))
        status = unarmour(binary, why, file_len ? file : binary->bytes, file_len);
    else {
        memcpy(binary->bytes, file, file_len);
        binary->len = file_len;
    }
    if (status == RR_NO_SPACE) *why = "there is no memory";
    if (status) rr_pgp_binary_free(binary);
    return status;
}
