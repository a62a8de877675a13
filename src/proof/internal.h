/* SPDX-License-Identifier: Apache-2.0 */
/* The insides of what proof.h keeps opaque. */
#ifndef RR_PROOF_INTERNAL_H
#define RR_PROOF_INTERNAL_H

#include "base/transcript.h"
#include "group/msm.h"
#include "roundrobin/proof.h"

#define RR_RADIX 4      /* the n of section 4 */
#define RR_DIGITS_MIN 2 /* the m of section 4: two at least, */
#define RR_DIGITS_MAX 8 /* and 4^8 > RR_RING_MAX */

/* H, then for each j: G[j][0..3], J[j][0..3].  So the generators of a ring with m digits are a prefix. */
#define RR_BIT_GENERATORS(m) (1 + 2 * RR_RADIX * (m))
#define RR_G(j, i) (1 + 2 * RR_RADIX * (j) + (i))
#define RR_J(j, i) (1 + 2 * RR_RADIX * (j) + RR_RADIX + (i))

struct rr_params {
    rr_ge_niels B;
    rr_ge_niels bits[RR_BIT_GENERATORS(RR_DIGITS_MAX)];
};
#define RR_H(params) (&(params)->bits[0])

struct rr_subject {
    rr_pid pid;
    rr_ge_niels U;
    bool has_seal_key;
    rr_seal_key seal_key;
    rr_ge_niels Y;
};

struct rr_ring {
    uint32_t number, count;
    unsigned m;
    uint8_t digest[64];
    const rr_entry_key *keys; /* behind the points, in the same memory */
    rr_ge_niels points[];
};

/* Is the memory aligned as malloc aligns it?  NULL is, for what needs none. */
static inline bool rr_is_aligned(const void *memory) {
    return (uintptr_t)memory % _Alignof(max_align_t) == 0;
}

/* The smallest m, at least 2, with 4^m >= count. */
unsigned rr_ring_digits(uint32_t count);

/* A canonical point that is not the identity. */
bool rr_point_read_var(rr_ge *p, const uint8_t in[32]);
bool rr_point_read_niels_var(rr_ge_niels *p, const uint8_t in[32]);

/* The challenge; false if it is zero. */
bool rr_challenge(rr_scalar *x, const rr_transcript *t);
/* The next nonce. */
void rr_nonce(rr_scalar *nonce, rr_nonces *n);

/* Reads k and r: false, constant-time but for the answer, unless both are canonical and k is not zero. */
bool rr_secret_read(rr_scalar *k, rr_scalar *r, const rr_secret *secret);
/* The same for a trustee's share or key, one scalar. */
bool rr_secret_scalar_read(rr_scalar *y, const uint8_t secret[32]);

#endif
