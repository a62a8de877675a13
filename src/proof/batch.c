/* SPDX-License-Identifier: Apache-2.0 */
/* Many claims at once (PROTOCOL.md section 11).  Each equation of each claim, written as "left side minus right side = 0", is
 * multiplied by its own random 128-bit weight, and the sum of all is one multiscalar multiplication.  If one equation does not
 * hold, the sum is zero for at most one weight in 2^128, whatever the others are.
 *
 * Generators, B, H, Y, U and each ring's points occur once, with coefficients summed over the claims.  The coefficient of ring point i is
 * minus the sum over records r of w_r * c_{r,i}, and c_{r,i} is a product over the digits of i.  Splitting the digits into a high and a
 * low half, i = high * 4^h + low, makes this a product of two matrices, high by records and records by low:
 *
 *     sum_r (w_r * prod over high digits) * (prod over low digits)
 *
 * which costs one multiplication a record and ring point, and whose 512-bit terms are reduced once in RR_WIDE_TERMS records. */
#include "base/arena.h"
#include "proof/claim.h"

#define BLOCK RR_WIDE_TERMS /* records of one ring that pass through the matrices together */
#define EQUATIONS 6

/* Points that occur once, in this order, before those of rings and records. */
enum { AT_B, AT_U, AT_Y, AT_BITS, COMMON = AT_BITS + RR_BIT_GENERATORS(RR_DIGITS_MAX) };

typedef struct entry {
    rr_opened opened;
    uint32_t index; /* among the caller's claims */
} entry;

typedef struct batch {
    const rr_params *params;
    const rr_subject *subject;
    const rr_random *random;
    rr_status *results;
    entry *entries; /* opened claims, those of one ring together */
    size_t entry_count;
    rr_ge_niels *opened_points;
    /* the sum */
    rr_scalar *scalars;
    const rr_ge_niels **points;
    size_t count;
    /* matrices of one block: [high or low index][record of the block] */
    rr_scalar *high, *low;
    void *msm;
} batch;

/* ---- memory --------------------------------------------------------------------------------------------------------- */

typedef struct need {
    size_t claims, opened_points, terms, matrix;
} need;

/* 4^h low indices for the low half of the digits, 4^(m-h) high ones. */
static unsigned low_digits(unsigned m) {
    return m / 2;
}

static size_t matrix_rows(unsigned m) {
    return ((size_t)1 << (2 * low_digits(m))) + ((size_t)1 << (2 * (m - low_digits(m))));
}

/* An upper bound: a ring is counted once for each run of claims that name it, and takes part in the sum once.  Sums that do not fit
 * stay at SIZE_MAX, so that no memory is enough. */
static need need_of(const rr_claim *claims, size_t claim_count) {
    need n = {.claims = claim_count, .terms = COMMON};
    const rr_ring *last = NULL;
    for (size_t i = 0; i < claim_count; i++) {
        unsigned points = rr_claim_point_count(&claims[i]);
        n.opened_points = rr_arena_sum(n.opened_points, points);
        n.terms = rr_arena_sum(n.terms, points);
        if (!rr_claim_is_ring(&claims[i])) continue;
        const rr_ring *ring = claims[i].ring;
        if (ring == NULL || ring == last) continue;
        last = ring;
        n.terms = rr_arena_sum(n.terms, ring->count);
        if (n.matrix < matrix_rows(ring->m)) n.matrix = matrix_rows(ring->m);
    }
    return n;
}

/* The memory of a batch, from `arena`; false if it is too small. */
static bool lay_out(batch *b, rr_arena *arena, const need *n) {
    b->entries = (entry *)rr_arena_take(arena, n->claims, sizeof *b->entries);
    b->opened_points = (rr_ge_niels *)rr_arena_take(arena, n->opened_points, sizeof *b->opened_points);
    b->scalars = (rr_scalar *)rr_arena_take(arena, n->terms, sizeof *b->scalars);
    b->points = (const rr_ge_niels **)rr_arena_take(arena, n->terms, sizeof *b->points);
    b->high = (rr_scalar *)rr_arena_take(arena, n->matrix, BLOCK * sizeof *b->high);
    b->msm = rr_arena_take(arena, rr_msm_scratch_size(n->terms), 1);
    return !arena->short_of;
}

size_t rr_verify_batch_scratch_size(const rr_claim *claims, size_t claim_count) {
    need n = need_of(claims, claim_count);
    size_t sum = rr_arena_sum(rr_arena_piece(n.claims, sizeof(entry)), rr_arena_piece(n.opened_points, sizeof(rr_ge_niels)));
    sum = rr_arena_sum(sum, rr_arena_piece(n.terms, sizeof(rr_scalar)));
    sum = rr_arena_sum(sum, rr_arena_piece(n.terms, sizeof(rr_ge_niels *)));
    sum = rr_arena_sum(sum, rr_arena_piece(n.matrix, BLOCK * sizeof(rr_scalar)));
    return rr_arena_sum(sum, rr_arena_piece(rr_msm_scratch_size(n.terms), 1));
}

