/* SPDX-License-Identifier: Apache-2.0 */
/* Taking claims apart.  Variable-time: all of it is public. */
#include "proof/claim.h"

#include "base/bytes.h"
#include "proof/context.h"

// clang-format off
const rr_plain_form rr_form_named = {
    .prefix = RR_RECORD_PREFIX, .wire_points = 3, .responses = 2, .commitment = 1, .commitments = 2, .rows = 2,
    .row = {{{RR_BASE_B, RR_BASE_H}, 1, 3}, {{RR_BASE_U, RR_BASE_NONE}, 2, 0}}};
const rr_plain_form rr_form_withdraw = {
    .prefix = RR_RECORD_PREFIX, .wire_points = 2, .responses = 1, .commitment = 1, .commitments = 1, .rows = 1,
    .row = {{{RR_BASE_U, RR_BASE_NONE}, 1, 0}}};
const rr_plain_form rr_form_enrol = {
    .prefix = 0, .wire_points = 2, .responses = 2, .commitment = 1, .commitments = 1, .rows = 1,
    .row = {{{RR_BASE_B, RR_BASE_H}, 1, 0}}};
const rr_plain_form rr_form_notice = {
    .prefix = 0, .wire_points = 1, .responses = 1, .commitment = 0, .commitments = 1, .rows = 1,
    .row = {{{RR_BASE_B, RR_BASE_NONE}, 0, 1}}};
const rr_plain_form rr_form_share = {
    .prefix = 0, .wire_points = 3, .responses = 1, .commitment = 1, .commitments = 2, .rows = 2,
    .row = {{{RR_BASE_B, RR_BASE_NONE}, 1, 4}, {{3, RR_BASE_NONE}, 2, 0}}};
// clang-format on

const rr_ge_niels *rr_plain_base(int base, const rr_params *params, const rr_subject *subject, const rr_ge_niels *points) {
    switch (base) {
    case RR_BASE_B: return &params->B;
    case RR_BASE_H: return RR_H(params);
    case RR_BASE_U: return &subject->U;
    default: return &points[base];
    }
}

static rr_kind kind_of(const rr_claim *claim) {
    return claim->record_len > 1 ? (rr_kind)claim->record[1] : RR_FIRST;
}

bool rr_claim_is_ring(const rr_claim *claim) {
    if (claim->what != RR_CLAIM_RECORD) return false;
    rr_kind kind = kind_of(claim);
    return kind == RR_ANONYMOUS || kind == RR_SEALED;
}

static const rr_plain_form *form_of(const rr_claim *claim) {
    switch (claim->what) {
    case RR_CLAIM_ENROL: return &rr_form_enrol;
    case RR_CLAIM_NOTICE: return &rr_form_notice;
    case RR_CLAIM_SHARE: return &rr_form_share;
    case RR_CLAIM_RECORD: break;
    }
    switch (kind_of(claim)) {
    case RR_NAMED:
    case RR_STEP_FORWARD: return &rr_form_named;
    case RR_WITHDRAW: return &rr_form_withdraw;
    default: return NULL;
    }
}

unsigned rr_claim_point_count(const rr_claim *claim) {
    if (!rr_claim_is_ring(claim)) return RR_PLAIN_POINTS;
    return claim->ring == NULL ? 0 : rr_ring_shape_of(kind_of(claim), claim->ring->m).points;
}

static bool read_points(rr_ge_niels *points, const uint8_t *in, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        if (!rr_point_read_niels_var(&points[i], in + 32 * (size_t)i)) return false;
    }
    return true;
}

static bool scalars_are_canonical(const uint8_t *in, unsigned count) {
    rr_scalar s;
    for (unsigned i = 0; i < count; i++) {
        if (!rr_scalar_decode(&s, in + 32 * (size_t)i)) return false;
    }
    return true;
}

static rr_status open_ring(rr_opened *o, const rr_subject *subject, const rr_claim *claim, rr_ge_niels *points) {
    const rr_ring *ring = claim->ring;
    const uint8_t *record = claim->record;
    if (subject == NULL || ring == NULL) return RR_ARGUMENT;
    rr_kind kind = kind_of(claim);
    rr_ring_shape at = rr_ring_shape_of(kind, ring->m);
    if (claim->record_len != at.size || record[0] != RR_RECORD_VERSION || rr_load32_le(record + 2) != ring->number)
        return RR_MALFORMED;
    if (at.sealed && !subject->has_seal_key) return RR_REFUSED;
    if (!scalars_are_canonical(record + rr_scalar_at(&at, 0), at.scalars)) return RR_MALFORMED;
    if (!read_points(points, record + rr_point_at(0), at.points)) return RR_MALFORMED;
    o->form = NULL;
    o->shape = at;
    rr_transcript t;
    rr_context_ring(&t, subject, ring, kind, record + rr_point_at(at.T));
    rr_transcript_absorb(&t, "commitments", record + rr_point_at(1), 32 * (size_t)(at.points - 1));
    return rr_challenge(&o->x, &t) ? RR_OK : RR_INVALID;
}

