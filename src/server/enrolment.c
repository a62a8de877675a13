/* SPDX-License-Identifier: Apache-2.0 */
#include "server/enrolment.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha2.h"
#include "store/leaks.h"

rr_status rr_enrolment_fault(rr_file_error *error, rr_status status, const char *where, int64_t number, const char *rule) {
    if (error) *error = (rr_file_error){status, where, number, rule, 0};
    return status;
}

rr_status rr_enrolment_stored(rr_file_error *error, rr_status status) {
    if (status == RR_OK || status == RR_NOT_FOUND || status == RR_REFUSED) return status;
    rr_status answer = status == RR_NO_SPACE ? RR_NO_SPACE : RR_IO;
    if (error) {
        error->status = answer;
        error->where = "store";
        if (!error->rule) error->rule = rr_status_text(status);
    }
    return answer;
}

void rr_enrolment_free(rr_enrolment_checked *checked) {
    free(checked->sealed);
    checked->sealed = NULL;
}

/* The edition file, parsed; free(text->bytes). */
static rr_status find_edition(rr_edition_file *file, rr_bytes_out *text, bool *open, rr_file_error *error,
                              rr_store_reader *reader, const rr_store_edition_key *key) {
    rr_status status = rr_enrolment_stored(error, rr_store_edition(reader, error, text, open, key));
    if (status == RR_NOT_FOUND) return rr_enrolment_fault(error, status, "edition", -1, "no such edition is here");
    if (status) return status;
    if (rr_edition_file_parse(file, NULL, (const char *)text->bytes, text->len))
        return rr_enrolment_fault(error, RR_IO, "store", -1, "the edition file that is kept cannot be read");
    return RR_OK;
}

/* Enrolled with this book, whether the receipt is there yet or not? */
static rr_status is_known(bool *known, rr_file_error *error, rr_store_reader *reader, const rr_enrolment_checked *checked) {
    rr_status status = rr_enrolment_stored(error, rr_store_is_enrolled(reader, error, &checked->key, checked->digest));
    *known = status == RR_OK;
    return status == RR_NOT_FOUND ? RR_OK : status;
}

static rr_status check_code(rr_enrolment_checked *checked, rr_file_error *error, rr_store_reader *reader,
                            const rr_enrolment_file *e) {
    if (e->code.len == 0 || rr_code_hash(&checked->code, e->code.start, e->code.len)) return RR_NOT_FOUND;
    rr_status status = rr_enrolment_stored(error, rr_store_find_code(reader, error, &checked->key, e->member, &checked->code));
    checked->by_code = status == RR_OK;
    return status;
}

static rr_status check_signature(rr_file_error *error, rr_store_reader *reader, const rr_store_edition_key *key,
                                 const rr_enrolment_file *e) {
    uint8_t signer[32], listed[32];
    rr_error why = {RR_OK, 0, 0, NULL};
    rr_status status = rr_enrolment_signer_var(signer, &why, e);
    if (status) return rr_enrolment_fault(error, status, "signature", -1, why.rule ? why.rule : rr_status_text(status));
    status = rr_enrolment_stored(error, rr_store_find_ssh(reader, error, key, e->member, listed));
    /* Whether a key is listed at all is not said either. */
    if (status == RR_NOT_FOUND || (status == RR_OK && memcmp(listed, signer, sizeof signer) != 0))
        return rr_enrolment_fault(error, RR_REFUSED, "signature", -1, "no key of this member that is listed made it");
    return status;
}

static rr_status check_who(rr_enrolment_checked *checked, rr_file_error *error, rr_store_reader *reader,
                           const rr_enrolment_file *e) {
    rr_status status = check_code(checked, error, reader, e);
    if (status != RR_NOT_FOUND) return status;
    if (e->signature.len > 0) return check_signature(error, reader, &checked->key, e);
    /* Whether there is such a member is not said. */
    return rr_enrolment_fault(error, RR_REFUSED, "code", -1,
                              e->code.len > 0 ? "this invitation code is not known for this member, or was used"
                                              : "the request has neither an invitation code nor an SSH signature");
}

static rr_status check_book(rr_file_error *error, const rr_params *params, const rr_random *random, const rr_enrolment_file *e,
                            const rr_edition_file *edition) {
    rr_book_result result = {RR_OK, 0, NULL};
    rr_book_set *set = rr_book_set_new();
    if (!set) return rr_enrolment_fault(error, RR_NO_SPACE, "memory", -1, "memory has ended");
    rr_status status =
        rr_books_check_var(params, set, &result, &e, 1, &edition->roll_id, edition->edition, edition->slot_count, random);
    rr_book_set_free(set);
    if (status == RR_OK) return RR_OK;
    if (status != RR_REFUSED) return rr_enrolment_fault(error, status, "server", -1, rr_status_text(status));
    return rr_enrolment_fault(error, result.status, "slot", result.slot, result.why);
}