/* ---- the sum -------------------------------------------------------------------------------------------------------- */

static void common(batch *b, unsigned at, const rr_scalar *weight, const rr_scalar *scalar) {
    rr_scalar_muladd(&b->scalars[at], weight, scalar);
}

static void common_minus(batch *b, unsigned at, const rr_scalar *weight, const rr_scalar *scalar) {
    rr_scalar negative;
    rr_scalar_neg(&negative, scalar);
    common(b, at, weight, &negative);
}

static void own(batch *b, const rr_ge_niels *point, const rr_scalar *scalar) {
    b->scalars[b->count] = *scalar;
    b->points[b->count++] = point;
}

static void own_minus(batch *b, const rr_ge_niels *point, const rr_scalar *scalar) {
    rr_scalar negative;
    rr_scalar_neg(&negative, scalar);
    own(b, point, &negative);
}

static bool draw_weights(rr_scalar w[EQUATIONS], const rr_random *random) {
    uint8_t bytes[16 * EQUATIONS];
    if (random->fill(random->context, bytes, sizeof bytes) != 0) return false;
    for (unsigned e = 0; e < EQUATIONS; e++) rr_scalar_set_u128(&w[e], bytes + 16 * (size_t)e);
    return true;
}

/* out[index * BLOCK] = start * the products of f over digits first ... first + digits - 1, for every index of that many digits. */
static void products(rr_scalar *out, const rr_scalar *start, const rr_scalar f[RR_DIGITS_MAX][RR_RADIX], unsigned first,
                     unsigned digits) {
    out[0] = *start;
    size_t parents = 1;
    for (unsigned j = first + digits; j-- > first; parents *= RR_RADIX) {
        for (size_t q = parents; q-- > 0;) {
            rr_scalar parent = out[q * BLOCK];
            for (unsigned i = 0; i < RR_RADIX; i++) rr_scalar_mul(&out[(RR_RADIX * q + i) * BLOCK], &parent, &f[j][i]);
        }
    }
}

/* What a record of kind 1 or 2 adds, but for its ring's points: those go through the matrices at column `column`; *rest collects
 * w * x^m, of which the last ring point takes what the others leave. */
static void add_ring_record(batch *b, const rr_opened *o, const rr_scalar w[EQUATIONS], unsigned column, rr_scalar *rest) {
    const rr_ring_shape *at = &o->shape;
    const rr_ge_niels *points = o->points;
    unsigned h = low_digits(at->m), base_W = at->sealed ? AT_Y : AT_BITS;
    rr_scalar f[RR_DIGITS_MAX][RR_RADIX], x_to_t = RR_SCALAR_ONE, t, z_A, z, z_k, z_r, z_e;
    rr_opened_f(f, o);
    rr_opened_scalar(&z_A, o, at->z_A);
    rr_opened_scalar(&z, o, at->z);
    rr_opened_scalar(&z_k, o, at->z_k);
    rr_opened_scalar(&z_r, o, at->z_r);

    /* 1 */
    own(b, &points[at->A], &w[0]);
    rr_scalar_mul(&t, &w[0], &o->x);
    own(b, &points[at->C], &t);
    common_minus(b, AT_BITS, &w[0], &z_A);
    for (unsigned j = 0; j < at->m; j++) {
        for (unsigned i = 0; i < RR_RADIX; i++) {
            common_minus(b, AT_BITS + RR_G(j, i), &w[0], &f[j][i]);
            rr_scalar_sub(&t, &o->x, &f[j][i]);
            rr_scalar_mul(&t, &t, &f[j][i]);
            common_minus(b, AT_BITS + RR_J(j, i), &w[0], &t);
        }
    }
    /* 2 and 5: x^t for X_t and X'_t, then x^m */
    for (unsigned d = 0; d < at->m; d++) {
        rr_scalar_mul(&t, &w[1], &x_to_t);
        own(b, &points[at->X + d], &t);
        if (at->sealed) {
            rr_scalar_mul(&t, &w[4], &x_to_t);
            own(b, &points[at->X_seal + d], &t);
        }
        rr_scalar_mul(&x_to_t, &x_to_t, &o->x);
    }
    rr_scalar q; /* of Q: equation 2, less x from equation 3 */
    rr_scalar_mul(&q, &w[1], &x_to_t);
    rr_scalar_add(rest, rest, &q);
    rr_scalar_mul(&t, &w[2], &o->x);
    rr_scalar_sub(&q, &q, &t);
    own(b, &points[at->Q], &q);
    common_minus(b, base_W, &w[1], &z);
    products(b->low + column, &RR_SCALAR_ONE, (const rr_scalar(*)[RR_RADIX])f, 0, h);
    products(b->high + column, &w[1], (const rr_scalar(*)[RR_RADIX])f, h, at->m - h);
    /* 3 */
    common(b, AT_B, &w[2], &z_k);
    common(b, AT_BITS, &w[2], &z_r);
    own_minus(b, &points[at->R_Q], &w[2]);
    /* 4 */
    common(b, AT_U, &w[3], &z_k);
    own_minus(b, &points[at->R_T], &w[3]);
    rr_scalar_mul(&t, &w[3], &o->x);
    own_minus(b, &points[at->T], &t);
    if (!at->sealed) return;
    /* 3's z_e*Y, 5 and 6; E has x^m from 5, less x from 6 */
    rr_opened_scalar(&z_e, o, at->z_e);
    common(b, AT_Y, &w[2], &z_e);
    common_minus(b, AT_B, &w[4], &z);
    common(b, AT_B, &w[5], &z_e);
    own_minus(b, &points[at->R_E], &w[5]);
    rr_scalar e;
    rr_scalar_mul(&e, &w[4], &x_to_t);
    rr_scalar_mul(&t, &w[5], &o->x);
    rr_scalar_sub(&e, &e, &t);
    own(b, &points[at->E], &e);
}

