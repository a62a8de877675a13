/* SPDX-License-Identifier: Apache-2.0 */
/* What trustees hand around: each check of what is published with a sealed petition, broken; two messages of round 1 by one trustee. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/sha2.h"
#include "roundrobin/log.h"
#include "roundrobin/note.h"
#include "roundrobin/trustees.h"

enum { N = 3, T = 2, ROOM = 8192, NOTE = 4096 };

typedef struct note {
    char text[NOTE];
    size_t len;
} note;

typedef struct world {
    rr_signer signers[N];
    char vkeys[N][RR_SIGNER_TEXT_SIZE], text[1024];
    rr_ceremony_file file;
    rr_ceremony_secret secrets[N];
    rr_ceremony_public keys[N];
    rr_ceremony c;
    uint8_t messages[N][1024], certificate[ROOM];
    const uint8_t *each[N];
    size_t certificate_len;
    rr_trustee trustees[N];
    rr_petition petition;
    note key_notes[N], acceptances[N];
    uint8_t notes[ROOM];
    size_t notes_len;
} world;

static int fill(void *context, uint8_t *out, size_t len) {
    (void)context;
    randombytes_buf(out, len);
    return 0;
}

static const rr_random random_bytes = {fill, NULL};

static void sign(note *out, const char *text, size_t len, const rr_signer *signer) {
    assert_int_equal(rr_note_begin(out->text, NOTE, &out->len, (rr_text){text, len}), RR_OK);
    assert_int_equal(rr_note_add(out->text, NOTE, &out->len, signer, 0), RR_OK);
}

static void key_note(note *out, const world *w, uint32_t j, uint32_t signer) {
    char text[512];
    size_t len = rr_trustee_key_text(text, sizeof text, &w->file, j, &w->keys[j - 1]);
    assert_true(len <= sizeof text);
    sign(out, text, len, &w->signers[signer - 1]);
}

static void acceptance(note *out, const world *w, const rr_pid *pid, uint32_t j) {
    char text[512];
    rr_hash hash;
    rr_sha256_of(hash.bytes, w->certificate, w->certificate_len);
    size_t len = rr_trustee_acceptance_text(text, sizeof text, pid, j, &w->trustees[j - 1].key, &hash);
    sign(out, text, len, &w->signers[j - 1]);
}

static void bundle(world *w) {
    w->notes_len = 0;
    for (uint32_t i = 0; i < 2 * N; i++) {
        const note *n = i < N ? &w->key_notes[i] : &w->acceptances[i - N];
        assert_int_equal(rr_bundle_append(w->notes, ROOM, &w->notes_len, (const uint8_t *)n->text, n->len), RR_OK);
    }
}

static void begin(world *w) {
    rr_ceremony_file written = {.t = T, .n = N};
    rr_error error;
    memset(w, 0, sizeof *w);
    randombytes_buf(written.roll.bytes, 32);
    randombytes_buf(written.session, 32);
    for (uint32_t j = 0; j < N; j++) {
        char name[32];
        uint8_t seed[32];
        (void)snprintf(name, sizeof name, "trustee-%u.example", j + 1);
        randombytes_buf(seed, sizeof seed);
        assert_int_equal(rr_signer_make(&w->signers[j], rr_text_of(name), RR_VKEY_ED25519, seed), RR_OK);
        size_t len = rr_signer_vkey(w->vkeys[j], sizeof w->vkeys[j], &w->signers[j]);
        written.trustees[j].text = (rr_text){w->vkeys[j], len};
    }
    size_t len = rr_ceremony_file_write(w->text, sizeof w->text, &written);
    assert_true(len <= sizeof w->text);
    assert_int_equal(rr_ceremony_file_parse(&w->file, &error, w->text, len), RR_OK);
}

static void make_world(world *w) {
    rr_ceremony_fault fault;
    rr_seal_key shares[N];
    begin(w);
    for (uint32_t j = 0; j < N; j++) assert_int_equal(rr_ceremony_key(&w->secrets[j], &w->keys[j], &random_bytes), RR_OK);
    assert_int_equal(rr_ceremony_begin(&w->c, &fault, &w->file, w->keys), RR_OK);
    for (uint32_t j = 0; j < N; j++) {
        assert_int_equal(rr_ceremony_round1(w->messages[j], &w->c, j + 1, &w->secrets[j], &random_bytes), RR_OK);
        w->each[j] = w->messages[j];
    }
    size_t size = rr_ceremony_transcript_size(&w->c);
    rr_ceremony_transcript(w->certificate, &w->c, w->each);
    for (size_t j = 0; j < N; j++)
        assert_int_equal(rr_ceremony_sign(w->certificate + size + 64 * j, &w->secrets[j], w->certificate, size), RR_OK);
    w->certificate_len = rr_certificate_size(&w->c);
    rr_petition *p = &w->petition;
    p->modes = RR_MODE_SEALED;
    p->roll = w->file.roll;
    p->trustee_threshold = T;
    p->trustee_count = N;
    p->trustees = w->trustees;
    randombytes_buf(p->pid.bytes, 32);
    assert_int_equal(rr_certificate_check_var(&p->seal_key, shares, &fault, &w->c, w->certificate, w->certificate_len), RR_OK);
    for (uint32_t j = 0; j < N; j++) w->trustees[j] = (rr_trustee){shares[j], w->file.trustees[j]};
    for (uint32_t j = 1; j <= N; j++) {
        key_note(&w->key_notes[j - 1], w, j, j);
        acceptance(&w->acceptances[j - 1], w, &p->pid, j);
    }
    bundle(w);
}

/* ---- what is published ------------------------------------------------------------------------------------------------------ */

