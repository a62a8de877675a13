/* SPDX-License-Identifier: Apache-2.0 */
/* Multiscalar multiplication: sums of scalar * point.  All points come with Z = 1 (rr_ge_niels). */
#ifndef RR_GROUP_MSM_H
#define RR_GROUP_MSM_H

#include <stddef.h>

#include "group/point.h"
#include "group/scalar.h"

/* ---- for verifiers: variable-time; points come by reference, so that rings and generators stay where they are ---- */

/* The most points that rr_msm_small_var takes: those of equation 1.  It needs 105 KiB of stack. */
#define RR_MSM_SMALL 68

/* out = sum of scalars[i] * *points[i], count <= RR_MSM_SMALL; for a few points (Straus: one chain of doublings, each point's odd
 * multiples added where its non-adjacent form has digits). */
void rr_msm_small_var(rr_ge *out, const rr_scalar *scalars, const rr_ge_niels *const *points, size_t count);

/* The same for any number of points (Pippenger's buckets).  `scratch` holds rr_msm_scratch_size(count) bytes, aligned as malloc does. */
void rr_msm_var(rr_ge *out, const rr_scalar *scalars, const rr_ge_niels *const *points, size_t count, void *scratch);
size_t rr_msm_scratch_size(size_t count);

/* ---- for provers: constant-time in the scalars ---- */

/* The most products that share one pass over the points. */
#define RR_MSM_CT_PRODUCTS 8

/* out[t] = sum over i < count of scalars[t * stride + i] * points[i], for t < products <= RR_MSM_CT_PRODUCTS.  Each point's table of
 * multiples is made once for all products.  `scratch` holds rr_msm_ct_scratch_size(products) bytes, however many points there are;
 * it is left wiped. */
void rr_msm_ct(rr_ge *out, unsigned products, const rr_scalar *scalars, size_t stride, const rr_ge_niels *points, size_t count,
               void *scratch);
size_t rr_msm_ct_scratch_size(unsigned products);

/* rr_msm_ct for one product over at most RR_MSM_CT_FEW points, on the stack. */
#define RR_MSM_CT_FEW 4
void rr_msm_ct_few(rr_ge *out, const rr_scalar *scalars, const rr_ge_niels *points, size_t count);
/* The same, encoded.  The sum's coordinates tell more than its encoding and are wiped. */
void rr_msm_ct_few_encoded(uint8_t out[32], const rr_scalar *scalars, const rr_ge_niels *points, size_t count);

#endif
