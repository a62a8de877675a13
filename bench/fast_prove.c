/* SPDX-License-Identifier: Apache-2.0 */
#include "fast_prove.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proof/context.h"
#include "proof/record.h"

/* Scalars are written to base 2^6 with digits from -31 to 32; a table has the multiples 1 to 32 of each power. */
enum { BITS = 6, WINDOWS = (253 + BITS - 1) / BITS + 1, HALF = 1 << (BITS - 1) };

typedef struct table {
    rr_ge_niels multiple[WINDOWS][HALF];
} table;

struct rr_fast {
    const rr_params *params;
    const rr_subject *subject;
    table *tables; /* B, U, then H and the generators as rr_params has them */
};

struct rr_fast_ring {
    const rr_ring *ring;
    uint32_t padded; /* 4^m */
    rr_secret *secrets;
    rr_scalar *k, *r; /* of all padded indices */
    rr_scalar *rows;  /* m + 1 rows of scratch */
};

static void fill(table *t, const rr_ge_niels *base) {
    rr_ge points[HALF], power = RR_GE_IDENTITY;
    rr_fe scratch[HALF];
    rr_ge_add_niels(&power, &power, base);
    for (unsigned w = 0; w < WINDOWS; w++) {
        rr_ge_cached step;
        rr_ge_to_cached(&step, &power);
        points[0] = power;
        for (unsigned i = 1; i < HALF; i++) rr_ge_add(&points[i], &points[i - 1], &step);
        rr_ge_to_niels_many(t->multiple[w], points, HALF, scratch);
        for (unsigned i = 0; i < BITS; i++) rr_ge_double(&power, &power);
    }
}

rr_fast *rr_fast_new(const rr_params *params, const rr_subject *subject, uint32_t largest) {
    rr_fast *f = calloc(1, sizeof *f);
    size_t generators = largest == 0 ? 1 : RR_BIT_GENERATORS(rr_ring_digits(largest));
    if (f == NULL) return NULL;
    f->params = params;
    f->subject = subject;
    f->tables = malloc((2 + generators) * sizeof *f->tables);
    if (f->tables == NULL) {
        free(f);
        return NULL;
    }
    fill(&f->tables[0], &params->B);
    if (subject != NULL) fill(&f->tables[1], &subject->U);
    for (size_t i = 0; i < generators; i++) fill(&f->tables[2 + i], &params->bits[i]);
    return f;
}

void rr_fast_free(rr_fast *fast) {
    if (fast == NULL) return;
    free(fast->tables);
    free(fast);
}

/* sum += scalar * base */
static void add(rr_ge *sum, const table *t, const rr_scalar *scalar) {
    uint8_t bytes[34] = {0};
    rr_scalar_encode(bytes, scalar);
    int carry = 0;
    for (unsigned w = 0; w < WINDOWS; w++) {
        unsigned at = w * BITS;
        int digit = ((bytes[at / 8] | bytes[at / 8 + 1] << 8) >> (at % 8) & ((1 << BITS) - 1)) + carry;
        carry = digit > HALF;
        if (carry) digit -= 1 << BITS;
        if (digit > 0) rr_ge_add_niels(sum, sum, &t->multiple[w][digit - 1]);
        if (digit < 0) rr_ge_sub_niels(sum, sum, &t->multiple[w][-digit - 1]);
    }
}

#define TABLE_B(f) (&(f)->tables[0])
#define TABLE_U(f) (&(f)->tables[1])
#define TABLE_H(f) (&(f)->tables[2])
#define TABLE_OF(f, generator) (&(f)->tables[2 + (generator)])

/* out = b*B + h*H */
static void commit(uint8_t out[32], const rr_fast *f, const rr_scalar *b, const rr_scalar *h) {
    rr_ge sum = RR_GE_IDENTITY;
    add(&sum, TABLE_B(f), b);
    add(&sum, TABLE_H(f), h);
    rr_ge_encode(out, &sum);
}

void rr_fast_bytes(uint8_t *out, size_t len, uint64_t seed, const char *what, uint64_t index) {
    uint8_t key[randombytes_SEEDBYTES], text[32] = {0};
    memcpy(text, &seed, sizeof seed);
    memcpy(text + 8, &index, sizeof index);
    strncpy((char *)text + 16, what, 15);
    crypto_generichash(key, sizeof key, text, sizeof text, NULL, 0);
    randombytes_buf_deterministic(out, len, key);
}

static void draw(rr_scalar *out, size_t count, uint64_t seed, const char *what, uint64_t index) {
    uint8_t bytes[64 * 64];
    rr_fast_bytes(bytes, 64 * count, seed, what, index);
    for (size_t i = 0; i < count; i++) rr_scalar_reduce(&out[i], bytes + 64 * i);
}

void rr_fast_secret(rr_secret *secret, uint64_t seed, uint64_t place) {
    rr_scalar both[2];
    draw(both, 2, seed, "key", place);
    rr_scalar_encode(secret->k, &both[0]);
    rr_scalar_encode(secret->r, &both[1]);
}

