/* SPDX-License-Identifier: Apache-2.0 */
/* What trustees hand around, in a ceremony of two.
 *
 *     0     0: the rest is the file that begins a ceremony
 *           1, 2, 3, 4: it is the text of trustee 1's note on its key, of round 1, of round 2, of its acceptance; the trustee signs it
 *           5: it is a note, as it comes
 *           6: it is a bundle of notes; 7: it is changes to the good one, 3 bytes each: big-endian offset, what is XORed
 *
 * A text that is read is exactly the one that these values are written as; a fault names the trustee whose note it is. */
#include <stdio.h>
#include <string.h>

#include "base/sha2.h"
#include "require.h"
#include "roundrobin/log.h"
#include "roundrobin/note.h"
#include "roundrobin/trustees.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { N = 2, T = 2, ROOM = 8192, NOTES = 4 };

typedef struct note {
    char text[ROOM];
    size_t len;
} note;

static struct {
    bool made;
    rr_signer signers[N];
    char vkeys[N][RR_SIGNER_TEXT_SIZE], text[1024];
    rr_ceremony_file file;
    rr_ceremony_secret secrets[N];
    rr_ceremony_public keys[N];
    rr_ceremony c;
    uint8_t round1[N][512], round2[N][512], certificate[ROOM];
    size_t certificate_len;
    rr_hash hash; /* of the certificate */
    rr_trustee trustees[N];
    rr_petition petition;
    uint8_t bundle[ROOM];
    size_t bundle_len;
} w;

static int fill(void *context, uint8_t *out, size_t len) {
    uint64_t *counter = context;
    require(len <= 64);
    uint8_t digest[64];
    ++*counter;
    rr_sha512_of(digest, counter, sizeof *counter);
    memcpy(out, digest, len);
    return 0;
}

/* Trustee j's text of this kind with these values. */
static size_t text_of(char out[ROOM], rr_trustee_note which, uint32_t j, const void *values) {
    size_t len = which == RR_TRUSTEE_KEY          ? rr_trustee_key_text(out, ROOM, &w.file, j, values)
                 : which == RR_TRUSTEE_ACCEPTANCE ? rr_trustee_acceptance_text(out, ROOM, &w.petition.pid, j, values, &w.hash)
                                                  : rr_trustee_message_text(out, ROOM, &w.c, which, j, values);
    require(len <= ROOM);
    return len;
}

static void sign(note *out, const char *text, size_t len, uint32_t j, bool *written) {
    *written = rr_note_begin(out->text, ROOM, &out->len, (rr_text){text, len}) == RR_OK &&
               rr_note_add(out->text, ROOM, &out->len, &w.signers[j - 1], 0) == RR_OK;
}

static void add_to_bundle(rr_trustee_note which, uint32_t j, const void *values) {
    static char text[ROOM];
    static note n;
    bool written;
    sign(&n, text, text_of(text, which, j, values), j, &written);
    require(written);
    require(rr_bundle_append(w.bundle, ROOM, &w.bundle_len, (const uint8_t *)n.text, n.len) == RR_OK);
}

static void make_file(void) {
    rr_ceremony_file written = {.t = T, .n = N, .roll = {{1}}, .session = {2}};
    for (uint32_t j = 1; j <= N; j++) {
        const uint8_t seed[32] = {(uint8_t)j};
        char name[16];
        (void)snprintf(name, sizeof name, "trustee-%u", j);
        require(rr_signer_make(&w.signers[j - 1], rr_text_of(name), RR_VKEY_ED25519, seed) == RR_OK);
        size_t len = rr_signer_vkey(w.vkeys[j - 1], sizeof w.vkeys[j - 1], &w.signers[j - 1]);
        written.trustees[j - 1].text = (rr_text){w.vkeys[j - 1], len};
    }
    size_t len = rr_ceremony_file_write(w.text, sizeof w.text, &written);
    require(rr_ceremony_file_parse(&w.file, NULL, w.text, len) == RR_OK);
}

