/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolment on a server by an SSH signature: only the key that the registrar has listed for a member enrols that member. */
#include "store_fixture.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "server/enrolment.h"

static int fill(void *context, uint8_t *out, size_t len) {
    (void)context;
    randombytes_buf(out, len);
    return 0;
}
static const rr_random randomness = {fill, NULL};
static const rr_store_edition_key key = {{{0x5a}}, 1};

/* ---- signatures as ssh-keygen -Y sign makes them -------------------------------------------------------------------- */

typedef struct ssh_key {
    uint8_t public[32], secret[64];
} ssh_key;

typedef struct bytes {
    uint8_t data[1024];
    size_t len;
} bytes;

static void put(bytes *b, const void *data, size_t len) {
    memcpy(b->data + b->len, data, len);
    b->len += len;
}

static void put_string(bytes *b, const void *data, size_t len) {
    const uint8_t head[4] = {(uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8), (uint8_t)len};
    put(b, head, 4);
    put(b, data, len);
}

static void put_pair(bytes *b, const void *data, size_t len) {
    bytes pair = {.len = 0};
    put_string(&pair, "ssh-ed25519", 11);
    put_string(&pair, data, len);
    put_string(b, pair.data, pair.len);
}

/* "SSHSIG" and what stands around what is signed and the signature alike. */
static void sign(bytes *out, const ssh_key *ssh, const char *message, size_t len) {
    static const uint8_t version[4] = {0, 0, 0, 1};
    bytes signed_data = {.len = 0};
    uint8_t hash[64], signature[64];
    crypto_hash_sha512(hash, (const uint8_t *)message, len);
    put(&signed_data, "SSHSIG", 6);
    put_string(&signed_data, "round-robin", 11);
    put_string(&signed_data, "", 0);
    put_string(&signed_data, "sha512", 6);
    put_string(&signed_data, hash, sizeof hash);
    crypto_sign_detached(signature, NULL, signed_data.data, signed_data.len, ssh->secret);
    put(out, "SSHSIG", 6);
    put(out, version, 4);
    put_pair(out, ssh->public, 32);
    put_string(out, "round-robin", 11);
    put_string(out, "", 0);
    put_string(out, "sha512", 6);
    put_pair(out, signature, 64);
}

static size_t armour(char *out, size_t size, const bytes *b) {
    char base64[2048];
    int n = snprintf(out, size, "-----BEGIN SSH SIGNATURE-----\n");
    sodium_bin2base64(base64, sizeof base64, b->data, b->len, sodium_base64_VARIANT_ORIGINAL);
    for (size_t at = 0; at < strlen(base64); at += 70) n += snprintf(out + n, size - (size_t)n, "%.70s\n", base64 + at);
    n += snprintf(out + n, size - (size_t)n, "-----END SSH SIGNATURE-----\n");
    return (size_t)n;
}

/* ---- a server with one edition ---------------------------------------------------------------------------------------- */

typedef struct world {
    store_fixture *sf;
    rr_params *params;
    void *memory;
    ssh_key anna, stranger;
} world;

static void open_edition(world *w) {
    char text[RR_EDITION_TEXT_MAX], vkey[256], id[65], codes[256], hex[65], ssh[128];
    size_t len;
    rr_signer registrar = sf_signer("registrar.example/staff");
    rr_edition_file file = {.roll_id = key.roll_id, .body = rr_text_of("Staff"), .edition = 1, .slot_count = 1};
    rr_text vkey_text = {vkey, rr_signer_vkey(vkey, sizeof vkey, &registrar)};
    assert_int_equal(rr_vkey_read(&file.registrar, NULL, vkey_text, RR_VKEY_ED25519), RR_OK);
    assert_int_equal(rr_edition_file_write(text, sizeof text, &len, &file), RR_OK);
    rr_hex(id, key.roll_id.bytes, 32);
    rr_hex(hex, w->anna.public, 32);
    (void)snprintf(codes, sizeof codes, "round-robin codes v1\nRoll-Id: %s\nEdition: 1\n\n", id);
    (void)snprintf(ssh, sizeof ssh, "anna\t%s\n", hex);
    rr_parcel p = {.signer = &file.registrar, .count = 3};
    p.parts[0] = (rr_blob){(const uint8_t *)text, len};
    p.parts[1] = (rr_blob){(const uint8_t *)codes, strlen(codes)};
    p.parts[2] = (rr_blob){(const uint8_t *)ssh, strlen(ssh)};
    SF_OK(rr_edition_publish(w->sf->store, w->sf->reader, &sf_error, &p));
}

