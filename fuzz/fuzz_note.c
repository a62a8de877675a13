/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a signed note.  What is taken is text, empty line and signature lines, and can be signed once more. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "roundrobin/note.h"
#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { SIGNERS = 2 };

/* example.org/log of type 1 and example.org/witness of type 4, of the seeds 1, 1, ... and 2, 2, ... */
static const rr_vkey *keys(rr_signer signers[SIGNERS]) {
    static rr_vkey vkeys[SIGNERS];
    static char texts[SIGNERS][128];
    static rr_signer made[SIGNERS];
    static const char *const names[SIGNERS] = {"example.org/log", "example.org/witness"};
    static const uint8_t types[SIGNERS] = {RR_VKEY_ED25519, RR_VKEY_COSIGNATURE};
    for (int i = 0; i < SIGNERS && vkeys[i].type == 0; i++) {
        uint8_t seed[32];
        memset(seed, i + 1, sizeof seed);
        require(rr_signer_make(&made[i], rr_text_of(names[i]), types[i], seed) == RR_OK);
        rr_text text = {texts[i], rr_signer_vkey(texts[i], sizeof texts[i], &made[i])};
        require(rr_vkey_read(&vkeys[i], NULL, text, types[i]) == RR_OK);
    }
    memcpy(signers, made, sizeof made);
    return vkeys;
}

static void check_signed(const rr_note *note, const char *bytes, size_t len, const rr_signer *signer, const rr_vkey *vkey) {
    char *copy = (char *)malloc(len + 1000);
    size_t copy_len = len;
    rr_note again;
    require(copy != NULL);
    memcpy(copy, bytes, len);
    rr_status status = rr_note_add(copy, len + 1000, &copy_len, signer, 12345);
    if (status == RR_OK && rr_note_parse(&again, NULL, copy, copy_len) == RR_OK) { /* else a limit was reached */
        require(rr_text_equal(again.text, note->text) && again.signature_count == note->signature_count + 1);
        rr_status verified = rr_note_verify_var(NULL, NULL, &again, vkey, 1);
        require(verified == RR_OK || verified == RR_INVALID); /* an older line of that key may be bad */
    }
    require(status == RR_OK || (status == RR_ARGUMENT && signer->type == RR_VKEY_COSIGNATURE && copy_len == len));
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    const char *bytes = (const char *)data;
    rr_signer signers[SIGNERS], signer;
    const rr_vkey *vkeys = keys(signers);
    rr_note note;
    rr_error error;
    rr_status status = rr_note_parse(&note, &error, bytes, len);
    if (status == RR_OK) {
        rr_note_signature signature;
        rr_note_signer seen[SIGNERS];
        size_t offset = 0, count = 0;
        while (rr_note_next(&signature, &offset, &note)) count++;
        require(count == note.signature_count && count > 0 && offset == note.signatures.len);
        require(note.text.start == bytes && bytes[note.text.len - 1] == '\n' && bytes[note.text.len] == '\n');
        require(note.text.len + 1 + note.signatures.len == len);
        status = rr_note_verify_var(seen, &error, &note, vkeys, SIGNERS);
        require(status == RR_OK || ((status == RR_INVALID || status == RR_NOT_FOUND) && error.status == status));
        for (int i = 0; i < SIGNERS; i++) check_signed(&note, bytes, len, &signers[i], &vkeys[i]);
    } else {
        require(status == RR_MALFORMED && error.status == status && error.rule != NULL);
    }
    if (rr_signer_read(&signer, &error, bytes, len) == RR_OK) {
        char text[RR_SIGNER_TEXT_SIZE];
        rr_signer_write(text, &signer);
        require(strlen(text) == len - (bytes[len - 1] == '\n') && memcmp(text, bytes, strlen(text)) == 0);
    }
    return 0;
}
