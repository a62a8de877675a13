/* SPDX-License-Identifier: Apache-2.0 */
/* A body of 200 members; one of them signs without showing which one, and everybody checks it.
 *
 *     cc sign_and_verify.c $(pkg-config --cflags --libs roundrobin libsodium) -o sign_and_verify
 */
#include <roundrobin/proof.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { MEMBERS = 200, SIGNER = 42 };

static int fill(void *context, uint8_t *out, size_t len) {
    (void)context;
    randombytes_buf(out, len);
    return 0;
}

/* The library allocates nothing: whoever calls it hands in the memory. */
static void *memory(size_t len) {
    void *bytes = malloc(len);
    if (bytes == NULL) {
        fprintf(stderr, "out of memory\n");
        exit(3);
    }
    return bytes;
}

static void demand(rr_status status, const char *what) {
    if (status == RR_OK) return;
    fprintf(stderr, "%s: %s\n", what, rr_status_text(status));
    exit(1);
}

int main(void) {
    if (sodium_init() < 0) return 3;
    rr_random random = {fill, NULL};

    void *params_memory = memory(rr_params_size());
    rr_params *params;
    demand(rr_params_init(&params, params_memory, rr_params_size()), "parameters");

    /* Each member makes a key at home and hands in the public half. */
    static rr_secret secrets[MEMBERS];
    static rr_entry_key keys[MEMBERS];
    for (int i = 0; i < MEMBERS; i++) {
        demand(rr_secret_new(&secrets[i], &random), "new key");
        demand(rr_secret_entry(params, &keys[i], &secrets[i]), "public half");
    }
    void *ring_memory = memory(rr_ring_size(MEMBERS));
    rr_ring *ring;
    demand(rr_ring_init(&ring, NULL, ring_memory, rr_ring_size(MEMBERS), 0, keys, MEMBERS), "ring");

    /* A petition is known by the SHA-256 of its file. */
    static const char petition[] = "More bicycle stands.\n";
    rr_pid pid;
    crypto_hash_sha256(pid.bytes, (const uint8_t *)petition, sizeof petition - 1);
    void *subject_memory = memory(rr_subject_size());
    rr_subject *subject;
    demand(rr_subject_init(&subject, subject_memory, rr_subject_size(), &pid, NULL), "petition");

    /* Sign. */
    size_t record_len = rr_ring_record_size(RR_ANONYMOUS, MEMBERS);
    uint8_t *record = memory(record_len);
    size_t scratch_len = rr_sign_ring_scratch_size(MEMBERS);
    void *scratch = memory(scratch_len);
    rr_fresh fresh;
    randombytes_buf(fresh.bytes, sizeof fresh.bytes);
    demand(
        rr_sign_ring(params, subject, ring, record, record_len, RR_ANONYMOUS, &secrets[SIGNER], &fresh, scratch, scratch_len),
        "signing");
    free(scratch);
    rr_wipe(secrets, sizeof secrets);

    /* Verify. */
    rr_claim claim = {0};
    claim.what = RR_CLAIM_RECORD;
    claim.record = record;
    claim.record_len = record_len;
    claim.ring = ring;
    scratch_len = rr_verify_scratch_size(&claim);
    scratch = memory(scratch_len);
    demand(rr_verify_var(params, subject, NULL, &claim, scratch, scratch_len), "verifying");
    record[record_len - 1] ^= 1;
    if (rr_verify_var(params, subject, NULL, &claim, scratch, scratch_len) == RR_OK) {
        fprintf(stderr, "an altered record verified\n");
        return 1;
    }
    printf("one of %d members signed: %zu bytes, verified; altered, it does not verify\n", MEMBERS, record_len);

    free(scratch);
    free(record);
    free(subject_memory);
    free(ring_memory);
    free(params_memory);
    return 0;
}
