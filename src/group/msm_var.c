/* SPDX-License-Identifier: Apache-2.0 */
/* Variable-time multiscalar multiplication for verifiers: public data only. */
#include "group/msm.h"

/* Straus: each point's odd multiples P, 3P, ..., 15P; the scalars in non-adjacent form of width 5. */
void rr_msm_small_var(rr_ge *out, const rr_scalar *scalars, const rr_ge_niels *const *points, size_t count) {
    rr_ge_cached tables[RR_MSM_SMALL][8];
    int8_t digits[RR_MSM_SMALL][256];
    RR_FE_CHECK(count <= RR_MSM_SMALL);
    for (size_t i = 0; i < count; i++) {
        rr_ge multiple, twice;
        rr_ge_cached twice_cached;
        rr_scalar_naf5_var(digits[i], &scalars[i]);
        rr_ge_add_niels(&multiple, &RR_GE_IDENTITY, points[i]);
        rr_ge_double(&twice, &multiple);
        rr_ge_to_cached(&twice_cached, &twice);
        rr_ge_to_cached(&tables[i][0], &multiple);
        for (int k = 1; k < 8; k++) {
            rr_ge_add(&multiple, &multiple, &twice_cached);
            rr_ge_to_cached(&tables[i][k], &multiple);
        }
    }
    *out = RR_GE_IDENTITY;
    for (int bit = 255; bit >= 0; bit--) {
        rr_ge_double(out, out);
        for (size_t i = 0; i < count; i++) {
            int digit = digits[i][bit];
            if (digit > 0) {
                rr_ge_add(out, out, &tables[i][digit / 2]);
            } else if (digit < 0) {
                rr_ge_sub(out, out, &tables[i][-digit / 2]);
            }
        }
    }
}

/* Pippenger.  With windows of c bits and signed digits there are 2^(c-1) buckets; bucket b collects the points whose digit is
 * +-(b + 1), and sum_b (b + 1) bucket_b is two additions a bucket by a running sum.
 *
 * Digits without carries: add 2^(c-1) at every window but the top one to the scalar beforehand; then each digit is the plain window
 * less 2^(c-1).  The top window must stay within the buckets unsigned: W = ceil(255/c) windows leave it at most c - 1 bits, as the
 * shifted scalar is below 2^254. */
typedef struct bucket {
    rr_ge sum;
    bool used;
} bucket;

/* Chosen by the count of field multiplications: 7 for each point and about 18 for each bucket, in each window. */
static unsigned window_bits(size_t count) {
    unsigned best = 2;
    size_t best_cost = SIZE_MAX;
    for (unsigned c = 2; c <= 15; c++) {
        size_t cost = (254 + c) / c * (7 * count + ((size_t)18 << (c - 1)));
        if (cost < best_cost) {
            best_cost = cost;
            best = c;
        }
    }
    return best;
}

size_t rr_msm_scratch_size(size_t count) {
    if (count > SIZE_MAX / 2 / sizeof(rr_scalar)) return SIZE_MAX;
    return (sizeof(bucket) << (window_bits(count) - 1)) + count * sizeof(rr_scalar);
}

/* The first point of a bucket needs no addition: (2x : 2y : 2 : 2xy), doubled once more so that T is a plain product. */
static void bucket_start(rr_ge *r, const rr_ge_niels *p, bool negative) {
    rr_fe x, y;
    if (negative) {
        rr_fe_sub(&x, &p->y_minus_x, &p->y_plus_x);
    } else {
        rr_fe_sub(&x, &p->y_plus_x, &p->y_minus_x);
    }
    rr_fe_add(&y, &p->y_plus_x, &p->y_minus_x);
    rr_fe two, four;
    rr_fe_add(&two, &RR_FE_ONE, &RR_FE_ONE);
    rr_fe_sqr(&four, &two);
    rr_fe_mul(&r->X, &x, &two);
    rr_fe_mul(&r->Y, &y, &two);
    rr_fe_mul(&r->T, &x, &y);
    r->Z = four;
}

static unsigned window_at(const rr_scalar *s, unsigned bit, unsigned c) {
    unsigned limb = bit / RR_LIMB_BITS, shift = bit % RR_LIMB_BITS;
    rr_limb2 bits = s->v[limb];
    if (limb + 1 < RR_LIMBS) bits |= (rr_limb2)s->v[limb + 1] << RR_LIMB_BITS;
    return (unsigned)(bits >> shift) & ((1u << c) - 1);
}

/* r = s + 2^(c-1) at each window but the top one, as plain integers. */
static void shift_digits(rr_scalar *r, const rr_scalar *s, unsigned c, unsigned windows) {
    rr_scalar offset = {{0}};
    for (unsigned w = 0; w + 1 < windows; w++) {
        unsigned bit = w * c + c - 1;
        offset.v[bit / RR_LIMB_BITS] |= (rr_limb)1 << (bit % RR_LIMB_BITS);
    }
    rr_limb2 carry = 0;
    for (int i = 0; i < RR_LIMBS; i++) {
        carry += (rr_limb2)s->v[i] + offset.v[i];
        r->v[i] = (rr_limb)carry;
        carry >>= RR_LIMB_BITS;
    }
}

static void sort_into_buckets(bucket *buckets, const rr_scalar *shifted, const rr_ge_niels *const *points, size_t count,
                              unsigned bit, unsigned c, int offset) {
    for (size_t i = 0; i < count; i++) {
        int digit = (int)window_at(&shifted[i], bit, c) - offset;
        if (digit == 0) continue;
        bucket *b = &buckets[(digit < 0 ? -digit : digit) - 1];
        if (!b->used) {
            bucket_start(&b->sum, points[i], digit < 0);
            b->used = true;
        } else if (digit > 0) {
            rr_ge_add_niels(&b->sum, &b->sum, points[i]);
        } else {
            rr_ge_sub_niels(&b->sum, &b->sum, points[i]);
        }
    }
}

/* out += sum_b (b + 1) bucket_b, from the top: `running` is the sum of the buckets so far and is added once for each step. */
static void add_buckets(rr_ge *out, const bucket *buckets, unsigned count) {
    rr_ge running;
    rr_ge_cached cached;
    bool started = false;
    for (unsigned b = count; b-- > 0;) {
        if (buckets[b].used) {
            if (started) {
                rr_ge_to_cached(&cached, &buckets[b].sum);
                rr_ge_add(&running, &running, &cached);
            } else {
                running = buckets[b].sum;
                started = true;
            }
        }
        if (started) {
            rr_ge_to_cached(&cached, &running);
            rr_ge_add(out, out, &cached);
        }
    }
}

void rr_msm_var(rr_ge *out, const rr_scalar *scalars, const rr_ge_niels *const *points, size_t count, void *scratch) {
    unsigned c = window_bits(count), windows = (254 + c) / c, bucket_count = 1u << (c - 1);
    bucket *buckets = scratch;
    rr_scalar *shifted = (rr_scalar *)(void *)(buckets + bucket_count);
    for (size_t i = 0; i < count; i++) shift_digits(&shifted[i], &scalars[i], c, windows);
    *out = RR_GE_IDENTITY;
    for (unsigned w = windows; w-- > 0;) {
        for (unsigned i = 0; i < c; i++) rr_ge_double(out, out);
        for (unsigned b = 0; b < bucket_count; b++) buckets[b].used = false;
        sort_into_buckets(buckets, shifted, points, count, w * c, c, w + 1 < windows ? (int)bucket_count : 0);
        add_buckets(out, buckets, bucket_count);
    }
}