/* coefficients[i] -= sum over the block's records of high * low, for all but the last ring point. */
static void multiply_matrices(const batch *b, rr_scalar *coefficients, const rr_ring *ring, unsigned records) {
    size_t low_count = (size_t)1 << (2 * low_digits(ring->m));
    for (uint32_t i = 0; i + 1 < ring->count; i++) {
        rr_scalar sum;
        rr_scalar_dot(&sum, b->high + i / low_count * BLOCK, b->low + i % low_count * BLOCK, records);
        rr_scalar_sub(&coefficients[i], &coefficients[i], &sum);
    }
}

/* All records of one ring, from entry `from`; returns the first entry after them. */
static size_t add_ring(batch *b, size_t from, size_t to, bool *random_ok) {
    const rr_ring *ring = b->entries[from].opened.claim->ring;
    rr_scalar *coefficients = b->scalars + b->count, rest = RR_SCALAR_ZERO;
    size_t high_count = (size_t)1 << (2 * (ring->m - low_digits(ring->m)));
    b->low = b->high + high_count * BLOCK;
    for (uint32_t i = 0; i < ring->count; i++) own(b, &ring->points[i], &RR_SCALAR_ZERO);
    size_t at = from;
    while (at < to && b->entries[at].opened.form == NULL && b->entries[at].opened.claim->ring == ring) {
        unsigned column = 0;
        for (; column < BLOCK && at < to; column++, at++) {
            const rr_opened *o = &b->entries[at].opened;
            rr_scalar w[EQUATIONS];
            if (o->form != NULL || o->claim->ring != ring) break;
            if (!draw_weights(w, b->random)) {
                *random_ok = false;
                return to;
            }
            add_ring_record(b, o, w, column, &rest);
        }
        multiply_matrices(b, coefficients, ring, column);
    }
    /* minus (rest - what the others took), and the others' coefficients are minus what they took */
    rr_scalar_neg(&rest, &rest);
    for (uint32_t i = 0; i + 1 < ring->count; i++) rr_scalar_sub(&rest, &rest, &coefficients[i]);
    coefficients[ring->count - 1] = rest;
    return at;
}

static void add_plain(batch *b, const rr_opened *o, const rr_scalar w[EQUATIONS]) {
    for (unsigned r = 0; r < o->form->rows; r++) {
        const struct rr_plain_row *row = &o->form->row[r];
        rr_scalar z, t;
        for (unsigned i = 0; i < RR_PLAIN_RESPONSES && row->base[i] != RR_BASE_NONE; i++) {
            rr_opened_scalar(&z, o, i);
            switch (row->base[i]) {
            case RR_BASE_B: common(b, AT_B, &w[r], &z); break;
            case RR_BASE_H: common(b, AT_BITS, &w[r], &z); break;
            case RR_BASE_U: common(b, AT_U, &w[r], &z); break;
            default: rr_scalar_mul(&t, &w[r], &z); own(b, &o->points[row->base[i]], &t);
            }
        }
        own_minus(b, &o->points[row->commitment], &w[r]);
        rr_scalar_mul(&t, &w[r], &o->x);
        own_minus(b, &o->points[row->target], &t);
    }
}

