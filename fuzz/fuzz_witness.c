/* SPDX-License-Identifier: Apache-2.0 */
/* What a witness is asked.
 *
 *     0        0: the rest is the request; else: a checkpoint that the log has signed, of a tree of that many leaves; then
 *     1        how many leaves the witness has cosigned
 *     2 ...    the request's head; its note is the checkpoint's
 *
 * A witness cosigns nothing but what the log has signed, of no smaller size, and with the proof that continues what it knows. */
#include <string.h>

#include "require.h"
#include "roundrobin/witness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { LEAVES = 64, ROOM = RR_WITNESS_REQUEST_MAX + 4096 };

static struct {
    bool made;
    rr_signer log;
    char vkey_text[RR_SIGNER_TEXT_SIZE];
    rr_vkey vkey;
    rr_hash roots[LEAVES + 1];
    char body[ROOM], again[ROOM];
} w;

static void make(void) {
    static const uint8_t seed[32] = {7};
    rr_hash hashes[LEAVES];
    require(rr_signer_make(&w.log, rr_text_of("log.example"), RR_VKEY_ED25519, seed) == RR_OK);
    size_t size = rr_signer_vkey(w.vkey_text, sizeof w.vkey_text, &w.log);
    require(rr_vkey_read(&w.vkey, NULL, (rr_text){w.vkey_text, size}, RR_VKEY_ED25519) == RR_OK);
    for (uint8_t i = 0; i < LEAVES; i++) rr_leaf_hash(&hashes[i], &i, 1);
    for (size_t i = 0; i <= LEAVES; i++) rr_leaves_root(&w.roots[i], hashes, i);
    w.made = true;
}

/* The answer, to a witness that has cosigned `last`. */
static rr_witness_answer answer(const rr_witness_request *request, rr_checkpoint *checkpoint, const rr_witnessed *last) {
    rr_witness_answer opened = rr_witness_open_var(checkpoint, request, &w.vkey, 1);
    return opened == RR_WITNESS_COSIGNS ? rr_witness_decide_var(request, checkpoint, last) : opened;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    rr_witness_request request, again;
    rr_checkpoint checkpoint;
    rr_error error;
    if (!w.made) make();
    if (len < 2 || len > RR_WITNESS_HEAD_MAX) return 0;
    size_t size = data[0] % (LEAVES + 1), old = data[1] % (LEAVES + 1), body = len - 1;
    if (size == 0) {
        memcpy(w.body, data + 1, body);
    } else {
        char note[2048];
        size_t note_len = 0;
        require(rr_checkpoint_sign(note, sizeof note, &note_len, size, &w.roots[size], &w.log) == RR_OK);
        body = len - 2;
        memcpy(w.body, data + 2, body);
        memcpy(w.body + body, note, note_len);
        body += note_len;
    }
    if (rr_witness_request_read(&request, &error, w.body, body) != RR_OK) {
        require(error.rule != NULL && error.line > 0);
        return 0;
    }
    size_t written = rr_witness_request_write(w.again, sizeof w.again, &request);
    require(written == body && memcmp(w.again, w.body, body) == 0);
    require(rr_witness_request_read(&again, NULL, w.again, written) == RR_OK && again.proof_len == request.proof_len);
    const rr_witnessed last = {old, w.roots[old]};
    if (answer(&request, &checkpoint, &last) != RR_WITNESS_COSIGNS) return 0;
    require(size > 0 && checkpoint.size == size && request.old_size == old && old <= size);
    require(memcmp(&checkpoint.root, &w.roots[size], sizeof checkpoint.root) == 0);
    /* Whoever was shown another log takes no such checkpoint. */
    rr_witnessed other = last;
    if (old == 0) return 0;
    other.root.bytes[0] ^= 1;
    require(answer(&request, &checkpoint, &other) == RR_WITNESS_INCONSISTENT);
    return 0;
}