static rr_ceremony_fault fault;

static rr_status check(world *w) {
    bundle(w);
    return rr_trustees_check_var(&fault, &w->petition, w->certificate, w->certificate_len, w->notes, w->notes_len);
}

/* It must fail and name this trustee. */
static void names(world *w, uint32_t trustee, const char *rule) {
    assert_int_not_equal(check(w), RR_OK);
    if (fault.trustee != trustee || !strstr(fault.rule, rule)) fail_msg("trustee %u: %s", fault.trustee, fault.rule);
}

static void published(void **state) {
    static world w, good;
    (void)state;
    make_world(&good);
    good.each[0] = NULL;
#define AGAIN (memcpy(&w, &good, sizeof w), w.petition.trustees = w.trustees)
    AGAIN;
    assert_int_equal(check(&w), RR_OK);
    w.petition.modes = RR_MODE_NAMED;
    assert_int_equal(check(&w), RR_ARGUMENT);
    AGAIN;
    key_note(&w.key_notes[1], &w, 2, 3);
    names(&w, 2, "not signed with this trustee's key");
    AGAIN;
    w.file.session[0] ^= 1;
    key_note(&w.key_notes[2], &w, 3, 3);
    names(&w, 3, "of another ceremony");
    AGAIN;
    w.key_notes[1] = w.acceptances[1];
    names(&w, 2, "not the one on its static key");
    AGAIN;
    w.petition.roll.bytes[0] ^= 1;
    names(&w, 1, "of another ceremony");
    AGAIN;
    w.keys[1] = w.keys[0]; /* a static key that is another's */
    key_note(&w.key_notes[1], &w, 2, 2);
    names(&w, 2, "of another trustee");
    AGAIN;
    assert_int_equal(rr_ceremony_key(&w.secrets[0], &w.keys[0], &random_bytes), RR_OK);
    key_note(&w.key_notes[0], &w, 1, 1);
    names(&w, 0, "another ceremony");
    AGAIN;
    w.petition.seal_key = w.trustees[0].key;
    names(&w, 0, "another key than the petition's Seal-Key");
    AGAIN;
    w.trustees[2].key = w.trustees[0].key;
    names(&w, 3, "another share");
    AGAIN;
    rr_pid other = w.petition.pid;
    other.bytes[31] ^= 1;
    acceptance(&w.acceptances[0], &w, &other, 1);
    names(&w, 1, "has not accepted this petition");
    AGAIN;
    w.acceptances[2] = w.acceptances[1];
    names(&w, 3, "not signed with this trustee's key");
    AGAIN;
    bundle(&w);
    for (size_t len = 0; len < w.notes_len; len += 97)
        assert_int_not_equal(rr_trustees_check_var(&fault, &w.petition, w.certificate, w.certificate_len, w.notes, len), RR_OK);
    assert_int_equal(rr_bundle_append(w.notes, ROOM, &w.notes_len, (const uint8_t *)"x", 1), RR_OK);
    assert_int_equal(rr_trustees_check_var(&fault, &w.petition, w.certificate, w.certificate_len, w.notes, w.notes_len),
                     RR_MALFORMED);
    assert_int_equal(rr_trustees_check_var(&fault, &w.petition, w.certificate, w.certificate_len - 1, w.notes, w.notes_len),
                     RR_MALFORMED);
}

