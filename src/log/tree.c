/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 6962 hashes, the frontier, and the tree in memory.
 *
 * The tree's store holds every node in the order in which it becomes known: leaf e, then the subtrees that leaf e completes,
 * lowest first.  Leaf e completes as many as e has trailing ones.  So before leaf e stand e leaves and e - popcount(e) inner
 * nodes, and
 *
 *     position(level, index) = 2*e - popcount(e) + level    with e = (index + 1) * 2^level - 1, its last leaf.
 */
#include <string.h>

#include "base/sha2.h"
#include "roundrobin/log.h"

void rr_leaf_hash(rr_hash *out, const uint8_t *entry, size_t entry_len) {
    static const uint8_t prefix = 0;
    rr_sha256 h;
    rr_sha256_init(&h);
    rr_sha256_update(&h, &prefix, 1);
    rr_sha256_update(&h, entry, entry_len);
    rr_sha256_final(&h, out->bytes);
}

void rr_node_hash(rr_hash *out, const rr_hash *left, const rr_hash *right) {
    uint8_t message[65];
    message[0] = 1;
    memcpy(message + 1, left->bytes, 32);
    memcpy(message + 33, right->bytes, 32);
    rr_sha256_of(out->bytes, message, sizeof message);
}

/* ---- the frontier --------------------------------------------------------------------------------------------------- */

void rr_frontier_init(rr_frontier *frontier) {
    memset(frontier, 0, sizeof *frontier);
}

/* As a binary counter: each peak that stands is merged, the first free place takes the result. */
void rr_frontier_append(rr_frontier *frontier, const rr_hash *leaf) {
    rr_hash sum = *leaf;
    unsigned level = 0;
    for (; frontier->size >> level & 1; level++) {
        rr_node_hash(&sum, &frontier->peaks[level], &sum);
        memset(&frontier->peaks[level], 0, sizeof frontier->peaks[level]);
    }
    frontier->peaks[level] = sum;
    frontier->size++;
}

void rr_frontier_root(rr_hash *root, const rr_frontier *frontier) {
    bool any = false;
    for (unsigned level = 0; level < 64; level++) {
        if (!(frontier->size >> level & 1)) continue;
        if (any)
            rr_node_hash(root, &frontier->peaks[level], root);
        else
            *root = frontier->peaks[level];
        any = true;
    }
    if (!any) rr_sha256_of(root->bytes, NULL, 0);
}

void rr_leaves_root(rr_hash *root, const rr_hash *leaves, size_t count) {
    rr_frontier frontier;
    rr_frontier_init(&frontier);
    for (size_t i = 0; i < count; i++) rr_frontier_append(&frontier, &leaves[i]);
    rr_frontier_root(root, &frontier);
}

/* ---- the tree in memory --------------------------------------------------------------------------------------------- */

static uint64_t position(unsigned level, uint64_t index) {
    uint64_t last = ((index + 1) << level) - 1;
    return 2 * last - (uint64_t)__builtin_popcountll(last) + level;
}

size_t rr_tree_memory_size(uint64_t capacity) {
    return capacity > SIZE_MAX / (2 * sizeof(rr_hash)) ? SIZE_MAX : (size_t)capacity * 2 * sizeof(rr_hash);
}

rr_status rr_tree_init(rr_tree *tree, uint64_t capacity, void *memory, size_t memory_len) {
    if (rr_tree_memory_size(capacity) > memory_len) return RR_NO_SPACE;
    tree->store = (rr_hash *)memory;
    tree->capacity = capacity;
    tree->size = 0;
    return RR_OK;
}

rr_status rr_tree_append(rr_tree *tree, const rr_hash *leaf) {
    if (tree->size == tree->capacity) return RR_NO_SPACE;
    rr_hash sum = *leaf;
    uint64_t index = tree->size;
    unsigned level = 0;
    tree->store[position(0, index)] = sum;
    for (; index & 1; index >>= 1) {
        rr_node_hash(&sum, &tree->store[position(level, index - 1)], &sum);
        level++;
        tree->store[position(level, index >> 1)] = sum;
    }
    tree->size++;
    return RR_OK;
}

static rr_status tree_node(void *context, rr_hash *out, unsigned level, uint64_t index) {
    const rr_tree *tree = (const rr_tree *)context;
    if (level > 63 || index >= tree->size >> level) return RR_ARGUMENT;
    *out = tree->store[position(level, index)];
    return RR_OK;
}

rr_nodes rr_tree_nodes(rr_tree *tree) {
    rr_nodes nodes = {tree_node, tree};
    return nodes;
}
