/* SPDX-License-Identifier: Apache-2.0 */
/* Proofs outside rings (PROTOCOL.md sections 5, 6 and 8), all of one form (claim.h).  Constant-time in keys and nonces. */
#include <string.h>

#include "base/bytes.h"
#include "base/checkmem.h"
#include "proof/claim.h"
#include "proof/context.h"

#define NO RR_BASE_NONE

/* Commits, asks for the challenge and responds: `wire` already holds the points that are no commitments, `t` the context.
 * secrets[i] stands behind response i; `points` as in claim.h, of which only bases are read. */
static rr_status prove(uint8_t *wire, const rr_plain_form *form, rr_transcript *t, rr_nonces *nonces, const rr_scalar *secrets,
                       const rr_params *params, const rr_subject *subject, const rr_ge_niels *points) {
    rr_scalar alpha[RR_PLAIN_RESPONSES], x;
    uint8_t *commitments = wire + 32 * (size_t)form->commitment, *responses = wire + 32 * (size_t)form->wire_points;
    for (unsigned i = 0; i < form->responses; i++) rr_nonce(&alpha[i], nonces);
    for (unsigned r = 0; r < form->rows; r++) {
        rr_ge_niels bases[RR_PLAIN_RESPONSES];
        size_t count = 0;
        for (unsigned i = 0; i < form->responses && form->row[r].base[i] != NO; i++) {
            bases[count++] = *rr_plain_base(form->row[r].base[i], params, subject, points);
        }
        rr_msm_ct_few_encoded(wire + 32 * (size_t)form->row[r].commitment, alpha, bases, count);
    }
    rr_declassify(commitments, 32 * (size_t)form->commitments); /* the commitments are published */
    rr_transcript_absorb(t, "commitments", commitments, 32 * (size_t)form->commitments);
    bool usable = rr_challenge(&x, t);
    for (unsigned i = 0; i < form->responses; i++) {
        rr_scalar z = alpha[i];
        rr_scalar_muladd(&z, &x, &secrets[i]);
        rr_scalar_encode(responses + 32 * (size_t)i, &z);
    }
    rr_declassify(responses, 32 * (size_t)form->responses); /* the responses are published: each is blinded by its nonce */
    rr_wipe(alpha, sizeof alpha);
    return usable ? RR_OK : RR_INVALID;
}

/* A member's proof with the secrets k, r; then verified, and wiped if it does not hold. */
static rr_status prove_member(uint8_t *wire, size_t wire_len, const rr_plain_form *form, rr_transcript *t, uint32_t index,
                              const rr_secret *secret, const rr_fresh *fresh, const rr_params *params,
                              const rr_subject *subject, const rr_claim *claim) {
    rr_scalar secrets[2];
    rr_nonces nonces;
    rr_status status = RR_ARGUMENT;
    if (rr_secret_read(&secrets[0], &secrets[1], secret)) {
        rr_nonces_init(&nonces, t, (const uint8_t *)secret, sizeof *secret, index, fresh);
        status = prove(wire + form->prefix, form, t, &nonces, secrets, params, subject, NULL);
    }
    rr_wipe(secrets, sizeof secrets);
    rr_wipe(&nonces, sizeof nonces);
    if (status == RR_OK) status = rr_verify_var(params, subject, NULL, claim, NULL, 0);
    if (status != RR_OK) rr_wipe(wire, wire_len);
    return status;
}

static rr_status put_nullifier(uint8_t *record, const rr_subject *subject, const rr_secret *secret) {
    rr_nullifier nullifier;
    rr_status status = rr_secret_nullifier(subject, &nullifier, secret);
    if (status != RR_OK) return status;
    rr_declassify(&nullifier, sizeof nullifier); /* it is published with the record */
    memcpy(record + rr_point_at(0), nullifier.bytes, sizeof nullifier.bytes);
    return RR_OK;
}

rr_status rr_sign_plain(const rr_params *params, const rr_subject *subject, uint8_t record[RR_PLAIN_SIZE], rr_kind kind,
                        uint32_t place, const rr_entry_key *entry, const rr_secret *secret, const rr_fresh *fresh) {
    rr_claim claim = {.what = RR_CLAIM_RECORD, .record = record, .record_len = RR_PLAIN_SIZE, .entry = entry};
    rr_entry_key own;
    rr_transcript t;
    if (kind != RR_NAMED && kind != RR_STEP_FORWARD) return RR_ARGUMENT;
    rr_status status = rr_secret_entry(params, &own, secret);
    if (status != RR_OK) return status;
    uint64_t same = rr_ct_equal_bytes(own.bytes, entry->bytes, sizeof own.bytes);
    rr_declassify(&same, sizeof same); /* whether the key opens the entry is this call's answer */
    if (!same) return RR_NOT_FOUND;
    rr_record_prefix_write(record, kind, place);
    status = put_nullifier(record, subject, secret);
    if (status != RR_OK) return status;
    rr_context_plain(&t, subject, kind, place, entry->bytes, record + rr_point_at(0));
    return prove_member(record, RR_PLAIN_SIZE, &rr_form_named, &t, place, secret, fresh, params, subject, &claim);
}

rr_status rr_withdraw(const rr_params *params, const rr_subject *subject, uint8_t record[RR_WITHDRAW_SIZE],
                      const rr_secret *secret, const rr_fresh *fresh) {
    rr_claim claim = {.what = RR_CLAIM_RECORD, .record = record, .record_len = RR_WITHDRAW_SIZE};
    rr_transcript t;
    rr_record_prefix_write(record, RR_WITHDRAW, 0);
    rr_status status = put_nullifier(record, subject, secret);
    if (status != RR_OK) return status;
    rr_context_plain(&t, subject, RR_WITHDRAW, 0, NULL, record + rr_point_at(0));
    return prove_member(record, RR_WITHDRAW_SIZE, &rr_form_withdraw, &t, 0, secret, fresh, params, subject, &claim);
}