static void make(void) {
    static uint64_t counter;
    static uint8_t work[ROOM];
    const rr_random random = {fill, &counter};
    const uint8_t *each[N];
    rr_ceremony_fault fault;
    rr_seal_key shares[N];
    make_file();
    for (uint32_t j = 0; j < N; j++) require(rr_ceremony_key(&w.secrets[j], &w.keys[j], &random) == RR_OK);
    require(rr_ceremony_begin(&w.c, &fault, &w.file, w.keys) == RR_OK);
    require(rr_round1_size(&w.c) <= sizeof w.round1[0] && rr_round2_size(&w.c) <= sizeof w.round2[0]);
    for (uint32_t j = 0; j < N; j++) {
        require(rr_ceremony_round1(w.round1[j], &w.c, j + 1, &w.secrets[j], &random) == RR_OK);
        each[j] = w.round1[j];
    }
    size_t size = rr_ceremony_transcript_size(&w.c);
    w.certificate_len = rr_certificate_size(&w.c);
    require(w.certificate_len <= ROOM);
    rr_ceremony_transcript(w.certificate, &w.c, each);
    for (size_t j = 0; j < N; j++) {
        require(rr_round2_make(w.round2[j], &w.c, &w.secrets[j], each, work) == RR_OK);
        memcpy(w.certificate + size + 64 * j, w.round2[j], 64);
    }
    rr_sha256_of(w.hash.bytes, w.certificate, w.certificate_len);
    w.petition = (rr_petition){.modes = RR_MODE_SEALED,
                               .roll = w.file.roll,
                               .trustee_threshold = T,
                               .trustee_count = N,
                               .trustees = w.trustees,
                               .pid = {{3}}};
    require(rr_certificate_check_var(&w.petition.seal_key, shares, &fault, &w.c, w.certificate, w.certificate_len) == RR_OK);
    for (uint32_t j = 0; j < N; j++) w.trustees[j] = (rr_trustee){shares[j], w.file.trustees[j]};
    for (uint32_t j = 1; j <= N; j++) add_to_bundle(RR_TRUSTEE_KEY, j, &w.keys[j - 1]);
    for (uint32_t j = 1; j <= N; j++) add_to_bundle(RR_TRUSTEE_ACCEPTANCE, j, &shares[j - 1]);
    require(rr_trustees_check_var(&fault, &w.petition, w.certificate, w.certificate_len, w.bundle, w.bundle_len) == RR_OK);
    w.made = true;
}

/* Reads a note of trustee 1; *values is what was in it. */
static rr_status read_note(rr_trustee_note which, uint8_t values[512], rr_ceremony_fault *fault, const char *bytes,
                           size_t len) {
    rr_ceremony_public key;
    rr_status status;
    *fault = (rr_ceremony_fault){.trustee = 0};
    switch (which) {
    case RR_TRUSTEE_KEY:
        status = rr_trustee_key_read_var(&key, fault, &w.file, 1, bytes, len);
        if (status == RR_OK) memcpy(values, &key, sizeof key);
        return status;
    case RR_TRUSTEE_ACCEPTANCE:
        memcpy(values, &w.trustees[0].key, sizeof w.trustees[0].key);
        return rr_trustee_acceptance_check_var(fault, &w.petition, 1, &w.hash, bytes, len);
    default: return rr_trustee_message_read_var(values, fault, &w.file, &w.c, which, 1, bytes, len);
    }
}

static void try_text(rr_trustee_note which, const char *text, size_t len) {
    static note n;
    static char expected[ROOM];
    uint8_t values[512];
    rr_ceremony_fault fault;
    bool written;
    sign(&n, text, len, 1, &written);
    if (!written) return;
    if (read_note(which, values, &fault, n.text, n.len) != RR_OK) {
        require(fault.trustee == 1 && fault.rule != NULL);
        return;
    }
    require(text_of(expected, which, 1, values) == len && memcmp(expected, text, len) == 0);
}

static void try_bundle(const uint8_t *bundle, size_t len) {
    rr_ceremony_fault fault = {.trustee = 0};
    rr_hash hashes[N];
    rr_status status = rr_trustees_check_var(&fault, &w.petition, w.certificate, w.certificate_len, bundle, len);
    require(status == RR_OK || fault.rule != NULL);
    require(rr_trustees_acceptances(hashes, &w.petition, bundle, len) == RR_OK || status != RR_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    static uint8_t changed[ROOM];
    rr_ceremony_file file;
    rr_ceremony_fault fault;
    rr_error error;
    uint8_t values[512];
    if (!w.made) make();
    if (len == 0 || len > ROOM / 2) return 0;
    const char *rest = (const char *)data + 1;
    size_t rest_len = len - 1;
    if (data[0] == 0) {
        static char out[ROOM];
        if (rr_ceremony_file_parse(&file, &error, rest, rest_len) == RR_OK)
            require(rr_ceremony_file_write(out, ROOM, &file) == rest_len && memcmp(out, rest, rest_len) == 0);
        else
            require(error.rule != NULL);
    } else if (data[0] <= NOTES) {
        try_text((rr_trustee_note)(RR_TRUSTEE_KEY + data[0] - 1), rest, rest_len);
    } else if (data[0] == 5) {
        for (int which = RR_TRUSTEE_KEY; which <= RR_TRUSTEE_ACCEPTANCE; which++)
            require(read_note((rr_trustee_note)which, values, &fault, rest, rest_len) == RR_OK || fault.rule != NULL);
    } else if (data[0] == 6) {
        try_bundle(data + 1, rest_len);
    } else {
        memcpy(changed, w.bundle, w.bundle_len);
        for (size_t i = 1; i + 3 <= len; i += 3) changed[((size_t)data[i] << 8 | data[i + 1]) % w.bundle_len] ^= data[i + 2];
        try_bundle(changed, w.bundle_len);
    }
    return 0;
}
