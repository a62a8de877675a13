/* SPDX-License-Identifier: Apache-2.0 */
/* A ceremony of three trustees, two of whom open; the input changes what one of them or whoever carries the messages gives.
 *
 *     0     0: the message of trustee 2; 1: the certificate; 2: the same as 0, but any bytes
 *     0, 1  changes, 3 bytes each: big-endian offset, what is XORed; 2: the message itself
 *
 * Nothing but what was really made is taken: whoever is the recipient of something else names trustee 2. */
#include <string.h>

#include "base/sha2.h"
#include "roundrobin/ceremony.h"
#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { N = 3, T = 2, CHEAT = 2, MESSAGE = 32 * T + 64 + 32 + 56 * N, CERTIFICATE_MAX = 1024 };

static struct {
    rr_ceremony c;
    rr_ceremony_secret secrets[N];
    uint8_t messages[N][MESSAGE], certificate[CERTIFICATE_MAX];
    size_t certificate_len;
    bool made;
} w;

static int fill(void *context, uint8_t *out, size_t len) {
    uint64_t *counter = context;
    require(len == 64);
    ++*counter;
    rr_sha512_of(out, counter, sizeof *counter);
    return 0;
}

static void make(void) {
    uint64_t counter = 0;
    const rr_random random = {fill, &counter};
    rr_ceremony_public keys[N];
    rr_ceremony_fault fault;
    const uint8_t *each[N];
    for (uint32_t j = 0; j < N; j++) require(rr_ceremony_key(&w.secrets[j], &keys[j], &random) == RR_OK);
    require(rr_ceremony_init(&w.c, &fault, "fuzz", 4, keys, N, T) == RR_OK);
    require(rr_round1_size(&w.c) == MESSAGE);
    for (uint32_t j = 0; j < N; j++) {
        require(rr_ceremony_round1(w.messages[j], &w.c, j + 1, &w.secrets[j], &random) == RR_OK);
        each[j] = w.messages[j];
    }
    size_t size = rr_ceremony_transcript_size(&w.c);
    w.certificate_len = rr_certificate_size(&w.c);
    require(w.certificate_len <= CERTIFICATE_MAX);
    rr_ceremony_transcript(w.certificate, &w.c, each);
    for (size_t j = 0; j < N; j++)
        require(rr_ceremony_sign(w.certificate + size + 64 * j, &w.secrets[j], w.certificate, size) == RR_OK);
    w.made = true;
}

static void change(uint8_t *bytes, size_t size, const uint8_t *changes, size_t len) {
    for (; len >= 3; changes += 3, len -= 3) bytes[((size_t)changes[0] << 8 | changes[1]) % size] ^= changes[2];
}

static void try_message(const uint8_t *message, size_t len) {
    rr_ceremony_fault fault;
    rr_status status = rr_round1_check_var(&fault, &w.c, CHEAT, message, len);
    require(status == RR_OK || (fault.trustee == CHEAT && fault.rule != NULL));
    if (len != MESSAGE) {
        require(status == RR_MALFORMED);
        return;
    }
    const uint8_t *each[N] = {w.messages[0], message, w.messages[2]};
    bool taken = true;
    for (uint32_t j = 1; j <= N; j++) {
        rr_trustee_secret share;
        rr_status mine = rr_ceremony_round2(&share, &fault, &w.c, j, &w.secrets[j - 1], each);
        require(mine == RR_OK || (fault.trustee == CHEAT && fault.rule != NULL));
        require(status == RR_OK || mine != RR_OK);
        taken = taken && mine == RR_OK;
    }
    require(taken == (memcmp(message, w.messages[CHEAT - 1], MESSAGE) == 0));
}

static void try_certificate(const uint8_t *certificate) {
    rr_seal_key Y, Y_of[N];
    rr_ceremony_fault fault;
    rr_status status = rr_certificate_check_var(&Y, Y_of, &fault, &w.c, certificate, w.certificate_len);
    require(status == RR_OK || fault.rule != NULL);
    require((status == RR_OK) == (memcmp(certificate, w.certificate, w.certificate_len) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    uint8_t bytes[CERTIFICATE_MAX];
    if (!w.made) make();
    if (len == 0) return 0;
    if (data[0] == 0) {
        memcpy(bytes, w.messages[CHEAT - 1], MESSAGE);
        change(bytes, MESSAGE, data + 1, len - 1);
        try_message(bytes, MESSAGE);
    } else if (data[0] == 1) {
        memcpy(bytes, w.certificate, w.certificate_len);
        change(bytes, w.certificate_len, data + 1, len - 1);
        try_certificate(bytes);
    } else {
        try_message(data + 1, len - 1);
    }
    return 0;
}
