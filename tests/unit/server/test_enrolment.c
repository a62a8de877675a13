/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolment on a server, from the registrar's parcel to the receipt: what fails uses nothing up, and no request is on the disk in the open. */
#include "store_fixture.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "roundrobin/log.h"
#include "server/enrolment.h"

#define CODE_A "0000-1111-2222-3333-4444-5555-6666"
#define CODE_B "7777-1111-2222-3333-4444-5555-6666"
#define WRONG "8888-1111-2222-3333-4444-5555-6666"

static int fill(void *context, uint8_t *out, size_t len) {
    (void)context;
    randombytes_buf(out, len);
    return 0;
}
static const rr_random randomness = {fill, NULL};

typedef struct world {
    store_fixture *sf;
    rr_params *params;
    void *memory; /* of the params */
    rr_signer registrar, stranger;
    char vkeys[2][256];
    rr_vkey vkey, stranger_vkey;
    rr_store_edition_key key;
    char edition[RR_EDITION_TEXT_MAX], codes[1024];
    size_t edition_len;
} world;

static void make_vkey(rr_vkey *vkey, char *text, size_t size, const rr_signer *signer) {
    size_t len = rr_signer_vkey(text, size, signer);
    assert_int_equal(rr_vkey_read(vkey, NULL, (rr_text){text, len}, RR_VKEY_ED25519), RR_OK);
}

static void code_line(char *out, size_t size, const char *member, const char *code) {
    rr_hash hash;
    char hex[65];
    assert_int_equal(rr_code_hash(&hash, code, strlen(code)), RR_OK);
    rr_hex(hex, hash.bytes, 32);
    (void)snprintf(out + strlen(out), size - strlen(out), "%s\t%s\n", member, hex);
}

static void write_edition(world *w, const char *body, const rr_vkey *registrar) {
    rr_edition_file file = {.roll_id = w->key.roll_id, .body = rr_text_of(body), .edition = 1, .slot_count = 2};
    file.registrar = *registrar;
    assert_int_equal(rr_edition_file_write(w->edition, sizeof w->edition, &w->edition_len, &file), RR_OK);
}

static rr_parcel parcel_of(const world *w, const rr_vkey *signer, const char *second, const char *third) {
    rr_parcel p = {.signer = signer, .count = 1};
    p.parts[0] = (rr_blob){(const uint8_t *)w->edition, w->edition_len};
    if (second) p.parts[p.count++] = (rr_blob){(const uint8_t *)second, strlen(second)};
    if (third) p.parts[p.count++] = (rr_blob){(const uint8_t *)third, strlen(third)};
    return p;
}

static world *new_world(void) {
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->sf = sf_new();
    w->memory = malloc(rr_params_size());
    assert_non_null(w->memory);
    assert_int_equal(rr_params_init(&w->params, w->memory, rr_params_size()), RR_OK);
    w->registrar = sf_signer("registrar.example/staff");
    w->stranger = sf_signer("stranger.example");
    make_vkey(&w->vkey, w->vkeys[0], sizeof w->vkeys[0], &w->registrar);
    make_vkey(&w->stranger_vkey, w->vkeys[1], sizeof w->vkeys[1], &w->stranger);
    memset(&w->key.roll_id, 0x5a, sizeof w->key.roll_id);
    w->key.edition = 1;
    write_edition(w, "Staff", &w->vkey);
    char id[65];
    rr_hex(id, w->key.roll_id.bytes, 32);
    (void)snprintf(w->codes, sizeof w->codes, "round-robin codes v1\nRoll-Id: %s\nEdition: 1\n\n", id);
    code_line(w->codes, sizeof w->codes, "anna", CODE_A);
    code_line(w->codes, sizeof w->codes, "bo", CODE_B);
    return w;
}

static world *open_world(void) {
    world *w = new_world();
    rr_parcel p = parcel_of(w, &w->vkey, w->codes, "");
    SF_OK(rr_edition_publish(w->sf->store, w->sf->reader, &sf_error, &p));
    return w;
}

