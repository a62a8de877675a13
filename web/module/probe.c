/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures in rings that are handed in, for the vectors and for measuring: the page itself never calls this. */
#include <stdlib.h>

#include "web/module/module.h"

/* The record (bytes) of kind 1 or 2 in the ring of `count` keys of 32 bytes; `secret` is k and r, `seal_key` 32 bytes or NULL. */
RR_EXPORT(probe)
rr_status rr_web_probe(uint32_t kind, const rr_pid *pid, const rr_seal_key *seal_key, uint32_t number, const rr_entry_key *keys,
                       uint32_t count, const rr_secret *secret);
rr_status rr_web_probe(uint32_t kind, const rr_pid *pid, const rr_seal_key *seal_key, uint32_t number, const rr_entry_key *keys,
                       uint32_t count, const rr_secret *secret) {
    static uint8_t record[RR_RECORD_MAX];
    const rr_params *params = rr_web_params();
    size_t ring_size = rr_ring_size(count), scratch_size = rr_sign_ring_scratch_size(count), subject_size = rr_subject_size();
    void *memory = malloc(ring_size), *scratch = malloc(scratch_size), *about = malloc(subject_size);
    rr_ring *ring = NULL;
    rr_subject *subject = NULL;
    rr_fresh fresh;
    rr_status status = params && memory && scratch && about ? RR_OK : RR_NO_SPACE;
    if (status == RR_OK) status = rr_subject_init(&subject, about, subject_size, pid, seal_key);
    if (status == RR_OK) status = rr_ring_init(&ring, NULL, memory, ring_size, number, keys, count);
    size_t size = rr_ring_record_size((rr_kind)kind, count);
    rr_web_random(fresh.bytes, sizeof fresh.bytes);
    if (status == RR_OK)
        status = rr_sign_ring(params, subject, ring, record, size, (rr_kind)kind, secret, &fresh, scratch, scratch_size);
    free(scratch);
    free(memory);
    free(about);
    if (status != RR_OK) return rr_web_fail(status, "sign", NULL);
    rr_web_output(record, size);
    return RR_OK;
}

/* `count` random keys into `secrets` (64 bytes each), and what opens them: their points into `keys`. */
RR_EXPORT(probe_keys) rr_status rr_web_probe_keys(rr_secret *secrets, rr_entry_key *keys, uint32_t count);
rr_status rr_web_probe_keys(rr_secret *secrets, rr_entry_key *keys, uint32_t count) {
    const rr_params *params = rr_web_params();
    rr_status status = params ? RR_OK : RR_NO_SPACE;
    for (uint32_t i = 0; i < count && status == RR_OK; i++) {
        status = rr_secret_new(&secrets[i], &rr_web_source);
        if (status == RR_OK) status = rr_secret_entry(params, &keys[i], &secrets[i]);
    }
    return status;
}