/* The hashes that the directory log has. */
static void acceptances_hashed(void **state) {
    static world w;
    rr_hash hashes[N];
    uint8_t hash[32];
    (void)state;
    make_world(&w);
    assert_int_equal(rr_trustees_acceptances(hashes, &w.petition, w.notes, w.notes_len), RR_OK);
    for (size_t j = 0; j < N; j++) {
        crypto_hash_sha256(hash, (const uint8_t *)w.acceptances[j].text, w.acceptances[j].len);
        assert_memory_equal(hashes[j].bytes, hash, 32);
    }
    assert_int_equal(rr_trustees_acceptances(hashes, &w.petition, w.notes, w.notes_len - 1), RR_MALFORMED);
}

/* ---- messages ------------------------------------------------------------------------------------------------------------- */

static void two_messages(void **state) {
    static world w;
    uint8_t work[ROOM], message[64 + 32 * N], second[1024], read[64 + 32 * N];
    char text[NOTE];
    note out;
    (void)state;
    make_world(&w);
    assert_int_equal(rr_round2_size(&w.c), sizeof message);
    assert_int_equal(rr_round2_make(message, &w.c, &w.secrets[0], w.each, work), RR_OK);
    assert_int_equal(rr_round2_differs(message, &w.c, w.each), 0);
    assert_memory_equal(message, w.certificate + rr_ceremony_transcript_size(&w.c), 64);
    /* Trustee 2 sends another one to somebody else. */
    assert_int_equal(rr_ceremony_round1(second, &w.c, 2, &w.secrets[1], &random_bytes), RR_OK);
    w.each[1] = second;
    assert_int_equal(rr_round2_differs(message, &w.c, w.each), 2);
    /* Its note, and what is no such note. */
    size_t len = rr_trustee_message_text(text, sizeof text, &w.c, RR_TRUSTEE_ROUND2, 1, message);
    sign(&out, text, len, &w.signers[0]);
    assert_int_equal(rr_trustee_message_read_var(read, &fault, &w.file, &w.c, RR_TRUSTEE_ROUND2, 1, out.text, out.len), RR_OK);
    assert_memory_equal(read, message, sizeof read);
    assert_int_equal(rr_trustee_message_read_var(read, &fault, &w.file, &w.c, RR_TRUSTEE_ROUND1, 1, out.text, out.len),
                     RR_INVALID);
    assert_int_equal(rr_trustee_message_read_var(read, &fault, &w.file, &w.c, RR_TRUSTEE_ROUND2, 2, out.text, out.len),
                     RR_INVALID);
    assert_int_equal(fault.trustee, 2);
    sign(&out, text, len - 65, &w.signers[0]); /* a line less */
    assert_int_equal(rr_trustee_message_read_var(read, &fault, &w.file, &w.c, RR_TRUSTEE_ROUND2, 1, out.text, out.len),
                     RR_MALFORMED);
    memcpy(text + len, "00\n", 3);
    sign(&out, text, len + 3, &w.signers[0]); /* one more */
    assert_int_equal(rr_trustee_message_read_var(read, &fault, &w.file, &w.c, RR_TRUSTEE_ROUND2, 1, out.text, out.len),
                     RR_MALFORMED);
    w.c.context[0] ^= 1;
    sign(&out, text, len, &w.signers[0]);
    assert_int_equal(rr_trustee_message_read_var(read, &fault, &w.file, &w.c, RR_TRUSTEE_ROUND2, 1, out.text, out.len),
                     RR_INVALID);
}

static int set_up(void **state) {
    (void)state;
    return sodium_init() < 0 ? -1 : 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published),
        cmocka_unit_test(acceptances_hashed),
        cmocka_unit_test(two_messages),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