static void free_world(world *w) {
    sf_free(w->sf);
    free(w->memory);
    free(w);
}

typedef struct request {
    char text[RR_ENROLMENT_TEXT_MAX];
    size_t len;
    rr_enrolment_file file;
} request;

static request *new_request(const world *w, const char *member, const char *code, uint32_t slots) {
    request *r = calloc(1, sizeof *r);
    rr_keycard card;
    uint8_t book[RR_BOOK_MAX];
    size_t len;
    assert_non_null(r);
    assert_int_equal(rr_keycard_new(&card, &w->key.roll_id, 1, member, "A Very Private Name", slots, &randomness), RR_OK);
    assert_int_equal(rr_book_make(w->params, book, sizeof book, &len, &card, &randomness), RR_OK);
    rr_enrolment_of_card(&r->file, &card, book, len);
    r->file.code = rr_text_of(code);
    assert_int_equal(rr_enrolment_write(r->text, sizeof r->text, &r->len, &r->file), RR_OK);
    assert_int_equal(rr_enrolment_parse(&r->file, NULL, r->text, r->len), RR_OK);
    return r;
}

static rr_status check(world *w, rr_enrolment_checked *c, const request *r) {
    return rr_enrolment_check_var(c, &sf_error, w->sf->reader, w->params, &randomness, &w->key,
                                  (rr_blob){(const uint8_t *)r->text, r->len});
}

/* Checks and stores. */
static rr_status take(world *w, const request *r) {
    rr_enrolment_checked c;
    rr_status status = check(w, &c, r);
    if (!status) status = rr_enrolment_store(w->sf->store, &sf_error, &c);
    rr_enrolment_free(&c);
    return status;
}

static void test_taken_once_and_again(void **state) {
    (void)state;
    world *w = open_world();
    request *r = new_request(w, "anna", CODE_A, 2), *other = new_request(w, "anna", CODE_A, 2);
    rr_hash hash;
    assert_int_equal(rr_code_hash(&hash, CODE_A, sizeof CODE_A - 1), RR_OK);
    assert_true(sf_on_disk(w->sf, hash.bytes, 32));
    SF_OK(take(w, r));
    SF_OK(take(w, r));
    SF_NOT(RR_REFUSED, take(w, other)); /* the code is used up */
    assert_false(sf_on_disk(w->sf, hash.bytes, 32));
    assert_false(sf_on_disk(w->sf, (const uint8_t *)CODE_A, sizeof CODE_A - 1));
    assert_false(sf_on_disk(w->sf, (const uint8_t *)"A Very Private Name", 19));
    assert_false(sf_on_disk(w->sf, r->file.salt, 32));
    free(r);
    free(other);
    free_world(w);
}

static void test_what_fails_uses_nothing_up(void **state) {
    (void)state;
    world *w = open_world();
    request *good = new_request(w, "anna", CODE_A, 2), *bad = new_request(w, "anna", WRONG, 2);
    SF_NOT(RR_REFUSED, take(w, bad));
    free(bad);
    bad = new_request(w, "bo", CODE_A, 2); /* the code of another */
    SF_NOT(RR_REFUSED, take(w, bad));
    free(bad);
    bad = new_request(w, "anna", "", 2);
    SF_NOT(RR_REFUSED, take(w, bad));
    free(bad);
    bad = new_request(w, "anna", CODE_A, 3); /* not the announced slots */
    SF_NOT(RR_REFUSED, take(w, bad));
    free(bad);
    bad = new_request(w, "anna", CODE_A, 2); /* a proof for another member */
    bad->file.member = rr_text_of("bo");
    bad->file.code = rr_text_of(CODE_B);
    char text[RR_ENROLMENT_TEXT_MAX]; /* the file's fields point into the old one */
    assert_int_equal(rr_enrolment_write(text, sizeof text, &bad->len, &bad->file), RR_OK);
    memcpy(bad->text, text, bad->len);
    SF_NOT(RR_INVALID, take(w, bad));
    bad->len--;
    SF_NOT(RR_MALFORMED, take(w, bad));
    free(bad);
    rr_store_edition_key key = w->key;
    w->key.edition = 2;
    SF_NOT(RR_REFUSED, take(w, good));
    w->key = key;
    SF_OK(take(w, good));
    free(good);
    free_world(w);
}