void rr_fast_entry(rr_entry_key *entry, const rr_fast *fast, const rr_secret *secret) {
    rr_scalar k, r;
    (void)rr_scalar_decode(&k, secret->k);
    (void)rr_scalar_decode(&r, secret->r);
    commit(entry->bytes, fast, &k, &r);
}

/* z = nonce + x*secret */
static void respond(uint8_t out[32], const rr_scalar *nonce, const rr_scalar *x, const rr_scalar *secret) {
    rr_scalar z = *nonce;
    rr_scalar_muladd(&z, x, secret);
    rr_scalar_encode(out, &z);
}

rr_status rr_fast_enrol(uint8_t proof[RR_ENROL_PROOF_SIZE], const rr_fast *fast, const rr_enrolment *about,
                        const rr_entry_key *entry, const rr_secret *secret, uint64_t seed, uint64_t place) {
    rr_scalar k, r, alpha[2], x;
    rr_transcript t;
    if (!rr_secret_read(&k, &r, secret)) return RR_ARGUMENT;
    draw(alpha, 2, seed, "enrol", place);
    commit(proof, fast, &alpha[0], &alpha[1]);
    rr_context_enrol(&t, about, entry->bytes);
    rr_transcript_absorb(&t, "commitments", proof, 32);
    if (!rr_challenge(&x, &t)) return RR_INVALID;
    respond(proof + 32, &alpha[0], &x, &k);
    respond(proof + 64, &alpha[1], &x, &r);
    return RR_OK;
}

rr_fast_ring *rr_fast_ring_new(const rr_ring *ring, const rr_secret *secrets) {
    rr_fast_ring *f = calloc(1, sizeof *f);
    if (f == NULL) return NULL;
    f->ring = ring;
    f->padded = (uint32_t)1 << (2 * ring->m);
    f->k = malloc((size_t)f->padded * (ring->m + 3) * sizeof *f->k);
    if (f->k == NULL) {
        free(f);
        return NULL;
    }
    f->r = f->k + f->padded;
    f->rows = f->r + f->padded;
    for (uint32_t i = 0; i < f->padded; i++) {
        const rr_secret *secret = &secrets[i < ring->count ? i : ring->count - 1];
        if (rr_secret_read(&f->k[i], &f->r[i], secret)) continue;
        rr_fast_ring_free(f);
        return NULL;
    }
    return f;
}

void rr_fast_ring_free(rr_fast_ring *ring) {
    if (ring == NULL) return;
    free(ring->k);
    free(ring);
}

typedef struct nonces {
    rr_scalar w, a[RR_DIGITS_MAX][RR_RADIX], r_A, r_B, rho[RR_DIGITS_MAX], alpha_k, alpha_r;
} nonces;

static void draw_nonces(nonces *n, unsigned m, uint64_t seed, uint64_t index) {
    rr_scalar all[5 + 4 * RR_DIGITS_MAX];
    size_t next = 5;
    draw(all, 5 + 4 * (size_t)m, seed, "sign", index);
    n->w = all[0];
    n->r_A = all[1];
    n->r_B = all[2];
    n->alpha_k = all[3];
    n->alpha_r = all[4];
    for (unsigned j = 0; j < m; j++) {
        rr_scalar sum = RR_SCALAR_ZERO;
        for (unsigned i = 1; i < RR_RADIX; i++) {
            n->a[j][i] = all[next++];
            rr_scalar_add(&sum, &sum, &n->a[j][i]);
        }
        rr_scalar_neg(&n->a[j][0], &sum);
        n->rho[j] = all[next++];
    }
}

/* sums[t] = sum over all i of p_{i,t} * values[i], for t < m.  Digit after digit, the least significant first, four neighbours become one:
 * row t holds the coefficients of X^t. */
static void contract(rr_scalar *sums, const rr_fast_ring *f, const rr_scalar *values, const nonces *n, uint32_t l) {
    size_t stride = f->padded;
    memcpy(f->rows, values, stride * sizeof *values);
    for (unsigned j = 0; j < f->ring->m; j++) {
        unsigned digit = l >> (2 * j) & (RR_RADIX - 1);
        for (size_t q = 0; q < stride >> (2 * (j + 1)); q++) {
            f->rows[(j + 1) * stride + q] = f->rows[j * stride + RR_RADIX * q + digit];
            for (unsigned t = j + 1; t-- > 0;) {
                rr_scalar sum;
                rr_scalar_dot(&sum, n->a[j], &f->rows[t * stride + RR_RADIX * q], RR_RADIX);
                if (t > 0) rr_scalar_add(&sum, &sum, &f->rows[(t - 1) * stride + RR_RADIX * q + digit]);
                f->rows[t * stride + q] = sum;
            }
        }
    }
    for (unsigned t = 0; t < f->ring->m; t++) sums[t] = f->rows[t * stride];
}