static int set_up(void **state) {
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->sf = sf_new();
    w->memory = malloc(rr_params_size());
    assert_non_null(w->memory);
    assert_int_equal(rr_params_init(&w->params, w->memory, rr_params_size()), RR_OK);
    crypto_sign_keypair(w->anna.public, w->anna.secret);
    crypto_sign_keypair(w->stranger.public, w->stranger.secret);
    open_edition(w);
    *state = w;
    return 0;
}

static int tear_down(void **state) {
    world *w = *state;
    sf_free(w->sf);
    free(w->memory);
    free(w);
    return 0;
}

/* A new book of this member with a signature by this key; `digest_of` is signed, which is the book's own digest if it is NULL. */
static size_t make_request(const world *w, char text[RR_ENROLMENT_TEXT_MAX], const char *member, const ssh_key *ssh,
                           const char *digest_of) {
    rr_keycard card;
    rr_enrolment_file e;
    uint8_t book[RR_BOOK_MAX];
    char digest[RR_BOOK_DIGEST_HEX];
    size_t len;
    bytes signature = {.len = 0};
    assert_int_equal(rr_keycard_new(&card, &key.roll_id, 1, member, "Anna", 1, &randomness), RR_OK);
    assert_int_equal(rr_book_make(w->params, book, sizeof book, &len, &card, &randomness), RR_OK);
    rr_enrolment_of_card(&e, &card, book, len);
    rr_book_digest(digest, book, len);
    assert_int_equal(rr_enrolment_write(text, RR_ENROLMENT_TEXT_MAX, &len, &e), RR_OK);
    sign(&signature, ssh, digest_of ? digest_of : digest, sizeof digest);
    return len + armour(text + len, RR_ENROLMENT_TEXT_MAX - len, &signature);
}

static rr_status take(world *w, const char *text, size_t len) {
    rr_enrolment_checked c;
    rr_status status = rr_enrolment_check_var(&c, &sf_error, w->sf->reader, w->params, &randomness, &key,
                                              (rr_blob){(const uint8_t *)text, len});
    if (status == RR_OK) status = rr_enrolment_store(w->sf->store, &sf_error, &c);
    rr_enrolment_free(&c);
    return status;
}

static void a_stranger_cannot_enrol_a_member_who_has_a_key(void **state) {
    world *w = *state;
    char text[RR_ENROLMENT_TEXT_MAX], digest[RR_BOOK_DIGEST_HEX];
    SF_NOT(RR_REFUSED, take(w, text, make_request(w, text, "anna", &w->stranger, NULL)));
    assert_string_equal(sf_error.where, "signature");
    SF_NOT(RR_REFUSED, take(w, text, make_request(w, text, "boris", &w->stranger, NULL))); /* who has none */
    SF_NOT(RR_REFUSED, take(w, text, make_request(w, text, "boris", &w->anna, NULL)));
    memset(digest, '0', sizeof digest);
    SF_NOT(RR_INVALID, take(w, text, make_request(w, text, "anna", &w->anna, digest))); /* over another book */
    /* None of this stands in the way of the member. */
    SF_OK(take(w, text, make_request(w, text, "anna", &w->anna, NULL)));
}

static void a_member_enrols_once(void **state) {
    world *w = *state;
    char text[RR_ENROLMENT_TEXT_MAX];
    size_t len = make_request(w, text, "anna", &w->anna, NULL);
    SF_OK(take(w, text, len));
    SF_OK(take(w, text, len));
    SF_NOT(RR_REFUSED, take(w, text, make_request(w, text, "anna", &w->anna, NULL)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_stranger_cannot_enrol_a_member_who_has_a_key, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_member_enrols_once, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