static void test_the_quicker_one_wins(void **state) {
    (void)state;
    world *w = open_world();
    request *one = new_request(w, "anna", CODE_A, 2), *two = new_request(w, "anna", CODE_A, 2);
    rr_enrolment_checked first, second;
    SF_OK(check(w, &first, one));
    SF_OK(check(w, &second, two));
    SF_OK(rr_enrolment_store(w->sf->store, &sf_error, &second));
    SF_NOT(RR_REFUSED, rr_enrolment_store(w->sf->store, &sf_error, &first));
    rr_enrolment_free(&first);
    rr_enrolment_free(&second);
    free(one);
    free(two);
    free_world(w);
}

static void test_only_its_registrar_rules_an_edition(void **state) {
    (void)state;
    world *w = new_world();
    rr_parcel p = parcel_of(w, &w->stranger_vkey, w->codes, "");
    SF_NOT(RR_REFUSED, rr_edition_publish(w->sf->store, w->sf->reader, &sf_error, &p));
    p = parcel_of(w, &w->vkey, NULL, NULL);
    SF_NOT(RR_NOT_FOUND, rr_edition_close(w->sf->store, w->sf->reader, &sf_error, &p));
    SF_NOT(RR_MALFORMED, rr_edition_publish(w->sf->store, w->sf->reader, &sf_error, &p));
    p = parcel_of(w, &w->vkey, w->codes, "");
    SF_OK(rr_edition_publish(w->sf->store, w->sf->reader, &sf_error, &p));
    SF_OK(rr_edition_publish(w->sf->store, w->sf->reader, &sf_error, &p));
    write_edition(w, "Other", &w->vkey);
    p = parcel_of(w, &w->vkey, w->codes, "");
    SF_NOT(RR_REFUSED, rr_edition_publish(w->sf->store, w->sf->reader, &sf_error, &p));
    write_edition(w, "Staff", &w->stranger_vkey);
    p = parcel_of(w, &w->stranger_vkey, w->codes, "");
    SF_NOT(RR_REFUSED, rr_edition_publish(w->sf->store, w->sf->reader, &sf_error, &p));
    free_world(w);
}

static void test_broken_lists(void **state) {
    (void)state;
    world *w = new_world();
    char broken[sizeof w->codes + 16];
    (void)snprintf(broken, sizeof broken, "%sbo\tff\n", w->codes);
    rr_parcel p = parcel_of(w, &w->vkey, broken, "");
    SF_NOT(RR_MALFORMED, rr_edition_publish(w->sf->store, w->sf->reader, &sf_error, &p));
    assert_string_equal(sf_error.where, "codes");
    assert_int_equal(sf_error.number, 7);
    p = parcel_of(w, &w->vkey, w->codes, "anna\n");
    SF_NOT(RR_MALFORMED, rr_edition_publish(w->sf->store, w->sf->reader, &sf_error, &p));
    assert_string_equal(sf_error.where, "ssh");
    p = parcel_of(w, &w->vkey, NULL, NULL);
    SF_NOT(RR_NOT_FOUND, rr_edition_close(w->sf->store, w->sf->reader, &sf_error, &p));
    free_world(w);
}