rr_status rr_enrol(const rr_params *params, uint8_t slot[RR_ENROL_SLOT_SIZE], const rr_enrolment *about,
                   const rr_secret *secret, const rr_fresh *fresh) {
    rr_claim claim = {.what = RR_CLAIM_ENROL, .record = slot, .record_len = RR_ENROL_SLOT_SIZE, .enrolment = about};
    rr_entry_key entry;
    rr_transcript t;
    rr_status status = rr_secret_entry(params, &entry, secret);
    if (status != RR_OK) return status;
    rr_declassify(&entry, sizeof entry); /* the entry is published on the roll */
    memcpy(slot, entry.bytes, sizeof entry.bytes);
    rr_context_enrol(&t, about, slot);
    return prove_member(slot, RR_ENROL_SLOT_SIZE, &rr_form_enrol, &t, 0, secret, fresh, params, NULL, &claim);
}

/* Y_j = y_j * B, and y_j as a scalar; RR_ARGUMENT unless y is canonical and not zero. */
static rr_status trustee_key(rr_scalar *y, rr_seal_key *key, const rr_params *params, const rr_trustee_secret *secret) {
    if (!rr_secret_scalar_read(y, secret->y)) return RR_ARGUMENT;
    rr_msm_ct_few_encoded(key->bytes, y, &params->B, 1);
    rr_declassify(key, sizeof *key); /* Y_j stands in the petition */
    return RR_OK;
}

rr_status rr_trustee_key(const rr_params *params, rr_seal_key *key, const rr_trustee_secret *y) {
    rr_scalar secret;
    rr_status status = trustee_key(&secret, key, params, y);
    rr_wipe(&secret, sizeof secret);
    return status;
}

/* A trustee's proof with the secret y. */
static rr_status prove_trustee(uint8_t *wire, size_t wire_len, const rr_plain_form *form, rr_transcript *t, uint32_t j,
                               const rr_scalar *y, const rr_trustee_secret *secret, const rr_fresh *fresh,
                               const rr_params *params, const rr_ge_niels *points, const rr_subject *subject,
                               const rr_claim *claim) {
    rr_nonces nonces;
    rr_nonces_init(&nonces, t, secret->y, sizeof secret->y, j, fresh);
    rr_status status = prove(wire, form, t, &nonces, y, params, NULL, points);
    rr_wipe(&nonces, sizeof nonces);
    if (status == RR_OK) status = rr_verify_var(params, subject, NULL, claim, NULL, 0);
    if (status != RR_OK) rr_wipe(wire, wire_len);
    return status;
}

rr_status rr_share(const rr_params *params, uint8_t share[RR_SHARE_SIZE], const rr_pid *pid, const uint8_t *record,
                   size_t record_len, const rr_hash *leaf, uint32_t j, const rr_trustee_secret *y, const rr_fresh *fresh) {
    const uint8_t *sealed = record + rr_point_at(1);
    rr_subject subject = {.pid = *pid};
    rr_seal_key key;
    rr_claim claim = {.what = RR_CLAIM_SHARE,
                      .record = share,
                      .record_len = RR_SHARE_SIZE,
                      .leaf = *leaf,
                      .sealed = sealed,
                      .trustee = j,
                      .trustee_key = &key};
    rr_ge_niels points[RR_PLAIN_POINTS];
    rr_scalar secret;
    rr_transcript t;
    if (j < 1 || j > RR_TRUSTEE_MAX) return RR_ARGUMENT;
    if (record_len < rr_point_at(2) || record[1] != RR_SEALED || !rr_point_read_niels_var(&points[3], sealed))
        return RR_MALFORMED;
    rr_status status = trustee_key(&secret, &key, params, y);
    if (status == RR_OK) {
        rr_msm_ct_few_encoded(share, &secret, &points[3], 1);
        rr_declassify(share, 32); /* the share is published */
        rr_context_share(&t, pid, leaf, j, key.bytes, sealed, share);
        status =
            prove_trustee(share, RR_SHARE_SIZE, &rr_form_share, &t, j, &secret, y, fresh, params, points, &subject, &claim);
    }
    rr_wipe(&secret, sizeof secret);
    return status;
}

rr_status rr_notice_sign(const rr_params *params, uint8_t part[64], const rr_pid *pid, uint64_t size, const rr_hash *root,
                         uint32_t j, const rr_trustee_secret *y, const rr_fresh *fresh) {
    rr_subject subject = {.pid = *pid};
    rr_seal_key key;
    rr_claim claim = {.what = RR_CLAIM_NOTICE,
                      .record = part,
                      .record_len = 64,
                      .size = size,
                      .leaf = *root,
                      .trustee = j,
                      .trustee_key = &key};
    rr_scalar secret;
    rr_transcript t;
    if (j < 1 || j > RR_TRUSTEE_MAX) return RR_ARGUMENT;
    rr_status status = trustee_key(&secret, &key, params, y);
    if (status == RR_OK) {
        rr_context_notice(&t, pid, size, root, j, key.bytes);
        status = prove_trustee(part, 64, &rr_form_notice, &t, j, &secret, y, fresh, params, NULL, &subject, &claim);
    }
    rr_wipe(&secret, sizeof secret);
    return status;
}
