/* SPDX-License-Identifier: Apache-2.0 */
/* Roots and proofs from nodes.
 *
 * RFC 6962 splits n leaves at k, the largest power of 2 below n; the left part is a perfect subtree.  So every range [begin,
 * end) that the definitions name begins at a multiple of the largest power of 2 in its length, and is the row of perfect
 * subtrees that the bits of its length say, largest first.  A proof goes down these splits and notes what it leaves aside;
 * read backwards, that is the RFC's order.  Verifying goes up, as RFC 9162 sections 2.1.3.2 and 2.1.4.2 describe. */
#include <string.h>

#include "roundrobin/log.h"

enum { SIZE_BITS = 63 };

static rr_status range_root(rr_hash *root, const rr_nodes *nodes, uint64_t begin, uint64_t end) {
    uint64_t at = end;
    bool any = false;
    for (unsigned level = 0; level < SIZE_BITS; level++) {
        if (!((end - begin) >> level & 1)) continue;
        rr_hash node;
        at -= (uint64_t)1 << level;
        rr_status status = nodes->node(nodes->context, &node, level, at >> level);
        if (status != RR_OK) return status;
        if (any)
            rr_node_hash(root, &node, root);
        else
            *root = node;
        any = true;
    }
    return RR_OK;
}

rr_status rr_nodes_root(rr_hash *root, const rr_nodes *nodes, uint64_t size) {
    if (size >> SIZE_BITS) return RR_ARGUMENT;
    if (size == 0) {
        rr_leaves_root(root, NULL, 0);
        return RR_OK;
    }
    return range_root(root, nodes, 0, size);
}

/* The largest power of 2 below n; n is at least 2. */
static uint64_t split(uint64_t n) {
    return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

static void reverse(rr_hash *hashes, size_t count) {
    for (size_t i = 0; i < count / 2; i++) {
        rr_hash swap = hashes[i];
        hashes[i] = hashes[count - 1 - i];
        hashes[count - 1 - i] = swap;
    }
}

rr_status rr_inclusion_prove(rr_hash proof[RR_PROOF_MAX], size_t *proof_len, const rr_nodes *nodes, uint64_t index,
                             uint64_t size) {
    if (index >= size || size >> SIZE_BITS) return RR_ARGUMENT;
    uint64_t begin = 0, end = size;
    size_t len = 0;
    while (end - begin > 1) {
        uint64_t middle = begin + split(end - begin);
        bool left = index < middle;
        rr_status status = range_root(&proof[len++], nodes, left ? middle : begin, left ? end : middle);
        if (status != RR_OK) return status;
        if (left)
            end = middle;
        else
            begin = middle;
    }
    reverse(proof, len);
    *proof_len = len;
    return RR_OK;
}

rr_status rr_consistency_prove(rr_hash proof[RR_PROOF_MAX], size_t *proof_len, const rr_nodes *nodes, uint64_t old_size,
                               uint64_t new_size) {
    if (old_size > new_size || new_size >> SIZE_BITS) return RR_ARGUMENT;
    *proof_len = 0;
    if (old_size == 0) return RR_OK;
    uint64_t begin = 0, end = new_size;
    size_t len = 0;
    while (end != old_size) {
        uint64_t middle = begin + split(end - begin);
        bool left = old_size <= middle;
        rr_status status = range_root(&proof[len++], nodes, left ? middle : begin, left ? end : middle);
        if (status != RR_OK) return status;
        if (left)
            end = middle;
        else
            begin = middle;
    }
    /* The old tree's own part, unless it is the whole old tree, whose root the verifier has. */
    if (begin != 0) {
        rr_status status = range_root(&proof[len++], nodes, begin, end);
        if (status != RR_OK) return status;
    }
    reverse(proof, len);
    *proof_len = len;
    return RR_OK;
}

static bool same(const rr_hash *a, const rr_hash *b) {
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* The way up from a node: `at` is its number in its level, `last` that level's last. */
typedef struct climb {
    uint64_t at, last;
} climb;

/* Does the next hash of the proof stand to the left?  At the right edge, levels without a partner are skipped. */
static bool partner_is_left(climb *c) {
    bool left = (c->at & 1) || c->at == c->last;
    if (left) {
        while (!(c->at & 1) && c->at != 0) {
            c->at >>= 1;
            c->last >>= 1;
        }
    }
    c->at >>= 1;
    c->last >>= 1;
    return left;
}

rr_status rr_inclusion_verify(const rr_hash *root, uint64_t size, const rr_hash *leaf, uint64_t index, const rr_hash *proof,
                              size_t proof_len) {
    if (index >= size || size >> SIZE_BITS) return RR_ARGUMENT;
    climb c = {index, size - 1};
    rr_hash sum = *leaf;
    for (size_t i = 0; i < proof_len; i++) {
        if (c.last == 0) return RR_INVALID;
        if (partner_is_left(&c))
            rr_node_hash(&sum, &proof[i], &sum);
        else
            rr_node_hash(&sum, &sum, &proof[i]);
    }
    return c.last == 0 && same(&sum, root) ? RR_OK : RR_INVALID;
}

rr_status rr_consistency_verify(const rr_hash *old_root, uint64_t old_size, const rr_hash *new_root, uint64_t new_size,
                                const rr_hash *proof, size_t proof_len) {
    if (old_size > new_size || new_size >> SIZE_BITS) return RR_ARGUMENT;
    if (old_size == 0) {
        rr_hash empty;
        rr_leaves_root(&empty, NULL, 0);
        bool ends = new_size != 0 || same(new_root, &empty);
        return proof_len == 0 && ends && same(old_root, &empty) ? RR_OK : RR_INVALID;
    }
    if (old_size == new_size) return proof_len == 0 && same(old_root, new_root) ? RR_OK : RR_INVALID;
    climb c = {old_size - 1, new_size - 1};
    while (c.at & 1) {
        c.at >>= 1;
        c.last >>= 1;
    }
    size_t i = 0;
    if (c.at != 0 && proof_len == 0) return RR_INVALID;
    rr_hash old_sum = c.at == 0 ? *old_root : proof[i++]; /* at 0 the old tree is one perfect subtree */
    rr_hash new_sum = old_sum;
    for (; i < proof_len; i++) {
        if (c.last == 0) return RR_INVALID;
        if (partner_is_left(&c)) {
            rr_node_hash(&old_sum, &proof[i], &old_sum);
            rr_node_hash(&new_sum, &proof[i], &new_sum);
        } else {
            rr_node_hash(&new_sum, &new_sum, &proof[i]);
        }
    }
    return c.last == 0 && same(&old_sum, old_root) && same(&new_sum, new_root) ? RR_OK : RR_INVALID;
}
