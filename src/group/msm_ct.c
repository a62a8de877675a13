/* SPDX-License-Identifier: Apache-2.0 */
/* Constant-time multiscalar multiplication for provers, several products over the same points.
 *
 * Write each scalar to base 16 with digits -8 ... 8.  Then
 *
 *     sum_i s_i P_i = sum_w 16^w A_w    with    A_w = sum_i digit_w(s_i) P_i.
 *
 * Each A_w has its own accumulator, so that the doublings are paid once at the end, for all points together, and the points
 * may pass in blocks: a block's tables of multiples P, 2P, ..., 8P (with Z = 1, by one shared inversion) stay in the first-level
 * cache while every product and every digit position takes its addends from them.  The scratch does not grow with the number of
 * points.  An addend is fetched by a scan of its table, and negated under a mask. */
#include "group/msm.h"

#include "roundrobin/types.h"

#define BLOCK 32   /* points in a block: tables of 30 KiB */
#define WINDOWS 64 /* digits of a scalar */
#define MULTIPLES 8

typedef struct msm_ct_scratch {
    rr_ge_niels tables[BLOCK][MULTIPLES];
    rr_ge multiples[BLOCK * MULTIPLES];
    rr_fe inversions[BLOCK * MULTIPLES];
    int8_t digits[BLOCK][WINDOWS];
    rr_ge sums[][WINDOWS]; /* one row a product */
} msm_ct_scratch;

size_t rr_msm_ct_scratch_size(unsigned products) {
    return sizeof(msm_ct_scratch) + products * sizeof(rr_ge[WINDOWS]);
}

/* The points are public, so that this part need not, and does not, hide anything. */
static void fill_tables(rr_ge_niels (*tables)[MULTIPLES], rr_ge *multiples, rr_fe *inversions, const rr_ge_niels *points,
                        size_t count) {
    for (size_t i = 0; i < count; i++) {
        rr_ge *p = multiples + MULTIPLES * i; /* p[k - 1] is k times the point */
        rr_ge_add_niels(&p[0], &RR_GE_IDENTITY, &points[i]);
        for (int k = 2; k <= MULTIPLES; k++) {
            if (k % 2 == 0) {
                rr_ge_double(&p[k - 1], &p[k / 2 - 1]);
            } else {
                rr_ge_add_niels(&p[k - 1], &p[k - 2], &points[i]);
            }
        }
    }
    rr_ge_to_niels_many(&tables[0][0], multiples, (unsigned)(MULTIPLES * count), inversions);
}

/* r = digit * P from the table of P, -8 <= digit <= 8. */
static void fetch(rr_ge_niels *r, const rr_ge_niels table[MULTIPLES], int8_t digit) {
    uint64_t negative = rr_ct_hide(0 - ((uint64_t)(int64_t)digit >> 63));
    uint64_t size = (uint64_t)(((int64_t)digit ^ (int64_t)negative) - (int64_t)negative);
    *r = RR_GE_NIELS_IDENTITY;
    for (uint64_t k = 1; k <= MULTIPLES; k++) {
        uint64_t here = rr_ct_equal(size, k);
        rr_fe_copy_if(&r->y_plus_x, &table[k - 1].y_plus_x, here);
        rr_fe_copy_if(&r->y_minus_x, &table[k - 1].y_minus_x, here);
        rr_fe_copy_if(&r->xy2d, &table[k - 1].xy2d, here);
    }
    rr_fe swapped = r->y_plus_x;
    rr_fe_copy_if(&r->y_plus_x, &r->y_minus_x, negative);
    rr_fe_copy_if(&r->y_minus_x, &swapped, negative);
    rr_fe_neg_if(&r->xy2d, negative);
}

static void add_block(rr_ge sums[WINDOWS], rr_ge_niels (*tables)[MULTIPLES], int8_t (*digits)[WINDOWS],
                      const rr_scalar *scalars, size_t count) {
    rr_ge_niels addend;
    for (size_t i = 0; i < count; i++) rr_scalar_digits16(digits[i], &scalars[i]);
    for (int w = 0; w < WINDOWS; w++) {
        for (size_t i = 0; i < count; i++) {
            fetch(&addend, tables[i], digits[i][w]);
            rr_ge_add_niels(&sums[w], &sums[w], &addend);
        }
    }
    rr_wipe(&addend, sizeof addend);
}

/* sum_w 16^w A_w, by Horner's rule. */
static void join(rr_ge *out, const rr_ge sums[WINDOWS]) {
    rr_ge_cached cached;
    *out = sums[WINDOWS - 1];
    for (int w = WINDOWS - 2; w >= 0; w--) {
        for (int i = 0; i < 4; i++) rr_ge_double(out, out);
        rr_ge_to_cached(&cached, &sums[w]);
        rr_ge_add(out, out, &cached);
    }
    rr_wipe(&cached, sizeof cached);
}

void rr_msm_ct(rr_ge *out, unsigned products, const rr_scalar *scalars, size_t stride, const rr_ge_niels *points, size_t count,
               void *scratch) {
    msm_ct_scratch *s = scratch;
    RR_FE_CHECK(products <= RR_MSM_CT_PRODUCTS);
    for (unsigned t = 0; t < products; t++) {
        for (int w = 0; w < WINDOWS; w++) s->sums[t][w] = RR_GE_IDENTITY;
    }
    for (size_t at = 0; at < count; at += BLOCK) {
        size_t block = count - at < BLOCK ? count - at : BLOCK;
        fill_tables(s->tables, s->multiples, s->inversions, points + at, block);
        for (unsigned t = 0; t < products; t++) add_block(s->sums[t], s->tables, s->digits, scalars + t * stride + at, block);
    }
    for (unsigned t = 0; t < products; t++) join(&out[t], s->sums[t]);
    rr_wipe(s, rr_msm_ct_scratch_size(products));
}

void rr_msm_ct_few(rr_ge *out, const rr_scalar *scalars, const rr_ge_niels *points, size_t count) {
    rr_ge_niels tables[RR_MSM_CT_FEW][MULTIPLES];
    rr_ge multiples[RR_MSM_CT_FEW * MULTIPLES], sums[WINDOWS];
    rr_fe inversions[RR_MSM_CT_FEW * MULTIPLES];
    int8_t digits[RR_MSM_CT_FEW][WINDOWS];
    RR_FE_CHECK(count <= RR_MSM_CT_FEW);
    for (int w = 0; w < WINDOWS; w++) sums[w] = RR_GE_IDENTITY;
    fill_tables(tables, multiples, inversions, points, count);
    add_block(sums, tables, digits, scalars, count);
    join(out, sums);
    rr_wipe(digits, sizeof digits);
    rr_wipe(sums, sizeof sums);
}

void rr_msm_ct_few_encoded(uint8_t out[32], const rr_scalar *scalars, const rr_ge_niels *points, size_t count) {
    rr_ge sum;
    rr_msm_ct_few(&sum, scalars, points, count);
    rr_ge_encode(out, &sum);
    rr_wipe(&sum, sizeof sum);
}