/* The points that a verifier has from elsewhere, and the context. */
static rr_status open_plain_context(rr_transcript *t, rr_ge_niels *known, const rr_subject *subject, const rr_claim *claim) {
    const uint8_t *record = claim->record;
    rr_kind kind = kind_of(claim);
    if (claim->what == RR_CLAIM_ENROL) {
        if (claim->enrolment == NULL) return RR_ARGUMENT;
        rr_context_enrol(t, claim->enrolment, record);
        return RR_OK;
    }
    if (subject == NULL) return RR_ARGUMENT;
    if (claim->what == RR_CLAIM_RECORD) {
        uint32_t number = rr_load32_le(record + 2);
        if (record[0] != RR_RECORD_VERSION || (kind == RR_WITHDRAW && number != 0)) return RR_MALFORMED;
        if (kind != RR_WITHDRAW && claim->entry == NULL) return RR_ARGUMENT;
        if (kind != RR_WITHDRAW && !rr_point_read_niels_var(&known[0], claim->entry->bytes)) return RR_MALFORMED;
        rr_context_plain(t, subject, kind, number, kind == RR_WITHDRAW ? NULL : claim->entry->bytes, record + rr_point_at(0));
        return RR_OK;
    }
    if (claim->trustee_key == NULL || claim->trustee == 0) return RR_ARGUMENT;
    const uint8_t *key = claim->trustee_key->bytes;
    if (claim->what == RR_CLAIM_NOTICE) {
        if (!rr_point_read_niels_var(&known[0], key)) return RR_MALFORMED;
        rr_context_notice(t, &subject->pid, claim->size, &claim->leaf, claim->trustee, key);
        return RR_OK;
    }
    if (claim->sealed == NULL) return RR_ARGUMENT;
    if (!rr_point_read_niels_var(&known[0], claim->sealed) || !rr_point_read_niels_var(&known[1], key)) return RR_MALFORMED;
    rr_context_share(t, &subject->pid, &claim->leaf, claim->trustee, key, claim->sealed, record);
    return RR_OK;
}

static rr_status open_plain(rr_opened *o, const rr_subject *subject, const rr_claim *claim, rr_ge_niels *points) {
    const rr_plain_form *form = form_of(claim);
    rr_transcript t;
    if (form == NULL || claim->record_len != rr_plain_size(form)) return RR_MALFORMED;
    const uint8_t *wire = claim->record + form->prefix;
    if (!scalars_are_canonical(wire + 32 * (size_t)form->wire_points, form->responses)) return RR_MALFORMED;
    if (!read_points(points, wire, form->wire_points)) return RR_MALFORMED;
    rr_status status = open_plain_context(&t, points + form->wire_points, subject, claim);
    if (status != RR_OK) return status;
    o->form = form;
    rr_transcript_absorb(&t, "commitments", wire + 32 * (size_t)form->commitment, 32 * (size_t)form->commitments);
    return rr_challenge(&o->x, &t) ? RR_OK : RR_INVALID;
}

rr_status rr_claim_open(rr_opened *opened, const rr_subject *subject, const rr_claim *claim, rr_ge_niels *points) {
    opened->claim = claim;
    opened->points = points;
    return rr_claim_is_ring(claim) ? open_ring(opened, subject, claim, points) : open_plain(opened, subject, claim, points);
}

void rr_opened_scalar(rr_scalar *s, const rr_opened *o, unsigned index) {
    size_t first = o->form == NULL ? rr_scalar_at(&o->shape, 0) : o->form->prefix + 32 * (size_t)o->form->wire_points;
    rr_scalar_decode(s, o->claim->record + first + 32 * (size_t)index);
}

void rr_opened_f(rr_scalar f[RR_DIGITS_MAX][RR_RADIX], const rr_opened *o) {
    for (unsigned j = 0, next = o->shape.f; j < o->shape.m; j++) {
        f[j][0] = o->x;
        for (unsigned i = 1; i < RR_RADIX; i++) {
            rr_opened_scalar(&f[j][i], o, next++);
            rr_scalar_sub(&f[j][0], &f[j][0], &f[j][i]);
        }
    }
}