/* Do all equations of the entries from ... to - 1 hold? */
static bool holds(batch *b, size_t from, size_t to, bool *random_ok) {
    for (unsigned i = 0; i < COMMON; i++) b->scalars[i] = RR_SCALAR_ZERO;
    b->count = COMMON;
    for (size_t at = from; at < to && *random_ok;) {
        rr_scalar w[EQUATIONS];
        if (b->entries[at].opened.form == NULL) {
            at = add_ring(b, at, to, random_ok);
        } else if (draw_weights(w, b->random)) {
            add_plain(b, &b->entries[at++].opened, w);
        } else {
            *random_ok = false;
        }
    }
    if (!*random_ok) return false;
    rr_ge sum;
    rr_msm_var(&sum, b->scalars, b->points, b->count, b->msm);
    return rr_ge_is_identity(&sum);
}

/* At least one of the entries from ... to - 1 does not hold: finds and marks all of them.  The right half is known to be bad where
 * the left half is good. */
static void find_bad(batch *b, size_t from, size_t to, bool *random_ok) {
    while (to - from > 1 && *random_ok) {
        size_t middle = from + (to - from) / 2;
        if (!holds(b, from, middle, random_ok)) {
            find_bad(b, from, middle, random_ok);
            if (holds(b, middle, to, random_ok)) return;
        }
        from = middle;
    }
    if (*random_ok) b->results[b->entries[from].index] = RR_INVALID;
}

/* ---- the call ------------------------------------------------------------------------------------------------------- */

/* All records of one ring together, everything else behind, so that a ring's points stand in the sum once.  Heap sort needs no memory
 * and has no bad case. */
static uintptr_t order_of(const entry *e) {
    return e->opened.form == NULL ? (uintptr_t)e->opened.claim->ring : UINTPTR_MAX;
}

static void sift_down(entry *e, size_t at, size_t count) {
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && order_of(&e[child + 1]) > order_of(&e[child])) child++;
        if (order_of(&e[child]) <= order_of(&e[at])) return;
        entry swap = e[at];
        e[at] = e[child];
        e[child] = swap;
    }
}

static void sort_entries(entry *e, size_t count) {
    for (size_t i = count / 2; i-- > 0;) sift_down(e, i, count);
    for (size_t end = count; end-- > 1;) {
        entry swap = e[0];
        e[0] = e[end];
        e[end] = swap;
        sift_down(e, 0, end);
    }
}

static void set_common_points(batch *b) {
    b->points[AT_B] = &b->params->B;
    b->points[AT_U] = b->subject != NULL ? &b->subject->U : &RR_GE_NIELS_IDENTITY;
    b->points[AT_Y] = b->subject != NULL && b->subject->has_seal_key ? &b->subject->Y : &RR_GE_NIELS_IDENTITY;
    for (unsigned i = 0; i < RR_BIT_GENERATORS(RR_DIGITS_MAX); i++) b->points[AT_BITS + i] = &b->params->bits[i];
}

rr_status rr_verify_batch_var(const rr_params *params, const rr_subject *subject, rr_status *results, const rr_claim *claims,
                              size_t claim_count, const rr_random *random, void *scratch, size_t scratch_len) {
    batch b = {.params = params, .subject = subject, .random = random, .results = results};
    need n = need_of(claims, claim_count);
    if (claim_count == 0) return RR_OK;
    if (!rr_is_aligned(scratch)) return RR_NO_SPACE;
    rr_arena arena = rr_arena_over(scratch, scratch_len);
    if (!lay_out(&b, &arena, &n)) return RR_NO_SPACE;
    set_common_points(&b);

    rr_status all = RR_OK;
    rr_ge_niels *points = b.opened_points;
    for (size_t i = 0; i < claim_count; i++) {
        entry *e = &b.entries[b.entry_count];
        results[i] = rr_claim_open(&e->opened, subject, &claims[i], points);
        if (results[i] != RR_OK) {
            all = RR_INVALID;
            continue;
        }
        e->index = (uint32_t)i;
        points += rr_claim_point_count(&claims[i]);
        b.entry_count++;
    }
    sort_entries(b.entries, b.entry_count);

    bool random_ok = true;
    if (b.entry_count > 0 && !holds(&b, 0, b.entry_count, &random_ok)) {
        find_bad(&b, 0, b.entry_count, &random_ok);
        all = RR_INVALID;
    }
    if (!random_ok) {
        for (size_t i = 0; i < claim_count; i++) results[i] = RR_RANDOM;
        return RR_RANDOM;
    }
    return all;
}