/* Does the bundle hold exactly this request, for the registrar alone? */
static void check_sealed(const world *w, const rr_bytes_out *bundle, const request *r) {
    const uint8_t *sealed;
    size_t offset = 0, len;
    uint8_t pk[32], sk[32], open[RR_ENROLMENT_TEXT_MAX];
    assert_int_equal(rr_bundle_next(bundle->bytes, bundle->len, &offset, &sealed, &len), RR_OK);
    assert_int_equal(len, r->len + crypto_box_SEALBYTES);
    assert_int_equal(crypto_sign_ed25519_sk_to_curve25519(sk, w->registrar.secret), 0);
    assert_int_equal(crypto_sign_ed25519_pk_to_curve25519(pk, w->vkey.key), 0);
    assert_int_equal(crypto_box_seal_open(open, sealed, len, pk, sk), 0);
    assert_memory_equal(open, r->text, r->len);
    assert_int_equal(crypto_sign_ed25519_sk_to_curve25519(sk, w->stranger.secret), 0);
    assert_int_equal(crypto_sign_ed25519_pk_to_curve25519(pk, w->stranger_vkey.key), 0);
    assert_int_not_equal(crypto_box_seal_open(open, sealed, len, pk, sk), 0);
    assert_int_equal(rr_bundle_next(bundle->bytes, bundle->len, &offset, &sealed, &len), RR_NOT_FOUND);
}

static rr_status give_receipt(world *w, const request *r, const rr_signer *signer) {
    char text[RR_RECEIPT_TEXT_MAX], note[2048];
    uint8_t bundle[4096];
    size_t len, note_len, bundle_len = 0;
    assert_int_equal(rr_receipt_text(text, sizeof text, &len, &r->file), RR_OK);
    assert_int_equal(rr_note_begin(note, sizeof note, &note_len, (rr_text){text, len}), RR_OK);
    assert_int_equal(rr_note_add(note, sizeof note, &note_len, signer, 0), RR_OK);
    assert_int_equal(rr_bundle_append(bundle, sizeof bundle, &bundle_len, (const uint8_t *)note, note_len), RR_OK);
    rr_parcel p = parcel_of(w, &w->vkey, "", NULL);
    p.parts[1] = (rr_blob){bundle, bundle_len};
    return rr_edition_receipts(w->sf->store, w->sf->reader, &sf_error, &p);
}

static void test_collected_and_receipted(void **state) {
    (void)state;
    world *w = open_world();
    request *r = new_request(w, "anna", CODE_A, 2), *elsewhere = new_request(w, "bo", CODE_B, 2);
    rr_bytes_out bundle = {NULL, 0}, note = {NULL, 0};
    rr_enrolment_checked c;
    rr_parcel p = parcel_of(w, &w->vkey, NULL, NULL);
    SF_OK(take(w, r));
    SF_OK(rr_edition_close(w->sf->store, w->sf->reader, &sf_error, &p));
    SF_NOT(RR_REFUSED, take(w, elsewhere));
    SF_OK(rr_edition_collect(w->sf->reader, &sf_error, &bundle, &p));
    check_sealed(w, &bundle, r);
    free(bundle.bytes);
    SF_OK(check(w, &c, r)); /* the same book again, though the edition is closed */
    assert_true(c.known);
    assert_int_not_equal(give_receipt(w, r, &w->stranger), RR_OK);
    assert_int_equal(rr_store_receipt(w->sf->reader, &sf_error, &note, &w->key, c.digest), RR_NOT_FOUND);
    SF_OK(give_receipt(w, elsewhere, &w->registrar)); /* a book that came by file */
    SF_OK(give_receipt(w, r, &w->registrar));
    SF_OK(rr_store_receipt(w->sf->reader, &sf_error, &note, &w->key, c.digest));
    assert_true(note.len > 0);
    free(note.bytes);
    rr_enrolment_free(&c);
    free(r);
    free(elsewhere);
    free_world(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_taken_once_and_again), cmocka_unit_test(test_what_fails_uses_nothing_up),
        cmocka_unit_test(test_the_quicker_one_wins), cmocka_unit_test(test_only_its_registrar_rules_an_edition),
        cmocka_unit_test(test_broken_lists),         cmocka_unit_test(test_collected_and_receipted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