/* The request, readable with the registrar's key alone (docs/adr/0009-sealed-requests.md). */
static rr_status seal(rr_enrolment_checked *checked, rr_file_error *error, const rr_vkey *registrar, rr_blob request) {
    uint8_t public_key[crypto_box_PUBLICKEYBYTES];
    if (crypto_sign_ed25519_pk_to_curve25519(public_key, registrar->key) != 0)
        return rr_enrolment_fault(error, RR_REFUSED, "edition", -1, "nothing can be sealed to the registrar's key");
    checked->sealed_len = request.len + crypto_box_SEALBYTES;
    checked->sealed = malloc(checked->sealed_len);
    if (!checked->sealed) return rr_enrolment_fault(error, RR_NO_SPACE, "memory", -1, "memory has ended");
    if (rr_leaks("sealed enrolments")) {
        memset(checked->sealed, 0, crypto_box_SEALBYTES);
        memcpy(checked->sealed + crypto_box_SEALBYTES, request.bytes, request.len);
        return RR_OK;
    }
    if (crypto_box_seal(checked->sealed, request.bytes, request.len, public_key) != 0)
        return rr_enrolment_fault(error, RR_REFUSED, "edition", -1, "nothing can be sealed to the registrar's key");
    return RR_OK;
}

static void note_book(rr_enrolment_checked *checked, const rr_enrolment_file *e) {
    memcpy(checked->member, e->member.start, e->member.len); /* 64 bytes at most, as it was parsed */
    checked->member[e->member.len] = 0;
    rr_sha512_of(checked->digest, e->book, e->book_len);
    checked->point_count = e->slot_count;
    for (uint32_t i = 0; i < e->slot_count; i++)
        memcpy(checked->points[i], e->book + (size_t)RR_ENROL_SLOT_SIZE * i, sizeof checked->points[i]);
}

static rr_status check_in_edition(rr_enrolment_checked *checked, rr_file_error *error, rr_store_reader *reader,
                                  const rr_params *params, const rr_random *random, const rr_enrolment_file *e,
                                  rr_blob request) {
    rr_edition_file edition;
    rr_bytes_out text = {NULL, 0};
    bool open = false;
    rr_status status = find_edition(&edition, &text, &open, error, reader, &checked->key);
    if (!status) status = is_known(&checked->known, error, reader, checked);
    if (!status && !checked->known) {
        if (!open) status = rr_enrolment_fault(error, RR_REFUSED, "edition", -1, "this edition takes no enrolments any more");
        if (!status) status = check_who(checked, error, reader, e);
        if (!status) status = check_book(error, params, random, e, &edition);
        if (!status) status = seal(checked, error, &edition.registrar, request);
    }
    free(text.bytes);
    return status;
}

rr_status rr_enrolment_check_var(rr_enrolment_checked *checked, rr_file_error *error, rr_store_reader *reader,
                                 const rr_params *params, const rr_random *random, const rr_store_edition_key *key,
                                 rr_blob request) {
    rr_enrolment_file e;
    rr_error why = {RR_MALFORMED, 0, 0, NULL};
    memset(checked, 0, sizeof *checked);
    if (error) *error = (rr_file_error){RR_OK, NULL, -1, NULL, 0};
    checked->key = *key;
    rr_status status = rr_enrolment_parse(&e, &why, (const char *)request.bytes, request.len);
    if (status) return rr_enrolment_fault(error, status, "request", why.line, why.rule ? why.rule : rr_status_text(status));
    if (memcmp(e.roll_id.bytes, key->roll_id.bytes, sizeof key->roll_id.bytes) != 0 || e.edition != key->edition)
        return rr_enrolment_fault(error, RR_REFUSED, "request", -1, "the request is for another roll or edition");
    note_book(checked, &e);
    return check_in_edition(checked, error, reader, params, random, &e, request);
}

rr_status rr_enrolment_store(rr_store *store, rr_file_error *error, const rr_enrolment_checked *checked) {
    if (checked->known) return RR_OK;
    rr_store_enrolment enrolment = {.member = rr_text_of(checked->member),
                                    .points = checked->points,
                                    .point_count = checked->point_count,
                                    .sealed = {checked->sealed, checked->sealed_len}};
    memcpy(enrolment.digest, checked->digest, sizeof enrolment.digest);
    if (error) *error = (rr_file_error){RR_OK, NULL, -1, NULL, 0};
    return rr_enrolment_stored(
        error, rr_store_enrol(store, error, &checked->key, &enrolment, checked->by_code ? &checked->code : NULL));
}