static void commit_bits(uint8_t *A, uint8_t *C, const rr_fast *f, const nonces *n, unsigned m, uint32_t l) {
    rr_ge sum_A = RR_GE_IDENTITY, sum_C = RR_GE_IDENTITY;
    add(&sum_A, TABLE_H(f), &n->r_A);
    add(&sum_C, TABLE_H(f), &n->r_B);
    for (unsigned j = 0; j < m; j++) {
        for (unsigned i = 0; i < RR_RADIX; i++) {
            bool here = (l >> (2 * j) & (RR_RADIX - 1)) == i;
            rr_scalar square, signed_a = n->a[j][i];
            rr_scalar_mul(&square, &n->a[j][i], &n->a[j][i]);
            rr_scalar_neg(&square, &square);
            if (here) rr_scalar_neg(&signed_a, &signed_a);
            add(&sum_A, TABLE_OF(f, RR_G(j, i)), &n->a[j][i]);
            add(&sum_A, TABLE_OF(f, RR_J(j, i)), &square);
            if (here) rr_ge_add_niels(&sum_C, &sum_C, &f->params->bits[RR_G(j, i)]);
            add(&sum_C, TABLE_OF(f, RR_J(j, i)), &signed_a);
        }
    }
    rr_ge_encode(A, &sum_A);
    rr_ge_encode(C, &sum_C);
}

static void put_in_U(uint8_t out[32], const rr_fast *f, const rr_scalar *scalar) {
    rr_ge sum = RR_GE_IDENTITY;
    add(&sum, TABLE_U(f), scalar);
    rr_ge_encode(out, &sum);
}

static void put_responses(uint8_t *record, const rr_ring_shape *at, const nonces *n, const rr_scalar *x, const rr_scalar *k,
                          const rr_scalar *r_and_w, uint32_t l) {
    for (unsigned j = 0, next = at->f; j < at->m; j++) {
        for (unsigned i = 1; i < RR_RADIX; i++) {
            rr_scalar f = n->a[j][i];
            if ((l >> (2 * j) & (RR_RADIX - 1)) == i) rr_scalar_add(&f, &f, x);
            rr_scalar_encode(record + rr_scalar_at(at, next++), &f);
        }
    }
    respond(record + rr_scalar_at(at, at->z_A), &n->r_A, x, &n->r_B);
    rr_scalar z = n->w;
    for (unsigned t = at->m; t-- > 0;) {
        rr_scalar next = n->rho[t];
        rr_scalar_muladd(&next, &z, x);
        z = next;
    }
    rr_scalar_encode(record + rr_scalar_at(at, at->z), &z);
    respond(record + rr_scalar_at(at, at->z_k), &n->alpha_k, x, k);
    respond(record + rr_scalar_at(at, at->z_r), &n->alpha_r, x, r_and_w);
}

rr_status rr_fast_sign(uint8_t *record, const rr_fast *fast, rr_fast_ring *f, uint32_t l, uint64_t seed, uint64_t index) {
    const rr_ring *ring = f->ring;
    rr_ring_shape at = rr_ring_shape_of(RR_ANONYMOUS, ring->m);
    rr_scalar sums_k[RR_DIGITS_MAX], sums_r[RR_DIGITS_MAX], r_and_w, x;
    nonces n;
    rr_transcript t;
    if (l >= ring->count) return RR_ARGUMENT;
    draw_nonces(&n, ring->m, seed, index);
    rr_scalar_add(&r_and_w, &f->r[l], &n.w);

    rr_record_prefix_write(record, RR_ANONYMOUS, ring->number);
    put_in_U(record + rr_point_at(at.T), fast, &f->k[l]);
    commit(record + rr_point_at(at.Q), fast, &f->k[l], &r_and_w);
    commit_bits(record + rr_point_at(at.A), record + rr_point_at(at.C), fast, &n, ring->m, l);
    contract(sums_k, f, f->k, &n, l);
    contract(sums_r, f, f->r, &n, l);
    for (unsigned i = 0; i < ring->m; i++) {
        rr_scalar_add(&sums_r[i], &sums_r[i], &n.rho[i]);
        commit(record + rr_point_at(at.X + i), fast, &sums_k[i], &sums_r[i]);
    }
    commit(record + rr_point_at(at.R_Q), fast, &n.alpha_k, &n.alpha_r);
    put_in_U(record + rr_point_at(at.R_T), fast, &n.alpha_k);

    rr_context_ring(&t, fast->subject, ring, RR_ANONYMOUS, record + rr_point_at(at.T));
    rr_transcript_absorb(&t, "commitments", record + rr_point_at(1), 32 * (at.points - 1));
    if (!rr_challenge(&x, &t)) return RR_INVALID;
    put_responses(record, &at, &n, &x, &f->k[l], &r_and_w, l);
    return RR_OK;
}
