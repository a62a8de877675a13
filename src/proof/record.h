/* SPDX-License-Identifier: Apache-2.0 */
/* Where everything lies in a record of kind 1 or 2 (PROTOCOL.md section 4).
 *
 *     offset  size  meaning
 *     0       1     version, 1
 *     1       1     kind
 *     2       4     number: the ring's, little-endian
 *     6       32p   points: T | E | Q A C | X_0 ... | X'_0 ... | R_E | R_Q R_T     (E, X', R_E in kind 2 only)
 *     6+32p   32s   scalars: f[0][1..3] ... f[m-1][1..3] | z_A z | z_e | z_k z_r   (z_e in kind 2 only)
 */
#ifndef RR_PROOF_RECORD_H
#define RR_PROOF_RECORD_H

#include <stdbool.h>

#include "roundrobin/proof.h"

#define RR_RECORD_VERSION 1
#define RR_RECORD_PREFIX 6 /* version, kind, number */

/* Indices count points, and scalars, from 0; those of another kind's parts mean nothing. */
typedef struct rr_ring_shape {
    bool sealed;
    unsigned m;
    unsigned points, scalars;
    unsigned T, E, Q, A, C, X, X_seal, R_E, R_Q, R_T; /* among the points */
    unsigned f, z_A, z, z_e, z_k, z_r;                /* among the scalars */
    size_t size;
} rr_ring_shape;

/* The most points that a record of kind 1 or 2 has. */
#define RR_RING_POINTS_MAX (2 * RR_DIGITS_MAX + 8)

rr_ring_shape rr_ring_shape_of(rr_kind kind, unsigned m);

static inline size_t rr_point_at(unsigned index) {
    return RR_RECORD_PREFIX + 32 * (size_t)index;
}

static inline size_t rr_scalar_at(const rr_ring_shape *s, unsigned index) {
    return rr_point_at(s->points + index);
}

void rr_record_prefix_write(uint8_t *record, rr_kind kind, uint32_t number);

#endif
